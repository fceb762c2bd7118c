//! Finds a pack's ancestors and joins them.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::Arc;

use super::defaults;
use super::join::{self, Joined, Keyed};
use super::{
    Ancestor, Effective, EffectivePack, FindError, Listed, MAX_INHERITANCE_DEPTH, MAX_LINEAGE,
    PackRule, PolicyError,
};
use crate::canonical::Digest;
use crate::decision::Severity;
use crate::policy::cases;
use crate::policy::issue::Issue;
use crate::policy::origin::Origin;
use crate::policy::pack::{
    AllowEffects, Choice, Commands, Compliance, Evidence, FieldValues, Filesystem, Flag, Git, List,
    Mcp, Mode, Network, Pack, Permission, TaskNames, ToolArguments,
};
use crate::policy::promotion::section::PromotionSection;
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

/// Joins a pack whose files are given with its ancestors. `find` returns the files of these.
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
    joined: HashMap<String, Arc<Pack<Joined>>>,
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
    ) -> Result<(Pack, Arc<Pack<Joined>>), PolicyError> {
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

    fn parents(&mut self, pack: &Pack) -> Result<Vec<Arc<Pack<Joined>>>, PolicyError> {
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

    fn parent(&mut self, id: &str) -> Result<Arc<Pack<Joined>>, PolicyError> {
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
        joined: &Arc<Pack<Joined>>,
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

/// Fills in the defaults of a pack that is joined with its parents.
struct WithDefaults(Pack<Joined>);

impl FieldValues<Effective> for WithDefaults {
    fn list(&mut self, list: List) -> Vec<Listed> {
        defaults::list(list, self.0.list(list))
    }

    fn defaulted_list(&mut self, list: List) -> Vec<Listed> {
        match self.0.has(list) {
            true => self.0.list(list).to_vec(),
            false => defaults::protected_branches(),
        }
    }

    fn flag(&mut self, flag: Flag) -> bool {
        let said = self.0.flag(flag).as_ref();
        said.map_or(flag.default_value(), |said| said.value)
    }

    /// The default is left out, as a choice that no pack names.
    fn choice(&mut self, choice: Choice) -> Option<Permission> {
        let said = self.0.choice(choice).as_ref().map(|said| said.value);
        said.filter(|value| *value != choice.default_value())
    }

    /// An effect that is denied is left out, as one that no pack names.
    fn allow_effects(&mut self) -> AllowEffects {
        let said = &self.0.commands.allow_effects;
        let tools = said.tools.as_ref().map(|said| said.value);
        AllowEffects::of(|effect| {
            let said = said.flags.get(effect.name());
            said.map(|said| said.value).filter(|allowed| *allowed)
        })
        .with_tools(tools.filter(|tools| !tools.is_empty()))
    }

    fn project_tasks(&mut self) -> TaskNames {
        let mut said = values(mem::take(&mut self.0.commands.project_tasks));
        TaskNames::of(|kind| said.remove(kind.name()).filter(|names| !names.is_empty()))
    }

    fn tool_arguments(&mut self) -> BTreeMap<String, ToolArguments> {
        values(mem::take(&mut self.0.mcp.arguments))
    }

    fn risk_scoring(&mut self) -> BTreeMap<String, Severity> {
        values(mem::take(&mut self.0.mcp.risk_scoring))
    }

    fn tool_pins(&mut self) -> BTreeMap<String, Digest> {
        values(mem::take(&mut self.0.mcp.tool_pins))
    }
}

fn finish(
    pack: Pack,
    policy_digest: Digest,
    joined: Pack<Joined>,
    lineage: Vec<Ancestor>,
    rules: Vec<PackRule>,
    cases: Vec<cases::Case>,
) -> EffectivePack {
    let mode = joined.metadata.as_ref();
    let mode = mode.map_or(Mode::Enforce, |said| said.value);
    let mut joined = WithDefaults(joined);
    let approvals = mem::take(&mut joined.0.approvals);
    EffectivePack {
        policy_digest,
        lineage,
        mode,
        approvers_by_default: defaults::stand_in(&approvals),
        content: Pack {
            metadata: pack.metadata,
            filesystem: Filesystem::of(&mut joined),
            commands: Commands::of(&mut joined),
            git: Git::of(&mut joined),
            network: Network::of(&mut joined),
            mcp: Mcp::of(&mut joined),
            approvals: defaults::approvals(values(approvals)),
            evidence: Evidence::of(&mut joined),
            compliance: Compliance::of(&mut joined),
            promotion: joined.0.promotion.map(PromotionSection::with_defaults),
        },
        rules,
        cases,
        origin: Origin::default(),
    }
}

fn values<T>(keyed: Keyed<T>) -> BTreeMap<String, T> {
    keyed
        .into_iter()
        .map(|(key, said)| (key, said.value))
        .collect()
}
