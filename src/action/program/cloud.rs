//! Command lines of clouds and clusters: options may be between the subcommand's words.

use super::super::shell::ShellWord;
use super::call::Call;
use super::cloud_tables::{Cli, Role};
use super::files::below;
use super::options::{Grammar, Item, Scan, Value};
use super::{Access, Leaf, Meaning, Operand, effects, forges, habits, presumed};

/// What the options and words of such a command said.
#[derive(Debug, Default)]
struct Found<'a> {
    words: Vec<&'a str>,
    /// `words` if each unknown option takes the word behind it.
    words_if_values: Vec<&'a str>,
    /// Which arguments belong to global options.
    global: Vec<bool>,
    dry_run: bool,
    help: bool,
}

/// What a program of this table does with these words.
pub(super) fn run(call: &Call<'_>, cli: &'static Cli) -> Meaning {
    let mut leaf = call.leaf();
    let found = scan(call, cli, &mut leaf);
    leaf.effect = (cli.effect)(&found.words);
    leaf.inert = (found.dry_run || found.help) && !runs_inside(call, &found.words);
    if call
        .args()
        .iter()
        .take(3)
        .any(|word| word.known().is_none() && !word.text.starts_with('-'))
    {
        leaf.lift("a subcommand may be known only at run time");
    }
    forms(call, cli, &found, &mut leaf);
    special(call, &found, &mut leaf);
    if let Some(habits) = habits::specific(call) {
        presumed::words(&mut leaf, call.args(), habits);
        // They are names of subcommands and of things elsewhere.
        leaf.bare.clear();
    }
    Meaning::Runs(leaf)
}

/// `docker run IMAGE …`, `kubectl exec POD …`: options behind the name may be the inner command's.
fn runs_inside(call: &Call<'_>, words: &[&str]) -> bool {
    let name = &*call.name;
    if matches!(name, "aws" | "gcloud" | "az" | "helm" | "gh" | "glab") {
        return false;
    }
    let runs = words.iter().take(2).position(|word| {
        matches!(*word, "run" | "exec" | "create" | "debug" | "start")
            && (*word != "create" || name != "kubectl")
    });
    runs.is_some_and(|at| words.len() > at + 1)
}

fn scan<'a>(call: &Call<'a>, cli: &'static Cli, leaf: &mut Leaf) -> Found<'a> {
    let mut found = Found {
        global: vec![false; call.args().len()],
        ..Found::default()
    };
    let mut scan = Scan::new(call.args(), cli.opts, Grammar::Permute);
    let mut after_unknown = None;
    while let Some(item) = scan.next() {
        let doubtful = after_unknown == Some(scan.at());
        match item {
            Item::Option { opt, value } => {
                if matches!(opt.role, Role::Global | Role::Lift) {
                    let words = found.global.get_mut(scan.at()..scan.next_index());
                    words.unwrap_or_default().fill(true);
                }
                option(opt.role, value, doubtful, &mut found, leaf);
            }
            Item::Unknown(word) if !word.text.contains('=') => {
                after_unknown = Some(scan.next_index())
            }
            Item::Unknown(_) => {}
            Item::Operand(word) => {
                found.words.push(&word.text);
                if !doubtful {
                    found.words_if_values.push(&word.text);
                }
            }
        }
    }
    // pflag: `-h=false` and `-hh=0` switch off what `-h` switched on.
    found.help &= !call.args().iter().any(|word| switches_help(&word.text));
    found
}

/// Whether a word is the help's option with a value, or in a cluster that ends in a value.
fn switches_help(word: &str) -> bool {
    let is_cluster = word.starts_with('-') && !word.starts_with("--");
    let name = word.split('=').next().unwrap_or_default();
    word.contains('=') && (name == "--help" || (is_cluster && name.ends_with('h')))
}

/// `doubtful`: the option may be the value of the unknown option in front of it.
fn option(
    role: Role,
    value: Option<Value<'_>>,
    doubtful: bool,
    found: &mut Found<'_>,
    leaf: &mut Leaf,
) {
    match (role, value) {
        (Role::Lift, _) => {
            leaf.lift("an option selects configuration, an identity or another place")
        }
        (Role::Read, Some(value)) if value.text != "-" && !value.text.contains("://") => {
            leaf.reads(value.word());
        }
        (Role::Write, Some(value)) if value.text != "-" => leaf.writes(value.word()),
        (Role::ReadField, Some(value)) => field(value, leaf),
        (Role::Mount, Some(value)) => mount(value, leaf),
        (Role::DryRun, value) => found.dry_run = !doubtful && is_on(value),
        (Role::Help, value) => found.help = !doubtful && is_on(value),
        _ => {}
    }
}

