//! What a pack must pass to be in force, and what health says of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cavra::authority::Authority;
use cavra::authority::recording::Recording;
use cavra::engine::Policy;
use cavra::journal::record::Recorder;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::file::KeySource;
use cavra::library::{Library, load_file};
use cavra::redaction::{Redaction, RedactionKey};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::serve::{PATIENCE, Service};
use super::support::cavra;

pub(crate) const BASELINE: &str = "cavra-ai-agent-baseline";

const PACKS: &str = "cavra.condition.packs";

const POLICY: &str = "cavra.condition.policy";

pub(crate) fn put(folder: &Path, id: &str, text: &str) -> PathBuf {
    let folder = folder.join(id);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("policy.yaml"), text).unwrap();
    folder
}

/// The baseline under another id: whole, as a service would be given it.
fn whole() -> String {
    let text = fs::read_to_string(format!("policy-packs/{BASELINE}/policy.yaml")).unwrap();
    text.replacen(&format!("id: {BASELINE}"), "id: mine", 1)
}

/// A pack that is well-formed and lets `terraform apply` go.
pub(crate) const LAX: &str = "metadata: {id: mine}\ncommands: {allow: ['terraform apply*']}\n";

/// What one name of health answers, and why.
pub(crate) fn health(service: &Service, name: &str) -> (bool, Vec<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let endpoint = service.endpoint().to_owned();
    let request = HealthCheckRequest {
        service: name.to_owned(),
    };
    runtime.block_on(async move {
        let channel = tonic::transport::Channel::from_shared(endpoint).unwrap();
        let mut client = HealthClient::new(channel.connect().await.unwrap());
        let answer = client.check(request).await.unwrap();
        let reasons = answer.metadata().get_all("cavra-reason").iter();
        let reasons = reasons.map(|it| it.to_str().unwrap().to_owned());
        // True of every service for development.
        let reasons =
            reasons.filter(|it| !it.starts_with("proof: the policy in force is unproved"));
        let reasons = reasons.collect();
        (
            answer.into_inner().status() == ServingStatus::Serving,
            reasons,
        )
    })
}

