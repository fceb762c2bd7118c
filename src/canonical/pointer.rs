//! JSON pointers (RFC 6901).

use serde_path_to_error::{Path, Segment};

use super::difference::Step;

/// A key as one step of a pointer.
#[must_use]
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The pointer to the place where deserialising stopped.
#[must_use]
pub fn of_path(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escape(key),
            Segment::Enum { variant } => escape(variant),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

/// The pointer to the end of these steps.
#[must_use]
pub fn of_steps(steps: &[Step<'_>]) -> String {
    let mut pointer = String::new();
    for step in steps {
        pointer.push('/');
        match step {
            Step::Key(key) => pointer.push_str(&escape(key)),
            Step::Index(index) => pointer.push_str(&index.to_string()),
        }
    }
    pointer
}
