use crate::authority::workers::WORKER_COMMAND;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::commands::decide::DecideArgs;
use super::commands::explain::ExplainArgs;
use super::commands::journal::JournalCommand;
use super::commands::keys::KeysCommand;
use super::commands::policy::PolicyCommand;
use super::commands::schema::SchemaArgs;
use super::commands::serve::ServeArgs;
use super::commands::shadow::ShadowCommand;
use super::commands::simulate::SimulateArgs;
use super::commands::traffic::TrafficArgs;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const TEMPLATE: &str = "\
{about-with-newline}
{usage-heading} {usage}

Judge actions:
  simulate  Try a pack's cases through the real service, beside a candidate
  decide    Decide what agents may do: actions in, decisions out
  explain   Show why: the action, its facts and the rules that matched
  traffic   Make the actions of agents at work, from a seed, to judge or to measure with

Run the service:
  serve     Serve decisions over gRPC

Watch a candidate:
  shadow    Compare a candidate with live decisions, or recorded actions: what would change

Manage policies:
  policy    List, show, check and compare policy packs, and prepare a change of one
  schema    Print the JSON Schema of a document, such as `policy.yaml`

Prove what was decided:
  journal   Read the record of decisions, verify it, and prove what it holds
  keys      Make and show the keys that sign

  help      Print this, or the help of a command

Options:
{options}{after-help}
";

const AFTER_HELP: &str = "
Examples:
  cavra simulate
  cavra decide --command 'terraform apply -auto-approve'
  cavra explain --read .env
  cavra decide --policy-pack cavra-terraform-prod --output json actions.jsonl
  cavra policy list

Exit codes:
  0  done; for one action: it may go ahead
  1  the tool could not do it, or was called wrongly
  2  what was checked did not pass: a failed case, a lint blocker, a packet that isn't ready
  3  the action needs approval
  4  the action is blocked";

/// CAVRA decides what AI agents may do at runtime.
#[derive(Debug, Parser)]
#[command(name = "cavra", version, styles = STYLES, max_term_width = 100)]
#[command(help_template = TEMPLATE, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// A folder of policy packs, beside those that ship with the binary; may be repeated
    /// [default: `$CAVRA_PACKS`, else /etc/cavra/policy-packs and ~/.config/cavra/policy-packs]
    #[arg(long, value_name = "DIR", global = true, value_delimiter = ':')]
    pub(crate) packs: Vec<PathBuf>,
    /// What to print: a table for people, JSON for programs; of a shadow report also JUnit
    /// for CI, and one HTML file for a board
    #[arg(long, value_name = "FORMAT", global = true)]
    pub(crate) output: Option<ReportFormat>,
    /// When to use colour; `NO_COLOR` is honoured
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(crate) color: ColorWhen,
    /// Log more to standard error; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Log errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutputFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// The form of a report; every command has the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For CI; shadow reports only.
    Junit,
    /// One file for a browser; shadow reports only.
    Html,
}

impl ReportFormat {
    /// The form, if every command has it.
    pub(crate) fn common(self) -> Option<OutputFormat> {
        match self {
            Self::Table => Some(OutputFormat::Table),
            Self::Json => Some(OutputFormat::Json),
            Self::Junit | Self::Html => None,
        }
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal.
    Auto,
    /// In pipes and files too.
    Always,
    /// Not at all.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try a pack's cases through the real service, beside a candidate
    Simulate(SimulateArgs),
    /// Decide what agents may do: actions in, decisions out
    Decide(DecideArgs),
    /// Show why: the action, its facts and the rules that matched
    Explain(ExplainArgs),
    /// Make the actions of agents at work, from a seed, to judge or to measure with
    Traffic(TrafficArgs),
    /// Serve decisions over gRPC
    Serve(ServeArgs),
    /// Evaluate packs' own Rego within limits, asked on the socket that standard input is
    #[command(name = WORKER_COMMAND, hide = true)]
    Evaluate,
    /// Compare a candidate with live decisions, or recorded actions: what would change
    #[command(subcommand)]
    Shadow(ShadowCommand),
    /// List, show, check and compare policy packs, and prepare a change of one
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Print the JSON Schema of a document, such as `policy.yaml`
    Schema(SchemaArgs),
    /// Read the record of decisions, verify it, and prove what it holds
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Make and show the keys that sign
    #[command(subcommand)]
    Keys(KeysCommand),
}

impl Command {
    /// Whether it makes a report that has every [`ReportFormat`].
    pub(crate) fn reports(&self) -> bool {
        matches!(self, Self::Shadow(_))
    }
}
