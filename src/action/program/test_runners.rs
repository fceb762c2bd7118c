//! `pytest` and `npm`: which options keep the command what a pack allows.
//!
//! Sources: pytest's "Command-line flags" (9.2, and what it does with the words behind `--`,
//! measured), npm-config(7), nopt's abbreviations.

use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{
    Grammar, Item, Opt, Scan, Value, attached, flag, looks_like_option, may_configure, value,
};
use super::selecting::{self, Selecting};
use super::vouched::runners;
use super::word_list::lists;
use super::{Access, Leaf, Meaning, Operand, effects};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    /// Selects code or configuration, or sends results elsewhere.
    Lift,
    /// A plugin. `no:NAME` leaves one out.
    Plugin,
    /// A directory that selects configuration. `.` is the one where it runs.
    Root,
    /// A file of settings. A line of it that isn't understood is printed.
    Configuration,
    /// A warning filter; one with a dotted category imports a module.
    Filter,
    Write,
    /// A directory that is emptied first.
    Clears,
    /// `TYPE:PATH`
    Report,
    Help,
}

static PYTEST: &[Opt<Role>] = &[
    value("-p", Role::Plugin),
    value("--rootdir", Role::Root),
    value(
        "--confcutdir -o --override-ini --import-mode --pdbcls --ds --dc --tx --px --rsyncdir --pastebin --debug-file --snapshot-dirname --looponfail-path --pythonwarnings-file --benchmark-storage",
        Role::Lift,
    ),
    value("-c --config-file --cov-config", Role::Configuration),
    flag(
        "--pyargs -f --looponfail --snapshot-update --force-regen --inline-snapshot --trace --pdb",
        Role::Lift,
    ),
    attached("--debug", Role::Lift),
    value("-W --pythonwarnings", Role::Filter),
    value(
        "--junitxml --junit-xml --log-file --result-log --report-log --html --json-report-file --benchmark-json --alluredir --md --csv --self-contained-html-path",
        Role::Write,
    ),
    value("--basetemp", Role::Clears),
    value("--cov-report", Role::Report),
    value(
        "-k -m -n --numprocesses --maxfail --tb --durations --durations-min --capture --color --ignore --ignore-glob --deselect --log-level --log-format --log-date-format --log-cli-level --log-cli-format --log-cli-date-format --log-file-mode --log-file-level --log-file-format --log-file-date-format --log-auto-indent --log-disable --verbosity --junitprefix --junit-prefix --lfnf --last-failed-no-failures --doctest-report --doctest-glob --dist --maxprocesses --cov-fail-under --timeout --timeout-method --reruns --reruns-delay --randomly-seed -r --report-chars --max-warnings --show-capture --code-highlight --cov-context --assert --splits --group --count",
        Role::None,
    ),
    attached("--cov --stepwise-skip --cache-show", Role::None),
    flag(
        "-v -q -x -s -l --verbose --quiet --exitfirst --lf --last-failed --ff --failed-first --nf --new-first \
         --sw --stepwise --sw-skip --sw-reset --stepwise-reset --disable-plugin-autoload --no-header --no-summary --no-fold-skipped --showlocals --no-showlocals \
         --strict --strict-markers --strict-config --full-trace --setup-show --setup-only --setup-plan \
         --fixtures --fixtures-per-test --funcargs --markers --cache-clear --collect-only --co \
         --continue-on-collection-errors --doctest-modules --doctest-continue-on-failure \
         --doctest-ignore-import-errors --noconftest --keep-duplicates --collect-in-virtualenv --runxfail \
         --disable-warnings --disable-pytest-warnings --xfail-tb --trace-config --no-cov --no-cov-on-fail \
         --cov-append --cov-branch --forked --boxed --random-order --force-sugar --force-short-summary \
         --benchmark-only --benchmark-skip --benchmark-disable --benchmark-enable --benchmark-quiet \
         --hypothesis-show-statistics --random-order-bucket",
        Role::None,
    ),
    value(
        "--asyncio-mode --hypothesis-seed --hypothesis-profile --random-order-seed --max-worker-restart",
        Role::None,
    ),
    flag("-h --help -V --version", Role::Help),
];

const SELECTS: &str = "an option of `pytest` selects code or configuration";

/// pytest(1)
///
/// pytest looks for `-p` in all of its words before it reads them: behind `--`, and in the place
/// of another option's value. So no word that looks like an option is anything else.
pub(super) fn pytest(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf_of_any();
    let mut scan = Scan::new(call.args(), PYTEST, Grammar::Exact);
    while let Some(item) = scan.next() {
        if let Some(word) = scan.doubtful_value().or(scan.argument_file()) {
            unknown_option(word, &mut leaf);
        }
        match item {
            Item::Option { opt, value } if value.is_some_and(|it| keeps_tests(opt.role, it)) => {
                let words = call.args().get(scan.at()..scan.next_index());
                let texts = words
                    .unwrap_or_default()
                    .iter()
                    .map(|word| word.text.clone());
                leaf.unvouched.extend(texts);
            }
            Item::Option { opt, value } => pytest_option(opt.role, value, &mut leaf),
            Item::Unknown(word) => unknown_option(word, &mut leaf),
            Item::Operand(word) if looks_like_option(&word.text) => {
                unknown_option(word, &mut leaf);
            }
            Item::Operand(word) => test_path(word, &mut leaf),
        }
    }
    Meaning::Runs(leaf)
}

