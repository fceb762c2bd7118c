//! What the baseline allows, run by bash: no effect beyond what is allowed.
//!
//! Lines come from a grammar of everything by which bash evaluates text, assigns to names or
//! runs commands in passing. Each line that is allowed is run with a `PATH` of stubs that
//! record their words and their environment. Then: each run is one that the facts tell, nothing
//! else ran, and no variable that is not known to be harmless reached a program.
//!
//! `CAVRA_SHELL_LINES` sets how many lines are made. The grammar names nothing outside the
//! temporary directory.

use crate::common;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use cavra::action::establish;
use cavra::action::facts::Facts;
use cavra::action::{Action, Caller, Place, Request};
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;
use proptest::prelude::*;
use tempfile::TempDir;

/// Programs that a line may name. `evil` is what an attacker runs.
const STUBS: &[&str] = &["pytest", "npm", "terraform", "evil", "id"];
/// Lines of one run without `CAVRA_SHELL_LINES`.
const LINES: u32 = 400;

const NAMES: &[&str] = &[
    "x",
    "y",
    "w",
    "n",
    "CI",
    "TF_VAR_a",
    "PATH",
    "PYTEST_ADDOPTS",
    "IFS",
    "BASH_ENV",
    "w[x]",
    "w[0]",
    "TERM",
];
const VALUES: &[&str] = &[
    "1",
    "3",
    "ev",
    "x",
    "y",
    "PATH",
    "'q[$(evil)]'",
    "'$(evil)'",
    "\"$(evil)\"",
    "$(evil)",
    "`evil`",
    "'evil'",
    "pytest",
    "'a b'",
    "\"$x\"",
    "$y",
    "${x}",
    "\"$@\"",
    "PATH=ev",
    "''",
    "'PATH'",
    "w",
    "$((x))",
    "-pevil",
    "'q[PATH=7]'",
];
const EXPRESSIONS: &[&str] = &[
    "1",
    "x",
    "x + 1",
    "x++",
    "--y",
    "x = 3",
    "PATH = 7",
    "w[x]",
    "w[0]",
    "$x",
    "${y}",
    "x, y",
    "x = y",
    "n > 2 ? x : y",
    "$(evil)",
    "q[$(evil)]",
    "x += y",
    "16#ff",
    "RANDOM",
    "0x1F",
    "x == 1",
    "(x = 1) + x",
    "0 && (y = 1), y",
    "\"x\"",
    "'x'",
    "CI = 1",
    "${#x}",
    "$#",
    "$((y))",
];
/// `N`, `V` and `E` are a name, a value and an expression; `P` is one of [`PARAMETERS`].
const FRAGMENTS: &[&str] = &[
    "N=V",
    "N+=V",
    "N=(V V)",
    "N=([E]=V)",
    "w[E]=V",
    "N=P",
    "declare N=V",
    "declare -i N=V",
    "declare -i N",
    "declare -n N=V",
    "declare -a N=(V)",
    "declare -A N=([V]=V)",
    "declare -l N=V",
    "declare -x N=V",
    "export N=V",
    "readonly N",
    "typeset -i N=E",
    "declare -ix N=V",
    "declare +i N",
    "f() { local N=V; }; f V",
    "f() { local -i N=$1; }; f V",
    "f() { P; pytest; }; f V V",
    "f() { : P; }; f V",
    "f() { local -n N=$1; N=V; }; f N",
    "read N <<< V",
    "read -r N N <<< V",
    "read -a N <<< V",
    "mapfile -t N <<< V",
    "mapfile -C evil -c 1 N <<< V",
    "printf -v N V",
    "printf -v N '%s' V",
    "wait -p N -n",
    "getopts a: N -aV",
    "unset N",
    "let E",
    "let 'N = E'",
    "(( E ))",
    "(( N = E ))",
    "(( E, E ))",
    "[[ E -eq E ]]",
    "[[ V -lt E ]]",
    "[[ -v V ]]",
    "[[ -v N ]]",
    "[[ P == V ]]",
    "[[ -n P ]]",
    "test -v V",
    "[[ V =~ V ]]",
    ": P",
    ": \"P\"",
    ": \"xPx\"",
    "true P",
    "x=P",
    "N=\"P\"",
    "case P in V) ;; esac",
    "for N in V V; do :; done",
    "for N in P; do : $N; done",
    "for N; do :; done",
    "for ((N=E;E;)); do break; done",
    "for ((;E;E)) { break; }",
    "select N in V; do break; done <<< 1",
    ": <<< P",
    ": <<Q\nP\nQ",
    ": <<'Q'\nP\nQ",
    ": < P",
    ": {N}</dev/null",
    ": {w[E]}</dev/null",
    "exec {N}</dev/null",
    "coproc N { :; }",
    "coproc P { :; }",
    "coproc pytest",
    "coproc N (pytest)",
    "set -- V V",
    "set -- P",
    "shift",
    "shift 1",
    "while (( E )); do break; done",
    "while read -r N; do break; done <<< V",
    "until [[ E -ge 1 ]]; do break; done",
    "if (( E )); then N=V; fi",
    "( N=V; : P )",
    "{ N=V; } {N}</dev/null",
    "eval V",
    "eval 'N=V'",
    "eval \": P\"",
    "bash -c ': P' V V",
    "bash -c 'pytest' V",
    "bash -kc 'pytest PATH=ev'",
    "bash -c \"V\"",
    "bash <<< 'pytest'",
    "bash -s V <<< ': P; pytest'",
    "bash -ec 'N=V; pytest'",
    "bash -ic pytest </dev/null",
    "command N=V",
    "builtin printf -v N V",
    "command read N <<< V",
    "N=V pytest",
    "N=V true",
    "true N=V",
    "pytest N=V",
    "pytest P",
    "pytest V",
    "$N",
    "\"$N\" V",
    "${N} test",
    "trap V EXIT",
    "trap ': P' EXIT",
    "alias pytest=evil",
    "shopt -s expand_aliases",
    "set -k",
    "set -a",
    "set -e",
    "set -u",
    "set +e",
    "exec 3</dev/null",
    "time pytest",
    "time -- pytest",
    "! pytest",
    "export -p",
    "declare -p",
    "set",
    "pytest <(P)",
    "echo P",
    "x=1",
    "y=2",
    "w=(1 2)",
    "cd ev",
    "pushd ev",
    "x=$(pytest)",
    "x=$(: P)",
    "export CI=1",
    "enable -n printf",
    "hash -p ev/pytest pytest",
    "PATH=ev:$PATH",
    "command_not_found_handle() { evil; }",
    "pytest() { evil; }",
    "function npm { pytest; }",
    "wait",
    "return 2",
    "true || N=V",
    "false && evil",
];
const PARAMETERS: &[&str] = &[
    "$N",
    "${N}",
    "${N:-V}",
    "${N-V}",
    "${N:=V}",
    "${N=V}",
    "${N:+V}",
    "${N:?V}",
    "${N:E}",
    "${N:E:E}",
    "${N: -E}",
    "${N#V}",
    "${N##V}",
    "${N%V}",
    "${N/V/V}",
    "${N//V}",
    "${N^^}",
    "${N,}",
    "${N@P}",
    "${N@Q}",
    "${N@E}",
    "${N@L}",
    "${!N}",
    "${!N:-V}",
    "${!N@P}",
    "${!N*}",
    "${!w[@]}",
    "${#N}",
    "${#w[@]}",
    "${w[E]}",
    "${w[@]}",
    "${w[@]:E}",
    "${w[*]:E:E}",
    "${w[E]:-V}",
    "${#w[E]}",
    "${!w[E]}",
    "$@",
    "$*",
    "$1",
    "${1}",
    "${@:E}",
    "${*:E:E}",
    "${1:E}",
    "${1:-V}",
    "${!1}",
    "${@@P}",
    "${1@P}",
    "${@#V}",
    "${$:E}",
    "${?:E}",
    "${-:E}",
    "${!:E}",
    "${#:E}",
    "${0:E}",
    "${!#}",
    "$((E))",
    "$[E]",
    "$(: V)",
    "`: V`",
    "$(evil)",
    "$((E, E))",
    "${N:$((E))}",
    "${w[$((E))]}",
    "$'a\\tb'",
    "$\"V\"",
    "$#",
    "$?",
    "$$",
    "$!",
    "$-",
    "${_}",
    "${RANDOM:E}",
    "${N:-${N:=V}}",
    "${N:-$((E))}",
];
const TAILS: &[&str] = &[
    "pytest",
    "npm test",
    "terraform plan",
    "pytest -q",
    "pytest \"$x\"",
    "pytest $n",
    "$y",
    "pytest ${w[0]}",
    "for x in a b; do pytest $x; done",
];
const JOINTS: &[&str] = &["; ", "\n", " && ", " || ", " & ", " | "];
const EDITS: &[&str] = &[
    "$", "{", "}", "(", ")", "'", "\"", "[", "]", "\\", "`", " ", ";", "$(", "${", "((", "))", "=",
    "x", "<", "#", "!",
];

