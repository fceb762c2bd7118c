//! Programs that print text, names or numbers, and read no file.
//!
//! Sources: bash(1) "Shell Builtin Commands", GNU coreutils 9, hostname(1), which(1),
//! procps-ng 4 (free, pgrep), util-linux 2.40 (lscpu), tput(1).

use super::super::super::facts::{Deed, Does};
use super::super::call::Call;
use super::super::options::{Opt, attached, flag, value};
use super::super::printed::{printf_assigns, printf_format};
use super::table::{Account, Check, Family, Operands, Role, Table, mild, table};

static TEXT: Table = mild(&[], Operands::Text);
static PWD: Table = table(
    &[flag("-L -P --logical --physical", Role::Plain)],
    Operands::None,
);
static NAMES: Table = table(
    &[flag(
        "-a -f -p -P -t -s -v -V --all --skip-alias --skip-functions --skip-dot --skip-tilde --read-alias",
        Role::Plain,
    )],
    Operands::Text,
);
static SEQ: Table = mild(
    &[
        flag("-w --equal-width", Role::Plain),
        value("-f --format -s --separator", Role::Plain),
    ],
    Operands::Text,
);
static SLEEP: Table = mild(&[], Operands::Text);
/// Another operand would set the clock, as `-s` does; `-f` and `-r` name files.
static DATE: Table = table(
    &[
        flag(
            "-u --utc --universal -R --rfc-email --rfc-2822 --debug",
            Role::Plain,
        ),
        attached("-I --iso-8601", Role::Plain),
        value("-d --date --rfc-3339", Role::Plain),
    ],
    Operands::Format,
);
static UNAME: Table = table(
    &[flag(
        "-a -s -n -r -v -m -p -i -o --all --kernel-name --nodename --kernel-release --kernel-version --machine \
         --processor --hardware-platform --operating-system",
        Role::Plain,
    )],
    Operands::None,
);
static ID: Table = mild(
    &[flag(
        "-u -g -G -n -r -z --user --group --groups --name --real --zero",
        Role::Plain,
    )],
    Operands::Text,
);
/// An operand would set the name. `-f`, `-i`, `-d` and `-A` ask a name server.
static HOSTNAME: Table = table(
    &[flag("-s -I --short --all-ip-addresses", Role::Plain)],
    Operands::None,
);
static NPROC: Table = table(
    &[flag("--all", Role::Plain), value("--ignore", Role::Plain)],
    Operands::None,
);
static ALONE: Table = table(&[], Operands::None);
static BASENAME: Table = mild(
    &[
        flag("-a --multiple -z --zero", Role::Plain),
        value("-s --suffix", Role::Plain),
    ],
    Operands::Text,
);
static TR: Table = mild(
    &[flag(
        "-c -C -d -s -t --complement --delete --squeeze-repeats --truncate-set1",
        Role::Plain,
    )],
    Operands::Text,
);
static NUMFMT: Table = mild(NUMFMT_OPTIONS, Operands::Text);
static NUMFMT_OPTIONS: &[Opt<Role>] = &[
    flag("--grouping --debug", Role::Plain),
    attached("--header", Role::Plain),
    value(
        "-d --delimiter --field --format --from --from-unit --to --to-unit --padding --round --suffix",
        Role::Plain,
    ),
];
static FREE: Table = table(
    &[
        flag(
            "-b -k -m -g -h -l -t -v -w --bytes --kibi --mebi --gibi --kilo --mega --giga --human --lohi --total --wide",
            Role::Plain,
        ),
        value("-c --count -s --seconds", Role::Plain),
    ],
    Operands::None,
);
/// `-s` reads the description of another system.
static LSCPU: Table = table(
    &[flag(
        "-a -b -c -J -x -y -B --all --online --offline --json --hex --physical --bytes",
        Role::Plain,
    )],
    Operands::None,
);
/// `-T` chooses which description of a terminal is read.
static TPUT: Table = table(&[], Operands::Text);
/// What `tput` prints, and no more: `init` and `reset` print files.
const TPUT_NAMES: &[&str] = &[
    "blink", "bold", "clear", "cols", "colors", "dim", "el", "lines", "rev", "rmso", "rmul",
    "setab", "setaf", "sgr0", "sitm", "smso", "smul",
];
/// `-F` reads a file, and `-L` asks whether it is locked.
static PGREP: Table = table(
    &[
        flag(
            "-a -c -f -i -l -n -o -v -x --list-full --count --full --ignore-case --list-name --newest --oldest --inverse \
             --exact",
            Role::Plain,
        ),
        value(
            "-d --delimiter -g --pgroup -G --group -P --parent -s --session -t --terminal -u --euid -U --uid",
            Role::Plain,
        ),
    ],
    Operands::Text,
);
/// The values of variables may be secrets.
static PRINTENV: Table = Table {
    does: Does::only(Deed::Environment),
    ..table(&[flag("-0 --null", Role::Plain)], Operands::Text)
};

pub(super) static PROGRAMS: Family = &[
    // What is no option of it is printed, also `-x`.
    ("echo", Check::Function(|_, _| {})),
    ("printf", Check::Function(printf)),
    ("pwd", Check::Table(&PWD)),
    ("type which command", Check::Function(names)),
    ("true false :", Check::Table(&TEXT)),
    ("seq", Check::Table(&SEQ)),
    ("sleep", Check::Table(&SLEEP)),
    ("date", Check::Table(&DATE)),
    ("uname", Check::Table(&UNAME)),
    ("id groups", Check::Table(&ID)),
    ("whoami arch tty logname uptime", Check::Table(&ALONE)),
    ("hostname", Check::Table(&HOSTNAME)),
    ("nproc", Check::Table(&NPROC)),
    ("free", Check::Table(&FREE)),
    ("lscpu", Check::Table(&LSCPU)),
    ("expr factor yes", Check::Table(&TEXT)),
    ("tput", Check::Function(tput)),
    ("pgrep", Check::Table(&PGREP)),
    ("basename dirname", Check::Table(&BASENAME)),
    ("tr", Check::Table(&TR)),
    ("numfmt", Check::Table(&NUMFMT)),
    ("printenv", Check::Table(&PRINTENV)),
];

/// Other shells have a `type` that prints a file.
fn names(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &NAMES);
    let is_path = |text: &str| text.contains(['.', '/', '\\', ':']);
    for word in call.args().iter().filter(|word| is_path(&word.text)) {
        account.unaccounted(&word.text);
    }
}

fn tput(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &TPUT);
    let is_number = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    for (index, word) in call.args().iter().enumerate() {
        let text = word.text.as_str();
        let is_known = match index {
            0 => TPUT_NAMES.contains(&text),
            _ => is_number(text),
        };
        if !is_known {
            account.unaccounted(text);
        }
    }
}

/// `-v` and `%n` assign to a name, and bash evaluates the name's subscript.
fn printf(call: &Call<'_>, account: &mut Account<'_>) {
    if let Some(first) = call
        .args()
        .first()
        .filter(|word| word.text.starts_with("-v"))
    {
        account.unaccounted(&first.text);
    }
    if let Some((format, _)) = printf_format(call.args())
        && (format.glob || printf_assigns(&format.text))
    {
        account.unaccounted(&format.text);
    }
    // Other shells than bash evaluate the words behind `%d`.
    let evaluated = |text: &str| text.contains('[') && text.contains(['$', '`']);
    for word in call.args().iter().filter(|word| evaluated(&word.text)) {
        account.unaccounted(&word.text);
    }
}
