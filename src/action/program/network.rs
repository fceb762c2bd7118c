//! Programs that move content over the network: curl(1), wget(1), nc(1), socat(1).

use super::super::shell::ShellWord;
use super::call::{Call, is_stream};
use super::files::MAX_COMBINED_BYTES;
use super::options::{Grammar, Item, Opt, Scan, Value, flag, value};
use super::presumed_options::is_certificate;
use super::transfers::{Role, file};
use super::{Access, Inner, Leaf, Meaning, Operand, addresses, presumed};

pub(super) static CURL: &[Opt<Role>] = &[
    value(
        "-d --data --data-ascii --data-binary --data-urlencode --json --url-query --variable --expand-data --expand-data-ascii --expand-data-binary --expand-data-urlencode --expand-json",
        Role::Field,
    ),
    value("-H --header --proxy-header --expand-header", Role::Header),
    value("-F --form", Role::Field),
    value("-b --cookie", Role::Cookie),
    value(
        "--unix-socket --netrc-file --etag-compare --hostpubmd5-file --random-file --ssl-sessions",
        Role::Read,
    ),
    value(
        "-E --cert --key --cacert --pubkey --crlfile --proxy-cert --proxy-key --proxy-cacert --proxy-crlfile --ech",
        Role::Certificate,
    ),
    value("-w --write-out --expand-write-out", Role::AtFile),
    value("--url --expand-url", Role::Url),
    value("-K --config", Role::Config),
    value(
        "-c --cookie-jar -D --dump-header --trace --trace-ascii --stderr --etag-save --hsts --alt-svc --libcurl",
        Role::Write,
    ),
    value("-T --upload-file", Role::Upload),
    value("-X --request", Role::Method),
    value("--form-string", Role::Body),
    value(
        "-x --proxy --preproxy --proxy1.0 --doh-url --ipfs-gateway",
        Role::Proxy,
    ),
    value("--socks4 --socks4a --socks5 --socks5-hostname", Role::Socks),
    value("--resolve", Role::Resolve),
    value("--connect-to", Role::ConnectTo),
    value("--abstract-unix-socket", Role::Socket),
    flag("-L --location --location-trusted", Role::Follows),
    value("-o --output --expand-output", Role::Output),
    value("--proto-default", Role::DefaultScheme),
    value("--output-dir", Role::Directory),
    flag(
        "-O --remote-name --remote-name-all -J --remote-header-name",
        Role::RemoteName,
    ),
    value(
        "-u --user -A --user-agent -e --referer -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -r --range -C --continue-at -U --proxy-user -y -Y -z --time-cond --limit-rate --interface --ciphers --max-redirs --oauth2-bearer --aws-sigv4 --cert-type --key-type --pass -Q --quote --proto --proto-redir -t --telnet-option -P --ftp-port --dns-servers --noproxy --keepalive-time --max-filesize --rate --local-port --tls-max --tls13-ciphers --mail-from --mail-rcpt --login-options --request-target --expect100-timeout --capath --proxy-capath --curves --sigalgs --delegation --krb --mail-auth --service-name --proxy-service-name --sasl-authzid --tlsuser --tlspassword --tlsauthtype --proxy-tlsuser --proxy-tlspassword --trace-config --engine --parallel-max --create-file-mode --dns-interface --dns-ipv4-addr --dns-ipv6-addr --happy-eyeballs-timeout-ms --haproxy-clientip --ip-tos --vlan-priority --keepalive-cnt --speed-limit --speed-time --pinnedpubkey --proxy-pinnedpubkey --proxy-ciphers --proxy-header-file --proxy-pass --proxy-tls13-ciphers --proxy-key-type --proxy-cert-type --proxy-tlsauthtype --tftp-blksize --egd-file --max-recv-speed",
        Role::None,
    ),
];
pub(super) static WGET: &[Opt<Role>] = &[
    value("-O --output-document", Role::Write),
    value(
        "-o --output-file -a --append-output --save-cookies --warc-file --rejected-log --hsts-file",
        Role::Log,
    ),
    value("-P --directory-prefix", Role::Directory),
    value(
        "--post-file --body-file -i --input-file --load-cookies --input-metalink",
        Role::Read,
    ),
    value(
        "--certificate --private-key --ca-certificate --crl-file",
        Role::Certificate,
    ),
    value("--post-data --body-data", Role::Body),
    value("--method", Role::Method),
    value("-e --execute", Role::Setting),
    value("--config", Role::Config),
    value(
        "--header -U --user-agent --user --password -t --tries -T --timeout -w --wait -Q --quota --limit-rate -D --domains -A --accept -R --reject -I -X -l --level --referer --proxy-user --proxy-password --bind-address --max-redirect -B --base --http-user --http-password --secure-protocol --ca-directory",
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
    let mut outputs = Vec::new();
    let mut files_are_default = false;
    let mut access = Access::Read;
    for item in Scan::new(call.args(), opts, Grammar::Permute) {
        let (role, value) = match item {
            Item::Option { opt, value } => (opt.role, value),
            Item::Operand(word) => {
                urls.push(Value::of(word));
                continue;
            }
            Item::Unknown(_) => continue,
        };
        match (role, value) {
            (Role::Field | Role::Header, Some(value)) => field(&mut leaf, value),
            (Role::Read, Some(value)) => braced(&mut leaf, value),
            (Role::Certificate, Some(value)) => certificate(&mut leaf, value),
            (Role::AtFile, Some(value)) if !value.text.starts_with('@') => {}
            (Role::AtFile, Some(value)) => field(&mut leaf, value),
            (Role::Setting, Some(value)) => setting(&mut leaf, value),
            (Role::Url, Some(value)) => urls.push(value),
            (Role::Config, Some(value)) => {
                file(&mut leaf, value, Access::Read);
                leaf.unknown("a file of options");
            }
            (Role::Write, Some(value)) => {
                saves = false;
                file(&mut leaf, value, Access::Write);
            }
            (Role::Upload, Some(value)) => {
                access = Access::Write;
                braced(&mut leaf, value);
            }
            (Role::Output, Some(value)) => {
                saves = false;
                outputs.push(addresses::output(value));
            }
            (Role::DefaultScheme, Some(value)) => {
                files_are_default |= value.text.eq_ignore_ascii_case("file");
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
    let names = urls.len() + outputs.len();
    if names.saturating_mul(directory.len()) > MAX_COMBINED_BYTES {
        leaf.unknown("the files that it saves are too many");
        directory.clear();
    }
    for output in outputs.into_iter().filter(|output| output.text != "-") {
        let text = match directory.is_empty() {
            true => output.text.clone(),
            false => format!("{directory}/{}", output.text),
        };
        leaf.writes(ShellWord { text, ..output });
    }
    for url in urls {
        addressed(&mut leaf, url, files_are_default, access);
        if saves {
            saved(&mut leaf, &url.word(), &directory);
        }
    }
    Meaning::Runs(leaf)
}

/// The files among the addresses that an argument means.
fn addressed(leaf: &mut Leaf, url: Value<'_>, files_are_default: bool, access: Access) {
    if addresses::is_elsewhere(url.text) {
        return;
    }
    let Some(all) = addresses::expanded(url.text) else {
        leaf.lift(TOO_MANY);
        return leaf.unknown(TOO_MANY);
    };
    for address in all {
        if let Some(path) = addresses::path(&address, files_are_default) {
            file(leaf, Value { text: &path, ..url }, Access::Read);
            if access == Access::Write {
                file(leaf, Value { text: &path, ..url }, access);
            }
        }
    }
}

const TOO_MANY: &str = "an address means too many others";

/// What is uploaded, with the same globs.
fn braced(leaf: &mut Leaf, value: Value<'_>) {
    match addresses::expanded(value.text) {
        Some(all) => {
            for text in &all {
                file(leaf, Value { text, ..value }, Access::Read);
            }
        }
        None => {
            file(leaf, value, Access::Read);
            leaf.lift(TOO_MANY);
            leaf.unknown(TOO_MANY);
        }
    }
}

/// `FILE[:PASSWORD]`: a certificate or a key is used and not shown, anything else is read.
fn certificate(leaf: &mut Leaf, value: Value<'_>) {
    let path = match value.text.rsplit_once(':') {
        Some((path, _)) if path.len() > 1 => path,
        _ => value.text,
    };
    if !is_certificate(path) && !is_certificate(value.text) {
        file(leaf, value, Access::Read);
    }
}

/// `wget -e NAME=VALUE`, as a line of its configuration file.
fn setting(leaf: &mut Leaf, value: Value<'_>) {
    let Some((name, path)) = value.text.split_once('=') else {
        return;
    };
    let name = name.trim().to_ascii_lowercase().replace(['-', '_'], "");
    let path = Value {
        text: path.trim(),
        ..value
    };
    match name.as_str() {
        "input" | "postfile" | "bodyfile" | "loadcookies" | "config" => {
            file(leaf, path, Access::Read);
        }
        "outputdocument" | "logfile" | "dirprefix" | "savecookies" | "warcfile" => {
            file(leaf, path, Access::Write);
        }
        "useaskpass" => leaf.unknown("an option names a command that runs"),
        _ => {}
    }
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

/// socat(1), nc(1) with `-e`: it runs a command for each connection.
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
    let files = match &*call.name {
        "socat" => addresses(call),
        _ => sockets(call),
    };
    if wrapper.inner.is_empty() {
        let mut leaf = presumed::unknown(call);
        leaf.operands.extend(files);
        return Meaning::Runs(leaf);
    }
    wrapper.operands.extend(files);
    wrapper
        .inner
        .push(Inner::Dynamic("what the connection says".into()));
    Meaning::Wraps(wrapper)
}

/// The files among socat(1)'s two addresses: `-u` copies from the first to the second, `-U`
/// the other way, and without them both ways.
fn addresses(call: &Call<'_>) -> Vec<Operand> {
    let has = |option| call.args().iter().any(|word| word.text == option);
    let (forth, back) = (!has("-U"), !has("-u"));
    let words = call.args().iter();
    let words = words.filter(|word| !word.text.starts_with('-') || word.text == "-");
    let mut operands = Vec::new();
    for (at, word) in words.enumerate() {
        let (reads, writes) = match at {
            0 => (forth, back),
            _ => (back, forth),
        };
        let Some((path, options)) = address(&word.text) else {
            continue;
        };
        if is_stream(path) {
            continue;
        }
        let mut add = |access| {
            operands.push(Operand {
                word: Value::part(word, path).word(),
                access,
                recursive: false,
            });
        };
        if reads && !options.contains("wronly") {
            add(Access::Read);
        }
        if writes && !options.contains("rdonly") {
            add(Access::Write);
        }
    }
    operands
}

/// The Unix sockets of nc(1) and ncat(1): `-U PATH`, `--unixsock PATH`. With `-l` it makes the
/// socket.
fn sockets(call: &Call<'_>) -> Vec<Operand> {
    let has = |letter, long| {
        let mut words = call.args().iter().map(|word| word.text.as_str());
        words.any(|word| {
            let cluster = word.strip_prefix('-').filter(|it| !it.starts_with('-'));
            word == long || cluster.is_some_and(|letters| letters.contains(letter))
        })
    };
    if !has('U', "--unixsock") {
        return Vec::new();
    }
    let made = has('l', "--listen").then_some(Access::Write);
    let accesses = || [Some(Access::Read), made].into_iter().flatten();
    let paths = call.args().iter();
    paths
        .filter(|word| !word.text.starts_with('-'))
        .flat_map(|word| {
            accesses().map(|access| Operand {
                word: word.clone(),
                access,
                recursive: false,
            })
        })
        .collect()
}

/// The path and the options of `OPEN:path,options` and `UNIX-CONNECT:path,options`; a word with a
/// slash is a path too.
fn address(text: &str) -> Option<(&str, &str)> {
    let (head, options) = text.split_once(',').unwrap_or((text, ""));
    match head.split_once(':') {
        Some((kind, path)) => {
            let kind = kind.to_ascii_lowercase();
            let opens = matches!(
                kind.as_str(),
                "file" | "open" | "gopen" | "create" | "creat"
            ) || kind.starts_with("unix");
            opens.then_some((path, options))
        }
        None => head.contains('/').then_some((head, options)),
    }
}
