//! `jest`, `vitest`, `mocha`, `eslint`, `prettier` and `tsc`.
//!
//! Sources: "Jest CLI Options" (30), "Command Line Interface" of Vitest (3), Mocha's "Command-Line
//! Usage" (11), ESLint's "Command Line Interface Reference" (9), Prettier's "CLI" (3),
//! `tsc --help --all` (5.8).

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Program, Role, loads};

static JEST: &[Opt<Role>] = &[
    flag(
        "--ci --verbose --silent --colors --color --no-color --coverage --no-coverage --collectCoverage --runInBand -i \
         --forceExit --detectOpenHandles --detectLeaks --watch --watchAll --json --errorOnDeprecated -e --expand \
         --noStackTrace --logHeapUsage --listTests --onlyFailures -f -o --onlyChanged --lastCommit --no-cache --cache \
         --passWithNoTests --randomize --showSeed --injectGlobals --waitForUnhandledRejections --all -u \
         --updateSnapshot --notify --watchman --useStderr --testLocationInResults --help -h --version --debug \
         --showConfig --findRelatedTests --openHandlesTimeout",
        Role::Plain,
    ),
    attached("-b --bail", Role::Plain),
    value(
        "-t --testNamePattern --testTimeout -w --maxWorkers --maxConcurrency --seed --shard --testPathPattern \
         --testPathPatterns --testPathIgnorePatterns --selectProjects --ignoreProjects --workerIdleMemoryLimit \
         --collectCoverageFrom --coveragePathIgnorePatterns --notifyMode --logLevel",
        Role::Plain,
    ),
    value(
        "--reporters",
        Role::OneOf("default summary github-actions agent"),
    ),
    value(
        "--coverageReporters",
        Role::OneOf(
            "text text-summary lcov lcovonly json json-summary clover html cobertura none teamcity",
        ),
    ),
    value("--changedSince", Role::Name),
    value("--coverageProvider", Role::OneOf("v8 babel")),
    value("--env --testEnvironment", Role::OneOf("node jsdom")),
    value("--outputFile", Role::Write),
    value("--coverageDirectory", Role::WriteTree),
    value("--runTestsByPath", Role::Load),
];

static VITEST: &[Opt<Role>] = &[
    flag(
        "--run --watch -w --silent --no-color --color --coverage --no-coverage --passWithNoTests --allowOnly --logHeapUsage \
         --isolate --no-isolate --globals --dom --hideSkippedTests --expandSnapshotDiff --disableConsoleIntercept \
         --fileParallelism --no-file-parallelism --typecheck --dangerouslyIgnoreUnhandledErrors -u --update \
         --help -h --version -v --printConsoleTrace",
        Role::Plain,
    ),
    value(
        "-t --testNamePattern --testTimeout --hookTimeout --bail --retry --maxWorkers --minWorkers --shard --exclude \
         --maxConcurrency --teardownTimeout --project --slowTestThreshold --sequence.seed",
        Role::Plain,
    ),
    attached("--changed", Role::Name),
    value("--pool", Role::OneOf("threads forks vmThreads vmForks")),
    value(
        "--environment",
        Role::OneOf("node jsdom happy-dom edge-runtime"),
    ),
    value(
        "--reporter",
        Role::OneOf(
            "default basic verbose dot json tap tap-flat junit hanging-process github-actions tree",
        ),
    ),
    value("--outputFile", Role::Write),
];

/// `-r`, `--import`, `-R`, `-u` and `--loader` load modules.
static MOCHA: &[Opt<Role>] = &[
    flag(
        "--bail -b --check-leaks --color -c --no-color --diff --no-diff --exit --forbid-only --forbid-pending --full-trace \
         -i --invert --inline-diffs --recursive --dry-run -A --async-only --parallel -p --no-parallel \
         --allow-uncaught --delay --fail-zero -S --sort -w --watch --pass-on-failing-test-suite --help -h --version -V \
         --list-reporters --list-interfaces",
        Role::Plain,
    ),
    value(
        "-g --grep -f --fgrep -t --timeout -s --slow --retries -j --jobs --ignore --exclude",
        Role::Plain,
    ),
    value("--extension", Role::Extensions),
    value(
        "-R --reporter",
        Role::OneOf(
            "spec dot nyan tap landing list progress json json-stream min doc markdown xunit html",
        ),
    ),
    value("-u --ui", Role::OneOf("bdd tdd qunit exports")),
];

