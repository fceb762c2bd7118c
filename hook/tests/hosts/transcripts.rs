//! What the host wrote down of its sessions, compared with the journal.

use std::fs;
use std::path::{Path, PathBuf};

use crate::home::Home;

/// How many calls of all transcripts of the host are judged, and how many are missed.
pub(crate) fn coverage(home: &Home, host: &str, folder: &str) -> (u64, u64) {
    let mut files = Vec::new();
    find(&home.path(folder), &mut files);
    assert!(!files.is_empty(), "no transcript below {folder}");
    let hook = home.path("bin/cavra-hook");
    let mut sums = (0, 0);
    for file in files {
        let given = ["coverage", "--host", host, "--output", "json", "--hook"];
        let more = [
            hook.to_str().unwrap(),
            "--transcript",
            file.to_str().unwrap(),
        ];
        let done = home.agents(&[&given[..], &more].concat());
        let report = done.json();
        let missed = report["missed"].as_array().unwrap().len() as u64;
        assert_eq!(done.code, if missed > 0 { 2 } else { 0 }, "{done:?}");
        sums.0 += report["judged"].as_u64().unwrap();
        sums.1 += missed;
    }
    sums
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, found);
        } else if path.extension().is_some_and(|it| it == "jsonl") {
            found.push(path);
        }
    }
}
