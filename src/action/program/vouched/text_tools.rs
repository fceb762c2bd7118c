//! Readers of files: what they read is established elsewhere; here are the options that neither
//! run a program nor write.
//!
//! Sources: the manual pages of GNU coreutils 9.7, grep 3.11, diffutils 3.10, sed 4.9, gawk 5.3; rg(1) 14, jq(1) 1.7.

use super::super::options::{Opt, attached, flag, value};
use super::table::{Program, Role, command, one};

static CAT: &[Opt<Role>] = &[flag(
    "-A --show-all -b --number-nonblank -e -E --show-ends -n --number -s --squeeze-blank -t -T --show-tabs -u -v \
     --show-nonprinting --help --version",
    Role::Plain,
)];

static HEAD: &[Opt<Role>] = &[
    flag(
        "-q --quiet --silent -v --verbose -z --zero-terminated -f -F --retry --help --version -0 -1 -2 -3 -4 -5 -6 -7 -8 -9",
        Role::Plain,
    ),
    attached("--follow", Role::Plain),
    value(
        "-c --bytes -n --lines -s --sleep-interval --pid --max-unchanged-stats",
        Role::Plain,
    ),
];

static WC: &[Opt<Role>] = &[
    flag(
        "-c --bytes -m --chars -l --lines -L --max-line-length -w --words --help --version",
        Role::Plain,
    ),
    value("--total", Role::Plain),
    value("--files0-from", Role::Code),
];

/// `-f` reads patterns, and is read where reads are established.
static GREP: &[Opt<Role>] = &[
    flag(
        "-E --extended-regexp -F --fixed-strings -G --basic-regexp -P --perl-regexp -i --ignore-case --no-ignore-case -y \
         -v --invert-match -w --word-regexp -x --line-regexp -c --count -L --files-without-match -l \
         --files-with-matches -o --only-matching -q --quiet --silent -s --no-messages -b --byte-offset -H \
         --with-filename -h --no-filename -n --line-number -T --initial-tab -Z --null -z --null-data -a --text -I -r -R \
         --recursive --dereference-recursive -U --binary --line-buffered --no-group-separator -V --version --help",
        Role::Plain,
    ),
    attached("--color --colour -1 -2 -3 -4 -5 -6 -7 -8 -9", Role::Plain),
    value(
        "-e --regexp -m --max-count -A --after-context -B --before-context -C --context -d --directories -D --devices \
         --label --include --exclude --exclude-dir --binary-files --group-separator",
        Role::Plain,
    ),
    value("-f --file --exclude-from", Role::Read),
];

/// `--pre`, `--hostname-bin` and `-z` run programs.
static RG: &[Opt<Role>] = &[
    flag(
        "-i --ignore-case -s --case-sensitive -S --smart-case -F --fixed-strings -w --word-regexp -x --line-regexp -v \
         --invert-match -c --count --count-matches -l --files-with-matches --files-without-match -o --only-matching -q \
         --quiet -n --line-number -N --no-line-number -H --with-filename -I --no-filename -U --multiline \
         --multiline-dotall -P --pcre2 -. --hidden -u --unrestricted --no-ignore --no-ignore-vcs -L --follow --files \
         --heading --no-heading --json --stats --trim --vimgrep --column -0 --null -p --pretty --no-config --crlf -a \
         --text --sort-files --type-list --no-messages --one-file-system -V --version -h --help",
        Role::Plain,
    ),
    value(
        "-e --regexp -m --max-count -A --after-context -B --before-context -C --context -g --glob --iglob -t --type -T \
         --type-not -M --max-columns -d --max-depth --max-filesize -j --threads -r --replace --sort --sortr --color \
         --colors --engine -E --encoding",
        Role::Plain,
    ),
    value("-f --file --ignore-file", Role::Read),
    value(
        "--pre --pre-glob --hostname-bin --hyperlink-format",
        Role::Code,
    ),
    flag("-z --search-zip", Role::Code),
];

static CUT: &[Opt<Role>] = &[
    flag(
        "-n -s --only-delimited -z --zero-terminated --complement --help --version",
        Role::Plain,
    ),
    value(
        "-b --bytes -c --characters -d --delimiter -f --fields --output-delimiter",
        Role::Plain,
    ),
];

