//! Files outside the workspace that a pack names by their whole paths.

use globset::{GlobBuilder, GlobMatcher};

use super::error::{PatternError, each};
use super::glob::MAX_PATTERN_BYTES;
use crate::action::facts::{Anchor, Certainty, PathAccess};

/// Globs over whole paths, such as `/usr/include/**` or `~/.claude/plans/*.md`.
///
/// `*` stays within a segment and does not take in a leading dot; `**` spans any names. `~/` is the
/// home directory of any user, as `~` or as a path below `/home`, `/Users`, `/root` and others like them.
/// Letter case counts.
#[derive(Debug, Clone, Default)]
pub struct PlacePatterns(Vec<Place>);

#[derive(Debug, Clone)]
struct Place {
    /// The path begins at a home directory.
    at_home: bool,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone)]
enum Segment {
    /// `**`
    Deep,
    Constant(String),
    Glob(GlobMatcher),
}

/// How a path must be written so that its beginning is certainly known.
const HOME: &[&str] = &["~/", "$HOME/", "${HOME}/"];
/// Directories whose entries are home directories (hier(7); macOS; FreeBSD; Solaris).
const HOMES: &[&[&str]] = &[
    &["home"],
    &["Users"],
    &["export", "home"],
    &["usr", "home"],
    &["var", "home"],
];
/// Home directories of the superuser (Linux; macOS).
const ROOT_HOMES: &[&[&str]] = &[&["root"], &["var", "root"]];
/// What begins a part of a path that is no constant.
const GLOB: [char; 5] = ['*', '?', '[', '{', '\\'];

impl PlacePatterns {
    /// Compiles `patterns`.
    ///
    /// # Errors
    /// Naming the first pattern that is relative, begins with a wildcard, climbs or isn't a glob.
    pub fn new(patterns: &[impl AsRef<str>]) -> Result<Self, PatternError> {
        each(patterns, compile).map(Self)
    }

    /// Whether the patterns name all that an access outside the workspace touches: the file, or
    /// whatever a glob or a walk finds. Takes the work off `steps`; when they end, nothing is named.
    #[must_use]
    pub fn name(&self, access: &PathAccess, steps: &mut usize) -> bool {
        if self.0.is_empty() || !is_whole(access) {
            return false;
        }
        let segments: Vec<&str> = access.path.split('/').collect();
        let constant = segments.iter().take_while(|it| !it.contains(GLOB)).count();
        // The name of one file may hold such characters.
        let open = access.certainty == Certainty::Possible && constant < segments.len();
        let known = match open {
            true => segments.get(..constant).unwrap_or_default(),
            false => segments.as_slice(),
        };
        self.0.iter().any(|place| {
            let rest = match place.at_home {
                true => home(known).and_then(|length| known.get(length..)),
                false => Some(known),
            };
            rest.is_some_and(|rest| {
                let cost = place.segments.len().saturating_mul(rest.len() + 1);
                *steps = steps.saturating_sub(cost);
                *steps > 0 && covers(&place.segments, rest, open)
            })
        })
    }
}

/// Whether the whole path of the access is known from its text alone. A `..` behind a symbolic link
/// leads elsewhere, and so does a link of `/proc`.
fn is_whole(access: &PathAccess) -> bool {
    let written = access.written.as_str();
    let at_home = HOME.iter().any(|home| written.starts_with(home));
    let begins = match at_home {
        true => access.path.starts_with("~/"),
        false => written.starts_with('/'),
    };
    access.anchor == Anchor::AnyDirectory
        && !access.device
        && begins
        && !written.contains("/proc")
        && !written.split(['/', '\\']).any(|segment| segment == "..")
}

/// How many segments of a path are a home directory.
fn home(path: &[&str]) -> Option<usize> {
    let first = *path.first()?;
    if first.starts_with('~') {
        return Some(1);
    }
    if let Some(root) = ROOT_HOMES.iter().find(|root| path.starts_with(root)) {
        return Some(root.len());
    }
    let homes = HOMES.iter().find(|homes| path.starts_with(homes))?;
    let user = *path.get(homes.len())?;
    (!user.starts_with('.')).then_some(homes.len() + 1)
}

