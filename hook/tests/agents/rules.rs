//! A pack's block lists as rules of the hosts, read by somebody else's readers of those formats.

use std::process::Command;

use serde_json::{Value, json};

use crate::home::Home;

/// What a Python program prints, as JSON.
fn python(program: &str, args: &[&str]) -> Value {
    let mut command = Command::new("python3");
    let done = command.args(["-c", program]).args(args).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    serde_json::from_slice(&done.stdout).unwrap()
}

const PACK: &str = r#"
metadata: { id: mine, title: t, description: d, version: "1.0.0", inherits: cavra-ai-agent-baseline }
filesystem:
  block_read: ["*.pem", "customers/**", "{a,b}.txt", "~/notes/*.md"]
commands:
  block: ["helm upgrade*", "halt", "deploy * production*", "echo 'a b'*"]
network:
  block: ["evil.example.com", "https://a.example.com:8443"]
mcp:
  blocked_servers: ["rogue", "a b"]
"#;

fn with_pack() -> Home {
    let home = Home::new();
    home.write("pack/policy.yaml", PACK);
    home
}

fn install(home: &Home, host: &str) -> Value {
    let pack = home.path("pack/policy.yaml");
    let options = [
        "--yes",
        "--output",
        "json",
        "--policy",
        pack.to_str().unwrap(),
    ];
    let done = home.install(host, &options);
    assert_eq!(done.code, 0, "{done:?}");
    done.json()
}

/// Why an entry of a list is left out.
fn why<'a>(report: &'a Value, list: &str, entry: &str) -> Vec<&'a str> {
    let left_out = report["left_out"].as_array().unwrap().iter();
    let left_out = left_out.filter(|it| it["list"] == list && it["entry"] == entry);
    left_out.map(|it| it["why"].as_str().unwrap()).collect()
}

#[test]
fn claude_code_denies_what_the_pack_lists() {
    let home = with_pack();
    let report = install(&home, "claude-code");
    let settings = home.json(".claude/settings.json");
    let deny = settings["permissions"]["deny"].as_array().unwrap();
    for rule in [
        "Read(//**/*.pem)",
        "Read(//**/.env)",
        "Read(//**/.ssh/identity)",
        "Read(./customers/**)",
        "Read(~/notes/*.md)",
        "Edit(./.github/workflows/**)",
        "Edit(//**/etc/cavra/**)",
        "Bash(helm upgrade *)",
        "Bash(halt)",
        "Bash(deploy * production)",
        "Bash(deploy * production *)",
        "Bash(terraform apply *)",
        "WebFetch(domain:evil.example.com)",
        "mcp__rogue",
    ] {
        assert!(deny.contains(&json!(rule)), "{rule}");
    }
    assert_eq!(report["rules"], deny.len());
    assert_eq!(why(&report, "filesystem.block_read", "{a,b}.txt").len(), 1);
    assert_eq!(why(&report, "commands.block", "echo 'a b'*").len(), 1);
    assert_eq!(
        why(&report, "network.block", "https://a.example.com:8443").len(),
        1
    );
    assert_eq!(why(&report, "mcp.blocked_servers", "a b").len(), 1);
    assert!(why(&report, "filesystem.block_read", ".env")[0].contains("family"));
    assert_eq!(why(&report, "git.protected_branches", "main").len(), 1);
    assert_eq!(why(&report, "mcp.block_unknown_servers", "true").len(), 1);
}

