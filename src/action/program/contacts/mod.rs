//! Which hosts a command connects to, by its words.
//!
//! A host that the words don't say is a contact without one: a variable, the configuration, what a
//! redirection of HTTP names. Whether the command may be allowed is not decided here: the tables of
//! effects do that.
//!
//! | module | holds |
//! |---|---|
//! | `found` | the contacts of a command while they are found |
//! | `web` | curl, wget, and URLs among the words of programs without a table |
//! | `git` | git's remotes |
//! | `shells` | ssh and others like it |
//! | `databases` | clients of databases |
//! | `platforms` | code hosts, registries and clouds |

mod databases;
mod found;
mod git;
mod platforms;
mod shells;
mod web;

use std::sync::LazyLock;

use foldhash::HashMap;

use super::super::facts::Traffic;
use super::super::hosts::Destination;
use super::super::shell::ShellWord;
use super::call::Call;
use super::effects;
use super::options::{Opt, Value};
use found::Contacts;

/// The value of a variable that the line sets, by its name.
pub(in crate::action) type Environment<'a> = &'a dyn Fn(&str) -> Option<ShellWord>;

/// One host that a command connects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What the command says instead of a host, or the name of a git remote.
    pub shown: String,
    /// Where the connection goes. None if that is known only at run time.
    pub place: Option<Destination>,
    /// Whether `shown` is the name of a git remote.
    pub is_remote: bool,
    /// What goes over the connection.
    pub traffic: Traffic,
}

/// Finds the contacts of one program.
type Finder = fn(&Call<'_>, &mut Contacts<'_>);

static FAMILIES: &[&[(&str, Finder)]] = &[
    web::PROGRAMS,
    &[("git", git::git)],
    shells::PROGRAMS,
    databases::PROGRAMS,
    platforms::PROGRAMS,
];

static BY_NAME: LazyLock<HashMap<&'static str, Finder>> = LazyLock::new(|| {
    let families = FAMILIES.iter().copied().flatten();
    families
        .flat_map(|(names, finder)| names.split(' ').map(move |name| (name, *finder)))
        .collect()
});

/// Variables that name a proxy (curl(1), "ENVIRONMENT").
const PROXIES: &[&str] = &[
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "all_proxy",
];

/// The hosts that a command of these words connects to, each once, at most `most` of them. If there
/// are more, the last one has no host. A wrapper's own words say nothing about hosts unless a table
/// knows it: what it runs is asked apart.
pub(in crate::action) fn contacts(
    words: &[ShellWord],
    environment: Environment<'_>,
    (most, is_wrapper): (usize, bool),
) -> Vec<Contact> {
    let Some(call) = Call::new(words) else {
        return Vec::new();
    };
    let mut found = Contacts::new(environment, most);
    match BY_NAME.get(&*call.name) {
        Some(finder) => finder(&call, &mut found),
        // Words of programs whose effects are known are no addresses: `echo https://…`.
        None if is_wrapper || effects::knows(&call.name) => return Vec::new(),
        None => web::presumed(&call, &mut found),
    }
    if !found.is_empty() {
        for name in PROXIES {
            if let Some(proxy) = environment(name) {
                found.url(Value::of(&proxy), Some("http"));
            }
        }
    }
    found.finish()
}

/// What an option says about where a connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Nothing about it.
    Nothing,
    /// A URL.
    Url,
    /// A host.
    Host,
    /// A port.
    Port,
    /// Hosts that the connection goes through, separated by commas.
    Through,
    /// `NAME=VALUE` of a configuration file.
    Setting,
}

/// The options of a program.
type Options = &'static [Opt<Says>];
