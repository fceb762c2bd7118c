//! The HTTP/2 frames that a client sends, as far as the service must know them before they are
//! handled: whether something is begun and not ended, and whether it is a flood.
//!
//! A frame is nine bytes of header, of which the first three are the payload's length, the
//! fourth the type and the fifth the flags, and then the payload (RFC 9113 section 4.1).

use crate::grpc::limits::{
    CONTROL_FRAMES_PER_SECOND, MAX_CONTROL_FRAMES, SENT_BYTES_PER_CONTROL_FRAME,
};

/// The bytes that a client sends first (RFC 9113 section 3.4).
const PREFACE_BYTES: usize = 24;
const HEADER_BYTES: usize = 9;

const DATA: u8 = 0x0;
const HEADERS: u8 = 0x1;
const CONTINUATION: u8 = 0x9;
const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;

/// The client sends too many frames that cost work and carry nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many control frames")]
pub(super) struct Flood;

/// The state of reading a client's bytes.
#[derive(Debug)]
pub(super) struct Frames {
    /// Bytes of the preface that are still to come.
    preface: usize,
    header: [u8; HEADER_BYTES],
    /// Bytes of `header` that have come.
    taken: usize,
    /// Bytes of the payload that are still to come.
    payload: usize,
    /// A header block has begun and not ended.
    in_headers: bool,
    /// A whole frame was seen.
    has_begun: bool,
    /// A frame of a call was seen since that was last asked for.
    is_calling: bool,
    allowance: Allowance,
}

/// How many more control frames may come.
#[derive(Debug)]
struct Allowance {
    frames: u64,
    /// When it was last added to, in milliseconds.
    refilled_ms: u64,
    /// Sent bytes that were not yet turned into frames.
    sent: u64,
}

impl Frames {
    pub(super) fn new() -> Self {
        Self {
            preface: PREFACE_BYTES,
            header: [0; HEADER_BYTES],
            taken: 0,
            payload: 0,
            in_headers: false,
            has_begun: false,
            is_calling: false,
            allowance: Allowance {
                frames: MAX_CONTROL_FRAMES,
                refilled_ms: 0,
                sent: 0,
            },
        }
    }

    /// Reads the bytes that came in.
    pub(super) fn receive(&mut self, mut bytes: &[u8], now_ms: u64) -> Result<(), Flood> {
        self.allowance.refill(now_ms);
        while !bytes.is_empty() {
            let came = if self.preface > 0 {
                let came = self.preface.min(bytes.len());
                self.preface -= came;
                came
            } else if self.taken < HEADER_BYTES {
                self.receive_header(bytes)?
            } else {
                let came = self.payload.min(bytes.len());
                self.payload -= came;
                came
            };
            if self.taken == HEADER_BYTES && self.payload == 0 {
                self.taken = 0;
                self.has_begun = true;
            }
            bytes = bytes.get(came..).unwrap_or_default();
        }
        Ok(())
    }

    /// Counts bytes that were sent: a client that gets answers must be able to send window updates
    /// and pings.
    pub(super) fn sent(&mut self, bytes: usize) {
        let sent = self.allowance.sent + bytes as u64;
        self.allowance.sent = sent % SENT_BYTES_PER_CONTROL_FRAME;
        self.allowance.add(sent / SENT_BYTES_PER_CONTROL_FRAME);
    }

    /// Whether something is begun and not ended: the preface with the frame that belongs to it,
    /// a frame, or a block of headers.
    pub(super) fn is_amid(&self) -> bool {
        !self.has_begun || self.taken > 0 || self.in_headers
    }

    /// Whether a frame of a call has come since this was last asked.
    pub(super) fn take_calling(&mut self) -> bool {
        std::mem::take(&mut self.is_calling)
    }

    fn receive_header(&mut self, bytes: &[u8]) -> Result<usize, Flood> {
        let mut came = 0;
        for (slot, byte) in self.header.iter_mut().skip(self.taken).zip(bytes) {
            *slot = *byte;
            came += 1;
        }
        self.taken += came;
        if self.taken == HEADER_BYTES {
            self.begin_frame()?;
        }
        Ok(came)
    }

