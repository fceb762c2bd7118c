//! Programs that start others, in ways too many to know each option.

use super::super::shell::ShellWord;
use super::call::Call;
use super::{Access, Inner, Meaning, Operand, interpreters, launch, secrets, test_runners};

/// Tools that find a program in a project's packages or environment and run it: `npx`, `uv run`,
/// `poetry run`, `bundle exec`, `mise exec --`, `direnv exec DIR`, …
pub(super) fn launcher(call: &Call<'_>) -> Meaning {
    let args = call.args();
    // These have a subcommand in front: `uv run`, `bundle exec`.
    let skip = usize::from(matches!(
        &*call.name,
        "uv" | "poetry"
            | "pipenv"
            | "hatch"
            | "pdm"
            | "rye"
            | "bundle"
            | "mise"
            | "asdf"
            | "direnv"
            | "conda"
            | "micromamba"
            | "nix"
            | "aws-vault"
            | "op"
            | "chamber"
            | "doppler"
    ));
    let words: Vec<&ShellWord> = args
        .iter()
        .filter(|word| !word.text.starts_with('-'))
        .collect();
    let mut wrapper = call.wrapper();
    wrapper.lift(format!("`{}` chooses what runs", call.name));
    let dashes = args.iter().position(|word| word.text == "--");
    if let Some(at) = dashes {
        wrapper.runs(args.get(at + 1..).unwrap_or_default());
    }
    // Which options take a value isn't known here, so each word that may be the program is tried.
    for start in words.iter().skip(skip).take(MAX_STARTS) {
        let at = args
            .iter()
            .position(|word| std::ptr::eq(word, *start))
            .unwrap_or(args.len());
        let inner = Inner::Words(args.get(at..).unwrap_or_default().to_vec());
        if !wrapper.inner.contains(&inner) {
            wrapper.inner.push(inner);
        }
    }
    // Some take the whole command as one word: `tmux new 'CMD'`, `hyperfine 'CMD'`.
    let scripts = words.iter().filter(|word| word.text.contains(' '));
    for script in scripts.take(MAX_STARTS) {
        wrapper.script(script);
    }
    if wrapper.inner.is_empty() {
        return call.plain();
    }
    Meaning::Wraps(wrapper)
}

/// npm(1), pnpm, yarn: they run packages' programs, and recipes of the project.
pub(super) fn node_packages(call: &Call<'_>) -> Meaning {
    launch::started(call).unwrap_or_else(|| test_runners::npm(call))
}

/// sops: `exec-env` and `exec-file` hand a command to a shell; else it decrypts files.
pub(super) fn sops(call: &Call<'_>) -> Meaning {
    launch::started(call).unwrap_or_else(|| secrets::gpg(call))
}

/// bun: `bun x` is `bunx`; else it runs a script.
pub(super) fn bun(call: &Call<'_>) -> Meaning {
    launch::started(call).unwrap_or_else(|| interpreters::run(call))
}

/// at(1), batch(1): the commands come from standard input, or a file.
pub(super) fn at(call: &Call<'_>) -> Meaning {
    let mut wrapper = call.wrapper();
    wrapper.lift("it runs its commands later");
    let file = call
        .args()
        .iter()
        .skip_while(|word| word.text != "-f")
        .nth(1);
    match file {
        Some(file) => {
            wrapper.operands.push(Operand {
                word: file.clone(),
                access: Access::Read,
                recursive: false,
            });
            wrapper
                .inner
                .push(Inner::Dynamic("a file of commands".into()));
        }
        None => wrapper.inner.push(Inner::Stdin),
    }
    Meaning::Wraps(wrapper)
}

/// How many words are tried as the program that a launcher starts.
const MAX_STARTS: usize = 4;