/// A fragment with its letters replaced, each time by another choice.
fn filled(template: &str, mut pick: impl FnMut(usize) -> usize) -> String {
    let mut out = String::new();
    let parameters = template.replace("P;", "P ;");
    for (index, c) in parameters.char_indices() {
        let before = parameters[..index].chars().next_back();
        let after = parameters[index + 1..].chars().next();
        let alone = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        let stands = (alone(before) || before == Some('x') || before == Some('a'))
            && (alone(after) || after == Some('x'));
        match c {
            'P' if stands => {
                let choice = PARAMETERS[pick(PARAMETERS.len())];
                out.push_str(&filled(choice, &mut pick as &mut dyn FnMut(usize) -> usize));
            }
            'N' if stands => out.push_str(NAMES[pick(NAMES.len())]),
            'V' if stands => out.push_str(VALUES[pick(VALUES.len())]),
            'E' if stands => out.push_str(EXPRESSIONS[pick(EXPRESSIONS.len())]),
            _ => out.push(c),
        }
    }
    out
}

fn line() -> impl Strategy<Value = String> {
    let fragment = (
        prop::sample::select(FRAGMENTS),
        prop::collection::vec(any::<prop::sample::Index>(), 24),
        0..8_usize,
    )
        .prop_map(|(template, choices, around)| {
            let mut next = choices.into_iter().cycle();
            let text = filled(template, |length| {
                next.next().map_or(0, |index| index.index(length))
            });
            match around {
                0 => format!("{{ {text}\n}}"),
                1 => format!("( {text}\n)"),
                2 => format!("if :; then {text}\nfi"),
                3 => format!("g() {{ {text}\n}}; g a 1"),
                _ => text,
            }
        });
    let edit = (any::<prop::sample::Index>(), prop::sample::select(EDITS));
    (
        prop::collection::vec((fragment, prop::sample::select(JOINTS)), 1..4),
        prop::sample::select(TAILS),
        prop::option::weighted(0.15, edit),
    )
        .prop_map(|(fragments, tail, edit)| {
            let mut text = String::new();
            for (fragment, joint) in fragments {
                text.push_str(&fragment);
                // A here-document ends at a line's end.
                text.push_str(if fragment.contains("<<Q") || fragment.contains("<<'Q") {
                    "\n"
                } else {
                    joint
                });
            }
            text.push_str(tail);
            if let Some((index, piece)) = edit {
                let mut chars: Vec<char> = text.chars().collect();
                let at = index.index(chars.len());
                chars.splice(at..at, piece.chars());
                text = chars.into_iter().collect();
            }
            text
        })
}

