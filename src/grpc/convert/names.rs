//! Enumerations, number by number.

use super::field::FieldError;
use crate::action::ActionType;
use crate::decision::{Change, Outcome, Severity, Verdict};
use crate::grpc::wire;
use crate::journal::query::{EntryKind, Order};
use crate::journal::record::Replayable;
use crate::policy::issue::IssueSeverity;
use crate::policy::pack::Mode;

/// Both directions of one enumeration. Numbers that are not known, zero among them, are errors.
macro_rules! same_names {
    ($domain:ident: $($variant:ident),+) => {
        impl From<$domain> for wire::$domain {
            fn from(value: $domain) -> Self {
                match value {
                    $($domain::$variant => Self::$variant,)+
                }
            }
        }

        impl TryFrom<wire::$domain> for $domain {
            type Error = FieldError;

            fn try_from(value: wire::$domain) -> Result<Self, FieldError> {
                match value {
                    wire::$domain::Unspecified => Err(FieldError::new(
                        stringify!($domain).to_lowercase(),
                        "is not specified",
                    )),
                    $(wire::$domain::$variant => Ok(Self::$variant),)+
                }
            }
        }
    };
}

same_names!(Verdict: Block, RequireApproval, AllowWithAttestation, Warn, AuditOnly, Allow);
same_names!(Severity: Low, Medium, High, Critical);
same_names!(Outcome: RuleMatched, NothingMatched, NotEvaluated);
same_names!(Change: Loosened, CandidateError, Tightened, ReasonChanged, Same);
same_names!(ActionType: ReadFile, WriteFile, ExecuteCommand, GitOperation, McpToolCall);
same_names!(IssueSeverity: Blocker, Warning);
same_names!(Mode: Enforce, Audit);
same_names!(EntryKind: Decision, Event, Lifecycle);
same_names!(Replayable: Text, Facts, No);
same_names!(Order: OldestFirst, NewestFirst);

/// Reads a number of the wire as the domain's value.
pub(in crate::grpc) fn known<W, D>(field: &'static str, number: i32) -> Result<D, FieldError>
where
    W: TryFrom<i32>,
    D: TryFrom<W>,
{
    W::try_from(number)
        .ok()
        .and_then(|value| D::try_from(value).ok())
        .ok_or_else(|| FieldError::new(field, format!("is `{number}`, which is not known")))
}

/// As [`known`], for all numbers of a list.
pub(in crate::grpc) fn all_known<W, D>(
    field: &'static str,
    numbers: Vec<i32>,
) -> Result<Vec<D>, FieldError>
where
    W: TryFrom<i32>,
    D: TryFrom<W>,
{
    numbers
        .into_iter()
        .map(|number| known::<W, D>(field, number))
        .collect()
}

/// As [`known`], where zero says that nothing was given.
pub(in crate::grpc) fn if_given<W, D>(
    field: &'static str,
    number: i32,
) -> Result<Option<D>, FieldError>
where
    W: TryFrom<i32>,
    D: TryFrom<W>,
{
    match number {
        0 => Ok(None),
        number => known::<W, D>(field, number).map(Some),
    }
}
