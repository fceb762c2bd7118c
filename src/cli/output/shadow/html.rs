//! A report as one HTML file that needs no network and holds no script. Every text from
//! outside goes through maud, which escapes it, and through `printable`, since a direction
//! override could make a command read like another.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{charts, words};
use crate::cli::output::printable;
use crate::decision::Change;
use crate::shadow::compare::group::Example;
use crate::shadow::compare::rule_counts::Rule;
use crate::shadow::report::criteria::Criterion;
use crate::shadow::report::{GroupReport, PolicyRef, Report, RuleReport};

const STYLE: &str = include_str!("report.css");
/// Nothing is fetched, sent or run.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/// Groups in the table; all are in the JSON.
const MAX_GROUPS_SHOWN: usize = 60;
/// Rules in each table.
const MAX_RULES_SHOWN: usize = 30;

pub(super) fn text(report: &Report) -> String {
    page(report).into_string()
}

fn page(report: &Report) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(CONTENT_SECURITY_POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { "Shadow report: " (shown(&report.candidate.id)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (head(report))
                    (lead(report))
                    (tiles(report))
                    (criteria(report))
                    (dangerous(report))
                    (plots(report))
                    (groups(report))
                    (never_exercised(report))
                    (masked(report))
                    (details(report))
                }
            }
        }
    }
}

fn shown(text: &str) -> String {
    printable(text)
}

fn head(report: &Report) -> Markup {
    let ready = report.is_ready();
    let class = if ready { "badge good" } else { "badge bad" };
    html! {
        header {
            div {
                h1 { "Shadow report" }
                p.quiet {
                    "If " strong { (shown(&report.candidate.id)) " " (shown(&report.candidate.version)) }
                    " replaced " strong { (shown(&report.active.id)) " " (shown(&report.active.version)) }
                    ". Nothing that the candidate said was enforced."
                }
            }
            div class=(class) { (words::status(report)) }
        }
    }
}

fn lead(report: &Report) -> Markup {
    let class = match (report.denominators.compared, report.counts.loosened) {
        (0, _) => "lead",
        (_, 0) => "lead fine",
        _ => "lead danger",
    };
    html! {
        div class=(class) {
            (words::verdict(report))
            @for warning in words::warnings(report) {
                p.bad { (warning) }
            }
        }
    }
}

/// The part of a CSS class name for a change.
fn suffix(change: Change) -> &'static str {
    charts::class(change).trim_start_matches("c-")
}

fn tiles(report: &Report) -> Markup {
    html! {
        div.tiles {
            @for change in Change::ALL {
                @let count = report.counts.of(change);
                @let some = if count > 0 { "some" } else { "" };
                div class=(format!("tile t-{} {some}", suffix(change))) {
                    span { (words::title(change)) }
                    b { (words::grouped(count)) }
                    span { (words::meaning(change)) }
                    @if let Some(bound) = report.bounds.of(change) {
                        span { (words::bound(bound)) " of such traffic" }
                    }
                }
            }
        }
    }
}

fn criteria(report: &Report) -> Markup {
    let met = report.criteria.iter().filter(|it| it.met).count();
    html! {
        section {
            h2 { "Promotion criteria" }
            p { (met) " of " (report.criteria.len()) " are met. All must be, before the candidate may become active." }
            table {
                @for it in &report.criteria { (criterion(it)) }
            }
        }
    }
}

fn criterion(it: &Criterion) -> Markup {
    html! {
        tr {
            @if it.met { td.mark.good { "✓ met" } } @else { td.mark.bad { "✗ not met" } }
            td { (it.name.as_str().replace('_', " ")) }
            td { (shown(&it.message)) }
        }
    }
}

/// What a board must look at before anything else.
fn dangerous(report: &Report) -> Markup {
    let groups: Vec<&GroupReport> = report.groups_of(Change::Loosened).collect();
    if groups.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "What agents could do that they can't do now" }
            p { "The dangerous direction. Each of these groups needs somebody who answers for it." }
            (group_table(&groups))
        }
    }
}

