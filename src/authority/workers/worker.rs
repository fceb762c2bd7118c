//! One worker, as the service sees it.

use std::io::{self, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::de::DeserializeOwned;

use super::limits::{
    MAX_ANSWER_BYTES, MAX_LOAD_SILENCE, MAX_QUESTION_BYTES, MAX_SILENCE, MAX_WORKER_BYTES,
};
use super::serve::{Evaluated, Loaded};
use super::watch::OVER_CPU_STATUS;
use super::{WORKER_COMMAND, frame};

/// The allocator's reserve of address space, in KiB: of the limit on it, evaluations get the rest
/// (mimalloc, `mi_option_arena_reserve`).
const ENVIRONMENT: [(&str, &str); 1] = [("MIMALLOC_ARENA_RESERVE", "32768")];

/// A process that evaluates the own Rego of one lineage. Dropped, it is killed.
pub(super) struct Worker {
    child: Child,
    socket: BufReader<UnixStream>,
    buffer: Vec<u8>,
}

/// Why a worker gave no answer. It can't be asked again.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// It needed more CPU time than it may.
    OverCpu,
    /// It said nothing for too long, by the clock.
    Silent,
    /// It ended: how.
    Died(String),
}

impl Worker {
    /// Starts a worker that has not loaded anything yet.
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let child = Command::new(program)
            .arg(WORKER_COMMAND)
            .env_clear()
            .envs(ENVIRONMENT)
            // A terminal's signals are for the service, which answers what is in flight.
            .process_group(0)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let worker = Self {
            child,
            socket: BufReader::new(ours),
            buffer: Vec::new(),
        };
        worker
            .socket
            .get_ref()
            .set_write_timeout(Some(MAX_SILENCE))?;
        Ok(worker)
    }

    /// Has it compile a [`super::serve::Load`], given as JSON.
    pub(super) fn load(&mut self, load: &[u8]) -> Result<Loaded, Lost> {
        self.is_silent_for(MAX_LOAD_SILENCE)?;
        let loaded = self.ask(&[load])?;
        self.is_silent_for(MAX_SILENCE)?;
        Ok(loaded)
    }

    /// Has it evaluate the rules of the pack at this place.
    pub(super) fn evaluate(&mut self, pack: u32, input: &str) -> Result<Evaluated, Lost> {
        self.ask(&[&pack.to_le_bytes(), input.as_bytes()])
    }

    fn is_silent_for(&mut self, limit: std::time::Duration) -> Result<(), Lost> {
        let set = self.socket.get_ref().set_read_timeout(Some(limit));
        set.map_err(|error| self.lost(&error))
    }

    fn ask<T: DeserializeOwned>(&mut self, question: &[&[u8]]) -> Result<T, Lost> {
        let asked = frame::write(
            self.socket.get_mut(),
            question,
            MAX_QUESTION_BYTES,
            &mut self.buffer,
        );
        let answer = asked.and_then(|()| frame::read(&mut self.socket, MAX_ANSWER_BYTES));
        let answer = answer.and_then(|frame| frame.ok_or(io::ErrorKind::UnexpectedEof.into()));
        let answer = answer.and_then(|frame| Ok(serde_json::from_slice(&frame)?));
        answer.map_err(|error| self.lost(&error))
    }

    /// Ends the worker and says what became of it.
    fn lost(&mut self, error: &io::Error) -> Lost {
        if matches!(
            error.kind(),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
        ) {
            return Lost::Silent;
        }
        if error.kind() == io::ErrorKind::InvalidData {
            return Lost::Died(format!("gave no answer that can be used: {error}"));
        }
        match self.child.wait() {
            Ok(status) if status.code() == Some(OVER_CPU_STATUS) => Lost::OverCpu,
            Ok(status) => {
                let mib = MAX_WORKER_BYTES / (1024 * 1024);
                Lost::Died(format!(
                    "took their process down ({status}), which may have {mib} MiB of memory"
                ))
            }
            Err(error) => Lost::Died(format!("took their process down ({error})")),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Neither fails but for a process that is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
