//! What known programs read, write, change, or run in turn.
//!
//! | module | holds |
//! |---|---|
//! | `lookup` | which table or function knows which program |
//! | `call` | one simple command, the program's name made canonical |
//! | `options` | options as opposed to values and operands, as getopt and Go's `flag` do |
//! | `files`, `sources` | programs whose operands are files; tables in `readers` and `writers`; names of files |
//! | `network`, `addresses`, `archives`, `remote_archives`, `backups`, `compressors`, `patches`, `databases`, `secrets`, `transfers` | programs that move content between files, archives, databases and the network |
//! | `presumed`, `presumed_options`, `habits` | programs without a table: what their words likely are |
//! | `code` | what is constant in code of other languages |
//! | `unknown`, `variables` | what a program without a table may run, and what variables make programs run |
//! | `scripts`, `jq`, `editors` | programs whose arguments are code in small languages |
//! | `launch` | programs that find another one and run it, by tables |
//! | `syntax_checks` | interpreters that only look whether files are well formed |
//! | `wrappers`, `runners`, `launchers`, `shells`, `shell_options`, `find`, `interpreters`, `runtimes` | programs that run others |
//! | `builtins`, `printed` | what the shell itself does; what a command would print |
//! | `either` | a command with words that may be nothing at run time |
//! | `subcommands` | which programs have subcommands |
//! | `inner` | what a program runs |
//! | `word_list` | the lists of names in the tables |
//! | `git`, `terraform`, `terragrunt`, `cloud`, `forges`, `test_runners`, `own` | programs with subcommands |
//! | `contacts` | which hosts a command connects to |
//! | `effects` | what a command does, if its table accounts for every word |
//! | `tasks` | which tasks of a project a command runs |
//! | `vouched` | which options of which program an allow may take in |

mod addresses;
mod archives;
mod backups;
mod builtins;
mod call;
mod cloud;
mod cloud_tables;
mod code;
mod compressors;
mod contacts;
mod database_shells;
mod databases;
mod debuggers;
mod editors;
mod effects;
mod either;
mod files;
mod find;
mod find_exec;
mod forges;
mod git;
mod habits;
mod inner;
mod interpreters;
mod jq;
mod launch;
mod launchers;
mod lookup;
mod network;
mod operand;
mod options;
mod own;
mod pagers;
mod patches;
mod presumed;
mod presumed_options;
mod printed;
mod readers;
mod remote_archives;
mod runners;
mod runtimes;
mod scripts;
mod secrets;
mod selecting;
mod shell_options;
mod shells;
mod shown;
pub(super) mod sources;
mod subcommands;
mod syntax_checks;
mod tasks;
mod terraform;
mod terragrunt;
mod test_runners;
mod transfers;
mod unknown;
mod variables;
mod vouched;
mod word_list;
mod wrapper_tables;
mod wrappers;
mod writers;

pub use code::{Constants, Language, constants_of};
pub use contacts::Contact;
pub(in crate::action) use contacts::contacts;
pub(in crate::action) use effects::{activated, may_find_options};
pub(in crate::action) use git::with_environment as git_with_environment;
pub use git::{OptionsOfGit, names_commits, options_of_git, paths_of_revision};
pub use inner::{Inner, Script, Source};
pub use operand::{Access, Operand};
pub use options::{Arg, Arities};
pub use printed::{constant_output, likely_output, printf_assigns, printf_format};
pub use shells::is_portable;
pub use shown::{prints_numbers, shown};
pub use subcommands::{has_subcommands, needs_subcommand};
pub use tasks::{CodeFrom, Task};
pub(in crate::action) use variables::is_local;
pub use variables::{may_be_started, started_by_variable};
pub use vouched::only_pattern_vouches;

use call::Call;
pub(in crate::action) use call::file_name;
use either::either;
pub(in crate::action) use files::is_here;

use super::facts::{Effect, Effects, Search};
use super::git::Settings;
use super::shell::ShellWord;

/// What one simple command means, its redirections and assignments left to the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The command runs other commands: `sudo`, `xargs`, `bash -c`, `find -exec`, `eval`, …
    Wraps(Wrapper),
    /// The command does something itself.
    Runs(Box<Leaf>),
}

