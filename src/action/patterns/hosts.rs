//! Patterns over hosts: `network.block`, `network.require_approval` and `network.allowed_hosts`.

use foldhash::HashMap;

use super::error::PatternError;
use crate::action::facts::NetworkAccess;
use crate::action::hosts::{default_port, is_address, is_of_this_network, normal};

/// Patterns over hosts: `host`, `*.host`, each with a scheme in front or a port behind, or both.
///
/// `*.host` means every name below `host`, and not for `host`.
#[derive(Debug, Clone, Default)]
pub struct HostPatterns {
    /// By the host.
    exact: HashMap<String, Vec<Row>>,
    /// By what follows `*.`.
    below: HashMap<String, Vec<Row>>,
}

/// One pattern, apart from its host.
#[derive(Debug, Clone)]
struct Row {
    index: u32,
    scheme: Option<String>,
    port: Option<u16>,
}

/// One pattern in its parts.
struct Parsed {
    host: String,
    wildcard: bool,
    scheme: Option<String>,
    port: Option<u16>,
}

impl HostPatterns {
    /// Compiles `patterns`.
    ///
    /// # Errors
    /// Naming the first pattern that is no host.
    pub fn new(patterns: &[impl AsRef<str>]) -> Result<Self, PatternError> {
        let mut compiled = Self::default();
        for (index, pattern) in patterns.iter().enumerate() {
            let pattern = pattern.as_ref();
            let parsed = parse(pattern).map_err(|problem| PatternError {
                index,
                message: format!("`{pattern}` {problem}"),
            })?;
            let row = Row {
                index: u32::try_from(index).unwrap_or(u32::MAX),
                scheme: parsed.scheme,
                port: parsed.port,
            };
            let list = match parsed.wildcard {
                true => &mut compiled.below,
                false => &mut compiled.exact,
            };
            list.entry(parsed.host).or_default().push(row);
        }
        Ok(compiled)
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.below.is_empty()
    }

    /// Adds the index of each pattern that could mean the host to `hits`, for lists that restrict. A
    /// pattern without a port means every port, and one without a scheme every scheme; a scheme or
    /// a port that is not known may be any. A host that is known only at run time has no hit.
    pub fn hits(&self, access: &NetworkAccess, hits: &mut Vec<u32>) {
        hits.clear();
        let Some(host) = &access.host else { return };
        let rows = self.exact.get(host).into_iter().flatten();
        let below = above(host).filter_map(|name| self.below.get(name));
        let rows = rows.chain(below.flatten());
        hits.extend(rows.filter(|row| row.may_mean(access)).map(|row| row.index));
        hits.sort_unstable();
    }

    /// Whether a pattern permits the connection, for lists that permit. A pattern without a port
    /// permits the default port of the scheme alone. `*.host` permits no address, no name of this
    /// machine and no metadata service.
    #[must_use]
    pub fn permit(&self, access: &NetworkAccess) -> bool {
        let Some(host) = &access.host else {
            return false;
        };
        let mut exact = self.exact.get(host).into_iter().flatten();
        if exact.any(|row| row.permits(access)) {
            return true;
        }
        let below = above(host).filter_map(|name| self.below.get(name));
        !is_of_this_network(host) && below.flatten().any(|row| row.permits(access))
    }
}

impl Row {
    fn may_mean(&self, access: &NetworkAccess) -> bool {
        let alike = |own: &Option<String>, of: &Option<String>| match (own, of) {
            (Some(own), Some(of)) => own == of,
            _ => true,
        };
        let port = match (self.port, access.port) {
            (Some(own), Some(of)) => own == of,
            _ => true,
        };
        alike(&self.scheme, &access.scheme) && port
    }

    fn permits(&self, access: &NetworkAccess) -> bool {
        let (Some(scheme), Some(port)) = (&access.scheme, access.port) else {
            return false;
        };
        let own = self.port.or_else(|| default_port(scheme));
        self.scheme.as_ref().is_none_or(|own| own == scheme) && own == Some(port)
    }
}

/// The names above a host: `b.c` and `c` of `a.b.c`.
fn above(host: &str) -> impl Iterator<Item = &str> {
    let dots = host.match_indices('.');
    dots.filter_map(|(at, _)| host.get(at + 1..))
}

