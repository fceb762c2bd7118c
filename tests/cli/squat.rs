//! Another process that answers at the service's address is not believed to be the service.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::serve::Service;
use crate::support::{cavra, cavra_with};

const READ: [&str; 3] = ["decide", "--read", ".env"];

fn public_key(service: &Service) -> String {
    service
        .data
        .path()
        .join("journal.pub")
        .display()
        .to_string()
}

#[test]
fn a_signed_answer_is_taken_and_the_warning_is_gone() {
    let service = Service::start(&[]);
    let (endpoint, key) = (service.endpoint(), public_key(&service));
    let asked = [&READ[..], &["--endpoint", endpoint]].concat();
    cavra(&asked)
        .exits(4)
        .complains("any process that listens at the endpoint is trusted to decide");
    let asked = [&asked[..], &["--server-key", &key]].concat();
    let run = cavra(&asked).exits(4);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
    let lines =
        "{\"action_type\":\"read_file\",\"target\":\"a\",\"requested_operation\":\"read\"}\n"
            .repeat(40);
    let many = ["decide", "--endpoint", endpoint, "--server-key", &key];
    let many = cavra_with(&[&many[..], &["--output", "json"]].concat(), lines).exits(0);
    assert_eq!(many.json_lines().len(), 40);
}

#[test]
fn the_service_s_own_key_can_be_trusted_too() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (folder.path().join("key"), folder.path().join("key.pub"));
    let (private, public) = (private.to_str().unwrap(), public.to_str().unwrap());
    let generate = ["keys", "generate", "--name", "example.org/server"];
    let files = ["--out", private, "--public", public];
    cavra(&[&generate[..], &files].concat()).exits(0);
    let service = Service::start(&["--answer-key", private]);
    let asked = [&READ[..], &["--endpoint", service.endpoint()]].concat();
    cavra(&[&asked[..], &["--server-key", public]].concat()).exits(4);
    let kept_off = ["serve", "--journal", "off", "--answer-key", private];
    cavra(&kept_off)
        .exits(1)
        .complains("`--answer-key` needs a journal");
}

#[test]
fn whoever_takes_the_port_after_a_crash_is_refused() {
    let mut service = Service::start(&[]);
    let key = public_key(&service);
    let endpoint = service.endpoint().to_owned();
    let asked = [&READ[..], &["--endpoint", &endpoint, "--server-key", &key]].concat();
    cavra(&asked).exits(4);
    service.stop("-KILL");

    let address = endpoint.strip_prefix("http://").unwrap();
    for rest in [&[][..], &["--journal", "off"]] {
        let data = tempfile::tempdir().unwrap();
        let mut squatter = Command::new(env!("CARGO_BIN_EXE_cavra"))
            .args(["serve", "--listen", address])
            .args(rest)
            .env("CAVRA_DATA_DIR", data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for_a_line(&mut squatter);
        let run = cavra(&asked).exits(1);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        assert!(
            run.stderr.contains("can't be believed") || run.stderr.contains("can't sign"),
            "{}",
            run.stderr
        );
        squatter.kill().unwrap();
        squatter.wait().unwrap();
    }
}

fn wait_for_a_line(child: &mut std::process::Child) {
    use std::io::{BufRead as _, BufReader};
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.as_mut().unwrap());
    out.read_line(&mut line).unwrap();
    assert!(line.contains("listening"), "{line}");
}

#[test]
fn a_socket_is_believed_by_who_serves_it() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("cavra.sock");
    let socket = socket.to_str().unwrap();
    let service = Service::start(&["--socket", socket]);
    let endpoint = format!("unix:{socket}");
    assert_eq!(service.ready["socket"], endpoint.as_str());
    let mode = std::fs::metadata(socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o666);
    let asked = [&READ[..], &["--endpoint", &endpoint]].concat();
    let run = cavra(&asked).exits(4);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
    let me = rustix::process::geteuid().as_raw();
    cavra(&[&asked[..], &["--socket-owner", &me.to_string()]].concat()).exits(4);
    let other = (me + 4711).to_string();
    cavra(&[&asked[..], &["--socket-owner", &other]].concat())
        .exits(1)
        .complains(&format!("is served by the user {me}, not by {other}"));
}
