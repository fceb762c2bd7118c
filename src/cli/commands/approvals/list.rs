//! `cavra approvals list`

use std::io::Write as _;

use clap::Args;
use uuid::Uuid;

use crate::approval::standing::in_words;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::table::Narrow;
use crate::cli::output::{Output, printable, style, table};
use crate::cli::service::EndpointArgs;
use crate::grpc::approval::{ShownApproval, ShownState};

const AFTER_HELP: &str = "\
Examples:
  cavra approvals list --endpoint unix:/run/cavra/admin.sock
  cavra approvals list --endpoint unix:/run/cavra/admin.sock --all --output json

Exit codes:
  0  listed
  1  the service refused, or can't be asked";

/// The columns of the table.
const HEADER: [&str; 5] = ["request", "state", "severity", "must approve", "action"];
/// The id stays whole, because other commands take it.
const NARROW: Narrow<'static> = Narrow {
    cut: &["must approve", "action"],
    drop: &["severity"],
};

/// Which requests to list.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ListArgs {
    /// List those too that are over
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    service: EndpointArgs,
}

pub(crate) fn run(args: &ListArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect()?;
    let states: &[ShownState] = match args.all {
        true => &[],
        false => &[
            ShownState::Pending,
            ShownState::Approved,
            ShownState::Denied,
        ],
    };
    let mut before: Option<Uuid> = None;
    let mut rows = Vec::new();
    loop {
        let page = remote.call(async |client| client.list_approvals(states, before).await)?;
        let (shown, next) = page;
        for approval in &shown {
            match out.format() {
                OutputFormat::Json => line(approval, out)?,
                OutputFormat::Table => rows.push(row(approval)),
            }
        }
        match next {
            Some(_) => before = next,
            None => break,
        }
    }
    if out.format() == OutputFormat::Json {
        return Ok(ExitStatus::Success);
    }
    if rows.is_empty() {
        writeln!(
            out,
            "{}",
            match args.all {
                true => "there is no request",
                false => "no request waits",
            }
        )?;
        return Ok(ExitStatus::Success);
    }
    let text = table::lines(out, &HEADER, rows, &NARROW);
    out.write_all(text.as_bytes())?;
    Ok(ExitStatus::Success)
}

/// The cells of a request, one for each column.
fn row(approval: &ShownApproval) -> Vec<table::Cell> {
    let severity = approval.severity;
    vec![
        table::plain(approval.binding.approval_id.to_string()),
        table::plain(approval.state.as_str()),
        table::cell(style::severity(severity), severity.as_str()),
        table::plain(in_words(&approval.requirements)),
        table::plain(&approval.summary),
    ]
}

/// One request as one line.
pub(super) fn line(approval: &ShownApproval, out: &mut Output) -> Result<(), CliError> {
    if out.format() == OutputFormat::Json {
        serde_json::to_writer(&mut *out, approval)?;
        return Ok(writeln!(out)?);
    }
    let severity = style::paint(
        style::severity(approval.severity),
        format_args!("{:8}", approval.severity.as_str()),
    );
    let (id, state) = (approval.binding.approval_id, approval.state.as_str());
    let groups = printable(&in_words(&approval.requirements));
    let summary = printable(&approval.summary);
    Ok(writeln!(
        out,
        "{id}  {state:9}  {severity}  {groups}  {summary}"
    )?)
}
