//! ssh and others like it, and programs that take a host and a port.
//!
//! Sources: ssh(1), scp(1), sftp(1), rsync(1), nc(1), telnet(1).

use super::super::call::Call;
use super::super::options::{Grammar, Item, Scan, Value, value};
use super::super::remote_archives;
use super::found::Contacts;
use super::{Finder, Options, Says};

pub(super) static PROGRAMS: &[(&str, Finder)] = &[
    ("ssh sftp mosh autossh ssh-copy-id sshfs", ssh),
    ("scp rsync", copy),
    ("nc ncat netcat", netcat),
    ("telnet ftp lftp", telnet),
    ("tar gtar bsdtar", tar),
    (remote_archives::PROGRAMS, archives),
];

static SSH: Options = &[
    value("-p --port --ssh-port", Says::Port),
    value("-J", Says::Through),
    value("-o", Says::Setting),
    value(
        "-B -b -c -D -E -e -F -I -i -L -l -m -O -P -Q -R -S -s -W -w -X --server --predict",
        Says::Nothing,
    ),
];
/// `-P` of scp is the port.
static SCP: Options = &[
    value("-P", Says::Port),
    value("-J", Says::Through),
    value("-o", Says::Setting),
    value(
        "-c -D -F -i -l -S -X -e --rsh --exclude --include --filter --files-from --log-file --port --bwlimit --timeout",
        Says::Nothing,
    ),
];
static NC: Options = &[
    value("-x --proxy", Says::Host),
    value(
        "-e --exec -c --sh-exec -g -G -i -I -m -M -O -o -p -P -q -s -T -V -w -W -X --proxy-type --proxy-auth",
        Says::Nothing,
    ),
];

/// The host of `[USER@]HOST:PATH`: the colon is in front of any slash.
pub(super) fn short_form(text: &str) -> Option<&str> {
    let (head, _) = text.split_once(':')?;
    if head.contains('/') || head.is_empty() || head.starts_with('-') {
        return None;
    }
    let host = head.rsplit('@').next().unwrap_or(head);
    // One letter is a drive.
    (host.len() > 1).then_some(host)
}

/// What the options of ssh say: the port; hosts on the way are contacts at once.
fn option<'a>(
    says: Says,
    value: Option<Value<'a>>,
    port: &mut Option<&'a str>,
    contacts: &mut Contacts<'_>,
) {
    match (says, value) {
        (Says::Port, Some(value)) => *port = Some(value.text),
        (Says::Through, Some(value)) => through(value, contacts),
        (Says::Setting, Some(value)) => {
            let split = value.text.split_once(['=', ' ']);
            let (name, text) = split.unwrap_or((value.text, ""));
            let rest = Value {
                text: text.trim(),
                ..value
            };
            match name.to_ascii_lowercase().as_str() {
                "hostname" => contacts.at(rest, None, Some("ssh")),
                "proxyjump" => through(rest, contacts),
                "proxycommand" => contacts.unknown(value.text),
                _ => {}
            }
        }
        _ => {}
    }
}

fn through(value: Value<'_>, contacts: &mut Contacts<'_>) {
    for text in value.text.split(',') {
        target(Value { text, ..value }, None, contacts);
    }
}

/// `[USER@]HOST`, `HOST:PORT` or `ssh://…`
fn target(value: Value<'_>, port: Option<&str>, contacts: &mut Contacts<'_>) {
    if value.text.contains("://") {
        return contacts.url(value, None);
    }
    let text = value.text.rsplit('@').next().unwrap_or(value.text);
    let (text, own) = match text.split_once(':') {
        Some((host, port)) if !port.contains(':') && port.parse::<u16>().is_ok() => {
            (host, Some(port))
        }
        Some((host, rest)) if !rest.contains(':') => (host, None),
        _ => (text, None),
    };
    contacts.at(Value { text, ..value }, own.or(port), Some("ssh"));
}

fn ssh(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    let mut port = None;
    for item in Scan::new(call.args(), SSH, Grammar::OperandsEnd) {
        match item {
            Item::Option { opt, value } => option(opt.role, value, &mut port, contacts),
            Item::Operand(word) => return target(Value::of(word), port, contacts),
            Item::Unknown(_) => {}
        }
    }
}

fn copy(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    let (mut port, mut operands) = (None, Vec::new());
    for item in Scan::new(call.args(), SCP, Grammar::Permute) {
        match item {
            Item::Option { opt, value } => option(opt.role, value, &mut port, contacts),
            Item::Operand(word) => operands.push(Value::of(word)),
            Item::Unknown(_) => {}
        }
    }
    for value in operands {
        match short_form(value.text) {
            _ if value.text.contains("://") => contacts.url(value, None),
            Some(text) => contacts.at(Value { text, ..value }, port, Some("ssh")),
            None if value.dynamic => contacts.unknown(value.text),
            None => {}
        }
    }
}

/// An archive of another machine, which a remote shell opens.
fn archive(machine: Value<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    let text = remote_archives::without_user(machine.text);
    contacts.at(Value { text, ..machine }, None, Some("ssh"));
}

fn tar(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    remote_archives::of_tar(call, |machine| archive(machine, contacts));
}

fn archives(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    remote_archives::of_others(call, |machine| archive(machine, contacts));
}

fn netcat(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    let mut operands = Vec::new();
    for item in Scan::new(call.args(), NC, Grammar::Permute) {
        match item {
            Item::Option { opt, value } => {
                if let (Says::Host, Some(value)) = (opt.role, value) {
                    contacts.url(value, None);
                }
            }
            Item::Operand(word) => operands.push(Value::of(word)),
            Item::Unknown(word) => {
                let letters = word.text.strip_prefix('-').unwrap_or_default();
                // It waits for connections, or uses a socket of this machine.
                if !letters.starts_with('-') && letters.contains(['l', 'U']) {
                    return;
                }
            }
        }
    }
    host_and_port(&operands, contacts);
}

fn telnet(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    let words = call.args().iter();
    let words = words.filter(|word| !word.text.starts_with('-'));
    let operands: Vec<Value<'_>> = words.map(Value::of).collect();
    match operands.first() {
        Some(first) if first.text.contains("://") => contacts.url(*first, None),
        _ => host_and_port(&operands, contacts),
    }
}

fn host_and_port(operands: &[Value<'_>], contacts: &mut Contacts<'_>) {
    let Some(host) = operands.first() else { return };
    let port = operands.get(1).map(|port| port.text);
    let is_number = |port: &&str| port.parse::<u16>().is_ok();
    contacts.at(*host, port.filter(is_number), None);
}
