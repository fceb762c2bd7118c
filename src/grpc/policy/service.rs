//! `PolicyService`.

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde_json::{Value, json};
use tonic::{Request, Response, Status};

use super::named::{compile, put_in_force, source};
use super::{Given, Wanted};
use crate::action::{Action, Caller};
use crate::authority::admission::Admission;
use crate::authority::in_force::Passed;
use crate::authority::{Ask, Authority};
use crate::canonical::Digest;
use crate::engine::{self, Policy};
use crate::grpc::decision::service::{Decisions, Explained};
use crate::grpc::door::Door;
use crate::grpc::inquiries::Inquiries;
use crate::grpc::refusals::{author, to_its_end};
use crate::grpc::status::Refusal;
use crate::grpc::turns::{Origin, Size, Turns};
use crate::grpc::wire::policy_service_server::PolicyService;
use crate::grpc::wire::{
    DryRunRequest, DryRunResponse, ExplainRequest, ExplainResponse, GetPolicyRequest,
    GetPolicyResponse, LintPolicyRequest, LintPolicyResponse, ListPoliciesRequest,
    ListPoliciesResponse, PolicyIdentity, StageCandidateRequest, StageCandidateResponse,
};
use crate::journal::record::event::InquiryMethod;
use crate::library::Library;
use crate::policy::source::SourceFile;
use crate::readiness::dry_run::{DryRunReport, dry_run};

/// Looks at policies and, through the admin door, changes which are in force.
pub(in crate::grpc) struct Policies {
    pub(in crate::grpc) decisions: Decisions,
    pub(in crate::grpc) inspections: Turns,
    pub(in crate::grpc) library: Arc<ArcSwap<Library>>,
    pub(in crate::grpc) admission: Admission,
    pub(in crate::grpc) inquiries: Arc<Inquiries>,
    pub(in crate::grpc) door: Door,
}

type Answer<T> = Result<Response<T>, Status>;

impl Policies {
    fn authority(&self) -> &Authority {
        &self.decisions.authority
    }

    /// Records a question that nobody acts on, if its peer may ask.
    async fn inquire(
        &self,
        origin: Origin,
        (method, question): (InquiryMethod, Value),
        caller: Caller,
    ) -> Result<(), Refusal> {
        self.inquiries
            .admit(self.authority(), origin.peer(), method, &question, caller)
            .await
    }

    /// Does what reads or compiles packs.
    async fn run<T: Send + 'static>(
        &self,
        origin: Origin,
        work: impl FnOnce(&Packs) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let packs = Packs {
            library: self.library.load_full(),
            admission: self.admission.clone(),
        };
        let work = move |_: &_| work(&packs);
        self.inspections.run(origin, Size::Unknown, work).await
    }
}

/// Packs as they are at one moment, and what they must pass.
struct Packs {
    library: Arc<Library>,
    admission: Admission,
}

#[tonic::async_trait]
impl PolicyService for Policies {
    async fn list_policies(
        &self,
        request: Request<ListPoliciesRequest>,
    ) -> Answer<ListPoliciesResponse> {
        let origin = Origin::of(&request);
        let ListPoliciesRequest {} = request.into_inner();
        let listings = self.run(origin, |packs| packs.library.list()).await?;
        let slot = self.authority().slot();
        Ok(Response::new(ListPoliciesResponse {
            policies: listings.into_iter().map(Into::into).collect(),
            active: Some(identity(&slot.active)),
            candidate: slot.candidate.as_deref().map(identity),
        }))
    }

    async fn get_policy(&self, request: Request<GetPolicyRequest>) -> Answer<GetPolicyResponse> {
        let origin = Origin::of(&request);
        let slot = self.authority().slot();
        let response = match request.into_inner().try_into().map_err(Refusal::Field)? {
            Wanted::Pack(id) => {
                let shelved = move |packs: &Packs| shelved(&packs.library, &id);
                self.run(origin, shelved).await??
            }
            Wanted::Active => {
                let policy = Arc::clone(&slot.active);
                self.run(origin, move |_| in_force(&policy)).await?
            }
            Wanted::Candidate => {
                let policy = slot.candidate.clone().ok_or(Refusal::NoCandidate)?;
                self.run(origin, move |_| in_force(&policy)).await?
            }
        };
        Ok(Response::new(response))
    }

    async fn stage_candidate(
        &self,
        request: Request<StageCandidateRequest>,
    ) -> Answer<StageCandidateResponse> {
        self.door.admit("StageCandidate")?;
        let by = author(request.extensions());
        let origin = Origin::of(&request);
        let given = request.into_inner().try_into().map_err(Refusal::Field)?;
        let active = self.authority().slot().active.identity().clone();
        let (Passed { policy, problem }, packed) = self
            .run(origin, move |Packs { library, admission }| {
                put_in_force(admission, library, given, &active)
            })
            .await??;
        if let Some(problem) = problem {
            tracing::warn!(problem, "staged all the same");
        }
        let candidate = identity(&policy);
        let authority = Arc::clone(&self.decisions.authority);
        let staged = to_its_end(async move {
            // What is compared can be asked for.
            if authority.store().is_some() {
                authority
                    .propose(packed, by, None)
                    .await
                    .map_err(Refusal::Gate)?;
            }
            let staged = authority.stage(Some(policy), by).await;
            staged.map_err(Refusal::Unrecorded)
        });
        let replaced = staged.await??;
        tracing::info!(
            effective_digest = candidate.effective_digest,
            "candidate staged"
        );
        Ok(Response::new(StageCandidateResponse {
            candidate: Some(candidate),
            replaced: replaced.as_deref().map(identity),
        }))
    }

