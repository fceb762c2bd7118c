//! Editors and runners of recipes, whose commands are code: vim(1), emacs(1), make(1).

use super::Meaning;
use super::call::Call;
use super::transfers::read;

/// vim(1), nano(1), ed(1), emacs(1): files are read and written; `-c`, `+CMD` and `--eval` run code.
pub(super) fn editor(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-c" | "--cmd" | "-S" | "-s" | "-u" | "-U" | "--eval" | "-l" | "--load" | "-W"
            | "-w" | "--script" => {
                let value = words.next();
                leaf.unknown("an editor's commands are code");
                if let Some(value) =
                    value.filter(|_| matches!(word.text.as_str(), "-S" | "-s" | "-l" | "--load"))
                {
                    leaf.reads(value.clone());
                }
            }
            text if text.starts_with('+')
                && !text
                    .trim_start_matches('+')
                    .bytes()
                    .all(|byte| byte.is_ascii_digit()) =>
            {
                leaf.unknown("an editor's commands are code");
            }
            text if text.starts_with(['-', '+']) => {}
            _ => {
                leaf.reads(word.clone());
                leaf.writes(word.clone());
            }
        }
    }
    Meaning::Runs(leaf)
}

/// make(1), just, rake, …: the file of recipes decides.
pub(super) fn make(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-f" | "--file" | "--makefile" => leaf.operands.extend(words.next().map(read)),
            "-C" | "--directory" => leaf.base.extend(words.next().cloned()),
            "-n" | "--dry-run" | "--just-print" | "--help" | "--version" => leaf.inert = true,
            _ => {}
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
