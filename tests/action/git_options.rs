//! Git's options in CAVRA's tables: one arity for each, which git itself has too.

use std::path::Path;
use std::process::{Command, Stdio};

use cavra::action::program::{Arg, Arities, options_of_git};

use crate::needs;

/// To a long option, a value behind `=` changes nothing about the next word.
fn is_alike(name: &str, one: Arg, other: Arg) -> bool {
    let takes_none = |arg| matches!(arg, Arg::None | Arg::Attached);
    one == other || (name.starts_with("--") && takes_none(one) && takes_none(other))
}

#[test]
fn tables_agree() {
    let options = options_of_git();
    let reads = options.reads;
    let others = options.effects.into_iter().chain(options.vouched);
    let mut compared = 0;
    let mut differences = Vec::new();
    for (subcommand, options) in others {
        let Some((_, reads)) = reads.iter().find(|(name, _)| *name == subcommand) else {
            continue;
        };
        for (name, arg) in options {
            let Some(read) = reads.get(name) else {
                continue;
            };
            compared += 1;
            if !is_alike(name, arg, *read) {
                differences.push(format!("{subcommand} {name}: {arg:?}, {read:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
    assert!(compared > 300, "{compared} options were compared");
}

/// What git says of an option.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Is(Arg),
    /// It takes a value, but only an attached one.
    OnlyAttached,
    /// It has no such option.
    Refused,
}

struct Git {
    directory: tempfile::TempDir,
}

impl Git {
    /// A repository with a commit, a change and a stash.
    fn new() -> Self {
        let directory = tempfile::TempDir::new().expect("a directory");
        let git = Self { directory };
        let file = git.directory.path().join("a");
        for text in ["one\n", "two\n"] {
            std::fs::write(&file, text).expect("a file");
            git.says(&["add", "a"]);
            git.says(&["commit", "-qm", text]);
        }
        std::fs::write(&file, "three\n").expect("a file");
        git.says(&["stash", "-q"]);
        git
    }

    fn command(folder: &Path, words: &[&str]) -> Command {
        let mut command = Command::new("git");
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.args(words).current_dir(folder).env_clear();
        command.env("PATH", path).env("HOME", folder);
        for (name, value) in [
            ("LC_ALL", "C"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_EDITOR", "true"),
            ("GIT_PAGER", "cat"),
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ] {
            command.env(name, value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// What it prints on standard error.
    fn says(&self, words: &[&str]) -> String {
        let folder = self.directory.path();
        if !folder.join(".git").exists() {
            let made = Self::command(folder, &["init", "-q"]).status();
            assert!(made.expect("git").success(), "git makes a repository");
        }
        let output = Self::command(folder, words).output().expect("git");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn ask(&self, subcommand: &str, option: &str) -> Answer {
        let operand = match subcommand {
            "blame" | "annotate" => &["a"][..],
            _ => &[],
        };
        let run = |option: &str, operands: &[&str]| {
            let mut words: Vec<&str> = subcommand.split(' ').collect();
            words.push(option);
            words.extend(operands);
            self.says(&words)
        };
        let alone = run(option, &[]);
        let with_operand = match operand {
            [] => alone.clone(),
            _ => run(option, operand),
        };
        let needs = [
            "requires a value",
            "requires a numerical value",
            "requires an argument",
        ];
        if needs.iter().any(|text| alone.contains(text)) {
            return Answer::Is(Arg::Required);
        }
        let refuses = |said: &str| {
            let words = [
                "unknown option",
                "unknown switch",
                "unrecognized argument",
                "unrecognized option",
                "invalid option",
                "takes no value",
                "usage:",
            ];
            words.iter().any(|text| said.contains(text))
        };
        let mark = if option.starts_with("--") { "=@" } else { "@" };
        let attached = refuses(&run(&format!("{option}{mark}"), operand));
        match (refuses(&with_operand), attached) {
            (false, false) => Answer::Is(Arg::Attached),
            (false, true) => Answer::Is(Arg::None),
            (true, false) => Answer::OnlyAttached,
            (true, true) => Answer::Refused,
        }
    }
}

/// Whether git understands the option as the table does.
fn is_as_git_says(name: &str, arg: Arg, answer: &Answer) -> bool {
    match answer {
        Answer::Is(said) => is_alike(name, arg, *said),
        Answer::OnlyAttached => arg != Arg::None,
        Answer::Refused => true,
    }
}

/// What git isn't asked: `rev-parse` takes any option, `stash list` puts words behind it, others have the tables of
/// one that is asked. Options such as `--contains` take the next word only if there is one, and `-1` is a number.
fn is_unclear(subcommand: &str, name: &str) -> bool {
    const OTHERS: &str = "rev-parse whatchanged annotate stage diff-index diff-files reflog";
    const OPTIONAL: &str = "--points-at --contains --no-contains --merged --no-merged";
    let lists = |list: &str, word: &str| list.split(' ').any(|it| it == word);
    lists(OTHERS, subcommand)
        || matches!(subcommand, "stash list" | "reflog show")
        || lists(OPTIONAL, name)
        || name.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

/// The differences between the tables of these subcommands and git, and how often git answered.
fn differences(all: &[(&'static str, Arities)]) -> (Vec<String>, usize) {
    let mut found = Vec::new();
    let mut answered = 0;
    for (subcommand, options) in all {
        let git = Git::new();
        let asked = options
            .iter()
            .filter(|(name, _)| !is_unclear(subcommand, name));
        for (name, arg) in asked {
            let answer = git.ask(subcommand, name);
            answered += usize::from(answer != Answer::Refused);
            if !is_as_git_says(name, *arg, &answer) {
                found.push(format!("{subcommand} {name}: {arg:?}, git {answer:?}"));
            }
        }
    }
    (found, answered)
}

#[test]
fn tables_of_effects_are_as_git_says() {
    if needs::program("git") {
        let (found, answered) = differences(&options_of_git().effects);
        assert!(found.is_empty(), "{found:#?}");
        assert!(answered > 300, "git answered {answered} times");
    }
}

/// A letter that a table doesn't name is read as a flag, and what is behind it as further letters.
#[test]
fn tables_of_reads_are_as_git_says() {
    if !needs::program("git") {
        return;
    }
    let letters: Vec<String> = ('a'..='z')
        .chain('A'..='Z')
        .map(|it| format!("-{it}"))
        .collect();
    let letters: Vec<&'static str> = letters.into_iter().map(|it| &*it.leak()).collect();
    let with_letters = |(subcommand, mut options): (&'static str, Arities)| {
        let others = letters.iter().filter(|letter| **letter != "-h");
        others.for_each(|letter| {
            options.entry(letter).or_insert(Arg::None);
        });
        (subcommand, options)
    };
    let all: Vec<_> = options_of_git()
        .reads
        .into_iter()
        .map(with_letters)
        .collect();
    let (found, answered) = differences(&all);
    assert!(found.is_empty(), "{found:#?}");
    assert!(answered > 300, "git answered {answered} times");
}
