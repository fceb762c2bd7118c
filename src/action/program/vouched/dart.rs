//! `dart` and `flutter`.
//!
//! Sources: `dart help test`, `dart help analyze` and `dart help format` of Dart 3.8, `flutter help test`.

use super::super::options::{Grammar, Opt, flag, value};
use super::table::{Program, Role, loads};

static OPTIONS: &[Opt<Role>] = &[
    flag(
        "--fatal-infos --fatal-warnings --no-fatal-infos --no-fatal-warnings --no-pub --set-exit-if-changed \
         --offline --no-test-assets --update-goldens --chain-stack-traces",
        Role::Plain,
    ),
    value(
        "--name --plain-name -n -N -t --tags -x --exclude-tags -j --concurrency --timeout --total-shards --shard-index -l \
         --line-length --page-width",
        Role::Plain,
    ),
    value(
        "-r --reporter",
        Role::OneOf("compact expanded github json failures-only silent"),
    ),
    value("-o --output", Role::OneOf("none show json write")),
];

/// Coverage goes into a folder that is named.
pub(super) const DART: Program = Program {
    names: "dart",
    grammar: Grammar::Exact,
    global: &[value("--coverage", Role::WriteTree)],
    commands: &[loads("test|analyze|format", OPTIONS)],
};
/// Coverage goes to `coverage/lcov.info`.
pub(super) const FLUTTER: Program = Program {
    names: "flutter",
    grammar: Grammar::Exact,
    global: &[flag("--coverage", Role::Plain)],
    commands: &[loads("test|analyze", OPTIONS)],
};
