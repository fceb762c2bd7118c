//! Whether the database is built as the journal builds it, and its files fit together.
//!
//! What people read with `sqlite3` goes through views, and what is written through triggers, if
//! somebody has put some there; a record is found by its id through an index.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;

use super::problem::{Problem, ProblemKind, Problems};
use crate::disk;
use crate::journal::limits::MAX_INTEGRITY_FINDINGS;
use crate::journal::store::{DATABASE_FILE, Reader, SchemaPart, StoreError};

/// Holds every table, index, view and trigger against those that the journal makes.
pub(super) fn check(reader: &Reader, problems: &mut Problems) -> Result<(), StoreError> {
    let mut expected: BTreeMap<_, _> = own_parts(reader)?;
    for part in reader.schema()? {
        let (kind, name) = (&part.kind, &part.name);
        match expected.remove(&(part.kind.clone(), part.name.clone())) {
            None => add(
                problems,
                format!("it has the {kind} `{name}` which is not the journal's"),
            ),
            Some(sql) if sql != part.sql => {
                add(
                    problems,
                    format!("its {kind} `{name}` is not as the journal makes it"),
                );
            }
            Some(_) => {}
        }
    }
    for (kind, name) in expected.into_keys() {
        add(problems, format!("its {kind} `{name}` is missing"));
    }
    if reader.is_vacuumed_by_commits()? {
        let message =
            "its `auto_vacuum` is `full`, which the journal never is: each commit would move pages";
        add(problems, message.to_owned());
    }
    Ok(())
}

type Parts = BTreeMap<(String, String), Option<String>>;

fn own_parts(reader: &Reader) -> Result<Parts, StoreError> {
    let own = reader.expected_schema()?.into_iter();
    Ok(own
        .map(|SchemaPart { kind, name, sql }| ((kind, name), sql))
        .collect())
}

fn add(problems: &mut Problems, message: String) {
    problems.add(Problem::of_log(ProblemKind::Schema, message));
}

/// What SQLite finds wrong with the database's pages and indexes.
pub(super) fn integrity(directory: &Path) -> Result<Vec<Problem>, StoreError> {
    let found = match Reader::open(directory)?.integrity(MAX_INTEGRITY_FINDINGS) {
        Err(StoreError::Damaged(cause)) => vec![cause],
        found => found?,
    };
    let problem = |cause| Problem::of_log(ProblemKind::Index, format!("its database: {cause}"));
    Ok(found.into_iter().map(problem).collect())
}

/// Bytes of the header of a write-ahead log (SQLite's file format, section 4.1).
const HEADER_BYTES: usize = 32;
/// How it begins; the last bit tells the byte order of its checksums.
const MAGIC: u32 = 0x377f_0682;

/// A write-ahead log with a wrong header is left out by SQLite without a word, and with it all
/// that was committed to it.
pub(super) fn write_ahead_log(directory: &Path, problems: &mut Problems) -> io::Result<()> {
    let path = directory.join(format!("{DATABASE_FILE}-wal"));
    let mut header = Vec::with_capacity(HEADER_BYTES);
    match disk::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?.take(HEADER_BYTES as u64).read_to_end(&mut header)?,
    };
    if header.is_empty() || is_header(&header) {
        return Ok(());
    }
    let message = "its write-ahead log has no header that SQLite would take: what was committed \
                   to it is left out";
    problems.add(Problem::of_log(
        ProblemKind::WriteAheadLog,
        message.to_owned(),
    ));
    Ok(())
}

fn is_header(header: &[u8]) -> bool {
    let (words, rest) = header.as_chunks::<4>();
    let &[magic, _, _, _, _, _, first, second] = words else {
        return false;
    };
    let magic = u32::from_be_bytes(magic);
    if !rest.is_empty() || magic & !1 != MAGIC {
        return false;
    }
    let read = match magic & 1 {
        0 => u32::from_le_bytes,
        _ => u32::from_be_bytes,
    };
    let mut sums = (0u32, 0u32);
    for pair in words.as_chunks::<2>().0.iter().take(3) {
        let [one, two] = pair.map(read);
        sums.0 = sums.0.wrapping_add(one).wrapping_add(sums.1);
        sums.1 = sums.1.wrapping_add(two).wrapping_add(sums.0);
    }
    sums == (u32::from_be_bytes(first), u32::from_be_bytes(second))
}
