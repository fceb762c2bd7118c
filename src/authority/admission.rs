//! What a pack must pass before it can become a policy of this process.
//!
//! Only Rego can do a process harm: recursion that was not seen can overflow the stack,
//! which can't be caught, and one long builtin call can outrun the time limit. So a pack
//! with Rego is first compiled, and evaluated on its cases, in a child process with limits
//! on time, memory and stack. A pack that takes the child down is refused, and the service
//! goes on with the policy it had.

use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rlimit::Resource;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::engine::error::{CompileError, CompileProblem};
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::engine::{Policy, RegoBundle, unknown_names};
use crate::library::Library;
use crate::policy::cases::dry_run_cases;
use crate::policy::effective::EffectivePack;
use crate::policy::issue::{Issue, Location};
use crate::policy::lint::{LintReport, lint};
use crate::policy::source::PackSource;

/// The command of the binary that tries a pack out: [`try_out`].
pub const TRY_OUT_COMMAND: &str = "try-out";

/// How long a pack may take to compile and to run its cases.
pub const MAX_TRY_OUT_TIME: Duration = Duration::from_secs(20);
/// Address space of the child, its allocator's reserve included.
pub const MAX_TRY_OUT_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes of what the child says.
const MAX_REPORT_BYTES: u64 = 1024 * 1024;
/// Between two looks at whether the child has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

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
    #[error("can't start `{program} {TRY_OUT_COMMAND}` to try out pack `{pack_id}`: {cause}")]
    Unavailable {
        /// The pack.
        pack_id: String,
        /// The binary.
        program: String,
        /// Why.
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

    /// The same; with `allow`, policies that fail their required cases may be put in force.
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
        std::env::current_exe().map(Self::by)
    }

    /// Makes a policy of a pack.
    ///
    /// # Errors
    /// If it does not compile, or was refused. Nothing that is in force changes.
    pub fn admit(&self, pack: EffectivePack) -> Result<Arc<Policy>, AdmissionError> {
        let rego = RegoBundle::of(&pack);
        if !rego.is_empty() {
            self.try_out_apart(&pack, rego)?;
        }
        Ok(Arc::new(Policy::compile(pack)?))
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

    fn try_out_apart(&self, pack: &EffectivePack, rego: RegoBundle) -> Result<(), AdmissionError> {
        let pack_id = pack.id().to_owned();
        let cases = dry_run_cases(&pack.cases);
        let trial = Trial {
            actions: cases.iter().map(|case| case.action.to_json()).collect(),
            rego,
        };
        match run(&self.program, &trial) {
            Ok(Ended::Report(Report { problems })) if problems.is_empty() => Ok(()),
            Ok(Ended::Report(Report { problems })) => {
                Err(AdmissionError::Refused { pack_id, problems })
            }
            Ok(Ended::Died(how)) => Err(AdmissionError::Died { pack_id, how }),
            Err(cause) => Err(AdmissionError::Unavailable {
                pack_id,
                program: self.program.display().to_string(),
                cause,
            }),
        }
    }
}

/// What the child is asked.
#[derive(Serialize, Deserialize)]
struct Trial {
    rego: RegoBundle,
    actions: Vec<Value>,
}

/// What the child answers.
#[derive(Serialize, Deserialize)]
struct Report {
    problems: Vec<String>,
}

enum Ended {
    Report(Report),
    Died(String),
}

fn run(program: &PathBuf, trial: &Trial) -> std::io::Result<Ended> {
    let question = serde_json::to_vec(trial)?;
    let mut child = Command::new(program)
        .arg(TRY_OUT_COMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let asked = child.stdin.take().map(|mut stdin| {
        // A child that dies early closes the pipe; how it ended says more than that.
        thread::spawn(move || drop(stdin.write_all(&question)))
    });
    let answer = child.stdout.take().map(|stdout| {
        thread::spawn(move || {
            let mut answer = Vec::new();
            stdout
                .take(MAX_REPORT_BYTES)
                .read_to_end(&mut answer)
                .map(|_| answer)
        })
    });
    let status = wait(&mut child)?;
    drop(asked.map(thread::JoinHandle::join));
    let Some(status) = status else {
        let seconds = MAX_TRY_OUT_TIME.as_secs();
        return Ok(Ended::Died(format!("took longer than {seconds} s")));
    };
    let answer = answer
        .and_then(|reader| reader.join().ok())
        .transpose()?
        .unwrap_or_default();
    match serde_json::from_slice(&answer) {
        Ok(report) if status.success() => Ok(Ended::Report(report)),
        _ => Ok(Ended::Died(format!("took its process down ({status})"))),
    }
}

/// Waits to the time limit, then kills the child and answers nothing.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > MAX_TRY_OUT_TIME {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(POLL_INTERVAL);
    }
}

/// The child's side: limits itself, reads a trial, tries it out and writes a report.
///
/// # Errors
/// If the limits can't be set, or the trial can't be read.
pub fn try_out(trial: impl Read, report: impl std::io::Write) -> std::io::Result<()> {
    let seconds = MAX_TRY_OUT_TIME.as_secs();
    rlimit::setrlimit(Resource::CPU, seconds, seconds)?;
    rlimit::setrlimit(Resource::AS, MAX_TRY_OUT_BYTES, MAX_TRY_OUT_BYTES)?;
    rlimit::setrlimit(Resource::CORE, 0, 0)?;
    let trial: Trial = serde_json::from_reader(trial)?;
    let evaluation = thread::Builder::new()
        .stack_size(EVALUATION_STACK_BYTES)
        .spawn(move || problems(&trial))?;
    let problems = evaluation
        .join()
        .map_err(|_| std::io::Error::other("the evaluation panicked"))?;
    serde_json::to_writer(report, &Report { problems })?;
    Ok(())
}

fn problems(trial: &Trial) -> Vec<String> {
    let mut actions = Vec::new();
    for document in &trial.actions {
        match Action::from_json(document.to_string().as_bytes()) {
            Ok(action) => actions.push(action),
            Err(error) => return vec![error.to_string()],
        }
    }
    let tried = trial.rego.try_out(&actions);
    tried
        .err()
        .into_iter()
        .flatten()
        .map(|problem| problem.to_string())
        .collect()
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
            vec![refused(error.to_string())]
        }
    }
}
