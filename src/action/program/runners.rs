//! Wrappers whose operands need more than a table: `su`, `watch`, `flock`, `parallel`, `ssh`, `busybox`.

use super::super::shell::ShellWord;
use super::call::Call;
use super::find::replaced;
use super::options::{Grammar, Item, Opt, Scan, attached, flag, value};
use super::wrapper_tables::{ENV, FLOCK, SCRIPT, SU, SUDO, WATCH};
use super::wrappers::{join, options, without_command, wrap};
use super::{Access, Inner, Meaning, Operand};

/// sudo(8); with `-e` it edits files, and `sudoedit` is that.
pub(super) fn sudo(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    let found = options(call, &SUDO, &mut wrapper);
    if !found.edit && call.name != "sudoedit" {
        return wrap(call, &SUDO);
    }
    let mut leaf = call.leaf();
    for word in call.args_from(found.rest) {
        leaf.reads(word.clone());
        leaf.writes(word.clone());
    }
    Meaning::Runs(leaf)
}

/// su(1): `su [OPTION…] [USER [ARG…]]`, the arguments being the shell's, and
/// runuser(1): `runuser -u USER COMMAND…` or as `su`.
pub(super) fn su(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift(format!("`{}` changes privilege", call.name));
    let found = options(call, &SU, &mut wrapper);
    if found.query {
        return wrap(call, &SU);
    }
    if found.edit && wrapper.inner.is_empty() {
        let mut scan = Scan::new(call.args(), RUNUSER, Grammar::OperandsEnd);
        while let Some(item) = scan.next() {
            if matches!(item, Item::Operand(_)) {
                wrapper.runs(call.args_from(scan.at()));
                break;
            }
        }
    }
    if wrapper.inner.is_empty() {
        shell_arguments(call, &mut wrapper);
    }
    if wrapper.inner.is_empty() {
        return without_command(call, wrapper, true);
    }
    Meaning::Wraps(wrapper)
}

/// `su USER -- -c SCRIPT`: the words behind `--` are the shell's.
fn shell_arguments(call: &Call<'_>, wrapper: &mut super::Wrapper) {
    let Some(at) = call.args().iter().position(|word| word.text == "--") else {
        return;
    };
    let rest = call.args_from(at + 1);
    let from = rest
        .iter()
        .position(|word| word.text.starts_with('-') && word.text != "-");
    if let Some(from) = from {
        let shell = std::iter::once(ShellWord::constant("sh"));
        let words = shell.chain(rest.iter().skip(from).cloned());
        wrapper.inner.push(Inner::Words(words.collect()));
    }
}

static RUNUSER: &[Opt<()>] = &[value(
    "-u --user -g --group -G --supp-group -w --whitelist-environment",
    (),
)];

/// watch(1) joins its operands for `sh -c`; with `-x` it runs them.
pub(super) fn watch(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    let found = options(call, &WATCH, &mut wrapper);
    let rest = call.args_from(found.rest);
    if found.query || rest.is_empty() {
        return wrap(call, &WATCH);
    }
    if found.edit {
        wrapper.runs(rest);
    } else {
        join(&mut wrapper, rest);
    }
    Meaning::Wraps(wrapper)
}

/// flock(1): `flock FILE COMMAND…` or `flock FILE -c SCRIPT`.
pub(super) fn flock(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    let found = options(call, &FLOCK, &mut wrapper);
    let rest = call.args_from(found.rest);
    let Some((file, command)) = rest.split_first() else {
        return wrap(call, &FLOCK);
    };
    if !file.text.bytes().all(|byte| byte.is_ascii_digit()) {
        wrapper.operands.push(Operand {
            word: file.clone(),
            access: Access::Write,
            recursive: false,
        });
    }
    match command {
        [option, script, ..] if matches!(option.text.as_str(), "-c" | "--command") => {
            wrapper.script(script)
        }
        _ => wrapper.runs(command),
    }
    if wrapper.inner.is_empty() {
        return without_command(call, wrapper, false);
    }
    Meaning::Wraps(wrapper)
}