    fn begin_frame(&mut self) -> Result<(), Flood> {
        let [high, middle, low, kind, flags, ..] = self.header;
        self.payload = u32::from_be_bytes([0, high, middle, low]) as usize;
        match kind {
            HEADERS => {
                self.in_headers = flags & END_HEADERS == 0;
                self.is_calling = true;
            }
            DATA if self.payload > 0 || flags & END_STREAM != 0 => self.is_calling = true,
            _ => {
                if kind == CONTINUATION {
                    self.in_headers = flags & END_HEADERS == 0;
                }
                self.allowance.spend()?;
            }
        }
        Ok(())
    }
}

impl Allowance {
    fn refill(&mut self, now_ms: u64) {
        let elapsed_ms = now_ms.saturating_sub(self.refilled_ms);
        let more = elapsed_ms.saturating_mul(CONTROL_FRAMES_PER_SECOND) / 1000;
        if more > 0 {
            self.refilled_ms = now_ms;
            self.add(more);
        }
    }

    fn add(&mut self, frames: u64) {
        self.frames = self.frames.saturating_add(frames).min(MAX_CONTROL_FRAMES);
    }

    fn spend(&mut self) -> Result<(), Flood> {
        self.frames = self.frames.checked_sub(1).ok_or(Flood)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: u8 = 0x6;
    const SETTINGS: u8 = 0x4;

    fn frame(kind: u8, flags: u8, payload: usize) -> Vec<u8> {
        let length = u32::try_from(payload).unwrap().to_be_bytes();
        let mut bytes = length.get(1..).unwrap().to_vec();
        bytes.extend([kind, flags, 0, 0, 0, 1]);
        bytes.resize(HEADER_BYTES + payload, 7);
        bytes
    }

    fn begun() -> Frames {
        let mut frames = Frames::new();
        frames.receive(&[b'P'; PREFACE_BYTES], 0).unwrap();
        frames.receive(&frame(SETTINGS, 0, 6), 0).unwrap();
        frames
    }

    #[test]
    fn what_is_begun_does_not_depend_on_how_it_is_cut() {
        let whole = [
            vec![b'P'; PREFACE_BYTES],
            frame(SETTINGS, 0, 6),
            frame(HEADERS, 0, 40),
            frame(CONTINUATION, END_HEADERS, 3),
            frame(DATA, 0, 500),
            frame(DATA, END_STREAM, 0),
        ]
        .concat();
        let between = [39, 100, 609, 618];
        for cut in 1..whole.len() {
            let mut frames = Frames::new();
            let mut came = 0;
            for piece in whole.chunks(cut) {
                frames.receive(piece, 0).unwrap();
                came += piece.len();
                assert_eq!(
                    frames.is_amid(),
                    !between.contains(&came),
                    "{came} bytes by {cut}"
                );
            }
        }
    }

    #[test]
    fn a_flood_is_told_from_work() {
        for kind in [0x2, 0x3, SETTINGS, PING, 0x8, CONTINUATION, 0xff, DATA] {
            let mut frames = begun();
            let flood = frame(kind, 0, 0).repeat(usize::try_from(MAX_CONTROL_FRAMES).unwrap() + 1);
            assert_eq!(frames.receive(&flood, 0), Err(Flood), "type {kind}");
        }
        let mut frames = begun();
        for _ in 0..10 * MAX_CONTROL_FRAMES {
            frames.receive(&frame(HEADERS, END_HEADERS, 30), 0).unwrap();
            frames.receive(&frame(DATA, END_STREAM, 90), 0).unwrap();
            frames.receive(&frame(PING, 0, 8), 0).unwrap();
            frames.receive(&frame(0x8, 0, 4), 0).unwrap();
            frames.receive(&frame(0x8, 0, 4), 0).unwrap();
            // Less than the smallest answer.
            frames.sent(100);
        }
    }

    #[test]
    fn control_frames_may_go_on_at_their_rate() {
        let mut frames = begun();
        for second in 0..100 {
            for _ in 0..CONTROL_FRAMES_PER_SECOND {
                frames.receive(&frame(PING, 0, 8), second * 1000).unwrap();
            }
        }
    }

    #[test]
    fn acknowledged_pings_do_not_pay_for_more() {
        let mut frames = begun();
        let ping = frame(PING, 0, 8);
        let flooded = (0..4 * MAX_CONTROL_FRAMES).any(|_| {
            frames.sent(ping.len());
            frames.receive(&ping, 0).is_err()
        });
        assert!(flooded);
    }
}
