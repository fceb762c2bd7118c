//! What `proto/cavra/authority/v1` generates. The `.proto` files hold the documentation.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::indexing_slicing,
    reason = "generated code"
)]

tonic::include_proto!("cavra.authority.v1");

/// The `FileDescriptorSet` of these files and what they import, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!("descriptors");
