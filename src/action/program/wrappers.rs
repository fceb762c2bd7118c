//! Commands that run the command among their operands.

use std::ops::Range;

use super::super::shell::ShellWord;
use super::call::Call;
use super::options::{Grammar, Item, Scan, Value};
use super::wrapper_tables::{Role, Spec};
use super::{Access, Inner, Meaning, Operand, Wrapper};

/// What a wrapper of this table does with these words.
pub(super) fn wrap(call: &Call<'_>, spec: &'static Spec) -> Meaning {
    let mut wrapper = call.wrapper();
    if let Some(reason) = spec.lifts {
        wrapper.lift(format!("`{}`: {reason}", call.name));
    }
    let found = options(call, spec, &mut wrapper);
    if !found.split.is_empty() {
        return resplit(call, wrapper, found);
    }
    let rest = skip_operands(spec, &found, call, &mut wrapper);
    let own = call.args().len().saturating_sub(rest.len());
    lift_several(call, found.rest..own, &mut wrapper);
    if found.query {
        let mut leaf = call.leaf();
        leaf.inert = true;
        return Meaning::Runs(leaf);
    }
    if found.shell && !rest.is_empty() {
        join(&mut wrapper, rest);
    } else {
        wrapper.runs(rest);
    }
    if wrapper.inner.is_empty() {
        return without_command(call, wrapper, found.shell);
    }
    Meaning::Wraps(wrapper)
}

/// `env -S TEXT WORD…` is `env` with the words of the text in front of the others.
fn resplit(call: &Call<'_>, mut wrapper: Wrapper, found: Found) -> Meaning {
    let mut words = vec![ShellWord::constant("env")];
    words.extend(found.split);
    words.extend(call.args_from(found.rest).iter().cloned());
    wrapper.inner.push(Inner::Words(words));
    Meaning::Wraps(wrapper)
}

/// What the options in front of the command said.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Index in the arguments of the first operand.
    pub(super) rest: usize,
    pub(super) query: bool,
    pub(super) shell: bool,
    pub(super) edit: bool,
    pub(super) split: Vec<ShellWord>,
    pub(super) replace: Option<String>,
}

/// Reads a wrapper's own options.
pub(super) fn options(call: &Call<'_>, spec: &'static Spec, wrapper: &mut Wrapper) -> Found {
    let mut found = Found {
        rest: call.args().len(),
        ..Found::default()
    };
    let permutes = spec.skip == usize::MAX;
    let grammar = if permutes {
        Grammar::Permute
    } else {
        Grammar::OperandsEnd
    };
    let mut scan = Scan::new(call.args(), spec.opts, grammar);
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, value } => {
                option(opt.role, value, &mut found, wrapper, call);
                if !found.split.is_empty() {
                    found.rest = scan.next_index();
                    break;
                }
            }
            Item::Unknown(word) => wrapper.lift(format!(
                "`{}` has an unknown option `{}`",
                call.name, word.text
            )),
            Item::Operand(_) if permutes => {}
            Item::Operand(_) => {
                found.rest = scan.at();
                break;
            }
        }
    }
    lift_several(call, 0..found.rest, wrapper);
    found
}

/// Lifts an allow where one of the wrapper's own words may become several: another program
/// may then be first in the command.
fn lift_several(call: &Call<'_>, own: Range<usize>, wrapper: &mut Wrapper) {
    let own = call.args().get(own).unwrap_or_default();
    if let Some(word) = own.iter().find(|word| word.dynamic || word.glob) {
        wrapper.lift(format!(
            "`{}`, a word of `{}`, may be several words, and name another command",
            word.text, call.name
        ));
    }
}

fn option(
    role: Role,
    value: Option<Value<'_>>,
    found: &mut Found,
    wrapper: &mut Wrapper,
    call: &Call<'_>,
) {
    match (role, value) {
        (Role::Query, _) => found.query = true,
        (Role::Shell, _) => found.shell = true,
        (Role::Edit, _) => found.edit = true,
        (Role::Lift, _) => wrapper.lift(format!(
            "`{}` changes what the command runs with",
            call.name
        )),
        (Role::Directory, Some(value)) => {
            wrapper.directory = Some(value.word());
            wrapper.lift(format!("`{}` changes the directory", call.name));
        }
        (Role::Script, Some(value)) => wrapper.script(&value.word()),
        (Role::Split, Some(value)) => split(value, found, wrapper),
        (Role::Replace, value) => {
            found.replace =
                Some(value.map_or_else(|| "{}".to_owned(), |value| value.text.to_owned()));
        }
        (Role::Read | Role::Write, Some(value)) => wrapper.operands.push(Operand {
            word: value.word(),
            access: if role == Role::Read {
                Access::Read
            } else {
                Access::Write
            },
            recursive: false,
        }),
        _ => {}
    }
}

/// `env -S`: words by quotes and blanks, with `${NAME}` left to the run.
fn split(value: Value<'_>, found: &mut Found, wrapper: &mut Wrapper) {
    wrapper.lift("`env -S` makes words of its own");
    let words = shlex::split(value.text);
    let Some(words) = words else {
        wrapper
            .inner
            .push(Inner::Dynamic("the words of `env -S` are not known".into()));
        return;
    };
    found.split.extend(words.into_iter().map(|text| ShellWord {
        dynamic: value.dynamic || text.contains("${") || text.contains('\\'),
        glob: false,
        text,
    }));
}

fn skip_operands<'a>(
    spec: &Spec,
    found: &Found,
    call: &Call<'a>,
    wrapper: &mut Wrapper,
) -> &'a [ShellWord] {
    let skip = if spec.skip == usize::MAX {
        call.args().len()
    } else {
        spec.skip
    };
    let mut rest = call.args_from(found.rest.saturating_add(skip));
    if !spec.assigns {
        return rest;
    }
    // `env -` is `env -i`.
    if let Some((word, tail)) = rest.split_first()
        && word.text == "-"
    {
        wrapper.lift("it empties the environment");
        rest = tail;
    }
    while let Some((word, tail)) = rest.split_first() {
        let Some((name, value)) = word.text.split_once('=') else {
            break;
        };
        wrapper.assignments.push(name.to_owned());
        if !word.dynamic {
            wrapper.values.push((name.to_owned(), value.to_owned()));
        }
        rest = tail;
    }
    rest
}

/// Joins words by blanks, as `watch`, `eval` and `ssh` do, for a shell to parse.
pub(super) fn join(wrapper: &mut Wrapper, words: &[ShellWord]) {
    let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    wrapper.script(&ShellWord {
        text: text.join(" "),
        dynamic: words.iter().any(|word| word.dynamic || word.glob),
        glob: false,
    });
}

/// A wrapper with nothing to run: it does whatever the program does then.
pub(super) fn without_command(call: &Call<'_>, wrapper: Wrapper, shell: bool) -> Meaning {
    let mut leaf = call.leaf();
    leaf.operands = wrapper.operands;
    if shell
        || matches!(
            &*call.name,
            "su" | "runuser" | "script" | "chroot" | "unshare" | "nsenter"
        )
    {
        leaf.lift("it starts a shell");
        leaf.unknown("it starts a shell, which reads its commands from standard input");
    }
    Meaning::Runs(leaf)
}
