//! sqlite3(1): dot commands, and functions and statements of SQL that open files.
//!
//! Source: <https://sqlite.org/cli.html>, the shell of 3.46.

use super::Constants;
use super::database::{first_word, input, last, output, value, without_flags};

/// What a dot command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Neither opens files nor runs programs.
    Nothing,
    Runs,
    /// Writes the file that comes last, or pipes into a command.
    Writes,
    /// Reads the file that comes first, or what a command prints.
    Reads,
    /// Opens a database, or makes one.
    Opens,
    /// Does something else with files or programs.
    Other,
}

/// The shell takes the beginning of a name too, which may be that of several commands.
static COMMANDS: &[(&str, Does)] = &[
    ("shell system", Does::Runs),
    (
        "output once log save backup trace clone iotrace",
        Does::Writes,
    ),
    ("read import restore", Does::Reads),
    ("open", Does::Opens),
    (
        "archive cd load excel www edit check session testcase vfslist selftest",
        Does::Other,
    ),
    (
        "auth bail binary changes connection crlf crnl databases dbconfig dbinfo dbtotxt dump echo eqp exit expert \
         explain filectrl fullschema headers help imposter indexes indices intck limit lint mode nonce nullvalue \
         parameter print progress prompt quit recover scanstats schema separator sha3sum show stats tables timeout \
         timer unmodule vfsinfo vfsname version width",
        Does::Nothing,
    ),
];

/// Functions that open files, or run programs, by their first argument.
static FUNCTIONS: &[(&str, Does)] = &[
    ("readfile", Does::Reads),
    ("zipfile", Does::Reads),
    ("csv", Does::Nothing),
    ("writefile", Does::Writes),
    ("edit", Does::Other),
    ("fsdir", Does::Other),
    ("lsdir", Does::Other),
    ("load_extension", Does::Other),
];

/// What is constant in commands of sqlite3(1). What opens a file whose name isn't is noted.
pub(super) fn add(text: &str, found: &mut Constants) {
    for line in text.lines() {
        if let Some(command) = line.trim_start().strip_prefix('.') {
            let end = command.find(char::is_whitespace).unwrap_or(command.len());
            let (name, rest) = command.split_at(end);
            dot(name, rest.trim(), found);
        }
    }
    let lower = text.to_ascii_lowercase();
    for (name, does) in FUNCTIONS {
        for at in places(&lower, name, found) {
            let rest = text.get(at + name.len()..).unwrap_or_default();
            function(*does, rest, found);
        }
    }
    for at in places(&lower, "attach", found) {
        let rest = behind_word(text, at + "attach".len(), "database");
        named(rest, Does::Opens, found);
    }
    for at in places(&lower, "vacuum", found) {
        let rest = lower.get(at..).unwrap_or_default();
        let statement = rest.split(';').next().unwrap_or_default();
        if let Some(into) = statement.find("into") {
            let rest = text.get(at + into + "into".len()..).unwrap_or_default();
            named(rest.trim_start(), Does::Writes, found);
        }
    }
}

const NOT_CONSTANT: &str = "sqlite opens a file or runs a program that the line doesn't name";

fn dot(name: &str, rest: &str, found: &mut Constants) {
    let name = name.trim_end_matches(';');
    let mut known = false;
    for (names, does) in COMMANDS {
        if !names.split(' ').any(|full| full.starts_with(name)) {
            continue;
        }
        known = true;
        match does {
            Does::Nothing => {}
            Does::Runs => found.shell(rest),
            Does::Writes => output(last(rest), found),
            Does::Reads => input(without_flags(rest), found),
            Does::Opens => {
                found.reads(first_word(last(rest)));
                found.writes(first_word(last(rest)));
            }
            Does::Other => {
                files(rest, found);
                found.unknown(NOT_CONSTANT);
            }
        }
    }
    // A name in double quotes may be written by escapes.
    if !known || (rest.contains('"') && rest.contains('\\')) {
        found.unknown(NOT_CONSTANT);
    }
}

/// The words of a command that takes several files.
fn files(rest: &str, found: &mut Constants) {
    let words = rest.split_whitespace();
    let words = words.filter(|word| !word.starts_with('-')).skip(1);
    words
        .take(MAX_PLACES)
        .for_each(|word| found.reads(value(word)));
}

