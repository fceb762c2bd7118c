//! Decision cases.
