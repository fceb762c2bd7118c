//! The calls of a transcript, compared with the decisions of a journal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::host::Host;
use super::transcript::Call;
use crate::decision::Verdict;

const PROVIDER: &str = "it ran where the model runs, and no hook sees it";

/// How each answer of the hook begins, in whatever the host puts around it.
const ANSWER: &str = "CAVRA: ";

/// What was decided in one session.
#[derive(Debug, Default)]
pub struct Decided {
    /// Whether a call was blocked, by its id.
    ids: BTreeMap<String, bool>,
    /// The time of each decision, and whether it blocks; the number tells those of one time apart.
    times: BTreeMap<(Timestamp, usize), bool>,
}

impl Decided {
    /// Adds a decision: the `correlation_id` if it has one, when it was made, and what it says.
    pub fn add(&mut self, correlation_id: Option<&str>, at: Timestamp, verdict: Verdict) {
        let blocks = verdict == Verdict::Block;
        if let Some(id) = correlation_id {
            *self.ids.entry(id.to_owned()).or_default() |= blocks;
        }
        self.times.insert((at, self.times.len()), blocks);
    }

    /// Takes the first decision of the time of the call that no other call took. Whether it blocks.
    fn take(&mut self, call: &Call) -> Option<bool> {
        let (taken, _) = self.times.range((call.began?, 0)..).next()?;
        let (at, number) = *taken;
        let in_time = call.ended.is_none_or(|ended| at <= ended);
        in_time.then(|| self.times.remove(&(at, number))).flatten()
    }
}

/// How many calls were made, judged, not judged by design, and missed.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// Calls that the host made.
    pub made: usize,
    /// Calls about which the journal has a decision.
    pub judged: usize,
    /// Calls that no policy is about, by tool.
    pub not_judged_by_design: BTreeMap<String, Design>,
    /// Calls that were blocked, and came back without the hook's answer: the host let them go ahead.
    pub not_enforced: Vec<Call>,
    /// The other calls.
    pub missed: Vec<Call>,
}

/// A tool that is not judged.
#[derive(Debug, Serialize)]
pub struct Design {
    /// How often it was called.
    pub calls: usize,
    /// Why it is not judged.
    pub why: String,
}

impl Coverage {
    /// Compares the calls of the host with the decisions of each session. `design` says of tools why they
    /// are not judged.
    #[must_use]
    pub fn of(
        host: Host,
        calls: Vec<Call>,
        decided: &mut BTreeMap<String, Decided>,
        design: &BTreeMap<String, String>,
    ) -> Self {
        let mut coverage = Self {
            made: calls.len(),
            judged: 0,
            not_judged_by_design: BTreeMap::new(),
            not_enforced: Vec::new(),
            missed: Vec::new(),
        };
        let mut rest = Vec::new();
        for call in calls {
            let decided = decided.get(&call.session);
            let blocked = decided.and_then(|decided| decided.ids.get(&call.id));
            let why = match call.at_the_provider {
                true => Some(PROVIDER),
                false => design.get(&call.tool).map(String::as_str),
            };
            match (blocked, why) {
                (Some(blocked), _) => coverage.judge(&call, *blocked),
                (None, Some(why)) => coverage.designed(call.tool, why),
                (None, None) => rest.push(call),
            }
        }
        match host.tells_call_ids() {
            true => coverage.missed = rest,
            false => coverage.by_time(rest, decided),
        }
        coverage
    }

    fn judge(&mut self, call: &Call, blocked: bool) {
        self.judged += 1;
        let result = call.result.as_deref();
        if blocked && result.is_some_and(|result| !result.contains(ANSWER)) {
            self.not_enforced.push(call.clone());
        }
    }

