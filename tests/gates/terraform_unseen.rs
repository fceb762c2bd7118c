//! Parts of a plan file that `terraform show -json` doesn't print, and that applying it heeds.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::desk::Desk;
use super::needs;
use super::support::Run;
use super::workspace::{Workspace, terraform_desk};

const KEPT: &str = "resource \"terraform_data\" \"x\" { input = 1 }\n";
const REMOVED: &str = r#"removed {
  from = terraform_data.x
  lifecycle {
    destroy = true
  }
  PROVISIONER
}
"#;
const PROVISIONER: &str = r#"provisioner "local-exec" {
    when    = destroy
    command = "touch started"
  }"#;
/// A removal with a provisioner in JSON, where names may be written with escapes.
const IN_JSON: &str = r#"{"rem\u006fved": [{
  "from": "terraform_data.x", "lifecycle": {"destroy": true},
  "provisioner": [{"local-exec": {"when": "destroy", "command": "touch started"}}]
}]}"#;

fn calls(desk: &Desk, workspace: &Workspace) -> [Run; 2] {
    let endpoint = desk.endpoint();
    let at = ["--endpoint", endpoint.as_str(), "--timeout", "20s"];
    let apply = ["--", "terraform", "apply", "tfplan"];
    [
        [&["gate", "terraform", "tfplan"][..], &at].concat(),
        [&["exec", "--session", "s1"][..], &at, &apply].concat(),
    ]
    .map(|words| desk.in_folder(workspace.path(), &words, &[]))
}

/// A workspace whose state holds the resource, and whose configuration doesn't any more.
fn without(file: &str, text: &str) -> Workspace {
    let workspace = Workspace::new(KEPT);
    workspace.terraform(&["apply", "-auto-approve", "-input=false"]);
    fs::remove_file(workspace.path().join("main.tf")).unwrap();
    fs::write(workspace.path().join(file), text).unwrap();
    workspace
}

#[test]
fn a_provisioner_of_a_removed_block_is_refused() {
    if !needs::program("terraform") {
        return;
    }
    let desk = terraform_desk();
    let _service = desk.start();
    let with = REMOVED.replace("PROVISIONER", PROVISIONER);
    for (file, text) in [("main.tf", with.as_str()), ("main.tf.json", IN_JSON)] {
        let workspace = without(file, text);
        workspace.plan("tfplan", &[]);
        let json = workspace.terraform(&["show", "-json", "tfplan"]);
        assert!(!json.contains("provisioner"), "{json}");
        for run in calls(&desk, &workspace) {
            run.exits(1).complains(&format!(
                "`tfconfig/m-/{file}` has a `removed` block and a provisioner behind it"
            ));
        }
        assert!(!workspace.path().join("started").exists());
        // Terraform itself would have started it.
        workspace.terraform(&["apply", "-input=false", "tfplan"]);
        assert!(workspace.path().join("started").exists());
    }
}

#[test]
fn a_removed_block_without_a_provisioner_is_judged() {
    if !needs::program("terraform") {
        return;
    }
    let desk = terraform_desk();
    let _service = desk.start();
    let workspace = without("main.tf", &REMOVED.replace("PROVISIONER", ""));
    workspace.plan("tfplan", &[]);
    for run in calls(&desk, &workspace) {
        run.exits(3).prints("example.plan.stateful_change");
    }
}

/// Copies a plan file, changed by statements about its entries: `names` and their `texts`.
#[track_caller]
fn altered(folder: &Path, statements: &str) {
    let script = format!(
        "import zipfile, warnings\n\
         warnings.simplefilter('ignore')\n\
         old = zipfile.ZipFile('tfplan')\n\
         names = [entry.filename for entry in old.infolist()]\n\
         texts = [old.read(name) for name in names]\n\
         comment, behind = b'', b''\n\
         {statements}\n\
         new = zipfile.ZipFile('altered', 'w', zipfile.ZIP_DEFLATED)\n\
         new.comment = comment\n\
         for name, text in zip(names, texts): new.writestr(name, text)\n\
         new.close()\n\
         open('altered', 'ab').write(behind)\n"
    );
    let made = Command::new("python3")
        .args(["-c", &script])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    fs::rename(folder.join("altered"), folder.join("tfplan")).unwrap();
}

