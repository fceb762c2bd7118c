//! What a pack must pass before it can become a policy of this process.
//!
//! Only Rego can do a process harm: recursion that was not seen can overflow the stack,
//! which can't be caught, and one long builtin call can outrun the limit on steps. So a pack's
//! Rego is compiled and evaluated in processes with limits (`workers`), first on the pack's
//! cases and on actions that are large and odd. A pack whose rules run out of a limit there is
//! refused, and the service goes on with the policy it had.

mod odd;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use odd::odd_actions;

use super::workers::{NoWorkers, WORKER_COMMAND, Workers};
use crate::action::Action;
use crate::action::establish;
use crate::causes::in_line;
use crate::engine::error::{CompileError, CompileProblem, EvaluationError};
use crate::engine::{PatternLists, Policy, RegoBundle, unknown_names};
use crate::library::Library;
use crate::policy::cases::dry_run_cases;
use crate::policy::effective::EffectivePack;
use crate::policy::issue::{Issue, Location};
use crate::policy::lint::{LintReport, lint};
use crate::policy::pattern_count;
use crate::policy::source::PackSource;

/// Patterns that are compiled in this process without having been compiled in a worker first.
pub const MAX_UNTRIED_PATTERNS: usize = 4096;
/// How long a pack may take to be evaluated on all that it is tried out on, by the clock.
pub const MAX_TRY_OUT_TIME: Duration = Duration::from_secs(60);
/// Problems that are listed before the rest is no longer looked for.
const MAX_PROBLEMS: usize = 16;
/// Characters of an action's target in a problem.
const MAX_SHOWN_CHARS: usize = 80;

/// Why a pack was not admitted.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    /// It does not compile.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// Its Rego could not be evaluated on its cases.
    #[error("pack `{pack_id}` is not admitted:{}", list(.problems))]
    Refused {
        /// The pack.
        pack_id: String,
        /// At least one.
        problems: Vec<String>,
    },
    /// Its Rego ran out of a limit, or took the child process down.
    #[error("pack `{pack_id}` is not admitted: trying out its rules {how}")]
    Died {
        /// The pack.
        pack_id: String,
        /// What became of the child process.
        how: String,
    },
    /// The child process could not be run.
    #[error(
        "`{program} {WORKER_COMMAND}` can't be started, so the rules of pack `{pack_id}` can't be tried out"
    )]
    Unavailable {
        /// The pack.
        pack_id: String,
        /// The binary.
        program: String,
        /// The error of the system.
        #[source]
        cause: std::io::Error,
    },
}

/// Where packs with Rego are tried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    program: PathBuf,
    allow_failed_cases: bool,
}

impl Admission {
    /// By the `cavra` binary at `program`.
    #[must_use]
    pub fn by(program: PathBuf) -> Self {
        Self {
            program,
            allow_failed_cases: false,
        }
    }

    /// Sets whether policies that fail their required cases may be put in force.
    #[must_use]
    pub fn allowing_failed_cases(mut self, allow: bool) -> Self {
        self.allow_failed_cases = allow;
        self
    }

    /// Whether policies that fail their required cases may be put in force.
    #[must_use]
    pub fn allows_failed_cases(&self) -> bool {
        self.allow_failed_cases
    }

    /// By the binary that is running.
    ///
    /// # Errors
    /// If the system doesn't say which one that is.
    pub fn by_this_program() -> std::io::Result<Self> {
        if cfg!(target_os = "linux") {
            // Of the same build also after another has taken its path (proc_pid_exe(5)).
            return Ok(Self::by(PathBuf::from("/proc/self/exe")));
        }
        std::env::current_exe().map(Self::by)
    }

    /// Makes a policy of a pack.
    ///
    /// # Errors
    /// If it does not compile, or was refused. Nothing that is in force changes.
    pub fn admit(&self, pack: EffectivePack) -> Result<Arc<Policy>, AdmissionError> {
        let policy = self.compile(pack)?;
        if policy.has_own_rego() {
            try_out(&policy)?;
        }
        Ok(Arc::new(policy))
    }

