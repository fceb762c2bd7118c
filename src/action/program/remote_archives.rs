//! Archives on another machine: `HOST:FILE`, which programs that know rmt(8) open by a remote shell.
//!
//! Sources: tar(1) ("--force-local", "--rsh-command"), cpio(1) ("-F", "--rsh-command"), mt(1), restore(8); GNU tar 1.35,
//! cpio 2.15.

use super::archives::{TAR, old_style};
use super::call::Call;
use super::options::{Grammar, Item, Scan, Value};
use super::transfers::Role;
use super::{Leaf, Meaning, unknown};

/// Programs other than tar that open such archives. No table knows what else they do.
pub(super) const PROGRAMS: &str =
    "cpio gcpio mt gmt mt-st dump restore rdump rrestore star xfsdump xfsrestore";

/// The machine of an archive, with the user: what is in front of the first colon, if no slash is. On systems with drives
/// a single letter is one, elsewhere it is a machine.
fn machine(text: &str) -> Option<&str> {
    let (machine, _) = text.split_once(':')?;
    (!machine.is_empty() && !machine.contains('/')).then_some(machine)
}

/// The machine of each archive that `tar` opens.
pub(super) fn of_tar(call: &Call<'_>, mut take: impl FnMut(Value<'_>)) {
    if !has_colon(call) {
        return;
    }
    let args = old_style(call.args());
    let mut archives = Vec::new();
    for item in Scan::new(&args, TAR, Grammar::Permute) {
        let Item::Option { opt, value } = item else {
            continue;
        };
        match (opt.role, value) {
            (Role::Local, _) => return,
            (Role::Archive, Some(value)) => archives.push(value),
            _ => {}
        }
    }
    for value in archives {
        if let Some(text) = machine(value.text) {
            take(Value { text, ..value });
        }
    }
}

/// The machine of each word of another program that may be such an archive: an operand, or what is attached to an
/// option (`-FHOST:FILE`, `--file=HOST:FILE`, `f=HOST:FILE`).
pub(super) fn of_others(call: &Call<'_>, mut take: impl FnMut(Value<'_>)) {
    for word in call.args() {
        let text = word.text.as_str();
        let attached = text.split_once('=').map(|(_, value)| value);
        let cluster = || {
            let letters = text.strip_prefix('-').filter(|it| !it.starts_with('-'));
            letters
                .and_then(|it| it.split_at_checked(1))
                .map(|(_, rest)| rest)
        };
        let archive = attached.or_else(cluster).unwrap_or(text);
        if let Some(text) = machine(archive) {
            take(Value::part(word, text));
        }
    }
}

fn has_colon(call: &Call<'_>) -> bool {
    call.args().iter().any(|word| word.text.contains(':'))
}

/// Keeps `tar` from being allowed where it opens an archive of another machine.
pub(super) fn tar(call: &Call<'_>, leaf: &mut Leaf) {
    of_tar(call, |_| leaf.lift(REASON));
}

/// What another program does that opens archives of other machines.
pub(super) fn program(call: &Call<'_>) -> Meaning {
    let mut meaning = unknown::program(call);
    if let Meaning::Runs(leaf) = &mut meaning {
        of_others(call, |_| leaf.lift(REASON));
    }
    meaning
}

const REASON: &str = "it opens an archive of another machine by a remote shell";

/// The address in front of which a user may be.
pub(super) fn without_user(machine: &str) -> &str {
    machine.rsplit('@').next().unwrap_or(machine)
}
