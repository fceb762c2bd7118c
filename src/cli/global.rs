//! The options that every command takes, and the forms of its output.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
