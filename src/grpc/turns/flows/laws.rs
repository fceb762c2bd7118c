//! The laws of turns, on flows without threads: work is done one piece after the other.

use std::collections::HashMap;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Flow, Flows, Waiting};

const QUANTUM: Duration = Duration::from_millis(2);

fn flows(paths: &[[u64; 3]], costs: &[Vec<u64>]) -> Flows<u64> {
    let mut flows = Flows::new(QUANTUM);
    for (path, costs) in paths.iter().zip(costs) {
        for cost in costs {
            put(&mut flows, *path, *cost, true);
        }
    }
    flows
}

/// Levels differ by their number only: here all are calls.
fn path(path: [u64; 3]) -> [Flow; 3] {
    path.map(Flow::Call)
}

fn put(flows: &mut Flows<u64>, of: [u64; 3], cost: u64, small: bool) {
    let waiting = Waiting {
        id: cost,
        small,
        expected: Duration::from_micros(cost / 2),
        work: cost,
    };
    flows.push(&path(of), 0, waiting, QUANTUM);
}

/// Does one piece of work; answers whose it was and what it did cost.
fn serve(flows: &mut Flows<u64>) -> Option<(Vec<Flow>, u64)> {
    let mut path = Vec::new();
    let work = flows.take(&mut path, QUANTUM)?.work;
    flows.finish(&path, Duration::from_micros(work));
    Some((path, work))
}

proptest! {
    /// Two flows that always have work waiting differ in what was done for them by no more than
    /// a quantum and twice the greatest piece, over any interval; from their start, by no more
    /// than a quantum and one piece. At every level.
    #[test]
    fn who_always_has_work_gets_as_much_as_others(
        level in 0_usize..3,
        costs in vec(vec(1_u64..60_000, 100), 2..5),
    ) {
        let paths: Vec<[u64; 3]> = (0..costs.len() as u64)
            .map(|number| {
                let mut path = [7; 3];
                path[level] = number;
                path[level..].fill(number);
                path
            })
            .collect();
        let mut flows = flows(&paths, &costs);
        let mut served = vec![vec![0; paths.len()]];
        while paths.iter().all(|it| flows.waiting_at(&path(*it)) > 0) {
            let (way, cost) = serve(&mut flows).unwrap();
            let mut sums = served.last().unwrap().clone();
            let number = paths.iter().position(|it| way == path(*it)).unwrap();
            sums[number] += cost;
            served.push(sums);
        }
        let greatest = costs.iter().flatten().max().unwrap();
        let quantum = u64::try_from(QUANTUM.as_micros()).unwrap();
        for (begin, before) in served.iter().enumerate().step_by(7) {
            let bound = quantum + greatest * if begin == 0 { 1 } else { 2 };
            for after in &served[begin..] {
                let gained = || after.iter().zip(before).map(|(after, before)| after - before);
                let spread = gained().max().unwrap() - gained().min().unwrap();
                prop_assert!(spread <= bound, "{spread} above {bound} from {begin} on");
            }
        }
    }

    /// Whatever waits is done, each piece once, in the order of its call; and there is no turn
    /// without work while any waits.
    #[test]
    fn all_work_is_done_once(work in vec(((0_u64..3, 0_u64..3, 0_u64..3), 1_u64..90_000), 1..200)) {
        let mut flows = Flows::new(QUANTUM);
        let mut expected: HashMap<Vec<Flow>, Vec<u64>> = HashMap::new();
        for ((peer, connection, call), cost) in work {
            let of = [peer, connection, call];
            put(&mut flows, of, cost, true);
            expected.entry(path(of).to_vec()).or_default().push(cost);
        }
        let mut done: HashMap<Vec<Flow>, Vec<u64>> = HashMap::new();
        while flows.waiting() > 0 {
            let (path, cost) = serve(&mut flows).unwrap();
            done.entry(path).or_default().push(cost);
        }
        prop_assert_eq!(done, expected);
        prop_assert!(serve(&mut flows).is_none());
    }

    /// Counts are right after any sequence of putting in, taking, withdrawing and finishing.
    #[test]
    fn counts_are_of_what_is_there(
        steps in vec((0_u8..4, (0_u64..2, 0_u64..3, 0_u64..2), any::<bool>()), 1..120),
    ) {
        let mut flows = Flows::new(QUANTUM);
        let mut there: Vec<([u64; 3], u64, bool)> = Vec::new();
        let mut under_way = Vec::new();
        for (id, (step, (peer, connection, call), small)) in (0..).zip(steps) {
            let of = [peer, connection, call];
            let mut way = Vec::new();
            let taken = match step {
                0 => {
                    put(&mut flows, of, id, small);
                    there.push((of, id, small));
                    None
                }
                1 => flows.take(&mut way, QUANTUM),
                2 => flows.take_reserved(&mut way),
                _ => {
                    let wanted = there.iter().position(|(place, ..)| *place == of);
                    let gone = wanted.map(|place| there.remove(place).1);
                    let id = gone.unwrap_or(u64::MAX);
                    prop_assert_eq!(flows.withdraw(&path(of), id).is_some(), gone.is_some());
                    None
                }
            };
            if let Some(work) = taken {
                there.retain(|(_, id, _)| *id != work.id);
                under_way.push(way);
            } else if let Some(way) = under_way.pop() {
                flows.finish(&way, Duration::from_millis(3));
            }
            prop_assert_eq!(flows.waiting(), there.len());
            prop_assert_eq!(flows.small, there.iter().filter(|(_, _, small)| *small).count());
            prop_assert_eq!(flows.running, under_way.len());
        }
    }
}

