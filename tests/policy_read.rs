//! Reading `policy.yaml`: what is read, what is refused, and where.

use cavra::policy::read;
use cavra::policy::source::SourceFile;

fn policy(text: &str) -> SourceFile {
    SourceFile {
        path: "policy.yaml".to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn the_contract_s_check_value_of_the_policy_digest() {
    let reading = read::read(&policy("metadata: {id: x}\n"));
    assert_eq!(
        reading.policy_digest().unwrap().to_string(),
        "sha256:f7633784f0e4fc9bd379c03b6ddd84cec9bf1d1f8b600cbf6c018f19899c8b80"
    );
    assert!(reading.into_pack().is_ok());
}
