//! Filters as flags.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;

use super::error::JournalError;
use crate::action::ActionType;
use crate::cli::input::time;
use crate::decision::{Change, Outcome, Verdict};
use crate::journal::query::{EntryKind, Filter, RulePattern};
use crate::journal::record::Replayable;

const OUTCOMES: [Outcome; 3] = [
    Outcome::RuleMatched,
    Outcome::NothingMatched,
    Outcome::NotEvaluated,
];
const REPLAYABLE: [Replayable; 3] = [Replayable::Text, Replayable::Facts, Replayable::No];

/// Which decisions are meant. All that is given must hold; of what is repeated, any.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which decisions")]
pub(super) struct FilterArgs {
    /// Not before this time: RFC 3339, a date (UTC), or how long ago (`2h`, `30m`)
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    /// The verdict that was answered, or that of the rules where an approval was used; may be repeated
    #[arg(long, value_name = "VERDICT", value_parser = names(&Verdict::ALL, Verdict::as_str))]
    decision: Vec<Verdict>,
    /// The rule that decided, or how its id begins (`commands.*`); `approvals.used` where an approval
    /// was used; may be repeated
    #[arg(long, value_name = "RULE")]
    rule: Vec<RulePattern>,
    /// The type of the action; may be repeated
    #[arg(long, value_name = "TYPE", value_parser = names(&ActionType::ALL, ActionType::as_str))]
    action_type: Vec<ActionType>,
    /// A part of the target, in its case
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    target: Option<String>,
    /// The agent, in full
    #[arg(long, value_name = "ID")]
    agent: Option<String>,
    /// The session, in full
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// The actor, in full
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// The caller's own id of the request, in full
    #[arg(long, value_name = "ID")]
    correlation_id: Option<String>,
    /// What the candidate would have changed; may be repeated
    #[arg(long, value_name = "CHANGE", value_parser = names(&Change::ALL, Change::as_str))]
    change: Vec<Change>,
    /// How the judgement came about; may be repeated
    #[arg(long, value_name = "OUTCOME", value_parser = names(&OUTCOMES, Outcome::as_str))]
    outcome: Vec<Outcome>,
    /// From what it can be judged again; may be repeated
    #[arg(long, value_name = "HOW", value_parser = names(&REPLAYABLE, Replayable::as_str))]
    replayable: Vec<Replayable>,
}

/// Whether events are meant too.
#[derive(Debug, Clone, Args)]
pub(super) struct KindArgs {
    /// Decisions only, only what else happened (changes of policies, contents dropped), or only the
    /// lifecycle of policies (proposals, approvals, promotions)
    #[arg(long, value_name = "KIND", value_parser = names(&EntryKind::ALL, EntryKind::as_str))]
    kind: Option<EntryKind>,
}

impl FilterArgs {
    /// What is asked for.
    ///
    /// # Errors
    /// If no time is between `--since` and `--until`.
    pub(super) fn filter(&self, kind: Option<EntryKind>) -> Result<Filter, JournalError> {
        check_times(self.since, self.until)?;
        Ok(self.unchecked(kind))
    }

    fn unchecked(&self, kind: Option<EntryKind>) -> Filter {
        let Self {
            since,
            until,
            decision,
            rule,
            action_type,
            target,
            agent,
            session,
            actor,
            correlation_id,
            change,
            outcome,
            replayable,
        } = self.clone();
        Filter {
            from: since,
            until,
            kind,
            decisions: decision,
            rules: rule,
            outcomes: outcome,
            action_types: action_type,
            changes: change,
            replayable,
            agent_id: agent,
            session_id: session,
            actor,
            correlation_id,
            target,
        }
    }
}

impl FilterArgs {
    /// The session, if it is all that is asked for.
    pub(super) fn only_session(&self) -> Option<String> {
        let session = self.session.clone();
        let only = Filter {
            session_id: session.clone(),
            ..Filter::default()
        };
        session.filter(|_| self.unchecked(None) == only)
    }
}

/// Refuses times that no record can be between.
pub(crate) fn check_times(
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<(), JournalError> {
    match (since, until) {
        (Some(since), Some(until)) if since >= until => {
            Err(JournalError::Backwards { since, until })
        }
        _ => Ok(()),
    }
}

impl KindArgs {
    pub(super) fn kind(&self) -> Option<EntryKind> {
        self.kind
    }
}

/// Takes the names of these values.
fn names<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|value| name(*value))).try_map(move |text| {
        let found = all.iter().find(|value| name(**value) == text);
        found.copied().ok_or("not a known name")
    })
}
