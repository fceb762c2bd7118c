//! How large a message of a method may be, and how many there are.

use crate::grpc::limits::{MAX_FRAME_BYTES, MAX_QUERY_BYTES};
use crate::grpc::wire::{
    decision_service_server, lifecycle_service_server, policy_service_server, shadow_service_server,
};

/// What a method's request may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MessageLimits {
    /// Bytes of one message.
    pub(super) bytes: usize,
    pub(super) messages: Messages,
}

/// How many messages a request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Messages {
    /// One, which is waited for from the start.
    One,
    /// A stream, which may be idle between two.
    Many,
}

/// Those of the method at `path`, which is `/service/method`.
pub(super) fn of(path: &str) -> MessageLimits {
    let (service, method) = path
        .strip_prefix('/')
        .and_then(|path| path.split_once('/'))
        .unwrap_or_default();
    let bytes = match (service, method) {
        (decision_service_server::SERVICE_NAME, _)
        | (
            policy_service_server::SERVICE_NAME,
            "Explain" | "StageCandidate" | "LintPolicy" | "DryRun",
        )
        | (
            lifecycle_service_server::SERVICE_NAME,
            "Propose" | "Submit" | "Promote" | "RollBack" | "BreakGlass" | "Ratify",
        )
        | (shadow_service_server::SERVICE_NAME, "StartShadow" | "GetShadowReport") => {
            MAX_FRAME_BYTES
        }
        _ => MAX_QUERY_BYTES,
    };
    let messages = match method {
        "DecideStream" | "ServerReflectionInfo" => Messages::Many,
        _ => Messages::One,
    };
    MessageLimits { bytes, messages }
}
