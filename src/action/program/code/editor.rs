//! Commands of vim, ex and ed: `!CMD`, `r FILE`, `w FILE`, `:lua …`.

use super::{Constants, Language};

/// What is constant in editor commands, one a line, or several between bars.
pub(super) fn add(text: &str, found: &mut Constants, depth: usize) {
    for line in text.lines() {
        let mut rest = Some(line);
        let mut commands = 0;
        while let Some(line) = rest.filter(|_| commands < MAX_COMMANDS) {
            rest = one(line, found, depth);
            commands += 1;
        }
    }
}

/// How many commands of one line are followed.
const MAX_COMMANDS: usize = 32;

/// Words in front of a command that leave it what it is.
const MODIFIERS: &[&str] = &[
    "silent",
    "sil",
    "noautocmd",
    "noa",
    "keepalt",
    "keepjumps",
    "keepmarks",
    "lockmarks",
    "verbose",
    "confirm",
    "hide",
    "vertical",
    "vert",
    "tab",
    "topleft",
    "botright",
    "belowright",
    "aboveleft",
    "bufdo",
    "windo",
    "tabdo",
    "argdo",
    "sandbox",
    "unsilent",
    "try",
    "endtry",
    "echo",
    "call",
    "return",
    "echom",
    "execute",
    "exe",
    "normal",
];

/// One command; the text behind a bar is returned.
fn one<'a>(line: &'a str, found: &mut Constants, depth: usize) -> Option<&'a str> {
    let command = without_range(line);
    if let Some(shell) = command.strip_prefix('!') {
        found.shell(shell.trim_start_matches('!'));
        return None;
    }
    let end = command
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(command.len());
    let (name, rest) = command.split_at_checked(end)?;
    if MODIFIERS.contains(&name) {
        functions(rest, found, depth);
        let rest = rest.trim_start_matches('!').trim_start();
        let rest = match rest.strip_prefix(['"', '\'']) {
            Some(quoted) => quoted.split(['"', '\'']).next().unwrap_or(quoted),
            None => rest,
        };
        return (!rest.is_empty() && rest.len() < line.len()).then_some(rest);
    }
    let bare = rest.trim_start_matches('!').trim_start();
    match name {
        "r" | "re" | "rea" | "read" | "w" | "wr" | "wri" | "writ" | "write" | "wq" | "x"
        | "xit" | "sav" | "saveas" | "up" | "update" | "f" => {
            if let Some(shell) = rest
                .trim_start()
                .strip_prefix('!')
                .filter(|_| rest.starts_with(' ') || name.starts_with('r'))
            {
                found.shell(shell);
                return None;
            }
            let (path, behind) = bar(bare.trim_start_matches('>').trim_start());
            let path = path.trim();
            let path = path.strip_prefix("++").map_or(path, |option| {
                option.split_once(' ').map_or("", |(_, path)| path)
            });
            if name.starts_with('r') {
                found.reads(path)
            } else if name != "f" {
                found.writes(path)
            }
            behind
        }
        "e" | "ed" | "edit" | "ex" | "vi" | "visual" | "view" | "vie" | "sp" | "split" | "vs"
        | "vsplit" | "new" | "vnew" | "tabe" | "tabedit" | "tabnew" | "sv" | "sview" | "find"
        | "fin" | "arge" | "argedit" | "badd" | "pedit" | "ped" | "so" | "source" | "luafile"
        | "pyfile" | "py3file" | "rubyfile" | "perlfile" | "E" | "drop" => {
            let (path, behind) = bar(bare);
            found.reads(path.trim());
            behind
        }
        "ter" | "term" | "terminal" => {
            found.shell(without_options(bare));
            None
        }
        "lua" => code(Language::Lua, bare, found, depth),
        "py" | "py3" | "python" | "python3" | "pyx" | "pythonx" | "pydo" => {
            code(Language::Python, bare, found, depth)
        }
        "ruby" | "rub" => code(Language::Ruby, bare, found, depth),
        "perl" | "pe" | "perldo" => code(Language::Perl, bare, found, depth),
        "tcl" => code(Language::Tcl, bare, found, depth),
        "g" | "global" | "v" | "vglobal" => global(rest),
        "let" | "if" | "while" | "for" | "put" | "elseif" => {
            functions(rest, found, depth);
            bar(rest).1
        }
        _ => bar(rest).1,
    }
}

fn code<'a>(
    language: Language,
    text: &str,
    found: &mut Constants,
    depth: usize,
) -> Option<&'a str> {
    super::add(language, text, found, depth + 1);
    None
}

/// Vim's own functions, whose calls look like Lua's.
fn functions(text: &str, found: &mut Constants, depth: usize) {
    super::add(Language::Lua, text, found, depth + 1);
    if let Some((_, rest)) = text
        .split_once("systemlist(")
        .or_else(|| text.split_once("system("))
        && let Some(quoted) = rest.trim_start().strip_prefix(['"', '\''])
    {
        found.shell(quoted.split(['"', '\'']).next().unwrap_or_default());
    }
}

/// `g/PATTERN/COMMAND`
fn global(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches('!');
    let delimiter = rest.chars().next()?;
    rest.get(delimiter.len_utf8()..)?
        .split_once(delimiter)
        .map(|(_, command)| command)
}

/// Without `:` and the lines that the command is for.
fn without_range(line: &str) -> &str {
    let line = line.trim_start_matches([':', ' ', '\t']);
    let rest = line.trim_start_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '%' | '.' | '$' | ',' | '+' | '-' | '*' | ' ' | ';' | ':')
    });
    match rest.strip_prefix('/') {
        Some(pattern) => pattern
            .split_once('/')
            .map_or(rest, |(_, rest)| rest.trim_start_matches([',', ' '])),
        None => rest,
    }
}

fn without_options(text: &str) -> &str {
    let mut text = text;
    while let Some(rest) = text.strip_prefix("++") {
        text = rest
            .split_once(' ')
            .map_or("", |(_, rest)| rest.trim_start());
    }
    text
}

/// The texts in front of a bar and behind it.
fn bar(text: &str) -> (&str, Option<&str>) {
    match text.split_once('|') {
        Some((front, behind)) => (front, Some(behind)),
        None => (text, None),
    }
}