/// Waits until `name` answers so: health follows the log, in its own time.
fn wait_for_health(service: &Service, name: &str, serving: bool) -> Vec<String> {
    let start = std::time::Instant::now();
    loop {
        let (found, reasons) = health(service, name);
        if found == serving {
            return reasons;
        }
        assert!(start.elapsed() < PATIENCE, "{name}: {}", service.log());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_pack_that_is_cut_off_is_refused_on_a_hangup_and_health_and_log_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let text = whole();
    let policy = put(folder.path(), "mine", &text).join("policy.yaml");
    let packs = folder.path().to_str().unwrap();
    let pack = ["--packs", packs, "--policy-pack", "mine", "--development"];
    let mut service = Service::start(&pack);
    let endpoint = service.endpoint().to_owned();
    let apply = || {
        let args = [
            "decide",
            "--endpoint",
            &endpoint,
            "--command",
            "terraform apply",
        ];
        cavra(&[&args[..], &["--output", "json"]].concat())
            .exits(4)
            .json()["effective_digest"]
            .clone()
    };
    let before = apply();
    assert_eq!(health(&service, PACKS), (true, Vec::new()));
    // Wherever it is cut off: in a word, in a list, between sections, before the first byte.
    let middle = text.find("\ncommands:").unwrap();
    let cuts = [
        0,
        text.len() / 10,
        text.len() / 3,
        text.len() / 2,
        middle,
        middle + 40,
    ];
    for cut in cuts {
        fs::write(&policy, &text[..cut]).unwrap();
        let refused = service.log().matches("packs not reloaded").count();
        service.signal("-HUP");
        let start = std::time::Instant::now();
        while service.log().matches("packs not reloaded").count() == refused {
            assert!(start.elapsed() < PATIENCE, "at {cut}: {}", service.log());
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let reasons = wait_for_health(&service, PACKS, false);
        assert!(reasons[0].starts_with("packs: not reloaded, the policies in force stay"));
        assert!(reasons[0].contains("mine"), "at {cut}: {reasons:?}");
        assert_eq!(apply(), before, "at {cut}");
        assert!(health(&service, "").0, "it decides all the same");
    }
    fs::write(&policy, &text).unwrap();
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    assert!(wait_for_health(&service, PACKS, true).is_empty());
    assert_eq!(apply(), before);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn a_pack_that_fails_its_required_cases_does_not_decide() {
    let folder = tempfile::tempdir().unwrap();
    let pack = put(folder.path(), "mine", LAX);
    let pack = pack.to_str().unwrap();
    let apply = ["decide", "--policy", pack, "--command", "terraform apply"];
    let refused = cavra(&apply).exits(1).complains("`block_terraform_apply`");
    assert_eq!(refused.stdout, "");
    refused
        .complains("--allow-failed-cases")
        .complains("`mine`");
    cavra(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--journal",
        "off",
        "--policy",
        pack,
    ])
    .exits(1)
    .complains("required cases")
    .complains("`block_terraform_apply`");
    // As a candidate it is only looked at; staged, it could be put in force.
    let candidate = [
        "decide",
        "--candidate",
        pack,
        "--command",
        "terraform apply",
    ];
    cavra(&candidate).exits(4).prints("loosened");
    cavra(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--journal",
        "off",
        "--candidate",
        pack,
    ])
    .exits(1)
    .complains("required cases");
    // It can be explained, with a word of warning.
    cavra(&["explain", "--policy", pack, "--command", "terraform apply"])
        .exits(0)
        .complains("`block_terraform_apply`");
    // All the same, if someone insists.
    cavra(&[&apply[..], &["--allow-failed-cases"]].concat())
        .exits(0)
        .complains("`block_terraform_apply`")
        .complains("--allow-failed-cases");
}

#[test]
fn a_service_that_is_told_to_allow_it_says_so_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let pack = put(folder.path(), "mine", LAX);
    let mut service = Service::start(&[
        "--policy",
        pack.to_str().unwrap(),
        "--allow-failed-cases",
        "--development",
    ]);
    let problem = service.ready["problem"].as_str().unwrap();
    assert!(problem.contains("block_terraform_apply"), "{problem}");
    service.wait_for_log("--allow-failed-cases");
    let (serving, reasons) = health(&service, POLICY);
    assert!(!serving);
    assert!(
        reasons[0].starts_with("policy: pack `mine` fails"),
        "{reasons:?}"
    );
    assert!(health(&service, "").0, "it decides all the same");
    // Mended and read again, it is well.
    put(folder.path(), "mine", &whole());
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    assert!(wait_for_health(&service, POLICY, true).is_empty());
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn a_pack_may_be_stricter_than_the_required_cases_if_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "metadata: {{id: mine, inherits: {BASELINE}}}\ncommands: {{require_approval: ['terraform plan*']}}\n"
    );
    let pack = put(folder.path(), "mine", &text);
    let plan = [
        "decide",
        "--policy",
        pack.to_str().unwrap(),
        "--command",
        "terraform plan",
    ];
    cavra(&plan).exits(1).complains("`allow_terraform_plan`");
    fs::create_dir(pack.join("cases")).unwrap();
    let case = "cases:\n- case_id: allow_terraform_plan\n  input: {action_type: execute_command, \
                target: terraform plan, requested_operation: terraform plan}\n  \
                want: {decision: require_approval}\n";
    fs::write(pack.join("cases/stricter.yaml"), case).unwrap();
    cavra(&plan).exits(3);
}

#[test]
fn a_pack_in_audit_mode_is_compared_by_what_its_rules_come_to() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("metadata: {{id: mine, mode: audit, inherits: {BASELINE}}}\n");
    let pack = put(folder.path(), "mine", &text);
    let apply = |pack: &Path| {
        let pack = pack.to_str().unwrap();
        cavra(&["decide", "--policy", pack, "--command", "terraform apply"])
    };
    apply(&pack).exits(0).prints("audit_only");
    let lax = LAX.replace("id: mine", "id: lax, mode: audit");
    apply(&put(folder.path(), "lax", &lax))
        .exits(1)
        .complains("`block_terraform_apply`");
}