fn plots(report: &Report) -> Markup {
    html! {
        section {
            h2 { "Divergence over time" }
            @if report.observation.seconds > 0 {
                p { (words::duration(report.observation.seconds)) " with traffic; minutes without any don't count." }
            }
            (charts::timeline(report))
            (legend(&[Change::Loosened, Change::CandidateError, Change::Tightened, Change::ReasonChanged, Change::Same]))
        }
        div.two {
            section {
                h2 { "Verdict against verdict" }
                p { "Rows: what was decided. Columns: what the candidate decides. The shade follows the logarithm." }
                (charts::matrix(report))
                (legend(&[Change::Loosened, Change::Tightened, Change::CandidateError, Change::Same]))
            }
            section {
                h2 { "Top groups" }
                p { "The dangerous ones first, then the largest. Lengths follow the logarithm." }
                (charts::top_groups(report))
            }
        }
    }
}

fn legend(changes: &[Change]) -> Markup {
    html! {
        div.legend {
            @for change in changes {
                span { i class=(format!("i-{}", suffix(*change))) {} (words::title(*change).to_lowercase()) }
            }
        }
    }
}

fn groups(report: &Report) -> Markup {
    let others = report.groups.iter();
    let others: Vec<&GroupReport> = others
        .filter(|group| group.key.change != Change::Loosened)
        .collect();
    let beyond = &report.group_overflow;
    let beyond =
        beyond.loosened + beyond.candidate_error + beyond.tightened + beyond.reason_changed;
    html! {
        section {
            h2 { "Everything else that would change" }
            @if others.is_empty() {
                p.empty { "Nothing." }
            } @else {
                p { (others.len()) " groups by verdicts, rules and entries, operation and section of the pack." }
                (group_table(&others))
            }
            @if beyond > 0 {
                p.bad { (words::grouped(beyond)) " more divergences are in groups beyond the limit; they are counted above." }
            }
        }
    }
}

fn group_table(groups: &[&GroupReport]) -> Markup {
    let more = groups.len().saturating_sub(MAX_GROUPS_SHOWN);
    html! {
        table {
            tr { th {} th.n { "count" } th { "verdict" } th { "action" } th { "section" } th { "rules and examples" } }
            @for group in groups.iter().take(MAX_GROUPS_SHOWN) { (group_row(group)) }
        }
        @if more > 0 { p.quiet { "and " (more) " more groups, in the JSON" } }
    }
}

fn group_row(group: &GroupReport) -> Markup {
    let key = &group.key;
    html! {
        tr {
            td { span class=(format!("pill p-{}", suffix(key.change))) { (words::title(key.change).to_lowercase()) } }
            td.n { (words::grouped(group.count)) }
            td { (key.step()) }
            td {
                (shown(&words::subject(key)))
                br; span.quiet { (shown(&words::agents(group))) }
            }
            td { (key.section.as_str()) }
            td {
                code { (shown(&words::rules(key))) }
                @if group.explained { " " span.pill.good { "explained" } }
                @if let Some(first) = group.examples.first() { p { (example(first)) } }
                @if group.examples.len() > 1 {
                    details {
                        summary { (group.examples.len() - 1) " more examples; records " (group.first_position.number) " to " (group.last_position.number) }
                        ul { @for it in group.examples.iter().skip(1) { li { (example(it)) } } }
                    }
                }
            }
        }
    }
}

fn example(example: &Example) -> Markup {
    html! {
        span.quiet { "#" (example.position.number) " " }
        code { (shown(&example.text)) }
        @if let Some(at) = example.at { span.quiet { " " (at) } }
        br;
        span.quiet { (shown(&words::difference(example))) }
    }
}

