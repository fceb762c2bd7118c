//! What is attacked, and what is compared with it, as processes.

use std::convert::Infallible;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::server::NamedService;

use crate::echo::{Echo, Payload};
use crate::synced::Synced;

/// A process that serves; killed when this is dropped.
pub struct Served {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    pub address: String,
    _data: tempfile::TempDir,
}

impl Served {
    /// The binary's service, with a durable journal.
    pub fn service() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cavra"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir", "data"]);
        Self::start(&mut command)
    }

    /// An echo whose answers have so many bytes. `kind` is `echo`, or `synced` for one that waits
    /// for the disk.
    pub fn echo(kind: &str, bytes: usize) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        Self::start(command.args([kind, &bytes.to_string()]))
    }

    /// The first that is said is where it listens.
    fn start(command: &mut Command) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = command
            .current_dir(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut address).unwrap();
        let address = address.trim().trim_start_matches("listening on http://");
        Self {
            child,
            _stdout: stdout,
            address: address.to_owned(),
            _data: data,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves answers of `bytes`, by tonic alone.
pub fn serve_echo(bytes: usize) {
    serve(Echo(payload(bytes)));
}

/// Serves answers of `bytes`, each once a record is on the disk that the working directory is on.
pub fn serve_synced(bytes: usize) {
    let file = File::create("records").unwrap();
    serve(Synced::new(Echo(payload(bytes)), file));
}

fn payload(bytes: usize) -> Payload {
    Payload {
        data: vec![b'x'; bytes].into(),
    }
}

fn serve<S>(service: S)
where
    S: tower::Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        std::io::stdout().flush().unwrap();
        let incoming = tonic::transport::server::TcpIncoming::from(listener);
        let server = tonic::transport::Server::builder().add_service(service);
        let served = server.serve_with_incoming(incoming.with_nodelay(Some(true)));
        served.await.unwrap();
    });
}
