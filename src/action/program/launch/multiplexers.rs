//! tmux(1) and screen(1): their arguments are commands of their own, some of which hold a shell's.

use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, flag, value};
use super::super::word_list::lists;
use super::super::wrappers::join;
use super::super::{Access, Inner, Meaning, Operand, Wrapper};
use crate::action::shell::ShellWord;

/// What the operands of a tmux command are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operands {
    /// One word for a shell, or a command word by word.
    Command,
    /// Each word for a shell (`if-shell` has a tmux command behind it).
    Script,
    /// Keys that are typed, one behind the other.
    Keys,
    /// A tmux command in one word or more.
    Tmux,
}

/// tmux's commands that hold others, with their short names; every other starts nothing.
static COMMANDS: &[(&str, Operands, usize)] = &[
    (
        "new-session new new-window neww split-window splitw",
        Operands::Command,
        0,
    ),
    (
        "respawn-pane respawnp respawn-window respawnw",
        Operands::Command,
        0,
    ),
    ("display-popup popup", Operands::Command, 0),
    (
        "run-shell run if-shell if pipe-pane pipep copy-pipe",
        Operands::Script,
        0,
    ),
    ("send-keys send", Operands::Keys, 0),
    ("set-hook bind-key bind", Operands::Tmux, 1),
    ("confirm-before confirm command-prompt", Operands::Tmux, 0),
];

static GLOBALS: &[Opt<bool>] = &[
    value("-c", true),
    value("-f -L -S -T", false),
    flag("-2 -C -D -l -N -u -v -V", false),
];
/// Options with a value of the commands above; the others of their options have none.
static OPTIONS: &[Opt<()>] = &[value(
    "-t -s -n -c -F -x -y -e -f -T -I -N -p -b -w -h -S",
    (),
)];
/// Options with a value of the commands whose `-b`, `-h`, `-p`, `-I` and `-S` have none.
static PANE_OPTIONS: &[Opt<()>] = &[value("-t -s -n -c -F -x -y -e -f -l", ())];

/// tmux(1)
pub(in super::super) fn tmux(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift("`tmux` hands commands to its server");
    let mut scan = Scan::new(call.args(), GLOBALS, Grammar::OperandsEnd);
    let mut start = call.args().len();
    while let Some(item) = scan.next() {
        match item {
            Item::Option {
                opt,
                value: Some(value),
            } if opt.role => wrapper.script(&value.word()),
            Item::Operand(_) => {
                start = scan.at();
                break;
            }
            _ => {}
        }
    }
    sequence(call.args_from(start), &mut wrapper, 0);
    if wrapper.inner.is_empty() {
        return call.plain();
    }
    Meaning::Wraps(wrapper)
}

/// How deep tmux commands may hold tmux commands.
const MAX_DEPTH: usize = 4;

/// Commands behind one another: a word `;`, or one that ends with it, is the end of each.
fn sequence(words: &[ShellWord], wrapper: &mut Wrapper, depth: usize) {
    let mut command: Vec<ShellWord> = Vec::new();
    for word in words {
        let text = word.text.as_str();
        let ends = text == ";" || text == "\\;" || (text.ends_with(';') && !text.contains(' '));
        let rest = if ends {
            text.trim_end_matches(';').trim_end_matches('\\')
        } else {
            text
        };
        if !rest.is_empty() {
            command.push(ShellWord {
                text: rest.to_owned(),
                ..word.clone()
            });
        }
        if ends {
            one(&command, wrapper, depth);
            command.clear();
        }
    }
    one(&command, wrapper, depth);
}

fn one(words: &[ShellWord], wrapper: &mut Wrapper, depth: usize) {
    let Some((name, args)) = words.split_first() else {
        return;
    };
    let known = COMMANDS.iter().find(|(names, ..)| lists(names, &name.text));
    let Some((_, operands, skip)) = known else {
        return;
    };
    let panes = matches!(
        operands,
        Operands::Command | Operands::Keys | Operands::Script
    );
    let options = if panes { PANE_OPTIONS } else { OPTIONS };
    let mut scan = Scan::new(args, options, Grammar::OperandsEnd);
    let rest = scan
        .find_map(|item| matches!(item, Item::Operand(_)).then_some(()))
        .map_or(args.len(), |()| scan.at());
    let rest = args.get(rest + skip..).unwrap_or_default();
    match operands {
        Operands::Command => match rest {
            [one] => wrapper.script(one),
            words => wrapper.runs(words),
        },
        Operands::Script => rest.iter().for_each(|word| wrapper.script(word)),
        Operands::Keys => wrapper.script(&typed(rest)),
        Operands::Tmux if depth < MAX_DEPTH => match rest {
            [one] => {
                let words = shlex::split(&one.text).unwrap_or_default();
                let words: Vec<ShellWord> = words.into_iter().map(ShellWord::constant).collect();
                sequence(&words, wrapper, depth + 1);
            }
            words => sequence(words, wrapper, depth + 1),
        },
        Operands::Tmux => {}
    }
}

