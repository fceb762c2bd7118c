//! Programs, and which of their options and words are secrets.

use super::Row;

/// Programs (a pattern), words that must follow somewhere (a pattern, or nothing), and forms.
///
/// A form is an option as it is typed, with `S` for the secret: `-p S` (or `-p=S`), `-pS`,
/// `-u U:S` (what ends at the `:` is shown), `--set K=S`. The option is a pattern. A form
/// without an option are the words after the program and its own words, options left out; `W`
/// is one that is shown.
type Program = (&'static str, &'static str, &'static [&'static str]);

const PROGRAMS: &[Program] = &[
    // Databases
    (
        "mysql[a-z]*|mariadb(?:-[a-z]+)?|mycli|mysqlsh|xtrabackup",
        "",
        &["-pS"],
    ),
    (
        "mongo|mongosh|mongo(?:dump|restore|export|import|stat|top|files)",
        "",
        &["-p S", "-pS"],
    ),
    ("redis-cli|valkey-cli|keydb-cli", "", &["-a S", "-aS"]),
    (
        "sqlcmd|bcp|tsql|isql|osql|freebcp|mssql-cli",
        "",
        &["-P S", "-PS"],
    ),
    (
        "cqlsh|clickhouse-client|influx|nodetool|neo4j-admin|cypher-shell",
        "",
        &["-p S", "-pw S"],
    ),
    ("sqlplus|sqlldr|expdp|impdp|rman", "", &["U/S"]),
    ("etcdctl", "", &["--user U:S"]),
    (
        "rabbitmqctl",
        "add_user|change_password|authenticate_user",
        &["W S"],
    ),
    // Directories, shares, mail, machines.
    (
        "ldap(?:search|modify|add|delete|whoami|passwd|compare|modrdn)",
        "",
        &["-w S", "-wS"],
    ),
    ("ldappasswd", "", &["-[sa] S"]),
    (
        "smbclient|smbget|rpcclient|smbmap|mount\\.cifs|smbpasswd|net|winexe|wmic",
        "",
        &["(?:-U|--user) U%S", "-UU%S"],
    ),
    ("net", "user", &["W S"]),
    ("net", "use", &["W W S"]),
    (
        "ipmitool|mosquitto_(?:pub|sub|rr)|snmp[a-z]+",
        "",
        &["-P S"],
    ),
    ("snmp[a-z]+", "", &["-[AXc] S"]),
    ("swaks", "", &["-ap S"]),
    ("lftp|ncftp(?:put|get|ls)?", "", &["-u U,S", "-p S"]),
    ("xfreerdp3?|wlfreerdp|mstsc", "", &["/p:S"]),
    (
        "rdesktop|evil-winrm|crackmapexec|nxc|netexec|hydra|medusa",
        "",
        &["-p S"],
    ),
    ("plink|pscp|putty|psftp", "", &["-pw S"]),
    ("useradd|usermod|groupmod", "", &["-p S"]),
    ("cmdkey", "", &["/pass:S"]),
    ("nmcli", "", &["password<GAP>S"]),
    ("wpa_passphrase", "", &["W S"]),
    ("ipa|kinit|kadmin(?:\\.local)?", "", &["-(?:pw|w) S"]),
    // Archives and keys.
    ("zip|unzip|zipcloak|bsdtar", "", &["-[A-Za-z]*P S", "-PS"]),
    ("7z[arz]?|rar|unrar", "", &["-h?pS"]),
    (
        "openssl|libressl",
        "",
        &[
            "-[kK] S",
            "-pass(?:in|out)? pass:S",
            "-hmac S",
            "-macopt U:S",
        ],
    ),
    (
        "keytool|jarsigner|apksigner",
        "",
        &["--?[A-Za-z-]*pass S", "-new S"],
    ),
    ("ssh-keygen", "", &["-[NP] S"]),
    ("qpdf", "--encrypt", &["S", "W S"]),
    ("pdftk", "", &["(?:user_pw|owner_pw|input_pw)<GAP>S"]),
    ("pdftotext|pdfinfo|pdfimages", "", &["-[uo]pw S"]),
    ("signtool|osslsigncode", "", &["[/-]p(?:ass)? S"]),
    ("ansible-vault", "encrypt_string", &["S"]),
    ("security", "", &["-[wpP] S"]),
    ("dscl", "-passwd", &["W S"]),
    // The web.
    (
        "curl|wget|https?|xh|xhs|httpie|aria2c|lwp-request",
        "",
        &[
            "(?:-[a-zA-Z]*u|-U|-a|--user|--proxy-user|--auth) U:S",
            "-uU:S",
            "--oauth2-bearer S",
            "(?:-[a-zA-Z]*b|--cookie) K=S",
            "(?:-E|--cert|--proxy-cert) U:S",
        ],
    ),
    (
        "https?|xh|xhs",
        "(?:-A|--auth-type)(?:=|<GAP>)(?:bearer|jwt)",
        &["(?:-a|--auth) S"],
    ),
    // Registries and clouds.
    (
        "docker|podman|helm|skopeo|az|oc|buildah|nerdctl|crane|oras|cosign|cf|ibmcloud|argocd|rancher|regctl|singularity|apptainer|jf|jfrog|conan",
        "login",
        &["-p S"],
    ),
    ("dotnet", "(?:add|update)", &["-p S"]),
    ("twine|hatch", "", &["-p S"]),
    ("dotnet|nuget", "", &["(?:-k|--api-key|-ApiKey) S"]),
    ("nuget", "setapikey", &["S"]),
    (
        "skopeo|podman|buildah|crane",
        "",
        &["--(?:src-|dest-)?creds U:S"],
    ),
    ("cf", "auth", &["W S"]),
    ("vault|bao", "login", &["S"]),
    (
        "vault|bao",
        "(?:operator<GAP>unseal|token<GAP>(?:revoke|lookup|renew)|unwrap)",
        &["S"],
    ),
    ("vault|bao", "kv<GAP>(?:put|patch)", &["[A-Za-z0-9_.-]+ =S"]),
    ("kubectl|oc|k|microk8s", "secret", &["--from-literal K=S"]),
    (
        "aws",
        "",
        &[
            "--secret-string S",
            "--(?:master-user|user|db)-password S",
            "--secret-binary S",
        ],
    ),
    ("aws", "ssm<GAP>put-parameter", &["--value S"]),
    (
        "aws|s3cmd|mc|rclone|s4cmd|minio-client|aliyun|tccli",
        "configure<GAP>set",
        &["[a-z_.0-9-]*(?:<KEY>)<GAP>S"],
    ),
    (
        "mc|minio-client",
        "(?:alias<GAP>set|config<GAP>host<GAP>add|admin<GAP>user<GAP>add)",
        &["W W W S", "W W S"],
    ),
    ("az", "", &["(?:--sas|--account-key) S"]),
    ("az", "keyvault<GAP>secret<GAP>set", &["--value S"]),
    (
        "az",
        "(?:appsettings|connection-string)<GAP>set",
        &["[A-Za-z0-9_.-]*(?:<KEY>|_KEY) =S"],
    ),
    (
        "rclone",
        "(?:config|obscure)",
        &["[a-z_]*(?:<KEY>)(?:<GAP>|=)S"],
    ),
    ("rclone", "obscure", &["S"]),
    (
        "gh|glab|hub|tea",
        "(?:secret|variable)<GAP>set",
        &["(?:-b|--body|-v|--value) S", "-bS"],
    ),
    (
        "glab|tea|doctl|fly|flyctl|vercel|now|netlify|circleci|gitlab-runner",
        "",
        &["(?:-t|--token|--auth|--access-token|--registration-token) S"],
    ),
    (
        "fly|flyctl|supabase|doppler|turso|deno|render|wasmer",
        "(?:secrets|env)<GAP>(?:set|add)",
        &["[A-Za-z0-9_.-]+ =S"],
    ),
    (
        "heroku",
        "config:(?:set|add)",
        &["[A-Za-z0-9_.-]*(?:<KEY>|_KEY) =S"],
    ),
    ("netlify", "env:set", &["W S"]),
    ("eas", "secret:create", &["--value S"]),
    (
        "firebase",
        "functions:config:set",
        &["[A-Za-z0-9_.-]*(?:<KEY>|\\.key) =S"],
    ),
    ("pulumi", "config<GAP>set<REST>--secret", &["W S"]),
    (
        "pulumi",
        "config<GAP>set",
        &["[A-Za-z0-9_.:-]*(?:<KEY>)<GAP>S"],
    ),
    (
        "railway|render|northflank",
        "variables?",
        &["[A-Z0-9_]*(?:<KEY>|_KEY) =S"],
    ),
    (
        "op",
        "item",
        &["[A-Za-z0-9_. \\[\\]-]*(?:<KEY>)(?:\\[[a-z]+\\])? =S"],
    ),
    ("bw", "(?:unlock|login<GAP>[^-][^<SP>\\x00]*)", &["S"]),
    (
        "snyk|codecov|sentry-cli|infracost|ngrok|tailscale|snyk-iac",
        "(?:auth|authtoken|add-authtoken)",
        &["S"],
    ),
    ("ngrok", "(?:authtoken|add-authtoken|add-api-key)", &["S"]),
    ("tailscale", "", &["--auth-?key S"]),
    ("codecov", "", &["-t S"]),
    // Package managers.
    ("cargo", "login", &["S"]),
    ("cargo", "(?:login|publish|owner|yank)", &["--token S"]),
    (
        "npm|pnpm|yarn|bun|npx",
        "(?:config<GAP>set|set|c<GAP>set)",
        &["[^<SP>=\\x00]*(?:_auth|_password|<KEY>)(?:<GAP>|=)S"],
    ),
    (
        "poetry|composer|bundle|bundler|pip3?|pdm|uv|git|gem|sam|hub",
        "config",
        &["[^<SP>=\\x00]*(?:pypi-token\\.[a-z0-9_-]+|<KEY>)<GAP>S"],
    ),
    (
        "poetry|composer|bundle|bundler",
        "config(?:<GAP>--?[a-z]+)*<GAP>http-basic\\.[^<SP>\\x00]+",
        &["W S"],
    ),
    (
        "bundle|bundler",
        "config(?:<GAP>(?:set|--?[a-z]+))*<GAP>[^<SP>\\x00]*\\.[^<SP>\\x00]*",
        &["U:S"],
    ),
    (
        "sonar-scanner|mvnw?|gradlew?|ant|java|sbt",
        "",
        &["-[DP][A-Za-z0-9_.-]*(?:<KEY>|sonar\\.login|\\.key) =S"],
    ),
    (
        "git",
        "",
        &["-c<GAP>['\"]?[^<SP>=\\x00]*extraheader=[^<SP>\\x00]*basic<GAP>S"],
    ),
    (
        "wg|wg-quick|ip",
        "",
        &["(?:private-key|preshared-key)<GAP>S"],
    ),
    ("iwconfig|iw", "", &["(?:key|enc)<GAP>S"]),
];

