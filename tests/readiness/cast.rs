//! The people and services whose signatures make a packet live, and what they sign.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use cavra::action::facts::FACTS_VERSION;
use cavra::action::{Action, establish};
use cavra::canonical::Digest;
use cavra::change::approval::{self, Answer, Approval, ApprovalStatement};
use cavra::change::request::{
    self, CandidateDigests, ChangeKind, ChangeRequest, EngineIdentity, EvidenceDigest, Replaced,
};
use cavra::change::signed::SignedDocument;
use cavra::engine::{Policy, effective_digest, engine_digest};
use cavra::journal::merkle_log::Checkpoint;
use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::policy::bundle::{Bundle, cases_digest};
use cavra::policy::cases::required_cases;
use cavra::policy::promotion::{Criteria, Thresholds};
use cavra::readiness::packet::{Bundles, Evidence, EvidenceMode, Packet};
use cavra::shadow::compare::observation::{Observation, Position};
use cavra::shadow::compare::rule_counts::rules_of;
use cavra::shadow::compare::sampling::PartsPerMillion;
use cavra::shadow::compare::tally::Tally;
use cavra::shadow::pair::Pair;
use cavra::shadow::report::criteria::DryRunSummary;
use cavra::shadow::report::{self, Compared, Intake, Report, ReportInput, Source, SourceKind};
use cavra::trust::Trust;
use cavra::trust::document::{self, Person, PersonRole, Service, ServiceRole, TrustFile};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Bench, evidence};

pub(crate) const ORIGIN: &str = "example.org/production";
const MINUTES: i64 = 24 * 60 + 5;

/// Everybody, with their keys.
pub(crate) struct Cast {
    pub(crate) ada: SigningKey,
    pub(crate) bo: SigningKey,
    pub(crate) cy: SigningKey,
    pub(crate) dee: SigningKey,
    pub(crate) eve: SigningKey,
    pub(crate) observer: SigningKey,
    pub(crate) gate: SigningKey,
    /// Signs the checkpoints of the journal.
    pub(crate) log: SigningKey,
    pub(crate) trust: Trust,
}

fn key(name: &str) -> SigningKey {
    SigningKey::generate(format!("example.org/{name}").parse().unwrap()).unwrap()
}

fn person(id: &str, groups: &[&str], key: &SigningKey, role: PersonRole) -> Person {
    Person {
        id: id.to_owned(),
        aliases: vec![format!("{id}@example.org")],
        groups: groups.iter().map(ToString::to_string).collect(),
        keys: vec![key.verifying_key().clone()],
        roles: vec![role, PersonRole::Trust],
    }
}

fn service(id: &str, key: &SigningKey, role: ServiceRole) -> Service {
    Service {
        id: id.to_owned(),
        keys: vec![key.verifying_key().clone()],
        roles: vec![role],
    }
}

/// Ada asks, Bo and Cy approve, Dee explains, Eve approves for a group that isn't asked.
pub(crate) fn cast() -> &'static Cast {
    static CAST: OnceLock<Cast> = OnceLock::new();
    CAST.get_or_init(|| {
        let [ada, bo, cy, dee, eve, observer, gate] =
            ["ada", "bo", "cy", "dee", "eve", "observer", "gate"].map(key);
        let log = SigningKey::generate(ORIGIN.parse().unwrap()).unwrap();
        let groups = ["Platform Security", "Repository Owners"];
        let trust = Trust::of(TrustFile {
            schema_version: document::SCHEMA_VERSION.to_owned(),
            version: 1,
            expires: Timestamp::now() + SignedDuration::from_hours(24 * 365),
            min_signers: 1,
            people: vec![
                person("ada", &groups, &ada, PersonRole::Approve),
                person("bo", &groups, &bo, PersonRole::Approve),
                person("cy", &groups, &cy, PersonRole::Approve),
                person("dee", &groups, &dee, PersonRole::Explain),
                person("eve", &["Marketing"], &eve, PersonRole::Approve),
            ],
            services: vec![
                service("observer", &observer, ServiceRole::ShadowReport),
                service("gate", &gate, ServiceRole::Gate),
                service("production", &log, ServiceRole::Checkpoint),
            ],
        });
        Cast {
            trust: trust.unwrap(),
            ada,
            bo,
            cy,
            dee,
            eve,
            observer,
            gate,
            log,
        }
    })
}

