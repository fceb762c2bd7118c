//! Code hosts, registries and clouds.
//!
//! Sources: gh(1) "environment"; docker(1), where the first part of an image's name is a registry if
//! it holds a dot or a colon; npm-config(7), pip(1), cargo(1), `go help goproxy`.

use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::effects;
use super::super::options::Value;
use super::super::word_list::lists;
use super::Finder;
use super::found::Contacts;

pub(super) static PROGRAMS: &[(&str, Finder)] = &[
    ("gh", gh),
    ("glab", glab),
    ("docker podman nerdctl", docker),
    (
        "npm pnpm yarn bun pip pip3 pipx uv cargo go gem composer poetry",
        registry,
    ),
    (
        "kubectl oc helm aws gcloud gsutil az doctl flyctl fly heroku vercel netlify wrangler",
        cloud,
    ),
];

/// A manager of packages.
struct Registry {
    names: &'static str,
    /// Subcommands that ask the registry and send nothing but names.
    reads: &'static str,
    /// Subcommands that install, publish, or send what the project depends on.
    others: &'static str,
    hosts: &'static [&'static str],
    /// The registry's own answer may lead to other hosts.
    leads_on: bool,
    /// Variables that name another registry.
    variables: &'static [&'static str],
}

/// Options that name a registry or another place of packages.
const REGISTRY_OPTIONS: &[&str] = &[
    "--registry",
    "--index-url",
    "--default-index",
    "--index",
    "--extra-index-url",
    "--find-links",
    "--proxy",
    "--https-proxy",
    "--source",
    "-i",
    "-f",
];
const NPM_VARIABLES: &[&str] = &["npm_config_registry", "NPM_CONFIG_REGISTRY"];
const PIP_VARIABLES: &[&str] = &[
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
];

static REGISTRIES: &[Registry] = &[
    Registry {
        names: "npm pnpm yarn bun",
        reads: "view info show v search find s se ping",
        others: "outdated audit install i ci add a update up upgrade publish login logout adduser whoami dist-tag \
                 deprecate unpublish owner access team token star create init dlx exec x fund",
        hosts: &["https://registry.npmjs.org"],
        leads_on: false,
        variables: NPM_VARIABLES,
    },
    Registry {
        names: "pip pip3 uv pipx poetry",
        reads: "index search",
        others: "install download wheel add sync lock publish upgrade run tool pip update",
        hosts: &["https://pypi.org", "https://files.pythonhosted.org"],
        leads_on: false,
        variables: PIP_VARIABLES,
    },
    Registry {
        names: "cargo",
        reads: "search info",
        others: "install add update fetch publish login owner yank",
        hosts: &[
            "https://crates.io",
            "https://index.crates.io",
            "https://static.crates.io",
        ],
        leads_on: false,
        variables: &["CARGO_REGISTRIES_CRATES_IO_INDEX"],
    },
    Registry {
        names: "go",
        reads: "list",
        others: "get install mod",
        // What the proxy doesn't have comes from wherever the module's path says.
        hosts: &["https://proxy.golang.org", "https://sum.golang.org"],
        leads_on: true,
        variables: &["GOPROXY"],
    },
    Registry {
        names: "gem",
        reads: "search info",
        others: "install push update fetch yank owner",
        hosts: &["https://rubygems.org"],
        leads_on: false,
        variables: &[],
    },
    Registry {
        names: "composer",
        reads: "search",
        others: "install update require create-project",
        hosts: &["https://repo.packagist.org"],
        leads_on: false,
        variables: &[],
    },
];

/// The words that are no options.
fn operands<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a ShellWord> {
    let words = call.args().iter();
    words.filter(|word| !word.text.starts_with('-'))
}

/// The values of these options, attached or in the next word.
fn values<'a>(call: &Call<'a>, options: &[&str]) -> Vec<Value<'a>> {
    let mut found = Vec::new();
    for (at, word) in call.args().iter().enumerate() {
        let text = word.text.as_str();
        if options.contains(&text) {
            found.extend(call.args().get(at + 1).map(Value::of));
            continue;
        }
        let attached = options.iter().find_map(|option| {
            let rest = text.strip_prefix(option)?;
            // `-RNAME` of a letter, `--repo=NAME` of a word.
            let is_short = option.len() == 2;
            rest.strip_prefix('=').or(is_short.then_some(rest))
        });
        found.extend(attached.map(|text| Value::part(word, text)));
    }
    found
}

/// github.com, or the host that an option, the repository's name or a variable says.
fn gh(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    code_host(
        call,
        contacts,
        "GH_HOST",
        &["https://github.com", "https://api.github.com"],
    );
    if !effects::gh_only_reads(call) {
        contacts.sends();
    }
}

fn glab(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    code_host(call, contacts, "GITLAB_HOST", &["https://gitlab.com"]);
    contacts.sends();
}

