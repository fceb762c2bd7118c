//! A command with words that may be nothing when it runs: `$X terraform apply`.

use super::{Inner, Meaning, Runs, Wrapper};
use crate::action::facts::Effect;
use crate::action::shell::ShellWord;

/// The command as written, with what can be blocked about it without the words that may vanish.
pub(super) fn either(
    meaning: Meaning,
    without: Meaning,
    program: Option<Vec<ShellWord>>,
) -> Meaning {
    if let Some(words) = program {
        return unknown_wrapper(Inner::Words(words));
    }
    match (meaning, without) {
        (Meaning::Runs(mut leaf), Meaning::Runs(other)) => {
            for form in other.block_forms {
                if !leaf.block_forms.contains(&form) {
                    leaf.block_forms.push(form);
                }
            }
            leaf.inert &= other.inert;
            if leaf.effect == Effect::None {
                leaf.effect = other.effect;
            }
            leaf.git_remote = leaf.git_remote.or(other.git_remote);
            leaf.git = leaf.git.or(other.git);
            leaf.starts.extend(other.starts);
            Meaning::Runs(leaf)
        }
        (Meaning::Wraps(mut wrapper), Meaning::Wraps(other)) => {
            // Comparing each with each is for few; among many, repetitions may stay.
            let few = wrapper.inner.len().max(other.inner.len()) <= MAX_COMPARED;
            for inner in other.inner {
                if !few || !wrapper.inner.contains(&inner) {
                    wrapper.inner.push(inner);
                }
            }
            Meaning::Wraps(wrapper)
        }
        (Meaning::Wraps(wrapper), Meaning::Runs(_)) => Meaning::Wraps(wrapper),
        (Meaning::Runs(leaf), Meaning::Wraps(mut wrapper)) => {
            wrapper.lift("a word is known only at run time");
            wrapper.inner.push(Inner::Dynamic(
                "a word is known only at run time".to_owned(),
            ));
            wrapper.operands.extend(leaf.operands);
            Meaning::Wraps(wrapper)
        }
    }
}

/// How many inner commands are compared with each other, so that none is listed twice.
const MAX_COMPARED: usize = 64;

/// `$X terraform apply`: without `$X`, or with one that runs others, it is `terraform apply`.
pub(super) fn unknown_wrapper(inner: Inner) -> Meaning {
    let reason = "the program is known only at run time";
    Meaning::Wraps(Wrapper {
        name: "unknown program".to_owned(),
        inner: vec![inner, Inner::Dynamic(reason.to_owned())],
        runs: Runs::Apart,
        lifts_allow: Some(reason.to_owned()),
        assignments: Vec::new(),
        values: Vec::new(),
        directory: None,
        operands: Vec::new(),
    })
}
