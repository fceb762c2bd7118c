//! The entry that makes a host start the hook, and what else has to be set beside it.

use serde_json::{Value, json};

use super::host::{Host, Scope};
use super::installed::Installation;
use super::settings::Insertion;
use super::started::{mentions, starts};

/// Seconds that a host waits for the hook. The hook's own deadline is far below.
pub const HOST_TIMEOUT_SECONDS: u64 = 30;
/// The name under which Gemini CLI lists the hook.
const HOOK_NAME: &str = "cavra";
/// The file name of the hook's program.
pub const PROGRAM_NAME: &str = "cavra-hook";

/// A hook as a host starts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The host.
    pub host: Host,
    /// The absolute path of the program.
    pub program: String,
    /// The absolute path of the hook's configuration.
    pub config: String,
}

/// A program and its arguments hold what no command line can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` has a NUL byte, which no command line can hold")]
pub struct QuoteError(String);

impl Registration {
    /// The arguments of the program.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        vec![
            self.host.as_str().to_owned(),
            "--config".to_owned(),
            self.config.clone(),
        ]
    }

    /// The entry in the list of hooks that run before a tool.
    ///
    /// # Errors
    /// If the host takes a command line, and a path can't be in one.
    pub fn entry(&self) -> Result<Value, QuoteError> {
        let (program, arguments) = (&self.program, self.arguments());
        Ok(match self.host {
            Host::ClaudeCode => json!({
                "matcher": "*",
                "hooks": [{
                    "type": "command",
                    "command": program,
                    "args": arguments,
                    "timeout": HOST_TIMEOUT_SECONDS,
                }],
            }),
            Host::Codex => json!({
                "hooks": [{
                    "type": "command",
                    "command": self.line()?,
                    "timeout": HOST_TIMEOUT_SECONDS,
                }],
            }),
            Host::CopilotCli => json!({
                "type": "command",
                "exec": program,
                "args": arguments,
                "timeoutSec": HOST_TIMEOUT_SECONDS,
            }),
            // Milliseconds, as nothing else here.
            Host::GeminiCli => json!({
                "matcher": "*",
                "hooks": [{
                    "name": HOOK_NAME,
                    "type": "command",
                    "command": self.line()?,
                    "timeout": HOST_TIMEOUT_SECONDS * 1000,
                }],
            }),
        })
    }

    fn line(&self) -> Result<String, QuoteError> {
        let arguments = self.arguments();
        let words = [&self.program].into_iter().chain(&arguments);
        let line = shlex::try_join(words.map(String::as_str));
        line.map_err(|_| QuoteError(self.program.clone()))
    }

    /// Everything that registers the hook.
    ///
    /// # Errors
    /// As [`Self::entry`].
    pub fn insertions(&self, scope: Scope) -> Result<Vec<Insertion>, QuoteError> {
        let key = |at: &[&str], value: Value| Insertion::Key {
            at: path(at),
            value,
        };
        let mut insertions = vec![Insertion::Element {
            at: path(list(self.host)),
            value: self.entry()?,
        }];
        if self.host == Host::ClaudeCode {
            // The commands in a skill's text run without a call that a hook is asked about.
            insertions.insert(0, key(&["disableSkillShellExecution"], json!(true)));
        }
        match (self.host, scope) {
            (Host::ClaudeCode, Scope::Managed) => {
                insertions.insert(0, key(&["allowManagedHooksOnly"], json!(true)));
            }
            (Host::Codex, Scope::Managed) => {
                let folder = self
                    .program
                    .rsplit_once('/')
                    .map_or("/", |(folder, _)| folder);
                insertions.splice(
                    0..0,
                    [
                        key(&["allow_managed_hooks_only"], json!(true)),
                        key(&["features", "hooks"], json!(true)),
                        key(&["hooks", "managed_dir"], json!(folder)),
                    ],
                );
            }
            (Host::CopilotCli, _) => insertions.insert(0, key(&["version"], json!(1))),
            _ => {}
        }
        Ok(insertions)
    }
}

/// The path of the list of hooks that run before a tool.
#[must_use]
pub const fn list(host: Host) -> &'static [&'static str] {
    match host {
        Host::ClaudeCode | Host::Codex => &["hooks", "PreToolUse"],
        Host::CopilotCli => &["hooks", "preToolUse"],
        Host::GeminiCli => &["hooks", "BeforeTool"],
    }
}

