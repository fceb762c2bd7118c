//! The scheme, the host and the port of a URL (RFC 3986, section 3).

use super::{MAX_URL_BYTES, normal};

/// Where a connection goes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Destination {
    /// In lower case. None where nothing says it.
    pub scheme: Option<String>,
    /// In its normal form.
    pub host: String,
    /// Given, or the default one of the scheme. None where neither is known.
    pub port: Option<u16>,
}

/// The ports of schemes (IANA "Service Name and Transport Protocol Port Number Registry").
const PORTS: &[(&str, u16)] = &[
    ("https", 443),
    ("http", 80),
    ("ssh", 22),
    ("sftp", 22),
    ("scp", 22),
    ("git", 9418),
    ("ws", 80),
    ("wss", 443),
    ("ftp", 21),
    ("ftps", 990),
    ("tftp", 69),
    ("gopher", 70),
    ("dict", 2628),
    ("ldap", 389),
    ("ldaps", 636),
    ("smtp", 25),
    ("smtps", 465),
    ("imap", 143),
    ("imaps", 993),
    ("pop3", 110),
    ("pop3s", 995),
    ("telnet", 23),
    ("mqtt", 1883),
    ("rtsp", 554),
    ("smb", 445),
    ("rsync", 873),
    ("redis", 6379),
    ("rediss", 6379),
    ("postgres", 5432),
    ("mysql", 3306),
    ("mongodb", 27017),
    ("socks5", 1080),
    ("socks4", 1080),
];

/// The default port of a scheme, if it is a known one.
#[must_use]
pub fn default_port(scheme: &str) -> Option<u16> {
    let mut ports = PORTS.iter();
    ports
        .find(|(name, _)| *name == scheme)
        .map(|(_, port)| *port)
}

/// Schemes under another name.
fn canonical(scheme: &str) -> String {
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "postgresql" => "postgres".to_owned(),
        "mongodb+srv" => "mongodb".to_owned(),
        "git+ssh" | "ssh+git" => "ssh".to_owned(),
        "git+https" => "https".to_owned(),
        "git+http" => "http".to_owned(),
        "socks5h" => "socks5".to_owned(),
        "socks4a" => "socks4".to_owned(),
        _ => scheme,
    }
}

impl Destination {
    /// Of a URL; `scheme` is that of a text without one. None if the text has no host, or if
    /// its host is no name: a control character, a letter beyond ASCII.
    #[must_use]
    pub fn of_url(text: &str, scheme: Option<&str>) -> Option<Self> {
        if text.len() > MAX_URL_BYTES {
            return None;
        }
        let (scheme, rest) = match scheme_of(text) {
            Some((scheme, rest)) => (Some(canonical(scheme)), rest),
            None => (scheme.map(canonical), text),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = rest.get(..end)?;
        let place = authority
            .rsplit_once('@')
            .map_or(authority, |(_, place)| place);
        let (host, port) = split_port(place)?;
        Self::new(scheme, &decoded(host)?, port)
    }

    /// Of a host and a port that are given apart.
    #[must_use]
    pub fn at(host: &str, port: Option<&str>, scheme: Option<&str>) -> Option<Self> {
        let port = match port {
            Some(port) => Some(port.parse().ok()?),
            None => None,
        };
        Self::new(scheme.map(canonical), host, port)
    }

    fn new(scheme: Option<String>, host: &str, port: Option<u16>) -> Option<Self> {
        let host = normal(host)?;
        let port = port.or_else(|| default_port(scheme.as_deref()?));
        Some(Self { scheme, host, port })
    }

    /// Such as `https://github.com:443`, as far as it is known.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { scheme, host, port } = self;
        let mut text = String::new();
        if let Some(scheme) = scheme {
            text.push_str(scheme);
            text.push_str("://");
        }
        match host.contains(':') {
            true => text.extend(["[", host, "]"]),
            false => text.push_str(host),
        }
        let default = scheme.as_deref().and_then(default_port);
        if let Some(port) = port.filter(|port| Some(*port) != default) {
            text.push(':');
            text.push_str(&port.to_string());
        }
        text
    }
}

