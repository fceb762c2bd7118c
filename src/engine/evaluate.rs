//! The one place where Rego runs.

use std::num::NonZeroU32;
use std::sync::Once;
use std::time::Duration;

use regorus::utils::limits::{ExecutionTimerConfig, set_fallback_execution_timer_config};
use regorus::{CompiledPolicy, LimitError, Value};

use super::error::{CompileProblem, EvaluationError};
use super::limits::MAX_EVALUATION_STEPS;

/// How regorus begins to say that the limit is reached.
const LIMIT_ERROR: &str = "execution exceeded time limit";

/// What an evaluation did that reached it.
const STEPS: &str = "took more steps than they may";

static STEP_LIMIT: Once = Once::new();

/// Evaluates a policy's entry point within [`MAX_EVALUATION_STEPS`].
pub(super) fn evaluate(policy: &CompiledPolicy, input: Value) -> Result<Value, EvaluationError> {
    limit_steps();
    match policy.eval_with_input(input) {
        Ok(Value::Undefined) => Err(EvaluationError::Malformed(
            "the entry point is undefined".to_owned(),
        )),
        Ok(value) => Ok(value),
        Err(error) => {
            let typed = matches!(
                error.downcast_ref::<LimitError>(),
                Some(LimitError::TimeLimitExceeded { .. })
            );
            let problem = CompileProblem::from_regorus(&error.to_string(), "rules");
            // regorus makes a text of an error that passes through a function.
            Err(if typed || problem.message.starts_with(LIMIT_ERROR) {
                EvaluationError::OverLimit(STEPS.to_owned())
            } else {
                EvaluationError::Failed(problem.to_string())
            })
        }
    }
}

/// Sets the limit of this process's evaluations, the first time that it is called: a compiled
/// policy obeys no limit but the process-wide one.
///
/// The limit is a count, so that the same input ends the same on any machine under any load.
/// regorus 0.14 knows limits of time only, and looks at the clock once in `check_interval`
/// steps. With no time allowed, its first look ends the evaluation: after exactly so many steps.
fn limit_steps() {
    STEP_LIMIT.call_once(|| {
        set_fallback_execution_timer_config(Some(ExecutionTimerConfig {
            limit: Duration::ZERO,
            check_interval: NonZeroU32::new(MAX_EVALUATION_STEPS).unwrap_or(NonZeroU32::MIN),
        }));
    });
}