/// Compiles and passes its cases, and lint blocks it.
fn blocked_by_lint(id: &str) -> String {
    format!("metadata: {{id: {id}, inherits: {BASELINE}}}\ncommands: {{allow: ['*']}}\n")
}

#[test]
fn what_lint_blocks_is_not_put_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let pack = put(folder.path(), "mine", &blocked_by_lint("mine"));
    let pack = pack.to_str().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--journal", "off"];
    let start = |args: &[&str]| cavra(&[&serve[..], args].concat()).exits(1);
    for args in [["--policy", pack], ["--candidate", pack]] {
        start(&args)
            .complains("lint blocks pack `mine`")
            .complains("allow-any-program");
    }
    let lax = [&["--policy", pack][..], &["--allow-failed-cases"]].concat();
    start(&lax).complains("lint blocks pack `mine`");
    // Reloaded, it is refused as well.
    put(folder.path(), "mine", &whole());
    let mut service = Service::start(&["--policy", pack, "--development"]);
    put(folder.path(), "mine", &blocked_by_lint("mine"));
    service.signal("-HUP");
    service.wait_for_log("packs not reloaded");
    service.wait_for_log("allow-any-program");
    assert_eq!(service.stop("-TERM"), Some(0));
    // One command decides by it: lint is for what stays.
    cavra(&["decide", "--policy", pack, "--read", ".env"]).exits(4);
}

/// Leaves a journal in `data` whose authority enforced the pack at `pack`.
fn was_in_force(data: &Path, key: &Path, pack: &Path) {
    let key: KeySource = key.to_str().unwrap().parse().unwrap();
    let journal = Journal::open(Options {
        directory: data.to_owned(),
        mode: Mode::Durable,
        key: key.signing_key().unwrap(),
        checkpoint_directory: None,
        own_key: None,
    });
    let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
    let recording = Recording::new(journal.unwrap(), recorder);
    let pack = Library::built_in().effective_of(load_file(pack).unwrap());
    let policy = Arc::new(Policy::compile(pack.unwrap()).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let recorded = Authority::new(policy, None).recorded_in(recording);
    runtime.block_on(recorded).unwrap();
}

#[test]
fn what_was_in_force_before_an_upgrade_is_not_refused_for_what_lint_has_learnt() {
    let folder = tempfile::tempdir().unwrap();
    let (data, key) = (folder.path().join("data"), folder.path().join("key"));
    let pack = put(folder.path(), "mine", &blocked_by_lint("mine"));
    let other = put(folder.path(), "other", &blocked_by_lint("other"));
    let named = ["--name", "example.org/log", "--out", key.to_str().unwrap()];
    cavra(&[&["keys", "generate"][..], &named].concat()).exits(0);
    was_in_force(&data, &key, &pack);
    let kept = [
        "--data-dir",
        data.to_str().unwrap(),
        "--signing-key",
        key.to_str().unwrap(),
    ];
    // Another pack is refused.
    let serve = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--policy",
        other.to_str().unwrap(),
    ];
    cavra(&[&serve[..], &kept].concat())
        .exits(1)
        .complains("lint blocks pack `other`");
    let mine = ["--policy", pack.to_str().unwrap()];
    let mut service = Service::start(&[&mine[..], &kept].concat());
    let problem = service.ready["problem"].as_str().unwrap();
    assert!(problem.contains("lint blocks pack `mine`"), "{problem}");
    assert!(problem.contains("in force before"), "{problem}");
    assert!(!health(&service, POLICY).0);
    // A reload keeps it too.
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    assert_eq!(service.stop("-TERM"), Some(0));
    // What fails its required cases is refused, in force before or not.
    put(folder.path(), "mine", LAX);
    was_in_force(&data, &key, &pack);
    let serve = [
        "serve",
        "--development",
        "--listen",
        "127.0.0.1:0",
        "--policy",
        pack.to_str().unwrap(),
    ];
    cavra(&[&serve[..], &kept].concat())
        .exits(1)
        .complains("required cases");
}
