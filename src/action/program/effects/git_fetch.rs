//! `git fetch` and `git ls-remote` from a remote that is given by its name.
//!
//! Sources: git-fetch(1), git-ls-remote(1), 2.47. In no table: what prunes or makes the history
//! shallow, which loses commits; `-f`; `--upload-pack`, which runs a program; `--all`.

use super::super::super::facts::Deed;
use super::super::super::shell::ShellWord;
use super::super::git::is_id;
use super::super::options::{Grammar, Item, Opt, Scan, flag};
use super::network::is_plain;
use super::table::Account;

static FETCH: &[Opt<()>] = &[flag(
    "-q --quiet -v --verbose -t --tags --no-tags --progress --no-progress --dry-run --porcelain -4 --ipv4 -6 --ipv6 \
     --no-recurse-submodules --no-auto-maintenance --no-auto-gc",
    (),
)];
static LS_REMOTE: &[Opt<()>] = &[flag(
    "--heads -b --branches -t --tags --refs -q --quiet --exit-code --symref",
    (),
)];

/// Accounts for `git NAME ARGS` if that only reads from a remote; answers whether it does.
pub(super) fn account(account: &mut Account<'_>, name: &str, args: &[ShellWord]) -> bool {
    let (options, deed) = match name {
        "fetch" => (FETCH, Deed::VcsLocal),
        "ls-remote" => (LS_REMOTE, Deed::VcsReads),
        _ => return false,
    };
    account.does(Deed::NetworkRead);
    account.does(deed);
    let mut operands = 0;
    for item in Scan::new(args, options, Grammar::Exact) {
        match item {
            Item::Option { value: None, .. } => {}
            Item::Option { .. } => account.unaccounted(name),
            Item::Unknown(word) => account.unaccounted(&word.text),
            Item::Operand(word) => {
                operands += 1;
                let is_fine = match operands {
                    1 => is_remote(&word.text),
                    _ => is_ref(&word.text),
                };
                if !is_fine || !is_plain(word) {
                    account.unaccounted(&word.text);
                }
            }
        }
    }
    // Without a name, the configuration says which remote it is.
    if operands == 0 {
        account.unaccounted(name);
    }
    true
}

/// A name, and neither a path nor a URL.
fn is_remote(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.bytes().all(is_letter)
}

/// A ref: with a colon or a plus in it, a branch of this repository would move. An id may be that of a file, which
/// `git show FETCH_HEAD` would print then.
fn is_ref(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let is_object = text.len() >= WHOLE_ID_DIGITS && is_id(text);
    !text.is_empty() && text.bytes().all(is_letter) && !is_object
}

/// Digits of an id that a server is asked for: it takes no abbreviation.
const WHOLE_ID_DIGITS: usize = 40;
