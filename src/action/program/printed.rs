//! What a command would print, as far as its words tell.

use super::super::shell::ShellWord;
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
    match &*call.name {
        "echo" => Some(echo(&args)),
        "printf" => printf(&args),
        _ => None,
    }
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

fn echo(args: &[&str]) -> String {
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
    let (mut text, stopped) = if last == Some('e') {
        unescape(&text, true)
    } else {
        (text, false)
    };
    if !stopped && !options.iter().any(|word| word.contains('n')) {
        text.push('\n');
    }
    text
}

/// Backslash escapes as `echo -e` and `printf` know them; `\c` ends the output.
fn unescape(text: &str, echo: bool) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(letter) = chars.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let digits =
            |chars: &mut std::iter::Peekable<std::str::Chars<'_>>, radix: u32, most: usize| {
                let mut code = 0_u32;
                let mut count = 0;
                while count < most {
                    let Some(digit) = chars.peek().and_then(|letter| letter.to_digit(radix)) else {
                        break;
                    };
                    code = code.saturating_mul(radix).saturating_add(digit);
                    chars.next();
                    count += 1;
                }
                char::from_u32(code)
            };
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('a') => out.push('\u{7}'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('v') => out.push('\u{b}'),
            Some('e' | 'E') => out.push('\u{1b}'),
            Some('\\') => out.push('\\'),
            Some('c') => return (out, true),
            Some('x') => out.extend(digits(&mut chars, 16, 2)),
            Some('u') => out.extend(digits(&mut chars, 16, 4)),
            Some('U') => out.extend(digits(&mut chars, 16, 8)),
            Some('0') => out.extend(digits(&mut chars, 8, 3)),
            Some(first @ '1'..='7') if !echo => {
                let mut code = first.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let Some(digit) = chars.peek().and_then(|letter| letter.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + digit;
                    chars.next();
                }
                out.extend(char::from_u32(code));
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    (out, false)
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

fn printf(args: &[&str]) -> Option<String> {
    let args = match args {
        ["--", rest @ ..] => rest,
        // `-v NAME` prints nothing.
        ["-v", ..] => return None,
        args => args,
    };
    let (format, mut values) = args.split_first()?;
    let mut out = String::new();
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

/// One pass over the format. `None` for a conversion that isn't known, false after `\c`.
fn format_once(format: &str, values: &mut &[&str], out: &mut String) -> Option<bool> {
    let mut rest = format;
    while let Some((text, tail)) = rest.split_once('%') {
        let (text, stopped) = unescape(text, false);
        out.push_str(&text);
        if stopped {
            return Some(false);
        }
        let conversion = tail.chars().next()?;
        rest = tail.get(conversion.len_utf8()..)?;
        if conversion == '%' {
            out.push('%');
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
            's' => out.push_str(value),
            'b' => out.push_str(&unescape(value, true).0),
            'd' | 'i' => out.push_str(&value.parse::<i64>().ok()?.to_string()),
            'c' => out.extend(value.chars().next()),
            _ => return None,
        }
    }
    let (text, stopped) = unescape(rest, false);
    out.push_str(&text);
    Some(!stopped)
}
