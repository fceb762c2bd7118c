//! The commands of sqlite3(1), psql(1) and mysql(1), in options, operands and standard input.

use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, flag, value};
use super::{Language, Leaf, Source};

/// What an option means to a database's shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    /// Its value is commands.
    Code,
    Read,
    Write,
    /// Its value is a command that runs.
    Program,
    Query,
}

static SQLITE: &[Opt<Role>] = &[
    value("-cmd", Role::Code),
    value("-init", Role::Read),
    value(
        "-separator -nullvalue -newline -vfs -mmap -maxsize -pagecache -lookaside -heap -escape",
        Role::None,
    ),
    flag("-help -version", Role::Query),
];
static PSQL: &[Opt<Role>] = &[
    value("-c --command", Role::Code),
    value("-f --file", Role::Read),
    value("-o --output -L --log-file", Role::Write),
    value(
        "-d --dbname -h --host -p --port -U --username -v --set --variable -F --field-separator -P --pset -R --record-separator -T --table-attr",
        Role::None,
    ),
    flag("-V --version", Role::Query),
];
static MYSQL: &[Opt<Role>] = &[
    value("-e --execute --init-command", Role::Code),
    value("--defaults-file --defaults-extra-file", Role::Read),
    value("--tee", Role::Write),
    value("--pager", Role::Program),
    value(
        "-u --user -h --host -P --port -D --database -S --socket --protocol --delimiter --prompt --ssl-ca --ssl-cert --ssl-key --ssl-mode --ssl-cipher --default-character-set --max-allowed-packet --connect-timeout --plugin-dir --login-path",
        Role::None,
    ),
    flag("-V --version", Role::Query),
];

/// Adds what is constant in the commands that such a client is given.
pub(super) fn add(call: &Call<'_>, leaf: &mut Leaf) {
    let (opts, grammar, language) = match &*call.name {
        "sqlite3" | "sqlite" | "litecli" => (SQLITE, Grammar::Go, Language::Sqlite),
        "psql" | "pgcli" => (PSQL, Grammar::Permute, Language::Psql),
        "mysql" | "mariadb" | "mycli" => (MYSQL, Grammar::Permute, Language::Mysql),
        _ => return,
    };
    let mut operands = Vec::new();
    let mut given = false;
    for item in Scan::new(call.args(), opts, grammar) {
        match item {
            Item::Option { opt, value } => match (opt.role, value) {
                (Role::Query, _) => leaf.inert = true,
                (Role::Code, Some(value)) => {
                    given |= language != Language::Sqlite;
                    code(leaf, language, value.text);
                }
                (Role::Read, Some(value)) => leaf.reads(value.word()),
                (Role::Write, Some(value)) => output(leaf, value.text),
                (Role::Program, Some(value)) => leaf
                    .starts
                    .push(super::Inner::Script(value.text.to_owned())),
                _ => {}
            },
            Item::Operand(word) => operands.push(word),
            Item::Unknown(word) => leaf.inert |= matches!(word.text.as_str(), "--help" | "-?"),
        }
    }
    if language == Language::Sqlite {
        let (file, commands) = operands.split_at(operands.len().min(1));
        let files = file
            .iter()
            .filter(|word| word.text != ":memory:" && !word.text.is_empty());
        let writes = !call
            .args()
            .iter()
            .any(|word| matches!(word.text.as_str(), "-readonly" | "--readonly"));
        for word in files {
            leaf.reads((*word).clone());
            // It makes the database if there is none.
            if writes && !leaf.inert {
                leaf.writes((*word).clone());
            }
        }
        commands
            .iter()
            .for_each(|word| code(leaf, language, &word.text));
        given |= !commands.is_empty();
    }
    if !given && !leaf.inert {
        leaf.holds(language, Source::Stdin);
    }
}

fn code(leaf: &mut Leaf, language: Language, text: &str) {
    leaf.holds(language, Source::Text(text.to_owned()));
}

/// `-o '|CMD'` pipes.
fn output(leaf: &mut Leaf, text: &str) {
    match text.strip_prefix('|') {
        Some(command) => leaf.starts.push(super::Inner::Script(command.to_owned())),
        None => leaf.writes(super::super::shell::ShellWord::constant(text)),
    }
}
