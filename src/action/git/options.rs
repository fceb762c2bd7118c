//! The options of `git push` (git-push(1), git 2.47), as git's parse-options reads them.

use crate::action::shell::ShellWord;

/// What an option of `git push` means for the refs that move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The option changes nothing.
    Nothing,
    All,
    Mirror,
    Delete,
    Tags,
    FollowTags,
    DryRun,
    Force,
    /// `--force-with-lease`: forces, whatever `--no-force` says.
    Lease,
    Prune,
    /// `--recurse-submodules=V`: `on-demand` and `only` push other repositories.
    Submodules,
    /// `--receive-pack=P`: names the program that runs at the other end.
    Program,
    /// `--repo=R`: the remote, if no argument names one.
    Repo,
    /// `-o V`: a text for the server.
    Option,
    /// Shows help and does nothing.
    Help,
}

/// Whether an option takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    No,
    /// Attached, or the next word.
    Required,
    /// Attached only.
    Optional,
}

struct Spec {
    long: &'static str,
    short: Option<char>,
    value: Value,
    meaning: Meaning,
}

const fn flag(long: &'static str, short: Option<char>, meaning: Meaning) -> Spec {
    Spec {
        long,
        short,
        value: Value::No,
        meaning,
    }
}

const fn valued(long: &'static str, short: Option<char>, value: Value, meaning: Meaning) -> Spec {
    Spec {
        long,
        short,
        value,
        meaning,
    }
}

const OPTIONS: &[Spec] = &[
    flag("verbose", Some('v'), Meaning::Nothing),
    flag("quiet", Some('q'), Meaning::Nothing),
    valued("repo", None, Value::Required, Meaning::Repo),
    flag("all", None, Meaning::All),
    flag("branches", None, Meaning::All),
    flag("mirror", None, Meaning::Mirror),
    flag("delete", Some('d'), Meaning::Delete),
    flag("tags", None, Meaning::Tags),
    flag("dry-run", Some('n'), Meaning::DryRun),
    flag("porcelain", None, Meaning::Nothing),
    flag("force", Some('f'), Meaning::Force),
    valued("force-with-lease", None, Value::Optional, Meaning::Lease),
    flag("force-if-includes", None, Meaning::Nothing),
    valued(
        "recurse-submodules",
        None,
        Value::Required,
        Meaning::Submodules,
    ),
    flag("thin", None, Meaning::Nothing),
    valued("receive-pack", None, Value::Required, Meaning::Program),
    valued("exec", None, Value::Required, Meaning::Program),
    flag("set-upstream", Some('u'), Meaning::Nothing),
    flag("progress", None, Meaning::Nothing),
    flag("prune", None, Meaning::Prune),
    flag("no-verify", None, Meaning::Nothing),
    flag("follow-tags", None, Meaning::FollowTags),
    valued("signed", None, Value::Optional, Meaning::Nothing),
    flag("atomic", None, Meaning::Nothing),
    valued("push-option", Some('o'), Value::Required, Meaning::Option),
    flag("ipv4", Some('4'), Meaning::Nothing),
    flag("ipv6", Some('6'), Meaning::Nothing),
];

/// One option as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) meaning: Meaning,
    /// `--no-…`
    pub(super) negated: bool,
    pub(super) value: Option<ShellWord>,
}

/// A command line taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) options: Vec<Given>,
    pub(super) arguments: Vec<ShellWord>,
    /// Why git's reading of it is not known.
    pub(super) unknown: Option<String>,
}

/// Reads the words after `push`.
pub(super) fn parse(words: &[ShellWord]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word.known().is_none() {
            // May be an option, an argument, none or many of them.
            parsed.argument(word);
            continue;
        }
        let text = word.text.as_str();
        if matches!(text, "--" | "--end-of-options") {
            for word in rest.by_ref() {
                parsed.argument(word);
            }
        } else if let Some(long) = text.strip_prefix("--") {
            parsed.long(long, &mut rest);
        } else if text.len() > 1 && text.starts_with('-') {
            parsed.cluster(text, &mut rest);
        } else {
            parsed.argument(word);
        }
    }
    parsed
}

impl Parsed {
    pub(super) fn note(&mut self, reason: String) {
        self.unknown.get_or_insert(reason);
    }

    fn argument(&mut self, word: &ShellWord) {
        self.note_if_unknown(word);
        self.arguments.push(word.clone());
    }

    fn note_if_unknown(&mut self, word: &ShellWord) {
        if word.known().is_none() {
            self.note(format!("`{}` is known only at run time", word.text));
        }
    }

    /// The next word as an option's value. Unquoted it may become several words.
    fn next_value<'a>(
        &mut self,
        rest: &mut impl Iterator<Item = &'a ShellWord>,
    ) -> Option<ShellWord> {
        let value = rest.next();
        match value {
            Some(word) => self.note_if_unknown(word),
            None => self.note("an option's value is missing".to_owned()),
        }
        value.cloned()
    }

    fn help(&mut self) {
        self.options.push(Given {
            meaning: Meaning::Help,
            negated: false,
            value: None,
        });
    }

    fn give(&mut self, spec: &Spec, negated: bool, value: Option<ShellWord>) {
        self.options.push(Given {
            meaning: spec.meaning,
            negated,
            value,
        });
    }

    fn long<'a>(&mut self, text: &str, rest: &mut impl Iterator<Item = &'a ShellWord>) {
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name, Some(ShellWord::constant(value))),
            None => (text, None),
        };
        if name == "help" || name == "help-all" {
            self.help();
            return;
        }
        let Some((spec, negated)) = find(name) else {
            self.note(format!("`--{name}` is not an option of git push"));
            return;
        };
        let value = match (spec.value, attached) {
            (Value::Required, None) if !negated => self.next_value(rest),
            (_, attached) => attached,
        };
        self.give(spec, negated, value);
    }

    fn cluster<'a>(&mut self, text: &str, rest: &mut impl Iterator<Item = &'a ShellWord>) {
        let mut letters = text.chars();
        letters.next();
        while let Some(letter) = letters.next() {
            if letter == 'h' {
                self.help();
                continue;
            }
            let Some(spec) = OPTIONS.iter().find(|spec| spec.short == Some(letter)) else {
                self.note(format!("`-{letter}` is not an option of git push"));
                continue;
            };
            if spec.value == Value::No {
                self.give(spec, false, None);
                continue;
            }
            let attached = letters.as_str();
            let value = match attached.is_empty() {
                true => self.next_value(rest),
                false => Some(ShellWord::constant(attached)),
            };
            self.give(spec, false, value);
            return;
        }
    }
}

/// The option that `name` spells or abbreviates, and whether it is negated.
fn find(name: &str) -> Option<(&'static Spec, bool)> {
    if let Some(spec) = OPTIONS.iter().find(|spec| spec.long == name) {
        return Some((spec, false));
    }
    let negative = |spec: &Spec| match spec.long.strip_prefix("no-") {
        Some(positive) => positive.to_owned(),
        None => format!("no-{}", spec.long),
    };
    if let Some(spec) = OPTIONS.iter().find(|spec| negative(spec) == name) {
        return Some((spec, true));
    }
    let mut matching = OPTIONS.iter().flat_map(|spec| {
        let positive = spec.long.starts_with(name).then_some((spec, false));
        let negated = negative(spec).starts_with(name).then_some((spec, true));
        positive.into_iter().chain(negated)
    });
    let first = matching.next()?;
    matching.next().is_none().then_some(first)
}
