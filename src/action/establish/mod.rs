//! Facts from an action: the one function that establishes them, and what it takes for a command
//! line.
//!
//! | module | holds |
//! |---|---|
//! | `arguments` | what arguments of an MCP call do, as a pack's mapping says |
//! | `append` | facts of one part of an action behind those of another |
//! | `collector` | what is known while a shell walks through a line |
//! | `line` | a whole command line |
//! | `commands` | each simple command, interpreted |
//! | `wrappers` | commands that run other commands |
//! | `carried` | commands that the allow of another one takes in |
//! | `started` | commands that a program starts besides what it does itself |
//! | `access` | paths that a command touches |
//! | `contacts` | hosts that a command connects to |
//! | `searches` | searches that are no command |
//! | `remotes` | operations on git remotes |
//! | `returns` | what carriage returns at the ends of lines do |
//! | `known` | how much is known of a command's effects where it is in the line |
//! | `written` | scripts that the line wrote before it runs them |
//! | `linked` | symbolic links that the line makes |
//! | `unordered` | what loops, pipes and jobs in the background run in another order than it is walked in |
//! | `spelled` | what a pattern has to spell |
//! | `keep` | what is kept of a line beside its paths |
//! | `skim` | what a line that can't be followed adds |
//! | `guard` | commands that would change or stop CAVRA itself |
//! | `harmless` | variables whose assignment changes nothing about a command |

mod access;
mod append;
mod argument_tree;
mod arguments;
mod carried;
mod collector;
mod commands;
mod contacts;
mod elsewhere;

mod guard;
mod harmless;
mod keep;
mod known;
mod line;
mod linked;
mod remotes;
mod returns;
mod searches;
mod skim;
mod spelled;
mod started;
mod unordered;
mod wrappers;
mod written;

pub use arguments::with_arguments;

use crate::action::budget::{self, Budget};
use crate::action::facts::{Certainty, Facts, PathAccess, Search, Unknown, UnknownKind};
use crate::action::limits::{MAX_COMMAND_BYTES, MAX_WORK};
use crate::action::path::{Base, Resolver, Use, glob_climbs, readings};
use crate::action::patterns::may_be_short;
use crate::action::{Action, ActionError, Request, git, mcp, shell, terraform};

/// Works out what an action would do.
///
/// # Errors
/// If a path, command line or third-party document is over its limit or holds what it may
/// not hold; the error names the field.
pub fn establish(action: &Action) -> Result<Facts, ActionError> {
    establish_counted(action).map(|(facts, _)| facts)
}

/// Like [`establish`], but also gives the units of work that following a command line took (see
/// [`crate::action::budget`]).
///
/// # Errors
/// As [`establish`].
pub fn establish_counted(action: &Action) -> Result<(Facts, usize), ActionError> {
    counted(action, MAX_WORK)
}

/// Like [`establish_counted`], if that takes fewer than `work` units, with those that [`uncounted`]
/// gives. None if it may take more.
///
/// # Errors
/// As [`establish`].
pub fn establish_within(
    action: &Action,
    work: usize,
) -> Result<Option<(Facts, usize)>, ActionError> {
    let Some(uncounted) = uncounted(action).filter(|uncounted| *uncounted < work) else {
        return Ok(None);
    };
    let (facts, spent) = counted(action, work)?;
    let all = spent + uncounted;
    Ok((spent < work).then_some((facts, all)))
}

/// The units of work at most that are not counted while the facts of an action are established. All
/// work is counted for command lines alone. None if there is no such number.
#[must_use]
pub fn uncounted(action: &Action) -> Option<usize> {
    let target = match &action.request {
        Request::ExecuteCommand { .. } => 0,
        // Each brace can double the paths.
        Request::ReadFile { path }
        | Request::WriteFile { path }
        | Request::SearchFiles { path, .. } => Some(path.len()).filter(|_| !path.contains('{'))?,
        Request::GitOperation { operation, target } => operation.len() + target.len(),
        // What a pack's mapping makes of arguments is not counted here.
        Request::McpToolCall(call) if call.arguments.is_some() => return None,
        Request::McpToolCall(call) => call.definition.as_deref().map_or(0, str::len),
    };
    let plan = action.terraform_plan.as_deref().map_or(0, str::len);
    Some((target + plan).saturating_mul(budget::LOOK))
}

