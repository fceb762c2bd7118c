//! A server on loopback: each request is answered by what a test makes of its path and its JSON.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use serde_json::Value;

/// Starts a server and returns its URL. `answer` gives the media type and the text of each answer. The
/// server ends with the test's process.
pub(crate) fn serve<A>(answer: A) -> String
where
    A: Fn(&str, &Value) -> (&'static str, String) + Send + Sync + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for connection in listener.incoming() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || one(connection.unwrap(), &*answer));
        }
    });
    url
}

fn one(mut connection: TcpStream, answer: &impl Fn(&str, &Value) -> (&'static str, String)) {
    let Some((path, body)) = request(&connection) else {
        return;
    };
    let (kind, text) = answer(&path, &body);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    // A host that has ended doesn't read.
    let _ = connection.write_all(head.as_bytes());
    let _ = connection.write_all(text.as_bytes());
}

/// The path and the body of a request. None at the end of the connection.
fn request(connection: &TcpStream) -> Option<(String, Value)> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}