/// What must be written in one piece.
const LINES: &[&str] = &[
    r"\bsshpass(?:<GAP>-[evP][^<SP>\x00]*)*<GAP>-p(?:<GAP>)?<NEXT>",
    r"\bhtpasswd(?:<GAP>-[A-Za-z]+)*?<GAP>-[A-Za-z]*(?:nb|bn)[A-Za-z]*(?:<GAP>-[A-Za-z]+(?:<GAP>[0-9]+)?)*<GAP><WORD><GAP><NEXT>",
    r"\bhtpasswd(?:<GAP>-[A-Za-z]+)*?<GAP>-[A-Za-z]*b[A-Za-z]*(?:<GAP>-[A-Za-z]+(?:<GAP>[0-9]+)?)*<GAP><WORD><GAP><WORD><GAP><NEXT>",
];

/// A word that is shown.
const WORD: &str = r"(?:[^-<SP>\x00;|&][^<SP>\x00;|&]*)";
/// Options of their own between words.
const OPTIONS: &str = r"(?:<GAP>-[^<SP>\x00;|&]*)*";
/// A word that is a secret: assignments and options are none.
const POSITION: &str = r#"<GAP>['"\\]*(?P<secret>[^<SP>'"\\;|&<>()\x00=-][^<SP>'"\\;|&<>()\x00=]*={0,2})(?:[<SP>'"\\;|&)]|$)"#;
/// The rest of a word after what is shown of it; in `-u https://…` a value is missing.
const REMAINDER: &str = r#"(?P<secret>/?[^<SP>/'"\x00][^<SP>'"\x00]*)"#;

