//! Where a call happens: what an allow may depend on.

use std::fs;
use std::path::{Path, PathBuf};

use crate::call::Call;
use crate::hosts::Host;
use crate::wire::{Caller, Place};

/// Bytes of a file of git's that is read: a branch's name has at most 255 bytes (ext4's names).
const MAX_GIT_FILE_BYTES: u64 = 8 * 1024;
const BRANCH: &str = "ref: refs/heads/";

/// Where the call happens.
pub(crate) fn place(call: &Call) -> Place {
    let cwd = call.cwd.clone().or_else(|| call.project.clone());
    let root = call.project.clone().or_else(|| {
        let top = cwd.as_deref().and_then(|cwd| repository(Path::new(cwd)));
        top.and_then(|top| top.to_str().map(str::to_owned))
    });
    let current_branch = cwd.as_deref().and_then(|cwd| branch(Path::new(cwd)));
    Place {
        cwd,
        workspace_root: root,
        workspace_roots: Vec::new(),
        current_branch,
    }
}

/// Who calls: the host, or `HOST/ID` inside a subagent that the host tells apart. `actor` stays empty: the
/// host doesn't say whom the agent works for.
pub(crate) fn caller(host: Host, call: &Call) -> Caller {
    let host = host.name();
    let agent_id = match &call.agent_id {
        Some(id) => format!("{host}/{id}"),
        None => host.to_owned(),
    };
    Caller {
        session_id: call.session_id.clone(),
        agent_id: Some(agent_id),
        actor: None,
        correlation_id: call.call_id.clone(),
    }
}

/// The top of the repository that a directory is in.
fn repository(directory: &Path) -> Option<PathBuf> {
    let mut above = directory.ancestors();
    above
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_owned)
}

/// The branch that is checked out where a directory is, also in a linked worktree
/// (gitrepository-layout(5)). None if none is, or it can't be known.
fn branch(directory: &Path) -> Option<String> {
    let git = repository(directory)?.join(".git");
    let folder = match git.is_dir() {
        true => git,
        false => {
            let text = read(&git)?;
            let linked = text.trim_end().strip_prefix("gitdir: ")?.to_owned();
            git.parent()?.join(linked)
        }
    };
    let head = read(&folder.join("HEAD"))?;
    let name = head.trim_end().strip_prefix(BRANCH)?;
    Some(name.to_owned())
}

fn read(path: &Path) -> Option<String> {
    let size = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    match size <= MAX_GIT_FILE_BYTES {
        true => fs::read_to_string(path).ok(),
        false => None,
    }
}
