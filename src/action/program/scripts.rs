//! Languages of one-liners, whose scripts can read and write files: sed(1), awk(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::effects::only_prints;
use super::files;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, value};
use super::readers::{AWK, SED};
use super::transfers::{Role, file};
use super::{Access, Inner, Language, Leaf, Meaning, Source};

/// sed(1): what its script reads, writes and runs by `r`, `w`, `s///w` and `e`.
pub(super) fn sed(call: &Call<'_>) -> Meaning {
    let meaning = files::run(call, &SED);
    let Meaning::Runs(mut leaf) = meaning else {
        return meaning;
    };
    let mut given = false;
    let mut scripts = Vec::new();
    let mut first = None;
    for item in Scan::new(call.args(), SED_SCRIPTS, Grammar::Permute) {
        match item {
            Item::Option { opt, value } if opt.role != Role::None => {
                given = true;
                if opt.role == Role::Read {
                    leaf.unknown(SCRIPT_FILE);
                }
                scripts.extend(value.filter(|_| opt.role == Role::Program));
            }
            Item::Operand(word) if first.is_none() => first = Some(Value::of(word)),
            _ => {}
        }
    }
    if !given {
        scripts.extend(first);
    }
    for script in scripts {
        sed_script(&mut leaf, script);
    }
    Meaning::Runs(leaf)
}

pub(super) const SCRIPT_FILE: &str = "a file holds the script";

static SED_SCRIPTS: &[Opt<Role>] = &[
    value("-e --expression", Role::Program),
    value("-f --file", Role::Read),
    value("-l --line-length", Role::None),
    attached("-i --in-place", Role::None),
];

/// A command of a sed script is at the start of a line or behind `;`, `{` or an address.
/// A file's name and a command take the rest of their line.
fn sed_script(leaf: &mut Leaf, script: Value<'_>) {
    let mut room = MAX_SED_BYTES;
    for line in script.text.lines() {
        let mut rest = line;
        while !rest.is_empty() {
            let command = after_addresses(rest);
            let end = command.find([';', '{', '}']);
            let alone = command.get(..end.unwrap_or(command.len()));
            let read = match room.checked_sub(command.len()) {
                Some(left) => {
                    room = left;
                    command
                }
                None => alone.unwrap_or_default(),
            };
            sed_command(leaf, read, script);
            rest = end.and_then(|end| command.get(end + 1..)).unwrap_or("");
        }
    }
}

/// Bytes of the lines' rests that the commands of one script are read with. Thousands of commands
/// on one line would each take the rest of it; then they are read up to where the next begins.
const MAX_SED_BYTES: usize = 512 * 1024;

fn sed_command(leaf: &mut Leaf, command: &str, script: Value<'_>) {
    let value = |text| Value { text, ..script };
    let behind = |letters: [char; 2]| {
        let path = command.strip_prefix(letters).map(str::trim_start);
        path.filter(|path| !path.is_empty())
    };
    if let Some(path) = behind(['r', 'R']) {
        file(leaf, value(path), Access::Read);
    } else if let Some(path) = behind(['w', 'W']) {
        file(leaf, value(path), Access::Write);
    } else if let Some(shell) = command.strip_prefix('e') {
        leaf.unknown("a sed script runs a command");
        runs(leaf, value(shell));
    } else if let Some((replacement, flags)) = substitution(command) {
        let (flags, path) = flags.split_once('w').unwrap_or((flags, ""));
        if !path.trim().is_empty() {
            file(leaf, value(path.trim_start()), Access::Write);
        }
        let flags = flags.split([';', '}', ' ']).next().unwrap_or_default();
        if flags.contains('e') {
            leaf.unknown("a sed script runs what it substitutes");
            runs(leaf, value(replacement));
        }
    }
}

/// A command of a script; without one the text that is read is the command.
fn runs(leaf: &mut Leaf, command: Value<'_>) {
    let text = command.text.trim();
    let inner = if text.is_empty() || text == "&" {
        Inner::Stdin
    } else {
        Inner::Script(text.to_owned())
    };
    leaf.starts.push(Inner::Tried(Box::new(inner)));
    // The text that is read may be most of the command: `s/^/ /e`.
    leaf.starts.push(Inner::Tried(Box::new(Inner::Stdin)));
}

/// The text behind addresses: numbers, `$`, `/regex/`, `\%regex%`, in pairs, with `!`.
fn after_addresses(command: &str) -> &str {
    let mut rest = command;
    loop {
        rest = rest.trim_start_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, '$' | ',' | '!' | ' ' | '\t' | '~' | '+' | '}')
        });
        let (delimiter, body) = match rest.strip_prefix('\\') {
            Some(body) => match body.chars().next() {
                Some(delimiter) => (delimiter, body.get(delimiter.len_utf8()..)),
                None => return rest,
            },
            None if rest.starts_with('/') => ('/', rest.get(1..)),
            None => return rest,
        };
        let Some((_, behind)) = body.and_then(|body| cut(body, delimiter)) else {
            return rest;
        };
        rest = behind.trim_start_matches(['I', 'M']);
    }
}

