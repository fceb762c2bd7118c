//! What the index keeps of a record.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;

use crate::canonical::Digest;
use crate::decision::{APPROVALS_USED, Verdict};
use crate::journal::query::{EntryKind, Filter};
use crate::journal::record::approval::ApprovalStage;

/// Time (8), verdict (1), rule (4), agent (4), session (4).
pub(super) const ROW_BYTES: usize = 21;
/// In place of a verdict: something else than a decision.
const EVENT: u8 = 255;
/// In place of a verdict: an event in the lifecycle of policies.
const LIFECYCLE: u8 = 253;
/// In place of a verdict: the record can't be read. A query that reads the record finds out why.
const UNREADABLE: u8 = 254;
/// Added to a verdict: an approval was used, so `allow_with_attestation` was answered. Verdicts are fewer.
const USED: u8 = 64;

/// A record, as far as the index keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// Microseconds since 1970, rounded down.
    time: i64,
    /// The verdict's place in [`Verdict::ALL`], with [`USED`] if an approval was used, or one of the above.
    verdict: u8,
    rule: u32,
    /// Digests of texts, so that their length is bounded; 0 where there is none.
    agent: u32,
    session: u32,
}

/// What is read of a record.
#[derive(Deserialize)]
struct Light<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    timestamp: Timestamp,
    decision: Option<Verdict>,
    #[serde(borrow)]
    rule_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    caller: Option<LightCaller<'a>>,
    approval: Option<LightApproval>,
}

#[derive(Deserialize)]
struct LightApproval {
    stage: ApprovalStage,
}

#[derive(Deserialize, Default)]
struct LightCaller<'a> {
    #[serde(borrow)]
    agent_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    session_id: Option<Cow<'a, str>>,
}

impl Row {
    /// The row of a record's text. `rule` gives the number of a rule.
    pub(super) fn of<E>(body: &[u8], rule: impl FnOnce(&str) -> Result<u32, E>) -> Result<Self, E> {
        let unreadable = Self {
            time: 0,
            verdict: UNREADABLE,
            rule: 0,
            agent: 0,
            session: 0,
        };
        let Ok(light) = serde_json::from_slice::<Light<'_>>(body) else {
            return Ok(unreadable);
        };
        let event = Self {
            time: light.timestamp.as_microsecond(),
            verdict: EVENT,
            ..unreadable
        };
        match light.kind.as_ref() {
            "decision" => {}
            "lifecycle" => {
                return Ok(Self {
                    verdict: LIFECYCLE,
                    ..event
                });
            }
            _ => return Ok(event),
        }
        let verdict = light.decision.and_then(code);
        let (Some(verdict), Some(rule_id)) = (verdict, &light.rule_id) else {
            return Ok(unreadable);
        };
        let caller = light.caller.unwrap_or_default();
        let stage = light.approval.map(|approval| approval.stage);
        let is_used = stage == Some(ApprovalStage::Used);
        Ok(Self {
            verdict: if is_used { verdict | USED } else { verdict },
            rule: rule(rule_id)?,
            agent: caller.agent_id.as_deref().map_or(0, hash),
            session: caller.session_id.as_deref().map_or(0, hash),
            ..event
        })
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.time.to_le_bytes());
        to.push(self.verdict);
        for number in [self.rule, self.agent, self.session] {
            to.extend(number.to_le_bytes());
        }
    }

    pub(super) fn read(bytes: &[u8; ROW_BYTES]) -> Option<Self> {
        let (time, rest) = bytes.split_first_chunk()?;
        let (verdict, rest) = rest.split_first()?;
        let (rule, rest) = rest.split_first_chunk()?;
        let (agent, rest) = rest.split_first_chunk()?;
        Some(Self {
            time: i64::from_le_bytes(*time),
            verdict: *verdict,
            rule: u32::from_le_bytes(*rule),
            agent: u32::from_le_bytes(*agent),
            session: u32::from_le_bytes(*rest.first_chunk()?),
        })
    }
}

fn code(verdict: Verdict) -> Option<u8> {
    let place = Verdict::ALL.iter().position(|it| *it == verdict)?;
    u8::try_from(place).ok()
}

/// Never 0. Texts that share one are distinguished by their records.
fn hash(text: &str) -> u32 {
    let digest = Digest::of(text.as_bytes());
    let first = digest.as_bytes().first_chunk();
    first.map_or(1, |bytes| u32::from_le_bytes(*bytes).max(1))
}