pub(super) fn rows() -> Vec<Row> {
    let lines = LINES
        .iter()
        .map(|line| Row::new("password-option", &line.replace("<WORD>", WORD)));
    let programs = PROGRAMS.iter().flat_map(|(programs, words, forms)| {
        forms.iter().map(move |form| Row {
            name: "password-option",
            head: Some(head(programs, words)),
            pattern: pattern(form),
        })
    });
    lines.chain(programs).collect()
}

/// Ends before the white space that the rest of the command begins with.
fn head(programs: &str, words: &str) -> String {
    let program = format!(r#"(?:^|[<SP>\x1a'"(/\\;|&=@`])(?i-u:{programs})(?:\.exe)?['"]?"#);
    if words.is_empty() {
        program
    } else {
        format!(r#"{program}(?:<GAP><REST>)??[<SP>\x1a'"]+(?:{words})['"]?"#)
    }
}

fn pattern(form: &str) -> String {
    if form.split(' ').all(|word| matches!(word, "W" | "S")) {
        let shown = format!("{OPTIONS}<GAP>{WORD}").repeat(form.matches('W').count());
        return format!("^{shown}{OPTIONS}{POSITION}");
    }
    let (option, value) = form.rsplit_once(' ').unwrap_or(("", form));
    match value {
        "S" => format!("<BEFORE>{option}(?:<GAP>|=)<NEXT>"),
        "=S" => format!(r#"<BEFORE>{option}={QUOTES}{REMAINDER}"#),
        _ if option.is_empty() => glued(value),
        _ => {
            let shown = shown(value);
            format!("<BEFORE>{option}(?:<GAP>|=){shown}{REMAINDER}")
        }
    }
}

/// Quotes before a value.
const QUOTES: &str = r#"['"\\]*"#;

/// `-pS`, or `-uU:S`.
fn glued(form: &str) -> String {
    let option = form.strip_suffix('S').unwrap_or(form);
    if option.ends_with([':', '%', ',', '=', '/']) && option.contains(['U', 'K']) {
        let at = option.rfind(['U', 'K']).unwrap_or(0);
        let (option, value) = option.split_at(at);
        return format!("<BEFORE>{option}{}{REMAINDER}", shown(value));
    }
    if let Some(option) = option.strip_suffix("<GAP>") {
        return format!("<BEFORE>{option}<GAP><NEXT>");
    }
    format!("<BEFORE>{option}<VALUE>")
}

/// The text before the secret in its word: `U:` is anything up to a `:`, `pass:` itself.
fn shown(value: &str) -> String {
    let before = value.strip_suffix('S').unwrap_or(value);
    match before.strip_prefix(['U', 'K']) {
        Some(end) => format!(r#"{QUOTES}[^<SP>{end}'"\x00\x1a]*{end}"#),
        None => format!("{QUOTES}{before}"),
    }
}
