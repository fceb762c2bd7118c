//! An index that somebody edited: what is evidence doesn't depend on it.

use cavra::journal::index::{INDEX_FILE, bring_up_to_date};
use cavra::journal::query::{Order, Query};

use crate::known::*;
use crate::query::{few, looked_at};

#[test]
fn an_edited_index_hides_nothing_from_a_query_without_it() {
    let journal = Journal::of(ROWS);
    bring_up_to_date(journal.directory.path()).unwrap();
    let unlimited = Query {
        limit: None,
        ..few(Order::OldestFirst)
    };
    let expected = JOURNAL.expected(&unlimited);
    let index = rusqlite::Connection::open(journal.directory.path().join(INDEX_FILE)).unwrap();
    let emptied = "UPDATE block SET rows = zeroblob(length(rows))";
    assert!(index.execute(emptied, []).unwrap() > 1);
    let (_, hidden) = looked_at(&journal, unlimited.clone());
    assert!(hidden.len() < expected.len());
    let without_index = Query {
        without_index: true,
        ..unlimited
    };
    let (all, found) = looked_at(&journal, without_index);
    assert_eq!(found, expected);
    assert_eq!(all, ROWS);
}
