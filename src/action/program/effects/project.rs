//! Tools that run the project's own code, and launchers of such tools.
//!
//! Which tasks a command runs is in [`super::super::tasks`]. Here every other word is accounted for:
//! by the tables that say what an `allow` pattern takes in, whose unknown options lift the allow, and
//! by further tables. What only a pattern could vouch for has to be a task, a choice among the
//! project's packages, or an option by which a tool lays the sources out.

use std::collections::HashSet;

use super::super::call::Call;
use super::super::tasks::{CodeFrom, Task};
use super::super::word_list::lists;
use super::super::{Access, Inner, Leaf, Operand, selecting, tasks, test_runners, vouched};
use super::table::Account;
use super::{MAX_WORDS, places};
use crate::action::facts::{Deed, ProjectTask, TaskKind};
use crate::action::shell::ShellWord;

/// Options by which a tool changes the sources that it checks: then it formats them too. An empty
/// name is that of any tool.
const REWRITES: &[(&str, &[&str])] = &[
    ("", &["--fix", "--write"]),
    (
        "cargo",
        &["--allow-dirty", "--allow-staged", "--allow-no-vcs"],
    ),
    ("prettier", &["-w"]),
    (
        "rubocop",
        &["-a", "-A", "--autocorrect", "--autocorrect-all"],
    ),
];

/// Runners that hand words on to a script of the project.
const SCRIPTS: &[&str] = &[
    "npm", "pnpm", "yarn", "bun", "mise", "rtx", "deno", "composer",
];

/// Subcommands of tools that otherwise take files: they write a configuration, or install packages.
const NO_TASKS: &[(&str, &str)] = &[("mocha", "init"), ("vitest", "init")];

/// Options by which prettier prints names of files, and not the files.
const QUIET: &[&str] = &[
    "-c",
    "--check",
    "-l",
    "--list-different",
    "-w",
    "--write",
    "--version",
    "--help",
];

/// Files of the project that are the program of their name, by the folder that they are in.
/// `./` may be in front.
const FOLDERS: &[&str] = &[
    "node_modules/.bin/",
    ".venv/bin/",
    "venv/bin/",
    "vendor/bin/",
    "bin/",
];
/// Such files at the root.
const AT_THE_ROOT: &[&str] = &["gradlew", "mvnw"];

/// Finds out what a command that runs tasks of the project does besides.
pub(super) fn assess(call: &Call<'_>, leaf: &mut Leaf) {
    let Some(task) = leaf.task.as_deref().cloned() else {
        return;
    };
    let carries = leaf
        .starts
        .iter()
        .any(|start| matches!(start, Inner::Carried(_)));
    let mut found = match carries {
        true => launcher(call, leaf),
        false => tool(call, leaf, &task),
    };
    let files: Vec<ShellWord> = files(leaf, &found).cloned().collect();
    found.unaccounted.extend(hidden(&files, &call.name));
    let mut project = task.project;
    let formats = |task: &ProjectTask| task.kind == TaskKind::Format;
    if found.rewrites && !project.tasks.iter().any(formats) {
        project.tasks.push(ProjectTask {
            kind: TaskKind::Format,
            name: None,
        });
    }
    if found.unaccounted.is_empty() && leaf.allow_lifted.is_empty() {
        forget_presumed(leaf);
        if call.name.starts_with("bazel") {
            // The label of a target is no path.
            leaf.presumed.retain(|it| !it.word.text.starts_with("//"));
        }
    }
    let mut account = Account::of(leaf);
    account.runs(project);
    if task.code == CodeFrom::Downloaded {
        account.does(Deed::RunsDownloadedCode);
    }
    // What lifts every allow says why.
    if account.is_lifted() {
        return account.close_in_part();
    }
    found
        .unaccounted
        .iter()
        .for_each(|text| account.unaccounted(text));
    found
        .writes
        .into_iter()
        .for_each(|word| account.writes(word));
    found.loads.into_iter().for_each(|word| account.loads(word));
    // A tool shows lines of what it can't read as source. A listed path is compared with the names that may not
    // be read.
    let named = files.iter().filter(|word| is_named_as_a_file(&word.text));
    named.for_each(|word| account.lists(word));
    account.close();
}

