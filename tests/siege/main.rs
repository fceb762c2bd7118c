//! A real service under attack from loopback, with 1 GiB of memory and 1,024 descriptors: it
//! lives, stays small, and goes on answering others rightly.
//!
//! `CAVRA_SIEGE_SECONDS` makes each attack longer (3). Another attack is a function in `attacks`
//! or `floods` that never ends by itself, and a line in the table below.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod attacks;
mod floods;
mod honest;
mod packs;
mod plans;
mod raw;
mod readers;
mod service;
mod stopping;

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use honest::Honest;
use service::{Doors, Service};

/// What a service may have had resident, in KiB.
const MAX_RESIDENT_KIB: u64 = 400 * 1024;
/// Answers that others get at least during an attack, however slow this machine is.
const MIN_ANSWERS: usize = 6;

/// Attacks the door that everybody has with `attackers` of these at once.
fn besiege<A>(attackers: usize, attack: fn(SocketAddr) -> A)
where
    A: Future<Output = ()> + Send + 'static,
{
    besiege_either(attackers, move |doors| attack(doors.public));
}

/// Besieges a service through either door.
fn besiege_either<A>(attackers: usize, attack: impl Fn(Doors) -> A + Clone + Send + 'static)
where
    A: Future<Output = ()> + Send + 'static,
{
    let attacking = tokio::runtime::Runtime::new().unwrap();
    // On threads of its own: the attackers' must not hold it up.
    let asking = tokio::runtime::Runtime::new().unwrap();
    let mut service = Service::start();
    let doors = service.doors();
    let address = doors.public;
    for _ in 0..attackers {
        let (doors, attack) = (doors.clone(), attack.clone());
        attacking.spawn(async move {
            loop {
                attack(doors.clone()).await;
                tokio::task::yield_now().await;
            }
        });
    }
    let asked = asking.block_on(Honest::ask(address, siege_time(), MIN_ANSWERS));
    let resident_kib = service.most_resident_kib();
    println!("{asked:?}, {} MiB at most", resident_kib / 1024);
    attacking.shutdown_background();
    asked.is_well();
    assert!(service.is_alive(), "{}", service.log());
    assert!(
        resident_kib < MAX_RESIDENT_KIB,
        "{resident_kib} KiB resident"
    );
    for broken in ["panicked", "internal error"] {
        assert!(!service.log().contains(broken), "{}", service.log());
    }
    assert_eq!(service.stop(), Some(0), "{}", service.log());
}

fn siege_time() -> Duration {
    let seconds = std::env::var("CAVRA_SIEGE_SECONDS").ok();
    Duration::from_secs(seconds.and_then(|it| it.parse().ok()).unwrap_or(3))
}

macro_rules! sieges {
    ($($name:ident: $attackers:literal of $attack:path;)*) => {
        $(
            #[test]
            fn $name() {
                besiege($attackers, $attack);
            }
        )*
    };
}

sieges! {
    silent_sockets: 1100 of attacks::silent_socket;
    slow_prefaces: 600 of attacks::slow_preface;
    headers_in_drops: 400 of attacks::dripped_headers;
    connections_that_only_greet: 1100 of attacks::greeting_only;
    declared_lengths: 60 of attacks::declared_lengths;
    unfinished_messages: 40 of attacks::unfinished_messages;
    unread_answers: 10 of attacks::unread_answers;
    unread_large_answers: 10 of attacks::unread_large_answers;
    calls_without_a_body: 100 of attacks::calls_without_a_body;
    rapid_resets: 4 of floods::rapid_resets;
    pings: 4 of floods::pings;
    settings: 4 of floods::settings;
    window_updates: 4 of floods::window_updates;
    priorities: 4 of floods::priorities;
    empty_data: 4 of floods::empty_data;
    continuations: 4 of floods::continuations;
    streams_of_plans: 8 of plans::stream_of_plans;
    streams_of_questions: 8 of plans::streams_of_questions;
    connections_at_work: 400 of plans::connection_at_work;
    new_connections_each_time: 200 of plans::new_each_time;
    plans_at_once: 12 of plans::single_plans;
    costly_lines: 8 of plans::costly_lines;
}

#[test]
fn costly_packs() {
    besiege_either(4, |doors| async move {
        packs::costly_packs(&doors.admin).await;
    });
}
