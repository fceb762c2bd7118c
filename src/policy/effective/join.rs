//! How one pack's fields are joined with its parents'.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::{Listed, PolicyError};
use crate::canonical::Digest;
use crate::policy::pack::{Mode, Pack};
use crate::policy::verdict::Severity;

/// A value, and the pack that set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said<T> {
    pub(super) value: T,
    pub(super) origin: Arc<str>,
}

type Scalar<T> = Option<Said<T>>;
type Keyed<T> = BTreeMap<String, Said<T>>;

/// A pack joined with its parents, before defaults are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Joined {
    /// None if no pack sets it. Then the pack enforces.
    pub(super) mode: Scalar<Mode>,
    pub(super) block_read: Vec<Listed>,
    pub(super) block_write: Vec<Listed>,
    pub(super) require_approval_write: Vec<Listed>,
    pub(super) roots: Vec<Listed>,
    pub(super) commands_block: Vec<Listed>,
    pub(super) commands_allow: Vec<Listed>,
    pub(super) commands_require_approval: Vec<Listed>,
    pub(super) harmless_variables: Vec<Listed>,
    /// None: [`super::defaults::REMOTES`].
    pub(super) allowed_remotes: Vec<Listed>,
    /// None if no pack of the lineage has the list. Then the default applies.
    pub(super) protected_branches: Option<Vec<Listed>>,
    pub(super) require_pull_request: Scalar<bool>,
    pub(super) block_direct_push: Scalar<bool>,
    pub(super) require_human_reviewer: Scalar<bool>,
    pub(super) require_ai_attestation: Scalar<bool>,
    pub(super) allowlist_enabled: Scalar<bool>,
    pub(super) block_unknown_servers: Scalar<bool>,
    pub(super) allowed_servers: Vec<Listed>,
    pub(super) blocked_servers: Vec<Listed>,
    pub(super) risk_scoring: Keyed<Severity>,
    pub(super) tool_pins: Keyed<Digest>,
    pub(super) approvals: Keyed<Vec<Arc<str>>>,
    pub(super) required_fields: Vec<Listed>,
    pub(super) maps_to: Vec<Listed>,
}

/// A pack and its parents, already joined with theirs.
struct Family<'a> {
    id: Arc<str>,
    parents: &'a [Arc<Joined>],
}

/// Joins `pack` with its parents, given in the order of `inherits`.
pub(super) fn join(pack: &Pack, parents: &[Arc<Joined>]) -> Result<Joined, PolicyError> {
    let family = Family {
        id: Arc::from(pack.metadata.id.as_str()),
        parents,
    };
    let Pack {
        metadata,
        filesystem,
        commands,
        git,
        mcp,
        approvals,
        evidence,
        compliance,
    } = pack;
    let groups = approvals.iter().map(|(rule_id, approval)| {
        let groups = approval
            .approvers
            .iter()
            .map(|group| Arc::from(group.as_str()));
        (rule_id.clone(), groups.collect())
    });
    Ok(Joined {
        mode: family.mode(metadata.mode)?,
        block_read: family.list(&filesystem.block_read, |j| &j.block_read),
        block_write: family.list(&filesystem.block_write, |j| &j.block_write),
        require_approval_write: family.list(&filesystem.require_approval_write, |j| {
            &j.require_approval_write
        }),
        roots: family.list(&filesystem.roots, |j| &j.roots),
        commands_block: family.list(&commands.block, |j| &j.commands_block),
        commands_allow: family.list(&commands.allow, |j| &j.commands_allow),
        commands_require_approval: family
            .list(&commands.require_approval, |j| &j.commands_require_approval),
        harmless_variables: family.list(&commands.harmless_variables, |j| &j.harmless_variables),
        allowed_remotes: family.list(&git.allowed_remotes, |j| &j.allowed_remotes),
        protected_branches: family.list_if_given(git.protected_branches.as_deref(), |j| {
            j.protected_branches.as_ref()
        }),
        require_pull_request: family.flag(
            "git.require_pull_request",
            git.require_pull_request,
            |j| &j.require_pull_request,
        )?,
        block_direct_push: family.flag(
            "git.block_direct_push_to_protected_branch",
            git.block_direct_push_to_protected_branch,
            |j| &j.block_direct_push,
        )?,
        require_human_reviewer: family.flag(
            "git.require_human_reviewer",
            git.require_human_reviewer,
            |j| &j.require_human_reviewer,
        )?,
        require_ai_attestation: family.flag(
            "git.require_ai_attestation",
            git.require_ai_attestation,
            |j| &j.require_ai_attestation,
        )?,
        allowlist_enabled: family.flag("mcp.allowlist_enabled", mcp.allowlist_enabled, |j| {
            &j.allowlist_enabled
        })?,
        block_unknown_servers: family.flag(
            "mcp.block_unknown_servers",
            mcp.block_unknown_servers,
            |j| &j.block_unknown_servers,
        )?,
        allowed_servers: family.list(&mcp.allowed_servers, |j| &j.allowed_servers),
        blocked_servers: family.list(&mcp.blocked_servers, |j| &j.blocked_servers),
        risk_scoring: family.keyed(
            "mcp.risk_scoring",
            mcp.risk_scoring.clone(),
            |j| &j.risk_scoring,
            |severity| severity.as_str().to_owned(),
        )?,
        tool_pins: family.keyed(
            "mcp.tool_pins",
            mcp.tool_pins.clone(),
            |j| &j.tool_pins,
            ToString::to_string,
        )?,
        approvals: family.keyed(
            "approvals",
            groups.collect(),
            |j| &j.approvals,
            |groups: &Vec<Arc<str>>| groups.join(", "),
        )?,
        required_fields: family.list(&evidence.required_fields, |j| &j.required_fields),
        maps_to: family.list(&compliance.maps_to, |j| &j.maps_to),
    })
}

