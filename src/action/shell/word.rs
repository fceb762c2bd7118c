/// A word after quote removal and expansion, with what is left unknown in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct ShellWord {
    /// The text. What could not be expanded is in it as it was written (`$CMD`).
    pub text: String,
    /// Part of it is known only at run time.
    pub dynamic: bool,
    /// It holds an unquoted `*`, `?` or `[`, so that file names may take its place.
    pub glob: bool,
    /// What is unknown in it was made by the line itself, and the command does no more with it than
    /// to print it or to compare it, so it is as good as known.
    pub shown: bool,
}

impl ShellWord {
    /// A word that is wholly known.
    #[must_use]
    pub fn constant(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            dynamic: false,
            glob: false,
            shown: false,
        }
    }

    /// Whether part of it is known only at run time, and the command does more than to show it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.dynamic && !self.shown
    }

    /// Whether file names with any first character may take its place: also names of options, since a file
    /// may have such a name. `@(…)`, `!(…)` and `+(…)` are globs too (`extglob`, bash(1)).
    #[must_use]
    pub fn may_begin_otherwise(&self) -> bool {
        self.glob && self.text.starts_with(['*', '?', '[', '@', '!', '+'])
    }

    /// Whether a file of this name may take its place, by what is in front of its first wildcard and behind
    /// its last one.
    #[must_use]
    pub fn may_become(&self, name: &str) -> bool {
        let front = self.text.split(['*', '?', '[', '@', '!', '+']).next();
        let behind = self.text.rsplit(['*', '?', ']', ')']).next();
        let fits =
            |(front, behind): (&str, &str)| name.starts_with(front) && name.ends_with(behind);
        self.glob && front.zip(behind).is_some_and(fits)
    }

    /// The text, if it is wholly known and no glob.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        (!self.dynamic && !self.glob).then_some(&self.text)
    }

    /// The text that it has on some path at least, as far as that is known: nothing that
    /// was left as it was written is in it.
    #[must_use]
    pub fn likely(&self) -> Option<&str> {
        let open = self.text.contains(['$', '`'])
            || self.text.starts_with("<(")
            || self.text.starts_with(">(");
        (!self.dynamic || !open).then_some(&self.text)
    }
}