/// The files and folders that the tool is given.
fn files<'a>(leaf: &'a Leaf, found: &'a vouched::Accounted) -> impl Iterator<Item = &'a ShellWord> {
    leaf.loads.iter().chain(&found.loads).take(MAX_WORDS)
}

/// Hidden files and folders are no sources: `prettier --write .github` would lay workflows out, and `eslint
/// .env` shows what it holds.
fn hidden(files: &[ShellWord], tool: &str) -> Vec<String> {
    // These only say what is wrong with workflows.
    let may_look = |name: &str| name == ".github" && lists("actionlint yamllint", tool);
    let is_hidden =
        |name: &str| name.starts_with('.') && !name.trim_matches('.').is_empty() && !may_look(name);
    let is_below = |word: &&ShellWord| word.text.split('/').any(is_hidden);
    let words = files.iter().filter(is_below);
    words.map(|word| word.text.clone()).collect()
}

/// Characters by which a tool takes a word for a glob.
const GLOB: [char; 5] = ['*', '?', '[', '{', '('];

/// Whether a path that the tool itself expands names sources by their extensions, in folders that aren't hidden
/// by a class or a choice: `src/**/*.{ts,tsx}`. Of any other file the tool could show lines, or lay it out.
fn chooses_sources(text: &str) -> bool {
    if !text.contains(GLOB) {
        return true;
    }
    let (folders, name) = text.rsplit_once('/').unwrap_or(("", text));
    let is_plain = |folder: &str| matches!(folder, "*" | "**") || !folder.contains(GLOB);
    let (stem, ends) = name.rsplit_once('.').unwrap_or((name, ""));
    let ends = ends
        .strip_prefix('{')
        .and_then(|ends| ends.strip_suffix('}'))
        .unwrap_or(ends);
    let is_stem = stem.strip_suffix(".{test,spec}").unwrap_or(stem);
    folders.split('/').all(is_plain)
        && !is_stem.contains(['[', '{', '('])
        && ends.split(',').all(|end| lists(LAID_OUT, end))
}

/// Extensions of sources, and of documents that hold no secrets.
const LAID_OUT: &str = "astro c cc cjs cpp cs css cts dart ex exs go gql graphql h hpp htm html java js jsx kt kts less \
     lua md mdx mjs mts php proto py pyi rb rs scala scss svelte swift ts tsx vue zig";

/// Whether a path may name a file, so that lines of it may be shown.
fn is_named_as_a_file(text: &str) -> bool {
    text.chars().any(|letter| letter != '.' && letter != '/')
}

/// Where every word is accounted for, an output that a table names is no longer presumed too.
fn forget_presumed(leaf: &mut Leaf) {
    let written: HashSet<&ShellWord> = (leaf.operands.iter())
        .filter(|operand| operand.access == Access::Write)
        .map(|operand| &operand.word)
        .collect();
    let is_named =
        |presumed: &Operand| presumed.access == Access::Write && written.contains(&presumed.word);
    leaf.presumed.retain(|presumed| !is_named(presumed));
}

/// A launcher: what it starts is accounted for where that is followed.
fn launcher(call: &Call<'_>, leaf: &Leaf) -> vouched::Accounted {
    let mut found = vouched::Accounted::default();
    let by_path = program_of(call).filter(|text| leaf.is_by_path && is_of_project(text, call));
    if by_path.is_none() && !call.is_exact() {
        found
            .unaccounted
            .extend(program_of(call).map(str::to_owned));
    }
    let selecting: HashSet<&str> = selecting::selecting(call).into_iter().collect();
    let words = leaf.unvouched.iter().map(String::as_str);
    let words = words.filter(|word| by_path != Some(*word) && !selecting.contains(word));
    found.unaccounted.extend(words.map(str::to_owned));
    if !selecting.is_empty() {
        // It runs in the folder of each package, where `..` leads elsewhere than here.
        let climbs = |word: &&ShellWord| word.text.split(['/', '=']).any(|name| name == "..");
        let climbing = call.args().iter().filter(climbs);
        found
            .unaccounted
            .extend(climbing.map(|word| word.text.clone()));
    }
    if leaf.starts.len() > 1 {
        found.unaccounted.push("--".to_owned());
    }
    found
}

