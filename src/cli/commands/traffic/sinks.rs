//! Where the documents and their times go.

use std::io::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::TrafficArgs;
use crate::action::document::AsDocument;
use crate::cli::error::CliError;
use crate::cli::named_files::Streamed;
use crate::cli::output::Output;
use crate::traffic::{Event, Intent};

/// What a line says of its action's time.
#[derive(Serialize)]
struct Time<'a> {
    at: Timestamp,
    intent: Intent,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a str>,
}

/// A document with its time, in the form of a decision case.
#[derive(Serialize)]
struct Wrapped<'a> {
    case_id: String,
    at: Timestamp,
    intent: Intent,
    input: AsDocument<'a>,
}

/// Where everything goes.
pub(super) struct Sinks<'a> {
    documents: Documents<'a>,
    times: Option<Streamed>,
    wrap: bool,
    line: Vec<u8>,
}

enum Documents<'a> {
    Nowhere,
    Out(&'a mut Output),
    File(Streamed),
}

impl<'a> Sinks<'a> {
    pub(super) fn open(args: &TrafficArgs, out: &'a mut Output) -> Result<Self, CliError> {
        let times = args.times.as_deref().map(Streamed::create).transpose()?;
        let documents = match &args.out {
            Some(path) => Documents::File(Streamed::create(path)?),
            None if args.summary => Documents::Nowhere,
            None => Documents::Out(out),
        };
        Ok(Self {
            documents,
            times,
            wrap: args.with_times,
            line: Vec::new(),
        })
    }

    /// Writes what is to be written of an action: the `number`th, from 1.
    pub(super) fn write(&mut self, event: &Event, number: u64) -> Result<(), CliError> {
        if !matches!(self.documents, Documents::Nowhere) {
            let input = event.action.as_document();
            if self.wrap {
                self.fill(&Wrapped {
                    case_id: format!("traffic-{number}"),
                    at: event.at,
                    intent: event.intent,
                    input,
                })?;
            } else {
                self.fill(&input)?;
            }
        }
        match &mut self.documents {
            Documents::Nowhere => {}
            Documents::Out(out) => out.write_all(&self.line)?,
            Documents::File(file) => file.write_all(&self.line)?,
        }
        if self.times.is_some() {
            self.fill(&Time {
                at: event.at,
                intent: event.intent,
                correlation_id: event.action.caller.correlation_id.as_deref(),
            })?;
        }
        if let Some(times) = &mut self.times {
            times.write_all(&self.line)?;
        }
        Ok(())
    }

    fn fill<T: Serialize>(&mut self, value: &T) -> Result<(), CliError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, value)?;
        self.line.push(b'\n');
        Ok(())
    }

    /// Puts the files where they belong.
    pub(super) fn finish(self) -> Result<(), CliError> {
        if let Documents::File(file) = self.documents {
            file.finish()?;
        }
        self.times.map_or(Ok(()), Streamed::finish)
    }
}
