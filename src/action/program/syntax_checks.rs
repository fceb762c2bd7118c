//! Interpreters that only look whether files are well formed: `node --check F`, `ruby -c F`, `php -l F`, `bash -n F`.
//!
//! Sources: "Command-line API" of Node.js 24; ruby(1) of 3.4; "Command line usage" of PHP 8.4; bash(1) "-n"; dash(1) "noexec".
//! None of them runs a line of the files; perl(1) is not here, as `perl -c` runs what is in `BEGIN`.

use super::super::shell::ShellWord;
use super::Meaning;
use super::call::Call;

/// The option by which a program only checks.
fn option(program: &str) -> Option<&'static [&'static str]> {
    Some(match program {
        "node" => &["--check", "-c"],
        "ruby" => &["-c", "-wc"],
        "php" => &["-l"],
        "bash" | "sh" | "dash" => &["-n"],
        _ => return None,
    })
}

/// The files that a command checks, if it does nothing else. Every word but the first is one.
pub(super) fn files<'a>(call: &Call<'a>) -> Option<&'a [ShellWord]> {
    let options = option(&call.name)?;
    let (first, files) = call.args().split_first()?;
    let is_file = |word: &ShellWord| {
        let text = word.text.as_str();
        !text.is_empty() && !text.starts_with(['-', '+']) && !word.may_begin_otherwise()
    };
    let is_check = first.known().is_some_and(|text| options.contains(&text));
    (is_check && !files.is_empty() && files.iter().all(is_file)).then_some(files)
}

/// What such a command does: it reads the files.
pub(super) fn check(call: &Call<'_>) -> Option<Meaning> {
    let files = files(call)?;
    let mut leaf = call.leaf();
    files.iter().for_each(|file| leaf.reads(file.clone()));
    Some(Meaning::Runs(leaf))
}
