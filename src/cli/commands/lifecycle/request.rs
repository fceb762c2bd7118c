//! `cavra lifecycle request`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::packs::{PackArgs, this_engine};
use crate::authority::rehearsal::lost;
use crate::canonical::{Digest, parse_strict, to_canonical_bytes};
use crate::change::request::{
    ChangeKind, ChangeRequest, EvidenceDigest, MEDIA_TYPE, Replaced, SCHEMA_VERSION,
};
use crate::change::signed::SignedDocument;
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::commands::lifecycle::error::ChangeError;
use crate::cli::commands::shadow::evidence::read_unverified;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::input::{future, reason, whole};
use crate::cli::named_files;
use crate::cli::output::{Output, counted, document, printable, style};
use crate::cli::person_key::PersonKeyArgs;
use crate::engine::effective_digest;
use crate::keys::dsse::{Envelope, MAX_PAYLOAD_BYTES};
use crate::policy::promotion::Criteria;
use crate::policy::promotion::limits::MAX_APPROVALS_REQUIRED;
use crate::policy::promotion::required::nothing_loosened;
use crate::shadow::report;

/// The name of a shadow report among the evidence, by which the gate finds it.
pub(super) const SHADOW_REPORT: &str = "shadow_report";

const AFTER_HELP: &str = "\
The request names the candidate by the digests of everything that decides, what it replaces in
which journal, the engine, the criteria and the evidence. An approval covers all of these. The
criteria are those of the section `promotion` of both packs: of each number the stricter one.
Evidence is a JSON file; its digest is over its canonical form (RFC 8785). The evidence
`shadow_report` must be a shadow report that meets the criteria, signed or not; the digest is over
the report.

A request can't be changed once it is signed. Without `--rollback-until` the way back needs a
request of its own, with approvals.

A request for a ratification (`--ratification`) names the policy in force as `--candidate`, the
policy that break-glass replaced as `--replaces`, and the record of the break-glass as
`--activation-index`.

Examples:
  cavra lifecycle request --candidate ./next --replaces cavra-ai-agent-baseline \\
      --journal-key journal.pub --activation-index 0 --requested-by ada \\
      --reason 'developers may run the tests' --expires 2026-12-24 --approvals 2 \\
      --rollback-until 2026-12-31 --evidence shadow_report=report.json \\
      --signing-key ada.key --out request.dsse.json

Exit codes:
  0  written and signed
  1  a pack, a key or a piece of evidence can't be used, or the request can't be written";

/// What is asked for.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct RequestArgs {
    #[command(flatten)]
    packs: PackArgs,
    /// The public key of the journal (`journal.pub` in the service's data directory), or the file that
    /// holds it
    #[arg(long, value_name = "KEY|FILE")]
    journal_key: KeyArgument,
    /// The position in the journal of the record that put the replaced policy in force
    #[arg(long, value_name = "N")]
    activation_index: u64,
    /// The policy was in force before, and returns
    #[arg(long)]
    rollback: bool,
    /// The policy came into force by break-glass, and stays
    #[arg(long, conflicts_with_all = ["rollback", "rollback_until"])]
    ratification: bool,
    /// Who asks: the id or an alias of a person of the trust file
    #[arg(long, value_name = "ID")]
    requested_by: String,
    /// Why the change is wanted, 1 to 4,096 bytes
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// When the request ends: a time or a date
    #[arg(long, value_name = "TIME", value_parser = future)]
    expires: Timestamp,
    /// Until when the approvals cover one return to the replaced policy too; needed up to the end of
    /// the watch if the section `promotion` of a pack has `watch_hours`
    #[arg(long, value_name = "TIME", value_parser = future)]
    rollback_until: Option<Timestamp>,
    /// How many people must approve, if more than the section `promotion` of both packs asks for
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole(1..=MAX_APPROVALS_REQUIRED))]
    approvals: u32,
    /// A piece of evidence: what it is, and the JSON file; may be repeated
    #[arg(long, value_name = "NAME=FILE")]
    evidence: Vec<Named>,
    #[command(flatten)]
    key: PersonKeyArgs,
    /// Where to write the envelope
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// A named file.
#[derive(Debug, Clone)]
struct Named {
    name: String,
    path: PathBuf,
}

impl FromStr for Named {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let parts = text.split_once('=');
        let (name, path) = parts.ok_or("expected a name, `=` and a file")?;
        Ok(Self {
            name: name.to_owned(),
            path: path.into(),
        })
    }
}

pub(crate) fn run(
    args: &RequestArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let (request, may_loosen) = request(args, global)?;
    // No service would promote it.
    let way_back = request.check_rollback_covered(Timestamp::now());
    way_back.map_err(ChangeError::RollbackNotCovered)?;
    // Nobody needs to read warnings about what can't be signed.
    let key = args.key.signing_key()?;
    let is_promotion = request.kind == ChangeKind::Promotion;
    if is_promotion {
        warn(&request, may_loosen)?;
    }
    let bytes = request.to_signed_bytes()?;
    let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key).map_err(ChangeError::Sign)?;
    named_files::write(&args.out, &document(&envelope)?)?;
    match out.format() {
        OutputFormat::Json => out.json(&request)?,
        OutputFormat::Table => {
            writeln!(
                out,
                "request {} ({})",
                request.request_id,
                Digest::of(&bytes)
            )?;
        }
    }
    Ok(ExitStatus::Success)
}

