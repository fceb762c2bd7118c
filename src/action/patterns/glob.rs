//! One glob, normalised, and as tokens that can be compared with another glob's.

use unicode_normalization::UnicodeNormalization as _;

/// Bytes of one path pattern.
pub(super) const MAX_PATTERN_BYTES: usize = 1024;
/// Patterns to which the braces of one pattern may expand.
const MAX_ALTERNATIVES: usize = 256;

/// One segment of a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// `**`: any number of segments, or none.
    Deep,
    /// A name.
    Name(Vec<Token>),
    /// One of these: the names that a short name may mean.
    OneOf(Vec<Vec<Token>>),
}

/// A part of a name in a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::action) enum Token {
    /// Exactly this character.
    Literal(char),
    /// One character of these ranges.
    Class(Vec<(char, char)>),
    /// Any one character.
    Any,
    /// Any text without a slash.
    Star,
    /// Any text without a slash and without a dot.
    Stem,
}

/// The spelling that is matched: `/` as the only separator, anchored, in lower case;
/// several where braces name several, so that each can be judged as a family.
pub(super) fn normalise(pattern: &str) -> Result<Vec<String>, String> {
    if pattern.is_empty() {
        return Err("is empty".to_owned());
    }
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(format!("is longer than {MAX_PATTERN_BYTES} bytes"));
    }
    if pattern.contains('\0') {
        return Err("holds a NUL byte".to_owned());
    }
    if pattern.starts_with('!') {
        return Err("begins with `!`; a pattern can't be negated".to_owned());
    }
    let mut alternatives = Vec::new();
    expand_braces(&fold(&pattern.replace('\\', "/")), &mut alternatives)?;
    alternatives.iter().map(|text| anchor(text)).collect()
}

/// Drops what says nothing (`./`, `//`, a leading `/`), and reads `dir/` as `dir/**` and
/// a home directory as one that may be anywhere.
fn anchor(pattern: &str) -> Result<String, String> {
    let at_home = pattern
        .strip_prefix("~/")
        .or_else(|| pattern.strip_prefix("$home/"));
    let (home, rest) = at_home.map_or((false, pattern), |rest| (true, rest));
    let mut segments: Vec<&str> = if home { vec!["**"] } else { Vec::new() };
    for segment in rest.split('/') {
        match segment {
            "" | "." => {}
            ".." => return Err("climbs with `..`, so it never matches".to_owned()),
            "**" if segments.last() == Some(&"**") => {}
            _ => {
                check_classes(segment)?;
                segments.push(segment);
            }
        }
    }
    if segments.is_empty() {
        return Err("names nothing".to_owned());
    }
    if rest.ends_with('/') && segments.last() != Some(&"**") {
        segments.push("**");
    }
    let anchored = pattern.starts_with('/') && segments.len() == 1;
    match segments.as_slice() {
        // `/x` is `x` at the root only; without a slash it would be `x` anywhere.
        [name] if anchored && *name != "**" => Ok(format!("/{name}")),
        _ => Ok(segments.join("/")),
    }
}

/// A slash is no member of a class (POSIX.1-2017, XCU 2.13.3): what overlaps is found out
/// segment by segment, and a match must agree with it.
fn check_classes(segment: &str) -> Result<(), &'static str> {
    let mut rest = segment;
    while let Some((_, text)) = rest.split_once('[') {
        let (token, after) = class(text).ok_or("has a `[` that its segment doesn't close")?;
        let takes_slash = |(low, high): &(char, char)| (*low..=*high).contains(&'/');
        if matches!(&token, Token::Class(ranges) if ranges.iter().any(takes_slash)) {
            return Err("has a `[…]` whose range takes in `/`, which no class matches");
        }
        if text.starts_with(['!', '^']) && text.get(1..2) == Some("]") {
            return Err("has a `[…]` of everything but `]`, which isn't supported");
        }
        let members = text.len() - after.len();
        let named = ["[:", "[.", "[="];
        if text
            .get(..members)
            .is_some_and(|members| named.iter().any(|name| members.contains(name)))
        {
            return Err("has a class by name, such as `[[:alpha:]]`, which is not supported");
        }
        rest = after;
    }
    Ok(())
}

