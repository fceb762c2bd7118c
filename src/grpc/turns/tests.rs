//! The threads and what is waited for.

use std::sync::mpsc;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::sync::watch;

use super::{Cancelled, Origin, Size, Turns};
use crate::grpc::lifetime::Closing;
use crate::grpc::limits::{MAX_WAITING, MAX_WAITING_OF_CONNECTION};
use crate::grpc::peer::{Peer, PeerKey};
use crate::grpc::status::Refusal;

/// Long enough for a thread that is late on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn peer(user: u32, connection: u64) -> Peer {
    peer_by(PeerKey::User(user), connection)
}

fn peer_by(key: PeerKey, connection: u64) -> Peer {
    Peer {
        key,
        process: None,
        connection,
    }
}

fn call(user: u32, connection: u64) -> Origin {
    Origin::of_call(peer(user, connection))
}

struct Held {
    turns: Turns,
    close: watch::Sender<bool>,
    release: mpsc::Sender<()>,
}

/// Turns whose only common thread is held by a call of user 0.
async fn held() -> Held {
    let (close, closing) = watch::channel(false);
    let turns = Turns::with_reserved("test", 1, Closing::of(closing)).unwrap();
    let (release, released) = mpsc::channel::<()>();
    let (began, beginning) = tokio::sync::oneshot::channel();
    let of = turns.clone();
    tokio::spawn(async move {
        let hold = move |_: &Cancelled| {
            began.send(()).unwrap();
            released.recv_timeout(PATIENCE).ok();
        };
        of.run(call(0, 0), Size::Unknown, hold).await
    });
    beginning.await.unwrap();
    Held {
        turns,
        close,
        release,
    }
}

#[tokio::test]
async fn small_work_of_a_newcomer_goes_past_what_is_held() {
    let held = held().await;
    let of_busy = held.turns.run(call(0, 1), Size::Decision(1), |_| 1);
    let mut of_busy = Box::pin(of_busy);
    assert!(of_busy.as_mut().now_or_never().is_none());
    let of_newcomer = held.turns.run(call(1, 0), Size::Decision(1), |_| 2).await;
    assert!(matches!(of_newcomer, Ok(2)), "{of_newcomer:?}");
    held.release.send(()).unwrap();
    assert!(matches!(of_busy.await, Ok(1)));
}

#[tokio::test]
async fn work_that_nobody_waits_for_is_not_done() {
    let held = held().await;
    let (done, looked) = mpsc::channel();
    let waiting = held
        .turns
        .run(call(0, 0), Size::Unknown, move |_| done.send(()));
    assert!(waiting.boxed().now_or_never().is_none());
    held.release.send(()).unwrap();
    let after = held.turns.run(call(0, 0), Size::Unknown, |_| ()).await;
    assert!(after.is_ok(), "{after:?}");
    // Its work, which holds the sender, is dropped.
    assert_eq!(looked.recv(), Err(mpsc::RecvError));
}

#[tokio::test]
async fn work_under_way_is_told_that_nobody_waits() {
    let held = held().await;
    let (told, telling) = mpsc::channel();
    let (began, beginning) = tokio::sync::oneshot::channel();
    let wait = move |cancelled: &Cancelled| {
        began.send(()).unwrap();
        while !cancelled.is_cancelled() {
            std::thread::yield_now();
        }
        told.send(())
    };
    // By the reserved turn.
    let work = held.turns.run(call(1, 0), Size::Decision(1), wait);
    tokio::select! {
        _ = work => panic!("it waits for the word"),
        began = beginning => began.unwrap(),
    }
    assert_eq!(telling.recv_timeout(PATIENCE), Ok(()));
}

#[tokio::test]
async fn who_takes_all_places_leaves_one_to_others() {
    let held = held().await;
    let mut waiting = Vec::new();
    let mut refused = 0;
    for number in 0..MAX_WAITING as u64 {
        let connection = number / (MAX_WAITING_OF_CONNECTION as u64 / 2);
        let loopback = PeerKey::Address([127, 0, 0, 1].into());
        let peer = peer_by(loopback, connection);
        let work = held.turns.run(Origin::of_call(peer), Size::Unknown, |_| ());
        let mut work = Box::pin(work);
        match work.as_mut().now_or_never() {
            None => waiting.push(work),
            Some(refusal) => {
                assert!(matches!(refusal, Err(Refusal::Busy)), "{refusal:?}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
    let of_other = held.turns.run(call(1, 0), Size::Decision(1), |_| 2).await;
    assert!(matches!(of_other, Ok(2)), "{of_other:?}");
    drop(waiting);
    held.release.send(()).unwrap();
    assert!(
        held.turns
            .run(call(0, 0), Size::Unknown, |_| ())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn what_waits_when_the_service_ends_is_refused() {
    let held = held().await;
    let waiting = held.turns.run(call(0, 0), Size::Unknown, |_| ());
    let mut waiting = Box::pin(waiting);
    assert!(waiting.as_mut().now_or_never().is_none());
    held.close.send(true).unwrap();
    assert!(matches!(waiting.await, Err(Refusal::ShuttingDown)));
}

#[tokio::test]
async fn work_that_fails_by_our_error_takes_no_thread_along() {
    let held = held().await;
    for user in 1..4 {
        let failed = held
            .turns
            .run(call(user, 0), Size::Decision(1), |_| panic!("ours"))
            .await;
        assert!(matches!(failed, Err::<(), _>(Refusal::Internal)));
    }
}
