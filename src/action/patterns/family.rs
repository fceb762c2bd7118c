//! Names that include a family of files: `docs/formats.md`, "Path patterns".

use crate::action::path::partial::UNKNOWN;

/// Which of the names that a glob matches belong to the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// All of them.
    All,
    /// All but those that are meant to be shared (`.env.example`), and text for people (`.env.md`).
    NotShared,
    /// Data, not source code (`secrets.yaml`, not `secrets.py`).
    Data,
    /// Neither public halves nor sources and notes (`id_rsa_work`, not `id_rsa.pub`).
    PrivateKey,
}

/// Last extensions of files that are meant to be shared, or the one in front of that of a format
/// (`secrets.example.yaml`).
const SHARED: &[&str] = &["example", "sample", "template", "dist"];
/// Formats in which people write down how such a file looks.
const FORMATS: &[&str] = &[
    "cfg", "conf", "env", "ini", "json", "toml", "txt", "xml", "yaml", "yml",
];
/// Text for people to read.
const TEXTS: &[&str] = &["adoc", "md", "mdx", "rst"];
/// Last extensions of sources and of text for people. What isn't here counts as data.
const SOURCES: &[&str] = &[
    "adoc", "astro", "bash", "bat", "c", "cc", "cjs", "clj", "cljs", "cmd", "cpp", "cs", "css",
    "cts", "cxx", "d", "dart", "ejs", "erl", "ex", "exs", "fish", "fs", "fsx", "go", "gradle",
    "groovy", "h", "hh", "hpp", "hs", "htm", "html", "hxx", "java", "jl", "js", "jsx", "kt", "kts",
    "less", "lua", "m", "md", "mdx", "mjs", "ml", "mli", "mm", "mts", "nim", "php", "pl", "pm",
    "proto", "ps1", "psm1", "py", "pyc", "pyi", "pyx", "r", "rb", "rego", "rs", "rst", "sass",
    "scala", "scss", "sh", "sol", "svelte", "svg", "swift", "tcl", "tf", "ts", "tsx", "v", "vb",
    "vue", "zig", "zsh",
];
/// The default names of OpenSSH private keys (ssh-keygen(1)).
const PRIVATE_KEYS: &[&str] = &[
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ecdsa_sk",
    "id_ed25519",
    "id_ed25519_sk",
    "id_xmss",
];

/// Whether a file with this last extension, in lower case, is a source or text for people.
pub(super) fn is_source_extension(extension: &str) -> bool {
    SOURCES.contains(&extension)
}

impl Keep {
    /// Whether `name`, the last segment of a path in lower case, belongs to the family.
    pub(super) fn keeps(self, name: &str) -> bool {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        // An editor's backup (`secrets.py~`) is what the file itself is.
        let extension = extension.trim_end_matches('~');
        match self {
            Self::All => true,
            // It may end in anything.
            _ if name.ends_with(UNKNOWN) || extension.contains(UNKNOWN) => false,
            Self::NotShared => !is_shared(name, extension) && !TEXTS.contains(&extension),
            Self::Data => !is_shared(name, extension) && !SOURCES.contains(&extension),
            Self::PrivateKey => extension != "pub" && !SOURCES.contains(&extension),
        }
    }
}

/// Whether a name with this last extension is one of a file that is meant to be shared. `secrets.example.com` is not.
fn is_shared(name: &str, extension: &str) -> bool {
    let before = || {
        let (stem, _) = name.rsplit_once('.')?;
        stem.rsplit_once('.').map(|(_, before)| before)
    };
    let is_marked = || before().is_some_and(|before| SHARED.contains(&before));
    SHARED.contains(&extension) || (FORMATS.contains(&extension) && is_marked())
}

/// The globs to which a pattern's last segment expands; none if it heads no family.
pub(super) fn family(name: &str) -> Option<(Vec<String>, Keep)> {
    let (globs, keep): (&[&str], Keep) = match name {
        ".env" => (&[".env", ".env.*"], Keep::NotShared),
        ".env.*" => (&[".env.*"], Keep::NotShared),
        "secrets.*" => (&["secrets", "secrets.*"], Keep::Data),
        // A cache of Kerberos tickets is named by a user or at random (krb5.conf(5)).
        "krb5cc_*" => (&["krb5cc_*"], Keep::Data),
        "terraform.tfstate" => (
            &[
                "terraform.tfstate",
                "terraform.tfstate.*",
                "errored.tfstate",
            ],
            Keep::Data,
        ),
        "*.tfstate" => (
            &["*.tfstate", "*.tfstate.backup", "*.tfstate.*.backup"],
            Keep::All,
        ),
        "terraform.tfvars" => (
            &[
                "terraform.tfvars",
                "terraform.tfvars.json",
                "*.auto.tfvars",
                "*.auto.tfvars.json",
            ],
            Keep::All,
        ),
        "id_rsa" => return Some((private_keys(), Keep::PrivateKey)),
        _ => return None,
    };
    Some((globs.iter().map(|glob| (*glob).to_owned()).collect(), keep))
}

/// Each default name, and what people make of it: `id_rsa_work`, `id_ed25519.bak`.
fn private_keys() -> Vec<String> {
    PRIVATE_KEYS
        .iter()
        .flat_map(|name| {
            // Apart, so that each is looked up as a prefix and not as an automaton.
            ["", ".*", "_*", "-*"].map(|rest| format!("{name}{rest}"))
        })
        .collect()
}
