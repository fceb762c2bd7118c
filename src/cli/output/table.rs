//! Tables without borders: they read well, and `awk` can split them.

use anstyle::{AnsiColor, Color, Effects, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, ContentArrangement, Table};

use super::{Output, printable};

/// Columns of white space between two cells.
const GAP: usize = 2;
/// Columns to which a cell may be cut.
const MIN_CUT: usize = 16;

/// A styled text.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    style: Style,
    text: String,
}

/// A cell in a style.
pub(crate) fn cell(style: Style, text: impl AsRef<str>) -> Cell {
    Cell {
        style,
        text: printable(text.as_ref()),
    }
}

/// A cell without a style.
pub(crate) fn plain(text: impl AsRef<str>) -> Cell {
    cell(Style::new(), text)
}

impl Cell {
    fn width(&self) -> usize {
        self.text.chars().count()
    }

    fn cut(&mut self, width: usize) {
        if self.width() > width {
            self.text = self.text.chars().take(width.saturating_sub(1)).collect();
            self.text.push('…');
        }
    }
}

impl From<Cell> for comfy_table::Cell {
    fn from(Cell { style, text }: Cell) -> Self {
        let mut cell = Self::new(text);
        if let Some(color) = style.get_fg_color().and_then(color) {
            cell = cell.fg(color);
        }
        let effects = style.get_effects();
        if effects.contains(Effects::BOLD) {
            cell = cell.add_attribute(Attribute::Bold);
        }
        if effects.contains(Effects::DIMMED) {
            cell = cell.add_attribute(Attribute::Dim);
        }
        cell
    }
}

fn color(color: Color) -> Option<comfy_table::Color> {
    match color {
        Color::Ansi(AnsiColor::Red) => Some(comfy_table::Color::DarkRed),
        Color::Ansi(AnsiColor::Green) => Some(comfy_table::Color::DarkGreen),
        Color::Ansi(AnsiColor::Yellow) => Some(comfy_table::Color::DarkYellow),
        Color::Ansi(AnsiColor::Cyan) => Some(comfy_table::Color::DarkCyan),
        _ => None,
    }
}

/// What may go where a terminal is too narrow. Columns are named as in the header.
pub(crate) struct Narrow<'a> {
    /// Columns that may be cut.
    pub(crate) cut: &'a [&'a str],
    /// Columns that may be left out, the first one first, if cutting is not enough.
    pub(crate) drop: &'a [&'a str],
}

/// Lays out rows under a header, one line each. On a terminal, what is too wide is cut.
pub(crate) fn lines(
    out: &Output,
    header: &[&str],
    mut rows: Vec<Vec<Cell>>,
    narrow: &Narrow<'_>,
) -> String {
    let mut header: Vec<&str> = header.to_vec();
    if let Some(width) = terminal_width(out) {
        narrow.fit(width, &mut header, &mut rows);
    }
    layout(ContentArrangement::Disabled, &header, rows)
}

/// Lays out rows under a header. On a terminal, what is too wide goes on in the next line.
pub(crate) fn wrapped(out: &Output, header: &[&str], rows: Vec<Vec<Cell>>) -> String {
    let arrangement = match terminal_width(out) {
        Some(_) => ContentArrangement::Dynamic,
        None => ContentArrangement::Disabled,
    };
    layout(arrangement, header, rows)
}

/// None where nobody watches: then a table is as wide as its content.
fn terminal_width(out: &Output) -> Option<usize> {
    let width = Table::new().width().filter(|_| out.is_terminal())?;
    Some(usize::from(width))
}

fn layout(arrangement: ContentArrangement, header: &[&str], rows: Vec<Vec<Cell>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_content_arrangement(arrangement);
    // `Output` takes the codes out again where colour is off.
    table.enforce_styling();
    table.style_text_only();
    let names = header
        .iter()
        .map(|name| cell(super::style::HEADING, name.to_uppercase()));
    table.set_header(names);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, u16::try_from(GAP).unwrap_or_default()));
    }
    let lines = table.lines();
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}

