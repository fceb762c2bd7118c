//! Runs: how they are started, and their state.

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::names::known;
use crate::grpc::convert::same_fields::same_fields;
use crate::grpc::policy::Given;
use crate::grpc::policy::convert::{count, policy_id};
use crate::grpc::wire;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::report::PolicyRef;
use crate::shadow::runs::{Kept, RunSettings, RunStatus};

/// Which candidate a caller means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShadowCandidate {
    /// One that has to be compiled.
    Given(Given),
    /// The one that is staged.
    Staged,
}

/// A run that is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowStart {
    /// The candidate that is compared with the active policy.
    pub candidate: ShadowCandidate,
    /// The settings of the run. The authority checks their limits.
    pub settings: RunSettings,
}

/// Which run a caller means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunId(pub Uuid);

impl TryFrom<wire::StartShadowRequest> for ShadowStart {
    type Error = FieldError;

    fn try_from(request: wire::StartShadowRequest) -> Result<Self, FieldError> {
        use wire::start_shadow_request::Candidate;
        let wire::StartShadowRequest {
            candidate,
            sampling_ppm,
            queue_decisions,
            examples,
            max_compared,
            duration_seconds,
        } = request;
        let candidate = match candidate.ok_or(FieldError::missing("candidate"))? {
            Candidate::PolicyId(id) => {
                ShadowCandidate::Given(Given::Pack(policy_id("policy_id", id)?))
            }
            Candidate::Bundle(bundle) => ShadowCandidate::Given(Given::Bundle(bundle.try_into()?)),
            Candidate::Staged(wire::StagedCandidate {}) => ShadowCandidate::Staged,
        };
        let standard = RunSettings::default();
        let number = |number: Option<u32>, standard: usize| {
            number.map_or(standard, |number| {
                usize::try_from(number).unwrap_or(usize::MAX)
            })
        };
        Ok(Self {
            candidate,
            settings: RunSettings {
                rate: sampling_ppm.map_or(Ok(standard.rate), rate)?,
                queue_decisions: number(queue_decisions, standard.queue_decisions),
                examples: number(examples, standard.examples),
                max_compared,
                duration: duration_seconds.map_or(standard.duration, Duration::from_secs),
            },
        })
    }
}

fn rate(number: u32) -> Result<PartsPerMillion, FieldError> {
    PartsPerMillion::try_from(number)
        .map_err(|_| FieldError::new("sampling_ppm", format!("is `{number}`, above 1000000")))
}

impl From<(wire::start_shadow_request::Candidate, RunSettings)> for wire::StartShadowRequest {
    fn from((candidate, settings): (wire::start_shadow_request::Candidate, RunSettings)) -> Self {
        let RunSettings {
            rate,
            queue_decisions,
            examples,
            max_compared,
            duration,
        } = settings;
        Self {
            candidate: Some(candidate),
            sampling_ppm: Some(rate.get()),
            queue_decisions: Some(count(queue_decisions)),
            examples: Some(count(examples)),
            max_compared,
            duration_seconds: Some(duration.as_secs()),
        }
    }
}

impl TryFrom<String> for RunId {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        if text.is_empty() {
            return Err(FieldError::missing("run_id"));
        }
        let id = text.parse().map(Self);
        id.map_err(|_| FieldError::new("run_id", "is not a UUID: `ListShadows` names the runs"))
    }
}

impl TryFrom<wire::StopShadowRequest> for RunId {
    type Error = FieldError;

    fn try_from(request: wire::StopShadowRequest) -> Result<Self, FieldError> {
        let wire::StopShadowRequest { run_id } = request;
        run_id.try_into()
    }
}

impl From<RunStatus> for wire::ShadowRun {
    fn from(status: RunStatus) -> Self {
        let RunStatus {
            run_id,
            active,
            candidate,
            sampling_ppm,
            queue_decisions,
            max_compared,
            started_at,
            until,
            ended,
            counts,
            seen,
            sampled,
            dropped,
            pending,
            journal,
        } = status;
        Self {
            run_id: run_id.to_string(),
            active: Some(active.into()),
            candidate: Some(candidate.into()),
            sampling_ppm: sampling_ppm.get(),
            queue_decisions: count(queue_decisions),
            max_compared,
            started_at: Some(timestamp(started_at)),
            until: Some(timestamp(until)),
            end: ended
                .map_or(wire::ShadowEnd::Unspecified, Into::into)
                .into(),
            counts: Some(counts.into()),
            intake: Some(wire::ShadowIntake {
                seen,
                sampled,
                dropped,
                pending,
            }),
            journal: journal.map(Into::into),
        }
    }
}

