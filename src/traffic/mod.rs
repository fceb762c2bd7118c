//! Agents at work, made from a seed: what a day of coding agents asks of an authority.
//!
//! Pure and endless: the same [`TrafficOptions`] make the same actions in the same order on
//! every platform, in memory that depends on the number of agents only. Time is simulated, from
//! a start that the caller names. Nothing here is ever run, read or called.
//!
//! | module | holds |
//! |---|---|
//! | `options` | seed, start, agents, profile and rates |
//! | `agent`, `clock` | who acts next, and when |
//! | `session`, `turn`, `template` | what a session does, step by step |
//! | `repository`, `tables` | what there is to work on, and how often |
//! | `random` | chance, by integers only |
//! | `summary` | the mix, counted |

mod agent;
mod clock;
mod options;
mod random;
mod repository;
mod session;
mod summary;
mod tables;
mod template;
mod turn;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::FusedIterator;

use jiff::Timestamp;
use serde::Serialize;

use crate::action::Action;

pub use options::{MAX_AGENTS, PerMillion, Profile, Rates, TrafficError, TrafficOptions};
pub use summary::{Summary, TargetCount};

use agent::{Agent, World};
use repository::Repositories;

/// One action of one agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The simulated time, in whole milliseconds; never before the event that came before.
    pub at: Timestamp,
    /// What the agent asks to do.
    pub action: Action,
    /// What the generator meant by it. No policy sees this.
    pub intent: Intent,
}

/// What an action was made as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// What a working day is made of.
    Routine,
    /// Worth a second pair of eyes.
    Risky,
    /// Discloses a secret, or changes production, delivery or access.
    Dangerous,
    /// As dangerous, and dressed up.
    Evasion,
}

impl Intent {
    /// Every intent, the most harmless first.
    pub const ALL: [Self; 4] = [Self::Routine, Self::Risky, Self::Dangerous, Self::Evasion];

    /// The name in documents, such as `routine`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Risky => "risky",
            Self::Dangerous => "dangerous",
            Self::Evasion => "evasion",
        }
    }
}

/// What agents do, in the order of time. It ends only where [`Timestamp`] does, in the year 9999.
#[derive(Debug)]
pub struct Traffic {
    world: World,
    agents: Vec<Agent>,
    /// When each agent acts next, in milliseconds since 1970, the earliest first.
    due: BinaryHeap<Reverse<(i64, usize)>>,
}

impl Traffic {
    /// Puts the agents to work.
    ///
    /// # Errors
    /// If there are more than [`MAX_AGENTS`] agents, or the rates add up to more than one.
    pub fn new(options: &TrafficOptions) -> Result<Self, TrafficError> {
        let rates = options.rates;
        let unusual = rates.risky.plus(rates.dangerous);
        if unusual.and_then(|it| it.plus(rates.evasion)).is_none() {
            return Err(TrafficError::Rates);
        }
        let agents = options.agents.get();
        if agents > MAX_AGENTS {
            return Err(TrafficError::TooManyAgents { agents });
        }
        let world = World {
            repositories: Repositories::new(options.profile),
            rates,
        };
        let start_ms = options.start.as_millisecond();
        let (agents, first): (Vec<Agent>, Vec<i64>) = (0..agents)
            .map(|number| Agent::new(number, options.seed, start_ms, &world))
            .unzip();
        let due = first.into_iter().zip(0..).map(Reverse).collect();
        Ok(Self { world, agents, due })
    }
}

impl Iterator for Traffic {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let mut earliest = self.due.peek_mut()?;
        let Reverse((now, number)) = *earliest;
        let at = Timestamp::from_millisecond(now).ok()?;
        let (action, intent, next) = self.agents.get_mut(number)?.act(now, &self.world);
        *earliest = Reverse((next, number));
        Some(Event { at, action, intent })
    }
}

/// The earliest agent stays where it is once its time can't be represented any more.
impl FusedIterator for Traffic {}