    /// Lints a pack; one without blockers is compiled and tried out too, since patterns and
    /// Rego can be wrong in ways that only the engine knows.
    #[must_use]
    pub fn lint(&self, library: &Library, source: &PackSource) -> LintReport {
        let report = lint(source, &mut |id| library.source(id));
        if !report.valid {
            return report;
        }
        let issues = match library.effective_of(source.clone()) {
            // What was admitted is safe to look through here.
            Ok(pack) => match self.admit(pack) {
                Ok(_) => Some(unknown_names(&source.rules)),
                Err(error) => Some(issues(error)),
            },
            Err(error) => {
                let location = Location::file(&source.policy.path);
                Some(vec![Issue::blocker(
                    "invalid-pack",
                    error.to_string(),
                    location,
                )])
            }
        };
        report.with(issues.unwrap_or_default())
    }

    /// Makes a policy of a pack that was admitted before.
    ///
    /// # Errors
    /// If it does not compile.
    pub fn compile(&self, pack: EffectivePack) -> Result<Policy, AdmissionError> {
        let rego = RegoBundle::of(&pack);
        let patterns = PatternLists::of(&pack);
        let patterns = patterns.map_err(|problems| CompileError::of(&pack, problems))?;
        let few = pattern_count::of(&pack.content) <= MAX_UNTRIED_PATTERNS;
        if rego.is_empty() && few {
            return Ok(Policy::compile(pack)?);
        }
        let patterns = (!few).then_some(patterns);
        let own = Workers::start(self.program.clone(), &rego, patterns);
        let own = own.map_err(|error| self.no_workers(&pack, error))?;
        Ok(Policy::compile_with(pack, own)?)
    }

    fn no_workers(&self, pack: &EffectivePack, error: NoWorkers) -> AdmissionError {
        let pack_id = pack.id().to_owned();
        match error {
            NoWorkers::Problems(problems) => CompileError { pack_id, problems }.into(),
            NoWorkers::Died(how) => AdmissionError::Died { pack_id, how },
            NoWorkers::Unavailable(cause) => AdmissionError::Unavailable {
                pack_id,
                program: self.program.display().to_string(),
                cause,
            },
        }
    }
}

/// Evaluates the packs' own Rego on its cases, and on actions that are large and odd.
fn try_out(policy: &Policy) -> Result<(), AdmissionError> {
    let start = Instant::now();
    let pack_id = policy.identity().id.to_string();
    let mut problems = Vec::new();
    let cases = dry_run_cases(&policy.pack().cases).into_iter();
    let cases = cases.map(|case| (case.action, true));
    for (action, is_case) in cases.chain(odd_actions().map(|action| (action, false))) {
        if start.elapsed() > MAX_TRY_OUT_TIME {
            let how = format!("took longer than {} s", MAX_TRY_OUT_TIME.as_secs());
            return Err(AdmissionError::Died { pack_id, how });
        }
        // A case whose facts can't be established fails when it is decided.
        let Ok(facts) = establish(&action) else {
            continue;
        };
        for (pack, error) in policy.try_out(&action, &facts) {
            if is_case || is_harmful(&error) {
                problems.push(format!("`{pack}` on `{}`: {error}", shown(&action)));
            }
        }
        if problems.len() >= MAX_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(AdmissionError::Refused { pack_id, problems })
}

/// Of an odd action a rule may say what it can't make sense of; it may not run out of a limit.
fn is_harmful(error: &EvaluationError) -> bool {
    match error {
        EvaluationError::OverLimit(_) | EvaluationError::Died(_) => true,
        EvaluationError::Failed(_) | EvaluationError::Malformed(_) => false,
    }
}

/// The beginning of an action's target.
fn shown(action: &Action) -> String {
    let target = action.target();
    match target.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", target.get(..end).unwrap_or_default()),
        None => target.to_owned(),
    }
}

fn list(problems: &[String]) -> String {
    problems
        .iter()
        .map(|problem| format!("\n  {problem}"))
        .collect()
}

fn issues(error: AdmissionError) -> Vec<Issue> {
    let refused = |message| Issue::blocker("not-admitted", message, Location::file("rules"));
    match error {
        AdmissionError::Compile(error) => error
            .problems
            .into_iter()
            .map(CompileProblem::into_issue)
            .collect(),
        AdmissionError::Refused { problems, .. } => problems.into_iter().map(refused).collect(),
        AdmissionError::Died { .. } | AdmissionError::Unavailable { .. } => {
            vec![refused(in_line(&error))]
        }
    }
}
