//! Programs that are asked for their version, and do nothing else.
//!
//! Sources: `--help` of each program.

use super::super::Leaf;
use super::super::call::Call;
use super::super::word_list::lists;
use super::table::Account;
use crate::action::facts::{ProjectTask, ProjectTasks, TaskKind};

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
    (&["-v"], "node npm php docker"),
    (&["-V"], "python python3 pip pip3 deno tmux psql mysql"),
    (&["-version"], "java javac ffmpeg ffprobe"),
    (&["version"], "zig openssl terraform tofu"),
    // It only reads which one is selected.
    (&["workspace", "show"], "terraform tofu"),
    (&["compose", "version"], "docker"),
    (&["-a"], "lsb_release"),
    (&[], "sw_vers"),
];

/// Programs for which a file of the project may choose another program before they read their words:
/// `rust-toolchain.toml`, `packageManager`, `.yarnrc`, `.mvn/jvm.config`, `global.json`; and tools that
/// are installed for the project.
const OF_THE_PROJECT: Asked = &[
    (
        &["--version"],
        "cargo rustc rustup pnpm yarn mvn dotnet composer poetry pipenv bundle tsc eslint prettier jest vitest mocha \
         pytest ruff mypy black isort flake8 pylint turbo nx",
    ),
    (&["-v"], "pnpm yarn mvn tsc eslint"),
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

/// Accounts for a command that asks for the version of its program. False if it does something else.
pub(super) fn asked(call: &Call<'_>, leaf: &mut Leaf) -> bool {
    let is_plain = call.is_exact() && leaf.starts.is_empty();
    let of_project = is_plain && has(OF_THE_PROJECT, call);
    let of_system = is_plain && has(OF_THE_SYSTEM, call);
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