fn counted(action: &Action, most: usize) -> Result<(Facts, usize), ActionError> {
    let mut work = 0;
    let resolver = Resolver::new(&action.place)?;
    let branch = action.place.current_branch.as_deref();
    let mut facts = match &action.request {
        Request::ReadFile { path } => {
            let paths = searches::read(&resolver, path)?;
            Facts {
                unknowns: paths.unknowns(),
                reads: paths.all,
                ..Facts::default()
            }
        }
        Request::SearchFiles {
            path,
            content,
            respects_ignore,
        } => {
            let search = Search {
                names_only: !content,
                respects_ignore: *respects_ignore,
                ..Search::default()
            };
            let paths = searches::access(&resolver, path, &search)?;
            Facts {
                unknowns: paths.unknowns(),
                reads: paths.all,
                ..Facts::default()
            }
        }
        Request::WriteFile { path } => {
            let paths = alone(&resolver, path, "write_file")?;
            Facts {
                unknowns: paths.unknowns(),
                writes: paths.all,
                ..Facts::default()
            }
        }
        Request::ExecuteCommand { command_line } => {
            check(command_line)?;
            let (facts, spent) = line::facts(command_line, &resolver, branch, most);
            work = spent;
            facts
        }
        Request::GitOperation { operation, target } => {
            let push = git::push_from_document(operation, target, branch)?;
            let words = git::document_command(operation, target);
            remotes::document(&words, &resolver, push)
        }
        Request::McpToolCall(call) => Facts {
            mcp: Some(mcp::call(call)?),
            ..Facts::default()
        },
    };
    facts.terraform_plan = match &action.terraform_plan {
        Some(plan) => Some(terraform::read_plan(plan)?),
        None => None,
    };
    Ok((facts, work))
}

/// The paths of a read or a write that is all of an action.
fn alone(resolver: &Resolver, path: &str, via: &str) -> Result<Paths, ActionError> {
    let budget = Budget::new(MAX_WORK);
    access(resolver, path, &resolver.start(), via, &budget)
}

/// The paths of a read, a write or a search that is no command.
#[derive(Debug, Default)]
struct Paths {
    all: Vec<PathAccess>,
    /// What tools make of a glob differs: it may lead elsewhere than `all` says.
    doubtful: bool,
}

impl Paths {
    /// What is not known about them.
    fn unknowns(&self) -> Vec<Unknown> {
        let unknown = Unknown {
            command: None,
            kind: UnknownKind::Dynamic,
            reason: "tools differ about where the path leads".to_owned(),
        };
        self.doubtful.then_some(unknown).into_iter().collect()
    }
}

/// The paths of a read or a write that is not a command, relative to `start`: the path as written and the paths that it
/// may expand to, because the tools of hosts expand braces and globs as a shell does. A path that tools read in
/// several ways is each of them.
fn access(
    resolver: &Resolver,
    path: &str,
    start: &Base,
    via: &str,
    budget: &Budget,
) -> Result<Paths, ActionError> {
    let mut paths = Paths::default();
    for reading in readings(path) {
        for literal in resolver.resolve(&reading, start)?.each() {
            paths
                .all
                .push(literal.access(path, Certainty::Certain, via));
            if may_be_short(&literal.path) {
                let mut long = literal.access(path, Certainty::Possible, via);
                long.path = globset::escape(&long.path);
                paths.all.push(long);
            }
        }
        for spelling in braces(&reading)? {
            paths.doubtful |= glob_climbs(&spelling, Use::Opened);
            let is_glob = spelling.contains(['*', '?', '[']);
            if !is_glob && spelling == reading || spelling.is_empty() {
                continue;
            }
            let certainty = match is_glob {
                true => Certainty::Possible,
                false => Certainty::Certain,
            };
            let cost = budget::of_path(spelling.len() + path.len() + start.length());
            budget
                .spend(cost.saturating_mul(resolver.most_readings()))
                .map_err(|_| too_many())?;
            let found = resolver.resolve(&spelling, start)?;
            let found = found.each().map(|found| found.access(path, certainty, via));
            paths.all.extend(found);
        }
    }
    Ok(paths)
}

fn too_many() -> ActionError {
    ActionError::invalid("target", "matches too many paths; name them one by one")
}

/// Characters that are syntax to a shell and plain characters of a path.
const PLAIN_IN_PATHS: &str = "'\"\\`$<>";

/// The paths to which the braces of a path expand. The path itself if it has none.
fn braces(path: &str) -> Result<Vec<String>, ActionError> {
    if !path.contains('{') {
        return Ok(vec![path.to_owned()]);
    }
    // Private characters replace them meanwhile.
    let marks = PLAIN_IN_PATHS.chars().zip('\u{f8f0}'..);
    let hidden = marks.clone().fold(path.to_owned(), |text, (c, mark)| {
        text.replace(c, &mark.to_string())
    });
    let expanded = shell::braces(&hidden).map_err(|problem| {
        ActionError::invalid("target", format!("{problem}; name the paths one by one"))
    })?;
    let shown = |text: &String| {
        marks.clone().fold(text.clone(), |text, (c, mark)| {
            text.replace(mark, &c.to_string())
        })
    };
    Ok(expanded.iter().map(shown).collect())
}

fn check(command_line: &str) -> Result<(), ActionError> {
    if command_line.len() > MAX_COMMAND_BYTES {
        return Err(ActionError::TooLarge {
            field: "target",
            unit: "bytes",
            actual: command_line.len(),
            limit: MAX_COMMAND_BYTES,
        });
    }
    if command_line.contains('\0') {
        return Err(ActionError::invalid("target", "holds a NUL byte"));
    }
    Ok(())
}
