//! What git's subcommands take that neither runs a program nor writes a file.
//!
//! Source: the page of each subcommand, git 2.47. git takes abbreviations of long options; one
//! that isn't spelled out is not known here.

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Program, Role, command};

static GLOBAL: &[Opt<Role>] = &[
    // The directory is judged where git's global options are read.
    value("-C", Role::Plain),
    flag(
        "-P --no-pager --no-replace-objects --no-lazy-fetch --no-optional-locks --no-advice --literal-pathspecs \
         --glob-pathspecs --noglob-pathspecs --icase-pathspecs -v --version -h --help",
        Role::Plain,
    ),
    value(
        "-c --git-dir --work-tree --namespace --super-prefix --config-env --attr-source",
        Role::Code,
    ),
    attached("--exec-path", Role::Code),
    flag("-p --paginate --bare", Role::Code),
];

/// `--ext-diff`, `--textconv` run programs, `--output` writes, `-O` and `--no-index` read.
static DIFF: &[Opt<Role>] = &[
    flag(
        "-p -u --patch -s --no-patch --raw --patch-with-raw --minimal --patience --histogram --numstat --shortstat \
         --summary --patch-with-stat -z --name-only --name-status --no-color --no-renames --rename-empty --check \
         --full-index --binary -R -a --text -b -w -D --irreversible-delete --pickaxe-all --pickaxe-regex --cumulative \
         --ignore-cr-at-eol --ignore-space-at-eol --ignore-space-change --ignore-all-space --ignore-blank-lines \
         -W --function-context --exit-code --quiet --no-ext-diff --no-textconv --no-prefix --default-prefix --cached \
         --staged --merge-base -1 -2 -3 -0 --base --ours --theirs -c --cc --combined-all-paths --root -r -t -m \
         --compact-summary --indent-heuristic --no-indent-heuristic --ita-invisible-in-index -q --ignore-submodules",
        Role::Plain,
    ),
    attached(
        "-U --unified -B -M -C -X --stat --dirstat --color --color-moved --color-words --word-diff --abbrev --submodule \
         --ignore-submodules --relative --find-renames --find-copies --break-rewrites --diff-merges",
        Role::Plain,
    ),
    value(
        "--diff-algorithm --anchored --diff-filter -S -G -l --word-diff-regex --inter-hunk-context --src-prefix \
         --dst-prefix --line-prefix --ws-error-highlight --stat-width --stat-name-width --stat-count",
        Role::Plain,
    ),
    value("--output", Role::Write),
    value("-O --skip-to --rotate-to", Role::Code),
    flag("--ext-diff --textconv --no-index", Role::Code),
];

static LOG: &[Opt<Role>] = &[
    flag(
        "--oneline --graph --no-graph --follow --merges --no-merges --first-parent --all-match --invert-grep -i -E -F -P \
         --regexp-ignore-case --extended-regexp --fixed-strings --perl-regexp --reverse --topo-order --date-order \
         --author-date-order --no-walk --cherry-pick --cherry --left-right --left-only --right-only --boundary \
         --simplify-merges --full-history --ancestry-path --dense --sparse --parents --children --abbrev-commit \
         --no-abbrev-commit --relative-date --show-signature --no-notes --stdin-not --clear-decorations --no-decorate \
         --full-diff --log-size --source --use-mailmap --mailmap --no-mailmap --count --timestamp --no-commit-header \
         --expand-tabs -g --walk-reflogs --notes --objects --no-expand-tabs -s --summary \
         -p -u --patch --no-patch --raw --numstat --shortstat --name-only --name-status --no-color --no-renames -z \
         --all --minimal --patience --histogram -w -b -a --text --no-ext-diff --no-textconv -c --cc -m -W -R \
         --function-context --cumulative --binary --full-index --check --compact-summary -r -t --root --no-prefix -q",
        Role::Plain,
    ),
    attached(
        "--branches --tags --remotes --decorate --color --color-words --word-diff --pretty --format --abbrev --stat \
         --dirstat -U --unified -M \
         -C -B --submodule --find-renames --find-copies --diff-merges --relative -1 -2 -3 -4 -5 -6 -7 -8 -9 --show-linear-break",
        Role::Plain,
    ),
    value(
        "-n --max-count --skip --since --after --until --before --since-as-filter --author --committer --grep --grep-reflog \
         --date --encoding --glob --exclude --decorate-refs --decorate-refs-exclude --min-parents --max-parents -L \
         -S -G --diff-filter --diff-algorithm -l",
        Role::Plain,
    ),
    value("--output", Role::Write),
    flag("--ext-diff --textconv --no-index", Role::Code),
    value("-O", Role::Code),
];

/// Its `-n`, `-s`, `-e` and `-c` are others than those of `log`.
static SHORTLOG: &[Opt<Role>] = &[
    flag(
        "-n --numbered -s --summary -e --email -c --committer --merges --no-merges --first-parent --all --reverse",
        Role::Plain,
    ),
    attached("-w --format --branches --tags --remotes", Role::Plain),
    value(
        "--group --since --after --until --before --author --grep --max-count --exclude",
        Role::Plain,
    ),
    value("--output", Role::Write),
];

