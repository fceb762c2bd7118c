//! Commands that would change or stop CAVRA itself.

use crate::action::facts::{Command, GuardTampering, GuardTamperingKind, Word};

/// The beginning of the names of CAVRA's own variables.
const VARIABLES: &str = "CAVRA_";
/// CAVRA's name, as it is in the names of processes, services, containers and files.
const NAME: &str = "cavra";

/// Programs that set or remove the variables that their words name.
const SETTERS: &[&str] = &[
    "declare",
    "env",
    "export",
    "launchctl",
    "local",
    "readonly",
    "set",
    "setenv",
    "setx",
    "sudo",
    "systemctl",
    "systemd-run",
    "typeset",
    "unset",
    "unsetenv",
];
/// Programs that end processes by name or number.
const KILLERS: &[&str] = &[
    "fkill",
    "fuser",
    "kill",
    "killall",
    "pkill",
    "skill",
    "snice",
    "start-stop-daemon",
    "stop-process",
    "stop-service",
    "taskkill",
    "xkill",
    "zkill",
];
/// Programs that manage services, containers or workloads.
const MANAGERS: &[&str] = &[
    "brew",
    "chkconfig",
    "crictl",
    "ctr",
    "docker",
    "docker-compose",
    "dinitctl",
    "helm",
    "initctl",
    "kubectl",
    "launchctl",
    "monit",
    "net",
    "nerdctl",
    "net.exe",
    "nomad",
    "nssm",
    "oc",
    "pm2",
    "podman",
    "podman-compose",
    "rc-service",
    "rc-update",
    "s6-rc",
    "s6-svc",
    "sc",
    "sc.exe",
    "service",
    "supervisorctl",
    "sv",
    "svc",
    "systemctl",
    "update-rc.d",
];
/// The subcommand of such a program, if it stops, restarts or changes what the program manages.
const STOPPING: &[&str] = &[
    "bootout",
    "clean",
    "delete",
    "disable",
    "down",
    "drain",
    "edit",
    "evict",
    "exit",
    "force-stop",
    "freeze",
    "kickstart",
    "kill",
    "mask",
    "off",
    "patch",
    "pause",
    "remove",
    "reload-or-restart",
    "restart",
    "revert",
    "rm",
    "rollout",
    "scale",
    "set",
    "set-property",
    "shutdown",
    "stop",
    "terminate",
    "try-restart",
    "undeploy",
    "uninstall",
    "unload",
    "update",
];
/// `s6-svc` and `sv` take single letters (runit, sv(8): `d`own, `x` to exit, `t`erm, `k`ill).
const STOPPING_LETTERS: &[&str] = &["-d", "-x", "-k", "-t", "d", "x", "k", "t"];

/// The commands of `commands` that would change or stop CAVRA.
pub(super) fn tampering(commands: &[Command]) -> Vec<GuardTampering> {
    // `pgrep cavra | xargs kill`: the number comes from another command of the line.
    let looked_up = commands.iter().any(mentions);
    let mut found = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        let mut add = |kind, what: String| {
            found.push(GuardTampering {
                command: Some(index),
                kind,
                what,
            });
        };
        if let Some(variable) = variable(command) {
            add(GuardTamperingKind::Environment, variable);
        }
        if looked_up && !command.inert && stops(command) {
            add(GuardTamperingKind::Service, command.program.clone());
        }
    }
    found
}

/// Whether a command may take part in that: it names CAVRA or one of its variables, or ends
/// processes, which another command of the line may name.
pub(super) fn concerns(command: &Command) -> bool {
    mentions(command)
        || variable(command).is_some()
        || forms(command).any(|(program, _)| KILLERS.contains(&program))
}

/// The first of CAVRA's variables that the command sets or removes.
fn variable(command: &Command) -> Option<String> {
    let assigned = command.assignments.iter().map(String::as_str);
    let words = forms(command)
        .filter(|(program, _)| SETTERS.contains(program))
        .flat_map(|(_, words)| words.iter().map(String::as_str))
        .map(|word| word.strip_prefix("-u").unwrap_or(word))
        .map(|word| word.strip_prefix("--unset=").unwrap_or(word));
    let name = |text: &str| {
        let name = text.split('=').next().unwrap_or(text);
        name.starts_with(VARIABLES).then(|| name.to_owned())
    };
    assigned.chain(words).find_map(name)
}

/// Whether a command of a line that names CAVRA stops it.
fn stops(command: &Command) -> bool {
    let from_elsewhere = || {
        command.via.iter().any(|via| via.starts_with("xargs"))
            || command.words.iter().any(|word| word.dynamic)
    };
    (mentions(command) || from_elsewhere())
        && forms(command).any(|(program, words)| {
            let told = |verb: &String| {
                let verb = verb.to_lowercase();
                STOPPING.contains(&verb.as_str())
                    || (matches!(program, "sv" | "svc" | "s6-svc")
                        && STOPPING_LETTERS.contains(&verb.as_str()))
            };
            KILLERS.contains(&program) || (MANAGERS.contains(&program) && words.iter().any(told))
        })
}

/// The ways to read a command: the program in lower case, and the words behind it.
fn forms(command: &Command) -> impl Iterator<Item = (&str, &[String])> {
    command
        .block_forms
        .iter()
        .filter_map(|form| form.split_first())
        .map(|(program, words)| (program.as_str(), words))
}

/// Whether a word names CAVRA: `cavra.service`, `$(pidof cavra)`, `/run/cavra.pid`, `[c]avra`.
fn mentions(command: &Command) -> bool {
    // Few words have a `v`, and no other letter becomes one in lower case.
    let may = |word: &&Word| word.text.bytes().any(|byte| matches!(byte, b'v' | b'V'));
    command.words.iter().filter(may).any(|word| {
        let text = word.text.to_lowercase().replace(['[', ']'], "");
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|part| part == NAME)
    })
}