fn path(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// What is registered to run before a tool, as it is in settings.
fn registered(host: Host, settings: &Value) -> &[Value] {
    let found = list(host).iter().try_fold(settings, |at, key| at.get(key));
    found.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Why the hook of an installation does not run by these settings. None if it does.
#[must_use]
pub fn fault(settings: &Value, installation: &Installation) -> Option<String> {
    let (host, program) = (installation.host, &installation.program);
    let entries = registered(host, settings);
    if !entries.contains(&installation.entry) {
        let ours = entries.iter().find(|it| starts(it, program));
        return Some(match (ours, entries) {
            (Some(other), _) => {
                format!("the entry was edited after the installation: it is now {other}")
            }
            (None, []) => "no hook is registered".to_owned(),
            (None, _) => "only other programs are registered".to_owned(),
        });
    }
    switched_off(host, settings, program)
}

/// Variables that replace what a program loads (ld.so(8)), or by which a host runs no hooks or reads other
/// settings (the hosts' references).
const OVERRIDING: [&str; 10] = [
    "CLAUDE_CODE_SAFE_MODE",
    "CLAUDE_CODE_SIMPLE",
    "CLAUDE_CONFIG_DIR",
    "DYLD_INSERT_LIBRARIES",
    "GEMINI_CLI_SYSTEM_DEFAULTS_PATH",
    "GEMINI_CLI_SYSTEM_SETTINGS_PATH",
    "GLIBC_TUNABLES",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
];

/// Which setting switches the host's hooks off, or the one that starts `program`, if one does.
#[must_use]
pub fn switched_off(host: Host, settings: &Value, program: &str) -> Option<String> {
    let switches: &[(&[&str], bool)] = match host {
        Host::ClaudeCode | Host::CopilotCli => &[(&["disableAllHooks"], true)],
        Host::Codex => &[
            (&["features", "hooks"], false),
            (&["features", "codex_hooks"], false),
        ],
        Host::GeminiCli => &[
            (&["hooksConfig", "enabled"], false),
            (&["tools", "enableHooks"], false),
        ],
    };
    let off = switches.iter().find(|(at, value)| {
        let found = at.iter().try_fold(settings, |at, key| at.get(key));
        found == Some(&Value::Bool(*value))
    });
    if let Some((at, value)) = off {
        return Some(format!("`{}` is `{value}`: no hook runs", at.join(".")));
    }
    let variables = settings.get("env").and_then(Value::as_object);
    let mut names = variables.into_iter().flat_map(|it| it.keys());
    if let Some(name) = names.find(|name| OVERRIDING.contains(&name.as_str())) {
        return Some(format!(
            "it sets `{name}` for the host, which may replace the hook or switch it off"
        ));
    }
    let disabled = settings
        .get("hooksConfig")
        .and_then(|it| it.get("disabled"));
    let disabled = disabled.and_then(Value::as_array).into_iter().flatten();
    let is_named = |it: &Value| {
        let name = it.as_str().unwrap_or_default();
        name == HOOK_NAME || mentions(name, program)
    };
    let mut named = disabled.filter(|it| is_named(it));
    named
        .next()
        .filter(|_| host == Host::GeminiCli)
        .map(|_| "`hooksConfig.disabled` names the hook".to_owned())
}

/// The key that lets only hooks of managed settings run, if managed settings say so.
#[must_use]
pub fn managed_only(host: Host, settings: &Value) -> Option<&'static str> {
    let key = match host {
        Host::ClaudeCode => "allowManagedHooksOnly",
        Host::Codex => "allow_managed_hooks_only",
        Host::CopilotCli | Host::GeminiCli => return None,
    };
    (settings.get(key) == Some(&Value::Bool(true))).then_some(key)
}

/// Whether hooks besides `entry` are registered to run before a tool. Each may replace the tool's input.
#[must_use]
pub fn has_other_hooks(host: Host, settings: &Value, entry: &Value) -> bool {
    // Copilot CLI reads settings of Claude Code too.
    let of_claude_code = registered(Host::ClaudeCode, settings);
    let mut all = registered(host, settings).iter().chain(of_claude_code);
    all.any(|it| it != entry)
}