/// The signed documents of a change, before they are signed. A test alters one of them.
#[derive(Clone)]
pub(crate) struct Papers {
    pub(crate) bundles: Bundles,
    pub(crate) request: ChangeRequest,
    pub(crate) report: Report,
    /// Who answers, what, and with whose key.
    pub(crate) answers: Vec<(&'static str, Answer, &'static SigningKey)>,
    /// When the answers are given, after the request, and how long they are good.
    pub(crate) answered_after: SignedDuration,
    pub(crate) answers_last: SignedDuration,
    pub(crate) requester: &'static SigningKey,
    pub(crate) reporter: &'static SigningKey,
    pub(crate) more: Vec<Envelope>,
}

pub(crate) fn previous_bundle(bench: &Bench) -> Bundle {
    let source = bench.previous_source();
    Bundle::of(source, &mut |id| bench.library.source(id)).unwrap()
}

fn policy(bundle: &Bundle) -> Arc<Policy> {
    Arc::new(Policy::compile(bundle.effective().unwrap()).unwrap())
}

/// The six required cases and `more`, one a minute for a day.
fn observed(pair: &Pair, more: &[&str]) -> Tally {
    let mut tally = Tally::new(3);
    let required = required_cases().into_iter().map(|case| case.action);
    let more = more
        .iter()
        .map(|line| Action::from_json(line.as_bytes()).unwrap());
    let judged: Vec<_> = required
        .chain(more)
        .map(|action| {
            let facts = establish(&action).unwrap();
            let judgements = pair.judge(&action, &facts);
            (action, facts, judgements)
        })
        .collect();
    let start: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
    for minute in 0..MINUTES {
        let at = start + SignedDuration::from_mins(minute);
        let (action, facts, (active, candidate)) = &judged[minute as usize % judged.len()];
        tally.record(&Observation {
            position: Position {
                number: minute as u64,
                decision_id: None,
            },
            at: Some(at),
            agent_id: None,
            action,
            facts,
            active,
            candidate,
        });
    }
    tally
}

/// A report of a journal of this authority, in which there were `more` actions.
pub(crate) fn report_of(bundles: &Bundles, more: &[&str]) -> Report {
    let pair = Pair {
        active: policy(bundles.replaced.as_ref().unwrap()),
        candidate: policy(&bundles.candidate),
    };
    let tally = observed(&pair, more);
    let compared = tally.compared();
    let rules = [&pair.active, &pair.candidate].map(|it| rules_of(it.pack()));
    let report = Report::of(ReportInput {
        tally: &tally,
        intake: Intake {
            seen: compared,
            rate: PartsPerMillion::ALL,
            sampled: compared,
            dropped: 0,
            pending: 0,
            not_replayable: 0,
        },
        source: Source {
            kind: SourceKind::Journal,
            name: Some(ORIGIN.to_owned()),
            run: None,
            first_position: Some(1),
            last_position: Some(compared),
            checkpoint: Some(checkpoint(&cast().log, compared + 1)),
        },
        simulated_clock: false,
        generated_at: None,
        active: Compared {
            identity: pair.active.identity(),
            rules: &rules[0],
        },
        candidate: Compared {
            identity: pair.candidate.identity(),
            rules: &rules[1],
        },
        dry_run: Some(DryRunSummary {
            effective_digest: pair.candidate.identity().effective_digest,
            case_count: 6,
            failed_count: 0,
        }),
        thresholds: Thresholds::STANDARD,
        explained: &BTreeSet::new(),
    });
    report.unwrap()
}

