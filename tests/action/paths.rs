//! Which path would be touched, and which patterns it matches.

use std::fs;

use cavra::action::Place;
use cavra::action::facts::Anchor;
use cavra::action::path::Resolver;
use cavra::action::patterns::PathPatterns;
use proptest::prelude::*;
use proptest::sample::select;

fn place(cwd: &str, root: &str) -> Place {
    let given = |text: &str| (text != "-").then(|| text.to_owned());
    Place {
        cwd: given(cwd),
        workspace_root: given(root),
        root_named: false,
        workspace_roots: Vec::new(),
        current_branch: None,
    }
}

/// Lines of a table, columns apart by `|`.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(format!("tests/data/paths/{name}")).unwrap();
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            line.split(" | ")
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

fn hits(patterns: &PathPatterns, path: &str, anchor: Anchor) -> Vec<u32> {
    let mut hits = Vec::new();
    patterns.matches(path, anchor, &mut hits);
    hits
}

fn possible(patterns: &PathPatterns, glob: &str, anchor: Anchor) -> Vec<u32> {
    let mut hits = Vec::new();
    patterns.may_match(glob, anchor, &mut hits);
    hits
}

#[test]
fn paths_resolve_as_the_table_says() {
    let rows = table("resolve.txt");
    assert!(rows.len() > 50);
    let mut wrong = Vec::new();
    for row in rows {
        let [written, cwd, root, path, anchor, outside] = row.as_slice() else {
            panic!("not a row: {row:?}");
        };
        let resolver = Resolver::new(&place(cwd, root)).unwrap();
        let found = resolver.resolve(written, &resolver.start()).unwrap();
        let anchored = match found.anchor {
            Anchor::AnyDirectory => "any",
            Anchor::Workspace => "workspace",
        };
        let lies = if found.outside_workspace {
            "outside"
        } else {
            "-"
        };
        let shown = if found.path.is_empty() {
            "''"
        } else {
            &found.path
        };
        let got = [shown, anchored, lies].join(" | ");
        if got != [path.as_str(), anchor, outside].join(" | ") {
            wrong.push(format!("{written} | {cwd} | {root} | {got}"));
        }
        assert!(!found.unknown_base);
    }
    assert!(wrong.is_empty(), "found instead:\n{}", wrong.join("\n"));
}

#[test]
fn patterns_match_as_the_table_says() {
    let rows = table("match.txt");
    assert!(rows.len() > 100);
    for row in rows {
        let [pattern, written, want] = row.as_slice() else {
            panic!("not a row: {row:?}");
        };
        let patterns = PathPatterns::new(&[pattern]).unwrap();
        let resolver = Resolver::new(&Place::default()).unwrap();
        let written = written.replace('␠', " ").replace('␤', "\n");
        let found = resolver.resolve(&written, &resolver.start()).unwrap();
        let matched = !hits(&patterns, &found.path, found.anchor).is_empty();
        assert_eq!(matched, want == "yes", "{row:?} as {found:?}");
    }
}

#[test]
fn globs_overlap_as_the_table_says() {
    let rows = table("overlap.txt");
    assert!(rows.len() > 20);
    for row in rows {
        let [pattern, glob, want] = row.as_slice() else {
            panic!("not a row: {row:?}");
        };
        let patterns = PathPatterns::new(&[pattern]).unwrap();
        let may = !possible(&patterns, glob, Anchor::Workspace).is_empty();
        assert_eq!(may, want == "yes", "{row:?}");
    }
}

#[test]
fn changing_directory_moves_relative_paths() {
    let resolver = Resolver::new(&place("/w/app", "/w")).unwrap();
    let start = resolver.start();
    let infra = resolver.change(&start, "../infra");
    assert_eq!(
        resolver.resolve("main.tf", &infra).unwrap().path,
        "infra/main.tf"
    );
    assert!(resolver.is_inside(&infra));
    let above = resolver.change(&infra, "../..");
    assert!(!resolver.is_inside(&above));
    let found = resolver.resolve("etc/passwd", &above).unwrap();
    assert!(found.outside_workspace);
    assert_eq!(found.anchor, Anchor::AnyDirectory);
}

#[test]
fn an_unknown_base_is_told() {
    use cavra::action::path::Base;
    let resolver = Resolver::new(&place("/w", "/w")).unwrap();
    let relative = resolver.resolve("policies/x", &Base::Unknown).unwrap();
    assert!(relative.unknown_base);
    assert_eq!(relative.anchor, Anchor::AnyDirectory);
    let absolute = resolver.resolve("/w/policies/x", &Base::Unknown).unwrap();
    assert!(!absolute.unknown_base);
    assert_eq!(absolute.path, "policies/x");
    assert_eq!(resolver.change(&Base::Unknown, "x"), Base::Unknown);
    assert_eq!(resolver.change(&Base::Unknown, "/w"), resolver.start());
    assert!(!resolver.is_inside(&Base::Unknown));
}

