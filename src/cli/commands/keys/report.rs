//! What is shown of a key: nothing of it is secret.

use std::io::Write as _;

use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};
use crate::keys::VerifyingKey;

#[derive(Serialize)]
struct KeyReport {
    name: String,
    key_id: String,
    verifying_key: String,
    public_key_pem: String,
}

pub(super) fn print(out: &mut Output, key: &VerifyingKey) -> Result<(), CliError> {
    let report = KeyReport {
        name: key.name().to_string(),
        key_id: format!("{:08x}", key.id()),
        verifying_key: key.to_string(),
        public_key_pem: key.to_pem()?,
    };
    if out.format() == OutputFormat::Json {
        return out.json(&report);
    }
    let lines = [
        ("name", &report.name),
        ("key id", &report.key_id),
        ("verifying key", &report.verifying_key),
    ];
    for (name, value) in lines {
        let name = style::paint(style::HEADING, format_args!("{name:13}"));
        writeln!(out, "{name}  {}", printable(value))?;
    }
    write!(out, "{}", report.public_key_pem)?;
    Ok(())
}
