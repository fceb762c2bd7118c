//! Reading a service's journal.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use tonic::transport::Channel;

use crate::grpc::client::{Calls, ClientError};

use super::TailQuery;
use crate::grpc::convert::FieldError;
use crate::grpc::wire;
use crate::grpc::wire::journal_service_client::JournalServiceClient;
use crate::journal::merkle_log::{ConsistencyProof, InclusionProof, SignedCheckpoint};
use crate::journal::query::{Filter, JournalEntry, Query, RecordRef, Stats};

/// Reads the journal of a service. Clones share the connection.
#[derive(Debug, Clone)]
pub struct JournalClient {
    calls: Calls,
    service: JournalServiceClient<Channel>,
}

/// A stream of entries. If it ends with an error, the error is the last item.
pub type Entries = BoxStream<'static, Result<JournalEntry, ClientError>>;

impl JournalClient {
    pub(in crate::grpc) fn over(service: JournalServiceClient<Channel>, calls: Calls) -> Self {
        Self { calls, service }
    }

    /// The methods as the wire has them.
    pub fn wire(&mut self) -> &mut JournalServiceClient<Channel> {
        &mut self.service
    }

    /// The records that are meant, up to what is written now.
    ///
    /// # Errors
    /// If the service refuses.
    pub async fn query(&mut self, query: &Query) -> Result<Entries, ClientError> {
        let request = wire::QueryRequest::from(query);
        let asked = self.service.query(request);
        let answers = self.calls.answer(asked).await?.into_inner();
        let entries = answers.map(|answer| {
            let wire::QueryResponse { entry } = answer?;
            Ok(super::entry::entry(entry)?)
        });
        Ok(entries.boxed())
    }

    /// The records that are meant, and those that are still to be written.
    ///
    /// # Errors
    /// If the service refuses.
    pub async fn tail(&mut self, query: &TailQuery) -> Result<Entries, ClientError> {
        let request = wire::TailRequest::from(query);
        let asked = self.service.tail(request);
        let answers = self.calls.answer(asked).await?.into_inner();
        let entries = answers.map(|answer| {
            let wire::TailResponse { entry } = answer?;
            Ok(super::entry::entry(entry)?)
        });
        Ok(entries.boxed())
    }

    /// Reads one record.
    ///
    /// # Errors
    /// If there is none, or the service refuses.
    pub async fn record(&mut self, record: RecordRef) -> Result<JournalEntry, ClientError> {
        let request = wire::GetRecordRequest {
            record: Some(record.into()),
        };
        let asked = self.service.get_record(request);
        let wire::GetRecordResponse { entry } = self.calls.answer(asked).await?.into_inner();
        Ok(super::entry::entry(entry)?)
    }

    /// Reads the journal's statistics: how many records of which kind it has.
    ///
    /// # Errors
    /// If the service refuses.
    pub async fn stats(&mut self, filter: &Filter) -> Result<Stats, ClientError> {
        let request = wire::StatsRequest {
            filter: Some(filter.into()),
        };
        let asked = self.service.stats(request);
        Ok(self.calls.work(asked).await?.into_inner().try_into()?)
    }

    /// The log's name, and how many records there are.
    ///
    /// # Errors
    /// If the service refuses.
    pub async fn log(&mut self) -> Result<(String, u64), ClientError> {
        let asked = self.service.get_log(wire::GetLogRequest {});
        let wire::GetLogResponse { origin, records } = self.calls.work(asked).await?.into_inner();
        Ok((origin, records))
    }

    /// Reads the last checkpoint. The caller must check its signature.
    ///
    /// # Errors
    /// If there is none, or the service refuses.
    pub async fn checkpoint(&mut self) -> Result<SignedCheckpoint, ClientError> {
        let request = wire::GetCheckpointRequest {};
        let asked = self.service.get_checkpoint(request);
        let answer = self.calls.work(asked).await?;
        Ok(answer.into_inner().try_into()?)
    }

    /// The checkpoint over so many records. Whether it is to be believed is for its key to say.
    ///
    /// # Errors
    /// If there is none, or the service refuses.
    pub async fn checkpoint_of(&mut self, size: u64) -> Result<SignedCheckpoint, ClientError> {
        use wire::prove_consistency_request::From;
        let request = wire::ProveConsistencyRequest {
            from: Some(From::Size(size)),
        };
        let asked = self.service.prove_consistency(request);
        let answer = self.calls.work(asked).await?;
        let proof = ConsistencyProof::try_from(answer.into_inner())?;
        let earlier = proof.older().parse().map_err(|error| {
            ClientError::Answer(FieldError::new("from", format!("can't be read: {error}")))
        })?;
        Ok(earlier)
    }

    /// The proof that a record is in the log. Whether it holds is for its check to say.
    ///
    /// # Errors
    /// If there is no such record or no checkpoint counts it yet, or the service refuses.
    pub async fn prove_inclusion(
        &mut self,
        record: RecordRef,
    ) -> Result<InclusionProof, ClientError> {
        let request = wire::ProveInclusionRequest {
            record: Some(record.into()),
        };
        let asked = self.service.prove_inclusion(request);
        let answer = self.calls.work(asked).await?;
        Ok(answer.into_inner().try_into()?)
    }

    /// The proof that the log continues that of `from`. Whether it holds is for its check to
    /// say.
    ///
    /// # Errors
    /// If it doesn't continue it, or the service refuses.
    pub async fn prove_consistency(
        &mut self,
        from: &SignedCheckpoint,
    ) -> Result<ConsistencyProof, ClientError> {
        use wire::prove_consistency_request::From;
        let request = wire::ProveConsistencyRequest {
            from: Some(From::Checkpoint(from.as_str().to_owned())),
        };
        let asked = self.service.prove_consistency(request);
        let answer = self.calls.work(asked).await?;
        Ok(answer.into_inner().try_into()?)
    }
}
