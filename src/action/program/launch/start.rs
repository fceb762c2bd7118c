//! The walk from a launcher's words to the command that it starts.

use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, Value, has_names_behind_one_dash};
use super::super::word_list::each;
use super::super::wrappers::join;
use super::super::{Access, Inner, Meaning, Operand, Wrapper};
use super::hold::{self, Own};
use super::table::{Launch, Place, Role, Start, Takes};
use crate::action::shell::ShellWord;

/// What the options in front of a command said.
#[derive(Debug, Default)]
struct Found<'a> {
    /// What the launcher's own words mean for an allow.
    own: Own,
    /// Where the operands begin, among the program's arguments.
    rest: Option<usize>,
    /// An option that the table doesn't know is right in front: `rest` may be its value.
    doubtful: bool,
    /// `--` was in front of the operands.
    dashed: bool,
    query: bool,
    shell: bool,
    program: Option<Value<'a>>,
}

/// What a launcher of this table starts, if its words start something.
pub(super) fn follow(call: &Call<'_>, launch: &'static Launch) -> Option<Meaning> {
    launch.starts.iter().find_map(|start| {
        let at = subcommand(call.args(), launch, start)?;
        run(call, launch, start, at)
    })
}

/// The index behind the subcommand, if these words hold it.
fn subcommand(args: &[ShellWord], launch: &Launch, start: &Start) -> Option<usize> {
    let mut at = 0;
    for name in each(start.under).filter(|name| !name.is_empty()) {
        at = behind(args, at, launch.globals, start.opts, name)?;
    }
    Some(at)
}

/// The index behind the next operand, if that is `name`. An option that no table knows may
/// have a value, so that the operand behind that counts too.
fn behind(
    args: &[ShellWord],
    from: usize,
    globals: &'static [Opt<Role>],
    opts: &'static [Opt<Role>],
    name: &[u8],
) -> Option<usize> {
    let mut at = from;
    let mut doubtful = false;
    while let Some(word) = args.get(at).filter(|_| at < MAX_IN_FRONT) {
        let text = word.text.as_str();
        if !text.starts_with('-') || text == "-" {
            if text.as_bytes() == name {
                return Some(at + 1);
            }
            if !std::mem::take(&mut doubtful) {
                return None;
            }
            at += 1;
            continue;
        }
        if text == "--" {
            return None;
        }
        at = [globals, opts]
            .into_iter()
            .find_map(|table| known_option(args, at, table))
            .unwrap_or_else(|| {
                doubtful = !text.contains('=');
                at + 1
            });
    }
    None
}

/// How many words may be in front of a subcommand.
const MAX_IN_FRONT: usize = 64;

/// The index behind an option of the table, its value included.
pub(super) fn known_option(
    args: &[ShellWord],
    at: usize,
    table: &'static [Opt<Role>],
) -> Option<usize> {
    let rest = args.get(at..)?;
    let mut scan = Scan::new(rest, table, grammar(table));
    match scan.next()? {
        Item::Option { .. } => Some(at + scan.next_index()),
        _ => None,
    }
}

/// Tables with names such as `-prefix` are of programs that read options as Go's `flag` does.
pub(super) fn grammar(table: &'static [Opt<Role>]) -> Grammar {
    if has_names_behind_one_dash(table) {
        Grammar::Go
    } else {
        Grammar::OperandsEnd
    }
}

fn run(
    call: &Call<'_>,
    launch: &'static Launch,
    start: &'static Start,
    at: usize,
) -> Option<Meaning> {
    let mut wrapper = call.wrapper();
    wrapper.lift(format!("`{}` chooses what runs", call.name));
    if !start.under.is_empty() {
        wrapper.name = format!("{} {}", call.name, start.under);
    }
    let mut found = operands(call, start, at, &mut wrapper);
    if found.query {
        let mut leaf = call.leaf();
        leaf.inert = true;
        return Some(Meaning::Runs(leaf));
    }
    if let Some(rest) = found.rest {
        commands(call, start, &found, rest, &mut wrapper);
    }
    if start.is_held {
        let mut own = std::mem::take(&mut found.own);
        own.in_front(call, (launch, start), at, &mut wrapper);
        own.operands(call, start.takes, found.rest);
        if let Some(leaf) = hold::held(call, own, &mut wrapper) {
            return Some(Meaning::Runs(leaf));
        }
    }
    match start.place {
        Place::Elsewhere => Some(far(call, wrapper)),
        Place::Here if wrapper.inner.is_empty() => Some(nothing(call, wrapper)),
        Place::Here => Some(Meaning::Wraps(wrapper)),
    }
}