fn code_host(
    call: &Call<'_>,
    contacts: &mut Contacts<'_>,
    variable: &str,
    own: &'static [&'static str],
) {
    let mut first = operands(call).map(|word| word.text.as_str());
    let local = ["alias", "completion", "help", "version", "config"];
    if first.next().is_none_or(|first| local.contains(&first)) {
        return;
    }
    for value in values(call, &["--hostname"]) {
        contacts.url(value, Some("https"));
    }
    for value in values(call, &["-R", "--repo"]) {
        // `HOST/OWNER/REPO` or a URL.
        if value.text.contains("://") || value.text.split('/').count() > 2 {
            contacts.url(value, Some("https"));
        } else if value.dynamic {
            contacts.unknown(value.text);
        }
    }
    let names_repository = operands(call)
        .next()
        .is_some_and(|word| word.text == "repo");
    for word in operands(call) {
        let has_host = names_repository && word.text.matches('/').count() > 1;
        if has_host || word.text.contains("://") {
            contacts.url(Value::of(word), Some("https"));
        }
    }
    if let Some(host) = (contacts.environment)(variable) {
        return contacts.url(Value::of(&host), Some("https"));
    }
    if contacts.is_empty() || own.iter().any(|url| contacts.has(url)) {
        own.iter().for_each(|url| contacts.fixed(url));
    }
}

fn docker(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    for value in values(call, &["-H", "--host"]) {
        if value.text.contains("://") && !value.text.starts_with("unix:") {
            contacts.url(value, None);
        }
    }
    let mut words = operands(call).map(Value::of).peekable();
    words.next_if(|word| word.text == "image");
    match words.next().map(|word| word.text) {
        Some("pull" | "push") => {
            for image in words {
                image_host(image, contacts);
            }
        }
        Some("login" | "logout" | "search") => match words.next() {
            Some(host) if host.text.contains(['.', ':']) => contacts.url(host, Some("https")),
            _ => contacts.fixed(DOCKER_HUB),
        },
        _ => {}
    }
}

const DOCKER_HUB: &str = "https://registry-1.docker.io";

fn image_host(image: Value<'_>, contacts: &mut Contacts<'_>) {
    let first = image.text.split_once('/').map(|(first, _)| first);
    match first.filter(|first| first.contains(['.', ':']) || *first == "localhost") {
        Some(text) => contacts.url(Value { text, ..image }, Some("https")),
        None if image.dynamic => contacts.unknown(image.text),
        None => contacts.fixed(DOCKER_HUB),
    }
}

fn registry(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    let found = REGISTRIES.iter().find(|it| lists(it.names, &call.name));
    let (Some(registry), Some(verb)) = (found, operands(call).next()) else {
        return;
    };
    let verb = verb.text.as_str();
    let offline = [
        "--offline",
        "--no-install",
        "--no-index",
        "--frozen-offline",
    ];
    let is_offline = call
        .args()
        .iter()
        .any(|word| offline.contains(&word.text.as_str()));
    let reads = lists(registry.reads, verb);
    if is_offline || !(reads || lists(registry.others, verb)) {
        return;
    }
    // `go list` asks a proxy for modules only.
    if verb == "list" && !call.args().iter().any(|word| word.text == "-m") {
        return;
    }
    if !reads {
        contacts.sends();
    }
    let mut elsewhere = values(call, REGISTRY_OPTIONS);
    elsewhere.retain(|value| value.dynamic || value.text.contains("://"));
    let urls = operands(call).filter(|word| word.text.contains("://"));
    let urls = urls.map(Value::of).collect::<Vec<_>>();
    for value in elsewhere.iter().chain(&urls) {
        contacts.url(*value, Some("https"));
    }
    let set: Vec<ShellWord> = registry
        .variables
        .iter()
        .filter_map(|name| (contacts.environment)(name))
        .collect();
    for value in &set {
        contacts.url(Value::of(value), Some("https"));
    }
    if elsewhere.is_empty() && set.is_empty() {
        // The first one answers questions; packages may come from the others.
        let asked = match reads && !registry.leads_on {
            true => 1,
            false => registry.hosts.len(),
        };
        let hosts = registry.hosts.iter().take(asked);
        hosts.for_each(|url| contacts.fixed(url));
    }
    if registry.leads_on {
        contacts.unknown("wherever a module's path leads");
    }
}

/// The configuration says which cluster or which account is meant, unless an option does.
fn cloud(call: &Call<'_>, contacts: &mut Contacts<'_>) {
    contacts.sends();
    let mut first = operands(call).map(|word| word.text.as_str());
    if matches!(
        first.next(),
        None | Some("help" | "version" | "completion" | "config" | "configure")
    ) {
        return;
    }
    let options = [
        "--endpoint-url",
        "--server",
        "-s",
        "--api-server",
        "--endpoint",
    ];
    let values = values(call, &options);
    for value in values.iter().filter(|value| value.text.contains("://")) {
        contacts.url(*value, None);
    }
    if contacts.is_empty() {
        contacts.unknown("what the configuration says");
    }
}
