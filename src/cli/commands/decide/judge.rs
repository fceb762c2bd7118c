//! Who judges: this process, on every core, or a service.

use std::num::NonZero;
use std::sync::Arc;
use std::{io, thread};

use super::Answer;
use super::print::Printer;
use crate::action::{Action, ActionError};
use crate::authority::{Ask, Authority};
use crate::cli::error::CliError;
use crate::cli::input::{Document, LineError, read_document};
use crate::cli::packs::ExpectArgs;
use crate::cli::remote::Remote;
use crate::decision::Verdict;
use crate::engine::Policy;
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::grpc::decision::Answered;

/// Documents for which another thread is worth starting.
const MIN_SHARE_RECORDS: usize = 64;

/// A line of output, and what it counts as.
pub(crate) type Line = (Vec<u8>, Result<Verdict, ()>);

/// Who judges, and what is asked of it.
pub(crate) enum Judge {
    Local(Box<Authority>, Ask),
    Remote(Box<Remote>, Ask, ExpectArgs),
}

impl Judge {
    /// The policy that decides everything, where that is known before.
    pub(crate) fn policy(&self) -> Option<Arc<Policy>> {
        match self {
            Self::Local(authority, _) => Some(Arc::clone(&authority.slot().active)),
            Self::Remote(..) => None,
        }
    }

    /// Judges one action.
    pub(crate) fn one(&mut self, action: Action) -> Result<Answered, CliError> {
        match self {
            Self::Local(authority, ask) => Ok(decide(authority, *ask, action)?),
            Self::Remote(remote, ask, expect) => {
                let answered = remote.judge(action, *ask)?;
                expect.check(&answered.decision.policy)?;
                Ok(answered)
            }
        }
    }

    /// Judges some documents; one line each, in their order.
    pub(crate) fn chunk(
        &mut self,
        chunk: &[Document],
        printer: &Printer,
    ) -> Result<Vec<Line>, CliError> {
        match self {
            Self::Local(authority, ask) => judge_chunk(authority, *ask, chunk, printer),
            Self::Remote(remote, ask, expect) => {
                let answers = remote.judge_chunk(*ask, chunk)?;
                for answered in answers.iter().flatten() {
                    expect.check(&answered.decision.policy)?;
                }
                let numbered = chunk.iter().zip(&answers);
                numbered
                    .map(|(record, answer)| line(record, answer, printer))
                    .collect()
            }
        }
    }

    /// The answer to one document.
    pub(crate) fn answer(&mut self, record: &Document) -> Result<Answer, CliError> {
        match self {
            Self::Local(authority, ask) => Ok(judge(authority, *ask, record)),
            Self::Remote(remote, ask, expect) => {
                let answer = remote.judge_record(*ask, record)?;
                if let Ok(answered) = &answer {
                    expect.check(&answered.decision.policy)?;
                }
                Ok(answer)
            }
        }
    }
}

fn decide(authority: &Authority, ask: Ask, action: Action) -> Result<Answered, ActionError> {
    let answer = authority.decide(Arc::new(action), ask)?;
    Ok(Answered {
        decision: answer.decision,
        candidate: answer.candidate,
    })
}

fn judge_chunk(
    authority: &Authority,
    ask: Ask,
    chunk: &[Document],
    printer: &Printer,
) -> Result<Vec<Line>, CliError> {
    let judge_share = |share: &[Document]| -> Result<Vec<Line>, CliError> {
        let lines = share.iter();
        lines
            .map(|record| line(record, &judge(authority, ask, record), printer))
            .collect()
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = chunk.len().div_ceil(threads).max(MIN_SHARE_RECORDS);
    if chunk.len() <= share {
        return judge_share(chunk);
    }
    thread::scope(|scope| {
        let start = |share| {
            let builder = thread::Builder::new().stack_size(EVALUATION_STACK_BYTES);
            let started = builder.spawn_scoped(scope, move || judge_share(share));
            started.map_err(CliError::Thread)
        };
        let started: Vec<_> = chunk.chunks(share).map(start).collect::<Result<_, _>>()?;
        let mut lines = Vec::with_capacity(chunk.len());
        for thread in started {
            let panicked = |_| CliError::Thread(io::Error::other("it panicked"));
            lines.extend(thread.join().map_err(panicked)??);
        }
        Ok(lines)
    })
}

fn judge(authority: &Authority, ask: Ask, record: &Document) -> Answer {
    let bytes = record.bytes.as_deref().map_err(Clone::clone);
    bytes
        .and_then(|bytes| decide(authority, ask, read_document(bytes)?))
        .map_err(|error| LineError::new(record.line, &error))
}

fn line(record: &Document, answer: &Answer, printer: &Printer) -> Result<Line, CliError> {
    let verdict = answer.as_ref().map(|answered| answered.decision.verdict());
    Ok((printer.line(record.line, answer)?, verdict.map_err(|_| ())))
}
