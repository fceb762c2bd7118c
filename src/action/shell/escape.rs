//! Backslash escapes (bash(1), "QUOTING"; `echo -e` and `printf` know the same ones).

/// The text between `$'` and `'`.
pub(super) fn ansi_c(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escape = if c == '\\' { chars.next() } else { None };
        let Some(escape) = escape else {
            push(&mut out, c);
            continue;
        };
        match escape {
            'a' => out.push(0x07),
            'b' => out.push(0x08),
            'e' | 'E' => out.push(0x1b),
            'f' => out.push(0x0c),
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            'v' => out.push(0x0b),
            '\\' | '\'' | '"' | '?' => push(&mut out, escape),
            'x' => match number(&mut chars, 16, 2, 0) {
                Some(value) => out.push(low_byte(value)),
                None => out.extend_from_slice(b"\\x"),
            },
            'u' => unicode(&mut out, number(&mut chars, 16, 4, 0)),
            'U' => unicode(&mut out, number(&mut chars, 16, 8, 0)),
            'c' => {
                if let Some(control) = chars.next() {
                    out.push(low_byte(u32::from(control)) & 0x1f);
                }
            }
            '0'..='7' => {
                let first = escape.to_digit(8).unwrap_or_default();
                let value = number(&mut chars, 8, 2, first).unwrap_or(first);
                out.push(low_byte(value));
            }
            other => {
                out.push(b'\\');
                push(&mut out, other);
            }
        }
    }
    // A NUL ends the string, as in C.
    let end = out.iter().position(|b| *b == 0).unwrap_or(out.len());
    out.truncate(end);
    String::from_utf8_lossy(&out).into_owned()
}

/// The script between backquotes: `\` keeps its meaning but before `` ` ``, `$` and itself
/// (and, inside double quotes, `"`).
pub(super) fn backquoted(text: &str, quoted: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let drops = match chars.peek() {
            Some('`' | '$' | '\\') => true,
            Some('"') => quoted,
            _ => false,
        };
        match c {
            '\\' if drops => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn unicode(out: &mut Vec<u8>, value: Option<u32>) {
    if let Some(c) = value.and_then(char::from_u32) {
        push(out, c);
    }
}

fn low_byte(value: u32) -> u8 {
    value.to_le_bytes()[0]
}

/// Up to `most` digits behind `first`; `None` if there is not one.
fn number(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    radix: u32,
    most: usize,
    first: u32,
) -> Option<u32> {
    let mut value = first;
    let mut found = false;
    for _ in 0..most {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else {
            break;
        };
        chars.next();
        found = true;
        value = value.wrapping_mul(radix).wrapping_add(digit);
    }
    found.then_some(value)
}
