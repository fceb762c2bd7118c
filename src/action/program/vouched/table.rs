//! A program's table, and how a command is checked with it.

use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, Value, looks_like_option, may_configure};
use super::super::word_list::lists;
use super::super::{Access, Leaf, Operand};
use super::indexed::Indexed;
use super::values::{is_address, is_filter, is_name, is_platform, names_sources};

/// What an option means for an allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Changes neither what runs nor what is read or written.
    Plain,
    /// Selects code, configuration, an identity or another place.
    Code,
    /// The value is a file whose content may be shown.
    Read,
    /// The value is a file that is written.
    Write,
    /// The value is a directory that is written to.
    WriteTree,
    /// The value is code or data that is loaded: harmless inside the workspace.
    Load,
    /// How to print. Some formats name a file (`jsonpath-file=F`).
    Format,
    /// What it does is known, and is more than the command without it does (`git branch -D`): only a
    /// pattern that spells it can vouch for it.
    Spelled,
    /// Harmless with one of these values, space-separated; any other may name code or a file.
    OneOf(&'static str),
    /// A name or a revision. The tool may hand it to a shell, to git or to MSBuild, where it must be no more.
    Name,
    /// Chooses packages. What is in brackets goes to git, as a revision: `...[origin/main]`.
    Filter,
    /// A file of the project by which the tool works on another part of it: harmless inside the workspace, and a pattern
    /// has to spell it.
    Place,
    /// The name of a platform, which a pattern has to spell. It may be a file to the tool.
    Platform,
    /// The name of a task.
    Task,
    /// Harmless with one of these values, which may begin with a dash.
    Quoted(&'static [&'static str]),
    /// Extensions or names of the files that are looked at. Of files that are no sources lines would be shown.
    Extensions,
}

/// What words that are no options are to such a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operands {
    /// Names, filters, numbers.
    Plain,
    /// Code or data that is loaded: harmless inside the workspace.
    Load,
    /// Further tasks. The pattern must name each but these, space-separated.
    Tasks(&'static str),
    /// The first is a task, the others are arguments of its script, up to `:::` (mise), behind which
    /// the pattern must name everything.
    Script,
}

/// What the words behind `--` are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Behind {
    /// Operands, as in front of it.
    Operands,
    /// Options and operands of another program.
    Options(&'static [Opt<Role>], Operands),
}

/// One command of a program.
#[derive(Debug)]
pub(super) struct Command {
    /// The ways to write its words, separated by `|`: `pr list|pr ls`. Empty for a program
    /// without subcommands.
    pub(super) path: &'static str,
    pub(super) opts: &'static [Opt<Role>],
    pub(super) operands: Operands,
    pub(super) behind: Behind,
}

/// One program.
#[derive(Debug)]
pub(super) struct Program {
    /// Space-separated.
    pub(super) names: &'static str,
    pub(super) grammar: Grammar,
    /// Options of every subcommand, also in front of it.
    pub(super) global: &'static [Opt<Role>],
    pub(super) commands: &'static [Command],
}

/// Programs that are read alike, by the grammar that most have.
pub(super) const fn one(names: &'static str, commands: &'static [Command]) -> Program {
    Program {
        names,
        grammar: Grammar::Exact,
        global: &[],
        commands,
    }
}

/// Programs whose options one of the parsers of JavaScript reads.
pub(super) const fn of_letters(names: &'static str, commands: &'static [Command]) -> Program {
    Program {
        grammar: Grammar::Letters,
        ..one(names, commands)
    }
}

/// A command whose operands are names.
pub(super) const fn command(path: &'static str, opts: &'static [Opt<Role>]) -> Command {
    Command {
        path,
        opts,
        operands: Operands::Plain,
        behind: Behind::Operands,
    }
}

/// A command whose operands are files that it loads.
pub(super) const fn loads(path: &'static str, opts: &'static [Opt<Role>]) -> Command {
    Command {
        operands: Operands::Load,
        ..command(path, opts)
    }
}

/// The word that ends a task's arguments and begins another task (mise).
const ANOTHER_TASK: &str = ":::";

/// How many paths are compared with each other, so that none is listed twice.
const MAX_COMPARED: usize = 64;

/// Reasons after which no more are looked for; a person reads no more.
const MAX_REASONS: usize = 8;

/// Programs that take a value with an `@` in front for what it is: a user (`@me`), a revision, a test's title.
const WITHOUT_ARGUMENT_FILES: &str = "bun ctest deno eslint flutter gh git gradle gradlew jest mix mocha pest phpunit playwright prettier rspec vitest";

