//! The Rego that packs bring along.
//!
//! Each pack of a lineage is compiled and evaluated on its own, apart from the base
//! rules: it can add findings, and has no way to remove any. An error in one leaves
//! the findings of the others standing.

mod builtins;
mod bundle;
mod compiled;
mod data;
mod finding;
mod input;
mod inspect;
mod library;
mod names;
mod schema;
mod scope;
mod syntax;

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::error::EvaluationError;
use super::limits::{MAX_REMEMBERED_INPUT_BYTES, PACK_MEMO_ENTRIES};
use crate::action::Action;
use crate::action::facts::Facts;
pub use bundle::RegoBundle;
pub use compiled::{RegoPack, Rules};
pub use finding::{Found, PackFinding};
pub(super) use library::sources as library_sources;
pub use names::unknown_names;
pub use schema::rego_schema;

/// Evaluates the own Rego of a lineage: in this process, or in one that may be lost.
pub trait Evaluator: Send + Sync {
    /// What the rules of one pack say about an input, given as JSON text. `pack` is its place
    /// among the packs with Rego.
    ///
    /// # Errors
    /// If they can't be evaluated within their limits.
    fn evaluate(&self, pack: usize, input: &str) -> Result<Found, EvaluationError>;
}

/// The own Rego of a lineage, and what evaluates it.
#[derive(Clone)]
pub struct OwnRego {
    /// The packs that brought it, as the evaluator counts them.
    pub packs: Vec<RegoPack>,
    /// What evaluates it.
    pub evaluator: Arc<dyn Evaluator>,
}

impl From<Rules> for OwnRego {
    fn from(rules: Rules) -> Self {
        Self {
            packs: rules.packs(),
            evaluator: Arc::new(rules),
        }
    }
}

/// What one pack's own Rego said.
pub(super) type PackFindings = Result<Arc<Found>, EvaluationError>;

/// The own Rego of one pack, as a policy asks it.
pub(super) struct PackRego {
    pack: RegoPack,
    place: usize,
    evaluator: Arc<dyn Evaluator>,
    memo: Cache<Box<str>, Arc<Found>>,
}

/// The Rego package that a pack's modules must be in: `cavra.pack.` and the id with `_` for `-`.
#[must_use]
pub fn package_of(pack_id: &str) -> String {
    format!("cavra.pack.{}", pack_id.replace('-', "_"))
}

impl PackRego {
    /// Each pack of a lineage apart.
    pub(super) fn of(own: OwnRego) -> Vec<Self> {
        let packs = own.packs.into_iter().enumerate();
        packs
            .map(|(place, pack)| Self {
                pack,
                place,
                evaluator: Arc::clone(&own.evaluator),
                memo: Cache::new(PACK_MEMO_ENTRIES),
            })
            .collect()
    }

    /// The pack that brought the rules.
    pub(super) fn pack_id(&self) -> &Arc<str> {
        &self.pack.pack_id
    }

    /// Whether the rules can read who asks.
    pub(super) fn reads_caller(&self) -> bool {
        let fields = ["session_id", "agent_id", "actor", "correlation_id"];
        let mut fields = fields.into_iter();
        fields.any(|field| self.pack.scope.covers("action", field))
    }

    /// The findings for one action. The input's text is the memo's key *and* what is
    /// evaluated, so a remembered answer can't differ from an evaluation. Errors and
    /// time-outs are never remembered.
    pub(super) fn judge(&self, action: &Action, facts: &Facts, memo: bool) -> PackFindings {
        let input = input::text(action, facts, &self.pack.scope)
            .map_err(|error| EvaluationError::Failed(error.to_string()))?;
        let memo = memo && input.len() <= MAX_REMEMBERED_INPUT_BYTES;
        if memo && let Some(findings) = self.memo.get(input.as_str()) {
            return Ok(findings);
        }
        let findings = Arc::new(self.evaluator.evaluate(self.place, &input)?);
        if memo && findings.malformed.is_none() {
            self.memo.insert(input.into(), Arc::clone(&findings));
        }
        Ok(findings)
    }
}
