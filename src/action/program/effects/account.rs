//! How one command is accounted for, word by word, with a table of effects.

use super::super::super::facts::{Deed, Does, Effects, Extent, ProjectTasks, Search};
use super::super::super::shell::ShellWord;
use super::super::call::is_stream;
use super::super::git::is_like_file;
use super::super::options::{Grammar, Item, Opt, Scan, Value, looks_like_option};
use super::super::{Access, KnownEffects, Leaf, Operand, sources};
use super::names::is_file_name;
use super::sieve::{Choice, Sieve};
use super::table::{Operands, Role, Table};

/// Words of a command that are named because no table accounts for them.
const MAX_UNACCOUNTED: usize = 4;

/// What is named where one option asks for names, and another for a search.
const UNDECIDED: &str = "--files or --type-list beside another mode";

/// Accounts for one command, word by word.
pub(super) struct Account<'a> {
    leaf: &'a mut Leaf,
    does: Does,
    unaccounted: Vec<String>,
    /// Paths that the leaf doesn't have.
    paths: Vec<Operand>,
    lists: Vec<ShellWord>,
    loads: Vec<ShellWord>,
    project: Option<ProjectTasks>,
    search: Option<Search>,
    is_endless: bool,
}

impl<'a> Account<'a> {
    pub(super) fn of(leaf: &'a mut Leaf) -> Self {
        Self {
            leaf,
            does: Does::NOTHING,
            unaccounted: Vec::new(),
            paths: Vec::new(),
            lists: Vec::new(),
            loads: Vec::new(),
            project: None,
            search: None,
            is_endless: false,
        }
    }

    /// Puts what was found into the leaf.
    pub(super) fn close(mut self) {
        let is_known = self.unaccounted.is_empty();
        if is_known {
            self.leaf.operands.append(&mut self.paths);
        } else {
            self.lists.clear();
            self.search = None;
        }
        let extent = match is_known {
            true => Extent::Known,
            false => Extent::Partly,
        };
        self.leaf.known = Some(Box::new(KnownEffects {
            effects: Effects {
                does: self.does,
                extent,
                project: self.project,
                unaccounted: self.unaccounted,
            },
            lists: self.lists,
            loads: self.loads,
            search: self.search,
            is_endless: self.is_endless,
        }));
    }

    /// Whether nothing can allow the command, whatever it does.
    pub(super) fn is_lifted(&self) -> bool {
        !self.leaf.allow_lifted.is_empty()
    }

    /// Leaves it at that: the command is known in part.
    pub(super) fn close_in_part(self) {
        let mut known = KnownEffects::default();
        known.effects.extent = Extent::Partly;
        known.effects.does = self.does;
        known.effects.project = self.project;
        self.leaf.known = Some(Box::new(known));
    }

    /// Whether the leaf starts other commands.
    pub(super) fn starts_others(&self) -> bool {
        !self.leaf.starts.is_empty()
    }

    /// What it prints may have no end.
    pub(super) fn prints_without_end(&mut self) {
        self.is_endless = true;
    }

    pub(super) fn does(&mut self, deed: Deed) {
        self.does = self.does.and(Does::only(deed));
    }

    pub(super) fn unaccounted(&mut self, text: &str) {
        let known = self.unaccounted.iter().any(|known| known == text);
        if self.unaccounted.len() < MAX_UNACCOUNTED && !known {
            self.unaccounted.push(text.to_owned());
        }
    }

    /// It runs these tasks of the project.
    pub(super) fn runs(&mut self, project: ProjectTasks) {
        self.does(Deed::RunsProjectCode);
        self.project = Some(project);
    }

    /// Code or data that is loaded, and has to lie in the workspace.
    pub(super) fn loads(&mut self, word: ShellWord) {
        self.loads.push(word);
    }

    pub(super) fn reads(&mut self, word: ShellWord, recursive: bool) {
        self.touches(word, Access::Read, recursive);
    }

