use std::fmt;
use std::str::FromStr;

use ed25519_dalek::pkcs8::EncodePublicKey as _;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{SECRET_KEY_LENGTH, SIGNATURE_LENGTH, Signature, Signer as _};
use signed_note::{is_key_name_valid, key_id, new_ed25519_verifier_key};
use zeroize::Zeroizing;

use super::base64_text;

/// Bytes of an [`Origin`].
pub const MAX_NAME_BYTES: usize = 255;

const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";
/// The signature type of Ed25519 (C2SP signed-note, "Signatures").
const ED25519: u8 = 1;

/// Why a text is not a key, or a key can't be used. Never holds what was read: it may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a name.
    #[error(
        "`{0}` can't name a log: a name has 1 to {MAX_NAME_BYTES} bytes and neither spaces, \
         control characters nor `+`; `example.org/cavra` is one"
    )]
    Name(String),
    /// Not the text of a private key.
    #[error("this is not a private key; it should read `PRIVATE+KEY+NAME+ID+KEY`")]
    NotPrivate,
    /// Not the text of a public key.
    #[error("this is not a public key; it should read `NAME+ID+KEY`")]
    NotPublic,
    /// A private key where a public one is wanted.
    #[error("this is a private key where a public one is wanted: `cavra keys show` prints it")]
    PrivateForPublic,
    /// Another signature type than Ed25519, such as a witness's.
    #[error("the key `{0}` is not of the type 1, Ed25519")]
    Algorithm(Origin),
    /// The id is not that of the name and the key.
    #[error("the key `{0}` does not have the id in its text: part of it was changed")]
    Id(Origin),
    /// Everybody could sign for such a key.
    #[error("the key `{0}` is a weak one: generate another with `cavra keys generate`")]
    Weak(Origin),
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes for a new key")]
    Random(#[from] getrandom::Error),
}

/// What a log is called, and the key that signs for it: an `origin` of C2SP tlog-checkpoint and
/// key name of C2SP signed-note. Such as `example.org/cavra`; at most [`MAX_NAME_BYTES`] bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let allowed = is_key_name_valid(text)
            && text.len() <= MAX_NAME_BYTES
            && !text.chars().any(char::is_control);
        match allowed {
            true => Ok(Self(text.to_owned())),
            false => Err(KeyError::Name(text.chars().take(MAX_NAME_BYTES).collect())),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A private Ed25519 key and its name, read from `PRIVATE+KEY+NAME+ID+KEY`, the form of Go's
/// `sumdb/note`. Wiped from memory when dropped, and never shown.
#[derive(Clone)]
pub struct SigningKey {
    inner: ed25519_dalek::SigningKey,
    verifying: VerifyingKey,
}

/// A public Ed25519 key and its name, read from and shown as `NAME+ID+KEY` (C2SP signed-note,
/// "Verifier keys").
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: Origin,
    id: u32,
    inner: ed25519_dalek::VerifyingKey,
}

impl SigningKey {
    /// A new key, from the operating system's randomness.
    ///
    /// # Errors
    /// If the operating system has none.
    pub fn generate(name: Origin) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; SECRET_KEY_LENGTH]);
        getrandom::fill(seed.as_mut_slice())?;
        Ok(Self::from_seed(name, &seed))
    }

    pub(super) fn from_seed(name: Origin, seed: &[u8; SECRET_KEY_LENGTH]) -> Self {
        let inner = ed25519_dalek::SigningKey::from_bytes(seed);
        let verifying = VerifyingKey::new(name, inner.verifying_key());
        Self { inner, verifying }
    }

    /// Whether `text` means to be a private key, so that it is handled as one even if it is
    /// not whole.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        text.trim_start().starts_with("PRIVATE+")
    }

    /// The form to keep. Secret.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut key = Zeroizing::new([ED25519; 1 + SECRET_KEY_LENGTH]);
        key.iter_mut()
            .skip(1)
            .zip(self.seed().iter())
            .for_each(|(to, from)| *to = *from);
        let encoded = Zeroizing::new(base64_text::encode(key.as_slice()));
        let VerifyingKey { name, id, .. } = &self.verifying;
        Zeroizing::new(format!(
            "{PRIVATE_PREFIX}{name}+{id:08x}+{}",
            encoded.as_str()
        ))
    }

    /// The 32 bytes that the key follows from (RFC 8032 section 5.1.5). Secret.
    pub(super) fn seed(&self) -> Zeroizing<[u8; SECRET_KEY_LENGTH]> {
        Zeroizing::new(self.inner.to_bytes())
    }

    /// The key to check signatures with.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The Ed25519 signature (RFC 8032) over `message` as it is.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.inner.sign(message).to_bytes()
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let rest = text.strip_prefix(PRIVATE_PREFIX);
        let parts = rest.and_then(Parts::of).ok_or(KeyError::NotPrivate)?;
        // A damaged private key may hold its secret where the name should be.
        let name: Origin = parts.name.parse().map_err(|_| KeyError::NotPrivate)?;
        let seed = Zeroizing::new(parts.key(&name, KeyError::NotPrivate)?);
        let key = Self::from_seed(name, &seed);
        key.verifying.has_id(parts.id)?;
        Ok(key)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VerifyingKey { name, id, .. } = &self.verifying;
        write!(f, "SigningKey({name}+{id:08x})")
    }
}

