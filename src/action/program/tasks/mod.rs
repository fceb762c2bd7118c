//! Which tasks of a project a command runs: its tests, its build, its linters.
//!
//! A task counts by its whole name in a table, a prefix is no licence (`build:deploy` is no build),
//! and every further target has to count too. What else the command may do is said elsewhere: by the
//! reasons that lift an allow, and by the words that no table vouches for.

mod monorepos;
mod names;
mod targets;

use std::sync::LazyLock;

use foldhash::HashSet;

use super::super::facts::TaskKind::{self, Format, Lint, Other, Test};
use super::super::facts::{ProjectTask, ProjectTasks};
use super::super::shell::ShellWord;
use super::call::Call;
use super::launchers::is_own;
use super::presumed_options::{is_dry_run, is_in_place};
use super::test_runners::operands_at;
use super::{Access, Inner, Leaf, Operand, vouched};
pub(super) use names::package_tool;
use names::{DOWNLOADS, RECIPES, RUNNERS, SESSIONS, SUBCOMMANDS, TOOLS, recipe, session};

/// Where the code that a task runs comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeFrom {
    /// The project: its sources, its recipes and the tools that are installed for it.
    Project,
    /// A registry, unless it is installed already: `npx`, `uvx`, `pnpm dlx`.
    Downloaded,
}

/// The tasks of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The tasks, and the tool that runs them.
    pub project: ProjectTasks,
    /// Where the code comes from.
    pub code: CodeFrom,
}

impl Task {
    /// The kinds of all tasks, each once, in the order of [`TaskKind`]. Never empty.
    #[must_use]
    pub fn kinds(&self) -> Vec<TaskKind> {
        let mut kinds: Vec<TaskKind> = self.project.tasks.iter().map(|task| task.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

/// Every program that may run a task.
static PROGRAMS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let tools = TOOLS.iter().map(|(names, _)| *names);
    let others = SUBCOMMANDS.iter().map(|(names, _)| *names);
    let names = tools.chain(others).chain([RUNNERS]);
    let names = names.flat_map(str::split_ascii_whitespace);
    names.chain(RECIPES.iter().copied()).collect()
});

/// The tasks of the project that a command runs. [`TaskKind::Other`] is among the kinds where one
/// is not known by its name.
///
/// A launcher's command counts through one launcher, and through no second one.
pub(super) fn of(call: &Call<'_>, leaf: &Leaf) -> Option<Task> {
    let carried = leaf.starts.iter().find_map(|start| match start {
        Inner::Carried(words) => Some(words),
        _ => None,
    });
    let Some(words) = carried else {
        return own(call);
    };
    let inner = Call::new(words)?;
    let mut task = own(&inner).unwrap_or_else(|| by_itself(&inner.name, Other));
    if downloads(call, words) {
        task.code = CodeFrom::Downloaded;
    }
    Some(task)
}

/// A formatter rewrites the files that it is given; so does a linter that mends what it finds. What
/// the words of such a task may be read as, it may write. Tools that are no more than that have tables of
/// their own.
pub(super) fn presume_rewrites(call: &Call<'_>, leaf: &mut Leaf) {
    let Some(task) = &leaf.task else {
        return;
    };
    let has = |is: fn(&str) -> bool| call.args().iter().any(|word| is(&word.text));
    let formats = task.kinds().contains(&Format) && !has(is_dry_run);
    let mends = has(|text| text.starts_with("--") && is_in_place(text));
    if !(formats || mends) || names::tool(&task.project.tool).is_some() {
        return;
    }
    let read = leaf.operands.iter().chain(&leaf.presumed);
    let read = read.filter(|operand| operand.access == Access::Read);
    let listed = leaf.known.iter().flat_map(|known| &known.lists);
    let words = read.map(|operand| &operand.word).chain(listed);
    let written = words.map(|word| Operand {
        word: word.clone(),
        access: Access::Write,
        recursive: false,
    });
    let written: Vec<Operand> = written.collect();
    leaf.presumed.extend(written);
}

/// Whether a launcher fetches the program of `words`, if it isn't there.
fn downloads(call: &Call<'_>, words: &[ShellWord]) -> bool {
    let own = call.args().len().saturating_sub(words.len());
    let own = call.args().get(..own).unwrap_or_default();
    let operands = own.iter().filter(|word| !word.text.starts_with('-'));
    let mut name = call.name.to_string();
    for word in operands {
        name.push(' ');
        name.push_str(&word.text);
    }
    let found = DOWNLOADS.iter().find(|(launcher, _)| {
        name == *launcher
            || name
                .strip_prefix(launcher)
                .is_some_and(|rest| rest.starts_with(' '))
    });
    found.is_some_and(|(_, options)| {
        let texts = || own.iter().map(|word| word.text.as_str());
        let is_given = |option: &str| texts().any(|text| text == option);
        // The last of several counts for some launchers, and the first for others.
        let is_undone = |text: &str| match text.strip_prefix("--") {
            Some(option) => option == "yes" || option.contains('='),
            None => text.starts_with('-') && text.contains('y'),
        };
        let refuses = options.split_ascii_whitespace().any(is_given);
        !refuses || texts().any(is_undone)
    })
}

/// The tasks of a command that is no launcher.
fn own(call: &Call<'_>) -> Option<Task> {
    let name = &*call.name;
    if !PROGRAMS.contains(name) {
        return None;
    }
    if name == "cmake" {
        return Some(targets::cmake(call));
    }
    if let Some(kind) = names::tool(name) {
        return Some(by_itself(name, kind));
    }
    if RECIPES.contains(&name) {
        return Some(recipes(call));
    }
    if SESSIONS.contains(&name) {
        return Some(sessions(call));
    }
    match name {
        "node" | "nodejs" => {
            let is_test = call.args().iter().any(|word| word.text == "--test");
            return is_test.then(|| by_itself(name, Test));
        }
        "turbo" => return monorepos::turbo(call),
        "nx" if !names::are_first(call, operands(call).get(..1).unwrap_or_default()) => {
            return Some(by_itself(name, Other));
        }
        "nx" => return monorepos::nx(call),
        _ => {}
    }
    let found = by_subcommand(call)?;
    let words = operands(call);
    match names::are_first(call, words.get(..found.words).unwrap_or_default()) {
        true => Some(found.task),
        // An option in front may take the word that looks like the task for its value.
        false => Some(by_itself(name, Other)),
    }
}

/// The task that the words of a command name, and how many operands name it.
struct Named {
    task: Task,
    words: usize,
}

fn by_subcommand(call: &Call<'_>) -> Option<Named> {
    let name = &*call.name;
    let words = operands(call);
    let first = words.first().copied().flatten()?;
    let named = |task| Named { task, words: 1 };
    if name == "pre-commit" {
        let tasks = [Lint, Format].map(|kind| ProjectTask { kind, name: None });
        return (first == "run").then(|| named(task(name, tasks.to_vec())));
    }
    let of_tool = names::subcommand(name, first);
    match of_tool {
        Some(kind) => Some(named(by_itself(name, kind))),
        None => script(call, &words, first).map(|task| {
            let words = match first {
                "run" | "run-script" | "r" | "task" => 2,
                "workspace" if name == "yarn" => 3,
                _ => 1,
            };
            Named { task, words }
        }),
    }
}

/// The words that are no options, as far as they are known.
fn operands<'a>(call: &Call<'a>) -> Vec<Option<&'a str>> {
    let text = |at: usize| call.args().get(at).and_then(ShellWord::known);
    operands_at(call.args()).into_iter().map(text).collect()
}

