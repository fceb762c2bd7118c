//! Targets of builds that tools have beside the recipes that [`super::names`] knows.
//!
//! Sources: cmake(1) of 4.0, ninja 1.12, "Gradle Command-Line Interface" 8.14, the tasks of the Android plugin and of
//! Spotless.

use super::super::super::facts::TaskKind::{self, Build, Format, Lint, Other, Test};
use super::super::call::Call;
use super::super::word_list::lists;
use super::names::recipe;
use super::{Task, by_itself, named, task};

/// Options of cmake that take the next word.
const CMAKE_VALUES: &str = "--build --config -S -B -G -D --preset";

/// cmake: the targets that `--target` names, or all. Further operands behind it are targets too.
pub(super) fn cmake(call: &Call<'_>) -> Task {
    let (mut targets, mut operands) = (Vec::new(), Vec::new());
    let mut words = call.args().iter().map(|word| word.text.as_str());
    while let Some(text) = words.next() {
        let (option, inline) = match text.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (text, None),
        };
        if matches!(option, "--target" | "-t") {
            targets.extend(inline.or_else(|| words.next()));
        } else if lists(CMAKE_VALUES, text) {
            words.next();
        } else if !text.starts_with('-') && !text.bytes().all(|byte| byte.is_ascii_digit()) {
            operands.push(text);
        }
    }
    if targets.is_empty() {
        return by_itself(&call.name, Build);
    }
    let names = targets.into_iter().chain(operands);
    let tasks = names.map(|name| named(recipe(Some(name)), Some(name)));
    task(&call.name, tasks.collect())
}

/// What runs where no target is named: ninja's file is made by another tool, so that in a folder of its own it is all
/// that the project builds.
pub(super) fn unnamed(call: &Call<'_>) -> TaskKind {
    let is_elsewhere = call.args().iter().any(|word| word.text == "-C");
    match call.name == "ninja" && is_elsewhere {
        true => Build,
        false => Other,
    }
}

/// Tasks of gradle by their whole names. `clean` deletes, and `properties` may show a login.
const GRADLE: &[(&str, TaskKind)] = &[
    (
        "tasks projects dependencies assembleDebug assembleRelease assembleDebugAndroidTest assembleAndroidTest",
        Build,
    ),
    (
        "testDebugUnitTest testReleaseUnitTest jacocoTestReport",
        Test,
    ),
    ("lintDebug lintRelease", Lint),
    ("spotlessApply ktlintFormat", Format),
];

/// The kind of a target of a runner of recipes.
pub(super) fn kind(program: &str, name: Option<&str>) -> TaskKind {
    let known = recipe(name);
    if known != Other || !matches!(program, "gradle" | "gradlew") {
        return known;
    }
    let name = name.unwrap_or_default();
    let last = match name.strip_prefix(':') {
        Some(path) => path.rsplit(':').next().unwrap_or(path),
        None => name,
    };
    let row = GRADLE.iter().find(|(names, _)| lists(names, last));
    row.map_or(Other, |(_, kind)| *kind)
}
