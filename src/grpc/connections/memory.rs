//! The memory of the calls of a door.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::grpc::limits::{MAX_CONNECTIONS, MAX_HELD_BYTES, MIN_CONNECTION_BYTES, PRESSED_BYTES};

/// The memory that all calls of a door use.
#[derive(Debug, Default)]
pub(super) struct Memory {
    bytes: AtomicUsize,
    /// Notified when the calls use more than [`PRESSED_BYTES`].
    pub(super) pressed: Notify,
}

impl Memory {
    /// Takes `bytes` for a connection, which would then use `of_connection`. False if the
    /// connection may not have them: it may use half of what the others leave free, and a little in
    /// any case.
    pub(super) fn take(&self, bytes: usize, of_connection: usize) -> bool {
        let others = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let all = others + bytes;
        if all > PRESSED_BYTES {
            self.pressed.notify_one();
        }
        let part = MAX_HELD_BYTES.saturating_sub(others) / 2;
        let is_little = of_connection <= MIN_CONNECTION_BYTES
            && all <= MAX_HELD_BYTES + MAX_CONNECTIONS * MIN_CONNECTION_BYTES;
        let may = of_connection <= part || is_little;
        if !may {
            self.give(bytes);
        }
        may
    }

    pub(super) fn give(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn greedy_connections_leave_room_for_whoever_comes() {
        for greedy in [1, 3, 50, 500] {
            let memory = Memory::default();
            let mut held = vec![0; greedy];
            let mut is_growing = true;
            while is_growing {
                is_growing = false;
                for held in &mut held {
                    let more = 64 * 1024;
                    if memory.take(more, *held + more) {
                        *held += more;
                        is_growing = true;
                    }
                }
            }
            assert!(memory.take(64 * 1024, 64 * 1024), "beside {greedy}");
        }
    }
}
