//! Moving the write-ahead log into the database beside the commits.

use std::path::Path;
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::append::move_log;
use super::folder::check_database;
use super::{StoreError, database};
use crate::journal::limits::MAX_LOCK_WAIT;

/// Moves the bulk of a write-ahead log on a thread and a connection of its own, so that the
/// writer is left with little: commits go on meanwhile. The connection stays open: with no
/// descriptor left, the journal must go on.
pub(super) struct Mover {
    state: State,
}

enum State {
    Idle(Connection),
    Moving(JoinHandle<(Connection, Result<(), StoreError>)>),
    /// A thread could not be started, or panicked.
    Broken,
}

impl Mover {
    /// A mover for the journal of `directory`.
    pub(super) fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = database(directory);
        check_database(&path)?;
        let connection = Connection::open(path)?;
        connection.busy_timeout(MAX_LOCK_WAIT)?;
        // What it holds open is opened by its first look.
        connection.query_row("SELECT count(*) FROM log", [], |_| Ok(()))?;
        Ok(Self {
            state: State::Idle(connection),
        })
    }

    /// Begins to move, if nothing is being moved.
    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        match std::mem::replace(&mut self.state, State::Broken) {
            State::Idle(connection) => {
                let moving = thread::Builder::new()
                    .name("cavra-journal-move".to_owned())
                    .spawn(move || {
                        let moved = move_log(&connection, "PASSIVE").map(drop);
                        (connection, moved)
                    });
                self.state = State::Moving(moving.map_err(StoreError::Thread)?);
                Ok(())
            }
            other => {
                self.state = other;
                Ok(())
            }
        }
    }

    pub(super) fn is_moving(&self) -> bool {
        matches!(self.state, State::Moving(_))
    }

    /// Whether the move that was begun has ended.
    pub(super) fn has_ended(&self) -> bool {
        matches!(&self.state, State::Moving(moving) if moving.is_finished())
    }

    /// Waits for the end of the move that was begun.
    pub(super) fn end(&mut self) -> Result<(), StoreError> {
        let state = std::mem::replace(&mut self.state, State::Broken);
        let State::Moving(moving) = state else {
            self.state = state;
            return Ok(());
        };
        let panicked = |_| StoreError::Damaged("moving its log panicked".to_owned());
        let (connection, moved) = moving.join().map_err(panicked)?;
        self.state = State::Idle(connection);
        moved
    }

    /// Closing the connection must not move anything.
    pub(super) fn leave_log(&mut self) -> Result<(), StoreError> {
        let ended = self.end();
        if let State::Idle(connection) = &self.state {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        }
        ended
    }
}
