//! Programs that start others, in ways too many to know each option.

use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, value};
use super::word_list::lists;
use super::{
    Access, Inner, Meaning, Operand, OptionTable, launch, secrets, selecting, tasks, terragrunt,
    test_runners,
};

/// The dynamic loader: `ld-linux-x86-64.so.2 [OPTION…] PROGRAM ARG…` (ld.so(8)).
pub(super) fn loader(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift(format!("`{}` chooses what runs", call.name));
    let mut scan = Scan::new(call.args(), LOADER, Grammar::OperandsEnd);
    if scan.any(|item| matches!(item, Item::Operand(_))) {
        wrapper.runs(call.args_from(scan.at()));
    }
    if wrapper.inner.is_empty() {
        return call.plain();
    }
    Meaning::Wraps(wrapper)
}

static LOADER: &[Opt<()>] = &[value(
    "--library-path --preload --audit --argv0 --glibc-hwcaps-mask --glibc-hwcaps-prepend --inhibit-rpath",
    (),
)];

/// terragrunt: `exec` runs a command; the rest is what terraform would do.
pub(super) fn terragrunt(call: &Call<'_>) -> Meaning {
    launch::beside(call, terragrunt::terragrunt(call))
}

/// npm(1), pnpm, yarn: they run packages' programs, and recipes of the project.
pub(super) fn node_packages(call: &Call<'_>) -> Meaning {
    if let Some(meaning) = launch::started(call) {
        return meaning;
    }
    if let Some(meaning) = package_tool(call) {
        return meaning;
    }
    let mut meaning = test_runners::npm(call);
    if let Meaning::Runs(leaf) = &mut meaning {
        leaf.starts.extend(binaries(call));
    }
    meaning
}

/// `pnpm TOOL`, `yarn TOOL`: a tool of the project's packages, of which the line is judged as that of a
/// launcher is. None if it is something else.
fn package_tool(call: &Call<'_>) -> Option<Meaning> {
    let at = tasks::package_tool(call)?;
    let mut leaf = call.leaf();
    leaf.options = OptionTable::Asked;
    leaf.unvouched = selecting::selecting(call)
        .into_iter()
        .map(str::to_owned)
        .collect();
    leaf.starts
        .push(Inner::Carried(call.args_from(at).to_vec()));
    test_runners::npm_forms(call, call.args(), &[], &mut leaf);
    Some(Meaning::Runs(leaf))
}

/// What `yarn NAME` and `pnpm NAME` do themselves; any other name is a recipe or a program.
const OWN: &str = "install i add remove rm uninstall un link unlink up update upgrade why info list ls ll la audit \
     init publish pack set config cache version create test t start stop build dedupe import outdated global help \
     login logout owner team tag unplug rebuild prune plugin patch patch-commit store root bin licenses deploy fetch \
     env server setup doctor completion node npm policies constraints search stage workspaces workspace autoclean check";

/// `yarn run NAME …`, `pnpm NAME …`: a program of the packages runs where no recipe has that name.
///
/// Whether `-w` takes a word differs between them, so each word that may be the name counts.
fn binaries(call: &Call<'_>) -> Vec<Inner> {
    if call.name == "npm" {
        return Vec::new();
    }
    let args = call.args();
    let plain: Vec<usize> = (0..args.len())
        .filter(|at| {
            args.get(*at)
                .is_some_and(|word| !word.text.starts_with('-'))
        })
        .take(2)
        .collect();
    let mut found: Vec<usize> = [plain, test_runners::operands_at(args)]
        .iter()
        .filter_map(|operands| named_by(args, operands))
        .collect();
    found.dedup();
    let words = found.into_iter().map(|at| call.args_from(at).to_vec());
    words
        .map(|words| Inner::Tried(Box::new(Inner::Words(words))))
        .collect()
}

/// The index of the recipe's or program's name, if it is none of what the managers do themselves.
fn named_by(args: &[ShellWord], operands: &[usize]) -> Option<usize> {
    let first = *operands.first()?;
    let at = match args.get(first)?.text.as_str() {
        "run" => *operands.get(1)?,
        _ => first,
    };
    let name = args.get(at)?.text.as_str();
    (!is_own(name)).then_some(at)
}

/// Whether yarn, pnpm or bun does something itself by this name.
pub(super) fn is_own(name: &str) -> bool {
    lists(OWN, name)
}

/// sops: `exec-env` and `exec-file` hand a command to a shell; else it decrypts files.
pub(super) fn sops(call: &Call<'_>) -> Meaning {
    launch::started(call).unwrap_or_else(|| secrets::gpg(call))
}

/// at(1), batch(1): the commands come from standard input, or a file.
pub(super) fn at(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift("it runs its commands later");
    let process = |word: &&ShellWord| word.text.starts_with("<(");
    if let Some(word) = call.args().iter().find(process) {
        wrapper.inner.push(Inner::Process(word.text.clone()));
    }
    let file = call
        .args()
        .iter()
        .skip_while(|word| word.text != "-f")
        .nth(1);
    match file {
        Some(file) => {
            wrapper.operands.push(Operand {
                word: file.clone(),
                access: Access::Read,
                recursive: false,
            });
            wrapper
                .inner
                .push(Inner::Dynamic("a file of commands".into()));
        }
        None => wrapper.inner.push(Inner::Stdin),
    }
    Meaning::Wraps(wrapper)
}
