//! Why a trust file is refused.

use crate::canonical::DocumentError;

/// Why a document is not a trust file that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The bytes are not a document of these types.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A field has a value that it may not have.
    #[error("`{field}` {problem}")]
    Field {
        /// The JSON pointer (RFC 6901) to the field.
        field: String,
        /// What is wrong with the field.
        problem: Problem,
    },
}

/// What is wrong with a field of a trust file. The text is read after the field's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The document is of another version.
    #[error("is not `{}`", super::document::SCHEMA_VERSION)]
    SchemaVersion,
    /// The number of the first trust file is 1.
    #[error("is 0; the first trust file has the version 1")]
    VersionZero,
    /// A list has too few or too many entries.
    #[error("has {found} entries; there must be {least} to {most}")]
    Count {
        /// The entries of the list.
        found: usize,
        /// The fewest that there may be.
        least: usize,
        /// The most that there may be.
        most: usize,
    },
    /// A name is empty or too long.
    #[error("has {found} bytes; a name has 1 to {limit}")]
    Length {
        /// The bytes of the name.
        found: usize,
        /// The bytes that it may have.
        limit: usize,
    },
    /// A name has characters that can't be seen, or white space around it.
    #[error("begins or ends with white space, or holds a control character")]
    Unprintable,
    /// A name has a character that nobody sees.
    #[error("has an invisible character in it (U+{0:04X})")]
    Invisible(u32),
    /// A name looks like a user of a machine and is none.
    #[error("is not `uid:` and the number of a user, such as `uid:1000`")]
    NoUser,
    /// An entry occurs twice, or two people or services have one name.
    #[error("repeats `{0}`")]
    Repeats(String),
    /// Two people or services have one key, or one of them has it twice.
    #[error("is the same key as `{0}`; each key belongs to one person or service")]
    SharedKey(String),
    /// The file has too many keys.
    #[error("is one key too many; people and services have at most {0} together")]
    TooManyKeys(usize),
    /// An approver is in no group, so the approval would count for nobody.
    #[error(
        "is empty, and the person has the role `approve`; name the groups that the person approves for"
    )]
    NoGroup,
    /// So many people can never sign.
    #[error("{}", min_signers(*found, *most, *people))]
    MinSigners {
        /// The number in the file.
        found: u32,
        /// The greatest number that is allowed.
        most: u32,
        /// People with the role `trust`.
        people: usize,
    },
}

fn min_signers(found: u32, most: u32, people: usize) -> String {
    match people {
        0 => format!("is {found}, and nobody has the role `trust`"),
        _ => format!(
            "is {found}; there must be 1 to {most}, and {people} people have the role `trust`"
        ),
    }
}
