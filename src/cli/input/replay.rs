use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// A reader to which bytes can be given back.
pub(crate) struct Replay {
    front: Cursor<Vec<u8>>,
    back: BufReader<Box<dyn Read + Send>>,
}

impl Replay {
    pub(crate) fn new(back: Box<dyn Read + Send>) -> Self {
        Self {
            front: Cursor::default(),
            back: BufReader::with_capacity(BUFFER_BYTES, back),
        }
    }

    /// Puts `bytes` before what is yet to be read from behind; call it when nothing that was
    /// given back before is left.
    pub(crate) fn give_back(&mut self, bytes: Vec<u8>) {
        self.front = Cursor::new(bytes);
    }

    /// What can be read without waiting.
    pub(crate) fn buffered(&self) -> &[u8] {
        let given_back = self.given_back();
        if given_back.is_empty() {
            self.back.buffer()
        } else {
            given_back
        }
    }

    fn given_back(&self) -> &[u8] {
        let start = usize::try_from(self.front.position()).unwrap_or(usize::MAX);
        self.front.get_ref().get(start..).unwrap_or_default()
    }
}

impl Read for Replay {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Replay {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.given_back().is_empty() {
            self.back.fill_buf()
        } else {
            self.front.fill_buf()
        }
    }

    fn consume(&mut self, count: usize) {
        if self.given_back().is_empty() {
            self.back.consume(count);
        } else {
            self.front.consume(count);
        }
    }
}
