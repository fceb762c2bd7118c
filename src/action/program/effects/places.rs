//! Words by which a tool works in another folder of the project, builds for another platform or leaves a plugin out. A
//! pattern has to spell them; effects are judged with the folder.

use super::super::call::Call;
use super::super::selecting::{self, is_folder};
use super::super::test_runners;
use super::super::word_list::lists;

/// Such words of a command. Where the tool then works is judged by the folder itself: that of ninja and of npm is where
/// the command counts as run, and the manifest of cargo is loaded.
pub(super) fn words<'a>(call: &Call<'a>) -> Vec<&'a str> {
    match &*call.name {
        "npm" | "pnpm" => selecting::place(call).map_or_else(Vec::new, |place| place.words),
        "ninja" => build_folder(call),
        "cargo" => of_cargo(call),
        "pytest" | "py.test" => test_runners::keeping_tests(call),
        _ => Vec::new(),
    }
}

/// `ninja -C DIR`. Of several, ninja takes the last.
fn build_folder<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let texts = || call.args().iter().map(|word| word.text.as_str());
    let mut behind = texts().skip_while(|text| *text != "-C").skip(1);
    let folder = behind.next().filter(|folder| is_folder(folder));
    let is_one = texts().filter(|text| text.starts_with("-C")).count() == 1;
    match folder.filter(|_| is_one) {
        Some(folder) => vec!["-C", folder],
        None => Vec::new(),
    }
}

/// `--manifest-path DIR/Cargo.toml`, `--target TRIPLE`.
fn of_cargo<'a>(call: &Call<'a>) -> Vec<&'a str> {
    const OPTIONS: &str = "--manifest-path --target";
    let mut found = Vec::new();
    let mut words = call.args().iter().map(|word| word.text.as_str());
    while let Some(text) = words.next() {
        let (option, inline) = match text.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (text, None),
        };
        if !lists(OPTIONS, option) {
            continue;
        }
        let value = inline.or_else(|| words.next()).unwrap_or_default();
        let is_manifest = value.rsplit('/').next() == Some("Cargo.toml") && is_folder(value);
        // What else a target may be lifts an allow.
        if option == "--target" || is_manifest {
            found.push(text);
            found.extend(inline.is_none().then_some(value));
        }
    }
    found
}
