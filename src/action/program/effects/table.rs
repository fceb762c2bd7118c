//! What a table of effects says.

use super::super::super::facts::Does;
use super::super::call::Call;
use super::super::options::{Grammar, Opt};
pub(super) use super::account::Account;
use super::sieve::Choice;

/// What an option is to a table of effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Changes what is printed, and nothing else.
    Plain,
    /// The value is a file that is read.
    Read,
    /// The value is a file that is written.
    Write,
    /// The value is the name of a new branch of git.
    Branch,
    /// It gives what would else be the first operand (`grep -e`).
    Pattern,
    /// It names a file with what would else be the first operand (`grep -f`).
    PatternFile,
    /// What is read is walked (`grep -r`).
    Walks,
    /// Nothing is read, and every operand is listed (`rg --files`).
    Names,
    /// It may take the place of the option by which nothing is read: `rg --files --count PATTERN` searches
    /// (ripgrep 14.1).
    Searches,
    /// The operands are changed in place.
    InPlace,
    /// On other systems the option takes no value, and the next word is an operand that is listed.
    Listed,
    /// It says which files a walk opens, or what is printed of them.
    Sifts(Choice),
}

/// What words that are no options are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operands {
    /// There are none.
    None,
    /// Text, names or numbers.
    Text,
    /// Text that begins with `+`: `date +%s`.
    Format,
    /// Files that are read.
    Reads,
    /// Files that are read, named as files are: of a directory, the files in it would be read.
    ReadsNamed,
    /// The first is no file, unless an option replaces it; the others are read.
    PatternReads,
    /// The first is code, unless an option replaces it; the others are read.
    CodeReads,
    /// The first is no file, unless an option replaces it; the others are read and walked.
    PatternWalks,
    /// The first is read, the second is written.
    ReadWrite,
    /// Paths that are listed.
    Lists,
    /// Files or folders that are written.
    Writes,
    /// All but the last are read, and the last is written.
    Copy,
    /// Files that are deleted or moved.
    Deletes,
}

/// What a program or a subcommand does with its words.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) opts: &'static [Opt<Role>],
    pub(super) operands: Operands,
    pub(super) grammar: Grammar,
    pub(super) does: Does,
    /// Without operands it lists or walks the working directory.
    pub(super) here: bool,
    /// No option of the program writes, runs or reads a file, also none that is missing here. So a
    /// glob may begin an operand, although a file may have the name of an option.
    pub(super) mild: bool,
    /// Every implementation reads options behind operands too.
    pub(super) permutes: bool,
}

/// A table by the grammar that most programs have. A long option is never abbreviated: what it
/// abbreviates need not be in the table.
pub(super) const fn table(opts: &'static [Opt<Role>], operands: Operands) -> Table {
    Table {
        opts,
        operands,
        grammar: Grammar::Exact,
        does: Does::NOTHING,
        here: false,
        mild: false,
        permutes: false,
    }
}

/// The table of a program without an option that could harm.
pub(super) const fn mild(opts: &'static [Opt<Role>], operands: Operands) -> Table {
    Table {
        mild: true,
        ..table(opts, operands)
    }
}

/// The table of a program that lists the working directory if it has no operands.
pub(super) const fn lister(opts: &'static [Opt<Role>]) -> Table {
    Table {
        here: true,
        ..table(opts, Operands::Lists)
    }
}

/// How a program is accounted for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    /// By a table.
    Table(&'static Table),
    /// By a function, for words that no table can describe.
    Function(fn(&Call<'_>, &mut Account<'_>)),
}

/// One family: each entry has programs' names, space-separated.
pub(super) type Family = &'static [(&'static str, Check)];
