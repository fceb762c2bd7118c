//! Shells, `eval` and `source`.
//!
//! Sources: bash(1), dash(1), zshoptions(1), POSIX `sh`.

use super::super::limits::MAX_COMMAND_BYTES;
use super::super::shell::ShellWord;
use super::call::Call;
use super::wrappers::join;
use super::{Access, Inner, Meaning, Operand, Wrapper};

/// Long options of bash, zsh and fish that take the next word.
const LONG_VALUES: &[&str] = &[
    "--rcfile",
    "--init-file",
    "--emulate",
    "--init-command",
    "--features",
];

/// What a shell's options ask for.
#[derive(Debug, Default)]
struct Options<'a> {
    command: bool,
    stdin: bool,
    inert: bool,
    startup: Vec<&'a ShellWord>,
    /// Scripts that an option carries: `fish --command=SCRIPT`.
    inline: Vec<&'a str>,
    operands: &'a [ShellWord],
}

fn options(args: &[ShellWord]) -> Options<'_> {
    let mut found = Options::default();
    let mut at = 0;
    while let Some(word) = args.get(at) {
        let text = word.text.as_str();
        at += 1;
        if text == "--" || text == "-" {
            break;
        }
        if text.starts_with("--") {
            found.inert |= matches!(text, "--help" | "--version");
            found.command |= text == "--command";
            let inline = text
                .strip_prefix("--command=")
                .or_else(|| text.strip_prefix("--init-command="));
            found.inline.extend(inline);
            if LONG_VALUES.contains(&text) {
                found.startup.extend(args.get(at));
                at += 1;
            }
        } else if text.len() > 1 && text.starts_with(['-', '+']) {
            found.command |= text.starts_with('-') && text.contains('c');
            found.stdin |= text.contains('s');
            // Each `o` or `O` of a cluster takes a word of its own: `-euo pipefail -c`.
            at += text
                .chars()
                .filter(|letter| matches!(letter, 'o' | 'O'))
                .count();
        } else {
            at -= 1;
            break;
        }
    }
    found.operands = args.get(at..).unwrap_or_default();
    found
}

/// What `sh`, `bash` and their like do with these words.
pub(super) fn shell(call: &Call<'_>) -> Meaning {
    let found = options(call.args());
    if found.inert {
        let mut leaf = call.leaf();
        leaf.inert = true;
        return Meaning::Runs(leaf);
    }
    let mut wrapper = call.wrapper();
    for file in found.startup {
        wrapper.operands.push(read(file));
        wrapper.inner.push(Inner::Dynamic("a start-up file".into()));
    }
    for script in &found.inline {
        wrapper.script(&ShellWord::constant(*script));
    }
    match found.operands.first() {
        Some(script) if found.command => {
            wrapper.name = format!("{} -c", call.name);
            command(
                &mut wrapper,
                script,
                found.operands.get(1..).unwrap_or_default(),
            );
        }
        None if found.command => {}
        _ if !found.inline.is_empty() => {}
        Some(script) if !found.stdin => file(&mut wrapper, script),
        _ => wrapper.inner.push(Inner::Stdin),
    }
    if wrapper.inner.is_empty() {
        return call.plain();
    }
    Meaning::Wraps(wrapper)
}

/// `sh -c SCRIPT NAME ARG…`: the script may use its arguments, which are words of this line.
fn command(wrapper: &mut Wrapper, script: &ShellWord, args: &[ShellWord]) {
    wrapper.script(script);
    if uses_arguments(&script.text) {
        let length: usize = args.iter().map(|word| word.text.len() + 1).sum();
        let uses = script.text.matches('$').count();
        if length.saturating_mul(uses) > MAX_COMMAND_BYTES {
            wrapper.inner.push(Inner::Dynamic(
                "its arguments make the script too long".into(),
            ));
            wrapper.lift("the script uses its arguments");
            return;
        }
        let substituted = substitute(&script.text, args);
        if substituted != script.text {
            wrapper.inner.push(Inner::Script(substituted));
        }
        wrapper.lift("the script uses its arguments");
    }
}

fn uses_arguments(script: &str) -> bool {
    script.contains("$@")
        || script.contains("$*")
        || script.contains("${")
        || script
            .split('$')
            .skip(1)
            .any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The script with its arguments in place, each quoted so that it stays one word where `"$1"` was.
fn substitute(script: &str, args: &[ShellWord]) -> String {
    let all = args.get(1..).unwrap_or_default();
    let all: Vec<&str> = all.iter().map(|word| word.text.as_str()).collect();
    let all = all.join(" ");
    let mut text = script.to_owned();
    for name in ["\"$@\"", "\"${@}\"", "\"$*\"", "$@", "$*", "${@}", "${*}"] {
        text = text.replace(name, &all);
    }
    for (index, word) in args.iter().take(10).enumerate() {
        text = text.replace(&format!("${{{index}}}"), &word.text);
        text = text.replace(&format!("${index}"), &word.text);
    }
    text
}

fn read(word: &ShellWord) -> Operand {
    Operand {
        word: word.clone(),
        access: Access::Read,
        recursive: false,
    }
}

fn file(wrapper: &mut Wrapper, script: &ShellWord) {
    if matches!(
        script.text.as_str(),
        "/dev/stdin" | "/proc/self/fd/0" | "/dev/fd/0"
    ) {
        wrapper.inner.push(Inner::Stdin);
        return;
    }
    if script.text.starts_with("<(") {
        wrapper.inner.push(Inner::Process(script.text.clone()));
    }
    wrapper.operands.push(read(script));
    wrapper
        .inner
        .push(Inner::Dynamic(format!("the script `{}`", script.text)));
}

/// bash(1): `eval`
pub(super) fn eval(call: &Call<'_>) -> Meaning {
    let mut args = call.args();
    if args.first().is_some_and(|word| word.text == "--") {
        args = args.get(1..).unwrap_or_default();
    }
    let mut wrapper = call.wrapper();
    if args.is_empty() {
        return call.plain();
    }
    join(&mut wrapper, args);
    Meaning::Wraps(wrapper)
}

/// bash(1): `source` and `.`
pub(super) fn source(call: &Call<'_>) -> Meaning {
    let mut args = call.args();
    if args.first().is_some_and(|word| word.text == "--") {
        args = args.get(1..).unwrap_or_default();
    }
    let Some(script) = args.first() else {
        return call.plain();
    };
    let mut wrapper = call.wrapper();
    file(&mut wrapper, script);
    Meaning::Wraps(wrapper)
}
