//! Programs that put a compressed file in a file's place, or the other way round: gzip(1),
//! bzip2(1), xz(1), zstd(1), lz4(1), brotli(1), compress(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, attached, flag, value};
use super::transfers::file;
use super::{Access, Meaning};

/// What an option means to such a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    /// To standard output, or only looked at: nothing is written.
    Stdout,
    Decompress,
    Compress,
    /// What was read stays.
    Keep,
    /// What was read is removed, where the program would keep it.
    Remove,
    Output,
    Help,
}

static GZIP: &[Opt<Role>] = &[
    value(
        "-S --suffix -T --threads -b --blocksize -M --memory --memlimit -D --lc --pb",
        Role::None,
    ),
    value("-o --output", Role::Output),
    flag("-c --stdout --to-stdout -l --list -t --test", Role::Stdout),
    flag("-d --decompress --uncompress", Role::Decompress),
    flag("-z --compress", Role::Compress),
    flag("-k --keep", Role::Keep),
    flag("--rm -j", Role::Remove),
    flag("--help --version -h -V", Role::Help),
    attached("--fast --best --long --ultra", Role::None),
    flag(
        "-f --force -q --quiet -v --verbose -n -N -r --recursive",
        Role::None,
    ),
];

/// Programs that decompress by default.
const DECOMPRESSORS: &[&str] = &[
    "bunzip2",
    "gunzip",
    "lunzip",
    "uncompress",
    "unlz4",
    "unlzma",
    "unpigz",
    "unxz",
    "unzstd",
    "unbrotli",
];
/// Programs that by default leave what they read where it is.
const KEEPERS: &[&str] = &[
    "brotli", "lrzip", "lz4", "lzop", "unbrotli", "unlz4", "unzstd", "zopfli", "zstd", "zstdmt",
];
/// Suffixes of compressed files, and what replaces them afterwards.
const SUFFIXES: &[(&str, &str)] = &[
    (".tgz", ".tar"),
    (".taz", ".tar"),
    (".tbz", ".tar"),
    (".tbz2", ".tar"),
    (".txz", ".tar"),
    (".tlz", ".tar"),
    (".tzst", ".tar"),
];

/// Each file is read; the result is written beside it, and it is removed unless it is kept.
pub(super) fn compressor(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = Vec::new();
    let mut decompresses = DECOMPRESSORS.contains(&&*call.name);
    let mut keeps = KEEPERS.contains(&&*call.name);
    let (mut to_stdout, mut to_file) = (false, false);
    for item in Scan::new(call.args(), GZIP, Grammar::Permute) {
        match item {
            Item::Operand(word) if word.text != "-" => words.push(word),
            Item::Option { opt, value } => match (opt.role, value) {
                (Role::Output, Some(value)) => {
                    to_file = true;
                    file(&mut leaf, value, Access::Write);
                }
                (Role::Stdout, _) => to_stdout = true,
                (Role::Decompress, _) => decompresses = true,
                (Role::Compress, _) => decompresses = false,
                (Role::Keep, _) => keeps = true,
                (Role::Remove, _) => keeps = false,
                (Role::Help, _) => {
                    leaf.inert = true;
                    return Meaning::Runs(leaf);
                }
                _ => {}
            },
            _ => {}
        }
    }
    for word in words {
        leaf.reads(word.clone());
        if to_stdout {
            continue;
        }
        if !to_file {
            leaf.writes(result(word, decompresses));
        }
        if !keeps {
            leaf.writes(word.clone());
        }
    }
    Meaning::Runs(leaf)
}

/// The file that comes out of this one.
fn result(word: &ShellWord, decompresses: bool) -> ShellWord {
    let text = word.text.as_str();
    let lower = text.to_ascii_lowercase();
    let packed = SUFFIXES.iter().find(|(suffix, _)| lower.ends_with(suffix));
    let text = if !decompresses {
        format!("{text}.gz")
    } else if let Some((suffix, place)) = packed {
        let stem = text.get(..text.len() - suffix.len()).unwrap_or(text);
        format!("{stem}{place}")
    } else {
        let name_at = text.rfind('/').map_or(0, |at| at + 1);
        match text.rfind('.').filter(|dot| *dot > name_at) {
            Some(dot) => text.get(..dot).unwrap_or(text).to_owned(),
            None => text.to_owned(),
        }
    };
    ShellWord {
        text,
        ..word.clone()
    }
}
