//! A command that prints a passphrase, such as that of a password manager.

use std::io::{self, Read as _};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::str::FromStr;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::error::PersonKeyError;
use crate::keys::passphrase::{MAX_PASSPHRASE_BYTES, Passphrase, PassphraseError};

/// Time for the command. A person may have to unlock a password manager in it.
const TIME_LIMIT: Duration = Duration::from_secs(120);
/// Time between two looks whether the command has ended.
const POLL: Duration = Duration::from_millis(10);
/// A passphrase, its line ending, and one byte that shows that it is too long.
const MAX_OUTPUT_BYTES: usize = MAX_PASSPHRASE_BYTES + 3;

/// A program and its arguments. It is run without a shell.
#[derive(Debug, Clone)]
pub(crate) struct KeyCommand {
    program: String,
    arguments: Vec<String>,
}

impl FromStr for KeyCommand {
    type Err = &'static str;

    /// Splits the text into words as a shell does. Nothing in it is expanded.
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let words = shlex::split(text).ok_or("a quote is not closed")?;
        let mut words = words.into_iter();
        let program = words.next().ok_or("expected a program and its arguments")?;
        Ok(Self {
            program,
            arguments: words.collect(),
        })
    }
}

impl KeyCommand {
    /// The one line that the command prints.
    pub(super) fn passphrase(&self) -> Result<Passphrase, PersonKeyError> {
        let output = self.run(TIME_LIMIT)?;
        let line = output.strip_suffix(b"\n").unwrap_or(&output);
        Ok(Passphrase::read(line.strip_suffix(b"\r").unwrap_or(line))?)
    }

    /// What the command prints, at most [`MAX_OUTPUT_BYTES`] of it.
    fn run(&self, limit: Duration) -> Result<Zeroizing<Vec<u8>>, PersonKeyError> {
        let failed = |cause| PersonKeyError::Run {
            program: self.program.clone(),
            cause,
        };
        let end = Instant::now() + limit;
        // It stays in the terminal's foreground, so that it can ask there for what it needs.
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let output = child.stdout.take();
        let ended = finish(&mut child, output, end);
        if !matches!(ended, Ok(Some(_))) {
            // It may have ended since. The reason why it is killed says more.
            drop(child.kill());
            drop(child.wait());
        }
        match ended.map_err(failed)? {
            Some((output, _)) if output.len() == MAX_OUTPUT_BYTES => {
                Err(PassphraseError::TooLong.into())
            }
            Some((output, status)) if status.success() => Ok(output),
            Some((_, status)) => Err(PersonKeyError::Failed {
                program: self.program.clone(),
                status: status.to_string(),
            }),
            None => Err(PersonKeyError::TimedOut {
                program: self.program.clone(),
                seconds: limit.as_secs(),
            }),
        }
    }
}

type Ended = (Zeroizing<Vec<u8>>, ExitStatus);

/// What the command printed, and how it ended; none if it has not ended at `end`. A program that
/// it started may keep its output open, so the reader gets a thread that can be left behind.
fn finish(
    child: &mut Child,
    output: Option<ChildStdout>,
    end: Instant,
) -> io::Result<Option<Ended>> {
    let (sender, receiver) = mpsc::channel();
    let reader = thread::Builder::new().name("key-command".to_owned());
    reader.spawn(move || {
        // Nobody receives it after the time limit.
        drop(sender.send(read(output)));
    })?;
    let left = end.saturating_duration_since(Instant::now());
    let Ok(output) = receiver.recv_timeout(left) else {
        return Ok(None);
    };
    let output = output?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some((output, status)));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

fn read(output: Option<ChildStdout>) -> io::Result<Zeroizing<Vec<u8>>> {
    // With its final size from the start: growing would leave copies of the secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_OUTPUT_BYTES));
    let limit = u64::try_from(MAX_OUTPUT_BYTES).unwrap_or(u64::MAX);
    if let Some(output) = output {
        output.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::KeyCommand;
    use crate::cli::person_key::error::PersonKeyError;
    use crate::keys::passphrase::PassphraseError;

    fn run(text: &str, limit: Duration) -> Result<Vec<u8>, PersonKeyError> {
        let command: KeyCommand = text.parse().unwrap();
        command.run(limit).map(|output| output.to_vec())
    }

    #[test]
    fn a_command_that_does_not_end_is_ended() {
        let short = Duration::from_millis(200);
        for hangs in [
            "sleep 600",
            // Its output is closed, and it goes on.
            "sh -c 'exec 1>&-; exec sleep 600'",
            // It has ended, and a program that it started keeps its output open.
            "sh -c 'sleep 5 &'",
        ] {
            let error = run(hangs, short).unwrap_err();
            assert!(
                matches!(error, PersonKeyError::TimedOut { .. }),
                "{hangs}: {error}"
            );
        }
    }

    #[test]
    fn no_more_is_read_than_a_passphrase_has() {
        for endless in ["yes", "head -c 100000 /dev/zero"] {
            let error = run(endless, Duration::from_secs(60)).unwrap_err();
            let too_long = PersonKeyError::Passphrase(PassphraseError::TooLong);
            assert_eq!(format!("{error:?}"), format!("{too_long:?}"), "{endless}");
        }
    }
}
