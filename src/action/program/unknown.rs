//! Programs without a table, as far as they may start a command that is among their words.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::call::Call;
use super::{Inner, Meaning, presumed};

/// Subcommands by which programs of many kinds start the command behind them.
const STARTING: &[&str] = &[
    "exec",
    "run",
    "x",
    "dlx",
    "run-with",
    "execute",
    "spawn",
    "shell-exec",
];

/// How many words in front of such a subcommand may belong to it (`agent exec`, `env run`).
const MAX_GROUPS: usize = 2;

/// Programs to which words are text, whatever they contain.
const TEXT: &str = "say espeak figlet toilet banner cowsay cowthink lolcat notify-send wall write zenity dialog whiptail \
    yad kdialog terminal-notifier osd_cat jest vitest mocha ava playwright cypress karma tap jasmine wdio storybook \
    rspec cucumber behave phpunit pest ctest bats shellspec robot nose2 ls dir tree stat file which whereis type man \
    info apropos tldr cheat basename dirname realpath readlink expr seq yes sleep date wc locate mdfind ps pgrep \
    commitlint gitmoji git-cz cz standard-version semantic-release conventional-changelog slack slackcat mail mutt \
    telegram-send ntfy cargo go swift zig dart flutter gradle gradlew mvn mvnw ant sbt lein make cmake bazel buck \
    ctags jekyll hugo act pre-commit lefthook codespell vale markdownlint textlint shellcheck hadolint actionlint \
    ffmpeg convert magick jsonnet psql mysql redis-cli mongo mongosh";

static TEXT_NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| TEXT.split_ascii_whitespace().collect());

/// What such a program does: itself, and perhaps the command behind `--` or behind `exec`.
pub(super) fn program(call: &Call<'_>) -> Meaning {
    let mut leaf = presumed::unknown(call);
    if TEXT_NAMES.contains(&*call.name) {
        return Meaning::Runs(leaf);
    }
    for at in beginnings(call) {
        let words = call.args_from(at).to_vec();
        if !words.is_empty() {
            leaf.starts
                .push(Inner::Tried(Box::new(Inner::Words(words))));
        }
    }
    Meaning::Runs(leaf)
}

/// Where among the arguments a command may begin.
fn beginnings(call: &Call<'_>) -> Vec<usize> {
    let args = call.args();
    let dashes = args.iter().position(|word| word.text == "--");
    let own = args.get(..dashes.unwrap_or(args.len())).unwrap_or_default();
    let mut operands = own
        .iter()
        .enumerate()
        .filter(|(_, word)| !word.text.starts_with('-'))
        .take(MAX_GROUPS + 1);
    let mut found: Vec<usize> = dashes.map(|at| at + 1).into_iter().collect();
    if let Some((at, _)) = operands.find(|(_, word)| STARTING.contains(&word.text.as_str())) {
        let behind = own.iter().enumerate().skip(at + 1);
        let operands = behind.filter(|(_, word)| !word.text.starts_with('-'));
        // The first operand behind it may be a profile, a place or an option's value.
        found.extend(operands.take(MAX_BEGINNINGS).map(|(at, _)| at));
    }
    found
}

/// How many words behind `exec` are tried as the program.
const MAX_BEGINNINGS: usize = 3;
