//! What an example shows of an action, and what not.

use cavra::action::Action;
use cavra::action::establish;
use cavra::shadow::compare::excerpt::example_text;
use cavra::shadow::limits::MAX_EXAMPLE_BYTES;
use proptest::prelude::*;
use serde_json::json;

fn text(action_type: &str, target: &str, operation: &str) -> String {
    let document = json!({
        "action_type": action_type, "target": target, "requested_operation": operation,
    });
    let action = Action::from_json(document.to_string().as_bytes()).unwrap();
    example_text(&action, &establish(&action).unwrap())
}

fn command(line: &str) -> String {
    text("execute_command", line, line)
}

#[test]
fn what_is_shown() {
    let commands = [
        ("cat .env", "cat .env"),
        ("git push origin main", "git push origin main"),
        (
            "terraform apply -auto-approve",
            "terraform apply -auto-approve",
        ),
        (
            "terraform plan -var db_password=hunter2",
            "terraform plan -var …",
        ),
        ("mysql -phunter2 --user=root shop", "mysql -p… --user=… …"),
        (
            "curl -H 'Authorization: Bearer abc' https://x.example/",
            "curl -H …",
        ),
        ("TOKEN=hunter2 pytest tests", "pytest …"),
        (
            "echo hunter2 | docker login --password-stdin",
            "echo …; docker login --password-stdin",
        ),
        ("az login -u root -p hunter", "az login -u … -p …"),
        ("git -C ../x push origin main", "git -C … origin main"),
        ("kubectl delete pod web", "kubectl delete pod web"),
        (
            "git push https://user:pass@example.org/x main",
            "git push … main",
        ),
    ];
    for (line, shown) in commands {
        assert_eq!(command(line), shown, "{line}");
    }
    assert_eq!(text("read_file", "a/.env", "read"), "read a/.env");
    assert_eq!(
        text("git_operation", "origin/main", "push"),
        "push origin/main"
    );
    let secret = "https://user:pass@example.org main";
    assert_eq!(text("git_operation", secret, "push"), "push …");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_secret_is_never_shown(secret in "[A-Z0-9]{12,40}") {
        for line in [
            format!("deploy --token {secret}"),
            format!("deploy --token={secret}"),
            format!("deploy -t{secret}"),
            format!("PASSWORD={secret} deploy"),
            format!("deploy {secret}"),
            format!("vault login -method userpass {}", secret.to_lowercase()),
            format!("curl https://{secret}@example.org"),
            format!("echo '{secret}' | deploy"),
            format!("git -c http.extraheader={secret} status {secret}"),
        ] {
            let shown = command(&line).to_uppercase();
            prop_assert!(!shown.contains(&secret), "{}", line);
        }
    }

    #[test]
    fn a_text_is_bounded(path in "[a-zé]{1,200}(/[a-zé]{1,20}){0,50}") {
        let shown = text("write_file", &path, "write");
        prop_assert!(shown.len() <= MAX_EXAMPLE_BYTES + '…'.len_utf8());
    }
}
