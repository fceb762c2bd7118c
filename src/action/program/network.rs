//! Programs that move content over the network: curl(1), wget(1), nc(1), socat(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::files::MAX_COMBINED_BYTES;
use super::options::{Grammar, Item, Opt, Scan, Value, flag, value};
use super::transfers::{Role, file};
use super::{Access, Inner, Leaf, Meaning};

static CURL: &[Opt<Role>] = &[
    value(
        "-d --data --data-ascii --data-binary --data-urlencode --json --url-query --variable -H --header --proxy-header",
        Role::Field,
    ),
    value("-F --form", Role::Field),
    value("-b --cookie", Role::Cookie),
    value(
        "-T --upload-file -E --cert --key --cacert --netrc-file --pubkey --crlfile --proxy-cert --proxy-key --etag-compare --hostpubmd5-file",
        Role::Read,
    ),
    value("-K --config", Role::Config),
    value(
        "-o --output -c --cookie-jar -D --dump-header --trace --trace-ascii --stderr --etag-save --hsts --alt-svc --libcurl",
        Role::Write,
    ),
    value("--output-dir", Role::Directory),
    flag(
        "-O --remote-name --remote-name-all -J --remote-header-name",
        Role::RemoteName,
    ),
    value(
        "-X --request -u --user -A --user-agent -e --referer -x --proxy -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -w --write-out -r --range -C --continue-at -U --proxy-user -y -Y -z --time-cond --limit-rate --resolve --connect-to --interface --ciphers --url --max-redirs --form-string --oauth2-bearer --aws-sigv4 --unix-socket --abstract-unix-socket --cert-type --key-type --pass -Q --quote --proto --proto-redir --proto-default -t --telnet-option -P --ftp-port --socks5 --socks5-hostname --dns-servers --noproxy --keepalive-time --max-filesize --rate --local-port --tls-max --tls13-ciphers --doh-url --mail-from --mail-rcpt --login-options --request-target --expect100-timeout",
        Role::None,
    ),
];
static WGET: &[Opt<Role>] = &[
    value("-O --output-document", Role::Write),
    value(
        "-o --output-file -a --append-output --save-cookies --warc-file --rejected-log",
        Role::Log,
    ),
    value("-P --directory-prefix", Role::Directory),
    value(
        "--post-file --body-file -i --input-file --load-cookies --certificate --private-key --ca-certificate",
        Role::Read,
    ),
    value("--config", Role::Config),
    value(
        "--post-data --body-data --method --header -U --user-agent --user --password -t --tries -T --timeout -w --wait -Q --quota -e --execute --limit-rate -D --domains -A --accept -R --reject -I -X -l --level --referer --proxy-user --proxy-password --bind-address --max-redirect -B --base --http-user --http-password --secure-protocol --ca-directory",
        Role::None,
    ),
];

/// curl(1)
pub(super) fn curl(call: &Call<'_>) -> Meaning {
    network(call, CURL, false)
}

/// wget(1): without `-O` it writes files that the addresses name.
pub(super) fn wget(call: &Call<'_>) -> Meaning {
    network(call, WGET, true)
}

fn network(call: &Call<'_>, opts: &'static [Opt<Role>], saves: bool) -> Meaning {
    let mut leaf = call.leaf();
    let mut saves = saves;
    let mut directory = String::new();
    let mut urls = Vec::new();
    for item in Scan::new(call.args(), opts, Grammar::Permute) {
        let (role, value) = match item {
            Item::Option { opt, value } => (opt.role, value),
            Item::Operand(word) => {
                urls.push(word);
                continue;
            }
            Item::Unknown(_) => continue,
        };
        match (role, value) {
            (Role::Field, Some(value)) => field(&mut leaf, value),
            (Role::Read, Some(value)) => file(&mut leaf, value, Access::Read),
            (Role::Config, Some(value)) => {
                file(&mut leaf, value, Access::Read);
                leaf.unknown("a file of options");
            }
            (Role::Write, Some(value)) => {
                saves = false;
                file(&mut leaf, value, Access::Write);
            }
            // Without `=`, it names a file of cookies.
            (Role::Cookie, Some(value)) if !value.text.contains('=') => {
                file(&mut leaf, value, Access::Read);
            }
            (Role::Log, Some(value)) => file(&mut leaf, value, Access::Write),
            (Role::Directory, Some(value)) => value.text.clone_into(&mut directory),
            (Role::RemoteName, _) => saves = true,
            _ => {}
        }
    }
    if urls.len().saturating_mul(directory.len()) > MAX_COMBINED_BYTES {
        leaf.unknown("the files that it saves are too many");
        directory.clear();
    }
    for url in urls {
        let scheme = url.text.get(..7).map(str::to_ascii_lowercase);
        if let (Some("file://"), Some(path)) = (scheme.as_deref(), url.text.get(7..)) {
            leaf.reads(ShellWord {
                text: path.to_owned(),
                ..url.clone()
            });
        }
        if saves {
            saved(&mut leaf, url, &directory);
        }
    }
    Meaning::Runs(leaf)
}

/// The file of the address's last segment.
fn saved(leaf: &mut Leaf, url: &ShellWord, directory: &str) {
    let path = url.text.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, path)| path);
    let name = path.rsplit_once('/').map_or("index.html", |(_, name)| name);
    let name = if name.is_empty() { "index.html" } else { name };
    let text = if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    };
    leaf.writes(ShellWord {
        text,
        ..url.clone()
    });
}

/// `@F`, `name=@F`, `name=<F;type=…`, `name@F`
fn field(leaf: &mut Leaf, value: Value<'_>) {
    let Some(at) = value.text.find(['@', '<']) else {
        return;
    };
    let head = value.text.get(..at).unwrap_or_default();
    let is_name = head.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'[' | b']' | b'.')
    });
    if !(head.is_empty() || head.ends_with('=') || is_name) {
        return;
    }
    let path = value.text.get(at + 1..).unwrap_or_default();
    for path in path.split(',') {
        let path = path.split(';').next().unwrap_or_default().trim_matches('"');
        file(
            leaf,
            Value {
                text: path,
                ..value
            },
            Access::Read,
        );
    }
}

/// socat(1), nc(1) with `-e`: it runs a command for whoever connects.
pub(super) fn netcat(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift("it gives a connection a command");
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if matches!(text, "-e" | "--exec" | "-c" | "--sh-exec") {
            if let Some(command) = words.next() {
                wrapper.script(command);
            }
        } else if let Some((_, code)) = text.split_once(':').filter(|(kind, _)| {
            matches!(
                kind.to_ascii_lowercase().as_str(),
                "exec" | "system" | "shell"
            )
        }) {
            let code = code.split(',').next().unwrap_or(code);
            wrapper.script(&ShellWord {
                text: code.to_owned(),
                ..word.clone()
            });
        }
    }
    if wrapper.inner.is_empty() {
        return call.plain();
    }
    wrapper
        .inner
        .push(Inner::Dynamic("what the connection says".into()));
    Meaning::Wraps(wrapper)
}
