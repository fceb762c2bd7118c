//! `terraform` and `tofu`.
//!
//! Sources: <https://developer.hashicorp.com/terraform/cli/commands>, `terraform -help SUBCOMMAND`
//! (1.11).

use super::super::facts::Effect;
use super::super::shell::ShellWord;
use super::call::{Call, file_name};
use super::options::{Grammar, Item, Scan, Value, looks_like_option, may_configure};
use super::vouched::terraform::{HELP, Role, options};
use super::{Access, Leaf, Meaning, Operand};

/// What `terraform` and `tofu` do with these words.
pub(super) fn terraform(call: &Call<'_>) -> Meaning {
    let args = call.args();
    let start = args
        .iter()
        .position(|word| !word.text.starts_with('-'))
        .unwrap_or(args.len());
    let (globals, rest) = args.split_at(start);
    let mut leaf = call.leaf_without_forms();
    let mut others = Vec::new();
    for global in globals {
        match global.text.strip_prefix("-chdir=") {
            Some(dir) if others.is_empty() && leaf.base.is_empty() => {
                leaf.base.push(Value::part(global, dir).word());
            }
            _ => {
                leaf.lift("a global option of `terraform` other than `-chdir`");
                others.push(global);
            }
        }
    }
    if !call.is_exact() {
        leaf.lift(format!("`{}` is not named as itself", call.name));
    }
    if !leaf.base.is_empty() && leaf.allow_form.is_some() {
        leaf.allow_form = Some(form("terraform", rest));
    }
    if call.name != "terraform" {
        leaf.lift(format!("`{}` is not `terraform`", call.name));
    }
    let inert = wants_help(args);
    finish(&mut leaf, rest, inert);
    push_forms(&mut leaf, rest);
    // The words as written add nothing where they are the canonical ones.
    if !globals.is_empty() {
        leaf.block_forms.push(call.form(args));
    }
    Meaning::Runs(leaf)
}

/// terraform looks for these words anywhere before `--`, even where they are an option's value,
/// and for the version behind it too (measured with 1.11).
fn wants_help(args: &[ShellWord]) -> bool {
    let options = args
        .iter()
        .position(|word| word.text == "--")
        .unwrap_or(args.len());
    args.iter()
        .enumerate()
        .any(|(at, word)| match word.text.as_str() {
            "-v" | "-version" | "--version" => !word.dynamic,
            "-h" | "-help" | "--help" => !word.dynamic && at < options,
            _ => false,
        })
}

fn form(program: &str, words: &[ShellWord]) -> Vec<String> {
    let mut form = Vec::with_capacity(words.len() + 1);
    form.push(program.to_owned());
    form.extend(words.iter().map(|word| word.text.clone()));
    form
}

pub(super) fn push_forms(leaf: &mut Leaf, words: &[ShellWord]) {
    let canonical = form("terraform", words);
    let subcommand = words.first().map_or("", |word| word.text.as_str());
    if subcommand == "destroy" {
        let mut apply = canonical.clone();
        if let Some(word) = apply.get_mut(1) {
            "apply".clone_into(word);
        }
        leaf.block_forms.push(apply);
    } else if subcommand == "apply" && leaf.effect == Effect::Destructive && destroys(words) {
        let mut destroy = canonical.clone();
        if let Some(word) = destroy.get_mut(1) {
            "destroy".clone_into(word);
        }
        leaf.block_forms.push(destroy);
    }
    match leaf.block_forms.is_empty() {
        true => leaf.block_forms = vec![canonical],
        false => leaf.block_forms.insert(0, canonical),
    }
}

fn destroys(words: &[ShellWord]) -> bool {
    words.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "-destroy"
                | "--destroy"
                | "-destroy=true"
                | "--destroy=true"
                | "-destroy=1"
                | "--destroy=1"
        )
    })
}

