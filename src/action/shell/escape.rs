//! Backslash escapes as bash 5.2 decodes them: `ansicstr` in its `lib/sh/strtrans.c`, and `tescape` in
//! `builtins/printf.def`.

/// Where a text has its escapes. What digits, quotes and `\c` mean depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::action) enum Escapes {
    /// `$'…'` and `${x@E}`
    Quoted,
    /// `echo -e`
    Echo,
    /// The format of `printf`.
    Format,
    /// The value of `%b` in a format of `printf`.
    Percent,
}

/// A text without its escapes. They can make bytes that are no UTF-8.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::action) struct Unescaped {
    pub(in crate::action) bytes: Vec<u8>,
    /// `\c` ended the output of the command.
    pub(in crate::action) stopped: bool,
}

/// The text between `$'` and `'`. A NUL ends it, as in C.
pub(super) fn ansi_c(text: &str) -> String {
    let mut bytes = unescaped(text, Escapes::Quoted).bytes;
    let end = bytes.iter().position(|byte| *byte == 0);
    bytes.truncate(end.unwrap_or(bytes.len()));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Decodes the escapes of a text.
pub(in crate::action) fn unescaped(text: &str, escapes: Escapes) -> Unescaped {
    let mut out = Unescaped::default();
    let mut rest = Rest(text.as_bytes());
    while let Some(byte) = rest.take() {
        let escape = if byte == b'\\' { rest.take() } else { None };
        let Some(escape) = escape else {
            out.bytes.push(byte);
            continue;
        };
        match escape {
            b'a' => out.bytes.push(0x07),
            b'b' => out.bytes.push(0x08),
            b'e' | b'E' => out.bytes.push(0x1b),
            b'f' => out.bytes.push(0x0c),
            b'n' => out.bytes.push(b'\n'),
            b'r' => out.bytes.push(b'\r'),
            b't' => out.bytes.push(b'\t'),
            b'v' => out.bytes.push(0x0b),
            b'\\' => out.bytes.push(b'\\'),
            b'\'' | b'"' | b'?' if matches!(escapes, Escapes::Quoted | Escapes::Format) => {
                out.bytes.push(escape);
            }
            b'x' => out.bytes.extend(rest.hexadecimal(escapes)),
            b'u' => rest.code_point(&mut out.bytes, escape, 4),
            b'U' => rest.code_point(&mut out.bytes, escape, 8),
            b'c' => match escapes {
                Escapes::Quoted => out.bytes.extend(rest.control()),
                Escapes::Format => out.bytes.extend_from_slice(b"\\c"),
                Escapes::Echo | Escapes::Percent => {
                    out.stopped = true;
                    return out;
                }
            },
            b'0'..=b'7' if escape == b'0' || escapes != Escapes::Echo => {
                out.bytes.push(rest.octal(escape, escapes));
            }
            other => out.bytes.extend([b'\\', other]),
        }
    }
    out
}

/// What is left of a text.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Takes the next byte if it is this one.
    fn takes(&mut self, byte: u8) -> bool {
        let is_it = self.0.first() == Some(&byte);
        if is_it {
            self.take();
        }
        is_it
    }

    /// The number of up to `most` digits, and how many there were.
    fn number(&mut self, radix: u32, most: usize) -> (u32, usize) {
        let mut value = 0_u32;
        let mut count = 0;
        while count < most
            && let Some(byte) = self.0.first()
            && let Some(digit) = char::from(*byte).to_digit(radix)
        {
            self.take();
            value = value.wrapping_mul(radix).wrapping_add(digit);
            count += 1;
        }
        (value, count)
    }

    /// Behind `\x`: two digits, of which the low byte counts. In `$'…'` a brace may be in front, and then any
    /// number of digits follows, and perhaps a closing brace.
    fn hexadecimal(&mut self, escapes: Escapes) -> Vec<u8> {
        if escapes == Escapes::Quoted && self.takes(b'{') {
            let (value, _) = self.number(16, usize::MAX);
            self.takes(b'}');
            return vec![low_byte(value)];
        }
        match self.number(16, 2) {
            (_, 0) => b"\\x".to_vec(),
            (value, _) => vec![low_byte(value)],
        }
    }

    /// Behind `\u` or `\U`: a character, also one that Unicode doesn't have.
    fn code_point(&mut self, out: &mut Vec<u8>, letter: u8, most: usize) {
        match self.number(16, most) {
            (_, 0) => out.extend([b'\\', letter]),
            (value, _) => push_code_point(out, value),
        }
    }

    /// Behind the first octal digit. A leading 0 doesn't count where `echo -e` or `%b` reads it.
    fn octal(&mut self, first: u8, escapes: Escapes) -> u8 {
        let is_more = first == b'0' && matches!(escapes, Escapes::Echo | Escapes::Percent);
        let (value, count) = self.number(8, if is_more { 3 } else { 2 });
        let first = u32::from(first - b'0');
        low_byte((0..count).fold(first, |first, _| first * 8) + value)
    }

    /// Behind `\c` in `$'…'`: the control character of one byte. A backslash may be written twice.
    fn control(&mut self) -> Vec<u8> {
        let Some(byte) = self.take() else {
            return b"\\c".to_vec();
        };
        if byte == b'\\' {
            self.takes(b'\\');
        }
        vec![if byte == b'?' { 0x7f } else { byte & 0x1f }]
    }
}

/// UTF-8 as bash writes it: of up to 31 bits (`u32toutf8` in its `lib/sh/unicode.c`).
fn push_code_point(out: &mut Vec<u8>, value: u32) {
    let tail = |shift: u32| 0x80 | (low_byte(value >> shift) & 0x3f);
    let (head, tails) = match value {
        0..=0x7f => (low_byte(value), 0),
        0x80..=0x7ff => (0xc0 | low_byte(value >> 6), 1),
        0x800..=0xffff => (0xe0 | low_byte(value >> 12), 2),
        0x1_0000..=0x1f_ffff => (0xf0 | low_byte(value >> 18), 3),
        0x20_0000..=0x3ff_ffff => (0xf8 | low_byte(value >> 24), 4),
        0x400_0000..=0x7fff_ffff => (0xfc | low_byte(value >> 30), 5),
        0x8000_0000.. => return,
    };
    out.push(head);
    out.extend((0..tails).rev().map(|at| tail(6 * at)));
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

fn low_byte(value: u32) -> u8 {
    value.to_le_bytes()[0]
}
