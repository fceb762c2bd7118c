//! Addresses that curl(1) is given: its globs (curl(1), "GLOBBING"), and the file of `file:`.

use std::collections::VecDeque;

use super::options::Value;

/// Addresses that one argument is expanded to.
const MAX_ADDRESSES: usize = 64;
/// Bytes of an argument that is expanded, and of all addresses that it is expanded to.
const MAX_GLOB_BYTES: usize = 4096;
/// Bytes of the addresses of one argument.
const MAX_EXPANDED_BYTES: usize = 64 * 1024;

/// What an argument's braces and brackets mean. `None` if it is more than the limits.
pub(super) fn expanded(text: &str) -> Option<Vec<String>> {
    if text.len() > MAX_GLOB_BYTES {
        return (!text.contains(['{', '['])).then(|| vec![text.to_owned()]);
    }
    let mut pending = VecDeque::from([(String::new(), text)]);
    let mut done = Vec::new();
    let mut bytes = 0usize;
    while let Some((head, rest)) = pending.pop_front() {
        let Some(at) = rest.find(['{', '[']) else {
            done.push(format!("{head}{rest}"));
            continue;
        };
        let (plain, glob) = rest.split_at(at);
        let Some((choices, tail)) = choices(glob) else {
            // It is no glob, and taken as it is written.
            let (mark, tail) = glob.split_at(1);
            pending.push_back((format!("{head}{plain}{mark}"), tail));
            continue;
        };
        for choice in choices? {
            let next = format!("{head}{plain}{choice}");
            bytes = bytes.saturating_add(next.len());
            pending.push_back((next, tail));
        }
        if pending.len() + done.len() > MAX_ADDRESSES || bytes > MAX_EXPANDED_BYTES {
            return None;
        }
    }
    Some(done)
}

/// What a glob may mean, `None` if that is too much, and the text behind it.
type Choices<'a> = (Option<Vec<String>>, &'a str);

fn choices(glob: &str) -> Option<Choices<'_>> {
    if let Some(inner) = glob.strip_prefix('{') {
        let (names, tail) = inner.split_once('}')?;
        let names: Vec<String> = names.split(',').map(str::to_owned).collect();
        return Some(((names.len() <= MAX_ADDRESSES).then_some(names), tail));
    }
    let (range, tail) = glob.strip_prefix('[')?.split_once(']')?;
    let (range, step) = range.split_once(':').unwrap_or((range, "1"));
    let (from, to) = range.split_once('-')?;
    let step: usize = step.parse().ok().filter(|step| *step > 0)?;
    if let (Ok(first), Ok(last)) = (from.parse::<u64>(), to.parse::<u64>()) {
        let width = from.len();
        let numbers = (first..=last).step_by(step).take(MAX_ADDRESSES + 1);
        let numbers: Vec<String> = numbers.map(|n| format!("{n:0width$}")).collect();
        return Some(((numbers.len() <= MAX_ADDRESSES).then_some(numbers), tail));
    }
    let (mut first, mut last) = (from.chars(), to.chars());
    let (first, last) = match (first.next(), first.next(), last.next(), last.next()) {
        (Some(first), None, Some(last), None) => (first, last),
        _ => return None,
    };
    let letters: Vec<String> = (first..=last).step_by(step).map(String::from).collect();
    Some(((letters.len() <= MAX_ADDRESSES).then_some(letters), tail))
}

/// Whether the scheme is written out and isn't that of files.
pub(super) fn is_elsewhere(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
            && !scheme.eq_ignore_ascii_case("file")
    })
}

/// The path of a `file:` address, or of any without a scheme if files are the default.
pub(super) fn path(address: &str, files_are_default: bool) -> Option<String> {
    let address = address.trim();
    let rest = match address.get(..FILE.len()) {
        Some(head) if head.eq_ignore_ascii_case(FILE) => address.get(FILE.len()..)?,
        _ if files_are_default && !is_elsewhere(address) => address,
        _ => return None,
    };
    let path = match rest.strip_prefix("//") {
        Some(behind) => match behind.find('/') {
            Some(slash) => behind.get(slash..)?,
            None => behind,
        },
        None => rest,
    };
    let path = path.split(['?', '#']).next()?;
    Some(decoded(path))
}

const FILE: &str = "file:";

/// `%2e` as the byte that it means (RFC 3986, section 2.1).
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let escaped = match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        match escaped {
            Some(escaped) => {
                bytes.push(escaped);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `-o 'x#1'`: what the glob of that number means is put in.
pub(super) fn output(value: Value<'_>) -> super::super::shell::ShellWord {
    let mut word = value.word();
    let mut text = String::with_capacity(word.text.len());
    let mut letters = word.text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '#' && letters.peek().is_some_and(char::is_ascii_digit) {
            while letters.next_if(char::is_ascii_digit).is_some() {}
            text.push('*');
            word.glob = true;
        } else {
            text.push(letter);
        }
    }
    word.text = text;
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_expanded_as_curl_does() {
        for (text, want) in [
            ("a", Some(vec!["a"])),
            ("{a,b}c", Some(vec!["ac", "bc"])),
            ("[a-c]", Some(vec!["a", "b", "c"])),
            ("[08-10]", Some(vec!["08", "09", "10"])),
            ("[0-4:2]x", Some(vec!["0x", "2x", "4x"])),
            ("{a,b}[1-2]", Some(vec!["a1", "a2", "b1", "b2"])),
            ("[a", Some(vec!["[a"])),
            ("[0-99999999999]", None),
            ("[a-z][a-z]", None),
        ] {
            let got = expanded(text);
            let want = want.map(|all| all.into_iter().map(str::to_owned).collect());
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn the_path_of_a_file_is_found_in_any_spelling() {
        for (address, want) in [
            ("file:///w/.env", Some("/w/.env")),
            ("FILE:/w/.env", Some("/w/.env")),
            ("file://localhost/w/%2eenv", Some("/w/.env")),
            ("file:///w/.env#x", Some("/w/.env")),
            ("file:///w/.env?x", Some("/w/.env")),
            ("file:///w/src%2f..%2f.env", Some("/w/src/../.env")),
            ("file:///w/%zz%2", Some("/w/%zz%2")),
            ("http://h/.env", None),
            ("h/.env", None),
        ] {
            assert_eq!(path(address, false).as_deref(), want, "{address}");
        }
        assert_eq!(path("/w/.env", true).as_deref(), Some("/w/.env"));
        assert_eq!(path("http://h/.env", true), None);
    }
}
