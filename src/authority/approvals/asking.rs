//! A decision asks for an approval, or uses one.

use std::sync::Arc;

use jiff::Timestamp;

use super::notes::NotAsked;
use super::remembered::RememberedRequests;
use super::request::{Given, Request, RequestState, names};
use super::{Approvals, Claim, notes};
use crate::action::facts::FACTS_VERSION;
use crate::approval::answer::Binding;
use crate::approval::asker::Asker;
use crate::approval::limits::REQUEST_LIFETIME;
use crate::approval::mac::Mac;
use crate::approval::standing::Standing;
use crate::authority::Ask;
use crate::authority::memory::Known;
use crate::causes::in_line;
use crate::decision::{ActionApproval, ApprovalState, Decision, Outcome, Verdict};
use crate::journal::record::approval::{ApprovalNote, ApprovalStage, RequestNote};
use crate::trust::Trust;

impl Approvals {
    /// Lets a decision that needs approval ask for one, or use one. `known` is what is known of its
    /// action. What there is to say about it is put into the decision. What is answered is what must be
    /// recorded with it.
    pub(in crate::authority) fn ask(
        self: &Arc<Self>,
        decision: &mut Decision,
        known: &Known,
        ask: Ask,
        trust: Option<&Trust>,
    ) -> Option<Claim> {
        if decision.judgement.decision != Verdict::RequireApproval {
            return None;
        }
        let (approval, claim) = match self.asked(decision, known, ask.asker, trust) {
            Ok((request, trust)) => self.claim(request, trust, ask.keep_approvals),
            Err(why) => (without_id(&why), None),
        };
        decision.approval = Some(approval);
        claim
    }

    /// The request that a decision would be, and the trust file by which it would be answered.
    ///
    /// # Errors
    /// With the reason why there can be none.
    fn asked<'t>(
        &self,
        decision: &Decision,
        known: &Known,
        asker: Option<Asker>,
        trust: Option<&'t Trust>,
    ) -> Result<(Request, &'t Trust), NotAsked> {
        let (action, judgement) = (&decision.action, &decision.judgement);
        let nobody = judgement.outcome == Outcome::NotEvaluated
            || judgement.approval_requirements.is_empty()
            || judgement
                .approval_requirements
                .iter()
                .any(|it| it.any_of.is_empty());
        if nobody {
            return Err(NotAsked::Nobody);
        }
        let session = action.caller.session_id.as_deref();
        let session = session
            .filter(|it| !it.is_empty())
            .ok_or(NotAsked::NoSession)?;
        let asker = asker.ok_or(NotAsked::NoAsker)?;
        let trust = trust.ok_or(NotAsked::NoTrust)?;
        let hashes = known.hashes(action, &self.key)?;
        let asked_at = decision.timestamp;
        let request = Request {
            binding: Binding {
                approval_id: decision.decision_id,
                journal_origin: self.journal_origin.to_string(),
                action: hashes.action,
                effective_digest: decision.policy.effective_digest,
                facts_version: FACTS_VERSION.to_owned(),
            },
            bare_action: hashes.bare,
            asker,
            session: self.key.session(session),
            names: names(asker, action.caller.actor.clone()),
            asked_at,
            expires_at: asked_at
                .saturating_add(REQUEST_LIFETIME)
                .unwrap_or(asked_at),
            requirements: judgement.approval_requirements.clone(),
            action_type: action.action_type(),
            rule_id: decision.rule_id().into(),
            severity: judgement.severity,
            summary: String::new(),
        };
        Ok((request, trust))
    }

    /// What a decision gets that would be `request`: an approval to use, the request that waits, or
    /// itself as the request. If `keep` says so, an approval is not used.
    fn claim(
        self: &Arc<Self>,
        request: Request,
        trust: &Trust,
        keep: bool,
    ) -> (ActionApproval, Option<Claim>) {
        match self.waiting(&request) {
            None => self.request(request),
            Some(waiting) => match waiting.state {
                RequestState::Approved(_) if waiting.is_withheld => self.withheld(&waiting),
                RequestState::Approved(_) => self.use_it(&waiting, request, trust, keep),
                RequestState::Denied(until) => self.denied_before(&waiting, until),
                _ => {
                    let note = uncounted(&waiting, trust, request.asked_at);
                    (with_id(&waiting, note), self.repeated(&waiting))
                }
            },
        }
    }

    /// What was denied, in whatever session, or else the last request of the same question, if it isn't
    /// over.
    fn waiting(&self, request: &Request) -> Option<Waiting> {
        waiting_in(&self.remembered_at(request.asked_at), request)
    }

    /// Uses an approval, if the answers count at this moment and nobody used it before. If `keep` says
    /// so, it only says that it could be used.
    fn use_it(
        self: &Arc<Self>,
        waiting: &Waiting,
        request: Request,
        trust: &Trust,
        keep: bool,
    ) -> (ActionApproval, Option<Claim>) {
        let now = request.asked_at;
        // Who uses it may have another name than who asked: neither may have approved.
        let mut asked = Request::clone(&waiting.request);
        asked.names.extend(request.names.iter().cloned());
        asked.requirements.clone_from(&request.requirements);
        // Looked at outside the lock: signatures take time.
        let envelopes = waiting.given.iter().map(|given| &*given.envelope);
        let standing = Standing::of(asked.asked(), envelopes, trust, now);
        if !standing.is_approved() {
            let refusal = standing.refused.first();
            let why =
                refusal.map_or_else(|| "it is not enough any more".to_owned(), |it| in_line(it));
            let note = format!("an approval doesn't count any more: {why}");
            return (with_id(waiting, Some(note)), self.repeated(waiting));
        }
        let id = waiting.request.id();
        let note = format!("approved by {}", standing.approvers());
        if keep {
            let ready = ActionApproval {
                state: ApprovalState::Ready,
                ..with_id(waiting, Some(note))
            };
            return (ready, self.repeated(waiting));
        }
        let mut remembered = self.remembered();
        let found = remembered.entry(id).map(|it| (it.state, it.is_withheld));
        match found {
            Some((RequestState::Approved(_), false)) => {}
            Some((RequestState::Approved(_), true)) => {
                drop(remembered);
                return self.withheld(waiting);
            }
            _ => {
                drop(remembered);
                return self.request(request);
            }
        }
        remembered.end(id, RequestState::Used(now), now);
        drop(remembered);
        let approval = ActionApproval {
            approval_id: Some(id),
            state: ApprovalState::Used,
            note: Some(note),
        };
        (approval, Some(self.staged(id, ApprovalStage::Used, None)))
    }

    /// Lets a decision be a request.
    fn request(self: &Arc<Self>, request: Request) -> (ActionApproval, Option<Claim>) {
        let mut remembered = self.remembered_at(request.asked_at);
        // Another call may have asked the same meanwhile, or somebody denied it.
        if let Some(waiting) = waiting_in(&remembered, &request) {
            drop(remembered);
            return match waiting.state {
                RequestState::Denied(until) => self.denied_before(&waiting, until),
                _ => (with_id(&waiting, None), self.repeated(&waiting)),
            };
        }
        let before = remembered.asked(request.question()).and_then(notes::ended);
        let other = || notes::other(remembered.approved(request.bare_action)?, &request);
        let note = before.or_else(other);
        if let Err(full) = remembered.has_room(request.asker) {
            return (without_id(&full.into()), None);
        }
        let (id, request_note) = (request.id(), noted(&request));
        let ended = remembered.add(request);
        drop(remembered);
        ended.into_iter().for_each(|id| self.changed(id));
        let approval = ActionApproval {
            approval_id: Some(id),
            state: ApprovalState::Missing,
            note,
        };
        let claim = self.staged(id, ApprovalStage::Requested, Some(request_note));
        (approval, Some(claim))
    }

    fn denied_before(
        self: &Arc<Self>,
        waiting: &Waiting,
        until: Timestamp,
    ) -> (ActionApproval, Option<Claim>) {
        let denial = waiting.given.iter().rfind(|given| given.denies);
        let by = denial.map_or("somebody", |given| given.person.as_str());
        let note = format!("denied by {by}; it can be asked for again after {until}");
        let denied = ActionApproval {
            state: ApprovalState::Denied,
            ..with_id(waiting, Some(note))
        };
        (denied, self.repeated(waiting))
    }

    fn withheld(self: &Arc<Self>, waiting: &Waiting) -> (ActionApproval, Option<Claim>) {
        let note = Some(notes::WITHHELD.to_owned());
        (with_id(waiting, note), self.repeated(waiting))
    }

    fn repeated(self: &Arc<Self>, waiting: &Waiting) -> Option<Claim> {
        let id = waiting.request.id();
        Some(self.staged(id, ApprovalStage::Repeated, None))
    }

    fn staged(
        self: &Arc<Self>,
        approval_id: uuid::Uuid,
        stage: ApprovalStage,
        request: Option<RequestNote>,
    ) -> Claim {
        let note = ApprovalNote {
            approval_id,
            request,
            stage,
        };
        Claim::new(self, note)
    }
}

