//! The programs that a host's settings name.

use std::path::Path;

use serde_json::Value;

/// Keys of a hook whose text is a command line, unless `args` are beside it: then it is a program.
const COMMANDS: &[&str] = &["command", "bash", "powershell"];
/// The key of a hook whose text is a program.
const PROGRAM: &str = "exec";

/// Whether an entry of the list of hooks starts a program that has the file name of `program`, by itself or
/// in a command line.
pub(super) fn starts(entry: &Value, program: &str) -> bool {
    let hooks = entry.get("hooks").and_then(Value::as_array);
    let hooks = hooks.map_or(std::slice::from_ref(entry), Vec::as_slice);
    hooks.iter().any(|hook| {
        let text = |key: &str| hook.get(key).and_then(Value::as_str);
        let has_arguments = hook.get("args").is_some();
        let mut commands = COMMANDS.iter().filter_map(|key| text(key));
        text(PROGRAM).is_some_and(|path| is_named_as(path, program))
            || commands.any(|command| match has_arguments {
                true => is_named_as(command, program),
                false => mentions(command, program),
            })
    })
}

/// Whether a word of a command line is a path with the file name of `program`.
pub(super) fn mentions(line: &str, program: &str) -> bool {
    let words = shlex::split(line);
    let words = words.unwrap_or_else(|| line.split_whitespace().map(str::to_owned).collect());
    words.iter().any(|word| is_named_as(word, program))
}

fn is_named_as(path: &str, program: &str) -> bool {
    let name = Path::new(path).file_name();
    name.is_some() && name == Path::new(program).file_name()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::agents::host::Host;
    use crate::agents::registration::Registration;

    const PROGRAM: &str = "/opt/my tools/cavra-hook";

    #[test]
    fn what_an_installation_writes_is_recognised_for_each_host() {
        for host in Host::ALL {
            let registration = |program: &str| Registration {
                host,
                program: program.to_owned(),
                config: "/etc/cavra-hook/config.json".to_owned(),
            };
            let entry = |program| registration(program).entry().unwrap();
            assert!(starts(&entry(PROGRAM), PROGRAM), "{host:?}");
            assert!(starts(&entry("/elsewhere/cavra-hook"), PROGRAM), "{host:?}");
            // The name is a folder of an argument, or a part of another name.
            assert!(!starts(&entry("/usr/bin/other"), PROGRAM), "{host:?}");
            assert!(
                !starts(&entry("/usr/bin/cavra-hook-off"), PROGRAM),
                "{host:?}"
            );
            assert!(!starts(&entry("/opt/cavra-hook/run"), PROGRAM), "{host:?}");
        }
    }

    #[test]
    fn an_edited_entry_is_recognised_by_its_program() {
        for (entry, is_ours) in [
            (
                json!({"hooks": [{"command": "env A=1 /opt/cavra-hook codex"}]}),
                true,
            ),
            (
                json!({"hooks": [{"command": "true"}, {"command": "cavra-hook"}]}),
                true,
            ),
            (json!({"hooks": [{"command": "cavra-hook 'open"}]}), true),
            (json!({"bash": "exec /opt/cavra-hook copilot-cli"}), true),
            (json!({"exec": "/opt/cavra-hook"}), true),
            (
                json!({"command": "/bin/true", "args": ["/opt/cavra-hook"]}),
                false,
            ),
            (
                json!({"hooks": [{"command": "true", "description": "no cavra-hook"}]}),
                false,
            ),
            (json!({"hooks": []}), false),
            (json!("cavra-hook"), false),
        ] {
            assert_eq!(starts(&entry, PROGRAM), is_ours, "{entry}");
        }
    }
}
