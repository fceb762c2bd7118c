//! The base rules: shipped with the binary, the same for every pack.
//!
//! They are compiled once. What they see is a [`SectionInput`] and nothing else, so
//! one bounded memo serves every policy.

use std::sync::{Arc, LazyLock};

use quick_cache::sync::Cache;
use regorus::{CompiledPolicy, Engine};

use super::error::EvaluationError;
use super::evaluate::evaluate;
use super::findings::{RawFinding, read_raw};
use super::limits::{BASE_MEMO_ENTRIES, MAX_REMEMBERED_SIGNALS};
use super::section::{Section, SectionInput};
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

struct Base {
    sections: Vec<(Section, Result<CompiledPolicy, String>)>,
    memo: Cache<SectionInput, Arc<[RawFinding]>>,
}

impl Base {
    fn compile() -> Self {
        let sections = Section::ALL
            .into_iter()
            .zip(MODULES)
            .map(|(section, module)| (section, compile(section, module)))
            .collect();
        Self {
            sections,
            memo: Cache::new(BASE_MEMO_ENTRIES),
        }
    }

    fn evaluate(&self, input: &SectionInput) -> BaseFindings {
        let compiled = self
            .sections
            .iter()
            .find(|(section, _)| *section == input.section)
            .map(|(_, compiled)| compiled);
        match compiled {
            Some(Ok(policy)) => {
                let value = evaluate(policy, input.to_value())?;
                let findings = read_raw(&value).ok_or_else(|| {
                    EvaluationError::Malformed(format!("base rules `{}`", input.section.name()))
                })?;
                Ok(findings.into())
            }
            Some(Err(message)) => Err(EvaluationError::Failed(message.clone())),
            None => Err(EvaluationError::Failed("no such section".to_owned())),
        }
    }
}

fn compile(section: Section, (path, text): (&str, &str)) -> Result<CompiledPolicy, String> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    let entrypoint = format!("data.cavra.base.{}.findings", section.name());
    engine
        .add_policy(path.to_owned(), text.to_owned())
        .and_then(|_| engine.compile_with_entrypoint(&entrypoint.as_str().into()))
        .map_err(|error| error.to_string())
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

    #[test]
    fn every_section_compiles_and_answers_an_empty_input_with_nothing() {
        for section in Section::ALL {
            let findings = judge(&of(section, Vec::new(), &[]), false).unwrap();
            assert!(findings.is_empty(), "{section:?}: {findings:?}");
        }
    }

    #[test]
    fn a_part_takes_less_than_a_quarter_of_the_steps_that_a_section_may_take() {
        for section in Section::ALL {
            for kind in SignalKind::ALL {
                let signals = (0..4 * MAX_SECTION_SIGNALS).map(|subject| signal(kind, subject));
                let input = of(section, signals.collect(), &SETTINGS);
                assert!(judge(&input, false).is_ok(), "{section:?} {kind:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_the_parts_of_a_section_say_is_what_the_whole_says(
            section in prop::sample::select(&Section::ALL[..]),
            kinds in prop::collection::vec(prop::sample::select(&SignalKind::ALL[..]), 1..40),
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
