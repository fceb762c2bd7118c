//! Filters, orders and limits against all rows looked at one by one.

use std::collections::BTreeMap;

use cavra::action::ActionType;
use cavra::canonical::Digest;
use cavra::decision::{Change, Verdict};
use cavra::journal::index::{INDEX_BLOCK_ROWS, INDEX_FILE, bring_up_to_date};
use cavra::journal::limits::{SCAN_ROWS, TIME_SLACK};
use cavra::journal::merkle_log::leaf_hash;
use cavra::journal::query::{
    DiskUse, EntryKind, Filter, Gathering, JournalEntry, LastFew, Order, Query, RecordRef,
    Resolved, find,
};
use cavra::journal::record::{Entry, Record, Recorder, Replayable};
use cavra::journal::store::Reader;
use cavra::redaction::Redaction;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::common::KEY;
use crate::known::*;

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
        without_index: false,
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
        let query = Query { filter, order: Order::NewestFirst, start: None, limit: Some(count), without_index: false };
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
    store(journal.directory.path())
        .append(&more, &log_key(), Timestamp::now())
        .unwrap();
    assert!(scan.next_chunk().unwrap().is_none());
    scan.extend().unwrap();
    assert_eq!(positions(&scan.next_chunk().unwrap().unwrap()), [3, 4]);
}

/// The first few records of an agent, a rule and a verdict.
pub(crate) fn few(order: Order) -> Query {
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
        without_index: false,
    }
}

/// How many records a query looks at, and what it finds.
pub(crate) fn looked_at(journal: &Journal, query: Query) -> (u64, Vec<u64>) {
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
