//! Compiles a pack into an immutable, shareable [`Policy`]; facts in, judgement out.
//! The only place that names `regorus`.
//!
//! | module | holds |
//! |---|---|
//! | `base` | the base rules in Rego (`base/rego/`), compiled once for all policies |
//! | `matching` | a pack's lists as matchers: done in Rust, before Rego |
//! | `section` | what the matchers found, as the base rules see it |
//! | `pack_rego` | a pack's own Rego: what bars it, its input, its findings |
//! | `render` | from indices to texts |
//! | [`limits`] | every bound, by name |

pub mod error;
pub mod limits;

mod approval;
mod base;
mod evaluate;
mod findings;
mod matching;
mod pack_rego;
mod prepare;
mod rank;
mod render;
mod section;
mod unrendered;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use matching::PatternLists;
pub use pack_rego::{
    Evaluator, Found, OwnRego, PackFinding, RegoBundle, RegoPack, Rules, package_of, rego_schema,
    unknown_names,
};
pub use render::{command_text, push_text};

use base::BaseFindings;
use error::{CompileError, EvaluationError};
use findings::RawFinding;
use matching::Matchers;
use pack_rego::{PackFindings, PackRego};
use section::{Section, SectionInput};
use unrendered::Unrendered;

use crate::action::facts::{FACTS_VERSION, Facts, McpCall};
use crate::action::{Action, establish};
use crate::canonical::Digest;
use crate::decision::{Finding, Judgement, PolicyIdentity, Severity, Verdict};
use crate::policy::effective::EffectivePack;
use crate::policy::pack::{List, Terms};
use crate::policy::source::SourceFile;

/// Whether judgements may be answered from memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Memo {
    /// What was judged before is not judged again.
    #[default]
    On,
    /// Everything is evaluated: for benchmarks, and for the test that holds the two equal.
    Off,
}

/// A pack, compiled. Immutable; share it in an [`Arc`].
pub struct Policy {
    identity: Arc<PolicyIdentity>,
    pack: EffectivePack,
    matchers: Matchers,
    own_rego: Vec<PackRego>,
    approvers: BTreeMap<String, Arc<[Arc<str>]>>,
    base_origin: Arc<str>,
    source: Arc<str>,
    memo: Memo,
    /// Whether any entry of a list says something beside its pattern.
    has_terms: bool,
}

impl Policy {
    /// Compiles an effective pack, whose own Rego is then evaluated in this process: for packs
    /// that are trusted. Others go through `authority::admission`.
    ///
    /// # Errors
    /// With everything that keeps it from compiling: patterns, Rego, limits.
    pub fn compile(pack: EffectivePack) -> Result<Self, CompileError> {
        let rules = RegoBundle::of(&pack).load();
        let own = rules.map_err(|problems| CompileError::of(&pack, problems))?;
        Self::compile_with(pack, own.into())
    }

    /// Compiles an effective pack whose own Rego is evaluated as `own` says.
    ///
    /// # Errors
    /// With everything that keeps its patterns from compiling.
    pub fn compile_with(pack: EffectivePack, own: OwnRego) -> Result<Self, CompileError> {
        let matchers = PatternLists::of(&pack).and_then(|lists| Matchers::compile(&lists));
        let matchers = matchers.map_err(|problems| CompileError::of(&pack, problems))?;
        let own_rego = PackRego::of(own);
        Ok(Self {
            identity: Arc::new(identity(&pack)),
            approvers: approvers(&pack),
            matchers,
            own_rego,
            base_origin: render::base_origin(),
            source: pack.origin.to_string().into(),
            memo: Memo::On,
            has_terms: has_terms(&pack),
            pack,
        })
    }

    /// The same policy with the memo on or off.
    #[must_use]
    pub fn with_memo(mut self, memo: Memo) -> Self {
        self.memo = memo;
        self
    }

    /// Whether a judgement of this policy may be remembered with the facts that it judged: then it
    /// follows from them and can't fail. A pack's own Rego can fail, and it can read the caller; so does
    /// a pack that requires fields of the action.
    #[must_use]
    pub fn is_remembered(&self) -> bool {
        let requires_fields = !self.pack.content.evidence.required_fields.is_empty();
        self.uses_memo() && !self.has_own_rego() && !requires_fields
    }

    /// Whether the memo is on.
    #[must_use]
    pub fn uses_memo(&self) -> bool {
        self.memo == Memo::On
    }

