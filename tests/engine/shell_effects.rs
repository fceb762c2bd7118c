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
use crate::shell_grammar::line;

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
