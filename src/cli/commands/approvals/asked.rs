//! What a person is asked about: a request, and the action as the journal keeps it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::action::facts::{Facts, McpArgument, McpArgumentKind};
use crate::cli::error::CliError;
use crate::cli::output::counted;
use crate::cli::remote::Remote;
use crate::grpc::approval::ShownApproval;
use crate::journal::query::{JournalEntry, RecordRef};
use crate::journal::record::Record;
use crate::journal::record::decision::CallerRecord;
use crate::redaction::Redacted;

/// A request, and the action as the record of its decision keeps it.
#[derive(Debug, Serialize)]
pub(super) struct Asked {
    #[serde(flatten)]
    pub(super) approval: ShownApproval,
    /// Absent if the journal no longer has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recorded: Option<RecordedAction>,
    /// What an approval would cover and nobody can see, in words. Empty if all is there.
    pub(super) unseen: Vec<String>,
}

/// What the journal keeps of an action: without secrets, each text cut to a named size.
#[derive(Debug, Serialize)]
pub(super) struct RecordedAction {
    pub(super) caller: CallerRecord,
    #[serde(flatten)]
    pub(super) subject: RecordedSubject,
}

/// The members of a recorded subject that a person needs. A cut text may be no valid action, so the
/// action is kept as it is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedSubject {
    pub(super) action: Map<String, Value>,
    facts: Option<Facts>,
    /// How often which rule found something that looks like a secret, and hid it.
    #[serde(default)]
    redactions: Vec<Redacted>,
    /// Fields that were cut or left out.
    truncated: Vec<String>,
}

impl Asked {
    pub(super) fn get(remote: &mut Remote, id: Uuid) -> Result<Self, CliError> {
        let (approval, entry) = remote.call(async |client| {
            let approval = client.approval(id).await?;
            Ok((approval, client.journal().record(RecordRef::Id(id)).await?))
        })?;
        let recorded = RecordedAction::of(&entry)?;
        let unseen = match &recorded {
            None => vec!["the action: the journal no longer has it".to_owned()],
            Some(recorded) => recorded.subject.unseen(),
        };
        Ok(Self {
            approval,
            recorded,
            unseen,
        })
    }

    /// What the service established about the action.
    pub(super) fn facts(&self) -> Option<&Facts> {
        self.recorded.as_ref()?.subject.facts.as_ref()
    }
}

impl RecordedAction {
    fn of(entry: &JournalEntry) -> Result<Option<Self>, CliError> {
        let Record::Decision(record) = entry.record() else {
            return Ok(None);
        };
        let subject = entry.parts().subject.as_ref();
        let Some(text) = subject.and_then(|subject| subject.text()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            caller: record.caller.clone(),
            subject: serde_json::from_str(text)?,
        }))
    }
}

impl RecordedSubject {
    fn unseen(&self) -> Vec<String> {
        let cut = self.truncated.iter();
        let mut unseen: Vec<String> = cut.map(|field| format!("a part of `{field}`")).collect();
        // Who asks chooses what looks like a secret: whole commands may be hidden behind it.
        let hidden = self.redactions.iter().map(|Redacted { count, name }| {
            format!("{} hidden as `[{name}:…]`", counted(*count, "text"))
        });
        unseen.extend(hidden);
        let call = self.facts.as_ref().and_then(|facts| facts.mcp.as_ref());
        let Some(arguments) = call.and_then(|call| call.arguments.as_ref()) else {
            return unseen;
        };
        let values = arguments.values.iter();
        let is_unseen = |argument: &&McpArgument| {
            use McpArgumentKind::{Boolean, LongText, Number, Text};
            argument.text.is_none() && matches!(argument.kind, LongText | Text | Number | Boolean)
        };
        let kept_out = values.filter(is_unseen);
        unseen.extend(kept_out.map(|argument| format!("the value of `{}`", argument.at)));
        if arguments.incomplete {
            unseen.push("some of the arguments".to_owned());
        }
        unseen
    }
}
