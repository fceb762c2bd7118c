//! `cavra lifecycle sign` and `cavra lifecycle reject`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use super::packs::PackArgs;
use super::reading;
use crate::causes::in_line;
use crate::change::approval::{Answer, Approval, ApprovalStatement, MEDIA_TYPE};
use crate::change::approval_status::{ApprovalStatus, groups_that_approve};
use crate::change::requested::{Expected, Requested};
use crate::change::signed::SignedDocument;
use crate::cli::commands::lifecycle::error::ChangeError;
use crate::cli::commands::policy::diff::print_changes;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::input::{future, reason};
use crate::cli::named_files;
use crate::cli::output::{Output, document, printable};
use crate::cli::person_key::PersonKeyArgs;
use crate::cli::trust_file::TrustArgs;
use crate::keys::dsse::Envelope;
use crate::policy::diff::diff;
use crate::policy::promotion::Criteria;
use crate::trust::{Holder, Trust};

const SIGN_HELP: &str = "\
It works offline. The candidate must have the files, cases and effective digest that the request
names, and the replaced pack its effective digest. So what is shown is what is signed: every change
of the policy, what is looser first, then the criteria, the evidence and the reason. The approval is
an in-toto Statement in a DSSE envelope of its own.

Examples:
  cavra lifecycle sign request.dsse.json --candidate ./next --replaces cavra-ai-agent-baseline \\
      --signing-key bo.key --reason 'reviewed with the team' --expires 2026-12-24 \\
      --out bo.dsse.json

Exit codes:
  0  signed
  1  the request doesn't count, a pack is another one, the key is nobody's of the trust file, or the
     approval couldn't count by the trust file, for example your own request's: nothing is signed,
     unless `--anyway` is given";

const REJECT_HELP: &str = "\
A rejection by somebody who may approve the request ends it. The rejection is an in-toto Statement
in a DSSE envelope of its own, like an approval. It doesn't end itself.

Examples:
  cavra lifecycle reject request.dsse.json --signing-key bo.key \\
      --reason 'kubectl delete must stay blocked' --out bo.dsse.json

Exit codes:
  0  signed
  1  the request doesn't count, or the key is nobody's of the trust file";

/// What is approved, and by whom.
#[derive(Debug, Args)]
#[command(after_help = SIGN_HELP)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    answer: AnswerArgs,
    #[command(flatten)]
    packs: PackArgs,
    /// When the approval ends: a time or a date [default: with the request]
    #[arg(long, value_name = "TIME", value_parser = future)]
    expires: Option<Timestamp>,
    /// Sign also if the approval can't count by this trust file, with a warning: another trust file may
    /// say otherwise
    #[arg(long)]
    anyway: bool,
}

/// What is rejected, and by whom.
#[derive(Debug, Args)]
#[command(after_help = REJECT_HELP)]
pub(crate) struct RejectArgs {
    #[command(flatten)]
    answer: AnswerArgs,
}

#[derive(Debug, Args)]
struct AnswerArgs {
    /// The signed request
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    #[command(flatten)]
    key: PersonKeyArgs,
    /// Why you answer so, 1 to 4,096 bytes
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Where to write the envelope
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    trust: TrustArgs,
}

pub(crate) fn sign(
    args: &SignArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let now = Timestamp::now();
    let packs = PackArgs::open(global)?;
    let pair = args.packs.load(&packs)?;
    let candidate = args.packs.digests(&packs, &pair)?;
    let trust = args.answer.trust.load()?.trust;
    let requested = reading::about(&pair, &candidate, &args.answer.request, &trust, now)?;
    if out.format() == OutputFormat::Table {
        print_changes(&diff(&pair.replaced, &pair.candidate), false, out)?;
        writeln!(out)?;
        show(&requested, out)?;
        out.finish()?;
    }
    let expires = args.expires.unwrap_or(requested.request.expires_at);
    let times = (now, expires);
    let answer = &args.answer;
    let signed = answer.signed(&requested, &trust, Answer::Approve, times)?;
    let groups = groups_that_approve(&pair.replaced, &pair.candidate);
    let approval_status = ApprovalStatus::of(
        &requested,
        std::slice::from_ref(&signed.envelope),
        &trust,
        &groups,
        now,
    );
    if let Some(refused) = approval_status.refused.into_iter().next() {
        if !args.anyway {
            return Err(ChangeError::WouldNotCount(refused.why).into());
        }
        let why = in_line(&refused.why);
        tracing::warn!("the approval is signed, and by this trust file it does not count: {why}");
    }
    answer.write(&signed, out)
}

