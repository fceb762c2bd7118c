//! What known programs read, write, change, or run in turn.
