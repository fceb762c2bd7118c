//! `policy-authoring-ui-contract.json`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::readiness::basis::Basis;
use crate::readiness::reference::Scheme;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.authoring-ui-contract.v1";

/// What a user interface for writing policies must offer, and the gRPC methods that serve it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthoringUiContract {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The pack's id.
    pub policy_id: String,
    /// The names of the surfaces that the user interface must have, such as `draft_editor`.
    pub required_surfaces: Vec<String>,
    /// The methods that serve each surface, in the order of `required_surfaces`.
    pub api_endpoints: Vec<Endpoint>,
    /// The draft under review: `policy-draft://ID/DIGEST12`.
    pub review_workflow_ref: String,
    /// What an operator should know about the methods.
    pub operator_notes: Vec<String>,
}

/// One surface, and the methods that serve it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// One of `required_surfaces`.
    pub surface: String,
    /// Full gRPC method names, `package.Service/Method`.
    pub methods: Vec<String>,
    /// Where each method is served. A key is a method. Absent in contracts of earlier versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub doors: BTreeMap<String, Door>,
}

/// Where a method is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// It is served on the listening address and on the admin socket.
    ListeningAddress,
    /// It is served on the admin socket only.
    AdminSocket,
}

/// A surface and its methods.
struct Surface {
    name: &'static str,
    methods: &'static [&'static str],
}

const LIST: &str = "cavra.authority.v1.PolicyService/ListPolicies";
const GET: &str = "cavra.authority.v1.PolicyService/GetPolicy";
const LINT: &str = "cavra.authority.v1.PolicyService/LintPolicy";
const DRY_RUN: &str = "cavra.authority.v1.PolicyService/DryRun";
const EXPLAIN: &str = "cavra.authority.v1.PolicyService/Explain";
const STAGE: &str = "cavra.authority.v1.PolicyService/StageCandidate";
const PROMOTE: &str = "cavra.authority.v1.LifecycleService/Promote";
const ROLL_BACK: &str = "cavra.authority.v1.LifecycleService/RollBack";
const HISTORY: &str = "cavra.authority.v1.LifecycleService/ListLifecycle";
/// What contracts of earlier versions name. The method is gone.
const ACTIVATE: &str = "cavra.authority.v1.PolicyService/ActivatePolicy";
const DECIDE: &str = "cavra.authority.v1.DecisionService/Decide";

/// Methods that change policies, or take one from the caller.
const ADMIN_ONLY: [&str; 5] = [LINT, STAGE, PROMOTE, ROLL_BACK, ACTIVATE];

const SURFACES: [Surface; 7] = [
    Surface {
        name: "draft_editor",
        methods: &[LIST, GET],
    },
    Surface {
        name: "schema_lint",
        methods: &[LINT],
    },
    Surface {
        name: "semantic_diff",
        methods: &[GET],
    },
    Surface {
        name: "dry_run_simulator",
        methods: &[DRY_RUN, EXPLAIN],
    },
    Surface {
        name: "shadow_mode_toggle",
        methods: &[STAGE, DECIDE],
    },
    Surface {
        name: "approval_workflow_builder",
        methods: &[GET],
    },
    Surface {
        name: ROLLBACK_PICKER,
        methods: &[HISTORY, ROLL_BACK],
    },
];

/// The methods of the surface `rollback_picker` in contracts of earlier versions.
const ACTIVATION: [&str; 3] = [LIST, STAGE, ACTIVATE];
const ROLLBACK_PICKER: &str = "rollback_picker";

const OPERATOR_NOTES: [&str; 4] = [
    "semantic_diff: no method answers a diff; show `diff` of the version manifest, which is computed from both packs",
    "shadow_mode_toggle: a staged candidate is compared decision by decision with `compare` in `Decide`; it is never enforced",
    "approval_workflow_builder: `GetPolicy` shows who approves; people sign with `cavra lifecycle sign`, and `LifecycleService/Submit` and `Promote` take what they signed",
    "`LintPolicy`, `StageCandidate`, `Promote` and `RollBack` are served on the admin socket only, never where agents can reach them: `doors` says it of each method",
];

impl AuthoringUiContract {
    pub(crate) fn of(basis: &Basis) -> Self {
        let identity = &basis.identity;
        let mut contract = Self::new(&identity.id, Scheme::Draft.reference(identity));
        if !basis.names_rollback {
            for endpoint in &mut contract.api_endpoints {
                endpoint.name_activation();
            }
        }
        if !basis.names_doors {
            for endpoint in &mut contract.api_endpoints {
                endpoint.doors.clear();
            }
        }
        contract
    }

    /// Whether the contract names the methods by which policies come into force now.
    pub(crate) fn names_rollback(&self) -> bool {
        let mut methods = self.api_endpoints.iter().flat_map(|it| &it.methods);
        !methods.any(|method| method == ACTIVATE)
    }

    /// Whether any endpoint says where its methods are served.
    pub(crate) fn names_doors(&self) -> bool {
        let mut endpoints = self.api_endpoints.iter();
        endpoints.any(|endpoint| !endpoint.doors.is_empty())
    }

    /// The contract for one policy under one review.
    #[must_use]
    pub fn new(policy_id: &str, review_workflow_ref: String) -> Self {
        let endpoints = SURFACES.iter().map(|surface| Endpoint {
            surface: surface.name.to_owned(),
            methods: surface.methods.iter().map(ToString::to_string).collect(),
            doors: surface.methods.iter().map(|method| door(method)).collect(),
        });
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            policy_id: policy_id.to_owned(),
            required_surfaces: SURFACES.iter().map(|it| it.name.to_owned()).collect(),
            api_endpoints: endpoints.collect(),
            review_workflow_ref,
            operator_notes: OPERATOR_NOTES.map(str::to_owned).to_vec(),
        }
    }
}

impl Endpoint {
    /// Gives the endpoint the methods that earlier versions gave it.
    fn name_activation(&mut self) {
        if self.surface == ROLLBACK_PICKER {
            self.methods = ACTIVATION.map(str::to_owned).to_vec();
            self.doors = ACTIVATION.iter().map(|method| door(method)).collect();
        }
    }
}

fn door(method: &str) -> (String, Door) {
    let door = match ADMIN_ONLY.contains(&method) {
        true => Door::AdminSocket,
        false => Door::ListeningAddress,
    };
    (method.to_owned(), door)
}
