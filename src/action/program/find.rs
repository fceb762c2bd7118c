//! `find`, `fd` and `xargs`: commands whose inner words come from what is found.
//!
//! Sources: find(1) and xargs(1) of GNU findutils, fd(1).

use super::super::limits::{MAX_COMMAND_BYTES, MAX_PATH_BYTES};
use super::super::shell::ShellWord;
use super::call::Call;
use super::find_exec;
use super::shown::handed_on;
use super::wrapper_tables::XARGS;
use super::wrappers::options;
use super::{Access, Inner, Meaning, Operand, Wrapper};

fn found_later() -> ShellWord {
    ShellWord {
        text: "{}".to_owned(),
        dynamic: true,
        glob: false,
        shown: false,
    }
}

/// The words with the mark of a found name (`{}`) replaced by `by`. Words that would
/// grow past a path's limit, or past a command's all together, stay as they are, and dynamic.
pub(super) fn replaced(words: &[ShellWord], mark: &str, by: &ShellWord) -> Vec<ShellWord> {
    let mut room = MAX_COMMAND_BYTES;
    words
        .iter()
        .map(|word| {
            if mark.is_empty() || !word.text.contains(mark) {
                return word.clone();
            }
            let marks = word.text.matches(mark).count();
            let added = marks.saturating_mul(by.text.len());
            let left = room.checked_sub(added);
            room = left.unwrap_or(room);
            if left.is_none() || added > MAX_PATH_BYTES {
                return ShellWord {
                    dynamic: true,
                    ..word.clone()
                };
            }
            ShellWord {
                text: word.text.replace(mark, &by.text),
                dynamic: word.dynamic || by.dynamic,
                glob: word.glob || by.glob,
                shown: false,
            }
        })
        .collect()
}

/// `find [PATH…] [EXPRESSION]`
pub(super) fn find(call: &Call<'_>) -> Meaning {
    if let Some(words) = find_exec::each(call.args()) {
        let mut wrapper = call.wrapper();
        wrapper.name = "find -exec".to_owned();
        wrapper.inner.push(Inner::Words(words));
        return Meaning::Wraps(wrapper);
    }
    let args = call.args();
    let start = args
        .iter()
        .take_while(|word| matches!(word.text.as_str(), "-H" | "-L" | "-P"))
        .count();
    let paths: Vec<&ShellWord> = args
        .iter()
        .skip(start)
        .take_while(|word| !word.text.starts_with('-') && !matches!(word.text.as_str(), "(" | "!"))
        .collect();
    let mut wrapper = call.wrapper();
    wrapper.lift("`find` chooses the words");
    let names = named(args, &paths);
    // Without a name to look for, the starting points are found too.
    let roots: Vec<ShellWord> = paths
        .iter()
        .take(MAX_NAMES)
        .map(|path| (*path).clone())
        .collect();
    let mut at = start + paths.len();
    let mut room = MAX_EXEC_BYTES;
    while let Some(word) = args.get(at) {
        at += 1;
        match word.text.as_str() {
            action @ ("-exec" | "-execdir" | "-ok" | "-okdir") => {
                let rest = args.get(at..).unwrap_or_default();
                let length = end_of_command(rest);
                let command = rest.get(..length).unwrap_or_default();
                wrapper.name = format!("find {action}");
                let names = if names.is_empty() { &roots } else { &names };
                exec(&mut wrapper, command, names, &mut room);
                at += length + 1;
            }
            "-delete" => delete(&mut wrapper, &paths, &names),
            "-fprint" | "-fprint0" | "-fls" | "-fprintf" => {
                push(&mut wrapper, args.get(at), Access::Write);
                at += 1;
            }
            "-files0-from" => push(&mut wrapper, args.get(at), Access::Read),
            "-name" | "-iname" | "-path" | "-ipath" | "-wholename" | "-regex" | "-iregex"
            | "-newer" | "-perm" | "-type" | "-size" | "-user" | "-group" => at += 1,
            _ => {}
        }
    }
    if wrapper.inner.is_empty() {
        let mut leaf = call.leaf();
        leaf.operands = wrapper.operands;
        return Meaning::Runs(leaf);
    }
    Meaning::Wraps(wrapper)
}

/// The index of `;`, or of a `+` right behind `{}`.
pub(super) fn end_of_command(words: &[ShellWord]) -> usize {
    let mut before = "";
    words
        .iter()
        .position(|word| {
            let text = word.text.as_str();
            let previous = std::mem::replace(&mut before, text);
            matches!(text, ";" | "\\;") || (text == "+" && previous == "{}")
        })
        .unwrap_or(words.len())
}

/// What `-name` says that found files are called, below each starting point.
fn named(args: &[ShellWord], paths: &[&ShellWord]) -> Vec<ShellWord> {
    let dot = ShellWord::constant(".");
    let roots: Vec<&ShellWord> = if paths.is_empty() {
        vec![&dot]
    } else {
        paths.to_vec()
    };
    let names = args.windows(2).filter_map(|pair| match pair {
        [option, name] if matches!(option.text.as_str(), "-name" | "-iname") => Some(name),
        _ => None,
    });
    let paths_given = args.windows(2).filter_map(|pair| match pair {
        [option, path]
            if matches!(
                option.text.as_str(),
                "-path" | "-ipath" | "-wholename" | "-iwholename"
            ) =>
        {
            Some(ShellWord {
                glob: path.glob || path.text.contains(['*', '?', '[']),
                ..path.clone()
            })
        }
        _ => None,
    });
    let mut found: Vec<ShellWord> = paths_given.take(MAX_NAMES).collect();
    // A line of many names and many roots would make their product; past a few it says no more.
    let named = names
        .take(MAX_NAMES)
        .flat_map(|name| roots.iter().take(MAX_NAMES).map(move |root| (root, name)))
        .map(|(root, name)| ShellWord {
            text: format!("{}/{}", root.text.trim_end_matches('/'), name.text),
            dynamic: root.dynamic || name.dynamic,
            glob: root.glob || name.text.contains(['*', '?', '[']),
            shown: false,
        });
    found.extend(named);
    found
}

