//! The base rules' input: what the matchers found, and nothing else.
//!
//! The base rules are split into sections, each with a module of its own, and in a section by the
//! kind of signal that they speak about. Each kind is an entry point, so that an action pays only
//! for the rules that have something to speak about. A section's input is a few small integers:
//! equal for nearly all actions of a kind, hence cheap to remember by.

use foldhash::HashMap;

use regorus::Value;

use super::limits::{MAX_ALIKE_SIGNALS, MAX_SECTION_SIGNALS};

/// A group of base rules with one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Section {
    FilesystemRead,
    FilesystemWrite,
    Commands,
    Effects,
    Unknowns,
    Network,
    Guard,
    GitProtected,
    Git,
    Terraform,
    Mcp,
    McpIdentity,
    McpArguments,
    Evidence,
}

impl Section {
    /// Every section, in the order in which findings are listed before they are ranked.
    pub(super) const ALL: [Self; 14] = [
        Self::FilesystemRead,
        Self::FilesystemWrite,
        Self::Commands,
        Self::Effects,
        Self::Unknowns,
        Self::Network,
        Self::Guard,
        Self::GitProtected,
        Self::Git,
        Self::Terraform,
        Self::Mcp,
        Self::McpIdentity,
        Self::McpArguments,
        Self::Evidence,
    ];

    /// The last part of the section's Rego package.
    #[must_use]
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FilesystemRead => "filesystem_read",
            Self::FilesystemWrite => "filesystem_write",
            Self::Commands => "commands",
            Self::Effects => "effects",
            Self::Unknowns => "unknowns",
            Self::Network => "network",
            Self::Guard => "guard",
            Self::GitProtected => "git_protected",
            Self::Git => "git",
            Self::Terraform => "terraform",
            Self::Mcp => "mcp",
            Self::McpIdentity => "mcp_identity",
            Self::McpArguments => "mcp_arguments",
            Self::Evidence => "evidence",
        }
    }
}

/// What was found about one subject: the name of the Rego rules that judge it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SignalKind {
    Block,
    BlockDestructive,
    RequireApproval,
    Allow,
    Possible,
    Outside,
    OutsideApproval,
    OutsideBlock,
    Clear,
    Unlisted,
    Dynamic,
    Unparsed,
    Network,
    Protected,
    UnlistedRemote,
    OtherRef,
    UnknownTarget,
    UnknownOperation,
    Unusable,
    ImportBlocked,
    ImportUnlisted,
    RemovalBlocked,
    RemovalUnlisted,
    Moved,
    Tamper,
    Unknown,
    Blocked,
    Asked,
    Inconsistent,
    Allowed,
    PinChanged,
    PinUnseen,
    PinAbsent,
    UnusualName,
    Unclear,
    Missing,
}

impl SignalKind {
    /// Every kind.
    pub(super) const ALL: [Self; 36] = [
        Self::Block,
        Self::BlockDestructive,
        Self::RequireApproval,
        Self::Allow,
        Self::Possible,
        Self::Outside,
        Self::OutsideApproval,
        Self::OutsideBlock,
        Self::Clear,
        Self::Unlisted,
        Self::Dynamic,
        Self::Unparsed,
        Self::Network,
        Self::Protected,
        Self::UnlistedRemote,
        Self::OtherRef,
        Self::UnknownTarget,
        Self::UnknownOperation,
        Self::Unusable,
        Self::ImportBlocked,
        Self::ImportUnlisted,
        Self::RemovalBlocked,
        Self::RemovalUnlisted,
        Self::Moved,
        Self::Tamper,
        Self::Unknown,
        Self::Blocked,
        Self::Asked,
        Self::Inconsistent,
        Self::Allowed,
        Self::PinChanged,
        Self::PinUnseen,
        Self::PinAbsent,
        Self::UnusualName,
        Self::Unclear,
        Self::Missing,
    ];

