//! `cavra agents`: installing the hook in hosts' settings, and what shows that it is in force.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

#[path = "../hook/service.rs"]
mod service;

mod coverage;
mod doctor;
mod home;
mod install;
mod refused;
mod rules;
mod said;
