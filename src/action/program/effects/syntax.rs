//! Interpreters that only look whether files are well formed. An error shows a line, so the files are read.

use super::super::Leaf;
use super::super::call::Call;
use super::super::syntax_checks;
use super::table::Account;

/// Accounts for a command that only checks files. False if it does something else.
pub(super) fn checked(call: &Call<'_>, leaf: &mut Leaf) -> bool {
    let Some(files) = syntax_checks::files(call).filter(|_| call.is_exact()) else {
        return false;
    };
    let mut account = Account::of(leaf);
    if account.is_lifted() {
        account.close_in_part();
        return true;
    }
    files
        .iter()
        .for_each(|file| account.reads(file.clone(), false));
    account.close();
    true
}
