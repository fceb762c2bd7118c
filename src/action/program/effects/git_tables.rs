//! The options of git's subcommands that leave their effects known.
//!
//! Source: the page of each subcommand, git 2.47. In no table: what writes a file (`--output`), runs
//! a program (`--ext-diff`, `--textconv`, `-O`, `-S`), compares any two files (`--no-index`), reads
//! names from elsewhere (`--stdin`, `--pathspec-from-file`), starts an editor, or shows the content of
//! files where the facts don't say so (`-U` of `log`, which means `-p`).

use super::super::super::facts::Deed;
use super::super::options::{Opt, attached, flag, value};
use super::table::{Operands, Role, Table, table};

/// One subcommand.
#[derive(Debug)]
pub(super) struct Subcommand {
    /// The ways to write it, such as `stash list`.
    pub(super) paths: &'static [&'static str],
    pub(super) deed: Deed,
    pub(super) table: &'static Table,
    /// Further options.
    pub(super) more: &'static [Opt<Role>],
}

const fn reads(
    paths: &'static [&'static str],
    table: &'static Table,
    more: &'static [Opt<Role>],
) -> Subcommand {
    Subcommand {
        paths,
        deed: Deed::VcsReads,
        table,
        more,
    }
}

const fn changes(paths: &'static [&'static str], table: &'static Table) -> Subcommand {
    Subcommand {
        paths,
        deed: Deed::VcsLocal,
        table,
        more: &[],
    }
}

