//! JSON that is written only as far as a limit lets it.

use std::io;

use serde::Serialize;

/// Bytes that are taken before the first is written.
const FIRST_BYTES: usize = 512;

/// `value` as JSON, unless that takes more than `limit` bytes: then no more than that is written.
///
/// # Errors
/// If it has no JSON form.
pub fn json_within<T: Serialize + ?Sized>(
    value: &T,
    limit: usize,
) -> Result<Option<Vec<u8>>, serde_json::Error> {
    let mut writer = Within {
        bytes: Vec::with_capacity(limit.min(FIRST_BYTES)),
        limit,
        is_over: false,
    };
    match serde_json::to_writer(&mut writer, value) {
        Ok(()) => Ok(Some(writer.bytes)),
        Err(_) if writer.is_over => Ok(None),
        Err(error) => Err(error),
    }
}

/// Refuses what is over a limit.
struct Within {
    bytes: Vec<u8>,
    limit: usize,
    is_over: bool,
}

impl io::Write for Within {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_over |= bytes.len() > self.limit - self.bytes.len();
        if self.is_over {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
