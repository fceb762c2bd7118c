//! A line that a person types without seeing it.

use std::fs::File;
use std::io::{self, Read as _, Write as _};

use rustix::termios::{self, InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use zeroize::Zeroizing;

use super::error::PersonKeyError;
use crate::keys::passphrase::{MAX_PASSPHRASE_BYTES, Passphrase, PassphraseError};

/// The terminal of the process, also where its streams are files.
const DEVICE: &str = "/dev/tty";
/// What a terminal sends for Ctrl-C.
const CTRL_C: u8 = 0x03;

/// The terminal of the person who runs the command.
pub(super) struct Terminal(File);

impl Terminal {
    pub(super) fn open() -> Result<Self, PersonKeyError> {
        let opened = File::options().read(true).write(true).open(DEVICE);
        opened.map(Self).map_err(PersonKeyError::NoTerminal)
    }

    /// Prints `prompt`, and reads one line that is not echoed.
    pub(super) fn ask(&self, prompt: &str) -> Result<Passphrase, PersonKeyError> {
        let line = self.line(prompt).map_err(PersonKeyError::Terminal)?;
        let mut line = line.ok_or(PersonKeyError::Cancelled)?;
        match line.pop() {
            Some(b'\n') => Ok(Passphrase::read(&line)?),
            // Ctrl-C, or Ctrl-D within the line.
            _ if line.len() <= MAX_PASSPHRASE_BYTES => Err(PersonKeyError::Cancelled),
            _ => Err(PassphraseError::TooLong.into()),
        }
    }

    /// A line with what ended it; none at the end of the input.
    fn line(&self, prompt: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let mut tty = &self.0;
        let hidden = Hidden::start(tty)?;
        // What was typed before the prompt was echoed, and is discarded.
        tty.write_all(prompt.as_bytes())?;
        // The line, its line feed, and one byte that shows that it is too long.
        let mut line = Zeroizing::new(vec![0; MAX_PASSPHRASE_BYTES + 2]);
        let read = read_once(tty, &mut line);
        drop(hidden);
        tty.write_all(b"\n")?;
        line.truncate(read?);
        Ok((!line.is_empty()).then_some(line))
    }
}

/// A terminal returns one line for one read, if the line fits.
fn read_once(mut tty: &File, line: &mut [u8]) -> io::Result<usize> {
    loop {
        match tty.read(line) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// A terminal that doesn't echo, until this is dropped.
struct Hidden<'a> {
    tty: &'a File,
    before: Termios,
}

impl<'a> Hidden<'a> {
    fn start(tty: &'a File) -> io::Result<Self> {
        let before = termios::tcgetattr(tty)?;
        let mut hidden = before.clone();
        hidden.input_modes |= InputModes::ICRNL;
        hidden.local_modes |= LocalModes::ICANON;
        // A signal would end the process before the echo is on again. Ctrl-C ends the line instead.
        hidden.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG;
        hidden.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        termios::tcsetattr(tty, OptionalActions::Flush, &hidden)?;
        Ok(Self { tty, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        // The rest of a line that was too long is discarded too. If the terminal is gone, there is
        // nothing to restore.
        let _ = termios::tcsetattr(self.tty, OptionalActions::Flush, &self.before);
    }
}
