//! A tally as text.

use std::fmt::Write as _;

use cavra::journal::query::Counts;

use super::tables::Mark;
use super::tally::Tally;

/// Rows of one table.
const SHOWN: usize = 20;
/// Characters of a line that are shown.
const LINE_CHARACTERS: usize = 100;

/// Prints everything that was counted for one pack.
pub fn tally(pack: &str, tally: &Tally) {
    let friction = &tally.friction;
    println!("\n# {pack}\n");
    println!("actions                          {:>8}", friction.actions);
    println!(
        "asks per 100 actions             {:>8.2}",
        friction.asks_per_100_actions
    );
    println!("blocks                           {:>8}", friction.blocked);
    println!("commands                         {:>8}", friction.commands);
    println!(
        "commands that go ahead, of 100   {:>8.2}",
        friction.commands_allowed_per_100
    );
    println!("\nmark          allowed     asked   blocked");
    for (mark, [allowed, asked, blocked]) in &tally.by_mark {
        let mark = match mark {
            Mark::Harmless => "harmless",
            Mark::Look => "look",
            Mark::Dangerous => "dangerous",
        };
        println!("{mark:12}{allowed:>9}{asked:>10}{blocked:>10}");
    }
    println!("\nsource            actions     asked   allowed");
    for (source, counts) in &tally.by_source {
        let (actions, asked, allowed) = (counts.actions, counts.asked, counts.allowed);
        println!("{source:16}{actions:>9}{asked:>10}{allowed:>10}");
    }
    counts("asks by rule", &friction.by_rule);
    counts("asks by what is in the way", &friction.by_hindrance);
    counts("asks by severity", &friction.by_severity);
    println!("\nneedless asks by program");
    for (program, count) in tally.needless_programs().into_iter().take(SHOWN) {
        println!("{count:>8}  {program}");
    }
    println!("\nneedless asks by shape");
    for needless in tally.needless_first().into_iter().take(SHOWN) {
        println!("{:>8}  {}", needless.actions, short(&needless.example));
    }
    false_allows(tally);
}

fn counts(title: &str, counts: &Counts) {
    println!("\n{title}");
    let mut names: Vec<(&String, &u64)> = counts.names.iter().collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (name, count) in names.into_iter().take(SHOWN) {
        println!("{count:>8}  {name}");
    }
}

/// Prints in red what should never have been allowed.
pub fn false_allows(tally: &Tally) {
    for (text, count) in &tally.false_allows {
        println!(
            "\u{1b}[31mallowed though dangerous, {count} times: {}\u{1b}[0m",
            short(text)
        );
    }
}

/// The needless asks as a list, the most frequent first.
pub fn asked(tally: &Tally) -> String {
    let mut text = String::new();
    for needless in tally.needless_first() {
        let (actions, example) = (needless.actions, needless.example.replace('\n', "␤"));
        let hindrance = needless.hindrance.name();
        writeln!(
            text,
            "{actions:>6}  {example}\n        {hindrance}: {}",
            needless.reason
        )
        .unwrap();
    }
    text
}

fn short(text: &str) -> String {
    let line = text.replace('\n', "␤");
    line.chars().take(LINE_CHARACTERS).collect()
}
