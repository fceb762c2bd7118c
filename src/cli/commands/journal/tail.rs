//! `cavra journal tail`

use std::ops::ControlFlow;

use clap::Args;

use super::filter::{FilterArgs, KindArgs};
use super::lines::{Lines, nothing_matches};
use super::source::SourceArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::input::whole;
use crate::cli::output::Output;
use crate::journal::query::{Order, Query};

/// Records that are shown at most before those that come.
const MAX_LAST: u64 = 10_000;

const AFTER_HELP: &str = "\
Examples:
  cavra journal tail --data-dir /var/lib/cavra
  cavra journal tail -f --endpoint http://127.0.0.1:50051 --decision block
  cavra journal tail -n 0 -f --output json --data-dir /var/lib/cavra | jq .record.rule_id

Exit codes:
  0  shown
  1  there is no journal, or it can't be read; with -f: the service has stopped";

/// What to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct TailArgs {
    /// Go on with what is recorded from now on, until interrupted
    #[arg(short, long)]
    follow: bool,
    /// How many of the last records to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10,
          value_parser = whole(0..=MAX_LAST))]
    lines: u64,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    kind: KindArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

pub(crate) fn run(args: &TailArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut source = args.source.open()?;
    let filter = args.filter.filter(args.kind.kind())?;
    let mut lines = Lines::new();
    if args.follow {
        source.follow(filter, args.lines, &mut |entries| {
            lines.print(out, &entries)?;
            out.finish()?;
            Ok(ControlFlow::Continue(()))
        })?;
        return Ok(ExitStatus::Success);
    }
    let query = Query {
        filter,
        order: Order::NewestFirst,
        start: None,
        limit: Some(args.lines),
        without_index: false,
    };
    let mut last = Vec::new();
    source.query(query, &mut |entries| {
        last.extend(entries);
        Ok(ControlFlow::Continue(()))
    })?;
    if last.is_empty() && args.lines > 0 {
        nothing_matches()?;
    }
    last.reverse();
    lines.print(out, &last)?;
    Ok(ExitStatus::Success)
}
