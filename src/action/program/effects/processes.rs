//! Programs that show processes and open ports.
//!
//! Sources: ps(1) of procps-ng 4, macOS and FreeBSD; lsof(8) 4.99; ss(8) of iproute2 6; netstat(8) of net-tools 2 and
//! of macOS; fuser(1) and pstree(1) of psmisc 23.

use super::super::call::Call;
use super::super::options::{Item, Scan, flag, value};
use super::super::word_list::lists;
use super::table::{Account, Check, Family, Operands, Role, Table, table};
use crate::action::shell::ShellWord;

pub(super) static PROGRAMS: Family = &[
    ("ps", Check::Function(ps)),
    ("lsof", Check::Function(lsof)),
    ("ss", Check::Function(ss)),
    ("netstat", Check::Function(netstat)),
    ("fuser", Check::Function(fuser)),
    ("pstree", Check::Function(pstree)),
    ("jobs", Check::Table(&JOBS)),
];

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// `-E` of macOS and the letter `e` without a dash show the environment of processes. What is printed of each is in
/// [`PS_COLUMNS`]; for `-e` see [`selects_all`].
static PS: Table = table(
    &[
        flag(
            "-A -a -d -e -f -F -H -j -l -L -M -r -T -w -x -y --forest --no-headers --headers",
            Role::Plain,
        ),
        value("-o --format -O", Role::Plain),
        value(
            "-p --pid -q --quick-pid --ppid --sort -t --tty -u --user -U --User",
            Role::Plain,
        ),
    ],
    Operands::Text,
);
/// Letters without a dash that choose processes and columns.
const PS_LETTERS: &str = "afhjlruvwx";
const PS_COLUMNS: &str = "args cmd comm command cpu egid etime etimes euid gid group lstart ni nice nlwp %cpu %mem pcpu pgid \
    pid pmem ppid pri psr rss sess sid start start_time stat state stime thcount time tid tname tt tty ucmd ucomm uid user vsize vsz \
    wchan";
/// Letters that may be beside `-e`: procps knows them all behind a dash.
const PS_BESIDE: &str = "AefFlLwH";
/// Letters that may be beside `-e` where columns are named: `-f` and `-l` are an error there.
const PS_BESIDE_COLUMNS: &str = "AeLwH";

fn ps(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &PS);
    let is_operand = |text: &str| {
        is_number(text) || (!text.is_empty() && text.chars().all(|it| PS_LETTERS.contains(it)))
    };
    for item in Scan::new(call.args(), PS.opts, PS.grammar) {
        match item {
            Item::Operand(word) if !is_operand(&word.text) => account.unaccounted(&word.text),
            Item::Option {
                opt,
                value: Some(value),
            } => {
                let is_fine = match opt.names.starts_with("-o ") {
                    true => are_columns(value.text),
                    // Where no user has the name, procps takes `-u xe` for the letters `u`, `x` and `e`.
                    false => !value.text.contains('e') || are_sorted(value.text),
                };
                if !is_fine {
                    account.unaccounted(value.text);
                }
            }
            _ => {}
        }
    }
    let all = call.args();
    if let Some(word) = all.iter().find(|word| has_letter_e(&word.text))
        && !selects_all(all)
    {
        account.unaccounted(&word.text);
    }
}

fn are_columns(text: &str) -> bool {
    let mut columns = text.split(',');
    columns.all(|text| lists(PS_COLUMNS, text.strip_suffix('=').unwrap_or(text)))
}

/// The columns of `--sort`.
fn are_sorted(text: &str) -> bool {
    let mut keys = text.split(',');
    keys.all(|key| lists(PS_COLUMNS, key.strip_prefix(['+', '-']).unwrap_or(key)))
}

/// Whether `-e` is among the letters of a word.
fn has_letter_e(text: &str) -> bool {
    let letters = text.strip_prefix('-').unwrap_or_default();
    let own = letters.split(['o', 'O', 'p', 'q', 't', 'u', 'U']).next();
    !letters.starts_with('-') && own.is_some_and(|letters| letters.contains('e'))
}

/// Whether a command with `-e` selects all processes, and does no more: `ps -ef`, `ps -eo pid,args --sort=-rss`.
///
/// procps reads every letter again as one without a dash if it finds an error in the words: `ps -efx` shows the
/// environment. So each word has to be one that it takes. (To FreeBSD `-e` is the environment; CAVRA runs on Linux and
/// macOS.)
fn selects_all(args: &[ShellWord]) -> bool {
    let mut letters = String::new();
    let mut has_columns = false;
    let mut words = args.iter().map(|word| word.text.as_str());
    while let Some(text) = words.next() {
        let (name, attached) = text.split_once('=').unwrap_or((text, ""));
        match name {
            "--forest" | "--no-headers" | "--headers" if attached.is_empty() => {}
            "--sort" if text.contains('=') => {}
            "--sort" => {
                words.next();
            }
            _ => {
                let Some(own) = text.strip_prefix('-') else {
                    return false;
                };
                let (flags, columns) = own.split_once('o').unwrap_or((own, ""));
                letters.push_str(flags);
                if flags.len() < own.len() {
                    has_columns = true;
                    if columns.is_empty() {
                        words.next();
                    }
                }
            }
        }
    }
    let known = match has_columns {
        true => PS_BESIDE_COLUMNS,
        false => PS_BESIDE,
    };
    letters.chars().all(|letter| known.contains(letter))
}

