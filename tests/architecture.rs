//! The arrows of `ARCHITECTURE.md`: who may name whom, as absences that are searched for.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

/// Folder, and what nothing in it may name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "action",
        &[
            "crate::policy",
            "crate::engine",
            "crate::authority",
            "crate::journal",
            "crate::library",
            "crate::grpc",
            "crate::cli",
            "regorus",
            "tonic::",
            "prost::",
            "std::fs",
            "std::io",
            "std::net",
            "std::process",
            "std::time",
            "tokio",
        ],
    ),
    (
        "policy",
        &[
            "crate::engine",
            "crate::authority",
            "crate::journal",
            "crate::library",
            "crate::grpc",
            "crate::cli",
            "regorus",
            "tonic::",
            "prost::",
            "std::fs",
            "std::net",
            "std::process",
            "std::time",
            "tokio",
        ],
    ),
    (
        "traffic",
        &[
            "crate::policy",
            "crate::engine",
            "crate::authority",
            "crate::shadow",
            "crate::journal",
            "crate::lifecycle",
            "crate::library",
            "crate::grpc",
            "crate::cli",
            "regorus",
            "tonic::",
            "prost::",
            "std::fs",
            "std::io",
            "std::net",
            "std::process",
            "std::time",
            "Timestamp::now",
            "HashMap",
            "HashSet",
            "f64",
            "f32",
            "tokio",
        ],
    ),
    (
        "engine",
        &[
            "crate::authority",
            "crate::journal",
            "crate::lifecycle",
            "crate::shadow",
            "crate::grpc",
            "crate::cli",
            "tonic::",
            "std::fs",
        ],
    ),
    (
        "shadow",
        &[
            "crate::engine",
            "crate::authority",
            "crate::journal",
            "crate::lifecycle",
            "crate::grpc",
            "crate::cli",
            "regorus",
            "tonic::",
        ],
    ),
    (
        "journal",
        &[
            "crate::engine",
            "crate::authority",
            "crate::library",
            "crate::shadow",
            "crate::lifecycle",
            "crate::grpc",
            "crate::cli",
            "regorus",
            "tonic::",
        ],
    ),
    (
        "journal/log",
        &[
            "std::fs",
            "std::io",
            "std::net",
            "std::process",
            "std::time",
            "Timestamp::now",
            "rusqlite",
            "tokio",
        ],
    ),
    (
        "evidence",
        &[
            "crate::engine",
            "crate::authority",
            "crate::library",
            "crate::shadow",
            "crate::lifecycle",
            "crate::policy",
            "crate::grpc",
            "crate::cli",
            "std::fs",
            "std::io",
            "std::time",
            "Timestamp::now",
        ],
    ),
    (
        "lifecycle",
        &[
            "crate::engine",
            "crate::authority",
            "crate::journal",
            "crate::shadow",
            "crate::grpc",
            "crate::cli",
            "regorus",
            "tonic::",
            "Timestamp::now",
        ],
    ),
    (
        "formats",
        &[
            "crate::engine",
            "crate::authority",
            "crate::journal",
            "crate::library",
            "crate::grpc",
            "crate::cli",
            "regorus",
            "tonic::",
            "std::fs",
            "std::io",
        ],
    ),
    (
        "authority",
        &["crate::grpc", "crate::cli", "regorus", "tonic::"],
    ),
    (
        "library",
        &[
            "crate::engine",
            "crate::authority",
            "crate::grpc",
            "crate::cli",
            "regorus",
            "tonic::",
        ],
    ),
    ("grpc", &["crate::cli", "regorus", "println!"]),
    ("cli", &["regorus"]),
];

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

#[test]
fn no_folder_names_what_it_may_not() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for (folder, names) in FORBIDDEN {
        let files = sources(&src.join(folder));
        assert!(!files.is_empty(), "`{folder}` is gone: mend this list");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let code = text
                .lines()
                .enumerate()
                .filter(|(_, line)| !line.trim_start().starts_with("//"));
            for (number, line) in code {
                for name in names.iter().filter(|name| line.contains(**name)) {
                    found.push(format!("{}:{}: {name}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
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
        let files = ["src/action", "src/canonical"].map(|folder| sources(&root.join(folder)));
        let mut texts = files.iter().flatten().map(fs::read_to_string);
        if texts.any(|text| text.unwrap().contains(&path)) {
            assert!(fuzz.contains(&name), "`fuzz/Cargo.toml` lacks `{name}`");
            named += 1;
        }
    }
    assert!(named > 5, "only {named} crates were looked for");
}