fn unknown_option(word: &ShellWord, leaf: &mut Leaf) {
    leaf.lift(format!("`{}` is no known option of `pytest`", word.text));
}

fn pytest_option(role: Role, value: Option<Value<'_>>, leaf: &mut Leaf) {
    match (role, value) {
        (Role::Lift | Role::Plugin | Role::Root, _) => leaf.lift(SELECTS),
        (Role::Configuration, value) => {
            leaf.lift(SELECTS);
            leaf.operands.extend(value.map(|value| Operand {
                word: value.word(),
                access: Access::Read,
                recursive: false,
            }));
        }
        (Role::Filter, Some(value)) if value.text.contains('.') => {
            leaf.lift("a warning filter of `pytest` imports a module");
        }
        (Role::Write, Some(value)) => leaf.writes(value.word()),
        (Role::Clears, Some(value)) => leaf.operands.push(Operand {
            word: value.word(),
            access: Access::Write,
            recursive: true,
        }),
        (Role::Report, Some(value)) => {
            if let Some((_, path)) = value
                .text
                .split_once(':')
                .filter(|(_, path)| *path != "skip-covered")
            {
                leaf.writes(
                    Value {
                        text: path,
                        ..value
                    }
                    .word(),
                );
            }
        }
        (Role::Help, _) => leaf.inert = true,
        _ => {}
    }
}

/// Whether an option leaves a plugin out, or names the directory where it runs. Only a pattern that spells it vouches
/// for it.
fn keeps_tests(role: Role, value: Value<'_>) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let plugin = value.text.strip_prefix("no:");
    let is_constant = !value.glob && !value.dynamic;
    is_constant
        && match role {
            Role::Plugin => plugin.is_some_and(|name| name.bytes().all(is_letter)),
            Role::Root => value.text == ".",
            _ => false,
        }
}

/// The words of such options of a command.
pub(super) fn keeping_tests<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut scan = Scan::new(call.args(), PYTEST, Grammar::Exact);
    while let Some(item) = scan.next() {
        if let Item::Option {
            opt,
            value: Some(value),
        } = item
            && keeps_tests(opt.role, value)
        {
            let words = call.args().get(scan.at()..scan.next_index());
            found.extend(
                words
                    .unwrap_or_default()
                    .iter()
                    .map(|word| word.text.as_str()),
            );
        }
    }
    found
}

/// Tests are code: what lies outside the workspace, or comes from a file of arguments, isn't what
/// a pack allowed.
fn test_path(word: &ShellWord, leaf: &mut Leaf) {
    if word.text.starts_with('@') {
        leaf.lift("`pytest` takes arguments from a file");
    } else {
        leaf.loads.push(word.clone());
    }
}

pub(super) fn leaves_workspace(text: &str) -> bool {
    text.starts_with(['/', '~', '\\']) || text.split(['/', '\\']).any(|segment| segment == "..")
}

/// Options of npm that select neither code nor configuration. nopt takes abbreviations, so any
/// other may be one that does.
const NPM_HARMLESS: &str = "-s --silent -q --quiet -d -dd -ddd --verbose --no-color --color --if-present --no-fund --no-audit \
    --foreground-scripts --no-progress --progress=false --no-update-notifier --loglevel=silent \
    --loglevel=error --loglevel=warn --loglevel=verbose --loglevel=info --color=always --color=false \
    --fund=false --audit=false --ignore-scripts --offline --json --long --parseable --all --depth=0 --depth=1 \
    --depth=2";