/// What `diff`, `show` and `log` share.
static FORMAT: &[Opt<Role>] = &[
    flag(
        "-p -u --patch -s --no-patch --raw --minimal --patience --histogram --numstat --shortstat --summary -z \
         --name-only --name-status --no-color --no-renames --check --full-index -R -a --text -b -w \
         --ignore-cr-at-eol --ignore-space-at-eol --ignore-space-change --ignore-all-space --ignore-blank-lines \
         --exit-code --quiet --no-ext-diff --no-textconv --no-prefix --default-prefix --compact-summary \
         --pickaxe-all --pickaxe-regex --no-relative -r -t",
        Role::Plain,
    ),
    attached(
        "-B -M -C --stat --dirstat --color --color-moved --abbrev --submodule --ignore-submodules --relative \
         --find-renames --find-copies --break-rewrites",
        Role::Plain,
    ),
    value(
        "--diff-algorithm --diff-filter -S -G -l --src-prefix --dst-prefix --line-prefix --ws-error-highlight \
         --stat-width --stat-name-width --stat-count",
        Role::Plain,
    ),
];
static DIFF: Table = table(
    &[flag(
        "--cached --staged --merge-base -1 -2 -3 -0 --base --ours --theirs -q",
        Role::Plain,
    )],
    Operands::Text,
);
/// `diff` shows the content of files anyway.
static PATCH: Table = table(
    &[
        flag(
            "--cached --staged --merge-base -1 -2 -3 -0 --base --ours --theirs -q -W --function-context \
             --indent-heuristic --no-indent-heuristic",
            Role::Plain,
        ),
        attached("-U --unified --word-diff --color-words", Role::Plain),
        value("--word-diff-regex --inter-hunk-context", Role::Plain),
    ],
    Operands::Text,
);
static LOG: Table = table(HISTORY, Operands::Text);
static HISTORY: &[Opt<Role>] = &[
    flag(
        "--oneline --graph --no-graph --follow --merges --no-merges --first-parent --all-match --invert-grep -i -E -F \
             -P --regexp-ignore-case --extended-regexp --fixed-strings --perl-regexp --reverse --topo-order --date-order \
             --author-date-order --no-walk --cherry-pick --cherry --left-right --left-only --right-only --boundary \
             --simplify-merges --full-history --ancestry-path --dense --sparse --parents --children --abbrev-commit \
             --no-abbrev-commit --relative-date --no-notes --clear-decorations --no-decorate --full-diff --log-size \
             --source --use-mailmap --mailmap --no-mailmap --count --timestamp --no-commit-header --no-expand-tabs -g \
             --walk-reflogs --objects --all -q -0 -1 -2 -3 -4 -5 -6 -7 -8 -9",
        Role::Plain,
    ),
    attached(
        "--branches --tags --remotes --decorate --pretty --format --expand-tabs --notes --show-linear-break",
        Role::Plain,
    ),
    value(
        "-n --max-count --skip --since --after --until --before --since-as-filter --author --committer --grep \
             --grep-reflog --date --encoding --glob --exclude --decorate-refs --decorate-refs-exclude \
             --min-parents --max-parents",
        Role::Plain,
    ),
];
/// Its `-n`, `-s`, `-e` and `-c` are others than those of `log`.
static SHORTLOG: Table = table(
    &[
        flag(
            "-n --numbered -s --summary -e --email -c --committer",
            Role::Plain,
        ),
        attached("-w", Role::Plain),
        value("--group", Role::Plain),
    ],
    Operands::Text,
);
static STATUS: Table = table(
    &[
        flag(
            "-s --short -b --branch --show-stash --long -z --ahead-behind --no-ahead-behind --renames --no-renames",
            Role::Plain,
        ),
        attached(
            "--porcelain -u --untracked-files --ignore-submodules --ignored --column --find-renames",
            Role::Plain,
        ),
    ],
    Operands::Text,
);
static REFS: Table = table(
    &[
        flag(
            "--head --heads --branches --tags -d --dereference --verify --exists -q --quiet --ignore-case --omit-empty \
             --include-root-refs",
            Role::Plain,
        ),
        attached(
            "--hash --abbrev --merged --no-merged --contains --no-contains --color",
            Role::Plain,
        ),
        value("--sort --format --points-at --count", Role::Plain),
    ],
    Operands::Text,
);
static HASHES: &[Opt<Role>] = &[attached("-s", Role::Plain)];
static QUOTED: &[Opt<Role>] = &[flag("-s", Role::Plain), value("--exclude", Role::Plain)];
static FILES: Table = table(
    &[
        flag(
            "-c --cached -d --deleted -o --others -i --ignored -s --stage -u --unmerged -k --killed -m --modified -v -f -t \
             -z --exclude-standard --error-unmatch --full-name --deduplicate --eol --sparse --directory \
             --no-empty-directory -r -l --long --name-only --name-status --object-only --full-tree",
            Role::Plain,
        ),
        attached("--abbrev", Role::Plain),
        value("--format --with-tree -x --exclude", Role::Plain),
    ],
    Operands::Text,
);
static NAMES: Table = table(
    &[
        flag(
            "--abbrev-ref --symbolic --symbolic-full-name --verify -q --quiet --show-toplevel --show-prefix --show-cdup \
             --git-dir --absolute-git-dir --git-common-dir --is-inside-git-dir --is-inside-work-tree \
             --is-bare-repository --is-shallow-repository --all --show-superproject-working-tree --independent \
             --is-ancestor --fork-point --octopus --long --always --contains --first-parent --exact-match \
             --name-only --local-env-vars --no-revs --no-flags --revs-only --flags --no-undefined -v --verbose -H \
             --human-readable -n --non-matching",
            Role::Plain,
        ),
        attached(
            "--short --dirty --broken --abbrev --branches --tags --remotes",
            Role::Plain,
        ),
        value(
            "--match --exclude --candidates --path-format --default --refs --git-path",
            Role::Plain,
        ),
    ],
    Operands::Text,
);
static CONTENT: Table = table(&[flag("-t -s -e -p", Role::Plain)], Operands::Text);
static BLAME: Table = table(
    &[
        flag(
            "-b --root --show-stats -l -t -p --porcelain --line-porcelain --incremental -c -f --show-name -n --show-number \
             -s -e --show-email -w --first-parent --color-lines --color-by-age",
            Role::Plain,
        ),
        attached("-M -C --abbrev", Role::Plain),
        value("-L --date --since --ignore-rev --encoding", Role::Plain),
    ],
    Operands::Text,
);
/// `-f` reads patterns, `-O` opens what it finds in a program.
static GREP: Table = table(
    &[
        flag(
            "--cached -a --text -i --ignore-case -I -r --recursive --no-recursive -w --word-regexp -v --invert-match -h -H \
             --full-name -E --extended-regexp -G --basic-regexp -P --perl-regexp -F --fixed-strings -n --line-number \
             --column -l --files-with-matches --name-only -L --files-without-match -z --null -o --only-matching -c \
             --count --no-color --break --heading -p --show-function -W --function-context -q --quiet --and --or --not \
             --all-match -0 -1 -2 -3 -4 -5 -6 -7 -8 -9",
            Role::Plain,
        ),
        attached("--color", Role::Plain),
        value("-e", Role::Pattern),
        value(
            "--max-depth -m --max-count --threads -A --after-context -B --before-context -C --context",
            Role::Plain,
        ),
    ],
    Operands::Text,
);
static REMOTES: Table = table(&[flag("-v --verbose", Role::Plain)], Operands::None);
static REMOTE_URL: Table = table(&[flag("--push --all", Role::Plain)], Operands::Text);
static WORKTREES: Table = table(
    &[flag("--porcelain -z -v --verbose", Role::Plain)],
    Operands::None,
);
/// Lists, or makes a branch. What moves, deletes or follows one is not here.
static BRANCH: Table = table(
    &[
        flag(
            "-a --all -v --verbose -r --remotes -l --list --show-current -i --ignore-case --omit-empty --no-column \
             --no-color -q --quiet --no-track",
            Role::Plain,
        ),
        attached(
            "--color --column --abbrev --merged --no-merged --contains --no-contains",
            Role::Plain,
        ),
        value("--sort --format --points-at", Role::Plain),
    ],
    Operands::Text,
);
static TAG: Table = table(
    &[
        flag(
            "-l --list -i --ignore-case --omit-empty --no-column --no-color -a --annotate",
            Role::Plain,
        ),
        attached(
            "-n --color --column --merged --no-merged --contains --no-contains",
            Role::Plain,
        ),
        value("--sort --format --points-at -m --message", Role::Plain),
    ],
    Operands::Text,
);
/// `-f` would add what the repository ignores.
static ADD: Table = table(
    &[flag(
        "-n --dry-run -v --verbose -u --update -A --all --no-all -N --intent-to-add --refresh --ignore-errors \
         --ignore-missing --sparse",
        Role::Plain,
    )],
    Operands::Text,
);
/// `--amend` replaces a commit, and `-S` runs a program. `-n` leaves out the hooks by which a project
/// refuses secrets and faults, so a person decides on it.
static COMMIT: Table = table(
    &[
        flag(
            "-a --all --allow-empty -q --quiet --dry-run --short -s --signoff --no-signoff --no-gpg-sign --status \
             --no-status",
            Role::Plain,
        ),
        value("-m --message --author --date --trailer", Role::Plain),
        value("-F --file", Role::Read),
    ],
    Operands::Text,
);
/// A new branch where `HEAD` is: no file changes. Another start would be an operand.
static CREATE: Table = table(
    &[
        flag("-q --quiet --no-track", Role::Plain),
        value("-c --create", Role::Branch),
    ],
    Operands::None,
);
static CHECKOUT: Table = table(
    &[
        flag("-q --quiet --no-track", Role::Plain),
        value("-b", Role::Branch),
    ],
    Operands::None,
);
/// A new branch in a new folder. Another start than `HEAD` would be a second operand.
static WORKTREE_ADD: Table = table(
    &[
        flag("-q --quiet --no-track", Role::Plain),
        value("-b", Role::Branch),
    ],
    Operands::Writes,
);
/// `-a` would take what the repository ignores.
static STASH: Table = table(
    &[
        flag(
            "-k --keep-index --no-keep-index -u --include-untracked -q --quiet -S --staged",
            Role::Plain,
        ),
        value("-m --message", Role::Plain),
    ],
    Operands::Text,
);

