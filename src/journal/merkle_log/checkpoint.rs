use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use signed_note::{Note, NoteError, VerificationError, Verifier, Verifiers};

use super::tree::MAX_LEAVES;
use crate::canonical::Digest;
use crate::keys::base64_text;
use crate::keys::{Origin, SigningKey, VerifyingKey};

/// Extension lines in one checkpoint.
pub const MAX_EXTENSIONS: usize = 16;

const TIME_PREFIX: &str = "time ";
const LIFECYCLE_PREFIX: &str = "lifecycle ";
/// The word in place of the index where there is no lifecycle record.
const NO_LIFECYCLE: &str = "none";

/// Why a text is not a checkpoint, or not one to believe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not a C2SP signed note.
    #[error(
        "this is not a signed note; it should be text, an empty line, and lines that begin with `— `"
    )]
    NotANote,
    /// A note, but not C2SP tlog-checkpoint.
    #[error("the note is not a checkpoint: {0}")]
    NotACheckpoint(&'static str),
    /// The note has no signature by the given key.
    #[error("the checkpoint is not signed by the key `{name}+{id:08x}`")]
    Unsigned {
        /// The key that was asked for.
        name: Origin,
        /// The id of the key.
        id: u32,
    },
    /// The known key's signature is not over this text.
    #[error("the signature of `{0}` doesn't match this checkpoint: one of the two was changed")]
    BadSignature(Origin),
    /// A key signs for its own log only.
    #[error("the checkpoint is of the log `{origin}`, but the key is that of `{key}`")]
    OtherLog {
        /// The log of the checkpoint.
        origin: Origin,
        /// The log of the key.
        key: Origin,
    },
}

/// The size and root of a log at one time, as a C2SP tlog-checkpoint.
///
/// The first extension line is `time ` and when the checkpoint was made (RFC 3339, UTC). The second
/// is `lifecycle ` and the index of the last lifecycle record, or `none`. They are signed with the
/// rest. Extension lines of others are kept as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Origin,
    size: u64,
    root: Digest,
    time: Option<Timestamp>,
    lifecycle: Option<LastLifecycle>,
    extensions: Vec<String>,
}

/// Which lifecycle record is the last one that a checkpoint counts. Each such record names the one
/// before it, so this names all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastLifecycle {
    /// There is none.
    None,
    /// The one at this index.
    At(u64),
}

impl Checkpoint {
    /// The checkpoint of a log that holds `size` records under `root`.
    #[must_use]
    pub fn new(origin: Origin, size: u64, root: Digest, time: Timestamp) -> Self {
        Self {
            origin,
            size,
            root,
            time: Some(time),
            lifecycle: None,
            extensions: vec![format!("{TIME_PREFIX}{time}")],
        }
    }

    /// Adds which lifecycle record is the last one.
    #[must_use]
    pub fn with_lifecycle(mut self, last: LastLifecycle) -> Self {
        let index = match last {
            LastLifecycle::None => NO_LIFECYCLE.to_owned(),
            LastLifecycle::At(index) => index.to_string(),
        };
        self.extensions.push(format!("{LIFECYCLE_PREFIX}{index}"));
        self.lifecycle = Some(last);
        self
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The number of records that the checkpoint covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over them.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.root
    }

    /// The time at which it was made, according to its log.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// The last lifecycle record, according to its log. Absent in checkpoints of earlier versions.
    #[must_use]
    pub fn lifecycle(&self) -> Option<LastLifecycle> {
        self.lifecycle
    }

    /// All extension lines, the one with the time too; at most [`MAX_EXTENSIONS`].
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Signs it with the key of its log.
    ///
    /// # Errors
    /// If the key is another log's.
    pub fn sign(self, key: &SigningKey) -> Result<SignedCheckpoint, CheckpointError> {
        self.belongs_to(key.verifying_key())?;
        let mut note = Note::new(self.to_string().as_bytes(), &[])
            .map_err(|_| CheckpointError::NotACheckpoint("its text can't be part of a note"))?;
        note.add_sigs(&[key])
            .map_err(|_| CheckpointError::BadSignature(self.origin.clone()))?;
        SignedCheckpoint::from_note(&note)
    }

