//! `cavra serve`: the authority as a service.

mod approvals;
mod begin;
mod doors;
pub(crate) mod error;
mod journal;
mod loaded;
mod ready;
mod reload;
mod retention;
mod runtimes;
mod shadow;
mod signals;
mod webhook;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use arc_swap::ArcSwap;
use clap::Args;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use self::signals::{Starting, hangups, stop_signal, survive_file_size_limit};
use crate::authority::Authority;
use crate::authority::conditions::Aspect;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::GlobalArgs;
use crate::cli::input::reason;
use crate::cli::output::Output;
use crate::cli::packs::{ExpectArgs, LaxArgs, PolicyArgs};
use crate::cli::roots::WorkspaceRootArgs;
use crate::cli::trust_file::TrustArgs;
use crate::grpc::server::{Drained, ServeError, Server};
use approvals::with_approvals;
use begin::begin;
use doors::{DEFAULT_LISTEN, DoorArgs};
use journal::{JournalArgs, Opened};
use loaded::Loaded;
use ready::announce;
use reload::Reloader;
use runtimes::{Runtimes, Stopping, Written, raise_descriptors};
use shadow::{ShadowArgs, Shadows};
use webhook::WebhookArgs;

const AFTER_HELP: &str = "\
Three doors, each for somebody else:
  agents'  --listen unix:PATH   decisions, and waiting for approvals; the kernel says who asks, and
                                the journal records the user and the process
  public   --listen ADDR        for everybody who can reach it: decisions, what was recorded,
                                explanations
           --socket PATH        the same, where the kernel says who asks
  admin    --admin-socket PATH  for its owner: what changes the authority too (staging, promoting)

A service manager may pass sockets (LISTEN_FDS, sd_listen_fds(3)), each with the name `agents`,
`public` or `admin`. `cavra service install` writes such units.

Every decision is recorded in the journal of the data directory before it is returned, unless
`--journal` promises less; if that fails, calls are UNAVAILABLE until the disk has recovered.
`cavra journal --help` says how to read and prove it.

Signals:
  SIGTERM, SIGINT  take no more calls, answer those in flight, stop within 10 s; during the start,
                   stop at once
  SIGHUP           read the packs again: the candidate of `--candidate`, and with `--development`
                   the active policy; if one can't be used, fails its required cases or is blocked
                   by lint, or an administrator has staged another candidate since, the log and
                   health (`cavra.condition.packs`) say so and the policies stay as they are. Then
                   the candidates of `--shadow`, which need not pass: where one or the active
                   policy has changed, its run ends and another begins; one that can't be used is
                   logged, and its run stays as it is

The journal keeps every policy that was in force. The pack that is named becomes the first one; from
then on `cavra lifecycle promote` and `rollback` change what is enforced, and nothing else does. If
the pack that is named differs from the policy in force, the log and health
(`cavra.condition.succession`) say so, and the pack is not enforced. Another policy begins another
journal: `--data-dir`.

Packs come from the binary, `--packs`, `CAVRA_PACKS`, /etc/cavra/policy-packs and
~/.config/cavra/policy-packs, never from the working directory. Lint does not refuse a pack
that was in force before, according to the journal.

Examples:
  cavra serve --policy-pack cavra-ai-agent-baseline
  cavra serve --policy-pack cavra-terraform-prod --listen 127.0.0.1:0 --output json
  cavra serve --listen unix:/run/cavra/agents.sock --admin-socket /run/cavra/admin.sock
  cavra serve --listen unix:/run/cavra/agents.sock --socket-group agents
  cavra serve --admin-socket /run/cavra/admin.sock --candidate ./next
  cavra serve --data-dir /var/lib/cavra --signing-key env:CAVRA_KEY
  cavra serve --journal written-within=50
  cavra serve --workspace-root '/home/*/src/*' --workspace-root /srv/app
  cavra serve --keep-contents 90
  cavra serve --expect-digest DIGEST
  cavra serve --shadow ./next --shadow-sampling 10%
  cavra serve --approval-webhook https://chat.example.org/cavra --trust trust.json

Exit codes:
  0  stopped by a signal, every call answered
  1  could not start, failed, calls were still open when the 10 seconds were over, or answered
     decisions were not written";

/// Serve decisions over gRPC
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    expect: ExpectArgs,
    #[command(flatten)]
    lax: LaxArgs,
    /// A pack to judge beside it, by its id or path, when a caller asks to compare
    #[arg(long, value_name = "ID|PATH")]
    candidate: Option<String>,
    #[command(flatten)]
    doors: DoorArgs,
    /// Enforce the packs on disk, as they are read at the start and at each SIGHUP: for work on
    /// policies. Every answer says `policy_state: unproved`
    #[arg(long, conflicts_with_all = ["adopt", "require_proved", "trust", "trust_digest"])]
    development: bool,
    /// Take the pack that is named as the first policy of the store, though the journal, which an
    /// earlier version began, names another; the reason is recorded
    #[arg(long, value_name = "REASON", value_parser = reason)]
    adopt: Option<String>,
    /// Don't start if another version of cavra has compiled the policy in force since, and the
    /// policy fails cases or lint under this one
    #[arg(long)]
    require_proved: bool,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    roots: WorkspaceRootArgs,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    shadow: ShadowArgs,
    #[command(flatten)]
    webhook: WebhookArgs,
}