struct Bash {
    directory: TempDir,
}

/// One program that ran: its name, words and environment.
struct Run {
    words: Vec<String>,
    variables: BTreeSet<String>,
}

impl Bash {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let bash = Self { directory };
        for (folder, stubs) in [
            ("bin", STUBS),
            ("evil", &["pytest", "npm", "terraform"][..]),
        ] {
            let folder = bash.path(folder);
            fs::create_dir(&folder).unwrap();
            for stub in stubs {
                bash.stub(&folder, stub);
            }
        }
        std::os::unix::fs::symlink("/bin/bash", bash.path("bin/bash")).unwrap();
        bash
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes what it was started with to the record, at once so that nothing comes between.
    fn stub(&self, folder: &Path, name: &str) {
        let record = self.path("record");
        let text = format!(
            "#!/bin/dash\nvariables=$(/usr/bin/tr '\\0' '\\037' </proc/$$/environ)\nprintf '%s\\037' \"$0\" \"$@\" \"$(printf '\\035')\" \"$variables\" \"$(printf '\\036')\" >>'{}'\n",
            record.display()
        );
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a line where `ev` and `7` hold programs of an attacker.
    fn runs(&self, line: &str) -> Vec<Run> {
        let record = self.path("record");
        let _ = fs::remove_file(&record);
        let work = TempDir::new_in(self.directory.path()).unwrap();
        for name in ["ev", "7", "3", "1"] {
            std::os::unix::fs::symlink(self.path("evil"), work.path().join(name)).unwrap();
        }
        Command::new("/usr/bin/timeout")
            .args([
                "-s",
                "KILL",
                "2",
                "/bin/bash",
                "--noprofile",
                "--norc",
                "-c",
                line,
            ])
            .current_dir(work.path())
            .env_clear()
            .env("PATH", self.path("bin"))
            .stdin(Stdio::null())
            // What runs in the background holds the pipes: they end when it has ended.
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&fs::read(&record).unwrap_or_default()).into_owned();
        text.split_terminator("\u{1e}\u{1f}").map(run).collect()
    }
}