/// A tool, or a runner of recipes or scripts.
fn tool(call: &Call<'_>, leaf: &Leaf, task: &Task) -> vouched::Accounted {
    let names: Vec<&str> = (task.project.tasks.iter())
        .filter_map(|task| task.name.as_deref())
        .collect();
    let mut found = match vouched::is_tabled(call, leaf) {
        true => tabled(call, leaf, &names),
        false => vouched::account(call, &names).unwrap_or_else(|| vouched::Accounted {
            unaccounted: first_words(call),
            ..vouched::Accounted::default()
        }),
    };
    let is_named = match leaf.is_by_path {
        true => program_of(call).is_some_and(|text| is_of_project(text, call)),
        false => call.is_exact(),
    };
    let is_tried = |start: &Inner| matches!(start, Inner::Tried(_));
    if !is_named || !leaf.starts.iter().all(is_tried) {
        found
            .unaccounted
            .extend(program_of(call).map(str::to_owned));
    }
    let args = call.args();
    if args.len() > MAX_WORDS {
        found
            .unaccounted
            .extend(args.last().map(|word| word.text.clone()));
    }
    let is_no_task = |word: &&ShellWord| NO_TASKS.contains(&(&*call.name, word.text.as_str()));
    let others = args.iter().filter(is_no_task);
    found
        .unaccounted
        .extend(others.map(|word| word.text.clone()));
    // A file may have the name of an option.
    let globs = args.iter().filter(|word| word.may_begin_otherwise());
    let globs = globs.map(|word| word.text.clone());
    found.unaccounted.extend(globs);
    if SCRIPTS.contains(&&*call.name) {
        let expanded = args
            .iter()
            .filter(|word| test_runners::is_expanded(&word.text));
        found
            .unaccounted
            .extend(expanded.map(|word| word.text.clone()));
        script_arguments(call, task, &mut found);
    }
    if call.name == "compileall" && args.iter().all(|word| word.text.starts_with('-')) {
        // Without a folder it compiles whatever lies where Python looks for modules.
        found.unaccounted.push(call.name.to_string());
    }
    if call.name == "prettier" && !args.iter().any(|word| QUIET.contains(&&*word.text)) {
        // Without one of these it prints each file whole.
        found.unaccounted.push(call.name.to_string());
    }
    if call.name == "go" {
        packages_of_go(leaf, &mut found);
        settings_of_go(call, &mut found);
    }
    let is_other = |word: &&ShellWord| !word.glob && !chooses_sources(&word.text);
    let others = files(leaf, &found).filter(is_other);
    let others: Vec<String> = others.map(|word| word.text.clone()).collect();
    found.unaccounted.extend(others);
    found
}

/// A command whose options a table of patterns has looked up: what is left is what only a pattern
/// could vouch for.
fn tabled(call: &Call<'_>, leaf: &Leaf, names: &[&str]) -> vouched::Accounted {
    let mut found = vouched::Accounted::default();
    let mut selecting = selecting::selecting(call);
    selecting.extend(places::words(call));
    let by_path = program_of(call).filter(|_| leaf.is_by_path);
    for word in &leaf.unvouched {
        let text = word.as_str();
        let tells = tasks::only_tells(&call.name, text);
        if tells || names.contains(&text) || selecting.contains(&text) || by_path == Some(text) {
            continue;
        }
        match rewrites(&call.name, text) {
            true => found.rewrites = true,
            false => found.unaccounted.push(word.clone()),
        }
    }
    found
}

fn rewrites(tool: &str, option: &str) -> bool {
    REWRITES
        .iter()
        .any(|(name, options)| (name.is_empty() || *name == tool) && options.contains(&option))
}

