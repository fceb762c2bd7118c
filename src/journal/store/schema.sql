-- The decision journal. One row of `record` is one leaf of the Merkle log; nothing is ever
-- updated but `content.body`, which retention empties. Only the authority writes.
CREATE TABLE log (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    -- The name of the log: first line of its checkpoints (C2SP tlog-checkpoint).
    origin TEXT NOT NULL,
    created TEXT NOT NULL
) STRICT;

-- Large common parts, stored once: what was asked with its facts, judgements, policies.
CREATE TABLE content (
    content INTEGER PRIMARY KEY,
    -- SHA-256 of `body`.
    digest BLOB NOT NULL,
    -- JSON; NULL once retention has dropped it.
    body TEXT
) STRICT;

CREATE TABLE record (
    -- The leaf's index in the log, from 0, without a gap.
    position INTEGER PRIMARY KEY,
    -- The id of the decision or event, a UUIDv7.
    id BLOB NOT NULL,
    -- RFC 6962 section 2.1: SHA-256 of a zero byte and `body`.
    leaf BLOB NOT NULL,
    -- Where the contents stand that `body` names by digest.
    subject INTEGER,
    judgement INTEGER,
    policy INTEGER,
    candidate_judgement INTEGER,
    candidate_policy INTEGER,
    -- The record: RFC 8785 JSON.
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_id ON record (id);

-- Hashes of complete subtrees of 256, 65,536, … leaves, so that a proof reads few rows.
CREATE TABLE tree_node (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, number)
) WITHOUT ROWID, STRICT;

-- C2SP signed notes over (size, root).
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
) STRICT;
