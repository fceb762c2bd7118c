//! `JournalService`.

use std::path::PathBuf;
use std::sync::Arc;

use futures::stream::{self, BoxStream};
use futures::{Stream, TryStreamExt as _};
use tokio::time::sleep;
use tonic::{Request, Response, Status};

use super::{Earlier, Start, TailQuery};
use crate::authority::Authority;
use crate::grpc::door::{Door, JournalReads};
use crate::grpc::lifetime::{Closing, until_closed, until_given_way};
use crate::grpc::shares::{Share, Shares};
use crate::grpc::status::Refusal;
use crate::grpc::turns::{Origin, Size, Turns};
use crate::grpc::wire;
use crate::grpc::wire::journal_service_server::JournalService;
use crate::journal::limits::FOLLOW_INTERVAL;
use crate::journal::prove::{self, ProveError};
use crate::journal::query::{
    self, DiskUse, Filter, Gathering, JournalEntry, LastFew, Order, Query, QueryError, RecordRef,
    Scan,
};
use crate::journal::store::{Reader, StoreError};

/// Serves reads of the journal. They run on threads with a queue of their own.
pub(in crate::grpc) struct Journals {
    pub(in crate::grpc) authority: Arc<Authority>,
    pub(in crate::grpc) door: Door,
    pub(in crate::grpc) reads: JournalReads,
    /// The threads for single steps of a query.
    pub(in crate::grpc) steps: Turns,
    /// Those of calls that read.
    pub(in crate::grpc) reads_at_once: Shares,
    pub(in crate::grpc) closing: Closing,
}

/// One call: its journal, and its share until it ends.
struct Call {
    directory: PathBuf,
    origin: Origin,
    steps: Turns,
    share: Share,
}

type Answer<T> = Result<Response<T>, Status>;
type Entries<T> = BoxStream<'static, Result<T, Status>>;

impl Journals {
    /// Begins a call that anybody may make.
    fn begin(&self, origin: Origin) -> Result<Call, Refusal> {
        let recording = self.authority.recording().ok_or(Refusal::NoJournal)?;
        let share = self.reads_at_once.take_in_turn(origin);
        Ok(Call {
            directory: recording.journal().directory().to_owned(),
            origin,
            steps: self.steps.clone(),
            share: share.ok_or(Refusal::BusyReads)?,
        })
    }

    /// Begins a call that answers what was recorded.
    fn begin_reading(&self, origin: Origin, method: &'static str) -> Result<Call, Refusal> {
        match (&self.door, self.tells_records()) {
            (Door::Public { admin_socket }, false) => Err(Refusal::AdminOnly {
                method,
                socket: admin_socket.clone(),
            }),
            _ => self.begin(origin),
        }
    }

    fn tells_records(&self) -> bool {
        matches!(self.door, Door::Admin) || self.reads == JournalReads::Everybody
    }
}

impl Call {
    /// One step, off the threads that answer others.
    async fn step<T, E>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, Refusal>
    where
        T: Send + 'static,
        E: Send + 'static,
        Refusal: From<E>,
    {
        let work = move |_: &_| work();
        Ok(self.steps.run(self.origin, Size::Unknown, work).await??)
    }

    /// As [`Self::step`], of something that is under way and comes back.
    async fn step_of<S, T, E>(
        &self,
        mut state: S,
        work: impl FnOnce(&mut S) -> Result<T, E> + Send + 'static,
    ) -> Result<(S, T), Refusal>
    where
        S: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        Refusal: From<E>,
    {
        self.step(move || work(&mut state).map(|done| (state, done)))
            .await
    }

    async fn read<T, E>(
        &self,
        work: impl FnOnce(&Reader) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Refusal>
    where
        T: Send + 'static,
        Refusal: From<E>,
    {
        let directory = self.directory.clone();
        self.step::<T, Refusal>(move || {
            let reader = Reader::open_for_call(&directory)?;
            Ok(work(&reader)?)
        })
        .await
    }

    async fn scan(&self, query: Query) -> Result<Scan, Refusal> {
        let directory = self.directory.clone();
        self.step(move || Scan::open_for_call(&directory, query))
            .await
    }

    /// What is asked for, to its end.
    async fn entries(
        self,
        query: Query,
    ) -> Result<impl Stream<Item = Result<JournalEntry, Status>> + Send + 'static, Refusal> {
        let scan = self.scan(query).await?;
        let chunks = stream::try_unfold((self, scan), |(call, scan)| async move {
            let (scan, chunk) = call.step_of(scan, Scan::next_chunk).await?;
            Ok::<_, Status>(chunk.map(|chunk| (chunk, (call, scan))))
        });
        Ok(flat(chunks))
    }

