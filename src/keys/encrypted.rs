//! Private keys that a passphrase encrypts: people's keys.
//!
//! The text is the public key in its first line, and then a PEM block `ENCRYPTED PRIVATE KEY`: an
//! `EncryptedPrivateKeyInfo` (RFC 5958 section 3) by PBES2 (RFC 8018). Other tools ignore text
//! before a PEM block (RFC 7468 section 2), so they read the file too. The first line holds the
//! name of the key, which PKCS#8 has no field for.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::pkcs8::KeypairBytes;
use pkcs8::der::ErrorKind;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{self, Kdf, Parameters, Pbkdf2Prf, ScryptParams};
use pkcs8::{
    EncodePrivateKey as _, EncryptedPrivateKeyInfo, LineEnding, PrivateKeyInfo, SecretDocument,
};
use zeroize::Zeroizing;

use super::passphrase::{Passphrase, PassphraseError};
use super::{KeyError, SigningKey, VerifyingKey};

/// Rounds of PBKDF2 that are spent on opening a key. RFC 8018 section 4.2 names this number for
/// especially critical keys; it takes some seconds.
pub const MAX_PBKDF2_ROUNDS: u32 = 10_000_000;
/// Bytes of memory that scrypt may take to open a key: `128 * r * (N + p)`.
pub const MAX_SCRYPT_MEMORY_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes that scrypt may fill to open a key, one block of memory after the other: `128 * r * N *
/// p`. It bounds the time.
pub const MAX_SCRYPT_WORK_BYTES: u64 = 512 * 1024 * 1024;

/// Cost of the keys that are made here: `N`, `r` and `p` of scrypt, 16 MiB of memory. The OWASP
/// Password Storage Cheat Sheet lists them as equal to `N = 2^17, p = 1`, which OpenSSL refuses
/// to open because it takes more than 32 MiB.
const SCRYPT_N: u64 = 1 << 14;
const SCRYPT_R: u16 = 8;
const SCRYPT_P: u16 = 5;
/// Bytes of the salt (NIST SP 800-132 section 5.1 asks for 16).
const SALT_BYTES: usize = 16;
/// Bytes of an AES block.
const IV_BYTES: usize = 16;

const PEM_LABEL: &str = "ENCRYPTED PRIVATE KEY";
const PEM_BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

/// Why an encrypted key can't be read, opened or made.
#[derive(Debug, thiserror::Error)]
pub enum EncryptedKeyError {
    /// The first line is not a public key.
    #[error(
        "its first line should be the public key, `NAME+ID+KEY`, as `cavra keys generate` writes it"
    )]
    Public(#[source] KeyError),
    /// What follows is not the PEM block of an encrypted key.
    #[error(
        "after its first line there should be one whole PEM block `{PEM_LABEL}` and nothing else"
    )]
    Malformed,
    /// Encrypted by an algorithm that is not used here.
    #[error(
        "it is encrypted in another way than by PBES2 with AES in CBC mode and scrypt or PBKDF2 \
         with SHA-2 (RFC 8018)"
    )]
    Scheme,
    /// Opening it costs more than a limit.
    #[error("opening it would take more than {limit} {unit}")]
    TooExpensive {
        /// How many there may be.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
    /// The passphrase doesn't decrypt it.
    #[error("the passphrase is wrong, or the key was changed")]
    NotOpened,
    /// Decrypted, but not an Ed25519 key (RFC 8410).
    #[error("it holds a key that is not an Ed25519 key")]
    Kind,
    /// The first line was changed, or is of another file.
    #[error("it holds another private key than the one of its first line")]
    OtherKey,
    /// A passphrase that no key may be encrypted by.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes to encrypt a key with")]
    Random(#[from] getrandom::Error),
    /// The key has no form that can be encrypted. Never happens in practice.
    #[error("the key can't be encrypted")]
    NotEncrypted,
}

/// A private Ed25519 key that a passphrase encrypts, and its public key. Nothing of it is secret
/// while the passphrase is, so it may be shown; but who has it can try passphrases.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedKey {
    public: VerifyingKey,
    /// `EncryptedPrivateKeyInfo` in DER. Its cost is within the limits.
    der: Vec<u8>,
}

impl EncryptedKey {
    /// Encrypts a key by AES-256 in CBC mode under a key that scrypt derives from `passphrase`.
    ///
    /// # Errors
    /// If the passphrase is too short, or the operating system has no randomness.
    pub fn encrypt(key: &SigningKey, passphrase: &Passphrase) -> Result<Self, EncryptedKeyError> {
        passphrase.check_new()?;
        let (mut salt, mut iv) = ([0; SALT_BYTES], [0; IV_BYTES]);
        getrandom::fill(&mut salt)?;
        getrandom::fill(&mut iv)?;
        let parameters = Parameters {
            kdf: Kdf::Scrypt(ScryptParams {
                salt: &salt,
                cost_parameter: SCRYPT_N,
                block_size: SCRYPT_R,
                parallelization: SCRYPT_P,
                key_length: None,
            }),
            encryption: pbes2::EncryptionScheme::Aes256Cbc { iv: &iv },
        };
        // Without the public key, which makes it a version that OpenSSL 3.0 doesn't read.
        let plain = KeypairBytes {
            secret_key: *key.seed(),
            public_key: None,
        };
        let encrypt = || {
            let plain = plain.to_pkcs8_der()?;
            let info = PrivateKeyInfo::try_from(plain.as_bytes())?;
            info.encrypt_with_params(parameters, passphrase.as_bytes())
        };
        let encrypted = encrypt().map_err(|_: pkcs8::Error| EncryptedKeyError::NotEncrypted)?;
        Ok(Self {
            public: key.verifying_key().clone(),
            der: encrypted.as_bytes().to_vec(),
        })
    }

