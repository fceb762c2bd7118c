//! What a day looks like: its mix, its hours, and what the baseline says of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use cavra::action::ActionType;
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;
use cavra::engine::Policy;
use cavra::library::Library;
use cavra::traffic::{Intent, PerMillion, Profile, Rates, Summary, TrafficOptions};
use jiff::SignedDuration;

use super::support::{PROFILES, agents, events, monday, options};

fn summary(options: &TrafficOptions, actions: usize) -> Summary {
    let mut summary = Summary::default();
    events(options)
        .take(actions)
        .for_each(|event| summary.count(&event));
    summary
}

#[test]
fn rates_are_kept() {
    const ACTIONS: u32 = 100_000;
    let rate = |millionths| PerMillion::new(millionths).unwrap();
    let cases = [
        Rates::default(),
        Rates::NONE,
        Rates {
            risky: rate(100_000),
            dangerous: rate(50_000),
            evasion: rate(10_000),
        },
        Rates {
            risky: PerMillion::ZERO,
            dangerous: rate(1_000_000),
            evasion: PerMillion::ZERO,
        },
    ];
    for rates in cases {
        let options = TrafficOptions {
            rates,
            ..options(11)
        };
        let summary = summary(&options, usize::try_from(ACTIONS).unwrap());
        assert_eq!(summary.actions, u64::from(ACTIONS));
        for (intent, rate) in [
            (Intent::Risky, rates.risky),
            (Intent::Dangerous, rates.dangerous),
            (Intent::Evasion, rates.evasion),
        ] {
            let share = f64::from(rate.millionths()) / 1e6;
            let expected = share * f64::from(ACTIONS);
            // Five standard deviations of as many independent draws.
            let bound = 5.0 * (expected * (1.0 - share)).sqrt();
            let found = f64::from(u32::try_from(summary.of_intent(intent)).unwrap());
            assert!(
                (found - expected).abs() <= bound,
                "{rates:?}: {found} {intent:?}"
            );
        }
    }
}

#[test]
fn reads_come_before_edits_before_commands_and_the_rest_is_rare() {
    for profile in PROFILES {
        let options = TrafficOptions {
            profile,
            ..options(12)
        };
        let summary = summary(&options, 50_000);
        let percent = |action_type| {
            let counts = Intent::ALL.map(|intent| summary.of(action_type, intent));
            counts.iter().sum::<u64>() * 100 / summary.actions
        };
        for (action_type, shares) in [
            (ActionType::ReadFile, 45..=70),
            (ActionType::WriteFile, 10..=25),
            (ActionType::ExecuteCommand, 15..=35),
            (ActionType::GitOperation, 0..=3),
            (ActionType::McpToolCall, 0..=3),
        ] {
            let share = percent(action_type);
            assert!(
                shares.contains(&share),
                "{profile:?}: {share}% {action_type:?}"
            );
        }
        assert!(summary.of(ActionType::GitOperation, Intent::Routine) > 0);
        assert!(summary.programs().len() > 15);
    }
}

#[test]
fn a_few_files_are_read_most_and_many_at_times() {
    let mut reads: BTreeMap<String, u32> = BTreeMap::new();
    let mut all = 0;
    for event in events(&options(13)).take(60_000) {
        if event.action.action_type() == ActionType::ReadFile {
            let root = event.action.field("workspace_root").unwrap();
            let repository = root.rsplit_once('/').unwrap().1;
            let target = event.action.target();
            let file = target.strip_prefix(root).map_or(target, |it| &it[1..]);
            *reads.entry(format!("{repository}:{file}")).or_default() += 1;
            all += 1;
        }
    }
    let mut counts: Vec<u32> = reads.into_values().collect();
    counts.sort_unstable_by(|one, other| other.cmp(one));
    assert!(counts.len() > 300, "{} files", counts.len());
    let top: u32 = counts.iter().take(counts.len() / 10).sum();
    let share = top * 100 / all;
    assert!(
        (30..80).contains(&share),
        "a tenth of the files has {share}%"
    );
}

