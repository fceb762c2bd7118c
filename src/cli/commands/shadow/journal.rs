//! `cavra shadow replay` of a journal.

use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use super::progress::{draw, over_records};
use super::replay::ReplayArgs;
use crate::authority::rehearsal::rehearse;
use crate::cli::commands::journal::filter::check_times;
use crate::cli::commands::journal::source::DataDirArgs;
use crate::cli::error::CliError;
use crate::cli::input::time;
use crate::cli::packs::error::PackFlag;
use crate::cli::packs::{PackRef, Packs};
use crate::engine::Policy;
use crate::shadow::replay::{Active, Claims, Replay, replay, report};
use crate::shadow::report::{Condition, FactsFrom, Report, Selection};
use crate::threads::cores;

/// What `--active` says for the decisions as they were made.
const RECORDED: &str = "recorded";

/// Which decisions of a journal, and what to compare the candidate with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Decisions of a journal")]
pub(crate) struct JournalArgs {
    #[command(flatten)]
    data_dir: DataDirArgs,
    /// What to compare with: `recorded`, each decision as it was made, or the id or path of a
    /// pack that judges now
    #[arg(long, value_name = "recorded|ID|PATH", conflicts_with_all = ["actions", "policy_pack", "policy"])]
    active: Option<String>,
    /// Decisions at this time or later: RFC 3339, a date (UTC), or how long ago (`2h`, `30m`)
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "actions")]
    since: Option<Timestamp>,
    /// Decisions before this time
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "actions")]
    until: Option<Timestamp>,
    /// Decisions of which this is true: `action_type=…`, `agent=…`, `rule=…`, `verdict=…` or
    /// `policy=DIGEST`; may be repeated
    #[arg(long = "where", value_name = "NAME=VALUE", conflicts_with = "actions")]
    conditions: Vec<Condition>,
    /// Establish the facts again from the recorded texts, and count where they differ
    #[arg(long, conflicts_with = "actions")]
    from_text: bool,
}

impl JournalArgs {
    fn selection(&self) -> Result<Selection, CliError> {
        check_times(self.since, self.until)?;
        let mut selection = Selection {
            since: self.since,
            until: self.until,
            ..Selection::default()
        };
        for condition in &self.conditions {
            selection.add(condition.clone())?;
        }
        Ok(selection)
    }

    /// The pack that judges now, if one does.
    fn active(&self, args: &ReplayArgs) -> Option<PackRef> {
        match self.active.as_deref() {
            Some(RECORDED) => None,
            Some(name) => Some(PackRef::Either(name.to_owned())),
            None => args.policy.is_given().then(|| args.policy.pack_ref()),
        }
    }
}

pub(crate) fn run(
    args: &ReplayArgs,
    packs: &Packs,
    candidate: &Arc<Policy>,
    shown: bool,
) -> Result<Report, CliError> {
    let directory = args.journal.data_dir.directory()?;
    let selection = args.journal.selection()?;
    let given = packs.load_optional(args.journal.active(args).as_ref())?;
    let explained = args.explanations.explained()?;
    let mut wanted = Replay {
        directory: &directory,
        positions: None,
        only: None,
        selection: &selection,
        active: given.clone().map_or(Active::Recorded, Active::Judged),
        candidate: Arc::clone(candidate),
        facts: match args.journal.from_text {
            true => FactsFrom::Text,
            false => FactsFrom::Journal,
        },
        examples: usize::from(args.examples),
        workers: args.workers.map_or_else(cores, usize::from),
    };
    let bar = over_records(shown);
    let replayed = replay(&wanted, &|done, all| draw(&bar, done, all))?;
    bar.finish_and_clear();
    let recorded = replayed.recorded.first_key_value();
    let active = match (given, recorded) {
        (Some(policy), _) => policy,
        (None, Some((_, recorded))) => packs.load_policy(&PackRef::Recorded {
            id: recorded.identity.id.to_string(),
            flag: PackFlag::Active,
        })?,
        // Without traffic nobody decided: the report says that nothing is ready, beside the
        // policy that would have.
        (None, None) => {
            let policy = packs.load_policy(&args.policy.pack_ref())?;
            wanted.active = Active::Judged(Arc::clone(&policy));
            policy
        }
    };
    let claims = Claims {
        thresholds: args.thresholds.thresholds(active.pack(), candidate.pack()),
        explained: &explained,
        dry_run: rehearse(candidate),
        simulated_clock: args.simulated_clock,
    };
    let report = report(&wanted, &replayed, &active, claims)?;
    args.explanations
        .check_lines(&report, active.pack(), candidate.pack())?;
    Ok(report)
}
