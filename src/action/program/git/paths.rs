//! What git's subcommands read and write in the working tree, and where they leave `HEAD`.
//!
//! Sources: the page of each subcommand, git 2.47.

use super::super::super::shell::ShellWord;
use super::super::{Access, Leaf, Operand};
use super::operands::{everything, scan, scan_by, tree};
use super::options::{
    BRANCH, CHECKOUT, COMMIT, CONFIG, DIFF, FILES, FORMAT_PATCH, MESSAGE, OUTPUT, PATCHES, Role,
    TAG,
};
use super::pathspecs::{self, is_like_file};
use super::{shows, trees};

/// Adds what `git NAME ARGS` reads, writes and switches to.
pub(super) fn add(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    trees::add(leaf, name, args);
    shows::add(leaf, name, args);
    match name {
        "checkout" | "switch" | "restore" => checkout(leaf, name, args),
        "rm" | "mv" | "clean" => files(leaf, name, args),
        "config" => config(leaf, args),
        "remote"
            if args.first().is_some_and(|word| {
                matches!(
                    word.text.as_str(),
                    "add" | "set-url" | "rename" | "remove" | "rm" | "set-branches" | "set-head"
                )
            }) =>
        {
            leaf.writes(ShellWord::constant(".git/config"));
        }
        "branch" => branch(leaf, args),
        "symbolic-ref" => symbolic_ref(leaf, args),
        "rebase" | "stash" if args.len() > 1 => may_switch(leaf, name, args),
        "bisect" => bisect(leaf, args),
        "apply" | "am" => patches(leaf, args),
        "archive" | "format-patch" | "bundle" | "bugreport" | "diagnose" => {
            archive(leaf, name, args)
        }
        "commit" => {
            let found = scan_by(args, [COMMIT, MESSAGE], leaf);
            shows::stages(leaf, found.operands.iter().copied());
            leaf.stages_unnamed |= found.has(Role::List);
        }
        "tag" => {
            scan_by(args, [TAG, MESSAGE], leaf);
        }
        _ => {}
    }
}

fn checkout(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    let found = scan(args, CHECKOUT, leaf);
    if let Some(branch) = found.branch.filter(|_| name != "restore") {
        leaf.switches_to = Some(branch.word());
        return;
    }
    if name == "restore" {
        if !found.has(Role::Staged) || found.has(Role::Worktree) {
            pathspecs::touch(leaf, &found.operands, Access::Write);
        }
        return;
    }
    let paths_from = match (found.dashes, name) {
        (Some(at), _) => at,
        (None, "switch") => found.operands.len(),
        // `git checkout X`: a branch, or else a path.
        (None, _) => match found.operands.as_slice() {
            [only] if is_like_file(&only.text) => 0,
            _ => 1,
        },
    };
    pathspecs::touch(
        leaf,
        found.operands.get(paths_from..).unwrap_or_default(),
        Access::Write,
    );
    if let [only] = found.operands.as_slice()
        && found.dashes.is_none()
    {
        leaf.switches_to = Some(switched(only, found.has(Role::Track)));
    }
}

/// The branch that `git checkout WORD` or `git switch WORD` leaves.
fn switched(word: &ShellWord, track: bool) -> ShellWord {
    let text = match word.text.split_once('/') {
        Some((_, branch)) if track => branch,
        _ => word.text.as_str(),
    };
    let doubtful = text.starts_with(['-', '@']) || is_like_file(text);
    ShellWord {
        text: text.to_owned(),
        dynamic: word.dynamic || doubtful,
        glob: word.glob,
        shown: false,
    }
}

fn files(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    let found = scan(args, FILES, leaf);
    if name != "clean" {
        shows::stages(leaf, found.operands.iter().copied());
    }
    let is_dry = found.has(Role::DryRun) && !super::super::files::undoes_dry_run(args);
    if is_dry || (name == "rm" && found.has(Role::Staged)) {
        return;
    }
    let walks = args.iter().any(|word| word.text.starts_with("-r"));
    match name {
        "rm" if walks => tree(leaf, &found.operands, Access::Write),
        _ => pathspecs::touch(leaf, &found.operands, Access::Write),
    }
    if name == "clean" && found.operands.is_empty() {
        everything(leaf, Access::Write);
    }
    if let ("mv", Some((target, sources))) = (name, found.operands.split_last()) {
        super::super::files::copies(leaf, (*target).clone(), sources);
    }
}