/// A function's name with what follows it. Without a bracket it is the name of something else.
fn function(does: Does, rest: &str, found: &mut Constants) {
    let rest = rest.trim_start_matches(['"', '`', ']']).trim_start();
    if rest.starts_with("/*") || rest.starts_with("--") {
        return found.unknown(NOT_CONSTANT);
    }
    let Some(argument) = rest.strip_prefix('(') else {
        return;
    };
    if does == Does::Other {
        if let Some((_, command)) = argument.split_once(',') {
            found.shell(value(command.split(')').next().unwrap_or_default()));
        }
        return found.unknown(NOT_CONSTANT);
    }
    // `csv(filename='F')`
    let argument = argument.trim_start();
    let argument = match does {
        Does::Nothing => argument.split_once('=').map_or(argument, |(_, name)| name),
        _ => argument,
    };
    let does = if does == Does::Nothing {
        Does::Reads
    } else {
        does
    };
    named(argument.trim_start(), does, found);
}

/// A file's name in quotes, and nothing that makes another of it.
fn named(text: &str, does: Does, found: &mut Constants) {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let inner = quote.and_then(|quote| text.get(1..)?.split_once(quote));
    let Some((name, rest)) = inner else {
        return found.unknown(NOT_CONSTANT);
    };
    let rest = rest.trim_start();
    let ends = rest.is_empty()
        || rest.starts_with([',', ')', ';'])
        || rest
            .get(..3)
            .is_some_and(|word| word.eq_ignore_ascii_case("as "));
    if !ends {
        found.unknown(NOT_CONSTANT);
    }
    if matches!(does, Does::Reads | Does::Opens) {
        found.reads(name);
    }
    if matches!(does, Does::Writes | Does::Opens) {
        found.writes(name);
    }
}

/// The text from a position on, without a word that may come first.
fn behind_word<'a>(text: &'a str, at: usize, word: &str) -> &'a str {
    let rest = text.get(at..).unwrap_or_default().trim_start();
    match rest.get(..word.len()) {
        Some(head) if head.eq_ignore_ascii_case(word) => {
            rest.get(word.len()..).unwrap_or_default().trim_start()
        }
        _ => rest,
    }
}

/// Where a name is a word of its own, and no text in quotes.
fn places(lower: &str, name: &str, found: &mut Constants) -> Vec<usize> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let whole = |at: &usize| {
        let before = lower.get(..*at).and_then(|text| text.chars().next_back());
        let after = lower
            .get(at + name.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    };
    let mut places: Vec<usize> = lower
        .match_indices(name)
        .map(|(at, _)| at)
        .filter(whole)
        .collect();
    if places.len() > MAX_PLACES {
        found.unknown("sqlite opens too many files");
        places.truncate(MAX_PLACES);
    }
    places
}

/// How many places of one name are looked at.
const MAX_PLACES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::program::{Access, Inner};

    fn shown(text: &str) -> (Vec<String>, bool) {
        let mut found = Constants::default();
        add(text, &mut found);
        let file = |operand: &crate::action::program::Operand| {
            let letter = if operand.access == Access::Read {
                'r'
            } else {
                'w'
            };
            format!("{letter} {}", operand.word.text)
        };
        let mut all: Vec<String> = found.operands.iter().map(file).collect();
        all.extend(found.starts.iter().filter_map(|start| match start {
            Inner::Script(text) => Some(format!("$ {text}")),
            _ => None,
        }));
        let unknown = found
            .starts
            .iter()
            .any(|start| matches!(start, Inner::Dynamic(_)));
        (all, unknown)
    }

    #[test]
    fn commands_and_functions_open_what_they_name() {
        for (text, want, unknown) in [
            ("select 1", vec![], false),
            (".tables", vec![], false),
            (".mode csv", vec![], false),
            ("select * from edits where attached = 1", vec![], false),
            (".she cat .env", vec!["$ cat .env"], false),
            (".rea .env", vec!["r .env"], false),
            (".once main.tf", vec!["w main.tf"], false),
            (".open main.tf", vec!["r main.tf", "w main.tf"], false),
            (".ar c .env", vec!["r .env"], true),
            (".cd .github", vec![], true),
            (".frobnicate", vec![], true),
            (r#".read "\x2eenv""#, vec![r"r \x2eenv"], true),
            ("select readfile('.env')", vec!["r .env"], false),
            ("select readfile('.'||'env')", vec!["r ."], true),
            ("select readfile(x)", vec![], true),
            ("select \"readfile\"('.env')", vec!["r .env"], false),
            ("select readfile/**/('.env')", vec![], true),
            ("select writefile('main.tf', 'x')", vec!["w main.tf"], false),
            ("select edit('x','cat .env;')", vec!["$ cat .env;"], true),
            ("select * from fsdir('.')", vec![], true),
            (
                "attach 'main.tf' as a",
                vec!["r main.tf", "w main.tf"],
                false,
            ),
            ("ATTACH DATABASE x||'y' AS a", vec![], true),
            ("vacuum main into 'main.tf'", vec!["w main.tf"], false),
        ] {
            let want: Vec<String> = want.into_iter().map(str::to_owned).collect();
            assert_eq!(shown(text), (want, unknown), "{text}");
        }
    }
}
