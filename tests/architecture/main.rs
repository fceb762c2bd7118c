//! The shape of the source tree: who imports whom, which crates stay where, and that files are in
//! no large circles.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod circles;
mod document;
mod errors;
mod lengths;
mod names;
mod source;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use circles::circles;
use names::{Full, definer, named};
use source::{Modules, modules};
use table::{IMPORTS, NEVER, OUTSIDE};

/// Files in the largest circle that is allowed: two halves of one parser may call each other.
const MAX_CIRCLE: usize = 3;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The library's modules.
fn library() -> &'static Modules {
    static LIBRARY: LazyLock<Modules> = LazyLock::new(read_library);
    &LIBRARY
}

/// Reads them. The two lines of `main.rs` are a crate of their own.
fn read_library() -> Modules {
    let src = root().join("src");
    let texts: Vec<(String, String)> = sources(&src)
        .into_iter()
        .filter(|file| !file.ends_with("main.rs"))
        .map(|file| {
            let name = file.strip_prefix(&src).unwrap().to_str().unwrap();
            (name.to_owned(), fs::read_to_string(&file).unwrap())
        })
        .collect();
    assert!(texts.len() > 400, "only {} files were read", texts.len());
    modules(
        texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    )
}

/// The row that a file or module belongs to: the longest that it begins with.
fn row<'t>(rows: &[(&'t str, &[&str])], path: &str) -> Option<&'t str> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let inside = |row: &&str| {
        let rest = path.strip_prefix(*row);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let rows = rows.iter().map(|(row, _)| *row).filter(inside);
    rows.max_by_key(|row| row.len())
}

/// Every import that no row of `rows` allows, as `FILE: FOLDER`.
fn barred(modules: &Modules, rows: &[(&str, &[&str])]) -> BTreeSet<String> {
    let allowed: BTreeMap<&str, &[&str]> = rows.iter().copied().collect();
    let mut found = BTreeSet::new();
    for (at, module) in modules.iter().filter(|(at, _)| !at.is_empty()) {
        let own = row(rows, &module.file);
        for (path, _) in named(modules, at, module) {
            let Full::Inside(path) = path else { continue };
            let written = path.join("/");
            let defined = definer(modules, &path).map(|module| module.join("/"));
            for to in [Some(written), defined].into_iter().flatten() {
                let row = row(rows, &to);
                let inside = own.is_some() && row == own;
                let listed = own
                    .zip(row)
                    .is_some_and(|(own, to)| allowed[own].contains(&to));
                let to = row.map_or_else(|| first(&to), str::to_owned);
                let home = module.file.starts_with(&format!("{to}/"));
                let unlisted = own.is_none() && row.is_none() && home;
                if !(inside || listed || unlisted) {
                    found.insert(format!("{}: {to}", module.file));
                }
            }
        }
    }
    found
}

fn first(path: &str) -> String {
    path.split('/').next().unwrap().to_owned()
}

/// Every use of a name of `rows` in a folder that may not, as `FILE: NAME`.
fn outside(modules: &Modules, rows: &[(&str, &[&str])]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, module) in modules {
        for (path, _) in named(modules, at, module) {
            let Full::Outside(path) = path else { continue };
            for (name, folders) in rows {
                let may = folders.iter().map(|folder| (*folder, [].as_slice()));
                let may = row(&may.collect::<Vec<_>>(), &module.file).is_some();
                if !may && holds(&path, name) {
                    found.insert(format!("{}: {name}", module.file));
                }
            }
        }
    }
    found
}

/// Every use of a name in a folder that `rows` keep it out of, as `FILE: NAME`.
fn never(modules: &Modules, rows: &[(&str, &[&str])]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, module) in modules {
        let rows = rows
            .iter()
            .filter(|rule| row(&[**rule], &module.file).is_some());
        let names: Vec<&str> = rows.flat_map(|(_, names)| names.iter().copied()).collect();
        for (path, _) in named(modules, at, module) {
            let Full::Outside(path) = path else { continue };
            let held = names.iter().filter(|name| holds(&path, name));
            found.extend(held.map(|name| format!("{}: {name}", module.file)));
        }
    }
    found
}

