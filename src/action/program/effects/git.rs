//! `git`: subcommands that read the repository, and those that change it and lose nothing.
//!
//! Source: git(1) and the pages it names, 2.47. Hooks that git runs at a checkout or a commit are the
//! project's code.

use super::super::super::facts::Deed;
use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::git::{is_like_file, is_usual as is_usual_commit, may_be_file};
use super::super::word_list::lists;
use super::git_fetch;
use super::git_tables::{self as tables, Subcommand};
use super::table::Account;

/// Options in front of the subcommand that change nothing about what it does. A directory behind
/// `-C` is judged where git's paths are.
const GLOBAL: &[&str] = &[
    "--no-pager",
    "-P",
    "--no-optional-locks",
    "--no-replace-objects",
    "--no-lazy-fetch",
    "--no-advice",
    "--literal-pathspecs",
];

pub(super) fn git(call: &Call<'_>, account: &mut Account<'_>) {
    let mut words = call.args();
    while let Some((word, rest)) = words.split_first() {
        words = match word.text.as_str() {
            // Where it leads is judged where that is known.
            "-C" => rest.get(1..).unwrap_or_default(),
            text if GLOBAL.contains(&text) => rest,
            _ => break,
        };
    }
    let Some((name, args)) = words.split_first() else {
        return account.unaccounted("git");
    };
    if git_fetch::account(account, &name.text, args) {
        return;
    }
    if name.text == "config" {
        return setting(account, args);
    }
    let first = args.first().map_or("", |word| word.text.as_str());
    let Some((subcommand, own)) = subcommand(&name.text, first, args) else {
        losses(account, &name.text, first);
        let skips = args.iter().filter(|word| word.text == "--no-verify");
        skips.for_each(|word| account.unaccounted(&word.text));
        return account.unaccounted(&name.text);
    };
    account.does(subcommand.deed);
    let operands = account.by_tables(own, subcommand.table, subcommand.more);
    if hooks(&name.text, first) {
        account.does(Deed::RunsProjectCode);
    }
    needs(account, &name.text, own);
    if (name.text.as_str(), first) == ("worktree", "add") {
        new_worktree(account, own);
    }
    formats(account, own);
    pathspecs(account, &name.text, own);
    if subcommand.deed == Deed::VcsLocal {
        // What is staged, stashed or committed is shown by the next `git diff` or `git show`.
        operands.into_iter().for_each(|word| account.lists(word));
    }
}

/// Settings that say who somebody is and how git works, and hold no login.
const SETTINGS: &str = "user.name user.email init.defaultbranch core.autocrlf core.bare core.eol core.filemode core.hookspath \
    core.ignorecase core.symlinks commit.gpgsign fetch.prune merge.ff pull.ff pull.rebase push.autosetupremote push.default \
    rebase.autostash tag.gpgsign";

/// `git config [--get] KEY` of a setting that holds no login. Two operands set it.
fn setting(account: &mut Account<'_>, args: &[ShellWord]) {
    const PLACES: &str = "--get --global --local --system --worktree --show-origin --show-scope";
    account.does(Deed::VcsReads);
    let (options, operands): (Vec<&ShellWord>, Vec<&ShellWord>) =
        args.iter().partition(|word| word.text.starts_with('-'));
    let others = options.iter().filter(|word| !lists(PLACES, &word.text));
    others.for_each(|word| account.unaccounted(&word.text));
    let key = match operands.as_slice() {
        [key] => Some(key),
        [get, key] if get.text == "get" => Some(key),
        _ => None,
    };
    let is_shown = |key: &&&ShellWord| {
        let known = key.known().map(str::to_ascii_lowercase);
        known.is_some_and(|key| lists(SETTINGS, &key)) && !key.glob
    };
    if key.filter(is_shown).is_none() {
        account.unaccounted("config");
    }
}

/// The subcommand's table, and the words behind its name: of two words, if a table has both.
fn subcommand<'a>(
    name: &str,
    first: &str,
    args: &'a [ShellWord],
) -> Option<(&'static Subcommand, &'a [ShellWord])> {
    let find = |path: &str| {
        let is_it = |known: &&Subcommand| known.paths.contains(&path);
        tables::SUBCOMMANDS.iter().find(is_it)
    };
    let names_more = !first.is_empty() && !first.starts_with('-');
    if tables::WITH_SUBCOMMANDS.contains(&name) && names_more {
        // Another word than those of the table makes it another command: `git stash save`.
        let found = find(&format!("{name} {first}"))?;
        return Some((found, args.get(1..).unwrap_or_default()));
    }
    find(name).map(|found| (found, args))
}

/// Subcommands that show or take in the content of the paths that they are given.
const WITH_CONTENT: &[&str] = &[
    "add",
    "blame",
    "diff",
    "diff-files",
    "diff-index",
    "diff-tree",
    "grep",
    "log",
    "reflog",
    "shortlog",
    "show",
    "stage",
    "stash",
    "whatchanged",
];

