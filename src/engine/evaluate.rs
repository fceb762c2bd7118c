//! The one place where Rego runs.

use std::num::NonZeroU32;
use std::sync::Once;
use std::time::Duration;

use regorus::utils::limits::{ExecutionTimerConfig, set_fallback_execution_timer_config};
use regorus::{CompiledPolicy, LimitError, Value};

use super::error::{CompileProblem, EvaluationError};
use super::limits::{MAX_EVALUATION_TIME, TIME_CHECK_INTERVAL_STEPS};

/// How regorus begins to say that the time is up.
const TIME_LIMIT_ERROR: &str = "execution exceeded time limit";

static TIME_LIMIT: Once = Once::new();

/// Evaluates a policy's entry point under the time limit.
pub(super) fn evaluate(policy: &CompiledPolicy, input: Value) -> Result<Value, EvaluationError> {
    limit_time(MAX_EVALUATION_TIME);
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
            Err(if typed || problem.message.starts_with(TIME_LIMIT_ERROR) {
                EvaluationError::TimedOut
            } else {
                EvaluationError::Failed(problem.to_string())
            })
        }
    }
}

/// Sets the time limit of this process's evaluations, the first time that it is called: a
/// compiled policy obeys no timer but the process-wide one.
pub(super) fn limit_time(limit: Duration) {
    TIME_LIMIT.call_once(|| {
        set_fallback_execution_timer_config(Some(ExecutionTimerConfig {
            limit,
            check_interval: NonZeroU32::new(TIME_CHECK_INTERVAL_STEPS).unwrap_or(NonZeroU32::MIN),
        }));
    });
}