/// Reads the options and the operands in front of the command.
fn operands<'a>(
    call: &Call<'a>,
    start: &'static Start,
    from: usize,
    wrapper: &mut Wrapper,
) -> Found<'a> {
    let mut found = Found::default();
    let (mut at, mut left) = (from, start.skip);
    'again: loop {
        let mut scan = Scan::new(call.args_from(at), start.opts, grammar(start.opts));
        let mut unknown = None;
        let mut operand = None;
        while let Some(item) = scan.next() {
            match item {
                Item::Operand(_) => {
                    operand = Some(at + scan.at());
                    break;
                }
                Item::Option { opt, value } if opt.role == Role::Rest => {
                    let index = at + scan.next_index();
                    let attached = value.is_some_and(|value| !stands_alone(call, index, value));
                    rest_behind(call, index, attached.then_some(value).flatten(), wrapper);
                    return found;
                }
                Item::Option { opt, .. } if opt.role == Role::Two => {
                    at += scan.next_index() + 1;
                    found.own.lifts = true;
                    continue 'again;
                }
                Item::Option { opt, value } => {
                    let words = call.args().get(at + scan.at()..at + scan.next_index());
                    found.own.option(opt, words.unwrap_or_default());
                    option(opt.role, value, &mut found, wrapper);
                }
                Item::Unknown(word) => {
                    found.own.lifts = true;
                    found.query |= matches!(word.text.as_str(), "--help" | "--version");
                    unknown = (!word.text.contains('=')).then(|| at + scan.next_index());
                }
            }
        }
        let Some(operand) = operand else {
            return found;
        };
        let dashes = call.args().get(at..operand).unwrap_or_default();
        found.dashed |= dashes.last().is_some_and(|word| word.text == "--");
        if left > 0 && !found.dashed {
            left -= 1;
            at = operand + 1;
            continue;
        }
        found.rest = Some(operand);
        found.doubtful = unknown == Some(operand);
        return found;
    }
}

/// The value is the whole word in front of `index`.
fn stands_alone(call: &Call<'_>, index: usize, value: Value<'_>) -> bool {
    index
        .checked_sub(1)
        .and_then(|before| call.args().get(before))
        .is_some_and(|word| word.text == value.text)
}

/// `-c CMD ARG…`: the command is the option's value and what follows.
fn rest_behind(call: &Call<'_>, index: usize, attached: Option<Value<'_>>, wrapper: &mut Wrapper) {
    let words: Vec<ShellWord> = match attached {
        Some(value) => std::iter::once(value.word())
            .chain(call.args_from(index).iter().cloned())
            .collect(),
        None => call.args_from(index.saturating_sub(1)).to_vec(),
    };
    match words.as_slice() {
        [one] if one.text.contains(' ') => wrapper.script(one),
        words => wrapper.runs(words),
    }
}

fn option<'a>(role: Role, value: Option<Value<'a>>, found: &mut Found<'a>, wrapper: &mut Wrapper) {
    match (role, value) {
        (Role::Query, _) => found.query = true,
        (Role::Shell, _) => found.shell = true,
        (Role::Script, Some(value)) => wrapper.script(&value.word()),
        (Role::Program, value) => found.program = value,
        (Role::Directory, Some(value)) => wrapper.directory = Some(value.word()),
        (Role::Read | Role::Write, Some(value)) if value.text != "-" => {
            wrapper.operands.push(Operand {
                word: value.word(),
                access: if role == Role::Read {
                    Access::Read
                } else {
                    Access::Write
                },
                recursive: false,
            });
        }
        _ => {}
    }
}

fn commands(call: &Call<'_>, start: &Start, found: &Found<'_>, rest: usize, wrapper: &mut Wrapper) {
    let words = without_assignments(call.args_from(rest), wrapper);
    if let Some(program) = found.program.filter(|value| !value.text.is_empty()) {
        let mut command = vec![program.word()];
        // The image is in front of the arguments.
        let image = usize::from(start.takes == Takes::Package);
        command.extend(words.iter().skip(image).cloned());
        wrapper.inner.push(Inner::Words(command));
        return;
    }
    let takes = match (start.takes, found.shell) {
        (Takes::Shell, true) => Takes::Words,
        (Takes::Words, true) => Takes::Shell,
        (takes, _) => takes,
    };
    let behind = words.iter().position(|word| word.text == "--");
    match takes {
        Takes::Words => wrapper.runs(words),
        Takes::Shell => join(wrapper, words),
        Takes::OneForShell => match words {
            [one] => wrapper.script(one),
            words => wrapper.runs(words),
        },
        Takes::Each => words
            .iter()
            .take(MAX_COMMANDS)
            .for_each(|word| wrapper.script(word)),
        Takes::Package => package(words, wrapper),
        Takes::Dashes if found.dashed => wrapper.runs(words),
        Takes::Dashes => wrapper.runs(from(words, behind.map_or(words.len(), |at| at + 1))),
        Takes::Tools if found.dashed => wrapper.runs(words),
        Takes::Tools => tools(words, behind, wrapper),
        Takes::Nothing => {}
    }
    // `hatch run ENV:CMD`
    if let Some((first, rest)) = words.split_first()
        && call.name == "hatch"
        && let Some((_, program)) = first.text.split_once(':')
    {
        let mut command = vec![ShellWord::constant(program)];
        command.extend(rest.iter().cloned());
        wrapper.inner.push(Inner::Words(command));
    }
    if found.doubtful && matches!(takes, Takes::Words | Takes::Package) {
        let later = Inner::Words(from(words, 1).to_vec());
        wrapper.inner.push(Inner::Tried(Box::new(later)));
    }
    // The words behind a later `--` may be the command after all.
    if let (true, Some(at), Takes::Words | Takes::Shell) = (!found.dashed, behind, takes) {
        let later = Inner::Words(from(words, at + 1).to_vec());
        wrapper.inner.push(Inner::Tried(Box::new(later)));
    }
}

