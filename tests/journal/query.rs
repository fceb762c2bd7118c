//! Filters, orders and limits against all rows looked at one by one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use cavra::action::facts::Facts;
use cavra::action::{Action, ActionType, Caller, Place, Request};
use cavra::canonical::Digest;
use cavra::decision::{
    Change, Decision, Finding, Judgement, Outcome, PolicyIdentity, Severity, Verdict,
};
use cavra::journal::index::{INDEX_BLOCK_ROWS, INDEX_FILE, bring_up_to_date};
use cavra::journal::limits::{SCAN_ROWS, TIME_SLACK};
use cavra::journal::log::leaf_hash;
use cavra::journal::query::{
    DiskUse, EntryKind, Filter, Gathering, JournalEntry, LastFew, Order, Query, RecordRef,
    Resolved, Scan, find,
};
use cavra::journal::record::event::{PolicyChanged, PolicyOperation};
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{Decided, Entry, Latency, Record, Recorder, Replayable};
use cavra::journal::store::{Lock, Reader, Store};
use cavra::keys::Origin;
use cavra::redaction::Redaction;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tempfile::TempDir;
use uuid::Uuid;

use crate::common::KEY;

/// More than two steps of a scan, and not a multiple of one.
const ROWS: u64 = 2 * SCAN_ROWS + 77;
/// Seconds from one record to the next.
const SPACING_SECONDS: u64 = 7;
const AGENTS: [&str; 3] = ["agent-1", "agent-2", "agent"];
const RULES: [&str; 4] = [
    "commands.block",
    "commands.allow",
    "git.allow",
    "commands.block.more",
];
const TARGETS: [&str; 4] = ["src/main.rs", "src/lib.rs", "SRC/x", "notes \"of\" main"];
const OUTCOMES: [Outcome; 3] = [
    Outcome::RuleMatched,
    Outcome::NothingMatched,
    Outcome::NotEvaluated,
];

/// What one record is about, as the test knows it.
#[derive(Debug, Clone)]
struct Known {
    id: Uuid,
    time: Timestamp,
    decision: Option<KnownDecision>,
}

#[derive(Debug, Clone)]
struct KnownDecision {
    verdict: Verdict,
    rule: &'static str,
    outcome: Outcome,
    action_type: ActionType,
    change: Option<Change>,
    agent: Option<&'static str>,
    target: &'static str,
    replayable: Replayable,
}

struct Journal {
    directory: TempDir,
    known: Vec<Known>,
}

static JOURNAL: LazyLock<Journal> = LazyLock::new(|| Journal::of(ROWS));

/// The same with an index, which doesn't cover the last few.
static INDEXED: LazyLock<Journal> = LazyLock::new(|| {
    let journal = Journal::of(ROWS);
    bring_up_to_date(journal.directory.path()).unwrap();
    journal
});

fn identity() -> Arc<PolicyIdentity> {
    Arc::new(PolicyIdentity {
        id: "pack".into(),
        version: "1.0.0".into(),
        policy_digest: Digest::of(b"policy"),
        effective_digest: Digest::of(b"effective"),
    })
}

fn pick<T: Clone>(of: &[T], number: u64) -> T {
    of[usize::try_from(number).unwrap() % of.len()].clone()
}

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// Something like chance, the same each time.
fn mixed(number: u64) -> u64 {
    let bytes = Digest::of(&number.to_le_bytes());
    u64::from_le_bytes(bytes.as_bytes()[..8].try_into().unwrap())
}

