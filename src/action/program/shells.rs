//! Shells, `eval` and `source`.
//!
//! Scripts are followed as bash would read them. That says what another shell may run, never
//! what it runs: what differs is unknown.
//!
//! Sources: bash(1), dash(1), zshoptions(1), fish(1), about_Pwsh, POSIX `sh`.

use super::super::shell::ShellWord;
use super::call::Call;
use super::effects::activated;
use super::shell_options::options;
use super::wrappers::join;
use super::{Access, Inner, Meaning, Operand, Runs, Script};

/// How a shell reads a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// As it is followed here.
    Bash,
    /// As bash does, if the script keeps to what POSIX knows.
    Posix,
    /// In a way of its own.
    Other,
    /// Like [`Self::Other`], with options that bash doesn't have.
    Windows,
}

/// Shells by name, without their version.
const SHELLS: &[(&str, Dialect)] = &[
    ("bash", Dialect::Bash),
    ("rbash", Dialect::Bash),
    ("sh", Dialect::Posix),
    ("dash", Dialect::Posix),
    ("ash", Dialect::Posix),
    ("hush", Dialect::Other),
    ("posh", Dialect::Other),
    ("ksh", Dialect::Other),
    ("rksh", Dialect::Other),
    ("pdksh", Dialect::Other),
    ("mksh", Dialect::Other),
    ("lksh", Dialect::Other),
    ("oksh", Dialect::Other),
    ("loksh", Dialect::Other),
    ("yash", Dialect::Other),
    ("zsh", Dialect::Other),
    ("rzsh", Dialect::Other),
    ("fish", Dialect::Other),
    ("csh", Dialect::Other),
    ("tcsh", Dialect::Other),
    ("rc", Dialect::Other),
    ("es", Dialect::Other),
    ("elvish", Dialect::Other),
    ("nu", Dialect::Other),
    ("xonsh", Dialect::Other),
    ("osh", Dialect::Other),
    ("ysh", Dialect::Other),
    ("oil", Dialect::Other),
    ("murex", Dialect::Other),
    ("brush", Dialect::Other),
    ("pwsh", Dialect::Windows),
    ("pwsh-preview", Dialect::Windows),
    ("powershell", Dialect::Windows),
    ("cmd", Dialect::Windows),
];

/// `zsh-5.9`, `bash5`, `sh.distrib`, `bash-static`: the shell without what tells it from another.
fn dialect(name: &str) -> Option<Dialect> {
    let found = |name: &str| SHELLS.iter().find(|(known, _)| *known == name);
    let base = name
        .strip_suffix(".distrib")
        .or_else(|| name.strip_suffix("-static"))
        .unwrap_or(name);
    let base = base.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    found(name)
        .or_else(|| found(base))
        .map(|(_, dialect)| *dialect)
}

/// Whether a program is a shell, also with a version in its name.
pub(super) fn is_shell(name: &str) -> bool {
    dialect(name).is_some()
}

/// What `sh`, `bash` and others like them do with these words.
pub(super) fn shell(call: &Call<'_>) -> Meaning {
    let dialect = dialect(&call.name).unwrap_or(Dialect::Other);
    if dialect == Dialect::Windows {
        return windows(call);
    }
    let found = options(call.args());
    if found.inert {
        let mut leaf = call.leaf();
        leaf.inert = true;
        return Meaning::Runs(leaf);
    }
    let mut wrapper = call.wrapper();
    if let Some(option) = found.changes {
        changed(
            &mut wrapper,
            &format!("`{option}` changes how it reads commands"),
        );
    }
    if dialect == Dialect::Other {
        changed(
            &mut wrapper,
            "it is not bash, and may read commands in another way",
        );
    }
    for file in found.startup {
        wrapper.operands.push(read(file));
        wrapper.inner.push(Inner::Dynamic("a start-up file".into()));
    }
    for script in &found.inline {
        wrapper.script(&ShellWord::constant(*script));
    }
    let portable = dialect == Dialect::Posix;
    match found.operands.first() {
        Some(script) if found.command => {
            wrapper.name = format!("{} -c", call.name);
            let rest = found.operands.get(1..).unwrap_or_default();
            command(&mut wrapper, script, rest, portable);
        }
        None if found.command => {}
        _ if !found.inline.is_empty() => {}
        Some(script) if !found.stdin => file(&mut wrapper, script),
        arguments => {
            // The script's `$0` is the shell.
            let mut all = vec![ShellWord::constant(&*call.name)];
            all.extend(
                arguments
                    .into_iter()
                    .chain(found.operands.iter().skip(1))
                    .cloned(),
            );
            wrapper.inner.push(Inner::Called(Script {
                text: None,
                arguments: all,
                portable,
            }));
        }
    }
    if wrapper.inner.is_empty() {
        return call.plain();
    }
    if found.reads {
        return checked(call, wrapper);
    }
    Meaning::Wraps(wrapper)
}

