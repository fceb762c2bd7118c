//! The caller's word about the place: no root that it names switches a rule off, and the
//! roots that the operator names are taken at their word.

use std::sync::Arc;

use cavra::action::establish;
use cavra::action::patterns::RootPatterns;
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;
use cavra::engine::Policy;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::common;

const BASELINE: &str = "cavra-ai-agent-baseline";

fn document(operation: &str, target: &str, cwd: Option<&str>, root: Option<&str>) -> Value {
    let mut document = json!({
        "action_type": format!("{operation}_file"),
        "target": target,
        "requested_operation": operation,
    });
    for (field, value) in [("cwd", cwd), ("workspace_root", root)] {
        if let Some(value) = value {
            document[field] = json!(value);
        }
    }
    document
}

fn verdict(authority: &Authority, document: &Value) -> Option<Verdict> {
    let answer = authority
        .decide(common::action(document), Ask::default())
        .ok()?;
    Some(answer.decision.verdict())
}

/// The strictest verdict of the pack's own patterns; what lies outside the workspace is
/// another matter.
fn by_pattern(policy: &Policy, document: &Value) -> Option<Verdict> {
    let action = common::action(document);
    let judgement = policy.judge(&action, &establish(&action).unwrap());
    let patterns = judgement.findings.iter().filter(|it| it.pattern.is_some());
    patterns.map(|finding| finding.decision).max()
}

fn with_roots(policy: Arc<Policy>, roots: &[&str]) -> Authority {
    Authority::new(policy, None).with_roots(RootPatterns::new(roots).unwrap())
}

/// Repositories where people have them, and in folders that are called like protected ones.
const REPOSITORIES: &[&str] = &[
    "/home/u/ws",
    "/srv/app",
    "/w",
    "/Users/u/code/team/app",
    "C:\\Users\\u\\src",
    "/mnt/c/Users/u/src",
    "/usr/src/app",
    "/var/lib/jenkins/workspace/job",
];

#[test]
fn ordinary_files_of_ordinary_repositories_need_nobody() {
    let unnamed = Authority::new(common::policy(BASELINE), None);
    for root in REPOSITORIES {
        for (target, cwd) in [
            ("src/main.rs".to_owned(), None),
            ("src/main.rs".to_owned(), Some(*root)),
            (format!("{root}/docs/notes.md"), None),
            (format!("{root}/docs/notes.md"), Some(*root)),
            ("app/policies/user.rb".to_owned(), None),
            ("src/security/token.rs".to_owned(), None),
        ] {
            for operation in ["read", "write"] {
                let document = document(operation, &target, cwd, Some(root));
                assert_eq!(
                    verdict(&unnamed, &document),
                    Some(Verdict::Allow),
                    "{document}"
                );
            }
        }
    }
}

/// Who names the root decides whether the folders above it count.
#[test]
fn a_repository_in_a_folder_called_security() {
    let root = "/home/u/security/proj";
    let policy = common::policy(BASELINE);
    let unnamed = Authority::new(Arc::clone(&policy), None);
    let named = with_roots(Arc::clone(&policy), &["/home/*/security/*"]);
    let by_pack = format!(
        "metadata: {{id: named, inherits: {BASELINE}}}\nfilesystem: {{roots: [\"{root}\"]}}\n"
    );
    let by_pack = Policy::compile(common::inline(&by_pack, &[])).unwrap();
    let by_pack = Authority::new(Arc::new(by_pack), None);
    for (target, cwd) in [
        ("src/x.rs", None),
        ("src/x.rs", Some(root)),
        ("/home/u/security/proj/src/x.rs", None),
    ] {
        let document = document("write", target, cwd, Some(root));
        assert_eq!(verdict(&unnamed, &document), Some(Verdict::RequireApproval));
        for authority in [&named, &by_pack] {
            assert_eq!(
                verdict(authority, &document),
                Some(Verdict::Allow),
                "{document}"
            );
        }
    }
    for (target, want) in [
        (".github/workflows/ci.yml", Verdict::Block),
        ("policies/p.yaml", Verdict::RequireApproval),
        ("../other/x", Verdict::RequireApproval),
        ("/home/u/security/x", Verdict::RequireApproval),
    ] {
        let document = document("write", target, None, Some(root));
        for authority in [&unnamed, &named, &by_pack] {
            assert_eq!(verdict(authority, &document), Some(want), "{document}");
        }
    }
    // A named root is matched below it only: what lies deeper is anchored no more.
    let deeper = document(
        "write",
        "/home/u/security/proj/vendor/iam/x",
        None,
        Some(root),
    );
    assert_eq!(verdict(&unnamed, &deeper), Some(Verdict::RequireApproval));
    assert_eq!(verdict(&named, &deeper), Some(Verdict::Allow));
}

