//! git's remotes: by name, by URL, or in the short form of ssh (git-fetch(1), "GIT URLS").

use super::super::call::Call;
use super::super::git::addresses_of;
use super::super::options::Value;
use super::found::Contacts;
use super::shells::short_form;

/// Options in front of the subcommand that take the next word.
const VALUED: &[&str] = &[
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "--namespace",
    "--exec-path",
    "--super-prefix",
    "--config-env",
    "--attr-source",
];

pub(super) fn git(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    let mut words = call.args();
    while let Some((word, rest)) = words.split_first() {
        if !word.text.starts_with('-') {
            break;
        }
        let valued = usize::from(VALUED.contains(&word.text.as_str()));
        words = rest.get(valued..).unwrap_or_default();
    }
    let Some((name, args)) = words.split_first() else {
        return;
    };
    let name = name.text.as_str();
    let first = args.first().map_or("", |word| word.text.as_str());
    match (name, first) {
        ("fetch" | "ls-remote" | "fetch-pack", _) => {}
        ("clone" | "pull" | "push" | "send-pack" | "http-push", _) => contacts.sends(),
        ("archive", _) if args.iter().any(|word| word.text.starts_with("--remote")) => {
            contacts.sends();
        }
        ("remote", "update" | "show" | "prune" | "add" | "set-url")
        | ("submodule" | "lfs" | "svn" | "p4" | "subtree" | "send-email" | "request-pull", _) => {
            contacts.sends();
            for word in args {
                named(Value::of(word), contacts, false);
            }
            let only_writes = matches!((name, first), ("remote", "add" | "set-url"));
            if contacts.is_empty() && !only_writes {
                contacts.unknown("a remote of the configuration");
            }
            return;
        }
        _ => return,
    }
    let remotes = addresses_of(name, args);
    for word in &remotes {
        named(Value::of(word), contacts, true);
    }
    if remotes.is_empty() {
        contacts.unknown("a remote of the configuration");
    }
}

/// What a word that gives a remote says. A path is no host; a name is one of the configuration.
fn named(value: Value<'_>, contacts: &mut Contacts<'_>, may_be_name: bool) {
    let text = value.text;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if text.contains("::") && !text.contains("://") {
        // A program reaches it: `ext::sh -c …`.
        contacts.unknown(text);
    } else if text.contains("://") {
        contacts.url(value, None);
    } else if let Some(host) = short_form(text) {
        contacts.at(
            Value {
                text: host,
                ..value
            },
            None,
            Some("ssh"),
        );
    } else if may_be_name && value.dynamic {
        contacts.unknown(text);
    } else if may_be_name && text.bytes().all(is_letter) && !matches!(text, "" | "." | "..") {
        contacts.remote(text);
    }
}