static PARALLEL: &[Opt<Parallel>] = &[
    value("-a --arg-file --colsep --env --rpl", Parallel::None),
    value(
        "-j --jobs -P --max-procs -n --max-args -N --max-replace-args -L --max-lines -l -I -s --max-chars --delay --retries --timeout --halt --joblog --results --tmpdir --tempdir --load --memfree --nice --tagstring --block -d --delimiter -E --arg-sep --arg-file-sep --basefile --return --workdir --wd --tmux --compress-program --shebang --sshdelay --recstart --recend --termseq --shell",
        Parallel::None,
    ),
    value("-S --sshlogin --sshloginfile --slf", Parallel::None),
    value(
        "--results --header --trim --sql --sqlmaster --sqlworker --sqlandworker --total-jobs --filter --template --pipe-part --bibtex-file",
        Parallel::None,
    ),
    flag(
        "--tag --keep-order -k --bar --eta --progress --dry-run --linebuffer --line-buffer --lb --pipe --pipepart --bg --fg -q --quote -0 --null -X -m --xargs -u --ungroup --group --files --files0 --link --xapply --verbose -t -v --shuf -r --no-run-if-empty --resume --resume-failed --silent --plain --nonall --onall -p --interactive --no-notice --will-cite --citation --fifo --cat --tty --roundrobin --round-robin --hgrp --hostgroups --semaphore --ctag --color --latest-line --ll --unsafe --csv --joblog-append --keeporder --transfer --trc --cleanup --controlmaster -M --compress --filter-hosts",
        Parallel::None,
    ),
    flag("--help --version -h -V", Parallel::Query),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parallel {
    None,
    Query,
}

/// parallel(1): the command and its arguments are joined for a shell, once for each argument.
pub(super) fn parallel(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift("`parallel` makes the words");
    let mut scan = Scan::new(call.args(), PARALLEL, Grammar::OperandsEnd);
    let mut start = call.args().len();
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, .. } if opt.role == Parallel::Query => return call.plain(),
            // `parallel ::: A B` has no command: each argument is one.
            Item::Operand(_) => {
                start = scan.at();
                break;
            }
            _ => {}
        }
    }
    let rest = call.args_from(start);
    let split = rest
        .iter()
        .position(|word| word.text.starts_with(":::"))
        .unwrap_or(rest.len());
    let (command, arguments) = rest.split_at(split);
    let arguments = arguments.get(1..).unwrap_or_default();
    let bytes: usize = command.iter().map(|word| word.text.len() + 1).sum();
    let most = (MAX_JOINED_BYTES / bytes.max(1)).clamp(1, MAX_ARGUMENTS);
    for argument in arguments.iter().take(most) {
        let mark = command.iter().any(|word| word.text.contains("{}"));
        let mut words = replaced(command, "{}", argument);
        if !mark {
            words.push(argument.clone());
        }
        join(&mut wrapper, &words);
    }
    if arguments.is_empty() || arguments.len() > most {
        let mut words = command.to_vec();
        words.push(ShellWord {
            text: "{}".to_owned(),
            dynamic: true,
            glob: false,
            shown: false,
        });
        join(&mut wrapper, &words);
    }
    if command.is_empty() && arguments.is_empty() {
        wrapper.inner.push(Inner::Stdin);
    }
    wrapper.inner.push(Inner::Dynamic(
        "`parallel` may be given more words by its input".into(),
    ));
    Meaning::Wraps(wrapper)
}

/// How many of the arguments of `parallel` are looked at one by one.
const MAX_ARGUMENTS: usize = 32;
/// Bytes that the commands of those arguments may have, but for the first.
const MAX_JOINED_BYTES: usize = 256 * 1024;

