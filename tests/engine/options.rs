//! Options: an allow takes in those that a table or the pattern vouches for, and no other.
//!
//! `tests/data/options/*.tsv` are lines `WANT<TAB>COMMAND`, judged under [`PACK`].

use std::sync::{Arc, LazyLock};

use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;
use cavra::engine::Policy;
use proptest::prelude::*;
use serde_json::json;

use crate::common;

/// Allows of programs with a table, and of some that have none.
const PACK: &str = r#"
metadata: {id: options}
filesystem:
  block_read: [.env, terraform.tfvars, "**/*.tfstate"]
  block_write: [.github/workflows/**, main.tf]
commands:
  allow:
    - "terraform plan*"
    - "terraform validate*"
    - "terraform fmt*"
    - "terraform show*"
    - "terraform output*"
    - "terraform init*"
    - "terraform providers*"
    - "terraform graph*"
    - "terraform version*"
    - "terraform workspace show*"
    - "terraform workspace list*"
    - "terraform state list*"
    - "pytest*"
    - "npm test*"
    - "cargo test*"
    - "cargo check*"
    - "cargo clippy*"
    - "cargo fmt*"
    - "cargo nextest*"
    - "go test*"
    - "go vet*"
    - "go list*"
    - "golangci-lint run*"
    - "gofmt*"
    - "gh pr list*"
    - "gh pr view*"
    - "gh pr checks*"
    - "gh pr diff*"
    - "gh pr status*"
    - "gh issue list*"
    - "gh issue view*"
    - "gh run list*"
    - "gh run view*"
    - "jest*"
    - "vitest*"
    - "mocha*"
    - "eslint*"
    - "prettier --check*"
    - "tsc*"
    - "gradle test*"
    - "gradle check*"
    - "mvn test*"
    - "mvn verify*"
    - "rspec*"
    - "rubocop*"
    - "helm template*"
    - "helm lint*"
    - "helm list*"
    - "kubectl get*"
    - "kubectl describe*"
    - "kubectl logs*"
    - "kubectl top*"
    - "docker ps*"
    - "docker images*"
    - "docker logs*"
    - "aws s3 ls*"
    - "aws sts get-caller-identity*"
    - "aws ec2 describe-instances*"
    - "gcloud config list*"
    - "az account show*"
    - "git status*"
    - "git diff*"
    - "git log*"
    - "git show*"
    - "git branch*"
    - "git grep*"
    - "git add*"
    - "git blame*"
    - "git ls-files*"
    - "git rev-parse*"
    - "git fetch*"
    - "ruff check*"
    - "ruff format*"
    - "mypy*"
    - "black*"
    - "flake8*"
    - "ls*"
    - "tree*"
    - "date*"
    - "grep*"
    - "make check*"
    - "frob run*"
    - "frob test --quick*"
    - "frob lint --reporter=*"
    - "frob any -*"
    - "frob every* -*"
    - "frob * status"
"#;

fn authority() -> Authority {
    let pack = common::inline(PACK, &[]);
    Authority::new(Arc::new(Policy::compile(pack).unwrap()), None)
}

fn verdict(authority: &Authority, command: &str) -> Verdict {
    let action = common::action(&json!({
        "schema_version": "cavra.opa-rego-policy.input.v1",
        "action_type": "execute_command",
        "target": command,
        "requested_operation": command,
        "current_branch": "topic",
        "workspace_root": "/w/project",
        "cwd": "/w/project",
    }));
    let answer = authority.decide(action, Ask::default()).unwrap();
    answer.decision.verdict()
}

#[test]
fn every_line_of_the_tables_holds() {
    let authority = authority();
    let mut files: Vec<_> = std::fs::read_dir(common::repository("tests/data/options"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let (mut lines, mut wrong) = (0_usize, Vec::new());
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (want, command) = line.split_once('\t').unwrap_or_else(|| panic!("{line}"));
            lines += 1;
            let got = match verdict(&authority, command) {
                Verdict::Allow => "allow",
                Verdict::RequireApproval => "ask",
                Verdict::Block => "block",
                other => panic!("{command}: {other:?}"),
            };
            if got != want {
                wrong.push(format!("wants {want}, got {got}: {command}"));
            }
        }
    }
    assert!(lines >= 700, "only {lines} lines");
    assert!(
        wrong.is_empty(),
        "{} of {lines} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Commands that are allowed, with options and operands that are known.
const ALLOWED: &[&str] = &[
    "terraform plan -out=tfplan -lock=false",
    "terraform validate -json",
    "terraform fmt -check -recursive infra",
    "terraform show -json tfplan",
    "terraform output -raw name",
    "pytest -q -k 'a and b' tests/test_a.py",
    "npm test --silent -- --ci -t name",
    "cargo test --locked -p a name -- --nocapture",
    "go test -run Test ./... -v",
    "gh pr list --limit 5 --state open",
    "gh run view 5 --log",
    "jest --ci -t name src",
    "vitest --run src",
    "mocha -g name test",
    "eslint --quiet src",
    "gradle test --tests A",
    "mvn test -q",
    "rspec -f d spec",
    "helm template x ./chart --set a=b",
    "kubectl get pods -o wide -n web",
    "docker ps -a",
    "aws s3 ls s3://b --recursive",
    "aws ec2 describe-instances --region x",
    "git status --short",
    "git log --oneline -5 main",
    "git log -p -S word -- src/a.rs",
    "git push -u origin topic",
    "ruff check src",
    "mypy --strict src",
    "ls -la src",
    "grep -n word src/a.rs",
    "frob run x",
    "frob test --quick x",
];

static AUTHORITY: LazyLock<Authority> = LazyLock::new(authority);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The law: an option that no table has is never carried through, in any place.
    #[test]
    fn an_unknown_option_never_stays_allowed(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        option in "(--zq[a-z]{0,8}|--no-zq[a-z]{0,3}|-Y[a-z]{0,4}|--zq=[a-z./]{0,6})",
        behind in any::<bool>(),
    ) {
        let authority = &*AUTHORITY;
        let base = ALLOWED[which.index(ALLOWED.len())];
        prop_assert_eq!(verdict(authority, base), Verdict::Allow, "{}", base);
        let mut words = shlex::split(base).unwrap();
        if behind {
            words.push("--".to_owned());
        }
        let at = 1 + at.index(words.len());
        words.insert(at, option);
        let line = shlex::try_join(words.iter().map(String::as_str)).unwrap();
        prop_assert_ne!(verdict(authority, &line), Verdict::Allow, "{}", line);
    }
}