/// One big piece at a time, never two waiting, gets no more than its share.
#[test]
fn who_waits_with_one_piece_at_a_time_pays_as_well() {
    let (greedy, modest) = ([1; 3], [2; 3]);
    let mut flows = flows(&[modest], &[vec![1_000; 2_000]]);
    let mut of_greedy = 0;
    let mut of_all = 0;
    for _ in 0..500 {
        if flows.waiting_at(&path(greedy)) == 0 {
            put(&mut flows, greedy, 50_000, true);
        }
        let (path, cost) = serve(&mut flows).unwrap();
        of_all += cost;
        of_greedy += if path == super::laws::path(greedy) {
            cost
        } else {
            0
        };
    }
    assert!(of_greedy <= of_all / 2 + 50_000, "{of_greedy} of {of_all}");
}

/// The reserved turn is for small work of a party without work under way and without debts.
#[test]
fn the_reserved_turn_is_kept_for_newcomers() {
    let (busy, big, newcomer) = ([1; 3], [2; 3], [3; 3]);
    let mut flows = flows(&[busy], &[vec![1; 8]]);
    let mut way = Vec::new();
    assert!(flows.take(&mut way, QUANTUM).is_some());
    put(&mut flows, big, 1, false);
    assert!(flows.take_reserved(&mut Vec::new()).is_none());
    put(&mut flows, newcomer, 9, true);
    let taken = flows.take_reserved(&mut Vec::new());
    assert_eq!(taken.map(|taken| taken.work), Some(9));

    flows.finish(&way, 3 * QUANTUM);
    assert!(
        flows.take_reserved(&mut Vec::new()).is_none(),
        "it has debts"
    );
}

/// However many come as new parties, the one that wants least has the reserved turn.
#[test]
fn the_reserved_turn_is_for_the_least_work() {
    let mut flows = Flows::new(QUANTUM);
    for connection in 0..300 {
        put(&mut flows, [connection; 3], 20_000, true);
    }
    put(&mut flows, [1_000; 3], 3, false);
    put(&mut flows, [1_001; 3], 2_000, true);
    let next = |flows: &mut Flows<u64>| flows.take_reserved(&mut Vec::new()).unwrap().work;
    assert_eq!(next(&mut flows), 2_000);
    assert_eq!(next(&mut flows), 20_000);
}

#[test]
fn debts_are_forgiven_where_nobody_waits() {
    let mut flows = flows(&[[1; 3]], &[vec![1_000_000]]);
    assert!(serve(&mut flows).is_some());
    flows.forgive();
    assert!(flows.below.is_empty() && flows.ring.is_empty());
}
