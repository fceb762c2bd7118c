//! The options of git's subcommands, as far as they say what is read, written or switched to.
//!
//! Sources: the page of each subcommand, git 2.47.

use super::super::options::{Opt, attached, flag, value};

/// What an option means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    None,
    Read,
    Write,
    /// `-L RANGE:FILE`
    Lines,
    /// It shows content (`log -p`).
    Patch,
    /// It shows more than the paths that are named (`log --full-diff`).
    Full,
    /// It shows names instead of content, whatever other options say.
    Names,
    /// It says the pattern (`grep -e`).
    Pattern,
    /// It tells whether a text is in what changed, also where no content is shown (`log -G`).
    Searches,
    /// Makes the branch of this name.
    Branch,
    Track,
    DryRun,
    /// A folder that is made.
    Folder,
    /// Overwrites what was changed in the working tree.
    Force,
    /// Names a file that lists the paths.
    List,
    NoContent,
    Staged,
    Worktree,
    Sets,
    Gets,
    Global,
    System,
    Rename,
}

/// The options of one subcommand, in one or two tables. The first that has a name counts.
pub(super) type Tables = [&'static [Opt<Role>]; 2];

/// The tables of a subcommand that shows changes or lines of files.
pub(super) fn shows(name: &str) -> Tables {
    match name {
        "blame" | "annotate" | "pickaxe" => [BLAME, DIFF],
        "shortlog" => [SHORTLOG, HISTORY],
        "log" | "show" | "whatchanged" | "reflog" | "stash" => [HISTORY, DIFF],
        _ => [DIFF, &[]],
    }
}

/// What `diff` knows, and each subcommand that shows differences.
pub(super) static DIFF: &[Opt<Role>] = &[
    value("--output", Role::Write),
    flag("--full-diff --stdin", Role::Full),
    flag("--name-only --name-status", Role::Names),
    value("-S -G", Role::Searches),
    value(
        "-n --max-count -O -I -l --diff-filter --inter-hunk-context --word-diff-regex --src-prefix --dst-prefix --line-prefix",
        Role::None,
    ),
    flag(
        "-p -u --patch -c --cc --dd --remerge-diff --patch-with-raw --patch-with-stat --binary --check",
        Role::Patch,
    ),
    attached("-U --unified", Role::Patch),
    attached("-M -C -B -X --color --pretty --format", Role::None),
    attached("--stat --dirstat", Role::NoContent),
    flag(
        "--numstat --shortstat --raw -s --no-patch --summary -q --quiet",
        Role::NoContent,
    ),
];
/// What `log` knows besides.
pub(super) static HISTORY: &[Opt<Role>] = &[
    value("-L", Role::Lines),
    value(
        "--since --until --after --before --author --committer --grep --skip --date",
        Role::None,
    ),
];
/// git-shortlog(1) counts commits. Its `-n`, `-s`, `-e` and `-c` are no options of `log`.
pub(super) static SHORTLOG: &[Opt<Role>] = &[
    flag(
        "-n --numbered -s --summary -e --email -c --committer",
        Role::None,
    ),
    attached("-w", Role::None),
    value("--output", Role::Write),
    value("--group -S -G -O -I -l", Role::None),
    attached("-U -M -C -B -X", Role::None),
];
/// git-blame(1) shows each line of a file, whatever its options say.
pub(super) static BLAME: &[Opt<Role>] = &[
    value("-L", Role::Lines),
    flag("-n --show-number -s -p --porcelain -c -l -t", Role::None),
    value("--contents --ignore-revs-file -S", Role::Read),
    value("--ignore-rev --since --date", Role::None),
];
pub(super) static GREP: &[Opt<Role>] = &[
    value("-e", Role::Pattern),
    value("-f", Role::Read),
    value(
        "-A -B -C -m --max-count --max-depth --threads --parent-basename",
        Role::None,
    ),
    attached("-O --open-files-in-pager --color", Role::None),
];
/// git-notes(1): the object whose content becomes a note.
pub(super) static NOTES: &[Opt<Role>] = &[
    value("-C -c --reuse-message --reedit-message", Role::Read),
    value("-m --message -F --file --ref", Role::None),
    attached("--separator", Role::None),
];
pub(super) static CHECKOUT: &[Opt<Role>] = &[
    value("-b -B -c -C --create --force-create --orphan", Role::Branch),
    value("-s --source --conflict", Role::None),
    attached("-t --track", Role::Track),
    attached("--recurse-submodules", Role::None),
    flag("-S --staged", Role::Staged),
    flag("-W --worktree", Role::Worktree),
    value("--pathspec-from-file", Role::List),
    flag("-f --force", Role::Force),
];
pub(super) static RESET: &[Opt<Role>] = &[
    flag("--hard --merge --keep", Role::Worktree),
    value("--pathspec-from-file", Role::List),
];
pub(super) static TREE: &[Opt<Role>] = &[
    value("-b -B --reason", Role::None),
    value(
        "--index-output --prefix --exclude-per-directory --stage",
        Role::None,
    ),
    flag("-u -a --all", Role::Worktree),
];
pub(super) static MERGE_FILE: &[Opt<Role>] = &[
    value("-L --marker-size --diff-algorithm", Role::None),
    flag("-p --stdout", Role::NoContent),
];
pub(super) static FOLDER: &[Opt<Role>] = &[
    value("--separate-git-dir", Role::Folder),
    value(
        "-b --branch --initial-branch --template --object-format --ref-format --name --depth --reference",
        Role::None,
    ),
];
pub(super) static FILES: &[Opt<Role>] = &[
    flag("-n --dry-run", Role::DryRun),
    flag("--cached", Role::Staged),
    value("-e --exclude", Role::None),
    value("--pathspec-from-file", Role::List),
];
pub(super) static CONFIG: &[Opt<Role>] = &[
    value("-f --file", Role::Write),
    flag("--global", Role::Global),
    flag("--system", Role::System),
    value(
        "--type --default --blob --value --comment --url --show-names",
        Role::None,
    ),
    flag(
        "--get --get-all --get-regexp --get-urlmatch --get-color --get-colorbool -l --list",
        Role::Gets,
    ),
    flag(
        "--unset --unset-all --add --replace-all --rename-section --remove-section -e --edit",
        Role::Sets,
    ),
];
pub(super) static BRANCH: &[Opt<Role>] = &[
    attached("-t --track", Role::None),
    flag("-m -M --move", Role::Rename),
    value("-u --set-upstream-to", Role::None),
];
pub(super) static OUTPUT: &[Opt<Role>] = &[
    value("-o --output --output-directory --exec-output", Role::Write),
    value(
        "--format --prefix --add-file --add-virtual-file --remote --exec --directory",
        Role::None,
    ),
];
/// git-format-patch(1): those of `diff` too, of which `-p` takes no value.
pub(super) static FORMAT_PATCH: &[Opt<Role>] = &[
    value("-o --output --output-directory", Role::Write),
    flag("-n", Role::None),
    value("-v -S -G -O -I -l --cc", Role::None),
    attached("-U -M -C -B -X", Role::None),
];
pub(super) static PATCHES: &[Opt<Role>] = &[
    value(
        "-p -C --exclude --include --whitespace --patch-format --directory",
        Role::None,
    ),
    attached("-S", Role::None),
    flag("--check --stat --numstat --summary", Role::NoContent),
];
pub(super) static MESSAGE: &[Opt<Role>] = &[
    value("-F --file -t --template", Role::Read),
    value(
        "-m --message -c -C --reuse-message --reedit-message --author --date --fixup --squash --trailer --cleanup",
        Role::None,
    ),
    attached("-S", Role::None),
];
/// git-commit(1) and git-tag(1) differ in these.
pub(super) static COMMIT: &[Opt<Role>] = &[
    attached("-u", Role::None),
    value("--pathspec-from-file", Role::List),
];
pub(super) static TAG: &[Opt<Role>] = &[value("-u", Role::None), attached("-n", Role::None)];

/// The options of each subcommand that has tables here.
pub(super) fn arities() -> Vec<(&'static str, super::super::options::Arities)> {
    let shown = "blame annotate shortlog log show whatchanged reflog diff diff-tree diff-index diff-files range-diff";
    let mut tables: Vec<(&str, Tables)> = shown.split(' ').map(|it| (it, shows(it))).collect();
    tables.extend(["stash list", "stash show"].map(|it| (it, shows("stash"))));
    tables.extend(["checkout", "switch", "restore"].map(|it| (it, [CHECKOUT, &[]])));
    tables.extend(["read-tree", "checkout-index", "worktree add"].map(|it| (it, [TREE, &[]])));
    tables.extend(["rm", "mv", "clean"].map(|it| (it, [FILES, &[]])));
    tables.extend([
        ("grep", [GREP, &[]]),
        ("reset", [RESET, &[]]),
        ("merge-file", [MERGE_FILE, &[]]),
        ("init", [FOLDER, &[]]),
        ("branch", [BRANCH, &[]]),
        ("archive", [OUTPUT, &[]]),
        ("format-patch", [FORMAT_PATCH, DIFF]),
        ("apply", [PATCHES, &[]]),
        ("am", [PATCHES, &[]]),
        ("commit", [COMMIT, MESSAGE]),
        ("tag", [TAG, MESSAGE]),
        ("notes add", [NOTES, MESSAGE]),
    ]);
    let arities = |tables: Tables| super::super::options::arities(&tables);
    tables
        .into_iter()
        .map(|(it, tables)| (it, arities(tables)))
        .collect()
}
