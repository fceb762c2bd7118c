-- Views for people with `sqlite3`. They hold nothing, so a journal of an earlier version gets
-- them anew.

-- One row a decision.
DROP VIEW IF EXISTS decision;
CREATE VIEW decision AS
SELECT
    record.position,
    'journal:' || log.origin || '/' || record.position AS evidence_ref,
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
JOIN log
LEFT JOIN content AS subject ON subject.content = record.subject
LEFT JOIN content AS policy ON policy.content = record.policy
WHERE record.body ->> 'kind' = 'decision';

-- One row for each rule that matched, the deciding one first.
DROP VIEW IF EXISTS finding;
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
DROP VIEW IF EXISTS event;
CREATE VIEW event AS
SELECT
    record.position,
    record.body ->> 'kind' AS kind,
    record.body ->> 'timestamp' AS timestamp,
    record.body
FROM record
WHERE record.body ->> 'kind' <> 'decision';
