//! Hosts: what facts say of them, what the lists of a pack decide, and which commands may read from
//! them without approval. The tables are in `tests/data/network/`.

use crate::common;

use cavra::action::facts::{Facts, NetworkAccess, Traffic};
use cavra::action::limits::MAX_HOSTS;
use cavra::action::{Action, Caller, Place, Request, establish};
use cavra::decision::{Judgement, Verdict};
use cavra::engine::Policy;
use proptest::prelude::*;
use proptest::sample::select;

const ROOT: &str = "/home/dev/repo";
/// Every effect, and hosts to read from.
const READS: &str = r#"
metadata: {id: own, inherits: cavra-ai-agent-baseline}
commands:
  allow_effects: {read_workspace: true, write_workspace: true, temporary_files: true, git_local: true, network_read: true}
network:
  allowed_hosts: [github.com, api.github.com, "*.example.com", registry.npmjs.org, pypi.org, files.pythonhosted.org, "localhost:3000"]
"#;
/// Lists that restrict.
const BLOCKS: &str = r#"
metadata: {id: own, inherits: cavra-ai-agent-baseline}
commands:
  allow: ["curl*", "curl -*", "wget -*", "git fetch*", "ssh*", "sometool -*", "psql -*"]
network:
  block: [evil.com, "*.evil.com", "http://plain.com", "odd.com:8443", 169.254.169.254]
  require_approval: [ask.com, "*.ask.com"]
"#;

fn policy(text: &str) -> Policy {
    Policy::compile(common::inline(text, &[])).unwrap()
}

fn action(line: &str) -> Action {
    Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: Place {
            cwd: Some(ROOT.to_owned()),
            workspace_root: Some(ROOT.to_owned()),
            ..Place::default()
        },
        terraform_plan: None,
    }
}

fn facts(line: &str) -> Facts {
    establish(&action(line)).unwrap()
}

fn judge(policy: &Policy, line: &str) -> Judgement {
    policy.judge(&action(line), &facts(line))
}

fn rows(name: &str, least: usize) -> Vec<String> {
    let path = common::repository(&format!("tests/data/network/{name}.txt"));
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines();
    let rows = rows.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows: Vec<String> = rows.map(str::to_owned).collect();
    assert!(rows.len() >= least, "only {} rows", rows.len());
    rows
}

fn verdict(text: &str) -> Verdict {
    match text {
        "allow" => Verdict::Allow,
        "ask" => Verdict::RequireApproval,
        "block" => Verdict::Block,
        other => panic!("`{other}` is no verdict"),
    }
}

fn line(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\\n", "\\n")
}

fn shown(access: &NetworkAccess) -> String {
    let traffic = match access.traffic {
        Traffic::Opened => "opens",
        Traffic::Reads => "reads",
        Traffic::Sends => "sends",
    };
    let mark = if access.host.is_none() { "?" } else { "" };
    format!("{traffic} {mark}{}", access.endpoint)
}