/// A key that `-i` names is used, not shown.
static SSH: &[Opt<Ssh>] = &[
    value(
        "-B -b -c -D -e -i -I -J -L -l -m -O -o -P -p -Q -R -S -W -w",
        Ssh::None,
    ),
    value("-E", Ssh::Write),
    value("-F", Ssh::Read),
    flag("-V", Ssh::Query),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ssh {
    None,
    Read,
    Write,
    Query,
}

/// ssh(1): what runs elsewhere is out of sight, so nothing allows it; what it names counts all the same.
pub(super) fn ssh(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift(format!("`{}` runs its command elsewhere", call.name));
    let mut scan = Scan::new(call.args(), SSH, Grammar::OperandsEnd);
    let mut rest: &[ShellWord] = &[];
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, .. } if opt.role == Ssh::Query => return call.plain(),
            Item::Option {
                opt,
                value: Some(value),
            } => match opt.role {
                Ssh::Read => wrapper.operands.push(Operand {
                    word: value.word(),
                    access: Access::Read,
                    recursive: false,
                }),
                Ssh::Write => wrapper.operands.push(Operand {
                    word: value.word(),
                    access: Access::Write,
                    recursive: false,
                }),
                _ => proxy(&mut wrapper, value.text),
            },
            Item::Operand(_) => {
                rest = call.args_from(scan.next_index());
                break;
            }
            _ => {}
        }
    }
    let mut leaf = call.leaf();
    if rest.is_empty() && wrapper.inner.is_empty() {
        leaf.operands = wrapper.operands;
        leaf.lift("it opens a session elsewhere");
        return Meaning::Runs(leaf);
    }
    wrapper
        .inner
        .push(Inner::Dynamic("a command that runs elsewhere".into()));
    let dashes = usize::from(rest.first().is_some_and(|word| word.text == "--"));
    let far = rest.get(dashes..).unwrap_or_default();
    if !far.is_empty() {
        let text: Vec<&str> = far.iter().map(|word| word.text.as_str()).collect();
        let script = Inner::Script(text.join(" "));
        wrapper.inner.push(Inner::Elsewhere(Box::new(script)));
    }
    Meaning::Wraps(wrapper)
}

/// `-o ProxyCommand=…` and `-o LocalCommand=…` run here.
fn proxy(wrapper: &mut super::Wrapper, text: &str) {
    wrapper.inner.extend(setting(text).map(Inner::Script));
}

/// The command in a setting of ssh_config(5), also with `-o` in front.
pub(super) fn setting(text: &str) -> Option<String> {
    let text = text.strip_prefix("-o").unwrap_or(text);
    let (key, code) = text.split_once(['=', ' '])?;
    let key = key.trim().to_ascii_lowercase();
    matches!(
        key.as_str(),
        "proxycommand" | "localcommand" | "knownhostscommand"
    )
    .then(|| code.trim_start_matches('=').to_owned())
}

/// busybox and toybox: the first operand is the applet.
pub(super) fn busybox(call: &Call<'_>) -> Meaning {
    let args = call.args();
    let first = args.first().map_or("", |word| word.text.as_str());
    if first.is_empty() || first.starts_with('-') {
        let mut leaf = call.leaf();
        leaf.inert = matches!(first, "--list" | "--list-full" | "--help");
        return Meaning::Runs(leaf);
    }
    let mut wrapper = call.wrapper();
    wrapper.lift("an applet is not the program of its name");
    wrapper.runs(args);
    Meaning::Wraps(wrapper)
}

/// env(1) with nothing to run prints the environment.
pub(super) fn env(call: &Call<'_>) -> Meaning {
    wrap(call, &ENV)
}

static SCRIPT_VALUES: &[Opt<bool>] = &[
    value("-c --command", true),
    value(
        "-E --echo -m --logging-format -o --output-limit -I --log-in -O --log-out -B --log-io -T --log-timing",
        false,
    ),
    attached("-t --timing", false),
];

/// script(1): util-linux takes `-c`, BSD takes `FILE COMMAND…`; both write the file.
pub(super) fn script(call: &Call<'_>) -> Meaning {
    let meaning = wrap(call, &SCRIPT);
    let mut file = None;
    let mut command: &[ShellWord] = &[];
    let mut has_script = false;
    let mut scan = Scan::new(call.args(), SCRIPT_VALUES, Grammar::OperandsEnd);
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, .. } => has_script |= opt.role,
            Item::Operand(word) if file.is_none() => {
                file = Some(word);
                command = call.args_from(scan.next_index());
            }
            _ => {}
        }
    }
    let operand = file.map(|file| Operand {
        word: file.clone(),
        access: Access::Write,
        recursive: false,
    });
    match meaning {
        Meaning::Wraps(mut wrapper) => {
            wrapper.operands.extend(operand);
            Meaning::Wraps(wrapper)
        }
        Meaning::Runs(_) if !has_script && !command.is_empty() => {
            let mut wrapper = call.wrapper();
            wrapper.lift("`script` gives the command another terminal");
            wrapper.operands.extend(operand);
            wrapper.runs(command);
            Meaning::Wraps(wrapper)
        }
        Meaning::Runs(mut leaf) => {
            leaf.operands.extend(operand);
            Meaning::Runs(leaf)
        }
    }
}