/// `bash -n`: a script that is only read.
fn checked(call: &Call<'_>, wrapper: super::Wrapper) -> Meaning {
    let mut leaf = call.leaf();
    leaf.inert = true;
    leaf.operands = wrapper.operands;
    leaf.lift("it reads a script");
    Meaning::Runs(leaf)
}

fn changed(wrapper: &mut super::Wrapper, reason: &str) {
    wrapper.lift(format!("`{}`: {reason}", wrapper.name));
    wrapper.inner.push(Inner::Dynamic(reason.to_owned()));
}

/// `sh -c SCRIPT NAME ARG…`: the script may use its arguments, which are words of this line.
fn command(wrapper: &mut super::Wrapper, script: &ShellWord, args: &[ShellWord], portable: bool) {
    wrapper.inner.push(Inner::Called(Script {
        text: Some(script.text.clone()),
        arguments: args.to_vec(),
        portable,
    }));
    if script.dynamic {
        wrapper.inner.push(Inner::Dynamic(
            "part of the script is known only at run time".into(),
        ));
    }
    if uses_arguments(&script.text) {
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

/// `pwsh -Command WORD…`, `cmd /c WORD…`: the words are the script.
fn windows(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    changed(
        &mut wrapper,
        "it is not bash, and may read commands in another way",
    );
    let args = call.args();
    let asks = |word: &ShellWord| {
        let text = word.text.to_ascii_lowercase();
        let option = text.trim_start_matches(['-', '/']);
        option != text
            && !option.is_empty()
            && ("command".starts_with(option) || matches!(option, "k" | "r"))
    };
    let script = match args.iter().position(asks) {
        Some(at) => args.get(at + 1..).unwrap_or_default(),
        // Windows PowerShell takes its first operand for a command.
        None => {
            let options = args
                .iter()
                .take_while(|word| word.text.starts_with(['-', '/']));
            args.get(options.count()..).unwrap_or_default()
        }
    };
    if script.is_empty() {
        return Meaning::Wraps(wrapper);
    }
    wrapper.name = format!("{} -c", call.name);
    join(&mut wrapper, script);
    Meaning::Wraps(wrapper)
}

/// Text that shells read in ways of their own.
const BEYOND_POSIX: &[&str] = &[
    "\\", "$'", "$\"", "$[", "((", "[[", "<(", ">(", "<<<", "&>", "|&", "=(", "+=", "!(", "@(",
    "?(", "*(", "+(",
];

/// Words that are reserved in some shells, or builtins only there.
const BEYOND_POSIX_WORDS: &[&str] = &[
    "function", "select", "time", "coproc", "repeat", "foreach", "source", "declare", "typeset",
    "let", "enable", "shopt",
];

/// Whether each POSIX shell reads a script as bash does.
#[must_use]
pub fn is_portable(script: &str) -> bool {
    let braces = script.split('{').skip(1).zip(script.split('{'));
    let mut braces = braces.map(|(after, before)| {
        before.ends_with('$')
            && after.split_once('}').is_some_and(|(name, _)| {
                name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            })
            || after.starts_with([' ', '\n'])
    });
    let mut words = script.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    !BEYOND_POSIX.iter().any(|text| script.contains(text))
        && braces.all(|known| known)
        && !words.any(|word| BEYOND_POSIX_WORDS.contains(&word))
        && !script
            .split(">&")
            .skip(1)
            .any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
}

fn read(word: &ShellWord) -> Operand {
    Operand {
        word: word.clone(),
        access: Access::Read,
        recursive: false,
    }
}

fn is_stdin(file: &ShellWord) -> bool {
    let names = ["/dev/stdin", "/proc/self/fd/0", "/dev/fd/0"];
    names.contains(&file.text.as_str())
}

fn file(wrapper: &mut super::Wrapper, script: &ShellWord) {
    if is_stdin(script) {
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
    wrapper.runs = Runs::Here;
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
    if activated(call.words).is_some() {
        let mut leaf = call.leaf();
        leaf.operands.push(read(script));
        return Meaning::Runs(leaf);
    }
    let mut wrapper = call.wrapper();
    wrapper.runs = Runs::Here;
    if is_stdin(script) {
        let arguments = args.get(1..).unwrap_or_default();
        wrapper.inner.push(Inner::Called(Script {
            text: None,
            arguments: arguments.to_vec(),
            portable: false,
        }));
        return Meaning::Wraps(wrapper);
    }
    file(&mut wrapper, script);
    Meaning::Wraps(wrapper)
}
