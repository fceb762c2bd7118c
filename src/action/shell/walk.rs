//! The tree to simple commands, in the order in which they could run.

use std::rc::Rc;

use brush_parser::{ParserOptions, ast};

use super::lexer::{self, LoopNames, Texts};
use super::state::{Definitions, Function, Shell, Stdin, Variable};
use super::{Redirection, ShellWord, SimpleCommand, Unparsed, Visitor, builtin, contained, expand};
use crate::action::limits::MAX_LOOP_VALUES;
use crate::action::program;

/// Words that the grammar treats apart where a program could stand.
const RESERVED: &[&str] = &[
    "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in",
    "select", "then", "time", "until", "while",
];

/// A script on its way.
pub(super) struct Walk<'a> {
    pub(super) shell: &'a mut Shell,
    visitor: &'a mut dyn Visitor,
    texts: Rc<Texts>,
    loops: Rc<LoopNames>,
}

type Done = Result<(), Unparsed>;

pub(super) fn run(shell: &mut Shell, text: &str, visitor: &mut dyn Visitor) -> Done {
    shell.spend_bytes(text.len())?;
    if let Some(words) = plain(text) {
        let mut walk = Walk {
            shell,
            visitor,
            texts: Rc::default(),
            loops: Rc::default(),
        };
        return walk.finish(SimpleCommand {
            words,
            ..SimpleCommand::default()
        });
    }
    parsed(shell, text, visitor)
}

/// The words of a line in which no character means anything to the shell.
fn plain(text: &str) -> Option<Vec<ShellWord>> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b" _./=:@,+-".contains(&b);
    if !text.bytes().all(is_plain) {
        return None;
    }
    let first = text.split(' ').find(|word| !word.is_empty())?;
    if first.contains('=') || RESERVED.contains(&first) {
        return None;
    }
    let words = text.split(' ').filter(|word| !word.is_empty());
    Some(words.map(ShellWord::constant).collect())
}

fn parsed(shell: &mut Shell, text: &str, visitor: &mut dyn Visitor) -> Done {
    let text = text.replace("\r\n", "\n");
    let text = text.strip_suffix('\r').unwrap_or(&text);
    let lexed = lexer::lex(text)?;
    let options = ParserOptions::default();
    let program = brush_parser::parse_tokens(&lexed.tokens, &options)
        .map_err(|_| Unparsed::new("not valid shell syntax"))?;
    let mut walk = Walk {
        shell,
        visitor,
        texts: Rc::new(lexed.texts),
        loops: Rc::new(lexed.loops),
    };
    program
        .complete_commands
        .iter()
        .try_for_each(|list| walk.list(list))
}