pub(crate) fn run(
    args: ServeArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let loaded = Loaded::read(&args, global)?;
    let descriptors = raise_descriptors();
    let runtimes = Runtimes::start().map_err(CliError::Thread)?;
    let public = Public {
        runtime: runtimes.public(),
        descriptors,
    };
    let serving = serve(args, global.clone(), loaded, public, out);
    let (drained, stopping) = runtimes.control.block_on(serving)?;
    let closed = runtimes.end(stopping);
    match drained? {
        Drained::All if closed == Written::All => Ok(ExitStatus::Success),
        Drained::All => Ok(ExitStatus::Failure),
        Drained::TimedOut => {
            tracing::warn!("stopped with calls still open");
            Ok(ExitStatus::Failure)
        }
    }
}

/// Where public calls are answered.
struct Public {
    runtime: Handle,
    /// How many descriptors the process may have open.
    descriptors: u64,
}

async fn serve(
    args: ServeArgs,
    global: GlobalArgs,
    loaded: Loaded,
    public: Public,
    out: &mut Output,
) -> Result<(Result<Drained, ServeError>, Stopping), CliError> {
    let inherited = args.doors.inherited()?;
    let listener = args.doors.bind_address(&inherited).await?;
    let address = listener.as_ref().map(TcpListener::local_addr).transpose();
    let address = address.map_err(CliError::Output)?;
    if let Some(address) = address.filter(|address| !address.ip().is_loopback()) {
        tracing::warn!(%address, "decisions are served beyond this machine, without authentication");
    }
    survive_file_size_limit()?;
    let hangups = hangups()?;
    let stopped_at = Arc::new(OnceLock::new());
    let starting = Starting::watched()?;
    let stop = stop_signal(Arc::clone(&stopped_at))?;

    let opened = args
        .journal
        .open(address.unwrap_or(args.doors.journal_address()))?;
    let admission = loaded.packs.admission().clone();
    let begun = begin(&args, &loaded, opened.as_ref()).await?;
    let written_before = opened.as_ref().map(|opened| opened.size);
    let mut authority = Authority::new(begun.active, begun.candidate)
        .with_roots(args.roots.patterns())
        .in_state(begun.state);
    if let Some(store) = begun.store {
        authority = authority.with_store(store);
    }
    note(&authority, Aspect::Policy, begun.problem);
    note(&authority, Aspect::Succession, begun.succession);
    // It posts until this function ends.
    let (authority, kept, sampling_key, answer_key, _webhook) = match opened {
        None => (args.webhook.without(authority)?, None, None, None, None),
        Some(Opened {
            recording,
            kept,
            log_key: _,
            sampling_key,
            answer_key,
            mac_key,
            webhook_key,
            size: _,
        }) => {
            let authority = authority.recorded_in(recording).await?;
            let (authority, webhook) =
                with_approvals(authority, mac_key, &args.webhook, webhook_key)?;
            let (sampling_key, answer_key) = (Some(sampling_key), Some(answer_key));
            (authority, Some(kept), sampling_key, answer_key, webhook)
        }
    };
    let authority = Arc::new(args.shadow.sampled(authority, sampling_key)?);
    if let Some(start) = written_before {
        let authority = Arc::clone(&authority);
        tokio::spawn(async move { authority.end_runs_of_before(start).await });
    }
    let shadows = Shadows::start(&args.shadow, &authority, loaded.shadows).await?;
    let library = Arc::new(ArcSwap::from_pointee(loaded.packs.into_library()));
    let sockets = args.doors.bind_sockets(inherited)?;
    starting.ends();
    // A program that reads this may call at once, on every door.
    announce(&sockets, address, &authority, kept, out)?;
    let journal_reads = args.journal.reads();
    let retaining = retention(&args, &authority);
    let reloader = Reloader::new(args, global, &authority, &library, shadows);
    let reloading = tokio::spawn(reloader.run(hangups));
    let mut server = Server::new(Arc::clone(&authority), library, admission)
        .with_journal_reads(journal_reads)
        .with_public_runtime(public.runtime)
        .with_descriptors(public.descriptors);
    if let Some(key) = answer_key {
        server = server.with_answer_key(key);
    }
    if let Some(socket) = sockets.public {
        server = server.with_public_socket(socket);
    }
    if let Some(socket) = sockets.agents {
        server = server.with_agents_socket(socket);
    }
    let drained = server.serve(listener, sockets.admin, stop).await;
    reloading.abort();
    if let Some(retaining) = retaining {
        retaining.abort();
    }
    let since = stopped_at.get().copied().unwrap_or_else(Instant::now);
    Ok((drained, Stopping::new(authority, since)))
}

/// Begins to drop old contents, if that was asked for and there is a journal.
fn retention(args: &ServeArgs, authority: &Authority) -> Option<JoinHandle<()>> {
    let keep_days = args.journal.keep_contents()?;
    let recording = Arc::clone(authority.recording()?);
    Some(tokio::spawn(retention::run(recording, keep_days)))
}

/// Where the journal of a service is whose address was not named.
pub(crate) fn default_data_directory() -> Result<PathBuf, CliError> {
    journal::state_directory(DEFAULT_LISTEN)
}

/// Tells health, and the log, what is wrong with the policy in force.
fn note(authority: &Authority, aspect: Aspect, problem: Option<String>) {
    if let Some(problem) = &problem {
        match aspect {
            Aspect::Succession => tracing::error!("{problem}"),
            _ => tracing::warn!("{problem}"),
        }
    }
    authority.conditions().set(aspect, problem);
}
