//! `find … -name NAME … -exec READER … {} +`: a command that gets the files of one name, and no others.

use super::super::shell::ShellWord;
use super::super::sift::is_name;
use super::find::end_of_command;

/// Starting points that are followed.
const MAX_ROOTS: usize = 4;
/// Programs that read the files that they are given, or show their names.
const READERS: &str = "cat head tail wc nl grep egrep fgrep sed awk ls stat basename dirname echo md5sum sha1sum sha256sum";

/// What a test that only leaves files out takes behind it.
const TESTS: &[(&str, usize)] = &[
    ("-type", 1),
    ("-maxdepth", 1),
    ("-mindepth", 1),
    ("-path", 1),
    ("-size", 1),
    ("-mtime", 1),
    ("-mmin", 1),
    ("-empty", 0),
    ("-not", 0),
    ("!", 0),
];

/// Whether a name is a glob of a kind of files. What a single name means is known without one.
fn is_kind(name: &str) -> bool {
    is_name(name) && name.contains('*')
}

/// The command as it would be with a glob of the files instead of `{}`. None where other files may be found
/// than those of one name, or the command may do more than to read them.
pub(super) fn each(args: &[ShellWord]) -> Option<Vec<ShellWord>> {
    let is_option = |word: &ShellWord| word.text.starts_with(['-', '(', '!']);
    let roots = args.iter().position(is_option)?;
    let (roots, mut rest) = args.split_at(roots);
    let mut name = None;
    let mut negated = false;
    loop {
        let (word, behind) = rest.split_first()?;
        let text = word.known()?;
        if text == "-exec" {
            rest = behind;
            break;
        }
        let takes = match text {
            "-name" | "-iname" => 1,
            _ => TESTS.iter().find(|(known, _)| *known == text)?.1,
        };
        if matches!(text, "-name" | "-iname") && !negated && name.is_none() {
            name = behind.first()?.known().filter(|name| is_kind(name));
        }
        // `-not` is about the test behind it alone.
        negated = matches!(text, "-not" | "!");
        rest = behind.get(takes..)?;
    }
    let name = name?;
    let end = end_of_command(rest);
    let is_last = rest.len() == end + 1;
    let (found, command) = rest.get(..end)?.split_last()?;
    let reads = command.first()?.known()?;
    let marks = command.iter().any(|word| word.text.contains("{}"));
    let is_reader = READERS
        .split_ascii_whitespace()
        .any(|reader| reader == reads);
    if !is_last || found.known() != Some("{}") || marks || !is_reader || roots.len() > MAX_ROOTS {
        return None;
    }
    let here = [ShellWord::constant(".")];
    let roots = if roots.is_empty() { &here } else { roots };
    let mut words = command.to_vec();
    for root in roots {
        let root = root.known()?.trim_end_matches('/');
        let text = format!("{root}/**/{name}");
        words.push(ShellWord {
            glob: true,
            ..ShellWord::constant(text)
        });
    }
    Some(words)
}
