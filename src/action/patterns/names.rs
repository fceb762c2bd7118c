//! Names that a file system takes for the same, and names that programs give to copies.

/// Copies of copies that are looked through.
const MAX_COPIES: usize = 4;

/// Ends that programs and people give to a copy of a file.
const COPY_ENDS: &[&str] = &[
    ".backup", ".bak", ".bkp", ".copy", ".old", ".orig", ".rej", ".save", ".saved", ".tmp", "~",
];

/// The file that would be opened in the end, of a folded path.
///
/// Windows ignores dots and spaces at a segment's end (Microsoft, "Naming Files, Paths, and
/// Namespaces"); NTFS reads `name:stream` and `name:stream:type` as a part of `name`, with
/// `::$DATA` and `::$INDEX_ALLOCATION` the whole of it ("File Streams"); tools trim line ends.
pub(super) fn plain(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    for (index, segment) in folded.split('/').enumerate() {
        match index {
            0 if is_drive(segment) => out.push_str(segment),
            0 => out.push_str(significant(segment)),
            _ => {
                out.push('/');
                out.push_str(significant(segment));
            }
        }
    }
    out
}

fn is_drive(segment: &str) -> bool {
    matches!(segment.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

/// A segment without its stream and its padding.
pub(super) fn significant(segment: &str) -> &str {
    let name = match segment.split_once(':') {
        Some((name, _)) if !name.is_empty() => name,
        _ => segment,
    };
    name.trim_end_matches(|c| u8::try_from(c).is_ok_and(is_padding))
}

/// Dots, white space and control characters.
pub(super) fn is_padding(byte: u8) -> bool {
    byte == b'.' || byte <= b' '
}

/// The name of the file that a file with this folded name is a copy of: an editor's backup
/// (`x~`, `x.~1~`), swap (`.x.swp`), undo (`.x.un~`), autosave (`#x#`) or lock file (`.#x`),
/// or what people make (`x.bak`).
pub(super) fn original(name: &str) -> Option<&str> {
    let mut found = None;
    for _ in 0..MAX_COPIES {
        match copied(found.unwrap_or(name)).filter(|name| !name.is_empty()) {
            Some(name) => found = Some(name),
            None => break,
        }
    }
    found
}

fn copied(name: &str) -> Option<&str> {
    if let Some(inner) = name.strip_prefix('#').and_then(|it| it.strip_suffix('#')) {
        return Some(inner);
    }
    if let Some(locked) = name.strip_prefix(".#") {
        return Some(locked);
    }
    if let Some(swapped) = swapped(name).or_else(|| name.strip_suffix(".un~")) {
        // Vim puts a dot in front, unless there is one already.
        let visible = swapped.strip_prefix('.').filter(|it| it.contains('.'));
        return Some(visible.unwrap_or(swapped));
    }
    if let Some(numbered) = name.strip_suffix('~').and_then(|it| it.rsplit_once(".~")) {
        return Some(numbered.0);
    }
    COPY_ENDS.iter().find_map(|end| name.strip_suffix(end))
}

/// Before `.swp`, `.swo`, … `.saa` (Vim, `:help swap-file`).
fn swapped(name: &str) -> Option<&str> {
    let (before, end) = name.rsplit_once('.')?;
    let is_swap = matches!(end.as_bytes(), [b's', b'a'..=b'w', b'a'..=b'z']);
    is_swap.then_some(before)
}

/// Whether a segment of `path` may be a short name that NTFS made of a longer one, such as
/// `GITHUB~1` of `.github`.
#[must_use]
pub fn may_be_short(path: &str) -> bool {
    path.contains('~')
        && path
            .split('/')
            .any(|segment| Short::read(segment).is_some())
}

/// A short name: up to six characters, `~`, a number, and up to three characters of the
/// extension ("fsutil 8dot3name").
pub(super) struct Short<'a> {
    base: &'a str,
    extension: &'a str,
}

impl<'a> Short<'a> {
    pub(super) fn read(segment: &'a str) -> Option<Self> {
        let (name, extension) = segment.split_once('.').unwrap_or((segment, ""));
        let (base, number) = name.split_once('~')?;
        let is_short = (1..=6).contains(&base.chars().count())
            && (1..=6).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && extension.chars().count() <= 3
            && !extension.contains(['.', '~'])
            && !base.contains(['*', '?', '[', ' ']);
        is_short.then_some(Self { base, extension })
    }

    /// How the long name begins, dots in front and between left out: the base itself and,
    /// where the end may be a hash (after four names with the same base), its first two.
    pub(super) fn beginnings(&self) -> Vec<&'a str> {
        let mut all = vec![self.base];
        let hash = self.base.get(2..);
        if let Some(hash) = hash.filter(|it| it.len() == 4)
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            all.extend(self.base.get(..2));
        }
        all
    }

    /// How the long name's extension begins, or, if it is short, what it is.
    pub(super) fn extension(&self) -> &'a str {
        self.extension
    }
}
