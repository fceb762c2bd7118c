//! What git says of a pack on disk: measured with the `git` binary, never assumed.
//!
//! Every call is bounded in time and output, takes no lock, runs no hook, asks nobody for a
//! password and fetches nothing.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::causes::in_line;
use crate::policy::source::{MAX_FILE_BYTES, MAX_FILES, PackSource, SourceFile};
use crate::policy::versioning::{SourceRef, Versioning};

use super::POLICY_FILE;

/// How long one call of git may take.
pub const GIT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a running git is looked at.
const POLL: Duration = Duration::from_millis(2);

/// Why git doesn't say where a pack is.
#[derive(Debug, thiserror::Error)]
enum GitError {
    /// The program can't be started.
    #[error("git can't be run")]
    Unstartable(#[source] std::io::Error),
    /// Its process can't be waited for.
    #[error("git can't be waited for")]
    Unwaitable(#[source] std::io::Error),
    /// It took too long.
    #[error("git took longer than {GIT_TIMEOUT:?}")]
    TooSlow,
    /// It ended with an error: the first line of what it said.
    #[error("{0}")]
    Failed(String),
    /// Its output is none that this module can use.
    #[error("git printed {0}")]
    Output(&'static str),
    /// Its output is too long.
    #[error("git printed more than {MAX_FILE_BYTES} bytes")]
    TooLong,
    /// The folder of the pack has too many files at a commit.
    #[error("more than {MAX_FILES} files")]
    TooManyFiles,
    /// The folder is in no work tree.
    #[error("the pack isn't in the work tree of a git repository")]
    NoWorkTree,
    /// The pack was never added.
    #[error("git doesn't track `{POLICY_FILE}`")]
    Untracked,
    /// A file of the pack differs from the commit: the first line of `git status`.
    #[error("the pack is not as it was committed: `{0}`")]
    Changed(String),
    /// The pack was added and never committed.
    #[error("no commit holds the pack")]
    Uncommitted,
}

/// What git says of the pack in `folder`. Whatever can't be measured is not versioned, with
/// the reason.
#[must_use]
pub fn measure(folder: &Path) -> Versioning {
    match source_ref(folder) {
        Ok(source) => Versioning::versioned(source),
        Err(error) => Versioning::unversioned(in_line(&error)),
    }
}

/// The files of the pack at `source`, from the repository that holds `folder`. Absent if the
/// repository hasn't got the commit or the folder, as in a shallow clone.
#[must_use]
pub fn source_at(folder: &Path, source: &SourceRef) -> Option<PackSource> {
    let git = Git::at(folder);
    let paths = git.paths_at(source).ok()?;
    let part = |prefix: &str, extensions: &[&str]| -> Option<Vec<SourceFile>> {
        let of_part = |path: &&String| {
            let name = path.strip_prefix(prefix).filter(|name| !name.contains('/'));
            let extension = name
                .and_then(|name| name.rsplit_once('.'))
                .map(|(_, it)| it);
            extension.is_some_and(|extension| extensions.contains(&extension))
        };
        let files = paths.iter().filter(of_part);
        files.map(|path| git.file_at(source, path).ok()).collect()
    };
    Some(PackSource {
        origin: source.to_string(),
        policy: git.file_at(source, POLICY_FILE).ok()?,
        rules: part("rules/", &["rego"])?,
        cases: part("cases/", &["yaml", "yml"])?,
    })
}

fn source_ref(folder: &Path) -> Result<SourceRef, GitError> {
    let git = Git::at(folder);
    let inside = git.line(&["rev-parse", "--is-inside-work-tree"])?;
    if inside != "true" {
        return Err(GitError::NoWorkTree);
    }
    let prefix = git.line(&["rev-parse", "--show-prefix"])?;
    let tracked = git.line(&["ls-files", "--error-unmatch", "--", POLICY_FILE]);
    tracked.map_err(|error| match error {
        GitError::Failed(_) => GitError::Untracked,
        other => other,
    })?;
    let status = [
        "status",
        "--porcelain",
        "--untracked-files=all",
        "--ignored",
        "--",
        ".",
    ];
    if let Some(first) = git.text(&status)?.lines().next() {
        return Err(GitError::Changed(first.trim().to_owned()));
    }
    let commit = git.line(&["log", "-1", "--format=%H", "--", "."])?;
    let folder = prefix.trim_end_matches('/');
    format!("git:{commit}:{folder}")
        .parse()
        .map_err(|_| GitError::Uncommitted)
}

struct Git {
    folder: PathBuf,
    until: Instant,
}

impl Git {
    fn at(folder: &Path) -> Self {
        let folder = folder.to_owned();
        let until = Instant::now() + GIT_TIMEOUT;
        Self { folder, until }
    }

    /// The paths below a pack's folder at a commit, relative to the folder.
    fn paths_at(&self, source: &SourceRef) -> Result<Vec<String>, GitError> {
        let tree = format!("{}:{}", source.commit, source.folder);
        let text = self.text(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &tree])?;
        let paths: Vec<String> = text
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(str::to_owned)
            .collect();
        if paths.len() > MAX_FILES {
            return Err(GitError::TooManyFiles);
        }
        Ok(paths)
    }

    fn file_at(&self, source: &SourceRef, path: &str) -> Result<SourceFile, GitError> {
        let folder = match source.folder.as_str() {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let object = format!("{}:{folder}{path}", source.commit);
        let text = self.text(&["cat-file", "blob", &object])?;
        let path = path.to_owned();
        Ok(SourceFile { path, text })
    }

    fn line(&self, arguments: &[&str]) -> Result<String, GitError> {
        let text = self.text(arguments)?;
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    }

    /// What git prints, if it succeeds, in time, with no more than one file's bytes.
    fn text(&self, arguments: &[&str]) -> Result<String, GitError> {
        let mut child = self
            .command(arguments)
            .spawn()
            .map_err(GitError::Unstartable)?;
        let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(GitError::Output("nothing, on no pipe"));
        };
        let (out, err) = (bounded(out), bounded(err));
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if Instant::now() < self.until => std::thread::sleep(POLL),
                outcome => {
                    let killed = child.kill().and_then(|()| child.wait());
                    return Err(match (outcome, killed) {
                        (Ok(_), Ok(_)) => GitError::TooSlow,
                        (Err(error), _) | (_, Err(error)) => GitError::Unwaitable(error),
                    });
                }
            }
        };
        let left = self.until.saturating_duration_since(Instant::now());
        let receive = |channel: mpsc::Receiver<Vec<u8>>| {
            let received = channel.recv_timeout(left.max(POLL));
            received.map_err(|_| GitError::TooSlow)
        };
        if !status.success() {
            let problem = String::from_utf8_lossy(&receive(err)?).into_owned();
            return Err(GitError::Failed(first_line(&problem)));
        }
        let bytes = receive(out)?;
        if bytes.len() > MAX_FILE_BYTES {
            return Err(GitError::TooLong);
        }
        String::from_utf8(bytes).map_err(|_| GitError::Output("something that isn't UTF-8"))
    }

    /// A call that changes nothing, and that no environment or configuration bends to another
    /// repository or program.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(&self.folder)
            .args([
                "--no-optional-locks",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.quotePath=false",
            ])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1");
        for variable in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_PREFIX",
        ] {
            command.env_remove(variable);
        }
        command
    }
}

/// Reads in a thread of its own, so that a full pipe can't stall git past its time.
fn bounded(stream: impl std::io::Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let limit = u64::try_from(MAX_FILE_BYTES)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        let mut bytes = Vec::new();
        // A broken pipe leaves less than git printed; git's exit status tells.
        if stream.take(limit).read_to_end(&mut bytes).is_ok() {
            // Nobody listens any more once git took too long.
            let _ = send.send(bytes);
        }
    });
    receive
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or("git failed");
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}
