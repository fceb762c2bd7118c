//! Subcommands of package managers that ask a registry for a package, or list what is installed.
//!
//! Sources: npm-view(1), npm-search(1), npm-ls(1), npm-explain(1), npm-prefix(1), npm-root(1), npm-pkg(1), npm-run(1);
//! pip(1) "pip index", "pip list", "pip show", "pip check", "pip inspect"; cargo-search(1); `pnpm help list`,
//! `pnpm help why`; `uv help pip list` and others like it; "Commands" of Poetry 2; bundle-list(1), bundle-show(1),
//! bundle-info(1), bundle-check(1); `gem help list`; `composer help show`; `conda list --help`.
//!
//! Not here: `npm audit`, which sends the names of all dependencies; `npm outdated`, `poetry show --latest` and others
//! like them, which ask the hosts that the project names; `yarn why` and `yarn list`, which fetch packages that are
//! missing (yarn 1); `uv tree`, which resolves the project again; `go list -m`, `go mod graph`, `go mod why` and `go doc`,
//! which fetch modules; `bundle check` writes the lock file, as every command of Bundler may.

use super::super::options::{Opt, flag, value};
use super::registries::{Says, Subcommand, Words, asks, lists, of_project};
use crate::action::facts::Deed;

static NPM: &[Opt<Says>] = &[
    flag("--json -s --silent --long --parseable", Says::Plain),
    value("--searchlimit", Says::Plain),
    value("--registry", Says::Url),
];
static NPM_LIST: &[Opt<Says>] = &[
    flag("--json --long --parseable --all -s --silent", Says::Plain),
    value("--depth", Says::Plain),
];
static NPM_PLACE: &[Opt<Says>] = &[flag("-g --global", Says::Plain)];
static JSON: &[Opt<Says>] = &[flag("--json", Says::Plain)];
static PNPM_LIST: &[Opt<Says>] = &[
    flag(
        "--json --long --parseable -r --recursive -P --prod -D --dev --only-projects",
        Says::Plain,
    ),
    value("--depth", Says::Plain),
];
static PIP: &[Opt<Says>] = &[
    flag(
        "-f --files -v --verbose -q --quiet -l --local --user --all --not-required --exclude-editable -e --editable \
         --disable-pip-version-check --no-color --no-input",
        Says::Plain,
    ),
    value("--format --exclude", Says::Plain),
];
static PIP_INDEX: &[Opt<Says>] = &[
    flag(
        "--pre --json -q --quiet --disable-pip-version-check --no-color --no-input",
        Says::Plain,
    ),
    value("-i --index-url", Says::Url),
];
static UV: &[Opt<Says>] = &[
    flag(
        "-e --editable --exclude-editable -q --quiet -v --verbose --strict --files -f --offline",
        Says::Plain,
    ),
    value("--format --exclude", Says::Plain),
];
static POETRY: &[Opt<Says>] = &[
    flag(
        "-t --tree -T --top-level -a --all --no-truncate --why --no-ansi -n --no-interaction -q --quiet",
        Says::Plain,
    ),
    value("--with --without --only", Says::Plain),
];
static POETRY_CHECK: &[Opt<Says>] = &[flag("--lock --strict --no-ansi", Says::Plain)];
static POETRY_ENV: &[Opt<Says>] = &[flag("-p --path -e --executable --full-path", Says::Plain)];
static BUNDLE_LIST: &[Opt<Says>] = &[
    flag("--name-only --paths", Says::Plain),
    value("--only-group --without-group", Says::Plain),
];
static BUNDLE: &[Opt<Says>] = &[flag("--paths --path --version --dry-run", Says::Plain)];
static GEM: &[Opt<Says>] = &[flag(
    "-l --local -a --all -d --details -e --exact -i --installed --no-versions -q --quiet",
    Says::Plain,
)];
static COMPOSER: &[Opt<Says>] = &[
    flag(
        "-D --direct -N --name-only -s --self -i --installed -P --path --locked --no-dev -p --platform --no-ansi -n \
         --no-interaction",
        Says::Plain,
    ),
    value("-f --format", Says::Plain),
];
static CONDA: &[Opt<Says>] = &[
    flag(
        "--json -c --canonical -f --full-name --no-pip -q --quiet",
        Says::Plain,
    ),
    value("-n --name", Says::Plain),
];

const PIP_NAMES: &str = "pip pip3";
/// What `python -m pip` runs: a module of the project may have the name.
const PIP_MODULE: &str = "pip.__main__";

pub(super) static SUBCOMMANDS: &[Subcommand] = &[
    asks(
        "npm",
        &["view", "info", "show", "v"],
        NPM,
        Words::PackageAndFields,
    ),
    asks("npm", &["search", "find", "s", "se"], NPM, Words::Text),
    lists(
        "npm",
        &["ls", "list", "ll", "la"],
        NPM_LIST,
        Words::Installed,
    ),
    lists("npm", &["why", "explain"], JSON, Words::Packages),
    lists("npm", &["prefix", "root"], NPM_PLACE, Words::None),
    lists("npm", &["pkg get"], JSON, Words::Fields),
    // Without a name it lists the scripts.
    lists("npm", &["run", "run-script"], JSON, Words::Alone),
    // pnpm may load the version of itself that the project names, and so may the others run its code: the interpreter
    // of `.venv`, a `Gemfile`, plugins.
    of_project(
        "pnpm",
        &["ls", "list", "ll", "la"],
        PNPM_LIST,
        Words::Installed,
    ),
    of_project("pnpm", &["why"], PNPM_LIST, Words::Packages),
    asks(PIP_NAMES, &["index versions"], PIP_INDEX, Words::Packages),
    lists(PIP_NAMES, &["show"], PIP, Words::Packages),
    lists(
        PIP_NAMES,
        &["list", "freeze", "check", "inspect"],
        PIP,
        Words::None,
    ),
    of_project(PIP_MODULE, &["show"], PIP, Words::Packages),
    of_project(
        PIP_MODULE,
        &["list", "freeze", "check", "inspect"],
        PIP,
        Words::None,
    ),
    of_project("uv", &["pip show"], UV, Words::Packages),
    of_project(
        "uv",
        &["pip list", "pip freeze", "pip check"],
        UV,
        Words::None,
    ),
    of_project("poetry", &["show"], POETRY, Words::Installed),
    of_project("poetry", &["check"], POETRY_CHECK, Words::None),
    of_project("poetry", &["env info"], POETRY_ENV, Words::None),
    of_project("bundle", &["list"], BUNDLE_LIST, Words::None),
    of_project("bundle", &["show", "info"], BUNDLE, Words::Installed),
    of_project("bundle", &["check"], BUNDLE, Words::None),
    lists("gem", &["list"], GEM, Words::Installed),
    of_project("composer", &["show"], COMPOSER, Words::None),
    lists("conda mamba", &["list"], CONDA, Words::Installed),
    lists("conda mamba", &["env list"], JSON, Words::None),
    // The toolchain that the project names runs.
    Subcommand {
        deeds: &[Deed::NetworkRead, Deed::RunsProjectCode],
        ..asks(
            "cargo",
            &["search"],
            &[
                value("--limit", Says::Plain),
                flag("-q --quiet", Says::Plain),
            ],
            Words::Text,
        )
    },
];
