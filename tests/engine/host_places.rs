//! The places from which hosts read their settings, and those of an installation.

use crate::common;

use std::path::{Path, PathBuf};

use cavra::action::establish;
use cavra::agents::host::{Host, Scope};
use cavra::agents::places::Places;
use cavra::decision::Verdict;
use serde_json::json;

fn places() -> Places {
    Places {
        home: "/home/dev".into(),
        project: "/home/dev/repo".into(),
        host_homes: Vec::new(),
    }
}

/// What an agent would write to switch a hook off, or to answer for it.
fn paths() -> Vec<PathBuf> {
    let places = places();
    let mut paths = vec![places.codex_config()];
    for scope in Scope::ALL {
        paths.extend([places.hook_config(scope), places.record(scope)]);
        for host in Host::ALL {
            paths.push(places.settings(host, scope).path);
            paths.extend(places.rules(host, scope));
        }
    }
    for source in Host::ALL.into_iter().flat_map(|host| places.sources(host)) {
        paths.push(match source.is_folder {
            true => source.path.join("more.json"),
            false => source.path,
        });
    }
    paths
}

#[test]
fn no_shipped_pack_allows_a_write_of_a_host_s_settings() {
    let mut count = 0;
    for id in ["cavra-ai-agent-baseline", "cavra-coding-agent"] {
        let policy = common::policy(id);
        for path in paths() {
            // A project's own variables, which the baseline lets agents write. `cavra agents doctor` says
            // whether those among them replace a hook.
            let is_of_project = ["/home/dev/repo/.env", "/home/dev/.env"]
                .iter()
                .any(|it| path == Path::new(it));
            if is_of_project && id == "cavra-ai-agent-baseline" {
                continue;
            }
            let path = path.display();
            let actions = [
                json!({"action_type": "write_file", "target": path.to_string(), "requested_operation": "write"}),
                json!({"action_type": "execute_command", "target": format!("echo x > {path}"),
                    "requested_operation": format!("echo x > {path}")}),
            ];
            for mut document in actions {
                document["workspace_root"] = json!("/home/dev/repo");
                document["cwd"] = json!("/home/dev/repo");
                let action = common::action(&document);
                let facts = establish(&action).unwrap();
                let decision = policy.judge(&action, &facts).decision;
                assert!(decision >= Verdict::RequireApproval, "{id}: {document}");
                count += 1;
            }
        }
    }
    assert!(count >= 200, "only {count} writes");
}
