//! Variables that are known to change nothing about a command.

use crate::action::shell::{Shell, ShellWord};

/// Variables that change nothing about what a command does, with the values for which that holds.
/// `docs/formats.md`, "Command patterns", says how a pack adds to them.
const VARIABLES: &[(&str, Values)] = &[
    ("CI", Values::Any),
    ("DEBIAN_FRONTEND", Values::Any),
    ("FORCE_COLOR", Values::Any),
    ("GIT_PAGER", Values::Cat),
    ("LANG", Values::Locale),
    ("NO_COLOR", Values::Any),
    ("PAGER", Values::Cat),
    ("TERM", Values::Name),
    ("TF_INPUT", Values::Any),
    ("TF_IN_AUTOMATION", Values::Any),
    ("TF_LOG", Values::Name),
    ("TZ", Values::TimeZone),
];

/// Beginnings of such names.
const BEGINNINGS: &[(&str, Values)] = &[("LC_", Values::Locale), ("TF_VAR_", Values::Any)];

/// The values of a variable. But for [`Self::Any`] a value must be known: programs print what they can't
/// read, and it may come from another variable of the environment.
#[derive(Debug, Clone, Copy)]
enum Values {
    Any,
    /// The pager that prints what it reads.
    Cat,
    /// A word that names no file.
    Name,
    /// A locale (locale(7)) in whose encoding each byte of an ASCII character is that character.
    /// In others a backslash may be half of a character, so that bash reads another script.
    Locale,
    /// A time zone (tzset(3)), and not the path of a file with one.
    TimeZone,
}