/// `--rulesdir`, `--plugin`, `--parser`, `-c` and a formatter of one's own load code; `--fix` rewrites.
static ESLINT: &[Opt<Role>] = &[
    flag(
        "--quiet --no-inline-config --report-unused-disable-directives --no-color --color --cache \
         --no-error-on-unmatched-pattern --no-ignore --exit-on-fatal-error --debug -h --help -v --version \
         --no-warn-ignored --pass-on-no-patterns --stats",
        Role::Plain,
    ),
    value(
        "--max-warnings --ignore-pattern --cache-strategy --env --global",
        Role::Plain,
    ),
    value("--ext", Role::Extensions),
    value(
        "-f --format",
        Role::OneOf("stylish json json-with-metadata html"),
    ),
    value("-o --output-file", Role::Write),
    flag("--fix", Role::Spelled),
    flag("--fix-dry-run --init", Role::Code),
];

static PRETTIER: &[Opt<Role>] = &[
    flag(
        "-c --check -l --list-different --no-color --color --no-config --no-editorconfig -u --ignore-unknown \
         --no-error-on-unmatched-pattern --with-node-modules -h --help -v --version --cache",
        Role::Plain,
    ),
    value("--log-level", Role::Plain),
    flag("-w --write", Role::Spelled),
];

static TSC: &[Opt<Role>] = &[
    flag(
        "--noEmit --pretty --strict --skipLibCheck --listFiles --incremental --watch -w --version -v --help -h --all \
         --showConfig --noErrorTruncation --diagnostics --extendedDiagnostics",
        Role::Plain,
    ),
    value("-p --project -b --build", Role::Load),
    value("--outFile --tsBuildInfoFile", Role::Write),
    value(
        "--outDir --declarationDir --generateTrace --generateCpuProfile",
        Role::WriteTree,
    ),
];

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: "jest",
        grammar: Grammar::Letters,
        global: &[],
        commands: &[loads("", JEST)],
    },
    Program {
        names: "vitest",
        grammar: Grammar::Letters,
        global: &[],
        commands: &[loads("", VITEST)],
    },
    Program {
        names: "mocha",
        grammar: Grammar::Letters,
        global: &[],
        commands: &[loads("", MOCHA)],
    },
    Program {
        names: "eslint",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[loads("", ESLINT)],
    },
    Program {
        names: "prettier",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[loads("", PRETTIER)],
    },
    Program {
        names: "tsc",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[loads("", TSC)],
    },
];

#[cfg(test)]
mod tests {
    use super::super::super::options::{Arg, Scan};
    use super::super::runners::HARMLESS;
    use super::*;
    use crate::action::shell::ShellWord;

    /// Whether what is attached to this option may be further options, by a table.
    fn is_doubtful<R>(opts: &'static [Opt<R>], grammar: Grammar, word: &str) -> bool {
        let words = [ShellWord::constant(word)];
        let mut scan = Scan::new(&words, opts, grammar);
        scan.next();
        scan.doubtful_value().is_some()
    }

    /// The options of one letter that take a value.
    fn letters<R>(opts: &'static [Opt<R>]) -> Vec<&'static str> {
        let with_value = opts.iter().filter(|opt| opt.arg == Arg::Required);
        let names = with_value.flat_map(|opt| opt.names.split_ascii_whitespace());
        names.filter(|name| name.len() == 2).collect()
    }

    fn check<R>(opts: &'static [Opt<R>], grammar: Grammar) -> usize {
        let letters = letters(opts);
        for name in &letters {
            for tail in ["c/tmp/x.js", "c", "foo", "r=x", "/x", "4c"] {
                let word = format!("{name}{tail}");
                assert!(is_doubtful(opts, grammar, &word), "{word}");
            }
            for tail in ["4", "50%", "=x", "=/tmp/x"] {
                let word = format!("{name}{tail}");
                assert!(!is_doubtful(opts, grammar, &word), "{word}");
            }
        }
        letters.len()
    }

    /// yargs-parser takes `-tc/x` for `-t` and `-c /x`, and so do others.
    #[test]
    fn text_behind_a_letter_may_be_further_options() {
        for opts in [JEST, VITEST, MOCHA] {
            let program = PROGRAMS
                .iter()
                .find(|it| it.commands[0].opts.as_ptr() == opts.as_ptr());
            let grammar = program.expect("a program").grammar;
            assert!(check(opts, grammar) > 0);
        }
        assert!(check(HARMLESS, Grammar::Letters) > 0);
    }
}
