//! What git's subcommands print of the content of files, also of those that are committed.
//!
//! Sources: the page of each subcommand, git 2.47.

use super::super::super::path::UNSPELLED;
use super::super::super::shell::ShellWord;
use super::super::word_list::lists;
use super::super::{Access, Leaf, Operand, sources};
use super::brought;
use super::operands::{Found, everything, scan, scan_by, tree};
use super::options::{GREP, MESSAGE, NOTES, Role, shows};
use super::pathspecs::{self, Folders, is_like_file, path_of_blob, shown};

/// Adds what `git NAME ARGS` prints.
pub(super) fn add(leaf: &mut Leaf, name: &str, args: &[ShellWord]) {
    leaf.brings = lists(PRINTS_CONTENT, name) && args.iter().any(|word| brought::is(&word.text));
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
            let found = scan_by(args, shows(name), leaf);
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

/// Subcommands that print lines of files, as they are or as they changed.
const PRINTS_CONTENT: &str = "annotate archive blame cat-file diff diff-index diff-tree difftool format-patch grep log pickaxe \
    range-diff show unpack-file whatchanged";

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
    let found = scan_by(args, shows(name), leaf);
    let (front, behind) = split(&found, 0);
    let by_itself = matches!(name, "show" | "diff" | "difftool" | "range-diff");
    let asked = found.has(Role::Patch) || (by_itself && !found.has(Role::NoContent));
    let dashes = args.iter().position(|word| word.text == "--");
    let (revisions, paths) = args.split_at(dashes.unwrap_or(args.len()));
    let paths = paths.get(1..).unwrap_or_default();
    let folders = match name {
        "show" => Folders::Listed,
        _ => Folders::Compared,
    };
    let shows_more = by_itself || asked;
    if shows_more && is_bounded(name, revisions) && paths.iter().all(is_plain_path) {
        for path in paths {
            leaf.reads(path.clone());
            leaf.reads(any_file_in(path));
        }
        let mut all = Leaf::default();
        shown(&mut all, front, behind, folders);
        leaf.shows_staged = all.operands;
        return;
    }
    if !asked || found.has(Role::Names) {
        if found.has(Role::Searches) {
            searched(leaf, front, behind);
        }
        if name == "show" {
            // A file is shown whatever the options say of changes.
            objects(leaf, front);
        }
        return;
    }
    shown(leaf, front, behind, folders);
    if found.has(Role::Full) {
        everything(leaf, Access::Read);
    }
}

/// Paths of which `git log -G TEXT -- PATH` tells whether a text is in them. Of a directory it says so without
/// naming a file.
fn searched(leaf: &mut Leaf, front: &[&ShellWord], behind: &[&ShellWord]) {
    let is_path = |word: &&&ShellWord| !is_usual(&word.text) && !word.text.contains("..");
    for word in front.iter().filter(is_path).chain(behind) {
        match is_plain_path(word) {
            true => {
                leaf.reads((*word).clone());
                leaf.reads(any_file_in(word));
            }
            false => pathspecs::touch(leaf, &[*word], Access::Read),
        }
    }
}

/// Whether a patch shows what changed since a commit, between two, or in one, and no more. What was
/// committed is in every copy of the repository, so such a patch is not taken for a read of every file, unless
/// the line itself staged files that it doesn't name ([`Leaf::shows_staged`]). The history (`log -p`), a stash, and the difference to
/// the empty tree are.
fn is_bounded(name: &str, args: &[ShellWord]) -> bool {
    let revisions = args.iter().filter(|word| !looks(&word.text));
    let count = revisions.clone().count();
    let is_known = |word: &ShellWord| !word.dynamic && !word.glob && is_commits(&word.text);
    let each = revisions.clone().all(is_known);
    match name {
        "diff" if count == 2 => each && !revisions.clone().any(|word| may_be_file(&word.text)),
        // An id may be that of a tree, and everything differs from a tree of one folder.
        "diff" => each && count <= 1 && !revisions.clone().any(|word| is_id(&word.text)),
        "show" => each && count <= 1 && !revisions.clone().any(|word| may_be_file(&word.text)),
        "log" => is_of_few(args),
        _ => false,
    }
}

