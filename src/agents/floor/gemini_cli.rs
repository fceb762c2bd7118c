//! Rules of Gemini CLI: a file of `[[rule]]` tables, with regular expressions over the arguments of a tool
//! as JSON (Gemini CLI's reference, "Policy engine").

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

use super::command::CommandShape;
use super::path::{Anchor, FAMILY, PathShape, UNSPELLABLE};
use super::{Blocks, COMMANDS, Floor, HEADER, HOSTS, READS, SERVERS, WRITES};
use crate::policy::effective::Listed;

/// The greatest that a file may give; the tier of the file counts before it.
const PRIORITY: i64 = 999;
const WHY: &str = "Blocked by the policy of this machine";
/// Any folders, or none. Not `(…/)?`: the host drops a rule that repeats a group with a repetition in it.
const ANY_FOLDER: &str = "(?:[^\"]*/|)";
const READERS: &[&str] = &["read_file"];
const WRITERS: &[&str] = &["write_file", "replace"];

pub(super) fn floor(blocks: &Blocks<'_>) -> Floor {
    let mut floor = Floor::default();
    let mut rules = ArrayOfTables::new();
    for entry in blocks.commands {
        match CommandShape::of(&entry.text) {
            None => floor.leave_out(COMMANDS, &entry.text, UNSPELLABLE),
            Some(shape) => rules.push(command(&shape)),
        }
    }
    paths(&mut floor, &mut rules, READS, READERS, blocks.reads);
    paths(&mut floor, &mut rules, WRITES, WRITERS, blocks.writes);
    for entry in blocks.servers {
        // The host ends a server's name at the first underscore.
        let server = entry.text.as_ref();
        let plain = |it: char| it.is_ascii_alphanumeric() || it == '-';
        if !server.chars().all(plain) {
            floor.leave_out(SERVERS, server, UNSPELLABLE);
            continue;
        }
        let mut rule = Table::new();
        rule.insert("mcpName", value(server));
        rule.insert("toolName", value("*"));
        rules.push(rule);
    }
    floor.leave_out_list(HOSTS, blocks.hosts, "Gemini CLI has no rule about hosts");
    floor.rules = rules.len();
    for rule in rules.iter_mut() {
        rule.insert("decision", value("deny"));
        rule.insert("priority", value(PRIORITY));
        rule.insert("denyMessage", value(WHY));
    }
    let mut document = DocumentMut::new();
    document.insert("rule", Item::ArrayOfTables(rules));
    floor.file = Some(format!("# {HEADER}.\n{document}"));
    floor
}

fn command(shape: &CommandShape) -> Table {
    let mut rule = Table::new();
    rule.insert("toolName", value("run_shell_command"));
    if shape.is_open && !shape.has_gap() {
        rule.insert("commandPrefix", value(shape.text()));
        return rule;
    }
    let words: Vec<String> = shape
        .words
        .iter()
        .map(|word| expression(word, true))
        .collect();
    // The text of the arguments goes on with a quote behind the command.
    let end = if shape.is_open { "[ \"]" } else { "\"" };
    rule.insert("commandRegex", value(words.join(" ") + end));
    rule
}

fn paths(
    floor: &mut Floor,
    rules: &mut ArrayOfTables,
    list: &'static str,
    tools: &[&str],
    entries: &[Listed],
) {
    for entry in entries {
        let Some(shape) = PathShape::of(&entry.text) else {
            floor.leave_out(list, &entry.text, UNSPELLABLE);
            continue;
        };
        if shape.anchor != Anchor::Anywhere {
            floor.leave_out(
                list,
                &entry.text,
                "a rule of the host can't know the project's folder",
            );
            continue;
        }
        let mut rule = Table::new();
        rule.insert("toolName", value(Array::from_iter(tools.iter().copied())));
        let path = expression(&shape.glob, false);
        rule.insert(
            "argsPattern",
            value(format!("\"file_path\":\"{ANY_FOLDER}{path}\"")),
        );
        rules.push(rule);
        if shape.is_family {
            floor.leave_out(list, &entry.text, FAMILY);
        }
    }
}

/// A glob as a regular expression inside a JSON text. In a command a `*` takes in slashes.
fn expression(glob: &str, is_command: bool) -> String {
    let mut expression = String::new();
    let mut rest = glob;
    while let Some(character) = rest.chars().next() {
        let (taken, part) = match character {
            '*' if is_command => (1, "[^\"]*".to_owned()),
            '*' if rest.starts_with("**/") => (3, ANY_FOLDER.to_owned()),
            '*' if rest.starts_with("**") => (2, "[^\"]*".to_owned()),
            '*' => (1, "[^\"/]*".to_owned()),
            '?' => (1, "[^\"/]".to_owned()),
            it if it.is_alphanumeric() => (it.len_utf8(), it.to_string()),
            it if matches!(
                it,
                '_' | '-' | '/' | ' ' | '@' | '=' | ':' | ',' | '%' | '~'
            ) =>
            {
                (it.len_utf8(), it.to_string())
            }
            it => (it.len_utf8(), format!("\\{it}")),
        };
        expression.push_str(&part);
        rest = rest.get(taken..).unwrap_or_default();
    }
    expression
}
