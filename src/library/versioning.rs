//! What git says of a pack on disk: measured with the `git` binary, never assumed.
//!
//! Every call is bounded in time and output, takes no lock, runs no hook, asks nobody for a
//! password and fetches nothing.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::policy::source::{MAX_FILE_BYTES, MAX_FILES, PackSource, SourceFile};
use crate::policy::versioning::{SourceRef, Versioning};

use super::POLICY_FILE;

/// How long one call of git may take.
pub const GIT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a running git is looked at.
const POLL: Duration = Duration::from_millis(2);

/// What git says of the pack in `folder`. Whatever can't be measured is not versioned, with
/// the reason.
#[must_use]
pub fn measure(folder: &Path) -> Versioning {
    match source_ref(folder) {
        Ok(source) => Versioning::versioned(source),
        Err(reason) => Versioning::unversioned(reason),
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

fn source_ref(folder: &Path) -> Result<SourceRef, String> {
    let git = Git::at(folder);
    let inside = git.line(&["rev-parse", "--is-inside-work-tree"])?;
    if inside != "true" {
        return Err("the pack isn't in the work tree of a git repository".to_owned());
    }
    let prefix = git.line(&["rev-parse", "--show-prefix"])?;
    git.line(&["ls-files", "--error-unmatch", "--", POLICY_FILE])
        .map_err(|_| format!("git doesn't track `{POLICY_FILE}`"))?;
    let status = [
        "status",
        "--porcelain",
        "--untracked-files=all",
        "--ignored",
        "--",
        ".",
    ];
    if let Some(first) = git.text(&status)?.lines().next() {
        return Err(format!(
            "the pack is not as it was committed: `{}`",
            first.trim()
        ));
    }
    let commit = git.line(&["log", "-1", "--format=%H", "--", "."])?;
    let folder = prefix.trim_end_matches('/');
    format!("git:{commit}:{folder}")
        .parse()
        .map_err(|_| "no commit holds the pack".to_owned())
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
    fn paths_at(&self, source: &SourceRef) -> Result<Vec<String>, String> {
        let tree = format!("{}:{}", source.commit, source.folder);
        let text = self.text(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &tree])?;
        let paths: Vec<String> = text
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(str::to_owned)
            .collect();
        if paths.len() > MAX_FILES {
            return Err(format!("more than {MAX_FILES} files"));
        }
        Ok(paths)
    }

    fn file_at(&self, source: &SourceRef, path: &str) -> Result<SourceFile, String> {
        let folder = match source.folder.as_str() {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let object = format!("{}:{folder}{path}", source.commit);
        let text = self.text(&["cat-file", "blob", &object])?;
        let path = path.to_owned();
        Ok(SourceFile { path, text })
    }

    fn line(&self, arguments: &[&str]) -> Result<String, String> {
        let text = self.text(arguments)?;
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    }

    /// What git prints, if it succeeds, in time, with no more than one file's bytes.
    fn text(&self, arguments: &[&str]) -> Result<String, String> {
        let mut child = self
            .command(arguments)
            .spawn()
            .map_err(|error| format!("git can't be run: {error}"))?;
        let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err("git has no output".to_owned());
        };
        let (out, err) = (bounded(out), bounded(err));
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if Instant::now() < self.until => std::thread::sleep(POLL),
                outcome => {
                    let killed = child.kill().and_then(|()| child.wait());
                    return Err(match (outcome, killed) {
                        (Ok(_), Ok(_)) => format!("git took longer than {GIT_TIMEOUT:?}"),
                        (Err(error), _) | (_, Err(error)) => {
                            format!("git can't be waited for: {error}")
                        }
                    });
                }
            }
        };
        let left = self.until.saturating_duration_since(Instant::now());
        let receive = |channel: mpsc::Receiver<Vec<u8>>| {
            channel
                .recv_timeout(left.max(POLL))
                .map_err(|_| "git doesn't end".to_owned())
        };
        if !status.success() {
            let problem = String::from_utf8_lossy(&receive(err)?).into_owned();
            return Err(first_line(&problem));
        }
        let bytes = receive(out)?;
        if bytes.len() > MAX_FILE_BYTES {
            return Err(format!("git printed more than {MAX_FILE_BYTES} bytes"));
        }
        String::from_utf8(bytes).map_err(|_| "git printed something that isn't UTF-8".to_owned())
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