/// The text in front of an unescaped delimiter, and the text behind it.
fn cut(text: &str, delimiter: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == delimiter {
            return Some((text.get(..at)?, text.get(at + c.len_utf8()..)?));
        }
    }
    None
}

/// The replacement and the flags of `s/A/B/FLAGS`.
fn substitution(command: &str) -> Option<(&str, &str)> {
    let rest = command.strip_prefix('s')?;
    let delimiter = rest
        .chars()
        .next()
        .filter(|c| !c.is_alphanumeric() && !c.is_whitespace())?;
    let (_, rest) = cut(rest.get(delimiter.len_utf8()..)?, delimiter)?;
    cut(rest, delimiter)
}

/// awk(1): a program may read, write and run what it names.
pub(super) fn awk(call: &Call<'_>) -> Meaning {
    let meaning = files::run(call, &AWK);
    let Meaning::Runs(mut leaf) = meaning else {
        return meaning;
    };
    if is_in_place(call) {
        let files: Vec<ShellWord> = leaf.operands.iter().map(|file| file.word.clone()).collect();
        files.into_iter().for_each(|file| leaf.writes(file));
    }
    for item in Scan::new(call.args(), AWK_FILES, Grammar::Permute) {
        match item {
            Item::Option { opt, value } if opt.role == Role::Read => {
                let is_inplace = value.is_some_and(|value| value.text == "inplace");
                if !is_inplace {
                    leaf.unknown(SCRIPT_FILE);
                }
            }
            _ => {}
        }
    }
    // awk stops at its first operand: what looks like an option's value behind it is a file.
    let operands = Scan::new(call.args(), AWK.opts, Grammar::OperandsEnd);
    let operands = operands.filter_map(|item| match item {
        Item::Operand(word) => Some(word),
        _ => None,
    });
    for word in operands.skip(1) {
        if !leaf.operands.iter().any(|known| known.word == *word) {
            leaf.reads(word.clone());
        }
    }
    // gawk(1): `SYMTAB` holds `ENVIRON` too.
    let prints = |word: &ShellWord| word.text.contains("ENVIRON") || word.text.contains("SYMTAB");
    if call.args().iter().any(prints) {
        leaf.lift(DISCLOSES);
    }
    let opens = |word: &&ShellWord| opens_others(&word.text) && !only_prints(&word.text);
    for word in call.args().iter().filter(opens) {
        leaf.unknown("an awk program opens files or runs commands");
        leaf.holds(Language::Awk, Source::Text(word.text.clone()));
    }
    Meaning::Runs(leaf)
}

pub(super) const DISCLOSES: &str = "it may print variables of the environment";

static AWK_FILES: &[Opt<Role>] = &[
    value("-f --file -E --exec -i --include -l --load", Role::Read),
    value(
        "-F --field-separator -v --assign -e --source -W",
        Role::None,
    ),
];

/// `gawk -i inplace` rewrites the files that it reads.
fn is_in_place(call: &Call<'_>) -> bool {
    let mut before = "";
    call.args().iter().any(|word| {
        let option = std::mem::replace(&mut before, &word.text);
        matches!(&*word.text, "-iinplace" | "--include=inplace")
            || (word.text == "inplace" && matches!(option, "-i" | "--include"))
    })
}

fn opens_others(program: &str) -> bool {
    program.contains("system(")
        || program.contains("getline")
        || (program.contains('|') && program.contains("print"))
        || (program.contains('>') && program.contains("print"))
        || program.contains("ARGV")
        || program.contains("@load")
        || program.contains("@include")
}

/// m4(1), gnuplot, crontab(1): files that they read, and code from standard input or `-e`.
pub(super) fn lines(call: &Call<'_>) -> Meaning {
    let language = match &*call.name {
        "m4" => Language::Macros,
        "gnuplot" => Language::Gnuplot,
        _ => Language::Crontab,
    };
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    let mut from_stdin = true;
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-" => {}
            "-e" if language == Language::Gnuplot => {
                from_stdin = false;
                let code = words.next().map(|word| word.text.clone());
                leaf.unknown("its commands are code");
                code.into_iter()
                    .for_each(|code| leaf.holds(language, Source::Text(code)));
            }
            "-u" | "-D" | "-I" | "-s" => {
                words.next();
            }
            "-l" | "-r" if language == Language::Crontab => from_stdin = false,
            text if text.starts_with("<(") => {
                leaf.holds(language, Source::Process(text.to_owned()))
            }
            text if text.starts_with('-') => {}
            _ => {
                from_stdin = false;
                leaf.reads(word.clone());
            }
        }
    }
    if from_stdin {
        leaf.holds(language, Source::Stdin);
    }
    Meaning::Runs(leaf)
}
