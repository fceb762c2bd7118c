//! Names and addresses of hosts in their normal form.
//!
//! Sources: RFC 1123, section 2.1 (names); `inet_aton(3)`, which reads `0177.1` and `2130706433` as
//! `127.0.0.1`; RFC 4291, section 2.5.5 (IPv4 addresses within IPv6).

// Only the types of addresses: this part opens no connection.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bytes of the longest name (RFC 1035, section 2.3.4).
const MAX_NAME_BYTES: usize = 253;
/// Bytes of the longest label of a name.
const MAX_LABEL_BYTES: usize = 63;

/// Names of this machine, and those under which clouds serve a machine its own credentials. Names
/// below them count too.
const OF_THIS_NETWORK: &[&str] = &[
    "localhost",
    "localdomain",
    "ip6-localhost",
    "ip6-loopback",
    "host.docker.internal",
    "gateway.docker.internal",
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "metadata.tencentyun.com",
    "metadata.packet.net",
    "instance-data",
    "instance-data.ec2.internal",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
];

/// The host in its normal form: a name in lower case and without a dot at its end, or an address
/// as its standard text. None if it is neither, or if programs differ about it.
#[must_use]
pub fn normal(text: &str) -> Option<String> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    if let Some(address) = bare {
        return six(address);
    }
    if text.contains(':') {
        return six(text);
    }
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    if !is_name(&name) {
        return None;
    }
    let last = name.rsplit('.').next().unwrap_or(&name);
    match is_number(last) {
        true => four(&name).map(|address| address.to_string()),
        false => Some(name),
    }
}

/// Whether a host in its normal form is an address.
#[must_use]
pub fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

/// Whether a host in its normal form is an address, this machine, or a service that clouds have for
/// the machine itself. A wildcard never covers it where it would allow something.
#[must_use]
pub fn is_of_this_network(host: &str) -> bool {
    let is_below = |known: &&str| {
        let head = host.strip_suffix(*known);
        head.is_some_and(|head| head.is_empty() || head.ends_with('.'))
    };
    is_address(host) || OF_THIS_NETWORK.iter().any(is_below)
}

fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| {
        !label.is_empty() && label.len() <= MAX_LABEL_BYTES && label.bytes().all(is_letter)
    };
    name.len() <= MAX_NAME_BYTES && name.split('.').all(is_label)
}

/// Whether a last label makes the whole an address (WHATWG URL, "ends in a number").
fn is_number(label: &str) -> bool {
    let is_decimal = label.bytes().all(|byte| byte.is_ascii_digit());
    let hex = label.strip_prefix("0x");
    is_decimal || hex.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// One to four numbers, decimal, octal or hexadecimal; the last one fills the bytes that are left.
fn four(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, heads) = parts.split_last()?;
    if heads.len() > 3 || heads.iter().any(|part| *part > 255) {
        return None;
    }
    let left = 4 - heads.len();
    if *last >= 1_u64 << (8 * left) {
        return None;
    }
    let head = heads.iter().fold(0_u64, |all, part| (all << 8) | part);
    let all = (head << (8 * left)) | last;
    u32::try_from(all).ok().map(Ipv4Addr::from)
}

fn number(text: &str) -> Option<u64> {
    if let Some(hex) = text.strip_prefix("0x") {
        // `0x` alone is zero to inet_aton.
        return match hex {
            "" => Some(0),
            _ => u64::from_str_radix(hex, 16).ok(),
        };
    }
    match text.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => u64::from_str_radix(octal, 8).ok(),
        _ => text.parse().ok(),
    }
}

fn six(text: &str) -> Option<String> {
    let address: Ipv6Addr = text.parse().ok()?;
    Some(match address.to_ipv4_mapped() {
        Some(four) => four.to_string(),
        None => address.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_form() {
        for (text, want) in [
            ("GitHub.COM", Some("github.com")),
            ("github.com.", Some("github.com")),
            ("github.com..", None),
            (".github.com", None),
            ("127.0.0.1", Some("127.0.0.1")),
            ("2130706433", Some("127.0.0.1")),
            ("0x7f.1", Some("127.0.0.1")),
            ("0177.0.0.01", Some("127.0.0.1")),
            ("127.1", Some("127.0.0.1")),
            ("0xa9fea9fe", Some("169.254.169.254")),
            ("0", Some("0.0.0.0")),
            ("256.1.1.1", None),
            ("1.2.3.4.5", None),
            ("09.1.1.1", None),
            ("evil.0x7f", None),
            ("[::1]", Some("::1")),
            ("::FFFF:7f00:1", Some("127.0.0.1")),
            ("[::ffff:169.254.169.254]", Some("169.254.169.254")),
            ("FD00:ec2:0::254", Some("fd00:ec2::254")),
            ("fe80::1%25eth0", None),
            ("a b", None),
            ("a\\b", None),
            ("b\u{fc}cher.de", None),
            ("\u{ff45}vil.com", None),
            ("xn--bcher-kva.de", Some("xn--bcher-kva.de")),
            ("", None),
        ] {
            assert_eq!(normal(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn this_network_is_known_by_name_and_by_address() {
        for host in [
            "localhost",
            "a.b.localhost",
            "metadata.google.internal",
            "169.254.169.254",
            "10.0.0.1",
            "8.8.8.8",
            "fd00:ec2::254",
        ] {
            assert!(is_of_this_network(host), "{host}");
        }
        for host in ["github.com", "notlocalhost", "localhost.example.com"] {
            assert!(!is_of_this_network(host), "{host}");
        }
    }
}