impl<'a> Walk<'a> {
    /// The same walk over the same texts, in a shell that a closure was handed.
    fn with(&mut self, inner: impl FnOnce(&mut Walk<'_>) -> Done, how: How) -> Done {
        let Self {
            shell,
            visitor,
            texts,
            loops,
        } = self;
        let mut inner = Some(inner);
        let mut go = |shell: &mut Shell| {
            let Some(inner) = inner.take() else {
                return Ok(());
            };
            inner(&mut Walk {
                shell,
                visitor: &mut **visitor,
                texts: Rc::clone(texts),
                loops: Rc::clone(loops),
            })
        };
        match how {
            How::Nested => shell.nested(go),
            How::Subshell => shell.subshell(go),
            How::Branch => shell.branch(go),
            How::Through(label) => shell.through(label, &mut go),
        }
    }

    pub(super) fn nested(&mut self, inner: impl FnOnce(&mut Walk<'_>) -> Done) -> Done {
        self.with(inner, How::Nested)
    }

    fn subshell(&mut self, inner: impl FnOnce(&mut Walk<'_>) -> Done) -> Done {
        self.with(inner, How::Subshell)
    }

    fn branch(&mut self, inner: impl FnOnce(&mut Walk<'_>) -> Done) -> Done {
        self.with(inner, How::Branch)
    }

    pub(super) fn unknown(&mut self, reason: &str) {
        self.visitor.unknown(reason);
    }

    /// Runs the script of a command or process substitution.
    pub(super) fn substitute(&mut self, script: &str, label: &str) -> Done {
        if script.trim().is_empty() {
            return Ok(());
        }
        let visitor = &mut *self.visitor;
        let outer = self.shell.stdin.clone();
        if label == ">(…)" {
            self.shell.stdin = Stdin::Dynamic;
        }
        let result = self.shell.through(label, |shell| {
            shell.nested(|shell| shell.subshell(|shell| run(shell, script, visitor)))
        });
        self.shell.stdin = outer;
        contained(result, visitor)
    }

    fn list(&mut self, list: &ast::CompoundList) -> Done {
        for ast::CompoundListItem(and_or, separator) in &list.0 {
            let result = match separator {
                ast::SeparatorOperator::Async => self.subshell(|walk| walk.and_or(and_or)),
                ast::SeparatorOperator::Sequence => self.and_or(and_or),
            };
            contained(result, self.visitor)?;
        }
        Ok(())
    }

    fn and_or(&mut self, list: &ast::AndOrList) -> Done {
        if list.additional.is_empty() {
            return self.pipeline(&list.first);
        }
        let (start, before) = (self.shell.undo.len(), self.shell.standing.clone());
        self.pipeline(&list.first)?;
        let (mark, after_first) = (self.shell.undo.len(), self.shell.standing.clone());
        let mut moved = false;
        self.shell.branches += 1;
        for item in &list.additional {
            let pipeline = match item {
                ast::AndOr::And(pipeline) => pipeline,
                ast::AndOr::Or(pipeline) => {
                    // What came before may have failed, and then changed nothing.
                    self.shell.blur(start);
                    self.shell.stands_or(&before);
                    pipeline
                }
            };
            let here = self.shell.standing.clone();
            self.pipeline(pipeline)?;
            moved |= here != self.shell.standing;
        }
        self.shell.branches -= 1;
        self.shell.blur(mark);
        if moved {
            self.shell.stands_or(&after_first);
        } else {
            self.shell.standing = after_first;
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &ast::Pipeline) -> Done {
        if let [only] = pipeline.seq.as_slice() {
            return self.command(only).map(drop);
        }
        let outer = self.shell.stdin.clone();
        for command in &pipeline.seq {
            let mut output = None;
            self.subshell(|walk| {
                output = walk.command(command)?;
                Ok(())
            })?;
            self.shell.stdin = output.map_or(Stdin::Dynamic, Stdin::Text);
        }
        self.shell.stdin = outer;
        Ok(())
    }

    /// Follows one command; gives what it prints, if that is known.
    fn command(&mut self, command: &ast::Command) -> Result<Option<String>, Unparsed> {
        match command {
            ast::Command::Simple(simple) => return self.simple(simple),
            ast::Command::Compound(compound, redirections) => {
                self.redirected(redirections.as_ref(), |walk| walk.compound(compound))?;
            }
            ast::Command::Function(function) => self.define(function)?,
            ast::Command::ExtendedTest(test, redirections) => {
                self.redirected(redirections.as_ref(), |walk| walk.test(&test.expr))?;
            }
        }
        Ok(None)
    }

    /// Runs `inner` with redirections that hold for all of it.
    fn redirected(
        &mut self,
        list: Option<&ast::RedirectList>,
        inner: impl FnOnce(&mut Walk<'_>) -> Done,
    ) -> Done {
        self.shell.spend_command()?;
        let outer = self.shell.stdin.clone();
        if let Some(list) = list {
            let mut command = SimpleCommand::default();
            for redirection in &list.0 {
                self.redirection(redirection, &mut command)?;
            }
            if let Some(stdin) = command.stdin.clone() {
                self.shell.stdin = stdin;
            }
            if !command.redirections.is_empty() {
                self.finish(command)?;
            }
        }
        self.nested(inner)?;
        self.shell.stdin = outer;
        Ok(())
    }

    fn compound(&mut self, command: &ast::CompoundCommand) -> Done {
        use ast::CompoundCommand as C;
        match command {
            C::Arithmetic(arithmetic) => self.arithmetic(&arithmetic.expr),
            C::ArithmeticForClause(clause) => {
                for expression in [&clause.initializer, &clause.condition, &clause.updater]
                    .into_iter()
                    .flatten()
                {
                    self.arithmetic(expression)?;
                }
                self.repeated(|walk| walk.list(&clause.body.list))
            }
            C::BraceGroup(group) => self.list(&group.list),
            C::Subshell(subshell) => self.with(
                |walk| walk.subshell(|walk| walk.list(&subshell.list)),
                How::Through("(…)"),
            ),
            C::ForClause(clause) => self.for_clause(clause),
            C::CaseClause(clause) => self.case_clause(clause),
            C::IfClause(clause) => self.if_clause(clause),
            C::WhileClause(clause) | C::UntilClause(clause) => self.repeated(|walk| {
                walk.list(&clause.0)?;
                walk.list(&clause.1.list)
            }),
            C::Coprocess(coprocess) => self.with(
                |walk| walk.subshell(|walk| walk.command(&coprocess.body).map(drop)),
                How::Through("coproc"),
            ),
        }
    }

    fn arithmetic(&mut self, expression: &ast::UnexpandedArithmeticExpr) -> Done {
        let raw = self.texts.raw(&expression.value);
        expand::arithmetic(self, &raw)
    }

    /// A loop: what its body assigns has no one value in it or after it.
    fn repeated(&mut self, body: impl FnOnce(&mut Walk<'_>) -> Done) -> Done {
        let loops = Rc::clone(&self.loops);
        if loops.any {
            self.shell.forget_variables();
        }
        for name in &loops.names {
            self.shell.assign(name, Variable::Dynamic);
        }
        let standing = self.shell.standing.clone();
        self.branch(body)?;
        if self.shell.standing != standing {
            // A second round would start elsewhere.
            self.unknown("a loop changes the directory or the branch");
        }
        Ok(())
    }

    fn for_clause(&mut self, clause: &ast::ForClauseCommand) -> Done {
        let name = self.texts.raw(&clause.variable_name);
        let mut values = Vec::new();
        for word in clause.values.iter().flatten() {
            values.extend(expand::words(self, &self.texts.raw(&word.value))?);
        }
        let known: Option<Vec<&str>> = values.iter().map(ShellWord::known).collect();
        let known = known.filter(|known| clause.values.is_some() && known.len() <= MAX_LOOP_VALUES);
        self.repeated(|walk| {
            let Some(known) = known else {
                walk.shell.assign(&name, Variable::Dynamic);
                return walk.list(&clause.body.list);
            };
            for value in known {
                walk.shell.assign(&name, Variable::Text(value.to_owned()));
                walk.list(&clause.body.list)?;
            }
            Ok(())
        })
    }

    fn case_clause(&mut self, clause: &ast::CaseClauseCommand) -> Done {
        self.value(&clause.value)?;
        for item in &clause.cases {
            for pattern in &item.patterns {
                self.value(pattern)?;
            }
            if let Some(list) = &item.cmd {
                self.branch(|walk| walk.list(list))?;
            }
        }
        Ok(())
    }

    fn if_clause(&mut self, clause: &ast::IfClauseCommand) -> Done {
        self.list(&clause.condition)?;
        self.branch(|walk| walk.list(&clause.then))?;
        for part in clause.elses.iter().flatten() {
            self.branch(|walk| {
                if let Some(condition) = &part.condition {
                    walk.list(condition)?;
                }
                walk.list(&part.body)
            })?;
        }
        Ok(())
    }

    fn test(&mut self, expression: &ast::ExtendedTestExpr) -> Done {
        use ast::ExtendedTestExpr as E;
        match expression {
            E::And(left, right) | E::Or(left, right) => {
                self.test(left)?;
                self.test(right)
            }
            E::Not(inner) | E::Parenthesized(inner) => self.test(inner),
            E::UnaryTest(ast::UnaryPredicate::ShellVariableIsSetAndAssigned, word) => {
                // `-v 'a[$(…)]'` evaluates the subscript.
                let word = self.value(word)?;
                if word.text.contains('[') || word.dynamic {
                    self.unknown("`-v` evaluates an array subscript");
                }
                Ok(())
            }
            E::UnaryTest(_, word) => self.value(word).map(drop),
            E::BinaryTest(predicate, left, right) => {
                for word in [left, right] {
                    let word = self.value(word)?;
                    if is_arithmetic(predicate) && word.text.parse::<i64>().is_err() {
                        self.unknown("arithmetic on a variable evaluates what the variable holds");
                    }
                }
                Ok(())
            }
        }
    }

    fn value(&mut self, word: &ast::Word) -> Result<ShellWord, Unparsed> {
        let raw = self.texts.raw(&word.value);
        expand::value(self, &raw)
    }

    fn define(&mut self, definition: &ast::FunctionDefinition) -> Done {
        let name = self.texts.raw(&definition.fname.value);
        let function = Function {
            texts: Rc::clone(&self.texts),
            body: Rc::new(definition.body.clone()),
        };
        self.subshell(|walk| walk.body(&name, &function, None))?;
        let uncertain = self.shell.branches > 0 || !self.shell.via.is_empty();
        let definitions = self
            .shell
            .functions
            .entry(name)
            .or_insert_with(|| Definitions {
                bodies: Vec::new(),
                uncertain,
            });
        definitions.bodies.push(function);
        Ok(())
    }

    /// Runs a function's body; not again from within itself.
    fn body(&mut self, name: &str, function: &Function, arguments: Option<Vec<ShellWord>>) -> Done {
        let label = format!("function {name}");
        if self.shell.via.contains(&label) {
            return Ok(());
        }
        let outer = std::mem::replace(&mut self.shell.positional, arguments);
        let ast::FunctionBody(compound, redirections) = &*function.body;
        let texts = std::mem::replace(&mut self.texts, Rc::clone(&function.texts));
        let result = self.with(
            |walk| walk.redirected(redirections.as_ref(), |walk| walk.compound(compound)),
            How::Through(&label),
        );
        self.texts = texts;
        self.shell.positional = outer;
        result
    }

    fn simple(&mut self, simple: &ast::SimpleCommand) -> Result<Option<String>, Unparsed> {
        let mut command = SimpleCommand::default();
        if let Some(word) = &simple.word_or_name {
            let raw = self.texts.raw(&word.value);
            command.words = expand::words(self, &raw)?;
        }
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            self.argument(item, &mut command)?;
        }
        let mut assigned = Vec::new();
        for item in simple.prefix.iter().flat_map(|prefix| &prefix.0) {
            match item {
                ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, _) => {
                    let (name, value) = self.assignment(assignment)?;
                    command.assignments.push(name.clone());
                    if command.words.is_empty() {
                        self.shell.assign(&name, value);
                    } else {
                        assigned.push((name, value));
                    }
                }
                other => self.argument(other, &mut command)?,
            }
        }
        let output = self.output(&command);
        // `IFS=, read a b`: for this command only, but `eval` and functions see it.
        let local = !assigned.is_empty();
        if !local {
            self.finish(command)?;
            return Ok(output);
        }
        let (mark, names) = (self.shell.undo.len(), command.assignments.clone());
        for (name, value) in assigned {
            self.shell.assign(&name, value);
        }
        self.finish(command)?;
        debug_assert!(self.shell.undo.len() >= mark);
        for name in names {
            // Some shells keep it after a function or a special builtin.
            self.shell.assign(&name, Variable::Dynamic);
        }
        Ok(output)
    }

    /// What a command prints, if that is known.
    fn output(&self, command: &SimpleCommand) -> Option<String> {
        let program = command.words.first()?.known()?;
        if self.shell.functions.contains_key(program)
            || command.redirections.iter().any(|r| r.writes)
        {
            return None;
        }
        if program == "cat" && command.words.len() == 1 {
            let stdin = command.stdin.as_ref().unwrap_or(&self.shell.stdin);
            return match stdin {
                Stdin::Text(text) => Some(text.clone()),
                _ => None,
            };
        }
        program::constant_output(&command.words)
    }

    fn argument(
        &mut self,
        item: &ast::CommandPrefixOrSuffixItem,
        command: &mut SimpleCommand,
    ) -> Done {
        use ast::CommandPrefixOrSuffixItem as Item;
        match item {
            Item::IoRedirect(redirection) => self.redirection(redirection, command),
            Item::Word(word) => {
                let raw = self.texts.raw(&word.value);
                command.words.extend(expand::words(self, &raw)?);
                Ok(())
            }
            Item::AssignmentWord(assignment, word) => {
                let raw = self.raw_assignment(assignment, word);
                if command.words.first().is_some_and(declares) {
                    self.assignment(assignment)?;
                    command.words.push(expand::value(self, &raw)?);
                } else {
                    command.words.extend(expand::words(self, &raw)?);
                }
                Ok(())
            }
            // The lexer keeps process substitutions inside words.
            Item::ProcessSubstitution(_, subshell) => {
                self.subshell(|walk| walk.list(&subshell.list))
            }
        }
    }

    /// The text of a word that looks like an assignment.
    fn raw_assignment(&self, assignment: &ast::Assignment, word: &ast::Word) -> String {
        match (&assignment.name, &assignment.value) {
            (ast::AssignmentName::ArrayElementName(..), ast::AssignmentValue::Scalar(value)) => {
                self.texts.raw(&value.value)
            }
            _ => self.texts.raw(&word.value),
        }
    }

    fn assignment(&mut self, assignment: &ast::Assignment) -> Result<(String, Variable), Unparsed> {
        let value = match &assignment.value {
            ast::AssignmentValue::Scalar(word) => {
                let value = self.value(word)?;
                if value.dynamic {
                    Variable::Dynamic
                } else {
                    Variable::Text(value.text)
                }
            }
            ast::AssignmentValue::Array(items) => self.array(items)?,
        };
        let name = match &assignment.name {
            ast::AssignmentName::VariableName(name) => name.clone(),
            ast::AssignmentName::ArrayElementName(name, _) => {
                if let ast::AssignmentValue::Scalar(word) = &assignment.value {
                    let raw = self.texts.raw(&word.value);
                    let index = raw.split_once('[').map_or("", |(_, rest)| rest);
                    let index = index.split(']').next().unwrap_or_default();
                    expand::arithmetic(self, index)?;
                }
                return Ok((name.clone(), Variable::Dynamic));
            }
        };
        if !assignment.append {
            return Ok((name, value));
        }
        let joined = match (self.shell.variables.get(&name), value) {
            (Some(Variable::Text(old)), Variable::Text(new)) => {
                let joined = format!("{old}{new}");
                self.shell.spend_bytes(joined.len())?;
                Variable::Text(joined)
            }
            (Some(Variable::Array(old)), Variable::Array(new)) => {
                let joined: Vec<String> = old.iter().cloned().chain(new).collect();
                let size = joined.iter().map(String::len).sum();
                self.shell.spend_bytes(size)?;
                Variable::Array(joined)
            }
            _ => Variable::Dynamic,
        };
        Ok((name, joined))
    }

    fn array(&mut self, items: &[(Option<ast::Word>, ast::Word)]) -> Result<Variable, Unparsed> {
        let mut known = Some(Vec::new());
        for (index, word) in items {
            if let Some(index) = index {
                let raw = self.texts.raw(&index.value);
                expand::arithmetic(self, &raw)?;
                known = None;
            }
            let raw = self.texts.raw(&word.value);
            if let Some((index, _)) = raw.strip_prefix('[').and_then(|rest| rest.split_once("]=")) {
                expand::arithmetic(self, index)?;
            }
            for word in expand::words(self, &raw)? {
                match (word.known(), &mut known) {
                    (Some(text), Some(known)) if !raw.starts_with('[') => {
                        known.push(text.to_owned())
                    }
                    _ => known = None,
                }
            }
        }
        Ok(known.map_or(Variable::Dynamic, Variable::Array))
    }

    fn redirection(&mut self, redirection: &ast::IoRedirect, command: &mut SimpleCommand) -> Done {
        use ast::IoFileRedirectKind as Kind;
        match redirection {
            ast::IoRedirect::File(descriptor, kind, target) => {
                let word = match target {
                    ast::IoFileRedirectTarget::Filename(word)
                    | ast::IoFileRedirectTarget::Duplicate(word) => self.value(word)?,
                    ast::IoFileRedirectTarget::Fd(_) => return Ok(()),
                    ast::IoFileRedirectTarget::ProcessSubstitution(_, subshell) => {
                        return self.subshell(|walk| walk.list(&subshell.list));
                    }
                };
                let (reads, writes) = match kind {
                    Kind::Read => (true, false),
                    Kind::ReadAndWrite => (true, true),
                    Kind::Write | Kind::Append | Kind::Clobber => (false, true),
                    Kind::DuplicateInput | Kind::DuplicateOutput if is_descriptor(&word.text) => {
                        return Ok(());
                    }
                    Kind::DuplicateInput => (true, false),
                    Kind::DuplicateOutput => (false, true),
                };
                if reads && descriptor.is_none_or(|descriptor| descriptor == 0) {
                    command.stdin = Some(Stdin::Dynamic);
                }
                command.redirections.push(Redirection {
                    target: word,
                    reads,
                    writes,
                });
            }
            ast::IoRedirect::OutputAndError(word, _) => {
                let target = self.value(word)?;
                command.redirections.push(Redirection {
                    target,
                    reads: false,
                    writes: true,
                });
            }
            ast::IoRedirect::HereString(descriptor, word) => {
                let mut word = self.value(word)?;
                word.text.push('\n');
                feed(command, *descriptor, word);
            }
            ast::IoRedirect::HereDocument(descriptor, document) => {
                let raw = self.texts.raw(&document.doc.value);
                let word = if self.texts.expands(&document.doc.value) {
                    expand::here_document(self, &raw)?
                } else {
                    ShellWord::constant(raw)
                };
                feed(command, *descriptor, word);
            }
        }
        Ok(())
    }

    /// Hands over a command whose words are known, or follows the function that it calls.
    fn finish(&mut self, command: SimpleCommand) -> Done {
        let name = command
            .words
            .first()
            .and_then(ShellWord::known)
            .unwrap_or_default();
        let definitions = self.shell.functions.get(name).cloned();
        let Some(definitions) = definitions else {
            return self.hand_over(&command);
        };
        if definitions.uncertain {
            self.hand_over(&command)?;
        } else if !command.redirections.is_empty() || !command.assignments.is_empty() {
            let rest = SimpleCommand {
                words: Vec::new(),
                ..command.clone()
            };
            self.hand_over(&rest)?;
        }
        let arguments = command.words.get(1..).unwrap_or_default();
        let outer = self.shell.stdin.clone();
        if let Some(stdin) = &command.stdin {
            self.shell.stdin = stdin.clone();
        }
        for function in &definitions.bodies {
            self.shell.spend_command()?;
            let name = name.to_owned();
            let arguments = Some(arguments.to_vec());
            self.nested(|walk| walk.body(&name, function, arguments))?;
        }
        self.shell.stdin = outer;
        Ok(())
    }

    fn hand_over(&mut self, command: &SimpleCommand) -> Done {
        self.shell.spend_command()?;
        self.visitor.command(self.shell, command)?;
        builtin::apply(self.shell, &command.words);
        if command.stdin.is_none() && builtin::may_read_stdin(&command.words) {
            if self.shell.script_on_stdin && builtin::reads_stdin(&command.words) {
                self.unknown("a command may read the rest of the script from standard input");
            }
            if matches!(self.shell.stdin, Stdin::Text(_)) {
                self.shell.stdin = Stdin::Dynamic;
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum How<'l> {
    Nested,
    Subshell,
    Branch,
    Through(&'l str),
}

/// Text for standard input (or for another descriptor, which nothing here follows).
fn feed(command: &mut SimpleCommand, descriptor: Option<i32>, word: ShellWord) {
    if descriptor.is_none_or(|descriptor| descriptor == 0) {
        command.stdin = Some(if word.dynamic {
            Stdin::Dynamic
        } else {
            Stdin::Text(word.text)
        });
    }
}

/// `2>&1`, `>&-`, `<&3-`
fn is_descriptor(text: &str) -> bool {
    let digits = text.strip_suffix('-').unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit())
}

/// Builtins whose arguments are assignments, neither split nor globbed.
fn declares(program: &ShellWord) -> bool {
    matches!(
        program.text.as_str(),
        "export" | "readonly" | "declare" | "typeset" | "local" | "alias"
    )
}

fn is_arithmetic(predicate: &ast::BinaryPredicate) -> bool {
    use ast::BinaryPredicate as P;
    matches!(
        predicate,
        P::ArithmeticEqualTo
            | P::ArithmeticNotEqualTo
            | P::ArithmeticLessThan
            | P::ArithmeticLessThanOrEqualTo
            | P::ArithmeticGreaterThan
            | P::ArithmeticGreaterThanOrEqualTo
    )
}
