//! Finds a pack's ancestors and joins them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::defaults;
use super::join::{self, Joined, Said};
use super::{
    Ancestor, EffectiveCommands, EffectiveFilesystem, EffectiveGit, EffectiveMcp, EffectivePack,
    FindError, MAX_INHERITANCE_DEPTH, MAX_LINEAGE, PackRule, PolicyError,
};
use crate::canonical::Digest;
use crate::policy::cases;
use crate::policy::issue::Issue;
use crate::policy::origin::Origin;
use crate::policy::pack::{Mode, Pack};
use crate::policy::read;
use crate::policy::source::PackSource;

/// Joins the pack `id` with everything that it inherits. `find` gives a pack's files by id.
///
/// # Errors
/// If a pack of the lineage is missing, unreadable or not valid, if packs inherit in a
/// circle or past a limit, or if parents disagree.
pub fn resolve(
    id: &str,
    find: &mut dyn FnMut(&str) -> Result<PackSource, FindError>,
) -> Result<EffectivePack, PolicyError> {
    let mut resolver = Resolver::new(id, find);
    let source = resolver.find(id)?;
    resolver.effective(Some(id), source)
}

/// The same for a pack whose files are given. `find` returns the files of its ancestors.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_source(
    source: PackSource,
    find: &mut dyn FnMut(&str) -> Result<PackSource, FindError>,
) -> Result<EffectivePack, PolicyError> {
    Resolver::new(&source.origin.clone(), find).effective(None, source)
}

struct Resolver<'a> {
    /// What was asked for, for messages.
    asked: String,
    find: &'a mut dyn FnMut(&str) -> Result<PackSource, FindError>,
    /// From the pack that was asked for to the one being joined.
    chain: Vec<String>,
    joined: HashMap<String, Arc<Joined>>,
    lineage: Vec<Ancestor>,
    rules: Vec<PackRule>,
}

impl<'a> Resolver<'a> {
    fn new(asked: &str, find: &'a mut dyn FnMut(&str) -> Result<PackSource, FindError>) -> Self {
        Self {
            asked: asked.to_owned(),
            find,
            chain: Vec::new(),
            joined: HashMap::new(),
            lineage: Vec::new(),
            rules: Vec::new(),
        }
    }

    fn effective(
        mut self,
        id: Option<&str>,
        source: PackSource,
    ) -> Result<EffectivePack, PolicyError> {
        let (cases, issues) = cases::read_all(&source.cases);
        let origin = source.origin.clone();
        let (pack, joined) = self.join(id, source)?;
        if issues.iter().any(Issue::is_blocker) {
            let id = pack.metadata.id;
            return Err(PolicyError::Invalid { id, origin, issues });
        }
        let policy_digest = match self.lineage.last() {
            Some(itself) => itself.policy_digest,
            // `join` ends with the pack itself.
            None => return Err(self.not_found(&pack.metadata.id)),
        };
        let joined = Arc::unwrap_or_clone(joined);
        Ok(finish(
            pack,
            policy_digest,
            joined,
            self.lineage,
            self.rules,
            cases,
        ))
    }

    fn find(&mut self, id: &str) -> Result<PackSource, PolicyError> {
        (self.find)(id).map_err(|error| match error {
            FindError::NotFound => self.not_found(id),
            FindError::Unreadable(problem) => PolicyError::Unreadable {
                id: id.to_owned(),
                problem,
            },
        })
    }

    fn not_found(&self, id: &str) -> PolicyError {
        PolicyError::NotFound {
            id: id.to_owned(),
            chain: self.chain_to(id),
        }
    }

    fn chain_to(&self, id: &str) -> Vec<String> {
        let mut chain = self.chain.clone();
        chain.push(id.to_owned());
        chain
    }

    fn join(
        &mut self,
        expected: Option<&str>,
        source: PackSource,
    ) -> Result<(Pack, Arc<Joined>), PolicyError> {
        let reading = read::read(&source.policy);
        let digest = reading.policy_digest();
        let id = reading.pack.metadata.id.clone();
        let invalid = |issues| PolicyError::Invalid {
            id: expected.map_or_else(
                || {
                    if id.is_empty() {
                        source.origin.clone()
                    } else {
                        id.clone()
                    }
                },
                str::to_owned,
            ),
            origin: source.origin.clone(),
            issues,
        };
        let pack = reading.into_pack().map_err(invalid)?;
        let Some(policy_digest) = digest else {
            return Err(invalid(Vec::new()));
        };
        if let Some(expected) = expected
            && expected != pack.metadata.id
        {
            return Err(PolicyError::WrongId {
                expected: expected.to_owned(),
                found: pack.metadata.id,
            });
        }
        let parents = self.parents(&pack)?;
        let joined = Arc::new(join::join(&pack, &parents)?);
        self.note(&pack, policy_digest, source, &joined)?;
        Ok((pack, joined))
    }