/// git expands globs and magic such as `:(icase)` in a path by itself, so that the path that is given
/// is not the file that is shown. The first word of `grep` is its pattern.
fn pathspecs(account: &mut Account<'_>, name: &str, args: &[ShellWord]) {
    if !WITH_CONTENT.contains(&name) {
        return;
    }
    let pattern = name == "grep" && !args.iter().any(|word| word.text.starts_with("-e"));
    let words = args.iter().filter(|word| !word.text.starts_with('-'));
    let expands = |text: &str| text.contains(['*', '?', '[', '\\']) || text.starts_with(':');
    for word in words
        .skip(usize::from(pattern))
        .filter(|word| expands(&word.text))
    {
        account.unaccounted(&word.text);
    }
}

/// Whether git runs hooks of the project at a commit or a checkout (githooks(5)). Hooks that git runs
/// wherever it writes the index or a ref (`post-index-change`, `reference-transaction`) don't count: no
/// allowed action writes a hook, nor says where hooks are (`tests/data/effects/git_hooks.txt`).
fn hooks(name: &str, first: &str) -> bool {
    matches!(
        (name, first),
        ("commit" | "switch" | "checkout", _) | ("worktree", "add")
    )
}

/// What makes a subcommand another one where it is missing: without a message git starts an editor.
fn needs(account: &mut Account<'_>, name: &str, args: &[ShellWord]) {
    let has = |letter: char, long: &str| {
        args.iter().any(|word| {
            let text = word.text.as_str();
            let cluster = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            cluster.is_some_and(|letters| letters.contains(letter)) || text.starts_with(long)
        })
    };
    match name {
        "commit" if !has('m', "--message") && !has('F', "--file") => account.unaccounted(name),
        "tag" => {
            if has('a', "--annotate") && !has('m', "--message") {
                account.unaccounted(name);
            }
            new_ref(account, name, args);
        }
        "branch" => new_ref(account, name, args),
        // Without the option that makes a branch, files of another commit are written.
        "switch" if !has('c', "--create") => account.unaccounted(name),
        "checkout" if !has('b', "-b") => account.unaccounted(name),
        _ => {}
    }
}

/// A new folder of a new branch. Without `-b` the folder's name may be that of another branch, and a
/// second operand is another commit: then its files are written.
fn new_worktree(account: &mut Account<'_>, args: &[ShellWord]) {
    let makes_branch = args.iter().any(|word| word.text.starts_with("-b"));
    let apart = args.iter().any(|word| word.text == "-b");
    let operands = args.iter().filter(|word| !word.text.starts_with('-'));
    if !makes_branch || operands.count() != 1 + usize::from(apart) {
        account.unaccounted("worktree add");
    }
}

/// A new branch or tag. One with the name of a file would be taken for the file where a command names it, and
/// a tag of anything but a commit shows files under other names (`git tag t HEAD:.env`).
fn new_ref(account: &mut Account<'_>, name: &str, args: &[ShellWord]) {
    const VALUES: [&str; 5] = ["-m", "--message", "--sort", "--format", "--points-at"];
    let mut words = args.iter();
    let mut operands = Vec::new();
    while let Some(word) = words.next() {
        if VALUES.contains(&word.text.as_str()) {
            words.next();
        } else if !word.text.starts_with('-') {
            operands.push(word);
        }
    }
    let Some((new, start)) = operands.split_first() else {
        return;
    };
    if is_like_file(&new.text) {
        account.unaccounted(&new.text);
    }
    if name == "tag" {
        // An id may be that of a file, which `git show NAME` prints.
        let is_commit = |text: &str| is_usual_commit(text) && !may_be_file(text);
        let others = start.iter().filter(|word| !is_commit(&word.text));
        others.for_each(|word| account.unaccounted(&word.text));
    }
}

/// `%G?` and `%(signature)` start a program that verifies signatures, also as a key to sort by, and `%(raw)` prints the
/// content of an object.
fn formats(account: &mut Account<'_>, args: &[ShellWord]) {
    // A plus, a minus or a space may be behind the percent sign, which add lines and spaces.
    let verifies = |text: &str| {
        let mut behind = text.split('%').skip(1);
        behind.any(|behind| behind.trim_start_matches(['+', '-', ' ']).starts_with('G'))
    };
    let runs = |text: &str| {
        let is_format = text.contains("%(") || text.contains("sort");
        let is_key = text.trim_start_matches(['-', '*']).starts_with("signature");
        verifies(text)
            || is_key
            || (is_format && (text.contains("raw") || text.contains("signature")))
    };
    let words = args.iter().filter(|word| runs(&word.text));
    words.for_each(|word| account.unaccounted(&word.text));
}

/// What other subcommands are known to do.
fn losses(account: &mut Account<'_>, name: &str, first: &str) {
    match (name, first) {
        ("reset" | "clean" | "restore" | "gc" | "prune" | "filter-branch", _)
        | ("stash", "drop" | "clear")
        | ("reflog", "expire" | "delete" | "drop") => account.does(Deed::VcsLosesWork),
        ("push" | "pull" | "clone", _)
        | ("remote", "update" | "show" | "prune")
        | ("submodule", _) => account.does(Deed::VcsRemote),
        _ => {}
    }
}
