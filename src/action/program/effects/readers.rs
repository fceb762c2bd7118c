//! Programs that print what their operands hold.
//!
//! Sources: GNU coreutils 9, diffutils 3.10, util-linux 2.40 (column, hexdump, rev), xxd(1),
//! binutils 2.43 (strings).

use super::super::call::Call;
use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Account, Check, Family, Operands, Role, Table, mild, table};

/// The digits of `head -20` and of `grep -3`.
const DIGITS: Opt<Role> = flag("-0 -1 -2 -3 -4 -5 -6 -7 -8 -9", Role::Plain);

static CAT: Table = mild(
    &[flag(
        "-A -b -e -E -n -s -t -T -u -v --show-all --number-nonblank --show-ends --number --squeeze-blank --show-tabs \
         --show-nonprinting",
        Role::Plain,
    )],
    Operands::Reads,
);
static HEAD: Table = mild(
    &[
        flag(
            "-q -v -z -f -F --quiet --silent --verbose --zero-terminated --retry",
            Role::Plain,
        ),
        attached("--follow", Role::Plain),
        value(
            "-n --lines -c --bytes -s --sleep-interval --pid --max-unchanged-stats",
            Role::Plain,
        ),
        DIGITS,
    ],
    Operands::Reads,
);
/// `--files0-from` names a file that names what is read.
static WC: Table = table(
    &[
        flag(
            "-l -w -c -m -L --lines --words --bytes --chars --max-line-length",
            Role::Plain,
        ),
        value("--total", Role::Plain),
    ],
    Operands::Reads,
);
static NL: Table = mild(
    &[
        flag("-p --no-renumber", Role::Plain),
        value(
            "-b --body-numbering -d --section-delimiter -f --footer-numbering -h --header-numbering -i --line-increment \
             -l --join-blank-lines -n --number-format -s --number-separator -v --starting-line-number -w --number-width",
            Role::Plain,
        ),
    ],
    Operands::Reads,
);
static CUT: Table = mild(
    &[
        flag(
            "-n -s -z --complement --only-delimited --zero-terminated",
            Role::Plain,
        ),
        value(
            "-b --bytes -c --characters -d --delimiter -f --fields --output-delimiter",
            Role::Plain,
        ),
    ],
    Operands::Reads,
);
/// `--compress-program` runs a program, `-T` writes, `--files0-from` and `--random-source` read.
static SORT: Table = table(
    &[
        flag(
            "-b -d -f -g -i -M -h -n -R -r -V -c -C -m -s -u -z --ignore-leading-blanks --dictionary-order --ignore-case \
             --general-numeric-sort --ignore-nonprinting --month-sort --human-numeric-sort --numeric-sort --random-sort \
             --reverse --version-sort --merge --stable --unique --zero-terminated --debug",
            Role::Plain,
        ),
        attached("--check", Role::Plain),
        value(
            "-k --key -t --field-separator -S --buffer-size --batch-size --parallel --sort",
            Role::Plain,
        ),
        value("-o --output", Role::Write),
    ],
    Operands::Reads,
);
static UNIQ: Table = table(
    &[
        flag(
            "-c -d -D -i -u -z --count --repeated --ignore-case --unique --zero-terminated",
            Role::Plain,
        ),
        attached("--all-repeated --group", Role::Plain),
        value(
            "-f --skip-fields -s --skip-chars -w --check-chars",
            Role::Plain,
        ),
    ],
    Operands::ReadWrite,
);
static TAC: Table = mild(
    &[
        flag("-b --before -r --regex", Role::Plain),
        value("-s --separator", Role::Plain),
    ],
    Operands::Reads,
);
static PLAIN: Table = mild(&[], Operands::Reads);
static FOLD: Table = mild(
    &[
        flag(
            "-b -s -i -c -a --bytes --spaces --initial --all",
            Role::Plain,
        ),
        value("-w --width -t --tabs", Role::Plain),
    ],
    Operands::Reads,
);
static COLUMN: Table = table(
    &[
        flag(
            "-t -n -e -x -J -d -L --table --fillrows --json --table-noheadings --keep-empty-lines",
            Role::Plain,
        ),
        value(
            "-s --separator -o --output-separator -c --output-width -N --table-columns -R --table-right -H --table-hide \
             -l --table-columns-limit -T --table-truncate -W --table-wrap -E --table-noextreme -O --table-order",
            Role::Plain,
        ),
    ],
    Operands::Reads,
);
static PASTE: Table = mild(
    &[
        flag("-s -z --serial --zero-terminated", Role::Plain),
        value("-d --delimiters", Role::Plain),
    ],
    Operands::Reads,
);
static JOIN: Table = mild(
    &[
        flag(
            "-i -z --ignore-case --zero-terminated --check-order --nocheck-order --header",
            Role::Plain,
        ),
        value("-1 -2 -a -e -j -o -t -v", Role::Plain),
    ],
    Operands::Reads,
);
static COMM: Table = mild(
    &[
        flag(
            "-1 -2 -3 -z --zero-terminated --total --check-order --nocheck-order",
            Role::Plain,
        ),
        value("--output-delimiter", Role::Plain),
    ],
    Operands::Reads,
);
static CMP: Table = table(
    &[
        flag(
            "-b -l -s --print-bytes --verbose --quiet --silent",
            Role::Plain,
        ),
        value("-i --ignore-initial -n --bytes", Role::Plain),
    ],
    // What else is an operand says how much is skipped.
    Operands::Reads,
);
/// Of two directories, diff compares each file. `-X` reads. `--from-file` and `--to-file` may name a directory,
/// of which a file is compared with each operand.
static DIFF: Table = table(
    &[
        flag(
            "-q --brief -s --report-identical-files -c -u -e --ed -n --rcs -y --side-by-side --left-column \
             --suppress-common-lines -p --show-c-function -t --expand-tabs -T --initial-tab -N --new-file -P -a --text -i \
             --ignore-case -E --ignore-tab-expansion -Z --ignore-trailing-space -b --ignore-space-change -w \
             --ignore-all-space -B --ignore-blank-lines --strip-trailing-cr -d --minimal --speed-large-files --normal \
             --no-ignore-file-name-case -r --recursive --no-dereference",
            Role::Plain,
        ),
        attached("--color", Role::Plain),
        value(
            "-C --context -U --unified --label -F --show-function-line --tabsize -x --exclude -I --ignore-matching-lines -W \
             --width --horizon-lines",
            Role::Plain,
        ),
    ],
    Operands::ReadsNamed,
);
static OD: Table = mild(
    &[
        flag(
            "-a -b -c -d -f -i -l -o -s -v -x --output-duplicates --traditional",
            Role::Plain,
        ),
        attached("-w -S --strings --width", Role::Plain),
        value(
            "-A --address-radix -j --skip-bytes -N --read-bytes -t --format --endian",
            Role::Plain,
        ),
    ],
    Operands::Reads,
);
static HEXDUMP: Table = table(
    &[
        flag("-b -c -C -d -o -v -x", Role::Plain),
        value("-n --length -s --skip -e --format", Role::Plain),
    ],
    Operands::Reads,
);
/// The second operand is written. Options are whole words behind one dash.
static XXD: Table = Table {
    grammar: Grammar::Go,
    ..table(
        &[
            flag(
                "-a -autoskip -b -bits -C -capitalize -e -E -EBCDIC -i -include -p -ps -postscript -plain -r -revert -u \
                 -uppercase",
                Role::Plain,
            ),
            value(
                "-c -cols -g -groupsize -l -len -o -offset -s -seek -skip -n -name",
                Role::Plain,
            ),
        ],
        Operands::ReadWrite,
    )
};
/// On other systems `-o` writes.
static BASE64: Table = table(
    &[
        flag("-d -D -i --decode --ignore-garbage", Role::Plain),
        value("-w --wrap", Role::Plain),
    ],
    Operands::Reads,
);
/// `-c` reads a file that names what is read.
static SUM: Table = table(
    &[
        flag(
            "-b -t -z -r -q -s --binary --text --zero --tag --sysv",
            Role::Plain,
        ),
        value("-a --algorithm -l --length", Role::Plain),
    ],
    Operands::Reads,
);
/// `--random-source` reads, and without an option the operands are files.
static SHUF: Table = table(
    &[
        flag("-r -z --repeat --zero-terminated", Role::Plain),
        value("-i --input-range -n --head-count", Role::Plain),
        value("-o --output", Role::Write),
    ],
    Operands::Reads,
);
static STRINGS: Table = table(
    &[
        flag(
            "-a -d -f -o -w --all --data --print-file-name --include-all-whitespace",
            Role::Plain,
        ),
        value(
            "-n --bytes -t --radix -e --encoding -s --output-separator -U --unicode",
            Role::Plain,
        ),
    ],
    Operands::Reads,
);

