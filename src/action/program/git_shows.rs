//! What git's subcommands print of the content of files, also of those that are committed.
//!
//! Sources: the page of each subcommand, git 2.47.

use super::super::shell::ShellWord;
use super::git_operands::{Found, everything, scan};
use super::git_options::{GREP, MESSAGE, NOTES, Role, SHOWS};
use super::git_pathspecs::{path_of_blob, shown};
use super::{Access, Leaf, Operand};

/// Adds what `git NAME ARGS` prints.
pub(super) fn add(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    match name {
        "show" | "diff" | "difftool" | "range-diff" | "log" | "whatchanged" | "diff-tree"
        | "diff-index" | "diff-files" | "shortlog" | "reflog" => patch(leaf, name, args),
        "stash" => {
            let first = args.first().map_or("", |word| word.text.as_str());
            if matches!(first, "show" | "list") {
                patch(leaf, name, args.get(1..).unwrap_or_default());
            }
        }
        "blame" | "annotate" | "pickaxe" => {
            let found = scan(args, SHOWS, leaf);
            blobs(leaf, &found.operands);
        }
        "cat-file" => object(leaf, args),
        "unpack-file" => objects(leaf, &args.iter().collect::<Vec<_>>()),
        "grep" => grep(leaf, args),
        "add" | "stage" => staged(leaf, args),
        "notes" => notes(leaf, args),
        "status" if has_any(args, 'v', &["--verbose"]) => everything(leaf, Access::Read),
        "request-pull" if has_any(args, 'p', &[]) => everything(leaf, Access::Read),
        "commit" if has_any(args, 'v', &["--verbose"]) && has_any(args, '\0', &["--dry-run"]) => {
            everything(leaf, Access::Read);
        }
        "rebase" | "am" if has_any(args, '\0', &["--show-current-patch"]) => {
            everything(leaf, Access::Read);
        }
        "fast-export" | "format-patch" | "merge-tree" | "rerere" | "bundle" => {
            everything(leaf, Access::Read);
        }
        "credential" | "credential-store" | "credential-cache"
            if args
                .iter()
                .any(|word| matches!(word.text.as_str(), "fill" | "get")) =>
        {
            leaf.reads(ShellWord::constant("~/.git-credentials"));
        }
        _ => {}
    }
}

/// Whether an option of that letter, also in a cluster, or an abbreviation of a long name is there.
fn has_any(args: &[ShellWord], letter: char, long: &[&str]) -> bool {
    args.iter().any(|word| {
        let text = word.text.as_str();
        match text.strip_prefix('-') {
            Some(name) if name.starts_with('-') => {
                text.len() > 3 && long.iter().any(|long| long.starts_with(text))
            }
            Some(letters) => letters.contains(letter),
            None => false,
        }
    })
}

/// A command that shows changes: as patches where it does so by itself or an option asks for it.
fn patch(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    let found = scan(args, SHOWS, leaf);
    let (front, behind) = split(&found, 0);
    let by_itself = matches!(name, "show" | "diff" | "difftool" | "range-diff");
    let asked = found.has(Role::Patch) || (by_itself && !found.has(Role::NoContent));
    let looks = |word: &ShellWord| LOOKS.contains(&&*word.text);
    let is_last = |word: &ShellWord| looks(word) || word.text == "HEAD";
    let is_own = match name {
        "diff" => args.iter().all(looks),
        "show" => args.iter().all(is_last),
        _ => false,
    };
    if is_own {
        return;
    }
    if !asked || found.has(Role::Names) {
        if name == "show" {
            // A file is shown whatever the options say of changes.
            front
                .iter()
                .filter_map(|word| path_of_blob(word))
                .for_each(|path| leaf.reads(path));
        }
        return;
    }
    shown(leaf, front, behind);
    if found.has(Role::Full) {
        everything(leaf, Access::Read);
    }
}

/// Options that choose how changes look, and not which. With these alone `git diff` shows what changed
/// in tracked files since they were staged, and `git show` the last commit: what agents write
/// themselves. What is staged
/// is read when it is staged.
const LOOKS: [&str; 14] = [
    "-p",
    "-u",
    "-w",
    "-b",
    "-U0",
    "-U1",
    "--patch",
    "--color",
    "--color=never",
    "--no-color",
    "--no-ext-diff",
    "--word-diff",
    "--ignore-all-space",
    "--ignore-space-change",
];

/// `git add`: with `-N` or `-f`, `git diff` shows from then on what no commit was to have. Of a
/// directory, git leaves out what is ignored, unless it is forced.
fn staged(leaf: &mut Leaf, args: &[ShellWord]) {
    let is_meant = has_any(args, 'N', &["--intent-to-add"]);
    let is_tree = |word: &ShellWord| word.glob || matches!(&*word.text, "." | "./" | ":/");
    let is_forced = has_any(args, 'f', &["--force"]) && args.iter().any(is_tree);
    if is_meant || is_forced {
        everything(leaf, Access::Read);
    }
}

/// The operands in front of `--` but the first few, and those behind it.
fn split<'f, 'a>(found: &'f Found<'a>, skip: usize) -> (&'f [&'a ShellWord], &'f [&'a ShellWord]) {
    let operands = found.operands.as_slice();
    let dashes = found.dashes.unwrap_or(operands.len()).max(skip);
    (
        operands.get(skip..dashes).unwrap_or_default(),
        operands.get(dashes..).unwrap_or_default(),
    )
}

fn blobs(leaf: &mut Leaf, words: &[&ShellWord]) {
    for word in words {
        leaf.reads(path_of_blob(word).unwrap_or_else(|| (*word).clone()));
    }
}

/// `git cat-file [blob|-p|…] OBJECT`
fn object(leaf: &mut Leaf, args: &[ShellWord]) {
    let has = |options: &[&str]| {
        args.iter()
            .any(|word| options.contains(&word.text.as_str()))
    };
    if args.iter().any(|word| word.text.starts_with("--batch")) {
        leaf.unknown("standard input names what it shows");
    }
    if has(&["-t", "-s", "-e"]) && !has(&["-p"]) {
        return;
    }
    let words = args.iter().filter(|word| !word.text.starts_with('-'));
    objects(leaf, &words.collect::<Vec<_>>());
    if has(&["blob"]) {
        everything(leaf, Access::Read);
    }
}

/// Objects that are printed: the path of `REV:PATH`, and any file where an id is given.
fn objects(leaf: &mut Leaf, words: &[&ShellWord]) {
    blobs(leaf, words);
    if words.iter().any(|word| is_id(&word.text)) {
        everything(leaf, Access::Read);
    }
}

/// An object's id, or the beginning of one: at least 4 hexadecimal digits.
fn is_id(text: &str) -> bool {
    text.len() >= MIN_ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Digits of the shortest abbreviation of an id that git takes (`core.abbrev`).
const MIN_ID_DIGITS: usize = 4;

fn grep(leaf: &mut Leaf, args: &[ShellWord]) {
    let found = scan(args, GREP, leaf);
    let (front, behind) = split(&found, usize::from(!found.has(Role::Pattern)));
    shown(leaf, front, behind);
}

/// `git notes add -C OBJECT`: the note is the object's content.
fn notes(leaf: &mut Leaf, args: &[ShellWord]) {
    let mut own = Leaf::default();
    scan(args, MESSAGE, leaf);
    scan(args, NOTES, &mut own);
    for Operand { word, .. } in own.operands {
        match path_of_blob(&word) {
            Some(path) => leaf.reads(path),
            None => everything(leaf, Access::Read),
        }
    }
}
