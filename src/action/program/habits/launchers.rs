//! What launchers read and write themselves, by their own options.

use super::Words::Text;
use super::{Entry, Habits};

const LAUNCHER: Habits = Habits::of(Text).reads("--env-file --env-files");

pub(super) static HABITS: &[Entry] = &[
    (
        "dotenv dotenvx dotenv-cli dotenvy env-cmd dotenvenc",
        "",
        LAUNCHER.reads("-e -f -c --env --env-file --env-files --file -fk --env-keys-file"),
    ),
    // What the started tool's `-r` means is the tool's.
    (
        "uv",
        "run",
        LAUNCHER
            .reads("--env-file --requirements --with-requirements -c --constraints --constraint")
            .writes("-o --output-file --output"),
    ),
    (
        "uv uvx",
        "",
        LAUNCHER
            .reads("--env-file -r --requirements --with-requirements -c --constraints --constraint")
            .writes("-o --output-file --output"),
    ),
    (
        "poetry pdm pipenv rye hatch",
        "",
        LAUNCHER.writes("-o --output"),
    ),
    (
        "gdb lldb",
        "",
        LAUNCHER.reads("-x -s --command --source -ix"),
    ),
    ("valgrind", "", LAUNCHER.writes("--log-file --xml-file")),
    ("perf", "", LAUNCHER.writes("-o --output")),
    (
        "hyperfine",
        "",
        LAUNCHER.writes(
            "--export-json --export-csv --export-markdown --export-asciidoc --export-orgmode",
        ),
    ),
    (
        "xvfb-run",
        "",
        LAUNCHER.writes("-e --error-file -f --auth-file"),
    ),
    (
        "op",
        "",
        LAUNCHER
            .reads("--env-file -i --in-file")
            .writes("-o --out-file"),
    ),
    ("nix nix-build", "", LAUNCHER.writes("-o --out-link")),
    ("start-stop-daemon", "", LAUNCHER.writes("-p --pidfile")),
    ("watchexec entr nodemon", "", LAUNCHER.reads("--env-file")),
];
