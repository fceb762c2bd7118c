//! Frames on the socket between a service and its workers: four bytes of length, the lowest
//! first, and as many bytes.

use std::io::{self, ErrorKind, Read, Write};

const LENGTH_BYTES: usize = 4;

/// Writes one frame, made of `parts`, in one piece. `buffer` is reused for it.
pub(super) fn write(
    to: &mut impl Write,
    parts: &[&[u8]],
    limit: usize,
    buffer: &mut Vec<u8>,
) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let header = u32::try_from(length).ok().filter(|_| length <= limit);
    let header = header.ok_or_else(|| too_long(length, limit))?;
    buffer.clear();
    buffer.extend_from_slice(&header.to_le_bytes());
    parts.iter().for_each(|part| buffer.extend_from_slice(part));
    to.write_all(buffer)
}

/// Reads one frame; none where the other side has closed.
pub(super) fn read(from: &mut impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; LENGTH_BYTES];
    match from.read_exact(&mut header) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = usize::try_from(u32::from_le_bytes(header)).unwrap_or(usize::MAX);
    if length > limit {
        return Err(too_long(length, limit));
    }
    let mut frame = vec![0; length];
    from.read_exact(&mut frame)?;
    Ok(Some(frame))
}

fn too_long(length: usize, limit: usize) -> io::Error {
    let message = format!("a frame of {length} bytes; the limit is {limit}");
    io::Error::new(ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written_and_no_longer_than_its_limit() {
        let mut bytes = Vec::new();
        write(&mut bytes, &[b"ab", b"", b"c"], 3, &mut Vec::new()).unwrap();
        assert_eq!(bytes, b"\x03\0\0\0abc");
        assert_eq!(read(&mut bytes.as_slice(), 3).unwrap().unwrap(), b"abc");
        assert!(read(&mut bytes.as_slice(), 2).is_err());
        assert!(read(&mut &bytes[..5], 3).is_err());
        assert!(read(&mut &bytes[..0], 3).unwrap().is_none());
        assert!(write(&mut Vec::new(), &[b"abcd"], 3, &mut Vec::new()).is_err());
    }
}
