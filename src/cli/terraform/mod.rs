//! Terraform plans that are judged before they are applied: what is judged is what is applied.
//!
//! | module | holds |
//! |---|---|
//! | `archive` | the configuration in a plan file |
//! | `plan_file` | a copy of a plan that nobody can change |
//! | `program` | the real `terraform`, without what the environment would add to it |
//! | `action` | the action that a plan is judged as |
//! | `error` | why a plan can't be judged or applied |

mod action;
mod archive;
pub(crate) mod error;
mod plan_file;
mod program;

pub(crate) use action::{Purpose, Question, SessionArgs};
pub(crate) use plan_file::{PlanInput, SealedPlan};
pub(crate) use program::TerraformArgs;