fn effect(subcommand: &str, second: &str) -> Effect {
    match (subcommand, second) {
        ("apply" | "destroy" | "import" | "refresh" | "test" | "taint" | "untaint", _)
        | ("force-unlock", _)
        | ("state", "rm" | "mv" | "push" | "replace-provider")
        | ("workspace", "delete") => Effect::Destructive,
        ("console" | "login" | "logout" | "init" | "get", _)
        | ("workspace", "new" | "select")
        | ("providers", "lock" | "mirror") => Effect::Change,
        _ => Effect::None,
    }
}

pub(super) fn finish(leaf: &mut Leaf, words: &[ShellWord], inert: bool) {
    leaf.inert = inert;
    let Some(subcommand) = words.first() else {
        return;
    };
    if subcommand.known().is_none() {
        leaf.lift("the subcommand is known only at run time");
        leaf.unknown("the subcommand is known only at run time");
    }
    let second = words.get(1).map_or("", |word| word.text.as_str());
    leaf.effect = effect(&subcommand.text, second);
    operands(leaf, &subcommand.text, words.get(1..).unwrap_or_default());
    if inert {
        leaf.operands.clear();
    }
}

fn operands(leaf: &mut Leaf, subcommand: &str, args: &[ShellWord]) {
    let nested = matches!(subcommand, "state" | "workspace" | "providers" | "metadata");
    let (second, args) = match args.split_first() {
        Some((second, rest)) if nested && !looks_like_option(&second.text) => {
            (second.text.as_str(), rest)
        }
        _ => ("", args),
    };
    let mut format = Format::default();
    let mut scan = Scan::new(args, options(subcommand), Grammar::Go).with(HELP);
    while let Some(item) = scan.next() {
        if let Some(word) = scan.doubtful_value() {
            unknown_option(leaf, word);
        }
        match item {
            Item::Option { opt, value } => option(leaf, &mut format, opt.role, value),
            Item::Unknown(word) => unknown_option(leaf, word),
            Item::Operand(word) if looks_like_option(&word.text) => unknown_option(leaf, word),
            Item::Operand(word) => operand(leaf, &mut format, subcommand, word),
        }
    }
    match subcommand {
        "fmt" => format.finish(leaf),
        "console" => {
            leaf.lift(CONSOLE);
            leaf.unknown(CONSOLE);
        }
        _ if shows_state(subcommand, second, args) => {
            leaf.operands
                .push(possibly(ShellWord::constant(STATE), Access::Read));
        }
        _ => {}
    }
}

const CONSOLE: &str = "`terraform console` evaluates code, which can read any file";

/// Where a state is that no option names.
const STATE: &str = "terraform.tfstate";

/// It prints a state as it is, with what is sensitive in it.
fn shows_state(subcommand: &str, second: &str, args: &[ShellWord]) -> bool {
    let json = args
        .iter()
        .any(|word| word.text.trim_start_matches('-').starts_with("json"));
    let names = args.iter().any(|word| !word.text.starts_with('-'));
    match subcommand {
        "state" => second == "pull",
        "show" => json && !names,
        _ => false,
    }
}

/// The file or the plugin that it names would be taken on trust.
fn unknown_option(leaf: &mut Leaf, word: &ShellWord) {
    leaf.lift(format!(
        "`{}` is no known option of this subcommand of `terraform`",
        word.text
    ));
}

fn option(leaf: &mut Leaf, format: &mut Format, role: Role, value: Option<Value<'_>>) {
    match (role, value) {
        (Role::Code, _) => {
            leaf.lift("an option of `terraform` selects code, configuration or a place")
        }
        (Role::Diff, value) => format.diff = is_on(value),
        (Role::Recursive, value) => format.recursive = is_on(value),
        (Role::Read, Some(value)) => leaf.reads(value.word()),
        (Role::State, Some(value)) => leaf.operands.push(possibly(value.word(), Access::Read)),
        (Role::Write, Some(value)) if value.text != "-" => leaf.writes(value.word()),
        (Role::Plan, Some(value)) if is_plan(value.text) => leaf.operands.push(Operand {
            word: value.word(),
            access: Access::WriteOwnKind,
            recursive: false,
        }),
        (Role::Plan, Some(value)) if value.text != "-" => leaf.writes(value.word()),
        (Role::Load, Some(value)) => leaf.loads.push(value.word()),
        (Role::Variables, Some(value)) => variables(leaf, value),
        _ => {}
    }
}

