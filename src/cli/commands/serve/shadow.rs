//! Shadow runs that start with the service.

use std::sync::Arc;

use clap::Args;

use crate::authority::Authority;
use crate::authority::shadow::{Candidate, RunSettings};
use crate::cli::commands::shadow::live::Share;
use crate::cli::error::CliError;
use crate::cli::packs::{PackRef, Packs};
use crate::journal::key_file::KeySource;
use crate::shadow::sampling::SamplingKey;

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Shadow runs")]
pub(super) struct ShadowArgs {
    /// A candidate to compare with every decision from the start, by its id or path; may be
    /// repeated, up to 4 times
    #[arg(long, value_name = "ID|PATH")]
    shadow: Vec<String>,
    /// The share of the decisions that they are compared with: `10%`, `0.5%`
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "100%",
        requires = "shadow"
    )]
    shadow_sampling: Share,
    /// The secret by which every shadow run samples, 16 to 256 bytes: a file, `env:NAME` or
    /// `fd:N`. Replicas take the same requests only if each is given the same [default: derived
    /// from the journal's private key; without a journal, made up]
    #[arg(long, value_name = "KEY")]
    shadow_key: Option<KeySource>,
}

impl ShadowArgs {
    /// The candidates, compiled and rehearsed.
    pub(super) fn read(&self, packs: &Packs) -> Result<Vec<(Candidate, RunSettings)>, CliError> {
        let settings = RunSettings {
            rate: self.shadow_sampling.0,
            ..RunSettings::default()
        };
        let names = self.shadow.iter();
        names
            .map(|name| {
                let policy = packs.load_policy(&PackRef::Either(name.clone()))?;
                Ok((Candidate::rehearsed(policy), settings))
            })
            .collect()
    }

    /// The same authority, sampling by the key that is given, else by `derived`.
    pub(super) fn sampled(
        &self,
        authority: Authority,
        derived: Option<SamplingKey>,
    ) -> Result<Authority, CliError> {
        let given = match &self.shadow_key {
            Some(source) => Some(SamplingKey::new(source.secret()?.as_bytes())?),
            None => derived,
        };
        Ok(match given {
            Some(key) => authority.sampling_by(key),
            None => authority,
        })
    }
}

/// Starts them before the first decision.
pub(super) async fn start(
    authority: &Arc<Authority>,
    shadows: Vec<(Candidate, RunSettings)>,
) -> Result<(), CliError> {
    for (candidate, settings) in shadows {
        let run = authority.start_shadow(candidate, settings).await?;
        tracing::info!(run_id = %run.id(), "shadow run started");
    }
    Ok(())
}