/// The same glob, whose negated classes don't match a slash either.
pub(super) fn slash_free(glob: &str) -> String {
    let mut out = String::with_capacity(glob.len() + 1);
    let mut rest = glob;
    while let Some((before, text)) = rest.split_once('[') {
        out.push_str(before);
        out.push('[');
        let Some((_, after)) = class(text) else {
            rest = text;
            break;
        };
        let inside = text.strip_suffix(after).unwrap_or(text);
        match inside.strip_prefix(['!', '^']) {
            Some(members) => {
                out.push_str("!/");
                out.push_str(members);
            }
            None => out.push_str(inside),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The patterns to which `text` expands, one for each choice of its braces.
pub(in crate::action) fn expand_braces(text: &str, out: &mut Vec<String>) -> Result<(), String> {
    if out.len() >= MAX_ALTERNATIVES {
        return Err(format!(
            "has braces for more than {MAX_ALTERNATIVES} patterns"
        ));
    }
    let Some((before, inside, after)) = innermost_braces(text)? else {
        out.push(text.to_owned());
        return Ok(());
    };
    for choice in inside.split(',') {
        expand_braces(&format!("{before}{choice}{after}"), out)?;
    }
    Ok(())
}

/// The first pair of braces that holds no other, and the text around it.
fn innermost_braces(text: &str) -> Result<Option<(&str, &str, &str)>, String> {
    let Some(close) = text.find('}') else {
        return match text.contains('{') {
            true => Err("has a `{` that is never closed".to_owned()),
            false => Ok(None),
        };
    };
    let (head, tail) = text.split_at(close);
    let Some((before, inside)) = head.rsplit_once('{') else {
        return Err("has a `}` that was never opened".to_owned());
    };
    Ok(Some((
        before,
        inside,
        tail.strip_prefix('}').unwrap_or(tail),
    )))
}

/// Folds letter case as case-insensitive file systems do, through upper case (`ſ` is `S`),
/// composes what is decomposed (APFS and HFS+ take both for the same; Unicode Annex 15, NFC),
/// and drops the characters that HFS+ and a case-folding ext4 ignore.
pub(in crate::action) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfd()
        .filter(|c| !is_ignorable(*c))
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

/// `Default_Ignorable_Code_Point` (Unicode 16, DerivedCoreProperties), which ext4 leaves out
/// of names that it compares; HFS+ does so with a part of them (Apple TN1150).
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A folded glob as segments. What isn't understood is taken for more than it matches.
pub(super) fn segments(glob: &str) -> Vec<Segment> {
    glob.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| match segment {
            "**" => Segment::Deep,
            _ => Segment::Name(tokens(segment)),
        })
        .collect()
}

/// The parts of a folded glob, if `*` matches any text.
pub(in crate::action) fn tokens(name: &str) -> Vec<Token> {
    if has_extended_glob(name) {
        return vec![Token::Star];
    }
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name.chars();
    while let Some(c) = rest.next() {
        let token = match c {
            '*' if out.last() == Some(&Token::Star) => continue,
            '*' => Token::Star,
            '?' => Token::Any,
            '[' => match class(rest.as_str()) {
                Some((token, after)) => {
                    rest = after.chars();
                    token
                }
                None => Token::Literal(c),
            },
            _ => Token::Literal(c),
        };
        out.push(token);
    }
    out
}

/// `?(…)`, `*(…)`, `+(…)`, `@(…)`, `!(…)` (bash(1), Pattern Matching).
fn has_extended_glob(name: &str) -> bool {
    name.as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [b'?' | b'*' | b'+' | b'@' | b'!', b'(']))
}

/// A bracket expression after its `[`, and what follows it; none if it is never closed.
fn class(text: &str) -> Option<(Token, &str)> {
    let body = text.strip_prefix(['!', '^']).unwrap_or(text);
    // A `]` that comes first is a member.
    let first = body.chars().next().map_or(0, char::len_utf8);
    let end = first + body.get(first..)?.find(']')?;
    let (members, after) = (body.get(..end)?, body.get(end + 1..)?);
    if body.len() != text.len() {
        return Some((Token::Any, after));
    }
    if members.contains('[') {
        // `[[:alpha:]]` and others like it: any character, and perhaps a `]` left over.
        let after = after.strip_prefix(']').unwrap_or(after);
        return Some((Token::Any, after));
    }
    Some((Token::Class(ranges(members)), after))
}

fn ranges(members: &str) -> Vec<(char, char)> {
    let mut out = Vec::new();
    let mut rest = members.chars();
    while let Some(low) = rest.next() {
        let mut ahead = rest.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(high)) => {
                out.push((low, high));
                rest = ahead;
            }
            _ => out.push((low, low)),
        }
    }
    out
}
