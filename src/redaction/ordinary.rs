//! Words that look like a secret's value but are not one.

use super::limits::MIN_SECRET_BYTES;

/// Types, states and schemes, as programs and settings name them (in lower case).
const WORDS: &[&str] = &[
    "any",
    "apikey",
    "basic",
    "bearer",
    "bool",
    "boolean",
    "bytes",
    "char",
    "default",
    "digest",
    "disabled",
    "empty",
    "enabled",
    "env",
    "false",
    "float",
    "hidden",
    "inherit",
    "int",
    "integer",
    "kubernetes",
    "negotiate",
    "never",
    "nil",
    "none",
    "null",
    "number",
    "object",
    "optional",
    "password",
    "prompt",
    "redacted",
    "required",
    "secret",
    "self",
    "stdin",
    "string",
    "text",
    "token",
    "true",
    "undefined",
    "username",
    "varchar",
    "void",
    "write",
];

/// How the name of what holds a secret begins.
const REFERENCES: &[&str] = &[
    "arn:aws:",
    "config.",
    "data.",
    "ENC[",
    "env.",
    "env:",
    "fd:",
    "file:",
    "id=",
    "import.meta.env",
    "op://",
    "os.environ",
    "os.getenv",
    "process.env",
    "ref+",
    "secretref:",
    "secrets.",
    "self.",
    "settings.",
    "ssm:",
    "var.",
    "vault:",
];

/// How the name of an option begins that takes no value: `--ask-pass`, `--no-password`.
const SWITCHES: &[&str] = &[
    "ask-",
    "clear-",
    "create-",
    "delete-",
    "disable-",
    "enable-",
    "force-",
    "generate-",
    "get-",
    "hide-",
    "list-",
    "no-",
    "print-",
    "prompt-",
    "random-",
    "require-",
    "reset-",
    "revoke-",
    "rotate-",
    "show-",
    "skip-",
    "use-",
    "with-",
    "without-",
];

/// Whether a secret follows an option as a word of its own.
pub(super) fn takes_value(option: &str) -> bool {
    let option = option.trim_start_matches('-').to_ascii_lowercase();
    !SWITCHES.iter().any(|switch| option.starts_with(switch))
}

/// Whether `text` can be a secret: it is long enough, it isn't a shell expansion such as `$TOKEN`
/// and, unless an operator's `own` rule found it, it isn't an ordinary name.
pub(super) fn is_secret(text: &str, own: bool) -> bool {
    let inner = trimmed(text);
    inner.len() >= MIN_SECRET_BYTES && !is_expansion(inner) && (own || !is_name(inner))
}

/// Whether what is left of a text beside a mark can be a secret by itself. Often it is the end
/// of a quotation or of a name.
pub(super) fn is_worth_a_mark(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_alphanumeric).count() >= MIN_SECRET_BYTES
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(['\'', '"', '\\'])
}

/// A type, a placeholder or the name of what holds the secret.
fn is_name(inner: &str) -> bool {
    is_placeholder(inner)
        || REFERENCES.iter().any(|start| inner.starts_with(start))
        || WORDS.iter().any(|word| inner.eq_ignore_ascii_case(word))
}

/// `$TOKEN`, `"${TOKEN}"`, `$(…)`, `` `…` ``, `$env:TOKEN`, `%TOKEN%`.
fn is_expansion(inner: &str) -> bool {
    let is_name = |name: &str| {
        let mut bytes = name.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let enclosed = |open: &str, close: &str| {
        inner
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
    };
    if enclosed("%", "%").is_some_and(is_name) || enclosed("`", "`").is_some() {
        return true;
    }
    let Some(rest) = inner.strip_prefix('$') else {
        return false;
    };
    let name = rest
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(rest);
    let name = name.strip_prefix("env:").unwrap_or(name);
    let is_substitution = rest.starts_with('(') && rest.ends_with(')');
    let is_expression = rest.starts_with("{{") && rest.ends_with("}}");
    // `'$TOKEN'` is text to bash, but who writes a secret so?
    is_name(name) || is_substitution || is_expression
}

/// `<token>`, `{token}`, `****`, `xxxxxxxx`, `...`
fn is_placeholder(inner: &str) -> bool {
    let mut chars = inner.chars();
    let (first, last) = (chars.next(), chars.next_back());
    let enclosed = matches!(
        (first, last),
        (Some('<'), Some('>')) | (Some('{'), Some('}'))
    );
    let one = first.filter(|c| matches!(c, '*' | 'x' | 'X' | '.' | '-' | '_' | '•' | '='));
    enclosed && !inner.contains([':', '"', '\''])
        || one.is_some_and(|one| inner.chars().all(|c| c == one))
}
