//! Reports and explanations as files, signed or not.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use crate::canonical::{Digest, parse_strict};
use crate::change::acknowledgement::{Acknowledgement, AcknowledgementStatement};
use crate::change::signed::SignedDocument;
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::commands::shadow::error::ShadowError;
use crate::cli::error::CliError;
use crate::cli::named_files;
use crate::cli::output::{document, style};
use crate::cli::trust_file::TrustArgs;
use crate::keys::dsse::{Envelope, MAX_ENVELOPE_BYTES};
use crate::keys::{SigningKey, VerifyingKey};
use crate::policy::diff::diff;
use crate::policy::effective::EffectivePack;
use crate::shadow::compare::explanation;
use crate::shadow::compare::explanation::Explanation;
use crate::shadow::limits::MAX_REPORT_BYTES;
use crate::shadow::report::{self, Report};

/// Bytes of a file that holds a signed explanation or acknowledgement.
const MAX_EXPLANATION_FILE_BYTES: usize = 128 * 1024;

/// Signed answers for groups.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Explained groups")]
pub(crate) struct ExplanationArgs {
    /// A signed explanation of a group, by `cavra shadow explain`; may be repeated
    #[arg(long, value_name = "FILE", requires = "explainer_key")]
    explanation: Vec<PathBuf>,
    /// The public key of somebody who may explain, or the file that holds it; may be repeated
    #[arg(long, value_name = "KEY|FILE")]
    explainer_key: Vec<KeyArgument>,
    /// A signed acknowledgement of what a line of the semantic diff loosens, by `cavra lifecycle
    /// acknowledge`; may be repeated. Its signer must have the role `explain` in the trust file
    #[arg(long, value_name = "FILE")]
    acknowledgement: Vec<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

impl ExplanationArgs {
    /// The groups that somebody who may has answered for.
    ///
    /// # Errors
    /// If one of the files is no explanation that one of the keys signed: an explanation that
    /// doesn't count should not look as if it did.
    pub(crate) fn explained(&self) -> Result<BTreeSet<Digest>, CliError> {
        Ok(self.each()?.into_iter().map(|(_, group)| group).collect())
    }

    /// Whether each acknowledgement is about a line of the semantic diff of these packs that causes
    /// its groups.
    ///
    /// # Errors
    /// With the first acknowledgement that is about other policies, another line or other groups.
    pub(crate) fn check_lines(
        &self,
        report: &Report,
        active: &EffectivePack,
        candidate: &EffectivePack,
    ) -> Result<(), CliError> {
        let (from, to) = (
            report.active.effective_digest,
            report.candidate.effective_digest,
        );
        let acknowledged = self.acknowledged()?;
        if acknowledged.is_empty() {
            return Ok(());
        }
        let diff = diff(active, candidate);
        for (path, answer) in acknowledged {
            let about = answer.check_about(from, to, &diff);
            about.map_err(|cause| ShadowError::Acknowledgement {
                path: path.to_owned(),
                cause,
            })?;
            let answered = report.answered(&answer.line, &diff, &answer.groups);
            answered.map_err(|cause| ShadowError::Answer {
                path: path.to_owned(),
                cause,
            })?;
        }
        Ok(())
    }

    /// Says on standard error which explanations are of no group of `report`: after a change of
    /// a policy, a group is another one, and has to be answered for again.
    pub(crate) fn complain(&self, report: &Report) -> Result<(), CliError> {
        let mut stderr = anstream::stderr().lock();
        for (path, group) in self.each()? {
            if !report.has_group(group) {
                writeln!(
                    stderr,
                    "{} `{}` answers for `{group}`, but this report has no such group",
                    style::paint(style::ERROR, "warning:"),
                    path.display()
                )?;
            }
        }
        Ok(())
    }

