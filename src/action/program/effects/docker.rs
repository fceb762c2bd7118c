//! `docker`: what lists containers, images, networks and volumes of the daemon that it is set to.
//!
//! Source: "docker ps", "docker images", "docker version", "docker info", "docker network ls" and "docker volume ls" of the
//! Docker CLI 28.
//!
//! Not here: `docker inspect`, `docker logs`, `docker history` and `docker compose config`, which show variables and
//! arguments of programs; `docker compose ps`, which fetches what a compose file includes from elsewhere. An option in
//! front of the subcommand chooses another daemon.

use super::super::call::Call;
use super::super::options::{Opt, flag, value};
use super::table::{Account, Check, Operands, Role, Table, table};
use crate::action::shell::ShellWord;

const OUTPUT: Opt<Role> = value("-f --filter --format", Role::Plain);

static PS: Table = table(
    &[
        flag(
            "-a --all -l --latest --no-trunc -q --quiet -s --size",
            Role::Plain,
        ),
        value("-n --last", Role::Plain),
        OUTPUT,
    ],
    Operands::None,
);
static IMAGES: Table = table(
    &[
        flag(
            "-a --all --digests --no-trunc -q --quiet --tree",
            Role::Plain,
        ),
        OUTPUT,
    ],
    Operands::Text,
);
static LIST: Table = table(
    &[flag("-q --quiet --no-trunc", Role::Plain), OUTPUT],
    Operands::None,
);
static VERSION: Table = table(&[OUTPUT], Operands::None);
static ALONE: Table = table(&[], Operands::None);

/// Subcommands, and the table of each.
static SUBCOMMANDS: &[(&str, &Table)] = &[
    ("ps", &PS),
    ("container ls", &PS),
    ("container list", &PS),
    ("container ps", &PS),
    ("images", &IMAGES),
    ("image ls", &IMAGES),
    ("image list", &IMAGES),
    ("network ls", &LIST),
    ("network list", &LIST),
    ("volume ls", &LIST),
    ("volume list", &LIST),
    ("version", &VERSION),
    ("info", &ALONE),
];

fn subcommand<'a>(call: &Call<'a>) -> Option<(&'static Table, &'a [ShellWord])> {
    if call.name != "docker" {
        return None;
    }
    let is_named = |words: &[ShellWord], name: &str| {
        words
            .iter()
            .map(ShellWord::known)
            .eq(name.split(' ').map(Some))
    };
    let mut rows = SUBCOMMANDS.iter();
    rows.find_map(|(name, table)| {
        let (words, rest) = call.args().split_at_checked(name.split(' ').count())?;
        is_named(words, name).then_some((*table, rest))
    })
}

/// How such a command is accounted for. None if it is another subcommand, of which nothing is known.
pub(super) fn check(call: &Call<'_>) -> Option<Check> {
    subcommand(call).map(|_| Check::Function(account))
}

fn account(call: &Call<'_>, account: &mut Account<'_>) {
    match subcommand(call) {
        Some((table, args)) => account.by(args, table),
        None => account.unaccounted(&call.name),
    }
}
