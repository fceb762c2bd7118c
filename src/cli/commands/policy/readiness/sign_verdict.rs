//! The verdict on a packet that is ready, and the result of its dry run, signed by a gate.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use crate::cli::commands::keys::argument::private_key;
use crate::cli::commands::lifecycle::error::ChangeError;
use crate::cli::error::CliError;
use crate::cli::named_files;
use crate::cli::output::document;
use crate::keys::SigningKey;
use crate::keys::dsse::Envelope;
use crate::keys::file::KeySource;
use crate::readiness::assessment::ReadinessResult;
use crate::readiness::packet;
use crate::readiness::verdict::{MEDIA_TYPE, Statement, StatementError};
use crate::trust::Trust;
use crate::trust::document::ServiceRole;

/// Whether and where the verdict is written.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Verdict")]
pub(crate) struct VerdictArgs {
    /// Sign the verdict if the packet is ready for live use: the private key of a service with the
    /// role `gate` (a file, `env:NAME` or `fd:NUMBER`)
    #[arg(long, value_name = "KEY", requires = "require_live")]
    signing_key: Option<KeySource>,
    /// Where to write the verdict [default: `NAME.dsse.json` beside `NAME.json`]
    #[arg(long, value_name = "FILE", requires = "signing_key")]
    verdict: Option<PathBuf>,
    /// Write the result of the dry run, signed by the same key
    #[arg(long, value_name = "FILE", requires = "signing_key")]
    test_result: Option<PathBuf>,
}

impl VerdictArgs {
    /// Writes what is asked for, if the packet is ready for live use.
    pub(super) fn write(
        &self,
        path: &Path,
        bytes: &[u8],
        result: &ReadinessResult,
        trust: Option<&Trust>,
    ) -> Result<(), CliError> {
        let (Some(source), Some(trust)) = (&self.signing_key, trust) else {
            return Ok(());
        };
        let Ok((packet, value)) = packet::read(bytes) else {
            return Ok(());
        };
        if !result.ready_for_live_policy_lifecycle {
            return Ok(());
        }
        let key = private_key(source, "--signing-key")?;
        let gate = gate(&key, trust)?;
        let now = Timestamp::now();
        let verdict = Statement::verdict(&packet, &value, result, &gate, now);
        let verdict = verdict.and_then(|it| it.to_signed_bytes());
        write(&self.path(path), verdict, &key)?;
        if let Some(path) = &self.test_result {
            let tested = Statement::test_result(&packet.dry_run_report);
            write(path, tested.and_then(|it| it.to_signed_bytes()), &key)?;
        }
        Ok(())
    }

    fn path(&self, packet: &Path) -> PathBuf {
        let beside = || packet.with_extension("dsse.json");
        self.verdict.clone().unwrap_or_else(beside)
    }
}

/// The id of the gate whose key this is.
fn gate(key: &SigningKey, trust: &Trust) -> Result<String, CliError> {
    let key = key.verifying_key();
    let gates = trust.services_with(ServiceRole::Gate, &[key]);
    let gate = gates.first().map(|gate| gate.id.clone());
    Ok(gate.ok_or_else(|| ChangeError::NoGate(key.name().to_string()))?)
}

fn write(
    path: &Path,
    statement: Result<Vec<u8>, StatementError>,
    key: &SigningKey,
) -> Result<(), CliError> {
    let statement = statement.map_err(ChangeError::Statement)?;
    let envelope = Envelope::sign(MEDIA_TYPE, &statement, key).map_err(ChangeError::Sign)?;
    named_files::write(path, &document(&envelope)?)
}
