//! A program's table with its commands by their first words, as some programs have a hundred.

use foldhash::HashMap;
use std::sync::Arc;

use super::super::super::shell::ShellWord;
use super::super::options::{Grammar, Item, Scan, looks_like_option};
use super::super::word_list::spells;
use super::table::{Command, Program, Role};

/// Words of the longest path in the tables.
const MAX_PATH: usize = 3;

/// One way to write a command.
#[derive(Debug)]
struct Named {
    /// Its words, separated by spaces.
    path: &'static str,
    command: &'static Command,
}

/// A program's table, and where its commands are in it.
#[derive(Debug)]
pub(super) struct Indexed {
    pub(super) program: &'static Program,
    /// The commands by their first words, in the order of the table.
    by_first: HashMap<&'static str, Vec<Named>>,
    /// What the program does without a subcommand.
    alone: Option<&'static Command>,
    /// A command of the table has no name.
    pub(super) is_without_subcommands: bool,
}

/// The programs of a family with each of their names.
pub(super) fn by_name(
    programs: &'static [Program],
) -> impl Iterator<Item = (&'static str, Arc<Indexed>)> {
    programs.iter().flat_map(|program| {
        let indexed = Arc::new(Indexed::new(program));
        let names = program.names.split(' ');
        names.map(move |name| (name, Arc::clone(&indexed)))
    })
}

impl Indexed {
    fn new(program: &'static Program) -> Self {
        let mut by_first: HashMap<&'static str, Vec<Named>> = HashMap::default();
        let mut alone = None;
        for command in program.commands {
            for path in command.path.split('|') {
                match path.split_ascii_whitespace().next() {
                    Some(first) => {
                        let named = Named { path, command };
                        by_first.entry(first).or_default().push(named);
                    }
                    None => alone = alone.or(Some(command)),
                }
            }
        }
        let has_no_name = |command: &Command| command.path.is_empty();
        Self {
            program,
            by_first,
            alone,
            is_without_subcommands: program.commands.iter().any(has_no_name),
        }
    }

    /// The command that these words begin, and how many words its name takes.
    pub(super) fn command(&self, words: &[ShellWord]) -> Option<(&'static Command, usize)> {
        let mut leading = [""; MAX_PATH];
        let mut count = 0;
        let texts = words.iter().map(|word| word.text.as_str());
        let named = texts.take_while(|text| !looks_like_option(text));
        for (place, text) in leading.iter_mut().zip(named) {
            *place = text;
            count += 1;
        }
        let leading = leading.get(..count)?;
        let of_first = leading.first().and_then(|first| self.by_first.get(first));
        let longest = of_first.and_then(|all| {
            (1..=count).rev().find_map(|length| {
                let words = leading.get(..length)?;
                let mut all = all.iter();
                let found = all.find(|named| spells(named.path.as_bytes(), words))?;
                Some((found.command, length))
            })
        });
        longest.or_else(|| Some((self.alone?, 0)))
    }

    /// The command of this program that these words are, and the words behind its name.
    pub(super) fn of<'a>(
        &self,
        args: &'a [ShellWord],
    ) -> Option<(&'static Command, &'a [ShellWord])> {
        let rest = args.get(self.start(args)..)?;
        let (command, length) = self.command(rest)?;
        Some((command, rest.get(length..)?))
    }

    /// The index of the subcommand, behind the options that may be in front of it.
    pub(super) fn start(&self, args: &[ShellWord]) -> usize {
        if self.is_without_subcommands {
            return 0;
        }
        let mut scan = self.in_front(args);
        while let Some(item) = scan.next() {
            if matches!(item, Item::Operand(_)) {
                return scan.at();
            }
        }
        args.len()
    }

    /// The options in front of the subcommand.
    pub(super) fn in_front<'a>(&self, args: &'a [ShellWord]) -> Scan<'a, Role> {
        let grammar = match self.program.grammar {
            Grammar::GoPermute => Grammar::Go,
            _ => Grammar::OperandsEnd,
        };
        Scan::new(args, self.program.global, grammar)
    }
}
