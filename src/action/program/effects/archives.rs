//! Programs that list what is in an archive, or print what a compressed file holds.
//!
//! Sources: tar(1) of GNU tar 1.35 and of libarchive 3; unzip(1) and zipinfo(1) of Info-ZIP 6; jar(1) of JDK 21;
//! gzip(1), bzip2(1), xz(1), zstd(1).

use super::super::archives::old_style;
use super::super::call::Call;
use super::super::options::{Grammar, Item, Scan, flag, value};
use super::super::word_list::lists;
use super::table::{Account, Check, Family, Operands, Role, Table, table};
use crate::action::shell::ShellWord;

pub(super) static PROGRAMS: Family = &[
    ("tar gtar bsdtar", Check::Function(tar)),
    ("unzip", Check::Function(unzip)),
    ("jar", Check::Function(jar)),
    (
        "zcat gzcat bzcat xzcat zstdcat",
        Check::Table(&DECOMPRESSED),
    ),
    (
        "gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd",
        Check::Function(decompress),
    ),
];

/// Every other option packs, unpacks, runs a program, or reads or writes a file.
static TAR: Table = table(
    &[
        flag("-t --list", Role::Plain),
        flag(
            "-v -z -j -J --verbose --gzip --bzip2 --xz --zstd --numeric-owner --full-time",
            Role::Plain,
        ),
        value("-f --file", Role::Read),
    ],
    Operands::Text,
);

/// `tar tf ARCHIVE`, which lists. Without `-f`, a variable of the environment names the archive, and one with a colon
/// is on another machine.
fn tar(call: &Call<'_>, account: &mut Account<'_>) {
    let args = old_style(call.args());
    account.by_tables(&args, &TAR, &[]);
    let (mut is_list, mut archives) = (false, 0);
    for item in Scan::new(&args, TAR.opts, TAR.grammar) {
        match item {
            Item::Option {
                value: Some(value), ..
            } => {
                archives += 1;
                if value.text.contains(':') {
                    account.unaccounted(value.text);
                }
            }
            Item::Option { opt, .. } => is_list |= lists(opt.names, "-t"),
            // A glob may be an option.
            Item::Operand(word) if word.glob => account.unaccounted(&word.text),
            Item::Operand(_) | Item::Unknown(_) => {}
        }
    }
    if !is_list || archives != 1 {
        account.unaccounted(&call.name);
    }
}

/// Letters by which unzip lists or tests, and those that say how much is printed.
const UNZIP_LISTS: &str = "ltv";
const UNZIP_QUIET: &str = "q";
/// Letters of zipinfo(1), behind `-Z`.
const ZIPINFO: &str = "12smlvhtTz";

/// `unzip -l ARCHIVE`, `unzip -Z1 ARCHIVE`: the archive, then names in it.
fn unzip(call: &Call<'_>, account: &mut Account<'_>) {
    let args = call.args();
    let is_zipinfo = args.first().is_some_and(|word| word.text.starts_with("-Z"));
    let mut is_list = is_zipinfo;
    let mut archive = None;
    for (index, word) in args.iter().enumerate() {
        let text = word.text.as_str();
        let Some(letters) = text.strip_prefix('-').filter(|_| archive.is_none()) else {
            archive = archive.or(Some(word));
            let is_pattern = text.contains(['*', '?', '[']) && archive == Some(word);
            if text.starts_with('-') || word.glob || is_pattern {
                account.unaccounted(text);
            }
            continue;
        };
        let letters = match index {
            0 => letters.strip_prefix('Z').unwrap_or(letters),
            _ => letters,
        };
        let is_known = |letter: char| match is_zipinfo {
            true => ZIPINFO.contains(letter),
            false => UNZIP_LISTS.contains(letter) || UNZIP_QUIET.contains(letter),
        };
        is_list |= letters.contains(['l', 't', 'v']);
        let is_empty = letters.is_empty() && !(is_zipinfo && index == 0);
        if is_empty || !letters.chars().all(is_known) {
            account.unaccounted(text);
        }
    }
    match archive.filter(|_| is_list) {
        Some(word) => account.reads(word.clone(), false),
        None => account.unaccounted(&call.name),
    }
}

/// `jar tf ARCHIVE`. `@FILE` are further arguments.
fn jar(call: &Call<'_>, account: &mut Account<'_>) {
    let args = call.args();
    let [letters, archive, members @ ..] = args else {
        return account.unaccounted(&call.name);
    };
    let own = letters.text.strip_prefix('-').unwrap_or(&letters.text);
    let is_list = own.contains('t') && own.contains('f') && own.chars().all(|c| "tvf".contains(c));
    if !is_list || own.matches('f').count() > 1 {
        account.unaccounted(&letters.text);
    }
    let is_odd = |word: &&ShellWord| word.glob || word.text.starts_with(['-', '@']);
    let words = std::iter::once(archive).chain(members);
    words
        .filter(is_odd)
        .for_each(|word| account.unaccounted(&word.text));
    account.reads(archive.clone(), false);
}

static DECOMPRESSED: Table = table(
    &[flag("-f -q --force --quiet", Role::Plain)],
    Operands::Reads,
);
static DECOMPRESS: Table = table(
    &[
        flag("-c --stdout --to-stdout", Role::Plain),
        flag("-l -t --list --test", Role::Plain),
        flag("-d --decompress --uncompress", Role::Plain),
        flag("-k -q -v -f --keep --quiet --verbose --force", Role::Plain),
    ],
    Operands::Reads,
);

/// Without `-c` the file is replaced, but for `-l` and `-t`. To bzip2 and xz the last of `-t` and `-d` counts.
fn decompress(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &DECOMPRESS);
    let (mut prints, mut looks, mut unpacks) = (false, false, false);
    for item in Scan::new(call.args(), DECOMPRESS.opts, Grammar::Exact) {
        if let Item::Option { opt, .. } = item {
            prints |= lists(opt.names, "-c");
            looks |= lists(opt.names, "-t");
            unpacks |= lists(opt.names, "-d");
        }
    }
    if !(prints || (looks && !unpacks)) {
        account.unaccounted(&call.name);
    }
}
