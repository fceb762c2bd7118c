//! Health: whether decisions can be made and returned, and what else is wrong.
//!
//! The empty name and those of the services are `SERVING` while decisions can be made and returned.
//! Each [`Aspect`] has a name of its own, such as `cavra.condition.packs`; it is `NOT_SERVING`
//! while something is wrong with it. An answer to `Check` says what that is in its metadata.
//! `cavra.policy` is `NOT_SERVING` while nobody should rely on how the policy in force came into
//! force. After a break-glass that is so when its time has passed without a ratification. The
//! metadata `cavra-policy-state` names the state. Decisions go on.

use std::future::{Future, pending};
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tonic::metadata::{AsciiMetadataKey, MetadataValue};
use tonic::{Request, Response, Status};
use tonic_health::ServingStatus::{self, NotServing, Serving};
use tonic_health::pb::health_server::{Health as HealthApi, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_health::server::{HealthReporter, HealthService};

use super::limits::MAX_REASON_CHARS;
use crate::authority::Authority;
use crate::authority::conditions::{Aspect, Problems};

/// The names of the whole service.
const WHOLE: [&str; 6] = [
    "",
    "cavra.authority.v1.DecisionService",
    "cavra.authority.v1.JournalService",
    "cavra.authority.v1.LifecycleService",
    "cavra.authority.v1.PolicyService",
    "cavra.authority.v1.ShadowService",
];
/// The name of the policy in force: whether somebody can rely on how it came into force.
const POLICY: &str = "cavra.policy";
/// The prefix of an aspect's name.
const CONDITION: &str = "cavra.condition.";
/// The metadata that says what is wrong, one value an aspect: `packs: policy pack …`. Bytes
/// that a header can't hold, and `%`, are percent-encoded.
const REASON: &str = "cavra-reason";
/// The metadata that names the state of the policy in force, such as `unproved`.
const STATE: &str = "cavra-policy-state";
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

/// The health of one service; clones share it.
#[derive(Clone)]
pub(super) struct Health {
    reporter: HealthReporter,
    authority: Arc<Authority>,
}

impl Health {
    pub(super) fn of(authority: &Arc<Authority>) -> Self {
        Self {
            reporter: HealthReporter::new(),
            authority: Arc::clone(authority),
        }
    }

    /// The service that answers.
    pub(super) fn server(&self) -> HealthServer<Explained> {
        HealthServer::new(Explained {
            inner: HealthService::from_health_reporter(self.reporter.clone()),
            authority: Arc::clone(&self.authority),
        })
    }

    /// Tells what is true now, before the first call.
    pub(super) async fn announce(&self) {
        self.tell(&self.authority.conditions().now()).await;
    }

    /// Tells every change until `shutdown`, and then that nothing is served any more.
    pub(super) async fn follow(&self, shutdown: impl Future<Output = ()>) {
        tokio::select! {
            () = self.follow_conditions(shutdown) => {}
            () = self.follow_journal() => {}
            () = self.authority.watch_break_glass() => {}
        }
        for name in WHOLE {
            self.reporter.set_service_status(name, NotServing).await;
        }
    }

    /// Makes a condition of whether the journal can be written. Never ends.
    async fn follow_journal(&self) {
        if let Some(recording) = self.authority.recording() {
            let mut journal = recording.journal().health();
            loop {
                let problem = journal.borrow_and_update().as_deref().map(str::to_owned);
                self.authority.conditions().set(Aspect::Journal, problem);
                if journal.changed().await.is_err() {
                    let ended = "the journal's writer has ended".to_owned();
                    self.authority
                        .conditions()
                        .set(Aspect::Journal, Some(ended));
                    break;
                }
            }
        }
        pending::<()>().await;
    }

    async fn follow_conditions(&self, shutdown: impl Future<Output = ()>) {
        let mut conditions = self.authority.conditions().watch();
        tokio::pin!(shutdown);
        loop {
            let problems = conditions.borrow_and_update().clone();
            self.tell(&problems).await;
            tokio::select! {
                () = &mut shutdown => break,
                // An error means that the authority is gone, which this holds.
                changed = conditions.changed() => if changed.is_err() { break },
            }
        }
    }

    async fn tell(&self, problems: &Problems) {
        let hindered = problems.keys().any(|aspect| aspect.is_needed());
        for name in WHOLE {
            let status = serving(!hindered);
            self.reporter.set_service_status(name, status).await;
        }
        for aspect in Aspect::ALL {
            let name = format!("{CONDITION}{}", aspect.as_str());
            let status = serving(!problems.contains_key(&aspect));
            self.reporter.set_service_status(name, status).await;
        }
        let unproved = [Aspect::Proof, Aspect::BreakGlass];
        let is_proved = !unproved.iter().any(|it| problems.contains_key(it));
        let status = serving(is_proved);
        self.reporter.set_service_status(POLICY, status).await;
    }
}

fn serving(is_well: bool) -> ServingStatus {
    if is_well { Serving } else { NotServing }
}

/// The usual health service, whose answers also say why.
pub(super) struct Explained {
    inner: HealthService,
    authority: Arc<Authority>,
}

#[tonic::async_trait]
impl HealthApi for Explained {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let mut response = self.inner.check(request).await?;
        if let Some(state) = self.authority.slot().state {
            let value = MetadataValue::from_static(state.as_str());
            response.metadata_mut().append(STATE, value);
        }
        for (aspect, problem) in self.authority.conditions().now() {
            let reason: String = problem.chars().take(MAX_REASON_CHARS).collect();
            let text = format!("{}: {reason}", aspect.as_str());
            let encoded = utf8_percent_encode(&text, ENCODED).to_string();
            if let Ok(value) = MetadataValue::try_from(encoded) {
                let key = AsciiMetadataKey::from_static(REASON);
                response.metadata_mut().append(key, value);
            }
        }
        Ok(response)
    }

    type WatchStream = <HealthService as HealthApi>::WatchStream;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        self.inner.watch(request).await
    }
}
