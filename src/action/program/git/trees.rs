//! Subcommands of git that write the working tree, or make another one.
//!
//! Sources: the page of each subcommand, git 2.47.

use super::super::super::shell::ShellWord;
use super::super::files::MAX_COMBINED_BYTES;
use super::super::{Access, Leaf};
use super::operands::{Found, everything, scan, tree};
use super::options::{CHECKOUT, FOLDER, MERGE_FILE, RESET, Role, TREE};

/// Adds what `git NAME ARGS` writes: which files differ is not known, so it may be any.
pub(super) fn add(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    match name {
        "reset" if scan(args, RESET, leaf).has(Role::Worktree) => {
            everything(leaf, Access::Write);
        }
        "stash" => stash(leaf, args),
        "pull" if args.iter().any(is_address) => everything(leaf, Access::Write),
        "merge" | "rebase" | "cherry-pick" | "revert" if !only_ends(args) => {
            everything(leaf, Access::Write);
        }
        "merge-recursive" | "merge-ours" | "merge-resolve" | "merge-octopus" | "merge-subtree"
        | "merge-one-file" | "filter-branch" | "quiltimport" => everything(leaf, Access::Write),
        "sparse-checkout" if !is_first(args, &["list", "check-rules"]) => {
            everything(leaf, Access::Write);
            leaf.writes(ShellWord::constant(REPOSITORY_CONFIG));
        }
        "maintenance" if is_first(args, &["register", "unregister", "start", "stop"]) => {
            leaf.writes(ShellWord::constant(REPOSITORY_CONFIG));
            leaf.writes(ShellWord::constant("~/.gitconfig"));
        }
        "checkout" | "switch" => {
            let found = scan(args, CHECKOUT, &mut Leaf::default());
            let orphan = args.iter().any(|word| word.text.starts_with("--or"));
            let empties = orphan && name == "switch";
            if empties || (found.has(Role::Force) && found.operands.is_empty()) {
                everything(leaf, Access::Write);
            }
        }
        "checkout-index" | "read-tree" => {
            let found = scan(args, TREE, leaf);
            if name == "checkout-index" {
                copied(leaf, args, &found);
            }
            if found.has(Role::Worktree) {
                everything(leaf, Access::Write);
            } else if name == "checkout-index" {
                tree(leaf, &found.operands, Access::Write);
            }
        }
        "merge-file" => merge_file(leaf, &scan(args, MERGE_FILE, &mut Leaf::default())),
        "worktree" => worktree(leaf, args),
        "init" => {
            let found = scan(args, FOLDER, leaf);
            tree(leaf, &found.operands, Access::Write);
        }
        "submodule" => submodule(leaf, args),
        _ => {}
    }
}

const REPOSITORY_CONFIG: &str = ".git/config";

fn is_first(args: &[ShellWord], words: &[&str]) -> bool {
    args.first()
        .is_some_and(|word| words.contains(&word.text.as_str()))
}

/// A path or a URL, and not the name of a remote that the repository knows.
fn is_address(word: &ShellWord) -> bool {
    let text = word.text.as_str();
    let is_path = text == "."
        || ["./", "..", "/", "~"]
            .iter()
            .any(|head| text.starts_with(head));
    !text.starts_with('-')
        && (is_path
            || word.dynamic
            || text.contains("::")
            || text.contains("://")
            || text.contains('@'))
}

/// It ends what was begun, and takes nothing new into the working tree.
fn only_ends(args: &[ShellWord]) -> bool {
    matches!(args, [word] if matches!(
        word.text.as_str(),
        "--abort" | "--quit" | "--show-current-patch" | "--edit-todo" | "-h" | "--help"
    ))
}

/// git-checkout-index(1): with `--prefix` it makes copies of the files of the index.
fn copied(leaf: &mut Leaf, args: &[ShellWord], found: &Found<'_>) {
    let mut words = args.iter();
    let prefix = words.find_map(|word| word.text.strip_prefix("--prefix="));
    let Some(prefix) = prefix else { return };
    if found.operands.len().saturating_mul(prefix.len()) > MAX_COMBINED_BYTES {
        return everything(leaf, Access::Write);
    }
    for word in &found.operands {
        leaf.reads((*word).clone());
        leaf.writes(ShellWord {
            text: format!("{prefix}{}", word.text),
            ..(*word).clone()
        });
    }
}

/// `git stash [push|pop|apply|…]`; alone it is `push`. What it takes back or puts there was
/// in the working tree before, so no path is certain to change.
fn stash(leaf: &mut Leaf, args: &[ShellWord]) {
    let first = args.first().map_or("push", |word| word.text.as_str());
    if !matches!(
        first,
        "list" | "show" | "drop" | "clear" | "create" | "store"
    ) {
        everything(leaf, Access::Write);
    }
}

/// git-merge-file(1): the first file is overwritten, unless `-p` prints it.
fn merge_file(leaf: &mut Leaf, found: &Found<'_>) {
    for (index, word) in found.operands.iter().enumerate() {
        match index == 0 && !found.has(Role::NoContent) {
            true => leaf.writes((*word).clone()),
            false => leaf.reads((*word).clone()),
        }
    }
}

/// `git worktree add PATH`, `move FROM TO`, `remove PATH`.
fn worktree(leaf: &mut Leaf, args: &[ShellWord]) {
    let Some((action, rest)) = args.split_first() else {
        return;
    };
    let found = scan(rest, TREE, &mut Leaf::default());
    match (action.text.as_str(), found.operands.as_slice()) {
        ("add" | "remove", [path, ..]) => tree(leaf, &[*path], Access::Write),
        ("move", paths) => tree(leaf, paths, Access::Write),
        _ => {}
    }
}

/// `git submodule add URL [PATH]`
fn submodule(leaf: &mut Leaf, args: &[ShellWord]) {
    if is_first(
        args,
        &["init", "sync", "deinit", "set-url", "set-branch", "update"],
    ) {
        leaf.writes(ShellWord::constant(REPOSITORY_CONFIG));
    }
    if !is_first(args, &["add"]) {
        return;
    }
    let found = scan(args.get(1..).unwrap_or_default(), FOLDER, leaf);
    leaf.writes(ShellWord::constant(".gitmodules"));
    if let [_, path, ..] = found.operands.as_slice() {
        tree(leaf, &[*path], Access::Write);
    }
}
