//! Several workspace roots: `tests/data/roots.jsonl`, and what holds for all of them.
//!
//! One case a line: the roots, the first of which is `workspace_root`, the roots that the operator
//! names, an action, and the verdict that must follow.

use std::sync::{Arc, LazyLock};

use cavra::action::limits::MAX_WORKSPACE_ROOTS;
use cavra::action::patterns::RootPatterns;
use cavra::action::{Action, establish};
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;
use cavra::engine::Policy;
use proptest::prelude::*;
use proptest::sample::select;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common;

const BASELINE: &str = "cavra-ai-agent-baseline";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    note: String,
    pack: Option<String>,
    roots: Vec<String>,
    #[serde(default)]
    named: Vec<String>,
    cwd: Option<String>,
    read: Option<String>,
    write: Option<String>,
    command: Option<String>,
    want: String,
    says: Option<String>,
}

fn placed(mut document: Value, roots: &[String], cwd: Option<&str>) -> Value {
    if let Some((first, further)) = roots.split_first() {
        document["workspace_root"] = json!(first);
        if !further.is_empty() {
            document["workspace_roots"] = json!(further);
        }
        document["cwd"] = json!(cwd.unwrap_or(first));
    }
    document
}

fn request(kind: &str, target: &str) -> Value {
    let operation = match kind {
        "read_file" => "read",
        "write_file" => "write",
        _ => target,
    };
    json!({ "action_type": kind, "target": target, "requested_operation": operation })
}

#[test]
fn every_case_decides_as_it_says() {
    let text = std::fs::read_to_string(common::repository("tests/data/roots.jsonl")).unwrap();
    let mut count = 0_usize;
    for line in text.lines() {
        count += 1;
        let case: Case = serde_json::from_str(line).unwrap();
        let asked = [
            ("read_file", &case.read),
            ("write_file", &case.write),
            ("execute_command", &case.command),
        ];
        let mut asked = asked
            .iter()
            .filter_map(|(kind, it)| Some((kind, it.as_ref()?)));
        let (kind, target) = asked.next().unwrap();
        let document = placed(request(kind, target), &case.roots, case.cwd.as_deref());
        let policy = common::policy(case.pack.as_deref().unwrap_or(BASELINE));
        let authority =
            Authority::new(policy, None).with_roots(RootPatterns::new(&case.named).unwrap());
        let answer = authority.decide(common::action(&document), Ask::default());
        let decision = answer.unwrap().decision;
        let deciding = decision.judgement.deciding().unwrap();
        let found = decision.verdict().as_str();
        assert_eq!(found, case.want, "{}: {}", case.note, deciding.reason);
        if let Some(says) = case.says {
            let does = deciding.reason.contains(&says);
            assert!(does, "{}: {}", case.note, deciding.reason);
        }
    }
    assert!(count >= 30, "only {count} cases");
}

fn roots(count: usize) -> Vec<String> {
    (0..=count)
        .map(|number| format!("/srv/r{number}"))
        .collect()
}

#[test]
fn there_may_be_sixteen_further_roots() {
    let most = roots(MAX_WORKSPACE_ROOTS);
    let last = format!("/srv/r{MAX_WORKSPACE_ROOTS}/src/x.rs");
    let document = placed(request("write_file", &last), &most, None);
    let facts = establish(&common::action(&document)).unwrap();
    assert!(!facts.writes[0].outside_workspace);

    let more = placed(
        request("write_file", "x"),
        &roots(MAX_WORKSPACE_ROOTS + 1),
        None,
    );
    let error = Action::from_json(more.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.field(), Some("workspace_roots"));
    assert!(
        error.to_string().contains("17 entries; the limit is 16"),
        "{error}"
    );
}

#[test]
fn a_bad_root_is_named_by_its_index() {
    let long = format!("/{}", "a".repeat(4096));
    for (bad, says) in [
        ("", "is empty"),
        ("a\0b", "NUL"),
        (&*long, "4097 bytes"),
        ("b", "is relative"),
        ("./b", "is relative"),
        ("../b", "is relative"),
        ("$PWD", "is relative"),
        (r"/srv/a\b", "has a backslash"),
        (r"/srv/a\..\..", "has a backslash"),
    ] {
        let further = ["/srv/a", "/srv/b", bad].map(str::to_owned);
        let document = placed(request("write_file", "x"), &further, Some("/srv/a"));
        let error = match Action::from_json(document.to_string().as_bytes()) {
            Ok(action) => establish(&action).unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(
            error.field(),
            Some("workspace_roots[1]"),
            "{bad:?}: {error}"
        );
        assert!(error.to_string().contains(says), "{bad:?}: {error}");
    }
}

/// A backslash separates names on Windows alone, so that elsewhere nobody knows where `..` leads.
#[test]
fn a_working_directory_with_a_backslash_is_one_of_windows() {
    for (cwd, root, is_read) in [
        (r"/srv/a\b", "/srv", false),
        (r"src\lib", "/srv/a", false),
        (r"\srv\a", "/srv/a", false),
        (r"C:\w\src", r"C:\w", true),
        (r"src\lib", r"C:\w", true),
        (r"\\server\share", "/srv/a", true),
        ("/srv/a", "/srv/a", true),
    ] {
        let document = placed(request("read_file", "x"), &[root.to_owned()], Some(cwd));
        match establish(&common::action(&document)) {
            Ok(_) => assert!(is_read, "{cwd} is read"),
            Err(error) => {
                assert!(!is_read, "{cwd}: {error}");
                assert_eq!(error.field(), Some("cwd"));
            }
        }
    }
}

#[test]
fn what_is_no_list_of_roots_is_refused_by_name() {
    for (bad, says) in [
        (json!("/srv/b"), "is not a list of strings"),
        (json!([1]), "is not a list of strings"),
        (json!(["/srv/b", null]), "is not a list of strings"),
        (json!({"0": "/srv/b"}), "is not a list of strings"),
    ] {
        let mut document = request("write_file", "x");
        document["workspace_root"] = json!("/srv/a");
        document["workspace_roots"] = bad.clone();
        let error = Action::from_json(document.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.field(), Some("workspace_roots"), "{bad}");
        assert!(error.to_string().contains(says), "{bad}: {error}");
    }
    let mut alone = request("write_file", "x");
    alone["workspace_roots"] = json!(["/srv/b"]);
    let error = establish(&common::action(&alone)).unwrap_err();
    assert_eq!(error.field(), Some("workspace_roots"));
    assert!(
        error.to_string().contains("give `workspace_root` too"),
        "{error}"
    );
    for none in [json!([]), Value::Null] {
        alone["workspace_roots"] = none;
        let facts = establish(&common::action(&alone)).unwrap();
        let without = establish(&common::action(&request("write_file", "x"))).unwrap();
        assert_eq!(facts, without);
    }
}

/// Patterns of each shape, anchored and not.
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let pack = "metadata: {id: own}\n\
        filesystem:\n  \
          block_read: [.env, 'keys/**', '**/vault/*.txt']\n  \
          block_write: ['src/gen/**', '.github/workflows/**']\n  \
          require_approval_write: ['*.tf', 'docs/*']\n";
    Policy::compile(common::inline(pack, &[])).unwrap()
});