/// Variables of make that only say how much is printed.
const TELLS: &[&str] = &["V=0", "V=1", "VERBOSE=0", "VERBOSE=1"];

/// Whether a word of make only says how much is printed.
pub(super) fn only_tells(program: &str, text: &str) -> bool {
    matches!(program, "make" | "gmake") && TELLS.contains(&text)
}

/// Each target of a runner of recipes.
fn recipes(call: &Call<'_>) -> Task {
    let name = &*call.name;
    let targets: Vec<Option<&str>> = match vouched::operands(call) {
        Some(words) => words.into_iter().map(ShellWord::known).collect(),
        None => operands(call),
    };
    // `make -j 4`: a number is no recipe's name.
    let is_number = |word: &&Option<&str>| {
        let text = word.unwrap_or("x");
        matches!(name, "make" | "gmake") && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let tells = |word: &&Option<&str>| word.is_some_and(|text| only_tells(name, text));
    let targets = targets.iter();
    let targets = targets.filter(|word| !is_number(word) && !tells(word));
    let tasks: Vec<ProjectTask> = targets
        .map(|word| named(targets::kind(name, *word), *word))
        .collect();
    match tasks.is_empty() {
        // Which recipe runs where none is named, only the file says.
        true => by_itself(name, targets::unnamed(call)),
        false => task(name, tasks),
    }
}

/// Subcommands of tox that run environments.
const TOX_RUNS: &[&str] = &["run", "r", "run-parallel", "p"];

/// Options of tox and nox that choose no environment.
const SESSION_FLAGS: &[&str] = &[
    "-q",
    "-v",
    "-vv",
    "-r",
    "-R",
    "-x",
    "--recreate",
    "--parallel",
    "--quiet",
    "--verbose",
    "--reuse-existing-virtualenvs",
    "--stop-on-first-error",
    "--no-install",
];

/// The environments that tox and nox are given. Which ones a label or a pattern chooses is not known.
fn sessions(call: &Call<'_>) -> Task {
    let mut tasks = Vec::new();
    let mut words = call.args().iter().map(|word| word.text.as_str());
    while let Some(text) = words.next() {
        let (option, inline) = match text.split_once('=') {
            Some((option, value)) if text.starts_with("--") => (option, Some(value)),
            _ => (text, None),
        };
        let value = match option {
            "-e" | "-s" | "--session" | "--sessions" => inline.or_else(|| words.next()),
            // What follows are arguments of the environments' commands.
            "--" => break,
            _ if inline.is_none() && SESSION_FLAGS.contains(&option) => None,
            // `nox -s test lint`; another subcommand of tox is no environment.
            name if !name.starts_with('-') => (!TOX_RUNS.contains(&name)).then_some(name),
            // `-epy311`. Another option may choose environments, also in a cluster (`-qe publish`).
            _ => Some(
                option
                    .strip_prefix("-e")
                    .or(option.strip_prefix("-s"))
                    .unwrap_or_default(),
            ),
        };
        let names = value.into_iter().flat_map(|value| value.split(','));
        tasks.extend(names.map(|name| named(session(name), Some(name))));
    }
    match tasks.is_empty() {
        true => by_itself(&call.name, Test),
        false => task(&call.name, tasks),
    }
}

/// The script of a runner of scripts, if these words name one.
fn script(call: &Call<'_>, words: &[Option<&str>], first: &str) -> Option<Task> {
    let name = &*call.name;
    let second = || words.get(1).copied().flatten();
    let script = match (name, first) {
        ("npm" | "pnpm" | "yarn", "test" | "t") => Some("test"),
        ("npm" | "pnpm" | "yarn" | "bun" | "composer", "run" | "run-script") => second(),
        ("mise" | "rtx", "run" | "r") | ("deno", "task") => second(),
        ("yarn", "workspace") => match words.get(2).copied().flatten() {
            Some("run") => return None,
            script => script,
        },
        ("pnpm" | "yarn" | "bun", script) => Some(script),
        ("composer", script) if recipe(Some(script)) != Other => Some(script),
        _ => return None,
    };
    // Not a script, but what the manager does itself (`yarn add`), or a file.
    let is_script = |name: &str| !name.contains(['.', '/']) && !is_own(name);
    if script == Some(first) && recipe(script) == Other && !is_script(first) {
        return None;
    }
    // Behind `:::` mise runs another task.
    let several = call.args().iter().any(|word| word.text == ":::");
    let kind = if several { Other } else { recipe(script) };
    let name_of = script.filter(|_| !several);
    Some(task(name, vec![named(kind, name_of)]))
}

/// A task that the tool itself names.
fn by_itself(tool: &str, kind: TaskKind) -> Task {
    task(tool, vec![ProjectTask { kind, name: None }])
}

fn named(kind: TaskKind, name: Option<&str>) -> ProjectTask {
    ProjectTask {
        kind,
        name: name.map(str::to_owned),
    }
}

/// Tasks of one command that are named. Of more, nothing is known but that there are others.
const MAX_TASKS: usize = 64;

fn task(tool: &str, mut tasks: Vec<ProjectTask>) -> Task {
    if tasks.len() > MAX_TASKS {
        tasks.truncate(MAX_TASKS);
        tasks.push(named(Other, None));
    }
    Task {
        project: ProjectTasks {
            tasks,
            tool: tool.to_owned(),
        },
        code: CodeFrom::Project,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::program::{Meaning, interpret};

    /// `LINE => KINDS TOOL CODE`, or `none`.
    const TABLE: &str = include_str!("../../../../tests/data/tasks.txt");

    fn described(line: &str) -> String {
        let words = shlex::split(line).unwrap_or_default();
        let words: Vec<ShellWord> = words.into_iter().map(ShellWord::constant).collect();
        let Meaning::Runs(leaf) = interpret(&words) else {
            return "none".to_owned();
        };
        let Some(task) = leaf.task else {
            return "none".to_owned();
        };
        let kinds: Vec<&str> = task.kinds().into_iter().map(TaskKind::name).collect();
        let text = format!("{} {} {:?}", kinds.join("+"), task.project.tool, task.code);
        text.to_lowercase()
    }

    #[test]
    fn every_line_of_the_table_holds() {
        let rows = TABLE
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        let mut count = 0;
        for row in rows {
            let (line, want) = row.split_once(" => ").unwrap_or((row, ""));
            assert_eq!(described(line), want, "{line}");
            count += 1;
        }
        assert!(count >= 60, "only {count} rows");
    }
}