/// Whether `git log` shows a few commits from one on, and is asked for nothing else that shows more. The patch of each is
/// what `git show` prints of it, and each could be named there (`HEAD~3^2`).
fn is_of_few(args: &[ShellWord]) -> bool {
    let is_few = |text: &str| matches!(text.as_bytes(), [b'1'..=b'9']);
    let mut counts = 0;
    let mut rest = Vec::with_capacity(args.len());
    let mut words = args.iter().peekable();
    while let Some(word) = words.next() {
        let is_apart = word.text == "-n" && words.next_if(|next| is_few(&next.text)).is_some();
        let heads = ["-n", "--max-count=", "-"];
        let count = heads.iter().find_map(|head| word.text.strip_prefix(head));
        match is_apart || count.is_some_and(is_few) {
            true => counts += 1,
            false => rest.push(word.clone()),
        }
    }
    counts == 1 && is_bounded("show", &rest)
}

/// Whether a text that is given to git as a revision names commits, of which a patch is bounded: those of which `git
/// diff` on a command line says so, and a branch of any name.
#[must_use]
pub fn names_commits(text: &str) -> bool {
    let is_branch = || is_name(text) && !may_be_file(text);
    is_bounded("diff", &[ShellWord::constant(text)]) || is_branch()
}

/// If the path is that of a directory, a patch of it shows what one without a path would show. That is no
/// read of every file in it, unless a pattern takes in any name there.
fn any_file_in(directory: &ShellWord) -> ShellWord {
    let text = directory.text.trim_end_matches('/');
    ShellWord::constant(format!("{text}/{UNSPELLED}"))
}

/// Whether a pathspec is a path and nothing else: no magic, no wildcard.
fn is_plain_path(word: &ShellWord) -> bool {
    let expands = |text: &str| text.contains(['*', '?', '[', '\\']) || text.starts_with(':');
    word.known()
        .is_some_and(|text| !text.is_empty() && !expands(text))
}

/// Whether the word may name a file's content, or more than one commit: an id, which may be that of a file or of
/// a folder, or a range.
pub(in crate::action::program) fn may_be_file(text: &str) -> bool {
    is_id(text) || text.contains("..")
}

/// Options that choose how changes look or from where they are counted, and not what else is shown. With many lines
/// around each change, the whole files would be.
fn looks(text: &str) -> bool {
    const LOOKS: &str = "-p -u -w -b -R --patch --check --color --color=never --color=always --no-color --no-ext-diff \
        --no-textconv --word-diff --ignore-all-space --ignore-space-change --ignore-blank-lines --cached --staged \
        --merge-base --histogram --patience --minimal -M --find-renames --no-renames";
    let context = ["-U", "--unified="]
        .iter()
        .find_map(|option| text.strip_prefix(option));
    lists(LOOKS, text)
        || context.is_some_and(|lines| {
            matches!(lines.len(), 1..=2) && lines.bytes().all(|it| it.is_ascii_digit())
        })
}

/// A commit, or two with `..` or `...` between them (gitrevisions(7)).
fn is_commits(text: &str) -> bool {
    let Some((from, to)) = text.split_once("...").or_else(|| text.split_once("..")) else {
        return is_usual(text);
    };
    // `../src` is a path, and so is `..`.
    // Two ids with `..` between them may be those of two files; with `...` they are commits.
    let is_file = |end: &str| !text.contains("...") && is_id(end);
    let is_end = |end: &str| end.is_empty() || (is_name(end) && !is_file(end));
    is_end(from) && is_end(to) && !(from.is_empty() && to.is_empty())
}

/// A word that is a commit, and no path but where a file has that name: an id, `HEAD`, a branch of a usual
/// name or of a remote, and those before it.
pub(in crate::action::program) fn is_usual(text: &str) -> bool {
    let (name, _) = text.split_at(text.find(['~', '^']).unwrap_or(text.len()));
    let is_usual = lists(USUAL, name);
    let mut remotes = REMOTES.iter();
    let is_remote = remotes.any(|remote| {
        name.strip_prefix(remote)
            .is_some_and(|it| !is_like_file(it))
    });
    (is_usual || is_remote || is_id(name)) && is_name(text)
}