fn segment() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        ".env",
        "keys",
        "vault",
        "a.txt",
        "src",
        "gen",
        ".github",
        "workflows",
        "main.tf",
        "docs",
        "x.rs",
        "b",
        "..",
        ".",
    ];
    select(KNOWN).prop_map(str::to_owned)
}

fn relative() -> impl Strategy<Value = String> {
    prop::collection::vec(segment(), 1..6).prop_map(|segments| segments.join("/"))
}

fn kind() -> impl Strategy<Value = &'static str> {
    select(&["read_file", "write_file"][..])
}

/// The verdict, and the pattern of each rule that matched.
fn judged(document: &Value) -> (Verdict, Vec<(String, Option<String>)>) {
    let action = common::action(document);
    let judgement = POLICY.judge(&action, &establish(&action).unwrap());
    let found = judgement.findings.iter();
    let mut found: Vec<_> = found
        .map(|it| {
            (
                it.rule_id.to_string(),
                it.pattern.as_deref().map(str::to_owned),
            )
        })
        .collect();
    found.sort_unstable();
    (judgement.decision, found)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A path of a further root is judged as the same path of the first one.
    #[test]
    fn every_root_is_like_the_first(kind in kind(), path in relative(), whole in any::<bool>()) {
        let (a, b) = ("/srv/a".to_owned(), "/srv/b".to_owned());
        let of = |root: &str| match whole {
            true => format!("{root}/{path}"),
            false => path.clone(),
        };
        let both = [a.clone(), b.clone()];
        let below_b = judged(&placed(request(kind, &of(&b)), &both, Some(&b)));
        let swapped = [b.clone(), a.clone()];
        let below_first = judged(&placed(request(kind, &of(&b)), &swapped, Some(&b)));
        prop_assert_eq!(&below_b, &below_first);
        // A climb out of one root may end in the other.
        if !path.split('/').any(|segment| segment == "..") {
            let below_a = judged(&placed(request(kind, &of(&a)), std::slice::from_ref(&a), Some(&a)));
            prop_assert_eq!(below_b, below_a);
        }
    }

    /// A further root makes nothing laxer, but that what lies below it is no longer outside.
    #[test]
    fn a_further_root_softens_nothing(
        kind in kind(),
        path in relative(),
        base in select(&["/srv/a", "/srv/b", "/srv/a/b", "/srv/c", "/srv"][..]),
        further in prop::collection::vec(
            select(&["/srv/b", "/srv/a/b", "/srv", "/", "/home/dev", "/srv/a/keys", "/srv/a"][..]),
            1..4,
        ),
    ) {
        let target = format!("{base}/{path}");
        let first = "/srv/a".to_owned();
        let alone = judged(&placed(request(kind, &target), std::slice::from_ref(&first), None));
        let roots: Vec<String> =
            std::iter::once(first).chain(further.into_iter().map(str::to_owned)).collect();
        let more = judged(&placed(request(kind, &target), &roots, None));
        for (rule, pattern) in alone.1.iter().filter(|(_, pattern)| pattern.is_some()) {
            let kept = more.1.iter().any(|it| it == &(rule.clone(), pattern.clone()));
            prop_assert!(kept, "{rule} by {pattern:?} is gone: {:?}", more.1);
        }
    }
}

#[test]
fn no_further_roots_leave_every_byte_as_it_was() {
    let document = placed(request("read_file", "x"), &["/srv/a".to_owned()], None);
    let action = common::action(&document);
    let written = action.to_json().to_string();
    assert!(!written.contains("workspace_roots"), "{written}");
    let same = Arc::new(Action::from_json(written.as_bytes()).unwrap());
    assert_eq!(same.digest().unwrap(), action.digest().unwrap());
    let mut more = document.clone();
    more["workspace_roots"] = json!(["/srv/b"]);
    assert_ne!(
        common::action(&more).digest().unwrap(),
        action.digest().unwrap()
    );
}