/// The conditions of a filter on rows.
pub(super) struct Wanted {
    from: i64,
    until: i64,
    kind: Option<EntryKind>,
    /// One bit for each verdict; none if any will do.
    verdicts: u64,
    rules: Option<Vec<u32>>,
    /// Whether the verdict, and the rule, may be those of the use of an approval.
    used: (bool, bool),
    agent: Option<u32>,
    session: Option<u32>,
}

impl Wanted {
    /// `rules` are those that are numbered.
    pub(super) fn by(filter: &Filter, rules: &[(u32, String)]) -> Self {
        let codes = filter.decisions.iter().filter_map(|it| code(*it));
        let is_meant = |rule: &str| filter.rules.iter().any(|pattern| pattern.matches(rule));
        let meant = || {
            let meant = rules.iter().filter(|(_, rule)| is_meant(rule));
            meant.map(|(number, _)| *number).collect()
        };
        Self {
            from: filter.from.map_or(i64::MIN, Timestamp::as_microsecond),
            until: filter.until.map_or(i64::MAX, Timestamp::as_microsecond),
            kind: filter.kind,
            verdicts: codes.fold(0, |bits, code| bits | 1 << code),
            rules: (!filter.rules.is_empty()).then(meant),
            used: (
                filter.decisions.contains(&Verdict::AllowWithAttestation),
                is_meant(APPROVALS_USED),
            ),
            agent: filter.agent_id.as_deref().map(hash),
            session: filter.session_id.as_deref().map(hash),
        }
    }

    /// Whether the record of `row` may be meant.
    pub(super) fn may_be(&self, row: &Row) -> bool {
        match row.verdict {
            UNREADABLE => return true,
            EVENT => return self.is_in_time(row) && self.asks_for(EntryKind::Event),
            LIFECYCLE => return self.is_in_time(row) && self.asks_for(EntryKind::Lifecycle),
            _ => {}
        }
        let is_used = row.verdict & USED != 0;
        let verdict = self.verdicts >> (row.verdict & !USED) & 1 == 1;
        let rule = |it: &Vec<u32>| it.contains(&row.rule) || (is_used && self.used.1);
        self.kind.is_none_or(|kind| kind == EntryKind::Decision)
            && (self.verdicts == 0 || verdict || (is_used && self.used.0))
            && self.rules.as_ref().is_none_or(rule)
            && self.agent.is_none_or(|it| it == row.agent)
            && self.session.is_none_or(|it| it == row.session)
            && self.is_in_time(row)
    }

    /// Times are rounded, so both ends are taken in.
    fn is_in_time(&self, row: &Row) -> bool {
        (self.from..=self.until).contains(&row.time)
    }

    /// Whether records of this kind, which isn't that of decisions, may be meant.
    fn asks_for(&self, kind: EntryKind) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind)
            && self.verdicts == 0
            && self.rules.is_none()
            && self.agent.is_none()
            && self.session.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(decision: Option<Verdict>, rule: Option<&str>) -> Filter {
        Filter {
            decisions: decision.into_iter().collect(),
            rules: rule.into_iter().map(|it| it.parse().unwrap()).collect(),
            ..Filter::default()
        }
    }

    /// A use of an approval is found by what the rules judged and by what was answered.
    #[test]
    fn a_used_approval_may_be_meant_by_either() {
        let record = |stage: &str| {
            let body = format!(
                r#"{{"approval":{{"approval_id":"x","stage":"{stage}"}},"decision":"require_approval",
                "kind":"decision","rule_id":"commands.block","timestamp":"2026-01-01T00:00:00Z"}}"#
            );
            Row::of(body.as_bytes(), |_| Ok::<_, ()>(7)).unwrap()
        };
        let rules = [(7, "commands.block".to_owned())];
        let (attested, required) = (Verdict::AllowWithAttestation, Verdict::RequireApproval);
        for (decision, rule, of_used, of_repeated) in [
            (Some(attested), None, true, false),
            (Some(required), None, true, true),
            (Some(Verdict::Block), None, false, false),
            (None, Some("approvals.used"), true, false),
            (None, Some("approvals.*"), true, false),
            (None, Some("commands.*"), true, true),
            (Some(attested), Some("commands.block"), true, false),
            (None, Some("other"), false, false),
        ] {
            let wanted = Wanted::by(&filter(decision, rule), &rules);
            for (stage, want) in [("used", of_used), ("repeated", of_repeated)] {
                let mut bytes = Vec::new();
                record(stage).write(&mut bytes);
                let row = Row::read(bytes.as_slice().try_into().unwrap()).unwrap();
                assert_eq!(wanted.may_be(&row), want, "{decision:?} {rule:?} {stage}");
            }
        }
    }
}
