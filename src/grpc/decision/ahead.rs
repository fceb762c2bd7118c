//! Answers of a stream in the order of its requests, several of them under way at a time.

use std::future::Future;
use std::task::Poll;

use futures::stream::{self, FuturesOrdered};
use futures::{Stream, StreamExt as _};

use crate::grpc::limits::MAX_STREAM_AHEAD;
use crate::grpc::shares::Shares;
use crate::grpc::turns::Origin;

/// As [`StreamExt::buffered`]: up to [`MAX_STREAM_AHEAD`] futures are under way, in `shares` that
/// all streams have in common. The first needs none, so every stream goes on, and one without a
/// share waits for its own answers only.
pub(super) fn in_shares<S>(
    futures: S,
    shares: Shares,
    origin: Origin,
) -> impl Stream<Item = <S::Item as Future>::Output>
where
    S: Stream<Item: Future>,
{
    let mut futures = Box::pin(futures.fuse());
    let mut under_way = FuturesOrdered::new();
    stream::poll_fn(move |context| {
        while under_way.len() < MAX_STREAM_AHEAD {
            let share = match under_way.is_empty() {
                true => None,
                false => match shares.take(origin) {
                    Some(share) => Some(share),
                    None => break,
                },
            };
            match futures.as_mut().poll_next(context) {
                Poll::Ready(Some(future)) => under_way.push_back(async move {
                    let output = future.await;
                    drop(share);
                    output
                }),
                Poll::Ready(None) | Poll::Pending => break,
            }
        }
        match under_way.poll_next_unpin(context) {
            Poll::Ready(None) if !futures.is_done() => Poll::Pending,
            other => other,
        }
    })
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt as _, StreamExt as _, stream};
    use tokio::sync::watch;

    use super::in_shares;
    use crate::grpc::peer::{Peer, PeerKey};
    use crate::grpc::shares::Shares;
    use crate::grpc::turns::Origin;

    fn call(connection: u64) -> Origin {
        Origin::of_call(Peer {
            key: PeerKey::User(0),
            process: None,
            connection,
        })
    }

    #[tokio::test]
    async fn answers_keep_their_order_and_all_come_without_a_share() {
        for count in [0, 1, 2, 7, 64] {
            let futures = stream::iter(0..100).map(|index| async move {
                if index % 3 == 0 {
                    tokio::task::yield_now().await;
                }
                index
            });
            let answers = in_shares(futures, Shares::of(count), call(0));
            assert_eq!(
                answers.collect::<Vec<_>>().await,
                (0..100).collect::<Vec<_>>()
            );
        }
    }

    #[tokio::test]
    async fn what_is_under_way_is_bounded_and_given_back() {
        let (begun, begins) = watch::channel(0);
        let (release, released) = watch::channel(false);
        let shares = Shares::of(8);
        let futures = stream::iter(0..100).map(move |_| {
            begun.send_modify(|count| *count += 1);
            let mut released = released.clone();
            async move { released.wait_for(|released| *released).await.map(|_| ()) }
        });
        let mut answers = Box::pin(in_shares(futures, shares.clone(), call(0)));
        assert!(answers.next().now_or_never().is_none());
        // Its first without a share, and as many as it leaves free.
        assert_eq!(*begins.borrow(), 1 + 4);
        release.send(true).unwrap();
        assert_eq!(answers.count().await, 100);
        assert_eq!(
            std::iter::from_fn(|| shares.take(call(0)))
                .map(std::mem::forget)
                .count(),
            4
        );
    }
}
