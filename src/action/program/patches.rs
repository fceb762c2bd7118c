//! patch(1): `patch [OPTION]… [ORIGINAL [PATCHFILE]]`.

use super::Meaning;
use super::call::Call;
use super::files::{Operands, Role, Seen, Tool, scan, tool};
use super::options::{flag, value};
use super::transfers::{read, write};

static PATCH: Tool = tool(
    &[
        value("-i --input", Role::PatternFile),
        value("-o --output", Role::Target),
        value("-r --reject-file", Role::Write),
        value("-d --directory", Role::Base),
        value(
            "-p --strip -F --fuzz -B --prefix -D --ifdef -g --get -V --version-control -x --debug -Y --basename-prefix \
             -z --suffix --quoting-style --read-only --reject-format",
            Role::None,
        ),
        flag("--dry-run -C --check", Role::DryRun),
    ],
    Operands::Writes,
);

/// The original is changed, unless what comes out goes elsewhere or nowhere. Without it,
/// the patch says what is changed.
pub(super) fn patch(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut seen = Seen::default();
    scan(call.args(), &PATCH, &mut leaf, &mut seen);
    leaf.inert = seen.inert || seen.dry_run;
    if seen.inert {
        return Meaning::Runs(leaf);
    }
    let mut words = seen.operands.iter();
    let original = words.next();
    // With `-i` there is no second operand.
    leaf.operands.extend(words.map(|word| read(word)));
    let elsewhere = seen.target.map(|value| value.word());
    match original {
        Some(original) if seen.dry_run || elsewhere.is_some() => leaf.reads((*original).clone()),
        Some(original) => leaf.operands.push(write(original)),
        None if seen.dry_run => {}
        None => leaf.unknown("the patch says which files it changes"),
    }
    if let Some(output) = elsewhere.filter(|word| !seen.dry_run && word.text != "-") {
        leaf.writes(output);
    }
    Meaning::Runs(leaf)
}
