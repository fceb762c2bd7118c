//! How one pack's fields are joined with its parents'.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::{Listed, PolicyError};
use crate::action::facts::TaskKind;
use crate::canonical::Digest;
use crate::decision::Severity;
use crate::policy::pack::{
    ALLOW_EFFECTS, AllowedEffect, Choice, Commands, Compliance, Evidence, FieldValues, Filesystem,
    Flag, Git, List, Mcp, Mode, Network, PROJECT_TASKS, PROJECT_TOOLS, Pack, Permission, Stage,
    TOOL_ARGUMENTS, ToolArguments, ToolKinds,
};
use crate::policy::promotion::section::PromotionSection;

/// A value, and the pack that set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SetBy<T> {
    pub(super) value: T,
    pub(super) origin: Arc<str>,
}

type Scalar<T> = Option<SetBy<T>>;
pub(super) type Keyed<T> = BTreeMap<String, SetBy<T>>;

/// The stage of a pack that is joined with its parents, before defaults are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Joined;

impl Stage for Joined {
    /// The mode. None if no pack sets it: then the pack enforces.
    type Metadata = Scalar<Mode>;
    type Entry = Listed;
    /// None if no pack of the lineage has the list. Then the default applies.
    type DefaultedList = Option<Vec<Listed>>;
    type Flag = Scalar<bool>;
    type Choice = Scalar<Permission>;
    type AllowEffects = JoinedEffects;
    type TaskNames = Keyed<Vec<Arc<str>>>;
    type ToolArguments = Keyed<ToolArguments>;
    type RiskScoring = Keyed<Severity>;
    type ToolPins = Keyed<Digest>;
    type Approvals = Keyed<Vec<Arc<str>>>;
    type Promotion = PromotionSection;
}

/// The effects that the packs of a lineage allow or deny.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct JoinedEffects {
    pub(super) flags: Keyed<bool>,
    pub(super) tools: Scalar<ToolKinds>,
}

/// A pack and its parents, already joined with theirs.
struct Family<'a> {
    id: Arc<str>,
    own: &'a Pack,
    parents: &'a [Arc<Pack<Joined>>],
    /// The first field on which parents disagree.
    disagreement: Option<PolicyError>,
}

/// Joins `own` with its parents, given in the order of `inherits`.
pub(super) fn join(own: &Pack, parents: &[Arc<Pack<Joined>>]) -> Result<Pack<Joined>, PolicyError> {
    let mut family = Family {
        id: Arc::from(own.metadata.id.as_str()),
        own,
        parents,
        disagreement: None,
    };
    let joined = Pack {
        metadata: family.mode(),
        filesystem: Filesystem::of(&mut family),
        commands: Commands::of(&mut family),
        git: Git::of(&mut family),
        network: Network::of(&mut family),
        mcp: Mcp::of(&mut family),
        approvals: family.approvals(),
        evidence: Evidence::of(&mut family),
        compliance: Compliance::of(&mut family),
        promotion: family.promotion(),
    };
    match family.disagreement {
        Some(error) => Err(error),
        None => Ok(joined),
    }
}

impl FieldValues<Joined> for Family<'_> {
    /// Parent-first, each entry once, with the first pack that lists it.
    fn list(&mut self, list: List) -> Vec<Listed> {
        let parents = self.parents.iter();
        let inherited = parents.flat_map(|parent| parent.list(list).iter().cloned());
        let own = self.own.list(list).iter().map(|entry| Listed {
            text: Arc::from(entry.pattern.as_str()),
            origin: Arc::clone(&self.id),
            terms: (!entry.terms.is_empty()).then(|| Arc::new(entry.terms.clone())),
        });
        let mut seen = HashSet::new();
        inherited
            .chain(own)
            .filter(|listed| seen.insert((Arc::clone(&listed.text), listed.terms.clone())))
            .collect()
    }

    /// A child's `[]` empties no parent's list; and one parent's `[]` doesn't speak for another
    /// that relies on the default.
    fn defaulted_list(&mut self, list: List) -> Option<Vec<Listed>> {
        let joined = self.list(list);
        let relies_on_default = match self.parents {
            [] => !self.own.has(list),
            parents => !self.own.has(list) && parents.iter().any(|parent| !parent.has(list)),
        };
        (!(joined.is_empty() && relies_on_default)).then_some(joined)
    }

    fn flag(&mut self, flag: Flag) -> Scalar<bool> {
        let claims = self.parents.iter();
        let claims = claims.filter_map(|parent| parent.flag(flag).as_ref());
        self.settle(
            flag.path(),
            *self.own.flag(flag),
            claims,
            ToString::to_string,
        )
    }

    fn choice(&mut self, choice: Choice) -> Scalar<Permission> {
        let claims = self.parents.iter();
        let claims = claims.filter_map(|parent| parent.choice(choice).as_ref());
        let own = *self.own.choice(choice);
        self.settle(choice.path(), own, claims, |value| value.name().to_owned())
    }

    fn allow_effects(&mut self) -> JoinedEffects {
        let said = self.own.commands.allow_effects;
        let own = AllowedEffect::ALL.into_iter().filter_map(|effect| {
            let value = said.get(effect)?;
            Some((effect.name().to_owned(), value))
        });
        let flags = self.keyed(
            ALLOW_EFFECTS,
            own.collect(),
            |pack| &pack.commands.allow_effects.flags,
            ToString::to_string,
        );
        let claims = self.parents.iter();
        let claims = claims.filter_map(|parent| parent.commands.allow_effects.tools.as_ref());
        let field = format!("{ALLOW_EFFECTS}.{PROJECT_TOOLS}");
        let tools = self.settle(&field, said.project_tools, claims, ToString::to_string);
        JoinedEffects { flags, tools }
    }

    fn project_tasks(&mut self) -> Keyed<Vec<Arc<str>>> {
        let own = TaskKind::ALLOWABLE.into_iter().filter_map(|kind| {
            let names = self.own.commands.project_tasks.get(kind)?;
            Some((kind.name().to_owned(), names.to_vec()))
        });
        self.keyed(
            PROJECT_TASKS,
            own.collect(),
            |pack| &pack.commands.project_tasks,
            |names: &Vec<Arc<str>>| names.join(", "),
        )
    }

    fn tool_arguments(&mut self) -> Keyed<ToolArguments> {
        self.keyed(
            TOOL_ARGUMENTS,
            self.own.mcp.arguments.clone(),
            |pack| &pack.mcp.arguments,
            ToolArguments::to_text,
        )
    }

    fn risk_scoring(&mut self) -> Keyed<Severity> {
        self.keyed(
            "mcp.risk_scoring",
            self.own.mcp.risk_scoring.clone(),
            |pack| &pack.mcp.risk_scoring,
            |severity| severity.as_str().to_owned(),
        )
    }

    fn tool_pins(&mut self) -> Keyed<Digest> {
        self.keyed(
            "mcp.tool_pins",
            self.own.mcp.tool_pins.clone(),
            |pack| &pack.mcp.tool_pins,
            ToString::to_string,
        )
    }
}