/// Without `-o`, which writes, and `--compress-program` and `--files0-from`.
static SORT: &[Opt<Role>] = &[
    flag(
        "-b --ignore-leading-blanks -d --dictionary-order -f --ignore-case -g --general-numeric-sort -i \
         --ignore-nonprinting -M --month-sort -h --human-numeric-sort -n --numeric-sort -R --random-sort -r --reverse -V \
         --version-sort -c -C -m --merge -s --stable -u --unique -z --zero-terminated --debug --help --version",
        Role::Plain,
    ),
    attached("--check", Role::Plain),
    value(
        "-k --key -S --buffer-size -t --field-separator --parallel --batch-size --sort",
        Role::Plain,
    ),
    value("--random-source", Role::Read),
    value("-o --output", Role::Write),
    value("-T --temporary-directory", Role::WriteTree),
    value("--compress-program --files0-from", Role::Code),
];

static DIFF: &[Opt<Role>] = &[
    flag(
        "-q --brief -s --report-identical-files -c -u -e --ed -n --rcs -y --side-by-side --left-column \
         --suppress-common-lines -p --show-c-function -t --expand-tabs -T --initial-tab -l --paginate -r --recursive \
         --no-dereference -N --new-file --unidirectional-new-file --ignore-file-name-case -i --ignore-case -E \
         --ignore-tab-expansion -Z --ignore-trailing-space -b --ignore-space-change -w --ignore-all-space -B \
         --ignore-blank-lines -a --text --strip-trailing-cr -d --minimal --speed-large-files --normal --help --version",
        Role::Plain,
    ),
    attached("--color", Role::Plain),
    value(
        "-C --context -U --unified --label -F --show-function-line --tabsize -x --exclude -S --starting-file -I \
         --ignore-matching-lines -W --width --horizon-lines --palette",
        Role::Plain,
    ),
    value("-X --exclude-from --from-file --to-file", Role::Read),
];

/// `-f`, `-L`, `--rawfile` and `--slurpfile` read.
static JQ: &[Opt<Role>] = &[
    flag(
        "-n --null-input -R --raw-input -s --slurp -c --compact-output -r --raw-output --raw-output0 -j --join-output -a \
         --ascii-output -S --sort-keys -C --color-output -M --monochrome-output --tab --unbuffered --stream --seq -e \
         --exit-status -h --help -V --version",
        Role::Plain,
    ),
    flag("--args --jsonargs", Role::Plain),
    // `--arg NAME VALUE`: the value is then read as an operand, which is as plain.
    value(
        "--indent --arg --argjson --slurpfile --rawfile --argfile",
        Role::Plain,
    ),
    value("-f --from-file", Role::Read),
    value("-L", Role::Code),
];

/// What its script reads, writes and runs is established elsewhere.
static SED: &[Opt<Role>] = &[
    flag(
        "-n --quiet --silent -E -r --regexp-extended -s --separate -u --unbuffered -z --null-data --posix --debug \
         --sandbox --help --version",
        Role::Plain,
    ),
    value("-e --expression -l --line-length", Role::Plain),
    value("-f --file", Role::Code),
    attached("-i --in-place", Role::Spelled),
];

/// What its program reads, writes and runs is established elsewhere.
static AWK: &[Opt<Role>] = &[
    flag(
        "-S --sandbox -P --posix -b --characters-as-bytes -c --traditional -r --re-interval -O --optimize --help --version",
        Role::Plain,
    ),
    value("-F --field-separator -v --assign -e --source", Role::Plain),
    value("-f --file -E --exec -i --include -l --load -W", Role::Code),
    attached(
        "-d --dump-variables -o --pretty-print -p --profile -D --debug",
        Role::Code,
    ),
];

pub(super) static PROGRAMS: &[Program] = &[
    one("cat tac rev", &[command("", CAT)]),
    one("head tail", &[command("", HEAD)]),
    one("wc", &[command("", WC)]),
    one("grep egrep fgrep", &[command("", GREP)]),
    one("rg", &[command("", RG)]),
    one("cut", &[command("", CUT)]),
    one("sort", &[command("", SORT)]),
    one("diff", &[command("", DIFF)]),
    one("jq", &[command("", JQ)]),
    one("sed gsed", &[command("", SED)]),
    one("awk gawk mawk nawk", &[command("", AWK)]),
];
