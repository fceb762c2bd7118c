//! The binary as a person and a script meet it: what it prints, and how it exits.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod acknowledged;
mod admission;
mod admission_cache;
mod approvals;
mod approvals_by_people;
mod approvals_denied;
mod approvals_desk;
mod approvals_used;
mod approvals_verified;
mod approvals_webhook;
mod break_glass;
mod break_glass_desk;
mod break_glass_time;
mod change;
mod decide;
mod desk;
mod doors;
mod examples;
mod explain;
mod facts;
mod forged_approvals;
mod forged_change;
mod forged_history;
mod formats;
mod golden;
mod hung;
mod journal;
mod journal_damaged;
mod journal_export;
mod journal_read;
mod keys;
mod kills;
mod led;
mod lifecycle;
mod lifecycle_events;
mod lifecycle_example;
mod lifecycle_stages;
mod lines;
mod mcp_example;
#[path = "../common/needs.rs"]
mod needs;
mod packs;
mod packs_of_user;
#[path = "../common/people.rs"]
mod people;
mod person_keys;
mod policy;
mod policy_engine;
mod policy_history;
mod policy_store;
mod promoted_packet;
mod promotion;
mod promotion_evidence;
#[path = "../common/python.rs"]
mod python;
mod ratified_cases;
mod reasons;
mod recorded_runs;
mod refused_changes;
mod refused_evidence;
mod refused_table;
mod refused_usage;
mod schema;
mod schema_python;
mod schema_readers;
mod serve;
mod service_units;
mod shadow;
mod shadow_evidence;
mod shadow_live;
mod shadow_live_evidence;
mod shadow_reload;
mod shadow_replayed;
mod simulate;
mod squat;
mod staging_example;
mod starting;
mod succession;
mod support;
mod terraform_example;
mod traffic;
mod trust;
mod undone;
mod unreplayable;
mod usage;
mod validate_script;
mod workers;
