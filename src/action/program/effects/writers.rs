//! Programs that create, change, delete or move files.
//!
//! Sources: GNU coreutils 9. An option that sets a mode, makes a link or copies a directory is in no
//! table, nor is `ln`: where a link leads is not judged when it is used.

use super::super::call::Call;
use super::super::options::{attached, flag, value};
use super::table::{Account, Check, Family, Operands, Role, Table, mild, table};

/// `-m` can set the bits that make a program run as its owner.
static MKDIR: Table = mild(
    &[flag("-p -v --parents --verbose", Role::Plain)],
    Operands::Writes,
);
static TOUCH: Table = mild(
    &[
        flag("-a -c -f -m -h --no-create --no-dereference", Role::Plain),
        value("-d --date -t --time", Role::Plain),
    ],
    Operands::Writes,
);
static TEE: Table = mild(
    &[
        flag("-a -i -p --append --ignore-interrupts", Role::Plain),
        attached("--output-error", Role::Plain),
    ],
    Operands::Writes,
);
/// `-r` copies what nobody names, `-l` and `-s` make links, and `-p` copies modes.
static CP: Table = table(
    &[flag(
        "-f -i -n -u -v -T --force --interactive --no-clobber --update --verbose --no-target-directory --debug",
        Role::Plain,
    )],
    Operands::Copy,
);
static MV: Table = table(
    &[flag(
        "-f -i -n -u -v -T --force --interactive --no-clobber --update --verbose --no-target-directory --debug",
        Role::Plain,
    )],
    Operands::Deletes,
);
static RM: Table = table(
    &[flag(
        "-f -i -I -r -R -d -v --force --recursive --dir --verbose --one-file-system --preserve-root",
        Role::Plain,
    )],
    Operands::Deletes,
);
static RMDIR: Table = table(
    &[flag(
        "-p -v --parents --verbose --ignore-fail-on-non-empty",
        Role::Plain,
    )],
    Operands::Deletes,
);

pub(super) static PROGRAMS: Family = &[
    ("chmod", Check::Function(chmod)),
    ("mkdir", Check::Table(&MKDIR)),
    ("touch", Check::Table(&TOUCH)),
    ("tee", Check::Table(&TEE)),
    ("cp", Check::Table(&CP)),
    ("mv", Check::Table(&MV)),
    ("rm", Check::Table(&RM)),
    ("rmdir unlink", Check::Table(&RMDIR)),
];

/// Modes of files that stay with their owner. What runs as its owner, and what is done to whole
/// folders, is not known.
fn chmod(call: &Call<'_>, account: &mut Account<'_>) {
    let Some((mode, files)) = call.args().split_first() else {
        return account.unaccounted(&call.name);
    };
    if !mode.known().is_some_and(is_plain_mode) {
        account.unaccounted(&mode.text);
    }
    account.by(files, &FILES);
    if files.is_empty() {
        account.unaccounted(&call.name);
    }
}

static FILES: Table = table(&[], Operands::Writes);

/// `644`, `+x`, `u+rwx,go-w`: without the bits of setuid, setgid and the sticky bit.
fn is_plain_mode(text: &str) -> bool {
    let is_octal = text.len() == 3 && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let is_clause = |clause: &str| {
        let rest = clause.trim_start_matches(['u', 'g', 'o', 'a']);
        let rights = rest.strip_prefix(['+', '-', '=']);
        rights.is_some_and(|rights| rights.bytes().all(|byte| b"rwxX".contains(&byte)))
    };
    is_octal || text.split(',').all(is_clause)
}
