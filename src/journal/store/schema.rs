//! How a database is built, and whether SQLite finds it whole.

use rusqlite::Connection;

use super::{Reader, StoreError, open};

/// What `PRAGMA auto_vacuum` says where it is `full`.
const FULL: i64 = 1;

/// A table, an index, a view or a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaPart {
    /// `table`, `index`, `view` or `trigger`.
    pub kind: String,
    /// The name of the part.
    pub name: String,
    /// The text that makes it; absent where SQLite makes it by itself.
    pub sql: Option<String>,
}

impl Reader {
    /// All that the database is built of.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn schema(&self) -> Result<Vec<SchemaPart>, StoreError> {
        parts(self.connection())
    }

    /// All that a journal of this version is built of.
    ///
    /// # Errors
    /// If its version can't be read.
    pub fn expected_schema(&self) -> Result<Vec<SchemaPart>, StoreError> {
        parts(&open::alike(self.connection())?)
    }

    /// Whether each commit moves pages to give empty ones back. Journals are made without that, and those of
    /// earlier versions without `auto_vacuum` at all.
    ///
    /// # Errors
    /// If that can't be read.
    pub fn is_vacuumed_by_commits(&self) -> Result<bool, StoreError> {
        let found = open::pragma(self.connection(), "auto_vacuum")?;
        Ok(found == FULL)
    }

    /// What SQLite finds wrong with pages, rows and indexes, at most `limit` things. It looks at
    /// all of the database, in one transaction.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn integrity(&self, limit: u32) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        self.connection()
            .pragma(None, "integrity_check", limit, |row| {
                found.push(row.get::<_, String>(0)?);
                Ok(())
            })?;
        found.retain(|line| line != "ok");
        Ok(found)
    }
}

fn parts(connection: &Connection) -> Result<Vec<SchemaPart>, StoreError> {
    let mut statement = connection.prepare("SELECT type, name, sql FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| {
        Ok(SchemaPart {
            kind: row.get(0)?,
            name: row.get(1)?,
            sql: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
