//! Whatever happened before: what waits for a ratification is the last change of the policy in force,
//! if that was a break-glass and nobody has ratified exactly it.

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use crate::authority::gate::History;
use crate::authority::gate::history::InForce;
use crate::authority::gate::store::this_engine;
use crate::canonical::Digest;
use crate::decision::PolicyState;
use crate::journal::record::lifecycle::{
    Activation, BrokeGlass, BundleRef, By, EngineChanged, LifecycleEvent, LifecycleKind, Proposed,
    Ratified, ReplacedRef, RollbackCover, RolledBack, Seeded, TrustChanged, TrustRef,
};
use crate::journal::record::refusal::Author;
use crate::journal::record::{LifecycleRecord, SchemaVersion};

#[derive(Debug, Clone, Copy)]
enum Step {
    Return,
    Break,
    /// Of the activation that many records before the one in force.
    Ratify(u64),
    Engine {
        fails: bool,
    },
    Other,
}

/// What the records should say.
#[derive(Debug, Clone, Copy, Default)]
struct Model {
    in_force: u64,
    /// The bundle in force.
    bundle: u64,
    /// The bundle before it.
    before: u64,
    waits: bool,
    fails: bool,
}

/// The most steps of one history.
const STEPS: u64 = 24;
/// The position of the first step. Before it, a bundle is proposed for each step.
const FIRST_STEP: u64 = 100;

fn digest(number: u64) -> Digest {
    Digest::of(&number.to_be_bytes())
}

fn active(number: u64) -> Activation {
    Activation {
        bundle: BundleRef {
            bundle_digest: digest(number),
            cases_digest: digest(number),
            effective_digest: digest(number),
            policy_digest: digest(number),
        },
        engine: this_engine(),
    }
}

fn trust() -> TrustRef {
    TrustRef {
        digest: digest(0),
        version: 1,
    }
}

impl Model {
    fn take(&mut self, step: Step, position: u64) -> LifecycleEvent {
        let replaced = ReplacedRef {
            activation_index: self.in_force,
            effective_digest: digest(self.bundle),
        };
        match step {
            Step::Return => {
                *self = Self {
                    in_force: position,
                    bundle: self.before,
                    before: self.bundle,
                    ..Self::default()
                };
                LifecycleEvent::RolledBack(RolledBack {
                    active: active(self.bundle),
                    cover: RollbackCover::BreakGlass {
                        activation_index: replaced.activation_index,
                    },
                    replaced,
                })
            }
            Step::Break => {
                *self = Self {
                    in_force: position,
                    bundle: position,
                    before: self.bundle,
                    waits: true,
                    fails: false,
                };
                LifecycleEvent::BrokeGlass(BrokeGlass {
                    active: active(position),
                    expires_at: Timestamp::MAX,
                    incident: "INC".to_owned(),
                    replaced,
                    statement_digest: digest(position),
                    trust: trust(),
                })
            }
            Step::Ratify(before) => {
                self.waits &= before != 0;
                LifecycleEvent::Ratified(Ratified {
                    activation_index: self.in_force.wrapping_sub(before),
                    approvals: Vec::new(),
                    request_digest: digest(position),
                    trust: trust(),
                })
            }
            Step::Engine { fails } => {
                self.fails = fails;
                LifecycleEvent::EngineChanged(EngineChanged {
                    active: active(self.bundle),
                    failed: fails.then(|| "a case".to_owned()).into_iter().collect(),
                    from: this_engine(),
                })
            }
            Step::Other => LifecycleEvent::TrustChanged(TrustChanged { trust: trust() }),
        }
    }

    fn state(self) -> Option<PolicyState> {
        match (self.waits, self.fails) {
            (true, _) => Some(PolicyState::BreakGlass),
            (false, true) => Some(PolicyState::NotReproved),
            (false, false) => None,
        }
    }
}

fn record(event: LifecycleEvent, previous: Option<u64>) -> LifecycleRecord {
    LifecycleRecord {
        by: By::from(Author::Start),
        document: None,
        event,
        event_id: Uuid::now_v7(),
        kind: LifecycleKind::Lifecycle,
        policy: None,
        previous,
        reason: None,
        schema_version: SchemaVersion::V1,
        timestamp: Timestamp::UNIX_EPOCH,
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        Just(Step::Return),
        Just(Step::Break),
        (0..3_u64).prop_map(Step::Ratify),
        any::<bool>().prop_map(|fails| Step::Engine { fails }),
        Just(Step::Other),
    ];
    prop::collection::vec(step, 0..STEPS as usize)
}

proptest! {
    #[test]
    fn what_waits_is_the_last_change_if_it_broke_the_glass(steps in steps()) {
        let seed = LifecycleEvent::Seeded(Seeded {
            active: active(0),
            adopted: false,
            from_record: None,
        });
        let mut history = History::of([(0, record(seed, None))]).unwrap();
        for number in 0..STEPS {
            let proposed = LifecycleEvent::Proposed(Proposed {
                bundle: active(FIRST_STEP + number).bundle,
                bytes: 1,
            });
            let previous = history.last_index();
            history.add(number + 1, record(proposed, previous)).unwrap();
        }
        let mut model = Model::default();
        for (step, position) in steps.into_iter().zip(FIRST_STEP..) {
            let mut next = model;
            let event = next.take(step, position);
            // What may not follow is no record: its refusal is the law of another test.
            if history.may_be_followed_by(position, &event).is_err() {
                continue;
            }
            model = next;
            let previous = history.last_index();
            history.add(position, record(event, previous)).unwrap();
            let in_force = history.in_force().unwrap();
            prop_assert_eq!(in_force.index, model.in_force);
            let waits = in_force.unratified().map(|it| it.index);
            prop_assert_eq!(waits, model.waits.then_some(model.in_force));
            prop_assert_eq!(in_force.state(), model.state());
            prop_assert_eq!(in_force.refused_until_ratified().is_some(), model.waits);
            let used = history.used_statement(digest(position));
            prop_assert_eq!(used.is_some(), matches!(step, Step::Break));
        }
        let replaced = history.in_force().and_then(|it: &InForce| history.replaced_by_break_glass(it));
        prop_assert!(replaced.is_some() || !model.waits);
    }
}