/// lsof(8) lists every open file but for `-i`, and `-p`, `-u` and `-c` add those of processes. `-D` and `+m` write,
/// `-k` and `-m` read, `-r` repeats.
fn lsof(call: &Call<'_>, account: &mut Account<'_>) {
    let mut asks_ports = false;
    let mut words = call.args().iter().peekable();
    while let Some(word) = words.next() {
        let letters = word.text.strip_prefix('-').unwrap_or_default();
        let flags = letters.trim_start_matches(['a', 'n', 'P', 't', 'l', 'w']);
        let mut rest = flags.chars();
        let (option, tail) = (rest.next(), rest.as_str());
        let mut is_value = |is: fn(&str) -> bool| match tail {
            "" => words.next_if(|next| is(&next.text)).is_some(),
            tail => is(tail),
        };
        let is_fine = match option {
            None => !letters.is_empty(),
            // Without an address each connection is listed.
            Some('i') => is_value(is_address) || tail.is_empty(),
            Some('s') => is_value(is_state),
            _ => false,
        };
        asks_ports |= option == Some('i');
        if !is_fine || word.glob {
            account.unaccounted(&word.text);
        }
    }
    if !asks_ports {
        account.unaccounted(&call.name);
    }
}

/// `[46][PROTOCOL][:PORTS]`. A name of a host would be asked for.
fn is_address(text: &str) -> bool {
    let (protocol, ports) = text.split_once(':').unwrap_or((text, "1"));
    let protocol = protocol.strip_prefix(['4', '6']).unwrap_or(protocol);
    let is_port = |port: &str| {
        !port.is_empty()
            && port
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_protocol = matches!(protocol, "" | "TCP" | "UDP" | "tcp" | "udp");
    !text.is_empty() && is_protocol && ports.split(',').all(is_port)
}

/// `TCP:LISTEN`
fn is_state(text: &str) -> bool {
    let Some((protocol, states)) = text.split_once(':') else {
        return false;
    };
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_,^".contains(&byte);
    matches!(protocol, "TCP" | "UDP" | "tcp" | "udp") && states.bytes().all(is_part)
}

/// `-K` ends connections, `-D` writes, `-F` reads, `-N` goes into another network, `-E` never ends, and `-r` asks for
/// names of hosts.
static SS: Table = table(
    &[
        flag(
            "-n -a -l -o -e -m -p -i -s -4 -6 -t -u -w -x -H -O --numeric --all --listening --options --extended --memory \
             --processes --info --summary --ipv4 --ipv6 --tcp --udp --raw --unix --no-header --oneline",
            Role::Plain,
        ),
        value("-f --family -A --query", Role::Plain),
    ],
    Operands::Text,
);
/// Words of a filter that name no host.
const SS_FILTER: &str = "( ) = == eq != ne sport dport and or not state exclude all connected synchronized bucket big established \
    syn-sent syn-recv fin-wait-1 fin-wait-2 time-wait closed close-wait last-ack listening listen closing";

fn ss(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &SS);
    let is_part = |part: &str| {
        let port = part.trim_start_matches('=').strip_prefix(':');
        lists(SS_FILTER, part) || port.is_some_and(is_number)
    };
    for item in Scan::new(call.args(), SS.opts, SS.grammar) {
        if let Item::Operand(word) = item
            && (word.glob || !word.text.split_whitespace().all(is_part))
        {
            account.unaccounted(&word.text);
        }
    }
}

/// On other systems `-M` and `-N` read files, `-z` sets counters back, and `-w` and `-c` repeat.
static NETSTAT: Table = table(
    &[flag(
        "-a -l -n -p -t -u -r -i -s -e -v -W -4 -6 --all --listening --numeric --programs --program --tcp --udp --route \
         --interfaces --statistics --extend --verbose --wide",
        Role::Plain,
    )],
    Operands::Text,
);

fn netstat(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &NETSTAT);
    for item in Scan::new(call.args(), NETSTAT.opts, NETSTAT.grammar) {
        // On macOS a protocol is the value of `-p`.
        if let Item::Operand(word) = item
            && !matches!(word.text.as_str(), "tcp" | "udp")
        {
            account.unaccounted(&word.text);
        }
    }
}

/// `-k` ends processes, and `-i` asks before it.
static FUSER: Table = table(
    &[flag("-v -u -4 -6 --verbose --user", Role::Plain)],
    Operands::Text,
);

/// `3000/tcp`. Any other operand is a file.
fn fuser(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &FUSER);
    let is_port = |text: &str| {
        let port = text
            .strip_suffix("/tcp")
            .or_else(|| text.strip_suffix("/udp"));
        port.is_some_and(is_number)
    };
    let mut ports = 0;
    for item in Scan::new(call.args(), FUSER.opts, FUSER.grammar) {
        match item {
            Item::Operand(word) if is_port(&word.text) => ports += 1,
            Item::Operand(word) => account.unaccounted(&word.text),
            Item::Option { .. } | Item::Unknown(_) => {}
        }
    }
    if ports == 0 {
        account.unaccounted(&call.name);
    }
}

/// On other systems `-f` reads a file.
static PSTREE: Table = table(
    &[flag(
        "-a -A -c -l -n -p -T -u -U --arguments --ascii --compact-not --long --numeric-sort --show-pids --hide-threads \
         --uid-changes --unicode",
        Role::Plain,
    )],
    Operands::Text,
);

fn pstree(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &PSTREE);
    for item in Scan::new(call.args(), PSTREE.opts, PSTREE.grammar) {
        if let Item::Operand(word) = item
            && !is_number(&word.text)
        {
            account.unaccounted(&word.text);
        }
    }
}

/// `-x` runs a command.
static JOBS: Table = table(&[flag("-l -n -p -r -s", Role::Plain)], Operands::None);