/// Whether the segments of `name` follow each other in `path`; those of a crate at its beginning.
fn holds(path: &[String], name: &str) -> bool {
    let name: Vec<&str> = name.split("::").collect();
    let mut windows = path.windows(name.len());
    match name[0].starts_with(|first: char| first.is_lowercase()) {
        true => windows.next().is_some_and(|window| window == name),
        false => windows.any(|window| window == name),
    }
}

fn lines(found: impl IntoIterator<Item = String>) -> String {
    found.into_iter().collect::<Vec<_>>().join("\n")
}

#[test]
fn no_folder_imports_what_no_row_allows() {
    let found = barred(library(), IMPORTS);
    assert!(found.is_empty(), "{}", lines(found));
}

#[test]
fn every_row_is_a_folder_and_every_arrow_is_used() {
    let library = library();
    let mut used = BTreeSet::new();
    for (at, module) in library {
        for (path, _) in named(library, at, module) {
            let Full::Inside(path) = path else { continue };
            let written = path.join("/");
            let defined = definer(library, &path).map(|module| module.join("/"));
            for to in [Some(written), defined].into_iter().flatten() {
                used.insert((row(IMPORTS, &module.file), row(IMPORTS, &to)));
            }
        }
    }
    for (folder, others) in IMPORTS {
        let path = root().join("src").join(folder);
        assert!(
            path.is_dir() || path.with_extension("rs").is_file(),
            "{folder}"
        );
        for other in *others {
            assert!(
                used.contains(&(Some(folder), Some(other))),
                "`{folder}` doesn't import `{other}`: take it out of the table"
            );
        }
    }
}

#[test]
fn a_planted_import_is_found_however_it_is_written() {
    let rows: &[(&str, &[&str])] = &[("low", &[]), ("mid", &["low"]), ("top", &["mid"])];
    let base = [
        ("lib.rs", "mod low; mod mid; mod top; mod unlisted;"),
        ("low/mod.rs", "mod inner; pub struct Low;"),
        ("mid/mod.rs", "pub use crate::low::Low;"),
        ("top.rs", "use crate::mid; fn f() { mid::g() }"),
    ];
    assert!(barred(&modules(base), rows).is_empty());
    let planted = [
        "use crate::mid::Thing;",
        "use crate::{low::Low, mid::{self as other}};",
        "use super::super::mid::Thing;",
        "fn f(x: crate::mid::Thing) {}",
        "fn f() { println!(\"{}\", crate::mid::g(1)) }",
        "fn f() { super::super::mid::g() }",
        "#[serde(with = \"crate::mid::form\")] struct S;",
        "mod deeper { use super::super::super::mid::Thing; }",
        "fn f() { use crate::mid::Thing; }",
    ];
    for text in planted {
        let files = base.into_iter().chain([("low/inner.rs", text)]);
        let found = barred(&modules(files), rows);
        assert_eq!(lines(found), "low/inner.rs: mid", "{text}");
    }
    // By way of `mid`, `top` would get what is in `low`.
    let through = base
        .into_iter()
        .chain([("top/a.rs", "use crate::mid::Low;")]);
    assert_eq!(lines(barred(&modules(through), rows)), "top/a.rs: low");
    // A folder in no row may import nothing, and is imported by nobody.
    let new = base
        .into_iter()
        .chain([("unlisted.rs", "use crate::low::Low;")]);
    assert_eq!(lines(barred(&modules(new), rows)), "unlisted.rs: low");
    let new = base.into_iter().chain([
        ("unlisted.rs", "pub struct New;"),
        ("low/inner.rs", "use crate::unlisted::New;"),
    ]);
    assert_eq!(lines(barred(&modules(new), rows)), "low/inner.rs: unlisted");
}

