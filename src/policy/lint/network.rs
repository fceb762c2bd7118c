//! Hosts: entries that are none, and those that never decide.

use super::Subject;
use crate::action::facts::{NetworkAccess, Traffic};
use crate::action::hosts::is_of_this_network;
use crate::action::patterns::HostPatterns;
use crate::policy::effective::Listed;
use crate::policy::issue::Issue;
use crate::policy::pack::AllowedEffect;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let network = &subject.pack.network;
    let lists = [
        ("allowed_hosts", &network.allowed_hosts),
        ("require_approval", &network.require_approval),
        ("block", &network.block),
    ];
    let mut issues = Vec::new();
    for (list, hosts) in lists {
        for host in hosts {
            let found = bad(subject, list, host);
            issues.extend(found.or_else(|| never(subject, list, host)));
        }
    }
    issues.extend(unused(subject));
    issues
}

fn bad(subject: &Subject<'_>, list: &str, host: &str) -> Option<Issue> {
    let error = HostPatterns::new(&[host]).err()?;
    let at = subject.places.entry(&["network", list], host);
    let message = format!("in `network.{list}`: {}", error.message);
    Some(Issue::blocker("bad-host", message, at))
}

/// An entry that a stricter list covers, or a wildcard over names that no wildcard permits.
fn never(subject: &Subject<'_>, list: &str, host: &str) -> Option<Issue> {
    let at = || subject.places.entry(&["network", list], host);
    let wildcard = host
        .split("://")
        .last()
        .and_then(|it| it.strip_prefix("*."));
    let name = wildcard.and_then(|rest| rest.split(':').next());
    if list == "allowed_hosts" && name.is_some_and(is_of_this_network) {
        let message = format!(
            "`{host}` in `network.allowed_hosts` never matches: a wildcard permits no name of this machine and no \
             metadata service; list the name itself"
        );
        return Some(Issue::warning("unreachable-host", message, at()));
    }
    let effective = &subject.effective?.content.network;
    let stricter: &[(&str, &[Listed])] = match list {
        "allowed_hosts" => &[
            ("block", &effective.block),
            ("require_approval", &effective.require_approval),
        ],
        "require_approval" => &[("block", &effective.block)],
        _ => &[],
    };
    stricter.iter().find_map(|(name, entries)| {
        let by = entries.iter().find(|entry| covers(&entry.text, host))?;
        let message = format!(
            "`{host}` in `network.{list}` never decides: `{}` in `network.{name}` of `{}` is stricter",
            by.text, by.origin
        );
        Some(Issue::warning("unreachable-host", message, at()))
    })
}

/// Whether a stricter entry covers another one: it is the same, or a host without a wildcard that the
/// entry means with every port and scheme.
fn covers(entry: &str, host: &str) -> bool {
    if entry.eq_ignore_ascii_case(host) {
        return true;
    }
    if host.contains(['*', ':']) {
        return false;
    }
    let access = NetworkAccess {
        command: None,
        endpoint: host.to_owned(),
        host: Some(host.to_ascii_lowercase()),
        port: Some(0),
        remote: None,
        scheme: Some(String::new()),
        traffic: Traffic::Reads,
    };
    let mut hits = Vec::new();
    if let Ok(patterns) = HostPatterns::new(&[entry]) {
        patterns.hits(&access, &mut hits);
    }
    !hits.is_empty()
}

/// Hosts from which no command may read, because the effect is not allowed.
fn unused(subject: &Subject<'_>) -> Option<Issue> {
    let hosts = &subject.pack.network.allowed_hosts;
    let content = &subject.effective?.content;
    if hosts.is_empty()
        || content
            .commands
            .allow_effects
            .allows(AllowedEffect::NetworkRead)
    {
        return None;
    }
    let at = subject.places.field(&["network", "allowed_hosts"]);
    let message = "`network.allowed_hosts` allows nothing without `commands.allow_effects.network_read: true`";
    Some(Issue::warning("unreachable-host", message, at))
}
