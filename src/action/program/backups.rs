//! Files whose names a program makes from others: copies of what it writes over, pieces, and
//! temporary files.
//!
//! Sources: GNU coreutils' "Backup options", split(1), csplit(1), mktemp(1), sed(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::files::MAX_COMBINED_BYTES;
use super::options::{Grammar, Item, Opt, Scan, Value, attached, flag, value};
use super::{Access, Leaf, Meaning, Operand};

/// Adds the copies of the files that the operands from an index on write.
pub(super) fn kept(leaf: &mut Leaf, from: usize, suffix: Option<Value<'_>>) {
    let Some(suffix) = suffix.filter(|suffix| !suffix.text.is_empty()) else {
        return;
    };
    let written = leaf.operands.get(from..).unwrap_or_default();
    let written = written.iter().filter(|it| it.access != Access::Read);
    if written.clone().count().saturating_mul(suffix.text.len()) > MAX_COMBINED_BYTES {
        return leaf.unknown("the copies that are kept are too many");
    }
    let copies: Vec<ShellWord> = written.map(|it| named(&it.word, suffix)).collect();
    copies.into_iter().for_each(|copy| leaf.writes(copy));
}

/// `sed -i 'old/*.bak'`: the star means the file's name, and a slash begins another directory.
fn named(word: &ShellWord, suffix: Value<'_>) -> ShellWord {
    let (directory, name) = match word.text.rfind('/') {
        Some(at) => word.text.split_at(at + 1),
        None => ("", word.text.as_str()),
    };
    let text = match suffix.text.contains('*') {
        true if suffix.text.contains('/') => suffix.text.replace('*', name),
        true => format!("{directory}{}", suffix.text.replace('*', name)),
        false => format!("{}{}", word.text, suffix.text),
    };
    ShellWord {
        text,
        dynamic: word.dynamic || suffix.dynamic,
        glob: word.glob || suffix.glob,
        shown: false,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    Prefix,
    Suffix,
    Directory,
    DryRun,
    Help,
}

static SPLIT: &[Opt<Role>] = &[
    value("--additional-suffix", Role::Suffix),
    value(
        "--filter -a -b -C -l -n -t --suffix-length --bytes --line-bytes --lines --number --separator",
        Role::None,
    ),
    attached("--numeric-suffixes --hex-suffixes", Role::None),
];
static CSPLIT: &[Opt<Role>] = &[
    value("-f --prefix", Role::Prefix),
    value("-b --suffix-format", Role::Suffix),
    value("-n --digits", Role::None),
];
static MKTEMP: &[Opt<Role>] = &[
    value("--suffix", Role::Suffix),
    value("-p", Role::Directory),
    attached("--tmpdir", Role::Directory),
    flag("-u --dry-run", Role::DryRun),
    flag("--help --version", Role::Help),
];

/// Adds the files that split(1) and csplit(1) make: a prefix, something that counts, a suffix.
pub(super) fn pieces(call: &Call<'_>, leaf: &mut Leaf, operands: &[&ShellWord]) {
    let (opts, default) = match &*call.name {
        "split" | "gsplit" => (SPLIT, "x"),
        "csplit" | "gcsplit" => (CSPLIT, "xx"),
        _ => return,
    };
    let default = ShellWord::constant(default);
    let mut prefix = match &*call.name {
        "split" | "gsplit" => operands.get(1).copied().unwrap_or(&default).clone(),
        _ => default,
    };
    let mut suffix = "";
    for item in Scan::new(call.args(), opts, Grammar::Permute) {
        if let Item::Option {
            opt,
            value: Some(value),
        } = item
        {
            match opt.role {
                Role::Prefix => prefix = value.word(),
                Role::Suffix => suffix = value.text,
                _ => {}
            }
        }
    }
    // A format such as `%02d.tf` counts where it says.
    let suffix = suffix.rsplit_once('%').map_or(suffix, |(_, format)| {
        format
            .trim_start_matches(|c: char| c.is_ascii_digit() || "-+ #'.".contains(c))
            .get(1..)
            .unwrap_or("")
    });
    leaf.operands.push(Operand {
        word: ShellWord {
            text: format!("{}*{suffix}", prefix.text),
            glob: true,
            ..prefix
        },
        access: Access::Write,
        recursive: false,
    });
}

/// mktemp(1): the template, its `X`s something else.
pub(super) fn mktemp(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let (mut directory, mut suffix, mut template) = (None, "", None);
    for item in Scan::new(call.args(), MKTEMP, Grammar::Permute) {
        match item {
            Item::Operand(word) => template = Some(word),
            Item::Option { opt, value } => match (opt.role, value) {
                (Role::DryRun | Role::Help, _) => return Meaning::Runs(leaf),
                (Role::Directory, value) => directory = value,
                (Role::Suffix, Some(value)) => suffix = value.text,
                _ => {}
            },
            Item::Unknown(_) => {}
        }
    }
    let name = match template {
        Some(word) => word.text.replace('X', "?"),
        None => "tmp.*".to_owned(),
    };
    let text = match directory {
        Some(directory) => format!("{}/{name}{suffix}", directory.text),
        None if template.is_some() => format!("{name}{suffix}"),
        // It is made in the directory for temporary files.
        None => return Meaning::Runs(leaf),
    };
    let dynamic = template.is_some_and(|word| word.dynamic)
        || directory.is_some_and(|directory| directory.dynamic);
    leaf.writes(ShellWord {
        text,
        dynamic,
        glob: true,
        shown: false,
    });
    Meaning::Runs(leaf)
}
