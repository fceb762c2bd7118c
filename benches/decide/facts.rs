//! What establishing facts costs: a plain command line against a decision on ready facts, and
//! a script of 4 KiB.

use std::hint::black_box;
use std::sync::Arc;

use cavra::action::establish;
use cavra::action::{Action, ActionType};
use cavra::authority::{Ask, Authority};
use cavra::engine::Memo;
use criterion::Criterion;

use crate::support::{medians, mix, policy};
use crate::{BASELINE, authority};

const SCRIPT_BYTES: usize = 4096;

/// The lines of a build script, over and over.
const SCRIPT: &str = r#"set -euo pipefail
cd infra && terraform fmt -check && terraform validate
for dir in modules/*; do
  (cd "$dir" && terraform plan -input=false -out=tfplan) || echo "failed: $dir" >&2
done
if [ -f package.json ]; then npm test -- --watch=false | tee build/test.log; fi
version=$(git describe --tags --abbrev=0); echo "building ${version#v}"
cat > build/info.txt <<EOF
version: $version
EOF
grep -rn 'terraform apply' docs | head -n 20 > build/mentions.txt 2>/dev/null
timeout 300 bash -c 'pytest -q tests/unit && git push origin feature/login'
"#;

fn command(line: &str) -> Arc<Action> {
    let document = serde_json::json!({
        "action_type": "execute_command", "target": line, "requested_operation": line,
    });
    Arc::new(Action::from_json(document.to_string().as_bytes()).unwrap())
}

fn is_command(action: &Action) -> bool {
    action.action_type() == ActionType::ExecuteCommand
}

fn script() -> Arc<Action> {
    // Whole repetitions, then a comment: cut anywhere else, it would be another script.
    let lines = SCRIPT.repeat(SCRIPT_BYTES / SCRIPT.len());
    let filling = "#".repeat(SCRIPT_BYTES - lines.len());
    command(&format!("{lines}{filling}"))
}

fn decide(authority: &Authority, action: &Arc<Action>) {
    black_box(
        authority
            .decide(Arc::clone(action), Ask::default())
            .unwrap(),
    );
}

pub(crate) fn group(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("facts");
    let (authority, policy) = (authority(Memo::On), policy(BASELINE, Memo::On));
    let (plan, script) = (command("terraform plan"), script());
    let facts = establish(&plan).unwrap();
    group.bench_function("plan_ready_facts", |bencher| {
        bencher.iter(|| policy.judge(&plan, &facts));
    });
    group.bench_function("plan_facts_alone", |bencher| {
        bencher.iter(|| establish(&plan).unwrap());
    });
    let commands: Vec<_> = mix().into_iter().filter(|it| is_command(it)).collect();
    group.bench_function("commands_facts_alone", |bencher| {
        bencher.iter(|| {
            for command in &commands {
                black_box(establish(command).unwrap());
            }
        });
    });
    group.bench_function("plan_facts_and_decision", |bencher| {
        bencher.iter(|| decide(&authority, &plan));
    });
    group.bench_function("script_4kib", |bencher| {
        bencher.iter(|| decide(&authority, &script));
    });
    group.finish();
}

/// Prints both figures beside what the project promises.
pub(crate) fn ratios() {
    let (authority, policy) = (authority(Memo::On), policy(BASELINE, Memo::On));
    let (plan, script) = (command("terraform plan"), script());
    let facts = establish(&plan).unwrap();
    let times = medians(
        41,
        200,
        &mut [
            &mut || drop(black_box(policy.judge(&plan, &facts))),
            &mut || drop(black_box(policy.judge(&plan, &establish(&plan).unwrap()))),
        ],
    );
    if let [ready, both] = times.as_slice() {
        let more = both.saturating_sub(*ready).as_secs_f64() * 1e6;
        println!(
            "  facts of `terraform plan`: {more:.2} µs more than ready facts (wanted: at most 5)"
        );
    }
    let times = medians(41, 5, &mut [&mut || decide(&authority, &script)]);
    if let [script] = times.as_slice() {
        let micros = script.as_secs_f64() * 1e6;
        println!("  a script of 4 KiB, facts and decision: {micros:.0} µs (wanted: under 1000)");
    }
}
