//! What a wrapper or an assignment does is judged, whatever command it is in front of.
//!
//! `true`, `cd src` and `x=1` need no allow. Behind something that keeps `pytest` from being allowed
//! they must not let the line pass either.

use std::sync::Arc;

use cavra::action::{Action, Caller, Place, Request};
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;

use crate::common;

const BEFORE: &[&str] = &[
    "",
    "timeout 5 ",
    "./timeout 5 ",
    "command ",
    "sudo ",
    "doas ",
    "env ",
    "env A=1 ",
    "env BASH_ENV=x ",
    "env -C /tmp ",
    "env -S ",
    "LD_PRELOAD=./evil.so ",
    "BASH_ENV=id ",
    "PS4='$(id)' ",
    "PATH=. ",
    "nice ",
    "./nice ",
    "nohup ",
    "time ",
    "exec ",
    "xargs ",
    "stdbuf -o0 ",
    "setsid ",
    "strace ",
    "strace -o main.tf ",
    "chroot /evil ",
    "unshare ",
    "nsenter -t 1 ",
    "systemd-run -p ExecStartPre=/evil ",
    "flock main.tf ",
    "watch ",
    "busybox ",
    "npx ",
    "npx -y -p ./evil ",
    "uvx --from evil ",
    "uv run ",
    "poetry run ",
    "nix-shell evil.nix --run ",
    "envdir .env ",
    "dotenv -f .env run ",
    "sops exec-env secrets.yaml ",
    "docker run x ",
    "ssh host ",
    "su -c ",
    "bundle exec ",
    "op run -- ",
    "aws-vault exec prod -- ",
    "direnv exec . ",
    "firejail ",
    "faketime x ",
    "catchsegv ",
    "linux64 ",
    "taskset 1 ",
    "chpst -u root ",
    "softlimit ",
    "unbuffer ",
    "script -c ",
    "parallel ",
    "find . -exec ",
];

const SHELLS: &[&str] = &["INNER", "bash -c 'INNER'", "sh -c 'INNER'", "eval 'INNER'"];

const NEUTRAL: &[&str] = &["true", ":", "cd src", "x=1", "set -e"];

fn rank(authority: &Authority, line: &str) -> u8 {
    let action = Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: Place::default(),
        terraform_plan: None,
    };
    let answer = authority.decide(Arc::new(action), Ask::default()).unwrap();
    match answer.decision.verdict() {
        Verdict::Allow => 0,
        Verdict::Block => 2,
        _ => 1,
    }
}

#[test]
fn what_needs_no_allow_hides_nothing_in_front_of_it() {
    let authority = Authority::new(common::policy("cavra-ai-agent-baseline"), None);
    let (mut allowed, mut held) = (0, 0);
    for before in BEFORE {
        for shell in SHELLS {
            let with = |inner: &str| format!("{before}{}", shell.replace("INNER", inner));
            let strict = rank(&authority, &with("pytest"));
            for inner in NEUTRAL {
                // `timeout 5 x=1` runs a program of that name, as `timeout 5 cd src` does.
                let line = format!("{}; pytest", with(inner));
                let whole = rank(&authority, &line);
                assert!(
                    whole >= strict,
                    "`{line}` passes, `{}` does not",
                    with("pytest")
                );
                allowed += u32::from(whole == 0);
                held += u32::from(strict > 0);
            }
        }
    }
    assert!(allowed > 20 && held > 200, "{allowed} allowed, {held} held");
}