    pub(super) fn writes(&mut self, word: ShellWord) {
        self.touches(word, Access::Write, false);
    }

    pub(super) fn lists(&mut self, word: &ShellWord) {
        if !word.text.is_empty() && word.text != "-" {
            self.lists.push(word.clone());
        }
    }

    /// Lists the working directory.
    pub(super) fn lists_here(&mut self) {
        self.lists.push(ShellWord::constant("."));
    }

    /// The paths of the leaf come from another table, which may read the words otherwise. What it
    /// doesn't have is added if every word is accounted for; if not, these readings are no better.
    fn touches(&mut self, word: ShellWord, access: Access, recursive: bool) {
        if word.text.is_empty() || word.text == "-" || is_stream(&word.text) {
            return;
        }
        let is_it = |known: &Operand| {
            let alike = known.access == access
                || (access == Access::Write && known.access == Access::Remove);
            alike && (known.recursive || !recursive) && known.word == word
        };
        let mut known = self.leaf.operands.iter().chain(&self.paths);
        if known.any(is_it) {
            return;
        }
        if self.leaf.inert {
            // It asks for help, so the path is not touched, and what else is not known.
            return self.unaccounted(&word.text);
        }
        self.paths.push(Operand {
            word,
            access,
            recursive,
        });
    }

    /// Accounts for these words by a table.
    pub(super) fn by(&mut self, args: &[ShellWord], table: &'static Table) {
        self.by_tables(args, table, &[]);
        self.elsewhere(args, table);
    }

