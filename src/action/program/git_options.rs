//! The options of git's subcommands, as far as they say what is read, written or switched to.
//!
//! Sources: the page of each subcommand, git 2.47.

use super::options::{Opt, attached, flag, value};

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

pub(super) static SHOWS: &[Opt<Role>] = &[
    value("--output", Role::Write),
    value("-L", Role::Lines),
    flag("--full-diff --stdin", Role::Full),
    flag("--name-only --name-status", Role::Names),
    value(
        "-n --max-count -S -G -O --since --until --after --before --author --committer --grep --skip --format --date --diff-filter --inter-hunk-context --word-diff-regex --src-prefix --dst-prefix --line-prefix",
        Role::None,
    ),
    value("--contents --ignore-revs-file", Role::Read),
    flag(
        "-p -u --patch -c --cc --dd --remerge-diff --patch-with-raw --patch-with-stat --binary --check",
        Role::Patch,
    ),
    attached("-U --unified", Role::Patch),
    attached("-M -C -B --color --pretty", Role::None),
    attached(
        "--stat --numstat --shortstat --dirstat --raw -s --no-patch --summary -q --quiet",
        Role::NoContent,
    ),
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
    value("-m --message -F --file --ref --separator", Role::None),
];
pub(super) static CHECKOUT: &[Opt<Role>] = &[
    value("-b -B -c -C --create --force-create --orphan", Role::Branch),
    value("-s --source --conflict", Role::None),
    flag("-t --track", Role::Track),
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
    flag("-m -M --move", Role::Rename),
    value("-u --set-upstream-to", Role::None),
];
pub(super) static OUTPUT: &[Opt<Role>] = &[
    value("-o --output --output-directory --exec-output", Role::Write),
    value(
        "--format --prefix --add-file --add-virtual-file --remote --exec --directory -p -C --exclude --include --whitespace --patch-format",
        Role::None,
    ),
    flag("--check --stat --numstat --summary", Role::NoContent),
];
pub(super) static MESSAGE: &[Opt<Role>] = &[
    value("-F --file -t --template", Role::Read),
    value(
        "-m --message -c -C --reuse-message --reedit-message --author --date --fixup --squash --trailer --cleanup",
        Role::None,
    ),
];
