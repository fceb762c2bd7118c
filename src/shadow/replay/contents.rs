//! What records name, read once and kept as long as there is room.

use std::rc::Rc;

use quick_cache::Weighter;
use quick_cache::unsync::Cache;

use super::ReplayError;
use super::asked::Asked;
use super::limits::{EXPECTED_CONTENTS, MAX_CACHED_JUDGEMENT_BYTES, MAX_CACHED_SUBJECT_BYTES};
use crate::canonical::Digest;
use crate::decision::Judgement;
use crate::journal::record::Subject;
use crate::journal::record::judgement::StoredJudgement;
use crate::journal::store::Reader;

/// A content that was read.
pub(super) struct Known<T> {
    /// The digest, which was checked unless the bytes were dropped.
    digest: Digest,
    bytes: u64,
    /// None if it was dropped, or if it lacks something that is needed.
    pub(super) value: Option<T>,
}

#[derive(Clone)]
struct Bytes;

impl<T> Weighter<i64, Rc<Known<T>>> for Bytes {
    fn weight(&self, _: &i64, known: &Rc<Known<T>>) -> u64 {
        known.bytes
    }
}

type Kept<T> = Cache<i64, Rc<Known<T>>, Bytes>;

/// Contents by the rows that hold them; rows of `content` never change their digest. Each
/// worker has its own: it looks at a stretch of the journal, where the same contents come again,
/// and what one thread allocates is dear to free in another.
pub(super) struct Contents {
    subjects: Kept<Asked>,
    judgements: Kept<Judgement>,
}

/// A content that a record names.
#[derive(Clone, Copy)]
pub(super) struct Named {
    /// The record's position.
    pub(super) position: u64,
    /// The row that should hold it.
    pub(super) place: Option<i64>,
    /// The digest that the record names.
    pub(super) digest: Digest,
}

impl Contents {
    /// The share of one of `workers`.
    pub(super) fn new(workers: usize) -> Self {
        let share = |bytes: u64| (bytes / workers.max(1) as u64).max(1);
        let expected = (EXPECTED_CONTENTS / workers.max(1)).max(1);
        let (subjects, judgements) = (MAX_CACHED_SUBJECT_BYTES, MAX_CACHED_JUDGEMENT_BYTES);
        Self {
            subjects: Cache::with_weighter(expected, share(subjects), Bytes),
            judgements: Cache::with_weighter(expected, share(judgements), Bytes),
        }
    }

    /// The action and its facts. None if a text was cut, so that the action can't be judged again.
    pub(super) fn subject(
        &mut self,
        reader: &Reader,
        named: Named,
    ) -> Result<Rc<Known<Asked>>, ReplayError> {
        get(&mut self.subjects, reader, named, |bytes| {
            Subject::read(bytes).ok().map(Asked::new)
        })
    }

    /// The recorded findings. None if some were left out, because nobody knows which.
    pub(super) fn judgement(
        &mut self,
        reader: &Reader,
        named: Named,
    ) -> Result<Rc<Known<Judgement>>, ReplayError> {
        get(&mut self.judgements, reader, named, |bytes| {
            let stored = StoredJudgement::read(bytes).ok()?;
            (stored.findings_left_out == 0).then_some(stored.judgement)
        })
    }
}

fn get<T>(
    kept: &mut Kept<T>,
    reader: &Reader,
    named: Named,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<Rc<Known<T>>, ReplayError> {
    let damaged = |problem: &str| ReplayError::Damaged {
        position: named.position,
        problem: problem.to_owned(),
    };
    let place = named
        .place
        .ok_or_else(|| damaged("its row names no content"))?;
    let known = match kept.get(&place) {
        Some(known) => Rc::clone(known),
        None => {
            let found = reader.content(place)?;
            let (digest, body) = found.ok_or_else(|| damaged("a content is missing"))?;
            if let Some(body) = &body
                && Digest::of(body.as_bytes()) != digest
            {
                return Err(damaged("a content's bytes are not those of its digest"));
            }
            let known = Rc::new(Known {
                digest,
                bytes: body.as_ref().map_or(1, |body| body.len().max(1) as u64),
                value: body.and_then(|body| read(body.as_bytes())),
            });
            kept.insert(place, Rc::clone(&known));
            known
        }
    };
    if known.digest != named.digest {
        return Err(damaged("its row names another content than the record"));
    }
    Ok(known)
}
