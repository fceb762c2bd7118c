//! Tables without borders: they read well, and `awk` can split them.

use anstyle::{AnsiColor, Color, Effects, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, ContentArrangement, Table};

use super::{Output, printable};

/// A cell in a style.
pub(crate) fn cell(style: Style, text: impl AsRef<str>) -> Cell {
    let mut cell = Cell::new(printable(text.as_ref()));
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

/// A cell without a style.
pub(crate) fn plain(text: impl AsRef<str>) -> Cell {
    cell(Style::new(), text)
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

/// Lays out rows under a header: as wide as the terminal, or as the content where nobody
/// watches.
pub(crate) fn render(out: &Output, header: &[&str], rows: Vec<Vec<Cell>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_content_arrangement(if out.is_terminal() {
        ContentArrangement::Dynamic
    } else {
        ContentArrangement::Disabled
    });
    // `Output` takes the codes out again where colour is off.
    table.enforce_styling();
    table.style_text_only();
    table.set_header(
        header
            .iter()
            .map(|name| cell(super::style::HEADING, name.to_uppercase())),
    );
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    trimmed(&table)
}

fn trimmed(table: &Table) -> String {
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
