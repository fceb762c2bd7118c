//! `cavra decide`: actions in, decisions out.

mod judge;
mod many;
mod print;
mod tally;

use clap::Args;

use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::global::GlobalArgs;
use super::super::input::{InputArgs, LineError, Source};
use super::super::output::Output;
use super::super::packs::{ExpectArgs, LaxArgs, PackRef, Packs, PolicyArgs};
use super::super::roots::NamedRootArgs;
use super::super::service::{TimeoutArgs, TrustArgs};
use crate::authority::{Ask, Authority};
use crate::grpc::decision::Answered;
use judge::Judge;
use print::Printer;
use tally::{FailOn, Tally};

pub(crate) use print::show_one;

const AFTER_HELP: &str = "\
Examples:
  cavra decide --command 'bash -c \"terraform apply\"'
  cavra decide action.json
  cavra decide --policy-pack cavra-terraform-prod --output json < actions.jsonl
  cavra decide --endpoint http://127.0.0.1:50051 --server-key journal.pub --read .env
  cavra decide --endpoint unix:/run/cavra/cavra.sock --socket-owner 990 --read .env
  cavra decide --fail-on block actions.jsonl          # for CI: exit 4 if any is blocked

An action document:
  {\"action_type\":\"read_file\",\"target\":\".env\",\"requested_operation\":\"read\"}
  {\"action_type\":\"git_operation\",\"target\":\"origin/dev\",\"requested_operation\":\"push\"}
`cavra explain --output json` prints the document of an action that is given by flags.

Input is one JSON object (over as many lines as it likes) or one object a line. A line of a
decision case, with the action under `input`, is taken too. Answers come in the order of the
input. A line that can't be judged is answered by {\"line\": N, \"error\": {…}}, and the rest go on.

Packs come from the binary, `--packs`, `CAVRA_PACKS`, /etc/cavra/policy-packs and
~/.config/cavra/policy-packs, never from the working directory. A pack that fails its required
cases doesn't decide.

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
    #[command(flatten)]
    expect: ExpectArgs,
    #[command(flatten)]
    lax: LaxArgs,
    /// A pack to compare with, by its id or path; its decisions are shown, never enforced
    #[arg(long, value_name = "ID|PATH")]
    candidate: Option<String>,
    /// A service that decides, instead of this process: `http://HOST:PORT` or `unix:PATH`
    #[arg(long, value_name = "URL", conflicts_with_all = ["policy_pack", "policy", "candidate"])]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
    #[command(flatten)]
    trust: TrustArgs,
    /// With --endpoint: show what the service's candidate would decide too
    #[arg(long, requires = "endpoint")]
    compare: bool,
    /// Which verdicts make the exit code other than 0 [default: require_approval for one
    /// action, never for many]
    #[arg(long, value_name = "VERDICT")]
    fail_on: Option<FailOn>,
    #[command(flatten)]
    roots: NamedRootArgs,
    #[command(flatten)]
    input: InputArgs,
}

/// The answer to one line of the input.
pub(crate) type Answer = Result<Answered, LineError>;

pub(crate) fn run(
    args: &DecideArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let mut judge = args.judge(global)?;
    let mut tally = Tally::new(args.fail_on);
    match args.input.open()? {
        Source::Flags(action) => {
            let answer = judge.one(*action)?;
            tally.count(Ok(answer.decision.verdict()));
            show_one(out, &answer)?;
        }
        Source::Records(mut records) => {
            let printer = Printer::new(out.format(), args.compares());
            many::judge_all(&mut judge, &mut records, &printer, out, &mut tally)?;
        }
    }
    tally.status()
}

impl DecideArgs {
    fn compares(&self) -> bool {
        self.candidate.is_some() || self.compare
    }

    fn judge(&self, global: &GlobalArgs) -> Result<Judge, CliError> {
        let compare = self.compares();
        if let Some(endpoint) = &self.endpoint {
            let remote = self.trust.connect(endpoint, self.timeout.patience())?;
            let remote = Box::new(remote);
            let expect = self.expect.clone();
            return Ok(Judge::Remote(remote, Ask::comparing(compare), expect));
        }
        let packs = Packs::to_judge(global)?.letting(self.lax);
        let active = packs.load_to_decide(&self.policy.pack_ref())?;
        self.expect.check(active.identity())?;
        let candidate = self.candidate.clone().map(PackRef::Either);
        let candidate = packs.load_optional(candidate.as_ref())?;
        Ok(Judge::Local(
            Box::new(Authority::new(active, candidate).with_roots(self.roots.patterns())),
            Ask::comparing(compare),
        ))
    }
}