#[test]
fn people_work_by_day_in_the_week_and_automation_always() {
    const HOUR_S: i64 = 3_600;
    let options = TrafficOptions {
        agents: agents(60),
        ..options(14)
    };
    let week = monday() + SignedDuration::from_hours(7 * 24);
    let (mut hours, mut weekend, mut all) = ([0_u32; 24], 0_u32, 0_u32);
    let mut before = monday();
    for event in events(&options).take_while(|event| event.at < week) {
        assert!(event.at >= before);
        before = event.at;
        let seconds = event.at.as_second();
        hours[usize::try_from(seconds / HOUR_S % 24).unwrap()] += 1;
        // Saturday and Sunday in UTC: day 0 was a Thursday.
        weekend += u32::from((seconds / HOUR_S / 24 + 3) % 7 >= 5);
        all += 1;
    }
    let night: u32 = hours[0..4].iter().sum();
    let day: u32 = hours[9..13].iter().sum();
    assert!(day > 2 * night && night > 0, "{hours:?}");
    assert!(weekend > 0 && weekend * 10 < all, "{weekend} of {all}");
    // Bursts: many agents do something, and each of them several hundred times a day.
    assert!((60 * 5 * 200..60 * 7 * 2_000).contains(&all), "{all}");
}

/// The verdicts of the baseline, for each intent.
fn verdicts(profile: Profile, rates: Rates) -> BTreeMap<(Intent, Verdict), u32> {
    let packs = format!("{}/policy-packs", env!("CARGO_MANIFEST_DIR"));
    let library = Library::open(&[packs.into()]).unwrap();
    let pack = library.effective("cavra-ai-agent-baseline").unwrap();
    let authority = Authority::new(Arc::new(Policy::compile(pack).unwrap()), None);
    let options = TrafficOptions {
        profile,
        rates,
        ..options(15)
    };
    let mut verdicts = BTreeMap::new();
    for event in events(&options).take(10_000) {
        let (intent, action) = (event.intent, Arc::new(event.action));
        let decided = authority
            .decide(Arc::clone(&action), Ask::default())
            .unwrap();
        let verdict = decided.decision.verdict();
        let calls = action.action_type() == ActionType::McpToolCall;
        match intent {
            // The baseline knows no server.
            // An agent that formats in a folder of pipelines changes one, whatever was meant.
            Intent::Routine | Intent::Risky => {
                let pipelines = action.place.cwd.as_deref().unwrap_or_default();
                let formats = pipelines.contains(".github") || action.target().contains(".github");
                assert!(verdict != Verdict::Block || calls || formats, "{action:?}");
            }
            Intent::Dangerous => assert_eq!(verdict, Verdict::Block, "{action:?}"),
            Intent::Evasion => assert!(verdict >= Verdict::RequireApproval, "{action:?}"),
        }
        *verdicts.entry((intent, verdict)).or_default() += 1;
    }
    verdicts
}

#[test]
fn the_baseline_allows_most_of_a_day_and_blocks_little() {
    for profile in PROFILES {
        let verdicts = verdicts(profile, Rates::default());
        let of = |verdict| -> u32 {
            let counts = verdicts.iter().filter(|((_, it), _)| *it == verdict);
            counts.map(|(_, count)| count).sum()
        };
        let allowed = of(Verdict::Allow);
        assert!(
            (7_000..=9_000).contains(&allowed),
            "{profile:?}: {verdicts:?}"
        );
        let blocked = of(Verdict::Block);
        assert!((20..=300).contains(&blocked), "{profile:?}: {verdicts:?}");
    }
}

#[test]
fn the_baseline_allows_nothing_that_was_meant_to_harm() {
    let rate = |millionths| PerMillion::new(millionths).unwrap();
    let rates = Rates {
        risky: rate(200_000),
        dangerous: rate(400_000),
        evasion: rate(400_000),
    };
    for profile in PROFILES {
        // `verdicts` looks at each.
        let verdicts = verdicts(profile, rates);
        assert!(verdicts[&(Intent::Dangerous, Verdict::Block)] > 3_000);
        assert!(verdicts[&(Intent::Evasion, Verdict::Block)] > 1_000);
    }
}