/// A request that isn't over, as it was when it was looked up.
struct Waiting {
    request: Arc<Request>,
    given: Vec<Given>,
    state: RequestState,
    is_withheld: bool,
}

/// What was denied, in whatever session, or else the last request of the same question, if it isn't over.
fn waiting_in(remembered: &RememberedRequests, request: &Request) -> Option<Waiting> {
    let denied = remembered.denied(request.intent());
    let same = || {
        remembered
            .asked(request.question())
            .filter(|it| it.is_open())
    };
    let entry = denied.or_else(same)?;
    Some(Waiting {
        request: Arc::clone(&entry.request),
        given: entry.given.clone(),
        state: entry.state,
        is_withheld: entry.is_withheld,
    })
}

/// Why an answer to a request that still waits doesn't count, if one doesn't.
fn uncounted(waiting: &Waiting, trust: &Trust, now: Timestamp) -> Option<String> {
    let envelopes = waiting.given.iter().map(|given| &*given.envelope);
    let standing = Standing::of(waiting.request.asked(), envelopes, trust, now);
    let refusal = standing.refused.first()?;
    Some(format!("an answer doesn't count: {}", in_line(refusal)))
}

fn without_id(why: &NotAsked) -> ActionApproval {
    ActionApproval {
        approval_id: None,
        state: ApprovalState::Missing,
        note: Some(why.note()),
    }
}

fn with_id(waiting: &Waiting, note: Option<String>) -> ActionApproval {
    ActionApproval {
        approval_id: Some(waiting.request.id()),
        state: ApprovalState::Missing,
        note,
    }
}

/// What the record says of a request. The recorder adds what it shows of the action.
fn noted(request: &Request) -> RequestNote {
    let action: Mac = request.binding.action;
    RequestNote {
        action,
        asker: request.asker,
        bare_action: Some(request.bare_action).filter(|bare| *bare != action),
        expires_at: request.expires_at,
        requirements: Vec::new(),
        session: request.session,
        summary: String::new(),
    }
}
