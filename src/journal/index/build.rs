//! The thread that makes the index.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Index;
use crate::background;
use crate::causes::in_line;
use crate::journal::limits::{INDEX_BATCH_BLOCKS, INDEX_INTERVAL, INDEX_RETRY_INTERVAL};
use crate::journal::store::{Reader, StoreError};

/// Makes the index of a journal while it is written; ends when this is dropped.
pub struct Indexer {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Indexer {
    /// Begins with the journal of `directory`.
    ///
    /// # Errors
    /// If its thread can't be started.
    pub fn start(directory: &Path) -> io::Result<Self> {
        let (stop, stopped) = channel();
        let directory = directory.to_owned();
        let thread = thread::Builder::new()
            .name("cavra-index".to_owned())
            .spawn(move || run(&directory, &stopped))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the journal's indexer ended by a panic");
        }
    }
}

/// Nothing that fails here concerns a decision: without an index, queries take longer.
fn run(directory: &Path, stopped: &Receiver<()>) {
    background::run_when_idle("the journal's index");
    let mut building = Building::new(directory);
    let mut pause = Duration::ZERO;
    while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        pause = match building.step() {
            Ok(true) => Duration::ZERO,
            Ok(false) => INDEX_INTERVAL,
            Err(error) => {
                tracing::debug!(
                    error = in_line(&error),
                    "the journal's index is not written now"
                );
                building = Building::new(directory);
                INDEX_RETRY_INTERVAL
            }
        };
    }
}

struct Building {
    directory: PathBuf,
    opened: Option<(Reader, Index)>,
}

impl Building {
    fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            opened: None,
        }
    }

    /// Adds some blocks. True if there are more.
    fn step(&mut self) -> Result<bool, StoreError> {
        // One that was removed or replaced is rebuilt.
        self.opened.take_if(|(_, index)| !index.is_in_place());
        let (reader, index) = match &mut self.opened {
            Some(opened) => opened,
            closed => {
                let reader = Reader::open(&self.directory)?;
                let index = Index::open_or_make(&self.directory, &reader)?;
                closed.insert((reader, index))
            }
        };
        index.extend(reader, INDEX_BATCH_BLOCKS)
    }
}

/// Makes the index of the journal of `directory`, as far as there are records now.
///
/// # Errors
/// If it can't be made.
pub fn bring_up_to_date(directory: &Path) -> Result<(), StoreError> {
    let mut building = Building::new(directory);
    while building.step()? {}
    Ok(())
}