impl Known {
    fn at(position: u64) -> Self {
        let chance = mixed(position);
        let early = chance % (TIME_SLACK.as_secs() - 1);
        let seconds = position * SPACING_SECONDS + TIME_SLACK.as_secs() - early;
        let decision = KnownDecision {
            verdict: pick(&Verdict::ALL, chance >> 8),
            rule: pick(&RULES, chance >> 16),
            outcome: pick(&OUTCOMES, chance >> 24),
            action_type: pick(
                &[
                    ActionType::ReadFile,
                    ActionType::WriteFile,
                    ActionType::ExecuteCommand,
                ],
                chance >> 32,
            ),
            change: (chance >> 40)
                .is_multiple_of(2)
                .then(|| pick(&Change::ALL, chance >> 41)),
            agent: (!(chance >> 48).is_multiple_of(4)).then(|| pick(&AGENTS, chance >> 50)),
            target: pick(&TARGETS, chance >> 56),
            replayable: match (chance >> 60).is_multiple_of(3) {
                true => Replayable::Facts,
                false => Replayable::Text,
            },
        };
        Self {
            id: Uuid::from_u128(u128::from(chance) << 64 | u128::from(position)),
            time: start() + SignedDuration::from_secs(i64::try_from(seconds).unwrap()),
            decision: (!position.is_multiple_of(41)).then_some(decision),
        }
    }

    fn entry(&self, recorder: &Recorder) -> Entry {
        let Some(known) = &self.decision else {
            let changed = PolicyChanged {
                event_id: self.id,
                timestamp: self.time,
                operation: PolicyOperation::Reloaded,
                active: &identity(),
                candidate: None,
                by: Author::User {
                    uid: 1,
                    pid: Some(2),
                },
            };
            return changed.entry().unwrap();
        };
        let judgement = Judgement {
            decision: known.verdict,
            would_be: None,
            outcome: known.outcome,
            findings: vec![Finding {
                rule_id: known.rule.into(),
                decision: known.verdict,
                severity: Severity::High,
                reason: "because".to_owned(),
                pattern: None,
                matched_on: None,
                origin: "pack".into(),
                approver_groups: Arc::from([]),
                evidence_refs: Vec::new(),
            }],
            matched_rules_left_out: 0,
        };
        let decision = Decision {
            decision_id: self.id,
            timestamp: self.time,
            policy: identity(),
            action: Arc::new(known.action()),
            judgement: judgement.clone(),
            recorded: None,
            policy_source: None,
            policy_state: None,
        };
        let decided = Decided {
            decision: &decision,
            facts: &Facts::default(),
            candidate: known.change.map(|change| (&decision, change)),
            latency: Latency::new(Duration::from_nanos(100), Duration::from_micros(3), None),
        };
        recorder.entry(&decided, |_, _| judgement.clone()).unwrap()
    }

    fn matches(&self, filter: &Filter) -> bool {
        let Filter {
            from,
            until,
            kind,
            decisions,
            rules,
            outcomes,
            action_types,
            changes,
            replayable,
            agent_id,
            session_id,
            actor,
            correlation_id,
            target,
        } = filter;
        if from.is_some_and(|from| self.time < from) || until.is_some_and(|it| self.time >= it) {
            return false;
        }
        let Some(known) = &self.decision else {
            return kind.is_none_or(|kind| kind == EntryKind::Event)
                && Filter {
                    from: None,
                    until: None,
                    kind: None,
                    ..filter.clone()
                } == Filter::default();
        };
        let rule_matches = |pattern: &str| match pattern.strip_suffix('*') {
            Some(prefix) => known.rule.starts_with(prefix),
            None => known.rule == pattern,
        };
        kind.is_none_or(|kind| kind == EntryKind::Decision)
            && (decisions.is_empty() || decisions.contains(&known.verdict))
            && (rules.is_empty() || rules.iter().any(|it| rule_matches(&it.to_string())))
            && (outcomes.is_empty() || outcomes.contains(&known.outcome))
            && (action_types.is_empty() || action_types.contains(&known.action_type))
            && (changes.is_empty() || known.change.is_some_and(|it| changes.contains(&it)))
            && (replayable.is_empty() || replayable.contains(&known.replayable))
            && (agent_id.is_none() || agent_id.as_deref() == known.agent)
            && session_id.as_deref().is_none_or(|it| it == "s")
            && actor.as_deref().is_none_or(|it| it == "someone")
            && correlation_id
                .as_deref()
                .is_none_or(|it| it == known.target)
            && target.as_deref().is_none_or(|it| known.target.contains(it))
    }
}