/// npm(1), and `yarn`, `pnpm`, which are never looked through for an allow.
pub(super) fn npm(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let args = call.args();
    let split = args
        .iter()
        .position(|word| word.text == "--")
        .unwrap_or(args.len());
    let (own, passed) = args.split_at(split);
    let mut selecting = Selecting::of(&call.name);
    let asks = effects::asks_registry(call);
    let is_list = effects::knows_every_word(call);
    let place = selecting::place(call);
    let placing = place.as_ref().map_or(&[][..], |place| &place.words);
    let is_version = matches!(args, [only] if matches!(only.text.as_str(), "-v" | "--version"));
    for word in own {
        let text = word.text.as_str();
        if selecting.takes(text) || placing.contains(&text) {
            leaf.unvouched.push(word.text.clone());
            continue;
        }
        leaf.inert |= matches!(text, "--help" | "-h" | "--version" | "-v");
        // A package of a scope is no file of arguments.
        let is_package = asks && effects::is_package(text);
        if call.name != "npm" && REWRITES.contains(&text) {
            leaf.unvouched.push(word.text.clone());
        } else if may_configure(text)
            && !lists(NPM_HARMLESS, text)
            && !(is_package || is_version || is_list)
        {
            leaf.lift(format!("`{text}` may select code or configuration"));
        } else if leaves_workspace(text) {
            leaf.lift("a path may lie outside the workspace");
        } else if text.contains("[-") {
            leaf.lift("a revision may be an option of `git`");
        }
    }
    if args.iter().any(|word| is_expanded(&word.text)) {
        leaf.lift(format!(
            "`{}` puts words into a line for a shell",
            call.name
        ));
    }
    let passed_on = passed.get(1..).unwrap_or_default();
    for word in runners::unknown(passed_on) {
        if REWRITES.contains(&word.text.as_str()) {
            leaf.unvouched.push(word.text.clone());
            continue;
        }
        leaf.lift(format!(
            "`{}` may select code or configuration of the script that `{}` runs",
            word.text, call.name
        ));
    }
    if passed_on.iter().any(|word| leaves_workspace(&word.text)) {
        leaf.lift("a path may lie outside the workspace");
    }
    let names = operands_at(own).into_iter().filter_map(|at| own.get(at));
    if names.take(2).any(|word| word.text == "env") {
        // `npm run env` and `yarn env` print it where the project has no such script.
        leaf.lift("it may print variables of the environment");
    }
    leaf.base.extend(place.map(|place| place.folder));
    handed_on(call, own, passed_on, &mut leaf);
    npm_forms(call, own, passed, &mut leaf);
    Meaning::Runs(leaf)
}

/// Whether a shell would expand a word inside double quotes, into which npm up to 8 and pnpm put it behind
/// the text of a script.
pub(super) fn is_expanded(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'$' | b'`'))
}

/// Subcommands of npm that run a script of `package.json` with the words behind it.
const NPM_RUNS: &[&str] = &[
    "test",
    "t",
    "tst",
    "start",
    "stop",
    "restart",
    "run",
    "run-script",
    "rum",
    "urn",
    "x",
    "exec",
];

/// Subcommands of pnpm and yarn that run nothing that takes files.
const MANAGES: &[&str] = &[
    "add", "audit", "cache", "config", "create", "dedupe", "i", "import", "info", "init",
    "install", "link", "list", "ls", "outdated", "pack", "patch", "prune", "publish", "rebuild",
    "remove", "rm", "set", "store", "unlink", "up", "update", "upgrade", "view", "version", "why",
];

/// What the script gets may be files to its program, which prints what it can't read.
fn handed_on(call: &Call<'_>, own: &[ShellWord], passed_on: &[ShellWord], leaf: &mut Leaf) {
    let operands = operands_at(own).into_iter().filter_map(|at| own.get(at));
    let operands: Vec<&ShellWord> = operands.collect();
    let subcommand = operands.first().map_or("", |word| word.text.as_str());
    let runs = match &*call.name {
        "npm" => NPM_RUNS.contains(&subcommand),
        _ => !MANAGES.contains(&subcommand),
    };
    if !runs {
        return;
    }
    let names_script = matches!(
        subcommand,
        "run" | "run-script" | "rum" | "urn" | "x" | "exec" | "dlx"
    );
    let behind = operands.get(1 + usize::from(names_script)..);
    let files = behind.unwrap_or_default().iter().copied();
    let files = files.chain(runners::operands(passed_on));
    leaf.presumed.extend(files.map(|word| Operand {
        word: word.clone(),
        access: Access::Read,
        recursive: false,
    }));
}

pub(super) fn npm_forms(call: &Call<'_>, own: &[ShellWord], passed: &[ShellWord], leaf: &mut Leaf) {
    let bare = operands_at(own).into_iter().filter_map(|at| own.get(at));
    let form = call.form(bare.chain(passed));
    if !leaf.block_forms.contains(&form) {
        leaf.block_forms.insert(0, form);
    }
}

/// Options of npm, pnpm and yarn that take the next word.
const NPM_VALUES: &[&str] = &[
    "-C",
    "--prefix",
    "-w",
    "--workspace",
    "--registry",
    "--loglevel",
    "--userconfig",
    "--globalconfig",
    "--cache",
    "--tag",
    "--script-shell",
    "--otp",
    "--access",
    "--filter",
    "-F",
    "--cwd",
    "--dir",
];

/// The indices of the words that are neither options nor values of them.
pub(super) fn operands_at(words: &[ShellWord]) -> Vec<usize> {
    let mut skip = false;
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let text = word.text.as_str();
        if text.starts_with('-') {
            skip = NPM_VALUES.contains(&text);
        } else if !std::mem::take(&mut skip) {
            found.push(at);
        }
    }
    found
}

/// Options by which a script's tool changes the sources that it checks. A pattern has to spell them.
const REWRITES: &[&str] = &["--fix", "--write"];
