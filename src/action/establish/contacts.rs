//! The hosts that commands connect to.

use super::collector::Collector;
use crate::action::facts::{NetworkAccess, Traffic};
use crate::action::hosts::Destination;
use crate::action::limits::MAX_HOSTS;
use crate::action::program::{self, Contact};
use crate::action::shell::{Shell, ShellWord};

impl Collector<'_> {
    /// The contacts of one command. None are looked for once the facts hold as many as they may.
    pub(super) fn contacts(
        &self,
        shell: &Shell,
        words: &[ShellWord],
        is_wrapper: bool,
    ) -> Vec<Contact> {
        let environment = |name: &str| shell.assigned(name);
        match MAX_HOSTS.checked_sub(self.facts.network.len()) {
            Some(room) => program::contacts(words, &environment, (room, is_wrapper)),
            None => Vec::new(),
        }
    }

    /// Adds the contacts of the command whose facts begin at `first`.
    pub(super) fn connects(&mut self, contacts: Vec<Contact>, first: usize) {
        // A skim may keep the command's words elsewhere.
        let is_there = self.skimmed.is_none() && self.facts.commands.len() > first;
        let command = is_there.then_some(first);
        for contact in contacts {
            let access = access(contact, command);
            let is_known = self.skimmed.is_some()
                && self
                    .facts
                    .network
                    .iter()
                    .any(|it| (&it.endpoint, it.traffic) == (&access.endpoint, access.traffic));
            // One more than the limit says that there are others.
            if !is_known && self.facts.network.len() <= MAX_HOSTS {
                self.facts.network.push(access);
            }
        }
    }
}

/// A contact as a fact.
pub(super) fn access(contact: Contact, command: Option<usize>) -> NetworkAccess {
    let Contact {
        shown,
        place,
        is_remote,
        traffic,
    } = contact;
    let (host, port, scheme) = match place {
        Some(Destination { scheme, host, port }) => (Some(host), port, scheme),
        None => (None, None, None),
    };
    NetworkAccess {
        command,
        remote: is_remote.then(|| shown.clone()),
        endpoint: shown,
        host,
        port,
        scheme,
        traffic,
    }
}

/// What a redirection to `/dev/tcp/HOST/PORT` opens (bash(1), "REDIRECTION"). None if the path is
/// another one.
pub(super) fn opened(target: &ShellWord, command: Option<usize>) -> Option<NetworkAccess> {
    let place = ["/dev/tcp/", "/dev/udp/"]
        .iter()
        .find_map(|prefix| target.text.strip_prefix(prefix))?;
    let (host, port) = place.split_once('/').unwrap_or((place, ""));
    let port = Some(port).filter(|port| port.parse::<u16>().is_ok());
    let known = !target.dynamic || !host.contains(['$', '`']);
    let place = known.then(|| Destination::at(host, port, None)).flatten();
    Some(NetworkAccess {
        command,
        endpoint: target.text.clone(),
        port: place.as_ref().and_then(|place| place.port),
        host: place.map(|place| place.host),
        remote: None,
        scheme: None,
        traffic: Traffic::Opened,
    })
}
