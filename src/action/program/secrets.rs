//! Programs that handle keys: openssl(1), gpg(1), age(1), sops(1), ssh-keygen(1).

use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, Value, value};
use super::presumed_options::is_certificate;
use super::transfers::{Role, file, read, write};
use super::{Access, Meaning};

/// Options whose key or certificate openssl(1) or keytool(1) uses to sign, to decrypt or to
/// log in: it is not shown. A PKCS #12 bundle holds the key itself, so there it is.
const USED: &[&str] = &[
    "inkey", "key", "keyfile", "cert", "certfile", "CAfile", "CA", "CAkey", "kfile", "sign",
    "verify", "prverify", "cacert", "signkey", "keystore",
];

/// openssl(1), keytool: `-in F`, `-out F` and others like them, in any subcommand.
pub(super) fn openssl(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let bundles = call.args().first().is_some_and(|it| it.text == "pkcs12");
    // openssl(1) begins with a subcommand; keytool's are options.
    let subcommand = call
        .args()
        .first()
        .is_some_and(|it| !it.text.starts_with('-'));
    let mut words = call.args().iter().skip(usize::from(subcommand));
    while let Some(word) = words.next() {
        let name = word.text.trim_start_matches('-');
        match name {
            used if word.text.starts_with('-') && USED.contains(&used) => {
                let path = words.next();
                let shown = path.filter(|path| bundles || !is_certificate(&path.text));
                leaf.operands.extend(shown.map(read));
            }
            "in" | "config" | "signature" | "rand" | "srckeystore" | "file"
                if word.text.starts_with('-') =>
            {
                leaf.operands.extend(words.next().map(read));
            }
            "out" | "keyout" | "writerand" | "sigfile" | "destkeystore"
                if word.text.starts_with('-') =>
            {
                leaf.operands.extend(words.next().map(write));
            }
            "pass" | "passin" | "passout" if word.text.starts_with('-') => {
                let value = words.next();
                let path = value.and_then(|value| Some((value, value.text.strip_prefix("file:")?)));
                leaf.operands
                    .extend(path.map(|(value, path)| read(&Value::part(value, path).word())));
            }
            _ if word.text.starts_with('-') => {}
            _ => leaf.reads(word.clone()),
        }
    }
    Meaning::Runs(leaf)
}

static GPG: &[Opt<Role>] = &[
    value("-o --output -O", Role::Write),
    value(
        "-i --identity --passphrase-file --keyfile --batch-file -R --recipients-file",
        Role::Read,
    ),
    value(
        "-r --recipient -u --local-user --passphrase --pinentry-mode --homedir --cipher-algo --keyserver --trust-model --default-key --digest-algo --compress-algo -C -N -P -t -b --age --kms --input-type --output-type",
        Role::None,
    ),
];

/// gpg(1), age(1), sops(1), ansible-vault(1), ssh-keygen(1): operands are read, `-o` is written.
pub(super) fn gpg(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    for item in Scan::new(call.args(), GPG, Grammar::Permute) {
        match item {
            Item::Option {
                opt,
                value: Some(value),
            } => match opt.role {
                Role::Write => file(&mut leaf, value, Access::Write),
                Role::Read => file(&mut leaf, value, Access::Read),
                _ => {}
            },
            Item::Operand(word) if word.text != "-" => leaf.reads(word.clone()),
            _ => {}
        }
    }
    Meaning::Runs(leaf)
}

/// ssh-keygen(1), and ssh-add(1), which doesn't show a private key.
pub(super) fn ssh_keygen(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    let mut file = None;
    if call.name == "ssh-add" {
        return Meaning::Runs(leaf);
    }
    let mut prints = false;
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-f" => file = words.next(),
            "-y" | "-e" | "-i" | "-l" | "-B" | "-p" | "-c" => prints = true,
            "-t" | "-b" | "-C" | "-N" | "-P" | "-m" | "-a" | "-I" | "-n" | "-V" | "-O" | "-Z"
            | "-z" | "-F" | "-R" => {
                words.next();
            }
            text if !text.starts_with('-') => file = Some(word),
            _ => {}
        }
    }
    if let Some(file) = file {
        if prints {
            leaf.reads(file.clone());
        } else {
            leaf.writes(file.clone());
        }
    }
    Meaning::Runs(leaf)
}
