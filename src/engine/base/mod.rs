//! The base rules: shipped with the binary, the same for every pack.
//!
//! They are compiled once. What they see is a [`SectionInput`] and nothing else, so
//! one bounded memo serves every policy.

use std::sync::{Arc, LazyLock};

use foldhash::HashMap;
use quick_cache::sync::Cache;
use regorus::{CompiledPolicy, Engine};

use super::error::EvaluationError;
use super::evaluate::evaluate;
use super::findings::{RawFinding, read_raw};
use super::limits::{BASE_MEMO_ENTRIES, MAX_REMEMBERED_SIGNALS};
use super::section::{Section, SectionInput, SignalKind};
use crate::policy::source::SourceFile;

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        [$((concat!($name, ".rego"), include_str!(concat!("rego/", $name, ".rego")))),*]
    };
}

/// The modules in the order of [`Section::ALL`].
const MODULES: [(&str, &str); 14] = modules![
    "filesystem_read",
    "filesystem_write",
    "commands",
    "effects",
    "unknowns",
    "network",
    "guard",
    "git_protected",
    "git",
    "terraform",
    "mcp",
    "mcp_identity",
    "mcp_arguments",
    "evidence",
];

static BASE: LazyLock<Base> = LazyLock::new(Base::compile);

/// What the base rules found for one section's input.
pub(super) type BaseFindings = Result<Arc<[RawFinding]>, EvaluationError>;

/// The base rules' texts: part of every effective digest.
#[must_use]
pub(super) fn sources() -> Vec<SourceFile> {
    MODULES
        .iter()
        .map(|(name, text)| SourceFile {
            path: format!("base/{name}"),
            text: (*text).to_owned(),
        })
        .collect()
}

/// The findings of the base rules for one section's input.
///
/// # Errors
/// If the rules fail. They are tested not to, but a failure must not pass for silence.
pub(super) fn judge(input: &SectionInput, memo: bool) -> BaseFindings {
    if !memo || input.signals.len() > MAX_REMEMBERED_SIGNALS {
        return BASE.evaluate(input);
    }
    if let Some(findings) = BASE.memo.get(input) {
        return Ok(findings);
    }
    let findings = BASE.evaluate(input)?;
    BASE.memo.insert(input.clone(), Arc::clone(&findings));
    Ok(findings)
}

/// The rules for one kind of signal, or why they don't compile.
type Compiled = Result<CompiledPolicy, String>;

struct Base {
    rules: HashMap<(Section, SignalKind), Compiled>,
    memo: Cache<SectionInput, Arc<[RawFinding]>>,
}

impl Base {
    fn compile() -> Self {
        let sections = Section::ALL.into_iter().zip(MODULES);
        Self {
            rules: sections
                .flat_map(|(it, module)| compile(it, module))
                .collect(),
            memo: Cache::new(BASE_MEMO_ENTRIES),
        }
    }

    fn evaluate(&self, input: &SectionInput) -> BaseFindings {
        let kinds = input.kinds();
        let mut findings = Vec::with_capacity(input.signals.len());
        for kind in &kinds {
            findings.extend(self.of_kind(*kind, input)?);
        }
        if kinds.len() > 1 {
            findings.sort_by(RawFinding::in_order);
            findings.dedup();
        }
        Ok(findings.into())
    }

    /// What the rules for one kind of signal say.
    fn of_kind(
        &self,
        kind: SignalKind,
        input: &SectionInput,
    ) -> Result<Vec<RawFinding>, EvaluationError> {
        let (section, kind_name) = (input.section, kind.name());
        let rules = match self.rules.get(&(section, kind)) {
            Some(rules) => rules.as_ref().map_err(Clone::clone),
            None => Err(format!(
                "base rules `{}` have no `{kind_name}`",
                section.name()
            )),
        };
        let rules = rules.map_err(EvaluationError::Failed)?;
        let value = evaluate(rules, input.to_value(kind))?;
        let malformed = || format!("base rules `{}.{kind_name}`", section.name());
        read_raw(&value).ok_or_else(|| EvaluationError::Malformed(malformed()))
    }
}

/// Compiles a section's rules, for each kind of signal that its module has rules for.
fn compile(section: Section, (path, text): (&str, &str)) -> Vec<((Section, SignalKind), Compiled)> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    let added = engine.add_policy(path.to_owned(), text.to_owned());
    let added = added.map_err(|error| error.to_string());
    let mut compile = |kind: SignalKind| {
        let entrypoint = format!("data.cavra.base.{}.{}", section.name(), kind.name());
        added.clone()?;
        let compiled = engine.compile_with_entrypoint(&entrypoint.as_str().into());
        compiled.map_err(|error| error.to_string())
    };
    let kinds = SignalKind::ALL.into_iter();
    kinds
        .filter(|kind| has_rules(text, *kind))
        .map(|kind| ((section, kind), compile(kind)))
        .collect()
}

