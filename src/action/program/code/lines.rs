//! Languages of one command a line: gdb(1), crontab(5), gnuplot, m4(1), Tcl and expect(1).

use super::{Constants, Language};
use crate::action::shell::ShellWord;

/// gdb(1), lldb: `shell CMD`, `!CMD`, `pipe X | CMD`, `source F`, `python CODE`.
pub(super) fn debugger(text: &str, found: &mut Constants, depth: usize) {
    for line in text.lines() {
        let line = line.trim_start();
        if let Some(shell) = line.strip_prefix('!') {
            found.shell(shell);
            continue;
        }
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match name {
            "shell" | "make" => found.shell(rest),
            "platform" => found.shell(rest.trim_start_matches("shell").trim()),
            "pipe" | "|" => found.shell(rest.split_once('|').map_or("", |(_, shell)| shell)),
            "source" | "file" | "command" => found.reads(rest.trim()),
            "python" | "py" | "script" | "python-interactive" | "pi" => {
                super::add(Language::Python, rest, found, depth + 1);
            }
            "dump" | "save" | "append" => found.writes(rest.rsplit(' ').next().unwrap_or_default()),
            _ => {}
        }
    }
}

/// crontab(5): five fields or `@daily`, then a command; `NAME=VALUE` and comments are none.
pub(super) fn crontab(text: &str, found: &mut Constants) {
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with('#') {
            continue;
        }
        let fields = if line.starts_with('@') { 1 } else { 5 };
        let mut rest = line;
        for _ in 0..fields {
            rest = rest.trim_start();
            rest = rest
                .split_once(char::is_whitespace)
                .map_or("", |(_, rest)| rest);
        }
        // An unescaped `%` ends the command.
        let end = rest.find('%').unwrap_or(rest.len());
        found.shell(rest.get(..end).unwrap_or_default());
    }
}

/// gnuplot: `!CMD`, `system "CMD"`, `system("CMD")`, `set output "F"`, `load "F"`, `plot "< CMD"`.
pub(super) fn gnuplot(text: &str, found: &mut Constants) {
    for line in text.split(['\n', ';']) {
        let line = line.trim_start();
        if let Some(shell) = line.strip_prefix('!') {
            found.shell(shell);
        }
        for (at, _) in line.match_indices("system").take(MAX_PLACES) {
            let rest = line.get(at + "system".len()..).unwrap_or_default();
            found.shell(quoted(rest));
        }
        if let Some(rest) = line
            .strip_prefix("set output")
            .or_else(|| line.strip_prefix("set o "))
        {
            match quoted(rest).strip_prefix('|') {
                Some(command) => found.shell(command),
                None => found.writes(quoted(rest)),
            }
        } else if let Some(rest) = line
            .strip_prefix("load")
            .or_else(|| line.strip_prefix("call"))
        {
            found.reads(quoted(rest));
        } else if let Some(rest) = line
            .strip_prefix("plot")
            .or_else(|| line.strip_prefix("splot"))
        {
            match quoted(rest).strip_prefix('<') {
                Some(command) => found.shell(command),
                None => found.reads(quoted(rest)),
            }
        }
    }
}

/// The first text in quotes, or nothing.
fn quoted(text: &str) -> &str {
    let Some(start) = text.find(['"', '\'']) else {
        return "";
    };
    let rest = text.get(start..).unwrap_or_default();
    let quote = rest.chars().next().unwrap_or('"');
    rest.get(1..)
        .and_then(|rest| rest.split(quote).next())
        .unwrap_or_default()
}

/// How many places of one keyword are looked at.
const MAX_PLACES: usize = 16;

/// m4(1): `syscmd(`CMD')`, `esyscmd(CMD)`, `include(F)`.
pub(super) fn macros(text: &str, found: &mut Constants) {
    let each = |name: &str| -> Vec<&str> {
        let places = text.match_indices(name).take(MAX_PLACES);
        places
            .map(|(at, _)| {
                let rest = text.get(at + name.len()..).unwrap_or_default();
                rest.split(')')
                    .next()
                    .unwrap_or(rest)
                    .trim_matches(['`', '\'', '"', ' '])
            })
            .collect()
    };
    each("syscmd(")
        .into_iter()
        .for_each(|command| found.shell(command));
    each("include(")
        .into_iter()
        .for_each(|file| found.reads(file));
}

/// Tcl and expect(1): `exec CMD…`, `spawn CMD…`, `system CMD`, `send "TEXT\r"`, `open F`.
pub(super) fn tcl(text: &str, found: &mut Constants) {
    for part in text.split(['\n', ';', '{', '}', '[', ']']) {
        let part = part.trim();
        let (name, rest) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
        let words = shlex::split(rest).unwrap_or_default();
        match name {
            "exec" | "spawn" | "overlay" => {
                let options = words
                    .iter()
                    .take_while(|word| word.starts_with('-'))
                    .count();
                let words = words.into_iter().skip(options).map(|word| ShellWord {
                    dynamic: word.contains('$'),
                    glob: false,
                    text: word,
                    shown: false,
                });
                found.words(words.collect());
            }
            "system" => found.shell(&words.join(" ")),
            "send" | "exp_send" | "send_user" if name != "send_user" => {
                let typed = words.last().map_or("", String::as_str);
                found.shell(&typed.replace("\\r", "\n").replace("\\n", "\n"));
            }
            "open" => match words.first().map(|word| word.as_str()) {
                Some(path) if path.starts_with('|') => found.shell(path.trim_start_matches('|')),
                Some(path)
                    if words
                        .get(1)
                        .is_some_and(|mode| mode.contains(['w', 'a', '+'])) =>
                {
                    found.writes(path)
                }
                Some(path) => found.reads(path),
                None => {}
            },
            "source" => found.reads(words.first().map_or("", String::as_str)),
            "file"
                if words
                    .first()
                    .is_some_and(|word| word == "delete" || word == "rename" || word == "copy") =>
            {
                words.iter().skip(1).for_each(|path| found.writes(path));
            }
            _ => {}
        }
    }
}