/// What of this machine a container, or the building of an image, gets to see.
fn mount(value: Value<'_>, leaf: &mut Leaf) {
    let named = value.text.split(',').find_map(|part| {
        let (key, path) = part.split_once('=')?;
        matches!(key, "source" | "src").then_some(path)
    });
    let outer = named.or_else(|| {
        let (outer, _) = value.text.split_once(':')?;
        (!value.text.contains('=')).then_some(outer)
    });
    // A name without a slash or a dot is a volume's.
    if let Some(outer) = outer.filter(|outer| outer.contains(['/', '.', '~', '\\'])) {
        leaf.operands.push(Operand {
            word: Value::part(&value.word(), outer).word(),
            access: Access::Read,
            recursive: true,
        });
    }
}

fn is_on(value: Option<Value<'_>>) -> bool {
    value.is_none_or(|value| {
        !value.dynamic
            && !matches!(
                value.text,
                "none" | "false" | "0" | "f" | "F" | "FALSE" | "False"
            )
    })
}

fn field(value: Value<'_>, leaf: &mut Leaf) {
    let path = value
        .text
        .split_once('=')
        .map_or(value.text, |(_, path)| path);
    let path = path.strip_prefix('@').unwrap_or(path);
    if !path.is_empty() && path != "-" {
        leaf.reads(
            Value {
                text: path,
                ..value
            }
            .word(),
        );
    }
}

/// The ways to read the command: without any option, without the global ones, as written.
fn forms(call: &Call<'_>, cli: &Cli, found: &Found<'_>, leaf: &mut Leaf) {
    let bare = |words: &[&str]| -> Vec<String> {
        std::iter::once(&*call.name)
            .chain(words.iter().copied())
            .map(str::to_owned)
            .collect()
    };
    let without_globals = call.form(
        call.args()
            .iter()
            .zip(&found.global)
            .filter_map(|(word, global)| (!global).then_some(word)),
    );
    let mut add = |form: Vec<String>| {
        if !leaf.block_forms.contains(&form) {
            leaf.block_forms.push(form);
        }
    };
    add(without_globals);
    add(bare(&found.words));
    add(bare(&found.words_if_values));
    if let Some((track, rest)) = found.words.split_first()
        && cli.tracks.contains(track)
    {
        add(bare(rest));
    }
}

/// What doesn't follow from options alone.
fn special(call: &Call<'_>, found: &Found<'_>, leaf: &mut Leaf) {
    if let ("gh" | "glab", [first, ..]) = (&*call.name, found.words.as_slice())
        && *first == "api"
    {
        forges::read(leaf, call.args());
    }
    match (&*call.name, found.words.as_slice()) {
        ("aws", [_, "help"] | [_, _, "help"] | ["help"]) => {
            leaf.inert = found.words == found.words_if_values;
        }
        ("gcloud" | "gh" | "helm" | "kubectl" | "docker", ["help", ..]) => leaf.inert = true,
        ("gh", ["api", ..]) if effects::gh_only_reads(call) => {}
        (
            "gh",
            ["api" | "alias" | "extension", ..]
            | ["pr", "merge", ..]
            | ["repo", "sync" | "delete" | "edit", ..],
        ) => {
            leaf.lift("it may change a branch, a repository or what `gh` means");
        }
        ("docker" | "podman", ["secret" | "config", "create", _, path, ..]) if *path != "-" => {
            leaf.reads(ShellWord::constant(*path));
        }
        ("aws", ["s3", "cp" | "mv" | "sync", from, to, ..]) => transfer(leaf, from, to),
        ("gcloud", ["storage", "cp" | "mv" | "rsync", from, to, ..]) => transfer(leaf, from, to),
        ("kubectl" | "docker" | "podman" | "oc", ["cp", from, to, ..])
        | ("docker" | "podman", ["container", "cp", from, to, ..]) => transfer(leaf, from, to),
        _ => {}
    }
}

/// A copy between here and there: what isn't `s3://…` or `name:path` is local.
fn transfer(leaf: &mut Leaf, from: &str, to: &str) {
    let local = |text: &str| !text.contains(':') && text != "-";
    if local(from) {
        leaf.operands.push(Operand {
            word: ShellWord::constant(from),
            access: Access::Read,
            recursive: true,
        });
    }
    if local(to) {
        let target = ShellWord::constant(to);
        leaf.writes(below(&target, &ShellWord::constant(from)));
        leaf.writes(target);
    }
}
