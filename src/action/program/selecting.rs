//! Options of npm and pnpm that choose among the packages of the project, or the folder where they work.
//!
//! Sources: npm-config(7), `pnpm help recursive`.

use super::super::shell::ShellWord;
use super::call::Call;
use super::options::looks_like_option;
use super::test_runners::leaves_workspace;
use crate::action::path::is_foreign;

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

/// The folder where npm or pnpm works.
pub(super) struct Place<'a> {
    /// The words that name it: `--prefix` and the folder.
    pub(super) words: Vec<&'a str>,
    pub(super) folder: ShellWord,
}

/// `npm --prefix DIR`, `npm -C DIR`, `pnpm -C DIR`, `pnpm --dir DIR`, once and with a folder of the project. pnpm hands
/// what follows a script's name to the script.
pub(super) fn place<'a>(call: &Call<'a>) -> Option<Place<'a>> {
    let names: &[&str] = match &*call.name {
        "npm" => &["--prefix", "-C"],
        "pnpm" => &["--dir", "-C"],
        _ => return None,
    };
    let own = call.args().iter().take_while(|word| word.text != "--");
    let own: Vec<&ShellWord> = own.collect();
    let name = |word: &'a ShellWord| match word.text.split_once('=') {
        Some((name, _)) if name.starts_with("--") => name,
        _ => word.text.as_str(),
    };
    let mut named =
        (0..own.len()).filter(|at| own.get(*at).is_some_and(|it| names.contains(&name(it))));
    let at = named.next()?;
    // Behind another option it may be the value of that one.
    let before = at.checked_sub(1).and_then(|at| own.get(at));
    let is_behind = before.is_some_and(|it| call.name == "pnpm" || it.text.starts_with('-'));
    if named.next().is_some() || is_behind {
        return None;
    }
    let option = own.get(at)?;
    let (words, folder) = match option.text.split_once('=') {
        Some((_, folder)) => (vec![option.text.as_str()], folder),
        None => {
            let folder = own.get(at + 1)?.text.as_str();
            (vec![option.text.as_str(), folder], folder)
        }
    };
    let is_known = own
        .get(at..=at + words.len() - 1)?
        .iter()
        .all(|word| word.known().is_some());
    (is_known && is_folder(folder)).then(|| Place {
        words,
        folder: ShellWord::constant(folder),
    })
}

/// Whether a text is a path inside the directory where the command runs, with nothing that a shell or a tool would
/// expand, and leads into no code of others.
pub(super) fn is_folder(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/@+-".contains(c);
    !text.is_empty()
        && !text.starts_with(['-', '/', '@'])
        && text.chars().all(is_plain)
        && text.split('/').all(|name| name != "..")
        && !is_foreign(text)
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
