//! What a process did to its files, in order: the other end of `unsynced.c`.

/// The file that a workload puts an id and a position into for each answer that it got.
pub(crate) const TOLD_FILE: &str = "told";

/// One thing that was done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'a> {
    pub(crate) file: u64,
    pub(crate) operation: Operation<'a>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation<'a> {
    Create(&'a str),
    Write { offset: usize, bytes: &'a [u8] },
    Truncate(usize),
    Sync,
    FailedSync,
    SyncDirectory,
    Unlink(&'a str),
    Rename { from: &'a str, to: &'a str },
}

pub(crate) fn events(mut trace: &[u8]) -> Vec<Event<'_>> {
    let mut events = Vec::new();
    while let Some((head, rest)) = trace.split_first_chunk::<21>() {
        let number = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        let length = u32::from_le_bytes(head[17..21].try_into().unwrap());
        let (bytes, rest) = rest.split_at(length as usize);
        trace = rest;
        events.push(Event {
            file: number(1),
            operation: operation(head[0], usize::try_from(number(9)).unwrap(), bytes),
        });
    }
    assert!(trace.is_empty(), "the trace ends between events");
    events
}

fn operation(letter: u8, offset: usize, bytes: &[u8]) -> Operation<'_> {
    let name = || std::str::from_utf8(bytes).unwrap();
    match letter {
        b'C' => Operation::Create(name()),
        b'W' => Operation::Write { offset, bytes },
        b'T' => Operation::Truncate(offset),
        b'S' => Operation::Sync,
        b'F' => Operation::FailedSync,
        b'D' => Operation::SyncDirectory,
        b'U' => Operation::Unlink(name()),
        b'R' => {
            let (from, to) = name().split_once('\0').unwrap();
            Operation::Rename { from, to }
        }
        other => panic!("no operation `{}`", char::from(other)),
    }
}
