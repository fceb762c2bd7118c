//! Options that are harmless to each of the test runners that `npm test -- …` may start.
//!
//! Which one it starts is in `package.json`. So an option is here only if no runner that has
//! it takes code, configuration or a file by it. Sources: the command-line references of Jest 30,
//! Vitest 3, Mocha 11, AVA 6, tap 21, Jasmine 5, Playwright 1.5x, `node --test` of Node.js 24.

use super::super::super::shell::ShellWord;
use super::super::options::{
    Grammar, Item, Opt, Scan, attached, flag, looks_like_option, may_configure, value,
};

pub(super) static HARMLESS: &[Opt<()>] = &[
    flag(
        "--ci --run --verbose --silent --quiet --colors --color --no-color --no-colors --bail --no-bail --fail-fast \
         --coverage --no-coverage --passWithNoTests --pass-with-no-tests --runInBand --run-in-band -i --forceExit \
         --force-exit --exit --no-exit --detectOpenHandles --detectLeaks --watch --no-watch --watchAll --json \
         --errorOnDeprecated --expand --noStackTrace --logHeapUsage --listTests --list --onlyFailures --onlyChanged \
         --lastCommit --no-cache --parallel --no-parallel --full-trace --check-leaks --forbid-only --forbidOnly \
         --forbid-pending --sort --recursive --dry-run --allowOnly --no-isolate --headed --last-failed --serial \
         --updateSnapshot --test-only --showSeed --randomize --openHandlesTimeout --async-only --diff --no-diff \
         --inline-diffs --invert --no-warnings --colours --verbose=true --help --version",
        (),
    ),
    value(
        "-t --testNamePattern --test-name-pattern -g --grep -f --fgrep --match -m --timeout --testTimeout --test-timeout \
         --retries --maxWorkers --max-workers --workers --concurrency -j --jobs --maxConcurrency --seed --slow --shard \
         --repeat-each --max-failures --testPathPattern --testPathPatterns --testPathIgnorePatterns --selectProjects \
         --workerIdleMemoryLimit --test-concurrency --filter",
        (),
    ),
    attached("-b", ()),
];

/// The words that may be files to the runner: those that are no option and no option's value.
pub(in super::super) fn operands(words: &[ShellWord]) -> impl Iterator<Item = &ShellWord> {
    Scan::new(words, HARMLESS, Grammar::Letters).filter_map(|item| match item {
        Item::Operand(word) if !looks_like_option(&word.text) => Some(word),
        _ => None,
    })
}

/// The words, of those behind `--`, that may be more than harmless to some runner.
pub(in super::super) fn unknown(words: &[ShellWord]) -> Vec<&ShellWord> {
    let mut unknown = Vec::new();
    let mut scan = Scan::new(words, HARMLESS, Grammar::Letters);
    while let Some(item) = scan.next() {
        unknown.extend(scan.doubtful_value());
        // Scripts are for tools of any language. A tag of tests is no path: `--grep @smoke`.
        let is_path = |word: &&ShellWord| {
            ["@/", "@.", "@~"]
                .iter()
                .any(|it| word.text.starts_with(it))
        };
        unknown.extend(scan.argument_file().filter(is_path));
        match item {
            Item::Option { .. } => {}
            Item::Unknown(word) => unknown.push(word),
            Item::Operand(word) if may_configure(&word.text) || looks_like_option(&word.text) => {
                unknown.push(word);
            }
            Item::Operand(_) => {}
        }
    }
    unknown
}
