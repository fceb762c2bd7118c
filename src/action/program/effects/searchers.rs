//! Programs that print the lines of files that match a pattern.
//!
//! Sources: grep(1) 3.11, `rg --help` 14.

use super::super::options::{Opt, attached, flag, value};
use super::sieve::Choice;
use super::table::{Check, Family, Operands, Role, Table, table};

/// The value of `-d` may have directories walked, `--exclude-from` chooses files by what another file holds,
/// and `-R` follows links.
static GREP: Table = Table {
    permutes: true,
    ..table(GREP_OPTIONS, Operands::PatternReads)
};
static GREP_OPTIONS: &[Opt<Role>] = &[
    flag(
        "-E -F -G -P -i -y -v -w -x -c -o -q -s -b -H -h -n -T -Z -z -a -I -U --extended-regexp --fixed-strings \
         --basic-regexp --perl-regexp --ignore-case --no-ignore-case --invert-match --word-regexp --line-regexp --count \
         --only-matching --quiet --silent --no-messages --byte-offset \
         --with-filename --no-filename --line-number --initial-tab --null --null-data --text --binary \
         --line-buffered -0 -1 -2 -3 -4 -5 -6 -7 -8 -9",
        Role::Plain,
    ),
    flag(
        "-l -L --files-with-matches --files-without-match",
        Role::Sifts(Choice::NamesOnly),
    ),
    value("--include", Role::Sifts(Choice::Include)),
    value("--exclude", Role::Sifts(Choice::Exclude)),
    attached("--color --colour", Role::Plain),
    value(
        "-m --max-count -A --after-context -B --before-context -C --context --label --exclude-dir \
         --binary-files --group-separator",
        Role::Plain,
    ),
    value("-e --regexp", Role::Pattern),
    value("-f --file", Role::PatternFile),
    flag("-r --recursive", Role::Walks),
];
/// `--pre` and `--hostname-bin` run programs, as `-z` does, and `-L` follows links.
static RG: Table = table(RG_OPTIONS, Operands::PatternWalks);
static RG_OPTIONS: &[Opt<Role>] = &[
    flag(
        "-s --case-sensitive -i --ignore-case -S --smart-case -F --fixed-strings -v --invert-match -w --word-regexp -x \
         --line-regexp -U --multiline --multiline-dotall --crlf -P --pcre2 --no-unicode \
         --no-hidden --no-require-git --one-file-system -a --text --binary --null-data --mmap \
         --no-mmap -b --byte-offset --column --no-column --heading --no-heading -h -n \
         --line-number -N --no-line-number -0 --null -o --only-matching --passthru -p --pretty -q --quiet --trim -H \
         --with-filename -I --no-filename --vimgrep --include-zero \
         --stats --debug --trace --no-messages --no-config --block-buffered --line-buffered --glob-case-insensitive \
         --ignore-file-case-insensitive --no-follow --stop-on-nonmatch",
        Role::Plain,
    ),
    flag(
        "-u --unrestricted -. --hidden --no-ignore --no-ignore-dot --no-ignore-exclude --no-ignore-files \
         --no-ignore-global --no-ignore-parent --no-ignore-vcs",
        Role::Sifts(Choice::Unhides),
    ),
    flag(
        "-l --files-with-matches --files-without-match",
        Role::Sifts(Choice::NamesOnly),
    ),
    flag("--json", Role::Sifts(Choice::Prints)),
    flag("-c --count --count-matches", Role::Searches),
    value("-g --glob --iglob", Role::Sifts(Choice::Glob)),
    value("-t --type", Role::Sifts(Choice::Type)),
    value("--type-add --type-clear", Role::Sifts(Choice::Unknown)),
    value(
        "-T --type-not -A --after-context -B --before-context -C \
         --context -m --max-count -M --max-columns -d --max-depth -E --encoding -j --threads -r --replace --sort --sortr \
         --color --colors --context-separator --dfa-size-limit --regex-size-limit --engine --field-context-separator \
         --field-match-separator --max-filesize --path-separator --hyperlink-format",
        Role::Plain,
    ),
    flag("--files --type-list", Role::Names),
    value("-e --regexp", Role::Pattern),
    value("-f --file", Role::PatternFile),
    value("--ignore-file", Role::Sifts(Choice::File)),
];

pub(super) static PROGRAMS: Family = &[
    ("grep egrep fgrep", Check::Table(&GREP)),
    ("rg", Check::Table(&RG)),
];
