//! Programs that show what object files and classes hold.
//!
//! Sources: nm(1), objdump(1), readelf(1) and size(1) of binutils 2.43; javap(1) of JDK 21. With `-l`, `-S` or `-W` objdump
//! opens the sources and the debug information that a file names (measured with strace(1)), and without them it doesn't.

use super::super::call::Call;
use super::super::options::{Grammar, Item, Scan, attached, flag, value};
use super::table::{Account, Check, Family, Operands, Role, Table, table};

pub(super) static PROGRAMS: Family = &[
    ("nm", Check::Function(nm)),
    ("objdump", Check::Function(objdump)),
    ("readelf", Check::Function(readelf)),
    ("size", Check::Function(size)),
    ("javap", Check::Function(javap)),
];

/// `--plugin` loads a library, and `-l` reads what the file names. On macOS `-s` and `-t` take values.
static NM: Table = table(
    &[flag(
        "-A -a -C -D -g -n -p -P -r -S -u --print-file-name --debug-syms --demangle --dynamic --extern-only --numeric-sort \
         --no-sort --portability --reverse-sort --print-size --size-sort --undefined-only --defined-only",
        Role::Plain,
    )],
    Operands::Reads,
);
static OBJDUMP: Table = table(
    &[
        flag(
            "-a -C -d -D -f -h -p -r -R -s -t -T -w -x -z --archive-headers --demangle --disassemble-all --file-headers \
             --section-headers --headers --private-headers --reloc --dynamic-reloc --full-contents --syms --dynamic-syms \
             --wide --all-headers --disassemble-zeroes --no-show-raw-insn",
            Role::Plain,
        ),
        attached("--disassemble", Role::Plain),
        value("-j --section", Role::Plain),
    ],
    Operands::Reads,
);
/// `-w` follows links to other files.
static READELF: Table = table(
    &[
        flag(
            "-a -h -l -S -g -t -s -e -n -r -u -d -V -A -I -W --all --file-header --program-headers --segments \
             --section-headers --sections --section-details --symbols --syms --dyn-syms --notes --relocs --unwind \
             --dynamic --version-info --arch-specific --histogram --headers --wide",
            Role::Plain,
        ),
        value("-p --string-dump -x --hex-dump", Role::Plain),
    ],
    Operands::Reads,
);
static SIZE: Table = table(
    &[
        flag("-A -B -G -d -o -x -t --totals --common", Role::Plain),
        value("--format --radix", Role::Plain),
    ],
    Operands::Reads,
);

fn nm(call: &Call<'_>, account: &mut Account<'_>) {
    binary(call, account, &NM);
}

fn objdump(call: &Call<'_>, account: &mut Account<'_>) {
    binary(call, account, &OBJDUMP);
}

fn readelf(call: &Call<'_>, account: &mut Account<'_>) {
    binary(call, account, &READELF);
}

fn size(call: &Call<'_>, account: &mut Account<'_>) {
    binary(call, account, &SIZE);
}

/// A word `@FILE` means the options that the file holds.
fn binary(call: &Call<'_>, account: &mut Account<'_>, table: &'static Table) {
    account.by(call.args(), table);
    let files = call.args().iter().filter(|it| it.text.starts_with('@'));
    files.for_each(|word| account.unaccounted(&word.text));
}

/// Options are whole words behind one dash or two. `-J` is for the virtual machine.
static JAVAP: Table = Table {
    grammar: Grammar::GoPermute,
    ..table(
        &[
            flag(
                "-c -v -verbose -l -s -p -private -public -protected -package -constants -sysinfo",
                Role::Plain,
            ),
            value("-cp -classpath --class-path", Role::Listed),
        ],
        Operands::Text,
    )
};

/// Classes by their names, or by their files. An address would be fetched.
fn javap(call: &Call<'_>, account: &mut Account<'_>) {
    account.by_tables(call.args(), &JAVAP, &[]);
    for item in Scan::new(call.args(), JAVAP.opts, JAVAP.grammar) {
        match item {
            Item::Option {
                value: Some(value), ..
            } if value.text.contains([':', ';', '*', '@']) => account.unaccounted(value.text),
            Item::Operand(word) => {
                let is_letter = |c: char| c.is_alphanumeric() || "._$/-".contains(c);
                if word.glob || word.text.starts_with('-') || !word.text.chars().all(is_letter) {
                    account.unaccounted(&word.text);
                } else if word.text.contains('/') || word.text.ends_with(".class") {
                    account.reads(word.clone(), false);
                }
            }
            Item::Option { .. } | Item::Unknown(_) => {}
        }
    }
}
