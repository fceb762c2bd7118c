//! The commands of a working day.

use super::repositories::Stack;
use crate::traffic::random::Weighted;

/// Looking around, in any repository.
pub(in crate::traffic) const LOOK: Weighted<&str> = Weighted::new(&[
    (16, "git status --short"),
    (14, "rg -n '{word}' {dir}"),
    (12, "rg -l '{word}'"),
    (10, "ls -la {dir}"),
    (9, "git diff --stat"),
    (9, "sed -n '1,{n}0p' {file}"),
    (8, "grep -rn '{word}' {dir} | head -{n}0"),
    (7, "git log --oneline -{n}"),
    (6, "git diff {file}"),
    (5, "find {dir} -name '*test*' -type f"),
    (5, "wc -l {file}"),
    (4, "git log -p --follow -{n} -- {file}"),
    (4, "cat {file}"),
    (3, "git blame -L {n}0,+20 {file}"),
    (3, "head -{n}0 {file}"),
    (3, "cd {root} && git status"),
    (2, "git fetch origin"),
    (2, "tree -L 2 {dir}"),
    (2, "gh pr view --comments"),
    (1, "gh run list --limit {n}"),
]);

/// Tests, builds and linters, of each language.
pub(in crate::traffic) fn checks(stack: Stack) -> &'static Weighted<&'static str> {
    match stack {
        Stack::Python => &PYTHON,
        Stack::TypeScript => &TYPE_SCRIPT,
        Stack::Rust => &RUST,
        Stack::Go => &GO,
        Stack::Infrastructure => &INFRASTRUCTURE,
    }
}

const PYTHON: Weighted<&str> = Weighted::new(&[
    (30, "pytest {test} -q"),
    (18, "pytest -q"),
    (12, "pytest {test} -x --tb=short"),
    (8, "pytest tests -k 'refund and not slow' --maxfail={n}"),
    (4, "pytest --lf -q 2>&1 | tail -{n}0"),
    (9, "ruff check {dir}"),
    (6, "ruff format {file}"),
    (5, "mypy app"),
    (3, "python -m compileall -q {dir}"),
    (2, "make test"),
    (2, "uv sync"),
    (1, "alembic history"),
]);

const TYPE_SCRIPT: Weighted<&str> = Weighted::new(&[
    (24, "npm test -- {test}"),
    (18, "npm test"),
    (14, "npm test -- --watch=false"),
    (12, "npx tsc --noEmit"),
    (10, "npm run lint"),
    (8, "npm run build"),
    (5, "npx prettier --write {file}"),
    (4, "npx eslint {file}"),
    (3, "npm ci"),
    (2, "npm run dev -- --port 300{n}"),
]);

const RUST: Weighted<&str> = Weighted::new(&[
    (24, "cargo test"),
    (20, "cargo check"),
    (16, "cargo test --lib -- --nocapture"),
    (14, "cargo clippy --all-targets -- -D warnings"),
    (10, "cargo fmt"),
    (7, "cargo build"),
    (4, "cargo test 2>&1 | tail -{n}0"),
    (3, "cargo tree -i serde"),
    (2, "cargo doc --no-deps"),
]);

const GO: Weighted<&str> = Weighted::new(&[
    (30, "go test ./..."),
    (18, "go build ./..."),
    (14, "go test ./{dir} -run Test -count=1"),
    (12, "go vet ./..."),
    (10, "gofmt -l ."),
    (8, "golangci-lint run"),
    (4, "make lint"),
    (4, "go mod tidy"),
]);

const INFRASTRUCTURE: Weighted<&str> = Weighted::new(&[
    (22, "terraform plan"),
    (16, "terraform validate"),
    (14, "terraform fmt -check"),
    (9, "terraform plan -var-file=envs/staging.tfvars"),
    (8, "terraform -chdir=envs/staging plan"),
    (7, "terraform fmt -recursive"),
    (6, "kubectl get pods -n staging"),
    (5, "terraform init -backend=false"),
    (4, "kubectl describe deployment {repository} -n staging"),
    (4, "kubectl logs deploy/gateway -n staging --tail=100"),
    (3, "helm template charts/gateway"),
    (3, "tflint --recursive"),
    (2, "kubectl diff -f overlays/staging"),
    (2, "terraform output -json"),
    (1, "aws sts get-caller-identity"),
]);

/// How work is handed in, in this order; each step is left out at times.
pub(in crate::traffic) const DELIVERY: &[Delivery] = &[
    Delivery::Run("git status --short"),
    Delivery::Run("git diff --stat"),
    Delivery::Run("git add -A"),
    Delivery::Run("git commit -m \"{message}\""),
    Delivery::Push,
    Delivery::Run("gh pr create --fill --base main"),
];

/// One step of handing in.
#[derive(Debug)]
pub(in crate::traffic) enum Delivery {
    Run(&'static str),
    /// One of [`PUSHES`] or [`PUSH_TARGETS`].
    Push,
}

/// Pushes as commands.
pub(in crate::traffic) const PUSHES: Weighted<&str> = Weighted::new(&[
    (50, "git push -u origin {branch}"),
    (30, "git push"),
    (20, "git push origin HEAD"),
]);

/// Operations that a git tool asks for, and their targets.
pub(in crate::traffic) const PUSH_TARGETS: Weighted<(&str, &str)> = Weighted::new(&[
    (60, ("push", "origin/{branch}")),
    (20, ("push", "origin HEAD:refs/heads/{branch}")),
    (14, ("fetch", "origin/main")),
    (6, ("pull", "origin/{branch}")),
]);
