//! A connection whose last call wasn't answered runs as one task, a few steps at a time, so that
//! hundreds of calls that it begins together don't come before the next call of another connection.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use hyper::rt::Executor;

use super::connection::Connection;
use crate::grpc::limits::STEPS_OF_A_TURN;

/// Where hyper runs the calls of one connection: as tasks of the runtime, if its last call was answered,
/// otherwise in the connection's own task.
#[derive(Clone)]
pub(super) struct CallExecutor {
    connection: Arc<Connection>,
    turn: Arc<Turn>,
}

/// What a connection's task and the calls that run in it share.
#[derive(Default)]
struct Turn {
    /// Calls that have come since the last turn.
    new: Mutex<Vec<BoxFuture<'static, ()>>>,
    /// Steps that calls may still take in this turn.
    steps: AtomicUsize,
}

impl Turn {
    fn new_calls(&self) -> MutexGuard<'_, Vec<BoxFuture<'static, ()>>> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_step(&self) -> bool {
        let left = self.steps.load(Ordering::Relaxed);
        self.steps.store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0
    }
}

impl CallExecutor {
    pub(super) fn new(connection: &Arc<Connection>) -> Self {
        Self {
            connection: Arc::clone(connection),
            turn: Arc::default(),
        }
    }

    /// A connection with the calls that run in its task.
    pub(super) fn serve<C>(&self, frames: C) -> Served<C> {
        Served {
            frames,
            turn: Arc::clone(&self.turn),
            calls: FuturesUnordered::new(),
        }
    }
}

impl<F> Executor<F> for CallExecutor
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, call: F) {
        match self.connection.was_answered() {
            true => drop(tokio::spawn(call)),
            false => self.turn.new_calls().push(Box::pin(call)),
        }
    }
}

/// A connection with the calls that run in its task. It ends when the connection does: the calls that
/// are left are dropped, which ends them.
pub(super) struct Served<C> {
    /// What reads and writes the connection's frames.
    pub(super) frames: C,
    turn: Arc<Turn>,
    calls: FuturesUnordered<Stepping>,
}

impl<C: Future + Unpin> Future for Served<C> {
    type Output = C::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<C::Output> {
        let this = &mut *self;
        this.turn.steps.store(STEPS_OF_A_TURN, Ordering::Relaxed);
        let ended = Pin::new(&mut this.frames).poll(context);
        if ended.is_ready() {
            return ended;
        }
        for call in this.turn.new_calls().drain(..) {
            let turn = Arc::clone(&this.turn);
            this.calls.push(Stepping { call, turn });
        }
        while let Poll::Ready(Some(())) = this.calls.poll_next_unpin(context) {}
        Poll::Pending
    }
}

/// A call that goes on only in steps of its connection's turn.
struct Stepping {
    call: BoxFuture<'static, ()>,
    turn: Arc<Turn>,
}

impl Future for Stepping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.turn.take_step() {
            // It goes on in the next turn, after the turns of other connections.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.call.as_mut().poll(context)
    }
}