    fn parents(&mut self, pack: &Pack) -> Result<Vec<Arc<Joined>>, PolicyError> {
        self.chain.push(pack.metadata.id.clone());
        let parents = pack
            .metadata
            .inherits
            .iter()
            .map(|parent| self.parent(parent))
            .collect::<Result<_, _>>()?;
        self.chain.pop();
        Ok(parents)
    }

    fn parent(&mut self, id: &str) -> Result<Arc<Joined>, PolicyError> {
        if let Some(start) = self.chain.iter().position(|pack| pack == id) {
            let chain = self.chain_to(id).split_off(start);
            return Err(PolicyError::Circle { chain });
        }
        if let Some(joined) = self.joined.get(id) {
            return Ok(Arc::clone(joined));
        }
        if self.chain.len() >= MAX_INHERITANCE_DEPTH {
            return Err(PolicyError::TooDeep {
                limit: MAX_INHERITANCE_DEPTH,
                chain: self.chain_to(id),
            });
        }
        let source = self.find(id)?;
        self.join(Some(id), source).map(|(_, joined)| joined)
    }

    fn note(
        &mut self,
        pack: &Pack,
        policy_digest: Digest,
        source: PackSource,
        joined: &Arc<Joined>,
    ) -> Result<(), PolicyError> {
        if self.lineage.len() >= MAX_LINEAGE {
            return Err(PolicyError::TooMany {
                id: self.asked.clone(),
                limit: MAX_LINEAGE,
            });
        }
        let id: Arc<str> = Arc::from(pack.metadata.id.as_str());
        self.joined.insert(id.to_string(), Arc::clone(joined));
        self.lineage.push(Ancestor {
            id: Arc::clone(&id),
            version: Arc::from(pack.metadata.version.as_str()),
            policy_digest,
        });
        self.rules
            .extend(source.rules.into_iter().map(|file| PackRule {
                pack_id: Arc::clone(&id),
                file,
            }));
        Ok(())
    }
}

fn finish(
    pack: Pack,
    policy_digest: Digest,
    joined: Joined,
    lineage: Vec<Ancestor>,
    rules: Vec<PackRule>,
    cases: Vec<cases::Case>,
) -> EffectivePack {
    EffectivePack {
        pack,
        policy_digest,
        lineage,
        mode: joined.mode.map_or(Mode::Enforce, |said| said.value),
        filesystem: EffectiveFilesystem {
            block_read: joined.block_read,
            block_write: joined.block_write,
            require_approval_write: joined.require_approval_write,
            roots: joined.roots,
        },
        commands: EffectiveCommands {
            block: joined.commands_block,
            allow: joined.commands_allow,
            require_approval: joined.commands_require_approval,
            harmless_variables: joined.harmless_variables,
        },
        git: EffectiveGit {
            allowed_remotes: defaults::remotes(joined.allowed_remotes),
            protected_branches: joined
                .protected_branches
                .unwrap_or_else(defaults::protected_branches),
            require_pull_request: set(joined.require_pull_request.as_ref(), false),
            block_direct_push_to_protected_branch: set(joined.block_direct_push.as_ref(), true),
            require_human_reviewer: set(joined.require_human_reviewer.as_ref(), false),
            require_ai_attestation: set(joined.require_ai_attestation.as_ref(), false),
        },
        mcp: EffectiveMcp {
            allowlist_enabled: set(joined.allowlist_enabled.as_ref(), true),
            block_unknown_servers: set(joined.block_unknown_servers.as_ref(), true),
            allowed_servers: joined.allowed_servers,
            blocked_servers: joined.blocked_servers,
            risk_scoring: values(joined.risk_scoring),
            tool_pins: values(joined.tool_pins),
        },
        approvers_by_default: defaults::stand_in(&joined.approvals),
        approvals: defaults::approvals(values(joined.approvals)),
        required_fields: joined.required_fields,
        maps_to: joined.maps_to,
        rules,
        cases,
        origin: Origin::default(),
    }
}

fn set(said: Option<&Said<bool>>, default: bool) -> bool {
    said.map_or(default, |said| said.value)
}

fn values<T>(keyed: BTreeMap<String, Said<T>>) -> BTreeMap<String, T> {
    keyed
        .into_iter()
        .map(|(key, said)| (key, said.value))
        .collect()
}