impl signed_note::Signer for SigningKey {
    fn name(&self) -> &str {
        self.verifying.name.as_str()
    }

    fn key_id(&self) -> u32 {
        self.verifying.id
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        Ok(Self::sign(self, message).to_vec())
    }
}

impl VerifyingKey {
    fn new(name: Origin, inner: ed25519_dalek::VerifyingKey) -> Self {
        let mut typed = vec![ED25519];
        typed.extend(inner.as_bytes());
        let id = key_id(name.as_str(), &typed);
        Self { name, id, inner }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &Origin {
        &self.name
    }

    /// The first four bytes of SHA-256 over name, line feed, type and key (C2SP signed-note).
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The key as RFC 8032 encodes it.
    #[must_use]
    pub fn public_key_bytes(&self) -> [u8; 32] {
        self.inner.to_bytes()
    }

    /// The key in the form that other tools take: a `SubjectPublicKeyInfo` (RFC 8410) as PEM.
    ///
    /// # Errors
    /// Never in practice: every Ed25519 key has this form.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let pem = self.inner.to_public_key_pem(LineEnding::LF);
        pem.map_err(|_| KeyError::NotPublic)
    }

    /// Whether `signature` is this key's over `message`. Strict: accepts one encoding of a
    /// signature only (RFC 8032 section 5.1.7, and no small-order points).
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.inner.verify_strict(message, &signature).is_ok())
    }

    fn has_id(&self, id: u32) -> Result<(), KeyError> {
        match self.id == id {
            true => Ok(()),
            false => Err(KeyError::Id(self.name.clone())),
        }
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if SigningKey::is_meant_by(text) {
            return Err(KeyError::PrivateForPublic);
        }
        let parts = Parts::of(text).ok_or(KeyError::NotPublic)?;
        let name: Origin = parts.name.parse()?;
        let bytes = parts.key(&name, KeyError::NotPublic)?;
        let inner = ed25519_dalek::VerifyingKey::from_bytes(&bytes);
        let inner = inner.map_err(|_| KeyError::NotPublic)?;
        if inner.is_weak() {
            return Err(KeyError::Weak(name));
        }
        let key = Self::new(name, inner);
        key.has_id(parts.id)?;
        Ok(key)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&new_ed25519_verifier_key(self.name.as_str(), &self.inner))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl signed_note::Verifier for VerifyingKey {
    fn name(&self) -> &str {
        self.name.as_str()
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Self::verify(self, message, signature)
    }
}

/// `NAME+ID+KEY`, which private and public keys have in common.
struct Parts<'a> {
    name: &'a str,
    id: u32,
    key: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        // The key is base64, which may contain `+`.
        let (name, rest) = text.split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let is_id = id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = u32::from_str_radix(id, 16).ok().filter(|_| is_id)?;
        Some(Self { name, id, key })
    }

    /// The key after the byte that says which type it is.
    fn key(&self, name: &Origin, malformed: KeyError) -> Result<[u8; 32], KeyError> {
        let decoded = base64_text::decode(self.key);
        match decoded.as_ref().and_then(|bytes| bytes.split_first()) {
            Some((&ED25519, key)) => key.try_into().map_err(|_| malformed),
            Some(_) => Err(KeyError::Algorithm(name.clone())),
            None => Err(malformed),
        }
    }
}