#[test]
fn the_operator_can_name_what_is_nobodys_workspace() {
    let policy = common::policy(BASELINE);
    for root in ["/home/agent", "/root", "/etc/nixos", "C:\\Users\\u"] {
        let inside = document("write", "notes.md", None, Some(root));
        let unnamed = Authority::new(Arc::clone(&policy), None);
        assert_eq!(
            verdict(&unnamed, &inside),
            Some(Verdict::RequireApproval),
            "{root}"
        );
        let named = with_roots(Arc::clone(&policy), &[root]);
        assert_eq!(verdict(&named, &inside), Some(Verdict::Allow), "{root}");
        let pack = format!(
            "metadata: {{id: named, inherits: {BASELINE}}}\nfilesystem: {{roots: ['{root}']}}\n"
        );
        let pack = Policy::compile(common::inline(&pack, &[])).unwrap();
        let by_pack = Authority::new(Arc::new(pack), None);
        assert_eq!(verdict(&by_pack, &inside), Some(Verdict::Allow), "{root}");
        let secret = document("read", ".env", None, Some(root));
        assert_eq!(verdict(&named, &secret), Some(Verdict::Block), "{root}");
    }
}

/// A caller can't choose a hidden directory that a wildcard would take in.
#[test]
fn a_wildcard_names_no_hidden_directory() {
    let named = with_roots(common::policy(BASELINE), &["/home/**", "/w/*"]);
    for (target, root) in [
        ("credentials", "/home/u/.aws"),
        ("id_rsa", "/home/u/.ssh"),
        ("config", "/home/u/.kube"),
    ] {
        let document = document("read", target, None, Some(root));
        let write = self::document("write", target, None, Some(root));
        assert_ne!(verdict(&named, &write), Some(Verdict::Allow), "{write}");
        assert_eq!(
            verdict(&named, &document),
            Some(Verdict::Block),
            "{document}"
        );
    }
}

#[test]
fn a_packs_own_rego_sees_what_the_lists_see() {
    let rule = "package cavra.pack.mine\nimport rego.v1\nimport data.cavra.lib\n\
        findings contains {\"rule\": \"mine.x\", \"decision\": \"block\", \"severity\": \"high\", \"reason\": \"x\"} if {\n\
        some _ in lib.writes(\"vault/**\")\n}\n";
    for (roots, want) in [
        ("[]", Verdict::Block),
        ("[/home/u/vault/*]", Verdict::Allow),
    ] {
        let pack = format!("metadata: {{id: mine}}\nfilesystem: {{roots: {roots}}}\n");
        let policy = Policy::compile(common::inline(&pack, &[rule])).unwrap();
        let authority = Authority::new(Arc::new(policy), None);
        let document = document("write", "x", None, Some("/home/u/vault/repo"));
        assert_eq!(verdict(&authority, &document), Some(want), "{roots}");
    }
}

#[test]
fn a_relative_root_is_refused_by_name() {
    for root in [
        ".", "ws", "../ws", "./ws", "$PWD", "~+", "src\\ws", "..", "~$x",
    ] {
        let action = common::action(&document("write", "x", None, Some(root)));
        let error = establish(&action).unwrap_err();
        assert_eq!(error.field(), Some("workspace_root"), "{root}");
        assert!(error.to_string().contains("give the whole path"), "{error}");
    }
}

/// Paths that the baseline protects, below a repository or a home.
const PROTECTED: &[(&str, &str)] = &[
    ("write", ".github/workflows/ci.yml"),
    ("write", "main.tf"),
    ("write", "policies/p.yaml"),
    ("write", "iam/roles/x.json"),
    ("write", "security/x"),
    ("write", ".git/config"),
    ("write", ".git/hooks/pre-commit"),
    ("write", ".vscode/tasks.json"),
    ("write", ".ssh/authorized_keys"),
    ("write", "policy-packs/x/policy.yaml"),
    ("read", ".env"),
    ("read", ".aws/credentials"),
    ("read", ".ssh/id_rsa"),
    ("read", ".kube/config"),
    ("read", ".config/gh/hosts.yml"),
    ("read", "proc/self/environ"),
    ("read", "terraform.tfstate"),
];

