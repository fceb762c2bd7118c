//! Programs that create, change, delete or move files.
//!
//! Sources: GNU coreutils 9. An option that sets a mode, makes a link or copies a directory is in no
//! table, nor is `ln`: where a link leads is not judged when it is used.

use super::super::options::{attached, flag, value};
use super::table::{Check, Family, Operands, Role, Table, mild, table};

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
    ("mkdir", Check::Table(&MKDIR)),
    ("touch", Check::Table(&TOUCH)),
    ("tee", Check::Table(&TEE)),
    ("cp", Check::Table(&CP)),
    ("mv", Check::Table(&MV)),
    ("rm", Check::Table(&RM)),
    ("rmdir unlink", Check::Table(&RMDIR)),
];
