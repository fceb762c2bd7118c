//! Editors and runners of recipes, whose commands are code: vim(1), emacs(1), make(1).

use super::Meaning;
use super::call::Call;
use super::options::Value;
use super::transfers::{read, write};

/// vim(1), nano(1), ed(1), emacs(1): files are read and, unless only shown, written; `-c`,
/// `+CMD` and `--eval` run code.
pub(super) fn editor(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let line_editor = matches!(&*call.name, "ed" | "ex" | "red");
    let has = |options: &[&str]| {
        let mut words = call.args().iter();
        words.any(|word| options.contains(&word.text.as_str()))
    };
    let mut only_shows = matches!(&*call.name, "view" | "rview" | "gview") || has(read_only(call));
    let mut files = Vec::new();
    let mut words = call.args().iter();
    let mut ended = false;
    while let Some(word) = words.next() {
        match word.text.as_str() {
            _ if ended => files.push(word),
            "--" => ended = true,
            "--help" | "--version" => {
                leaf.inert = true;
                return Meaning::Runs(leaf);
            }
            // ed(1) and ex(1): silent.
            "-s" if line_editor => {}
            "-c" | "--cmd" | "-S" | "-s" | "-u" | "-U" | "--eval" | "-l" | "--load" | "-W"
            | "-w" | "--script" => {
                let value = words.next();
                leaf.unknown("an editor's commands are code");
                only_shows = false;
                if let Some(value) =
                    value.filter(|_| matches!(word.text.as_str(), "-S" | "-s" | "-l" | "--load"))
                {
                    leaf.reads(value.clone());
                }
                if matches!(word.text.as_str(), "-w" | "-W") {
                    leaf.operands.extend(value.map(write));
                }
            }
            text if text.starts_with('+')
                && !text
                    .trim_start_matches('+')
                    .bytes()
                    .all(|byte| byte.is_ascii_digit()) =>
            {
                leaf.unknown("an editor's commands are code");
                only_shows = false;
            }
            text if text.starts_with(['-', '+']) => {}
            _ => files.push(word),
        }
    }
    for file in files {
        leaf.reads(file.clone());
        if !only_shows {
            leaf.writes(file.clone());
        }
    }
    Meaning::Runs(leaf)
}

/// Options with which an editor only shows files.
fn read_only(call: &Call<'_>) -> &'static [&'static str] {
    match &*call.name {
        "vim" | "vi" | "nvim" | "ex" | "gvim" | "view" => &["-R", "-M", "-m"],
        "nano" | "pico" => &["-v", "--view"],
        "kak" => &["-ro"],
        "joe" => &["-rdonly"],
        _ => &[],
    }
}

/// Options of such programs with the file of recipes attached.
const ATTACHED: &[&str] = &[
    "--file=",
    "--makefile=",
    "--justfile=",
    "--rakefile=",
    "--dotenv-path=",
    "-f",
];

/// make(1), just, rake, …: the file of recipes decides.
pub(super) fn make(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-f" | "--file" | "--makefile" | "--justfile" | "--rakefile" | "--dotenv-path" => {
                leaf.operands.extend(words.next().map(read));
            }
            "-C" | "--directory" => leaf.base.extend(words.next().cloned()),
            "-n" | "--dry-run" | "--just-print" | "--help" | "--version" => leaf.inert = true,
            text => {
                let attached = ATTACHED.iter().find_map(|option| text.strip_prefix(option));
                let file = attached.filter(|file| !file.is_empty());
                leaf.operands
                    .extend(file.map(|file| read(&Value::part(word, file).word())));
            }
        }
    }
    // `SHELL=…` and `--eval` make any recipe run anything.
    if call
        .args()
        .iter()
        .any(|word| word.text.starts_with("--eval") || word.text.starts_with("SHELL="))
    {
        leaf.unknown("the recipe is given in the line");
        leaf.inert = false;
    }
    leaf.lift("a file of recipes decides what runs");
    Meaning::Runs(leaf)
}
