//! What a command would print, as far as its words tell.

use super::super::shell::{Escapes, ShellWord, Unescaped, unescaped};
use super::call::Call;

/// The text that `echo` or `printf` would print, if it is wholly known.
///
/// Follows bash's builtins (bash(1)): `echo -n -e -E`, `printf` with `%s`, `%b`, `%d`, `%%`.
#[must_use]
pub fn constant_output(words: &[ShellWord]) -> Option<String> {
    let program = words.first()?.text.as_bytes();
    // The last letter of a name of either, or of `.exe`.
    if !matches!(program.last()?, b'o' | b'O' | b'f' | b'F' | b'e' | b'E') {
        return None;
    }
    let call = Call::new(words)?;
    if !matches!(&*call.name, "echo" | "printf") {
        return None;
    }
    if call.by_path && !words.first()?.text.starts_with(['/']) {
        return None;
    }
    let args: Vec<&str> = call
        .args()
        .iter()
        .map(ShellWord::known)
        .collect::<Option<_>>()?;
    // The programs `/bin/echo` and `/usr/bin/printf` know other escapes than bash.
    if call.by_path && args.iter().any(|arg| arg.contains('\\')) {
        return None;
    }
    let bytes = match &*call.name {
        "echo" => echo(&args),
        "printf" => printf(&args)?,
        _ => return None,
    };
    // Bash drops a NUL where it reads a script or a substitution.
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}

/// Programs that print their words, or a path that their words name.
const PRINTERS_OF_WORDS: [&str; 10] = [
    "which", "whence", "command", "type", "pwd", "git", "dirname", "basename", "realpath",
    "readlink",
];

/// What a program would print, as far as its words tell: good enough for a block, not for
/// an allow. `which terraform` prints some path of `terraform`.
#[must_use]
pub fn likely_output(words: &[ShellWord]) -> Option<String> {
    let call = Call::new(words)?;
    if !PRINTERS_OF_WORDS.contains(&&*call.name) {
        return None;
    }
    let args: Vec<&str> = call
        .args()
        .iter()
        .map(ShellWord::likely)
        .collect::<Option<_>>()?;
    let operands: Vec<&str> = args
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .copied()
        .collect();
    let text = match (&*call.name, operands.as_slice()) {
        ("which" | "whence", [program, ..]) => (*program).to_owned(),
        ("command", [program]) if matches!(args.first(), Some(&"-v" | &"-V")) => {
            (*program).to_owned()
        }
        ("type", [program]) if matches!(args.first(), Some(&"-p" | &"-P")) => (*program).to_owned(),
        ("pwd", []) => ".".to_owned(),
        ("git", ["rev-parse"]) if args.contains(&"--show-toplevel") => ".".to_owned(),
        ("dirname", [path]) => path
            .rsplit_once('/')
            .map_or(".", |(directory, _)| directory)
            .to_owned(),
        ("basename", [path]) => path.rsplit('/').next().unwrap_or(path).to_owned(),
        ("basename", [path, suffix]) => {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.strip_suffix(suffix).unwrap_or(name).to_owned()
        }
        ("realpath" | "readlink", [path]) => (*path).to_owned(),
        _ => return None,
    };
    Some(text)
}

fn echo(args: &[&str]) -> Vec<u8> {
    let is_option = |word: &&&str| {
        word.strip_prefix('-').is_some_and(|letters| {
            !letters.is_empty()
                && letters
                    .chars()
                    .all(|letter| matches!(letter, 'n' | 'e' | 'E'))
        })
    };
    let options: Vec<&&str> = args.iter().take_while(|word| is_option(word)).collect();
    let text = args.get(options.len()..).unwrap_or_default().join(" ");
    let last = options
        .iter()
        .flat_map(|word| word.chars())
        .rfind(|letter| matches!(letter, 'e' | 'E'));
    let mut printed = match last {
        Some('e') => unescaped(&text, Escapes::Echo),
        _ => Unescaped {
            bytes: text.into_bytes(),
            stopped: false,
        },
    };
    if !printed.stopped && !options.iter().any(|word| word.contains('n')) {
        printed.bytes.push(b'\n');
    }
    printed.bytes
}

/// The format of bash's `printf` and the words behind it.
#[must_use]
pub fn printf_format(args: &[ShellWord]) -> Option<(&ShellWord, &[ShellWord])> {
    let mut args = args;
    while let Some((first, rest)) = args.split_first() {
        args = match first.text.as_str() {
            "--" => return rest.split_first(),
            "-v" => rest.get(1..).unwrap_or_default(),
            text if text.starts_with("-v") => rest,
            _ => return Some((first, rest)),
        };
    }
    None
}

/// Whether a format holds `%n`, by which bash's `printf` assigns to a variable (bash(1)).
#[must_use]
pub fn printf_assigns(format: &str) -> bool {
    let mut rest = format;
    while let Some((_, tail)) = rest.split_once('%') {
        let flags = |c: char| c.is_ascii_digit() || "-+ #'*.hlLjqtzZ".contains(c);
        let conversion = tail.trim_start_matches(flags);
        if conversion.starts_with('n') {
            return true;
        }
        rest = match tail.strip_prefix('%') {
            Some(behind) => behind,
            None => tail,
        };
    }
    false
}

fn printf(args: &[&str]) -> Option<Vec<u8>> {
    let args = match args {
        ["--", rest @ ..] => rest,
        // `-v NAME` prints nothing, and `printf` refuses other options.
        [first, ..] if first.starts_with('-') && *first != "-" => return None,
        args => args,
    };
    let (format, mut values) = args.split_first()?;
    let mut out = Vec::new();
    loop {
        let before = values.len();
        if !format_once(format, &mut values, &mut out)?
            || values.is_empty()
            || values.len() == before
        {
            return Some(out);
        }
        if out.len() > super::super::limits::MAX_COMMAND_BYTES {
            return None;
        }
    }
}

/// One pass over the format. `None` for a conversion that isn't known, false behind `\c`.
fn format_once(format: &str, values: &mut &[&str], out: &mut Vec<u8>) -> Option<bool> {
    let mut rest = format;
    while let Some((text, tail)) = rest.split_once('%') {
        out.extend(unescaped(text, Escapes::Format).bytes);
        let conversion = tail.chars().next()?;
        rest = tail.get(conversion.len_utf8()..)?;
        if conversion == '%' {
            out.push(b'%');
            continue;
        }
        let value = match values.split_first() {
            Some((value, others)) => {
                *values = others;
                *value
            }
            None => "",
        };
        match conversion {
            's' => out.extend_from_slice(value.as_bytes()),
            'b' => {
                let printed = unescaped(value, Escapes::Percent);
                out.extend(printed.bytes);
                if printed.stopped {
                    return Some(false);
                }
            }
            // A leading 0 makes a number octal.
            'd' | 'i' if !has_leading_zero(value) => {
                out.extend(value.parse::<i64>().ok()?.to_string().into_bytes());
            }
            // Of a text it takes one byte, and of none a NUL.
            'c' => out.push(*value.as_bytes().first()?),
            _ => return None,
        }
    }
    out.extend(unescaped(rest, Escapes::Format).bytes);
    Some(true)
}

fn has_leading_zero(number: &str) -> bool {
    let digits = number.trim_start_matches(['-', '+']);
    digits.len() > 1 && digits.starts_with('0')
}
