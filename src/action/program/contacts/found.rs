//! The contacts of a command while they are found.

use super::super::super::facts::Traffic;
use super::super::super::hosts::Destination;
use super::super::options::Value;
use super::{Contact, Environment};
use crate::canonical::cut;

/// Bytes that are shown of what a command says instead of a host.
const MAX_SHOWN_BYTES: usize = 200;
/// Addresses that are looked at for one command, those that are there already included.
const MAX_LOOKED_AT: usize = 1024;
/// What is shown of hosts beyond the limit.
const MORE: &str = "more hosts";

/// The contacts of one command.
pub(super) struct Contacts<'e> {
    pub(super) environment: Environment<'e>,
    found: Vec<Contact>,
    most: usize,
    looked_at: usize,
    sends: bool,
}

impl<'e> Contacts<'e> {
    pub(super) fn new(environment: Environment<'e>, most: usize) -> Self {
        Self {
            environment,
            found: Vec::new(),
            most,
            looked_at: 0,
            sends: false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether a host is there, given as it is shown.
    pub(super) fn has(&self, shown: &str) -> bool {
        self.found.iter().any(|contact| contact.shown == shown)
    }

    /// The command sends something, or may do so.
    pub(super) fn sends(&mut self) {
        self.sends = true;
    }

    /// A URL; `scheme` is that of a text without one. A file is no host.
    pub(super) fn url(&mut self, value: Value<'_>, scheme: Option<&str>) {
        let text = value.text.trim_matches(|c: char| c.is_ascii_whitespace());
        let is_file = text
            .get(..5)
            .is_some_and(|head| head.eq_ignore_ascii_case("file:"));
        if text.is_empty() || is_file {
            return;
        }
        let certain = match value.dynamic {
            true => certain_part(text),
            false => Some(text),
        };
        let place = certain.and_then(|text| Destination::of_url(text, scheme));
        let is_known = place.is_some();
        self.add(text, place, false);
        // Some programs take a backslash for a slash, and then it is another host.
        if is_known && text.contains('\\') {
            self.unknown(text);
        }
    }

    /// A host and a port that are given apart.
    pub(super) fn at(&mut self, host: Value<'_>, port: Option<&str>, scheme: Option<&str>) {
        let is_open = host.dynamic && host.text.contains(['$', '`']);
        let place = match is_open {
            true => None,
            false => Destination::at(host.text, port, scheme),
        };
        self.add(host.text, place, false);
    }

    /// A URL of the program itself.
    pub(super) fn fixed(&mut self, url: &str) {
        self.add(url, Destination::of_url(url, None), false);
    }

    /// A git remote by its name.
    pub(super) fn remote(&mut self, name: &str) {
        self.add(name, None, true);
    }

    /// A host that is known only at run time, with what the command says instead.
    pub(super) fn unknown(&mut self, shown: &str) {
        self.add(shown, None, false);
    }

    fn add(&mut self, shown: &str, place: Option<Destination>, is_remote: bool) {
        self.looked_at += 1;
        let is_full = self.found.len() >= self.most || self.looked_at > MAX_LOOKED_AT;
        let (shown, place, is_remote) = match (is_full, &place) {
            (true, _) => (MORE.to_owned(), None, false),
            (false, Some(place)) => (place.text(), Some(place.clone()), false),
            (false, None) => (without_secrets(shown), None, is_remote),
        };
        let alike = |known: &Contact| known.place == place && known.shown == shown;
        if self.looked_at <= MAX_LOOKED_AT + 1 && !self.found.iter().any(alike) {
            self.found.push(Contact {
                shown,
                place,
                is_remote,
                traffic: Traffic::Reads,
            });
        }
    }

    pub(super) fn finish(mut self) -> Vec<Contact> {
        if self.sends {
            for contact in &mut self.found {
                contact.traffic = Traffic::Sends;
            }
        }
        self.found
    }
}

/// What of a text with an unknown part is certain: the scheme and all of the authority, which no
/// unknown part can prolong.
fn certain_part(text: &str) -> Option<&str> {
    if !text.contains(['$', '`']) {
        return Some(text);
    }
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?', '#'])?;
    let whole = text.get(..scheme.len() + 3 + end)?;
    (!whole.contains(['$', '`'])).then_some(whole)
}

/// The beginning of a text, without what may hold a password: user, path and query.
fn without_secrets(text: &str) -> String {
    let head = match text.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let authority = rest.get(..end).unwrap_or_default();
            let place = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}://{place}")
        }
        None => text.rsplit('@').next().unwrap_or(text).to_owned(),
    };
    cut(&head, MAX_SHOWN_BYTES).into_owned()
}
