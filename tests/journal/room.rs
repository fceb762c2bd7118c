//! Records that wait for room in the queue.

use cavra::action::Caller;
use cavra::authority::recording::Inquiry;
use cavra::canonical::Digest;
use cavra::journal::limits::MAX_QUEUED_RECORDS;
use cavra::journal::record::event::InquiryMethod;
use cavra::keys::SigningKey;
use futures::FutureExt as _;
use rusqlite::Connection;

use super::support;

fn inquiry() -> Inquiry {
    Inquiry {
        method: InquiryMethod::Explain,
        asked_by: None,
        caller: Caller::default(),
        question: Digest::of(b"a question"),
    }
}

/// The answers of a stream that its client doesn't read are not polled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_polled_keeps_no_room_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::generate("room-test".parse().unwrap()).unwrap();
    let authority = support::authority(folder.path(), &key).await;
    // Meanwhile the writer waits for the database.
    let other = Connection::open(folder.path().join("journal.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut unpolled = Vec::new();
    for _ in 0..3 * MAX_QUEUED_RECORDS {
        let mut record = Box::pin(authority.record_inquiry(inquiry()));
        assert!(record.as_mut().now_or_never().is_none());
        unpolled.push(record);
    }
    other.execute_batch("ROLLBACK").unwrap();
    authority.record_inquiry(inquiry()).await.unwrap();
    drop(unpolled);
}
