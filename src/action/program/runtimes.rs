//! Interpreters where they run a tool or a task of the project, and no script: `python -m pytest`,
//! `node --test`, `bun test`, `deno task`.
//!
//! Sources: python(1), `node --help` of Node.js 24, `bun --help` of 1.2, `deno --help` of 2.

use super::super::shell::ShellWord;
use super::call::Call;
use super::word_list::lists;
use super::{Inner, Meaning, OptionTable, interpreters, launch, presumed, unknown};

/// What an interpreter does with these words.
pub(super) fn run(call: &Call<'_>) -> Meaning {
    let name = call
        .name
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    let tool = match name {
        "python" | "pypy" => {
            script_tests(call, "manage.py", "manage.py--test").or_else(|| python_module(call))
        }
        "php" => script_tests(call, "artisan", "artisan--test"),
        "node" | "nodejs" => node_test(call),
        "deno" => deno(call),
        _ => None,
    };
    tool.unwrap_or_else(|| interpreters::run(call))
}

/// Modules that are the program of the same name. Others are code about which nothing is known.
const MODULES: &[(&str, &str)] = &[
    ("ast", "ast.__main__"),
    ("autopep8", "autopep8"),
    ("bandit", "bandit"),
    ("black", "black"),
    ("compileall", "compileall"),
    ("coverage", "coverage"),
    ("flake8", "flake8"),
    ("isort", "isort"),
    ("json.tool", "json.tool"),
    ("mypy", "mypy"),
    ("nox", "nox"),
    ("py_compile", "py_compile"),
    ("pycodestyle", "pycodestyle"),
    ("pydocstyle", "pydocstyle"),
    ("pyflakes", "pyflakes"),
    ("pylint", "pylint"),
    ("pytest", "pytest"),
    ("ruff", "ruff"),
    ("tokenize", "tokenize.__main__"),
    ("tox", "tox"),
    ("unittest", "unittest"),
    ("vulture", "vulture"),
    ("yapf", "yapf"),
];

/// Whether the words of `python -m pip` only list what is installed.
fn lists_packages(arguments: &[ShellWord]) -> bool {
    let first = arguments.first().and_then(ShellWord::known);
    first.is_some_and(|first| lists("list show freeze check inspect --version", first))
}

/// `python manage.py test …` and `php artisan test …`: the tests of a project of Django or Laravel, by a script of it.
///
/// `program` is the name that tables have for it: no program of that name is meant.
fn script_tests(call: &Call<'_>, script: &str, program: &'static str) -> Option<Meaning> {
    let [first, test, rest @ ..] = call.args() else {
        return None;
    };
    if first.known() != Some(script) || test.known() != Some("test") {
        return None;
    }
    let words = std::iter::once(ShellWord::constant(program)).chain(rest.iter().cloned());
    let words: Vec<ShellWord> = words.collect();
    Some(carried(call, &words))
}

/// A launcher's line, and the command that it starts.
fn carried(call: &Call<'_>, words: &[ShellWord]) -> Meaning {
    let mut leaf = call.leaf_of_any();
    leaf.options = OptionTable::Asked;
    leaf.starts.push(Inner::Carried(words.to_vec()));
    Meaning::Runs(leaf)
}

/// Options of `coverage run` that choose no code.
const COVERAGE_PLAIN: &str = "--branch -a --append -p --parallel-mode --timid";
const COVERAGE_VALUES: &[&str] = &["--source=", "--include=", "--omit="];

/// coverage: `coverage run -m pytest …` runs tests (Coverage.py 7). Any other module or file is code.
pub(super) fn coverage(call: &Call<'_>) -> Meaning {
    tests_under_coverage(call).unwrap_or_else(|| unknown::program(call))
}

fn tests_under_coverage(call: &Call<'_>) -> Option<Meaning> {
    let (run, rest) = call.args().split_first()?;
    let is_plain = |word: &&ShellWord| {
        let mut values = COVERAGE_VALUES.iter();
        lists(COVERAGE_PLAIN, &word.text) || values.any(|it| word.text.starts_with(it))
    };
    let at = rest.iter().take_while(is_plain).count();
    let (option, words) = rest.get(at..)?.split_first()?;
    let module = words.first()?.known()?;
    let is_test = run.text == "run" && option.text == "-m" && lists("pytest unittest", module);
    is_test.then(|| carried(call, words))
}

/// Letters of options of python(1) that choose no code.
const PYTHON_PLAIN: &str = "uBbdEIOPqsSv";

/// `python -m pytest …` is `pytest …`, with the working directory among the places of modules.
fn python_module(call: &Call<'_>) -> Option<Meaning> {
    let is_plain = |word: &&ShellWord| {
        let letters = word.text.strip_prefix('-').unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|letter| PYTHON_PLAIN.contains(letter))
    };
    let at = call.args().iter().take_while(is_plain).count();
    let (option, rest) = call.args_from(at).split_first()?;
    let (module, arguments) = rest.split_first()?;
    let name = module.known().filter(|_| option.text == "-m")?;
    let program = match name {
        "pip" if lists_packages(arguments) => "pip.__main__",
        _ => MODULES.iter().find(|(known, _)| *known == name)?.1,
    };
    let words = std::iter::once(ShellWord::constant(program)).chain(arguments.iter().cloned());
    let words: Vec<ShellWord> = words.collect();
    Some(carried(call, &words))
}

