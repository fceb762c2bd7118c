//! What asks a registry of packages and installs nothing, and what lists installed packages.
//!
//! What the words of each subcommand are is in [`super::installed`].

use super::super::super::facts::{Deed, ProjectTask, ProjectTasks, TaskKind};
use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan};
use super::super::word_list;
use super::installed::SUBCOMMANDS;
use super::network::{is_constant_url, is_odd, is_plain};
use super::table::{Account, Check};

/// What an option is to a manager of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Plain,
    /// The registry.
    Url,
}

/// What the words behind a subcommand are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// One package, then names of fields.
    PackageAndFields,
    /// Any number of packages.
    Packages,
    /// Any text.
    Text,
    /// Packages that are installed, or all.
    Installed,
    /// Names of fields of `package.json`.
    Fields,
    None,
    /// None, and with one it is another command.
    Alone,
}

/// One subcommand of a manager.
pub(super) struct Subcommand {
    pub(super) program: &'static str,
    /// The ways to write it.
    pub(super) names: &'static [&'static str],
    pub(super) deeds: &'static [Deed],
    pub(super) options: &'static [Opt<Says>],
    pub(super) words: Words,
    /// It runs code of the project.
    pub(super) of_project: bool,
}

/// A subcommand that lists what is installed.
pub(super) const fn lists(
    program: &'static str,
    names: &'static [&'static str],
    options: &'static [Opt<Says>],
    words: Words,
) -> Subcommand {
    Subcommand {
        program,
        names,
        deeds: &[],
        options,
        words,
        of_project: false,
    }
}

/// A subcommand that lists what is installed, and runs code of the project.
pub(super) const fn of_project(
    program: &'static str,
    names: &'static [&'static str],
    options: &'static [Opt<Says>],
    words: Words,
) -> Subcommand {
    Subcommand {
        of_project: true,
        ..lists(program, names, options, words)
    }
}

/// A subcommand that asks a registry.
pub(super) const fn asks(
    program: &'static str,
    names: &'static [&'static str],
    options: &'static [Opt<Says>],
    words: Words,
) -> Subcommand {
    Subcommand {
        deeds: &[Deed::NetworkRead],
        ..lists(program, names, options, words)
    }
}

/// Managers that have a subcommand here.
const MANAGERS: &str =
    "npm pnpm pip pip3 pip.__main__ cargo uv poetry bundle gem composer conda mamba";

/// How such a command is accounted for. None if it is another subcommand, of which nothing is known.
pub(super) fn check(call: &Call<'_>) -> Option<Check> {
    subcommand(call).map(|_| Check::Function(account))
}

/// Whether the command asks a registry for a package.
pub(in super::super) fn asks_registry(call: &Call<'_>) -> bool {
    subcommand(call).is_some_and(|(subcommand, _)| subcommand.words == Words::PackageAndFields)
}

/// Whether the command is a subcommand here, and every word of it is known.
pub(in super::super) fn knows_every_word(call: &Call<'_>) -> bool {
    subcommand(call).is_some_and(|it| unknown(call, it).is_empty())
}

fn subcommand<'a>(call: &Call<'a>) -> Option<(&'static Subcommand, &'a [ShellWord])> {
    if !word_list::lists(MANAGERS, &call.name) {
        return None;
    }
    let programs = SUBCOMMANDS.iter();
    let mut own = programs.filter(|it| word_list::lists(it.program, &call.name));
    own.find_map(|it| {
        let behind = it.names.iter().find_map(|name| behind(call.args(), name))?;
        let is_other = it.words == Words::Alone && behind.iter().any(|word| word.text != "--json");
        (!is_other).then_some((it, behind))
    })
}

/// The words behind a subcommand of one word or two.
fn behind<'a>(args: &'a [ShellWord], name: &str) -> Option<&'a [ShellWord]> {
    let parts = name.split(' ');
    let mut rest = args;
    for part in parts {
        let (first, behind) = rest.split_first()?;
        if first.text != part {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}

fn account(call: &Call<'_>, account: &mut Account<'_>) {
    let Some(found) = subcommand(call) else {
        return account.unaccounted(&call.name);
    };
    let (subcommand, _) = found;
    subcommand.deeds.iter().for_each(|deed| account.does(*deed));
    if subcommand.of_project {
        let kind = TaskKind::Build;
        account.runs(ProjectTasks {
            tasks: vec![ProjectTask { kind, name: None }],
            tool: call.name.to_string(),
        });
    }
    unknown(call, found)
        .into_iter()
        .for_each(|text| account.unaccounted(text));
}

/// The words of a subcommand that are not known.
fn unknown<'a>(
    call: &'a Call<'a>,
    (subcommand, args): (&'static Subcommand, &'a [ShellWord]),
) -> Vec<&'a str> {
    let mut unknown = Vec::new();
    let mut operands = 0;
    let mut scan = Scan::new(args, subcommand.options, Grammar::Exact);
    while let Some(item) = scan.next() {
        match item {
            Item::Unknown(word) => unknown.push(word.text.as_str()),
            Item::Operand(word) => {
                operands += 1;
                if !is_plain(word) || !is_word(&word.text, subcommand.words, operands) {
                    unknown.push(&word.text);
                }
            }
            Item::Option { opt, value } => {
                unknown.extend(scan.doubtful_value().map(|word| word.text.as_str()));
                let is_fine = value.is_none_or(|value| {
                    let is_url = opt.role != Says::Url || is_constant_url(value.text);
                    is_url && !is_odd(value, false)
                });
                if !is_fine {
                    unknown.push(value.map_or("", |value| value.text));
                }
            }
        }
    }
    let needs_none = matches!(
        subcommand.words,
        Words::None | Words::Installed | Words::Fields | Words::Alone
    );
    if operands == 0 && !needs_none {
        unknown.push(&call.name);
    }
    unknown
}

fn is_word(text: &str, words: Words, index: usize) -> bool {
    let is_field = |byte: u8| byte.is_ascii_alphanumeric() || b"._-[]".contains(&byte);
    match words {
        Words::PackageAndFields if index > 1 => text.bytes().all(is_field),
        Words::Fields => text
            .bytes()
            .all(|byte| is_field(byte) || b"@:".contains(&byte)),
        Words::PackageAndFields | Words::Packages | Words::Installed => is_package(text),
        Words::Text => !text.starts_with('-'),
        Words::None | Words::Alone => false,
    }
}

/// Whether a text is `NAME`, `NAME@RANGE` or `@SCOPE/NAME`: no path, no URL and no repository, which other hosts serve.
pub(in super::super) fn is_package(text: &str) -> bool {
    let is_name = |name: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_letter)
    };
    let archive = [".tgz", ".tar", ".tar.gz", ".whl", ".zip"];
    let lower = text.to_ascii_lowercase();
    if archive.iter().any(|end| lower.ends_with(end)) {
        return false;
    }
    let (scope, rest) = match text.strip_prefix('@') {
        Some(scoped) => match scoped.split_once('/') {
            Some((scope, rest)) => (Some(scope), rest),
            None => return false,
        },
        None => (None, text),
    };
    let (name, range) = rest.split_once('@').unwrap_or((rest, "latest"));
    let is_range = |byte: u8| byte.is_ascii_alphanumeric() || b"._~^<>=-+".contains(&byte);
    scope.is_none_or(is_name) && is_name(name) && range.bytes().all(is_range)
}
