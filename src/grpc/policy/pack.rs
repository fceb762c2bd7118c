//! Packs as files.

use super::convert::policy_id;
use crate::grpc::convert::field::FieldError;
use crate::grpc::wire;
use crate::library::POLICY_FILE;
use crate::policy::source::{MAX_FILE_BYTES, MAX_FILES, PackSource, SourceFile};

/// Where a bundle comes from, in messages.
const ORIGIN: &str = "bundle";

/// The pack that a caller means: one of the library, or one that came along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A pack of the library.
    Pack(String),
    /// The files of a pack.
    Bundle(PackSource),
}

impl TryFrom<wire::StageCandidateRequest> for Given {
    type Error = FieldError;

    fn try_from(request: wire::StageCandidateRequest) -> Result<Self, FieldError> {
        use wire::stage_candidate_request::Pack;
        let wire::StageCandidateRequest { pack } = request;
        match pack.ok_or(FieldError::missing("pack"))? {
            Pack::PolicyId(id) => policy_id("policy_id", id).map(Self::Pack),
            Pack::Bundle(bundle) => bundle.try_into().map(Self::Bundle),
        }
    }
}

impl TryFrom<wire::LintPolicyRequest> for Given {
    type Error = FieldError;

    fn try_from(request: wire::LintPolicyRequest) -> Result<Self, FieldError> {
        use wire::lint_policy_request::Pack;
        let wire::LintPolicyRequest { pack } = request;
        match pack.ok_or(FieldError::missing("pack"))? {
            Pack::PolicyId(id) => policy_id("policy_id", id).map(Self::Pack),
            Pack::Bundle(bundle) => bundle.try_into().map(Self::Bundle),
        }
    }
}

impl TryFrom<wire::PackBundle> for PackSource {
    type Error = FieldError;

    fn try_from(bundle: wire::PackBundle) -> Result<Self, FieldError> {
        let wire::PackBundle { files } = bundle;
        if files.len() > MAX_FILES {
            return Err(FieldError::too_large(
                "bundle.files",
                files.len(),
                "files",
                MAX_FILES,
            ));
        }
        let (mut policy, mut rules, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for (index, file) in files.into_iter().enumerate() {
            let file = source_file(index, file)?;
            match place(&file.path) {
                Some(Place::Policy) => policy.push(file),
                Some(Place::Rules) => rules.push(file),
                Some(Place::Cases) => cases.push(file),
                None => return Err(misplaced(index, &file.path)),
            }
        }
        for files in [&mut policy, &mut rules, &mut cases] {
            files.sort_by(|a, b| a.path.cmp(&b.path));
            unique(files)?;
        }
        let policy = policy
            .pop()
            .ok_or_else(|| FieldError::new("bundle.files", format!("holds no `{POLICY_FILE}`")))?;
        Ok(Self {
            origin: ORIGIN.to_owned(),
            policy,
            rules,
            cases,
        })
    }
}

fn source_file(index: usize, file: wire::PackFile) -> Result<SourceFile, FieldError> {
    let wire::PackFile { path, text } = file;
    if text.len() > MAX_FILE_BYTES {
        let field = format!("bundle.files[{index}].text");
        return Err(FieldError::too_large(
            field,
            text.len(),
            "bytes",
            MAX_FILE_BYTES,
        ));
    }
    Ok(SourceFile { path, text })
}

enum Place {
    Policy,
    Rules,
    Cases,
}

fn place(path: &str) -> Option<Place> {
    if path == POLICY_FILE {
        return Some(Place::Policy);
    }
    let (folder, name) = path.split_once('/')?;
    let (stem, extension) = name.rsplit_once('.')?;
    let plain = !stem.is_empty() && !name.contains(['/', '\\', '\0']);
    match (folder, extension) {
        ("rules", "rego") if plain => Some(Place::Rules),
        ("cases", "yaml" | "yml") if plain => Some(Place::Cases),
        _ => None,
    }
}

fn misplaced(index: usize, path: &str) -> FieldError {
    FieldError::new(
        format!("bundle.files[{index}].path"),
        format!("is `{path}`, not `{POLICY_FILE}`, `rules/NAME.rego` or `cases/NAME.yaml`"),
    )
}

fn unique(sorted: &[SourceFile]) -> Result<(), FieldError> {
    let twice = sorted.windows(2).find_map(|pair| match pair {
        [a, b] if a.path == b.path => Some(&a.path),
        _ => None,
    });
    match twice {
        None => Ok(()),
        Some(path) => Err(FieldError::new(
            "bundle.files",
            format!("holds `{path}` twice"),
        )),
    }
}

impl From<PackSource> for wire::PackBundle {
    fn from(source: PackSource) -> Self {
        let PackSource {
            origin: _,
            policy,
            rules,
            cases,
        } = source;
        let files = std::iter::once(policy).chain(rules).chain(cases);
        Self {
            files: files.map(Into::into).collect(),
        }
    }
}

impl From<SourceFile> for wire::PackFile {
    fn from(file: SourceFile) -> Self {
        let SourceFile { path, text } = file;
        Self { path, text }
    }
}
