//! Who may import whom. A folder that is in no row may import nothing, and nothing may import it.

/// Each row: a folder or file of `src/`, and the rows that it may import from. A file belongs to
/// the longest row that its path begins with. `ARCHITECTURE.md` shows these rows.
pub(crate) const IMPORTS: &[(&str, &[&str])] = &[
    ("background", &[]),
    ("canonical", &[]),
    ("disk", &[]),
    ("threads", &[]),
    ("keys", &["canonical", "disk"]),
    ("trust", &["canonical", "keys"]),
    ("action", &["canonical"]),
    ("traffic", &["action"]),
    ("decision", &["action", "canonical"]),
    ("policy", &["action", "canonical", "decision"]),
    ("library", &["policy"]),
    ("engine", &["action", "canonical", "decision", "policy"]),
    ("journal/log", &["canonical", "keys"]),
    (
        "journal",
        &[
            "action",
            "background",
            "canonical",
            "decision",
            "disk",
            "journal/log",
            "keys",
            "policy",
            "threads",
        ],
    ),
    ("lifecycle", &["action", "canonical", "decision", "policy"]),
    (
        "shadow",
        &[
            "action",
            "background",
            "canonical",
            "decision",
            "engine",
            "journal",
            "journal/log",
            "keys",
            "policy",
            "threads",
        ],
    ),
    (
        "formats",
        &[
            "action",
            "decision",
            "lifecycle",
            "policy",
            "shadow",
            "trust",
        ],
    ),
    (
        "authority",
        &[
            "action",
            "canonical",
            "decision",
            "engine",
            "journal",
            "keys",
            "library",
            "lifecycle",
            "policy",
            "shadow",
        ],
    ),
    (
        "grpc",
        &[
            "action",
            "authority",
            "background",
            "canonical",
            "decision",
            "engine",
            "journal",
            "journal/log",
            "library",
            "lifecycle",
            "policy",
            "shadow",
        ],
    ),
    (
        "cli",
        &[
            "action",
            "authority",
            "canonical",
            "decision",
            "engine",
            "formats",
            "grpc",
            "journal",
            "journal/log",
            "keys",
            "library",
            "lifecycle",
            "policy",
            "shadow",
            "threads",
            "traffic",
            "trust",
        ],
    ),
];

/// Names from outside the crate that only some folders may use. A name that begins with a small
/// letter is the beginning of a path; any other is looked for anywhere in it.
pub(crate) const OUTSIDE: &[(&str, &[&str])] = &[
    ("regorus", &["engine"]),
    ("rusqlite", &["journal/index", "journal/store"]),
    ("tonic", &["grpc"]),
    ("prost", &["grpc"]),
    ("hyper", &["grpc"]),
    ("tower", &["grpc"]),
    (
        "tokio",
        &[
            "authority",
            "cli",
            "grpc",
            "journal/writer",
            "shadow/live",
            "shadow/runs",
        ],
    ),
    ("clap", &["cli"]),
    ("parquet", &["cli"]),
    ("println", &[]),
    ("eprintln", &["cli"]),
    (
        "std::fs",
        &["cli", "disk", "grpc", "journal", "keys/file", "library"],
    ),
    ("std::net", &["cli", "grpc", "journal/record/refusal"]),
    ("std::process", &["authority/workers", "cli", "library"]),
    (
        "Timestamp::now",
        &[
            "authority",
            "cli",
            "grpc",
            "journal/record/refusal",
            "journal/store/open",
            "journal/writer",
            "shadow/runs",
        ],
    ),
    ("SystemTime", &[]),
    (
        "Instant",
        &[
            "authority",
            "cli",
            "grpc",
            "journal",
            "library",
            "shadow/live",
            "shadow/runs",
        ],
    ),
    (
        "getrandom",
        &["authority", "cli", "disk", "keys/signing", "shadow/runs"],
    ),
];

/// Names that a part of a folder may not use although the folder may, or that a folder may not use
/// because its results have to be the same every time.
pub(crate) const NEVER: &[(&str, &[&str])] = &[
    (
        "journal/log",
        &[
            "std::fs",
            "std::io",
            "std::net",
            "std::process",
            "Instant",
            "Timestamp::now",
        ],
    ),
    ("action", &["std::io", "std::time"]),
    ("policy", &["std::time"]),
    ("trust", &["std::io", "std::time"]),
    ("keys/dsse", &["std::io", "std::time"]),
    (
        "traffic",
        &["std::io", "std::time", "HashMap", "HashSet", "f32", "f64"],
    ),
];
