//! `cavra approvals approve` and `cavra approvals deny`

use std::io::Write as _;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::asked::Asked;
use super::error::ApprovalsError;
use super::show::show;
use crate::approval::answer::{ActionApproval, Answer, MEDIA_TYPE, SCHEMA_VERSION};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, document, printable};
use crate::cli::person_key::PersonKeyArgs;
use crate::cli::remote::Remote;
use crate::cli::service::EndpointArgs;
use crate::cli::trust_file::TrustArgs;
use crate::grpc::approval::{Answered, ShownApproval};
use crate::keys::SigningKey;
use crate::keys::dsse::Envelope;
use crate::trust::{Holder, Trust};

const APPROVE_HELP: &str = "\
It first shows the request, with the action as the journal keeps it; with `--output json` on
standard error. Where the journal hides or cuts a part of the action, it signs only with `--unseen`.
The answer is signed for this request, this action, this policy and this version of the facts, and
can be used once. The service refuses the answer of who asked, of people in no group that must
approve, and of keys that are in no trust file.

Examples:
  cavra approvals approve 0192f0c1-7d0e-7cc3-98b5-3f1a5c3d6e7f --signing-key bo.key \\
      --reason 'agreed in the change call' --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  signed, and taken by the service
  1  the service refused the answer, the request is over, or the key is nobody's of the trust file";

const DENY_HELP: &str = "\
A denial holds until it ends: the same action of the same user is not asked for again before, in
another session neither. Requests for it in other sessions end.

Examples:
  cavra approvals deny 0192f0c1-7d0e-7cc3-98b5-3f1a5c3d6e7f --signing-key bo.key \\
      --reason 'use the pipeline' --valid-for 2h --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  signed, and taken by the service
  1  the service refused the answer, the request is over, or the key is nobody's of the trust file";

/// What to approve, and by whom.
#[derive(Debug, Args)]
#[command(after_help = APPROVE_HELP)]
pub(crate) struct ApproveArgs {
    #[command(flatten)]
    answer: AnswerArgs,
    /// Approve although a part of the action can't be shown, because the journal hides or cuts it
    #[arg(long)]
    unseen: bool,
}

/// What to deny, and by whom.
#[derive(Debug, Args)]
#[command(after_help = DENY_HELP)]
pub(crate) struct DenyArgs {
    #[command(flatten)]
    answer: AnswerArgs,
}

#[derive(Debug, Args)]
struct AnswerArgs {
    /// The request: the `approval_id` of a decision
    #[arg(value_name = "ID")]
    id: Uuid,
    #[command(flatten)]
    key: PersonKeyArgs,
    /// Why, in your words
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// How long the answer holds, at most `24h`
    #[arg(long, value_name = "TIME", default_value = "1h")]
    valid_for: SignedDuration,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    service: EndpointArgs,
}

pub(crate) fn approve(args: &ApproveArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let all_seen = |asked: &Asked| match asked.unseen.as_slice() {
        unseen if args.unseen || unseen.is_empty() => Ok(()),
        unseen => Err(ApprovalsError::Unseen(unseen.join(", "))),
    };
    args.answer.give(Answer::Approve, all_seen, out)
}

pub(crate) fn deny(args: &DenyArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    args.answer.give(Answer::Deny, |_| Ok(()), out)
}

impl AnswerArgs {
    /// Shows the request, and gives the answer to it if `check` lets it.
    fn give(
        &self,
        answer: Answer,
        check: impl FnOnce(&Asked) -> Result<(), ApprovalsError>,
        out: &mut Output,
    ) -> Result<ExitStatus, CliError> {
        let trust = self.trust.load()?.trust;
        let (mut remote, asked) = to_sign(&self.service, self.id)?;
        // What people read isn't among what programs read.
        let mut shown = match out.format() {
            OutputFormat::Table => None,
            OutputFormat::Json => Some(Output::to_stderr()),
        };
        let to = shown.as_mut().unwrap_or(out);
        show(&asked, to)?;
        writeln!(to)?;
        to.finish()?;
        check(&asked)?;
        let words = Words {
            answer,
            reason: &self.reason,
            valid_for: self.valid_for,
        };
        let envelope = signed(&asked.approval, words, &trust, &self.key.signing_key()?)?;
        let envelope = document(&envelope)?.into_bytes();
        let answered = remote.call(async |client| match answer {
            Answer::Deny => client.deny(envelope).await,
            Answer::Approve | Answer::Cancel => client.approve(envelope).await,
        })?;
        match out.format() {
            OutputFormat::Json => out.json(&answered)?,
            OutputFormat::Table => said(&answered, answer, out)?,
        }
        Ok(ExitStatus::Success)
    }
}

/// Connects, and gets a request that is to be signed. What a person reads there is all that they know
/// of it, since what they sign names the action by a keyed hash: the service must be who it seems, and
/// the request the one that they asked for.
pub(super) fn to_sign(service: &EndpointArgs, id: Uuid) -> Result<(Remote, Asked), CliError> {
    let endpoint = service.endpoint();
    if !endpoint.starts_with("unix:") {
        return Err(ApprovalsError::UnprovedService(endpoint.to_owned()).into());
    }
    let mut remote = service.connect()?;
    let asked = Asked::get(&mut remote, id)?;
    let shown = asked.approval.binding.approval_id;
    match shown == id {
        true => Ok((remote, asked)),
        false => Err(ApprovalsError::OtherRequest { asked: id, shown }.into()),
    }
}

/// What a person says.
pub(super) struct Words<'a> {
    pub(super) answer: Answer,
    pub(super) reason: &'a str,
    pub(super) valid_for: SignedDuration,
}

/// An answer to a request, signed by the person of the trust file who has the key.
pub(super) fn signed(
    approval: &ShownApproval,
    words: Words<'_>,
    trust: &Trust,
    key: &SigningKey,
) -> Result<Envelope, CliError> {
    let Some(Holder::Person(person)) = trust.holder(key.verifying_key()) else {
        return Err(ApprovalsError::NobodysKey(key.verifying_key().to_string()).into());
    };
    let decided_at = Timestamp::now();
    let expires_at = decided_at.checked_add(words.valid_for);
    let answer = ActionApproval {
        schema_version: SCHEMA_VERSION.to_owned(),
        binding: approval.binding.clone(),
        decision: words.answer,
        approver: person.id.clone(),
        reason: words.reason.to_owned(),
        decided_at,
        expires_at: expires_at.map_err(|_| ApprovalsError::Endless)?,
    };
    let bytes = answer.to_signed_bytes().map_err(ApprovalsError::Answer)?;
    Ok(Envelope::sign(MEDIA_TYPE, &bytes, key).map_err(ApprovalsError::Sign)?)
}

fn said(answered: &Answered, answer: Answer, out: &mut Output) -> Result<(), CliError> {
    let word = match answer {
        Answer::Approve => "approved",
        Answer::Deny => "denied",
        Answer::Cancel => "taken back",
    };
    let person = printable(&answered.person);
    write!(
        out,
        "{word} by {person}; the request is {}",
        answered.approval.state.as_str()
    )?;
    if !answered.missing.is_empty() {
        write!(out, ", to be approved by {}", printable(&answered.missing))?;
    }
    Ok(writeln!(out)?)
}
