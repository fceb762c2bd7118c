//! Pagers: less(1), more(1), most(1), pg(1).

use super::super::shell::ShellWord;
use super::{Inner, Leaf};

/// Whether the pager carries out the commands behind a `+`, as if they were typed.
pub(super) fn takes_commands(name: &str) -> bool {
    matches!(name, "less" | "more" | "most")
}

/// Whether the pager shows its help, and then the files.
pub(super) fn shows_files_with_help(name: &str) -> bool {
    matches!(name, "less" | "more" | "most" | "zless" | "pg")
}

/// Adds what the commands behind a `+` start: `less +!CMD FILE`.
pub(super) fn commands(words: &[ShellWord], leaf: &mut Leaf) {
    let commands = words.iter().filter_map(|word| word.text.strip_prefix('+'));
    for command in commands.map(|command| command.trim_start_matches('+')) {
        match command.strip_prefix('!') {
            Some(script) => leaf.starts.push(Inner::Script(script.to_owned())),
            None if !goes_to_a_place(command) => {
                leaf.lift("a command behind `+` may start a program");
            }
            None => {}
        }
    }
}

/// Whether a command moves to a line, or to what a pattern finds.
fn goes_to_a_place(command: &str) -> bool {
    let line = command.trim_end_matches(['F', 'G', 'g', 'p', '%']);
    command.starts_with(['/', '?']) || line.bytes().all(|byte| byte.is_ascii_digit())
}
