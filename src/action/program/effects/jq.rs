//! `jq`: a filter that reads neither the environment nor modules.
//!
//! Source: jq(1) 1.7.

use super::super::super::facts::Deed;
use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::options::{flag, value};
use super::table::{Account, Operands, Role, Table, table};

/// `-f` takes the filter from a file, and `-L` names a folder of modules.
static JQ: Table = table(
    &[
        flag(
            "-n --null-input -R --raw-input -s --slurp -c --compact-output -r --raw-output --raw-output0 -j --join-output \
             -a --ascii-output -S --sort-keys -C --color-output -M --monochrome-output --tab --unbuffered --stream \
             --stream-errors --seq -e --exit-status",
            Role::Plain,
        ),
        value("--indent", Role::Plain),
    ],
    Operands::CodeReads,
);

/// Options that take a name and a value.
const NAMED: &[&str] = &["--arg", "--argjson"];
/// Options that take a name and a file.
const NAMED_FILES: &[&str] = &["--slurpfile", "--rawfile"];
/// Names in a filter that reach further than its input.
const REACHING: &[&str] = &["ENV", "import", "include", "modulemeta", "get_search_list"];

pub(super) fn jq(call: &Call<'_>, account: &mut Account<'_>) {
    let mut kept: Vec<ShellWord> = Vec::with_capacity(call.args().len());
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if NAMED.contains(&text) {
            // Of several matches of a glob the next one would be the program.
            let values = words.by_ref().take(2);
            values
                .filter(|word| word.glob)
                .for_each(|word| account.unaccounted(&word.text));
        } else if NAMED_FILES.contains(&text) {
            let named = words.by_ref().take(2);
            for (index, word) in named.enumerate() {
                if word.glob {
                    account.unaccounted(&word.text);
                } else if index == 1 {
                    account.reads(word.clone(), false);
                }
            }
        } else if matches!(text, "--args" | "--jsonargs") {
            // What follows are values, up to the end.
            account.unaccounted(text);
        } else if is_program(word) && kept.iter().all(|it| it.text.starts_with('-')) {
            // What it matches is such a program too, and the further matches are files.
            account.reads(word.clone(), false);
            kept.push(ShellWord::constant(text));
        } else {
            kept.push(word.clone());
        }
    }
    account.by(&kept, &JQ);
    // The filter is among them; a file is rarely named so.
    for word in &kept {
        if let Some(name) = reaching(&word.text) {
            account.unaccounted(name);
            if matches!(name, "env" | "ENV") {
                account.does(Deed::Environment);
            }
        }
    }
}

/// The first name in a filter that reaches further than its input. `.env` is a field.
pub(super) fn reaching(filter: &str) -> Option<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = filter;
    let mut before = None;
    while let Some(at) = rest.find(is_name) {
        before = rest
            .get(..at)
            .and_then(|text| text.chars().last())
            .or(before);
        let tail = rest.get(at..).unwrap_or_default();
        let end = tail.find(|c| !is_name(c)).unwrap_or(tail.len());
        let (name, behind) = tail.split_at(end);
        let field = before == Some('.') && !rest.get(..at).unwrap_or_default().ends_with("..");
        if !field && (name == "env" || REACHING.contains(&name)) {
            return Some(name);
        }
        before = name.chars().last();
        rest = behind;
    }
    None
}

/// A program without quotes that a glob makes no other program: `.[0]`, `.items[]`, `.a?`. Only at its end may a
/// character be any: `.a?env` may become `.a,env`, which prints the environment.
fn is_program(word: &ShellWord) -> bool {
    let is_of_path = |byte: u8| byte.is_ascii_alphanumeric() || b"._[]".contains(&byte);
    let path = word.text.strip_suffix('?').unwrap_or(&word.text);
    word.glob && !word.dynamic && path.starts_with('.') && path.bytes().all(is_of_path)
}