#[test]
fn crates_and_system_calls_stay_where_they_belong() {
    let found = outside(library(), OUTSIDE);
    assert!(found.is_empty(), "{}", lines(found));
    let found = never(library(), NEVER);
    assert!(found.is_empty(), "{}", lines(found));
    let rows: &[(&str, &[&str])] = &[("std::fs", &["top"]), ("HashMap", &[]), ("println", &[])];
    let planted = modules([
        ("top.rs", "use std::fs;"),
        ("a.rs", "use std::{fs, io};"),
        ("b.rs", "use std::collections::HashMap;"),
        ("c.rs", "fn f() { println!(\"x\") }"),
        ("d.rs", "use std::fmt;"),
    ]);
    let found = lines(outside(&planted, rows));
    assert_eq!(found, "a.rs: std::fs\nb.rs: HashMap\nc.rs: println");
    let found = lines(never(&planted, &[("a", &["std::io"]), ("d", &["std::io"])]));
    assert_eq!(found, "a.rs: std::io");
}

#[test]
fn no_circle_of_files_is_large() {
    let large = circles(library());
    let large = large.into_iter().filter(|circle| circle.len() > MAX_CIRCLE);
    let large = large.map(|circle| format!("{}: {}", circle.len(), circle.join(" ")));
    assert_eq!(lines(large), "");
}

#[test]
fn a_planted_circle_is_found() {
    let found = circles(&modules([
        ("lib.rs", "mod a; mod b;"),
        (
            "a/mod.rs",
            "mod one; mod two; pub use two::Two; pub struct A; fn f() { one::f() }",
        ),
        ("a/one.rs", "use super::A; use crate::b::B;"),
        ("a/two.rs", "pub struct Two; fn f() { super::one::f() }"),
        ("b.rs", "use crate::a::Two; pub struct B;"),
    ]));
    assert!(found.is_empty(), "`one` defines no `f`: {found:?}");
    let found = circles(&modules([
        ("lib.rs", "mod a; mod b;"),
        (
            "a/mod.rs",
            "mod one; mod two; pub use two::Two; pub struct A; fn f() { one::f() }",
        ),
        ("a/one.rs", "use super::A; use crate::b::B; pub fn f() {}"),
        ("a/two.rs", "pub struct Two; fn f() { super::one::f() }"),
        ("b.rs", "use crate::a::Two; pub struct B;"),
    ]));
    assert_eq!(found, [["a/one.rs", "a/two.rs", "b.rs"]]);
}

/// The names under `[dependencies]`.
fn dependencies(manifest: &Path) -> Vec<String> {
    let text = fs::read_to_string(manifest).unwrap();
    let table = text.split_once("\n[dependencies]\n").unwrap().1;
    let lines = table.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// The fuzz targets compile these folders by themselves, in a workspace that no other test
/// builds.
#[test]
fn fuzz_targets_have_the_crates_of_what_they_compile() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fuzz = dependencies(&root.join("fuzz/Cargo.toml"));
    let mut named = 0;
    for name in dependencies(&root.join("Cargo.toml")) {
        let path = format!("{}::", name.replace('-', "_"));
        // `nix::` is no part of `std::os::unix::`.
        let names = |text: String| {
            let found = text.match_indices(&path);
            let before = found.map(|(at, _)| text[..at].chars().next_back());
            let mut before = before.map(|c| c.is_some_and(|c| c.is_alphanumeric() || c == '_'));
            before.any(|is_inside| !is_inside)
        };
        let folders = [
            "action",
            "canonical",
            "change",
            "decision",
            "keys",
            "policy",
            "trust",
        ];
        let files = folders.map(|folder| sources(&root.join("src").join(folder)));
        let mut texts = files.iter().flatten().map(fs::read_to_string);
        if texts.any(|text| names(text.unwrap())) {
            assert!(fuzz.contains(&name), "`fuzz/Cargo.toml` lacks `{name}`");
            named += 1;
        }
    }
    assert!(named > 5, "only {named} crates were looked for");
}