/// The name of a branch, a tag or a commit, and those before it. Not the empty tree: its difference to a
/// commit is every file. Not a stash, which holds files that nobody committed.
fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-.~^@".contains(&byte);
    let is_path = text.starts_with('/') || text.ends_with('/') || text.starts_with(['-', '^']);
    let id = text.to_ascii_lowercase();
    let is_empty_tree = is_id(&id) && EMPTY_TREES.iter().any(|tree| tree.starts_with(&id));
    let special = ["^@", "^!", "^-", "@{"];
    text.bytes().all(is_letter)
        && !is_path
        && !is_empty_tree
        && !is_stash(text)
        && !special.iter().any(|it| text.contains(it))
}

/// A stash, one of its parents, or one that was stashed before.
fn is_stash(text: &str) -> bool {
    let (name, _) = text.split_at(text.find(['~', '^', '@']).unwrap_or(text.len()));
    matches!(name, "stash" | "refs/stash")
}

/// The ids of the tree without files, in SHA-1 and SHA-256 (`git hash-object -t tree /dev/null`).
const EMPTY_TREES: [&str; 2] = [
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
];
pub(super) const USUAL: &str = "@ HEAD ORIG_HEAD main master dev develop trunk";
pub(super) const REMOTES: [&str; 2] = ["origin/", "upstream/"];

/// `git add`: with `-N` or `-f`, `git diff` shows from then on what no commit was to have. Of a
/// directory, git leaves out what is ignored, unless it is forced.
fn staged(leaf: &mut Leaf, args: &[ShellWord]) {
    let is_meant = has_any(args, 'N', &["--intent-to-add"]);
    let is_tree = |word: &ShellWord| word.glob || matches!(&*word.text, "." | "./" | ":/");
    let is_forced = has_any(args, 'f', &["--force"]) && args.iter().any(is_tree);
    if is_meant || is_forced {
        everything(leaf, Access::Read);
    }
    if has_any(args, 'n', &["--dry-run"]) {
        return;
    }
    let words = args.iter().filter(|word| !word.text.starts_with('-'));
    stages(leaf, words);
    leaf.stages_unnamed |= has_any(args, 'A', &["--all", "--no-ignore-removal"]);
    // It keeps to files that git knows already.
    leaf.stages_unnamed &= !has_any(args, 'u', &["--update"]);
}

/// Paths whose content goes into the index or into a commit, so that `git diff --cached` or `git show` prints it. A
/// word that may be a folder or a pattern names no file.
pub(super) fn stages<'w>(leaf: &mut Leaf, words: impl IntoIterator<Item = &'w ShellWord>) {
    for word in words {
        match word.known().is_some() && !word.glob && sources::is_source(&word.text) {
            true => leaf.stages.push(word.clone()),
            false => leaf.stages_unnamed = true,
        }
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
    let words: Vec<&ShellWord> = words.collect();
    objects(leaf, &words);
    let is_known = |word: &&ShellWord| path_of_blob(word).is_some() || is_usual(&word.text);
    if has(&["blob"]) || !words.iter().all(is_known) {
        everything(leaf, Access::Read);
    }
}

/// Objects that are printed: the path of `REV:PATH`, and any file where an id is given.
fn objects(leaf: &mut Leaf, words: &[&ShellWord]) {
    let paths = words.iter().filter_map(|word| path_of_blob(word));
    paths.for_each(|path| leaf.reads(path));
    if words.iter().any(|word| is_id(&word.text)) {
        everything(leaf, Access::Read);
    }
}

/// An object's id, or the beginning of one: at least 4 hexadecimal digits.
pub(in crate::action::program) fn is_id(text: &str) -> bool {
    text.len() >= MIN_ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Digits of the shortest abbreviation of an id that git takes (`core.abbrev`).
const MIN_ID_DIGITS: usize = 4;

/// `git grep PATTERN [REV…] [--] [PATH…]`. A tree of a commit is searched whole.
fn grep(leaf: &mut Leaf, args: &[ShellWord]) {
    let found = scan(args, GREP, leaf);
    let (front, behind) = split(&found, usize::from(!found.has(Role::Pattern)));
    shown(leaf, front, behind, Folders::Listed);
    for path in front.iter().filter_map(|word| path_of_blob(word)) {
        match path.text.is_empty() {
            true => everything(leaf, Access::Read),
            false => tree(leaf, &[&path], Access::Read),
        }
    }
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
