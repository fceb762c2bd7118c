//! `cavra journal query`

use std::ops::ControlFlow;

use clap::Args;

use super::filter::{FilterArgs, KindArgs};
use super::lines::{Lines, nothing_matches};
use super::source::SourceArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::journal::query::{Order, Query};

const AFTER_HELP: &str = "\
All filters that are given must hold; of one that is repeated, any. With `--output json`, each
line is a `cavra.journal.entry.v1`: the record and the contents that it names, exactly as they
are stored.

Examples:
  cavra journal query --data-dir /var/lib/cavra --decision block --since 2h
  cavra journal query --endpoint unix:/run/cavra/admin.sock --rule 'commands.*' --agent a1
  cavra journal query --data-dir d --change loosened --reverse --limit 20 --output json

Exit codes:
  0  shown, even if nothing matched
  1  there is no journal, or it can't be read";

/// What to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct QueryArgs {
    /// How many records at most
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// The newest first
    #[arg(long)]
    reverse: bool,
    /// Begin at this position; it goes on from there in the order that is asked for
    #[arg(long, value_name = "POSITION")]
    start: Option<u64>,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    kind: KindArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

pub(crate) fn run(args: &QueryArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let query = Query {
        filter: args.filter.filter(args.kind.kind())?,
        order: match args.reverse {
            true => Order::NewestFirst,
            false => Order::OldestFirst,
        },
        start: args.start,
        limit: args.limit,
        without_index: false,
    };
    let mut lines = Lines::new();
    let mut any = false;
    args.source.open()?.query(query, &mut |entries| {
        any |= !entries.is_empty();
        lines.print(out, &entries)?;
        Ok(ControlFlow::Continue(()))
    })?;
    if !any {
        nothing_matches()?;
    }
    Ok(ExitStatus::Success)
}
