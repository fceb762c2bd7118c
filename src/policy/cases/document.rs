//! The schema of a `cases/*.yaml`. The reader is in `read.rs`; a test compares the two.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::action::document::Document;
use crate::decision::{Severity, Verdict};
use crate::policy::limits::MAX_LIST_ENTRIES;
use crate::policy::read::schema;

/// One file of decision cases. All case files of a pack together may hold 10,000 cases.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&["cases"]))]
#[expect(dead_code, reason = "only its schema is used")]
pub struct CaseFile {
    /// The cases.
    cases: Vec<CaseDocument>,
}

/// One action, and what the pack must decide about it. A case with the id of a required case may
/// only make that case stricter.
#[derive(JsonSchema)]
#[schemars(
    rename = "PackCase",
    deny_unknown_fields,
    transform = schema::mapping(&["case_id", "input", "want"])
)]
#[expect(dead_code, reason = "only its schema is used")]
struct CaseDocument {
    /// Identifies the case in its pack: lower-case letters, digits, `_` and `-`.
    #[schemars(schema_with = "schema::case_id")]
    case_id: String,
    /// Why the case exists, for a person.
    #[schemars(schema_with = "schema::text")]
    note: Option<String>,
    /// What an agent asks to do.
    input: Document<'static>,
    /// What the pack must decide.
    want: WantedDecision,
}

/// What a case expects of the decision. A field that is left out is not compared.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&["decision"]))]
#[expect(dead_code, reason = "only its schema is used")]
struct WantedDecision {
    /// The expected verdict.
    decision: Verdict,
    /// The expected id of the deciding rule.
    #[schemars(schema_with = "schema::text")]
    rule_id: Option<String>,
    /// The expected severity.
    severity: Option<Severity>,
    /// A group that must be among the approvers.
    #[schemars(schema_with = "schema::text")]
    approver_group: Option<String>,
    /// What an approval must need: a list of requirements, each a list of groups, of which one must
    /// approve. The order doesn't matter.
    #[schemars(schema_with = "requirements")]
    approval_requirements: Option<Vec<Vec<String>>>,
}

fn requirements(generator: &mut SchemaGenerator) -> Schema {
    let groups = schema::some_entries(generator);
    json_schema!({ "type": "array", "items": groups, "maxItems": MAX_LIST_ENTRIES })
}
