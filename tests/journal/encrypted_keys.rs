//! Private keys that a passphrase encrypts: read, opened and refused, also by other programs.

use std::fs;
use std::path::Path;
use std::process::Command;

use cavra::keys::SigningKey;
use cavra::keys::encrypted::{
    EncryptedKey, EncryptedKeyError, MAX_PBKDF2_ROUNDS, MAX_SCRYPT_MEMORY_BYTES,
    MAX_SCRYPT_WORK_BYTES,
};
use cavra::keys::file::{Key, KeyFileError, KeySource, write_encrypted_pair};
use cavra::keys::passphrase::{MAX_PASSPHRASE_BYTES, Passphrase, PassphraseError};
use pkcs8::der::Encode as _;
use pkcs8::pkcs5::pbes2::{self, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf, ScryptParams};
use pkcs8::pkcs5::{EncryptionScheme, pbes1};
use pkcs8::{EncryptedPrivateKeyInfo, LineEnding, PrivateKeyInfo, SecretDocument};

use super::checkpoints::{PRIVATE, PUBLIC, key, public};
use super::needs;

const SALT: &[u8] = b"sixteen bytes...";
const IV: &[u8; 16] = b"sixteen bytes!!!";
const PASSPHRASE: &str = "correct horse battery";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::read(text.as_bytes()).unwrap()
}

fn pbkdf2(rounds: u32, prf: Pbkdf2Prf) -> Kdf<'static> {
    Kdf::Pbkdf2(Pbkdf2Params {
        salt: SALT,
        iteration_count: rounds,
        key_length: None,
        prf,
    })
}

fn scrypt(n: u64, r: u16, p: u16) -> Kdf<'static> {
    Kdf::Scrypt(ScryptParams {
        salt: SALT,
        cost_parameter: n,
        block_size: r,
        parallelization: p,
        key_length: None,
    })
}

fn aes(kdf: Kdf<'_>) -> Parameters<'_> {
    let encryption = pbes2::EncryptionScheme::Aes256Cbc { iv: IV };
    Parameters { kdf, encryption }
}

/// The file of a key whose encrypted bytes are none.
fn file_of(scheme: EncryptionScheme<'_>) -> String {
    let info = EncryptedPrivateKeyInfo {
        encryption_algorithm: scheme,
        encrypted_data: &[0; 48],
    };
    file(&info.to_der().unwrap())
}

fn file(der: &[u8]) -> String {
    let document = SecretDocument::try_from(der).unwrap();
    let pem = document.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF);
    format!("{PUBLIC}\n{}", pem.unwrap().as_str())
}

/// The file of an Ed25519 key that is encrypted at no cost. The bytes are of RFC 8410 section 7.
fn cheap(seed: &[u8; 32]) -> String {
    let algorithm = pkcs8::AlgorithmIdentifierRef {
        oid: pkcs8::ObjectIdentifier::new_unwrap("1.3.101.112"),
        parameters: None,
    };
    let octets = [&[0x04, 0x20][..], seed].concat();
    let info = PrivateKeyInfo::new(algorithm, &octets);
    let encrypted = info.encrypt_with_params(aes(pbkdf2(1, Pbkdf2Prf::HmacWithSha256)), PASSPHRASE);
    file(encrypted.unwrap().as_bytes())
}

/// The seed of the key of the golden texts.
fn seed() -> [u8; 32] {
    std::array::from_fn(|at| u8::try_from(at).unwrap())
}