    /// What is asked for, and what comes after it.
    async fn follow(
        self,
        query: TailQuery,
    ) -> Result<impl Stream<Item = Result<JournalEntry, Status>> + Send + 'static, Refusal> {
        let scan = self.beginning(query).await?;
        let chunks = stream::try_unfold((self, scan), |(call, mut scan)| async move {
            loop {
                let (next, chunk) = call.step_of(scan, Scan::next_chunk).await?;
                scan = next;
                match chunk {
                    Some(chunk) if chunk.is_empty() => {}
                    Some(chunk) => return Ok::<_, Status>(Some((chunk, (call, scan)))),
                    None => scan = call.wait_for_more(scan).await?,
                }
            }
        });
        Ok(flat(chunks))
    }

    /// Waits until the journal may have more. Nothing of it is kept in memory meanwhile.
    async fn wait_for_more(&self, scan: Scan) -> Result<Scan, Refusal> {
        let (mut scan, ()) = self.step_of(scan, Scan::release).await?;
        loop {
            sleep(FOLLOW_INTERVAL).await;
            (scan, ()) = self.step_of(scan, Scan::extend).await?;
            if !scan.ahead().is_empty() {
                return Ok(scan);
            }
        }
    }

    async fn beginning(&self, query: TailQuery) -> Result<Scan, Refusal> {
        let TailQuery { filter, start } = query;
        let (order, start, limit) = match start {
            Start::Position(position) => (Order::OldestFirst, Some(position), None),
            Start::Last(count) => (Order::NewestFirst, None, Some(count)),
        };
        let query = Query {
            filter,
            order,
            start,
            limit,
            without_index: false,
        };
        let scan = self.scan(query).await?;
        if order == Order::OldestFirst {
            return Ok(scan);
        }
        let mut last = LastFew::of(scan);
        loop {
            let (looked, more) = self.step_of(last, LastFew::look).await?;
            last = looked;
            if !more {
                break;
            }
        }
        self.step(move || last.found()).await
    }

    async fn stats(&self, filter: Filter) -> Result<query::Stats, Refusal> {
        let query = Query {
            filter,
            ..Query::default()
        };
        let directory = self.directory.clone();
        let mut under_way = self
            .step::<_, Refusal>(move || {
                let scan = Scan::open_for_call(&directory, query)?;
                let disk = DiskUse::of(&directory, scan.reader())?;
                Ok((Gathering::new(disk)?, scan))
            })
            .await?;
        loop {
            let step = |(gathering, scan): &mut (Gathering, Scan)| gathering.step(scan);
            let (next, more) = self.step_of(under_way, step).await?;
            under_way = next;
            if !more {
                break;
            }
        }
        Ok(under_way.0.finish())
    }
}

fn flat(
    chunks: impl Stream<Item = Result<Vec<JournalEntry>, Status>> + Send + 'static,
) -> impl Stream<Item = Result<JournalEntry, Status>> + Send + 'static {
    chunks
        .map_ok(|chunk| stream::iter(chunk.into_iter().map(Ok)))
        .try_flatten()
}

/// The id of the record, as proofs are asked for.
fn id(reader: &Reader, record: RecordRef) -> Result<uuid::Uuid, Refusal> {
    match record {
        RecordRef::Id(id) => Ok(id),
        RecordRef::Position(_) => {
            let found = query::find(reader, record)?;
            let entry = found.ok_or(Refusal::NoRecord(record))?;
            Ok(entry.record().id())
        }
    }
}

#[tonic::async_trait]
impl JournalService for Journals {
    type QueryStream = Entries<wire::QueryResponse>;

    async fn query(&self, request: Request<wire::QueryRequest>) -> Answer<Self::QueryStream> {
        let call = self.begin_reading(Origin::of(&request), "Query")?;
        let given_way = call.share.given_way();
        let query = request.into_inner().try_into().map_err(Refusal::Field)?;
        let entries = call.entries(query).await?;
        let answers = entries.map_ok(|entry| wire::QueryResponse {
            entry: Some(entry.into()),
        });
        let answers = until_given_way(answers, given_way);
        Ok(Response::new(until_closed(answers, self.closing.clone())))
    }

