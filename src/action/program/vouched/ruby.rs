//! `rspec` and `rubocop`.
//!
//! Source: `rspec --help` of RSpec 3.13; `rubocop --help` of RuboCop 1.7x.

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Program, Role, loads};

/// `-r`, `-I`, `-O` and a formatter that isn't RSpec's own load code.
static RSPEC: &[Opt<Role>] = &[
    flag(
        "-b --backtrace --no-backtrace -w --warnings --color --no-color --force-color --no-profile --dry-run \
         --only-failures -n --next-failure --no-fail-fast --fail-if-no-examples -v --version -h --help -X --no-drb",
        Role::Plain,
    ),
    attached("-p --profile --fail-fast", Role::Plain),
    value(
        "-e --example -E --example-matches -t --tag --seed --order --failure-exit-code --error-exit-code",
        Role::Plain,
    ),
    value(
        "-f --format",
        Role::OneOf("p progress d doc documentation h html f failures j json"),
    ),
    value("-P --pattern --exclude-pattern --default-path", Role::Load),
    value("-o --out --deprecation-out", Role::Write),
    value("-r --require -I -O --options --drb-port", Role::Code),
];

/// `-a`, `-A` and `-x` rewrite sources; `-r`, `-c` and a formatter of one's own load code.
static RUBOCOP: &[Opt<Role>] = &[
    flag(
        "-D --display-cop-names --no-display-cop-names -E --extra-details -S --display-style-guide -P --parallel \
         --no-parallel -l --lint -F --fail-fast -d --debug -L --list-target-files --force-exclusion --color --no-color \
         -v --version -V --verbose-version -h --help -q",
        Role::Plain,
    ),
    value(
        "--only --except --fail-level --display-only-fail-level-offenses",
        Role::Plain,
    ),
    value(
        "-f --format",
        Role::OneOf(
            "p progress s simple c clang d e emacs fu fuubar g github h html j json junit m markdown o offenses q quiet t tap w worst",
        ),
    ),
    value("-o --out", Role::Write),
    flag("-a -A --autocorrect --autocorrect-all", Role::Spelled),
    value("-r --require -c --config --plugin --cache-root", Role::Code),
];

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: "rspec",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[loads("", RSPEC)],
    },
    Program {
        names: "rubocop standardrb",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[loads("", RUBOCOP)],
    },
];
