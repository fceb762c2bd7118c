//! A property list for launchd (launchd.plist(5)). launchd passes sockets in a way of its own, so the service
//! makes them.

use std::path::PathBuf;

use super::install::{Start, Unit};

const LABEL: &str = "org.cavra.authority";
/// The user of the service. macOS begins the names of such users with an underscore.
const USER: &str = "_cavra";
const STATE: &str = "/usr/local/var/cavra";

/// The file, and what to do with it.
pub(super) fn daemon(start: &Start<'_>) -> (Vec<Unit>, Vec<String>) {
    let fixed = [
        "serve",
        "--data-dir",
        "/usr/local/var/cavra/journal",
        "--listen",
        "unix:/usr/local/var/cavra/run/agents.sock",
        "--admin-socket",
        "/usr/local/var/cavra/run/admin.sock",
    ];
    let words = [start.program].into_iter().chain(fixed);
    let words = words.chain(start.options.iter().map(String::as_str));
    let words: String = words
        .map(|word| format!("    <string>{}</string>\n", escaped(word)))
        .collect();
    let text = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>{LABEL}</string>
  <key>ProgramArguments</key>
  <array>
{words}  </array>
  <key>UserName</key>
  <string>{USER}</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardOutPath</key>
  <string>{STATE}/serve.log</string>
  <key>StandardErrorPath</key>
  <string>{STATE}/serve.log</string>
</dict>
</plist>
"#
    );
    let path = format!("/Library/LaunchDaemons/{LABEL}.plist");
    let notes = vec![
        "CAVRA is tested on Linux only; this file was not tried on macOS".to_owned(),
        format!(
            "make the user `{USER}`, and give it `{STATE}` with the folders `journal` and `run`"
        ),
        format!("start it: `launchctl bootstrap system {path}`"),
    ];
    let path = PathBuf::from(path);
    (vec![Unit { path, text }], notes)
}

/// A text of XML.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}
