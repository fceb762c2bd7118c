//! Runners of the scripts of several packages of one project: turbo and nx.
//!
//! Sources: `turbo run --help` of Turborepo 2; "Nx Commands" (21).

use super::super::super::facts::ProjectTask;
use super::super::call::Call;
use super::names::recipe;
use super::{Task, named, operands, task};

/// `turbo run TASK…`, `turbo TASK…`: what is behind `--` goes to the scripts.
pub(super) fn turbo(call: &Call<'_>) -> Option<Task> {
    let words = operands(call);
    let names = match words.split_first()? {
        (Some("run"), rest) => rest,
        _ => words.as_slice(),
    };
    let tasks: Vec<ProjectTask> = names
        .iter()
        .map(|name| named(recipe(*name), *name))
        .collect();
    (!tasks.is_empty()).then(|| task("turbo", tasks))
}

/// `nx TARGET PROJECT`, `nx run PROJECT:TARGET`, `nx run-many -t TARGET…`.
pub(super) fn nx(call: &Call<'_>) -> Option<Task> {
    let words = operands(call);
    let first = words.first().copied().flatten()?;
    let tasks = match first {
        "run" => {
            let target = words.get(1).copied().flatten()?;
            let (_, name) = target.split_once(':')?;
            vec![named(recipe(Some(name)), Some(name))]
        }
        "run-many" | "affected" => of_option(call),
        "exec" | "release" | "import" | "migrate" | "reset" | "g" | "generate" => return None,
        name => vec![named(recipe(Some(name)), Some(name))],
    };
    (!tasks.is_empty()).then(|| task("nx", tasks))
}

/// The targets of `-t test lint`, `--target=test`, `--targets=test,lint`.
fn of_option(call: &Call<'_>) -> Vec<ProjectTask> {
    let mut tasks = Vec::new();
    let mut takes = false;
    for word in call.args() {
        let text = word.text.as_str();
        let names = match text.split_once('=') {
            Some(("-t" | "--target" | "--targets", value)) => value,
            _ if matches!(text, "-t" | "--target" | "--targets") => {
                takes = true;
                continue;
            }
            _ if takes && !text.starts_with('-') => text,
            _ => {
                takes = false;
                continue;
            }
        };
        let names = names.split(',');
        tasks.extend(names.map(|name| named(recipe(Some(name)), Some(name))));
    }
    tasks
}