    /// Accounts for these words by a table, where options are looked up in `more` too. The words that are neither
    /// options nor their values.
    pub(super) fn by_tables<'w>(
        &mut self,
        args: &'w [ShellWord],
        table: &'static Table,
        more: &'static [Opt<Role>],
    ) -> Vec<&'w ShellWord> {
        self.does = self.does.and(table.does);
        let mut operands: Vec<&ShellWord> = Vec::with_capacity(args.len().min(8));
        let mut seen = Seen::default();
        let mut scan = Scan::new(args, table.opts, table.grammar).with(more);
        while let Some(item) = scan.next() {
            match item {
                Item::Option { opt, value } => {
                    let apart = scan.next_index() > scan.at() + 1;
                    if opt.role != Role::Pattern
                        && let Some(word) = scan.doubtful_value()
                    {
                        self.unaccounted(&word.text);
                    }
                    self.option(opt.role, value, apart, &mut seen);
                }
                Item::Unknown(word) => self.unaccounted(&word.text),
                Item::Operand(word) => {
                    let stops = matches!(table.grammar, Grammar::OperandsEnd | Grammar::Go);
                    let dashes = scan.ended() && !stops;
                    self.operand_is_one(word, table, dashes);
                    operands.push(word);
                }
            }
        }
        self.operands(&operands, table, &seen);
        let skips = table.operands == Operands::PatternWalks;
        if skips || seen.walks {
            let search = seen.sieve.finish();
            self.search = search.map(|search| Search {
                respects_ignore: search.respects_ignore && skips,
                ..search
            });
        }
        operands
    }

    /// What may be an option at run time is not accounted for, nor is an option behind the first
    /// operand of a program that stops there.
    fn operand_is_one(&mut self, word: &ShellWord, table: &Table, dashes: bool) {
        if dashes {
            return;
        }
        let is_option = looks_like_option(&word.text) && table.operands != Operands::Text;
        if is_option || (word.may_begin_otherwise() && !table.mild) {
            self.unaccounted(&word.text);
        }
    }

    fn option(&mut self, role: Role, value: Option<Value<'_>>, apart: bool, seen: &mut Seen) {
        seen.pattern |= matches!(role, Role::Pattern | Role::PatternFile);
        seen.walks |= role == Role::Walks;
        seen.names |= role == Role::Names;
        seen.searches |= role == Role::Searches
            || matches!(role, Role::Sifts(Choice::NamesOnly | Choice::Prints));
        seen.in_place |= role == Role::InPlace;
        if let Role::Sifts(choice) = role {
            seen.sieve.option(choice, value.as_ref());
        }
        let Some(value) = value else { return };
        // A glob of its own may become several words, and one behind its option another text.
        let is_another =
            apart || matches!(role, Role::Sifts(choice) if !choice.keeps_to(value.text));
        if value.glob && is_another {
            self.unaccounted(value.text);
        }
        match role {
            // A word that names a file means the branch from then on: `git log -p NAME` shows all of its history.
            Role::Branch if is_like_file(value.text) => self.unaccounted(value.text),
            Role::Sifts(choice) if !choice.is_accounted(value.text) => self.unaccounted(value.text),
            Role::Read | Role::PatternFile => self.reads(value.word(), false),
            Role::Write => self.writes(value.word()),
            Role::Listed => self.lists(&value.word()),
            // `sed -iSUFFIX`: the suffix may hold a path.
            Role::InPlace => self.unaccounted(value.text),
            Role::Plain
            | Role::Branch
            | Role::Pattern
            | Role::Walks
            | Role::Names
            | Role::Searches
            | Role::Sifts(_) => {}
        }
    }

    fn operands(&mut self, words: &[&ShellWord], table: &Table, seen: &Seen) {
        let pattern = words.first().filter(|_| !seen.pattern);
        // What a glob matches behind its first match are files.
        let skips = pattern.is_some_and(|word| !word.glob);
        let past_pattern = words.get(usize::from(skips)..).unwrap_or_default();
        match table.operands {
            Operands::Text => {}
            Operands::None => words.iter().for_each(|word| self.unaccounted(&word.text)),
            Operands::Format => {
                let others = words.iter().filter(|word| !word.text.starts_with('+'));
                others.for_each(|word| self.unaccounted(&word.text));
            }
            Operands::Reads => self.read_all(words, seen.walks, table.here, seen),
            Operands::ReadsNamed => {
                for word in words {
                    match is_file_name(&word.text) || word.text == "-" {
                        true => self.reads((*word).clone(), false),
                        false => self.unaccounted(&word.text),
                    }
                }
            }
            _ if seen.names && seen.searches => self.unaccounted(UNDECIDED),
            _ if seen.names => {
                words.iter().for_each(|word| self.lists(word));
                if words.is_empty() {
                    self.lists_here();
                }
            }
            Operands::CodeReads if pattern.is_some_and(|word| word.glob) => {
                words.iter().for_each(|word| self.unaccounted(&word.text));
            }
            Operands::PatternReads | Operands::CodeReads => {
                self.read_all(past_pattern, seen.walks, seen.walks, seen)
            }
            Operands::PatternWalks => self.read_all(past_pattern, true, true, seen),
            Operands::ReadWrite => self.read_write(words),
            Operands::Lists => {
                words.iter().for_each(|word| self.lists(word));
                if words.is_empty() && table.here {
                    self.lists_here();
                }
            }
            Operands::Writes => words.iter().for_each(|word| self.writes((*word).clone())),
            Operands::Deletes => {
                self.does(Deed::Deletes);
                words.iter().for_each(|word| self.writes((*word).clone()));
            }
            Operands::Copy => self.copy(words),
        }
    }

    fn read_all(&mut self, words: &[&ShellWord], walks: bool, here: bool, seen: &Seen) {
        for word in words {
            self.reads((*word).clone(), walks && !sources::is_source(&word.text));
            if seen.in_place {
                self.writes((*word).clone());
            }
        }
        if words.is_empty() && here {
            self.reads(ShellWord::constant("."), true);
        }
    }
}

/// What the options of a command said.
#[derive(Debug, Default)]
struct Seen {
    pattern: bool,
    walks: bool,
    names: bool,
    searches: bool,
    in_place: bool,
    sieve: Sieve,
}
