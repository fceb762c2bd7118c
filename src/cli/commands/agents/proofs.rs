//! What shows that an installed hook is there, answers and is invoked.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use uuid::Uuid;

use super::elsewhere::Elsewhere;
use super::not_shown::{Found, NotShown};
use super::{hook_config, process, state};
use crate::agents::canary::{self, SESSION_PREFIX};
use crate::agents::installed::Installation;
use crate::agents::places::Places;
use crate::agents::registration::HOST_TIMEOUT_SECONDS;
use crate::cli::commands::journal::error::JournalError;
use crate::cli::commands::journal::source::SourceArgs;
use crate::cli::error::CliError;
use crate::decision::Verdict;
use crate::journal::query::{EntryKind, Filter, Order, Query, QueryError};
use crate::journal::record::{DecisionRecord, Record};
use crate::journal::store::StoreError;

/// Characters of what a program said that are quoted.
const MAX_QUOTED_CHARS: usize = 300;

/// Whether the settings start exactly the program that was installed.
pub(super) fn installed(
    installation: &Installation,
    places: &Places,
    elsewhere: &Elsewhere,
) -> Found {
    let mut faults = state::faults(installation, places, &Path::to_owned);
    faults.extend(elsewhere.faults.iter().cloned());
    match faults.is_empty() {
        true => Ok(format!(
            "`{}` starts `{}`, {}",
            installation.settings, installation.program, installation.program_digest
        )),
        false => Err(NotShown::Faults(faults)),
    }
}

/// Whether the hook denies what every policy blocks.
pub(super) fn answers(installation: &Installation) -> Found {
    let reason = denied(installation, canary::TARGET)?;
    Ok(format!("it denies the event that must be denied: {reason}"))
}

/// The hook's reason for a denial, if it denies by a decision that the host reads a file. Its program was
/// compared with the record before.
pub(super) fn denied(installation: &Installation, target: &str) -> Found {
    let call = Uuid::now_v7().to_string();
    let session = format!("{SESSION_PREFIX}{call}");
    let event = canary::event(installation.host, &session, &call, target).to_string();
    let mut command = Command::new(&installation.program);
    command.args(&installation.arguments).current_dir("/");
    let time = Duration::from_secs(HOST_TIMEOUT_SECONDS);
    let ran = process::run(&mut command, event.as_bytes(), time).map_err(NotShown::Hook)?;
    canary::denial(installation.host, &ran.stdout, ran.code).ok_or_else(|| {
        let said = [ran.stderr, ran.stdout].map(|it| quoted(&it)).join(" ");
        NotShown::NotDenied {
            code: ran.code,
            said: said.trim().to_owned(),
        }
    })
}

fn quoted(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim().chars().take(MAX_QUOTED_CHARS).collect()
}

/// Whether a session of the host has asked since the installation.
pub(super) fn invoked(installation: &Installation, source: &SourceArgs) -> Found {
    let filter = Filter {
        from: Some(installation.installed_at),
        kind: Some(EntryKind::Decision),
        ..Filter::default()
    };
    let found = newest(source, filter, &|decision| {
        let caller = &decision.caller;
        let is_host = caller
            .agent_id
            .as_deref()
            .is_some_and(|it| installation.host.is_agent(it));
        let session = caller.session_id.as_deref();
        is_host && session.is_some_and(|it| !it.starts_with(SESSION_PREFIX))
    });
    match found {
        Err(error) => Err(NotShown::Journal {
            hint: elsewhere(&error, installation),
            cause: Box::new(error),
        }),
        Ok(None) => Err(NotShown::NoDecision(installation.installed_at)),
        Ok(Some(decision)) => Ok(format!(
            "decision {} of {}, in the session {}",
            decision.decision_id,
            decision.timestamp,
            decision.caller.session_id.unwrap_or_default()
        )),
    }
}

/// Where the journal may be instead, if there is none where it was looked for.
fn elsewhere(error: &CliError, installation: &Installation) -> Option<String> {
    let missing = |error: &StoreError| matches!(error, StoreError::Missing { .. });
    let is_missing = match error {
        CliError::Journal(JournalError::Store(error)) => missing(error),
        CliError::Journal(JournalError::Query(QueryError::Store(error))) => missing(error),
        _ => false,
    };
    if !is_missing {
        return None;
    }
    let config = std::fs::read_to_string(&installation.config).ok();
    let endpoint = config.as_deref().and_then(hook_config::endpoint_of);
    let service = endpoint.map_or_else(
        || "that the hook asks".to_owned(),
        |it| format!("that listens on `{it}`"),
    );
    Some(format!(
        "give `--data-dir DIR` of the service {service}, or `--endpoint` of its `--socket`"
    ))
}

/// The decision that a session asked for about one call.
pub(super) fn blocked(
    installation: &Installation,
    source: &SourceArgs,
    session: &str,
    call: &str,
) -> Result<Option<DecisionRecord>, CliError> {
    let filter = Filter {
        from: Some(installation.installed_at),
        kind: Some(EntryKind::Decision),
        session_id: Some(session.to_owned()),
        correlation_id: Some(call.to_owned()),
        decisions: vec![Verdict::Block],
        ..Filter::default()
    };
    newest(source, filter, &|decision| {
        let agent = decision.caller.agent_id.as_deref();
        agent.is_some_and(|it| installation.host.is_agent(it))
    })
}

/// The newest decision that is meant and that `is_it`.
fn newest(
    source: &SourceArgs,
    filter: Filter,
    is_it: &dyn Fn(&DecisionRecord) -> bool,
) -> Result<Option<DecisionRecord>, CliError> {
    let query = Query {
        filter,
        order: Order::NewestFirst,
        start: None,
        limit: None,
        without_index: false,
    };
    let mut found = None;
    source.open()?.query(query, &mut |entries| {
        let decisions = entries.iter().filter_map(|entry| match entry.record() {
            Record::Decision(decision) => Some(decision),
            _ => None,
        });
        let mut meant = decisions.filter(|it| is_it(it));
        found = meant.next().map(|it| (**it).clone());
        Ok(match found {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        })
    })?;
    Ok(found)
}
