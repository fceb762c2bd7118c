//! One agent: its sessions, one after the other, and the time between its actions.

use crate::action::Action;

use super::Intent;
use super::clock::Hours;
use super::options::Rates;
use super::random::Random;
use super::repository::Repositories;
use super::session::Session;
use super::tables::people::{AGENT_NAMES, AUTOMATION, AUTOMATION_NAMES, PEOPLE, Person};
use super::tables::unusual::{EVASIONS, RISKY, dangerous};
use super::turn::{Step, Turn};

/// Of so many agents, the first works by itself, around the clock.
const AGENTS_A_UNATTENDED: u32 = 12;

/// Milliseconds from one action to the next, as quantiles.
const STEP_MS: &[u32] = &[150, 900, 1_800, 3_000, 5_000, 9_000, 18_000, 60_000];
/// Milliseconds from one action to the next where a test or a build has to end first, as quantiles.
const CHECK_MS: &[u32] = &[2_000, 6_000, 15_000, 40_000, 120_000, 400_000];
/// Milliseconds from one turn to the next, in which a person reads and answers.
const TURN_MS: &[u32] = &[3_000, 12_000, 40_000, 90_000, 240_000, 900_000];
/// Milliseconds from one session to the next.
const SESSION_MS: &[u32] = &[30_000, 180_000, 600_000, 1_800_000, 7_200_000];
/// Milliseconds until the first agents begin.
const FIRST_MS: &[u32] = &[0, 60_000, 600_000, 3_600_000];
const FIRST_UNATTENDED_MS: &[u32] = &[0, 20_000];

/// The settings that all agents share.
#[derive(Debug)]
pub(super) struct World {
    pub(super) repositories: Repositories,
    pub(super) rates: Rates,
}

/// An agent at work.
#[derive(Debug)]
pub(super) struct Agent {
    id: String,
    person: &'static Person,
    hours: Hours,
    random: Random,
    session: Session,
    turn: Turn,
    steps_left: u32,
}

impl Agent {
    /// The agent with this number, and when it acts first, in milliseconds since 1970.
    pub(super) fn new(number: u32, seed: u64, start_ms: i64, world: &World) -> (Self, i64) {
        let mut random = Random::new(seed, u64::from(number));
        let unattended = number.is_multiple_of(AGENTS_A_UNATTENDED);
        let (person, name, hours, first) = if unattended {
            let name = AUTOMATION_NAMES.pick(&mut random);
            (&AUTOMATION, name, Hours::Always, FIRST_UNATTENDED_MS)
        } else {
            let name = AGENT_NAMES.pick(&mut random);
            let hours = Hours::office(&mut random);
            (PEOPLE.pick(&mut random), name, hours, FIRST_MS)
        };
        let first = start_ms.saturating_add(i64::from(random.between(first)));
        let first = hours.next_opening(first, &mut random);
        let session = Session::new(person, &world.repositories, &mut random);
        let mut agent = Self {
            id: format!("{name}-{number:03}"),
            person,
            hours,
            random,
            session,
            turn: Turn::End,
            steps_left: 0,
        };
        agent.begin_turn();
        (agent, first)
    }

    /// What the agent does at `now`, and when it acts next.
    pub(super) fn act(&mut self, now: i64, world: &World) -> (Action, Intent, i64) {
        let intent = self.intent(&world.rates);
        let template = match intent {
            Intent::Routine => None,
            Intent::Risky => Some(RISKY.pick(&mut self.random)),
            Intent::Dangerous => {
                let stack = self.session.stack(&world.repositories);
                Some(dangerous(stack).pick(&mut self.random))
            }
            Intent::Evasion => Some(EVASIONS.pick(&mut self.random)),
        };
        let step = *self.turn.steps().pick(&mut self.random);
        let (id, places, random) = (&self.id, &world.repositories, &mut self.random);
        let action = match template {
            Some(template) => self.session.unusual(template, id, places, random),
            None => self.session.step(step, id, places, random),
        };
        let next = self.proceed(step, now, world);
        (action, intent, next)
    }

    fn intent(&mut self, rates: &Rates) -> Intent {
        let mut drawn = self.random.millionth();
        for (rate, intent) in [
            (rates.evasion, Intent::Evasion),
            (rates.dangerous, Intent::Dangerous),
            (rates.risky, Intent::Risky),
        ] {
            match drawn.checked_sub(rate.millionths()) {
                Some(left) => drawn = left,
                None => return intent,
            }
        }
        Intent::Routine
    }

    /// Goes on to the next step, turn or session; returns when.
    fn proceed(&mut self, step: Step, now: i64, world: &World) -> i64 {
        self.steps_left = self.steps_left.saturating_sub(1);
        let pause = if self.steps_left > 0 {
            match step {
                Step::Check => CHECK_MS,
                _ => STEP_MS,
            }
        } else {
            self.begin_turn();
            match self.turn {
                Turn::End => SESSION_MS,
                _ => TURN_MS,
            }
        };
        let next = now.saturating_add(i64::from(self.random.between(pause)));
        if self.turn != Turn::End && self.hours.are_open(next) {
            return next;
        }
        self.session = Session::new(self.person, &world.repositories, &mut self.random);
        self.turn = Turn::End;
        self.begin_turn();
        self.hours.next_opening(next, &mut self.random)
    }

    fn begin_turn(&mut self) {
        self.turn = *self.turn.next().pick(&mut self.random);
        self.steps_left = self.random.between(self.turn.lengths());
    }
}
