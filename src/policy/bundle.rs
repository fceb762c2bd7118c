//! A pack and its ancestors as one document: what is kept, sent and named by a digest, so that
//! the policy can be compiled again anywhere.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::effective::{EffectivePack, FindError, PolicyError, resolve_source};
use super::source::{MAX_FILE_BYTES, MAX_FILES, POLICY_PATH, PackSource, SourceFile};
use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};

/// Bytes of the texts of all files of one bundle.
pub const MAX_BUNDLE_BYTES: usize = 16 * 1024 * 1024;

/// A pack and its ancestors, whole. Their texts may be 16 MiB long together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyBundle")]
pub struct Bundle {
    /// The id of the pack itself. Every other pack in the bundle is an ancestor of it.
    pub pack_id: String,
    /// For each pack, by its id: the texts of `policy.yaml`, `rules/*.rego` and `cases/*.yaml`, by
    /// their paths.
    pub packs: BTreeMap<String, BTreeMap<String, String>>,
}

/// Why packs make no bundle, or a bundle no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The bundle has no pack with the id that it names.
    #[error("the bundle has no pack `{0}`, though it is named as the bundle's own")]
    NoOwnPack(String),
    /// A pack is not an ancestor of the bundle's own.
    #[error("pack `{0}` is in the bundle, but nothing in the bundle inherits from it")]
    Unrelated(String),
    /// A pack has no policy.
    #[error("pack `{0}` has no `policy.yaml`")]
    NoPolicy(String),
    /// A file is not what a pack may hold.
    #[error(
        "pack `{pack}` has a file `{path}`: expected `policy.yaml`, `rules/NAME.rego` or `cases/NAME.yaml`"
    )]
    Path {
        /// The pack.
        pack: String,
        /// The file.
        path: String,
    },
    /// A pack has too many files, or a file or the whole is too long.
    #[error("{what} over the limit of {limit}")]
    TooLarge {
        /// What is over the limit, to be read before the limit.
        what: String,
        /// The limit, with its unit.
        limit: String,
    },
    /// An ancestor can't be found.
    #[error("pack `{id}`")]
    Ancestor {
        /// The ancestor.
        id: String,
        /// The reason.
        #[source]
        cause: FindError,
    },
    /// The packs don't join.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl Bundle {
    /// The bundle of a pack. `find` looks up its ancestors.
    ///
    /// # Errors
    /// If the pack can't be joined with its ancestors, or is over a limit.
    pub fn of(
        source: PackSource,
        find: &mut dyn FnMut(&str) -> Result<PackSource, FindError>,
    ) -> Result<Self, BundleError> {
        let pack = resolve_source(source.clone(), find)?;
        let mut packs = BTreeMap::from([(pack.id().to_owned(), texts(source))]);
        for ancestor in &pack.lineage {
            let id = ancestor.id.as_ref();
            if !packs.contains_key(id) {
                let source = find(id).map_err(|cause| BundleError::Ancestor {
                    id: id.to_owned(),
                    cause,
                })?;
                packs.insert(id.to_owned(), texts(source));
            }
        }
        let bundle = Self {
            pack_id: pack.id().to_owned(),
            packs,
        };
        bundle.check_sizes()?;
        Ok(bundle)
    }

    /// The pack, joined with its ancestors from the bundle alone.
    ///
    /// # Errors
    /// If a file can't be part of a pack, a pack is missing or unrelated, a limit is exceeded, or
    /// the packs don't join.
    pub fn effective(&self) -> Result<EffectivePack, BundleError> {
        self.check_sizes()?;
        let own = self
            .source(&self.pack_id)?
            .ok_or_else(|| BundleError::NoOwnPack(self.pack_id.clone()))?;
        let mut sources = BTreeMap::new();
        for id in self.packs.keys() {
            sources.extend(self.source(id)?.map(|source| (id.clone(), source)));
        }
        let pack = resolve_source(own, &mut |id| {
            sources.get(id).cloned().ok_or(FindError::NotFound)
        })?;
        if pack.id() != self.pack_id {
            return Err(BundleError::NoOwnPack(self.pack_id.clone()));
        }
        let is_kin = |id: &String| pack.lineage.iter().any(|it| *it.id == **id);
        match self.packs.keys().find(|id| !is_kin(id)) {
            Some(id) => Err(BundleError::Unrelated(id.clone())),
            None => Ok(pack),
        }
    }

    /// The files of one pack of the bundle. None if the bundle has no such pack.
    ///
    /// # Errors
    /// If a file can't be part of a pack.
    pub fn source(&self, id: &str) -> Result<Option<PackSource>, BundleError> {
        let Some(files) = self.packs.get(id) else {
            return Ok(None);
        };
        let mut source = PackSource {
            origin: format!("bundle {id}/{POLICY_PATH}"),
            policy: SourceFile {
                path: POLICY_PATH.to_owned(),
                text: String::new(),
            },
            rules: Vec::new(),
            cases: Vec::new(),
        };
        if !files.contains_key(POLICY_PATH) {
            return Err(BundleError::NoPolicy(id.to_owned()));
        }
        for (path, text) in files {
            let file = SourceFile {
                path: path.clone(),
                text: text.clone(),
            };
            match part_of(path) {
                Some(Part::Policy) => source.policy = file,
                Some(Part::Rules) => source.rules.push(file),
                Some(Part::Cases) => source.cases.push(file),
                None => {
                    return Err(BundleError::Path {
                        pack: id.to_owned(),
                        path: path.clone(),
                    });
                }
            }
        }
        Ok(Some(source))
    }

    /// SHA-256 over the canonical JSON of the pack's id and of the paths and digests of all files,
    /// by the packs' ids.
    ///
    /// # Errors
    /// Never in practice: texts have a canonical form.
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        let files = |files: &BTreeMap<String, String>| -> BTreeMap<String, Digest> {
            let digest =
                |(path, text): (&String, &String)| (path.clone(), Digest::of(text.as_bytes()));
            files.iter().map(digest).collect()
        };
        let packs: BTreeMap<&String, _> = self
            .packs
            .iter()
            .map(|(id, pack)| (id, files(pack)))
            .collect();
        let document = json!({ "pack_id": self.pack_id, "packs": packs });
        Ok(Digest::of(&to_canonical_bytes(&document)?))
    }

    fn check_sizes(&self) -> Result<(), BundleError> {
        let too_large = |what: String, limit: String| BundleError::TooLarge { what, limit };
        let mut bytes = 0;
        for (id, files) in &self.packs {
            if files.len() > MAX_FILES {
                let what = format!("pack `{id}` has {} files,", files.len());
                return Err(too_large(what, format!("{MAX_FILES} files")));
            }
            for (path, text) in files {
                if text.len() > MAX_FILE_BYTES {
                    let what = format!("`{path}` of pack `{id}` has {} bytes,", text.len());
                    return Err(too_large(what, format!("{MAX_FILE_BYTES} bytes")));
                }
                bytes += path.len() + text.len();
            }
        }
        match bytes > MAX_BUNDLE_BYTES {
            true => Err(too_large(
                format!("the bundle has {bytes} bytes,"),
                format!("{MAX_BUNDLE_BYTES} bytes"),
            )),
            false => Ok(()),
        }
    }
}

