//! What the conversions of all services share. Each service's folder holds its own.
//!
//! What comes in is checked: `TryFrom`, with the path of the field at fault. What goes out
//! can't fail: `From`. Every structure is taken apart by name, so that a new field breaks
//! the build until somebody decides what it means.

pub(super) mod field;
pub(super) mod names;
pub(super) mod same_fields;
pub(super) mod time;

pub use field::FieldError;