impl KnownDecision {
    fn action(&self) -> Action {
        let text = self.target.to_owned();
        Action {
            request: match self.action_type {
                ActionType::ReadFile => Request::ReadFile { path: text },
                ActionType::WriteFile => Request::WriteFile { path: text },
                _ => Request::ExecuteCommand { command_line: text },
            },
            caller: Caller {
                agent_id: self.agent.map(str::to_owned),
                session_id: Some("s".to_owned()),
                actor: Some("someone".to_owned()),
                correlation_id: Some(self.target.to_owned()),
            },
            place: Place::default(),
            // Without its plan an action is judged from its facts.
            terraform_plan: (self.replayable == Replayable::Facts).then(|| "{}".into()),
        }
    }
}

fn store(directory: &Path) -> Store {
    let lock = Lock::take(directory).unwrap();
    let origin: Origin = "example.org/log".parse().unwrap();
    Store::open(directory, &lock, &origin).unwrap()
}

impl Journal {
    fn of(rows: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let recorder = Recorder::new(Redaction::none(), KEY);
        let known: Vec<Known> = (0..rows).map(Known::at).collect();
        let entries: Vec<Entry> = known.iter().map(|it| it.entry(&recorder)).collect();
        store(directory.path()).append(&entries).unwrap();
        Self { directory, known }
    }

    fn scan(&self, query: Query) -> Scan {
        Scan::open(self.directory.path(), query).unwrap()
    }

    fn query(&self, query: Query) -> Vec<JournalEntry> {
        let mut scan = self.scan(query);
        let mut all = Vec::new();
        while let Some(chunk) = scan.next_chunk().unwrap() {
            all.extend(chunk);
        }
        all
    }

    /// What [`Self::query`] should find.
    fn expected(&self, query: &Query) -> Vec<u64> {
        let numbered = (0..).zip(&self.known);
        let meant = numbered.filter(|(_, known)| known.matches(&query.filter));
        let mut positions: Vec<u64> = meant.map(|(position, _)| position).collect();
        match query.order {
            Order::OldestFirst => positions.retain(|it| *it >= query.start.unwrap_or(0)),
            Order::NewestFirst => {
                positions.retain(|it| *it <= query.start.unwrap_or(u64::MAX));
                positions.reverse();
            }
        }
        let limit = query.limit.unwrap_or(u64::MAX);
        positions.truncate(usize::try_from(limit).unwrap());
        positions
    }
}

fn positions(entries: &[JournalEntry]) -> Vec<u64> {
    entries.iter().map(JournalEntry::position).collect()
}

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop_oneof![3 => Just(None), 1 => select(texts).prop_map(|it| Some(it.to_owned()))]
}

fn some_of<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> BoxedStrategy<Vec<T>> {
    let count = all.len();
    prop_oneof![2 => Just(Vec::new()), 1 => subsequence(all, 1..=count)].boxed()
}

fn times() -> impl Strategy<Value = Option<Timestamp>> {
    let end = i64::try_from(ROWS * SPACING_SECONDS + 900).unwrap();
    let time = (-600..end).prop_map(|it| Some(start() + SignedDuration::from_secs(it)));
    prop_oneof![
        2 => Just(None),
        2 => time,
        1 => select(vec![Some(Timestamp::MIN), Some(Timestamp::MAX)])
    ]
}

fn filters() -> impl Strategy<Value = Filter> {
    let rules = ["commands.block", "commands.*", "*", "git.allow", "nothing"];
    let rules = rules.map(|it| it.parse().unwrap()).to_vec();
    let types = ActionType::ALL.to_vec();
    let kinds = vec![
        None,
        None,
        Some(EntryKind::Decision),
        Some(EntryKind::Event),
        Some(EntryKind::Lifecycle),
    ];
    let lists = (
        some_of(Verdict::ALL.to_vec()),
        some_of(rules),
        some_of(OUTCOMES.to_vec()),
        some_of(types),
        some_of(Change::ALL.to_vec()),
        some_of(vec![Replayable::Text, Replayable::Facts, Replayable::No]),
    );
    let texts = (
        one_of(&["agent-1", "agent", "nobody"]),
        one_of(&["s", "t"]),
        one_of(&["someone", "else"]),
        one_of(&["src/lib.rs", "other"]),
        one_of(&["src", "main", "\"of\"", "", "nowhere"]),
    );
    (times(), times(), select(kinds), lists, texts).prop_map(|(from, until, kind, lists, texts)| {
        Filter {
            from,
            until,
            kind,
            decisions: lists.0,
            rules: lists.1,
            outcomes: lists.2,
            action_types: lists.3,
            changes: lists.4,
            replayable: lists.5,
            agent_id: texts.0,
            session_id: texts.1,
            actor: texts.2,
            correlation_id: texts.3,
            target: texts.4,
        }
    })
}

