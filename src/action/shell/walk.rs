//! The state of a walk through a script.

use std::rc::Rc;

use super::state::Shell;
use super::texts::{LoopNames, Texts};
use super::variable::Variable;
use super::{Unparsed, Visitor};

/// A script on its way.
pub(super) struct Walk<'a> {
    pub(super) shell: &'a mut Shell,
    pub(super) visitor: &'a mut dyn Visitor,
    pub(super) texts: Rc<Texts>,
    pub(super) loops: Rc<LoopNames>,
    /// Names whose values are being evaluated.
    pub(super) evaluating: Vec<String>,
    /// The arrays among a declaration's arguments.
    pub(super) declared: Vec<(String, Variable)>,
}

pub(super) type Done = Result<(), Unparsed>;

// Most scripts have neither, and each walk would make them.
thread_local! {
    static NO_TEXTS: Rc<Texts> = Rc::default();
    static NO_LOOPS: Rc<LoopNames> = Rc::default();
}

impl<'a> Walk<'a> {
    /// At the beginning of a script without words.
    pub(super) fn new(shell: &'a mut Shell, visitor: &'a mut dyn Visitor) -> Self {
        Self {
            shell,
            visitor,
            texts: NO_TEXTS.with(Rc::clone),
            loops: NO_LOOPS.with(Rc::clone),
            evaluating: Vec::new(),
            declared: Vec::new(),
        }
    }

    /// The same walk over the same texts, in a shell that a closure was handed.
    pub(super) fn with(&mut self, inner: impl FnOnce(&mut Walk<'_>) -> Done, how: How) -> Done {
        let Self {
            shell,
            visitor,
            texts,
            loops,
            evaluating,
            declared: _,
        } = self;
        let evaluating = evaluating.clone();
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
                evaluating: evaluating.clone(),
                declared: Vec::new(),
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

    pub(super) fn subshell(&mut self, inner: impl FnOnce(&mut Walk<'_>) -> Done) -> Done {
        self.with(inner, How::Subshell)
    }

    pub(super) fn branch(&mut self, inner: impl FnOnce(&mut Walk<'_>) -> Done) -> Done {
        self.with(inner, How::Branch)
    }

    /// One level deeper in brackets, with a value to hand out.
    pub(super) fn inside<T>(
        &mut self,
        inner: impl FnOnce(&mut Walk<'_>) -> Result<T, Unparsed>,
    ) -> Result<T, Unparsed> {
        let mut value = None;
        self.nested(|walk| {
            value = Some(inner(walk)?);
            Ok(())
        })?;
        value.ok_or_else(|| Unparsed::new("commands nest too deeply"))
    }

    pub(super) fn unknown(&mut self, reason: &str) {
        self.visitor.unknown(reason);
    }
}

#[derive(Clone, Copy)]
pub(super) enum How<'l> {
    Nested,
    Subshell,
    Branch,
    Through(&'l str),
}
