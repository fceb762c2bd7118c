//! Commands of database shells: psql(1), mysql(1).

use super::Constants;

/// The value of a command: without quotes and a closing semicolon.
pub(super) fn value(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_suffix(';').unwrap_or(text).trim();
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split(quote).next().unwrap_or(inner);
        }
    }
    text
}

pub(super) fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    if text.starts_with(['\'', '"']) {
        return value(text);
    }
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .trim_end_matches(';')
}

/// A file, or a command behind a bar.
pub(super) fn output(text: &str, found: &mut Constants) {
    match value(text).strip_prefix('|') {
        Some(command) => found.shell(command),
        None => found.writes(first_word(text)),
    }
}

pub(super) fn input(text: &str, found: &mut Constants) {
    match value(text).strip_prefix('|') {
        Some(command) => found.shell(command),
        None => found.reads(first_word(text)),
    }
}

pub(super) fn without_flags(text: &str) -> &str {
    let mut rest = text;
    while rest.starts_with('-') {
        rest = rest
            .split_once(' ')
            .map_or("", |(_, rest)| rest.trim_start());
    }
    rest
}

/// `.backup main FILE`: the file is last. A command behind a bar is kept whole.
pub(super) fn last(text: &str) -> &str {
    let text = without_flags(text);
    if value(text).starts_with('|') || text.starts_with(['\'', '"']) {
        return text;
    }
    text.rsplit(' ').next().unwrap_or(text)
}

/// psql(1): commands begin with a backslash, anywhere in a line.
pub(super) fn psql(text: &str, found: &mut Constants) {
    for line in text.lines() {
        let mut rest = line;
        while let Some((_, command)) = rest.split_once('\\') {
            rest = command;
            let end = command
                .find(|c: char| c.is_whitespace() || c == '\\')
                .unwrap_or(command.len());
            if let Some(shell) = command.strip_prefix('!') {
                found.shell(shell);
                break;
            }
            let (name, argument) = command.split_at_checked(end).unwrap_or((command, ""));
            match name {
                "o" | "out" | "g" | "gx" | "w" | "write" | "s" => output(argument, found),
                "i" | "include" | "ir" | "include_relative" | "e" | "edit" => {
                    input(argument, found)
                }
                "setenv" | "set" => {
                    if let Some((_, pager)) = argument.trim().split_once("PAGER") {
                        found.shell(value(pager));
                    }
                }
                "copy" => copy(argument, found),
                "lo_import" => found.reads(first_word(argument)),
                _ => {}
            }
        }
        if line.to_ascii_lowercase().trim_start().starts_with("copy ") {
            copy(line, found);
        }
    }
    functions(
        text,
        &[
            "pg_read_file",
            "pg_read_binary_file",
            "lo_import",
            "pg_ls_dir",
        ],
        &["lo_export"],
        found,
    );
}

/// `COPY t FROM 'F'`, `TO 'F'`, `FROM PROGRAM 'CMD'`
fn copy(text: &str, found: &mut Constants) {
    for (keyword, writes) in [(" from ", false), (" to ", true)] {
        let Some(at) = text.to_ascii_lowercase().find(keyword) else {
            continue;
        };
        let rest = text
            .get(at + keyword.len()..)
            .unwrap_or_default()
            .trim_start();
        let program = rest
            .get(..7)
            .is_some_and(|word| word.eq_ignore_ascii_case("program"));
        if program {
            found.shell(value(rest.get(7..).unwrap_or_default()));
        } else if matches!(
            first_word(rest).to_ascii_lowercase().as_str(),
            "stdin" | "stdout" | "pstdin" | "pstdout"
        ) {
        } else if writes {
            found.writes(first_word(rest));
        } else {
            found.reads(first_word(rest));
        }
    }
}

/// mysql(1): `\! CMD`, `system CMD`, `source F`, `tee F`, `pager CMD`, and SQL that opens files.
pub(super) fn mysql(text: &str, found: &mut Constants) {
    for line in text.split(['\n', ';']) {
        let line = line.trim();
        if let Some((_, shell)) = line.split_once("\\!") {
            found.shell(shell);
            continue;
        }
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "system" => found.shell(rest),
            "pager" | "\\p" => found.shell(rest),
            "source" | "\\." => found.reads(first_word(rest)),
            "tee" | "\\t" => found.writes(first_word(rest)),
            _ => {}
        }
        after(line, "into outfile", found, Constants::writes);
        after(line, "into dumpfile", found, Constants::writes);
        after(line, "infile", found, Constants::reads);
    }
    functions(text, &["load_file"], &[], found);
}

/// The quoted text behind each `keyword`.
fn after(text: &str, keyword: &str, found: &mut Constants, add: fn(&mut Constants, &str)) {
    let lower = text.to_ascii_lowercase();
    for (at, _) in lower.match_indices(keyword).take(MAX_PLACES) {
        let rest = text
            .get(at + keyword.len()..)
            .unwrap_or_default()
            .trim_start();
        let rest = rest
            .get(..8)
            .filter(|word| word.eq_ignore_ascii_case("database"))
            .map_or(rest, |_| rest.get(8..).unwrap_or_default().trim_start());
        if rest.starts_with(['\'', '"']) {
            add(found, value(rest));
        }
    }
}

/// How many places of one keyword are looked at.
const MAX_PLACES: usize = 16;

/// `readfile('F')` and others like it.
fn functions(text: &str, reads: &[&str], writes: &[&str], found: &mut Constants) {
    let lower = text.to_ascii_lowercase();
    let mut each = |names: &[&str], add: fn(&mut Constants, &str)| {
        for name in names {
            for (at, _) in lower.match_indices(*name).take(MAX_PLACES) {
                let rest = text.get(at + name.len()..).unwrap_or_default().trim_start();
                if let Some(argument) = rest.strip_prefix('(') {
                    let argument = argument.trim_start();
                    if argument.starts_with(['\'', '"']) {
                        add(found, value(argument));
                    }
                }
            }
        }
    };
    each(reads, Constants::reads);
    each(writes, Constants::writes);
}