    async fn lint_policy(&self, request: Request<LintPolicyRequest>) -> Answer<LintPolicyResponse> {
        self.door.admit("LintPolicy")?;
        let origin = Origin::of(&request);
        let given = request.into_inner().try_into().map_err(Refusal::Field)?;
        let inquiry = (InquiryMethod::LintPolicy, asked_about(&given));
        self.inquire(origin, inquiry, Caller::default()).await?;
        let linted = self
            .run(origin, move |Packs { library, admission }| {
                lint_given(admission, library, given)
            })
            .await??;
        Ok(Response::new(linted))
    }

    async fn dry_run(&self, request: Request<DryRunRequest>) -> Answer<DryRunResponse> {
        let origin = Origin::of(&request);
        let slot = self.authority().slot();
        let wanted = request.into_inner().try_into().map_err(Refusal::Field)?;
        let inquiry = (InquiryMethod::DryRun, asked_to_run(&wanted));
        self.inquire(origin, inquiry, Caller::default()).await?;
        let policy = match wanted {
            Wanted::Pack(id) => {
                self.run(origin, move |Packs { library, admission }| {
                    compile(admission, library, Given::Pack(id))
                })
                .await??
            }
            Wanted::Active => Arc::clone(&slot.active),
            Wanted::Candidate => slot.candidate.clone().ok_or(Refusal::NoCandidate)?,
        };
        let answer = self.run(origin, move |_| dry_run_answer(&policy)).await?;
        let answer = answer.map_err(|error| Refusal::internal(&error))?;
        Ok(Response::new(answer))
    }

    async fn explain(&self, request: Request<ExplainRequest>) -> Answer<ExplainResponse> {
        let origin = Origin::of(&request);
        let (mut action, ask): (Action, Ask) =
            request.into_inner().try_into().map_err(Refusal::Field)?;
        let inquiry = (InquiryMethod::Explain, asked_of(&mut action));
        self.inquire(origin, inquiry, action.caller.clone()).await?;
        let explained = self.decisions.explain(origin, action, ask).await?;
        let Explained {
            answer,
            facts_json,
            facts_left_out,
        } = explained;
        Ok(Response::new(ExplainResponse {
            facts_json: facts_json.map_err(|error| Refusal::internal(&error))?,
            facts_left_out: u64::try_from(facts_left_out).unwrap_or(u64::MAX),
            decision: Some(answer.decision.into()),
            candidate: answer.candidate.map(Into::into),
        }))
    }
}

/// An action as a question: its document, of a plan the digest.
fn asked_of(action: &mut Action) -> Value {
    let plan = action.terraform_plan.take();
    let mut question = action.to_json();
    if let (Some(plan), Some(fields)) = (&plan, question.as_object_mut()) {
        let digest = Digest::of(plan.as_bytes());
        fields.insert("terraform_plan_digest".to_owned(), json!(digest));
    }
    action.terraform_plan = plan;
    question
}

/// A policy as a question.
fn asked_to_run(wanted: &Wanted) -> Value {
    match wanted {
        Wanted::Pack(id) => json!({ "policy_id": id }),
        Wanted::Active => json!({ "slot": "active" }),
        Wanted::Candidate => json!({ "slot": "candidate" }),
    }
}

/// A pack as a question: its id, or the digests of the files that came along.
fn asked_about(given: &Given) -> Value {
    match given {
        Given::Pack(id) => json!({ "policy_id": id }),
        Given::Bundle(source) => {
            let files = [&source.rules, &source.cases].into_iter().flatten();
            let files = std::iter::once(&source.policy).chain(files);
            let digest = |file: &SourceFile| json!({ "path": file.path, "digest": Digest::of(file.text.as_bytes()) });
            json!({ "bundle": files.map(digest).collect::<Vec<_>>() })
        }
    }
}

fn identity(policy: &Policy) -> PolicyIdentity {
    policy.identity().as_ref().into()
}

fn in_force(policy: &Policy) -> GetPolicyResponse {
    GetPolicyResponse {
        identity: Some(identity(policy)),
        effective_json: policy.pack().to_json().to_string(),
        bundle: None,
    }
}

fn shelved(library: &Library, id: &str) -> Result<GetPolicyResponse, Refusal> {
    let pack = library.effective(id).map_err(Refusal::Library)?;
    let identity = engine::identity(&pack);
    Ok(GetPolicyResponse {
        identity: Some((&identity).into()),
        effective_json: pack.to_json().to_string(),
        bundle: library.source(id).ok().map(Into::into),
    })
}

fn lint_given(
    admission: &Admission,
    library: &Library,
    given: Given,
) -> Result<LintPolicyResponse, Refusal> {
    let source = source(library, given)?;
    Ok(admission.lint(library, &source).into())
}

fn dry_run_answer(policy: &Arc<Policy>) -> serde_json::Result<DryRunResponse> {
    let report = dry_run_of(policy);
    let json = serde_json::to_string(&report)?;
    Ok((report, json, &**policy.identity()).into())
}

/// Decides a policy's cases on an authority of their own: the way that every decision goes.
fn dry_run_of(policy: &Arc<Policy>) -> DryRunReport {
    let authority = Authority::new(Arc::clone(policy), None);
    let decide = |action: &Arc<Action>| {
        let answer = authority.decide(Arc::clone(action), Ask::default());
        answer.map(|answer| answer.decision)
    };
    dry_run(policy.pack(), policy.identity(), &decide)
}
