//! Facts compared with what bash itself runs.
//!
//! Every program is a stub that records its arguments. Lines come from a closed grammar
//! that can name nothing outside the temporary directory: no slash but in `<(`-free text of
//! our own, no `..`, no `~`, no builtin that signals other processes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cavra::action::establish;
use cavra::action::facts::Facts;
use cavra::action::{Action, Caller, Place, Request};
use proptest::prelude::*;
use tempfile::TempDir;

const STUBS: &[&str] = &["alpha", "beta", "gamma"];
const LIMIT: Duration = Duration::from_secs(2);

const LINES: &[&str] = &[
    "alpha x",
    "alpha 'x y' \"z\"",
    "alpha x; beta y",
    "alpha && beta || gamma",
    "(alpha; beta)",
    "((alpha); beta)",
    "{ alpha; beta; }",
    "if alpha; then beta; fi",
    "for i in x y; do alpha $i; done",
    "case x in x) alpha;; *) beta;; esac",
    "case x in (y) beta;; (x) alpha; esac",
    "f() { alpha \"$@\"; }; f x 'y z'",
    "T=alpha; $T x",
    "T='alpha x'; $T y; \"$T\"",
    "A=(alpha x); \"${A[@]}\" y",
    "echo $(alpha x)",
    "echo \"$(alpha \"$(beta)\")\"",
    "echo `alpha \\`beta\\``",
    "cat <(alpha)",
    "bash -c 'alpha x; beta'",
    "eval 'alpha x' y",
    "echo 'alpha x' | bash",
    "bash <<E\nalpha x\nE\nbeta",
    "bash <<'E'\nalpha $(beta)\nE",
    ": <<E\n$(alpha) \\$(beta)\nE\ngamma",
    "bash <<< 'alpha x'",
    "alpha {x,y}z {1..3}",
    "alpha $'x\\ty' $\"z\"",
    "alpha \\; beta \\' gamma",
    "alpha # beta",
    "alpha x#y",
    "alpha ${T:-x} ${T:-$(beta)}",
    "echo ${x#'}'}; alpha",
    "echo \"${x:-'}\"; alpha; echo \"${x:-'}\"",
    "[[ x == x && -n $(alpha) ]] && beta",
    "trap 'alpha' EXIT; beta",
    "command alpha x; exec beta y",
    "alpha >x 2>&1; beta <x",
    "! alpha; time beta",
    "X=1 alpha x; Y=2; beta $Y",
    "export T=alpha; $T",
    "alpha |& beta",
    "coproc alpha; wait",
    "alpha \\\nx",
    "echo $((1 + 2)); alpha",
    "until alpha; do beta; done",
    "set -- alpha x; $1 $2",
    "function g { beta; }; g; alpha",
    "alpha() { beta; }; alpha",
    "cd d && alpha; beta",
];

const PIECES: &[&str] = &[
    "\"",
    "'",
    "`",
    "\\",
    "$(",
    "${",
    "$((",
    "((",
    "))",
    ")",
    "(",
    "{",
    "}",
    "[",
    "]",
    "[[ ",
    " ]]",
    " ",
    "\n",
    ";",
    "&&",
    "|",
    "||",
    "<<E\n",
    "\nE\n",
    "<",
    "<(",
    "$'",
    "$\"",
    "$",
    "#",
    " #",
    "!",
    "=",
    "T=",
    "a=(",
    "{x,y}",
    "alpha ",
    "beta ",
    "gamma ",
    " in ",
    "case x in ",
    " esac",
    "if ",
    " then ",
    " fi ",
    "for i in ",
    " do ",
    " done ",
    "function ",
    "f() ",
    "echo ",
    "bash -c ",
    "eval ",
    "2>&1",
    "$T",
    "${T}",
    "${T:-",
    "$@",
    "$1",
    "x",
    "\\\n",
    "\r\n",
    "\\\r\n",
    ";;",
    "<<<",
    "$$",
    "\\'",
    "\\\"",
    "\\$",
    ",",
    "-",
    ":",
    "$#",
    "$[",
    "@",
    "*(",
];

