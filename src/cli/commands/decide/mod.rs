//! `cavra decide`: actions in, decisions out.

mod local;
mod print;
mod tally;

use clap::Args;

use super::super::args::GlobalArgs;
use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::input::{InputArgs, LineError, Source};
use super::super::output::Output;
use super::super::packs::{PackRef, Packs, PolicyArgs};
use crate::authority::{Ask, Authority};
use crate::policy::decision::Decision;
use crate::shadow::Change;
use print::Printer;
use tally::{FailOn, Tally};

pub(crate) use print::show_one;

const AFTER_HELP: &str = "\
Examples:
  cavra decide --command 'bash -c \"terraform apply\"'
  cavra decide action.json
  cavra decide --policy-pack cavra-terraform-prod --output json < actions.jsonl
  cavra decide --fail-on block actions.jsonl          # for CI: exit 4 if any is blocked

Input is one JSON object (over as many lines as it likes) or one object a line. A line of a
decision case, with the action under `input`, is taken too. Answers come in the order of the
input. A line that can't be judged is answered by {\"line\": N, \"error\": {…}}, and the rest go on.

Exit codes:
  0  one action: allow, audit_only, warn, allow_with_attestation
     many actions: every line was judged
  1  a line could not be judged, the tool failed, or it was called wrongly
  3  one action: require_approval
  4  one action: block
With --fail-on, one action and many are alike: 3 or 4, after the strictest verdict, if any
verdict is at least the one named; 0 otherwise.";

/// Decide what agents may do: actions in, decisions out
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DecideArgs {
    #[command(flatten)]
    policy: PolicyArgs,
    /// A pack to compare with, by its id or path; its decisions are shown, never enforced
    #[arg(long, value_name = "ID|PATH")]
    candidate: Option<String>,
    /// Which verdicts make the exit code other than 0 [default: require_approval for one
    /// action, never for many]
    #[arg(long, value_name = "VERDICT")]
    fail_on: Option<FailOn>,
    #[command(flatten)]
    input: InputArgs,
}

/// What is said of one action, wherever it was judged.
pub(crate) struct Answered {
    pub(crate) decision: Decision,
    pub(crate) candidate: Option<(Decision, Change)>,
}

/// The answer to one line of the input.
pub(crate) type Answer = Result<Answered, LineError>;

pub(crate) fn run(
    args: &DecideArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let authority = args.authority(global)?;
    let ask = Ask {
        compare: args.candidate.is_some(),
    };
    let mut tally = Tally::new(args.fail_on);
    match args.input.open()? {
        Source::Flags(action) => {
            let answer = local::judge(&authority, *action, ask)?;
            tally.count(Ok(answer.decision.verdict()));
            show_one(out, &answer)?;
        }
        Source::Records(mut records) => {
            let printer = Printer::new(out.format(), ask.compare);
            local::judge_all(&authority, ask, &mut records, &printer, out, &mut tally)?;
        }
    }
    tally.status()
}

impl DecideArgs {
    fn authority(&self, global: &GlobalArgs) -> Result<Authority, CliError> {
        let packs = Packs::open(global)?;
        let active = packs.load_policy(&self.policy.pack_ref())?;
        let candidate = self.candidate.clone().map(PackRef::Either);
        Ok(Authority::new(
            active,
            packs.load_optional(candidate.as_ref())?,
        ))
    }
}
