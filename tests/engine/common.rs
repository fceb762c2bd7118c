//! What the tests of the engine share.
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::admission::Admission;
use cavra::engine::Policy;
use cavra::library::Library;
use cavra::policy::effective::EffectivePack;
use cavra::policy::source::{PackSource, SourceFile};

/// A path in the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The shipped packs.
pub(crate) fn library() -> Library {
    Library::open(&[repository("policy-packs")]).unwrap()
}

/// A shipped pack, compiled.
pub(crate) fn policy(id: &str) -> Arc<Policy> {
    Arc::new(Policy::compile(library().effective(id).unwrap()).unwrap())
}

/// By the binary of this build.
pub(crate) fn admission() -> Admission {
    Admission::by(env!("CARGO_BIN_EXE_cavra").into())
}

/// An action from its document.
pub(crate) fn action(document: &serde_json::Value) -> Arc<Action> {
    Arc::new(Action::from_json(document.to_string().as_bytes()).unwrap())
}

/// A pack from its texts; parents are looked up among the shipped packs.
pub(crate) fn inline(policy: &str, rules: &[&str]) -> EffectivePack {
    let rules = rules.iter().enumerate().map(|(index, text)| SourceFile {
        path: format!("rules/{index}.rego"),
        text: (*text).to_owned(),
    });
    let source = PackSource {
        origin: "inline".to_owned(),
        policy: SourceFile {
            path: "policy.yaml".to_owned(),
            text: policy.to_owned(),
        },
        rules: rules.collect(),
        cases: Vec::new(),
    };
    library().effective_of(source).unwrap()
}
