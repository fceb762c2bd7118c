//! A disk that keeps what was synced, and of the rest what it likes.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use super::random::Random;
use super::trace::{Event, Operation};

/// What a disk writes at once, or not at all.
const SECTOR_BYTES: usize = 512;

/// What is on the disk for certain, and what may be.
#[derive(Default)]
pub(crate) struct Disk<'a> {
    files: HashMap<u64, File<'a>>,
    names: BTreeMap<&'a str, u64>,
    /// Changes of names since the directory was synced. They reach the disk in order.
    unsynced_names: Vec<Event<'a>>,
}

#[derive(Default, Clone)]
struct File<'a> {
    synced: Vec<u8>,
    unsynced: Vec<Operation<'a>>,
}

/// What a power cut left.
pub(crate) type Image = BTreeMap<String, Vec<u8>>;

/// What becomes of what was not synced.
#[derive(Clone, Copy)]
enum Fate {
    Kept,
    Lost,
    /// Each write for itself.
    Mixed,
}

impl<'a> Disk<'a> {
    pub(crate) fn apply(&mut self, event: &Event<'a>, random: &mut Random) {
        match event.operation {
            Operation::Create(_) => {
                self.files.insert(event.file, File::default());
                self.unsynced_names.push(*event);
            }
            Operation::Unlink(_) | Operation::Rename { .. } => self.unsynced_names.push(*event),
            Operation::SyncDirectory => {
                for event in std::mem::take(&mut self.unsynced_names) {
                    rename(&mut self.names, &event);
                }
            }
            Operation::Write { .. } | Operation::Truncate(_) => {
                let file = self.files.entry(event.file).or_default();
                file.unsynced.push(event.operation);
            }
            Operation::Sync => self.settle(event.file, Fate::Kept, random),
            // The system takes the pages for written now, so no later sync writes them.
            Operation::FailedSync => self.settle(event.file, Fate::Mixed, random),
        }
    }

    fn settle(&mut self, file: u64, fate: Fate, random: &mut Random) {
        let file = self.files.entry(file).or_default();
        for operation in std::mem::take(&mut file.unsynced) {
            write(&mut file.synced, operation, fate, random);
        }
    }

    /// One of the disks that a power cut at this moment could leave.
    pub(crate) fn cut(&self, random: &mut Random) -> Image {
        let fates = [Fate::Kept, Fate::Lost, Fate::Mixed, Fate::Mixed];
        let fate = fates[random.below(fates.len())];
        let mut names = self.names.clone();
        let kept = match fate {
            Fate::Kept => self.unsynced_names.len(),
            Fate::Lost => 0,
            Fate::Mixed => random.below(self.unsynced_names.len() + 1),
        };
        for event in &self.unsynced_names[..kept] {
            rename(&mut names, event);
        }
        let files = names.into_iter().map(|(name, id)| {
            let File {
                mut synced,
                unsynced,
            } = self.files[&id].clone();
            for operation in unsynced {
                write(&mut synced, operation, fate, random);
            }
            (name.to_owned(), synced)
        });
        files.collect()
    }
}

fn rename<'a>(names: &mut BTreeMap<&'a str, u64>, event: &Event<'a>) {
    match event.operation {
        Operation::Create(name) => {
            names.insert(name, event.file);
        }
        Operation::Unlink(name) => {
            names.remove(name);
        }
        Operation::Rename { from, to } => {
            if let Some(file) = names.remove(from) {
                names.insert(to, file);
            }
        }
        _ => {}
    }
}

fn write(file: &mut Vec<u8>, operation: Operation<'_>, fate: Fate, random: &mut Random) {
    let is_torn = match fate {
        Fate::Kept => false,
        Fate::Lost => return,
        Fate::Mixed => match random.below(3) {
            0 => return,
            1 => false,
            _ => true,
        },
    };
    match operation {
        Operation::Truncate(length) => file.resize(length, 0),
        Operation::Write { offset, bytes } => {
            let end = offset + bytes.len();
            let mut at = offset;
            while at < end {
                let next = end.min((at / SECTOR_BYTES + 1) * SECTOR_BYTES);
                if !is_torn || random.once_in(2) {
                    file.resize(file.len().max(next), 0);
                    file[at..next].copy_from_slice(&bytes[at - offset..next - offset]);
                }
                at = next;
            }
        }
        _ => {}
    }
}

/// Makes the files of `image` in `directory`.
pub(crate) fn restore(image: &Image, directory: &Path) {
    for (name, bytes) in image {
        let path = directory.join(name);
        fs::write(&path, bytes).unwrap();
        if name.ends_with(".key") {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}
