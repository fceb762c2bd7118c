//! `gh`: what only shows.
//!
//! Source: the manual of GitHub CLI 2.6x (`gh help COMMAND`). `--web` starts a browser, and a verb
//! that is not here may be an alias or an extension.

use super::super::super::facts::Deed;
use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, Value, flag, value};
use super::jq;
use super::network::{deed, is_constant_url, is_mild_header, is_odd, is_plain};
use super::table::Account;

/// What an option is to gh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Plain,
    /// `OWNER/REPO`
    Repository,
    /// A filter, which may read the environment.
    Filter,
    Method,
    Header,
}

/// What every verb takes that prints.
static PRINTS: &[Opt<Says>] = &[
    value("-R --repo", Says::Repository),
    value("-q --jq", Says::Filter),
    value("--json -t --template", Says::Plain),
];
static LIST: &[Opt<Says>] = &[
    value(
        "-L --limit -s --state -l --label -A --author -a --assignee -B --base -H --head -S --search --app -m --milestone \
         --mention --type",
        Says::Plain,
    ),
    flag("-d --draft", Says::Plain),
];
static LIST_OF_RUNS: &[Opt<Says>] = &[
    value(
        "-L --limit -b --branch -c --commit --created -e --event -s --status -u --user -w --workflow",
        Says::Plain,
    ),
    flag("-a --all", Says::Plain),
];
static LIST_OF_REPOSITORIES: &[Opt<Says>] = &[
    value(
        "-L --limit --visibility -l --language --topic -O --order --sort -S --search",
        Says::Plain,
    ),
    flag(
        "--no-archived --archived --fork --source --exclude-drafts --exclude-pre-releases",
        Says::Plain,
    ),
];
static VIEW: &[Opt<Says>] = &[
    value("-b --branch -r --ref", Says::Plain),
    flag("-c --comments -y --yaml", Says::Plain),
];
static CHECKS: &[Opt<Says>] = &[
    flag("--watch --fail-fast --required", Says::Plain),
    value("-i --interval", Says::Plain),
];
static DIFF: &[Opt<Says>] = &[
    flag("--patch --name-only", Says::Plain),
    value("--color -e --exclude", Says::Plain),
];
static RUN_VIEW: &[Opt<Says>] = &[
    flag("-v --verbose --exit-status --log --log-failed", Says::Plain),
    value("-j --job -a --attempt", Says::Plain),
];
static RUN_WATCH: &[Opt<Says>] = &[
    flag("--exit-status --compact", Says::Plain),
    value("-i --interval", Says::Plain),
];
static SEARCH: &[Opt<Says>] = &[value(
    "-L --limit --owner --language --extension --filename --match --size --sort --order --state --author --assignee \
     --label --topic --stars --created --updated --visibility --user",
    Says::Plain,
)];
static API: &[Opt<Says>] = &[
    flag("-i --include --paginate --silent --slurp", Says::Plain),
    value("-X --method", Says::Method),
    value("-H --header", Says::Header),
    value("-p --preview", Says::Plain),
];

/// The verbs that only show, by their two words.
static VERBS: &[(&str, &[Opt<Says>])] = &[
    ("pr list|pr ls|issue list|issue ls", LIST),
    ("run list|run ls", LIST_OF_RUNS),
    (
        "repo list|repo ls|release list|release ls|workflow list|workflow ls|label list|label ls",
        LIST_OF_REPOSITORIES,
    ),
    (
        "pr view|issue view|release view|workflow view|repo view",
        VIEW,
    ),
    ("pr checks", CHECKS),
    ("pr diff", DIFF),
    (
        "pr status|issue status",
        &[flag("-c --conflict-status", Says::Plain)],
    ),
    ("run view", RUN_VIEW),
    ("run watch", RUN_WATCH),
    (
        "search issues|search prs|search repos|search commits",
        SEARCH,
    ),
];

/// The verb's options, and the words behind it.
fn verb<'a>(call: &Call<'a>) -> Option<(&'static [Opt<Says>], &'a [ShellWord])> {
    match call.args() {
        [api, rest @ ..] if api.text == "api" => Some((API, rest)),
        [noun, verb, rest @ ..] => {
            let path = format!("{} {}", noun.text, verb.text);
            let mut verbs = VERBS.iter();
            let found = verbs.find(|(paths, _)| paths.split('|').any(|known| known == path));
            found.map(|(_, options)| (*options, rest))
        }
        _ => None,
    }
}

/// Whether the command only asks GitHub for something, as far as its words are known.
pub(in super::super) fn only_reads(call: &Call<'_>) -> bool {
    let mut is_all = true;
    words(call, |_| is_all = false);
    is_all
}

pub(super) fn gh(call: &Call<'_>, account: &mut Account<'_>) {
    account.does(deed(call));
    if matches!(call.args(), [auth, token, ..] if auth.text == "auth" && token.text == "token") {
        account.does(Deed::Environment);
    }
    words(call, |text| account.unaccounted(text));
}

/// Calls `unaccounted` with each word that no table accounts for.
fn words(call: &Call<'_>, mut unaccounted: impl FnMut(&str)) {
    let Some((options, args)) = verb(call) else {
        let word = call.args().first().map_or("gh", |word| word.text.as_str());
        return unaccounted(word);
    };
    let is_api = std::ptr::eq(options, API);
    let names_repository = call.args().first().is_some_and(|word| word.text == "repo");
    let mut operands = 0;
    let mut scan = Scan::new(args, options, Grammar::Exact).with(PRINTS);
    while let Some(item) = scan.next() {
        let (says, value) = match item {
            Item::Option { opt, value } => (opt.role, value),
            Item::Unknown(word) => {
                unaccounted(&word.text);
                continue;
            }
            Item::Operand(word) => {
                operands += 1;
                if !is_plain(word) || !is_operand(&word.text, is_api, names_repository) {
                    unaccounted(&word.text);
                }
                continue;
            }
        };
        if let Some(word) = scan.doubtful_value() {
            unaccounted(&word.text);
        }
        let Some(value) = value else { continue };
        if is_odd(value, true) || !is_fine(says, value) {
            unaccounted(value.text);
        }
    }
    if is_api && operands != 1 {
        unaccounted("api");
    }
}

fn is_fine(says: Says, value: Value<'_>) -> bool {
    match says {
        Says::Plain => true,
        Says::Repository => is_repository(value.text),
        Says::Filter => jq::reaching(value.text).is_none(),
        Says::Method => matches!(value.text, "GET" | "HEAD"),
        Says::Header => is_mild_header(value.text) && !value.text.contains('\n'),
    }
}

/// `OWNER/REPO`: more parts would name another host.
fn is_repository(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    !text.is_empty() && text.bytes().all(is_letter) && text.matches('/').count() <= 1
}

fn is_operand(text: &str, is_api: bool, names_repository: bool) -> bool {
    if is_api {
        // GraphQL changes things too; a whole URL may name another host.
        let path = text.trim_start_matches('/').to_ascii_lowercase();
        let first = path.split(['/', '?', '#']).next().unwrap_or_default();
        return !first.starts_with("graphql") && !text.contains("://") && !text.contains('\\');
    }
    match text.contains("://") {
        true => is_constant_url(text),
        false => !names_repository || is_repository(text),
    }
}
