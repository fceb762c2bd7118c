//! CAVRA's own command line: `cavra --help`, "Global options".

use super::super::facts::Effect;
use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, flag, looks_like_option, value};
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
    if applies_a_judged_plan(call.args()) {
        let mut leaf = call.leaf();
        leaf.effect = Effect::Destructive;
        return Meaning::Runs(leaf);
    }
    if waits_for_an_answer(call) {
        let mut leaf = call.leaf();
        leaf.neutral = true;
        return Meaning::Runs(leaf);
    }
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

/// `cavra exec -- terraform apply PLANFILE`: it applies the plan only after it has asked about it, and
/// starts nothing else (`cavra exec --help`). In any other form, it counts as what it would start.
fn applies_a_judged_plan(args: &[ShellWord]) -> bool {
    let [exec, dashes, terraform, apply, plan] = args else {
        return false;
    };
    let words = [
        (exec, "exec"),
        (dashes, "--"),
        (terraform, "terraform"),
        (apply, "apply"),
    ];
    let is_spelled = |(word, text): &(&ShellWord, &str)| word.known() == Some(*text);
    let is_one_file = plan
        .known()
        .is_some_and(|path| !path.is_empty() && !looks_like_option(path));
    words.iter().all(is_spelled) && is_one_file
}

/// The options of `cavra approvals wait` (`cavra approvals wait --help`), and whether the value says where
/// the service is.
static WAIT: &[Opt<bool>] = &[
    value("--endpoint", true),
    value("--for --timeout --output --color", false),
];

/// `cavra approvals wait ID`: it asks CAVRA what became of a request, as the hook tells an agent to. It
/// reads nothing but the answer, whatever the path of the socket is called.
fn waits_for_an_answer(call: &Call<'_>) -> bool {
    let [approvals, wait, rest @ ..] = call.args() else {
        return false;
    };
    let is_wait = approvals.known() == Some("approvals") && wait.known() == Some("wait");
    if !is_wait || !call.is_exact() || call.args().iter().any(|word| word.known().is_none()) {
        return false;
    }
    let mut ids = 0;
    let mut items = Scan::new(rest, WAIT, Grammar::Exact);
    let all_known = items.all(|item| match item {
        Item::Operand(word) => {
            ids += 1;
            uuid::Uuid::try_parse(&word.text).is_ok()
        }
        Item::Option { opt, value, .. } => {
            value.is_some_and(|value| !opt.role || value.text.starts_with("unix:"))
        }
        Item::Unknown(_) => false,
    });
    all_known && ids == 1
}