    fn belongs_to(&self, key: &VerifyingKey) -> Result<(), CheckpointError> {
        match self.origin == *key.name() {
            true => Ok(()),
            false => Err(CheckpointError::OtherLog {
                origin: self.origin.clone(),
                key: key.name().clone(),
            }),
        }
    }
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = base64_text::encode(self.root.as_bytes());
        write!(f, "{}\n{}\n{root}\n", self.origin, self.size)?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        use CheckpointError::NotACheckpoint;
        let body = text.strip_suffix('\n');
        let mut lines = body
            .ok_or(NotACheckpoint("its last line has no end"))?
            .split('\n');
        let mut line = |missing| lines.next().ok_or(NotACheckpoint(missing));
        let origin = line("it names no log")?;
        let size = line("it has no size")?;
        let root = line("it has no root")?;
        let extensions: Vec<String> = lines
            .by_ref()
            .take(MAX_EXTENSIONS + 1)
            .map(str::to_owned)
            .collect();
        if extensions.len() > MAX_EXTENSIONS {
            return Err(NotACheckpoint("it has more than 16 extension lines"));
        }
        if extensions.iter().any(String::is_empty) {
            return Err(NotACheckpoint("one of its extension lines is empty"));
        }
        Ok(Self {
            origin: origin
                .parse()
                .map_err(|_| NotACheckpoint("its first line names no log"))?,
            size: self::size(size)
                .ok_or(NotACheckpoint("its second line is no size below 2^53"))?,
            root: base64_text::decode_digest(root)
                .ok_or(NotACheckpoint("its third line is no SHA-256 in base64"))?,
            time: time(&extensions)?,
            lifecycle: lifecycle(&extensions)?,
            extensions,
        })
    }
}

/// Decimal without sign or leading zeros.
fn size(text: &str) -> Option<u64> {
    let size = text.parse().ok().filter(|size| *size <= MAX_LEAVES)?;
    (text == u64::to_string(&size)).then_some(size)
}

fn time(extensions: &[String]) -> Result<Option<Timestamp>, CheckpointError> {
    let malformed = || CheckpointError::NotACheckpoint("its `time` line is no RFC 3339 time");
    let line = only(extensions, TIME_PREFIX, "it has two `time` lines")?;
    line.map(|time| time.parse().map_err(|_| malformed()))
        .transpose()
}

fn lifecycle(extensions: &[String]) -> Result<Option<LastLifecycle>, CheckpointError> {
    let malformed =
        CheckpointError::NotACheckpoint("its `lifecycle` line is no index and not `none`");
    let line = only(extensions, LIFECYCLE_PREFIX, "it has two `lifecycle` lines")?;
    match line {
        None => Ok(None),
        Some(NO_LIFECYCLE) => Ok(Some(LastLifecycle::None)),
        Some(index) => match self::size(index) {
            Some(index) => Ok(Some(LastLifecycle::At(index))),
            None => Err(malformed),
        },
    }
}

/// What follows `prefix` in the one line that begins with it.
fn only<'a>(
    extensions: &'a [String],
    prefix: &str,
    twice: &'static str,
) -> Result<Option<&'a str>, CheckpointError> {
    let mut lines = extensions
        .iter()
        .filter_map(|line| line.strip_prefix(prefix));
    match (lines.next(), lines.next()) {
        (line, None) => Ok(line),
        (_, Some(_)) => Err(CheckpointError::NotACheckpoint(twice)),
    }
}

/// A checkpoint with signatures, as C2SP signed-note writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    text: String,
    checkpoint: Checkpoint,
}

impl SignedCheckpoint {
    fn from_note(note: &Note) -> Result<Self, CheckpointError> {
        let text = |bytes| String::from_utf8(bytes).map_err(|_| CheckpointError::NotANote);
        Ok(Self {
            text: text(note.to_bytes())?,
            checkpoint: text(note.text().to_vec())?.parse()?,
        })
    }

    /// The note, to be stored, sent elsewhere or shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The checkpoint, without checking a signature: to be shown, not to be relied on.
    #[must_use]
    pub fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// What it says, if `key` signed it. Signatures of other keys, such as witnesses', are
    /// ignored.
    ///
    /// # Errors
    /// If it is not signed by `key`, or is the checkpoint of another log than the key's.
    pub fn open(&self, key: &VerifyingKey) -> Result<&Checkpoint, CheckpointError> {
        let note = Note::from_bytes(self.text.as_bytes()).map_err(|_| CheckpointError::NotANote)?;
        note.verify(&Only(key)).map_err(|error| match error {
            NoteError::UnverifiedNote => CheckpointError::Unsigned {
                name: key.name().clone(),
                id: key.id(),
            },
            _ => CheckpointError::BadSignature(key.name().clone()),
        })?;
        self.checkpoint.belongs_to(key)?;
        Ok(&self.checkpoint)
    }
}

impl FromStr for SignedCheckpoint {
    type Err = CheckpointError;

    /// Reads a note without checking its signature, which is [`SignedCheckpoint::open`]'s work.
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let note = Note::from_bytes(text.as_bytes()).map_err(|_| CheckpointError::NotANote)?;
        Self::from_note(&note)
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The one key that is known.
struct Only<'a>(&'a VerifyingKey);

impl Verifiers for Only<'_> {
    fn verifier(&self, name: &str, id: u32) -> Result<&dyn Verifier, VerificationError> {
        match name == self.0.name().as_str() && id == self.0.id() {
            true => Ok(self.0),
            false => Err(VerificationError::UnknownKey {
                name: name.to_owned(),
                id,
            }),
        }
    }
}
