//! Shadow runs that start with the service.

use std::sync::Arc;

use clap::Args;
use tokio::task::block_in_place;

use crate::authority::Authority;
use crate::authority::shadowing::RunError;
use crate::causes::in_line;
use crate::cli::commands::shadow::live::Share;
use crate::cli::error::CliError;
use crate::cli::global::GlobalArgs;
use crate::cli::packs::{PackRef, Packs};
use crate::engine::Policy;
use crate::journal::record::refusal::Author;
use crate::keys::file::KeySource;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::SamplingKey;
use crate::shadow::runs::{Candidate, Run, RunSettings};

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
    pub(super) fn read(&self, packs: &Packs) -> Result<Vec<Candidate>, CliError> {
        let names = self.shadow.iter();
        names
            .map(|name| Ok(Candidate::rehearsed(read_one(name, packs)?)))
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

fn read_one(name: &str, packs: &Packs) -> Result<Arc<Policy>, CliError> {
    packs.load_policy(&PackRef::Either(name.to_owned()))
}

/// The runs that the command line asks for.
pub(super) struct Shadows {
    starter: Starter,
    wanted: Vec<Wanted>,
}

struct Starter {
    authority: Arc<Authority>,
    settings: RunSettings,
}

/// One candidate.
struct Wanted {
    name: String,
    /// Its newest run; none where one could not be started.
    run: Option<Arc<Run>>,
}

impl Shadows {
    /// Starts them, before the first decision.
    pub(super) async fn start(
        args: &ShadowArgs,
        authority: &Arc<Authority>,
        candidates: Vec<Candidate>,
    ) -> Result<Self, CliError> {
        let starter = Starter {
            authority: Arc::clone(authority),
            settings: RunSettings {
                rate: args.shadow_sampling.0,
                ..RunSettings::default()
            },
        };
        let mut wanted = Vec::new();
        for (name, candidate) in args.shadow.iter().zip(candidates) {
            wanted.push(Wanted {
                name: name.clone(),
                run: Some(starter.start(candidate, Author::Start).await?),
            });
        }
        Ok(Self { starter, wanted })
    }

    /// Reads the candidates again. The run of one that has changed ends and another begins, as
    /// one does where another policy became active. What can't be read changes nothing.
    pub(super) async fn reload(&mut self, global: &GlobalArgs) {
        if self.wanted.is_empty() {
            return;
        }
        let packs = match block_in_place(|| Packs::to_judge(global)) {
            Ok(packs) => packs,
            Err(error) => {
                tracing::error!(
                    error = in_line(&error),
                    "candidates not read again, their shadow runs stay as they are"
                );
                return;
            }
        };
        for wanted in &mut self.wanted {
            if let Err(error) = wanted.reload(&self.starter, &packs).await {
                let error = in_line(&error);
                let candidate = &wanted.name;
                match &wanted.run {
                    Some(_) => {
                        tracing::error!(
                            candidate,
                            error,
                            "candidate not read again, its shadow run stays as it is"
                        );
                    }
                    None => {
                        tracing::error!(candidate, error, "shadow run not started");
                    }
                }
            }
        }
    }
}

impl Starter {
    /// Starts a run. One that can't become a lifecycle record runs all the same: a service must come
    /// back however often it was started.
    async fn start(&self, candidate: Candidate, by: Author) -> Result<Arc<Run>, CliError> {
        let digest = candidate.policy().identity().effective_digest;
        let (authority, settings) = (&self.authority, self.settings);
        let run = match authority.start_run(candidate.clone(), settings, by).await {
            Ok(run) => run,
            Err(RunError::Start(error)) => return Err(error.into()),
            Err(RunError::Gate(error)) => {
                let error = in_line(&error);
                tracing::warn!(candidate = %digest, error, "shadow run without a lifecycle record");
                authority.start_shadow(candidate, settings).await?
            }
        };
        tracing::info!(run_id = %run.id(), candidate = %digest, "shadow run started");
        Ok(run)
    }

    /// Whether `run` is still what is wanted of `candidate`.
    fn keeps(&self, run: &Run, candidate: &Policy) -> bool {
        let active = self.authority.slot().active.identity().effective_digest;
        let status = run.status();
        let is_same = status.candidate.effective_digest == candidate.identity().effective_digest;
        match status.ended {
            // Its end may not have come yet.
            None => is_same && status.active.effective_digest == active,
            // What an administrator has stopped must not be started by a signal.
            Some(EndReason::Stopped) => true,
            Some(EndReason::ActiveChanged) => false,
            Some(
                EndReason::MaxCompared
                | EndReason::TimeReached
                | EndReason::Failed
                | EndReason::ServiceEnded,
            ) => is_same,
        }
    }
}

impl Wanted {
    async fn reload(&mut self, starter: &Starter, packs: &Packs) -> Result<(), CliError> {
        let policy = block_in_place(|| read_one(&self.name, packs))?;
        if let Some(run) = &self.run
            && starter.keeps(run, &policy)
        {
            return Ok(());
        }
        let candidate = block_in_place(|| Candidate::rehearsed(policy));
        if let Some(run) = self.run.take() {
            // If it has ended, this waits for what it had queued.
            let stopped = starter.authority.stop_run(run.id(), Author::Hangup);
            stopped.await;
        }
        self.run = Some(starter.start(candidate, Author::Hangup).await?);
        Ok(())
    }
}
