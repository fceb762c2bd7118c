//! The rules that are built in. Widely used shapes only: a rule that finds too much makes
//! decisions unreadable, and replayable from their facts alone.
//!
//! Facts' words are held against the same patterns with each of their white space, quotes and
//! shell operators as one `\x1a`, so that a word is one run of other characters there.

use super::{RedactionError, Rule};

/// A shell word as it is written, quotes and escapes included.
const VALUE: &str =
    r#"(?P<secret>(?:'[^'\x00]*'|"(?:[^"\\\x00]|\\[^\x00])*"|\\[^\x00]|[^\s'"\\;|&<>()\x00])+)"#;
/// The same where a next word that begins with `-` is an option of its own.
const NEXT_VALUE: &str = r#"(?P<secret>(?:'[^'\x00]*'|"(?:[^"\\\x00]|\\[^\x00])*"|\\[^\x00]|[^\s'"\\;|&<>()\x00-])(?:'[^'\x00]*'|"(?:[^"\\\x00]|\\[^\x00])*"|\\[^\x00]|[^\s'"\\;|&<>()\x00])*)"#;
/// White space in a command line, escaped line ends too.
const GAP: &str = r"(?:[\s\x1a]|\\\n)+";

/// Names and patterns; `VALUE`, `NEXT` and `GAP` stand for the above.
const RULES: &[(&str, &str)] = &[
    (
        "private-key-block",
        r"-----BEGIN[ \x1a][A-Z0-9 \x1a]*PRIVATE[ \x1a]KEY(?:[ \x1a]BLOCK)?-----(?P<secret>[A-Za-z0-9+/=\s\x1a\\:,.'-]{16,})",
    ),
    ("aws-access-key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    (
        "aws-access-key",
        r"(?i)\baws_secret_access_key(?:GAP|=)NEXT",
    ),
    (
        "github-token",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})",
    ),
    ("slack-token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    (
        "slack-token",
        r"hooks\.slack\.com/services/(?P<secret>[A-Za-z0-9/]{20,})",
    ),
    ("google-api-key", r"\bAIza[A-Za-z0-9_-]{35}"),
    (
        "vendor-token",
        r"\b(?:sk-[A-Za-z0-9_-]{20,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}|hf_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|dop_v1_[a-f0-9]{64}|hv[sb]\.[A-Za-z0-9_-]{20,})",
    ),
    (
        "jwt",
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    ),
    (
        "authorization-header",
        r#"(?i)\b(?:proxy-)?authorization\\?["']?[\s\x1a]*[:=][\s\x1a]*\\?["']?(?:(?:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)[\s\x1a]+)?(?P<secret>[^\s"'\\\x1a\x00]+)"#,
    ),
    (
        "authorization-header",
        r#"(?i)\b(?:x-api-key|api-key|x-auth-token|private-token|job-token|x-vault-token|x-goog-api-key)\\?["']?[\s\x1a]*:[\s\x1a]*\\?["']?(?P<secret>[^\s"'\\\x1a\x00]+)"#,
    ),
    (
        "authorization-header",
        r#"(?i)\bcookie:[\s\x1a]*(?P<secret>[^"'\r\n\x00]+)"#,
    ),
    (
        "bearer-token",
        r"(?i)\bbearer[\s\x1a]+(?P<secret>[A-Za-z0-9._~+/=-]{16,})",
    ),
    (
        "url-credentials",
        r#"(?i)\b[a-z][a-z0-9+.-]*://[^\s/@:'"\x1a\x00]*:(?P<secret>[^\s/'"\x1a\x00]+)@"#,
    ),
    (
        "url-credentials",
        r#"(?i)\b[a-z][a-z0-9+.-]*://(?P<secret>[^\s/@:'"\x1a\x00]{16,})@"#,
    ),
    (
        "password-option",
        r#"(?i)(?:^|[\s'"\x1a(])--?(?:[a-z0-9]+[-_])*(?:password|passwd|passphrase|pass|token|secret|api-?key|access-?key|secret-?key|auth-?key)=VALUE"#,
    ),
    (
        "password-option",
        r#"(?i)(?:^|[\s'"\x1a(])--?(?:[a-z0-9]+[-_])*(?:password|passwd|passphrase|pass|token|secret|api-?key|access-?key|secret-?key|auth-?key)GAPNEXT"#,
    ),
    (
        "password-option",
        r"\b(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump)\b[^\x00\n;|]*?\s-pVALUE",
    ),
    (
        "password-option",
        r"\b(?:sshpass\b[^\x00\n;|]*?\s-p|redis-cli\b[^\x00\n;|]*?\s-a|(?:docker|podman|helm|skopeo|az|oc)\b[^\x00\n;|]*?\slogin\b[^\x00\n;|]*?\s-p)GAPNEXT",
    ),
    ("password-option", r"\bsshpass\b[^\x00\n;|]*?\s-pNEXT"),
    (
        "password-option",
        r#"\b(?:curl|wget|http|https|xh)\b[^\x00\n;|]*?\s(?:-u|-U|-a|--user|--proxy-user|--auth)(?:=|[\s\x1a]*)['"\\]*[^\s:'"\x1a\x00]*:(?P<secret>[^\s'"\x00]+)"#,
    ),
    (
        "assignment",
        r"\b(?:[A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|APIKEY|CREDENTIALS?)|[A-Z0-9_]+_(?:KEY|PASS|PWD))=VALUE",
    ),
    (
        "assignment",
        r"(?i)\b(?:[a-z0-9]+[_.-])*(?:password|passwd|pwd|passphrase|secret|token|api_?key)=(?P<secret>[^\s&;'\x22\\|<>()\x00]+)",
    ),
    (
        "assignment",
        r#"(?i)\b(?:[a-z0-9]+[_.-])*(?:password|passwd|passphrase|secret|token|api[_-]?key|private_key)\\*["'][\s\x1a]*:[\s\x1a]*\\*["'](?P<secret>[^"'\\\x00]+)"#,
    ),
];

pub(super) fn built_in() -> Result<Vec<Rule>, RedactionError> {
    RULES
        .iter()
        .map(|(name, pattern)| {
            let pattern = pattern
                .replace("GAP", GAP)
                .replace("NEXT", NEXT_VALUE)
                .replace("VALUE", VALUE);
            Rule::new(name, &pattern)
                .map_err(|error| RedactionError::Set(format!("`{name}`: {error}")))
        })
        .collect()
}
