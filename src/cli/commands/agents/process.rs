//! Other programs, run within a time and a size.

use std::io::{self, Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of each output that are kept.
const MAX_OUTPUT_BYTES: u64 = 16 * 1024 * 1024;
const POLL: Duration = Duration::from_millis(10);

/// How a program ended.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// None if a signal ended it.
    pub(super) code: Option<i32>,
}

/// Runs a program with this input. It is killed when the time is over.
///
/// # Errors
/// If it can't be started, or the time is over.
pub(super) fn run(command: &mut Command, input: &[u8], time: Duration) -> io::Result<Ran> {
    let piped = { command }
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn()?;
    let (stdin, input) = (child.stdin.take(), input.to_vec());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let write = thread::spawn(move || {
        // A program that has decided doesn't read the rest.
        if let Some(mut stdin) = stdin {
            drop(stdin.write_all(&input));
        }
    });
    let (stdout, stderr) = (read(stdout), read(stderr));
    let code = wait(&mut child, time);
    if code.is_err() {
        // What else fails says less than that the time is over.
        drop(child.kill());
        drop(child.wait());
    }
    // A process that the program left behind may hold the pipes open.
    let joined = |reading: thread::JoinHandle<Vec<u8>>| {
        let until = Instant::now() + Duration::from_secs(1);
        while !reading.is_finished() && Instant::now() < until {
            thread::sleep(POLL);
        }
        match reading.is_finished() {
            true => reading.join().unwrap_or_default(),
            false => Vec::new(),
        }
    };
    let (stdout, stderr) = (joined(stdout), joined(stderr));
    drop(write);
    Ok(Ran {
        stdout,
        stderr,
        code: code?,
    })
}

fn read(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What could be read is kept.
            drop(pipe.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes));
        }
        bytes
    })
}

fn wait(child: &mut Child, time: Duration) -> io::Result<Option<i32>> {
    let until = Instant::now() + time;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() >= until {
            let seconds = time.as_secs();
            let message = format!("it did not end within {seconds} s");
            return Err(io::Error::new(io::ErrorKind::TimedOut, message));
        }
        thread::sleep(POLL);
    }
}
