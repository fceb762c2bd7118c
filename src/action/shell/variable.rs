//! What variables hold, and what `declare` says about them.

use super::names;

/// The value of a variable that is known to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Variable {
    Text(String),
    Array(Vec<String>),
    /// `declare -A`: keys and values.
    Map(Vec<(String, String)>),
    /// This text on some path through the script. Words keep it, marked as dynamic: it can
    /// be blocked, not allowed.
    Likely(String),
    /// Each name of a file that this pattern matches, in turn (`for f in *.ts`).
    Files(String),
    /// A decimal number that only the run will show: no arithmetic makes code of it.
    Number,
    /// What the line itself made of something other than the environment, surely, though only the
    /// run will show it; with the text that it likely has.
    Made(Option<String>),
    /// What the line itself made, of which the run may have made names of any files (`for f in $(cat list)`).
    Found,
    /// Depends on what only the run will show. It may be a variable of the environment.
    Dynamic,
}

impl Variable {
    /// It holds on some path only.
    pub(super) fn doubt(&mut self) {
        *self = match std::mem::replace(self, Self::Dynamic) {
            Self::Text(text) | Self::Likely(text) | Self::Made(Some(text)) => Self::Likely(text),
            Self::Array(_)
            | Self::Map(_)
            | Self::Files(_)
            | Self::Number
            | Self::Made(None)
            | Self::Found
            | Self::Dynamic => Self::Dynamic,
        };
    }

    /// What is known of it where the walk doesn't know what bash does with it. The elements of arrays stay, and count
    /// as likely where they are used.
    pub(super) fn likely(mut self) -> Self {
        if !matches!(self, Self::Array(_) | Self::Map(_)) {
            self.doubt();
        }
        self
    }

    /// Whether the line surely made it, of nothing that the environment holds.
    pub(super) fn is_own(&self) -> bool {
        !self.is_doubted()
    }

    /// The same value, which is not of the environment.
    pub(super) fn made(self) -> Self {
        match self {
            Self::Likely(text) => Self::Made(Some(text)),
            Self::Dynamic => Self::Made(None),
            other => other,
        }
    }

    /// What it holds is not known, or on some path only.
    pub(super) fn is_doubted(&self) -> bool {
        matches!(self, Self::Likely(_) | Self::Dynamic)
    }

    pub(super) fn is_number(&self) -> bool {
        match self {
            Self::Number => true,
            Self::Text(text) => is_number(text),
            _ => false,
        }
    }
}

/// Whether a pattern of [`Variable::Files`] may lead out of the folder that it begins in: `.*` matches `..` too.
pub(super) fn may_climb(pattern: &str) -> bool {
    let climbs =
        |name: &str| name == ".." || (name.starts_with('.') && name.contains(['*', '?', '[']));
    pattern.split('/').any(climbs)
}

/// Digits that bash takes for a number in arithmetic, whatever is set.
pub(super) fn is_number(text: &str) -> bool {
    text.trim().parse::<i64>().is_ok()
}

/// What bash evaluates as an arithmetic expression when it assigns to an integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Evaluation {
    Text(String),
    /// A text that only the run will show.
    Unknown,
}

/// The case that letters of a value take on. A subshell, a function or a branch may have given it to a name, and
/// locales differ about letters, so that such a value is a likely one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    /// Of the first letter only, or more than one of these.
    Other,
}

impl Case {
    fn of(self, text: String) -> String {
        match self {
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Other => text,
        }
    }

    fn of_value(self, value: Variable) -> Variable {
        match value {
            Variable::Text(text) | Variable::Made(Some(text)) => {
                Variable::Made(Some(self.of(text)))
            }
            Variable::Likely(text) => Variable::Likely(self.of(text)),
            Variable::Array(_) | Variable::Map(_) => Variable::Made(None),
            Variable::Files(_) => Variable::Dynamic,
            other => other,
        }
    }
}