/// A file of variables is opened, and the plan shows the values that it gives; of a file of another kind
/// Terraform prints the lines that it can't read. Naming a file that every plan takes in says no more than
/// the plan alone.
fn variables(leaf: &mut Leaf, value: Value<'_>) {
    leaf.loads.push(value.word());
    if !is_taken_in(value.text) {
        leaf.operands.push(possibly(value.word(), Access::Read));
    }
}

/// Whether Terraform loads the file by itself: `terraform.tfvars` and `*.auto.tfvars` of the directory that it
/// works in, also in JSON (its manual, "Input Variables").
fn is_taken_in(path: &str) -> bool {
    let name = path.strip_suffix(".json").unwrap_or(path);
    let is_here = !path.contains(['/', '\\']);
    is_here && (name == "terraform.tfvars" || name.ends_with(".auto.tfvars"))
}

/// Whether a file of that name is a plan, by the names of Terraform's manual. Each plan is made from the
/// configuration again, so that nothing is lost with the one before it.
fn is_plan(path: &str) -> bool {
    let name = file_name(path);
    name == "tfplan" || name.ends_with(".tfplan")
}

/// Go's `flag` takes these for a switch that is off.
fn is_on(value: Option<Value<'_>>) -> bool {
    value.is_none_or(|value| !matches!(value.text, "0" | "f" | "F" | "false" | "FALSE" | "False"))
}

/// An access that depends on what the file holds.
fn possibly(mut word: ShellWord, access: Access) -> Operand {
    word.glob = true;
    Operand {
        word,
        access,
        recursive: false,
    }
}

/// The options of `terraform fmt`.
#[derive(Debug, Default)]
struct Format {
    diff: bool,
    recursive: bool,
    targets: Vec<ShellWord>,
}

/// What `fmt` looks at in a directory (1.11: `fmtSupportedExts`), as far as secrets lie in it.
const VARIABLE_FILES: [&str; 2] = ["*.tfvars", "**/*.tfvars"];

impl Format {
    /// Of a file that it can't read, `fmt` prints the offending line. `-diff` prints the lines around
    /// each change, also of files of variables.
    fn finish(self, leaf: &mut Leaf) {
        // A glob of code matches no file of values.
        let may_hold = |target: &&ShellWord| {
            target.text != "-" && !(target.glob && target.text.ends_with(".tf"))
        };
        for target in self.targets.iter().filter(may_hold) {
            leaf.operands.push(possibly(target.clone(), Access::Read));
            if target.text.starts_with(['/', '~']) || target.text.contains("..") {
                leaf.loads.push(target.clone());
                leaf.writes(target.clone());
            }
        }
        if !self.diff {
            return;
        }
        let here = [ShellWord::constant(".")];
        let targets = match self.targets.as_slice() {
            [] => here.as_slice(),
            targets => targets,
        };
        let [flat, deep] = VARIABLE_FILES;
        let pattern = if self.recursive { deep } else { flat };
        for target in targets.iter().filter(|target| target.text != "-") {
            let is_file = [".tf", ".tfvars", ".hcl"]
                .iter()
                .any(|end| target.text.ends_with(end));
            if !is_file {
                let mut word = target.clone();
                word.text = format!("{}/{pattern}", target.text.trim_end_matches('/'));
                leaf.operands.push(possibly(word, Access::Read));
            }
        }
    }
}

fn operand(leaf: &mut Leaf, format: &mut Format, subcommand: &str, word: &ShellWord) {
    match subcommand {
        "show" => leaf.reads(word.clone()),
        // It only rewrites the layout, so inside the workspace it is no write to judge.
        "fmt" => format.targets.push(word.clone()),
        // A file may have the name of an option: `-out=main.tf`.
        "plan" | "validate" if may_configure(&word.text) || word.may_begin_otherwise() => {
            unknown_option(leaf, word);
        }
        // `validate` works on that folder, and so did `plan` up to 0.14.
        "plan" | "validate" => leaf.loads.push(word.clone()),
        _ => {}
    }
}