    type TailStream = Entries<wire::TailResponse>;

    async fn tail(&self, request: Request<wire::TailRequest>) -> Answer<Self::TailStream> {
        let call = self.begin_reading(Origin::of(&request), "Tail")?;
        let given_way = call.share.given_way();
        let query = request.into_inner().try_into().map_err(Refusal::Field)?;
        let entries = call.follow(query).await?;
        let answers = entries.map_ok(|entry| wire::TailResponse {
            entry: Some(entry.into()),
        });
        let answers = until_given_way(answers, given_way);
        Ok(Response::new(until_closed(answers, self.closing.clone())))
    }

    async fn get_record(
        &self,
        request: Request<wire::GetRecordRequest>,
    ) -> Answer<wire::GetRecordResponse> {
        let call = self.begin_reading(Origin::of(&request), "GetRecord")?;
        let record = request.into_inner().try_into().map_err(Refusal::Field)?;
        let found = call.read(move |reader| query::find(reader, record)).await?;
        let entry = found.ok_or(Refusal::NoRecord(record))?;
        Ok(Response::new(wire::GetRecordResponse {
            entry: Some(entry.into()),
        }))
    }

    async fn stats(&self, request: Request<wire::StatsRequest>) -> Answer<wire::StatsResponse> {
        let call = self.begin_reading(Origin::of(&request), "Stats")?;
        let filter = request.into_inner().try_into().map_err(Refusal::Field)?;
        let stats = call.stats(filter).await?;
        Ok(Response::new(wire::StatsResponse {
            stats: Some(stats.into()),
        }))
    }

    async fn get_log(&self, request: Request<wire::GetLogRequest>) -> Answer<wire::GetLogResponse> {
        let origin = Origin::of(&request);
        let wire::GetLogRequest {} = request.into_inner();
        let of_log = |reader: &Reader| {
            Ok::<_, StoreError>(wire::GetLogResponse {
                origin: reader.log()?.origin,
                records: reader.size()?,
            })
        };
        Ok(Response::new(self.begin(origin)?.read(of_log).await?))
    }

    async fn get_checkpoint(
        &self,
        request: Request<wire::GetCheckpointRequest>,
    ) -> Answer<wire::GetCheckpointResponse> {
        let origin = Origin::of(&request);
        let wire::GetCheckpointRequest {} = request.into_inner();
        let last = self.begin(origin)?.read(prove::last_checkpoint).await?;
        Ok(Response::new(wire::GetCheckpointResponse {
            checkpoint: last.as_str().to_owned(),
        }))
    }

    async fn prove_inclusion(
        &self,
        request: Request<wire::ProveInclusionRequest>,
    ) -> Answer<wire::ProveInclusionResponse> {
        let origin = Origin::of(&request);
        let record = request.into_inner().try_into().map_err(Refusal::Field)?;
        let proof = self
            .begin(origin)?
            .read(move |reader| Ok::<_, Refusal>(prove::inclusion(reader, id(reader, record)?)?))
            .await?;
        let mut response = wire::ProveInclusionResponse::from(&proof);
        if !self.tells_records() {
            response.record_json = None;
        }
        Ok(Response::new(response))
    }

    async fn prove_consistency(
        &self,
        request: Request<wire::ProveConsistencyRequest>,
    ) -> Answer<wire::ProveConsistencyResponse> {
        let origin = Origin::of(&request);
        let earlier = request.into_inner().try_into().map_err(Refusal::Field)?;
        let proof = self
            .begin(origin)?
            .read(move |reader| {
                let from = match earlier {
                    Earlier::Checkpoint(note) => *note,
                    Earlier::Size(size) => prove::checkpoint_of(reader, size)?,
                };
                prove::consistency(reader, &from)
            })
            .await?;
        Ok(Response::new((&proof).into()))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Journal(error)
    }
}

impl From<QueryError> for Refusal {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Store(error) => Self::Journal(error),
            QueryError::Histogram(error) => Self::internal(&error),
            damaged @ (QueryError::Record { .. }
            | QueryError::Content { .. }
            | QueryError::Document { .. }) => Self::Unreadable(damaged),
        }
    }
}

impl From<ProveError> for Refusal {
    fn from(error: ProveError) -> Self {
        match error {
            ProveError::Store(error) => Self::Journal(error),
            other => Self::Unproved(other),
        }
    }
}
