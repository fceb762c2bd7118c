//! Programs that are asked for their version, and do nothing else.
//!
//! Sources: `--help` of each program.

use super::super::Leaf;
use super::super::call::Call;
use super::super::word_list::lists;
use super::project;
use super::table::Account;
use crate::action::facts::{ProjectTask, ProjectTasks, TaskKind};
use crate::action::shell::ShellWord;

/// What a program is asked with, and the programs, space-separated.
type Asked = &'static [(&'static [&'static str], &'static str)];

/// Programs that no file of the project takes part in.
const OF_THE_SYSTEM: Asked = &[
    (
        &["--version"],
        "node npm bun deno python python3 pip pip3 uv gradle ruby gem php swift elixir mix docker docker-compose \
         podman aws gh cmake gcc g++ clang clang++ cc c++ ld make ninja meson perl psql mysql sqlite3 mongosh bash zsh \
         fish vim nvim emacs java javac protoc pandoc gdb lldb valgrind strace shellcheck actionlint fd fzf bat",
    ),
    (&["-v"], "node npm php docker make"),
    (&["-V"], "python python3 pip pip3 deno tmux psql mysql"),
    (&["-VV"], "python python3"),
    (&["--help"], "node python python3"),
    (&["-version"], "java javac ffmpeg ffprobe"),
    (&["version"], "zig openssl terraform tofu git helm"),
    (&["version", "--short"], "helm"),
    // Without `--client` it asks the cluster.
    (&["version", "--client"], "kubectl"),
    // It only reads which one is selected.
    (&["workspace", "show"], "terraform tofu"),
    (&["compose", "version"], "docker"),
    (&["-a"], "lsb_release locale ulimit"),
    (&["-n"], "ulimit"),
    (&["-S"], "umask"),
    (&[], "sw_vers locale umask dirs cal nvidia-smi"),
    // The toolchains that are there. `rustup show` may install one.
    (&["toolchain", "list"], "rustup"),
];

/// Programs for which a file of the project may choose another program before they read their words:
/// `rust-toolchain.toml`, `packageManager`, `.yarnrc`, `.mvn/jvm.config`, `global.json`; and tools that
/// are installed for the project, or are a file of it.
const OF_THE_PROJECT: Asked = &[
    (
        &["--version"],
        "cargo rustc rustup pnpm yarn mvn dotnet composer poetry pipenv bundle tsc eslint prettier jest vitest mocha \
         pytest ruff mypy black isort flake8 pylint turbo nx gradlew mvnw pip.__main__ jupyter pre-commit django-admin celery",
    ),
    (&["-v"], "pnpm yarn mvn tsc eslint bundle gradlew mvnw"),
    (&["--info"], "dotnet"),
    (&["--list-sdks"], "dotnet"),
    (&["--list-runtimes"], "dotnet"),
    (&["-V"], "cargo rustc"),
    (&["version"], "go"),
];

fn has(table: Asked, call: &Call<'_>) -> bool {
    let is_asked = |words: &[&str]| {
        let texts = call.args().iter().map(|word| word.known());
        texts.eq(words.iter().map(|word| Some(*word)))
    };
    let mut rows = table.iter();
    rows.any(|(words, programs)| is_asked(words) && lists(programs, &call.name))
}

/// `rustc --explain E0308`
fn explains(call: &Call<'_>) -> bool {
    let [option, code] = call.args() else {
        return false;
    };
    let number = code.known().and_then(|text| text.strip_prefix('E'));
    let is_code = number.is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    call.name == "rustc" && option.text == "--explain" && is_code
}

/// `whereis NAME`. Options choose directories, or let it start another program.
fn finds(call: &Call<'_>) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_+".contains(&byte);
    let is_name = |word: &ShellWord| word.known().is_some_and(|it| it.bytes().all(is_letter));
    call.name == "whereis" && !call.args().is_empty() && call.args().iter().all(is_name)
}

/// Accounts for a command that asks for the version of its program. False if it does something else.
pub(super) fn asked(call: &Call<'_>, leaf: &mut Leaf) -> bool {
    let is_plain = call.is_exact() && leaf.starts.is_empty();
    let is_wrapper = leaf.is_by_path && project::is_at_the_root(call) && leaf.starts.is_empty();
    let of_project = (is_plain || is_wrapper) && (has(OF_THE_PROJECT, call) || explains(call));
    let of_system = is_plain && (has(OF_THE_SYSTEM, call) || finds(call));
    if !(of_project || of_system) {
        return false;
    }
    let mut account = Account::of(leaf);
    if of_project {
        let kind = TaskKind::Build;
        account.runs(ProjectTasks {
            tasks: vec![ProjectTask { kind, name: None }],
            tool: call.name.to_string(),
        });
    }
    match account.is_lifted() {
        true => account.close_in_part(),
        false => account.close(),
    }
    true
}