impl Papers {
    /// All that a change from the previous pack to that of `bench` needs.
    pub(crate) fn of(bench: &Bench) -> Self {
        let candidate = Bundle::of(bench.source.clone(), &mut |id| bench.library.source(id));
        let bundles = Bundles {
            candidate: candidate.unwrap(),
            replaced: Some(previous_bundle(bench)),
        };
        let report = report_of(&bundles, &[]);
        let replaced = bundles.replaced.as_ref().unwrap().effective().unwrap();
        let candidate = bundles.candidate.effective().unwrap();
        let request = ChangeRequest {
            schema_version: request::SCHEMA_VERSION.to_owned(),
            request_id: Uuid::now_v7(),
            kind: ChangeKind::Promotion,
            candidate: CandidateDigests {
                bundle_digest: bundles.candidate.digest().unwrap(),
                policy_digest: candidate.policy_digest,
                effective_digest: effective_digest(&candidate),
                cases_digest: cases_digest(&bench.source).unwrap(),
            },
            replaces: Replaced {
                journal_origin: ORIGIN.to_owned(),
                log_key_id: format!("{:08x}", cast().log.verifying_key().id()),
                effective_digest: effective_digest(&replaced),
                activation_index: 0,
            },
            engine: EngineIdentity {
                cavra_version: "0.1.0".to_owned(),
                base_rules_digest: engine_digest(),
                facts_version: FACTS_VERSION.to_owned(),
            },
            criteria: Criteria {
                approvals_required: 2,
                ..Criteria::STANDARD
            },
            evidence: Vec::new(),
            removed_cases: Vec::new(),
            requested_by: "ada".to_owned(),
            reason: "reviewed by the platform team".to_owned(),
            expires_at: Timestamp::now() + SignedDuration::from_hours(24 * 30),
            rollback_until: None,
        };
        let cast = cast();
        let mut papers = Self {
            bundles,
            request,
            report,
            answers: vec![
                ("bo", Answer::Approve, &cast.bo),
                ("cy", Answer::Approve, &cast.cy),
            ],
            answered_after: SignedDuration::from_hours(1),
            answers_last: SignedDuration::from_hours(24),
            requester: &cast.ada,
            reporter: &cast.observer,
            more: Vec::new(),
        };
        papers.name_the_report();
        papers
    }

    /// Names the report, as it is now, in the request.
    pub(crate) fn name_the_report(&mut self) {
        self.request.evidence = vec![EvidenceDigest {
            name: "shadow_report".to_owned(),
            digest: Digest::of(&self.report.to_canonical_bytes().unwrap()),
        }];
    }

    /// Everything, signed.
    pub(crate) fn signed(&self) -> Vec<Envelope> {
        let request = self.request.to_signed_bytes().unwrap();
        let digest = Digest::of(&request);
        let report = self.report.to_canonical_bytes().unwrap();
        let (seconds, _) = self.request.request_id.get_timestamp().unwrap().to_unix();
        let asked = Timestamp::from_second(i64::try_from(seconds).unwrap()).unwrap();
        let mut signed = vec![
            Envelope::sign(request::MEDIA_TYPE, &request, self.requester).unwrap(),
            Envelope::sign(report::MEDIA_TYPE, &report, self.reporter).unwrap(),
        ];
        for (number, (approver, decision, key)) in (0..).zip(&self.answers) {
            let decided_at = asked + self.answered_after * (number + 1);
            let answer = ApprovalStatement::of(Approval {
                request_digest: digest,
                from_effective_digest: self.request.replaces.effective_digest,
                to_effective_digest: self.request.candidate.effective_digest,
                decision: *decision,
                reason: "looked at it".to_owned(),
                approver: (*approver).to_owned(),
                decided_at,
                expires_at: decided_at + self.answers_last,
            });
            let bytes = answer.to_signed_bytes().unwrap();
            signed.push(Envelope::sign(approval::MEDIA_TYPE, &bytes, key).unwrap());
        }
        signed.extend(self.more.iter().cloned());
        signed
    }

    /// The packet over an export of `bench`.
    pub(crate) fn packet(&self, bench: &Bench, mode: EvidenceMode) -> Value {
        self.packet_with(bench, mode, self.signed())
    }

    /// The packet with these documents instead.
    pub(crate) fn packet_with(
        &self,
        bench: &Bench,
        mode: EvidenceMode,
        attestations: Vec<Envelope>,
    ) -> Value {
        let previous = bench.previous();
        let evidence = Evidence {
            mode,
            operating: evidence(mode),
            bundles: self.bundles.clone(),
            attestations,
        };
        let packet = Packet::assemble(&bench.export(Some(&previous)), evidence).unwrap();
        serde_json::from_str(&packet.text().unwrap()).unwrap()
    }
}

/// A checkpoint over `size` records.
pub(crate) fn checkpoint(key: &SigningKey, size: u64) -> String {
    let origin = key.verifying_key().name().clone();
    let root = Digest::of(b"root");
    let signed = Checkpoint::new(origin, size, root, Timestamp::now()).sign(key);
    signed.unwrap().as_str().to_owned()
}
