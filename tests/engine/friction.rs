//! The traffic of the benchmark `friction`, in a small size: nothing dangerous is allowed by a
//! shipped pack, and what is counted adds up.

#![allow(dead_code, unreachable_pub, reason = "the benchmark uses the rest")]

#[path = "../../benches/friction/tables.rs"]
mod tables;
#[path = "../../benches/friction/tally.rs"]
mod tally;
#[path = "../../benches/friction/traffic.rs"]
mod traffic;

use cavra::engine::Policy;
use cavra::journal::query::Counts;

use crate::common;
use tables::{Mark, Tables};
use tally::Tally;
use traffic::Traffic;

/// Shapes that the tables hold at least.
const MIN_SHAPES: usize = 500;
/// Actions of a measurement that is small enough for a test.
const ACTIONS: usize = 1_500;

fn every_shape_once(tables: &Tables, policy: &Policy) -> Tally {
    let mut traffic = Traffic::new(tables, 0, true);
    let mut tally = Tally::default();
    for source in &tables.sources {
        for shape in &source.shapes {
            tally.add(policy, &traffic.fill(source, shape));
        }
    }
    tally
}

fn measured(tables: &Tables, policy: &Policy, seed: u64) -> Tally {
    let mut tally = Tally::default();
    for event in Traffic::new(tables, seed, true).take(ACTIONS) {
        tally.add(policy, &event);
    }
    tally
}

fn sum(counts: &Counts) -> u64 {
    counts.names.values().sum::<u64>() + counts.others
}

#[test]
fn no_shipped_pack_allows_what_is_marked_as_dangerous() {
    let tables = Tables::read();
    let library = common::library();
    let mut packs = 0;
    for id in library.ids() {
        let tally = every_shape_once(&tables, &common::policy(id));
        assert!(
            tally.false_allows.is_empty(),
            "{id}: {:?}",
            tally.false_allows
        );
        let dangerous: u64 = tally.by_mark[&Mark::Dangerous].iter().sum();
        assert!(dangerous >= 40, "{id}: only {dangerous} dangerous shapes");
        packs += 1;
    }
    assert!(packs >= 7, "only {packs} packs");
}

#[test]
fn what_is_counted_adds_up() {
    let tables = Tables::read();
    let shapes: usize = tables.sources.iter().map(|it| it.shapes.len()).sum();
    assert!(shapes >= MIN_SHAPES, "only {shapes} shapes");
    for id in ["cavra-ai-agent-baseline", "cavra-coding-agent"] {
        let tally = measured(&tables, &common::policy(id), 7);
        let friction = &tally.friction;
        let of_marks = |place: usize| tally.by_mark.values().map(|it| it[place]).sum::<u64>();
        let [allowed, asked, blocked] = [of_marks(0), of_marks(1), of_marks(2)];
        assert_eq!(friction.actions, ACTIONS as u64, "{id}");
        assert_eq!(friction.actions, allowed + asked + blocked, "{id}");
        assert_eq!((friction.asked, friction.blocked), (asked, blocked), "{id}");
        for counts in [
            &friction.by_rule,
            &friction.by_hindrance,
            &friction.by_severity,
        ] {
            assert_eq!(sum(counts), asked, "{id}");
        }
        let programs = friction.by_program.values().map(|it| it.commands);
        assert_eq!(programs.sum::<u64>(), friction.commands, "{id}");
        let sources = tally.by_source.values();
        assert_eq!(
            sources.map(|it| it.actions).sum::<u64>(),
            friction.actions,
            "{id}"
        );
        let needless = tally.needless.values().map(|it| it.actions);
        assert_eq!(
            needless.sum::<u64>(),
            tally.by_mark[&Mark::Harmless][1],
            "{id}"
        );
        let share = friction.asks_per_100_actions * friction.actions as f64 / 100.0;
        assert!(
            (share - asked as f64).abs() < 1.0,
            "{id}: {share} are not {asked}"
        );
    }
}

#[test]
fn a_seed_decides_what_is_measured() {
    let tables = Tables::read();
    let policy = common::policy("cavra-coding-agent");
    let one = measured(&tables, &policy, 1);
    assert_eq!(one, measured(&tables, &policy, 1));
    assert_ne!(one, measured(&tables, &policy, 2));
}
