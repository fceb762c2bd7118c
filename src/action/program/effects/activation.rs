//! `source .venv/bin/activate`: the script by which Python's `venv` puts its programs in front of others.
//!
//! Source: the module `venv` in Python's library reference, "How venvs work". The script is a file of the
//! project, as the programs beside it are, so it counts as the project's code of any kind of task.

use super::super::call::Call;
use super::table::Account;
use crate::action::facts::ProjectTasks;
use crate::action::path::is_foreign;
use crate::action::shell::ShellWord;

/// Such scripts, by the end of their path. The packs ask before one is written.
const SCRIPTS: [&str; 2] = [".venv/bin/activate", "venv/bin/activate"];

/// The script, if a command does no more than to activate an environment.
pub(in crate::action) fn activated(words: &[ShellWord]) -> Option<&ShellWord> {
    let [source, script] = words else {
        return None;
    };
    let is_script = |text: &str| {
        SCRIPTS.iter().any(|script| {
            let front = text.strip_suffix(script);
            front.is_some_and(|front| {
                (front.is_empty() || front.ends_with('/')) && !is_foreign(front)
            })
        })
    };
    let is_source = source
        .known()
        .is_some_and(|name| name == "source" || name == ".");
    (is_source && script.known().is_some_and(is_script)).then_some(script)
}

pub(super) fn source(call: &Call<'_>, account: &mut Account<'_>) {
    let Some(script) = activated(call.words) else {
        return account.unaccounted("source");
    };
    account.loads(script.clone());
    account.runs(ProjectTasks {
        tasks: Vec::new(),
        tool: call.name.to_string(),
    });
}
