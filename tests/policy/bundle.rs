//! A bundle compiles to the policy that its packs made, and its digest covers every byte.

use std::collections::{BTreeMap, BTreeSet};

use cavra::canonical::Digest;
use cavra::engine::effective_digest;
use cavra::library::Library;
use cavra::policy::bundle::{Bundle, BundleError, MAX_BUNDLE_BYTES};
use cavra::policy::effective::FindError;
use cavra::policy::source::{MAX_FILE_BYTES, MAX_FILES};

/// Changes the files of one pack.
type Change<'a> = dyn Fn(&mut BTreeMap<String, String>) + 'a;

fn bundle(id: &str) -> Bundle {
    let library = Library::built_in();
    let own = library.source(id).unwrap();
    Bundle::of(own, &mut |id| library.source(id)).unwrap()
}

#[test]
fn every_shipped_pack_is_the_same_policy_out_of_its_bundle() {
    let library = Library::built_in();
    let mut count = 0;
    for id in library.ids() {
        let bundle = bundle(id);
        let text = serde_json::to_string(&bundle).unwrap();
        let again: Bundle = serde_json::from_str(&text).unwrap();
        assert_eq!(digest(&again), digest(&bundle));
        let (made, shipped) = (again.effective().unwrap(), library.effective(id).unwrap());
        assert_eq!(made.policy_digest, shipped.policy_digest, "{id}");
        assert_eq!(effective_digest(&made), effective_digest(&shipped), "{id}");
        assert_eq!(made.cases, shipped.cases, "{id}");
        count += 1;
    }
    assert_eq!(count, 7);
}

#[test]
fn the_digest_covers_every_byte_path_and_id() {
    let whole = bundle("cavra-ai-agent-baseline");
    let mut seen = BTreeSet::from([digest(&whole)]);
    for (id, files) in &whole.packs {
        for (path, text) in files {
            let moved = format!("{path}.moved");
            let changes: [&Change; 3] = [
                &|files| drop(files.insert(path.clone(), format!("{text}\n"))),
                &|files| drop(files.remove(path)),
                &|files| {
                    let text = files.remove(path).unwrap();
                    files.insert(moved.clone(), text);
                },
            ];
            for (at, change) in changes.iter().enumerate() {
                let mut changed = whole.clone();
                change(changed.packs.get_mut(id).unwrap());
                assert!(seen.insert(digest(&changed)), "{id}/{path}: change {at}");
            }
        }
        let mut renamed = whole.clone();
        renamed.pack_id = format!("{id}-other");
        assert!(seen.insert(digest(&renamed)), "{id}: named");
    }
}

fn digest(bundle: &Bundle) -> Digest {
    bundle.digest().unwrap()
}

/// A child of `parent`, and `parent`.
fn family() -> Bundle {
    let policy = |id: &str, inherits: &str| {
        let text = format!(
            "metadata: {{id: {id}, title: T, version: 1.0.0, description: D, inherits: [{inherits}]}}\n"
        );
        [("policy.yaml".to_owned(), text)].into()
    };
    Bundle {
        pack_id: "child".to_owned(),
        packs: [
            ("child".to_owned(), policy("child", "parent")),
            ("parent".to_owned(), policy("parent", "")),
        ]
        .into(),
    }
}

#[test]
fn what_is_no_bundle_is_refused() {
    family().effective().unwrap();
    let refused = |change: &dyn Fn(&mut Bundle), expected: &str| {
        let mut bundle = family();
        change(&mut bundle);
        let error = bundle.effective().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}\n{expected}");
    };
    let put = |bundle: &mut Bundle, pack: &str, path: &str, text: &str| {
        let files = bundle.packs.entry(pack.to_owned()).or_default();
        files.insert(path.to_owned(), text.to_owned());
    };
    refused(&|it| it.pack_id = "nobody".to_owned(), "no pack `nobody`");
    refused(
        &|it| it.pack_id = "parent".to_owned(),
        "pack `child` is in the bundle, but nothing in the bundle inherits from it",
    );
    refused(&|it| drop(it.packs.remove("parent")), "`parent`");
    refused(
        &|it| drop(it.packs.insert("parent".to_owned(), Default::default())),
        "pack `parent` has no `policy.yaml`",
    );
    // The pack under this id says that it is another.
    refused(
        &|it| {
            let child = it.packs.remove("child").unwrap();
            it.packs.insert("other".to_owned(), child);
            it.pack_id = "other".to_owned();
        },
        "no pack `other`",
    );
    for path in [
        "",
        "policy.yml",
        "rules/.rego",
        "rules/a.yaml",
        "rules/a/b.rego",
        "rules/..\\b.rego",
        "/rules/a.rego",
        "cases/a.rego",
        "../policy.yaml",
        "README.md",
    ] {
        refused(
            &|it| put(it, "parent", path, ""),
            &format!("has a file `{path}`"),
        );
    }
}

#[test]
fn sizes_are_counted() {
    let long = |bytes: usize| format!("# {}", " ".repeat(bytes - 2));
    let with = |files: usize, bytes: usize| {
        let mut bundle = family();
        let parent = bundle.packs.get_mut("parent").unwrap();
        for at in 1..files {
            parent.insert(format!("cases/{at}.yaml"), long(bytes));
        }
        bundle.effective().map(drop)
    };
    let is_too_large = |result| matches!(result, Err(BundleError::TooLarge { .. }));
    // The files at the limit are read; as cases they have no meaning, so that is no error here.
    assert!(!is_too_large(with(MAX_FILES, 2)));
    assert!(is_too_large(with(MAX_FILES + 1, 2)));
    assert!(!is_too_large(with(2, MAX_FILE_BYTES)));
    assert!(is_too_large(with(2, MAX_FILE_BYTES + 1)));
    let files = MAX_BUNDLE_BYTES / MAX_FILE_BYTES;
    assert!(!is_too_large(with(files, MAX_FILE_BYTES)));
    assert!(is_too_large(with(files + 2, MAX_FILE_BYTES)));
}

#[test]
fn a_missing_ancestor_is_named() {
    let own = family().source("child").unwrap().unwrap();
    let error = Bundle::of(own, &mut |_| Err(FindError::NotFound)).unwrap_err();
    assert!(error.to_string().contains("parent"), "{error}");
}
