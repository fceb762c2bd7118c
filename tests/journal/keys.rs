use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use cavra::keys::file as key_file;
use cavra::keys::file::{Key, KeyFileError, KeySource};
use cavra::keys::{KeyError, Origin, SigningKey, VerifyingKey};
use ed25519_dalek::{Signature, Verifier as _};

use super::checkpoints::{PRIVATE, PUBLIC, key, public};

#[test]
fn keys_are_texts_as_they_always_were() {
    assert_eq!(key().to_text().as_str(), PRIVATE);
    assert_eq!(key().verifying_key().to_string(), PUBLIC);
    assert_eq!(*key().verifying_key(), public());
    assert_eq!(format!("{:08x}", public().id()), "1ade6455");
    assert_eq!(public().name().as_str(), "example.org/cavra");
}

/// The key pair of the documentation of Go's `sumdb/note`.
#[test]
fn keys_of_other_programs_are_read() {
    let private: SigningKey =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
            .parse()
            .unwrap();
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(private.verifying_key().to_string(), public);
    let text = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n";
    assert!(
        private
            .verifying_key()
            .verify(text.as_bytes(), &private.sign(text.as_bytes()))
    );
}

#[test]
fn a_signature_is_ed25519_and_over_one_message() {
    let key = key();
    let signature = key.sign(b"message");
    let public = ed25519_dalek::VerifyingKey::from_bytes(&key.verifying_key().public_key_bytes());
    let raw = Signature::from_bytes(&signature);
    public.unwrap().verify(b"message", &raw).unwrap();
    assert!(key.verifying_key().verify(b"message", &signature));
    assert!(!key.verifying_key().verify(b"massage", &signature));
    assert!(!key.verifying_key().verify(b"message", &signature[..63]));
    assert!(!key.verifying_key().verify(b"message", &[0; 64]));
}

#[test]
fn generated_keys_differ_and_survive_their_text() {
    let name = || "a.example/log".parse::<Origin>().unwrap();
    let (one, other) = (
        SigningKey::generate(name()).unwrap(),
        SigningKey::generate(name()).unwrap(),
    );
    assert_ne!(one.verifying_key(), other.verifying_key());
    let read: SigningKey = one.to_text().parse().unwrap();
    assert_eq!(read.verifying_key(), one.verifying_key());
    assert_eq!(read.sign(b"x"), one.sign(b"x"));
    let public: VerifyingKey = one.verifying_key().to_string().parse().unwrap();
    assert!(public.verify(b"x", &one.sign(b"x")));
}

#[test]
fn nothing_that_is_shown_holds_the_secret() {
    let secret = PRIVATE.rsplit_once('+').unwrap().1;
    let shown = [
        format!("{:?}", key()),
        format!("{:#?}", Key::Private(Box::new(key()))),
        PRIVATE
            .replace("1ade", "1adf")
            .parse::<SigningKey>()
            .unwrap_err()
            .to_string(),
        PRIVATE
            .replace("+AQ", "+Ag")
            .parse::<SigningKey>()
            .unwrap_err()
            .to_string(),
        PRIVATE
            .replace("KEY+", "KEY")
            .parse::<SigningKey>()
            .unwrap_err()
            .to_string(),
        PRIVATE
            .replace("+1ade6455", " 1ade6455")
            .parse::<SigningKey>()
            .unwrap_err()
            .to_string(),
        PRIVATE.parse::<VerifyingKey>().unwrap_err().to_string(),
        format!("{:?}", PRIVATE.parse::<KeySource>().unwrap()),
        PRIVATE
            .parse::<KeySource>()
            .unwrap()
            .load()
            .unwrap_err()
            .to_string(),
    ];
    for text in shown {
        assert!(!text.contains(&secret[4..20]), "{text}");
        assert!(
            !text.contains("[0, 1, 2") && !text.contains("000102"),
            "{text}"
        );
    }
}

type Expected = fn(&KeyError) -> bool;