/// A word `@FILE` means the options that the file holds.
fn strings(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &STRINGS);
    let files = call.args().iter().filter(|it| it.text.starts_with('@'));
    files.for_each(|word| account.unaccounted(&word.text));
}

pub(super) static PROGRAMS: Family = &[
    ("cat", Check::Table(&CAT)),
    ("head tail", Check::Table(&HEAD)),
    ("wc", Check::Table(&WC)),
    ("nl", Check::Table(&NL)),
    ("cut", Check::Table(&CUT)),
    ("shuf", Check::Table(&SHUF)),
    ("strings", Check::Function(strings)),
    ("sort", Check::Table(&SORT)),
    ("uniq", Check::Table(&UNIQ)),
    ("tac", Check::Table(&TAC)),
    ("rev", Check::Table(&PLAIN)),
    ("fold expand unexpand", Check::Table(&FOLD)),
    ("column", Check::Table(&COLUMN)),
    ("paste", Check::Table(&PASTE)),
    ("join", Check::Table(&JOIN)),
    ("comm", Check::Table(&COMM)),
    ("cmp", Check::Table(&CMP)),
    ("diff", Check::Table(&DIFF)),
    ("od", Check::Table(&OD)),
    ("hexdump hd", Check::Table(&HEXDUMP)),
    ("xxd", Check::Table(&XXD)),
    ("base64 base32", Check::Table(&BASE64)),
    (
        "md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum sum cksum shasum",
        Check::Table(&SUM),
    ),
];
