//! A command line as the simple commands that it could run.
//!
//! | module | holds |
//! |---|---|
//! | `scan`, `lexer`, `cut`, `reserved`, `here_document` | text to tokens, in linear time and bounded depth |
//! | `texts` | the opaque names under which the grammar sees words |
//! | `walk`, `compound`, `simple` | the tree (`brush-parser`'s grammar over those tokens) to simple commands |
//! | `expand`, `parameter`, `held`, `elements`, `operator`, `pattern`, `brace`, `escape`, `names` | a word to the words that it becomes |
//! | `skim` | every simple command of a text that can't be followed |
//! | `arithmetic` | text that bash evaluates, in any place |
//! | `state`, `location`, `variable` | what a shell knows at one point, where it is, and one variable |
//! | `assignment` | assignment words |
//! | `assigned`, `builtin` | assignments without an assignment word, and which builtins make them |
//!
//! [`run`] hands each simple command to a [`Visitor`] as soon as it is known, and the
//! visitor may run scripts in the same [`Shell`] (`eval`) or move it (`cd`).

mod arithmetic;
mod assigned;
mod assignment;
mod brace;
mod builtin;
mod compound;
mod cut;
mod elements;
mod escape;
mod expand;
mod held;
mod here_document;
mod lexer;
mod location;
mod names;
mod operator;
mod parameter;
mod pattern;
mod redirection;
mod reserved;
mod scan;
mod script;
mod simple;
mod skim;
mod state;
mod texts;
mod variable;
mod walk;
mod word;

use std::ops::Range;

pub(in crate::action) use escape::{Escapes, Unescaped, unescaped};
pub use location::{Branch, Location};
pub use skim::skim;
pub use state::{Shell, Stdin};
pub use word::ShellWord;

/// Why a command line can't be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unparsed {
    reason: &'static str,
    /// The line has used up what one line may use: nothing more of it is followed.
    exhausted: bool,
}

impl Unparsed {
    pub(crate) fn new(reason: &'static str) -> Self {
        Self {
            reason,
            exhausted: false,
        }
    }

    pub(crate) fn exhausted(reason: &'static str) -> Self {
        Self {
            reason,
            exhausted: true,
        }
    }
}

/// One simple command, its words expanded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SimpleCommand {
    /// The program and its arguments. Empty if it only assigns or redirects.
    pub words: Vec<ShellWord>,
    /// Names of variables that it assigns, for itself or (without words) for what follows.
    pub assignments: Vec<String>,
    /// What it assigns reaches the programs that follow, whatever its names are: a function is called
    /// with it.
    pub exports: bool,
    /// Files that it opens.
    pub redirections: Vec<Redirection>,
    /// What it reads from standard input, if the line says so.
    pub stdin: Option<Stdin>,
    /// Its standard input is the pipe behind another command, for certain.
    pub reads_pipe: bool,
    /// A redirection of it may fail, and then it doesn't run.
    pub may_not_run: bool,
}

impl SimpleCommand {
    /// A command that is nothing but its words.
    fn of(words: Vec<ShellWord>) -> Self {
        Self {
            words,
            ..Self::default()
        }
    }
}

/// A file that the shell opens for a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// The file.
    pub target: ShellWord,
    /// It is opened for reading.
    pub reads: bool,
    /// It is opened for writing.
    pub writes: bool,
    /// The line surely comes here, and then the file is made, or loses what it held: `> FILE`, before
    /// anything that can fail.
    pub surely_empties: bool,
}

/// A point of a walk: how much the visitor has met until then of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Simple commands.
    pub commands: usize,
    /// What holds for all commands that follow: exported variables, aliases, scripts that the line wrote.
    pub lasting: usize,
    /// Commands that depend on files or on the repository as the line leaves them.
    pub depends: usize,
    /// Commands that put files into the index of git which the line doesn't name.
    pub staged: usize,
    /// Files that the line put there by their names.
    pub named: usize,
    /// Writes to files.
    pub writes: usize,
    /// Writes to files by programs that no table knows.
    pub presumed_writes: usize,
    /// Symbolic links that were made.
    pub links: usize,
    /// Branches that were switched to or set up.
    pub branches: usize,
}

/// Receives each simple command, in the order of the line.
pub trait Visitor {
    /// A simple command that could run. The visitor may change the shell as the command would.
    ///
    /// # Errors
    /// If something that it runs in turn can't be followed.
    fn command(&mut self, shell: &mut Shell, command: &SimpleCommand) -> Result<(), Unparsed>;

    /// A part of the line that can't be followed; the text around it still is.
    fn unparsed(&mut self, problem: &Unparsed);

    /// Something that only the run will show, apart from any command's words.
    fn unknown(&mut self, reason: &str);

    /// A part of the line may run again and again, and nothing in the line ends that.
    fn repeats(&mut self);

    /// The point that the walk has come to.
    fn mark(&self) -> Mark;

    /// The commands of `part` may also run after those that the walk met since `since`: in a loop, or in a pipe.
    fn after(&mut self, part: Range<Mark>, since: Mark);

    /// The commands of `part` may run at any time until the line ends: in the background.
    fn beside(&mut self, part: Range<Mark>);
}

/// Follows a script through every path that it could take.
///
/// # Errors
/// If it is no valid shell text, nests past a limit of [`super::limits`], or takes more work
/// than is left of its budget.
pub fn run(shell: &mut Shell, text: &str, visitor: &mut dyn Visitor) -> Result<(), Unparsed> {
    script::run(shell, text, visitor)
}

/// The words to which the braces of one expand; itself alone if it has none.
///
/// # Errors
/// If they are too many, too long, or too deep.
pub fn braces(word: &str) -> Result<Vec<String>, Unparsed> {
    brace::expand(word)
}

/// Follows a script whose failure leaves the rest of the line as it is.
///
/// # Errors
/// If the whole line is past a limit.
pub fn run_part(shell: &mut Shell, text: &str, visitor: &mut dyn Visitor) -> Result<(), Unparsed> {
    let result = script::run(shell, text, visitor);
    contained(result, visitor)
}

/// Reports to the visitor a failure that leaves the rest of the line as it is.
///
/// # Errors
/// If the whole line is past a limit.
pub fn contained(result: Result<(), Unparsed>, visitor: &mut dyn Visitor) -> Result<(), Unparsed> {
    match result {
        Err(problem) if !problem.exhausted => {
            visitor.unparsed(&problem);
            Ok(())
        }
        other => other,
    }
}
