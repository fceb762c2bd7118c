//! What an option of a program that no table knows is likely to do with its value, judged by
//! the option's name: the field has few words for these things.

use super::call::file_name;

/// What an option's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file that is read, if it is one at all.
    Read,
    /// A file that is read.
    Input,
    /// A file or directory that is written.
    Write,
    /// No file: what is left out, a name, a pattern, a text.
    Text,
    /// A certificate or a key, where the value is named like one: used and not shown.
    Certificate,
    /// A file as the operands are.
    Operand,
    /// `OUTSIDE:INSIDE`, of which the outer side is a file of this machine.
    Mount,
}

/// Names of output options, without dashes and underscores and in lower case.
const OUTPUTS: &[&str] = &[
    "artifactdir",
    "coverprofile",
    "cpuprofile",
    "declarationdir",
    "dest",
    "destdir",
    "destination",
    "distdir",
    "export",
    "exportto",
    "junitxml",
    "logfile",
    "memprofile",
    "o",
    "out",
    "outdir",
    "outfile",
    "outpath",
    "output",
    "packdestination",
    "record",
    "reportfile",
    "reportpath",
    "resultfile",
    "saveas",
    "saveto",
    "tee",
    "writeout",
    "writeto",
];
/// How the names of output options end: `--json-output`, `--go_out` (protoc), `--html-outdir`.
const OUTPUT_ENDINGS: &[&str] = &[
    "_out",
    "-out",
    "logfile",
    "outdir",
    "outfile",
    "outpath",
    "output",
    "outputdir",
    "outputdirectory",
    "outputdocument",
    "outputfile",
    "outputfiles",
    "outputpath",
];
/// Parts of the names of options whose values are no files.
const TEXTS: &[&str] = &[
    "comment",
    "desc",
    "description",
    "except",
    "filter",
    "glob",
    "globs",
    "grep",
    "iname",
    "label",
    "match",
    "message",
    "msg",
    "name",
    "names",
    "not",
    "omit",
    "pattern",
    "patterns",
    "prompt",
    "prune",
    "query",
    "regex",
    "regexp",
    "skip",
    "stdin",
    "subject",
    "tag",
    "text",
    "title",
    "topic",
    "without",
];
/// Parts of the names of options whose values are files that hold such things.
const FILES: &[&str] = &["file", "from", "files"];
/// Parts of the names of options for TLS and for keys.
const CERTIFICATES: &[&str] = &[
    "cafile",
    "cert",
    "identity",
    "keyfile",
    "kubeconfig",
    "pem",
    "pkey",
    "privatekey",
    "ssl",
    "tls",
    "verify",
    "x509",
];
/// Extensions of certificates, keys and their containers.
const CERTIFICATE_NAMES: &[&str] = &[
    "cer", "cert", "crt", "der", "jks", "key", "keystore", "p12", "pem", "pfx", "ppk", "pub",
];
/// Options beside which the operands are changed in place.
const IN_PLACE: &[&str] = &[
    "-i",
    "-w",
    "--auto-correct",
    "--auto-fix",
    "--autocorrect",
    "--autofix",
    "--edit",
    "--fix",
    "--in-place",
    "--in_place",
    "--inline",
    "--inplace",
    "--overwrite",
    "--rewrite",
    "--write",
];
/// Options that keep a program from writing.
const DRY_RUN: &[&str] = &[
    "--check",
    "--diff",
    "--dry-run",
    "--dryrun",
    "--no-write",
    "--whatif",
];

/// Bytes at the end of an option's name that are looked at. No program has a longer one.
const MAX_NAME_BYTES: usize = 256;

/// What the value of an option of this name is; `name` begins with its dashes, if it has any.
pub(super) fn kind(name: &str) -> Kind {
    let bare = name.trim_start_matches(['-', '/']);
    let mut from = bare.len().saturating_sub(MAX_NAME_BYTES);
    while !bare.is_char_boundary(from) {
        from += 1;
    }
    let bare = bare.get(from..).unwrap_or_default();
    let parts = parts(bare);
    let joined: String = parts.concat();
    let has = |list: &[&str]| parts.iter().any(|part| list.contains(&part.as_str()));
    let names_files = has(FILES);
    let left_out = parts
        .iter()
        .any(|part| part.starts_with("ignor") || part.starts_with("exclud"));
    if (left_out || has(TEXTS)) && (!names_files || parts.iter().any(|part| part == "stdin")) {
        return Kind::Text;
    }
    if matches!(bare, "v" | "volume" | "volumes" | "mount" | "bind" | "B") {
        return Kind::Mount;
    }
    if name.starts_with("-D") {
        return Kind::Text; // a definition: `-DENV_FILE=.env`
    }
    let lower = bare.to_ascii_lowercase();
    if OUTPUTS.contains(&joined.as_str())
        || OUTPUT_ENDINGS
            .iter()
            .any(|ending| lower.ends_with(ending) || joined.ends_with(ending))
    {
        return Kind::Write;
    }
    let is_key = matches!(joined.as_str(), "ca" | "key") || joined.ends_with("key");
    if is_key || CERTIFICATES.iter().any(|part| joined.contains(part)) {
        return Kind::Certificate;
    }
    Kind::Read
}

/// `--excludeDir`, `--exclude-dir` and `--exclude_dir` in their parts, in lower case.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && before.is_ascii_lowercase();
        if begins || matches!(letter, '-' | '_' | '.' | ':') {
            parts.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(last) = parts.last_mut()
        {
            last.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    parts
}

/// Whether a path is named as certificates and keys are. Those are used: no program shows
/// what it finds in them.
pub(super) fn is_certificate(path: &str) -> bool {
    let name = file_name(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    CERTIFICATE_NAMES.contains(&extension.as_str())
        || name.starts_with("id_")
        || name.ends_with("kubeconfig")
        || (name == "config" && path.contains(".kube"))
}

/// Whether operands are changed if this word is there.
pub(super) fn is_in_place(word: &str) -> bool {
    IN_PLACE.contains(&word) || word.starts_with("-i.") || word.starts_with("--in-place=")
}

/// Whether nothing is written if this word is there.
pub(super) fn is_dry_run(word: &str) -> bool {
    DRY_RUN.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_value_is() {
        for (name, expected) in [
            ("--ignore-pattern", Kind::Text),
            ("--excludeDir", Kind::Text),
            ("-name", Kind::Text),
            ("--project-name", Kind::Text),
            ("--stdin-filename", Kind::Text),
            ("--exclude-from", Kind::Read),
            ("--env-file", Kind::Read),
            ("-f", Kind::Read),
            ("--go_out", Kind::Write),
            ("--outDir", Kind::Write),
            ("--output-file", Kind::Write),
            ("--log-file", Kind::Write),
            ("-o", Kind::Write),
            ("--timeout", Kind::Read),
            ("--ssl-ca", Kind::Certificate),
            ("--private-key", Kind::Certificate),
            ("--volume", Kind::Mount),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
    }
}