    /// Which policy this is.
    #[must_use]
    pub fn identity(&self) -> &Arc<PolicyIdentity> {
        &self.identity
    }

    /// Where the pack came from, as decisions say it.
    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The pack that it was compiled from.
    #[must_use]
    pub fn pack(&self) -> &EffectivePack {
        &self.pack
    }

    /// Whether the pack or a parent brings its own Rego: only then can a judgement take
    /// longer than microseconds, up to [`limits::MAX_EVALUATION_STEPS`] a pack.
    #[must_use]
    pub fn has_own_rego(&self) -> bool {
        !self.own_rego.is_empty()
    }

    /// Whether what it says can depend on who asks: only a pack's own Rego can look at that.
    #[must_use]
    pub fn reads_caller(&self) -> bool {
        self.own_rego.iter().any(PackRego::reads_caller)
    }

    /// Judges one action by its facts. Never fails: what can't be evaluated needs approval.
    #[must_use]
    pub fn judge(&self, action: &Action, facts: &Facts) -> Judgement {
        let facts = &*self.with_arguments(action, facts);
        let inputs = prepare::section_inputs(self, action, facts);
        let unheard = inputs.iter().map(SectionInput::unheard).sum();
        let base = self.judge_base(&inputs);
        let own = self.judge_own(action, facts);
        let mut runtime = self.failures(&base, &own);
        let is_silent = runtime.is_empty()
            && base
                .iter()
                .flat_map(|(_, found)| found)
                .all(|found| found.is_empty())
            && own
                .iter()
                .flat_map(|(_, found)| found)
                .all(|found| found.findings.is_empty());
        if is_silent {
            runtime.push(render::nothing_matched(self));
        }
        let mut all: Vec<Unrendered<'_>> = runtime.iter().map(Unrendered::runtime).collect();
        let risk = facts.mcp.as_ref().map(|call| self.risk_of(call));
        for (section, found) in &base {
            let found = found.iter().flat_map(|found| found.iter());
            all.extend(found.map(|raw| Unrendered::base(self, risk, *section, raw)));
        }
        for (pack_id, found) in &own {
            let found = found.iter().flat_map(|found| &found.findings);
            all.extend(found.map(|finding| Unrendered::pack(pack_id, finding)));
        }
        rank::judgement(self, facts, &all, unheard)
    }