    fn each(&self) -> Result<Vec<(&Path, Digest)>, CliError> {
        let keys = verifying_keys(&self.explainer_key, "--explainer-key")?;
        let mut each = Vec::new();
        for path in &self.explanation {
            let failed = |cause| ShadowError::Envelope {
                path: path.clone(),
                cause,
            };
            let bytes = named_files::read(path, MAX_EXPLANATION_FILE_BYTES)?;
            let envelope = Envelope::read(&bytes).map_err(failed)?;
            let opened = envelope
                .open(explanation::MEDIA_TYPE, &keys)
                .map_err(failed)?;
            let read = Explanation::read(&opened.payload);
            let explanation = read.map_err(|cause| ShadowError::Explanation {
                path: path.clone(),
                cause,
            })?;
            each.push((path.as_path(), explanation.group));
        }
        for (path, answer) in self.acknowledged()? {
            each.extend(answer.groups.into_iter().map(|group| (path, group)));
        }
        Ok(each)
    }

    /// The acknowledgements that a person with the role `explain` signed.
    fn acknowledged(&self) -> Result<Vec<(&Path, Acknowledgement)>, CliError> {
        if self.acknowledgement.is_empty() {
            return Ok(Vec::new());
        }
        let (trust, now) = (self.trust.load()?.trust, Timestamp::now());
        let mut acknowledged = Vec::new();
        for path in &self.acknowledgement {
            let bytes = named_files::read(path, MAX_EXPLANATION_FILE_BYTES)?;
            let envelope = Envelope::read(&bytes).map_err(|cause| ShadowError::Envelope {
                path: path.clone(),
                cause,
            })?;
            let verified = AcknowledgementStatement::verify_signature(&envelope, &trust, now);
            let verified = verified.map_err(|cause| ShadowError::Acknowledgement {
                path: path.clone(),
                cause: cause.into(),
            })?;
            acknowledged.push((path.as_path(), verified.document.predicate));
        }
        Ok(acknowledged)
    }
}

/// The public keys that `option` names.
pub(crate) fn verifying_keys(
    keys: &[KeyArgument],
    option: &'static str,
) -> Result<Vec<VerifyingKey>, CliError> {
    keys.iter().map(|key| key.public(option)).collect()
}

/// Writes the envelope of a report.
pub(crate) fn write_signed(path: &Path, report: &Report, key: &SigningKey) -> Result<(), CliError> {
    let bytes = report.to_canonical_bytes()?;
    let envelope = Envelope::sign(report::MEDIA_TYPE, &bytes, key).map_err(ShadowError::Sign)?;
    named_files::write(path, &document(&envelope)?)
}

/// A report as a file holds it.
pub(crate) enum Stored {
    /// As JSON.
    Plain(Box<Report>),
    /// In an envelope, not opened.
    Signed(Envelope),
}

/// Reads a report that is signed or isn't.
pub(crate) fn read(path: &Path) -> Result<Stored, CliError> {
    let bytes = named_files::read(path, MAX_ENVELOPE_BYTES)?;
    if let Ok(envelope) = Envelope::read(&bytes) {
        return Ok(Stored::Signed(envelope));
    }
    parse(path, &bytes).map(|report| Stored::Plain(Box::new(report)))
}

/// The report in a file, without checking its signature: to be shown.
pub(crate) fn read_unverified(path: &Path) -> Result<Report, CliError> {
    match read(path)? {
        Stored::Plain(report) => Ok(*report),
        Stored::Signed(envelope) => {
            let payload = envelope.unverified(report::MEDIA_TYPE);
            let payload = payload.map_err(|cause| ShadowError::Envelope {
                path: path.to_owned(),
                cause,
            })?;
            parse(path, &payload)
        }
    }
}

/// A report from its JSON.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Report, CliError> {
    if bytes.len() > MAX_REPORT_BYTES {
        return Err(CliError::TooLarge {
            path: path.to_owned(),
            limit: MAX_REPORT_BYTES,
        });
    }
    let report = parse_strict(bytes).and_then(serde_json::from_value);
    Ok(report.map_err(|cause| ShadowError::Report {
        path: path.to_owned(),
        cause,
    })?)
}

/// A report that doesn't contradict itself.
pub(crate) fn sound(path: &Path, report: Report) -> Result<Report, CliError> {
    let problems = report.contradictions();
    if problems.is_empty() {
        return Ok(report);
    }
    Err(ShadowError::Contradiction {
        path: path.to_owned(),
        problems,
    }
    .into())
}