/// What people should know before they approve: what a service would refuse, and what only a request
/// can fix.
fn warn(request: &ChangeRequest, may_loosen: bool) -> Result<(), CliError> {
    let has_report = request.evidence.iter().any(|it| it.name == SHADOW_REPORT);
    let lost = &request.removed_cases;
    let warnings = [
        (may_loosen && !has_report).then(|| {
            "the candidate may loosen something, and no service promotes it without a shadow report: \
             name one with `--evidence shadow_report=REPORT.json`"
                .to_owned()
        }),
        request.rollback_until.is_none().then(|| {
            "the request covers no return: after the promotion, going back needs a request of its own, \
             with approvals; add `--rollback-until TIME`"
                .to_owned()
        }),
        (!lost.is_empty()).then(|| {
            format!(
                "the candidate lost {} of the replaced policy, which it decides otherwise, and no \
                 service promotes it before each is acknowledged (`--line 'cases[ID]'`): {}",
                counted(lost.len(), "case"),
                lost.join(", ")
            )
        }),
    ];
    let mut stderr = anstream::stderr().lock();
    for warning in warnings.into_iter().flatten() {
        let word = style::paint(style::ERROR, "warning:");
        writeln!(stderr, "{word} {}", printable(&warning))?;
    }
    Ok(())
}

/// The request, and whether the candidate may loosen something, by the packs alone.
fn request(args: &RequestArgs, global: &GlobalArgs) -> Result<(ChangeRequest, bool), CliError> {
    let packs = PackArgs::open(global)?;
    let pair = args.packs.load(&packs)?;
    if pair.is_no_change() {
        return Err(ChangeError::NoChange.into());
    }
    let log = args.journal_key.public("--journal-key")?;
    let evidence = args.evidence.iter();
    let evidence = evidence.map(|named| digest_of(named, &pair.criteria()));
    let criteria = pair.criteria();
    let may_loosen = !nothing_loosened(&pair.replaced, &pair.candidate);
    let request = ChangeRequest {
        schema_version: SCHEMA_VERSION.to_owned(),
        request_id: Uuid::now_v7(),
        kind: match (args.ratification, args.rollback) {
            (true, _) => ChangeKind::Ratification,
            (false, true) => ChangeKind::Rollback,
            (false, false) => ChangeKind::Promotion,
        },
        candidate: args.packs.digests(&packs, &pair)?,
        replaces: Replaced {
            journal_origin: log.name().to_string(),
            log_key_id: format!("{:08x}", log.id()),
            effective_digest: effective_digest(&pair.replaced),
            activation_index: args.activation_index,
        },
        engine: this_engine(),
        criteria: Criteria {
            approvals_required: criteria.approvals_required.max(args.approvals),
            ..criteria
        },
        evidence: evidence.collect::<Result<_, _>>()?,
        removed_cases: lost(&pair.replaced, &args.packs.policy(&packs)?),
        requested_by: args.requested_by.clone(),
        reason: args.reason.clone(),
        expires_at: args.expires,
        rollback_until: args.rollback_until,
    };
    Ok((request, may_loosen))
}

/// The digest of a piece of evidence. A shadow report must be evidence under the criteria: nobody is
/// asked to approve what no service would promote.
fn digest_of(evidence: &Named, criteria: &Criteria) -> Result<EvidenceDigest, CliError> {
    let digest = match evidence.name.as_str() {
        SHADOW_REPORT => report_digest(&evidence.path, criteria)?,
        _ => {
            let bytes = named_files::read(&evidence.path, MAX_PAYLOAD_BYTES)?;
            let value = parse_strict(&bytes).map_err(|cause| ChangeError::Evidence {
                path: evidence.path.clone(),
                cause,
            })?;
            if value.get("schema_version").and_then(Value::as_str) == Some(report::SCHEMA_VERSION) {
                return Err(ChangeError::ReportName {
                    path: evidence.path.clone(),
                    name: evidence.name.clone(),
                }
                .into());
            }
            Digest::of(&to_canonical_bytes(&value)?)
        }
    };
    Ok(EvidenceDigest {
        name: evidence.name.clone(),
        digest,
    })
}

/// The digest of the report in a file, which may be in its envelope: a promotion is given the envelope,
/// and looks for the digest of what is in it.
fn report_digest(path: &Path, criteria: &Criteria) -> Result<Digest, CliError> {
    let report = read_unverified(path)?;
    let checked = report.check_evidence(criteria);
    checked.map_err(|cause| ChangeError::NoEvidence {
        path: path.to_owned(),
        cause,
    })?;
    Ok(Digest::of(&report.to_canonical_bytes()?))
}
