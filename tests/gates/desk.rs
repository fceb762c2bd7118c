//! A service, its pack, and the people who approve: Bo owns the data and the repository, Ada asks.

use std::fs;
use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;

use tempfile::TempDir;

use super::people;
use super::serve::Service;
use super::support::{Run, cavra, command, run};

pub(crate) struct Desk(pub(crate) TempDir);

impl Desk {
    /// A desk whose pack is this `policy.yaml`, with these files of Rego.
    pub(crate) fn new(policy: &str, rules: &[(&str, &str)]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let rights = [
            "--group",
            "Data Owners=bo",
            "--group",
            "Repository Owners=bo",
            "--role",
            "approve=bo",
            "--role",
            "trust=ada",
        ];
        people::trust(desk.0.path(), &["ada", "bo"], &rights);
        fs::create_dir_all(desk.path("pack/rules")).unwrap();
        fs::write(desk.path("pack/policy.yaml"), policy).unwrap();
        for (name, text) in rules {
            fs::write(desk.path(&format!("pack/rules/{name}")), text).unwrap();
        }
        desk
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn start(&self) -> Service {
        let [data, pack, socket, trust] =
            ["data", "pack", "admin.sock", "trust.json"].map(|name| self.path(name));
        Service::start(&[
            "--data-dir",
            &data,
            "--policy",
            &pack,
            "--admin-socket",
            &socket,
            "--trust",
            &trust,
        ])
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("unix:{}", self.path("admin.sock"))
    }

    /// A command that runs in `folder`, with these variables.
    pub(crate) fn in_folder(
        &self,
        folder: &Path,
        args: &[&str],
        variables: &[(&str, &str)],
    ) -> Run {
        let mut command = command();
        command.current_dir(folder).args(args);
        command.env_remove("CAVRA_SESSION_ID");
        command.env_remove("CLAUDE_CODE_SESSION_ID");
        for (name, value) in variables {
            command.env(name, value);
        }
        run(&mut command)
    }

    pub(crate) fn approve(&self, id: &str) {
        let (key, trust, endpoint) = (
            self.path("bo.key"),
            self.path("trust.json"),
            self.endpoint(),
        );
        let approve = ["approvals", "approve", id, "--signing-key", &key];
        let how = [
            "--trust",
            &trust,
            "--endpoint",
            &endpoint,
            "--timeout",
            "20s",
        ];
        cavra(&[&approve[..], &how].concat()).exits(0);
    }
}

/// A socket on which somebody answers every connection with rubbish.
pub(crate) fn answers_rubbish(path: &str) {
    let listener = UnixListener::bind(path).unwrap();
    // It ends with the test's process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            // Who has gone away already doesn't matter.
            drop(stream.unwrap().write_all(b"HTTP/1.1 200 OK\r\n\r\nallow\n"));
        }
    });
}