    /// Decrypts the key. Takes up to some seconds of one core, within [`MAX_PBKDF2_ROUNDS`],
    /// [`MAX_SCRYPT_MEMORY_BYTES`] and [`MAX_SCRYPT_WORK_BYTES`].
    ///
    /// # Errors
    /// If the passphrase is another one, or what it decrypts is not the key of the first line.
    pub fn open(&self, passphrase: &Passphrase) -> Result<SigningKey, EncryptedKeyError> {
        let info = EncryptedPrivateKeyInfo::try_from(self.der.as_slice());
        let info = info.map_err(|_| EncryptedKeyError::Malformed)?;
        let plain = info
            .decrypt(passphrase.as_bytes())
            .map_err(|error| not_opened(&error))?;
        let plain = PrivateKeyInfo::try_from(plain.as_bytes()).map(KeypairBytes::try_from);
        let Ok(Ok(plain)) = plain else {
            return Err(EncryptedKeyError::Kind);
        };
        let seed = Zeroizing::new(plain.secret_key);
        let key = SigningKey::from_seed(self.public.name().clone(), &seed);
        match *key.verifying_key() == self.public {
            true => Ok(key),
            false => Err(EncryptedKeyError::OtherKey),
        }
    }

    /// Whether `text` means to be an encrypted key, of these programs or of others.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        text.contains(PEM_BEGIN)
    }

    /// The public key, as the first line says. Only [`Self::open`] checks that it is the
    /// private key's.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// The text to keep, with a line feed at its end.
    ///
    /// # Errors
    /// Never in practice: any bytes can be written as PEM.
    pub fn to_text(&self) -> Result<String, EncryptedKeyError> {
        let pem = SecretDocument::try_from(self.der.as_slice())
            .and_then(|it| it.to_pem(PEM_LABEL, LineEnding::LF));
        let pem = pem.map_err(|_| EncryptedKeyError::NotEncrypted)?;
        Ok(format!("{}\n{}", self.public, pem.as_str()))
    }
}

impl FromStr for EncryptedKey {
    type Err = EncryptedKeyError;

    fn from_str(text: &str) -> Result<Self, EncryptedKeyError> {
        let text = text.trim();
        let (first, pem) = text.split_once('\n').unwrap_or((text, ""));
        let public = first.trim_end().parse();
        let public = public.map_err(EncryptedKeyError::Public)?;
        // A reader of PEM skips text before the block. There is no reason for any.
        if !pem.starts_with(PEM_BEGIN) {
            return Err(EncryptedKeyError::Malformed);
        }
        let document = SecretDocument::from_pem(pem);
        let (label, document) = document.map_err(|_| EncryptedKeyError::Malformed)?;
        if label != PEM_LABEL {
            return Err(EncryptedKeyError::Malformed);
        }
        let der = document.as_bytes().to_vec();
        let info = EncryptedPrivateKeyInfo::try_from(der.as_slice());
        check_cost(&info.map_err(|error| unreadable(&error))?)?;
        Ok(Self { public, der })
    }
}

impl fmt::Debug for EncryptedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptedKey({})", self.public)
    }
}

/// What opening the key costs is known before anything is spent on it.
fn check_cost(info: &EncryptedPrivateKeyInfo<'_>) -> Result<(), EncryptedKeyError> {
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        return Err(EncryptedKeyError::Scheme);
    };
    match &parameters.kdf {
        Kdf::Pbkdf2(it) if it.prf == Pbkdf2Prf::HmacWithSha1 => Err(EncryptedKeyError::Scheme),
        Kdf::Pbkdf2(it) => within(
            it.iteration_count.into(),
            MAX_PBKDF2_ROUNDS.into(),
            "rounds of PBKDF2",
        ),
        Kdf::Scrypt(it) => check_scrypt(it),
        _ => Err(EncryptedKeyError::Scheme),
    }
}

fn check_scrypt(cost: &ScryptParams<'_>) -> Result<(), EncryptedKeyError> {
    let n = cost.cost_parameter;
    let (r, p) = (u64::from(cost.block_size), u64::from(cost.parallelization));
    // RFC 7914 section 2: N is a power of two above 1.
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(EncryptedKeyError::Malformed);
    }
    let memory = n.saturating_add(p).saturating_mul(128 * r);
    within(memory, MAX_SCRYPT_MEMORY_BYTES, "bytes of memory")?;
    let work = n.saturating_mul(p).saturating_mul(128 * r);
    within(work, MAX_SCRYPT_WORK_BYTES, "bytes of work for scrypt")
}

fn within(count: u64, limit: u64, unit: &'static str) -> Result<(), EncryptedKeyError> {
    match count > limit {
        true => Err(EncryptedKeyError::TooExpensive { limit, unit }),
        false => Ok(()),
    }
}

/// An algorithm that is not known is no damage.
fn unreadable(error: &pkcs8::Error) -> EncryptedKeyError {
    match error {
        pkcs8::Error::Asn1(error) if matches!(error.kind(), ErrorKind::OidUnknown { .. }) => {
            EncryptedKeyError::Scheme
        }
        _ => EncryptedKeyError::Malformed,
    }
}

fn not_opened(error: &pkcs8::Error) -> EncryptedKeyError {
    use pkcs8::pkcs5::Error;
    match error {
        pkcs8::Error::EncryptedPrivateKey(
            Error::AlgorithmParametersInvalid { .. }
            | Error::NoPbes1CryptSupport
            | Error::UnsupportedAlgorithm { .. },
        ) => EncryptedKeyError::Scheme,
        _ => EncryptedKeyError::NotOpened,
    }
}