impl Family<'_> {
    /// Inheriting from one audit pack among others must not switch enforcement off: all
    /// parents have to audit.
    fn mode(&self, own: Option<Mode>) -> Result<Scalar<Mode>, PolicyError> {
        let claims = self
            .parents
            .iter()
            .filter_map(|parent| parent.mode.as_ref());
        let said = self.settle("metadata.mode", own, claims, |mode| {
            mode.as_str().to_owned()
        })?;
        let some_are_silent = self.parents.iter().any(|parent| parent.mode.is_none());
        let inherited = own.is_none();
        Ok(said.filter(|said| !(inherited && some_are_silent && said.value == Mode::Audit)))
    }

    /// A list whose absence means the default. A child's `[]` empties no parent's list; and
    /// one parent's `[]` doesn't speak for another that relies on the default.
    fn list_if_given(
        &self,
        own: Option<&[String]>,
        of: impl Fn(&Joined) -> Option<&Vec<Listed>>,
    ) -> Option<Vec<Listed>> {
        let none = Vec::new();
        let joined = self.list(own.unwrap_or_default(), |j| of(j).unwrap_or(&none));
        let relies_on_default = match self.parents {
            [] => own.is_none(),
            parents => own.is_none() && parents.iter().any(|parent| of(parent).is_none()),
        };
        (!(joined.is_empty() && relies_on_default)).then_some(joined)
    }

    /// Parent-first, each text once, with the first pack that lists it.
    fn list<'s>(
        &'s self,
        own: &[String],
        of: impl Fn(&'s Joined) -> &'s Vec<Listed>,
    ) -> Vec<Listed> {
        let inherited = self
            .parents
            .iter()
            .flat_map(|parent| of(parent).iter().cloned());
        let own = own.iter().map(|text| Listed {
            text: Arc::from(text.as_str()),
            origin: Arc::clone(&self.id),
        });
        let mut seen = HashSet::new();
        inherited
            .chain(own)
            .filter(|listed| seen.insert(Arc::clone(&listed.text)))
            .collect()
    }

    fn flag(
        &self,
        field: &str,
        own: Option<bool>,
        of: impl Fn(&Joined) -> &Scalar<bool>,
    ) -> Result<Scalar<bool>, PolicyError> {
        let claims = self.parents.iter().filter_map(|parent| of(parent).as_ref());
        self.settle(field, own, claims, ToString::to_string)
    }

    fn keyed<T: Clone + PartialEq>(
        &self,
        field: &str,
        mut own: BTreeMap<String, T>,
        of: impl Fn(&Joined) -> &Keyed<T>,
        show: impl Fn(&T) -> String,
    ) -> Result<Keyed<T>, PolicyError> {
        let inherited = self.parents.iter().flat_map(|parent| of(parent).keys());
        let keys: BTreeSet<String> = inherited.chain(own.keys()).cloned().collect();
        let mut joined = Keyed::new();
        for key in keys {
            let claims = self
                .parents
                .iter()
                .filter_map(|parent| of(parent).get(&key));
            let field = format!("{field}.{key}");
            if let Some(said) = self.settle(&field, own.remove(&key), claims, &show)? {
                joined.insert(key, said);
            }
        }
        Ok(joined)
    }

    /// The child's value, or the value on which all parents that have one agree.
    fn settle<'s, T: Clone + PartialEq + 's>(
        &self,
        field: &str,
        own: Option<T>,
        claims: impl Iterator<Item = &'s Said<T>>,
        show: impl Fn(&T) -> String,
    ) -> Result<Scalar<T>, PolicyError> {
        if let Some(value) = own {
            let origin = Arc::clone(&self.id);
            return Ok(Some(Said { value, origin }));
        }
        let claims: Vec<&Said<T>> = claims.collect();
        let Some(first) = claims.first() else {
            return Ok(None);
        };
        if claims.iter().all(|claim| claim.value == first.value) {
            return Ok(Some((*first).clone()));
        }
        let claims = claims
            .iter()
            .map(|claim| (claim.origin.to_string(), show(&claim.value)))
            .collect();
        Err(PolicyError::Disagreement {
            id: self.id.to_string(),
            field: field.to_owned(),
            claims,
        })
    }
}
