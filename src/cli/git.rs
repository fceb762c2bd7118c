//! Questions to the real git, in the repository of the working directory or in a named one.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Bytes of what git complains about that are shown.
const MAX_COMPLAINT_BYTES: u64 = 2 * 1024;

/// Why git doesn't answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("`git` can't be started")]
    Start(#[source] io::Error),
    #[error("`git {words}` failed: {complaint}")]
    Failed { words: String, complaint: String },
    #[error("`git {words}` printed more than {limit} bytes")]
    TooLong { words: String, limit: usize },
}

/// Git, in one repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct Git {
    directory: Option<PathBuf>,
}

/// What git printed, and how it ended.
pub(crate) struct Printed {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    complaint: String,
}

impl Git {
    /// In the repository of the working directory, or as the variables of a hook say.
    pub(crate) fn here() -> Self {
        Self::default()
    }

    /// In the repository that `directory` is in.
    pub(crate) fn within(directory: &Path) -> Self {
        Self {
            directory: Some(directory.to_owned()),
        }
    }

    /// What git prints, at most `limit` bytes.
    pub(crate) fn print(&self, words: &[&str], limit: usize) -> Result<Vec<u8>, GitError> {
        let printed = self.ask(words, limit)?;
        match printed.status.success() {
            true => Ok(printed.stdout),
            false => Err(printed.failed(words)),
        }
    }

    /// What git prints, however it ends.
    pub(crate) fn ask(&self, words: &[&str], limit: usize) -> Result<Printed, GitError> {
        let mut command = Command::new("git");
        // A ref below `refs/replace` could make a commit look like the ancestor of another.
        command.arg("--no-replace-objects");
        if let Some(directory) = &self.directory {
            command.arg("-C").arg(directory);
        }
        command.args(words).env("LC_ALL", "C").stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(GitError::Start)?;
        let stderr = child.stderr.take();
        // It is read beside, so that a full pipe doesn't stop git.
        let complaint = std::thread::spawn(move || stderr.map(beginning).unwrap_or_default());
        let mut stdout = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        if let Some(pipe) = child.stdout.take() {
            let mut limited = pipe.take(most.saturating_add(1));
            limited.read_to_end(&mut stdout).map_err(GitError::Start)?;
        }
        if stdout.len() > limit {
            // Its pipe is closed, so it ends by itself too.
            drop(child.kill());
            drop(child.wait());
            let words = words.join(" ");
            return Err(GitError::TooLong { words, limit });
        }
        Ok(Printed {
            status: child.wait().map_err(GitError::Start)?,
            stdout,
            complaint: complaint.join().unwrap_or_default(),
        })
    }
}

impl Printed {
    pub(crate) fn failed(self, words: &[&str]) -> GitError {
        GitError::Failed {
            words: words.join(" "),
            complaint: self.complaint,
        }
    }
}

fn beginning(mut pipe: impl io::Read) -> String {
    let mut bytes = Vec::new();
    let read = (&mut pipe)
        .take(MAX_COMPLAINT_BYTES)
        .read_to_end(&mut bytes);
    // What can't be read isn't shown.
    drop(read.and_then(|_| io::copy(&mut pipe, &mut io::sink())));
    String::from_utf8_lossy(&bytes).trim().to_owned()
}
