use super::support::{cavra, command, run};

/// Every command, as `--help` must know it.
const COMMANDS: &[&[&str]] = &[
    &["simulate"],
    &["serve"],
    &["decide"],
    &["explain"],
    &["traffic"],
    &["shadow"],
    &["shadow", "replay"],
    &["shadow", "report"],
    &["shadow", "start"],
    &["shadow", "status"],
    &["shadow", "stop"],
    &["shadow", "watch"],
    &["shadow", "sign"],
    &["shadow", "explain"],
    &["shadow", "verify"],
    &["policy"],
    &["policy", "list"],
    &["policy", "show"],
    &["policy", "lint"],
    &["policy", "diff"],
    &["policy", "dry-run"],
    &["policy", "manifest"],
    &["policy", "lifecycle-plan"],
    &["policy", "lifecycle-packet"],
    &["policy", "lifecycle-readiness"],
    &["policy", "lifecycle-validate"],
    &["schema"],
    &["journal"],
    &["journal", "verify"],
    &["journal", "prove"],
    &["journal", "check-proof"],
    &["journal", "tail"],
    &["journal", "query"],
    &["journal", "show"],
    &["journal", "stats"],
    &["journal", "export"],
    &["journal", "checkpoint"],
    &["journal", "drop-contents"],
    &["keys"],
    &["keys", "generate"],
    &["keys", "show"],
    &["agents"],
    &["agents", "install"],
    &["agents", "uninstall"],
    &["agents", "list"],
    &["agents", "doctor"],
    &["agents", "coverage"],
    &["service"],
    &["service", "install"],
    &["approvals"],
    &["approvals", "list"],
    &["approvals", "show"],
    &["approvals", "approve"],
    &["approvals", "deny"],
    &["approvals", "cancel"],
    &["approvals", "watch"],
    &["approvals", "wait"],
    &["approvals", "stats"],
    &["lifecycle"],
    &["lifecycle", "request"],
    &["lifecycle", "sign"],
    &["lifecycle", "reject"],
    &["lifecycle", "show"],
    &["lifecycle", "break-glass"],
    &["lifecycle", "break-glass", "sign"],
    &["lifecycle", "break-glass", "send"],
    &["lifecycle", "ratify"],
    &["verify"],
    &["trust"],
    &["trust", "new"],
    &["trust", "show"],
    &["trust", "sign"],
    &["trust", "verify"],
];

#[test]
fn usage_errors_are_failures_and_help_is_not() {
    for args in [
        &["--bogus"][..],
        &["frobnicate"],
        &["decide", "--output", "xml"],
        &["policy", "list", "--output", "html"],
        &["policy"],
        &[],
    ] {
        assert_eq!(cavra(args).code, 1, "{args:?}");
    }
    cavra(&["decide", "--read", "a", "--write", "b"])
        .exits(1)
        .complains("cannot be used with");
    cavra(&["--version"])
        .exits(0)
        .prints(env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_command_is_in_the_help_and_explains_its_exit_codes() {
    let overview = cavra(&["help"]).exits(0);
    let is_group = |command: &[&str]| {
        let mut others = COMMANDS.iter();
        others.any(|other| other.len() > command.len() && other.starts_with(command))
    };
    for command in COMMANDS {
        let help = cavra(&[command, &["--help"][..]].concat()).exits(0);
        match command {
            [name] => assert!(overview.stdout.contains(&format!("\n  {name} ")), "{name}"),
            [groups @ .., name] => {
                let help = [&["help"][..], groups].concat();
                drop(cavra(&help).exits(0).prints(name));
            }
            [] => unreachable!(),
        }
        assert!(help.stdout.contains("Usage:"), "{command:?}");
        if !is_group(command) {
            help.prints("Exit codes:").prints("Examples:");
        }
    }
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let args = ["decide", "--read", ".env"];
    assert!(!cavra(&args).stdout.contains('\u{1b}'));
    let colored = cavra(&[&args[..], &["--color", "always"]].concat());
    assert!(colored.stdout.contains('\u{1b}'), "{}", colored.stdout);
    let json = cavra(&[&args[..], &["--color", "always", "--output", "json"]].concat());
    assert!(!json.stdout.contains('\u{1b}'));
    let table = run(command().args(["policy", "list", "--color", "never"]));
    assert!(!table.stdout.contains('\u{1b}'));
}
