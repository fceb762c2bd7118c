//! `cavra schema`

use std::io::Write as _;

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::Output;
use crate::formats::{FORMATS, Format, reference};

const AFTER_HELP: &str = "\
Without a name, the documents that have a schema are listed.

Examples:
  cavra schema
  cavra schema policy > policy.schema.json
  cavra schema --reference

Exit codes:
  0  printed
  1  the tool failed, or was called wrongly";

/// Which schema to print.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SchemaArgs {
    /// The document whose JSON Schema (draft 2020-12) is printed
    #[arg(value_name = "DOCUMENT", value_parser = PossibleValuesParser::new(FORMATS.map(|it| it.name)))]
    document: Option<String>,
    /// Print a description of every document for people, as Markdown
    #[arg(long, conflicts_with = "document")]
    reference: bool,
}

pub(crate) fn run(args: &SchemaArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let format = args.document.as_deref().and_then(Format::named);
    match format {
        Some(format) => out.json(&format.schema())?,
        None if args.reference => out.write_all(reference::of_all().as_bytes())?,
        None => list(out)?,
    }
    Ok(ExitStatus::Success)
}

fn list(out: &mut Output) -> Result<(), CliError> {
    if out.format() == OutputFormat::Json {
        let formats = FORMATS.map(|it| json!({ "name": it.name, "title": it.title }));
        return out.json(&formats);
    }
    let width = FORMATS.iter().map(|it| it.name.len()).max();
    let width = width.unwrap_or_default();
    for format in &FORMATS {
        writeln!(out, "{:width$}  {}", format.name, format.title)?;
    }
    Ok(())
}
