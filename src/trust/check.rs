//! Everything that a trust file must be, beyond the types of its fields.

use std::collections::BTreeMap;

use super::document::{Person, PersonRole, SCHEMA_VERSION, TrustFile};
use super::error::{Problem, TrustError};
use super::limits::{
    MAX_ALIASES, MAX_GROUPS, MAX_KEYS, MAX_KEYS_OF_ONE, MAX_MIN_SIGNERS, MAX_NAME_BYTES,
    MAX_PEOPLE, MAX_SERVICES,
};
use crate::canonical::is_invisible;
use crate::keys::VerifyingKey;

/// The roles that there are for a person, and for a service.
const MAX_ROLES: usize = 4;

/// Refuses a trust file whose fields contradict each other or a limit.
pub(super) fn check(file: &TrustFile) -> Result<(), TrustError> {
    if file.schema_version != SCHEMA_VERSION {
        return Err(field("/schema_version", Problem::SchemaVersion));
    }
    if file.version == 0 {
        return Err(field("/version", Problem::VersionZero));
    }
    count("/people", file.people.len(), 1, MAX_PEOPLE)?;
    count("/services", file.services.len(), 0, MAX_SERVICES)?;
    let mut seen = Seen::default();
    for (at, person) in file.people.iter().enumerate() {
        check_person(&format!("/people/{at}"), person, &mut seen)?;
    }
    for (at, service) in file.services.iter().enumerate() {
        let at = format!("/services/{at}");
        seen.name(format!("{at}/id"), &service.id)?;
        seen.keys(&format!("{at}/keys"), &service.keys)?;
        let roles = format!("{at}/roles");
        count(&roles, service.roles.len(), 1, MAX_ROLES)?;
        each_once(&roles, &service.roles)?;
    }
    check_min_signers(file)
}

fn check_person(at: &str, person: &Person, seen: &mut Seen) -> Result<(), TrustError> {
    let [aliases, groups, keys, roles] =
        ["aliases", "groups", "keys", "roles"].map(|name| format!("{at}/{name}"));
    seen.name(format!("{at}/id"), &person.id)?;
    count(&aliases, person.aliases.len(), 0, MAX_ALIASES)?;
    for (index, alias) in person.aliases.iter().enumerate() {
        seen.name(format!("{aliases}/{index}"), alias)?;
    }
    count(&groups, person.groups.len(), 0, MAX_GROUPS)?;
    for (index, group) in person.groups.iter().enumerate() {
        check_name(&format!("{groups}/{index}"), group)?;
    }
    each_once(&groups, &person.groups)?;
    seen.keys(&keys, &person.keys)?;
    count(&roles, person.roles.len(), 1, MAX_ROLES)?;
    each_once(&roles, &person.roles)?;
    if person.groups.is_empty() && person.roles.contains(&PersonRole::Approve) {
        return Err(field(&groups, Problem::NoGroup));
    }
    Ok(())
}

/// More signers than there are could never sign a successor.
fn check_min_signers(file: &TrustFile) -> Result<(), TrustError> {
    let signs = |person: &&Person| person.roles.contains(&PersonRole::Trust);
    let people = file.people.iter().filter(signs).count();
    let most = u32::try_from(people)
        .unwrap_or(u32::MAX)
        .min(MAX_MIN_SIGNERS);
    let found = file.min_signers;
    match (1..=most).contains(&found) {
        true => Ok(()),
        false => Err(field(
            "/min_signers",
            Problem::MinSigners {
                found,
                most,
                people,
            },
        )),
    }
}

/// Where each name and each key of the file was met first.
#[derive(Default)]
struct Seen {
    names: BTreeMap<String, String>,
    keys: BTreeMap<[u8; 32], String>,
}

impl Seen {
    /// Adds an id or an alias, which must name one person.
    fn name(&mut self, at: String, name: &str) -> Result<(), TrustError> {
        check_name(&at, name)?;
        match self.names.get(name) {
            Some(first) => Err(field(&at, Problem::Repeats(first.clone()))),
            None => {
                self.names.insert(name.to_owned(), at);
                Ok(())
            }
        }
    }

    /// Keys are compared as points, because the same key can have two names.
    fn keys(&mut self, at: &str, keys: &[VerifyingKey]) -> Result<(), TrustError> {
        count(at, keys.len(), 1, MAX_KEYS_OF_ONE)?;
        for (index, key) in keys.iter().enumerate() {
            let at = format!("{at}/{index}");
            let bytes = key.public_key_bytes();
            if let Some(first) = self.keys.get(&bytes) {
                return Err(field(&at, Problem::SharedKey(first.clone())));
            }
            if self.keys.len() == MAX_KEYS {
                return Err(field(&at, Problem::TooManyKeys(MAX_KEYS)));
            }
            self.keys.insert(bytes, at);
        }
        Ok(())
    }
}

/// Refuses names by which nobody is ever found, though a reader takes them for others. A file that was
/// signed before this was checked is still a trust file.
pub(super) fn check_new_names(file: &TrustFile) -> Result<(), TrustError> {
    for (at, person) in file.people.iter().enumerate() {
        let lists = [("aliases", &person.aliases), ("groups", &person.groups)];
        check_new_name(&format!("/people/{at}/id"), &person.id)?;
        for (list, names) in lists {
            for (index, name) in names.iter().enumerate() {
                check_new_name(&format!("/people/{at}/{list}/{index}"), name)?;
            }
        }
    }
    for (at, service) in file.services.iter().enumerate() {
        check_new_name(&format!("/services/{at}/id"), &service.id)?;
    }
    Ok(())
}

fn check_new_name(at: &str, name: &str) -> Result<(), TrustError> {
    if let Some(hidden) = name.chars().find(|it| is_invisible(*it)) {
        return Err(field(at, Problem::Invisible(hidden.into())));
    }
    let number = name.get(..4).filter(|it| it.eq_ignore_ascii_case("uid:"));
    let number = number.and_then(|_| name.get(4..));
    match number {
        Some(number) if number.parse::<u32>().map(|it| it.to_string()) != Ok(number.to_owned()) => {
            Err(field(at, Problem::NoUser))
        }
        Some(_) if !name.starts_with("uid:") => Err(field(at, Problem::NoUser)),
        _ => Ok(()),
    }
}

fn check_name(at: &str, name: &str) -> Result<(), TrustError> {
    let found = name.len();
    if found == 0 || found > MAX_NAME_BYTES {
        let limit = MAX_NAME_BYTES;
        return Err(field(at, Problem::Length { found, limit }));
    }
    match name.trim() != name || name.chars().any(char::is_control) {
        true => Err(field(at, Problem::Unprintable)),
        false => Ok(()),
    }
}

fn count(at: &str, found: usize, least: usize, most: usize) -> Result<(), TrustError> {
    match (least..=most).contains(&found) {
        true => Ok(()),
        false => Err(field(at, Problem::Count { found, least, most })),
    }
}

fn each_once<T: PartialEq>(at: &str, entries: &[T]) -> Result<(), TrustError> {
    for (index, entry) in entries.iter().enumerate() {
        let first = entries.iter().position(|other| other == entry);
        if let Some(first) = first.filter(|first| *first < index) {
            let problem = Problem::Repeats(format!("{at}/{first}"));
            return Err(field(&format!("{at}/{index}"), problem));
        }
    }
    Ok(())
}

fn field(at: &str, problem: Problem) -> TrustError {
    TrustError::Field {
        field: at.to_owned(),
        problem,
    }
}
