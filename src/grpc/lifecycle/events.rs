//! Pages of lifecycle records on the wire.

use crate::authority::gate::History;
use crate::grpc::convert::field::FieldError;
use crate::grpc::wire;
use crate::journal::record::{LifecycleRecord, Record, RecordError};

/// Events of one answer.
const PAGE_EVENTS: usize = 500;

/// One lifecycle record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The record's index in the journal.
    pub position: u64,
    /// The record.
    pub record: LifecycleRecord,
}

/// Some events, and where the next begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// The events, the oldest first.
    pub events: Vec<Event>,
    /// The index from which the next are asked for. None if these are all.
    pub next: Option<u64>,
}

pub(super) fn page(
    history: &History,
    from: u64,
) -> Result<wire::ListLifecycleResponse, RecordError> {
    let events = history.events();
    let start = events.partition_point(|(position, _)| *position < from);
    let rest = events.get(start..).unwrap_or_default();
    let next = rest.get(PAGE_EVENTS).map(|(position, _)| *position);
    let event = |(position, record): &(u64, LifecycleRecord)| {
        let bytes = Record::Lifecycle(Box::new(record.clone())).to_bytes()?;
        Ok::<_, RecordError>(wire::LifecycleEvent {
            position: *position,
            record_json: String::from_utf8_lossy(&bytes).into_owned(),
        })
    };
    let events = rest.iter().take(PAGE_EVENTS).map(event);
    Ok(wire::ListLifecycleResponse {
        events: events.collect::<Result<_, _>>()?,
        next,
    })
}

impl TryFrom<wire::ListLifecycleResponse> for Events {
    type Error = FieldError;

    fn try_from(response: wire::ListLifecycleResponse) -> Result<Self, FieldError> {
        let wire::ListLifecycleResponse { events, next } = response;
        let field = "events.record_json";
        let event = |event: wire::LifecycleEvent| {
            let record = Record::from_bytes(event.record_json.as_bytes());
            let record = record.map_err(|error| FieldError::new(field, error.to_string()))?;
            match record {
                Record::Lifecycle(record) => Ok(Event {
                    position: event.position,
                    record: *record,
                }),
                _ => Err(FieldError::new(field, "is no lifecycle record")),
            }
        };
        Ok(Self {
            events: events.into_iter().map(event).collect::<Result<_, _>>()?,
            next,
        })
    }
}