#[test]
fn gemini_cli_reads_its_rules() {
    const PROGRAM: &str = r#"
import json, re, sys, tomllib
rules = tomllib.load(open(sys.argv[1], "rb"))["rule"]
assert all(r["decision"] == "deny" and r["priority"] == 999 for r in rules)
# What the host itself refuses.
unsafe = re.compile(r"\([^)]*[*+?{].*\)[*+?{]")
assert not any(unsafe.search(r.get("argsPattern", "") + r.get("commandRegex", "")) for r in rules)
def denied(tool, args):
    text = json.dumps(args, separators=(",", ":"))
    def hit(r):
        if "mcpName" in r:
            return False
        names = r["toolName"] if isinstance(r["toolName"], list) else [r["toolName"]]
        if "commandPrefix" in r:
            pattern = '"command":"' + re.escape(r["commandPrefix"]) + r'(?:[\s"]|\\")'
        elif "commandRegex" in r:
            pattern = '"command":"' + r["commandRegex"]
        else:
            pattern = r["argsPattern"]
        return tool in names and re.search(pattern, text) is not None
    return any(map(hit, rules))
cases = json.loads(sys.argv[2])
print(json.dumps([denied(tool, args) for tool, args, _ in cases]))
"#;
    let home = with_pack();
    let report = install(&home, "gemini-cli");
    let path = home.path(".gemini/policies/cavra.toml");
    let run = |line: &str| json!(["run_shell_command", {"command": line}]);
    let file = |tool: &str, path: &str| json!([tool, {"file_path": path}]);
    let mut cases = Vec::new();
    for (case, denied) in [
        (run("helm upgrade web"), true),
        (run("helm upgrade"), true),
        (run("helm upgraded"), false),
        (run("halt"), true),
        (run("halt --help"), false),
        (run("deploy web production"), true),
        (run("deploy web production now"), true),
        (run("deploy web staging"), false),
        (run("terraform apply -auto-approve"), true),
        (run("terraform plan"), false),
        (file("read_file", "/w/.env"), true),
        (file("read_file", ".env"), true),
        (file("read_file", "/w/.environment"), false),
        (file("read_file", "certs/a.pem"), true),
        (file("read_file", "certs/a.pem.md"), false),
        (file("read_file", "/h/.ssh/x/id"), false),
        (file("write_file", "/etc/cavra/hook.json"), true),
        (file("replace", "/w/journal.db"), true),
        (file("write_file", "/w/notes.txt"), false),
    ] {
        let mut case = case.as_array().unwrap().clone();
        case.push(json!(denied));
        cases.push(case);
    }
    let found = python(
        PROGRAM,
        &[path.to_str().unwrap(), &json!(cases).to_string()],
    );
    for (case, denied) in cases.iter().zip(found.as_array().unwrap()) {
        assert_eq!(&case[2], denied, "{case:?}");
    }
    assert_eq!(
        why(&report, "filesystem.block_read", "customers/**").len(),
        1
    );
    assert_eq!(why(&report, "network.block", "evil.example.com").len(), 1);
}

#[test]
fn codex_forbids_prefixes() {
    const STARLARK: &str = r#"
import json, sys
rules = []
exec(open(sys.argv[1]).read(), {"prefix_rule": lambda **rule: rules.append(rule)})
print(json.dumps(rules))
"#;
    const TOML: &str = r#"
import json, sys, tomllib
print(json.dumps(tomllib.load(open(sys.argv[1], "rb"))))
"#;
    let home = with_pack();
    let report = install(&home, "codex");
    let path = home.path(".codex/rules/cavra.rules");
    let rules = python(STARLARK, &[path.to_str().unwrap()]);
    let rules = rules.as_array().unwrap();
    assert_eq!(report["rules"], rules.len());
    let upgrade = rules
        .iter()
        .find(|it| it["pattern"] == json!(["helm", "upgrade"]));
    assert_eq!(upgrade.unwrap()["decision"], "forbidden");
    assert_eq!(why(&report, "commands.block", "halt").len(), 1);
    assert_eq!(
        why(&report, "commands.block", "deploy * production*").len(),
        1
    );
    assert_eq!(why(&report, "filesystem.block_read", ".env").len(), 1);

    home.write("image/etc/codex/requirements.toml", "# mine\nallowed_sandbox_modes = [\"read-only\"]\n\n[rules]\nprefix_rules = [\n  { pattern = [{ token = \"rm\" }], decision = \"prompt\" },\n]\n");
    let root = home.path("image");
    let done = home.install_into_image("codex");
    assert_eq!(done.code, 0, "{done:?}");
    let path = root.join("etc/codex/requirements.toml");
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .starts_with("# mine\n")
    );
    let settings = python(TOML, &[path.to_str().unwrap()]);
    assert_eq!(settings["allowed_sandbox_modes"], json!(["read-only"]));
    assert_eq!(settings["allow_managed_hooks_only"], true);
    assert_eq!(settings["features"]["hooks"], true);
    assert_eq!(settings["hooks"]["managed_dir"], "/usr/bin");
    let hook = &settings["hooks"]["PreToolUse"][0]["hooks"][0];
    assert_eq!(
        hook["command"],
        "/usr/bin/cavra-hook codex --config /etc/cavra/hook.json"
    );
    let rules = settings["rules"]["prefix_rules"].as_array().unwrap();
    assert_eq!(rules[0]["decision"], "prompt");
    let apply = json!([{"token": "terraform"}, {"token": "apply"}]);
    assert!(
        rules
            .iter()
            .any(|it| it["pattern"] == apply && it["decision"] == "forbidden")
    );
}

#[test]
fn copilot_cli_has_no_rules_and_says_so() {
    let home = with_pack();
    let report = install(&home, "copilot-cli");
    assert_eq!(report["rules"], 0);
    assert!(why(&report, "commands.block", "helm upgrade*")[0].contains("no rules"));
    let settings = home.json(".copilot/hooks/cavra.json");
    assert_eq!(settings["version"], 1);
    let hook = &settings["hooks"]["preToolUse"][0];
    assert_eq!(hook["args"][0], "copilot-cli");
}