/// Words that the script of a project gets: files or tests by their paths. Anything else may be a
/// further target, and a build takes none.
fn script_arguments(call: &Call<'_>, task: &Task, found: &mut vouched::Accounted) {
    let mut names = task
        .project
        .tasks
        .iter()
        .filter_map(|it| it.name.as_deref());
    let Some(name) = names.next() else {
        return;
    };
    let builds = task.kinds().contains(&TaskKind::Build);
    let dashes = call.args().iter().position(|word| word.text == "--");
    let behind = dashes.map_or(usize::MAX, |at| at + 1);
    let passed_on = call.args_from(behind);
    let operands = test_runners::operands_at(call.args()).into_iter();
    let operands = operands.filter_map(|at| Some((at, call.args().get(at)?)));
    let is_script = |word: &ShellWord| word.text == name || (name == "test" && word.text == "t");
    let mut operands = operands.skip_while(|(_, word)| !is_script(word));
    if operands.next().is_none() {
        return found.unaccounted.push(name.to_owned());
    }
    // Behind `--` a word may be the value of an option of a test runner.
    let own: HashSet<*const ShellWord> = vouched::runners::operands(passed_on)
        .map(std::ptr::from_ref)
        .collect();
    let is_value =
        |at: usize, word: &ShellWord| at >= behind && !own.contains(&std::ptr::from_ref(word));
    for (_, word) in operands.filter(|(at, word)| !is_value(*at, word)) {
        match builds || !word.text.contains(['/', '.']) {
            true => found.unaccounted.push(word.text.clone()),
            false => found.loads.push(word.clone()),
        }
    }
}

/// A package of the workspace begins with `./`. Any other is found by its name, among all that the
/// project depends on.
fn packages_of_go(leaf: &Leaf, found: &mut vouched::Accounted) {
    // `...` alone is every package that there is, and `...evil` those whose path ends so.
    let is_of_project = |text: &str| {
        text == "." || text.starts_with("./") || (text.ends_with(".go") && !text.contains("..."))
    };
    let others = leaf.loads.iter().filter(|word| !is_of_project(&word.text));
    found
        .unaccounted
        .extend(others.map(|word| word.text.clone()));
}

/// Settings of `go env` that hold no login. `GOPROXY` may, and so may flags.
const GO_SETTINGS: &str = "AR CC CGO_ENABLED CXX GCCGO GOAMD64 GOARCH GOARM GOARM64 GOBIN GOCACHE GOCOVERDIR GODEBUG GOENV GOEXE \
    GOEXPERIMENT GOFIPS140 GOHOSTARCH GOHOSTOS GOINSECURE GOMOD GOMODCACHE GONOPROXY GONOSUMDB GOOS GOPATH GOPRIVATE \
    GOROOT GOSUMDB GOTELEMETRY GOTMPDIR GOTOOLCHAIN GOTOOLDIR GOVCS GOVERSION GOWORK PKG_CONFIG";

/// `go env` alone prints every setting of the environment that the tool has.
fn settings_of_go(call: &Call<'_>, found: &mut vouched::Accounted) {
    let mut words = call
        .args()
        .iter()
        .filter(|word| !word.text.starts_with('-'));
    if words.next().is_none_or(|word| word.text != "env") {
        return;
    }
    let mut words = words.peekable();
    if words.peek().is_none() {
        found.unaccounted.push("env".to_owned());
    }
    let others = words.filter(|word| !lists(GO_SETTINGS, &word.text));
    found
        .unaccounted
        .extend(others.map(|word| word.text.clone()));
}

fn program_of<'a>(call: &Call<'a>) -> Option<&'a str> {
    call.words.first().map(|word| word.text.as_str())
}

/// Whether a path names a file of the project that is the tool of its name.
fn is_of_project(text: &str, call: &Call<'_>) -> bool {
    let text = text.strip_prefix("./").unwrap_or(text);
    let in_folder = |folder: &&str| text.strip_prefix(*folder) == Some(&*call.name);
    AT_THE_ROOT.contains(&text) || FOLDERS.iter().any(in_folder)
}

/// Whether a command is a tool that is a file at the root: `./gradlew`.
pub(super) fn is_at_the_root(call: &Call<'_>) -> bool {
    let text = program_of(call).unwrap_or_default();
    AT_THE_ROOT.contains(&text.strip_prefix("./").unwrap_or(text)) && text.starts_with("./")
}

/// The first words of a command about which no table says anything.
fn first_words(call: &Call<'_>) -> Vec<String> {
    let first = call.args().first().map(|word| word.text.clone());
    let program = program_of(call).map(str::to_owned);
    first.or(program).into_iter().collect()
}