impl Values {
    fn has(self, value: Option<&str>) -> bool {
        match (self, value) {
            (Self::Any, _) => true,
            (_, None) => false,
            (Self::Cat, Some(value)) => value == "cat",
            (Self::Name, Some(value)) => value.bytes().all(is_of_name),
            (Self::Locale, Some(value)) => is_locale(value),
            (Self::TimeZone, Some(value)) => {
                let value = value.strip_prefix(':').unwrap_or(value);
                let is_of_zone = |byte| is_of_name(byte) || b"/+,<>".contains(&byte);
                value.bytes().all(is_of_zone) && !value.starts_with('/') && !value.contains("..")
            }
        }
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-".contains(&byte)
}

/// Languages whose locales have an encoding of several bytes if they name none.
const SEVERAL_BYTES: &[&str] = &["ja", "ko", "zh"];

fn is_locale(value: &str) -> bool {
    let (value, modifier) = value.split_once('@').unwrap_or((value, ""));
    let (locale, encoding) = match value.split_once('.') {
        Some((locale, encoding)) => (locale, Some(encoding)),
        None => (value, None),
    };
    let is_encoding = |encoding: &str| {
        let encoding = encoding.to_ascii_lowercase().replace('-', "");
        let part = encoding.strip_prefix("iso8859");
        encoding == "utf8" || part.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let are_names = [locale, modifier]
        .iter()
        .all(|it| it.bytes().all(is_of_name));
    are_names
        && match encoding {
            Some(encoding) => is_encoding(encoding),
            None => !SEVERAL_BYTES.iter().any(|language| {
                (locale.get(..language.len()))
                    .is_some_and(|beginning| beginning.eq_ignore_ascii_case(language))
            }),
        }
}

/// Variables that change nothing about which code of the project a tool runs, with the values for
/// which that holds.
const FOR_TOOLS: &[(&str, &[&str])] = &[
    ("APP_ENV", &["test", "testing"]),
    ("CARGO_INCREMENTAL", &["0", "1"]),
    ("CARGO_TERM_COLOR", &["always", "auto", "never"]),
    ("CGO_ENABLED", &["0", "1"]),
    ("CLICOLOR_FORCE", &["0", "1"]),
    ("DEBUG", &["0", "1", "false", "true"]),
    ("GO111MODULE", &["auto", "off", "on"]),
    ("GOARCH", &["386", "amd64", "arm", "arm64", "wasm"]),
    ("GOOS", &["darwin", "freebsd", "js", "linux", "windows"]),
    ("INSTA_UPDATE", &["always", "auto", "new", "no", "unseen"]),
    ("LOG_LEVEL", LEVELS),
    ("MIX_ENV", &["test"]),
    ("NEXT_TELEMETRY_DISABLED", &["1"]),
    ("NODE_ENV", &["test"]),
    ("NODE_NO_WARNINGS", &["1"]),
    ("PYTHONDONTWRITEBYTECODE", &["0", "1"]),
    ("PYTHONHASHSEED", &["0", "1", "42", "random"]),
    // A folder of the project's own sources, seen from where its tools run.
    ("PYTHONPATH", &[".", "./", "./src", "lib", "src"]),
    ("PYTHONUNBUFFERED", &["0", "1"]),
    ("RACK_ENV", &["test"]),
    ("RAILS_ENV", &["test"]),
    ("RUST_BACKTRACE", &["0", "1", "full"]),
    ("RUST_LOG", LEVELS),
    ("RUSTDOCFLAGS", &["-D warnings", "-Dwarnings"]),
    ("RUSTFLAGS", &["-D warnings", "-Dwarnings"]),
];

/// How much a program tells of what it does.
const LEVELS: &[&str] = &["debug", "error", "info", "off", "trace", "warn", "warning"];

/// Whether a variable with this value, where that is known, changes nothing about which code of the
/// project a tool runs.
pub(super) fn for_tools(name: &str, value: Option<&str>) -> bool {
    let known = FOR_TOOLS.iter().find(|(known, _)| *known == name);
    known.is_some_and(|(_, values)| value.is_some_and(|value| values.contains(&value)))
}

/// Whether an assignment of this value, where that is known, lifts no allow.
pub(super) fn variable(name: &str, value: Option<&str>) -> bool {
    let named = VARIABLES.iter().find(|(known, _)| *known == name);
    let begun = || {
        BEGINNINGS
            .iter()
            .find(|(beginning, _)| name.len() > beginning.len() && name.starts_with(beginning))
    };
    named
        .or_else(begun)
        .is_some_and(|(_, values)| values.has(value))
}

/// Whether a variable lifts no allow with the value that the line assigned to it.
pub(super) fn as_assigned(shell: &Shell, name: &str) -> bool {
    let value = shell.assigned(name);
    variable(name, value.as_ref().and_then(ShellWord::known))
}

/// Whether a variable lifts no allow with the value that the words of a builtin give to it. If they give
/// none, it keeps what it has.
pub(super) fn as_given(words: &[ShellWord], name: &str) -> bool {
    let value = |word: &ShellWord| {
        let (given, value) = word.text.split_once('=')?;
        let known = (!word.dynamic).then(|| value.to_owned());
        match given.strip_suffix('+') {
            Some(given) => (given == name).then_some(None),
            None => (given == name).then_some(known),
        }
    };
    match words.iter().rev().find_map(value) {
        Some(value) => variable(name, value.as_deref()),
        None => variable(name, Some("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_harmless_with_the_values_that_are() {
        let harmless = [
            "CI=true",
            "CI=1",
            "CI=",
            "NO_COLOR=1",
            "PAGER=cat",
            "GIT_PAGER=cat",
            "TERM=xterm-256color",
            "TF_LOG=debug",
            "TZ=UTC",
            "TZ=America/New_York",
            "TZ=<+03>-3",
            "LANG=C",
            "LANG=C.UTF-8",
            "LC_ALL=POSIX",
            "LC_ALL=",
            "LC_ALL=en_US.utf8",
            "LANG=de_DE",
            "LC_CTYPE=zh_CN.UTF-8",
            "LC_ALL=fr_FR.ISO-8859-1",
            "LC_ALL=de_DE@euro",
            "LC_ALL=sr_RS.UTF-8@latin",
            "TZ=:UTC",
            "TF_VAR_a=/etc/passwd",
        ];
        let others = [
            "LC_ALL=zh_CN.GBK",
            "LANG=zh_CN.GB18030",
            "LC_CTYPE=zh_TW",
            "LANG=ja_JP.SJIS",
            "LC_ALL=JA",
            "LC_ALL=C.iso8859/zh_CN.GBK",
            "LC_ALL=/tmp/x",
            "LANG=../x.UTF-8",
            "PAGER=",
            "PAGER=less",
            "GIT_PAGER=cat x",
            "TERM=../../x",
            "TZ=/etc/passwd",
            "TZ=:/x",
            "LC_ALL=de_DE@/tmp/x",
            "TZ=a/../../b",
            "TERM=a b",
            "TF_VAR_=1",
            "LC_=C",
            "LD_PRELOAD=x",
            "PATH=C",
        ];
        let check = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap();
            variable(name, Some(value))
        };
        for pair in harmless {
            assert!(check(pair), "{pair}");
        }
        for pair in others {
            assert!(!check(pair), "{pair}");
        }
        assert!(variable("TF_VAR_a", None));
        assert!(variable("CI", None));
        assert!(!variable("TF_LOG", None));
    }
}
