//! Merging: the same for every split, every order and every grouping of the parts.

use std::sync::LazyLock;

use cavra::action::{Action, Request};
use cavra::shadow::compare::tally::Tally;
use proptest::prelude::*;

use super::support::{Judged, Maker, planted, tally};

static MAKER: LazyLock<Maker> = LazyLock::new(Maker::new);
static DAY: LazyLock<Vec<Judged>> = LazyLock::new(|| planted(&MAKER.pair));

/// Traffic in which every action of the day may come again and again.
fn traffic() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0..45_usize, 0..3_u8), 0..150)
}

fn part(traffic: &[(usize, u8)], which: u8) -> Tally {
    let of_part = traffic
        .iter()
        .enumerate()
        .filter(|(_, (_, part))| *part == which);
    let mut tally = Tally::new(3);
    for (place, (index, _)) in of_part {
        let judged = &DAY[*index];
        let mut observation = judged.observation();
        observation.position.number = place as u64;
        tally.record(&observation);
    }
    tally
}

fn bytes(tally: &Tally) -> String {
    String::from_utf8(MAKER.report(tally).to_canonical_bytes().unwrap()).unwrap()
}

fn merged(parts: impl IntoIterator<Item = Tally>) -> Tally {
    let mut all = Tally::new(3);
    parts.into_iter().for_each(|part| all.merge(part));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_make_the_whole_in_any_order_and_grouping(traffic in traffic()) {
        let all: Vec<(usize, u8)> = traffic.iter().map(|(index, _)| (*index, 0)).collect();
        let whole = bytes(&part(&all, 0));
        let parts = || [0, 1, 2].map(|which| part(&traffic, which));
        let [a, b, c] = parts();
        prop_assert_eq!(&bytes(&merged([a, b, c])), &whole);
        let [a, b, c] = parts();
        prop_assert_eq!(&bytes(&merged([c, a, b])), &whole);
        let [a, mut b, c] = parts();
        b.merge(c);
        prop_assert_eq!(&bytes(&merged([a, b])), &whole);
    }

    #[test]
    fn every_report_agrees_with_itself_and_reads_back(traffic in traffic()) {
        let report = MAKER.report(&part(&traffic, 0));
        prop_assert_eq!(report.contradictions(), Vec::<String>::new());
        let bytes = report.to_canonical_bytes().unwrap();
        let read: cavra::shadow::report::Report = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(read.to_canonical_bytes().unwrap(), bytes);
    }
}

/// More groups than a tally keeps: which are kept doesn't depend on the split, and what isn't
/// kept is counted.
#[test]
fn groups_beyond_the_limit_are_counted_whatever_the_split() {
    use cavra::shadow::limits::MAX_GROUPS;
    let count = 3 * MAX_GROUPS;
    let loosened = DAY
        .iter()
        .find(|it| it.want.as_str() == "loosened")
        .unwrap();
    let tightened = DAY
        .iter()
        .find(|it| it.want.as_str() == "tightened")
        .unwrap();
    let record = |tally: &mut Tally, number: usize| {
        // Few laxer ones come last, when there is no room left.
        let judged = if number < count { tightened } else { loosened };
        let agent_id = format!("agent-{}", number % 40);
        let path = format!("a.e{}", number * 7919 % count);
        let action = Action {
            request: Request::ReadFile { path },
            ..judged.action.clone()
        };
        let mut observation = judged.observation();
        observation.action = &action;
        observation.agent_id = Some(&agent_id);
        observation.position.number = number as u64;
        tally.record(&observation);
    };
    let mut whole = Tally::new(1);
    let mut halves = [Tally::new(1), Tally::new(1)];
    for number in 0..count + 10 {
        record(&mut whole, number);
        record(&mut halves[number % 2], number);
    }
    let [mut even, odd] = halves;
    even.merge(odd);
    assert_eq!(bytes(&even), bytes(&whole));
    let report = MAKER.report(&whole);
    assert_eq!(report.groups.len(), MAX_GROUPS);
    assert_eq!(report.counts.loosened, 10);
    assert_eq!(report.group_overflow.loosened, 0, "the dangerous ones stay");
    let kept = MAX_GROUPS as u64 - 10;
    assert_eq!(report.group_overflow.tightened, count as u64 - kept);
    assert_eq!(report.contradictions(), Vec::<String>::new());
}

#[test]
fn examples_are_those_with_the_least_positions() {
    let mut forwards = tally(DAY.iter());
    let backwards = tally(DAY.iter().rev());
    assert_eq!(bytes(&forwards), bytes(&backwards));
    forwards.merge(Tally::new(3));
    let report = MAKER.report(&forwards);
    let group = report
        .groups
        .iter()
        .max_by_key(|group| group.count)
        .unwrap();
    let positions: Vec<u64> = group.examples.iter().map(|it| it.position.number).collect();
    assert_eq!(group.first_position.number, positions[0]);
    assert!(
        positions.is_sorted() && positions.len() == 3,
        "{positions:?}"
    );
}
