//! Names that say that a secret follows.

use super::Row;

/// The end of such a name, after any beginning: `db_password`, `clientSecret`,
/// `--registry-token`. The short ones need a beginning of their own: `bypass` is none.
pub(super) const KEY: &str = concat!(
    r"(?i-u:password|passwd|passphrase|passcode|passwort|secret|token|credentials?|cred|bearer",
    r"|(?:api|access|account|auth|client|deploy|encryption|license|master|private|secret|session|shared|storage|subscription|webhook)[_-]?key",
    r"|signing[_-]key|secret[_-]?key[_-]?base|connection[_-]?string|(?:\b|_)(?:pass|pwd|pw|pswd|psk|auth)|(?-i:[a-z](?:Pass|Pwd|Pw)))",
);

/// Rule and pattern.
const FIELDS: &[(&str, &str)] = &[
    // Headers
    (
        "authorization-header",
        r#"(?i-u:\b(?:proxy-)?authorization)\\?["']?[<SP>\x1a]*[:=][<SP>\x1a]*\\?["']?(?:(?i-u:bearer|basic|token|digest|negotiate|apikey|key|bot|sso-key|splunk|genapi|geniekey|aws4-hmac-sha256)[<SP>\x1a]+)?(?P<secret>[^<SP>"'\\\x1a\x00]+)"#,
    ),
    (
        "authorization-header",
        r#"(?i-u:\b(?:(?:[a-z0-9]+-)+(?:token|key|secret|password)|api-?key|auth-key|x-hub-signature))\\?["']?[<SP>\x1a]*:[<SP>\x1a]*\\?["']?(?P<secret>[^<SP>"'\\\x1a\x00{}\[\](),;]*[0-9+/=!#$%_-][^<SP>"'\\\x1a\x00]*)"#,
    ),
    (
        "authorization-header",
        r#"(?i-u:\b(?:set-)?cookie):[<SP>\x1a]*(?P<secret>[^"'\r\n\x00]+)"#,
    ),
    // Addresses
    (
        "url-credentials",
        r#"(?i-u:\b[a-z][a-z0-9+.-]*)://[^<SP>/@:'"\x1a\x00]*:(?P<secret>[^<SP>/'"\x1a\x00]+)@"#,
    ),
    (
        "url-credentials",
        r#"(?i-u:\b[a-z][a-z0-9+.-]*)://(?P<secret>[^<SP>/@:'"\x1a\x00]{16,})@"#,
    ),
    (
        "url-credentials",
        r#"(?i-u:\bhttps?)://(?P<secret>[A-Za-z0-9_-]{7,}[0-9][A-Za-z0-9_-]*|[A-Za-z0-9_-]{3,}[0-9][A-Za-z0-9_-]{4,}|[A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]{7,})@"#,
    ),
    (
        "url-credentials",
        r#"(?i-u:\bhttps?)://(?P<secret>[^<SP>/@:'"\x1a\x00]{6,}):(?:x-oauth-basic|x-token-auth)?@"#,
    ),
    // Options
    (
        "password-option",
        r"<BEFORE>--?[A-Za-z0-9_.-]*<KEY>=<VALUE>",
    ),
    (
        "password-option",
        r"<BEFORE>--?(?P<option>[A-Za-z0-9_.-]*<KEY>)<GAP><NEXT>",
    ),
    (
        "password-option",
        r#"<Q>--?(?P<option>[A-Za-z0-9_.-]*<KEY>)<Q>[<SP>]*,[<SP>]*<Q>(?P<secret>[^"'\\\x00]+)"#,
    ),
    (
        "password-option",
        r#"<BEFORE>/(?i-u:password|passwd|pass|pwd|pw):(?P<secret>[^<SP>"'\x00]+)"#,
    ),
    // `NAME=…` as a word of a command line or a line of a file.
    (
        "assignment",
        r"(?:^|[<SP>;|&(`\x1a])(?:[A-Za-z0-9_.:$/@][A-Za-z0-9_.:$/@-]*)?(?:<KEY>|(?-u:_(?:KEY|PASS|PWD|PAT|COOKIE)))=<VALUE>",
    ),
    // The same within quotes, a query or a connection string.
    (
        "assignment",
        r#"(?:<KEY>|(?-u:_(?:KEY|PASS|PWD|PAT|COOKIE)))=(?P<secret>[^<SP>&;'"\\|<>()\x00]+)"#,
    ),
    // JSON, and as text of a shell or of JSON.
    (
        "assignment",
        r#"<KEY>"[<SP>]*:[<SP>]*"(?P<secret>(?:[^"\\\x00]|\\[^\x00])+)""#,
    ),
    (
        "assignment",
        r#"<KEY><Q>[<SP>\x1a]*(?::|=>)[<SP>\x1a]*<Q>(?P<secret>[^"'\\\x00]+)"#,
    ),
    // TOML, YAML, programs: what is quoted, without white space.
    (
        "assignment",
        r#"<KEY>(?:<Q>\])?[ \t]*(?::=|\?=|[:=])[ \t]*[a-z]?<Q>(?P<secret>[^<SP>"'\\\x00]+)<Q>"#,
    ),
    // A line of YAML or of an INI file. More than letters, or it is a type or another name.
    (
        "assignment",
        r#"(?:^|\n|\\n|['"])[ \t-]*(?:export[ \t]+)?[A-Za-z0-9_./:-]*<KEY>[ \t]*[:=][ \t]*(?P<secret>[A-Za-z_./-]*[0-9!@#$%^*~+=][^<SP>'"\\(){}\[\],;<>\x00]*)[ \t\r]*(?:\n|\\n|$|['"])"#,
    ),
    (
        "assignment",
        r#"(?:^|\n|\\n|['"])[ \t-]*[A-Za-z0-9_.-]*(?i-u:password|passwd|passphrase)[ \t]*[:=][ \t]*(?P<secret>[^<SP>'"\\(){}\[\],;<>\x00]{6,})[ \t\r]*(?:\n|\\n|$|['"])"#,
    ),
    // Kubernetes: `name: DB_PASSWORD` and on the next line `value: …`.
    (
        "assignment",
        r#"\b(?i-u:name|key)<Q>?[<SP>]*:[<SP>]*<Q>?[A-Za-z0-9_.-]*(?:<KEY>|_KEY)<Q>?[<SP>,]*<Q>?(?i-u:value)<Q>?[<SP>]*:[<SP>]*<Q>?(?P<secret>[^<SP>"'\\,}\x00]+)"#,
    ),
    // Signed addresses.
    (
        "assignment",
        r"(?i-u:[?&](?:sig|x-amz-signature|x-goog-signature))=(?P<secret>[A-Za-z0-9%+/=_-]{16,})",
    ),
    (
        "assignment",
        r"[?&](?:key|code)=(?P<secret>[A-Za-z0-9_%-]{20,})",
    ),
    // `.netrc` and `.pgpass`.
    (
        "assignment",
        r"\b(?:machine|login|user)[<SP>\x1a]+[^<SP>\x00\x1a]+[<SP>\x1a]+password[<SP>\x1a]+<VALUE>",
    ),
    (
        "assignment",
        r#":(?:5432|\*):[^:<SP>\x00]+:[^:<SP>\x00]+:(?P<secret>[^<SP>:'"\\\x00\x1a]+)"#,
    ),
    // Variables of other shells.
    (
        "assignment",
        r"(?i-u:\b(?:setx|setenv|set<GAP>-[a-z]+(?:<GAP>-[a-z]+)*))<GAP>[A-Za-z0-9_]*(?:<KEY>|_KEY)<GAP><NEXT>",
    ),
    (
        "assignment",
        r#"(?i-u:SetEnvironmentVariable)\(<Q>[A-Za-z0-9_]*(?:<KEY>|_KEY)<Q>[<SP>]*,[<SP>]*<Q>(?P<secret>[^"'\\\x00]+)"#,
    ),
    (
        "assignment",
        r"(?i-u:\bConvertTo-SecureString)(?:<GAP>-(?i-u:string|asplaintext|force))*<GAP><NEXT>",
    ),
    // SQL.
    (
        "sql-password",
        r#"(?i-u:\bidentified(?:[<SP>\x1a]+with[<SP>\x1a]+[a-z0-9_'"\\]+)?[<SP>\x1a]+(?:by|as)(?:[<SP>\x1a]+password)?)[<SP>\x1a]*['"\\\x1a]+(?P<secret>[^'"\\\x00]+)"#,
    ),
    (
        "sql-password",
        r#"(?i-u:\b(?:user|role|login|encrypted|set|group|server|mapping|credential)\b)[^;\x00]*?(?i-u:\b(?:password|secret))(?:[<SP>\x1a]+(?i-u:for)[<SP>\x1a][^=;\x00]*)?[<SP>\x1a]*[=(]?[<SP>\x1a]*N?['"\\\x1a]+(?P<secret>[^'"\\\x00\x1a]+)['"\\\x1a]"#,
    ),
];

pub(super) fn rows() -> Vec<Row> {
    FIELDS
        .iter()
        .map(|(name, pattern)| Row::new(name, pattern))
        .collect()
}