/// Whether a module makes findings of this kind of signal.
fn has_rules(module: &str, kind: SignalKind) -> bool {
    let mut lines = module.lines();
    lines.any(|line| {
        line.strip_prefix(kind.name())
            .is_some_and(|rest| rest.starts_with(" contains "))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::limits::MAX_SECTION_SIGNALS;
    use crate::engine::section::{Setting, Signal, SignalKind};

    const SETTINGS: [Setting; 5] = [
        Setting::BlockDirectPush,
        Setting::RequirePullRequest,
        Setting::RequireHumanReviewer,
        Setting::RequireAiAttestation,
        Setting::BlockUnknownServers,
    ];

    fn of(section: Section, signals: Vec<Signal>, settings: &[Setting]) -> SectionInput {
        SectionInput {
            section,
            signal_count: signals.len(),
            signals,
            settings: settings.to_vec(),
        }
    }

    fn signal(kind: SignalKind, subject: usize) -> Signal {
        Signal {
            kind,
            subject: u32::try_from(subject).unwrap(),
            pattern: Some(7),
        }
    }

    fn findings(input: &SectionInput) -> Vec<String> {
        let found = judge(input, false).unwrap();
        let mut found: Vec<String> = found.iter().map(|it| format!("{it:?}")).collect();
        found.sort();
        found
    }

    /// The kinds of signals that a section has rules for.
    fn kinds_of(section: Section) -> Vec<SignalKind> {
        let kinds = SignalKind::ALL.into_iter();
        kinds
            .filter(|kind| BASE.rules.contains_key(&(section, *kind)))
            .collect()
    }

    fn sections_and_kinds() -> impl Strategy<Value = (Section, Vec<SignalKind>)> {
        prop::sample::select(&Section::ALL[..]).prop_flat_map(|section| {
            let kinds = prop::sample::select(kinds_of(section));
            (Just(section), prop::collection::vec(kinds, 1..40))
        })
    }

    #[test]
    fn every_section_compiles_and_each_of_its_rules_is_for_a_kind_of_signal() {
        for (section, (_, text)) in Section::ALL.into_iter().zip(MODULES) {
            let sets = text
                .lines()
                .filter_map(|line| line.split_once(" contains "));
            let mut sets: Vec<&str> = sets.map(|(name, _)| name).collect();
            sets.sort_unstable();
            sets.dedup();
            let mut kinds: Vec<&str> = kinds_of(section)
                .into_iter()
                .map(SignalKind::name)
                .collect();
            kinds.sort_unstable();
            assert_eq!(kinds, sets, "{section:?}");
        }
        for (section, compiled) in &BASE.rules {
            assert!(compiled.is_ok(), "{section:?}");
        }
    }

    #[test]
    fn a_signal_that_no_rule_is_for_is_an_error() {
        let input = of(Section::Guard, vec![signal(SignalKind::Clear, 0)], &[]);
        let error = judge(&input, false).unwrap_err();
        assert!(
            matches!(&error, EvaluationError::Failed(why) if why.contains("`clear`")),
            "{error}"
        );
    }

    #[test]
    fn a_part_takes_less_than_a_quarter_of_the_steps_that_a_section_may_take() {
        for section in Section::ALL {
            for kind in kinds_of(section) {
                let signals = (0..4 * MAX_SECTION_SIGNALS).map(|subject| signal(kind, subject));
                let input = of(section, signals.collect(), &SETTINGS);
                assert!(judge(&input, false).is_ok(), "{section:?} {kind:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_the_parts_of_a_section_say_is_what_the_whole_says(
            (section, kinds) in sections_and_kinds(),
            settings in prop::sample::subsequence(&SETTINGS[..], 0..5),
            cut in 0..40_usize,
        ) {
            let signals: Vec<Signal> = (0..).zip(kinds).map(|(n, kind)| signal(kind, n)).collect();
            let (one, two) = signals.split_at(cut.min(signals.len()));
            let mut parts = findings(&of(section, one.to_vec(), &settings));
            parts.extend(findings(&of(section, two.to_vec(), &settings)));
            parts.sort();
            prop_assert_eq!(parts, findings(&of(section, signals, &settings)));
        }
    }
}
