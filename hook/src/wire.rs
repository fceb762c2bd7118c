//! What `proto/cavra/authority/v1/decision.proto` generates. The file holds the documentation.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::all,
    reason = "generated code"
)]

tonic::include_proto!("cavra.authority.v1");
