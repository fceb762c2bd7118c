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

-- For people with `sqlite3`: one row a decision.
CREATE VIEW decision AS
SELECT
    record.position,
    record.body ->> 'decision_id' AS decision_id,
    record.body ->> 'timestamp' AS timestamp,
    record.body ->> 'decision' AS decision,
    record.body ->> 'would_be' AS would_be,
    record.body ->> 'rule_id' AS rule_id,
    record.body ->> 'severity' AS severity,
    record.body ->> 'outcome' AS outcome,
    record.body ->> 'action_type' AS action_type,
    subject.body ->> '$.action.target' AS target,
    record.body ->> '$.caller.agent_id' AS agent_id,
    record.body ->> '$.caller.session_id' AS session_id,
    record.body ->> '$.caller.actor' AS actor,
    record.body ->> '$.caller.correlation_id' AS correlation_id,
    policy.body ->> 'id' AS policy_id,
    policy.body ->> 'version' AS policy_version,
    record.body ->> 'effective_digest' AS effective_digest,
    record.body ->> '$.candidate.decision' AS candidate_decision,
    record.body ->> '$.candidate.change' AS candidate_change,
    record.body ->> 'replayable' AS replayable
FROM record
LEFT JOIN content AS subject ON subject.content = record.subject
LEFT JOIN content AS policy ON policy.content = record.policy
WHERE record.body ->> 'kind' = 'decision';

-- One row for each rule that matched, the deciding one first.
CREATE VIEW finding AS
SELECT
    record.position,
    found.key AS rank,
    found.value ->> 'rule_id' AS rule_id,
    found.value ->> 'decision' AS decision,
    found.value ->> 'severity' AS severity,
    found.value ->> 'pattern' AS pattern,
    found.value ->> 'matched_on' AS matched_on,
    found.value ->> 'origin' AS origin,
    found.value ->> 'reason' AS reason
FROM record
JOIN content ON content.content = record.judgement
JOIN json_each(content.body, '$.findings') AS found;

-- What happened beside decisions: policies put in force, retention, comparisons.
CREATE VIEW event AS
SELECT
    record.position,
    record.body ->> 'kind' AS kind,
    record.body ->> 'timestamp' AS timestamp,
    record.body
FROM record
WHERE record.body ->> 'kind' <> 'decision';
