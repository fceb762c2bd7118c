//! A pack joined with its parents, and the two digests.