fn compile(pattern: &str) -> Result<Place, String> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(format!("is longer than {MAX_PATTERN_BYTES} bytes"));
    }
    let (at_home, rest) = match (pattern.strip_prefix("~/"), pattern.strip_prefix('/')) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => {
            return Err(
                "is relative; write the whole path, such as `/usr/include/**` or `~/.claude/plans/**`"
                    .to_owned(),
            );
        }
    };
    let mut segments = Vec::new();
    for name in rest.split('/').filter(|it| !matches!(*it, "" | ".")) {
        if name == ".." {
            return Err("climbs with `..`, so it names nothing".to_owned());
        }
        if segments.is_empty() && name.contains(GLOB) {
            return Err("begins with a wildcard, so it names files of the system".to_owned());
        }
        segments.push(segment(name)?);
    }
    match segments.is_empty() {
        true => Err("names a whole file system or home directory".to_owned()),
        false => Ok(Place { at_home, segments }),
    }
}

fn segment(name: &str) -> Result<Segment, String> {
    if name == "**" {
        return Ok(Segment::Deep);
    }
    if !name.contains(GLOB) {
        return Ok(Segment::Constant(name.to_owned()));
    }
    let glob = GlobBuilder::new(name).backslash_escape(false).build();
    let glob = glob.map_err(|error| format!("is not a glob: {}", error.kind()))?;
    Ok(Segment::Glob(glob.compile_matcher()))
}

impl Segment {
    fn takes(&self, name: &str) -> bool {
        match self {
            Self::Deep => true,
            Self::Constant(constant) => constant == name,
            Self::Glob(glob) => !name.starts_with('.') && glob.is_match(name),
        }
    }
}

/// Whether the pattern matches `path`, or all that lies below it if it is `open`.
fn covers(pattern: &[Segment], path: &[&str], open: bool) -> bool {
    // The places in the pattern at which the rest of the path may begin.
    let mut at = vec![false; pattern.len() + 1];
    at.first_mut().into_iter().for_each(|first| *first = true);
    skip_deep(pattern, &mut at);
    for name in path {
        let mut next = vec![false; at.len()];
        for (index, segment) in pattern.iter().enumerate() {
            if at.get(index) == Some(&true) && segment.takes(name) {
                let to = index + usize::from(!matches!(segment, Segment::Deep));
                next.get_mut(to).into_iter().for_each(|it| *it = true);
            }
        }
        skip_deep(pattern, &mut next);
        at = next;
    }
    match open {
        // Whatever the names below are, only a `**` at the end takes them in.
        true => {
            matches!(pattern.last(), Some(Segment::Deep))
                && at.get(pattern.len() - 1) == Some(&true)
        }
        false => at.last() == Some(&true),
    }
}