    /// The name of the set of findings in the section's Rego package.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::BlockDestructive => "block_destructive",
            Self::RequireApproval => "require_approval",
            Self::Allow => "allow",
            Self::Possible => "possible",
            Self::Outside => "outside",
            Self::OutsideApproval => "outside_approval",
            Self::OutsideBlock => "outside_block",
            Self::Clear => "clear",
            Self::Unlisted => "unlisted",
            Self::Dynamic => "dynamic",
            Self::Unparsed => "unparsed",
            Self::Network => "network",
            Self::Protected => "protected",
            Self::UnlistedRemote => "unlisted_remote",
            Self::OtherRef => "other_ref",
            Self::UnknownTarget => "unknown_target",
            Self::UnknownOperation => "unknown_operation",
            Self::Unusable => "unusable",
            Self::ImportBlocked => "import_blocked",
            Self::ImportUnlisted => "import_unlisted",
            Self::RemovalBlocked => "removal_blocked",
            Self::RemovalUnlisted => "removal_unlisted",
            Self::Moved => "moved",
            Self::Tamper => "tamper",
            Self::Unknown => "unknown",
            Self::Blocked => "blocked",
            Self::Asked => "asked",
            Self::Inconsistent => "inconsistent",
            Self::Allowed => "allowed",
            Self::PinChanged => "pin_changed",
            Self::PinUnseen => "pin_unseen",
            Self::PinAbsent => "pin_absent",
            Self::UnusualName => "unusual_name",
            Self::Unclear => "unclear",
            Self::Missing => "missing",
        }
    }
}

/// One thing that the matchers found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Signal {
    /// What was found.
    pub(super) kind: SignalKind,
    /// About which fact: an index into the section's list of facts.
    pub(super) subject: u32,
    /// By which pattern: an index into the section's list of patterns.
    pub(super) pattern: Option<u32>,
}

impl Signal {
    /// `[subject, pattern]`.
    fn to_value(self) -> Value {
        let pattern = self.pattern.map_or(Value::Null, |it| u64::from(it).into());
        vec![u64::from(self.subject).into(), pattern].into()
    }
}

/// A switch of the pack that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Setting {
    BlockDirectPush,
    RequirePullRequest,
    RequireHumanReviewer,
    RequireAiAttestation,
    BlockUnknownServers,
}

impl Setting {
    fn name(self) -> &'static str {
        match self {
            Self::BlockDirectPush => "block_direct_push",
            Self::RequirePullRequest => "require_pull_request",
            Self::RequireHumanReviewer => "require_human_reviewer",
            Self::RequireAiAttestation => "require_ai_attestation",
            Self::BlockUnknownServers => "block_unknown_servers",
        }
    }
}

/// Everything that one section's rules can read. It is the memo's key and the source of
/// the value that is evaluated, so a remembered answer can't differ from an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct SectionInput {
    /// Which rules.
    pub(super) section: Section,
    /// What was found. A section without signals is not evaluated: its rules can't match.
    pub(super) signals: Vec<Signal>,
    /// The pack's switches that are on, in the order of [`Setting`].
    pub(super) settings: Vec<Setting>,
    /// How many signals there were, those included that were like enough others.
    pub(super) signal_count: usize,
}

/// How many signals there are of each kind and pattern.
type Counts = HashMap<(SignalKind, Option<u32>), usize>;

/// A section while its signals are gathered.
pub(super) struct Gathered {
    input: SectionInput,
    /// How many signals of each kind and pattern there are, counted once that can matter. Boxed,
    /// because it rarely can, and sections are moved for every decision.
    alike: Option<Box<Counts>>,
}

impl Gathered {
    pub(super) fn new(section: Section) -> Self {
        Self {
            input: SectionInput {
                section,
                signals: Vec::new(),
                settings: Vec::new(),
                signal_count: 0,
            },
            alike: None,
        }
    }

