//! The `cavra` binary.

fn main() {}
