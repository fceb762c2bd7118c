//! Compiles `proto/` with a compiler written in Rust, so that a fresh machine needs no `protoc`.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use prost::Message as _;
use prost_build::{Config, Service, ServiceGenerator};

const PROTO_ROOT: &str = "proto";
const PROTO_FILES: [&str; 6] = [
    "cavra/authority/v1/approval.proto",
    "cavra/authority/v1/decision.proto",
    "cavra/authority/v1/journal.proto",
    "cavra/authority/v1/lifecycle.proto",
    "cavra/authority/v1/policy.proto",
    "cavra/authority/v1/shadow.proto",
];
const CODEC: &str = "crate::grpc::codec::Codec";

/// The packs that `src/library/built_in.rs` puts into the binary.
const PACKS: &str = "policy-packs";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={PACKS}");
    println!("cargo:rerun-if-changed={PROTO_ROOT}");
    let descriptors = protox::compile(PROTO_FILES, [PROTO_ROOT])?;
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out_dir.join("descriptors.bin"), descriptors.encode_to_vec())?;
    Config::new()
        .service_generator(Box::new(Services::new()))
        .compile_fds(descriptors)?;
    Ok(())
}

/// Clients send a stream's messages as they are; servers receive each as decoded or not, so
/// that one undecodable message can be answered in its place.
struct Services {
    client: Box<dyn ServiceGenerator>,
    server: Box<dyn ServiceGenerator>,
}

impl Services {
    fn new() -> Self {
        let client = tonic_prost_build::configure().build_server(false);
        let server = tonic_prost_build::configure()
            .build_client(false)
            .codec_path(CODEC);
        Self {
            client: client.service_generator(),
            server: server.service_generator(),
        }
    }
}

impl ServiceGenerator for Services {
    fn generate(&mut self, service: Service, code: &mut String) {
        self.client.generate(service.clone(), code);
        self.server.generate(received(service), code);
    }

    fn finalize(&mut self, code: &mut String) {
        self.client.finalize(code);
        self.server.finalize(code);
    }
}

fn received(mut service: Service) -> Service {
    for method in &mut service.methods {
        if method.client_streaming {
            let message = &method.input_type;
            method.input_type =
                format!("crate::grpc::codec::Received<crate::grpc::wire::{message}>");
        }
    }
    service
}