/// What a file of a pack is for.
enum Part {
    Policy,
    Rules,
    Cases,
}

fn part_of(path: &str) -> Option<Part> {
    let named = |folder: &str, extensions: &[&str]| {
        let name = path.strip_prefix(folder)?.strip_prefix('/')?;
        let (stem, extension) = name.rsplit_once('.')?;
        let is_name = !stem.is_empty() && !name.contains('/') && !name.contains('\\');
        (is_name && extensions.contains(&extension)).then_some(())
    };
    if path == POLICY_PATH {
        Some(Part::Policy)
    } else if named("rules", &["rego"]).is_some() {
        Some(Part::Rules)
    } else if named("cases", &["yaml", "yml"]).is_some() {
        Some(Part::Cases)
    } else {
        None
    }
}

fn texts(source: PackSource) -> BTreeMap<String, String> {
    let policy = (POLICY_PATH.to_owned(), source.policy.text);
    let others = source.rules.into_iter().chain(source.cases);
    others
        .map(|file| (file.path, file.text))
        .chain([policy])
        .collect()
}

/// SHA-256 over the canonical JSON of the paths and digests of a pack's `cases/*.yaml`.
///
/// # Errors
/// As [`Bundle::digest`].
pub fn cases_digest(pack: &PackSource) -> Result<Digest, CanonicalError> {
    let digest = |file: &SourceFile| (file.path.clone(), Digest::of(file.text.as_bytes()));
    let cases: BTreeMap<String, Digest> = pack.cases.iter().map(digest).collect();
    Ok(Digest::of(&to_canonical_bytes(&json!({ "cases": cases }))?))
}