pub(crate) fn reject(args: &RejectArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let now = Timestamp::now();
    let trust = args.answer.trust.load()?.trust;
    let requested = reading::requested(&args.answer.request, &trust, Expected::default(), now)?;
    let times = (now, requested.request.expires_at);
    let answer = &args.answer;
    let signed = answer.signed(&requested, &trust, Answer::Reject, times)?;
    answer.write(&signed, out)
}

/// An answer that is signed and not written yet.
struct Signed {
    statement: ApprovalStatement,
    person: String,
    envelope: Envelope,
}

impl AnswerArgs {
    fn signed(
        &self,
        requested: &Requested,
        trust: &Trust,
        decision: Answer,
        (decided_at, expires_at): (Timestamp, Timestamp),
    ) -> Result<Signed, CliError> {
        let key = self.key.signing_key()?;
        let Some(Holder::Person(person)) = trust.holder(key.verifying_key()) else {
            return Err(ChangeError::NobodysKey(key.verifying_key().to_string()).into());
        };
        let request = &requested.request;
        let statement = ApprovalStatement::of(Approval {
            request_digest: requested.digest,
            from_effective_digest: request.replaces.effective_digest,
            to_effective_digest: request.candidate.effective_digest,
            decision,
            reason: self.reason.clone(),
            approver: person.id.clone(),
            decided_at,
            expires_at,
        });
        let bytes = statement.to_signed_bytes()?;
        let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key).map_err(ChangeError::Sign)?;
        Ok(Signed {
            statement,
            person: person.id.clone(),
            envelope,
        })
    }

    fn write(&self, signed: &Signed, out: &mut Output) -> Result<ExitStatus, CliError> {
        named_files::write(&self.out, &document(&signed.envelope)?)?;
        match out.format() {
            OutputFormat::Json => out.json(&signed.statement)?,
            OutputFormat::Table => said(&signed.statement, &signed.person, out)?,
        }
        Ok(ExitStatus::Success)
    }
}

fn said(statement: &ApprovalStatement, person: &str, out: &mut Output) -> Result<(), CliError> {
    let word = match statement.predicate.decision {
        Answer::Approve => "approved",
        Answer::Reject => "rejected",
    };
    let person = printable(person);
    Ok(writeln!(
        out,
        "{word} by {person}: {}",
        statement.predicate.request_digest
    )?)
}

/// Every number of the criteria after its name, a line each.
fn criteria(criteria: &Criteria) -> Vec<String> {
    let numbers = criteria.numbers("criteria").into_iter();
    let words = numbers.map(|number| {
        let name = number.path.rsplit('.').next().unwrap_or_default();
        let value = number.value.to_string();
        format!("{name} {}", value.trim_matches('"'))
    });
    words.collect()
}

/// What a person signs, below what it changes.
pub(super) fn show(requested: &Requested, out: &mut Output) -> Result<(), CliError> {
    let request = &requested.request;
    let replaces = &request.replaces;
    let evidence = request.evidence.iter();
    let evidence = evidence.map(|it| format!("{} {}", it.name, it.digest));
    let line = |text: String| vec![text];
    let until = request.rollback_until.map(|until| until.to_string());
    let rows = [
        (
            "request",
            line(format!("{} {}", request.request_id, requested.digest)),
        ),
        ("kind", line(request.kind.as_str().to_owned())),
        ("requested by", line(requested.requester.clone())),
        ("reason", line(request.reason.clone())),
        (
            "candidate",
            line(request.candidate.effective_digest.to_string()),
        ),
        ("replaces", line(replaces.effective_digest.to_string())),
        (
            "journal",
            line(format!(
                "{}+{}, record {}",
                replaces.journal_origin, replaces.log_key_id, replaces.activation_index
            )),
        ),
        ("criteria", criteria(&request.criteria)),
        ("evidence", evidence.collect()),
        ("removed cases", request.removed_cases.clone()),
        ("expires", line(request.expires_at.to_string())),
        ("return until", until.into_iter().collect()),
    ];
    for (name, values) in rows {
        let (first, others) = match values.split_first() {
            Some((first, others)) => (first.as_str(), others),
            None => ("none", &[][..]),
        };
        writeln!(out, "  {name:<13}  {}", printable(first))?;
        for other in others {
            writeln!(out, "  {:<13}  {}", "", printable(other))?;
        }
    }
    Ok(())
}