fn never_exercised(report: &Report) -> Markup {
    let never = &report.never_exercised;
    let new = never.new_candidate_rules.iter().take(MAX_RULES_SHOWN);
    let more = never
        .new_candidate_rules
        .len()
        .saturating_sub(MAX_RULES_SHOWN);
    html! {
        div.two {
            section {
                h2 { "Required decision classes" }
                p { "What the traffic must have tried before it proves anything." }
                table {
                    tr { th { "class" } th { "rules" } th.n { "samples" } }
                    @for class in &report.required_classes {
                        tr {
                            td { (class.case_id) }
                            td { (class.decision.as_str()) " by " code { (class.rules) "…" } }
                            @if class.samples == 0 { td.n.bad { "never" } } @else { td.n { (words::grouped(class.samples)) } }
                        }
                    }
                }
            }
            section {
                h2 { "What nobody has seen yet" }
                p { (words::grouped(never.candidate_rules)) " rules of the candidate never fired; new among them:" }
                @if never.new_candidate_rules.is_empty() {
                    p.empty { "None: every new rule was exercised." }
                } @else {
                    ul { @for it in new { li { (rule(it)) } } }
                    @if more > 0 { p.quiet { "and " (more) " more" } }
                }
            }
        }
    }
}

fn rule(rule: &Rule) -> Markup {
    html! {
        code { (shown(&rule.rule_id)) }
        @if let Some(pattern) = &rule.pattern { " " code { "`" (shown(pattern)) "`" } }
        span.quiet { " from " (shown(&rule.origin)) }
    }
}

fn masked(report: &Report) -> Markup {
    let rules = &report.ledger.candidate.rules;
    let is_masked = |rule: &&RuleReport| rule.fired > 0 && rule.decisive == 0;
    let mut masked: Vec<&RuleReport> = rules.iter().filter(is_masked).collect();
    masked.sort_by(|a, b| b.fired.cmp(&a.fired).then_with(|| a.rule.cmp(&b.rule)));
    if masked.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "Masked rules of the candidate" }
            p { "They fired, and another rule decided every time: without them nothing would have changed." }
            table {
                tr { th.n { "fired" } th { "rule" } th { "masked by" } }
                @for it in masked.iter().take(MAX_RULES_SHOWN) {
                    tr {
                        td.n { (words::grouped(it.fired)) }
                        td { (rule(&it.rule)) }
                        td {
                            @for by in &it.masked_by { div { (rule(&by.rule)) " × " (words::grouped(by.count)) } }
                        }
                    }
                }
            }
        }
    }
}

fn details(report: &Report) -> Markup {
    let of = &report.denominators;
    let numbers = [
        ("seen", of.seen),
        ("sampled", of.sampled),
        ("compared", of.compared),
        ("dropped", of.dropped),
        ("waiting", of.pending),
        ("errored", of.errored),
        ("not replayable", of.not_replayable),
    ];
    html! {
        div.two {
            section {
                h2 { "Of how many" }
                p { "From " (shown(&words::source(report))) "." }
                @if let Some(sentence) = words::unclear(report) {
                    p { (sentence) }
                    @for group in words::unclear_groups(report) { p { (shown(&group)) } }
                }
                table {
                    @for (what, count) in numbers { tr { td { (what) } td.n { (words::grouped(count)) } } }
                }
            }
            section {
                h2 { "Which policies" }
                p { "Everything here is bound to these effective digests." }
                dl {
                    (policy("active", &report.active))
                    (policy("candidate", &report.candidate))
                    dt { "facts" } dd.mono { (shown(&report.facts_version)) }
                    @if let Some(engine) = report.engine_digest {
                        dt { "engine" } dd.mono.quiet { (engine) }
                    }
                }
            }
        }
        footer {
            p {
                "Bounds are one-sided at 95%, for traffic like this: 3/n where none was seen (rule of three), the upper end of Wilson's score interval otherwise. "
                "Examples show programs, options' names, paths and refs; values are left out. "
                (shown(&report.schema_version))
            }
        }
    }
}

fn policy(what: &str, policy: &PolicyRef) -> Markup {
    html! {
        dt { (what) }
        dd {
            (shown(&policy.id)) " " (shown(&policy.version))
            br; span.mono.quiet { (policy.effective_digest) }
        }
    }
}