fn line() -> impl Strategy<Value = String> {
    let base =
        prop::collection::vec(prop::sample::select(LINES), 1..3).prop_map(|lines| lines.join("\n"));
    let edits = prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            prop::sample::select(PIECES),
            any::<bool>(),
        ),
        0..5,
    );
    (base, edits).prop_map(|(base, edits)| {
        let mut chars: Vec<char> = base.chars().collect();
        for (index, piece, replaces) in edits {
            let at = index.index(chars.len());
            let end = if replaces { at + 1 } else { at };
            chars.splice(at..end, piece.chars());
        }
        chars.into_iter().collect()
    })
}

pub(crate) struct Bash {
    directory: TempDir,
}

impl Bash {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let bin = directory.path().join("bin");
        fs::create_dir(&bin).expect("bin");
        for stub in STUBS {
            let path = bin.join(stub);
            let text = "#!/bin/bash\nprintf -v line '%s\\x1f' \"${0##*/}\" \"$@\"\nprintf '%s\\x1e' \"$line\" >>\"$RECORD\"\n";
            fs::write(&path, text).expect("a stub");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        std::os::unix::fs::symlink("/bin/bash", bin.join("bash")).expect("a link");
        Self { directory }
    }

    /// The argument lists of the programs that ran.
    pub(crate) fn runs(&self, line: &str) -> Vec<Vec<String>> {
        let work = TempDir::new_in(self.directory.path()).expect("a work directory");
        fs::create_dir(work.path().join("d")).expect("d");
        let record = work.path().join("record.log");
        let bin: &Path = &self.directory.path().join("bin");
        let mut child = Command::new("/bin/bash")
            .args(["--noprofile", "--norc", "-c", line])
            .current_dir(work.path().join("d"))
            .env_clear()
            .env("PATH", bin)
            .env("RECORD", &record)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("bash");
        let start = Instant::now();
        while child.try_wait().expect("a status").is_none() {
            if start.elapsed() > LIMIT {
                child.kill().expect("an end");
                child.wait().expect("a status");
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        let text = fs::read(&record).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let runs = text.split_terminator('\u{1e}');
        runs.map(|run| run.split_terminator('\u{1f}').map(str::to_owned).collect())
            .collect()
    }
}

pub(crate) fn facts(line: &str) -> Facts {
    establish(&Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: Place::default(),
        terraform_plan: None,
    })
    .expect("facts")
}

fn words(facts: &Facts) -> Vec<String> {
    let text = |command: &cavra::action::facts::Command| {
        let words = command.words.iter().map(|word| word.text.as_str());
        words.collect::<Vec<_>>().join(" · ")
    };
    facts.commands.iter().map(text).collect()
}

pub(crate) fn told(facts: &Facts, run: &[String]) -> bool {
    facts.commands.iter().any(|command| {
        let dynamic = command
            .words
            .iter()
            .any(|word| word.dynamic || word.text.contains(['*', '?', '[']));
        if dynamic {
            return command
                .words
                .first()
                .is_some_and(|word| word.dynamic || word.text == run[0]);
        }
        command.words.len() == run.len()
            && command
                .words
                .iter()
                .zip(run)
                .all(|(word, run)| word.text == *run)
    })
}

/// More cases with `PROPTEST_CASES`.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(300)
}

#[test]
fn bash_runs_nothing_that_the_facts_do_not_tell() {
    let bash = Bash::new();
    let config = ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let ran = std::cell::Cell::new(0_usize);
    let outcome = runner.run(&line(), |line| {
        let facts = facts(&line);
        let runs = bash.runs(&line);
        ran.set(ran.get() + usize::from(!runs.is_empty()));
        if facts.unknowns.is_empty() {
            for run in &runs {
                prop_assert!(
                    told(&facts, run),
                    "{run:?} is not told of {line:?}: {:?}",
                    words(&facts)
                );
            }
        }
        Ok(())
    });
    if let Err(problem) = outcome {
        panic!("{problem}");
    }
    assert!(ran.get() > 0, "the harness ran nothing");
}