/// `node --test …`: the test runner, where no script is in front of it.
fn node_test(call: &Call<'_>) -> Option<Meaning> {
    let options = call
        .args()
        .iter()
        .take_while(|word| word.text.starts_with('-'));
    let mut texts = options.map(|word| word.text.as_str());
    if !texts.any(|text| text == "--test") {
        return None;
    }
    let mut leaf = call.leaf_of_any();
    leaf.options = OptionTable::NodeTest;
    Some(Meaning::Runs(leaf))
}

/// Options of bun that take the next word.
const BUN_VALUES: &[&str] = &[
    "--cwd",
    "--env-file",
    "-c",
    "--config",
    "-r",
    "--preload",
    "--require",
    "--import",
    "-d",
    "--define",
    "-l",
    "--loader",
    "--conditions",
    "--tsconfig-override",
    "--port",
    "-F",
    "--filter",
    "--shell",
    "--install",
];

/// What bun does itself. Any other name is a script of the project.
const BUN_OWN: &str = "test install i add a remove rm update outdated link unlink publish patch patch-commit pm build \
                       init create c upgrade audit info why";

/// bun: `bun x` is `bunx`, `bun test` the test runner, `bun run NAME` a script of the project; else
/// it runs a file.
pub(super) fn bun(call: &Call<'_>) -> Meaning {
    if let Some(meaning) = launch::started(call) {
        return meaning;
    }
    let is_code = |word: &ShellWord| matches!(&*word.text, "-e" | "--eval" | "-p" | "--print");
    let at = subcommand(call, BUN_VALUES);
    let front = call.args().get(..at).unwrap_or_default();
    let Some(name) = call.args().get(at).filter(|_| !front.iter().any(is_code)) else {
        return interpreters::run(call);
    };
    if name.text == "run" {
        return script(call, Some(at));
    }
    if lists(BUN_OWN, &name.text) {
        return Meaning::Runs(presumed::unknown(call));
    }
    script(call, None)
}

/// The index of the first word that is neither an option nor the value of one of `values`.
fn subcommand(call: &Call<'_>, values: &[&str]) -> usize {
    let mut at = 0;
    while let Some(word) = call
        .args()
        .get(at)
        .filter(|word| word.text.starts_with('-'))
    {
        at += 1 + usize::from(values.contains(&word.text.as_str()));
    }
    at
}

/// The script of the project, or the file, that bun is given, without the word `run` at that
/// index.
fn script(call: &Call<'_>, run: Option<usize>) -> Meaning {
    let reduced = without(call, run);
    let Some(reduced) = Call::new(&reduced) else {
        return call.plain();
    };
    let words = reduced.args_from(subcommand(&reduced, BUN_VALUES));
    let Some(name) = words.first() else {
        return Meaning::Runs(presumed::unknown(call));
    };
    // A name is no path and has no extension.
    if name
        .known()
        .is_none_or(|name| name.contains(['.', '/', '\\', ':']) || name == "-")
    {
        return file(call, &reduced);
    }
    let mut leaf = presumed::unknown(call);
    let binary = Inner::Words(words.to_vec());
    leaf.starts.push(Inner::Tried(Box::new(binary)));
    Meaning::Runs(leaf)
}

/// The words of a call without the argument at an index.
fn without(call: &Call<'_>, index: Option<usize>) -> Vec<ShellWord> {
    let skipped = index.map(|index| index + 1);
    let words = call.words.iter().enumerate();
    let kept = words.filter(|(at, _)| Some(*at) != skipped);
    kept.map(|(_, word)| word.clone()).collect()
}

/// A file of code, which the same interpreter runs without the word `run` too.
fn file(call: &Call<'_>, reduced: &Call<'_>) -> Meaning {
    match interpreters::run(reduced) {
        Meaning::Runs(mut leaf) => {
            let form = call.form(call.args());
            if !leaf.block_forms.contains(&form) {
                leaf.block_forms.push(form);
            }
            leaf.lift("it runs a file");
            Meaning::Runs(leaf)
        }
        wrapper @ Meaning::Wraps(_) => wrapper,
    }
}

/// What deno does itself beside running files and code.
const DENO_OWN: &str = "test bench check fmt lint task doc info types coverage add remove install uninstall outdated \
                        update upgrade init create cache compile publish completions clean approve-scripts";

/// deno: `deno run FILE`, `deno FILE` and `deno eval` are code.
fn deno(call: &Call<'_>) -> Option<Meaning> {
    let at = subcommand(call, &[]);
    let name = call.args().get(at)?.known()?;
    if matches!(name, "run" | "serve") {
        let reduced = without(call, Some(at));
        return Some(file(call, &Call::new(&reduced)?));
    }
    let own = lists(DENO_OWN, name);
    own.then(|| Meaning::Runs(presumed::unknown(call)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_code_however_it_is_named() {
        for line in [
            "python x.py",
            "python -m module",
            "python -X dev -m pytest",
            "python -c pass -m pytest",
            "node x.js --test",
            "deno run -A x.ts",
            "deno x.ts",
            "deno eval 1",
        ] {
            let words: Vec<ShellWord> = line.split(' ').map(ShellWord::constant).collect();
            let meaning = Call::new(&words).map(|call| run(&call));
            let is_unknown =
                matches!(meaning, Some(Meaning::Runs(leaf)) if !leaf.unknowns.is_empty());
            assert!(is_unknown, "{line}");
        }
    }
}
