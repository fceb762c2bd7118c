//! Languages of one-liners, whose scripts can read and write files: sed(1), awk(1), jq(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::files;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, value};
use super::readers::{AWK, JQ, SED};
use super::transfers::{Role, file};
use super::{Access, Leaf, Meaning};

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

static SED_SCRIPTS: &[Opt<Role>] = &[
    value("-e --expression", Role::Program),
    value("-f --file", Role::Read),
    value("-l --line-length", Role::None),
    attached("-i --in-place", Role::None),
];

/// A command of a sed script stands at the start of a line or behind `;`, `{` or an address.
fn sed_script(leaf: &mut Leaf, script: Value<'_>) {
    for part in script.text.split(['\n', ';', '{']) {
        let part = part.trim_start();
        let command = part.trim_start_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, '$' | ',' | '!' | ' ' | '~' | '+')
        });
        let after_address = after_regex(command);
        let named = |letters: [char; 2]| {
            after_address
                .strip_prefix(letters)
                .map(str::trim_start)
                .filter(|path| !path.is_empty())
        };
        if let Some(path) = named(['r', 'R']) {
            file(
                leaf,
                Value {
                    text: path,
                    ..script
                },
                Access::Read,
            );
        } else if let Some(path) = named(['w', 'W']) {
            file(
                leaf,
                Value {
                    text: path,
                    ..script
                },
                Access::Write,
            );
        } else if after_address == "e" || after_address.starts_with("e ") {
            leaf.unknown("a sed script runs a command");
        } else if let Some(flags) = substitution_flags(after_address) {
            if let Some((_, path)) = flags.split_once('w') {
                file(
                    leaf,
                    Value {
                        text: path.trim_start(),
                        ..script
                    },
                    Access::Write,
                );
            } else if flags.contains('e') {
                leaf.unknown("a sed script runs what it substitutes");
            }
        }
    }
}

/// What stands behind the address `/regex/`, if one is in front.
fn after_regex(command: &str) -> &str {
    let Some(rest) = command.strip_prefix('/') else {
        return command;
    };
    rest.rsplit_once('/').map_or(command, |(_, rest)| {
        if rest.is_empty() {
            command
        } else {
            rest.trim_start_matches(['I', 'M', '!', ' ', ','])
        }
    })
}

/// The flags behind `s/A/B/`.
fn substitution_flags(command: &str) -> Option<&str> {
    let rest = command.strip_prefix('s')?;
    let delimiter = rest
        .chars()
        .next()
        .filter(|c| !c.is_alphanumeric() && !c.is_whitespace())?;
    let mut parts = rest.get(delimiter.len_utf8()..)?.splitn(3, delimiter);
    let (_, _) = (parts.next()?, parts.next()?);
    parts.next()
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
    let text = |call: &Call<'_>| {
        call.args()
            .iter()
            .map(|word| word.text.len())
            .sum::<usize>()
    };
    if text(call) > 0 && call.args().iter().any(|word| opens_others(&word.text)) {
        leaf.unknown("an awk program opens files or runs commands");
        for word in call.args() {
            quoted(&mut leaf, word);
        }
    }
    Meaning::Runs(leaf)
}

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
        || program.contains("| \"")
        || program.contains("|\"")
        || (program.contains('>') && program.contains("print"))
        || program.contains("@load")
        || program.contains("@include")
}

/// The string constants of a program, each of which may name a file that it reads or writes.
fn quoted(leaf: &mut Leaf, word: &ShellWord) {
    for text in word.text.split('"').skip(1).step_by(2) {
        if !text.is_empty() && !text.contains(char::is_whitespace) && text.contains(['.', '/']) {
            leaf.reads(ShellWord {
                text: text.to_owned(),
                ..word.clone()
            });
            leaf.writes(ShellWord {
                text: text.to_owned(),
                ..word.clone()
            });
        }
    }
}

/// jq(1): `--arg NAME VALUE` and its like take two words, and yq(1) has subcommands.
pub(super) fn jq(call: &Call<'_>) -> Meaning {
    let mut kept: Vec<ShellWord> = call.words.iter().take(1).cloned().collect();
    let mut named = Vec::new();
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "--arg" | "--argjson" => {
                words.nth(1);
            }
            "--slurpfile" | "--rawfile" | "--argfile" => named.extend(words.nth(1)),
            "--args" | "--jsonargs" => break,
            "e" | "eval" | "ea" | "eval-all" if call.name == "yq" && kept.len() == 1 => {}
            _ => kept.push(word.clone()),
        }
    }
    let Some(reduced) = Call::new(&kept) else {
        return call.plain();
    };
    let mut leaf = call.leaf();
    if let Meaning::Runs(files) = files::run(&reduced, &JQ) {
        leaf.operands = files.operands;
        leaf.inert = files.inert;
    }
    for word in named {
        leaf.reads(word.clone());
    }
    Meaning::Runs(leaf)
}
