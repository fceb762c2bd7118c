//! Options of npm and pnpm that choose among the packages of the project.
//!
//! Sources: npm-config(7), `pnpm help recursive`.

use super::call::Call;
use super::options::looks_like_option;
use super::test_runners::leaves_workspace;

/// Whether a value chooses packages by names, folders or a revision: `api...`, `{./apps/*}`, `[origin/main]`. pnpm hands
/// the revision to git, where another one would be an option.
fn is_selector(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/@~^{}[]*!+-".contains(c);
    !leaves_workspace(text) && !text.contains("[-") && text.chars().all(is_plain)
}

/// The words of npm or pnpm by which it chooses among the packages of the project.
pub(super) fn selecting<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let own = call.args().iter().take_while(|word| word.text != "--");
    let mut selecting = Selecting::of(&call.name);
    let texts = own.map(|word| word.text.as_str());
    texts.filter(|text| selecting.takes(text)).collect()
}

/// Options that choose among the packages of the project, which only a pattern can vouch for:
/// `--filter api`, `-r`, `--workspaces`.
///
/// npm takes them anywhere in front of `--`. pnpm hands what follows a script's name to the
/// script, where `-r` may load a module.
pub(super) struct Selecting {
    flags: &'static [&'static str],
    values: &'static [&'static str],
    /// Only in front of the script's name.
    in_front: bool,
    /// The next word is an option's value.
    pending: bool,
}

impl Selecting {
    pub(super) fn of(program: &str) -> Self {
        let (flags, values): (&[&str], &[&str]) = match program {
            "npm" => (
                &["--workspaces", "-ws", "--include-workspace-root"],
                &["-w", "--workspace"],
            ),
            "pnpm" => (
                &[
                    "-r",
                    "--recursive",
                    "--parallel",
                    "--stream",
                    "--aggregate-output",
                    "--no-bail",
                    "-w",
                    "--workspace-root",
                    "--include-workspace-root",
                ],
                &["-F", "--filter", "--filter-prod", "--workspace-concurrency"],
            ),
            _ => (&[], &[]),
        };
        Self {
            flags,
            values,
            in_front: program == "pnpm",
            pending: false,
        }
    }

    /// Whether the next word is such an option, or the value of one.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        if std::mem::take(&mut self.pending) {
            return !looks_like_option(text) && is_selector(text);
        }
        if !text.starts_with('-') {
            if self.in_front && !matches!(text, "run" | "run-script" | "exec") {
                (self.flags, self.values) = (&[], &[]);
            }
            return false;
        }
        self.pending = self.values.contains(&text);
        let with_value = text
            .split_once('=')
            .is_some_and(|(name, value)| self.values.contains(&name) && is_selector(value));
        self.pending || with_value || self.flags.contains(&text)
    }
}