    /// The facts with what the arguments of an MCP call do, if the pack says that of its tool: the
    /// facts that are judged.
    #[must_use]
    pub fn with_arguments<'f>(&self, action: &Action, facts: &'f Facts) -> Cow<'f, Facts> {
        let mappings = &self.matchers.tool_mappings;
        let call = facts.mcp.as_ref().filter(|_| !mappings.is_empty());
        let mapping = call.and_then(|call| mappings.get(&format!("{}:{}", call.server, call.tool)));
        match mapping {
            Some(mapping) => Cow::Owned(establish::with_arguments(action, facts, mapping)),
            None => Cow::Borrowed(facts),
        }
    }

    fn judge_base(&self, inputs: &[SectionInput]) -> Vec<(Section, BaseFindings)> {
        inputs
            .iter()
            .map(|input| (input.section, base::judge(input, self.memo == Memo::On)))
            .collect()
    }

    fn judge_own(&self, action: &Action, facts: &Facts) -> Vec<(&Arc<str>, PackFindings)> {
        self.own_rego
            .iter()
            .map(|rego| {
                let found = rego.judge(action, facts, self.memo == Memo::On);
                (rego.pack_id(), found)
            })
            .collect()
    }

    /// The findings for rules that failed, or whose finding can't be read.
    fn failures(
        &self,
        base: &[(Section, BaseFindings)],
        own: &[(&Arc<str>, PackFindings)],
    ) -> Vec<Finding> {
        let base = base.iter().filter_map(|(_, found)| {
            let error = found.as_ref().err()?;
            Some(render::failed(self, self.base_origin(), error))
        });
        let own = own.iter().filter_map(|(pack_id, found)| {
            let malformed = |message: &String| EvaluationError::Malformed(message.clone());
            let error = match found {
                Ok(found) => Cow::Owned(found.malformed.as_ref().map(malformed)?),
                Err(error) => Cow::Borrowed(error),
            };
            Some(render::failed(self, Arc::clone(pack_id), &error))
        });
        base.chain(own).collect()
    }

    /// What goes wrong when the packs' own Rego is evaluated on an action, by pack.
    #[must_use]
    pub fn try_out(&self, action: &Action, facts: &Facts) -> Vec<(Arc<str>, EvaluationError)> {
        let facts = &*self.with_arguments(action, facts);
        let failure = |rego: &PackRego| match rego.judge(action, facts, false) {
            Ok(found) => found.malformed.clone().map(EvaluationError::Malformed),
            Err(error) => Some(error),
        };
        let packs = self.own_rego.iter();
        packs
            .filter_map(|rego| Some((Arc::clone(rego.pack_id()), failure(rego)?)))
            .collect()
    }

    /// What the pack's entry says beside the pattern that a base rule's finding names.
    fn terms_of(&self, section: Section, raw: &RawFinding) -> Option<&Terms> {
        if !self.has_terms {
            return None;
        }
        render::pattern(self, section, raw.pattern?)?
            .terms
            .as_deref()
    }

    fn approvers(&self, rule_id: &str, decision: Verdict) -> Arc<[Arc<str>]> {
        if decision != Verdict::RequireApproval {
            return Arc::default();
        }
        let groups = self
            .approvers
            .get(rule_id)
            .or_else(|| self.approvers.get("default"));
        groups.cloned().unwrap_or_default()
    }

    fn base_origin(&self) -> Arc<str> {
        Arc::clone(&self.base_origin)
    }

    /// The fingerprint that the pack pins the call's tool to.
    fn pin_of(&self, call: &McpCall) -> Option<&Digest> {
        let pins = &self.pack.content.mcp.tool_pins;
        if pins.is_empty() {
            return None;
        }
        pins.get(&format!("{}:{}", call.server, call.tool))
    }

    /// Whether the pack pins tools of `server`: then one without a pin was never reviewed.
    fn pins_tools_of(&self, server: &str) -> bool {
        let prefix = format!("{server}:");
        let pins = &self.pack.content.mcp.tool_pins;
        let mut after = pins.range(prefix.clone()..);
        after
            .next()
            .is_some_and(|(name, _)| name.starts_with(&prefix))
    }

    /// The greatest risk that the pack sees in the call's capability, server or tool.
    fn risk_of(&self, call: &McpCall) -> Severity {
        let scoring = &self.pack.content.mcp.risk_scoring;
        if scoring.is_empty() {
            return Severity::Low;
        }
        let tool = format!("{}:{}", call.server, call.tool);
        let names = [
            call.capability.as_deref(),
            Some(call.server.as_str()),
            Some(tool.as_str()),
        ];
        let risks = names
            .into_iter()
            .flatten()
            .filter_map(|name| scoring.get(name));
        risks.copied().max().unwrap_or(Severity::Low)
    }
}

/// The Rego that ships with the binary, the base rules and the library that packs import:
/// part of every effective digest.
#[must_use]
pub fn base_sources() -> Vec<SourceFile> {
    let mut sources = base::sources();
    sources.extend(pack_rego::library_sources());
    sources
}

/// The identity of the policy that `pack` compiles to.
#[must_use]
pub fn identity(pack: &EffectivePack) -> PolicyIdentity {
    PolicyIdentity {
        id: pack.id().into(),
        version: pack.content.metadata.version.as_str().into(),
        policy_digest: pack.policy_digest,
        effective_digest: effective_digest(pack),
    }
}

/// The digest that names everything that decides: the effective pack with its Rego, the
/// base rules and the version of the facts.
#[must_use]
pub fn effective_digest(pack: &EffectivePack) -> Digest {
    pack.effective_digest(&base_sources(), FACTS_VERSION)
}

/// The document that [`effective_digest`] is the digest of: its RFC 8785 bytes.
#[must_use]
pub fn effective_document(pack: &EffectivePack) -> Vec<u8> {
    pack.effective_document(&base_sources(), FACTS_VERSION)
}

/// The digest of this engine: the base rules that every pack has, and the version of its facts. It
/// is the same for every pack.
#[must_use]
pub fn engine_digest() -> Digest {
    crate::policy::effective::engine_digest(&base_sources(), FACTS_VERSION)
}

fn has_terms(pack: &EffectivePack) -> bool {
    let lists = List::ALL.iter().copied();
    let mut entries = lists.flat_map(|list| pack.content.list(list));
    entries.any(|listed| listed.terms.is_some())
}

fn approvers(pack: &EffectivePack) -> BTreeMap<String, Arc<[Arc<str>]>> {
    let groups = pack.content.approvals.iter();
    groups
        .map(|(rule, groups)| (rule.clone(), groups.as_slice().into()))
        .collect()
}
