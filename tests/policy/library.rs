//! Packs on disk.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use cavra::library::{Library, LibraryError, load_file};
use cavra::policy::effective::{FindError, PolicyError};
use cavra::policy::source::{MAX_FILE_BYTES, MAX_FILES};
use tempfile::TempDir;

/// Writes files below a new folder.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        put(root.path(), path, text);
    }
    root
}

fn put(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn open(roots: &[&TempDir]) -> Result<Library, LibraryError> {
    let roots: Vec<PathBuf> = roots.iter().map(|root| root.path().to_owned()).collect();
    Library::open(&roots)
}

fn errors(library: &Library) -> Vec<(String, Option<String>)> {
    let list = library.list().into_iter();
    list.map(|pack| (pack.id, pack.error)).collect()
}

const CASE: &str = "cases: [{case_id: c, input: {action_type: read_file, target: x, requested_operation: read}, want: {decision: allow}}]";

#[test]
fn a_pack_is_read_with_its_rules_and_cases() {
    let root = folder(&[
        (
            "a/policy.yaml",
            "metadata: {id: a, title: A, version: 1.0.0}",
        ),
        ("a/README.md", "not read"),
        ("a/rules/b.rego", "package cavra.pack.a.b"),
        ("a/rules/a.rego", "package cavra.pack.a"),
        ("a/rules/a_test.txt", "not read"),
        ("a/cases/c.yaml", CASE),
        ("a/cases/d.yml", "cases: []"),
        ("not-a-pack/readme.md", ""),
        (".hidden/policy.yaml", "metadata: {id: hidden}"),
        ("file.yaml", "metadata: {id: file}"),
    ]);
    let library = open(&[&root]).unwrap();
    assert_eq!(library.ids().collect::<Vec<_>>(), ["a"]);
    let source = library.source("a").unwrap();
    let paths = |files: &[cavra::policy::source::SourceFile]| -> Vec<String> {
        files.iter().map(|file| file.path.clone()).collect()
    };
    assert_eq!(source.policy.path, "policy.yaml");
    assert_eq!(paths(&source.rules), ["rules/a.rego", "rules/b.rego"]);
    assert_eq!(paths(&source.cases), ["cases/c.yaml", "cases/d.yml"]);
    let listing = library.list().swap_remove(0);
    assert_eq!(
        (listing.title.as_str(), listing.version.as_str()),
        ("A", "1.0.0")
    );
    assert_eq!(listing.folder, Some(root.path().join("a")));
    assert_eq!(library.effective("a").unwrap().cases.len(), 1);
}

#[test]
fn parents_are_found_in_every_folder_of_the_library() {
    let base = folder(&[(
        "base/policy.yaml",
        "{metadata: {id: base}, commands: {block: [x]}}",
    )]);
    let own = folder(&[("own/policy.yaml", "metadata: {id: own, inherits: base}")]);
    let library = open(&[&base, &own]).unwrap();
    assert_eq!(
        library.effective("own").unwrap().content.commands.block[0]
            .origin
            .as_ref(),
        "base"
    );
    let alone = folder(&[("x/policy.yaml", "metadata: {id: draft, inherits: base}")]);
    let draft = load_file(&alone.path().join("x")).unwrap();
    assert!(library.lint_of(&draft).valid);
    assert_eq!(library.effective_of(draft).unwrap().id(), "draft");
}

#[test]
fn a_broken_pack_does_not_hide_the_others() {
    let root = folder(&[
        ("good/policy.yaml", "metadata: {id: good}"),
        ("typo/policy.yaml", "metadata: {id: typo}\ncomands: {}\n"),
        (
            "orphan/policy.yaml",
            "metadata: {id: orphan, inherits: gone}",
        ),
        ("nothing/policy.yaml", "][\n"),
        ("case/policy.yaml", "metadata: {id: case}"),
        ("case/cases/a.yaml", "cases: [{}]"),
    ]);
    put(
        root.path(),
        "latin/policy.yaml",
        b"metadata: {id: latin, title: \xe4}",
    );
    let library = open(&[&root]).unwrap();
    let errors = errors(&library);
    let says = |id: &str, text: &str| {
        let error = errors
            .iter()
            .find(|(found, _)| found == id)
            .unwrap()
            .1
            .clone();
        assert!(error.clone().unwrap().contains(text), "{id}: {error:?}");
    };
    assert_eq!(errors.iter().find(|(id, _)| id == "good").unwrap().1, None);
    says("typo", "policy.yaml:2:1: unknown section `comands`");
    says("orphan", "there is no policy pack `gone`: orphan -> gone");
    says("nothing", "policy.yaml:1:1");
    says("latin", "latin/policy.yaml` is not UTF-8 at byte 29");
    says("case", "cases/a.yaml:1:9");
    assert!(library.effective("good").is_ok());
    assert!(matches!(
        library.effective("latin"),
        Err(PolicyError::Unreadable { .. })
    ));
    assert_eq!(library.source("nobody"), Err(FindError::NotFound));
}

#[test]
fn two_packs_with_one_id_are_an_error_that_names_both() {
    let one = folder(&[("one/policy.yaml", "metadata: {id: same}")]);
    let two = folder(&[("two/policy.yaml", "metadata: {id: same}")]);
    let error = open(&[&one, &two]).unwrap_err().to_string();
    assert!(
        error.contains("two policy packs have the id `same`"),
        "{error}"
    );
    for path in [one.path().join("one"), two.path().join("two")] {
        assert!(error.contains(&path.display().to_string()), "{error}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_error_with_its_path() {
    let root = folder(&[]);
    let missing = root.path().join("missing");
    let error = Library::open(std::slice::from_ref(&missing)).unwrap_err();
    assert!(
        matches!(&error, LibraryError::Unreadable { path, .. } if *path == missing),
        "{error}"
    );
}

#[test]
fn an_unreadable_file_is_listed_with_its_path() {
    let root = folder(&[
        ("a/policy.yaml", "metadata: {id: a}"),
        ("b/policy.yaml", "metadata: {id: b}"),
    ]);
    // A link to itself is unreadable for root too.
    let itself = root.path().join("a/policy.yaml");
    fs::remove_file(&itself).unwrap();
    symlink("policy.yaml", &itself).unwrap();
    let errors = errors(&open(&[&root]).unwrap());
    assert!(
        errors[0]
            .1
            .as_ref()
            .unwrap()
            .contains("a/policy.yaml` can't be read"),
        "{errors:?}"
    );
    assert_eq!(errors[1].1, None);
}

#[test]
fn a_pack_reads_nothing_outside_its_folder() {
    let outside = folder(&[
        ("secret.rego", "package x"),
        ("policy.yaml", "metadata: {id: evil}"),
    ]);
    let root = folder(&[
        ("a/policy.yaml", "metadata: {id: a}"),
        ("b/readme", ""),
        ("c/policy.yaml", "metadata: {id: c}"),
        ("c/rules/x.rego", "package cavra.pack.c"),
    ]);
    fs::create_dir(root.path().join("a/rules")).unwrap();
    let link = |target: &Path, name: &str| symlink(target, root.path().join(name)).unwrap();
    link(&outside.path().join("secret.rego"), "a/rules/x.rego");
    link(&outside.path().join("policy.yaml"), "b/policy.yaml");
    link(&root.path().join("c/rules/x.rego"), "c/rules/y.rego");
    let library = open(&[&root]).unwrap();
    for (id, file) in [("a", "a/rules/x.rego"), ("b", "b/policy.yaml")] {
        let error = library.source(id).unwrap_err().to_string();
        assert!(
            error.contains(&format!("{file}` leads out of the pack's folder")),
            "{error}"
        );
    }
    assert_eq!(
        library.source("c").unwrap().rules.len(),
        2,
        "a link within the pack"
    );
}

#[test]
fn a_link_to_nowhere_is_an_error_not_an_absence() {
    let root = folder(&[("a/policy.yaml", "metadata: {id: a}")]);
    symlink("nowhere", root.path().join("a/rules")).unwrap();
    let error = open(&[&root]).unwrap().source("a").unwrap_err().to_string();
    assert!(error.contains("a/rules` can't be read"), "{error}");
}

#[test]
fn sizes_and_numbers_are_bounded() {
    let root = folder(&[
        ("big/policy.yaml", "metadata: {id: x}"),
        ("many/policy.yaml", "metadata: {id: y}"),
    ]);
    put(
        root.path(),
        "big/rules/big.rego",
        vec![b'#'; MAX_FILE_BYTES + 1],
    );
    for n in 0..MAX_FILES {
        put(
            root.path(),
            &format!("many/rules/{n}.rego"),
            "package cavra.pack.y",
        );
    }
    let library = open(&[&root]).unwrap();
    let error = |id| library.source(id).unwrap_err().to_string();
    assert!(error("big").contains(&format!("big.rego` has more than {MAX_FILE_BYTES} bytes")));
    assert!(error("many").contains(&format!("the limit is {MAX_FILES}")));
}

#[test]
fn a_policy_file_under_a_name_of_its_own_stands_alone() {
    let root = folder(&[
        ("policy.yaml", "metadata: {id: whole}"),
        ("candidate.yaml", "metadata: {id: candidate}"),
        ("rules/x.rego", "package cavra.pack.whole"),
    ]);
    let load = |name: &str| load_file(&root.path().join(name)).unwrap();
    assert_eq!(load("candidate.yaml").policy.path, "candidate.yaml");
    assert!(load("candidate.yaml").rules.is_empty());
    assert_eq!(load("policy.yaml").rules.len(), 1);
    assert_eq!(load(".").rules.len(), 1);
}

#[test]
fn what_is_not_a_file_is_refused() {
    let root = folder(&[]);
    fs::create_dir_all(root.path().join("a/policy.yaml")).unwrap();
    let error = load_file(&root.path().join("a")).unwrap_err().to_string();
    assert!(
        error.contains("a/policy.yaml` is not a regular file"),
        "{error}"
    );
    let error = load_file(&root.path().join("nothing"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("nothing` can't be read"), "{error}");
}

#[test]
fn a_rule_one_level_too_deep_is_not_left_out_in_silence() {
    let root = folder(&[
        ("a/policy.yaml", "metadata: {id: a}"),
        ("a/rules/deep/x.rego", "package cavra.pack.a.deep"),
    ]);
    let error = load_file(&root.path().join("a")).unwrap_err().to_string();
    assert!(error.contains("rules/deep` is a folder"), "{error}");
}