fn parse(pattern: &str) -> Result<Parsed, String> {
    let (scheme, rest) = match pattern.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, pattern),
    };
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
    if scheme
        .as_ref()
        .is_some_and(|text| text.is_empty() || !text.chars().all(is_letter))
    {
        return Err("has no scheme in front of `://`".to_owned());
    }
    if rest.contains(['/', '?', '#', '@']) {
        return Err("is more than a host: write it without a user, a path and a query".to_owned());
    }
    let (wildcard, rest) = match rest.strip_prefix("*.") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if rest.contains('*') {
        return Err(
            "has a `*` that doesn't represent all names below a host, as in `*.example.com`"
                .to_owned(),
        );
    }
    let (host, port) = split(rest)?;
    let host = normal(host).ok_or("is no name or address of a host")?;
    if wildcard && is_address(&host) {
        return Err("has a `*` in front of an address; list each address".to_owned());
    }
    // The scheme that facts have.
    let scheme = scheme.map(|scheme| match scheme.as_str() {
        "postgresql" => "postgres".to_owned(),
        _ => scheme,
    });
    Ok(Parsed {
        host,
        wildcard,
        scheme,
        port,
    })
}

/// The host and the port. Brackets may surround an IPv6 address, and must if a port follows.
fn split(text: &str) -> Result<(&str, Option<u16>), String> {
    let number = |port: &str| {
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|port| digits && *port > 0);
        port.map(Some)
            .ok_or_else(|| "has a port that is no number from 1 to 65535".to_owned())
    };
    if let Some(close) = text.find(']') {
        let (host, rest) = text.split_at(close + 1);
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, number(port)?)),
            None if rest.is_empty() => Ok((host, None)),
            None => Err("has something other than a port behind the address".to_owned()),
        };
    }
    match text.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Ok((text, None)),
        Some((host, port)) => Ok((host, number(port)?)),
        None => Ok((text, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::facts::Traffic;
    use crate::action::hosts::Destination;

    fn access(url: &str) -> NetworkAccess {
        let place = Destination::of_url(url, None).unwrap();
        NetworkAccess {
            command: None,
            endpoint: url.to_owned(),
            host: Some(place.host),
            port: place.port,
            remote: None,
            scheme: place.scheme,
            traffic: Traffic::Reads,
        }
    }

    /// A pattern, a URL, whether a list that restricts has a hit, and whether one that permits
    /// permits it.
    #[test]
    fn lists_that_restrict_see_more_than_lists_that_permit() {
        for (pattern, url, hit, permitted) in [
            ("github.com", "https://github.com/x", true, true),
            ("GitHub.com", "https://GITHUB.com./x", true, true),
            ("github.com", "http://github.com", true, true),
            ("github.com", "https://github.com:8443", true, false),
            ("github.com", "https://api.github.com", false, false),
            ("github.com", "https://github.com.evil.com", false, false),
            ("*.github.com", "https://api.github.com", true, true),
            ("*.github.com", "https://a.b.github.com", true, true),
            ("*.github.com", "https://github.com", false, false),
            ("*.github.com", "https://evilgithub.com", false, false),
            ("*.localhost", "http://a.localhost", true, false),
            (
                "*.google.internal",
                "http://metadata.google.internal",
                true,
                false,
            ),
            (
                "metadata.google.internal",
                "http://metadata.google.internal",
                true,
                true,
            ),
            ("github.com:443", "https://github.com", true, true),
            ("github.com:443", "http://github.com", false, false),
            ("github.com:443", "ssh://github.com", false, false),
            ("github.com:8443", "https://github.com:8443", true, true),
            ("https://github.com", "https://github.com:443", true, true),
            ("https://github.com", "http://github.com", false, false),
            ("https://github.com", "https://github.com:8443", true, false),
            (
                "https://*.github.com:8443",
                "https://a.github.com:8443",
                true,
                true,
            ),
            ("localhost:3000", "http://localhost:3000", true, true),
            ("127.0.0.1", "http://2130706433/", true, true),
            ("0x7f.1", "http://127.0.0.1/", true, true),
            ("::1", "http://[::1]/", true, true),
            ("[::1]:8080", "http://[0:0::1]:8080/", true, true),
            ("169.254.169.254", "http://[::ffff:a9fe:a9fe]/", true, true),
        ] {
            let patterns = HostPatterns::new(&[pattern]).unwrap();
            let mut hits = Vec::new();
            patterns.hits(&access(url), &mut hits);
            assert_eq!(!hits.is_empty(), hit, "{pattern} {url}");
            assert_eq!(patterns.permit(&access(url)), permitted, "{pattern} {url}");
        }
    }

    #[test]
    fn what_is_no_host_is_an_error() {
        for pattern in [
            "",
            "*",
            "*.",
            "a.*.com",
            "*github.com",
            "https://github.com/x",
            "user@github.com",
            "github.com:",
            "github.com:0",
            "github.com:99999",
            "github.com:http",
            "*.10.0.0.1",
            "*.[::1]",
            "a b",
            "://x",
            "b\u{fc}cher.de",
            "[::1]x",
        ] {
            assert!(HostPatterns::new(&[pattern]).is_err(), "{pattern}");
        }
    }
}
