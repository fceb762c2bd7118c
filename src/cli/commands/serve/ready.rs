//! What is printed when calls can be made.

use std::io::Write as _;
use std::net::SocketAddr;

use serde::Serialize;

use super::doors::Sockets;
use super::journal::Kept;
use crate::authority::Authority;
use crate::authority::conditions::Aspect;
use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};
use crate::decision::{PolicyIdentity, PolicyState};
use crate::grpc::unix_socket::UnixSocket;

/// What is printed when calls can be made.
#[derive(Serialize)]
struct Ready<'a> {
    /// Where decisions are served: the address, or the agents' socket where there is no address.
    listening: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    agents_socket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    socket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_socket: Option<String>,
    active: &'a PolicyIdentity,
    active_source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<&'a PolicyIdentity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate_source: Option<&'a str>,
    /// What is wrong with the active policy, if it was let in force all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// Why nobody should rely on how the active policy came into force.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_state: Option<PolicyState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal: Option<Kept>,
    /// Whether approvals could be given, and no trust file names anybody who may.
    #[serde(skip)]
    has_nobody_to_approve: bool,
}

fn endpoint_of(socket: &UnixSocket) -> String {
    format!("unix:{}", socket.path().display())
}

pub(super) fn announce(
    sockets: &Sockets,
    address: Option<SocketAddr>,
    authority: &Authority,
    journal: Option<Kept>,
    out: &mut Output,
) -> Result<(), CliError> {
    let slot = authority.slot();
    let candidate = slot
        .candidate
        .as_deref()
        .map(|policy| policy.identity().as_ref());
    let agents_socket = sockets.agents.as_ref().map(endpoint_of);
    let socket = sockets.public.as_ref().map(endpoint_of);
    let address = address.map(|address| format!("http://{address}"));
    let listening = address.or_else(|| agents_socket.clone());
    let listening = listening.or_else(|| socket.clone()).unwrap_or_default();
    let ready = Ready {
        listening,
        agents_socket,
        socket,
        admin_socket: sockets.admin.as_ref().map(endpoint_of),
        active: slot.active.identity(),
        active_source: slot.active.source(),
        candidate,
        candidate_source: slot.candidate.as_deref().map(|policy| &**policy.source()),
        problem: authority.conditions().now().remove(&Aspect::Policy),
        policy_state: slot.state,
        journal,
        has_nobody_to_approve: authority.store().is_some_and(|it| it.trust().is_none()),
    };
    match out.format() {
        OutputFormat::Json => {
            serde_json::to_writer(&mut *out, &ready)?;
            writeln!(out)?;
        }
        OutputFormat::Table => ready.show(out)?,
    }
    out.finish()
}

impl Ready<'_> {
    fn show(&self, out: &mut Output) -> Result<(), CliError> {
        writeln!(out, "listening on {}", self.listening)?;
        if let Some(socket) = self
            .agents_socket
            .as_ref()
            .filter(|it| **it != self.listening)
        {
            writeln!(out, "agents' socket {socket}")?;
        }
        if let Some(socket) = self.socket.as_ref().filter(|it| **it != self.listening) {
            writeln!(out, "listening on {socket}")?;
        }
        if let Some(socket) = &self.admin_socket {
            writeln!(out, "admin socket {socket}")?;
        }
        match &self.journal {
            Some(kept) => writeln!(out, "journal {} in {}", kept.mode, kept.data_dir.display())?,
            None => writeln!(out, "no journal is kept")?,
        }
        if self.has_nobody_to_approve {
            writeln!(
                out,
                "trust file none: nobody can approve what agents ask for"
            )?;
        }
        let active = Some((self.active, self.active_source));
        let candidate = self.candidate.zip(self.candidate_source);
        for (role, policy) in [("active", active), ("candidate", candidate)] {
            if let Some((policy, source)) = policy {
                let (id, version, digest) = (&policy.id, &policy.version, policy.effective_digest);
                let source = printable(source);
                writeln!(out, "{role} policy {id} {version} ({digest}) from {source}")?;
            }
        }
        if let Some(state) = self.policy_state {
            writeln!(out, "policy state {state}")?;
        }
        if let Some(problem) = &self.problem {
            let bad = style::ERROR;
            let lines: Vec<String> = problem.lines().map(printable).collect();
            writeln!(out, "{bad}warning:{bad:#} {}", lines.join("\n"))?;
        }
        Ok(())
    }
}
