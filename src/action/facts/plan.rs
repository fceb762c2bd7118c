//! What a Terraform plan would change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;

/// What a Terraform plan would change. Never holds values: plans print sensitive ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TerraformPlan {
    /// The resource changes. Reads and no-ops are left out, unless they import or move.
    pub changes: Vec<ResourceChange>,
    /// SHA-256 over the canonical JSON of the whole plan. Approvals are bound to it.
    pub fingerprint: Digest,
    /// Why the plan can't be used, for a person; null if it can.
    pub problem: Option<String>,
    /// Whether it is complete and free of errors. If not, it never passes.
    pub usable: bool,
}

/// One resource that a plan would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceChange {
    /// What would happen to it.
    pub action: ChangeAction,
    /// Such as `module.db.aws_db_instance.main[0]`.
    pub address: String,
    /// The key of a deposed object: an older one that a replacement left behind. It is an
    /// object of its own beside the current one at the same address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposed: Option<String>,
    /// It takes an existing object into the state, as `terraform import` does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub importing: bool,
    /// Where the object was before it is moved to `address`, as `terraform state mv` does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_address: Option<String>,
    /// The provider's name, such as `terraform.io/builtin/terraform`.
    pub provider: String,
    /// Such as `aws_db_instance`.
    #[serde(rename = "type")]
    pub resource_type: String,
}

/// What a plan does to one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeAction {
    /// `["create"]`
    Create,
    /// `["update"]`
    Update,
    /// `["delete"]`
    Delete,
    /// `["delete", "create"]` or `["create", "delete"]`
    Replace,
    /// `["forget"]`: leaves the state, stays in the world.
    Forget,
    /// `["create", "forget"]` or `["forget", "create"]`: another object is created, the old
    /// one leaves the state and stays in the world.
    ForgetReplace,
    /// `["no-op"]` or `["read"]`, kept since the object is imported or moved.
    NoOp,
    /// Anything else. Makes the plan unusable.
    Unknown,
}
