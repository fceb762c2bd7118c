//! Connections, and their settings.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::folder::check_database;
use super::{FileChange, StoreError, database, files};
use crate::journal::limits::{MAX_LOCK_WAIT, PAGE_CACHE_KIB, WAL_KEPT_BYTES};

/// `CVRA` in the file's header, so that `file(1)` and we can tell it from others.
const APPLICATION_ID: i64 = 0x4356_5241;
const SCHEMA: &str = include_str!("schema.sql");
const VIEWS: &str = include_str!("views.sql");
/// Tables are as in version 1; version 2 has other views.
const SCHEMA_VERSION: i64 = 2;

/// What version 2 has added to the view `decision`.
const SINCE_VERSION_2: [&str; 2] = [
    "    'journal:' || log.origin || '/' || record.position AS evidence_ref,\n",
    "JOIN log\n",
];

/// An empty database that is built as the journal in `connection` must be.
pub(super) fn alike(connection: &Connection) -> Result<Connection, StoreError> {
    let mut views = VIEWS.to_owned();
    if pragma(connection, "user_version")? < 2 {
        for lines in SINCE_VERSION_2 {
            views = views.replace(lines, "");
        }
    }
    let own = Connection::open_in_memory()?;
    own.execute_batch(SCHEMA)?;
    own.execute_batch(&views)?;
    Ok(own)
}

/// A connection that writes; a file that isn't there yet is made.
pub(super) fn to_write(directory: &Path, origin: &str) -> Result<Connection, StoreError> {
    let path = database(directory);
    private(&path).map_err(|cause| StoreError::Directory {
        path: directory.to_owned(),
        cause,
    })?;
    let found = files::identity(&path)?;
    check_database(&path)?;
    let connection = Connection::open(&path)?;
    connection.busy_timeout(MAX_LOCK_WAIT)?;
    let is_new = pragma(&connection, "application_id")? == 0
        && connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })? == 0;
    if is_new {
        // Pages that retention frees can be given back in steps; it must be said before the
        // first table is made.
        connection.pragma_update(None, "auto_vacuum", "incremental")?;
    }
    connection.pragma_update(None, "journal_mode", "wal")?;
    // Emptied pages are overwritten.
    connection.pragma_update(None, "secure_delete", true)?;
    // Every commit is synced; moving the log into the database is `Store::move_log`'s.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", WAL_KEPT_BYTES)?;
    // Sorting opens no temporary file.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -i64::from(PAGE_CACHE_KIB))?;
    if is_new {
        create(&connection, origin)?;
    }
    recognise(&connection, &path)?;
    renew_views(&connection)?;
    // SQLite has opened the file by its name.
    match files::identity(&path)? == found {
        true => Ok(connection),
        false => Err(StoreError::Changed {
            path,
            change: FileChange::Replaced,
        }),
    }
}

/// Gives a journal of an earlier version the views of this one.
fn renew_views(connection: &Connection) -> Result<(), StoreError> {
    if pragma(connection, "user_version")? == SCHEMA_VERSION {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(VIEWS)?;
    connection.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(connection.execute_batch("COMMIT")?)
}

/// SQLite gives the files beside the database the database's mode.
fn private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    match options.write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn create(connection: &Connection, origin: &str) -> Result<(), StoreError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(SCHEMA)?;
    connection.execute_batch(VIEWS)?;
    connection.execute(
        "INSERT INTO log (only, origin, created) VALUES (1, ?1, ?2)",
        (origin, jiff::Timestamp::now().to_string()),
    )?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(connection.execute_batch("COMMIT")?)
}

/// A connection that only reads. On a medium that can't be written, a database that was
/// closed properly is read as it is.
pub(super) fn to_read(directory: &Path) -> Result<Connection, StoreError> {
    let path = database(directory);
    if !path.exists() {
        return Err(StoreError::Missing {
            path: directory.to_owned(),
        });
    }
    check_database(&path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags)?;
    connection.busy_timeout(MAX_LOCK_WAIT)?;
    match recognise(&connection, &path) {
        // Records that are still in a write-ahead log must not be overlooked.
        Err(StoreError::Database(_) | StoreError::ReadOnly | StoreError::Disk(_))
            if !has_log(&path) =>
        {
            let uri = format!("file:{}?immutable=1", uri_path(&path));
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            let connection = Connection::open_with_flags(uri, flags)?;
            recognise(&connection, &path)?;
            Ok(connection)
        }
        recognised => recognised.map(|()| connection),
    }
}

fn has_log(path: &Path) -> bool {
    let log = path.with_extension("db-wal");
    log.metadata().is_ok_and(|metadata| metadata.len() > 0)
}

fn uri_path(path: &Path) -> String {
    let escaped = percent_encoding::utf8_percent_encode(
        &path.to_string_lossy(),
        percent_encoding::NON_ALPHANUMERIC,
    )
    .to_string();
    escaped.replace("%2F", "/")
}

fn recognise(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let path = || path.to_owned();
    if pragma(connection, "application_id")? != APPLICATION_ID {
        return Err(StoreError::NotAJournal { path: path() });
    }
    let found = pragma(connection, "user_version")?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer {
            path: path(),
            found,
            known: SCHEMA_VERSION,
        });
    }
    Ok(())
}

pub(super) fn pragma(connection: &Connection, name: &str) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