const PLACES: &[&str] = &[
    "",
    "/w",
    "/home/u",
    "/home/u/code/ws",
    "/srv/security/app",
    "C:/w",
    "~",
    "~/ws",
];

/// A directory at or above `path`, beside it, or somewhere else.
fn beside(path: &str, choice: usize) -> Option<String> {
    let segments: Vec<&str> = path.split('/').collect();
    match choice % (segments.len() + 4) {
        0 => None,
        1 => Some("/".to_owned()),
        2 => Some("/other/place".to_owned()),
        3 => Some(format!("{path}/..").replace("//", "/")),
        up => {
            let head = segments[..segments.len() - (up - 4)].join("/");
            Some(if head.is_empty() {
                "/".to_owned()
            } else {
                head
            })
        }
    }
}

/// `path` as seen from `cwd`.
fn relative(path: &str, cwd: &str) -> String {
    let (path, cwd): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), cwd.split('/').collect());
    let common = path.iter().zip(&cwd).take_while(|(a, b)| a == b).count();
    let up = cwd[common..].iter().filter(|it| !it.is_empty()).count();
    let rest = path[common..].join("/");
    match rest.is_empty() {
        true => ".".to_owned(),
        false => format!("{}{rest}", "../".repeat(up)),
    }
}

proptest! {
    /// Whatever the caller calls its root, what a pattern says without one it says with it.
    #[test]
    fn a_root_never_loosens(
        place in select(PLACES),
        (operation, protected) in select(PROTECTED),
        (root, cwd) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        written_relative in any::<bool>(),
    ) {
        let policy = common::policy(BASELINE);
        let path = format!("{place}/{protected}");
        let cwd = beside(&path, cwd.index(64));
        let target = match &cwd {
            Some(cwd) if written_relative && !cwd.ends_with("..") => relative(&path, cwd),
            _ => path.clone(),
        };
        let without = document(operation, &target, cwd.as_deref(), None);
        let root = beside(&path, root.index(64));
        let with = document(operation, &target, cwd.as_deref(), root.as_deref());
        prop_assert!(by_pattern(&policy, &with) >= by_pattern(&policy, &without), "{}", with);
        prop_assert!(verdict(&Authority::new(policy, None), &with) > Some(Verdict::Allow), "{}", with);
    }

    /// No spelling of a protected path is allowed.
    #[test]
    fn no_spelling_hides_a_protected_path(
        (operation, protected) in select(PROTECTED),
        kinds in prop::collection::vec(any::<u8>(), 1..6),
        start in select(&["", "./", "/proc/self/cwd/", "/dev/fd/../cwd/", "a/../", "/proc/thread-self/cwd/", "file:///w/", "/w/"][..]),
    ) {
        let authority = Authority::new(common::policy(BASELINE), None);
        let respelled: Vec<String> = protected
            .split('/')
            .zip(kinds.iter().cycle())
            .map(|(segment, kind)| respell(segment, *kind))
            .collect();
        let start = if protected.starts_with("proc") { "/" } else { start };
        let document = document(operation, &format!("{start}{}", respelled.join("/")), None, None);
        prop_assert!(verdict(&authority, &document) > Some(Verdict::Allow), "{}", document);
    }
}

/// Another name that a file system, or the program that opens it, takes for the same.
fn respell(segment: &str, kind: u8) -> String {
    let (first, rest) = segment.split_at(1);
    match kind % 9 {
        0 => segment.to_uppercase(),
        1 => format!("{segment}."),
        2 => format!("{segment} "),
        3 => format!("{segment}::$DATA"),
        4 => format!("{segment}::$INDEX_ALLOCATION"),
        5 => format!("{first}\u{200b}{rest}"),
        6 => format!("{first}\u{ad}{rest}"),
        7 => format!("x/../{segment}"),
        _ => segment.replace('s', "\u{17f}"),
    }
}
