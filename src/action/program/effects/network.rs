//! What commands that use the network do: `curl` that only asks, and `wget`, which never only does.
//!
//! Source: curl(1) 8.14. In no table: what sends (`-d`, `-F`, `-T`, `-b`, `-u`), reads options or
//! addresses from a file (`-K`, `-H @FILE`), goes through another host (`-x`, `--resolve`,
//! `--connect-to`) or follows redirections (`-L`), since those lead to hosts that the line doesn't
//! name.

use super::super::super::facts::{Deed, Traffic};
use super::super::super::hosts::Destination;
use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::contacts;
use super::super::options::{Grammar, Item, Opt, Scan, Value, flag, value};
use super::table::{Account, Check, Family};

pub(super) static PROGRAMS: Family = &[
    ("curl", Check::Function(curl)),
    // It follows redirections, and takes passwords from a file by itself.
    ("wget", Check::Function(wget)),
];

/// What an option is to curl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Plain,
    Url,
    Output,
    /// What is printed at the end.
    Format,
    Method,
    Header,
}

static CURL: &[Opt<Says>] = &[
    flag(
        "-s --silent -S --show-error -f --fail --fail-with-body -i --include --show-headers -I --head -v --verbose -4 \
         --ipv4 -6 --ipv6 -# --progress-bar --no-progress-meter --compressed -g --globoff -N --no-buffer --http1.1 -0 \
         --http1.0 --http2 --http3 -1 --tlsv1 --tlsv1.2 --tlsv1.3 --tcp-nodelay --retry-all-errors --retry-connrefused -q \
         --disable --raw --styled-output",
        Says::Plain,
    ),
    value(
        "-m --max-time --connect-timeout --retry --retry-delay --retry-max-time -r --range --limit-rate --max-filesize -A \
         --user-agent -y --speed-time -Y --speed-limit --proto --tls-max",
        Says::Plain,
    ),
    value("--url", Says::Url),
    value("-o --output", Says::Output),
    value("-w --write-out", Says::Format),
    value("-X --request", Says::Method),
    value("-H --header", Says::Header),
];

/// Headers that say what is wanted, and nothing about who asks.
const HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "if-modified-since",
    "if-none-match",
    "pragma",
    "range",
    "user-agent",
    "x-github-api-version",
];

fn curl(call: &Call<'_>, account: &mut Account<'_>) {
    account.does(deed(call));
    let mut urls = 0;
    let mut scan = Scan::new(call.args(), CURL, Grammar::Exact);
    while let Some(item) = scan.next() {
        let (says, value) = match item {
            Item::Option { opt, value } => (opt.role, value),
            Item::Unknown(word) => {
                account.unaccounted(&word.text);
                continue;
            }
            Item::Operand(word) => (Says::Url, Some(Value::of(word))),
        };
        if let Some(word) = scan.doubtful_value() {
            account.unaccounted(&word.text);
        }
        let Some(value) = value else { continue };
        let is_fine = match says {
            Says::Plain => true,
            Says::Url => {
                urls += 1;
                is_constant_url(value.text) || is_constant_place(value.text)
            }
            Says::Output => {
                account.writes(value.word());
                // `#1` is a part of the address.
                !value.text.contains('#')
            }
            Says::Format => !value.text.starts_with('@') && !value.text.contains("%output"),
            Says::Method => matches!(value.text, "GET" | "HEAD"),
            Says::Header => is_mild_header(value.text),
        };
        if !is_fine || is_odd(value, says == Says::Format) {
            account.unaccounted(value.text);
        }
    }
    if urls == 0 {
        account.unaccounted("curl");
    }
}

fn wget(call: &Call<'_>, account: &mut Account<'_>) {
    account.does(deed(call));
    account.unaccounted("wget");
}

/// What a command does, as far as its contacts say.
pub(super) fn deed(call: &Call<'_>) -> Deed {
    let contacts = contacts::contacts(call.words, &|_| None, (1, true));
    let sends = contacts
        .iter()
        .any(|contact| contact.traffic == Traffic::Sends);
    match sends {
        true => Deed::NetworkSend,
        false => Deed::NetworkRead,
    }
}

/// A glob may become other words, and a control character ends a line of HTTP.
pub(super) fn is_odd(value: Value<'_>, may_have_lines: bool) -> bool {
    let is_control = |c: char| c.is_control() && !(may_have_lines && c == '\n');
    value.glob || value.dynamic || value.text.contains(is_control)
}

/// Whether a word is one of these: no glob, nothing unknown, no control character.
pub(super) fn is_plain(word: &ShellWord) -> bool {
    !is_odd(Value::of(word), false)
}

/// `http://` or `https://` with a host that every program reads alike, without a user, and without
/// curl's globs.
pub(super) fn is_constant_url(text: &str) -> bool {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let head = text.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme)
            .then(|| text.get(scheme.len()..))?
    });
    let Some(rest) = rest else { return false };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let is_letter = |byte: u8| byte.is_ascii_graphic() && !b"\\{}[]<>^`|\"".contains(&byte);
    !authority.is_empty()
        && !authority.contains(['@', '%'])
        && text.bytes().all(is_letter)
        && Destination::of_url(text, None).is_some()
}

/// The beginnings of hosts from which curl takes another scheme than `http`, where none is given (curl(1), "URL").
const OTHER_SCHEMES: &[&str] = &["dict.", "ftp.", "imap.", "ldap.", "pop3.", "smtp."];

/// `HOST:PORT` and what is behind it, which curl asks by `http`. `file:/x` is a file to it.
fn is_constant_place(text: &str) -> bool {
    let end = text.find(['/', '?', '#']).unwrap_or(text.len());
    let place = text.get(..end).unwrap_or_default();
    let Some((host, port)) = place.split_once(':') else {
        return false;
    };
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let lower = host.to_ascii_lowercase();
    let is_other = OTHER_SCHEMES.iter().any(|it| lower.starts_with(it));
    is_port && !is_other && !text.contains("://") && is_constant_url(&format!("http://{text}"))
}

pub(super) fn is_mild_header(text: &str) -> bool {
    let name = text.split_once(':').map(|(name, _)| name);
    name.is_some_and(|name| HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known)))
}