impl Narrow<'_> {
    fn fit(&self, width: usize, header: &mut Vec<&str>, rows: &mut [Vec<Cell>]) {
        let mut droppable = self.drop.iter();
        loop {
            let widths = widths(header, rows);
            let excess = (widths.iter().sum::<usize>() + GAP * widths.len()).saturating_sub(width);
            let cuts = self.cuts(header, &widths, excess);
            let gained: usize = widths.iter().zip(&cuts).map(|(from, to)| from - to).sum();
            let dropped = match gained < excess {
                true => droppable.find_map(|name| header.iter().position(|it| it == name)),
                false => None,
            };
            let Some(column) = dropped else {
                let cells = rows.iter_mut().flat_map(|row| row.iter_mut().zip(&cuts));
                return cells.for_each(|(cell, width)| cell.cut(*width));
            };
            header.remove(column);
            rows.iter_mut().for_each(|row| drop(row.remove(column)));
        }
    }

    /// The widths after cutting the widest of the columns that may be cut, until `excess` is gone.
    fn cuts(&self, header: &[&str], widths: &[usize], excess: usize) -> Vec<usize> {
        let mut cuts = widths.to_vec();
        for _ in 0..excess {
            let named = header.iter().zip(cuts.iter_mut());
            let elastic =
                named.filter(|(name, width)| self.cut.contains(name) && **width > MIN_CUT);
            let Some((_, widest)) = elastic.max_by_key(|(_, width)| **width) else {
                break;
            };
            *widest -= 1;
        }
        cuts
    }
}

fn widths(header: &[&str], rows: &[Vec<Cell>]) -> Vec<usize> {
    let mut widths: Vec<usize> = header.iter().map(|name| name.chars().count()).collect();
    for (column, cell) in rows.iter().flat_map(|row| (0..).zip(row)) {
        if let Some(widest) = widths.get_mut(column) {
            *widest = cell.width().max(*widest);
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    const NARROW: Narrow<'static> = Narrow {
        cut: &["a", "b"],
        drop: &["b", "d"],
    };

    fn fitted(width: usize) -> (Vec<&'static str>, Vec<String>) {
        let mut header = vec!["a", "b", "c", "d"];
        let mut rows = vec![vec![
            plain("a".repeat(40)),
            plain("b".repeat(30)),
            plain("c".repeat(20)),
            plain("d".repeat(10)),
        ]];
        NARROW.fit(width, &mut header, &mut rows);
        let cells = rows.remove(0).into_iter().map(|cell| cell.text);
        (header, cells.collect())
    }

    #[test]
    fn the_widest_is_cut_first_and_columns_go_only_when_cutting_is_not_enough() {
        let cases: [(usize, &[(&str, usize)]); 6] = [
            (200, &[("a", 40), ("b", 30), ("c", 20), ("d", 10)]),
            (108, &[("a", 40), ("b", 30), ("c", 20), ("d", 10)]),
            (100, &[("a", 32), ("b", 30), ("c", 20), ("d", 10)]),
            (70, &[("a", 16), ("b", 16), ("c", 20), ("d", 10)]),
            (69, &[("a", 33), ("c", 20), ("d", 10)]),
            (10, &[("a", 16), ("c", 20)]),
        ];
        for (width, expected) in cases {
            let (header, cells) = fitted(width);
            let found: Vec<(&str, usize)> = header
                .into_iter()
                .zip(cells.iter().map(|cell| cell.chars().count()))
                .collect();
            assert_eq!(found, expected, "at {width}");
        }
    }

    #[test]
    fn what_is_cut_says_so() {
        let (_, cells) = fitted(100);
        assert!(cells[0].ends_with("a…"));
        assert!(cells[1].ends_with('b'));
    }
}
