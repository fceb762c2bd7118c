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
