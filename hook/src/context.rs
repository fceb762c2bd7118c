//! Where a call happens: what an allow may depend on.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::call::{BadCall, Call};
use crate::hosts::Host;
use crate::wire::{Caller, Place};

/// Bytes of a file of git's that is read: a branch's name has at most 255 bytes (ext4's names).
const MAX_GIT_FILE_BYTES: u64 = 8 * 1024;
/// Bytes of the first line of a session's file. It holds the instructions of the host, some 20 KiB.
const MAX_FIRST_LINE_BYTES: u64 = 1024 * 1024;
const BRANCH: &str = "ref: refs/heads/";

/// Where the call happens.
///
/// # Errors
/// If the session's file doesn't say where the session began.
pub(crate) fn place(call: &Call) -> Result<Place, BadCall> {
    let cwd = call.cwd.clone().or_else(|| call.project.clone());
    let current_branch = cwd.as_deref().and_then(|cwd| branch(Path::new(cwd)));
    Ok(Place {
        workspace_root: root(call, cwd.as_deref())?,
        cwd,
        workspace_roots: Vec::new(),
        current_branch,
    })
}

/// The root of the workspace: what the host says, else the top of the repository that the session began
/// in, or its directory.
fn root(call: &Call, cwd: Option<&str>) -> Result<Option<String>, BadCall> {
    if call.project.is_some() {
        return Ok(call.project.clone());
    }
    let top = |directory: &str| {
        let top = repository(Path::new(directory))?.top;
        top.to_str().map(str::to_owned)
    };
    Ok(match &call.session_file {
        // The working directory may be the tool's choice.
        Some(file) => {
            let began = session_directory(Path::new(file)).ok_or(BadCall::Session)?;
            top(&began).or(Some(began))
        }
        None => cwd.and_then(top),
    })
}

/// The directory that a session of Codex began in, from the first line of its file.
fn session_directory(file: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct First {
        payload: Payload,
    }
    #[derive(Deserialize)]
    struct Payload {
        cwd: String,
    }
    let mut line = Vec::new();
    let file = File::open(file).ok()?.take(MAX_FIRST_LINE_BYTES);
    BufReader::new(file).read_until(b'\n', &mut line).ok()?;
    let first: First = serde_json::from_slice(&line).ok()?;
    Some(first.payload.cwd).filter(|path| path.starts_with('/'))
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

/// A repository, or a linked worktree of one.
struct Repository {
    top: PathBuf,
    /// The folder that holds `HEAD`.
    folder: PathBuf,
}

/// The repository that a directory is in.
fn repository(directory: &Path) -> Option<Repository> {
    directory.ancestors().find_map(|top| {
        let folder = git_folder(&top.join(".git"))?;
        let top = top.to_owned();
        Some(Repository { top, folder })
    })
}

/// What `.git` is to git: a folder with `HEAD`, `objects` and `refs`, or a file that names one
/// (gitrepository-layout(5)). git passes over any other folder of this name.
fn git_folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        let is_it = |folder: &Path| folder.join("objects").is_dir() && folder.join("refs").is_dir();
        return (git.join("HEAD").exists() && is_it(git)).then(|| git.to_owned());
    }
    let text = read(git)?;
    let linked = text.trim_end().strip_prefix("gitdir: ")?;
    Some(git.parent()?.join(linked))
}

/// The branch that is checked out where a directory is, also in a linked worktree. None if none is, or it
/// can't be known.
fn branch(directory: &Path) -> Option<String> {
    let head = read(&repository(directory)?.folder.join("HEAD"))?;
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
