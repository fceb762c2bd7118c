//! Having a service judge.

use std::slice;
use std::sync::Arc;

use futures::{StreamExt as _, stream};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::error::CliError;
use super::input::{Document, LineError, LineProblem, read_document};
use crate::action::{Action, ActionError};
use crate::authority::Ask;
use crate::authority::signing::AnswerVerifier;
use crate::cli::commands::shadow::error::ShadowError;
use crate::grpc::approval::ShownApproval;
use crate::grpc::client::{Client, ClientError, Patience, SocketOwners};
use crate::grpc::decision::{Answered, Explained};
use crate::grpc::shadow::{ShadowStart, Watched};
use crate::shadow::runs::RunStatus;
use crate::shadow::runs::report::Asked;

/// A connection to a service, for code that waits.
pub(crate) struct Remote {
    runtime: Runtime,
    client: Client,
}

impl Remote {
    pub(crate) fn connect(endpoint: &str, patience: Patience) -> Result<Self, CliError> {
        let runtime = runtime()?;
        let client = runtime.block_on(Client::connect(endpoint, patience))?;
        Ok(Self { runtime, client })
    }

    /// As [`Self::connect`]; a Unix socket must be served by one of `owners`, and decisions be
    /// signed where there is a `verifier`.
    pub(crate) fn connect_trusting(
        endpoint: &str,
        patience: Patience,
        owners: SocketOwners,
        verifier: Option<AnswerVerifier>,
    ) -> Result<Self, CliError> {
        let runtime = runtime()?;
        let connected = Client::connect_to_owner(endpoint, patience, owners);
        let mut client = runtime.block_on(connected)?;
        if let Some(verifier) = verifier {
            client = client.verifying(verifier);
        }
        Ok(Self { runtime, client })
    }

    pub(crate) fn judge(&mut self, action: Action, ask: Ask) -> Result<Answered, CliError> {
        Ok(self
            .runtime
            .block_on(self.client.decide(Arc::new(action), ask))?)
    }

    /// A decision, and the facts that it rests on, as JSON.
    pub(crate) fn explain(&mut self, action: Action, ask: Ask) -> Result<Explained, CliError> {
        let explained = self.client.explain(Arc::new(action), ask);
        Ok(self.runtime.block_on(explained)?)
    }

    pub(crate) fn judge_record(
        &mut self,
        ask: Ask,
        record: &Document,
    ) -> Result<Result<Answered, LineError>, CliError> {
        let answers = self.judge_chunk(ask, slice::from_ref(record))?;
        answers
            .into_iter()
            .next()
            .ok_or_else(|| ClientError::OutOfOrder.into())
    }

    /// Answers in the order of the records. What can't be read is never sent.
    pub(crate) fn judge_chunk(
        &mut self,
        ask: Ask,
        chunk: &[Document],
    ) -> Result<Vec<Result<Answered, LineError>>, CliError> {
        let read: Vec<Result<Arc<Action>, ActionError>> = chunk
            .iter()
            .map(|record| {
                read_document(record.bytes.as_deref().map_err(Clone::clone)?).map(Arc::new)
            })
            .collect();
        let actions: Vec<Arc<Action>> = read.iter().flatten().map(Arc::clone).collect();
        let mut answers = self.decide(actions, ask)?.into_iter();
        let pairs = chunk.iter().zip(read);
        pairs
            .map(|(record, action)| match action {
                Err(error) => Ok(Err(LineError::new(record.line, &error))),
                Ok(_) => match answers.next() {
                    Some(Ok(answered)) => Ok(Ok(answered)),
                    Some(Err(error)) if error.is_about_the_action() => {
                        refused(record.line, error).map(Err)
                    }
                    Some(Err(error)) => Err(error.into()),
                    None => Err(ClientError::OutOfOrder.into()),
                },
            })
            .collect()
    }

    pub(crate) fn start_shadow(&mut self, start: ShadowStart) -> Result<RunStatus, CliError> {
        Ok(self.runtime.block_on(self.client.start_shadow(start))?)
    }

    pub(crate) fn stop_shadow(&mut self, run_id: Uuid) -> Result<RunStatus, CliError> {
        Ok(self.runtime.block_on(self.client.stop_shadow(run_id))?)
    }

    pub(crate) fn shadows(&mut self) -> Result<Vec<RunStatus>, CliError> {
        Ok(self.runtime.block_on(self.client.list_shadows())?)
    }

    /// The run that is named, else the one that was started last.
    pub(crate) fn run_or_newest(&mut self, run: Option<Uuid>) -> Result<Uuid, CliError> {
        match run {
            Some(run) => Ok(run),
            None => {
                let newest = self.shadows()?.pop();
                Ok(newest.map(|run| run.run_id).ok_or(ShadowError::NoRun)?)
            }
        }
    }

    pub(crate) fn shadow_report(
        &mut self,
        run_id: Uuid,
        asked: Asked,
    ) -> Result<Vec<u8>, CliError> {
        Ok(self
            .runtime
            .block_on(self.client.shadow_report(run_id, asked))?)
    }

    /// Shows what a watcher sees until the run ends.
    pub(crate) fn watch(
        &mut self,
        run_id: Uuid,
        mut show: impl FnMut(Watched) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let Self { runtime, client } = self;
        runtime.block_on(async {
            let mut events = client.watch_divergences(run_id).await?;
            while let Some(event) = events.next().await {
                show(event?)?;
            }
            Ok(())
        })
    }

    /// Shows each request for an approval as it changes, until the service ends.
    pub(crate) fn watch_approvals(
        &mut self,
        mut show: impl FnMut(ShownApproval) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let Self { runtime, client } = self;
        runtime.block_on(async {
            let mut events = client.watch_approvals().await?;
            while let Some(event) = events.next().await {
                show(event?)?;
            }
            Ok(())
        })
    }

    /// Makes one call.
    pub(crate) fn call<T>(
        &mut self,
        call: impl AsyncFnOnce(&mut Client) -> Result<T, ClientError>,
    ) -> Result<T, CliError> {
        let Self { runtime, client } = self;
        Ok(runtime.block_on(call(client))?)
    }

    fn decide(
        &mut self,
        actions: Vec<Arc<Action>>,
        ask: Ask,
    ) -> Result<Vec<Result<Answered, ClientError>>, CliError> {
        if actions.is_empty() {
            return Ok(Vec::new());
        }
        self.runtime.block_on(async {
            let expected = actions.len();
            let answers = self
                .client
                .decide_stream(stream::iter(actions), ask)
                .await?;
            let answers: Vec<_> = answers.collect().await;
            match answers.last() {
                // The call ended before its answers did.
                Some(Err(error)) if answers.len() < expected => Err(error.clone().into()),
                _ => Ok(answers),
            }
        })
    }
}

fn runtime() -> Result<Runtime, CliError> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().map_err(CliError::Thread)
}

/// A refused action is its line's error; anything else means that the service can't be used.
fn refused(line: u64, error: ClientError) -> Result<LineError, CliError> {
    match error {
        ClientError::Refused { message, field, .. } => Ok(LineError {
            line,
            error: LineProblem { field, message },
        }),
        error => Err(error.into()),
    }
}