/// A command that runs other commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapper {
    /// The wrapper's name in the facts: `sudo`, `bash -c`, `find -exec`.
    pub name: String,
    /// The commands that it runs. There are several for `find … -exec a \; -exec b +`.
    pub inner: Vec<Inner>,
    /// When, and in which shell, it runs its scripts.
    pub runs: Runs,
    /// Why it lifts an allow, if it does: it changes privilege, directory, environment or words.
    pub lifts_allow: Option<String>,
    /// Names of variables that it sets for the inner command (`env A=1`).
    pub assignments: Vec<String>,
    /// Those of them whose value is known, with it.
    pub values: Vec<(String, String)>,
    /// The directory that it changes to for the inner command (`env -C D`, `sudo -D D`).
    pub directory: Option<ShellWord>,
    /// The paths that it reads or writes itself (`find . `, `time -o F`).
    pub operands: Vec<Operand>,
}

/// When, and in which shell, a wrapper runs the scripts among what it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Runs {
    /// Now, in a shell of their own: `bash -c`.
    #[default]
    Apart,
    /// Now, in the shell that runs the wrapper: `eval`.
    Here,
    /// On a signal or at the end of the shell, or never: `trap`.
    OnSignal,
    /// Where a later command has the name of the alias, or never: `alias`.
    AsAlias,
}

impl Runs {
    /// Whether the scripts run after the command, if they run at all.
    #[must_use]
    pub fn is_later(self) -> bool {
        matches!(self, Self::OnSignal | Self::AsAlias)
    }
}

/// Which commands a reason holds for that keeps a command from being allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// The command itself.
    #[default]
    Itself,
    /// The command and all that follow it in the line, because it changes their meaning.
    Following,
}

/// A command that does something itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaf {
    /// See [`super::facts::Command::block_forms`].
    pub block_forms: Vec<Vec<String>>,
    /// See [`super::facts::Command::allow_form`].
    pub allow_form: Option<Vec<String>>,
    /// See [`super::facts::Command::allow_lifted`].
    pub allow_lifted: Vec<String>,
    /// Which commands `allow_lifted` holds for.
    pub reach: Reach,
    /// See [`super::facts::Command::neutral`]. For `cd` it holds if `directory` is inside the workspace.
    pub neutral: bool,
    /// See [`super::facts::Command::inert`].
    pub inert: bool,
    /// The effect of its operation.
    pub effect: Effect,
    /// What its table of effects says. None where no table knows the program.
    pub known: Option<Box<KnownEffects>>,
    /// Paths that it reads and writes, relative to `base` where that is set.
    pub operands: Vec<Operand>,
    /// It reads the directory that it works in unless standard input is a pipe (`rg PATTERN`).
    pub walks_unless_fed: bool,
    /// Words that may be paths, where not enough is known of the program.
    pub presumed: Vec<Operand>,
    /// Words of letters, digits and dashes of such a program: each is a name, a subcommand or a file.
    pub bare: Vec<ShellWord>,
    /// The directory that it works in (`git -C D`, `terraform -chdir=D`): several add up.
    pub base: Vec<ShellWord>,
    /// The directory that it leaves the shell in (`cd D`, `pushd D`).
    pub directory: Option<ShellWord>,
    /// Files that it runs or formats: from outside the workspace, it lifts an allow.
    pub loads: Vec<ShellWord>,
    /// The words behind `git push` (or another remote operation), with the operation's name first.
    pub git_remote: Option<Vec<ShellWord>>,
    /// Set for git: where it looks for a repository and settings.
    pub git: Option<Box<GitContext>>,
    /// Commands that it starts besides (`tar --to-command`, awk's `system`).
    pub starts: Vec<Inner>,
    /// A branch that it switches to (`git switch b`, `git checkout -b b`).
    pub switches_to: Option<ShellWord>,
    /// It puts files into the index of git, or into a commit, that no word names (`git add -A`).
    pub stages_unnamed: bool,
    /// Files that it puts there by their names (`git add a.rs`, `git commit -m x a.rs`).
    pub stages: Vec<ShellWord>,
    /// What it shows besides `operands` if the line put files there that it doesn't name (`git diff --cached`). Not
    /// empty where it shows such files at all.
    pub shows_staged: Vec<Operand>,
    /// It prints what came from another repository: of a branch of a remote, or of what was fetched.
    pub brings: bool,
    /// Names of variables that it exports or sets for what follows (`export A=1`, `declare -x`).
    pub assignments: Vec<String>,
    /// What can't be known about the command, with the reason.
    pub unknowns: Vec<String>,
    /// See [`super::facts::Command::unvouched`].
    pub unvouched: Vec<String>,
    /// The tasks of a project that it runs, if it is a tool or a runner of such tasks.
    pub task: Option<Box<Task>>,
    /// Which table says what its options mean for an allow.
    pub options: OptionTable,
    /// The program is named by a path below the directory that the command works in, and
    /// `allow_form` holds only where that directory is the workspace's root.
    pub is_by_path: bool,
}

