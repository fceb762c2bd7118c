//! The opaque names under which the grammar sees words.

/// In a token, marks the text in [`Texts`] whose index follows it, up to [`CLOSE`].
pub(super) const OPEN: char = '\u{E000}';

pub(super) const CLOSE: char = '\u{E001}';

/// The texts behind the grammar's opaque names.
#[derive(Debug, Default)]
pub(super) struct Texts(pub(super) Vec<Text>, Vec<String>);

/// The descriptor that represents the first of the names in `{NAME}<f`.
const FIRST_NAMED: i32 = 1_000_000;

#[derive(Debug)]
pub(super) struct Text {
    pub(super) raw: String,
    /// For the body of a here-document: whether it is expanded.
    pub(super) expands: bool,
    /// It is the whole word: what is in front of its name is there for the grammar alone.
    pub(super) whole: bool,
}

/// A name that something inside a loop assigns to.
#[derive(Debug)]
pub(super) struct LoopName {
    pub(super) name: String,
    /// It becomes a number.
    pub(super) number: bool,
}

/// Names that are assigned inside a loop, so that their values depend on the iteration.
#[derive(Debug, Default)]
pub(super) struct LoopNames {
    pub(super) names: Vec<LoopName>,
    /// Something in a loop may assign any name (`read`, `eval`, `source`).
    pub(super) any: bool,
    /// Something in a loop may change the positional parameters (`shift`, `set`).
    pub(super) arguments: bool,
}

impl Texts {
    pub(super) fn add(&mut self, raw: String) -> String {
        self.push(raw, false)
    }

    /// A whole word, behind something that the grammar needs.
    pub(super) fn add_whole(&mut self, raw: String) -> String {
        self.push(raw, true)
    }

    fn push(&mut self, raw: String, whole: bool) -> String {
        self.0.push(Text {
            raw,
            expands: true,
            whole,
        });
        format!("{OPEN}{}{CLOSE}", self.0.len() - 1)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The number by which the grammar sees `{NAME}` in front of a redirection.
    pub(super) fn descriptor(&mut self, name: &str) -> i32 {
        self.1.push(name.to_owned());
        let index = i32::try_from(self.1.len() - 1).unwrap_or_default();
        FIRST_NAMED + index
    }

    /// The text between `{` and `}` in front of a redirection.
    pub(super) fn named_descriptor(&self, number: i32) -> Option<&str> {
        let index = usize::try_from(number.checked_sub(FIRST_NAMED)?).ok()?;
        self.1.get(index).map(String::as_str)
    }

    /// A token's text as it was written.
    pub(super) fn raw(&self, name: &str) -> String {
        let mut raw = String::with_capacity(name.len());
        let mut rest = name;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let (index, after) = after.split_once(CLOSE).unwrap_or((after, ""));
            let text = index.parse().ok();
            let text = text.and_then(|index: usize| self.0.get(index));
            if text.is_none_or(|text| !text.whole) {
                raw.push_str(before);
            }
            if let Some(text) = text {
                raw.push_str(&text.raw);
            }
            rest = after;
        }
        raw.push_str(rest);
        raw
    }

    /// Whether a here-document's body is expanded.
    pub(super) fn expands(&self, name: &str) -> bool {
        let index = name.trim_start_matches(OPEN).trim_end_matches(CLOSE);
        let index: Option<usize> = index.parse().ok();
        index
            .and_then(|index| self.0.get(index))
            .is_none_or(|text| text.expands)
    }
}

/// A here-document whose body is still to be read.
pub(super) struct HereDocument {
    /// The index of its body in [`Texts`].
    pub(super) text: usize,
    pub(super) delimiter: String,
    /// Its body is expanded, because the delimiter has no quotes.
    pub(super) expands: bool,
    pub(super) strip_tabs: bool,
}
