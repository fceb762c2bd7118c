//! An export on disk: sound as it was written, and no file may be altered.

use std::collections::BTreeMap;

use crate::support::{BASELINE, Bench};
use cavra::readiness::assessment::{ReadinessResult, Status, export_readiness};
use cavra::readiness::plan::EXPORT_FILES;

type Files = BTreeMap<String, Vec<u8>>;

fn written(bench: &Bench) -> Files {
    let previous = bench.previous();
    let files = bench.export(Some(&previous)).files().unwrap().into_iter();
    files
        .map(|file| (file.path.to_owned(), file.text().into_bytes()))
        .collect()
}

fn judge(bench: &Bench, files: &Files) -> ReadinessResult {
    bench.with(|given_pack| export_readiness(files, Some(given_pack)))
}

fn names(result: &ReadinessResult) -> Vec<&str> {
    result.blockers().map(|check| check.name.as_str()).collect()
}

#[test]
fn an_export_is_sound_as_it_was_written() {
    let bench = Bench::new(BASELINE);
    let files = written(&bench);
    let result = judge(&bench, &files);
    assert_eq!(names(&result), [""; 0]);
    assert_eq!(result.status, Status::Ready);
    assert!(result.ready_for_policy_lifecycle_contract && !result.ready_for_live_policy_lifecycle);
    assert_eq!(export_readiness(&files, None).blocker_count, 0);
}

#[test]
fn no_file_may_be_missing_or_broken() {
    let bench = Bench::new(BASELINE);
    let sound = written(&bench);
    for (name, path) in EXPORT_FILES {
        let mut without = sound.clone();
        without.remove(path);
        assert_eq!(names(&judge(&bench, &without)), [name], "without {path}");
        let mut broken = sound.clone();
        broken.get_mut(path).unwrap().truncate(20);
        assert_eq!(names(&judge(&bench, &broken)), [name], "broken {path}");
    }
}

#[test]
fn no_file_may_be_altered() {
    let bench = Bench::new(BASELINE);
    let sound = written(&bench);
    let digest = bench.enforced.identity.effective_digest.to_string();
    for (name, path) in EXPORT_FILES {
        let text = String::from_utf8(sound[path].clone()).unwrap();
        // The contract of the user interface carries the short digest only.
        let short = &digest[7..19];
        let other: String = short.chars().rev().collect();
        assert!(text.contains(short), "{path}");
        let mut altered = sound.clone();
        altered.insert(
            path.to_owned(),
            text.replacen(short, &other, 1).into_bytes(),
        );
        let result = judge(&bench, &altered);
        let blockers = names(&result);
        assert!(
            blockers.iter().any(|it| it.starts_with(name)),
            "{path}: {blockers:?}"
        );
        assert!(
            name == "export" || blockers.contains(&"export_digests"),
            "{path}: {blockers:?}"
        );
    }
}
