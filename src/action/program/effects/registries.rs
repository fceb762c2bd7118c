//! What asks a registry of packages and installs nothing, and what lists installed packages.
//!
//! Sources: npm-view(1), npm-search(1), npm-ls(1), pip(1) "pip index", "pip list", "pip show", cargo-search(1).
//! Not here: `npm audit`, which sends the names of all dependencies; `npm outdated`, which asks the
//! hosts that `package.json` names; pnpm and yarn, which may load the version of themselves that a
//! project names.

use super::super::super::facts::Deed;
use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, flag, value};
use super::super::word_list::lists;
use super::network::{is_constant_url, is_odd, is_plain};
use super::table::{Account, Check};

/// What an option is to a manager of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Plain,
    /// The registry.
    Url,
}

/// What the words behind a subcommand are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// One package, then names of fields.
    PackageAndFields,
    /// Any number of packages.
    Packages,
    /// Any text.
    Text,
    /// Packages that are installed, or all.
    Installed,
    None,
}

/// One subcommand of a manager.
struct Subcommand {
    program: &'static str,
    /// The ways to write it.
    names: &'static [&'static str],
    deeds: &'static [Deed],
    options: &'static [Opt<Says>],
    words: Words,
}

const ASKS: &[Deed] = &[Deed::NetworkRead];

static NPM: &[Opt<Says>] = &[
    flag("--json -s --silent --long --parseable", Says::Plain),
    value("--searchlimit", Says::Plain),
    value("--registry", Says::Url),
];
static NPM_LIST: &[Opt<Says>] = &[
    flag("--json --long --parseable --all -s --silent", Says::Plain),
    value("--depth", Says::Plain),
];
static PIP: &[Opt<Says>] = &[
    flag(
        "-f --files -v --verbose -q --quiet -l --local --user --all --not-required --exclude-editable -e --editable \
         --disable-pip-version-check --no-color --no-input",
        Says::Plain,
    ),
    value("--format --exclude", Says::Plain),
];
static PIP_INDEX: &[Opt<Says>] = &[
    flag(
        "--pre --json -q --quiet --disable-pip-version-check --no-color --no-input",
        Says::Plain,
    ),
    value("-i --index-url", Says::Url),
];

static SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        program: "npm",
        names: &["view", "info", "show", "v"],
        deeds: ASKS,
        options: NPM,
        words: Words::PackageAndFields,
    },
    Subcommand {
        program: "npm",
        names: &["search", "find", "s", "se"],
        deeds: ASKS,
        options: NPM,
        words: Words::Text,
    },
    Subcommand {
        program: "npm",
        names: &["ls", "list", "ll", "la"],
        deeds: &[],
        options: NPM_LIST,
        words: Words::Installed,
    },
    Subcommand {
        program: "pip pip3",
        names: &["index versions"],
        deeds: ASKS,
        options: PIP_INDEX,
        words: Words::Packages,
    },
    Subcommand {
        program: "pip pip3",
        names: &["show"],
        deeds: &[],
        options: PIP,
        words: Words::Packages,
    },
    Subcommand {
        program: "pip pip3",
        names: &["list", "freeze"],
        deeds: &[],
        options: PIP,
        words: Words::None,
    },
    // The toolchain that the project names runs.
    Subcommand {
        program: "cargo",
        names: &["search"],
        deeds: &[Deed::NetworkRead, Deed::RunsProjectCode],
        options: &[
            value("--limit", Says::Plain),
            flag("-q --quiet", Says::Plain),
        ],
        words: Words::Text,
    },
];

/// How such a command is accounted for. None if it is another subcommand, of which nothing is known.
pub(super) fn check(call: &Call<'_>) -> Option<Check> {
    subcommand(call).map(|_| Check::Function(account))
}

/// Whether the command asks a registry for a package.
pub(in super::super) fn asks(call: &Call<'_>) -> bool {
    subcommand(call).is_some_and(|(subcommand, _)| subcommand.words == Words::PackageAndFields)
}

fn subcommand<'a>(call: &Call<'a>) -> Option<(&'static Subcommand, &'a [ShellWord])> {
    if !matches!(&*call.name, "npm" | "pip" | "pip3" | "cargo") {
        return None;
    }
    let programs = SUBCOMMANDS.iter();
    let mut own = programs.filter(|it| lists(it.program, &call.name));
    own.find_map(|it| {
        let behind = it.names.iter().find_map(|name| behind(call.args(), name))?;
        Some((it, behind))
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
    let Some((subcommand, args)) = subcommand(call) else {
        return account.unaccounted(&call.name);
    };
    subcommand.deeds.iter().for_each(|deed| account.does(*deed));
    let mut operands = 0;
    let mut scan = Scan::new(args, subcommand.options, Grammar::Exact);
    while let Some(item) = scan.next() {
        match item {
            Item::Unknown(word) => account.unaccounted(&word.text),
            Item::Operand(word) => {
                operands += 1;
                if !is_plain(word) || !is_word(&word.text, subcommand.words, operands) {
                    account.unaccounted(&word.text);
                }
            }
            Item::Option { opt, value } => {
                if let Some(word) = scan.doubtful_value() {
                    account.unaccounted(&word.text);
                }
                let is_fine = value.is_none_or(|value| {
                    let is_url = opt.role != Says::Url || is_constant_url(value.text);
                    is_url && !is_odd(value, false)
                });
                if !is_fine {
                    account.unaccounted(value.map_or("", |value| value.text));
                }
            }
        }
    }
    if operands == 0 && !matches!(subcommand.words, Words::None | Words::Installed) {
        account.unaccounted(&call.name);
    }
}

fn is_word(text: &str, words: Words, index: usize) -> bool {
    match words {
        Words::PackageAndFields if index > 1 => {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-[]".contains(&byte);
            text.bytes().all(is_letter)
        }
        Words::PackageAndFields | Words::Packages | Words::Installed => is_package(text),
        Words::Text => !text.starts_with('-'),
        Words::None => false,
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