/// How many names and starting points are combined.
const MAX_NAMES: usize = 16;

/// Bytes of the commands that all `-exec` of one `find` may become by the names that are put
/// into them.
const MAX_EXEC_BYTES: usize = 2 * MAX_COMMAND_BYTES;
/// How many times its own bytes one `-exec` may become, and what any may become.
const EXEC_GROWTH: usize = 32;
const MIN_ROOM: usize = 1024;

/// `all` is what is left of [`MAX_EXEC_BYTES`].
fn exec(wrapper: &mut Wrapper, command: &[ShellWord], names: &[ShellWord], all: &mut usize) {
    if command.is_empty() {
        return;
    }
    // As many names as a command of this length may become: long ones are cut short first.
    let own: usize = command.iter().map(|word| word.text.len() + 1).sum();
    let marks = command.iter().map(|word| word.text.matches("{}").count());
    let marks: usize = marks.sum();
    let mut room = own
        .saturating_mul(EXEC_GROWTH)
        .saturating_add(MIN_ROOM)
        .min(*all);
    for name in names {
        let size = own.saturating_add(marks.saturating_mul(name.text.len()));
        let Some(left) = room.checked_sub(size) else {
            continue;
        };
        room = left;
        *all = all.saturating_sub(size);
        wrapper
            .inner
            .push(Inner::Words(replaced(command, "{}", name)));
    }
    wrapper
        .inner
        .push(Inner::Words(replaced(command, "{}", &found_later())));
}

fn delete(wrapper: &mut Wrapper, paths: &[&ShellWord], names: &[ShellWord]) {
    let operand = |word: ShellWord| Operand {
        word,
        access: Access::Write,
        recursive: true,
    };
    if names.is_empty() {
        wrapper
            .operands
            .extend(paths.iter().map(|path| operand((*path).clone())));
        if paths.is_empty() {
            wrapper.operands.push(operand(ShellWord::constant(".")));
        }
    }
    wrapper.operands.extend(names.iter().cloned().map(operand));
}

fn push(wrapper: &mut Wrapper, word: Option<&ShellWord>, access: Access) {
    wrapper.operands.extend(word.map(|word| Operand {
        word: word.clone(),
        access,
        recursive: false,
    }));
}

/// `xargs [OPTION…] [COMMAND [ARG…]]`
pub(super) fn xargs(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    let found = options(call, &XARGS, &mut wrapper);
    let command = call.args_from(found.rest);
    if found.query || command.is_empty() {
        let mut leaf = call.leaf();
        leaf.inert = found.query;
        leaf.operands = wrapper.operands;
        return Meaning::Runs(leaf);
    }
    let mut words = match found.replace {
        Some(mark) => replaced(command, &mark, &found_later()),
        None => {
            let mut words = command.to_vec();
            words.push(found_later());
            words
        }
    };
    // What comes from standard input is of the line's own making.
    let shown = handed_on(&words);
    for (word, shown) in words.iter_mut().zip(shown) {
        word.shown = word.dynamic && shown;
    }
    if words.iter().any(ShellWord::is_open) {
        wrapper.lift("`xargs` adds words at run time; `find … -exec` shows which");
    }
    wrapper.inner.push(Inner::Words(words));
    Meaning::Wraps(wrapper)
}

/// fd: `fd [PATTERN [PATH…]] -x CMD…`, `-X CMD…`, up to `;`; found names replace `{}`.
pub(super) fn fd(call: &Call<'_>) -> Meaning {
    let args = call.args();
    let is_exec =
        |word: &ShellWord| matches!(word.text.as_str(), "-x" | "--exec" | "-X" | "--exec-batch");
    let mut wrapper = call.wrapper();
    wrapper.lift("`fd` chooses the words");
    let later = found_later();
    let found = literal(args.iter().take_while(|word| !is_exec(word)));
    let mut at = 0;
    while let Some(start) = args
        .get(at..)
        .and_then(|rest| rest.iter().position(is_exec))
    {
        let rest = args.get(at + start + 1..).unwrap_or_default();
        let end = rest
            .iter()
            .position(|word| matches!(word.text.as_str(), ";" | "\\;"));
        let command = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        if !command.is_empty() {
            let each = found.iter().chain(std::iter::once(&later));
            wrapper
                .inner
                .extend(each.map(|name| Inner::Words(placed(command, name))));
        }
        at += start + 1 + end.unwrap_or(rest.len());
    }
    if wrapper.inner.is_empty() {
        return call.plain();
    }
    Meaning::Wraps(wrapper)
}

/// The command with a found name instead of `{}`, or behind it.
fn placed(command: &[ShellWord], name: &ShellWord) -> Vec<ShellWord> {
    let mut words = replaced(command, "{}", name);
    if !command.iter().any(|word| word.text.contains('{')) {
        words.push(name.clone());
    }
    words
}

/// The pattern, where it says no more than a name: `^\.env$`, `.env`.
fn literal<'a>(mut words: impl Iterator<Item = &'a ShellWord>) -> Option<ShellWord> {
    let pattern = words.find(|word| !word.text.starts_with('-'))?;
    let text = pattern.text.trim_start_matches('^').trim_end_matches('$');
    let text = text.replace("\\.", ".");
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    (text.chars().all(plain) && text.len() > 1).then(|| ShellWord {
        text,
        ..pattern.clone()
    })
}