/// `**` may span no name.
fn skip_deep(pattern: &[Segment], at: &mut [bool]) {
    for (index, segment) in pattern.iter().enumerate() {
        if matches!(segment, Segment::Deep) && at.get(index) == Some(&true) {
            at.get_mut(index + 1).into_iter().for_each(|it| *it = true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::patterns::MAX_MATCHING_STEPS;

    fn access(written: &str, path: &str, certainty: Certainty) -> PathAccess {
        PathAccess {
            anchor: Anchor::AnyDirectory,
            certainty,
            command: None,
            device: false,
            made_before: false,
            outside_workspace: true,
            own_kind: false,
            path: path.to_owned(),
            root: None,
            search: None,
            via: "read_file".to_owned(),
            whole: false,
            written: written.to_owned(),
        }
    }

    fn name(pattern: &str, written: &str, certainty: Certainty) -> bool {
        let patterns = PlacePatterns::new(&[pattern]).unwrap();
        let path = written.trim_start_matches('/').replace("$HOME", "~");
        let mut steps = MAX_MATCHING_STEPS;
        patterns.name(&access(written, &path, certainty), &mut steps)
    }

    #[test]
    fn a_pattern_names_one_file_or_all_below_a_folder() {
        use Certainty::{Certain, Possible};
        let rows = [
            ("/usr/include/**", "/usr/include/stdio.h", Certain, true),
            ("/usr/include/**", "/usr/include", Certain, true),
            ("/usr/include/**", "/usr/include/.x/y", Certain, true),
            ("/usr/include/**", "/usr/includes/x", Certain, false),
            ("/usr/include/**", "/usr/Include/x", Certain, false),
            ("/usr/include/**", "/x/usr/include/y", Certain, false),
            ("/usr/include/**", "/usr/include/*.h", Possible, true),
            ("/usr/include/**", "/usr/include/**", Possible, true),
            ("/usr/include/**", "/usr/*/x", Possible, false),
            ("/usr/include/**", "/usr/**", Possible, false),
            ("/usr/include/**", "/usr/{include,lib}/x", Possible, false),
            ("/usr/include/*", "/usr/include/*", Possible, false),
            ("/usr/include/*", "/usr/include/a", Certain, true),
            ("/usr/include/*", "/usr/include/.a", Certain, false),
            ("/usr/include/*", "/usr/include/a/b", Certain, false),
            ("/usr/include/*.h", "/usr/include/a.c", Certain, false),
            ("/opt/**/doc/**", "/opt/a/b/doc/c", Certain, true),
            ("/opt/**/doc/**", "/opt/a/b/docs/c", Certain, false),
            ("/opt/**/doc/**", "/opt/a/**", Possible, false),
            ("/opt/**/doc/**", "/opt/a/doc/**", Possible, true),
            ("~/.claude/plans/*", "~/.claude/plans/a.md", Certain, true),
            (
                "~/.claude/plans/*",
                "$HOME/.claude/plans/a.md",
                Certain,
                true,
            ),
            (
                "~/.claude/plans/*",
                "/home/dev/.claude/plans/a",
                Certain,
                true,
            ),
            (
                "~/.claude/plans/*",
                "/Users/dev/.claude/plans/a",
                Certain,
                true,
            ),
            ("~/.claude/plans/*", "/root/.claude/plans/a", Certain, true),
            ("~/.claude/plans/*", "/home/.claude/plans/a", Certain, false),
            (
                "~/.claude/plans/*",
                "/srv/dev/.claude/plans/a",
                Certain,
                false,
            ),
            (
                "~/.claude/plans/*",
                "/home/a/b/.claude/plans/a",
                Certain,
                false,
            ),
            ("~/.claude/plans/*", ".claude/plans/a", Certain, false),
            (
                "/usr/include/**",
                "/usr/include/../../etc/x",
                Certain,
                false,
            ),
            (
                "/usr/include/**",
                "/proc/self/cwd/usr/include/x",
                Certain,
                false,
            ),
            // A file whose name holds a star.
            ("/usr/include/*", "/usr/include/a*", Certain, true),
        ];
        for (pattern, written, certainty, want) in rows {
            let found = name(pattern, written, certainty);
            assert_eq!(found, want, "{pattern} for {written} ({certainty:?})");
        }
    }

    #[test]
    fn a_pattern_that_names_too_much_is_refused() {
        for pattern in [
            "*", "**", "/", "~", "~/", "/**", "~/**", "/*/x", "src/**", "", "/a/../b", "/a/[",
        ] {
            assert!(PlacePatterns::new(&[pattern]).is_err(), "{pattern}");
        }
        let longest = format!("/{}", "a".repeat(MAX_PATTERN_BYTES - 1));
        assert!(PlacePatterns::new(&[&longest]).is_ok());
        assert!(PlacePatterns::new(&[longest + "a"]).is_err());
    }

    #[test]
    fn nothing_is_named_once_the_steps_have_ended() {
        let patterns = PlacePatterns::new(&["/usr/include/**"]).unwrap();
        let access = access("/usr/include/x", "usr/include/x", Certainty::Certain);
        // Three segments of the pattern, at four places of the path.
        let (mut enough, mut few) = (13, 12);
        assert!(patterns.name(&access, &mut enough));
        assert!(!patterns.name(&access, &mut few));
    }
}