#[test]
fn an_encrypted_key_is_opened_by_its_passphrase_only() {
    let encrypted = EncryptedKey::encrypt(&key(), &passphrase(PASSPHRASE)).unwrap();
    let again = EncryptedKey::encrypt(&key(), &passphrase(PASSPHRASE)).unwrap();
    let text = encrypted.to_text().unwrap();
    assert_ne!(text, again.to_text().unwrap(), "the salt is not random");
    assert!(text.starts_with(&format!(
        "{PUBLIC}\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    )));
    let read: EncryptedKey = text.parse().unwrap();
    assert_eq!(read, encrypted);
    assert_eq!(*read.verifying_key(), public());
    let opened = read.open(&passphrase(PASSPHRASE)).unwrap();
    assert_eq!(opened.to_text(), key().to_text());
    for wrong in ["correct horse batterz", "Correct horse battery", " "] {
        let error = read.open(&passphrase(wrong)).unwrap_err();
        assert!(
            matches!(error, EncryptedKeyError::NotOpened),
            "{wrong}: {error}"
        );
    }
    let secret = PRIVATE.rsplit_once('+').unwrap().1;
    let shown = format!("{text}{encrypted:?}{:?}", passphrase(PASSPHRASE));
    assert!(!shown.contains(&secret[4..20]) && !shown.contains("horse"));
}

#[test]
fn a_passphrase_is_one_line_of_some_length() {
    let long = "x".repeat(MAX_PASSPHRASE_BYTES + 1);
    let cases: &[(&[u8], PassphraseError)] = &[
        (b"", PassphraseError::Empty),
        (long.as_bytes(), PassphraseError::TooLong),
        (b"one\ntwo", PassphraseError::Control),
        (b"one\x1b[A", PassphraseError::Control),
        (b"\xff\xfe", PassphraseError::NotText),
    ];
    for (line, expected) in cases {
        assert_eq!(Passphrase::read(line).unwrap_err(), *expected, "{line:?}");
    }
    passphrase(&long[1..]).check_new().unwrap();
    let short = passphrase("eleven char");
    assert_eq!(short.check_new().unwrap_err(), PassphraseError::TooShort);
    // Characters count, not bytes.
    passphrase("zwölf Zeiche").check_new().unwrap();
    assert!(passphrase("elf Zeichen").check_new().is_err());
    let error = EncryptedKey::encrypt(&key(), &short).unwrap_err();
    assert!(matches!(
        error,
        EncryptedKeyError::Passphrase(PassphraseError::TooShort)
    ));
}

/// What opening would cost is read from the file, and refused before it is spent.
#[test]
fn a_key_that_costs_too_much_is_refused_unopened() {
    let rounds = u64::from(MAX_PBKDF2_ROUNDS);
    let sha256 = Pbkdf2Prf::HmacWithSha256;
    let too_expensive = [
        (pbkdf2(MAX_PBKDF2_ROUNDS + 1, sha256), rounds),
        (pbkdf2(u32::MAX, Pbkdf2Prf::HmacWithSha512), rounds),
        (scrypt(1 << 16, 8, 1), MAX_SCRYPT_MEMORY_BYTES),
        (scrypt(1 << 63, u16::MAX, u16::MAX), MAX_SCRYPT_MEMORY_BYTES),
        (scrypt(2, u16::MAX, u16::MAX), MAX_SCRYPT_MEMORY_BYTES),
        (scrypt(1 << 14, 8, 33), MAX_SCRYPT_WORK_BYTES),
    ];
    for (kdf, expected) in too_expensive {
        let read = file_of(aes(kdf.clone()).into()).parse::<EncryptedKey>();
        match read {
            Err(EncryptedKeyError::TooExpensive { limit, .. }) => {
                assert_eq!(limit, expected, "{kdf:?}");
            }
            other => panic!("{kdf:?}: {other:?}"),
        }
    }
    for kdf in [
        pbkdf2(MAX_PBKDF2_ROUNDS, sha256),
        scrypt(1 << 15, 8, 1),
        scrypt(1 << 14, 8, 32),
        scrypt(2, 1, u16::MAX),
    ] {
        let read = file_of(aes(kdf.clone()).into()).parse::<EncryptedKey>();
        assert!(read.is_ok(), "{kdf:?}");
    }
}

type Expected = fn(&EncryptedKeyError) -> bool;

#[test]
fn what_is_not_an_encrypted_key_is_refused() {
    let good = cheap(&seed());
    let pbes1 = pbes1::Algorithm {
        encryption: pbes1::EncryptionScheme::PbeWithSha1AndDesCbc,
        parameters: pbes1::Parameters {
            salt: *b"8 bytes!",
            iteration_count: 1,
        },
    };
    let malformed: Expected = |it| matches!(it, EncryptedKeyError::Malformed);
    let scheme: Expected = |it| matches!(it, EncryptedKeyError::Scheme);
    let without_name: Expected = |it| matches!(it, EncryptedKeyError::Public(_));
    let pem = good.split_once('\n').unwrap().1;
    let cases: &[(String, Expected)] = &[
        (String::new(), without_name),
        (pem.to_owned(), without_name),
        (PUBLIC.to_owned(), malformed),
        (good.replace("example", "examples"), without_name),
        (good.replace("ENCRYPTED PRIVATE", "PRIVATE"), malformed),
        (good.replace(PUBLIC, &format!("{PUBLIC}\nnote")), malformed),
        (format!("{good}{pem}"), malformed),
        (file_of(EncryptionScheme::Pbes1(pbes1)), scheme),
        (
            file_of(aes(pbkdf2(1, Pbkdf2Prf::HmacWithSha1)).into()),
            scheme,
        ),
        (file_of(aes(scrypt(0, 8, 1)).into()), malformed),
        (file_of(aes(scrypt(3, 8, 1)).into()), malformed),
        (file_of(aes(scrypt(2, 0, 1)).into()), malformed),
        (file_of(aes(scrypt(2, 8, 0)).into()), malformed),
    ];
    for (text, expected) in cases {
        let error = text.parse::<EncryptedKey>().unwrap_err();
        assert!(expected(&error), "{text}: {error}");
    }
    // Line ends as editors elsewhere write them.
    for same in [good.replace('\n', "\r\n"), format!("\n{good}\n\n")] {
        same.parse::<EncryptedKey>().unwrap();
    }
}

/// No prefix of a file and no file with another byte gives another key, or ends the program.
#[test]
fn a_damaged_file_gives_the_same_key_or_none() {
    let good = cheap(&seed());
    let opened = |text: &str| text.parse::<EncryptedKey>()?.open(&passphrase(PASSPHRASE));
    assert_eq!(opened(&good).unwrap().to_text(), key().to_text());
    let (mut refused, mut same) = (0, 0);
    let mut judge = |text: &str| match opened(text) {
        Err(_) => refused += 1,
        Ok(it) => {
            assert_eq!(it.to_text(), key().to_text(), "{text}");
            same += 1;
        }
    };
    for length in 0..good.len() {
        judge(&good[..length]);
    }
    for at in 0..good.len() {
        for byte in [b'A', b'0', b'/', b' ', b'\n', b'+'] {
            let mut bytes = good.clone().into_bytes();
            if bytes[at] != byte {
                bytes[at] = byte;
                judge(std::str::from_utf8(&bytes).unwrap());
            }
        }
    }
    assert!(refused > 2_000, "{refused} refused, {same} the same");
    assert!(same < 10, "{refused} refused, {same} the same");
}

#[test]
fn the_first_line_and_the_private_key_belong_together() {
    let mut other = seed();
    other[31] ^= 1;
    let read: EncryptedKey = cheap(&other).parse().unwrap();
    let error = read.open(&passphrase(PASSPHRASE)).unwrap_err();
    assert!(matches!(error, EncryptedKeyError::OtherKey), "{error}");
}

#[test]
fn a_file_of_an_encrypted_key_is_private_and_no_service_signs_with_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (folder.path().join("ada.key"), folder.path().join("ada.pub"));
    let encrypted: EncryptedKey = cheap(&seed()).parse().unwrap();
    write_encrypted_pair(&private, Some(&public), &encrypted).unwrap();
    let error = write_encrypted_pair(&private, None, &encrypted).unwrap_err();
    assert!(matches!(error, KeyFileError::Exists(_)), "{error}");
    let mode = fs::metadata(&private).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let source = KeySource::File(private.clone());
    assert_eq!(
        source.verifying_key().unwrap(),
        super::checkpoints::public()
    );
    let Key::Encrypted(loaded) = source.load().unwrap() else {
        panic!("the key is not encrypted");
    };
    assert_eq!(*loaded, encrypted);
    let error = source.signing_key().unwrap_err();
    assert!(matches!(error, KeyFileError::NeedsPassphrase(_)), "{error}");
    fs::set_permissions(&private, fs::Permissions::from_mode(0o640)).unwrap();
    let error = source.load().unwrap_err();
    assert!(matches!(error, KeyFileError::Exposed { .. }), "{error}");
}

/// Runs `openssl`, whose standard output is returned.
fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn written(folder: &Path) -> String {
    let path = folder.join("ada.key");
    let encrypted = EncryptedKey::encrypt(&key(), &passphrase(PASSPHRASE)).unwrap();
    write_encrypted_pair(&path, None, &encrypted).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn openssl_opens_the_file_and_what_it_encrypts_is_opened() {
    if !needs::program("openssl") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path());
    let pass = format!("pass:{PASSPHRASE}");
    let shown = openssl(&["pkey", "-in", &path, "-passin", &pass, "-pubout"]);
    assert_eq!(shown, public().to_pem().unwrap());
    let schemes: &[&[&str]] = &[
        &["-scrypt"],
        &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"],
        &["-v2", "aes-256-cbc", "-iter", "100000"],
    ];
    for scheme in schemes {
        let convert = [
            "pkcs8", "-topk8", "-in", &path, "-passin", &pass, "-passout", &pass,
        ];
        let pem = openssl(&[&convert[..], scheme].concat());
        let read: EncryptedKey = format!("{PUBLIC}\n{pem}").parse().unwrap();
        let opened: SigningKey = read.open(&passphrase(PASSPHRASE)).unwrap();
        assert_eq!(opened.to_text(), key().to_text(), "{scheme:?}");
    }
    // A key of another kind.
    let rsa = folder.path().join("rsa.pem");
    let rsa = rsa.to_str().unwrap();
    let make = ["genpkey", "-algorithm", "EC", "-pkeyopt"];
    let encrypt = ["ec_paramgen_curve:P-256", "-aes-256-cbc", "-pass", &pass];
    openssl(&[&make[..], &encrypt, &["-out", rsa]].concat());
    let pem = fs::read_to_string(rsa).unwrap();
    let read: EncryptedKey = format!("{PUBLIC}\n{pem}").parse().unwrap();
    let error = read.open(&passphrase(PASSPHRASE)).unwrap_err();
    assert!(matches!(error, EncryptedKeyError::Kind), "{error}");
}

/// Prints the public key, in hexadecimal digits, of the file and passphrase that are given.
const LOAD: &str = "
import sys
from cryptography.hazmat.primitives.serialization import load_pem_private_key
with open(sys.argv[1], 'rb') as file:
    key = load_pem_private_key(file.read(), sys.argv[2].encode())
print(key.public_key().public_bytes_raw().hex())
";

#[test]
fn python_cryptography_opens_the_file() {
    if !needs::program("python3") {
        return;
    }
    let import = ["-c", "import cryptography"];
    let found = Command::new("python3").args(import).output().unwrap();
    if !found.status.success() {
        needs::skip("python3 has no `cryptography`: pip install cryptography");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path());
    let load = |passphrase: &str| {
        let mut python = Command::new("python3");
        python
            .args(["-c", LOAD, &path, passphrase])
            .output()
            .unwrap()
    };
    let output = load(PASSPHRASE);
    let error = String::from_utf8_lossy(&output.stderr);
    let bytes = public().public_key_bytes();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim(),
        base16ct::lower::encode_string(&bytes),
        "{error}"
    );
    assert!(!load("incorrect horse").status.success());
}