    /// Whether every call was judged, and nothing went ahead that was blocked.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.missed.is_empty() && self.not_enforced.is_empty()
    }

    fn designed(&mut self, tool: String, why: &str) {
        let tool = self.not_judged_by_design.entry(tool);
        let why = why.to_owned();
        tool.or_insert(Design { calls: 0, why }).calls += 1;
    }

    /// Gives each call a decision that was made while it ran. The call that ended first comes first, so
    /// that as many calls as possible get one.
    fn by_time(&mut self, calls: Vec<Call>, decided: &mut BTreeMap<String, Decided>) {
        let mut calls: Vec<(usize, Call)> = calls.into_iter().enumerate().collect();
        calls.sort_by_key(|(_, call)| (call.ended.is_none(), call.ended));
        calls.retain(|(_, call)| {
            let decided = decided.get_mut(&call.session);
            let blocked = decided.and_then(|decided| decided.take(call));
            if let Some(blocked) = blocked {
                self.judge(call, blocked);
            }
            blocked.is_none()
        });
        calls.sort_by_key(|(place, _)| *place);
        self.missed = calls.into_iter().map(|(_, call)| call).collect();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::{Coverage, Decided};
    use crate::agents::host::Host;
    use crate::agents::transcript::Call;
    use crate::decision::Verdict;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn call(id: &str, began: i64, ended: Option<i64>) -> Call {
        Call {
            id: id.to_owned(),
            tool: "bash".to_owned(),
            session: "s".to_owned(),
            at_the_provider: false,
            began: Some(at(began)),
            ended: ended.map(at),
            result: None,
        }
    }

    /// The ids of the missed calls of Copilot CLI, whose hook gets no ids.
    fn missed(calls: Vec<Call>, decisions: &[i64]) -> Vec<String> {
        let mut decided = Decided::default();
        for second in decisions {
            decided.add(None, at(*second), Verdict::Allow);
        }
        let mut decided = BTreeMap::from([("s".to_owned(), decided)]);
        let made = calls.len();
        let coverage = Coverage::of(Host::CopilotCli, calls, &mut decided, &BTreeMap::new());
        assert_eq!(coverage.judged + coverage.missed.len(), made);
        coverage.missed.into_iter().map(|call| call.id).collect()
    }

    #[test]
    fn a_decision_counts_for_one_call_that_ran_at_its_time() {
        let one = || call("one", 10, Some(20));
        assert!(missed(vec![one()], &[10]).is_empty());
        assert!(missed(vec![one()], &[20]).is_empty());
        assert_eq!(missed(vec![one()], &[9, 21]), ["one"]);
        assert_eq!(missed(vec![one()], &[]), ["one"]);
        // It is still running.
        assert!(missed(vec![call("open", 10, None)], &[30]).is_empty());
        // Two at the same time, and one decision.
        let both = || vec![call("long", 10, Some(40)), call("short", 12, Some(20))];
        assert_eq!(missed(both(), &[15]), ["long"]);
        assert!(missed(both(), &[15, 15]).is_empty());
        assert!(missed(both(), &[11, 30, 15]).is_empty());
        assert_eq!(missed(both(), &[30]), ["short"]);
    }

    #[test]
    fn a_blocked_call_comes_back_with_the_hooks_answer() {
        let rows = [
            (Verdict::Block, Some("KEY=a"), 1),
            (
                Verdict::Block,
                Some("Blocked by a hook: CAVRA: `.env` blocked"),
                0,
            ),
            (Verdict::Block, None, 0),
            // A person may have answered at the terminal.
            (Verdict::RequireApproval, Some("done"), 0),
            (Verdict::Allow, Some("done"), 0),
        ];
        for (host, id) in [(Host::Codex, Some("one")), (Host::GeminiCli, None)] {
            for (verdict, result, not_enforced) in rows {
                let mut decided = Decided::default();
                decided.add(id, at(15), verdict);
                let mut decided = BTreeMap::from([("s".to_owned(), decided)]);
                let call = Call {
                    result: result.map(str::to_owned),
                    ..call("one", 10, Some(20))
                };
                let coverage = Coverage::of(host, vec![call], &mut decided, &BTreeMap::new());
                assert_eq!(coverage.judged, 1, "{verdict:?}");
                assert_eq!(
                    coverage.not_enforced.len(),
                    not_enforced,
                    "{verdict:?} {result:?}"
                );
                assert_eq!(coverage.is_whole(), not_enforced == 0);
            }
        }
    }
}
