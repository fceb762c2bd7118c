//! curl(1), wget(1), and URLs among the words of programs without a table.

use super::super::super::shell::ShellWord;
use super::super::addresses;
use super::super::call::Call;
use super::super::network::{CURL, WGET};
use super::super::options::{Grammar, Item, Scan, Value};
use super::super::transfers::Role;
use super::Finder;
use super::found::Contacts;

pub(super) static PROGRAMS: &[(&str, Finder)] = &[
    ("curl", curl),
    ("wget wget2", wget),
    ("http https xh xhs httpie", httpie),
];

/// What is shown where a redirection may lead anywhere.
const REDIRECTED: &str = "wherever it is redirected to";
/// Schemes of URLs that are looked for among words of any program.
const SCHEMES: &[&str] = &[
    "http",
    "https",
    "ftp",
    "ftps",
    "sftp",
    "ssh",
    "ws",
    "wss",
    "git",
    "git+ssh",
    "git+https",
    "gopher",
    "ldap",
    "ldaps",
];

fn curl(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    let (mut urls, mut scheme) = (Vec::new(), "http".to_owned());
    for item in Scan::new(call.args(), CURL, Grammar::Permute) {
        let (role, value) = match item {
            Item::Option { opt, value } => (opt.role, value),
            Item::Operand(word) => {
                urls.push(Value::of(word));
                continue;
            }
            Item::Unknown(_) => continue,
        };
        match (role, value) {
            (Role::Url, Some(value)) => urls.push(value),
            (Role::DefaultScheme, Some(value)) => scheme = value.text.to_ascii_lowercase(),
            _ => option(role, value, contacts),
        }
    }
    for url in urls {
        globbed(url, &scheme, contacts);
    }
}

/// What an option of curl or wget says about hosts, and whether something is sent.
fn option(role: Role, value: Option<Value<'_>>, contacts: &mut Contacts<'_>) {
    match (role, value) {
        (Role::Field | Role::Upload | Role::Cookie | Role::Body, _) => contacts.sends(),
        (Role::Header, Some(value)) if value.text.starts_with('@') => contacts.sends(),
        (Role::Method, Some(value)) if !matches!(value.text, "GET" | "HEAD") => contacts.sends(),
        (Role::Config | Role::Setting, _) => {
            contacts.sends();
            contacts.unknown("what a configuration says");
        }
        (Role::Proxy, Some(value)) => contacts.url(value, Some("http")),
        (Role::Socks, Some(value)) => contacts.url(value, Some("socks5")),
        (Role::Resolve, Some(value)) => {
            let addresses = value.text.splitn(3, ':').nth(2).unwrap_or_default();
            for text in addresses.split(',') {
                contacts.at(Value { text, ..value }, None, None);
            }
        }
        (Role::ConnectTo, Some(value)) => {
            let mut parts = value.text.split(':').skip(2);
            let text = parts.next().unwrap_or_default();
            let port = parts.next().filter(|port| !port.is_empty());
            contacts.at(Value { text, ..value }, port, None);
        }
        (Role::Socket, _) => contacts.unknown("a socket"),
        (Role::Follows, _) => contacts.unknown(REDIRECTED),
        _ => {}
    }
}

/// Each address that curl's globs make.
fn globbed(url: Value<'_>, scheme: &str, contacts: &mut Contacts<'_>) {
    match addresses::expanded(url.text) {
        Some(all) => {
            for text in &all {
                contacts.url(Value { text, ..url }, Some(scheme));
            }
        }
        None => contacts.unknown(url.text),
    }
}

fn wget(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    let has = |option: &str| call.args().iter().any(|word| word.text.starts_with(option));
    for item in Scan::new(call.args(), WGET, Grammar::Permute) {
        match item {
            Item::Operand(word) => contacts.url(Value::of(word), Some("http")),
            // A list of addresses, or what is sent.
            Item::Option { opt, .. } if opt.role == Role::Read => {
                contacts.sends();
                contacts.unknown("what a file says");
            }
            Item::Option { opt, value } => option(opt.role, value, contacts),
            Item::Unknown(_) => {}
        }
    }
    // It follows redirections unless it must not.
    if !contacts.is_empty() && !has("--max-redirect=0") {
        contacts.unknown(REDIRECTED);
    }
}

/// httpie(1): `http [METHOD] URL [ITEM…]`. What it sends is not looked at.
fn httpie(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    let scheme = match &*call.name {
        "https" | "xhs" => "https",
        _ => "http",
    };
    let is_method =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let words = call.args().iter();
    let mut words = words.filter(|word| !word.text.starts_with('-') && !is_method(&word.text));
    if let Some(url) = words.next() {
        match url.text.strip_prefix(':') {
            // `:3000/path` and `:/path`
            Some(rest) => {
                let port = rest.split('/').next().unwrap_or_default();
                let text = format!("localhost:{port}");
                contacts.url(
                    Value {
                        text: &text,
                        ..Value::of(url)
                    },
                    Some(scheme),
                );
            }
            None => contacts.url(Value::of(url), Some(scheme)),
        }
    }
}

/// Words that are URLs, alone or as the value of an option or a variable, of a program about which
/// nothing more is known.
pub(super) fn presumed(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    // What has no colon is no URL.
    let may_be_url = |word: &&ShellWord| word.text.bytes().any(|byte| byte == b':');
    for word in call.args().iter().filter(may_be_url) {
        let text = match word.text.split_once('=') {
            Some((name, value)) if !name.contains([':', '/', ' ']) => value,
            _ => word.text.as_str(),
        };
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        let is_known = |scheme: &str| SCHEMES.iter().any(|it| it.eq_ignore_ascii_case(scheme));
        if scheme.is_some_and(is_known) && !text.contains(char::is_whitespace) {
            contacts.url(
                Value {
                    text,
                    ..Value::of(word)
                },
                None,
            );
        }
    }
}
