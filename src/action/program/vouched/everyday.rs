//! Programs that show something and take options all day.
//!
//! Sources: the manual pages of GNU coreutils 9.7, procps 4, tree 2.2, file 5.46, util-linux 2.41.

use super::super::options::{Opt, attached, flag, value};
use super::table::{Command, Operands, Program, Role, command, one};

static LS: &[Opt<Role>] = &[
    flag(
        "-a --all -A --almost-all --author -b --escape -B --ignore-backups -c -C -d --directory -D --dired -f -F -g -G \
         --no-group -h --human-readable --si -H --dereference-command-line -i --inode -k --kibibytes -l -L --dereference -m \
         -n --numeric-uid-gid -N --literal -o -p -q --hide-control-chars --show-control-chars -Q --quote-name -r --reverse \
         -R --recursive -s --size -S -t -u -U -v -x -X -Z --context -1 --zero --group-directories-first --file-type \
         --full-time --help --version",
        Role::Plain,
    ),
    attached("--color --hyperlink --classify", Role::Plain),
    value(
        "--block-size --format --hide --indicator-style -I --ignore --quoting-style --sort --time --time-style -T -w --width --tabsize",
        Role::Plain,
    ),
];

static DF: &[Opt<Role>] = &[
    flag(
        "-a --all -b --bytes -c --total -h --human-readable --si -H -i --inodes -k -l --local -m -P --portability -s \
         --summarize -S --separate-dirs -T --print-type -x --one-file-system -L -D --apparent-size -0 --null --time \
         --no-sync --help --version",
        Role::Plain,
    ),
    value(
        "-B --block-size -d --max-depth -t --threshold --exclude",
        Role::Plain,
    ),
];

/// `-s` sets the clock, `-f` reads a file.
static DATE: &[Opt<Role>] = &[
    flag(
        "-u --utc --universal -R --rfc-email --debug --help --version",
        Role::Plain,
    ),
    attached("-I --iso-8601", Role::Plain),
    value("-d --date --rfc-3339", Role::Plain),
    value("-f --file -r --reference", Role::Read),
    value("-s --set", Role::Code),
];

static NAMES: &[Opt<Role>] = &[flag(
    "-a --all -s -n -r -v -m -p -i -o -u -g -G -f -d -L -P -e -E -z -q --help --version --name --user --group --groups --real",
    Role::Plain,
)];

static STAT: &[Opt<Role>] = &[
    flag(
        "-L --dereference -f --file-system -t --terse --help --version",
        Role::Plain,
    ),
    value("-c --format --printf", Role::Plain),
];

static PS: &[Opt<Role>] = &[
    flag(
        "-A -e -f -F -l -j -a -d -N -H -w -L -T -M -y -c --forest --headers --no-headers --help --version",
        Role::Plain,
    ),
    value(
        "-o --format -p --pid -u --user -U -C --sort -t --tty -g --cols --columns",
        Role::Plain,
    ),
];

/// Options without a dash (ps(1), "BSD syntax"). Others may hold `e`, which shows the environment of
/// processes.
const PS_LETTERS: &str = "a f j l s u v x aux auxf auxfww auxw auxww ax axf axfu axjf axl axu axuf axuw axuww ajx faux \
                          fax xf";

static TREE: &[Opt<Role>] = &[
    flag(
        "-a -d -f -i -l -x -p -u -g -s -h -D -F -q -N -Q -v -t -c -r -U -n -C -J -X --dirsfirst --filesfirst --noreport \
         --prune --si --inodes --device --gitignore --ignore-case --matchdirs --du --help --version",
        Role::Plain,
    ),
    value(
        "-L -P -I --filelimit --charset --timefmt --sort",
        Role::Plain,
    ),
    value("-o", Role::Write),
];

pub(super) static PROGRAMS: &[Program] = &[
    one("ls dir vdir", &[command("", LS)]),
    one("df du", &[command("", DF)]),
    one("date", &[command("", DATE)]),
    one(
        "pwd whoami id groups uname which type hostname arch nproc tty uptime basename dirname realpath readlink",
        &[command("", NAMES)],
    ),
    one("stat", &[command("", STAT)]),
    one("pgrep", &[command("", PS)]),
    one(
        "ps",
        &[Command {
            operands: Operands::Tasks(PS_LETTERS),
            ..command("", PS)
        }],
    ),
    one("tree", &[command("", TREE)]),
];
