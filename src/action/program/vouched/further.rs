//! Accounts for commands of tools that run a project's tasks and have no table that an `allow`
//! pattern takes in.
//!
//! A pattern has to spell each option of such a tool. Effects need no pattern, so every word has to
//! be in one of these tables.

use foldhash::HashMap;
use std::sync::{Arc, LazyLock};

use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, Value, looks_like_option};
use super::super::word_list::lists;
use super::checkers;
use super::further_tools::PROGRAMS;
use super::indexed::{self, Indexed};
use super::table::{Behind, Operands, Role, reads_argument_files};
use super::values::{is_address, is_filter, is_name, names_sources};

static BY_NAME: LazyLock<HashMap<&'static str, Vec<Arc<Indexed>>>> = LazyLock::new(|| {
    let mut by_name: HashMap<&'static str, Vec<Arc<Indexed>>> = HashMap::default();
    let programs = indexed::by_name(PROGRAMS).chain(indexed::by_name(checkers::PROGRAMS));
    for (name, program) in programs {
        by_name.entry(name).or_default().push(program);
    }
    by_name
});

/// What a table says of the words of one command.
#[derive(Debug, Default)]
pub(in super::super) struct Accounted {
    /// Words that the table doesn't account for.
    pub(in super::super) unaccounted: Vec<String>,
    /// Code or data that is loaded.
    pub(in super::super) loads: Vec<ShellWord>,
    /// Files that are written.
    pub(in super::super) writes: Vec<ShellWord>,
    /// Whether an option makes it change sources (`biome check --write`).
    pub(in super::super) rewrites: bool,
}

/// Accounts for a command. `names` are the names of its tasks. None if no table knows the command.
pub(in super::super) fn account(call: &Call<'_>, names: &[&str]) -> Option<Accounted> {
    let programs = BY_NAME.get(&*call.name)?;
    let args = words_of(call);
    let args = args.as_slice();
    let (indexed, (command, rest)) = programs
        .iter()
        .find_map(|indexed| Some((indexed, indexed.of(args)?)))?;
    let program = indexed.program;
    let mut walk = Walk {
        program: &call.name,
        names,
        found: Accounted::default(),
    };
    let front = args.get(..indexed.start(args)).unwrap_or_default();
    walk.scan(indexed.in_front(front), Operands::Tasks(""));
    let split = rest.iter().position(|word| word.text == "--");
    let (own, behind) = rest.split_at(split.unwrap_or(rest.len()));
    let scan = Scan::new(own, command.opts, program.grammar).with(program.global);
    walk.scan(scan, command.operands);
    let behind = behind.get(1..).unwrap_or_default();
    match command.behind {
        // What is behind `--` may be for another program.
        Behind::Operands => behind.iter().for_each(|word| walk.unaccounted(word)),
        Behind::Options(table, _) => {
            walk.scan(
                Scan::new(behind, table, Grammar::Exact),
                Operands::Tasks(""),
            );
        }
    }
    Some(walk.found)
}

/// The words behind the program. `-warnaserror` of dotnet is one option, and not a cluster of letters: another flag takes
/// its place.
fn words_of(call: &Call<'_>) -> Vec<ShellWord> {
    let is_flag = |word: &ShellWord| call.name == "dotnet" && word.text == "-warnaserror";
    let words = call.args().iter();
    words
        .map(|word| match is_flag(word) {
            true => ShellWord::constant("--nologo"),
            false => word.clone(),
        })
        .collect()
}

struct Walk<'a> {
    program: &'a str,
    names: &'a [&'a str],
    found: Accounted,
}

impl Walk<'_> {
    fn scan(&mut self, mut scan: Scan<'_, Role>, operands: Operands) {
        while let Some(item) = scan.next() {
            if let Some(word) = scan.doubtful_value() {
                self.unaccounted(word);
            }
            match item {
                Item::Option { opt, value } => {
                    if reads_argument_files(self.program, opt.role)
                        && let Some(word) = scan.argument_file()
                    {
                        self.unaccounted(word);
                    }
                    self.option(opt, value);
                }
                Item::Unknown(word) => self.unaccounted(word),
                Item::Operand(word) => self.operand(word, operands),
            }
        }
    }

    fn unaccounted(&mut self, word: &ShellWord) {
        self.found.unaccounted.push(word.text.clone());
    }

    fn option(&mut self, opt: &'static Opt<Role>, value: Option<Value<'_>>) {
        let Some(value) = value else {
            match opt.role {
                Role::Plain | Role::OneOf(_) | Role::Name | Role::Filter | Role::Extensions => {}
                Role::Spelled => self.found.rewrites = true,
                _ => self.found.unaccounted.push(opt.names.to_owned()),
            }
            return;
        };
        match opt.role {
            // A glob may become several words.
            _ if value.glob => self.found.unaccounted.push(value.text.to_owned()),
            Role::Plain => {}
            Role::Name if is_name(value.text) => {}
            Role::Task if self.names.contains(&value.text) => {}
            Role::Filter if is_filter(value.text) => {}
            Role::Extensions if names_sources(value.text) => {}
            Role::OneOf(names) if lists(names, value.text) => {}
            Role::Load if !is_address(value.text) => self.found.loads.push(value.word()),
            Role::Write if !is_address(value.text) => self.found.writes.push(value.word()),
            _ => self.found.unaccounted.push(value.text.to_owned()),
        }
    }

    fn operand(&mut self, word: &ShellWord, operands: Operands) {
        let is_one = !looks_like_option(&word.text) && !word.text.starts_with('@');
        match operands {
            Operands::Plain if is_one => {}
            Operands::Load if is_one && !is_address(&word.text) => {
                self.found.loads.push(word.clone());
            }
            Operands::Tasks(_) | Operands::Script if self.names.contains(&word.text.as_str()) => {}
            _ => self.unaccounted(word),
        }
    }
}