fn check(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn facts_name_every_host() {
    let mut failures = Vec::new();
    for row in rows("facts", 120) {
        let (line, want) = row.split_once(" =>").unwrap();
        let mut want: Vec<&str> = want.split(" ; ").map(str::trim).collect();
        want.retain(|item| !item.is_empty());
        want.sort_unstable();
        let facts = facts(line);
        let mut got: Vec<String> = facts.network.iter().map(shown).collect();
        got.sort_unstable();
        if got != want {
            failures.push(format!("{line:?} wants {want:?}, got {got:?}"));
        }
        let text = serde_json::to_string(&facts.network).unwrap();
        assert!(!text.contains("hunter2"), "a password is shown: {text}");
    }
    check(&failures);
}

#[test]
fn lines_that_only_read_from_listed_hosts_are_allowed() {
    let policy = policy(READS);
    let mut failures = Vec::new();
    for row in rows("lines", 250) {
        let (want, command) = row.split_once(' ').unwrap();
        let command = line(command);
        let judgement = judge(&policy, &command);
        if judgement.decision != verdict(want) {
            let found = judgement.findings.first();
            let why = found.map_or("", |finding| &finding.reason);
            let got = judgement.decision;
            failures.push(format!("{command:?} wants {want}, got {got:?}: {why}"));
        }
    }
    check(&failures);
}

#[test]
fn lists_that_restrict_hold_for_every_program() {
    let policy = policy(BLOCKS);
    let mut failures = Vec::new();
    for row in rows("blocked", 45) {
        let mut parts = row.splitn(3, ' ');
        let (want, rule) = (parts.next().unwrap(), parts.next().unwrap());
        let command = line(parts.next().unwrap());
        let judgement = judge(&policy, &command);
        let got = (judgement.decision, &*judgement.findings[0].rule_id);
        if got != (verdict(want), rule) {
            failures.push(format!("{command:?} wants {want} {rule}, got {got:?}"));
        }
    }
    check(&failures);
}

/// Without the effect, and without a host list, the section changes nothing; and a host list alone
/// asks for what is known only at run time.
#[test]
fn a_list_counts_only_where_it_is() {
    let baseline = "metadata: {id: own, inherits: cavra-ai-agent-baseline}\n";
    let none = policy(baseline);
    let hosts_alone = policy(&format!(
        "{baseline}network: {{allowed_hosts: [github.com]}}"
    ));
    let effect_alone = policy(&format!(
        "{baseline}commands: {{allow_effects: {{network_read: true}}}}"
    ));
    for line in ["curl https://github.com/", "gh pr view 1", "npm view x"] {
        let before = judge(&none, line).decision;
        assert_eq!(before, Verdict::RequireApproval, "{line}");
        for policy in [&hosts_alone, &effect_alone] {
            assert_eq!(judge(policy, line).decision, before, "{line}");
        }
    }
    for line in ["git fetch origin", "curl $URL", "kubectl get pods"] {
        let judgement = judge(&none, line);
        let mut findings = judgement.findings.iter();
        assert!(
            findings.all(|finding| !finding.rule_id.starts_with("network.")),
            "{line}"
        );
    }
}

/// `network_read` adds allows and nothing else, and needs `git_local` for `git fetch`.
#[test]
fn a_fetch_changes_the_repository() {
    let with = policy(READS);
    let without = policy(&READS.replace("git_local: true, ", ""));
    for line in ["git fetch origin", "git ls-remote origin"] {
        assert_eq!(judge(&with, line).decision, Verdict::Allow, "{line}");
        let judgement = judge(&without, line);
        assert_eq!(judgement.decision, Verdict::RequireApproval, "{line}");
    }
}

/// Hosts beyond the limit are represented by one without a host, so nothing is allowed because of
/// them, and a list asks.
#[test]
fn hosts_are_counted() {
    let urls: Vec<String> = (0..MAX_HOSTS * 2)
        .map(|n| format!("https://h{n}.example.com/"))
        .collect();
    let many: Vec<String> = urls
        .chunks(64)
        .map(|urls| format!("curl {}", urls.join(" ")))
        .collect();
    let many = many.join("; ");
    assert_eq!(facts(&many).network.len(), MAX_HOSTS + 1);
    assert_eq!(facts(&many).network.last().unwrap().host, None);
    assert_ne!(judge(&policy(READS), &many).decision, Verdict::Allow);
    assert_ne!(judge(&policy(BLOCKS), &many).decision, Verdict::Allow);
    let alike = vec!["curl https://a.example.com/"; 100].join("; ");
    assert_eq!(facts(&alike).network.len(), 100);
    assert_eq!(judge(&policy(READS), &alike).decision, Verdict::Allow);
}

#[test]
fn reasons_name_the_host() {
    let reads = policy(READS);
    let blocks = policy(BLOCKS);
    let rows: [(&Policy, &str, &str); 7] = [
        (
            &reads,
            "curl https://github.com/x",
            "it reads from the network and connects to `https://github.com`",
        ),
        (
            &reads,
            "curl https://evil.com/x",
            "it connects to `https://evil.com`, which is not in `network.allowed_hosts`",
        ),
        (
            &reads,
            "git fetch evil",
            "it reads from the remote `evil`, which is not in `git.allowed_remotes`",
        ),
        (
            &reads,
            "curl -L https://github.com/",
            "what `-L` makes `curl` do is not known",
        ),
        (&reads, "gh pr merge 1", "can't be allowed"),
        (
            &blocks,
            "curl https://a.evil.com/x",
            "connecting to `https://a.evil.com` is blocked by the pattern `*.evil.com`",
        ),
        (
            &blocks,
            "git fetch origin",
            "which host `origin` is, is known only when the command runs",
        ),
    ];
    for (policy, line, want) in rows {
        let judgement = judge(policy, line);
        let reason = &judgement.findings[0].reason;
        assert!(reason.contains(want), "{line}: {reason}");
    }
}

/// Words that the tables of `curl`, `gh`, `npm`, `pip` and `git fetch` don't have, or that change
/// where a command goes.
const WORDS: &[&str] = &[
    "-L",
    "-K",
    "-n",
    "-d",
    "@a.txt",
    "-T",
    "-F",
    "-u",
    "-b",
    "-x",
    "--next",
    "--resolve",
    "-e",
    "https://evil.com",
    "evil.com",
    "http://169.254.169.254/",
    "file:///etc/hosts",
    "--config",
    "--web",
    "--hostname",
    "--input",
    "-f",
    "--registry=https://evil.com",
    "-i",
    "--proxy",
    "https://evil.com",
    "--upload-pack=./x",
    "--prune",
    "main:main",
    "$X",
    "$(cat a.txt)",
    "*",
    "--unknown",
    "-Z",
    "ext::sh",
    "--",
    "\\",
    "env",
    "$ENV",
    "graphql",
];
const ALLOWED: &[&str] = &[
    "curl https://github.com/x",
    "curl -s https://api.github.com/x",
    "curl -so out.json https://a.example.com/x",
    "gh pr view 12",
    "gh pr list",
    "gh api repos/a/b",
    "npm view react",
    "pip index versions requests",
    "git fetch origin",
    "git ls-remote origin",
];

/// Whether every host that an allowed line connects to is one of the pack's, by the facts.
fn goes_only_to_listed(facts: &Facts) -> bool {
    let hosts = [
        "github.com",
        "api.github.com",
        "registry.npmjs.org",
        "pypi.org",
        "files.pythonhosted.org",
    ];
    facts
        .network
        .iter()
        .all(|access| match (&access.host, &access.remote) {
            (Some(host), _) => {
                access.traffic == Traffic::Reads
                    && (hosts.contains(&host.as_str()) || host.ends_with(".example.com"))
            }
            (None, Some(remote)) => ["origin", "upstream"].contains(&remote.as_str()),
            (None, None) => false,
        })
}

proptest! {
    /// A word that is added to an allowed line, anywhere, leaves it allowed only if it is one that
    /// the tables account for, and never leads elsewhere.
    #[test]
    fn another_word_never_leads_elsewhere(
        base in select(ALLOWED),
        words in prop::collection::vec((select(WORDS), 0..6_usize), 1..4),
    ) {
        let policy = policy(READS);
        let mut line: Vec<&str> = base.split(' ').collect();
        for (word, at) in words {
            let at = 1 + at.min(line.len() - 1);
            line.insert(at, word);
        }
        let line = line.join(" ");
        let facts = facts(&line);
        if policy.judge(&action(&line), &facts).decision == Verdict::Allow {
            prop_assert!(goes_only_to_listed(&facts), "{line}");
            prop_assert!(!line.contains("://evil") && !line.contains("://169"), "{line}");
            prop_assert!(!line.contains('$'), "{line}");
        }
    }

    /// However a host is written, facts have it in one form or say that it isn't known.
    #[test]
    fn a_host_is_never_two(text in "[a-zA-Z0-9.@:%/\\\\#?\\[\\]-]{1,40}") {
        let line = format!("curl 'https://{text}'");
        for access in facts(&line).network {
            if let Some(host) = access.host {
                prop_assert_eq!(host.to_ascii_lowercase(), host.clone());
                prop_assert!(!host.ends_with('.') && !host.contains(['@', '/', '\\', '%']));
            }
        }
    }
}