fn queries() -> impl Strategy<Value = Query> {
    let order = select(vec![Order::OldestFirst, Order::NewestFirst]);
    let start =
        prop_oneof![2 => Just(None), 1 => (0..ROWS + 9).prop_map(Some), 1 => Just(Some(u64::MAX))];
    let limit = prop_oneof![2 => Just(None), 1 => (0..40_u64).prop_map(Some)];
    (filters(), order, start, limit).prop_map(|(filter, order, start, limit)| Query {
        filter,
        order,
        start,
        limit,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever is asked for, it is what looking at every record one by one finds.
    #[test]
    fn a_query_finds_what_every_record_looked_at_alone_says(query in queries()) {
        let found = JOURNAL.query(query.clone());
        prop_assert_eq!(positions(&found), JOURNAL.expected(&query));
        let found = INDEXED.query(query.clone());
        prop_assert_eq!(positions(&found), JOURNAL.expected(&query));
    }

    /// Where the last few begin, nothing of them is missing and nothing more is there.
    #[test]
    fn the_last_few_are_the_last(filter in filters(), count in 0..30_u64) {
        let query = Query { filter, order: Order::NewestFirst, start: None, limit: Some(count) };
        let mut expected = JOURNAL.expected(&query);
        expected.reverse();
        let mut last = LastFew::of(JOURNAL.scan(query));
        while last.look().unwrap() {}
        let mut scan = last.found().unwrap();
        let mut found = Vec::new();
        while let Some(chunk) = scan.next_chunk().unwrap() {
            found.extend(chunk);
        }
        prop_assert_eq!(positions(&found), expected);
    }

    /// Counts are those of the records.
    #[test]
    fn statistics_count_what_is_meant(filter in filters()) {
        let mut scan = JOURNAL.scan(Query { filter: filter.clone(), ..Query::default() });
        let disk = DiskUse::of(JOURNAL.directory.path(), scan.reader()).unwrap();
        let mut gathering = Gathering::new(disk).unwrap();
        while gathering.step(&mut scan).unwrap() {}
        let stats = gathering.finish();

        let meant: Vec<&Known> = JOURNAL.known.iter().filter(|it| it.matches(&filter)).collect();
        let decided = || meant.iter().filter_map(|it| it.decision.as_ref());
        let count = |names: Vec<&str>| {
            let mut counts = BTreeMap::new();
            names.iter().for_each(|it| *counts.entry((*it).to_owned()).or_insert(0) += 1);
            counts
        };
        prop_assert_eq!(stats.decisions, decided().count() as u64);
        prop_assert_eq!(stats.events, meant.len() as u64 - stats.decisions);
        prop_assert_eq!(stats.first_time, meant.iter().map(|it| it.time).min());
        prop_assert_eq!(stats.last_time, meant.iter().map(|it| it.time).max());
        prop_assert_eq!(
            stats.by_decision.names,
            count(decided().map(|it| it.verdict.as_str()).collect())
        );
        prop_assert_eq!(stats.by_rule.names, count(decided().map(|it| it.rule).collect()));
        prop_assert_eq!(
            stats.by_agent.names,
            count(decided().filter_map(|it| it.agent).collect())
        );
        prop_assert_eq!(
            stats.by_change.names,
            count(decided().filter_map(|it| it.change).map(Change::as_str).collect())
        );
        prop_assert_eq!(stats.active_ns.count, stats.decisions);
        prop_assert_eq!(stats.disk.records, ROWS);
        prop_assert!(stats.disk.bytes_per_record() > 100);
    }
}

#[test]
fn a_query_by_time_looks_at_little_else() {
    let from = JOURNAL.known.last().unwrap().time;
    let filter = Filter {
        from: Some(from),
        ..Filter::default()
    };
    let ahead = JOURNAL
        .scan(Query {
            filter,
            ..Query::default()
        })
        .ahead();
    let slack = 2 * TIME_SLACK.as_secs() / SPACING_SECONDS + 2;
    assert!(ahead.end - ahead.start <= slack, "{ahead:?}");
}

#[test]
fn an_entry_is_what_was_written_and_reads_back() {
    let entries = JOURNAL.query(Query::default());
    assert_eq!(entries.len() as u64, ROWS);
    for (entry, known) in entries.iter().zip(&JOURNAL.known) {
        assert_eq!(entry.record().id(), known.id);
        let text = serde_json::to_string(entry).unwrap();
        let back: JournalEntry = serde_json::from_str(&text).unwrap();
        assert_eq!(&back, entry);
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
        let leaf = leaf_hash(entry.parts().record.get().as_bytes());
        assert_eq!(entry.leaf_hash(), leaf);
        let Record::Decision(record) = entry.record() else {
            continue;
        };
        // The contents beside a record are those that it names.
        let digest = |content: &Option<Resolved>| {
            Digest::of(content.as_ref().unwrap().text().unwrap().as_bytes())
        };
        let parts = entry.parts();
        assert_eq!(digest(&parts.subject), record.subject);
        assert_eq!(digest(&parts.judgement), record.judgement);
        assert_eq!(digest(&parts.policy), record.policy);
        assert_eq!(
            entry.target().unwrap(),
            known.decision.as_ref().unwrap().target
        );
        let edited = text.replacen("\"kind\":\"decision\"", "\"kind\":\"event\"", 1);
        assert!(serde_json::from_str::<JournalEntry>(&edited).is_err());
    }
    let reader = Reader::open(JOURNAL.directory.path()).unwrap();
    let by_id = find(&reader, RecordRef::Id(JOURNAL.known[600].id))
        .unwrap()
        .unwrap();
    assert_eq!(by_id, entries[600]);
    let by_position = find(&reader, RecordRef::Position(600)).unwrap();
    assert_eq!(by_position.unwrap(), entries[600]);
    for missing in [ROWS, u64::MAX] {
        assert!(
            find(&reader, RecordRef::Position(missing))
                .unwrap()
                .is_none()
        );
    }
}

#[test]
fn dropped_contents_are_marked_and_the_rest_is_still_found() {
    let journal = Journal::of(10);
    let mut store = store(journal.directory.path());
    let since = store.forget_contents();
    let reader = Reader::open(journal.directory.path()).unwrap();
    let places = reader.droppable_contents(10, since, usize::MAX).unwrap();
    assert!(!places.is_empty());
    store.empty_contents(&places).unwrap();
    drop(store);
    let decisions = Filter {
        kind: Some(EntryKind::Decision),
        ..Filter::default()
    };
    let found = journal.query(Query {
        filter: decisions.clone(),
        ..Query::default()
    });
    assert_eq!(found.len(), 9);
    for entry in &found {
        assert!(
            entry.dropped().ends_with(&["judgement", "subject"]),
            "{:?}",
            entry.dropped()
        );
        assert_eq!(entry.target(), None);
        assert!(entry.parts().policy.as_ref().unwrap().text().is_some());
        let text = serde_json::to_string(entry).unwrap();
        assert_eq!(&serde_json::from_str::<JournalEntry>(&text).unwrap(), entry);
    }
    let by_target = Filter {
        target: Some(String::new()),
        ..decisions
    };
    assert!(
        journal
            .query(Query {
                filter: by_target,
                ..Query::default()
            })
            .is_empty()
    );
}

#[test]
fn what_is_written_later_is_found_by_going_on() {
    let journal = Journal::of(3);
    let mut scan = journal.scan(Query::default());
    assert_eq!(scan.next_chunk().unwrap().unwrap().len(), 3);
    assert!(scan.next_chunk().unwrap().is_none());
    let recorder = Recorder::new(Redaction::none(), KEY);
    let more: Vec<Entry> = (3..5).map(|it| Known::at(it).entry(&recorder)).collect();
    store(journal.directory.path()).append(&more).unwrap();
    assert!(scan.next_chunk().unwrap().is_none());
    scan.extend().unwrap();
    assert_eq!(positions(&scan.next_chunk().unwrap().unwrap()), [3, 4]);
}

/// The first few records of an agent, a rule and a verdict.
fn few(order: Order) -> Query {
    Query {
        filter: Filter {
            decisions: vec![Verdict::Block],
            rules: vec!["git.*".parse().unwrap()],
            agent_id: Some("agent-2".to_owned()),
            ..Filter::default()
        },
        order,
        start: None,
        limit: Some(5),
    }
}

/// How many records a query looks at, and what it finds.
fn looked_at(journal: &Journal, query: Query) -> (u64, Vec<u64>) {
    let mut scan = journal.scan(query);
    let mut found = Vec::new();
    while let Some(chunk) = scan.next_chunk().unwrap() {
        found.extend(positions(&chunk));
    }
    (scan.looked_at(), found)
}

#[test]
fn an_index_spares_looking_at_what_is_not_meant() {
    let tail = ROWS % INDEX_BLOCK_ROWS;
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let unlimited = Query {
            limit: None,
            ..few(order)
        };
        for query in [few(order), unlimited] {
            let expected = JOURNAL.expected(&query);
            let (all, found) = looked_at(&JOURNAL, query.clone());
            assert_eq!(found, expected);
            let (some, found) = looked_at(&INDEXED, query);
            assert_eq!(found, expected);
            assert!(all > 3 * tail, "{all}");
            assert!(some <= expected.len() as u64 + SCAN_ROWS, "{some} of {all}");
        }
    }
}

/// Within the slack of times the order of records says nothing, however many there are.
#[test]
fn an_index_spares_looking_at_what_is_too_early() {
    let late = JOURNAL.known.len() * 9 / 10;
    let query = Query {
        filter: Filter {
            from: Some(JOURNAL.known[late].time),
            ..Filter::default()
        },
        limit: Some(5),
        ..Query::default()
    };
    let expected = JOURNAL.expected(&query);
    let (all, found) = looked_at(&JOURNAL, query.clone());
    assert_eq!(found, expected);
    let (some, found) = looked_at(&INDEXED, query);
    assert_eq!(found, expected);
    assert!(some < all / 2, "{some} of {all}");
}

#[test]
fn an_index_that_is_gone_damaged_or_of_another_journal_changes_nothing() {
    let journal = Journal::of(ROWS);
    let path = journal.directory.path().join(INDEX_FILE);
    let of_another = || {
        let other = Journal::of(INDEX_BLOCK_ROWS * 2);
        let changed = "UPDATE record SET leaf = zeroblob(32) WHERE position = 1023";
        let database = rusqlite::Connection::open(other.directory.path().join("journal.db"));
        database.unwrap().execute(changed, []).unwrap();
        bring_up_to_date(other.directory.path()).unwrap();
        std::fs::read(other.directory.path().join(INDEX_FILE)).unwrap()
    };
    bring_up_to_date(journal.directory.path()).unwrap();
    let sound = std::fs::read(&path).unwrap();
    let mut damaged = sound.clone();
    damaged.iter_mut().skip(8192).for_each(|byte| *byte = 0x5a);
    let unlimited = Query {
        limit: None,
        ..few(Order::OldestFirst)
    };
    let expected = JOURNAL.expected(&unlimited);
    for bytes in [Vec::new(), b"nothing".to_vec(), damaged, of_another()] {
        std::fs::write(&path, bytes).unwrap();
        let (all, found) = looked_at(&journal, unlimited.clone());
        assert_eq!(found, expected);
        assert!(all >= ROWS - INDEX_BLOCK_ROWS, "{all}");
        // It is rebuilt.
        bring_up_to_date(journal.directory.path()).unwrap();
        let (some, found) = looked_at(&journal, unlimited.clone());
        assert_eq!(found, expected);
        assert!(some < all / 2, "{some} of {all}");
    }
}
