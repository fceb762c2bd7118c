//! The keys of people and services, and the trust file that names them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::support::cavra;

/// Five people: Ada asks, Bo and Cy approve for the repository's owners. Dee may not approve, and Eve
/// approves for another group.
pub(crate) const FIVE: [&str; 5] = ["ada", "bo", "cy", "dee", "eve"];
/// What [`FIVE`] may do.
pub(crate) const RIGHTS_OF_FIVE: &[&str] = &[
    "--alias",
    "ada=uid:1000",
    "--group",
    "Repository Owners=ada,bo,cy",
    "--group",
    "Platform Security=eve",
    "--role",
    "approve=ada,bo,cy,eve",
    "--role",
    "explain=dee",
    "--role",
    "trust=ada",
];

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

/// Makes the keys `NAME.key` and `NAME.pub` in `folder`, and returns the public one.
pub(crate) fn key(folder: &Path, name: &str) -> String {
    let private = path(folder, &format!("{name}.key"));
    let public = path(folder, &format!("{name}.pub"));
    let key = format!("example.org/{name}");
    let generate = ["keys", "generate", "--name", &key, "--out", &private];
    cavra(&[&generate[..], &["--public", &public]].concat()).exits(0);
    fs::read_to_string(&public).unwrap().trim().to_owned()
}

/// Makes keys for `people` in `folder`, and the file `trust.json` that gives them `rights`.
pub(crate) fn trust(folder: &Path, people: &[&str], rights: &[&str]) {
    let mut new = vec!["trust".to_owned(), "new".to_owned()];
    new.extend(["--out".to_owned(), path(folder, "trust.json")]);
    new.extend(["--expires".to_owned(), "2100-01-01".to_owned()]);
    for name in people {
        key(folder, name);
        let public = path(folder, &format!("{name}.pub"));
        new.extend(["--person".to_owned(), format!("{name}={public}")]);
    }
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    cavra(&[&new[..], rights].concat()).exits(0);
}

/// Changes the file `trust.json` in `folder`, which has no signature.
pub(crate) fn edit_trust(folder: &Path, change: impl FnOnce(&mut Value)) {
    let trust = folder.join("trust.json");
    let mut file: Value = serde_json::from_str(&fs::read_to_string(&trust).unwrap()).unwrap();
    change(&mut file);
    fs::write(&trust, serde_json::to_string_pretty(&file).unwrap()).unwrap();
}

/// Makes a key for the service `name`, and gives it `roles` in the file `trust.json`.
pub(crate) fn trust_service(folder: &Path, name: &str, roles: &[&str]) {
    let key = key(folder, name);
    edit_trust(folder, |file| {
        file["services"] = json!([{"id": name, "keys": [key], "roles": roles}]);
    });
}