fn config(leaf: &mut Leaf, args: &[ShellWord]) {
    let mut own = Leaf::default();
    let found = scan(args, CONFIG, &mut own);
    let first = found.operands.first().map_or("", |word| word.text.as_str());
    let gets = found.has(Role::Gets)
        || matches!(first, "get" | "list" | "get-color" | "get-colorbool")
        || (found.operands.len() < 2 && !found.has(Role::Sets) && first != "edit");
    let access = if gets { Access::Read } else { Access::Write };
    if own.operands.is_empty() && !gets {
        let path = match (found.has(Role::Global), found.has(Role::System)) {
            (true, _) => "~/.gitconfig",
            (_, true) => "/etc/gitconfig",
            _ => ".git/config",
        };
        own.writes(ShellWord::constant(path));
    }
    leaf.operands.extend(
        own.operands
            .into_iter()
            .map(|operand| Operand { access, ..operand }),
    );
}

fn branch(leaf: &mut Leaf, args: &[ShellWord]) {
    let found = scan(args, BRANCH, leaf);
    if !found.has(Role::Rename) {
        return;
    }
    leaf.switches_to = match found.operands.as_slice() {
        [new] => Some((*new).clone()),
        // Whether the old one is the current one is not known.
        [_, new] => Some(ShellWord {
            dynamic: true,
            ..(*new).clone()
        }),
        _ => None,
    };
}

fn symbolic_ref(leaf: &mut Leaf, args: &[ShellWord]) {
    let words: Vec<&ShellWord> = args
        .iter()
        .filter(|word| !word.text.starts_with('-'))
        .collect();
    if let [head, target] = words.as_slice()
        && head.text.eq_ignore_ascii_case("HEAD")
    {
        let text = target
            .text
            .strip_prefix("refs/heads/")
            .unwrap_or(&target.text);
        leaf.switches_to = Some(ShellWord {
            text: text.to_owned(),
            ..(*target).clone()
        });
    }
}

/// All that checks commits out, and `reset`, which goes back to where the search began.
fn bisect(leaf: &mut Leaf, args: &[ShellWord]) {
    let Some(first) = args.first() else { return };
    if !matches!(
        first.text.as_str(),
        "log" | "view" | "visualize" | "terms" | "help"
    ) {
        leaf.switches_to = Some(ShellWord {
            dynamic: true,
            ..first.clone()
        });
    }
}

/// `rebase UPSTREAM BRANCH` and `stash branch NAME` leave another branch.
fn may_switch(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    let words: Vec<&ShellWord> = args
        .iter()
        .filter(|word| !word.text.starts_with('-'))
        .collect();
    let switched = match (name, words.as_slice()) {
        ("stash", [branch, new, ..]) if branch.text == "branch" => Some(*new),
        ("rebase", [.., last]) if words.len() > 1 => Some(*last),
        _ => None,
    };
    leaf.switches_to = switched.map(|word| ShellWord {
        dynamic: true,
        ..word.clone()
    });
}

fn patches(leaf: &mut Leaf, args: &[ShellWord]) {
    let found = scan(args, PATCHES, leaf);
    for word in found.operands.iter().filter(|word| word.text != "-") {
        leaf.reads((*word).clone());
    }
    if !found.has(Role::NoContent) {
        leaf.unknown("a patch names the files that it changes");
    }
}

fn archive(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    let found = match name {
        "format-patch" => scan_by(args, [FORMAT_PATCH, DIFF], leaf),
        _ => scan(args, OUTPUT, leaf),
    };
    match (name, found.operands.as_slice()) {
        ("bundle", [create, file, ..]) if create.text == "create" => leaf.writes((*file).clone()),
        ("archive", [_]) => everything(leaf, Access::Read),
        ("archive", [_, paths @ ..]) => tree(leaf, paths, Access::Read),
        _ => {}
    }
}
