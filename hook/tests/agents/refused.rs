//! What is refused, with everything left as it was.

use std::fs;
use std::os::unix::fs::symlink;

use crate::home::{HOSTS, Home};

#[test]
fn settings_that_can_not_be_read_are_never_overwritten() {
    let cases = [
        ("claude-code", "{", "not valid JSON"),
        ("claude-code", "{\"a\": 1} // mine\n", "not valid JSON"),
        (
            "claude-code",
            "{\"hooks\": {}, \"hooks\": {}}",
            "`hooks` is there twice",
        ),
        ("claude-code", "[]", "is not an object"),
        ("claude-code", "{\"hooks\": []}", "`hooks` is not an object"),
        (
            "claude-code",
            "{\"hooks\": {\"PreToolUse\": {}}}",
            "`hooks.PreToolUse` is not a list",
        ),
        ("codex", "hooks = 1", "not valid JSON"),
        ("copilot-cli", "{\"version\": 1,}", "not valid JSON"),
        ("gemini-cli", "{\"a\": 'b'}", "not valid JSON"),
        ("gemini-cli", "{\"a\": 1,}", "not valid JSON"),
        (
            "gemini-cli",
            "{\"a\": 1, \"a\": 2} // mine\n",
            "`a` is there twice",
        ),
    ];
    for (host, text, says) in cases {
        let home = Home::new();
        let (_, settings) = HOSTS.iter().find(|(name, _)| *name == host).unwrap();
        home.write(settings, text);
        let done = home.install(host, &["--yes"]);
        assert_eq!(done.code, 1, "{host} {text}: {done:?}");
        assert!(done.stderr.contains(says), "{host} {text}: {done:?}");
        assert_eq!(home.text(settings), text);
        assert!(!home.path(".config").exists(), "{host} {text}");
    }
    let home = Home::new();
    let deep = format!("{{\"a\": {}{}}}", "[".repeat(200), "]".repeat(200));
    home.write(".claude/settings.json", &deep);
    let done = home.install("claude-code", &["--yes"]);
    assert!(done.stderr.contains("brackets"), "{done:?}");
}

#[test]
fn toml_that_can_not_be_read_is_never_overwritten() {
    for (text, says) in [
        ("a = [", "not valid TOML"),
        ("[hooks]\n[hooks]\n", "not valid TOML"),
        ("hooks = 1\n", "`hooks` is not a table"),
        (
            "[hooks]\nPreToolUse = 1\n",
            "`hooks.PreToolUse` is not a list",
        ),
    ] {
        let home = Home::new();
        home.write("image/etc/codex/requirements.toml", text);
        let done = home.install_into_image("codex");
        assert_eq!(done.code, 1, "{text}: {done:?}");
        assert!(done.stderr.contains(says), "{text}: {done:?}");
        assert_eq!(home.text("image/etc/codex/requirements.toml"), text);
    }
}

#[test]
fn no_link_is_followed() {
    let home = Home::new();
    home.write("elsewhere/settings.json", "{}");
    symlink(home.path("elsewhere"), home.path(".claude")).unwrap();
    let folder = home.install("claude-code", &["--yes"]);
    assert!(folder.stderr.contains("is a link"), "{folder:?}");
    home.write(".gemini/x", "");
    symlink(
        home.path("elsewhere/settings.json"),
        home.path(".gemini/settings.json"),
    )
    .unwrap();
    let file = home.install("gemini-cli", &["--yes"]);
    assert!(file.stderr.contains("is a link"), "{file:?}");
    assert_eq!(home.text("elsewhere/settings.json"), "{}");
}

#[test]
fn a_program_that_is_no_program_and_an_endpoint_that_is_no_socket_are_refused() {
    let home = Home::new();
    home.write("bin/text", "no program");
    for hook in ["bin/none", "bin/text", "bin"] {
        let hook = home.path(hook);
        let given = [
            "install",
            "codex",
            "--user",
            "--yes",
            "--endpoint",
            "unix:/run/s",
            "--hook",
        ];
        let done = home.agents(&[&given[..], &[hook.to_str().unwrap()]].concat());
        assert_eq!(done.code, 1, "{done:?}");
        assert!(
            done.stderr.contains("can't be used as the hook"),
            "{done:?}"
        );
    }
    home.write(".config/cavra/hook.json", "{");
    let done = home.install("codex", &["--yes"]);
    assert!(done.stderr.contains("not valid JSON"), "{done:?}");
    assert_eq!(home.text(".config/cavra/hook.json"), "{");
    fs::remove_file(home.path(".config/cavra/hook.json")).unwrap();
    for endpoint in ["http://127.0.0.1:1", "unix:run/s"] {
        let hook = home.path("bin/cavra-hook");
        let given = [
            "install",
            "codex",
            "--user",
            "--yes",
            "--hook",
            hook.to_str().unwrap(),
        ];
        let done = home.agents(&[&given[..], &["--endpoint", endpoint]].concat());
        assert_eq!(done.code, 1, "{done:?}");
    }
    let done = home.agents(&["uninstall", "codex", "--user", "--yes"]);
    let says = "`codex` has no user installation\n";
    assert!(done.stderr.contains(says), "{done:?}");
    assert!(!home.path(".codex").exists());
}

#[test]
fn a_file_of_rules_that_somebody_else_wrote_stays() {
    let home = Home::new();
    home.write(".gemini/policies/cavra.toml", "# mine\n");
    let done = home.install("gemini-cli", &["--yes"]);
    assert!(
        done.stderr.contains("was not written by an installation"),
        "{done:?}"
    );
    fs::remove_file(home.path(".gemini/policies/cavra.toml")).unwrap();
    home.install("gemini-cli", &["--yes"]);
    home.write(".gemini/policies/cavra.toml", "# edited\n");
    let done = home.agents(&["uninstall", "gemini-cli", "--user", "--yes"]);
    assert!(done.stdout.contains("was edited, so it stays"), "{done:?}");
    assert_eq!(home.text(".gemini/policies/cavra.toml"), "# edited\n");
}
