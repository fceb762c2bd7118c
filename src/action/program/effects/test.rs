//! `test` and `[`: operators, and the paths that they look at.
//!
//! Source: bash(1), "CONDITIONAL EXPRESSIONS".

use super::super::call::Call;
use super::table::Account;

/// What looks at the path behind it.
const FILES: &[&str] = &[
    "-a", "-b", "-c", "-d", "-e", "-f", "-g", "-h", "-k", "-p", "-r", "-s", "-u", "-w", "-x", "-G",
    "-L", "-N", "-O", "-S",
];
/// What compares the paths on both sides.
const COMPARES: &[&str] = &["-ef", "-nt", "-ot"];
/// What looks at text, a number or a descriptor.
const TEXTS: &[&str] = &[
    "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-n", "-z", "-t", "-o", "-a",
];

/// What names a variable, whose subscript bash evaluates.
const NAMES: &[&str] = &["-v", "-R"];

/// Each word that is no operator is text, or the path of the operator in front of it.
/// A file may have the name of an operator.
pub(super) fn test(call: &Call<'_>, account: &mut Account<'_>) {
    let mut before = "";
    for (index, word) in call.args().iter().enumerate() {
        let text = word.text.as_str();
        let compared = || {
            let next = call.args().get(index + 1);
            next.is_some_and(|next| COMPARES.contains(&next.text.as_str()))
        };
        if FILES.contains(&before) || COMPARES.contains(&before) || compared() {
            account.lists(word);
        }
        if NAMES.iter().any(|name| word.may_become(name)) {
            account.unaccounted(text);
        }
        let letters = text.strip_prefix('-').unwrap_or_default();
        let is_letters = !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_alphabetic());
        let known = [FILES, COMPARES, TEXTS]
            .iter()
            .any(|names| names.contains(&text));
        if is_letters && !known {
            account.unaccounted(text);
        }
        before = text;
    }
}
