//! Compiles the part of `proto/` that a hook calls, with a compiler written in Rust.

use std::error::Error;

use prost_build::Config;

const PROTO_ROOT: &str = "../proto";
const DECISIONS: &str = "cavra/authority/v1/decision.proto";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={PROTO_ROOT}/{DECISIONS}");
    let descriptors = protox::compile([DECISIONS], [PROTO_ROOT])?;
    let client = tonic_prost_build::configure().build_server(false);
    Config::new()
        .service_generator(client.service_generator())
        .compile_fds(descriptors)?;
    Ok(())
}
