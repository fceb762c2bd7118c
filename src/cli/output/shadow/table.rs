//! A report for a terminal.

use std::fmt::Write as _;

use super::words;
use crate::cli::output::table::{self, Cell, Narrow};
use crate::cli::output::{Output, printable, style};
use crate::decision::Change;
use crate::shadow::report::{GroupReport, Report, RuleReport};

/// Groups of each class that are shown; all are in the JSON.
const MAX_GROUPS_SHOWN: usize = 12;
/// Rules that are shown of each kind.
const MAX_RULES_SHOWN: usize = 12;

const NARROW: Narrow<'static> = Narrow {
    cut: &[
        "first example",
        "rules",
        "what",
        "agents",
        "why",
        "masked by",
    ],
    drop: &["agents"],
};

pub(super) fn text(report: &Report, out: &Output) -> String {
    let mut text = String::new();
    head(report, &mut text);
    counts(report, out, &mut text);
    criteria(report, out, &mut text);
    groups(report, out, &mut text);
    never_exercised(report, &mut text);
    masked(report, out, &mut text);
    text
}

fn line(text: &mut String, line: impl AsRef<str>) {
    text.push_str(line.as_ref());
    text.push('\n');
}

fn heading(text: &mut String, title: &str) {
    line(text, "");
    line(text, style::paint(style::HEADING, title));
}

fn head(report: &Report, text: &mut String) {
    let status = words::status(report);
    let good = report.is_ready();
    let painted = style::paint(style::passed(good), status);
    line(text, format!("{painted}  {}", words::verdict(report)));
    for (what, policy) in [("active", &report.active), ("candidate", &report.candidate)] {
        let (id, version) = (printable(&policy.id), printable(&policy.version));
        let digest = policy.effective_digest.short();
        line(text, format!("{what:9}  {id} {version} ({digest})"));
    }
    let of = &report.denominators;
    let mut sentence = format!(
        "{:9}  {}: {} seen, {} sampled, {} compared",
        "source",
        printable(&words::source(report)),
        words::grouped(of.seen),
        words::grouped(of.sampled),
        words::grouped(of.compared)
    );
    let others = [
        (of.dropped, "dropped"),
        (of.pending, "waiting"),
        (of.errored, "errored"),
        (of.not_replayable, "not replayable"),
    ];
    for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
        // Writing to a `String` can't fail.
        let _ = write!(sentence, ", {} {what}", words::grouped(count));
    }
    line(text, sentence);
    let seconds = report.observation.seconds;
    line(
        text,
        format!("{:9}  {}", "observed", words::duration(seconds)),
    );
    for warning in words::warnings(report) {
        line(text, style::paint(style::ERROR, warning));
    }
    if let Some(sentence) = words::unclear(report) {
        line(text, sentence);
    }
    for group in words::unclear_groups(report) {
        line(text, format!("  {}", printable(&group)));
    }
}

fn counts(report: &Report, out: &Output, text: &mut String) {
    heading(text, "What would change");
    let rows = Change::ALL.into_iter().map(|change| {
        let bound = report.bounds.of(change);
        vec![
            table::cell(style::change(change), change.as_str()),
            table::plain(words::grouped(report.counts.of(change))),
            table::plain(bound.map_or_else(String::new, words::bound)),
            table::plain(words::meaning(change)),
        ]
    });
    let header = ["class", "count", "of all such traffic (95%)", "meaning"];
    text.push_str(&table::lines(out, &header, rows.collect(), &NARROW));
}

fn criteria(report: &Report, out: &Output, text: &mut String) {
    heading(text, "Promotion criteria");
    let rows = report.criteria.iter().map(|criterion| {
        let met = if criterion.met { "met" } else { "not met" };
        vec![
            table::cell(style::passed(criterion.met), met),
            table::plain(criterion.name.as_str()),
            table::plain(&criterion.message),
        ]
    });
    let header = ["", "criterion", "why"];
    text.push_str(&table::lines(out, &header, rows.collect(), &NARROW));
}

fn groups(report: &Report, out: &Output, text: &mut String) {
    for change in Change::ALL {
        let groups: Vec<&GroupReport> = report.groups_of(change).collect();
        if groups.is_empty() {
            continue;
        }
        heading(
            text,
            &format!("{}: {}", words::title(change), words::meaning(change)),
        );
        let rows = groups.iter().take(MAX_GROUPS_SHOWN).map(|it| row(it));
        let header = [
            "count",
            "verdict",
            "what",
            "agents",
            "rules",
            "first example",
        ];
        text.push_str(&table::lines(out, &header, rows.collect(), &NARROW));
        let more = groups.len().saturating_sub(MAX_GROUPS_SHOWN);
        if more > 0 {
            line(
                text,
                format!("and {more} more groups; `--output json` has them all"),
            );
        }
    }
}

fn row(group: &GroupReport) -> Vec<Cell> {
    let key = &group.key;
    let example = group.examples.first();
    let example = example.map_or_else(String::new, |example| {
        let difference = words::difference(example);
        format!(
            "{}: {} ({difference})",
            example.position.number, example.text
        )
    });
    vec![
        table::plain(words::grouped(group.count)),
        table::cell(style::change(key.change), key.step()),
        table::plain(words::subject(key)),
        table::plain(words::agents(group)),
        table::plain(words::rules(key)),
        table::plain(example),
    ]
}

fn never_exercised(report: &Report, text: &mut String) {
    heading(text, "Never exercised");
    let never = &report.never_exercised;
    let classes = match never.required_classes.as_slice() {
        [] => "every required decision class occurred".to_owned(),
        classes => format!("required decision classes: {}", classes.join(", ")),
    };
    line(text, classes);
    let silent = never.candidate_rules;
    line(text, format!("{silent} rules of the candidate never fired"));
    for rule in never.new_candidate_rules.iter().take(MAX_RULES_SHOWN) {
        let rule = printable(&words::rule(rule));
        line(text, format!("  new, and nobody has seen it: {rule}"));
    }
    let more = never
        .new_candidate_rules
        .len()
        .saturating_sub(MAX_RULES_SHOWN);
    if more > 0 {
        line(text, format!("  and {more} more new ones"));
    }
}

fn masked(report: &Report, out: &Output, text: &mut String) {
    let rules = &report.ledger.candidate.rules;
    let is_masked = |rule: &&RuleReport| rule.fired > 0 && rule.decisive == 0;
    let mut masked: Vec<&RuleReport> = rules.iter().filter(is_masked).collect();
    if masked.is_empty() {
        return;
    }
    masked.sort_by(|a, b| b.fired.cmp(&a.fired).then_with(|| a.rule.cmp(&b.rule)));
    heading(text, "Rules of the candidate that fired and never decided");
    let rows = masked.iter().take(MAX_RULES_SHOWN).map(|rule| {
        let by = rule.masked_by.iter().map(|by| words::rule(&by.rule));
        vec![
            table::plain(words::grouped(rule.fired)),
            table::plain(words::rule(&rule.rule)),
            table::plain(by.collect::<Vec<_>>().join(", ")),
        ]
    });
    let header = ["fired", "rule", "masked by"];
    text.push_str(&table::lines(out, &header, rows.collect(), &NARROW));
}