static STATUS: &[Opt<Role>] = &[
    flag(
        "-s --short -b --branch --show-stash --long -v --verbose -z --ahead-behind --no-ahead-behind --renames --no-renames",
        Role::Plain,
    ),
    attached(
        "--porcelain -u --untracked-files --ignore-submodules --ignored --column --find-renames",
        Role::Plain,
    ),
];

/// Listing only: what makes, moves or deletes a branch or a tag is not here.
static TAG: &[Opt<Role>] = &[
    flag(
        "-r --remotes -l --list --show-current -i --ignore-case --omit-empty --no-column --no-color -q --quiet",
        Role::Plain,
    ),
    attached(
        "--color --column --abbrev --merged --no-merged --contains --no-contains",
        Role::Plain,
    ),
    value("--sort --format --points-at", Role::Plain),
];

static BRANCH: &[Opt<Role>] = &[
    flag("-a --all -v --verbose", Role::Plain),
    flag(
        "-r --remotes -l --list --show-current -i --ignore-case --omit-empty --no-column --no-color",
        Role::Plain,
    ),
    attached(
        "--color --column --abbrev --merged --no-merged --contains --no-contains",
        Role::Plain,
    ),
    value("--sort --format --points-at", Role::Plain),
    // They lose commits, or move what a branch is.
    flag(
        "-d -D --delete -m -M --move -c -C --copy -f --force --unset-upstream",
        Role::Spelled,
    ),
    value("-u --set-upstream-to", Role::Spelled),
];

/// Lists what the configuration says; every other subcommand is lifted where it is read.
static REMOTE: &[Opt<Role>] = &[flag("-v --verbose --all --push", Role::Plain)];

static REFS: &[Opt<Role>] = &[
    flag(
        "--head --heads --branches --tags -d --dereference --verify --exists -q --quiet --ignore-case --omit-empty \
         --include-root-refs",
        Role::Plain,
    ),
    attached(
        "-s --hash --abbrev --merged --no-merged --contains --no-contains --color",
        Role::Plain,
    ),
    value("--sort --format --points-at --count --exclude", Role::Plain),
];

static LIST: &[Opt<Role>] = &[
    flag(
        "-c --cached -d --deleted -o --others -i --ignored -s --stage -u --unmerged -k --killed -m --modified -v -f -t -z \
         --exclude-standard --error-unmatch --full-name --deduplicate --eol --debug --sparse --directory \
         --no-empty-directory --recurse-submodules -r -l --long --name-only --name-status --object-only --full-tree",
        Role::Plain,
    ),
    attached("--abbrev", Role::Plain),
    value("--format --with-tree -x --exclude", Role::Plain),
];

static SHOWS: &[Opt<Role>] = &[
    flag(
        "--abbrev-ref --symbolic --symbolic-full-name --short --verify -q --quiet --show-toplevel --show-prefix --show-cdup \
         --git-dir --absolute-git-dir --git-common-dir --is-inside-git-dir --is-inside-work-tree \
         --is-bare-repository --is-shallow-repository --all --branches --tags --remotes --show-superproject-working-tree \
         --independent --is-ancestor --fork-point --octopus --long --always --contains --first-parent --exact-match \
         --debug -v --verbose -H --human-readable --name-only --refs --count --left-right --local-env-vars --no-revs \
         --no-flags --revs-only --flags -t -s -e -p --no-undefined --stdin-paths",
        Role::Plain,
    ),
    attached("--dirty --broken --abbrev --short", Role::Plain),
    value(
        "--match --exclude --candidates --path-format --default --show-object-format",
        Role::Plain,
    ),
];

static BLAME: &[Opt<Role>] = &[
    flag(
        "-b --root --show-stats -l -t -p --porcelain --line-porcelain --incremental -c -f --show-name -n --show-number -s -e \
         --show-email -w --minimal --progress --no-progress --first-parent --color-lines --color-by-age",
        Role::Plain,
    ),
    attached("-M -C --abbrev", Role::Plain),
    value("-L --date --since --ignore-rev --encoding", Role::Plain),
    value("--ignore-revs-file -S --contents", Role::Read),
];

/// `-O` opens what it finds in a program, `-f` reads patterns, `--no-index` reads any file.
static GREP: &[Opt<Role>] = &[
    flag(
        "--cached --untracked --no-exclude-standard --exclude-standard --recurse-submodules -a --text -i --ignore-case -I \
         -r --recursive --no-recursive -w --word-regexp -v --invert-match -h -H --full-name -E --extended-regexp -G \
         --basic-regexp -P --perl-regexp -F --fixed-strings -n --line-number --column -l --files-with-matches --name-only \
         -L --files-without-match -z --null -o --only-matching -c --count --no-color --break --heading -p --show-function \
         -W --function-context -q --quiet --and --or --not --all-match",
        Role::Plain,
    ),
    attached("--color -1 -2 -3 -4 -5 -6 -7 -8 -9", Role::Plain),
    value(
        "-e --max-depth -m --max-count --threads -A --after-context -B --before-context -C --context",
        Role::Plain,
    ),
    value("-f", Role::Read),
    attached("-O --open-files-in-pager", Role::Code),
    flag("--no-index --textconv --ext-grep", Role::Code),
];

