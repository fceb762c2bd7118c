//! What is known of a program beyond the general presumption (`presumed`): a line a program
//! instead of a table, because its other words say by themselves what they are.
//!
//! | module | holds |
//! |---|---|
//! | `plain` | programs whose words are text, are only tested or listed, or are created |
//! | `rewriters` | programs that change the files among their operands |
//! | `builders` | compilers and converters, with what they write |
//! | `movers` | programs that copy, fetch, record or store |
//! | `launchers` | what launchers read and write themselves |
//! | `clouds` | files that command lines of clouds and code hosts send and fetch |
//! | `inputs` | programs whose options have another meaning than their names say |

mod builders;
mod clouds;
mod inputs;
mod launchers;
mod movers;
mod plain;
mod rewriters;

use foldhash::HashMap;
use std::sync::LazyLock;

use super::call::Call;
use super::presumed_options::Kind;
use super::word_list::lists;

/// What the words of a program are that are no options and no options' values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// No files, or files of which nothing is shown.
    Text,
    /// Read, if they are files.
    Presumed,
    /// Changed or created.
    Written,
    /// Deleted with what is in them.
    Removed,
    /// The last is written, the others are read.
    Last,
    /// The last is written, also as a directory; the others are read with what is in them.
    Copied,
}

/// What is known of a program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    pub(super) operands: Words,
    /// Operands in front that are no files: a subcommand, a pattern.
    names: usize,
    /// With [`Words::Last`]: a single operand is written too.
    pub(super) alone: bool,
    /// With [`Words::Copied`]: a path's first segment may name another machine.
    pub(super) aliases: bool,
    /// Options, space-separated, whose value is a file that is read.
    reads: &'static str,
    /// Options whose value is written.
    writes: &'static str,
    /// Options whose value is no file.
    texts: &'static str,
    /// Options without a value, where the general rule would take the next word for one.
    flags: &'static str,
    /// Options beside which the operands are changed; `None` where the general rule holds.
    in_place: Option<&'static str>,
    /// Options with which nothing is written.
    dry: &'static str,
    /// Options whose value is an operand too (`hcledit -f FILE`).
    subjects: &'static str,
}

/// Nothing is known.
pub(super) const UNKNOWN: Habits = Habits {
    operands: Words::Presumed,
    names: 0,
    alone: false,
    aliases: false,
    reads: "",
    writes: "",
    texts: "",
    flags: "",
    in_place: None,
    dry: "",
    subjects: "",
};

impl Habits {
    const fn of(operands: Words) -> Self {
        Self {
            operands,
            ..UNKNOWN
        }
    }
    const fn behind(self, names: usize) -> Self {
        Self { names, ..self }
    }
    const fn alone(self) -> Self {
        Self {
            alone: true,
            ..self
        }
    }
    const fn aliases(self) -> Self {
        Self {
            aliases: true,
            ..self
        }
    }
    const fn reads(self, reads: &'static str) -> Self {
        Self { reads, ..self }
    }
    const fn writes(self, writes: &'static str) -> Self {
        Self { writes, ..self }
    }
    const fn texts(self, texts: &'static str) -> Self {
        Self { texts, ..self }
    }
    const fn flags(self, flags: &'static str) -> Self {
        Self { flags, ..self }
    }
    const fn in_place(self, in_place: &'static str) -> Self {
        Self {
            in_place: Some(in_place),
            ..self
        }
    }
    const fn dry(self, dry: &'static str) -> Self {
        Self { dry, ..self }
    }
    const fn subjects(self, subjects: &'static str) -> Self {
        Self { subjects, ..self }
    }

    /// What the option's value is, where this is known.
    pub(super) fn kind(&self, option: &str) -> Option<Kind> {
        [
            (self.reads, Kind::Input),
            (self.writes, Kind::Write),
            (self.texts, Kind::Text),
            (self.subjects, Kind::Operand),
        ]
        .into_iter()
        .find(|(list, _)| lists(list, option))
        .map(|(_, kind)| kind)
        .or_else(|| self.is_silent().then_some(Kind::Text))
    }

    pub(super) fn is_flag(&self, option: &str) -> bool {
        lists(self.flags, option)
    }

    /// Whether operands are changed beside this option, where this is known.
    pub(super) fn is_in_place(&self, option: &str) -> Option<bool> {
        self.in_place.map(|list| lists(list, option))
    }

    pub(super) fn is_dry(&self, option: &str) -> bool {
        lists(self.dry, option)
    }

    /// How many operands in front are no files.
    pub(super) fn names(&self) -> usize {
        self.names
    }

    /// Nothing among the words is a file that is read.
    pub(super) fn is_silent(&self) -> bool {
        self.operands == Words::Text
    }
}

/// Each entry: programs' names, space-separated; subcommands, where only these have the
/// habits (`hg revert`); the habits.
type Entry = (&'static str, &'static str, Habits);

static BY_NAME: LazyLock<HashMap<&'static str, Vec<(&'static str, &'static Habits)>>> =
    LazyLock::new(|| {
        let mut all: HashMap<&str, Vec<(&str, &Habits)>> = HashMap::default();
        let lists = [
            plain::HABITS,
            rewriters::HABITS,
            builders::HABITS,
            movers::HABITS,
            inputs::HABITS,
            launchers::HABITS,
            clouds::HABITS,
        ];
        for (names, subcommands, habits) in lists.into_iter().flatten() {
            for name in names.split_whitespace() {
                all.entry(name).or_default().push((subcommands, habits));
            }
        }
        all
    });

/// What launchers have in common.
pub(super) const LAUNCHER: Habits = Habits::of(Words::Text).reads("--env-file --env-files");

/// What is known of a call's program in particular.
pub(super) fn specific(call: &Call<'_>) -> Option<&'static Habits> {
    let entries = BY_NAME.get(&*call.name);
    let subcommands = call
        .args()
        .iter()
        .filter(|word| !word.text.starts_with('-'));
    let depth = if call.name == "az" { 4 } else { 2 };
    let subcommands = subcommands.take(depth).map(|word| word.text.as_str());
    let subcommands: Vec<&str> = subcommands.collect();
    let found = entries.into_iter().flatten().find(|(list, _)| {
        list.is_empty()
            || list
                .split_whitespace()
                .any(|known| subcommands.contains(&known))
    });
    found.map(|(_, habits)| *habits)
}

/// The habits of a call's program; of nothing that can be no program's name.
pub(super) fn of(call: &Call<'_>) -> Option<&'static Habits> {
    match specific(call) {
        Some(habits) => Some(habits),
        // A launcher's word that is a version (`3.12`) or a path of data is no program.
        None if call.name.starts_with(|c: char| c.is_ascii_digit()) => None,
        None => Some(&UNKNOWN),
    }
}
