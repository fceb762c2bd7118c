//! The hook's own deadline. A host that waits longer than it allows lets the tool go ahead.

use std::io::{self, Write as _};
use std::process;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::answer::Output;

/// The holder of this lock writes the answer, and there is one answer.
static ANSWERED: Mutex<()> = Mutex::new(());

/// Denies after `time`, whatever the rest of the process does then.
///
/// # Errors
/// If no thread can be started.
pub(crate) fn arm(time: Duration) -> io::Result<()> {
    let watch = thread::Builder::new().name("deadline".to_owned());
    watch.spawn(move || {
        thread::sleep(time);
        let reason = format!(
            "cavra-hook: no decision within {} ms, so the tool must not run",
            time.as_millis()
        );
        end(&Output::failed(&reason));
    })?;
    Ok(())
}

/// Writes the answer and ends the process. The first call wins; a later one waits for its end.
pub(crate) fn end(output: &Output) -> ! {
    // Kept until the process has ended.
    let _held = ANSWERED.lock();
    let written = write(output);
    // An answer that the host can't read must not be taken for silence.
    let code = match written {
        Ok(()) => output.code,
        Err(_) => crate::answer::FAILED,
    };
    process::exit(code.into())
}

fn write(output: &Output) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(output.stdout.as_bytes())?;
    stdout.flush()?;
    if !output.stderr.is_empty() {
        writeln!(io::stderr(), "{}", output.stderr)?;
    }
    Ok(())
}
