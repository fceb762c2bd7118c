//! CAVRA decides what AI agents may do at runtime.
//!
//! An agent's request is an [`action::Action`]. From it follow typed
//! [`action::facts::Facts`]; an [`engine::Policy`] judges the facts and the
//! [`authority`] answers with a [`decision::Decision`].
//! `ARCHITECTURE.md` draws the folders and states what holds between them.

pub mod action;
pub mod agents;
pub mod approval;
pub mod authority;
mod background;
pub mod canonical;
pub mod causes;
pub mod change;
pub mod cli;
pub mod decision;
pub mod disk;
pub mod engine;
pub mod evidence;
pub mod formats;
pub mod grpc;
pub mod journal;
pub mod keys;
pub mod library;
pub mod policy;
pub mod readiness;
pub mod redaction;
pub mod shadow;
mod threads;
pub mod traffic;
pub mod trust;
pub mod webhook;
