//! Variables that git takes a setting or a directory from (git(1), "ENVIRONMENT VARIABLES";
//! git-config(1), "ENVIRONMENT"), as the options that say the same.

use super::super::super::shell::ShellWord;
use super::super::call::file_name;

/// A variable, and the option that selects the same.
const OPTIONS: &[(&str, &str)] = &[
    ("GIT_DIR", "--git-dir="),
    ("GIT_WORK_TREE", "--work-tree="),
    ("GIT_NAMESPACE", "--namespace="),
    ("GIT_EXEC_PATH", "--exec-path="),
];

/// Most settings that `GIT_CONFIG_COUNT` may announce here; a line that has more is not read
/// further.
const MAX_SETTINGS: usize = 64;

/// The words of a git command with its environment said by options, if that says anything.
/// `environment` gives the value of a variable that the line sets.
pub(in crate::action) fn with_environment(
    words: &[ShellWord],
    environment: &dyn Fn(&str) -> Option<ShellWord>,
) -> Option<Vec<ShellWord>> {
    let (program, rest) = words.split_first()?;
    let name = file_name(&program.text);
    if !["git", "git.exe"]
        .iter()
        .any(|git| name.eq_ignore_ascii_case(git))
    {
        return None;
    }
    let mut added = Vec::new();
    for (variable, option) in OPTIONS {
        if let Some(value) = environment(variable) {
            added.push(ShellWord {
                text: format!("{option}{}", value.text),
                ..value
            });
        }
    }
    counted(&mut added, environment);
    if let Some(value) = environment("GIT_CONFIG_PARAMETERS") {
        for text in shlex::split(&value.text).unwrap_or_default() {
            setting(&mut added, &text, &value);
        }
    }
    if added.is_empty() {
        return None;
    }
    let program = std::iter::once(program);
    Some(program.chain(&added).chain(rest).cloned().collect())
}

/// `GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=… GIT_CONFIG_VALUE_0=…`
fn counted(added: &mut Vec<ShellWord>, environment: &dyn Fn(&str) -> Option<ShellWord>) {
    for index in 0..MAX_SETTINGS {
        let Some(key) = environment(&format!("GIT_CONFIG_KEY_{index}")) else {
            return;
        };
        let value = environment(&format!("GIT_CONFIG_VALUE_{index}"));
        let text = value.as_ref().map_or("", |value| value.text.as_str());
        let doubtful = value.as_ref().is_none_or(|value| value.dynamic);
        let word = ShellWord {
            dynamic: key.dynamic || doubtful,
            ..key.clone()
        };
        setting(added, &format!("{}={text}", key.text), &word);
    }
}

fn setting(added: &mut Vec<ShellWord>, text: &str, like: &ShellWord) {
    added.push(ShellWord::constant("-c"));
    added.push(ShellWord {
        text: text.to_owned(),
        dynamic: like.dynamic,
        glob: false,
        shown: false,
    });
}