#[test]
fn what_is_no_path_names_the_field() {
    let resolver = Resolver::new(&Place::default()).unwrap();
    let long = "x".repeat(4097);
    let deep = "a/".repeat(300);
    for written in ["", "a\0b", "file:///a%00b", "file:///%ff", &long, &deep] {
        let error = resolver.resolve(written, &resolver.start()).unwrap_err();
        assert_eq!(error.field(), Some("target"), "{error}");
    }
    let error = Resolver::new(&place("a\0b", "-")).unwrap_err();
    assert_eq!(error.field(), Some("cwd"));
    let error = Resolver::new(&place("-", "a\0b")).unwrap_err();
    assert_eq!(error.field(), Some("workspace_root"));
}

#[test]
fn patterns_that_can_never_match_are_refused() {
    let cases = [
        "",
        "a/../b",
        "!a",
        "a[",
        "a[/b.c]d",
        "a[!/b]c",
        "a[+-9]",
        "a[!]b]",
        "[[:alpha:]]",
        "{a",
        "a}",
        "a\0",
        "/",
        "./",
    ];
    for bad in cases {
        let error = PathPatterns::new(&["ok", bad]).expect_err(bad);
        assert_eq!(error.index, 1, "{bad:?}: {error}");
    }
    assert!(PathPatterns::new(&["{a,b}".repeat(20)]).is_err());
    assert!(PathPatterns::new(&["x".repeat(2000)]).is_err());
}

#[test]
fn hits_are_ascending_unique_and_of_the_original_list() {
    let list = ["*.pem", ".env", "**", "**/.env", ".env", "{.env,.env.*}"];
    let patterns = PathPatterns::new(&list).unwrap();
    assert_eq!(
        hits(&patterns, "a/.env", Anchor::Workspace),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(
        possible(&patterns, "a/.en*v", Anchor::Workspace),
        [1, 2, 3, 4, 5]
    );
    assert!(PathPatterns::new(&[""; 0]).unwrap().is_empty());
}

/// What is too much to compare counts as overlapping, and costs no more than the limit.
#[test]
fn overlap_has_a_limit() {
    let list: Vec<String> = (0..200)
        .map(|n| format!("{}{n}", "*a?".repeat(100)))
        .collect();
    let patterns = PathPatterns::new(&list).unwrap();
    let small = possible(&patterns, "b", Anchor::Workspace);
    assert!(small.is_empty());
    let huge = possible(&patterns, &"*b?".repeat(1000), Anchor::Workspace);
    assert_eq!(huge.last(), Some(&199));
}

const NAMES: &[&str] = &[
    "a",
    "b",
    ".env",
    ".env.local",
    "policies",
    "main.tf",
    "secrets.yaml",
    "secrets.rs",
    "id_rsa",
    "id_rsa.pub",
    "x.pem",
    ".github",
    "workflows",
    "infra",
    "terraform.tfstate.backup",
    "ſ",
    "É",
];
const PATTERNS: &[&str] = &[
    ".env",
    "secrets.*",
    "*.pem",
    "id_rsa",
    "policies/**",
    ".github/workflows/**",
    "main.tf",
    "infra/*/main.tf",
    "**/infra/**",
    "a/b",
    "a/?",
    "terraform.tfstate",
    "**",
    "*/b",
    "[a-c]/*",
    "/a",
    "a/**/b",
    "{a,b}/x.pem",
    "~/a/**",
    "é/*",
];

fn segments() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(select(NAMES), 1..5)
}

/// Another spelling of the same relative path.
fn respell(path: &[&str], kinds: &[u8]) -> String {
    let mut out = String::new();
    for (segment, kind) in path.iter().zip(kinds.iter().cycle()) {
        match kind % 6 {
            0 => out.push_str("./"),
            1 => out.push_str("x/../"),
            2 => out.push_str("/."),
            3 => out.push_str("y//..//"),
            _ => {}
        }
        if out.starts_with('/') {
            out.insert(0, '.');
        }
        if kind % 6 == 2 {
            out.push('/');
        }
        match kind % 5 {
            0 => out.push_str(&segment.to_uppercase()),
            _ => out.push_str(segment),
        }
        out.push(if kind % 7 == 0 { '\\' } else { '/' });
    }
    out.pop();
    out
}

