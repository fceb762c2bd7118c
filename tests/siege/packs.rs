//! Those who send packs that take work to read and compile, to the door that takes packs.

use std::path::Path;
use std::sync::LazyLock;

use cavra::grpc::wire::policy_service_client::PolicyServiceClient;
use cavra::grpc::wire::{LintPolicyRequest, PackBundle, PackFile, lint_policy_request};
use tonic::transport::Endpoint;

/// What makes packs costly, each as entries of a block list.
fn entries() -> Vec<String> {
    // Braces that mean 2 to the power of 16 words, in entries as long as one may be.
    let braces = (0..200).map(|at| format!("x{at}{}", "{a,b}".repeat(16)));
    // Braces within braces.
    let nested = (0..200).map(|at| format!("y{at}{}{}", "{a,".repeat(60), "}".repeat(60)));
    // Many short ones.
    let many = (0..9_000).map(|at| format!("z{at} *"));
    // Stars, each of which can end anywhere.
    let stars = (0..200).map(|at| format!("s{at} {}", "*a".repeat(1_500)));
    let lists = [
        braces.collect::<Vec<_>>(),
        nested.collect(),
        many.collect(),
        stars.collect(),
    ];
    let policy = |list: &Vec<String>| {
        let entries: Vec<_> = list.iter().map(|entry| format!("'{entry}'")).collect();
        format!(
            "metadata: {{id: bomb, title: T, version: 1.0.0, description: D}}\ncommands:\n  block: [{}]\n",
            entries.join(", ")
        )
    };
    let mut texts: Vec<String> = lists.iter().map(policy).collect();
    // An alias of an alias: each line doubles what the line before means.
    let mut aliases = "a0: &a0 [x, x]\n".to_owned();
    for at in 1..40 {
        aliases.push_str(&format!("a{at}: &a{at} [*a{0}, *a{0}]\n", at - 1));
    }
    texts.push(aliases);
    texts.push("[".repeat(500_000));
    texts
}

static REQUESTS: LazyLock<Vec<LintPolicyRequest>> = LazyLock::new(|| {
    let request = |text: String| LintPolicyRequest {
        pack: Some(lint_policy_request::Pack::Bundle(PackBundle {
            files: vec![PackFile {
                path: "policy.yaml".to_owned(),
                text,
            }],
        })),
    };
    entries().into_iter().map(request).collect()
});

/// Has each of them linted in turn.
pub(crate) async fn costly_packs(admin: &Path) {
    let endpoint = Endpoint::from_shared(format!("unix:{}", admin.display())).unwrap();
    let Ok(channel) = endpoint.connect().await else {
        return;
    };
    let mut client = PolicyServiceClient::new(channel);
    for request in REQUESTS.iter() {
        // An error is an answer too.
        let _ = client.lint_policy(request.clone()).await;
    }
}
