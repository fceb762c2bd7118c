//! Plots as SVG, drawn on this side: the file holds no script.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::words;
use crate::cli::output::printable;
use crate::decision::{Change, Verdict};
use crate::shadow::compare::timeline::TimelinePoint;
use crate::shadow::report::{GroupReport, MatrixCell, Report};

/// Units across a plot; it is scaled to the width of the page.
const WIDTH: f64 = 1000.0;
/// Groups that are drawn.
const MAX_BARS: usize = 8;
/// Characters of a bar's label.
const MAX_LABEL_CHARS: usize = 72;

/// The class of an element that has a change's colour.
pub(super) fn class(change: Change) -> &'static str {
    match change {
        Change::Loosened => "c-loosened",
        Change::CandidateError => "c-error",
        Change::Tightened => "c-tightened",
        Change::ReasonChanged => "c-reason",
        Change::Same => "c-same",
    }
}

/// A length in a plot, with as many digits as can be seen.
fn units(length: f64) -> String {
    format!("{length:.1}")
}

#[expect(clippy::cast_precision_loss, reason = "a plot is no calculation")]
fn float(number: u64) -> f64 {
    number as f64
}

/// Divergences over time, above the traffic that they happened in.
pub(super) fn timeline(report: &Report) -> Markup {
    let points = &report.timeline.points;
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return html! {
            p.empty { "The actions don't say when they were decided, so there is nothing to plot over time." }
        };
    };
    let width = report.timeline.point_seconds;
    let start = first.from.as_second();
    let span = last.from.as_second() - start + width;
    let columns = float(u64::try_from(span / width.max(1)).unwrap_or(1).max(1));
    let step = WIDTH / columns;
    let at = |point: &TimelinePoint| {
        let offset = (point.from.as_second() - start) / width.max(1);
        float(u64::try_from(offset).unwrap_or_default()) * step
    };
    let divergences = |it: &TimelinePoint| it.compared.saturating_sub(same(it));
    let most = points.iter().map(divergences).max().unwrap_or(1).max(1);
    let busiest = points
        .iter()
        .map(|it| it.compared)
        .max()
        .unwrap_or(1)
        .max(1);
    let bar = (step * 0.82).max(0.6);
    html! {
        svg viewBox="0 0 1000 270" role="img" aria-label="divergences over time" {
            @for share in [0.0, 0.5, 1.0] {
                @let y = 180.0 - 160.0 * share;
                line.grid x1="0" x2="1000" y1=(units(y)) y2=(units(y)) {}
            }
            @for point in points {
                @for (change, y, height) in stack(point, most) {
                    rect class=(class(change)) x=(units(at(point))) y=(units(y)) width=(units(bar)) height=(units(height)) {
                        title { (point.from) ": " (words::title(change)) }
                    }
                }
                @let height = 40.0 * float(point.compared) / float(busiest);
                rect.c-same x=(units(at(point))) y=(units(240.0 - height)) width=(units(bar)) height=(units(height)) {
                    title { (point.from) ": " (words::grouped(point.compared)) " compared" }
                }
            }
            text.tick x="0" y="14" { (words::grouped(most)) " divergences in " (words::duration(width.unsigned_abs())) }
            text.tick x="0" y="196" { "traffic, at most " (words::grouped(busiest)) }
            text.tick x="0" y="262" { (moment(first)) }
            text.tick.end x="1000" y="262" { (moment(last)) }
        }
    }
}

