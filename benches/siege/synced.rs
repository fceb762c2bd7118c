//! An echo that answers once its bytes are on the disk, as the service's journal is: what a disk
//! costs without what we do.

use std::convert::Infallible;
use std::fs::File;
use std::io::Write as _;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::thread;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::oneshot;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::server::NamedService;

use crate::echo::Echo;

/// What is written for each answer: about a decision's record.
const RECORD: [u8; 1024] = [b'x'; 1024];

/// An echo, and the file that it waits for.
#[derive(Clone)]
pub struct Synced {
    echo: Echo,
    waiting: mpsc::Sender<oneshot::Sender<()>>,
}

impl Synced {
    /// Writes to `file` on a thread of its own. Those who wait at the same time share one
    /// `fdatasync(2)`.
    pub fn new(echo: Echo, mut file: File) -> Self {
        let (waiting, queue) = mpsc::channel::<oneshot::Sender<()>>();
        thread::spawn(move || {
            while let Ok(first) = queue.recv() {
                let batch: Vec<_> = std::iter::once(first).chain(queue.try_iter()).collect();
                for _ in &batch {
                    file.write_all(&RECORD).unwrap();
                }
                file.sync_data().unwrap();
                for waits in batch {
                    // Who has gone away needs no answer.
                    let _ = waits.send(());
                }
            }
        });
        Self { echo, waiting }
    }
}

impl NamedService for Synced {
    const NAME: &'static str = Echo::NAME;
}

impl tower::Service<http::Request<Body>> for Synced {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let (written, waits) = oneshot::channel();
        self.waiting.send(written).unwrap();
        let answer = self.echo.call(request);
        async move {
            waits.await.unwrap();
            answer.await
        }
        .boxed()
    }
}
