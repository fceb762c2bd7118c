//! Clients of databases: a host by option, or a URL. Without one they use a socket of this machine.
//!
//! Sources: psql(1), mysql(1), redis-cli(1), mongosh(1).

use super::super::call::Call;
use super::super::options::{Grammar, Item, Scan, Value, value};
use super::found::Contacts;
use super::{Finder, Options, Says};

pub(super) static PROGRAMS: &[(&str, Finder)] = &[
    (
        "psql pg_dump pg_dumpall pg_restore createdb dropdb pg_isready pgbench",
        postgres,
    ),
    ("mysql mysqldump mysqladmin mariadb mariadb-dump", mysql),
    ("redis-cli valkey-cli", redis),
    (
        "mongosh mongo mongodump mongorestore mongoexport mongoimport",
        mongo,
    ),
];

static POSTGRES: Options = &[
    value("-h --host", Says::Host),
    value("-p --port", Says::Port),
    value("-d --dbname", Says::Url),
    value(
        "-c --command -f --file -v --set --variable -L --log-file -o --output -F --field-separator -P --pset -R \
         --record-separator -T --table-attr -U --username -n --schema -t -N -E -j --jobs",
        Says::Nothing,
    ),
];
static MYSQL: Options = &[
    value("-h --host", Says::Host),
    value("-P --port", Says::Port),
    value(
        "-u --user -e --execute -D --database -S --socket --defaults-file --protocol",
        Says::Nothing,
    ),
];
static REDIS: Options = &[
    value("-h", Says::Host),
    value("-p", Says::Port),
    value("-u", Says::Url),
    value(
        "-a -n -r -i -s --user --pass --cacert --cert --key --sni",
        Says::Nothing,
    ),
];
static MONGO: Options = &[
    value("--host -h", Says::Host),
    value("--port", Says::Port),
    value("--uri", Says::Url),
    value(
        "-u --username -p --password --eval -f --file -d --db -c --collection --authenticationDatabase",
        Says::Nothing,
    ),
];

/// What a client's options and operands say.
#[derive(Default)]
struct Said<'a> {
    host: Option<Value<'a>>,
    port: Option<&'a str>,
    texts: Vec<Value<'a>>,
}

fn said<'a>(call: &Call<'a>, options: Options) -> Said<'a> {
    let mut said = Said::default();
    for item in Scan::new(call.args(), options, Grammar::Permute) {
        match item {
            Item::Option { opt, value } => match (opt.role, value) {
                (Says::Host, value) => said.host = value,
                (Says::Port, value) => said.port = value.map(|value| value.text),
                (Says::Url, Some(value)) => said.texts.push(value),
                _ => {}
            },
            Item::Operand(word) => said.texts.push(Value::of(word)),
            Item::Unknown(_) => {}
        }
    }
    said
}

fn client(call: &Call<'_>, options: Options, scheme: &str, contacts: &mut Contacts<'_>) {
    contacts.sends();
    let said = said(call, options);
    // A path is a socket.
    if let Some(host) = said.host.filter(|host| !host.text.starts_with('/')) {
        for text in host.text.split(',') {
            contacts.at(Value { text, ..host }, said.port, Some(scheme));
        }
    }
    for value in said.texts {
        if value.text.contains("://") {
            contacts.url(value, None);
        } else if value.dynamic {
            contacts.unknown(value.text);
        } else {
            settings(value, scheme, contacts);
        }
    }
}

/// `host=… port=…` of PostgreSQL (libpq, "Connection Strings").
fn settings(value: Value<'_>, scheme: &str, contacts: &mut Contacts<'_>) {
    let of = |wanted: &str| {
        let mut pairs = value.text.split_ascii_whitespace();
        pairs.find_map(|pair| {
            let (name, text) = pair.split_once('=')?;
            (name == wanted).then_some(text.trim_matches('\''))
        })
    };
    for host in ["host", "hostaddr"].into_iter().filter_map(of) {
        for text in host.split(',').filter(|host| !host.starts_with('/')) {
            contacts.at(Value { text, ..value }, of("port"), Some(scheme));
        }
    }
}

fn postgres(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    client(call, POSTGRES, "postgres", contacts);
}

fn mysql(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    client(call, MYSQL, "mysql", contacts);
}

fn redis(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    client(call, REDIS, "redis", contacts);
}

/// An operand is a URL, a host with a port and a database, or the name of a database.
fn mongo(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    client(call, MONGO, "mongodb", contacts);
    for value in said(call, MONGO).texts {
        if !value.text.contains("://") && value.text.contains([':', '/']) {
            contacts.url(value, Some("mongodb"));
        }
    }
}
