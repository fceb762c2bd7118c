//! Values of a tape, as they are looked at.

use super::{Node, Tape, write_number};

/// One value of a [`Tape`].
#[derive(Debug, Clone, Copy)]
pub struct Item<'t, 'a> {
    tape: &'t Tape<'a>,
    at: usize,
}

impl<'t, 'a> Item<'t, 'a> {
    pub(super) fn first(tape: &'t Tape<'a>) -> Self {
        Self { tape, at: 0 }
    }

    fn node(self) -> Option<&'t Node<'a>> {
        self.tape.0.get(self.at)
    }

    /// The value of an object's member; none if it is no object or has no such member.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Self> {
        let Some(Node::Object { end: _, keys }) = self.node() else {
            return None;
        };
        let key = keys.iter().find(|key| self.tape.text(**key) == name)?;
        Some(Self {
            at: *key as usize + 1,
            ..self
        })
    }

    /// The names of an object's members; none if it is no object.
    pub fn names(self) -> impl Iterator<Item = &'t str> {
        let keys: &'t [_] = match self.node() {
            Some(Node::Object { end: _, keys }) => keys,
            _ => &[],
        };
        keys.iter().map(move |key| self.tape.text(*key))
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(self) -> Option<&'t str> {
        match self.node()? {
            Node::Text(text) => Some(text),
            Node::Escaped(text) => Some(text),
            _ => None,
        }
    }

    /// `true` or `false`, if it is one of them.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.node()? {
            Node::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A number as RFC 8785 writes it, if it is one.
    #[must_use]
    pub fn number(self) -> Option<String> {
        let Node::Number(number) = self.node()? else {
            return None;
        };
        let mut text = Vec::new();
        write_number(*number, &mut text).ok()?;
        String::from_utf8(text).ok()
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.node(), Some(Node::Null))
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        matches!(self.node(), Some(Node::Object { .. }))
    }

    /// What an array holds, if it is one.
    #[must_use]
    pub fn items(self) -> Option<impl Iterator<Item = Self>> {
        let Some(Node::Array { end }) = self.node() else {
            return None;
        };
        let items = self.tape.children(self.at + 1, *end);
        Some(items.map(move |at| Self { at, ..self }))
    }
}