impl Family<'_> {
    /// Inheriting from one audit pack among others must not switch enforcement off: all
    /// parents have to audit.
    fn mode(&mut self) -> Scalar<Mode> {
        let own = self.own.metadata.mode;
        let parents = self.parents;
        let claims = parents.iter().filter_map(|parent| parent.metadata.as_ref());
        let said = self.settle("metadata.mode", own, claims, |mode| {
            mode.as_str().to_owned()
        });
        let some_are_silent = parents.iter().any(|parent| parent.metadata.is_none());
        let inherited = own.is_none();
        said.filter(|said| !(inherited && some_are_silent && said.value == Mode::Audit))
    }

    fn approvals(&mut self) -> Keyed<Vec<Arc<str>>> {
        let own = self.own.approvals.iter().map(|(rule_id, approval)| {
            let groups = approval.approvers.iter();
            let groups = groups.map(|group| Arc::from(group.as_str()));
            (rule_id.clone(), groups.collect())
        });
        self.keyed(
            "approvals",
            own.collect(),
            |pack| &pack.approvals,
            |groups: &Vec<Arc<str>>| groups.join(", "),
        )
    }

    /// The stricter of the pack's and its parents' for each number: a child can't lower the bar of
    /// its parents.
    fn promotion(&self) -> Option<PromotionSection> {
        let parents = self.parents.iter();
        let sections = parents.filter_map(|parent| parent.promotion);
        sections
            .chain(self.own.promotion)
            .reduce(PromotionSection::stricter)
    }

    fn keyed<T: Clone + PartialEq>(
        &mut self,
        field: &str,
        mut own: BTreeMap<String, T>,
        of: impl Fn(&Pack<Joined>) -> &Keyed<T>,
        show: impl Fn(&T) -> String,
    ) -> Keyed<T> {
        let parents = self.parents;
        let inherited = parents.iter().flat_map(|parent| of(parent).keys());
        let keys: BTreeSet<String> = inherited.chain(own.keys()).cloned().collect();
        let mut joined = Keyed::new();
        for key in keys {
            let claims = parents.iter().filter_map(|parent| of(parent).get(&key));
            let field = format!("{field}.{key}");
            if let Some(said) = self.settle(&field, own.remove(&key), claims, &show) {
                joined.insert(key, said);
            }
        }
        joined
    }

    /// The child's value, or the value on which all parents that have one agree. If they
    /// disagree, that is noted, and there is no value.
    fn settle<'s, T: Clone + PartialEq + 's>(
        &mut self,
        field: &str,
        own: Option<T>,
        claims: impl Iterator<Item = &'s SetBy<T>>,
        show: impl Fn(&T) -> String,
    ) -> Scalar<T> {
        if let Some(value) = own {
            let origin = Arc::clone(&self.id);
            return Some(SetBy { value, origin });
        }
        let claims: Vec<&SetBy<T>> = claims.collect();
        let first = claims.first()?;
        if claims.iter().all(|claim| claim.value == first.value) {
            return Some((*first).clone());
        }
        let claims = claims.iter();
        let claims = claims.map(|claim| (claim.origin.to_string(), show(&claim.value)));
        self.disagreement
            .get_or_insert_with(|| PolicyError::Disagreement {
                id: self.id.to_string(),
                field: field.to_owned(),
                claims: claims.collect(),
            });
        None
    }
}
