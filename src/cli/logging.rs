//! What is logged: this program's own messages, without secrets.

use std::io::{self, Write};
use std::sync::LazyLock;

use arc_swap::ArcSwapOption;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::global::GlobalArgs;
use crate::redaction::{Redaction, RedactionKey, TextRedactor};

/// The rules of a journal's own, once they are read.
static OWN_RULES: ArcSwapOption<TextRedactor> = ArcSwapOption::const_empty();
/// Compiled at the first message, because most commands log none.
static BUILT_IN_RULES: LazyLock<Option<TextRedactor>> = LazyLock::new(built_in);

/// Logs go to standard error, so that they never mix with answers. Other crates' messages are
/// left out: a parser's show what it parses, secrets too.
pub(crate) fn start(args: &GlobalArgs) {
    let level = match (args.quiet, args.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::INFO,
        (false, 1) => LevelFilter::DEBUG,
        (false, _) => LevelFilter::TRACE,
    };
    let color = anstream::AutoStream::choice(&std::io::stderr());
    let lines = tracing_subscriber::fmt::layer()
        .with_target(args.verbose > 0)
        .with_ansi(color != anstream::ColorChoice::Never)
        .with_writer(Redacted);
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    // Fails only if a logger is already there, which then stays.
    let _ = tracing_subscriber::registry()
        .with(own)
        .with(lines)
        .try_init();
}

/// The built-in rules, with marks that nobody can tell: nothing but this process has their key.
fn built_in() -> Option<TextRedactor> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).ok()?;
    let rules = Redaction::built_in().ok()?;
    Some(TextRedactor::new(rules, RedactionKey(key)))
}

/// From now on, messages are redacted as a journal's records are.
pub(crate) fn redact_with(rules: TextRedactor) {
    OWN_RULES.store(Some(rules.into()));
}

/// Standard error, behind the redaction. The formatter writes each message at once.
struct Redacted;

impl MakeWriter<'_> for Redacted {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

impl Write for Redacted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let own = OWN_RULES.load();
        let rules = own.as_deref().or(BUILT_IN_RULES.as_ref());
        let clean = rules.and_then(|rules| rules.clean(&text).ok());
        let clean = clean
            .as_deref()
            .unwrap_or("a message was withheld: it could not be redacted\n");
        io::stderr().write_all(clean.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
