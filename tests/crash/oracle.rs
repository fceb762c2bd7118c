//! What a journal must be, from SQL, SHA-256 and RFC 6962 alone: nothing here goes through the
//! code that it checks, but for reading a checkpoint's text.

use std::collections::HashMap;
use std::path::Path;

use cavra::journal::merkle_log::SignedCheckpoint;
use rusqlite::{Connection, OpenFlags, Row};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::rfc6962::{Hash, leaf, root};

/// A journal without fault.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) leaves: Vec<Hash>,
    pub(crate) positions: HashMap<Uuid, u64>,
    pub(crate) checkpoints: Vec<(usize, Hash)>,
}

impl Log {
    /// Reads the journal of `directory`; says what is wrong with it.
    pub(crate) fn read(directory: &Path) -> Result<Self, String> {
        Self::whole(directory).map_err(|error| error.to_string())?
    }

    fn whole(directory: &Path) -> rusqlite::Result<Result<Self, String>> {
        // One that may write would tidy up, and leave the next start nothing to recover.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(directory.join("journal.db"), flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        let checked: String =
            connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if checked != "ok" {
            return Ok(Err(checked));
        }
        // One transaction, since a service may write meanwhile.
        connection.execute_batch("BEGIN")?;
        let mut log = Self::default();
        let contents = contents(&connection)?;
        let sql = "SELECT position, id, leaf, body, subject, judgement, policy, \
                   candidate_judgement, candidate_policy FROM record ORDER BY position";
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let position = integer(row)?;
            let body: String = row.get(3)?;
            if position != log.leaves.len() {
                let expected = log.leaves.len();
                return Ok(Err(format!("record {expected} is missing")));
            }
            if row.get::<_, Hash>(2)? != leaf(body.as_bytes()) {
                return Ok(Err(format!("record {position} is not the one of its leaf")));
            }
            for column in 4..9 {
                let content: Option<i64> = row.get(column)?;
                let digest = content.map(|content| contents.get(&content));
                if digest.is_some_and(|digest| digest.is_none_or(|it| !body.contains(it))) {
                    return Ok(Err(format!("record {position} has not its contents")));
                }
            }
            let id = Uuid::from_slice(row.get_ref(1)?.as_blob()?).unwrap();
            log.leaves.push(leaf(body.as_bytes()));
            log.positions.insert(id, position as u64);
        }
        let mut statement =
            connection.prepare("SELECT size, note FROM checkpoint ORDER BY size")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let note: SignedCheckpoint = row.get::<_, String>(1)?.parse().unwrap();
            let size = integer(row)?;
            let told = (size, *note.unverified().root().as_bytes());
            if let Err(error) = log.extends(&[told]) {
                return Ok(Err(error));
            }
            log.checkpoints.push(told);
        }
        Ok(Ok(log))
    }

    /// Whether its first records are those that were there before.
    pub(crate) fn extends(&self, earlier: &[(usize, Hash)]) -> Result<(), String> {
        for (size, expected) in earlier {
            match self.leaves.get(..*size) {
                None => return Err(format!("{size} records were there before")),
                Some(first) if root(first) != *expected => {
                    return Err(format!("the first {size} records were others before"));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Whether what was promised is kept: a record at its position.
    pub(crate) fn keeps<'a>(
        &self,
        promised: impl IntoIterator<Item = &'a (Uuid, u64)>,
    ) -> Result<(), String> {
        for (id, position) in promised {
            let found = self.positions.get(id);
            if found != Some(position) {
                return Err(format!(
                    "`{id}` was acknowledged at {position}, found at {found:?}"
                ));
            }
        }
        Ok(())
    }

    pub(crate) fn head(&self) -> (usize, Hash) {
        (self.leaves.len(), root(&self.leaves))
    }
}

fn integer(row: &Row<'_>) -> rusqlite::Result<usize> {
    Ok(usize::try_from(row.get::<_, i64>(0)?).unwrap())
}

/// The digests of the contents, as records name them, each compared with its text.
fn contents(connection: &Connection) -> rusqlite::Result<HashMap<i64, String>> {
    let mut statement = connection.prepare("SELECT content, digest, body FROM content")?;
    let rows = statement.query_map([], |row| {
        let digest: Hash = row.get(1)?;
        let body: Option<String> = row.get(2)?;
        let is_its_own = body.is_none_or(|body| digest == Hash::from(Sha256::digest(body)));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = if is_its_own {
            hex
        } else {
            "another".to_owned()
        };
        Ok((row.get(0)?, name))
    })?;
    rows.collect()
}
