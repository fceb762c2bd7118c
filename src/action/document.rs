//! Action documents: `cavra.opa-rego-policy.input.v1`.
