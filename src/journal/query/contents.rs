//! Contents that records name, each read and checked to be JSON once for many records.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::unsync::Cache;
use serde_json::value::RawValue;

use super::QueryError;
use super::entry::EntryParts;
use crate::journal::limits::{READ_CACHE_BYTES, READ_CACHE_CONTENTS};
use crate::journal::record::RecordError;
use crate::journal::store::{Reader, References, Row};

/// A content that a record names.
#[derive(Debug, Clone)]
pub enum Resolved {
    /// Its canonical JSON, exactly as it is stored.
    Kept(Arc<RawValue>),
    /// The content was dropped, because it was older than the journal keeps contents.
    Dropped,
}

impl Resolved {
    /// Its text, if it is still there.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Kept(text) => Some(text.get()),
            Self::Dropped => None,
        }
    }

    /// Makes a content of its stored text.
    ///
    /// # Errors
    /// If it is no JSON.
    pub fn kept(text: String) -> Result<Self, serde_json::Error> {
        Ok(Self::Kept(RawValue::from_string(text)?.into()))
    }
}

impl PartialEq for Resolved {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Resolved {}

/// The contents that were read last, by their ids.
pub(super) struct Contents {
    cache: Cache<i64, Resolved, Bytes>,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<i64, Resolved> for Bytes {
    fn weight(&self, _: &i64, content: &Resolved) -> u64 {
        1 + content.text().map_or(0, str::len) as u64
    }
}

impl Contents {
    pub(super) fn new() -> Self {
        Self::of_bytes(READ_CACHE_BYTES)
    }

    /// Contents that remember so many bytes.
    pub(super) fn of_bytes(most: u64) -> Self {
        Self {
            cache: Cache::with_weighter(READ_CACHE_CONTENTS, most, Bytes),
        }
    }

    /// Forgets what was read.
    pub(super) fn release(&mut self) {
        self.cache.clear();
    }

    /// The content `id`, which the record at `position` names as its `part`.
    pub(super) fn resolve(
        &mut self,
        reader: &Reader,
        position: u64,
        part: &'static str,
        id: i64,
    ) -> Result<Resolved, QueryError> {
        if let Some(known) = self.cache.get(&id) {
            return Ok(known.clone());
        }
        let unreadable = |problem: String| QueryError::Content {
            position,
            part,
            problem,
        };
        let (_, text) = reader
            .content(id)?
            .ok_or_else(|| unreadable("it isn't stored".to_owned()))?;
        let resolved = match text {
            Some(text) => Resolved::kept(text).map_err(|error| unreadable(error.to_string()))?,
            None => Resolved::Dropped,
        };
        self.cache.insert(id, resolved.clone());
        Ok(resolved)
    }
}

impl Contents {
    /// All that the record of `row` names, except for the document of a lifecycle record; `subject`
    /// where that is known already.
    pub(super) fn parts(
        &mut self,
        reader: &Reader,
        row: &Row,
        subject: Option<Resolved>,
        is_lifecycle: bool,
    ) -> Result<EntryParts, QueryError> {
        let position = row.position;
        let References {
            subject: subject_place,
            judgement,
            policy,
            candidate_judgement,
            candidate_policy,
        } = row.contents;
        // A document may be many MiB long, and is read by itself.
        let candidate_policy = candidate_policy.filter(|_| !is_lifecycle);
        let mut resolve = |part, id: Option<i64>| {
            id.map(|id| self.resolve(reader, position, part, id))
                .transpose()
        };
        let record =
            RawValue::from_string(row.body.clone()).map_err(|error| QueryError::Record {
                position,
                cause: RecordError::Malformed(error.to_string()),
            })?;
        Ok(EntryParts {
            record,
            subject: match subject {
                Some(subject) => Some(subject),
                None => resolve("subject", subject_place)?,
            },
            judgement: resolve("judgement", judgement)?,
            policy: resolve("policy", policy)?,
            candidate_judgement: resolve("candidate_judgement", candidate_judgement)?,
            candidate_policy: resolve("candidate_policy", candidate_policy)?,
        })
    }
}
