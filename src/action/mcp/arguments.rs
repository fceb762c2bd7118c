//! The arguments of a call, cut into their values.

use super::key::written;
use crate::action::ActionError;
use crate::action::facts::{McpArgument, McpArgumentKind, McpArguments};
use crate::action::limits::{
    MAX_ARGUMENT_DEPTH, MAX_ARGUMENT_KEY_BYTES, MAX_ARGUMENT_TEXT_BYTES, MAX_ARGUMENT_VALUES,
    MAX_ARGUMENTS_BYTES,
};
use crate::canonical::{Digest, Item, Tape};

/// The document's field.
const FIELD: &str = "mcp_arguments";

/// Reads the arguments of a call.
///
/// # Errors
/// Naming `mcp_arguments`, if they are over [`MAX_ARGUMENTS_BYTES`], aren't strict JSON, aren't an
/// object, or nest deeper than [`MAX_ARGUMENT_DEPTH`].
pub(super) fn read(text: &str) -> Result<McpArguments, ActionError> {
    if text.len() > MAX_ARGUMENTS_BYTES {
        return Err(ActionError::TooLarge {
            field: FIELD,
            unit: "bytes",
            actual: text.len(),
            limit: MAX_ARGUMENTS_BYTES,
        });
    }
    let arguments = Tape::parse(text)
        .map_err(|error| ActionError::invalid(FIELD, format!("is not strict JSON: {error}")))?;
    if !arguments.root().is_object() {
        return Err(ActionError::invalid(FIELD, "is not an object"));
    }
    let digest = arguments
        .digest()
        .map_err(|error| ActionError::invalid(FIELD, error.to_string()))?;
    let mut reader = Reader {
        arguments: McpArguments {
            digest,
            incomplete: false,
            unclear: Vec::new(),
            values: Vec::new(),
        },
        at: String::new(),
    };
    reader.members(arguments.root(), 1)?;
    Ok(reader.arguments)
}

struct Reader {
    arguments: McpArguments,
    /// Where the present value is.
    at: String,
}

impl Reader {
    fn members(&mut self, object: Item<'_, '_>, depth: usize) -> Result<(), ActionError> {
        let mut is_empty = true;
        for name in object.names() {
            let Some(value) = object.get(name) else {
                continue;
            };
            is_empty = false;
            let between = if self.at.is_empty() { "" } else { "." };
            let step = format!("{between}{}", written(name));
            if !self.step(&step, value, depth)? {
                return Ok(());
            }
        }
        if is_empty && !self.at.is_empty() {
            self.keep(McpArgumentKind::EmptyObject, None);
        }
        Ok(())
    }

    /// One value below the present one. False if no more values are kept.
    fn step(&mut self, step: &str, value: Item<'_, '_>, depth: usize) -> Result<bool, ActionError> {
        let before = self.at.len();
        if before + step.len() > MAX_ARGUMENT_KEY_BYTES {
            self.arguments.incomplete = true;
            return Ok(true);
        }
        self.at.push_str(step);
        self.value(value, depth)?;
        self.at.truncate(before);
        Ok(self.arguments.values.len() < MAX_ARGUMENT_VALUES || !self.arguments.incomplete)
    }

    fn value(&mut self, value: Item<'_, '_>, depth: usize) -> Result<(), ActionError> {
        if depth > MAX_ARGUMENT_DEPTH {
            let problem = format!("nests deeper than {MAX_ARGUMENT_DEPTH} levels");
            return Err(ActionError::invalid(FIELD, problem));
        }
        if value.is_object() {
            return self.members(value, depth + 1);
        }
        if let Some(items) = value.items() {
            let mut count = 0_usize;
            for item in items {
                if !self.step(&format!("[{count}]"), item, depth + 1)? {
                    return Ok(());
                }
                count += 1;
            }
            if count == 0 {
                self.keep(McpArgumentKind::EmptyList, None);
            }
        } else if let Some(text) = value.as_str() {
            let kind = match text.len() <= MAX_ARGUMENT_TEXT_BYTES {
                true => McpArgumentKind::Text,
                false => McpArgumentKind::LongText,
            };
            self.keep(kind, Some(text));
        } else if value.is_null() {
            self.keep(McpArgumentKind::Null, None);
        } else if let Some(value) = value.as_bool() {
            self.keep(McpArgumentKind::Boolean, Some(&value.to_string()));
        } else {
            let number = value.number().unwrap_or_default();
            self.keep(McpArgumentKind::Number, Some(&number));
        }
        Ok(())
    }

    fn keep(&mut self, kind: McpArgumentKind, text: Option<&str>) {
        if self.arguments.values.len() >= MAX_ARGUMENT_VALUES {
            self.arguments.incomplete = true;
            return;
        }
        let is_long = kind == McpArgumentKind::LongText;
        self.arguments.values.push(McpArgument {
            at: self.at.clone(),
            digest: text
                .filter(|_| is_long)
                .map(|text| Digest::of(text.as_bytes())),
            kind,
            text: text.filter(|_| !is_long).map(str::to_owned),
        });
    }
}