/// Whether a program may read further arguments from the file that a value of such an option names. Chosen
/// packages have such names too (`@acme/web`).
pub(super) fn reads_argument_files(program: &str, role: Role) -> bool {
    role != Role::Filter && !lists(WITHOUT_ARGUMENT_FILES, program)
}

/// Checks a command with the table of its program.
pub(super) fn check(call: &Call<'_>, indexed: &Indexed, leaf: &mut Leaf) {
    let program = indexed.program;
    let mut checks = Checks {
        leaf,
        name: &call.name,
    };
    let start = checks.globals(call.args(), indexed);
    let rest = call.args_from(start);
    let Some((command, length)) = indexed.command(rest) else {
        return checks.untabled(rest, program);
    };
    checks.command(rest.get(length..).unwrap_or_default(), program, command);
}

struct Checks<'a> {
    leaf: &'a mut Leaf,
    name: &'a str,
}

impl Checks<'_> {
    /// The options in front of the subcommand; returns the subcommand's index.
    fn globals(&mut self, args: &[ShellWord], indexed: &Indexed) -> usize {
        if indexed.is_without_subcommands {
            return 0;
        }
        let mut scan = indexed.in_front(args);
        while let Some(item) = scan.next() {
            if let Some(word) = self.doubtful(&scan, &item) {
                self.unknown(word);
            }
            match item {
                Item::Option { opt, value } => {
                    self.spelled(opt.role, args.get(scan.at()..scan.next_index()));
                    self.option(opt.role, value);
                }
                Item::Unknown(word) => self.unknown(word),
                Item::Operand(_) => return scan.at(),
            }
        }
        args.len()
    }

    /// A subcommand without a table: the pattern vouches for all but the global options.
    fn untabled(&mut self, args: &[ShellWord], program: &'static Program) {
        let mut scan = Scan::new(args, program.global, program.grammar);
        while let Some(item) = scan.next() {
            let doubtful = self.doubtful(&scan, &item);
            let word = match item {
                Item::Option { opt, value } => {
                    self.spelled(opt.role, args.get(scan.at()..scan.next_index()));
                    self.option(opt.role, value);
                    None
                }
                Item::Operand(word) => may_configure(&word.text).then_some(word),
                Item::Unknown(word) => Some(word),
            };
            let unvouched = doubtful.into_iter().chain(word);
            self.leaf
                .unvouched
                .extend(unvouched.map(|word| word.text.clone()));
        }
    }

    fn command(
        &mut self,
        args: &[ShellWord],
        program: &'static Program,
        command: &'static Command,
    ) {
        let split = args.iter().position(|word| word.text == "--");
        let (own, behind) = args.split_at(split.unwrap_or(args.len()));
        let scan = Scan::new(own, command.opts, program.grammar).with(program.global);
        self.scan(own, scan, command.operands);
        let behind = behind.get(1..).unwrap_or_default();
        match command.behind {
            Behind::Options(table, operands) => {
                let scan = Scan::new(behind, table, Grammar::Exact);
                self.scan(behind, scan, operands);
            }
            Behind::Operands => behind
                .iter()
                .for_each(|word| self.operand(word, command.operands)),
        }
    }

    fn scan(&mut self, words: &[ShellWord], mut scan: Scan<'_, Role>, operands: Operands) {
        while let Some(item) = scan.next() {
            if let Some(word) = self.doubtful(&scan, &item) {
                self.unknown(word);
            }
            match item {
                Item::Option { opt, value } => {
                    self.spelled(opt.role, words.get(scan.at()..scan.next_index()));
                    self.option(opt.role, value);
                }
                Item::Unknown(word) => self.unknown(word),
                Item::Operand(word) => self.operand(word, operands),
            }
        }
    }

    /// The value of an option that may be, or bring, further options.
    fn doubtful<'a>(&self, scan: &Scan<'a, Role>, item: &Item<'a, Role>) -> Option<&'a ShellWord> {
        if let Item::Option {
            opt,
            value: Some(value),
        } = item
            && let Role::Quoted(values) = opt.role
            && values.contains(&value.text)
        {
            return None;
        }
        let file = match item {
            Item::Option { opt, .. } if reads_argument_files(self.name, opt.role) => {
                scan.argument_file()
            }
            _ => None,
        };
        scan.doubtful_value().or(file)
    }

    /// An option that the pattern has to spell, with its value.
    fn spelled(&mut self, role: Role, words: Option<&[ShellWord]>) {
        if matches!(role, Role::Spelled | Role::Place | Role::Platform) {
            let words = words.unwrap_or_default().iter();
            self.leaf
                .unvouched
                .extend(words.map(|word| word.text.clone()));
        }
    }

    fn unknown(&mut self, word: &ShellWord) {
        if self.leaf.allow_lifted.len() >= MAX_REASONS {
            return;
        }
        self.leaf.lift(format!(
            "`{}` is no known option of this command of `{}`",
            word.text, self.name
        ));
    }

    fn option(&mut self, role: Role, value: Option<Value<'_>>) {
        match (role, value) {
            (Role::Code, _) => self.leaf.lift(format!(
                "an option of `{}` selects code, configuration, an identity or another place",
                self.name
            )),
            (Role::OneOf(names), value) => {
                let known = value.is_none_or(|value| lists(names, value.text));
                if !known {
                    let text = value.map_or("", |value| value.text);
                    self.leaf.lift(format!(
                        "`{text}` is none of the values of that option of `{}` that name no code and no file",
                        self.name
                    ));
                }
            }
            (Role::Quoted(values), value) if !value.is_some_and(|it| values.contains(&it.text)) => {
                let text = value.map_or("", |value| value.text);
                self.leaf.lift(format!("`{text}` may choose code"));
            }
            (Role::Platform, Some(value)) if !is_platform(value.text) => {
                let reason = format!("`{}` may be a file that chooses code", value.text);
                self.leaf.lift(reason);
            }
            (Role::Name, Some(value)) if !is_name(value.text) => {
                self.leaf.lift(format!(
                    "`{}` is no plain name, and `{}` may hand it to a shell",
                    value.text, self.name
                ));
            }
            (Role::Filter, Some(value)) if !is_filter(value.text) => {
                let reason = format!("a revision in `{}` may be an option of `git`", value.text);
                self.leaf.lift(reason);
            }
            (Role::Extensions, Some(value)) if !names_sources(value.text) => {
                let reason = format!("`{}` chooses files that are no sources", value.text);
                self.leaf.lift(reason);
            }
            (Role::Format, Some(value)) if value.text.contains("file") => {
                self.leaf.lift(format!("`{}` names a file", value.text));
            }
            (Role::Read, Some(value)) => self.touch(value.word(), Access::Read, false),
            (Role::Write, Some(value)) => self.touch(value.word(), Access::Write, false),
            (Role::WriteTree, Some(value)) => self.touch(value.word(), Access::Write, true),
            (Role::Load | Role::Place, Some(value)) => self.leaf.loads.push(value.word()),
            _ => {}
        }
    }

    /// MSBuild takes a slash in place of a dash: `/p:NAME=VALUE`.
    fn is_switch(&self, word: &str) -> bool {
        let name = word.strip_prefix('/').and_then(|rest| rest.split_once(':'));
        matches!(self.name, "dotnet" | "msbuild")
            && name.is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_alphabetic()))
    }

    fn touch(&mut self, word: ShellWord, access: Access, recursive: bool) {
        if word.text.contains("://") {
            self.leaf
                .lift(format!("`{}` is an address, not a file", word.text));
            return;
        }
        let operand = Operand {
            word,
            access,
            recursive,
        };
        // Comparing each with each is for few; among many, repetitions may stay.
        let few = self.leaf.operands.len() <= MAX_COMPARED;
        if operand.word.text != "-" && !(few && self.leaf.operands.contains(&operand)) {
            self.leaf.operands.push(operand);
        }
    }

    fn operand(&mut self, word: &ShellWord, operands: Operands) {
        if operands == Operands::Script {
            let unvouched = &mut self.leaf.unvouched;
            let behind = unvouched.iter().any(|word| word == ANOTHER_TASK);
            if behind || word.text == ANOTHER_TASK || may_configure(&word.text) {
                unvouched.push(word.text.clone());
            }
            return;
        }
        if looks_like_option(&word.text) || self.is_switch(&word.text) {
            return self.unknown(word);
        }
        match operands {
            // mypy, ruff and others take further arguments from `@FILE`.
            Operands::Plain | Operands::Load if word.text.starts_with('@') => {
                self.leaf.unvouched.push(word.text.clone());
            }
            Operands::Plain | Operands::Script => {}
            Operands::Load if is_address(&word.text) => {
                self.leaf
                    .lift(format!("`{}` is an address, not a file", word.text));
            }
            Operands::Load => self.leaf.loads.push(word.clone()),
            Operands::Tasks(known) => {
                let task = word.text.rsplit(':').next().unwrap_or_default();
                let known = lists(known, task);
                if may_configure(&word.text) || !known {
                    self.leaf.unvouched.push(word.text.clone());
                }
            }
        }
    }
}