#[test]
fn a_damaged_key_is_refused() {
    let cases: &[(String, Expected)] = &[
        (PUBLIC.replace("1ade", "1adf"), |it| {
            matches!(it, KeyError::Id(_))
        }),
        (PUBLIC.replace("cavra", "carva"), |it| {
            matches!(it, KeyError::Id(_))
        }),
        (PUBLIC.replace("+AQ", "+BA"), |it| {
            matches!(it, KeyError::Algorithm(_))
        }),
        (PUBLIC.replace("/cavra", " cavra"), |it| {
            matches!(it, KeyError::Name(_))
        }),
        (PUBLIC.replace("example.org/cavra", ""), |it| {
            matches!(it, KeyError::Name(_))
        }),
        (PUBLIC.replace("+1ade6455", "+ade6455"), |it| {
            matches!(it, KeyError::NotPublic)
        }),
        (PUBLIC.replace("+1ade6455", "++ade6455"), |it| {
            matches!(it, KeyError::NotPublic)
        }),
        (PUBLIC[..PUBLIC.len() - 4].to_owned(), |it| {
            matches!(it, KeyError::NotPublic)
        }),
        // The neutral point: its signatures can be made without a key.
        (
            "w+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            |it| matches!(it, KeyError::Weak(_)),
        ),
        (PRIVATE.to_owned(), |it| {
            matches!(it, KeyError::PrivateForPublic)
        }),
    ];
    for (text, expected) in cases {
        let error = text.parse::<VerifyingKey>().unwrap_err();
        assert!(expected(&error), "{text}: {error}");
    }
    for name in ["", "a b", "a+b", "a\nb", "a\u{7f}", &"a".repeat(256)] {
        let error = name.parse::<Origin>().unwrap_err();
        assert!(matches!(error, KeyError::Name(_)), "{name}: {error}");
    }
}

#[test]
fn a_key_file_is_private_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (folder.path().join("log.key"), folder.path().join("log.pub"));
    key_file::write_pair(&private, Some(&public), &key()).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&private), 0o600);
    let source = KeySource::File(private.clone());
    assert_eq!(source.signing_key().unwrap().to_text(), key().to_text());
    assert_eq!(source.verifying_key().unwrap(), self::public());
    let shared = KeySource::File(public.clone());
    assert_eq!(shared.verifying_key().unwrap(), self::public());
    assert!(matches!(
        shared.signing_key(),
        Err(KeyFileError::Key {
            cause: KeyError::NotPrivate,
            ..
        })
    ));

    for taken in [&private, &public] {
        let error = key_file::write_private(taken, &key()).unwrap_err();
        assert!(matches!(error, KeyFileError::Exists(_)), "{error}");
    }
    let third = folder.path().join("third.key");
    let error = key_file::write_pair(&third, Some(&public), &key()).unwrap_err();
    assert!(matches!(error, KeyFileError::Exists(_)), "{error}");
    assert!(!third.exists(), "half a pair is left behind");

    for mode in [0o640, 0o604, 0o620, 0o660, 0o601] {
        fs::set_permissions(&private, fs::Permissions::from_mode(mode)).unwrap();
        let error = source.load().unwrap_err();
        assert!(
            matches!(error, KeyFileError::Exposed { .. }),
            "{mode:o}: {error}"
        );
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
    fs::set_permissions(&private, fs::Permissions::from_mode(0o400)).unwrap();
    source.load().unwrap();
}

#[test]
fn a_key_file_holds_a_key_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let cases = [
        (String::new(), false),
        (format!("{PUBLIC}\n"), true),
        (format!("  {PUBLIC}\r\n\n"), true),
        (format!("{PUBLIC}\n{PUBLIC}\n"), false),
        (" ".repeat(key_file::MAX_KEY_FILE_BYTES + 1), false),
    ];
    for (text, good) in cases {
        fs::write(&path, &text).unwrap();
        let loaded = KeySource::File(path.clone()).load();
        assert_eq!(loaded.is_ok(), good, "{text}: {loaded:?}");
    }
    let absent = KeySource::File(folder.path().join("absent")).load();
    assert!(matches!(absent, Err(KeyFileError::Unreadable { .. })));
}

#[test]
fn a_source_is_a_path_a_variable_or_a_descriptor() {
    let cases = [
        ("log.key", Some(KeySource::File("log.key".into()))),
        ("./env:x", Some(KeySource::File("./env:x".into()))),
        ("env:KEY", Some(KeySource::Environment("KEY".into()))),
        ("fd:3", Some(KeySource::Descriptor(3))),
        ("", None),
        ("env:", None),
        ("env:A=B", None),
        ("fd:", None),
        ("fd:-1", None),
        ("fd:/etc/passwd", None),
    ];
    for (text, expected) in cases {
        let source = text.parse::<KeySource>();
        match expected {
            Some(expected) => {
                let source = source.unwrap();
                assert_eq!(source, expected);
                assert_eq!(source.to_string(), text);
            }
            None => assert!(matches!(source, Err(KeyFileError::Source(_))), "{text}"),
        }
    }
    let unset = KeySource::Environment("CAVRA_NO_SUCH_VARIABLE".into());
    assert!(matches!(unset.load(), Err(KeyFileError::NotSet(_))));
}