fn moment(point: &TimelinePoint) -> String {
    let time = point.from.to_zoned(TimeZone::UTC);
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn same(point: &TimelinePoint) -> u64 {
    let diverging = point.loosened + point.candidate_error + point.tightened + point.reason_changed;
    point.compared.saturating_sub(diverging)
}

/// The bars of one point, the dangerous ones at the bottom, where they are compared best.
fn stack(point: &TimelinePoint, most: u64) -> Vec<(Change, f64, f64)> {
    let parts = [
        (Change::Loosened, point.loosened),
        (Change::CandidateError, point.candidate_error),
        (Change::Tightened, point.tightened),
        (Change::ReasonChanged, point.reason_changed),
    ];
    let mut base = 180.0;
    let mut bars = Vec::new();
    for (change, count) in parts.into_iter().filter(|(_, count)| *count > 0) {
        // What is there can be seen.
        let height = (160.0 * float(count) / float(most)).max(1.5);
        base -= height;
        bars.push((change, base, height));
    }
    bars
}

/// What was decided against what the candidate decides.
pub(super) fn matrix(report: &Report) -> Markup {
    let verdicts: Vec<Verdict> = Verdict::ALL
        .into_iter()
        .rev()
        .filter(|verdict| is_drawn(report, *verdict))
        .collect();
    let columns: Vec<Option<Verdict>> = verdicts.iter().copied().map(Some).chain([None]).collect();
    let width = 130 + 150 * columns.len();
    let height = 60 + 78 * verdicts.len();
    let most = report.matrix.iter().map(|cell| cell.count).max();
    let scale = float(most.unwrap_or(1)).ln_1p();
    let count = |active, candidate| {
        let mut cells = report.matrix.iter();
        let cell = cells.find(|cell| cell.active == active && cell.candidate == candidate);
        cell.map_or(0, |cell| cell.count)
    };
    let place = |index: usize| float(index as u64);
    html! {
        svg.matrix viewBox=(format!("0 0 {width} {height}")) role="img" aria-label="active against candidate verdict" {
            text.axis x="130" y="18" { "candidate →" }
            text.axis x="2" y="18" { "active ↓" }
            @for (x, candidate) in columns.iter().enumerate() {
                @let middle = 130.0 + 150.0 * place(x) + 71.0;
                text.tick x=(units(middle)) y="46" text-anchor="middle" { (short(*candidate)) }
            }
            @for (y, active) in verdicts.iter().enumerate() {
                @let top = 58.0 + 78.0 * place(y);
                text.tick x="118" y=(units(top + 42.0)) text-anchor="end" { (short(Some(*active))) }
                @for (x, candidate) in columns.iter().enumerate() {
                    @let count = count(*active, *candidate);
                    @let left = 130.0 + 150.0 * place(x);
                    @let strength = if count == 0 { 0.0 } else { 0.18 + 0.72 * float(count).ln_1p() / scale };
                    rect.cell x=(units(left)) y=(units(top)) width="143" height="71" rx="6" {}
                    @if count > 0 {
                        rect class=(cell_class(*active, *candidate)) x=(units(left)) y=(units(top)) width="143" height="71" rx="6" fill-opacity=(format!("{strength:.2}")) {}
                        text.number x=(units(left + 71.5)) y=(units(top + 43.0)) text-anchor="middle" { (words::grouped(count)) }
                    }
                }
            }
        }
    }
}

/// The common verdicts, and whatever occurs.
fn is_drawn(report: &Report, verdict: Verdict) -> bool {
    let common = [Verdict::Allow, Verdict::RequireApproval, Verdict::Block];
    let occurs = |cell: &MatrixCell| cell.active == verdict || cell.candidate == Some(verdict);
    common.contains(&verdict) || report.matrix.iter().any(occurs)
}

fn short(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Allow) => "allow",
        Some(Verdict::AuditOnly) => "audit only",
        Some(Verdict::Warn) => "warn",
        Some(Verdict::AllowWithAttestation) => "attestation",
        Some(Verdict::RequireApproval) => "approval",
        Some(Verdict::Block) => "block",
        None => "no verdict",
    }
}

fn cell_class(active: Verdict, candidate: Option<Verdict>) -> &'static str {
    class(match candidate.map(|candidate| candidate.cmp(&active)) {
        None => Change::CandidateError,
        Some(std::cmp::Ordering::Less) => Change::Loosened,
        Some(std::cmp::Ordering::Greater) => Change::Tightened,
        Some(std::cmp::Ordering::Equal) => Change::Same,
    })
}

/// The groups that matter most.
pub(super) fn top_groups(report: &Report) -> Markup {
    let groups: Vec<&GroupReport> = report.groups.iter().take(MAX_BARS).collect();
    if groups.is_empty() {
        return html! { p.empty { "Nothing would change." } };
    }
    let most = groups.iter().map(|it| it.count).max().unwrap_or(1);
    let scale = float(most).ln_1p();
    let height = 46 * groups.len();
    html! {
        svg viewBox=(format!("0 0 560 {height}")) role="img" aria-label="top groups of divergences" {
            @for (index, group) in groups.iter().enumerate() {
                @let y = 46.0 * float(index as u64);
                @let width = 490.0 * float(group.count).ln_1p() / scale;
                text.label x="0" y=(units(y + 16.0)) { (label(group)) }
                rect class=(class(group.key.change)) x="0" y=(units(y + 22.0)) width=(units(width.max(2.0))) height="14" rx="3" {
                    title { (words::rules(&group.key)) }
                }
                text.number x=(units(8.0 + width)) y=(units(y + 34.0)) { (words::grouped(group.count)) }
            }
        }
    }
}

fn label(group: &GroupReport) -> String {
    let key = &group.key;
    let text = format!("{}: {}", words::subject(key), key.step());
    let text = printable(&text);
    if text.chars().count() <= MAX_LABEL_CHARS {
        return text;
    }
    let kept: String = text.chars().take(MAX_LABEL_CHARS - 1).collect();
    format!("{kept}…")
}
