//! Variables of the environment whose value is a command that programs run.
//!
//! Sources: bash(1), git(1) "Environment Variables", man(1), less(1), rsync(1), sudoedit(8), crontab(1),
//! `gh help environment`, the AWS CLI's and kubectl's references, make(1), cargo's reference.

use foldhash::HashMap;
use std::sync::LazyLock;

use super::super::shell::ShellWord;
use super::call::Call;
use super::word_list::lists;
use super::{Inner, lookup};

/// Variables and the programs that run them, space-separated; `*` is any program that is not a
/// plain reader, writer or builtin, since most that page, edit or browse take them.
const ANY: &str = "any command";

static VARIABLES: &[(&str, &str)] = &[
    (
        "PAGER MANPAGER EDITOR VISUAL BROWSER SUDO_EDITOR FCEDIT SSH_ASKPASS SUDO_ASKPASS",
        "*",
    ),
    (
        "GIT_SSH_COMMAND GIT_SSH GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_EXTERNAL_DIFF GIT_ASKPASS \
         GIT_PROXY_COMMAND",
        "git gh glab hub tig lazygit npm yarn pnpm go cargo pip pip3 uv poetry terraform tofu repo",
    ),
    (
        "LESSOPEN LESSCLOSE LESSEDIT",
        "less zless man git bat batcat systemctl journalctl aws gh psql perldoc",
    ),
    ("RSYNC_RSH RSYNC_CONNECT_PROG", "rsync"),
    ("TAR_RSH RSH", "tar gtar dump restore"),
    (
        "CVS_RSH SVN_SSH HGEDITOR SVN_EDITOR HGMERGE SVN_MERGE",
        "cvs svn hg",
    ),
    ("KUBECTL_EXTERNAL_DIFF", "kubectl oc"),
    ("BORG_RSH BORG_PASSCOMMAND", "borg"),
    ("RESTIC_PASSWORD_COMMAND", "restic"),
    ("RCLONE_PASSWORD_COMMAND", "rclone"),
    ("PSQL_PAGER", "psql"),
    (
        "FZF_DEFAULT_COMMAND FZF_CTRL_T_COMMAND FZF_ALT_C_COMMAND",
        "fzf sk vim nvim vi",
    ),
    (
        "CC CXX CPP LD AR AS RANLIB",
        "make gmake cargo cmake meson ninja go pip pip3 python python3 npm npx configure autoreconf rustc",
    ),
    (
        "RUSTC RUSTDOC RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER CARGO_BUILD_RUSTC CARGO_BUILD_RUSTC_WRAPPER RUSTFMT",
        "cargo rustup cross",
    ),
    ("PROMPT_COMMAND", "bash sh"),
    ("BASH_ENV", "bash rbash sh"),
    ("ENV", "ksh rksh pdksh mksh lksh"),
    // With `set -x` the shell expands it in front of each command.
    ("PS4", ANY),
    ("PKG_CONFIG", "cargo make cmake meson configure"),
];

/// Ends of names that tools of every kind give such variables: `AWS_PAGER`, `KUBE_EDITOR`.
const SUFFIXES: &[&str] = &["_PAGER", "_EDITOR", "_BROWSER", "_ASKPASS", "_RSH"];

/// Whether programs start what a variable of this name holds.
#[must_use]
pub fn may_be_started(name: &str) -> bool {
    let upper = |byte: u8| byte == b'_' || byte.is_ascii_uppercase() || byte.is_ascii_digit();
    name.bytes().all(upper) && programs(name).is_some()
}

/// What a program may start because a variable that it looks at holds this text.
#[must_use]
pub fn started_by_variable(words: &[ShellWord], name: &str, text: &str) -> Option<Inner> {
    let programs = programs(name)?;
    let call = Call::new(words)?;
    let runs = if programs == ANY {
        text.contains(['$', '`'])
    } else if programs == "*" {
        lookup::may_start_others(&call)
    } else {
        lists(programs, &call.name)
    };
    let script = match name {
        // The shell expands the text, and runs the file that it names.
        "BASH_ENV" | "ENV" => format!(". {}", expanded(text)),
        "PS4" => format!(": {}", expanded(text)),
        // `LESSOPEN='|CMD %s'` is a pipe.
        _ => text.trim_start_matches(['|', '-', '!', ' ']).to_owned(),
    };
    (runs && !script.is_empty()).then(|| Inner::Tried(Box::new(Inner::Script(script))))
}

/// A word that expands as a text does, which need not be a word.
fn expanded(text: &str) -> String {
    match text.contains(['"', '\\']) {
        true => text.to_owned(),
        false => format!("\"{text}\""),
    }
}

/// Each variable, and the programs that run it.
static PROGRAMS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let each = VARIABLES.iter();
    each.flat_map(|(names, programs)| names.split(' ').map(move |name| (name, *programs)))
        .collect()
});

fn programs(name: &str) -> Option<&'static str> {
    let known = PROGRAMS.get(name).copied();
    let by_suffix = || {
        SUFFIXES
            .iter()
            .any(|suffix| name.len() > suffix.len() && name.ends_with(suffix))
            .then_some("*")
    };
    known.or_else(by_suffix)
}

/// Names in upper case that people give such variables, and no program that is known reads.
const OF_SCRIPTS: &str = "BODY BRANCH COMMIT COUNT DIR DIRS FILE FILES FOUND HASH LINE MSG NAME OUT OUTPUT PR RC RES RESULT \
    SHA TITLE TOTAL";

/// Whether a name is one that scripts give their own variables, which no program takes from
/// the environment: in lower case, a single letter, or one of [`OF_SCRIPTS`].
pub(in crate::action) fn is_local(name: &str) -> bool {
    let lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    let configures = name.starts_with("npm_") || name.ends_with("_proxy");
    name.len() == 1 || (lower && !configures) || lists(OF_SCRIPTS, name)
}