proptest! {
    #[test]
    fn resolving_is_idempotent(
        written in "[a-c./\\\\~:%$]{1,24}",
        cwd in select(&["-", "/w", "/w/a", "/x", "~"][..]),
        root in select(&["-", "/w", "/"][..]),
    ) {
        let resolver = Resolver::new(&place(cwd, root)).unwrap();
        let Ok(once) = resolver.resolve(&written, &resolver.start()) else { return Ok(()) };
        prop_assert!(!once.path.starts_with('/') && !once.path.ends_with('/'));
        let root_of = match (once.anchor, root) {
            (Anchor::Workspace, "/w") => "/w/",
            (Anchor::Workspace, _) => "./",
            (Anchor::AnyDirectory, _) => "/",
        };
        let again = resolver.resolve(&format!("{root_of}{}", once.path), &resolver.start()).unwrap();
        prop_assert_eq!(&again.path, &once.path);
    }

    #[test]
    fn equal_paths_hit_alike(path in segments(), kinds in prop::collection::vec(any::<u8>(), 1..6)) {
        let patterns = PathPatterns::new(PATTERNS).unwrap();
        let resolver = Resolver::new(&Place::default()).unwrap();
        let plain = resolver.resolve(&path.join("/"), &resolver.start()).unwrap();
        let other = respell(&path, &kinds);
        let spelled = resolver.resolve(&other, &resolver.start()).unwrap();
        prop_assert_eq!(
            hits(&patterns, &plain.path, plain.anchor),
            hits(&patterns, &spelled.path, spelled.anchor),
            "{}", other
        );
    }

    #[test]
    fn percent_encoding_hides_nothing(path in segments(), all in any::<bool>()) {
        let patterns = PathPatterns::new(PATTERNS).unwrap();
        let resolver = Resolver::new(&place("-", "/w")).unwrap();
        let plain = format!("/w/{}", path.join("/"));
        let encoded: String = plain
            .bytes()
            .map(|b| match b {
                b'/' => "/".to_owned(),
                _ if all || !b.is_ascii_alphanumeric() => format!("%{b:02X}"),
                _ => char::from(b).to_string(),
            })
            .collect();
        let one = resolver.resolve(&plain, &resolver.start()).unwrap();
        let other = resolver.resolve(&format!("file://{encoded}"), &resolver.start()).unwrap();
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(
            hits(&patterns, &one.path, one.anchor),
            hits(&patterns, &other.path, other.anchor)
        );
    }

    /// To take any directory for the root is to try each end of the path.
    #[test]
    fn any_directory_is_the_union_of_all_roots(path in segments()) {
        let patterns = PathPatterns::new(PATTERNS).unwrap();
        let mut union: Vec<u32> = (0..path.len())
            .flat_map(|from| hits(&patterns, &path[from..].join("/"), Anchor::Workspace))
            .collect();
        union.sort_unstable();
        union.dedup();
        prop_assert_eq!(hits(&patterns, &path.join("/"), Anchor::AnyDirectory), union);
    }

    /// Whatever a glob expands to, what the file hits the glob could hit.
    #[test]
    fn overlap_misses_nothing(
        path in segments(),
        kinds in prop::collection::vec(0_u8..6, 5),
        cut in 0_usize..5,
        any in any::<bool>(),
    ) {
        let patterns = PathPatterns::new(PATTERNS).unwrap();
        let mut glob: Vec<String> = Vec::new();
        for (segment, kind) in path.iter().zip(&kinds) {
            glob.push(generalise(segment, *kind));
        }
        if cut < glob.len() && cut > 0 {
            glob.truncate(cut);
            glob.push("**".to_owned());
        }
        let anchor = if any { Anchor::AnyDirectory } else { Anchor::Workspace };
        let glob = glob.join("/");
        let may = possible(&patterns, &glob, anchor);
        for hit in hits(&patterns, &path.join("/"), anchor) {
            prop_assert!(may.contains(&hit), "{} could be {:?}: {}", glob, path, PATTERNS[hit as usize]);
        }
    }
}

/// A glob that matches `segment`, as bash would match it.
fn generalise(segment: &str, kind: u8) -> String {
    let first = segment.chars().next().unwrap();
    let rest = &segment[first.len_utf8()..];
    match kind {
        0 => format!("{first}*"),
        1 if first != '.' => format!("*{rest}"),
        2 if first != '.' => format!("?{rest}"),
        3 if first != '.' => format!("[{first}z]{rest}"),
        4 if first != '.' => "*".to_owned(),
        5 => format!("{segment}*"),
        _ => segment.to_owned(),
    }
}
