//! Compound commands: loops, branches, tests, functions.

use std::rc::Rc;

use brush_parser::ast;

use super::arithmetic::arithmetic;
use super::state::{Definitions, Function};
use super::variable::Variable;
use super::walk::{Done, How, Walk};
use super::{ShellWord, SimpleCommand, Unparsed, expand};
use crate::action::budget;
use crate::action::limits::{MAX_LOOP_ROUNDS, MAX_LOOP_VALUES};

/// The value that a loop gives its variable, if it is known.
fn looped(word: &ShellWord) -> Option<Variable> {
    let text = word.text.clone();
    // A pattern that begins elsewhere would begin there in the middle of a word, too.
    let is_below = !text.starts_with(['/', '~', '-']);
    match (word.dynamic, word.glob) {
        (false, false) => Some(Variable::Text(text)),
        (false, true) if is_below => Some(Variable::Files(text)),
        _ => None,
    }
}

impl Walk<'_> {
    /// Runs `inner` with redirections that hold for all of it.
    pub(super) fn redirected(
        &mut self,
        list: Option<&ast::RedirectList>,
        inner: impl FnOnce(&mut Walk<'_>) -> Done,
    ) -> Done {
        self.shell.spend_command()?;
        let mut outer = None;
        let mut may_not_run = false;
        if let Some(list) = list {
            let mut command = SimpleCommand::default();
            for redirection in &list.0 {
                self.redirection(redirection, &mut command)?;
            }
            if let Some(stdin) = command.stdin.clone() {
                outer = Some(std::mem::replace(&mut self.shell.stdin, stdin));
            }
            may_not_run = command.may_not_run;
            if !command.redirections.is_empty() {
                self.finish(command)?;
            }
        }
        match may_not_run {
            false => self.nested(inner)?,
            true => self.branch(|walk| walk.nested(inner))?,
        }
        // Input that isn't the command's own is used up as far as the command reads.
        if let Some(outer) = outer {
            self.shell.stdin = outer;
        }
        Ok(())
    }

    pub(super) fn compound(&mut self, command: &ast::CompoundCommand) -> Done {
        use ast::CompoundCommand as C;
        match command {
            C::Arithmetic(arithmetic) => self.arithmetic(&arithmetic.expr),
            C::ArithmeticForClause(clause) => {
                let mut initializer = clause.initializer.iter();
                initializer.try_for_each(|it| self.arithmetic(it))?;
                self.visitor.repeats();
                self.repeated(|walk| {
                    let mut condition = clause.condition.iter();
                    condition.try_for_each(|it| walk.arithmetic(it))?;
                    walk.list(&clause.body.list)?;
                    let mut updater = clause.updater.iter();
                    updater.try_for_each(|it| walk.arithmetic(it))
                })
            }
            C::BraceGroup(group) => self.list(&group.list),
            C::Subshell(subshell) => self.with(
                |walk| walk.subshell(|walk| walk.list(&subshell.list)),
                How::Through("(…)"),
            ),
            C::ForClause(clause) => self.for_clause(clause),
            C::CaseClause(clause) => self.case_clause(clause),
            C::IfClause(clause) => self.if_clause(clause),
            C::WhileClause(clause) => {
                if !self.reads_lines(&clause.0) {
                    self.visitor.repeats();
                }
                self.conditional(clause)
            }
            C::UntilClause(clause) => {
                self.visitor.repeats();
                self.conditional(clause)
            }
            C::Coprocess(coprocess) => {
                if let Some(name) = &coprocess.name {
                    let raw = self.texts.raw(&name.value);
                    self.coprocess(&raw)?;
                }
                self.background(|walk| {
                    walk.with(
                        |walk| walk.subshell(|walk| walk.command(&coprocess.body).map(drop)),
                        How::Through("coproc"),
                    )
                })
            }
        }
    }

    fn conditional(&mut self, clause: &ast::WhileOrUntilClauseCommand) -> Done {
        self.repeated(|walk| {
            walk.list(&clause.0)?;
            walk.list(&clause.1.list)
        })
    }

    /// Whether a loop goes on as long as `read` finds a line in the input of the loop: that ends it. A
    /// redirection of `read` itself would begin again each time.
    fn reads_lines(&self, condition: &ast::CompoundList) -> bool {
        let [ast::CompoundListItem(and_or, ast::SeparatorOperator::Sequence)] = &*condition.0
        else {
            return false;
        };
        let [ast::Command::Simple(simple)] = &*and_or.first.seq else {
            return false;
        };
        let name = simple.word_or_name.as_ref();
        let name = name.map(|word| self.texts.raw(&word.value));
        let prefix = simple.prefix.iter().flat_map(|it| &it.0);
        let mut items = prefix.chain(simple.suffix.iter().flat_map(|it| &it.0));
        let is_plain = and_or.additional.is_empty() && !and_or.first.bang;
        is_plain
            && name.as_deref() == Some("read")
            && !self.shell.functions.contains_key("read")
            && !items.any(|it| matches!(it, ast::CommandPrefixOrSuffixItem::IoRedirect(_)))
    }

    pub(super) fn arithmetic(&mut self, expression: &ast::UnexpandedArithmeticExpr) -> Done {
        let raw = self.texts.raw(&expression.value);
        arithmetic(self, &raw).map(drop)
    }

    /// A loop, of which nobody knows how often it runs. Each round sees what those before it left.
    fn repeated(&mut self, mut body: impl FnMut(&mut Walk<'_>) -> Done) -> Done {
        let start = self.visitor.mark();
        self.rounds(|walk| {
            for round in 0..MAX_LOOP_ROUNDS {
                let (before, mark) = (walk.lasting()?, walk.shell.undo.len());
                let arguments = walk.shell.positional.clone();
                walk.branch(|walk| walk.round(&mut body))?;
                let differs = walk.shell.differs_since(mark, round > 0)?;
                let is_last = !differs && walk.shell.positional == arguments;
                if is_last && walk.lasting()? == before {
                    return Ok(());
                }
            }
            walk.unknown("each round of a loop changes what its commands mean");
            Ok(())
        })?;
        let end = self.visitor.mark();
        self.visitor.after(start..end, start);
        Ok(())
    }

    /// One round of a loop, which it may leave in the middle.
    fn round(&mut self, body: impl FnOnce(&mut Walk<'_>) -> Done) -> Done {
        let point = self.shell.point();
        body(self)?;
        self.shell.ends(point);
        Ok(())
    }

    /// The rounds of a loop: what its body assigns has no one value in it or after it.
    fn rounds(&mut self, body: impl FnOnce(&mut Walk<'_>) -> Done) -> Done {
        self.doubts_loop_names();
        let location = self.shell.location.clone();
        self.branch(body)?;
        if self.shell.location != location {
            // A second round would start elsewhere.
            self.unknown("a loop changes the directory or the branch");
        }
        Ok(())
    }

    /// What holds for all commands that follow, and grows only.
    fn lasting(&mut self) -> Result<(usize, usize), Unparsed> {
        let aliases = self.shell.aliases.len().saturating_add(1);
        self.shell.spend(budget::LOOK.saturating_mul(aliases))?;
        Ok((self.visitor.mark().lasting, self.shell.lasting()))
    }

    /// Takes from the variables that a loop assigns what is known of them.
    fn doubts_loop_names(&mut self) {
        let loops = Rc::clone(&self.loops);
        if loops.any {
            self.shell.forget_variables();
        }
        for name in &loops.names {
            let others = loops.names.iter().filter(|other| other.name == name.name);
            if self.shell.holds_number(&name.name) && others.into_iter().all(|other| other.number) {
                self.shell.assign(&name.name, Variable::Number);
            } else {
                self.shell.doubt(&name.name);
            }
        }
        if loops.arguments {
            self.shell.positional = None;
        }
    }

    pub(super) fn for_clause(&mut self, clause: &ast::ForClauseCommand) -> Done {
        let name = self.texts.raw(&clause.variable_name);
        let reads = self.shell.environment.reads;
        let mut values = Vec::new();
        let mut are_numbers = clause.values.as_ref().is_some_and(|it| !it.is_empty());
        for word in clause.values.iter().flatten() {
            let raw = self.texts.raw(&word.value);
            values.extend(expand::words(self, &raw)?);
            are_numbers &= self.prints_number(&raw);
        }
        // The grammar has no `select`: `REPLY` is what was typed.
        self.shell.assign("REPLY", Variable::Dynamic);
        self.assigned(&name, Variable::Dynamic)?;
        if clause.values.is_none() {
            // `for NAME` goes through the positional parameters.
            values.extend(self.shell.positional.iter().flatten().cloned());
        }
        // Words that are not in quotes may be globs, which the run expands.
        let unknown = match self.shell.environment.reads == reads {
            _ if are_numbers => Variable::Number,
            true => Variable::Found,
            false => Variable::Dynamic,
        };
        let given = clause.values.is_some() || self.shell.positional.is_some();
        let known: Option<Vec<Variable>> = values.iter().map(looped).collect();
        let known = known.filter(|known| given && known.len() <= MAX_LOOP_VALUES);
        let are_files =
            |known: &Vec<Variable>| known.iter().any(|it| matches!(it, Variable::Files(_)));
        let is_each = known.as_ref().is_some_and(|known| !are_files(known));
        let likely = values.iter().filter_map(ShellWord::likely);
        let likely = likely.map(|text| Variable::Likely(text.to_owned()));
        let values =
            known.unwrap_or_else(|| likely.take(MAX_LOOP_VALUES).chain([unknown]).collect());
        let body = |walk: &mut Walk<'_>| {
            values.iter().try_for_each(|value| {
                walk.shell.assign(&name, value.clone());
                walk.round(|walk| walk.list(&clause.body.list))
            })
        };
        match is_each {
            // Each round is followed, in its turn.
            true => self.rounds(body),
            false => self.repeated(body),
        }
    }

    pub(super) fn case_clause(&mut self, clause: &ast::CaseClauseCommand) -> Done {
        let reads = self.shell.environment.reads;
        self.value(&clause.value)?;
        self.shell.shows_since(reads);
        for item in &clause.cases {
            let reads = self.shell.environment.reads;
            for pattern in &item.patterns {
                self.value(pattern)?;
            }
            self.shell.shows_since(reads);
            if let Some(list) = &item.cmd {
                self.branch(|walk| walk.list(list))?;
            }
        }
        Ok(())
    }

    pub(super) fn if_clause(&mut self, clause: &ast::IfClauseCommand) -> Done {
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

    pub(super) fn test(&mut self, expression: &ast::ExtendedTestExpr) -> Done {
        let reads = self.shell.environment.reads;
        self.tested(expression)?;
        self.shell.shows_since(reads);
        Ok(())
    }

    fn tested(&mut self, expression: &ast::ExtendedTestExpr) -> Done {
        use ast::ExtendedTestExpr as E;
        match expression {
            E::And(left, right) | E::Or(left, right) => {
                self.tested(left)?;
                self.tested(right)
            }
            E::Not(inner) | E::Parenthesized(inner) => self.tested(inner),
            E::UnaryTest(ast::UnaryPredicate::ShellVariableIsSetAndAssigned, word) => {
                // `-v 'a[$(…)]'` evaluates the subscript.
                let word = self.value(word)?;
                self.named(&word).map(drop)
            }
            E::UnaryTest(_, word) => self.value(word).map(drop),
            E::BinaryTest(predicate, left, right) => {
                for word in [left, right] {
                    if is_arithmetic(predicate) {
                        let raw = self.texts.raw(&word.value);
                        arithmetic(self, &raw)?;
                    } else {
                        self.value(word)?;
                    }
                }
                Ok(())
            }
        }
    }

    pub(super) fn value(&mut self, word: &ast::Word) -> Result<ShellWord, Unparsed> {
        let raw = self.texts.raw(&word.value);
        expand::value(self, &raw)
    }

    pub(super) fn define(&mut self, definition: &ast::FunctionDefinition) -> Done {
        let name = self.texts.raw(&definition.fname.value);
        let function = Function {
            texts: Rc::clone(&self.texts),
            body: Rc::new(definition.body.clone()),
        };
        let location = self.shell.location.clone();
        self.subshell(|walk| walk.body(&name, &function, None))?;
        self.shell.location = location;
        self.shell.notes_function(&name);
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
    pub(super) fn body(
        &mut self,
        name: &str,
        function: &Function,
        arguments: Option<Vec<ShellWord>>,
    ) -> Done {
        let label = format!("function {name}");
        if self.shell.via.contains(&label) {
            self.visitor.repeats();
            return Ok(());
        }
        let outer = std::mem::replace(&mut self.shell.positional, arguments);
        let returns = self.shell.returns;
        self.shell.locals.push(Vec::new());
        let ast::FunctionBody(compound, redirections) = &*function.body;
        let texts = std::mem::replace(&mut self.texts, Rc::clone(&function.texts));
        let point = self.shell.point();
        let result = self.with(
            |walk| walk.redirected(redirections.as_ref(), |walk| walk.compound(compound)),
            How::Through(&label),
        );
        self.shell.ends(point);
        self.texts = texts;
        self.shell.positional = outer;
        self.shell.returns = returns;
        for (name, old) in self.shell.locals.pop().into_iter().flatten().rev() {
            self.shell.reveal(name, old);
        }
        result
    }
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
