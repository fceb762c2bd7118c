//! CAVRA's own command line: `cavra --help`, "Global options".

use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, flag, value};
use super::{Meaning, unknown};

/// The options that may be anywhere in the command line, also in front of the subcommand.
static GLOBAL: &[Opt<()>] = &[
    value("--packs --output --color", ()),
    flag("-v --verbose -q --quiet", ()),
];

/// Such a command is judged like that of any program without a table. A pattern such as
/// `cavra keys*` is also compared with its words without options, so that none hides the
/// subcommand.
pub(super) fn cavra(call: &Call<'_>) -> Meaning {
    let items = Scan::new(call.args(), GLOBAL, Grammar::Exact);
    let operands = items.filter_map(|item| match item {
        Item::Operand(word) => Some(word),
        Item::Option { .. } | Item::Unknown(_) => None,
    });
    let form = call.form(operands);
    match unknown::program(call) {
        Meaning::Runs(mut leaf) => {
            if !leaf.block_forms.contains(&form) {
                leaf.block_forms.push(form);
            }
            Meaning::Runs(leaf)
        }
        wrapper @ Meaning::Wraps(_) => wrapper,
    }
}