fn run(text: &str) -> Run {
    let (words, variables) = text.split_once("\u{1d}\u{1f}").unwrap_or((text, ""));
    let name = |variable: &str| variable.split('=').next().unwrap_or_default().to_owned();
    Run {
        words: words
            .split_terminator('\u{1f}')
            .map(str::to_owned)
            .collect(),
        variables: variables
            .split('\u{1f}')
            .filter(|variable| !variable.is_empty())
            .map(name)
            .collect(),
    }
}

fn action(line: &str) -> Action {
    Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: Place::default(),
        terraform_plan: None,
    }
}

/// Why a run is more than the line was allowed for.
fn beyond(bash: &Bash, facts: &Facts, run: &Run) -> Option<String> {
    let program = run.words.first().map(PathBuf::from).unwrap_or_default();
    if program.parent() != Some(&bash.path("bin")) {
        return Some(format!("{} ran from another folder", program.display()));
    }
    let name = program
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let told = facts.commands.iter().any(|command| {
        command.allow_form.is_some()
            && command.words.first().is_some_and(|word| word.text == name)
            && command
                .words
                .iter()
                .skip(1)
                .map(|word| &word.text)
                .eq(run.words.iter().skip(1))
    });
    if !told {
        return Some(format!("{name} {:?} is not told", &run.words[1..]));
    }
    let harmless = |name: &str| {
        matches!(
            name,
            "PATH" | "PWD" | "OLDPWD" | "SHLVL" | "_" | "CI" | "TERM"
        ) || name.starts_with("TF_VAR_")
    };
    let other = run.variables.iter().find(|name| !harmless(name));
    other.map(|variable| format!("{name} got {variable}"))
}

fn lines() -> u32 {
    let wanted = std::env::var("CAVRA_SHELL_LINES").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(LINES)
}

#[test]
fn no_allowed_line_has_an_effect_beyond_what_is_allowed() {
    let bash = Bash::new();
    let authority = Authority::new(common::policy("cavra-ai-agent-baseline"), None);
    let config = ProptestConfig {
        cases: lines(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    let (allowed, ran) = (Cell::new(0_usize), Cell::new(0_usize));
    let outcome = proptest::test_runner::TestRunner::new(config).run(&line(), |line| {
        let answer = authority.decide(Arc::new(action(&line)), Ask::default());
        let verdict = answer.map(|answer| answer.decision.verdict());
        if !matches!(verdict, Ok(Verdict::Allow)) {
            return Ok(());
        }
        allowed.set(allowed.get() + 1);
        let facts = establish(&action(&line)).unwrap();
        for run in bash.runs(&line) {
            ran.set(ran.get() + 1);
            let beyond = beyond(&bash, &facts, &run);
            prop_assert!(beyond.is_none(), "{line:?}: {}", beyond.unwrap_or_default());
        }
        Ok(())
    });
    println!(
        "{} lines, {} allowed, {} programs ran",
        lines(),
        allowed.get(),
        ran.get()
    );
    if let Err(problem) = outcome {
        panic!("{problem}");
    }
    assert!(
        allowed.get() > 0 && ran.get() > 0,
        "the harness ran nothing"
    );
}
