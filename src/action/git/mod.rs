//! Which refs a push would move.
