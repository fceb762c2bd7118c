//! Hooks that fail, in the place of the one that was installed.

use std::fs;

use crate::home::Home;

/// What a hook does, as a program of the shell.
pub(crate) const FAILING: [(&str, &str); 6] = [
    ("is missing", ""),
    ("exit code 1", "exit 1"),
    ("a signal", "kill -9 $$"),
    ("rubbish", "echo rubbish"),
    ("hangs", "exec sleep 60"),
    ("exit code 2", "echo no >&2; exit 2"),
];

/// Puts it in the place of the hook.
pub(crate) fn put(home: &Home, program: &str) {
    match program {
        "" => fs::remove_file(home.path("bin/cavra-hook")).unwrap(),
        _ => home.write_program(&format!("#!/bin/sh\n{program}\n")),
    }
}