/// What `declare` said about a name (bash(1), `declare`). Nothing takes it back: what would, may be in a subshell.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes {
    /// `-i`: values are evaluated.
    pub(super) integer: bool,
    /// `-l`, `-u` or `-c`.
    pub(super) case: Option<Case>,
    /// `-n`: the name that it refers to, as far as it is known.
    pub(super) reference: Option<String>,
    /// `-r`: what is assigned later is refused, and the line may go on.
    pub(super) readonly: bool,
}

impl Attributes {
    pub(super) fn of_integer() -> Self {
        Self {
            integer: true,
            ..Self::default()
        }
    }

    /// The value that a name with these attributes takes on, and what bash evaluates for it.
    pub(super) fn applied(&self, value: Variable) -> (Variable, Vec<Evaluation>) {
        if self.reference.is_some() {
            return (Variable::Dynamic, Vec::new());
        }
        if self.integer && !value.is_number() {
            return (Variable::Number, evaluations(value));
        }
        let mut value = value;
        if self.readonly {
            value.doubt();
        }
        match self.case {
            Some(case) => (case.of_value(value), Vec::new()),
            None => (value, Vec::new()),
        }
    }

    /// How many of them there are.
    pub(super) fn count(&self) -> usize {
        let flags = [
            self.integer,
            self.readonly,
            self.case.is_some(),
            self.reference.is_some(),
        ];
        flags.into_iter().filter(|is_set| *is_set).count()
    }
}

fn evaluations(value: Variable) -> Vec<Evaluation> {
    match value {
        Variable::Text(text) => vec![Evaluation::Text(text)],
        Variable::Array(items) => items.into_iter().map(Evaluation::Text).collect(),
        Variable::Map(items) => items
            .into_iter()
            .map(|(_, text)| Evaluation::Text(text))
            .collect(),
        Variable::Likely(text) | Variable::Made(Some(text)) => {
            vec![Evaluation::Text(text), Evaluation::Unknown]
        }
        Variable::Number => Vec::new(),
        Variable::Files(_) | Variable::Made(None) | Variable::Found | Variable::Dynamic => {
            vec![Evaluation::Unknown]
        }
    }
}

/// Variables that the shell sets itself, whatever a script assigns to them.
const SET_BY_SHELL: &[&str] = &[
    "PWD",
    "OLDPWD",
    "RANDOM",
    "SRANDOM",
    "SECONDS",
    "LINENO",
    "EPOCHSECONDS",
    "EPOCHREALTIME",
    "OPTARG",
    "OPTIND",
    "DIRSTACK",
    "PIPESTATUS",
    "FUNCNAME",
    "GROUPS",
    "UID",
    "EUID",
    "PPID",
    "BASHPID",
    "BASH_COMMAND",
    "BASH_SUBSHELL",
    "_",
];

/// Those of them that are numbers as long as a script neither assigns nor unsets them.
pub(super) const NUMBERS: &[&str] = &[
    "RANDOM",
    "SRANDOM",
    "SECONDS",
    "LINENO",
    "EPOCHSECONDS",
    "UID",
    "EUID",
    "PPID",
    "BASHPID",
    "BASH_SUBSHELL",
];

/// Variables of which bash evaluates what a script assigns to them, as it does of integers.
pub(super) const EVALUATED: &[&str] = &["RANDOM", "SRANDOM", "OPTIND", "HISTCMD"];

pub(super) fn set_by_shell(name: &str) -> bool {
    SET_BY_SHELL.contains(&name)
}

/// `NAME` or `NAME[SUBSCRIPT]`, as builtins take it.
pub(super) fn subscripted(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest) = text.split_at_checked(names::name_length(text))?;
    if name.is_empty() {
        return None;
    }
    if rest.is_empty() {
        return Some((name, None));
    }
    let subscript = rest.strip_prefix('[')?.strip_suffix(']')?;
    Some((name, Some(subscript)))
}
