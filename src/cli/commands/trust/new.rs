//! `cavra trust new`

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use jiff::Timestamp;

use super::show;
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::commands::trust::error::TrustFileError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::input::future;
use crate::cli::named_files;
use crate::cli::output::{Output, document};
use crate::trust::Trust;
use crate::trust::document::{Person, PersonRole, SCHEMA_VERSION, Service, ServiceRole, TrustFile};

const AFTER_HELP: &str = "\
The file is the first of a chain, so its version is 1. Those who are to trust it need its digest
from you, by another way than the file: it is printed here, and by `cavra trust show`. Later
versions are written by hand: copy the file, change it, and raise `version` by one.

Examples:
  cavra trust new --out trust.json --expires 2027-11-29 --min-signers 2 \\
      --person ada=ada.pub --person bo=bo.pub --alias ada=uid:1000 \\
      --group 'Platform Security=ada,bo' --role approve=ada,bo --role trust=ada,bo \\
      --service observer=observer.pub --service-role shadow_report=observer

Exit codes:
  0  made
  1  a key can't be read, or the file would not be a trust file that can be used";

/// What the trust file holds.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct NewArgs {
    /// Where to write the trust file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// When the trust file stops to approve anything: a time or a date
    #[arg(long, value_name = "TIME", value_parser = future)]
    expires: Timestamp,
    /// How many people with the role `trust` must sign the next version
    #[arg(long, value_name = "N", default_value_t = 1)]
    min_signers: u32,
    /// A person and one of the person's public keys, or the file that holds it; may be repeated
    #[arg(long, value_name = "ID=KEY|FILE", required = true)]
    person: Vec<Of<KeyArgument>>,
    /// Another name of a person, such as an actor or `uid:1000`; may be repeated
    #[arg(long, value_name = "ID=NAME")]
    alias: Vec<Of<String>>,
    /// A group and the people who approve for it; may be repeated
    #[arg(long, value_name = "GROUP=ID,…")]
    group: Vec<Of<Ids>>,
    /// A role (`approve`, `explain`, `break_glass` or `trust`) and the people who have it; may be
    /// repeated
    #[arg(long, value_name = "ROLE=ID,…", required = true)]
    role: Vec<Of<Ids>>,
    /// A service and one of its public keys, or the file that holds it; may be repeated
    #[arg(long, value_name = "ID=KEY|FILE")]
    service: Vec<Of<KeyArgument>>,
    /// A role (`checkpoint`, `shadow_report` or `gate`) and the services that have it; may be
    /// repeated
    #[arg(long, value_name = "ROLE=ID,…")]
    service_role: Vec<Of<Ids>>,
}

/// What belongs to a name: `NAME=VALUE`.
#[derive(Debug, Clone)]
struct Of<T> {
    name: String,
    value: T,
}

/// Ids of people or services, separated by commas.
#[derive(Debug, Clone)]
struct Ids(Vec<String>);

impl<T: FromStr<Err: ToString>> FromStr for Of<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = parts.ok_or_else(|| {
            "expected a name, `=` and a value, such as `ada=ada.pub` or `trust=ada`".to_owned()
        })?;
        Ok(Self {
            name: name.to_owned(),
            value: value.parse().map_err(|error: T::Err| error.to_string())?,
        })
    }
}

impl FromStr for Ids {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text.split(',').map(str::to_owned).collect()))
    }
}

pub(crate) fn run(args: &NewArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let trust = Trust::of(TrustFile {
        schema_version: SCHEMA_VERSION.to_owned(),
        version: 1,
        expires: args.expires,
        min_signers: args.min_signers,
        people: people(args)?,
        services: services(args)?,
    })?;
    trust.check_new_names()?;
    named_files::write(&args.out, &document(trust.file())?)?;
    show::print(&trust, &[], out)?;
    Ok(ExitStatus::Success)
}

fn people(args: &NewArgs) -> Result<Vec<Person>, CliError> {
    let mut people: Vec<Person> = Vec::new();
    for Of { name, value } in &args.person {
        let key = value.public("--person")?;
        match people.iter_mut().find(|person| person.id == *name) {
            Some(person) => person.keys.push(key),
            None => people.push(Person {
                id: name.clone(),
                aliases: Vec::new(),
                groups: Vec::new(),
                keys: vec![key],
                roles: Vec::new(),
            }),
        }
    }
    for Of { name, value } in &args.alias {
        named(&mut people, name)?.aliases.push(value.clone());
    }
    for Of { name, value } in &args.group {
        for id in &value.0 {
            named(&mut people, id)?.groups.push(name.clone());
        }
    }
    for Of { name, value } in &args.role {
        let role = PersonRole::ALL.into_iter().find(|it| it.as_str() == name);
        let role = role.ok_or_else(|| TrustFileError::NoRole(name.clone()))?;
        for id in &value.0 {
            named(&mut people, id)?.roles.push(role);
        }
    }
    match people.iter().find(|person| person.roles.is_empty()) {
        Some(person) => Err(TrustFileError::WithoutRole(person.id.clone()).into()),
        None => Ok(people),
    }
}

fn named<'a>(people: &'a mut [Person], id: &str) -> Result<&'a mut Person, CliError> {
    let person = people.iter_mut().find(|person| person.id == id);
    Ok(person.ok_or_else(|| TrustFileError::NoPerson(id.to_owned()))?)
}

fn services(args: &NewArgs) -> Result<Vec<Service>, CliError> {
    let mut services: Vec<Service> = Vec::new();
    for Of { name, value } in &args.service {
        let key = value.public("--service")?;
        match services.iter_mut().find(|service| service.id == *name) {
            Some(service) => service.keys.push(key),
            None => services.push(Service {
                id: name.clone(),
                keys: vec![key],
                roles: Vec::new(),
            }),
        }
    }
    for Of { name, value } in &args.service_role {
        let role = ServiceRole::ALL.into_iter().find(|it| it.as_str() == name);
        let role = role.ok_or_else(|| TrustFileError::NoServiceRole(name.clone()))?;
        for id in &value.0 {
            let service = services.iter_mut().find(|service| service.id == *id);
            let service = service.ok_or_else(|| TrustFileError::NoService(id.clone()))?;
            service.roles.push(role);
        }
    }
    Ok(services)
}