static ADD: &[Opt<Role>] = &[
    flag(
        "-n --dry-run -v --verbose -f --force -u --update -A --all --no-all --ignore-removal --no-ignore-removal -N \
         --intent-to-add --refresh --ignore-errors --ignore-missing --renormalize --sparse",
        Role::Plain,
    ),
    value("--chmod", Role::Plain),
    value("--pathspec-from-file", Role::Read),
    // They start an editor or wait for a person.
    flag("-e --edit -i --interactive -p --patch", Role::Code),
];

/// `-S` and the editor run programs.
static COMMIT: &[Opt<Role>] = &[
    flag(
        "-a --all --no-edit --allow-empty --allow-empty-message -v --verbose -q --quiet --dry-run --short --long \
         --porcelain -z --status --no-status -s --signoff --no-signoff --amend --reset-author -o --only -i --include \
         --no-gpg-sign --no-post-rewrite --branch",
        Role::Plain,
    ),
    value(
        "-m --message --author --date --cleanup --trailer --fixup --squash",
        Role::Plain,
    ),
    attached("-u --untracked-files", Role::Plain),
    value("-F --file -t --template --pathspec-from-file", Role::Read),
    attached("-S --gpg-sign", Role::Code),
    flag("-e --edit -p --patch --interactive", Role::Code),
    // It leaves out the hooks by which a project refuses secrets and faults.
    flag("-n --no-verify", Role::Spelled),
    value("-C --reuse-message -c --reedit-message", Role::Code),
];

static SWITCH: &[Opt<Role>] = &[
    flag(
        "-q --quiet --progress --no-progress -d --detach --guess --no-guess --no-track --ignore-other-worktrees",
        Role::Plain,
    ),
    value("-c --create -b --orphan", Role::Plain),
    attached("-t --track", Role::Plain),
];

/// What a push takes; where it goes and what it moves is judged by itself.
static PUSH: &[Opt<Role>] = &[
    flag(
        "-u --set-upstream -f --force --no-force --force-if-includes --no-force-if-includes --no-force-with-lease -d --delete \
         --tags --follow-tags --no-follow-tags --all --branches --mirror -n --dry-run --no-dry-run -q --quiet -v --verbose \
         --progress --no-progress --porcelain --atomic --no-atomic --thin --no-thin --verify -4 --ipv4 -6 --ipv6 \
         --prune --no-signed --no-recurse-submodules -h --help",
        Role::Plain,
    ),
    // It leaves out the hook by which a project refuses what must not leave it.
    flag("--no-verify", Role::Spelled),
    attached("--force-with-lease", Role::Plain),
    value("-o --push-option --repo --recurse-submodules", Role::Plain),
    attached("--signed", Role::Code),
    value("--receive-pack --exec", Role::Code),
];

/// `-p` runs hooks of other repositories and `--upload-pack` any program.
static FETCH: &[Opt<Role>] = &[
    flag(
        "--all --no-all -a --append --atomic -t --tags -n --no-tags -p --prune --no-prune -P --prune-tags -q --quiet -v \
         --verbose --progress --no-progress -k --keep -4 --ipv4 -6 --ipv6 --unshallow --dry-run --porcelain --no-auto-gc \
         --no-auto-maintenance --no-show-forced-updates --show-forced-updates",
        Role::Plain,
    ),
    value(
        "--depth --deepen --shallow-since --shallow-exclude -j --jobs",
        Role::Plain,
    ),
    value("--upload-pack -o --server-option --refmap", Role::Code),
];

pub(super) static PROGRAMS: &[Program] = &[Program {
    names: "git",
    grammar: Grammar::Exact,
    global: GLOBAL,
    commands: &[
        command("diff|diff-tree|diff-index|diff-files", DIFF),
        command(
            "log|show|whatchanged|rev-list|reflog|reflog show|stash list|stash show",
            LOG,
        ),
        command("shortlog", SHORTLOG),
        command("status", STATUS),
        command("branch", BRANCH),
        command("tag", TAG),
        command("remote|remote get-url", REMOTE),
        command("for-each-ref|show-ref", REFS),
        command("ls-files|ls-tree", LIST),
        command(
            "rev-parse|describe|merge-base|name-rev|count-objects|cat-file",
            SHOWS,
        ),
        command("blame|annotate", BLAME),
        command("grep", GREP),
        command("add|stage", ADD),
        command("commit", COMMIT),
        command("switch|checkout", SWITCH),
        command("push", PUSH),
        command("fetch", FETCH),
        command(
            "version|help",
            &[flag("--build-options -a --all -g --guides", Role::Plain)],
        ),
    ],
}];

/// The options of each subcommand.
pub(in super::super) fn arities() -> Vec<(&'static str, super::super::options::Arities)> {
    let commands = PROGRAMS.iter().flat_map(|program| program.commands);
    let of = |command: &'static super::table::Command| {
        let options = super::super::options::arities(&[command.opts]);
        command
            .path
            .split('|')
            .map(move |path| (path, options.clone()))
    };
    commands.flat_map(of).collect()
}
