//! Redirections of a command (bash(1), "Redirection"): which files it opens, and what its standard input is.

use std::rc::Rc;

use brush_parser::ast;

use super::expand::Expander;
use super::state::Stdin;
use super::variable::Variable;
use super::walk::{Done, Walk};
use super::{Redirection, ShellWord, SimpleCommand, Unparsed, brace, expand};

impl Walk<'_> {
    pub(super) fn redirection(
        &mut self,
        redirection: &ast::IoRedirect,
        command: &mut SimpleCommand,
    ) -> Done {
        let reads = self.shell.environment.reads;
        self.one_redirection(redirection, command)?;
        command.may_not_run |= self.may_fail(redirection);
        self.shell.shows_since(reads);
        Ok(())
    }

    /// The file that a target names: bash expands the names of files in what a variable without quotes holds
    /// too. What becomes several words, or none, names no file that is known.
    fn target(&mut self, raw: &str) -> Result<ShellWord, Unparsed> {
        let mut expander = Expander::new(self, raw, true);
        expander.unquoted(0, raw.len())?;
        let mut words = expander.finish();
        match (words.pop(), words.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Ok(ShellWord {
                dynamic: true,
                ..ShellWord::constant(raw)
            }),
        }
    }

    /// What a target with braces expands to. To bash several files are an error, zsh opens each of them
    /// (zshmisc(1), "Multios"), and to dash the braces are a part of the name. To zsh a `!` in front, as in
    /// `>! FILE`, is a part of the operator.
    fn further_targets(&mut self, word: &ast::Word) -> Result<Vec<ShellWord>, Unparsed> {
        let raw = self.texts.raw(&word.value);
        if raw.starts_with('!') {
            self.unknown("shells differ about which file a redirection names");
        }
        if !raw.contains('{') {
            return Ok(Vec::new());
        }
        let Ok(targets) = brace::expand(&raw) else {
            self.unknown("a redirection to more files than can be followed");
            return Ok(Vec::new());
        };
        if targets.len() < 2 {
            return Ok(Vec::new());
        }
        self.unknown("shells differ about a redirection to several files");
        let targets = targets.iter().map(|raw| self.target(raw));
        targets.collect()
    }

    /// Whether a file or a descriptor that a redirection names may be none that can be opened.
    fn may_fail(&self, redirection: &ast::IoRedirect) -> bool {
        use ast::IoFileRedirectTarget as Target;
        let is_there = |word: &ast::Word| {
            let raw = self.texts.raw(&word.value);
            matches!(&*raw, "/dev/null" | "0" | "1" | "2")
        };
        match redirection {
            ast::IoRedirect::File(_, _, Target::Fd(descriptor)) => *descriptor > 2,
            ast::IoRedirect::File(_, _, Target::Filename(word) | Target::Duplicate(word))
            | ast::IoRedirect::OutputAndError(word, _) => !is_there(word),
            ast::IoRedirect::File(_, _, Target::ProcessSubstitution(..))
            | ast::IoRedirect::HereString(..)
            | ast::IoRedirect::HereDocument(..) => false,
        }
    }

    fn one_redirection(
        &mut self,
        redirection: &ast::IoRedirect,
        command: &mut SimpleCommand,
    ) -> Done {
        use ast::IoFileRedirectKind as Kind;
        match redirection {
            ast::IoRedirect::File(descriptor, kind, target) => {
                self.descriptor(*descriptor)?;
                let (word, others) = match target {
                    ast::IoFileRedirectTarget::Filename(word)
                    | ast::IoFileRedirectTarget::Duplicate(word) => {
                        let raw = self.texts.raw(&word.value);
                        (self.target(&raw)?, self.further_targets(word)?)
                    }
                    ast::IoFileRedirectTarget::Fd(source) => {
                        self.shares_input(*source == 0);
                        takes_over(command, *descriptor, kind, *source != 0);
                        return Ok(());
                    }
                    ast::IoFileRedirectTarget::ProcessSubstitution(_, subshell) => {
                        return self
                            .background(|walk| walk.subshell(|walk| walk.list(&subshell.list)));
                    }
                };
                self.shares_input(is_input(&word.text));
                let (reads, writes) = match kind {
                    Kind::Read => (true, false),
                    Kind::ReadAndWrite => (true, true),
                    Kind::Write | Kind::Append | Kind::Clobber => (false, true),
                    Kind::DuplicateInput | Kind::DuplicateOutput if is_descriptor(&word.text) => {
                        takes_over(command, *descriptor, kind, word.text != "0");
                        return Ok(());
                    }
                    Kind::DuplicateInput => (true, false),
                    Kind::DuplicateOutput => (false, true),
                };
                if reads && descriptor.is_none_or(|descriptor| descriptor == 0) {
                    command.stdin = Some(Stdin::Dynamic);
                }
                let empties = matches!(kind, Kind::Write | Kind::Clobber);
                command.redirections.push(Redirection {
                    surely_empties: empties && self.surely_opens(&word, command),
                    target: word,
                    reads,
                    writes,
                });
                command
                    .redirections
                    .extend(others.into_iter().map(also(reads, writes)));
            }
            ast::IoRedirect::OutputAndError(word, appends) => {
                let raw = self.texts.raw(&word.value);
                let target = self.target(&raw)?;
                let others = self.further_targets(word)?;
                command.redirections.push(Redirection {
                    surely_empties: !appends && self.surely_opens(&target, command),
                    target,
                    reads: false,
                    writes: true,
                });
                command
                    .redirections
                    .extend(others.into_iter().map(also(false, true)));
            }
            ast::IoRedirect::HereString(descriptor, word) => {
                self.descriptor(*descriptor)?;
                let mut word = self.value(word)?;
                word.text.push('\n');
                feed(command, *descriptor, word);
            }
            ast::IoRedirect::HereDocument(descriptor, document) => {
                self.descriptor(*descriptor)?;
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

    /// Standard input has another name from here on, by which commands may read it.
    fn shares_input(&mut self, is_shared: bool) {
        if is_shared && matches!(self.shell.stdin, Stdin::Text(_)) {
            self.shell.stdin = Stdin::Dynamic;
        }
    }

    /// Whether the shell surely comes to this redirection, and no other can fail before it.
    fn surely_opens(&self, target: &ShellWord, command: &SimpleCommand) -> bool {
        target.known().is_some_and(|path| !path.ends_with('/'))
            && command.redirections.is_empty()
            && !command.may_not_run
            && self.shell.branches == 0
            && self.shell.via.is_empty()
            && !self.shell.is_lost()
    }

    /// `{NAME}` in front of a redirection takes on a descriptor's number.
    fn descriptor(&mut self, number: Option<i32>) -> Done {
        let texts = Rc::clone(&self.texts);
        match number.and_then(|number| texts.named_descriptor(number)) {
            Some(name) => self.assigned_word(&ShellWord::constant(name), Variable::Number),
            None => Ok(()),
        }
    }
}

/// Makes standard input what another descriptor is, of which nothing is known: `<&3`, `0>&3`.
fn takes_over(
    command: &mut SimpleCommand,
    descriptor: Option<i32>,
    kind: &ast::IoFileRedirectKind,
    is_another: bool,
) {
    let usual = i32::from(matches!(kind, ast::IoFileRedirectKind::DuplicateOutput));
    if is_another && descriptor.unwrap_or(usual) == 0 {
        command.stdin = Some(Stdin::Dynamic);
    }
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

/// Names of standard input, behind `<` or `<&`.
fn is_input(text: &str) -> bool {
    matches!(
        text,
        "0" | "0-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0"
    )
}

/// `2>&1`, `>&-`, `<&3-`
fn is_descriptor(text: &str) -> bool {
    let digits = text.strip_suffix('-').unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit())
}

/// A redirection to one of several files.
fn also(reads: bool, writes: bool) -> impl Fn(ShellWord) -> Redirection {
    move |target| Redirection {
        surely_empties: false,
        target,
        reads,
        writes,
    }
}
