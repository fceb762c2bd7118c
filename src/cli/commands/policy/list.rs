//! `cavra policy list`

use std::io::Write as _;

use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::output::{Output, style, table};
use crate::cli::packs::Packs;
use crate::library::Listing;

pub(super) const AFTER_HELP: &str = "\
Examples:
  cavra policy list
  cavra policy list --packs ./policy-packs --packs /etc/cavra/policy-packs --output json

Exit codes:
  0  every pack can be used
  1  the tool failed, or was called wrongly
  2  a pack can't be used; the others are listed all the same";

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    version: &'a str,
    title: &'a str,
    inherits: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    source: String,
    usable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

pub(crate) fn run(global: &GlobalArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let packs = Packs::to_author(global)?;
    let listings = packs.library().list();
    match out.format() {
        OutputFormat::Json => out.json(&listings.iter().map(row).collect::<Vec<_>>())?,
        OutputFormat::Table if listings.is_empty() => {
            writeln!(
                out,
                "no policy packs; `--packs DIR` names a folder that holds some"
            )?;
        }
        OutputFormat::Table => {
            let rows = listings.iter().map(cells).collect();
            let header = ["id", "version", "title", "inherits", "source", "status"];
            let text = table::wrapped(out, &header, rows);
            out.write_all(text.as_bytes())?;
        }
    }
    let usable = listings.iter().all(|listing| listing.error.is_none());
    Ok(ExitStatus::of_check(usable))
}

fn row(listing: &Listing) -> Row<'_> {
    Row {
        id: &listing.id,
        version: &listing.version,
        title: &listing.title,
        inherits: &listing.inherits,
        folder: listing.folder.as_ref().map(|it| it.display().to_string()),
        source: listing.origin.to_string(),
        usable: listing.error.is_none(),
        error: listing.error.as_deref(),
    }
}

fn cells(listing: &Listing) -> Vec<table::Cell> {
    let status = listing.error.as_deref().unwrap_or("ok");
    vec![
        table::cell(style::HEADING, &listing.id),
        table::plain(&listing.version),
        table::plain(&listing.title),
        table::plain(listing.inherits.join(", ")),
        table::plain(listing.origin.to_string()),
        table::cell(style::passed(listing.error.is_none()), status),
    ]
}
