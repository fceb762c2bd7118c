//! A receiver over HTTPS hears of requests, whatever it answers, and no decision waits for it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cavra::keys::VerifyingKey;
use serde_json::{Value, json};

use super::approvals_desk::{COMMAND, desk};
use super::desk::Desk;
use super::needs;
use super::serve::{PATIENCE, Service};
use super::support::{Run, cavra};

/// A Python program that listens, with a certificate of its own authority.
struct Receiver<'a> {
    desk: &'a Desk,
    child: Child,
    port: String,
}

fn openssl(desk: &Desk, args: &[&str]) {
    let mut command = Command::new("openssl");
    command.args(args).current_dir(desk.0.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
}

/// An authority `ca.pem`, and a certificate `server.pem` for `localhost` by it.
fn certificates(desk: &Desk) {
    let ec = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let ca = [
        "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "9000",
    ];
    openssl(desk, &[&["req", "-x509"][..], &ec, &ca].concat());
    let request = [
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
        "-subj",
        "/CN=localhost",
    ];
    openssl(desk, &[&["req", "-new"][..], &ec, &request].concat());
    fs::write(desk.path("names"), "subjectAltName=DNS:localhost").unwrap();
    let sign = [
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
    ];
    let more = [
        "-CAcreateserial",
        "-days",
        "9000",
        "-extfile",
        "names",
        "-out",
        "server.pem",
    ];
    openssl(desk, &[&sign[..], &more].concat());
}

impl<'a> Receiver<'a> {
    fn start(desk: &'a Desk) -> Self {
        certificates(desk);
        fs::write(desk.path("status"), "204").unwrap();
        fs::write(desk.path("log"), "").unwrap();
        let mut child = Command::new("python3")
            .arg("tests/data/approvals/receiver.py")
            .args(["server.pem", "server.key", "status", "log"].map(|name| desk.path(name)))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut port).unwrap();
        Self {
            desk,
            child,
            port: port.trim().to_owned(),
        }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}/hook/s3cr3t", self.port)
    }

    fn serve(&self) -> Service {
        let ca = self.desk.path("ca.pem");
        let webhook = [
            "--approval-webhook",
            &self.url(),
            "--approval-webhook-ca",
            &ca,
        ];
        self.desk.start_with(&webhook)
    }

    fn answers(&self, status: &str) {
        // Whole, whenever it is read.
        fs::write(self.desk.path("status.new"), status).unwrap();
        fs::rename(self.desk.path("status.new"), self.desk.path("status")).unwrap();
    }

    fn heard(&self) -> Vec<Value> {
        let log = fs::read_to_string(self.desk.path("log")).unwrap();
        let whole = log.rfind('\n').map_or("", |end| &log[..end]);
        let lines = whole.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Waits until the receiver has heard so many.
    fn wait_for(&self, count: usize) -> Vec<Value> {
        let start = Instant::now();
        loop {
            let heard = self.heard();
            if heard.len() >= count {
                return heard;
            }
            assert!(start.elapsed() < PATIENCE, "heard {heard:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Receiver<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn can_run() -> bool {
    needs::program("python3") && needs::program("openssl")
}

/// Asks for the program in a session: the id of the request.
fn ask(desk: &Desk, session: &str) -> String {
    let document = desk.path("action.json");
    let action = json!({
        "action_type": "execute_command", "target": COMMAND, "session_id": session,
    });
    fs::write(&document, action.to_string()).unwrap();
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let words = [
        "decide",
        "--endpoint",
        &endpoint,
        "--timeout",
        "20s",
        "--output",
        "json",
    ];
    let asked = cavra(&[&words[..], &[&document]].concat()).exits(3).json();
    asked["approval_id"].as_str().unwrap().to_owned()
}

/// Fails unless the log's key signed what was heard.
fn is_signed(heard: &Value, service: &Service) {
    let key = service.ready["journal"]["verifying_key"].as_str().unwrap();
    let key: VerifyingKey = key.parse().unwrap();
    let header = |name: &str| heard["headers"][name].as_str().unwrap();
    let signature = header("webhook-signature").strip_prefix("v1a,").unwrap();
    let signature = STANDARD.decode(signature).unwrap();
    let (id, time) = (header("webhook-id"), header("webhook-timestamp"));
    let body = heard["body"].as_str().unwrap();
    let signed = format!("{id}.{time}.{body}");
    assert!(key.verify(signed.as_bytes(), &signature), "{heard}");
    let other = format!("{id}.{time}.{body} ");
    assert!(!key.verify(other.as_bytes(), &signature), "{heard}");
    let age = jiff::Timestamp::now().as_second() - time.parse::<i64>().unwrap();
    assert!((0..60).contains(&age), "{heard}");
}

#[test]
fn a_receiver_hears_of_each_request_until_it_is_answered() {
    if !can_run() {
        return;
    }
    let desk = desk();
    let receiver = Receiver::start(&desk);
    let mut service = receiver.serve();
    let first = ask(&desk, "one");
    assert_eq!(ask(&desk, "one"), first);
    let heard = &receiver.wait_for(1)[0];
    is_signed(heard, &service);
    assert_eq!(heard["path"], "/hook/s3cr3t");
    assert_eq!(heard["headers"]["webhook-id"], first.as_str());
    let body: Value = serde_json::from_str(heard["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["approval_id"], first.as_str());
    assert_eq!(body["groups"], json!([["Repository Owners"]]));
    assert_eq!(body["summary"], COMMAND);
    assert_eq!(body["schema_version"], "cavra.approval-notice.v1");
    assert!(body["severity"].is_string(), "{body}");
    // Neither a failure nor a redirect is taken for success. What is tried again has the same id.
    receiver.answers("302");
    let second = ask(&desk, "two");
    receiver.wait_for(2);
    receiver.answers("503");
    receiver.wait_for(3);
    receiver.answers("204");
    let heard = receiver.wait_for(4);
    assert_eq!(heard.len(), 4, "{heard:?}");
    for (tried, answer) in heard[1..].iter().zip(["302", "503", "204"]) {
        assert_eq!(tried["path"], "/hook/s3cr3t");
        assert_eq!(tried["answer"], answer);
        assert_eq!(tried["headers"]["webhook-id"], second.as_str());
        is_signed(tried, &service);
    }
    let log = service.log();
    assert!(log.contains("the receiver answered 302"), "{log}");
    // The path may be a secret of the receiver's.
    assert!(!log.contains("s3cr3t"), "{log}");
    // What still waits after a start is heard of again; what was answered is not.
    approve(&desk, &first).exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
    let service = receiver.serve();
    let heard = receiver.wait_for(5);
    assert_eq!(heard[4]["headers"]["webhook-id"], second.as_str());
    let third = ask(&desk, "three");
    let heard = receiver.wait_for(6);
    assert_eq!(heard[5]["headers"]["webhook-id"], third.as_str());
    assert_eq!(heard.len(), 6, "{heard:?}");
    is_signed(&heard[5], &service);
}

fn approve(desk: &Desk, id: &str) -> Run {
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let [key, trust] = ["bo.key", "trust.json"].map(|name| desk.path(name));
    let by = ["--signing-key", &key, "--trust", &trust];
    let answer = ["approvals", "approve", id, "--endpoint", &endpoint];
    cavra(&[&answer[..], &by].concat())
}

#[test]
fn no_decision_and_no_stop_waits_for_a_receiver_that_hangs() {
    if !can_run() {
        return;
    }
    let desk = desk();
    let receiver = Receiver::start(&desk);
    receiver.answers("hang");
    let mut service = receiver.serve();
    ask(&desk, "first");
    receiver.wait_for(1);
    // The thread waits for the first answer meanwhile, five seconds.
    for number in 0..10 {
        ask(&desk, &number.to_string());
    }
    assert_eq!(service.stop("-TERM"), Some(0));
    // Nothing of it is lost.
    receiver.answers("204");
    let before = receiver.heard().len();
    let _service = receiver.serve();
    receiver.wait_for(before + 11);
}

#[test]
fn a_receiver_whose_certificate_nobody_vouches_for_hears_nothing() {
    if !can_run() {
        return;
    }
    let desk = desk();
    let receiver = Receiver::start(&desk);
    let service = desk.start_with(&["--approval-webhook", &receiver.url()]);
    ask(&desk, "one");
    service.wait_for_log("didn't arrive; it is tried again");
    assert_eq!(receiver.heard(), Vec::<Value>::new());
}

#[test]
fn settings_that_would_send_notices_astray_are_refused() {
    let desk = desk();
    let pem = desk.path("no.pem");
    fs::write(&pem, "nothing").unwrap();
    let url = "https://chat.example.org/hook";
    let rows: [(&[&str], &str); 6] = [
        (
            &["--approval-webhook", "http://chat.example.org/hook"],
            "`https://`",
        ),
        (
            &["--approval-webhook", "https://bo:pw@chat.example.org/"],
            "has a user in it",
        ),
        (&["--approval-webhook", "chat"], "`https://`"),
        (&["--approval-webhook-ca", &pem], "--approval-webhook <URL>"),
        (
            &["--approval-webhook", url, "--approval-webhook-ca", &pem],
            "holds no `CERTIFICATE`",
        ),
        (
            &["--approval-webhook", url, "--journal", "off"],
            "gives none without a journal",
        ),
    ];
    for (args, says) in rows {
        let [data, pack, trust] = ["data", "mine", "trust.json"].map(|name| desk.path(name));
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let more = ["--policy", &pack, "--trust", &trust];
        let refused = super::support::run(
            super::support::command()
                .args([&serve[..], &more, args].concat())
                .env("CAVRA_DATA_DIR", &data),
        );
        assert_ne!(refused.code, 0, "{args:?}");
        refused.complains(says);
    }
}
