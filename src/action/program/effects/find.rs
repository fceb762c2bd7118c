//! `find`: its tests, and no action but printing.
//!
//! Source: find(1), GNU findutils 4.10.

use super::super::call::Call;
use super::table::Account;

/// Tests, operators and actions without a value.
const ALONE: &[&str] = &[
    "!",
    "(",
    ")",
    ",",
    "-a",
    "-and",
    "-daystart",
    "-depth",
    "-empty",
    "-executable",
    "-false",
    "-ignore_readdir_race",
    "-ls",
    "-mount",
    "-nogroup",
    "-noignore_readdir_race",
    "-noleaf",
    "-not",
    "-nouser",
    "-nowarn",
    "-o",
    "-or",
    "-print",
    "-print0",
    "-prune",
    "-quit",
    "-readable",
    "-true",
    "-warn",
    "-writable",
    "-xdev",
];
/// Those with one.
const VALUED: &[&str] = &[
    "-amin",
    "-anewer",
    "-atime",
    "-cmin",
    "-cnewer",
    "-ctime",
    "-fstype",
    "-gid",
    "-group",
    "-ilname",
    "-iname",
    "-inum",
    "-ipath",
    "-iregex",
    "-iwholename",
    "-links",
    "-lname",
    "-maxdepth",
    "-mindepth",
    "-mmin",
    "-mtime",
    "-name",
    "-newer",
    "-path",
    "-perm",
    "-printf",
    "-regex",
    "-regextype",
    "-samefile",
    "-size",
    "-type",
    "-uid",
    "-used",
    "-user",
    "-wholename",
    "-xtype",
];

/// `-L` follows links out of the workspace, `-delete`, `-exec` and `-fprint` and others like them do more
/// than print.
pub(super) fn find(call: &Call<'_>, account: &mut Account<'_>) {
    let mut words = call.args().iter().peekable();
    while words.next_if(|word| word.text == "-P").is_some() {}
    let is_path = |text: &str| !text.starts_with('-') && !matches!(text, "(" | "!" | ",");
    let mut paths = 0;
    while let Some(path) = words.next_if(|word| is_path(&word.text)) {
        account.lists(path);
        paths += 1;
    }
    if paths == 0 {
        account.lists_here();
    }
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if VALUED.contains(&text) {
            // An unquoted pattern may become several words.
            if let Some(value) = words.next().filter(|value| value.glob) {
                account.unaccounted(&value.text);
            }
        } else if !ALONE.contains(&text) {
            account.unaccounted(text);
        }
    }
}