impl TryFrom<wire::ShadowRun> for RunStatus {
    type Error = FieldError;

    fn try_from(run: wire::ShadowRun) -> Result<Self, FieldError> {
        let wire::ShadowRun {
            run_id,
            active,
            candidate,
            sampling_ppm,
            queue_decisions,
            max_compared,
            started_at,
            until,
            end,
            counts,
            intake,
            journal,
        } = run;
        let policy = |field, policy: Option<wire::PolicyIdentity>| {
            policy.ok_or(FieldError::missing(field))?.try_into()
        };
        let intake = intake.ok_or(FieldError::missing("run.intake"))?;
        let wire::ShadowIntake {
            seen,
            sampled,
            dropped,
            pending,
        } = intake;
        Ok(Self {
            run_id: RunId::try_from(run_id)?.0,
            active: policy("run.active", active)?,
            candidate: policy("run.candidate", candidate)?,
            sampling_ppm: rate(sampling_ppm)?,
            queue_decisions: usize::try_from(queue_decisions).unwrap_or(usize::MAX),
            max_compared,
            started_at: time("run.started_at", started_at)?,
            until: time("run.until", until)?,
            ended: match end {
                0 => None,
                number => Some(known::<wire::ShadowEnd, _>("run.end", number)?),
            },
            counts: counts.ok_or(FieldError::missing("run.counts"))?.into(),
            seen,
            sampled,
            dropped,
            pending,
            journal: journal.map(Into::into),
        })
    }
}

impl From<PolicyRef> for wire::PolicyIdentity {
    fn from(policy: PolicyRef) -> Self {
        let PolicyRef {
            id,
            version,
            policy_digest,
            effective_digest,
        } = policy;
        Self {
            policy_id: id.to_string(),
            policy_version: version.to_string(),
            policy_digest: policy_digest.to_string(),
            effective_digest: effective_digest.to_string(),
        }
    }
}

impl TryFrom<wire::PolicyIdentity> for PolicyRef {
    type Error = FieldError;

    fn try_from(policy: wire::PolicyIdentity) -> Result<Self, FieldError> {
        let wire::PolicyIdentity {
            policy_id,
            policy_version,
            policy_digest,
            effective_digest,
        } = policy;
        let digest = |field, text: String| {
            text.parse()
                .map_err(|_| FieldError::new(field, format!("is `{text}`, which is malformed")))
        };
        Ok(Self {
            id: policy_id.into(),
            version: policy_version.into(),
            policy_digest: digest("policy_digest", policy_digest)?,
            effective_digest: digest("effective_digest", effective_digest)?,
        })
    }
}

same_fields!(Kept as ShadowKept: recorded, unrecorded, problem);

impl From<EndReason> for wire::ShadowEnd {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::Stopped => Self::Stopped,
            EndReason::MaxCompared => Self::MaxCompared,
            EndReason::TimeReached => Self::TimeReached,
            EndReason::ActiveChanged => Self::ActiveChanged,
            EndReason::Failed => Self::Failed,
            EndReason::ServiceEnded => Self::ServiceEnded,
        }
    }
}

impl TryFrom<wire::ShadowEnd> for EndReason {
    type Error = FieldError;

    fn try_from(end: wire::ShadowEnd) -> Result<Self, FieldError> {
        match end {
            wire::ShadowEnd::Unspecified => Err(FieldError::new("end", "is not specified")),
            wire::ShadowEnd::Stopped => Ok(Self::Stopped),
            wire::ShadowEnd::MaxCompared => Ok(Self::MaxCompared),
            wire::ShadowEnd::TimeReached => Ok(Self::TimeReached),
            wire::ShadowEnd::ActiveChanged => Ok(Self::ActiveChanged),
            wire::ShadowEnd::Failed => Ok(Self::Failed),
            wire::ShadowEnd::ServiceEnded => Ok(Self::ServiceEnded),
        }
    }
}

fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: time.as_second(),
        nanos: time.subsec_nanosecond(),
    }
}

fn time(
    field: &'static str,
    time: Option<prost_types::Timestamp>,
) -> Result<Timestamp, FieldError> {
    let time = time.ok_or(FieldError::missing(field))?;
    Timestamp::new(time.seconds, time.nanos)
        .map_err(|error| FieldError::new(field, format!("is not a time: {error}")))
}