/// Which table says what the options of a command mean for an allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OptionTable {
    /// That of the program, if it has one.
    #[default]
    Program,
    /// That of `node --test`.
    NodeTest,
    /// None is left to ask: every option was looked up where the command was read.
    Asked,
}

/// What a table of effects says of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownEffects {
    /// See [`super::facts::Command::effects`].
    pub effects: Effects,
    /// Paths of which names, sizes and times are shown, and not the content.
    pub lists: Vec<ShellWord>,
    /// Code or data that is loaded. From outside the workspace it makes the effects less than
    /// known.
    pub loads: Vec<ShellWord>,
    /// Which files its walk opens. None if nothing is known of that.
    pub search: Option<Search>,
    /// What it prints may have no end: `yes`.
    pub is_endless: bool,
}

/// What git's options say of the repository that it works in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitContext {
    /// The settings of `-c`.
    pub settings: Settings,
    /// An option names a repository, which need not be the one of the directory.
    pub elsewhere: bool,
}

/// What one simple command means: its words after the shell's expansions, the program first.
///
/// A word that only the run will show may turn out empty, or an option, so that the words around
/// it are what runs (`terraform $OPTS apply`). That reading is added to what can be blocked.
#[must_use]
pub fn interpret(words: &[ShellWord]) -> Meaning {
    let meaning = as_it_stands(words);
    if !words.iter().any(may_vanish) {
        return meaning;
    }
    let rest: Vec<ShellWord> = words
        .iter()
        .filter(|word| !may_vanish(word))
        .cloned()
        .collect();
    if rest.is_empty() {
        return meaning;
    }
    let vanishing_program = words.first().is_some_and(may_vanish);
    either(
        meaning,
        as_it_stands(&rest),
        vanishing_program.then_some(rest),
    )
}

fn as_it_stands(words: &[ShellWord]) -> Meaning {
    let Some(call) = Call::new(words) else {
        return Meaning::Runs(nothing_known("there is no program"));
    };
    let known = words.first().and_then(ShellWord::known);
    if known.is_none_or(str::is_empty) {
        return program_at_run_time(&call);
    }
    let mut meaning = lookup::known(&call).unwrap_or_else(|| unknown::program(&call));
    if let Meaning::Runs(leaf) = &mut meaning {
        vouched::check(&call, leaf);
        leaf.task = tasks::of(&call, leaf).map(Box::new);
        effects::assess(&call, leaf);
        tasks::presume_rewrites(&call, leaf);
    }
    meaning
}

const AT_RUN_TIME: &str = "the program is known only at run time";

/// A program that isn't known, or that is this one only as far as is known.
fn program_at_run_time(call: &Call<'_>) -> Meaning {
    let program = call.words.first().filter(|word| word.dynamic);
    let likely = program.and_then(ShellWord::likely);
    let meaning = likely.and_then(|_| lookup::known(call));
    match meaning.unwrap_or_else(|| call.plain()) {
        Meaning::Runs(mut leaf) => {
            leaf.neutral = false;
            leaf.lift(AT_RUN_TIME);
            leaf.unknown(AT_RUN_TIME);
            Meaning::Runs(leaf)
        }
        Meaning::Wraps(mut wrapper) => {
            wrapper.lift(AT_RUN_TIME);
            wrapper.inner.push(Inner::Dynamic(AT_RUN_TIME.to_owned()));
            Meaning::Wraps(wrapper)
        }
    }
}

/// The word is nothing but an expansion that isn't known.
fn may_vanish(word: &ShellWord) -> bool {
    word.is_open() && word.text.starts_with(['$', '`'])
}

fn nothing_known(reason: &str) -> Box<Leaf> {
    let mut leaf = Box::<Leaf>::default();
    leaf.lift(reason);
    leaf.unknown(reason);
    leaf
}
