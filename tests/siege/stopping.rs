//! SIGTERM in the middle of an attack.

use std::time::Duration;

use h2::client::Builder;
use tokio::runtime::Runtime;

use crate::service::Service;
use crate::{attacks, plans, raw};

/// Stops a service; how it exits. One that goes on until [`Service::stop`] loses patience fails.
fn stop(service: &mut Service) -> Option<i32> {
    let code = service.stop();
    let log = service.log();
    assert!(!log.contains("panicked"), "{log}");
    code
}

#[test]
fn a_call_without_a_body_is_no_failure() {
    let runtime = Runtime::new().unwrap();
    let mut service = Service::start();
    let address = service.address();
    let held = runtime.block_on(async {
        let mut sender = raw::http2(address, &Builder::new()).await.unwrap();
        let call = raw::call(address, raw::DECIDE);
        let call = sender.send_request(call, false).unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        (sender, call)
    });
    assert_eq!(stop(&mut service), Some(0), "{}", service.log());
    drop(held);
}

#[test]
fn silent_sockets_and_unread_answers_are_no_failure() {
    let runtime = Runtime::new().unwrap();
    let mut service = Service::start();
    let address = service.address();
    for _ in 0..50 {
        runtime.spawn(attacks::silent_socket(address));
        runtime.spawn(attacks::greeting_only(address));
    }
    runtime.spawn(attacks::unread_answers(address));
    runtime.block_on(async { tokio::time::sleep(Duration::from_secs(1)).await });
    assert_eq!(stop(&mut service), Some(0), "{}", service.log());
    runtime.shutdown_background();
}

#[test]
fn work_in_flight_does_not_hold_up_the_end() {
    let runtime = Runtime::new().unwrap();
    let mut service = Service::start();
    let address = service.address();
    for _ in 0..8 {
        runtime.spawn(plans::stream_of_plans(address));
        runtime.spawn(plans::costly_lines(address));
    }
    runtime.block_on(async { tokio::time::sleep(Duration::from_secs(2)).await });
    let code = stop(&mut service);
    assert!(matches!(code, Some(0 | 1)), "{code:?}: {}", service.log());
    runtime.shutdown_background();
}
