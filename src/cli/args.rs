//! The command line as a whole: the options of every command, and the list of commands.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

use super::commands::agents::AgentsCommand;
use super::commands::approvals::ApprovalsCommand;
use super::commands::decide::DecideArgs;
use super::commands::evidence::EvidenceCommand;
use super::commands::exec::ExecArgs;
use super::commands::explain::ExplainArgs;
use super::commands::gate::GateCommand;
use super::commands::hook::HookCommand;
use super::commands::journal::JournalCommand;
use super::commands::keys::KeysCommand;
use super::commands::lifecycle::LifecycleCommand;
use super::commands::policy::PolicyCommand;
use super::commands::schema::SchemaArgs;
use super::commands::serve::ServeArgs;
use super::commands::service::ServiceCommand;
use super::commands::shadow::ShadowCommand;
use super::commands::simulate::SimulateArgs;
use super::commands::traffic::TrafficArgs;
use super::commands::trust::TrustCommand;
use super::commands::verify::VerifyArgs;
use super::global::GlobalArgs;
use crate::authority::workers::WORKER_COMMAND;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const TEMPLATE: &str = "\
{about-with-newline}
{usage-heading} {usage}

Judge actions:
  simulate   Try a pack's cases through the real service, beside a candidate
  decide     Decide what agents may do: actions in, decisions out
  explain    Show why: the action, its facts and the rules that matched
  gate       Check a Terraform plan in a pipeline
  exec       Judge a Terraform plan, and apply it if it may be
  hook       Judge pushes for git, and name the session in commits
  traffic    Make the actions of agents at work, from a seed, to judge or to measure with

Run the service:
  serve      Serve decisions over gRPC
  service    Write units that start the service
  agents     Register the hook in agents' hosts, and show whether it is in force

Watch a candidate:
  shadow     Compare a candidate with live decisions, or recorded actions: what would change

Manage policies:
  policy     List, show, check and compare policy packs, and prepare a change of one
  schema     Print the JSON Schema of a document, such as `policy.yaml`
  lifecycle  Change the policy in force: propose, ask, approve, promote, go back

Answer agents:
  approvals  Show what waits for people, and answer it

Prove what was decided:
  journal    Read the record of decisions, verify it, and prove what it holds
  evidence   Check that the commits of a change have their evidence
  keys       Make and show the keys that sign
  trust      Make, sign and verify trust files: whose signatures count
  verify     Verify signed documents, each by the verifier that its content needs

  help       Print this, or the help of a command

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

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try a pack's cases through the real service, beside a candidate
    Simulate(SimulateArgs),
    /// Decide what agents may do: actions in, decisions out
    Decide(DecideArgs),
    /// Show why: the action, its facts and the rules that matched
    Explain(ExplainArgs),
    /// Check a Terraform plan in a pipeline
    #[command(subcommand)]
    Gate(GateCommand),
    /// Judge a Terraform plan, and apply it if it may be
    Exec(ExecArgs),
    /// Judge pushes for git, and name the session in commits
    #[command(subcommand)]
    Hook(HookCommand),
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
    /// Change the policy in force: propose, ask, approve, promote, go back
    #[command(subcommand)]
    Lifecycle(LifecycleCommand),
    /// Write units that start the service
    #[command(subcommand)]
    Service(ServiceCommand),
    /// Register the hook in agents' hosts, and show whether it is in force
    #[command(subcommand)]
    Agents(AgentsCommand),
    /// Show what waits for people, and answer it
    #[command(subcommand)]
    Approvals(ApprovalsCommand),
    /// Read the record of decisions, verify it, and prove what it holds
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Check that the commits of a change have their evidence
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// Make and show the keys that sign
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make, sign and verify trust files: whose signatures count
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Verify signed documents, each by the verifier that its content needs
    Verify(VerifyArgs),
}

impl Command {
    /// Whether it makes a report that has every [`ReportFormat`](super::global::ReportFormat).
    pub(crate) fn reports(&self) -> bool {
        matches!(self, Self::Shadow(_))
    }
}