/// Two plan files with the same JSON are two plans.
#[test]
fn an_approval_is_for_the_bytes_of_the_plan_file() {
    if !needs::program("terraform") || !needs::program("python3") {
        return;
    }
    let (desk, workspace) = (terraform_desk(), Workspace::example());
    let _service = desk.start();
    workspace.terraform(&["apply", "-auto-approve", "-input=false"]);
    workspace.plan("tfplan", &["-var", "engine_version=17"]);
    let endpoint = desk.endpoint();
    let at = ["--endpoint", endpoint.as_str(), "--timeout", "20s"];
    let exec = ["exec", "--session", "s1", "--output", "json"];
    let apply = ["--", "terraform", "apply", "tfplan"];
    let words = [&exec[..], &at, &apply].concat();
    let asked = desk.in_folder(workspace.path(), &words, &[]);
    let id = asked.exits(3).json()["approval_id"].clone();
    desk.approve(id.as_str().unwrap());

    let path = workspace.path().join("tfplan");
    let approved = fs::read(&path).unwrap();
    let json = workspace.terraform(&["show", "-json", "tfplan"]);
    altered(
        workspace.path(),
        "texts[names.index('tfconfig/m-/main.tf')] += b'# more'",
    );
    assert_eq!(workspace.terraform(&["show", "-json", "tfplan"]), json);
    let (before, other) = (
        workspace.state(),
        desk.in_folder(workspace.path(), &words, &[]),
    );
    let other = other.exits(3).json();
    let reason = other["reason"].as_str().unwrap();
    assert!(reason.contains("for another plan"), "{reason}");
    assert_eq!(workspace.state(), before);
    fs::write(&path, approved).unwrap();
    let used = desk.in_folder(workspace.path(), &words, &[]).exits(0);
    assert_eq!(used.json()["approval_id"], id);
}

/// Archives in which another reader could see other files than Terraform does.
#[test]
fn a_plan_file_that_can_be_read_in_two_ways_is_refused() {
    if !needs::program("terraform") || !needs::program("python3") {
        return;
    }
    let desk = terraform_desk();
    let _service = desk.start();
    let form = "it is not a ZIP archive as Terraform writes one";
    let cases = [
        ("comment = b'PK'", form),
        ("behind = b'PK'", form),
        (
            "names = ['tfconfig/x' + str(i) for i in range(10001)] + names\n\
             texts = [b''] * 10001 + texts",
            "it has more than 10000 entries",
        ),
        (
            "names.append('tfconfig/m-/big.tf')\ntexts.append(bytes(16 * 1024 * 1024))",
            "its configuration has more than 16777216 bytes",
        ),
        (
            "at = names.index('tfconfig/modules.json')\ndel names[at], texts[at]",
            "it holds no configuration",
        ),
        (
            "zipfile.ZIP_DEFLATED = zipfile.ZIP_BZIP2",
            "a file of its configuration can't be unpacked",
        ),
        // The same name twice.
        (
            "names.insert(0, 'tfconfig/m-/main.tf')\n\
             texts.insert(0, b'removed {\\n provisioner \"local-exec\" {\\n }\\n}')",
            "has a `removed` block",
        ),
    ];
    let workspace = Workspace::example();
    workspace.plan("good", &[]);
    for (statements, complains) in cases {
        let path = workspace.path().join("tfplan");
        fs::copy(workspace.path().join("good"), &path).unwrap();
        altered(workspace.path(), statements);
        let [_, exec] = calls(&desk, &workspace);
        let exec = exec.exits(1);
        let said = exec.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(complains), "{statements}: {said}");
        let is_unread = said.contains("the configuration in the plan file can't be read");
        assert_eq!(is_unread, !complains.contains("removed"), "{said}");
        assert_eq!(workspace.state(), None, "{statements}");
    }
}