    pub(super) fn with_settings(mut self, settings: &[Setting]) -> Self {
        self.input.settings = settings.to_vec();
        self
    }

    /// How many signals were pushed, those included that were like enough others.
    pub(super) fn signal_count(&self) -> usize {
        self.input.signal_count
    }

    /// Whether a signal of this kind and pattern is there.
    pub(super) fn holds(&self, kind: SignalKind, pattern: Option<u32>) -> bool {
        let alike = |signal: &Signal| signal.kind == kind && signal.pattern == pattern;
        self.input.signals.iter().any(alike)
    }

    /// Adds a signal. Of one kind and pattern the first ones are enough: the others would say
    /// the same of other subjects, and add nothing to the verdict.
    pub(super) fn push(&mut self, kind: SignalKind, subject: usize, pattern: Option<u32>) {
        self.input.signal_count += 1;
        if self.is_enough(kind, pattern) {
            return;
        }
        // Facts are bounded far below 2^32 by `action::limits`.
        let subject = u32::try_from(subject).unwrap_or(u32::MAX);
        self.input.signals.push(Signal {
            kind,
            subject,
            pattern,
        });
    }

    /// Whether there are enough signals of this kind and pattern; if not, counts one more.
    fn is_enough(&mut self, kind: SignalKind, pattern: Option<u32>) -> bool {
        if self.input.signals.len() < MAX_ALIKE_SIGNALS {
            return false;
        }
        let signals = &self.input.signals;
        let alike = self.alike.get_or_insert_with(|| {
            let mut counts = Box::<Counts>::default();
            for signal in signals {
                *counts.entry((signal.kind, signal.pattern)).or_default() += 1;
            }
            counts
        });
        let count = alike.entry((kind, pattern)).or_default();
        let enough = *count >= MAX_ALIKE_SIGNALS;
        *count += usize::from(!enough);
        enough
    }

    /// Adds the section to `inputs` if something was found, in parts of at most
    /// [`MAX_SECTION_SIGNALS`]. Each base rule speaks about one signal at a time, so the
    /// findings of the parts are those of the whole.
    pub(super) fn add_to(self, inputs: &mut Vec<SectionInput>) {
        let whole = self.input;
        if whole.signals.is_empty() {
            return;
        }
        if whole.signals.len() <= MAX_SECTION_SIGNALS {
            inputs.push(whole);
            return;
        }
        let mut unheard = whole.unheard();
        let parts = whole.signals.chunks(MAX_SECTION_SIGNALS);
        inputs.extend(parts.map(|signals| SectionInput {
            section: whole.section,
            signals: signals.to_vec(),
            settings: whole.settings.clone(),
            signal_count: signals.len() + std::mem::take(&mut unheard),
        }));
    }
}

impl SectionInput {
    /// How many signals were left away because they were like enough others.
    pub(super) fn unheard(&self) -> usize {
        self.signal_count.saturating_sub(self.signals.len())
    }

    /// The kinds of signals that were found, each once.
    pub(super) fn kinds(&self) -> Vec<SignalKind> {
        let mut kinds = Vec::with_capacity(2);
        for signal in &self.signals {
            if !kinds.contains(&signal.kind) {
                kinds.push(signal.kind);
            }
        }
        kinds
    }

    /// The Rego `input` of the rules for one kind: `{"hits": [[subject, pattern], …], "settings": […]}`.
    pub(super) fn to_value(&self, kind: SignalKind) -> Value {
        let signals = self.signals.iter().filter(|signal| signal.kind == kind);
        let hits: Vec<Value> = signals.copied().map(Signal::to_value).collect();
        let settings: Vec<Value> = self.settings.iter().map(|s| s.name().into()).collect();
        let input = [("hits", hits), ("settings", settings)];
        let input = input.map(|(name, list)| (Value::from(name), Value::from(list)));
        std::collections::BTreeMap::from(input).into()
    }
}
