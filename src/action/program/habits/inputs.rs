//! Programs whose options or first words have another meaning than their names say.

use super::Words::Presumed;
use super::{Entry, Habits};

/// `-i` and `-w` don't mean changes in place here.
const READS: Habits = Habits::of(Presumed).in_place("");

pub(super) static HABITS: &[Entry] = &[
    // A pattern comes first.
    (
        "findstr select-string sls sift pt zipgrep agrep",
        "",
        READS.behind(1),
    ),
    ("pip pip3 pipdeptree", "", READS),
    (
        "jest vitest mocha ava karma playwright cypress",
        "",
        READS.texts("-t -g --testNamePattern --grep"),
    ),
    (
        "cloc tokei scc loc",
        "",
        READS.texts("-e -x --not-match-f --not-match-d"),
    ),
    (
        "flake8 pylint mypy bandit pyright",
        "",
        READS.texts("-x -i -s"),
    ),
    ("kcat kafkacat jmeter", "", READS),
    ("nft ip tc ss iptables-restore", "", READS),
    ("gcov lcov genhtml", "", READS),
    (
        "http-server serve live-server",
        "",
        READS.texts("-C -K --cert --key"),
    ),
    ("gunicorn uvicorn hypercorn daphne", "", READS),
    (
        "mosquitto_pub mosquitto_sub",
        "",
        READS.texts("-i -t -m -h -u -P"),
    ),
    ("tsget", "", READS.texts("-C -k -c -p")),
    ("grpcurl ghz evans", "", READS),
    // The service that is asked, and the question.
    (
        "cavra",
        "decide explain",
        Habits::of(Presumed).texts("--endpoint --command"),
    ),
];