/// The scheme of a text, and what follows it and its slashes. Programs take `https:/host` and
/// `https:///host` for `https://host`.
fn scheme_of(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(":/")?;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
    let begins = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    if !begins || !scheme.bytes().all(is_letter) {
        return None;
    }
    match rest.strip_prefix('/') {
        Some(rest) => Some((scheme, rest.strip_prefix('/').unwrap_or(rest))),
        // `host:/path` has none.
        None => default_port(&canonical(scheme)).map(|_| (scheme, rest)),
    }
}

/// The host, and the port behind the last colon. An empty port is none.
fn split_port(place: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(inner) => {
            let close = inner.find(']')? + 2;
            let (host, rest) = place.split_at_checked(close)?;
            match rest {
                "" => (host, ""),
                _ => (host, rest.strip_prefix(':')?),
            }
        }
        None => place.split_once(':').unwrap_or((place, "")),
    };
    match port {
        "" => Some((host, None)),
        _ if !port.bytes().all(|byte| byte.is_ascii_digit()) => None,
        _ => Some((host, Some(port.parse().ok()?))),
    }
}

/// `%65` as the letter that it means. Only letters of names are decoded, so that no other delimiter
/// appears.
fn decoded(host: &str) -> Option<String> {
    if !host.contains('%') {
        return Some(host.to_owned());
    }
    let mut bytes = Vec::with_capacity(host.len());
    let mut rest = host.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_the_host_that_programs_connect_to() {
        for (url, want) in [
            ("https://github.com/a/b?c#d", Some("https://github.com")),
            ("HTTPS://GitHub.com./", Some("https://github.com")),
            ("https://github.com:443/", Some("https://github.com")),
            ("https://github.com:8443", Some("https://github.com:8443")),
            ("https://github.com:/x", Some("https://github.com")),
            ("http://github.com", Some("http://github.com")),
            ("github.com/x", Some("http://github.com")),
            ("github.com:80/x", Some("http://github.com")),
            ("https://github.com@evil.com/", Some("https://evil.com")),
            ("https://a:b@c@evil.com/", Some("https://evil.com")),
            (
                "https://github.com.evil.com",
                Some("https://github.com.evil.com"),
            ),
            ("https://evil.com#@github.com/", Some("https://evil.com")),
            ("https://evil.com?@github.com/", Some("https://evil.com")),
            ("https://evil.com\\@github.com/", Some("https://github.com")),
            ("https://github.com\\.evil.com/", None),
            ("https://git\thub.com/", None),
            ("https://github.com\n.evil.com/", None),
            ("https://%65vil.com/", Some("https://evil.com")),
            (
                "https://evil.com%2f@github.com/",
                Some("https://github.com"),
            ),
            ("https://evil.com%00.github.com/", None),
            ("https:/evil.com/", Some("https://evil.com")),
            ("https:///evil.com/", Some("https://evil.com")),
            ("github.com:/x", Some("http://github.com")),
            ("https:////evil.com/", None),
            ("https://[::1]:8080/", Some("https://[::1]:8080")),
            ("https://[::ffff:7f00:1]/", Some("https://127.0.0.1")),
            ("https://0x7f000001/", Some("https://127.0.0.1")),
            ("https://github.com:99999/", None),
            ("https://github.com:44a/", None),
            ("https://b\u{fc}cher.de/", None),
            (
                "postgresql://u:p@db.example.com/x",
                Some("postgres://db.example.com"),
            ),
            ("https://", None),
            ("", None),
        ] {
            let got = Destination::of_url(url, Some("http"));
            assert_eq!(got.map(|it| it.text()).as_deref(), want, "{url}");
        }
    }
}
