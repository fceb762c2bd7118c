//! `gh`: what shows, and changes nothing.
//!
//! Source: the manual of GitHub CLI 2.6x (`gh help COMMAND`). `--web` starts the browser that a
//! variable or the configuration names; `--jq` and `--template` only lay out what is printed.

use super::super::options::{Grammar, Opt, flag, value};
use super::table::{Program, Role, command};

static GLOBAL: &[Opt<Role>] = &[
    value("-R --repo", Role::Plain),
    flag("-h --help --version", Role::Plain),
    value("--hostname", Role::Code),
];

static LIST: &[Opt<Role>] = &[
    value(
        "-L --limit -s --state -l --label -A --author -a --assignee -B --base -H --head -S --search --app -m --milestone \
         --mention --json -q --jq -t --template -b --branch -c --commit --created -e --event -u --user -w --workflow \
         --status --visibility --language --topic --order --sort -O",
        Role::Plain,
    ),
    flag(
        "-d --draft --all --no-archived --archived --fork --source --exclude-drafts --exclude-pre-releases",
        Role::Plain,
    ),
    flag("--web", Role::Code),
];

static PR_LIST: &[Opt<Role>] = &[
    value(
        "-L --limit -s --state -l --label -A --author -a --assignee -B --base -H --head -S --search --app --json -q --jq \
         -t --template",
        Role::Plain,
    ),
    flag("-d --draft", Role::Plain),
    flag("-w --web", Role::Code),
];

static ISSUE_LIST: &[Opt<Role>] = &[
    value(
        "-L --limit -s --state -l --label -A --author -a --assignee -S --search --app -m --milestone --mention --type \
         --json -q --jq -t --template",
        Role::Plain,
    ),
    flag("-w --web", Role::Code),
];

static VIEW: &[Opt<Role>] = &[
    value(
        "--json -q --jq -t --template -b --branch -r --ref",
        Role::Plain,
    ),
    flag("-c --comments -y --yaml", Role::Plain),
    flag("-w --web", Role::Code),
];

static CHECKS: &[Opt<Role>] = &[
    flag("--watch --fail-fast --required", Role::Plain),
    value("-i --interval --json -q --jq -t --template", Role::Plain),
    flag("-w --web", Role::Code),
];

static DIFF: &[Opt<Role>] = &[
    flag("--patch --name-only", Role::Plain),
    value("--color -e --exclude", Role::Plain),
    flag("-w --web", Role::Code),
];

static RUN_VIEW: &[Opt<Role>] = &[
    flag("-v --verbose --exit-status --log --log-failed", Role::Plain),
    value(
        "-j --job -a --attempt --json -q --jq -t --template",
        Role::Plain,
    ),
    flag("-w --web", Role::Code),
];

static RUN_WATCH: &[Opt<Role>] = &[
    flag("--exit-status --compact", Role::Plain),
    value("-i --interval", Role::Plain),
];

static STATUS: &[Opt<Role>] = &[
    flag("-c --conflict-status", Role::Plain),
    value("--json -q --jq -t --template", Role::Plain),
];

pub(super) static PROGRAMS: &[Program] = &[Program {
    names: "gh",
    grammar: Grammar::Exact,
    global: GLOBAL,
    commands: &[
        command("pr list|pr ls", PR_LIST),
        command("issue list|issue ls", ISSUE_LIST),
        command(
            "run list|run ls|workflow list|workflow ls|release list|release ls|repo list|repo ls|label list|label ls|cache list|cache ls",
            LIST,
        ),
        command(
            "pr view|issue view|release view|workflow view|repo view|gist view",
            VIEW,
        ),
        command("pr checks", CHECKS),
        command("pr diff", DIFF),
        command("run view", RUN_VIEW),
        command("run watch", RUN_WATCH),
        command("pr status|issue status", STATUS),
        command(
            "search issues|search prs|search repos|search code|search commits",
            LIST,
        ),
        command("status", &[value("-e --exclude -o --org", Role::Plain)]),
        // `--show-token` prints what a session is worth.
        command(
            "auth status",
            &[
                flag("-a --active", Role::Plain),
                flag("-t --show-token", Role::Code),
            ],
        ),
        command("version", &[]),
    ],
}];
