//! Command lines of databases: mysql(1), psql(1), sqlite3(1). Their statements can read and
//! write files of the client's machine, or of the server's, which may be the same.

use super::super::shell::ShellWord;
use super::call::{Call, is_stream};
use super::{Access, Leaf, Meaning, Operand, database_shells, presumed};

/// Words of a statement, in lower case, behind which a file is named.
const FILES: &[(&str, Access)] = &[
    // mysql(1), "mysql Client Commands"; `SELECT … INTO OUTFILE`, `LOAD DATA INFILE`
    ("source", Access::Read),
    ("\\.", Access::Read),
    ("load_file", Access::Read),
    ("infile", Access::Read),
    ("outfile", Access::Write),
    ("dumpfile", Access::Write),
    ("tee", Access::Write),
    ("\\t", Access::Write),
    // psql(1), "Meta-Commands"
    ("\\i", Access::Read),
    ("\\ir", Access::Read),
    ("\\include", Access::Read),
    ("\\include_relative", Access::Read),
    ("\\o", Access::Write),
    ("\\out", Access::Write),
    ("\\w", Access::Write),
    ("\\write", Access::Write),
    ("\\g", Access::Write),
    ("pg_read_file", Access::Read),
    ("pg_read_binary_file", Access::Read),
    ("lo_import", Access::Read),
    ("\\lo_import", Access::Read),
    // sqlite3(1), "Special commands to sqlite3"
    (".read", Access::Read),
    (".import", Access::Read),
    (".restore", Access::Read),
    (".output", Access::Write),
    (".once", Access::Write),
    (".log", Access::Write),
    (".save", Access::Write),
    (".backup", Access::Write),
    (".clone", Access::Write),
    ("readfile", Access::Read),
    ("read_text", Access::Read),
    ("read_csv", Access::Read),
    ("read_blob", Access::Read),
    ("writefile", Access::Write),
];
/// Words of a statement that are looked at.
const MAX_WORDS: usize = 4096;

/// Such a client: its options as the general rule reads them, and its statements.
pub(super) fn client(call: &Call<'_>) -> Meaning {
    let mut leaf = presumed::unknown(call);
    for word in call.args().iter().filter(|word| !word.dynamic) {
        if word.text.contains(char::is_whitespace) {
            statement(&mut leaf, &word.text);
        }
    }
    database_shells::add(call, &mut leaf);
    Meaning::Runs(leaf)
}

fn statement(leaf: &mut Leaf, text: &str) {
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '(' | ')' | ',' | '=');
    let mut before = String::new();
    let mut copies = false;
    for word in text
        .split(ends)
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
    {
        let quoted = word.starts_with(['\'', '"']);
        let name = word.trim_matches(['\'', '"', '|']);
        let named = FILES.iter().find(|(key, _)| *key == before);
        let access = match named {
            Some((_, access)) => Some(*access),
            // `COPY t FROM 'F'`, `COPY t TO 'F'`
            None if copies && quoted && before == "from" => Some(Access::Read),
            None if copies && quoted && before == "to" => Some(Access::Write),
            None => None,
        };
        if let Some(access) = access.filter(|_| !name.is_empty() && !is_stream(name)) {
            leaf.operands.push(Operand {
                word: ShellWord::constant(name),
                access,
                recursive: false,
            });
        }
        before = word.trim_start_matches(['\'', '"']).to_lowercase();
        copies |= matches!(before.as_str(), "copy" | "\\copy");
    }
}
