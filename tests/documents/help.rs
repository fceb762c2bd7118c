//! The help of the commands: one name of an option means one thing.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use regex::Regex;

/// What `--help` prints for each command, with the command's words in front.
pub(crate) fn help_of_all_commands() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut left = vec![Vec::new()];
    let subcommand = Regex::new(r"(?m)^  ([a-z][a-z-]*)  +[A-Z]").unwrap();
    while let Some(command) = left.pop() {
        let help = help(&command);
        for name in subcommand.captures_iter(&help) {
            if &name[1] != "help" {
                left.push([&command[..], &[name[1].to_owned()]].concat());
            }
        }
        all.push((command.join(" "), help));
    }
    assert!(all.len() >= 41, "only {} commands were found", all.len());
    all
}

fn help(command: &[String]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The long names of options, each with its text.
fn options(help: &str) -> Vec<(&str, String)> {
    let option = Regex::new(r"^ {2,6}(?:-\w, )?--([a-z][a-z-]*)(.*)$").unwrap();
    let mut options: Vec<(&str, String)> = Vec::new();
    let mut is_open = false;
    for line in help.lines() {
        if let Some(found) = option.captures(line) {
            options.push((found.get(1).unwrap().as_str(), found[2].to_owned()));
            is_open = true;
        } else if line.starts_with("          ") && is_open {
            options
                .last_mut()
                .unwrap()
                .1
                .push_str(&format!(" {}", line.trim()));
        } else {
            is_open = false;
        }
    }
    options
}

/// Which kinds of key the options take, by their texts. A private key that is given in the place of a
/// public one may end where others read it.
fn kinds_by_option<'h>(
    help: impl Iterator<Item = &'h str>,
) -> BTreeMap<&'h str, BTreeSet<&'static str>> {
    let mut kinds: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (name, text) in help.flat_map(options) {
        for kind in ["private key", "public key"] {
            if text.contains(kind) {
                kinds.entry(name).or_default().insert(kind);
            }
        }
    }
    kinds
}

#[test]
fn an_option_names_private_keys_or_public_ones() {
    let all = help_of_all_commands();
    let kinds = kinds_by_option(all.iter().map(|(_, help)| help.as_str()));
    assert!(kinds.len() >= 8, "only {kinds:?}");
    let both: Vec<_> = kinds.iter().filter(|(_, kinds)| kinds.len() > 1).collect();
    assert!(both.is_empty(), "{both:?}");
}

#[test]
fn a_planted_option_of_both_kinds_is_found() {
    let serve = "Options:\n      --key <KEY>\n          The private\n          key that signs\n";
    let decide = "Options:\n  -k, --key <KEY>  The public key\n\n  --other  A private key\n";
    let kinds = kinds_by_option([serve, decide].into_iter());
    assert_eq!(kinds["key"].len(), 2);
    assert_eq!(kinds["other"].len(), 1);
}

/// `--server-key` may be another key than the journal's, so its text says so in other words.
#[test]
fn the_public_key_of_the_journal_has_one_name() {
    let all = help_of_all_commands();
    let options = all.iter().flat_map(|(_, help)| options(help));
    let of_journal = options.filter(|(_, text)| text.contains("public key of the journal"));
    let names: Vec<_> = of_journal.map(|(name, _)| name).collect();
    assert!(names.len() >= 7, "only {names:?}");
    assert!(names.iter().all(|name| *name == "journal-key"), "{names:?}");
}