/// `cross-env A=1 CMD`: the words in front of a command set variables.
fn without_assignments<'a>(words: &'a [ShellWord], wrapper: &mut Wrapper) -> &'a [ShellWord] {
    let set = |word: &&ShellWord| {
        let name = word.text.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
    };
    let count = words.iter().take_while(set).count();
    let names = words
        .iter()
        .take(count)
        .filter_map(|word| word.text.split_once('='));
    wrapper
        .assignments
        .extend(names.map(|(name, _)| name.to_owned()));
    from(words, count)
}

/// How many commands of one line are followed, where each word is one.
const MAX_COMMANDS: usize = 32;

fn from(words: &[ShellWord], at: usize) -> &[ShellWord] {
    words.get(at..).unwrap_or_default()
}

/// `NAME@VERSION ARG…`, `nixpkgs#NAME -- ARG…`
fn package(words: &[ShellWord], wrapper: &mut Wrapper) {
    let Some((first, rest)) = words.split_first() else {
        return;
    };
    let name = ShellWord {
        text: package_name(&first.text).to_owned(),
        ..first.clone()
    };
    let dashes = usize::from(rest.first().is_some_and(|word| word.text == "--"));
    let mut command = vec![name];
    command.extend(from(rest, dashes).iter().cloned());
    wrapper.inner.push(Inner::Words(command));
}

/// `mise exec node@20 terraform@1.9 -- CMD…`; a tool in front of its own arguments counts too.
fn tools(words: &[ShellWord], behind: Option<usize>, wrapper: &mut Wrapper) {
    let Some(at) = behind else {
        wrapper.runs(words);
        return;
    };
    let command = from(words, at + 1);
    wrapper.runs(command);
    if let Some(tool) = words.first().filter(|_| at == 1) {
        let name = ShellWord {
            text: package_name(&tool.text).to_owned(),
            ..tool.clone()
        };
        let words = std::iter::once(name).chain(command.iter().cloned());
        let words = Inner::Words(words.collect());
        wrapper.inner.push(Inner::Tried(Box::new(words)));
    }
}

/// The program that a package is named for: `@scope/name@1`, `npm:name`, `name==1`, `name[extra]`,
/// `nixpkgs#name`, `github:owner/name`, `https://host/name.git`, `hashicorp/name:1`.
pub(in super::super) fn package_name(package: &str) -> &str {
    let name = package.rsplit_once('#').map_or(package, |(_, name)| name);
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.strip_prefix("npm:").unwrap_or(name);
    let cut = |c: char| matches!(c, '@' | '=' | '[' | '<' | '>' | '~' | ':' | '^');
    let end = name.char_indices().skip(1).find(|(_, c)| cut(*c));
    let name = end.map_or(name, |(at, _)| name.get(..at).unwrap_or(name));
    name.strip_suffix(".git").unwrap_or(name)
}

/// A launcher that starts nothing does what it does itself.
fn nothing(call: &Call<'_>, wrapper: Wrapper) -> Meaning {
    let mut leaf = call.leaf();
    leaf.operands = wrapper.operands;
    Meaning::Runs(leaf)
}

/// What runs elsewhere is the launcher's doing; what is blocked counts there too.
fn far(call: &Call<'_>, wrapper: Wrapper) -> Meaning {
    let mut leaf = call.leaf();
    leaf.operands = wrapper.operands;
    leaf.starts = wrapper
        .inner
        .into_iter()
        .map(|inner| Inner::Elsewhere(Box::new(inner)))
        .collect();
    Meaning::Runs(leaf)
}
