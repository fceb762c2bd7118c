use std::collections::HashSet;

use saphyr_parser::{Event, Marker, ScalarStyle, Span};

use super::scalar::core_schema;
use super::{Entry, Kind, MAX_DEPTH, Node, YamlError, refuse};

/// A mapping or sequence that is not closed yet.
enum Open {
    Seq(Marker, Vec<Node>),
    Map(Marker, OpenMap),
}

#[derive(Default)]
struct OpenMap {
    entries: Vec<Entry>,
    seen: HashSet<String>,
    /// The key that waits for its value.
    key: Option<(Marker, String)>,
}

/// Builds the tree from events. Iterative, so that depth costs no stack.
#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
}

impl Builder {
    /// What was built; none of an empty document.
    pub(super) fn root(self) -> Option<Node> {
        self.root
    }

    /// Takes the next event.
    pub(super) fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let at = span.start;
        match event {
            Event::Alias(_) => Err(refuse(at, "yaml-alias", "aliases are not allowed here")),
            Event::DocumentStart(_) if self.root.is_some() => Err(refuse(
                at,
                "yaml-several-documents",
                "only one document is allowed here",
            )),
            Event::Scalar(text, style, anchor, tag) => {
                unadorned(at, anchor, tag.is_some())?;
                if matches!(self.open.last(), Some(Open::Map(_, map)) if map.key.is_none()) {
                    return self.key(at, &text, style);
                }
                let kind = match style {
                    ScalarStyle::Plain => core_schema(at, &text)?,
                    _ => Kind::Str(text.into_owned()),
                };
                self.value(at, kind);
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => {
                unadorned(at, anchor, tag.is_some())?;
                self.open(at, Open::Seq(at, Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                unadorned(at, anchor, tag.is_some())?;
                self.open(at, Open::Map(at, OpenMap::default()))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close();
                Ok(())
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(&mut self, at: Marker, open: Open) -> Result<(), YamlError> {
        if matches!(self.open.last(), Some(Open::Map(_, map)) if map.key.is_none()) {
            return Err(refuse(at, "yaml-key", "keys must be strings"));
        }
        if self.open.len() >= MAX_DEPTH {
            let problem = format!("nested more than {MAX_DEPTH} deep");
            return Err(refuse(at, "yaml-depth", problem));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Seq(at, items)) => self.value(at, Kind::Seq(items)),
            Some(Open::Map(at, map)) => self.value(at, Kind::Map(map.entries)),
            None => {}
        }
    }

    fn key(&mut self, at: Marker, text: &str, style: ScalarStyle) -> Result<(), YamlError> {
        if style == ScalarStyle::Plain {
            if text == "<<" {
                return Err(refuse(
                    at,
                    "yaml-merge-key",
                    "merge keys are not allowed here",
                ));
            }
            if !matches!(core_schema(at, text)?, Kind::Str(_)) {
                let problem = format!("key `{text}` is not a string; put it in quotes");
                return Err(refuse(at, "yaml-key", problem));
            }
        }
        if let Some(Open::Map(_, map)) = self.open.last_mut() {
            if !map.seen.insert(text.to_owned()) {
                let problem = format!("`{text}` is there twice");
                return Err(refuse(at, "yaml-duplicate-key", problem));
            }
            map.key = Some((at, text.to_owned()));
        }
        Ok(())
    }

    fn value(&mut self, at: Marker, kind: Kind) {
        let (line, column) = (at.line(), at.col() + 1);
        let node = Node { line, column, kind };
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Seq(_, items)) => items.push(node),
            Some(Open::Map(_, map)) => {
                if let Some((at, key)) = map.key.take() {
                    map.entries.push(Entry {
                        key,
                        line: at.line(),
                        column: at.col() + 1,
                        value: node,
                    });
                }
            }
        }
    }
}

fn unadorned(at: Marker, anchor: usize, tagged: bool) -> Result<(), YamlError> {
    if anchor != 0 {
        return Err(refuse(at, "yaml-anchor", "anchors are not allowed here"));
    }
    if tagged {
        return Err(refuse(at, "yaml-tag", "tags are not allowed here"));
    }
    Ok(())
}