/// What `send-keys` types: names of keys are keys, everything else is text.
fn typed(words: &[ShellWord]) -> ShellWord {
    let mut text = String::new();
    for word in words {
        match word.text.as_str() {
            "Enter" | "C-m" | "C-j" | "KPEnter" => text.push('\n'),
            "Space" => text.push(' '),
            "Tab" => text.push('\t'),
            "C-u" | "C-c" | "C-l" | "Escape" => {}
            other => text.push_str(other),
        }
    }
    ShellWord {
        text,
        dynamic: words.iter().any(|word| word.dynamic || word.glob),
        glob: false,
        shown: false,
    }
}

static SCREEN: &[Opt<Screen>] = &[
    value("-c", Screen::Read),
    value("-e -h -p -s -S -t -T", Screen::None),
    flag("-X", Screen::Command),
    flag(
        "-d -D -r -R -x -m -a -A -f -i -L -l -n -O -q -U -w",
        Screen::None,
    ),
    flag("-v -ls -list -wipe", Screen::Query),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    None,
    Read,
    Command,
    Query,
}

/// screen(1): `screen [OPTION…] [CMD ARG…]`, `screen -X COMMAND …`
pub(in super::super) fn screen(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift("`screen` gives the command another terminal");
    let args = without_long(call.args(), &mut wrapper);
    let mut scan = Scan::new(&args, SCREEN, Grammar::OperandsEnd);
    let (mut command, mut rest) = (false, args.len());
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, value } => match opt.role {
                Screen::Command => command = true,
                Screen::Read => wrapper.operands.extend(value.map(|value| Operand {
                    word: value.word(),
                    access: Access::Read,
                    recursive: false,
                })),
                Screen::Query => return call.plain(),
                Screen::None => {}
            },
            Item::Operand(_) => {
                rest = scan.at();
                break;
            }
            Item::Unknown(_) => {}
        }
    }
    let words = args.get(rest..).unwrap_or_default();
    if command {
        screen_command(words, &mut wrapper);
    } else {
        wrapper.runs(words);
    }
    if wrapper.inner.is_empty() {
        let mut leaf = call.leaf();
        leaf.operands = wrapper.operands;
        return Meaning::Runs(leaf);
    }
    Meaning::Wraps(wrapper)
}

/// `-Logfile F` names a file, unlike other letters behind one dash.
fn without_long(args: &[ShellWord], wrapper: &mut Wrapper) -> Vec<ShellWord> {
    let mut kept = Vec::with_capacity(args.len());
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-Logfile" => wrapper.operands.extend(words.next().map(|file| Operand {
                word: file.clone(),
                access: Access::Write,
                recursive: false,
            })),
            "-ls" | "-list" | "-wipe" => kept.push(ShellWord::constant("-v")),
            _ => kept.push(word.clone()),
        }
    }
    kept
}

/// Commands of screen that run a program, type text, or write a file.
fn screen_command(words: &[ShellWord], wrapper: &mut Wrapper) {
    let Some((name, rest)) = words.split_first() else {
        return;
    };
    match name.text.as_str() {
        "exec" | "screen" => {
            let skip = rest
                .iter()
                .take_while(|word| word.text.starts_with(['-', '.', '!', '|', ':']))
                .count();
            wrapper.runs(rest.get(skip..).unwrap_or_default());
        }
        "stuff" => {
            let text: Vec<String> = rest.iter().map(|word| stuffed(&word.text)).collect();
            wrapper.script(&ShellWord {
                text: text.concat(),
                dynamic: rest.iter().any(|word| word.dynamic),
                glob: false,
                shown: false,
            });
        }
        "eval" => {
            for word in rest {
                let words = shlex::split(&word.text).unwrap_or_default();
                let words: Vec<ShellWord> = words.into_iter().map(ShellWord::constant).collect();
                if words.first().is_some_and(|first| first.text != "eval") {
                    screen_command(&words, wrapper);
                }
            }
        }
        "backtick" => join(wrapper, rest.get(3..).unwrap_or_default()),
        "hardcopy" | "logfile" | "writebuf" => {
            wrapper.operands.extend(rest.last().map(|file| Operand {
                word: file.clone(),
                access: Access::Write,
                recursive: false,
            }));
        }
        "source" | "readbuf" => wrapper.operands.extend(rest.last().map(|file| Operand {
            word: file.clone(),
            access: Access::Read,
            recursive: false,
        })),
        _ => {}
    }
    if wrapper.inner.is_empty() && name.dynamic {
        wrapper
            .inner
            .push(Inner::Dynamic("a command of `screen`".into()));
    }
}

/// screen reads `\n`, `\015`, `^M` in what it types.
fn stuffed(text: &str) -> String {
    ["\\n", "\\r", "\\015", "\\012", "^M", "^J", "\r"]
        .iter()
        .fold(text.to_owned(), |text, mark| text.replace(mark, "\n"))
}
