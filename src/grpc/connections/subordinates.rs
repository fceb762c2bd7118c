//! The ids that belong to another user: the ranges of `/etc/subuid` (subuid(5)).
//!
//! By newuidmap(1) a user may run a process as any id of their ranges. All these ids are one
//! person, who has one share of the service and may not approve what they asked for themselves.

use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use nix::unistd::User;
use tokio::task::spawn_blocking;

use crate::disk;

/// The table of ranges, which only root can write.
const PATH: &str = "/etc/subuid";
/// A larger table isn't read. One line has about 25 bytes.
const MAX_BYTES: usize = 1 << 20;
/// How often an id that belongs to a user may belong, through that user, to another one.
const MAX_STEPS: usize = 4;
/// Root may be every user without a range. What runs in its containers isn't root.
const ROOT: u32 = 0;

/// The table as it was read last.
static LAST: Mutex<Option<Arc<Table>>> = Mutex::new(None);

/// The user to whom `uid` belongs; `uid` itself if it is in nobody's range.
pub(super) async fn owner(uid: u32) -> u32 {
    let stamp = stamp();
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match last {
        Some(table) if table.stamp == stamp => table.ranges.owner(uid),
        // To look up a user's name may take a query over the network (nsswitch.conf(5)).
        last => match spawn_blocking(move || renew(stamp, last)).await {
            Ok(table) => table.ranges.owner(uid),
            Err(_) => uid,
        },
    }
}

/// Reads the table again. One that can't be read leaves the ranges as they were.
fn renew(stamp: Option<Stamp>, last: Option<Arc<Table>>) -> Arc<Table> {
    let ranges = match disk::read(Path::new(PATH), MAX_BYTES) {
        Ok(text) => Ranges::parse(&text, id_of),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ranges::default(),
        Err(error) => {
            tracing::warn!(%error, path = PATH, "cannot be read: whose ids are whose is as before");
            last.map(|table| table.ranges.clone()).unwrap_or_default()
        }
    };
    let table = Arc::new(Table { stamp, ranges });
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&table));
    table
}

/// A user's id. Ranges may name users by their ids too.
fn id_of(name: &str) -> Option<u32> {
    let named = User::from_name(name).ok().flatten();
    named
        .map(|user| user.uid.as_raw())
        .or_else(|| name.parse().ok())
}

/// What changes when a file does: its number, size and time.
type Stamp = (u64, u64, i64, i64);

fn stamp() -> Option<Stamp> {
    let file = fs::metadata(PATH).ok()?;
    Some((file.ino(), file.size(), file.mtime(), file.mtime_nsec()))
}

struct Table {
    /// Of the file; none if there was no file.
    stamp: Option<Stamp>,
    ranges: Ranges,
}

/// Ranges of ids, each with the user to whom it belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ranges(Vec<(RangeInclusive<u32>, u32)>);

impl Ranges {
    /// Reads lines of the form `USER:FIRST:COUNT`. Others are no ranges for newuidmap(1) either.
    fn parse(text: &str, id_of: impl Fn(&str) -> Option<u32>) -> Self {
        let range = |line: &str| {
            let mut fields = line.split(':');
            let (user, first, count) = (fields.next()?, fields.next()?, fields.next()?);
            let first: u32 = first.parse().ok()?;
            let count: u32 = count.parse().ok()?;
            let last = first.saturating_add(count.checked_sub(1)?);
            Some((first..=last, id_of(user)?))
        };
        Self(text.lines().filter_map(range).collect())
    }

    fn owner(&self, uid: u32) -> u32 {
        let mut owner = uid;
        for _ in 0..MAX_STEPS {
            let belongs = |(range, _): &&(RangeInclusive<u32>, u32)| range.contains(&owner);
            match self.0.iter().find(belongs) {
                Some((_, next)) if *next != ROOT => owner = *next,
                _ => break,
            }
        }
        owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(text: &str) -> Ranges {
        let id_of = |name: &str| match name {
            "root" => Some(0),
            "ann" => Some(1000),
            "bob" => Some(1001),
            _ => name.parse().ok(),
        };
        Ranges::parse(text, id_of)
    }

    #[test]
    fn ids_of_a_range_belong_to_its_user() {
        let ranges = ranges("ann:100000:65536\n1001:165536:65536\n");
        let owners = [
            (1000, 1000),
            (99_999, 99_999),
            (100_000, 1000),
            (165_535, 1000),
            (165_536, 1001),
            (231_071, 1001),
            (231_072, 231_072),
            (0, 0),
        ];
        for (uid, owner) in owners {
            assert_eq!(ranges.owner(uid), owner, "{uid}");
        }
    }

    #[test]
    fn what_belongs_to_root_is_not_root() {
        assert_eq!(ranges("root:100000:65536").owner(100_005), 100_005);
    }

    #[test]
    fn an_id_belongs_through_others() {
        let ranges = ranges("ann:100000:10\n100005:200000:10\n");
        assert_eq!(ranges.owner(200_001), 1000);
        // A circle ends.
        let circle = self::ranges("5:6:1\n6:5:1\n");
        assert!([5, 6].contains(&circle.owner(5)));
    }

    #[test]
    fn lines_that_are_no_ranges_hide_no_others() {
        let text =
            "\n# ids\nann\nann:x:1\nnobody-here:5:5\nann:7:0\nann:4294967290:99\nbob:300000:1";
        let ranges = ranges(text);
        assert_eq!(ranges.owner(7), 7);
        assert_eq!(ranges.owner(u32::MAX), 1000);
        assert_eq!(ranges.owner(300_000), 1001);
    }
}