/// Subcommands whose next word may be a subcommand of their own.
pub(super) const WITH_SUBCOMMANDS: &[&str] = &["reflog", "remote", "stash", "worktree"];

pub(super) static SUBCOMMANDS: &[Subcommand] = &[
    reads(&["status"], &STATUS, &[]),
    reads(&["diff"], &PATCH, FORMAT),
    reads(&["diff-tree", "diff-index", "diff-files"], &DIFF, FORMAT),
    reads(
        &[
            "log",
            "show",
            "whatchanged",
            "rev-list",
            "reflog",
            "reflog show",
            "stash list",
        ],
        &LOG,
        FORMAT,
    ),
    reads(&["shortlog"], &SHORTLOG, HISTORY),
    reads(&["stash show"], &DIFF, FORMAT),
    reads(&["show-ref"], &REFS, HASHES),
    reads(&["for-each-ref"], &REFS, QUOTED),
    reads(&["ls-files", "ls-tree"], &FILES, &[]),
    reads(
        &[
            "rev-parse",
            "describe",
            "merge-base",
            "name-rev",
            "count-objects",
            "check-ignore",
            "cherry",
        ],
        &NAMES,
        &[],
    ),
    reads(&["cat-file"], &CONTENT, &[]),
    reads(&["blame", "annotate"], &BLAME, &[]),
    reads(&["grep"], &GREP, &[]),
    reads(&["remote"], &REMOTES, &[]),
    reads(&["remote get-url"], &REMOTE_URL, &[]),
    reads(&["worktree list"], &WORKTREES, &[]),
    changes(&["branch"], &BRANCH),
    changes(&["tag"], &TAG),
    changes(&["add", "stage"], &ADD),
    changes(&["commit"], &COMMIT),
    changes(&["switch"], &CREATE),
    changes(&["checkout"], &CHECKOUT),
    changes(&["stash", "stash push"], &STASH),
    changes(&["worktree add"], &WORKTREE_ADD),
];

/// The options of each subcommand.
pub(in super::super) fn arities() -> Vec<(&'static str, super::super::options::Arities)> {
    let of = |it: &'static Subcommand| {
        let options = super::super::options::arities(&[it.table.opts, it.more]);
        it.paths.iter().map(move |path| (*path, options.clone()))
    };
    SUBCOMMANDS.iter().flat_map(of).collect()
}
