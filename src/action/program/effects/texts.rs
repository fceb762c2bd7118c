//! Programs that convert, lay out or query text: iconv, xmllint, bat and yq.
//!
//! Sources: iconv(1) of glibc 2.40, xmllint(1) of libxml2 2.13, `bat --help` of 0.25, yq 4.4x of Mike Farah and yq 3.4 of
//! Andrey Kislyuk, which hands the filter to jq(1).
//!
//! Not here: less(1) and more(1). `LESSOPEN` of the environment names a program that less starts for each file, and many
//! systems set it (lesspipe(1)).

use super::super::call::Call;
use super::super::options::{Grammar, Item, Scan, flag, value};
use super::super::word_list::lists;
use super::table::{Account, Check, Family, Operands, Role, Table, table};

pub(super) static PROGRAMS: Family = &[
    ("iconv", Check::Function(iconv)),
    ("xmllint", Check::Function(xmllint)),
    ("bat batcat", Check::Function(bat)),
    ("yq", Check::Function(yq)),
];

/// `-o` writes.
static ICONV: Table = table(
    &[
        flag("-c -s -l --silent --list", Role::Plain),
        value("-f --from-code -t --to-code", Role::Plain),
    ],
    Operands::Reads,
);

/// The name of a character set chooses which module converts.
fn iconv(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &ICONV);
    let is_name = |text: &str| {
        let name = text
            .strip_suffix("//TRANSLIT")
            .or_else(|| text.strip_suffix("//IGNORE"));
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-:.".contains(&byte);
        let name = name.unwrap_or(text);
        !name.starts_with('.') && name.bytes().all(is_letter)
    };
    for item in Scan::new(call.args(), ICONV.opts, ICONV.grammar) {
        if let Item::Option {
            value: Some(value), ..
        } = item
            && !is_name(value.text)
        {
            account.unaccounted(value.text);
        }
    }
}

/// Without `--valid`, `--noent`, `--loaddtd` and `--xinclude` no other file is loaded. `--output` writes.
static XMLLINT: Table = Table {
    grammar: Grammar::GoPermute,
    ..table(
        &[
            flag("--noout --format --nonet", Role::Plain),
            value("--xpath", Role::Plain),
        ],
        Operands::Reads,
    )
};

/// An operand with a colon may be an address.
fn xmllint(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &XMLLINT);
    for item in Scan::new(call.args(), XMLLINT.opts, XMLLINT.grammar) {
        if let Item::Operand(word) = item
            && word.text.contains(':')
        {
            account.unaccounted(&word.text);
        }
    }
}

/// `--pager` runs a program. `--diff` reads the repository.
static BAT: Table = table(
    &[
        flag(
            "-p -n -A -P --plain --number --show-all --no-config",
            Role::Plain,
        ),
        value(
            "-l --language -r --line-range -H --highlight-line --color --decorations --style --wrap --tabs",
            Role::Plain,
        ),
        value("--paging", Role::Plain),
    ],
    Operands::Reads,
);

/// A pager that the environment or a file of settings names runs where there is a terminal. So it has to be switched off.
fn bat(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &BAT);
    let texts = call.args().iter().map(|word| word.text.as_str());
    let mut options = texts.take_while(|text| *text != "--");
    let mut is_paged = !options.any(|text| matches!(text, "-P" | "-pp"));
    let mut operands = 0;
    for item in Scan::new(call.args(), BAT.opts, BAT.grammar) {
        match item {
            Item::Option {
                opt,
                value: Some(value),
            } if lists(opt.names, "--paging") => {
                is_paged = false;
                if value.text != "never" {
                    account.unaccounted(value.text);
                }
            }
            // `bat cache` writes.
            Item::Operand(word) => {
                operands += 1;
                if operands == 1 && word.text == "cache" {
                    account.unaccounted(&word.text);
                }
            }
            Item::Option { .. } | Item::Unknown(_) => {}
        }
    }
    if is_paged {
        account.unaccounted(&call.name);
    }
}

/// Options that both programs have, or that the other refuses. `-i` changes files, `-s` writes files in one of them.
const YQ_OPTIONS: &str = "-r -e -C -M -o=json -o=yaml -ojson -oyaml";
/// Subcommands of one of them. To the other such a word is a filter that fails.
const YQ_EVALUATES: &str = "e eval";
/// Names in a filter that both know and that reach no further than its input.
const YQ_NAMES: &str = "and any all contains flatten first has join keys length map not or select sort sort_by split tag test \
    to_entries type unique true false null";

/// `yq [OPTION…] FILTER [FILE…]`. To yq of Go the first operand is a file if one has that name, so that `yq .env` prints
/// it: what could be the name of a file is not known.
fn yq(call: &Call<'_>, account: &mut Account<'_>) {
    let mut operands = Vec::new();
    for word in call.args() {
        let is_evaluation = operands.is_empty() && lists(YQ_EVALUATES, &word.text);
        match word.text.starts_with('-') && word.text != "-" {
            true if lists(YQ_OPTIONS, &word.text) => {}
            true => account.unaccounted(&word.text),
            false
                if is_evaluation && word.text == call.args().first().map_or("", |it| &it.text) => {}
            false => operands.push(word),
        }
    }
    let Some((filter, files)) = operands.split_first() else {
        return account.unaccounted(&call.name);
    };
    if filter.glob || filter.dynamic || !is_filter(&filter.text) {
        account.unaccounted(&filter.text);
    }
    for file in files {
        account.reads((*file).clone(), false);
    }
}

/// Whether a filter walks through its input, and does nothing that only one of the two programs knows.
fn is_filter(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || " ._-|[]()\"=!<>,:?".contains(c);
    // Each second part is in quotes. Without a backslash it is no more than text.
    let mut code = text.split('"').step_by(2);
    let is_file = text.ends_with(".yq");
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    text.starts_with('.')
        && !text.chars().all(is_of_name)
        && !text.contains("..")
        && !is_file
        && text.chars().all(is_part)
        && code.all(are_names_known)
}

/// Whether each name in a part of a filter is a number, the name of a field or one of [`YQ_NAMES`].
fn are_names_known(code: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut before = None;
    code.split_inclusive(|c| !is_letter(c)).all(|piece| {
        let name = piece.trim_end_matches(|c| !is_letter(c));
        let is_field = before == Some('.');
        before = piece.chars().last();
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        is_field || is_number || lists(YQ_NAMES, name)
    })
}
