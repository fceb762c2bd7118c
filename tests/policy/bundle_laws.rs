//! Whatever was altered: a bundle is read in one form or refused, and gives the same policy each time.

use cavra::canonical::{read_canonical, to_canonical_bytes};
use cavra::policy::bundle::Bundle;
use proptest::prelude::*;

use super::altered::{alterations, altered};

/// More than the bundles of the test have.
const MAX_BYTES: usize = 1024 * 1024;

/// A pack of few lines that inherits from another one.
fn bundle() -> Bundle {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let case = "cases:\n  - case_id: a\n    note: n\n    input: {action_type: read_file, target: a, requested_operation: read}\n    \
                want: {decision: block}\n";
    let child =
        "metadata: {id: child, title: T, description: D, version: 1.0.0, inherits: parent}\n";
    let parent = "metadata: {id: parent, title: T, description: D, version: 1.0.0}\n\
                  filesystem: {block_read: ['a']}\n";
    Bundle {
        pack_id: "child".to_owned(),
        packs: [
            (
                "child".to_owned(),
                [file("policy.yaml", child), file("cases/a.yaml", case)].into(),
            ),
            ("parent".to_owned(), [file("policy.yaml", parent)].into()),
        ]
        .into(),
    }
}

#[test]
fn the_sound_bundle_gives_a_policy() {
    assert_eq!(bundle().effective().map(|pack| pack.cases.len()), Ok(1));
}

proptest! {
    #[test]
    fn an_altered_bundle_is_read_in_one_form_or_refused(alterations in alterations()) {
        let sound = to_canonical_bytes(&bundle()).unwrap();
        let bytes = altered(&sound, &alterations);
        let Ok(read) = read_canonical::<Bundle>(&bytes, MAX_BYTES) else {
            return Ok(());
        };
        prop_assert_eq!(&to_canonical_bytes(&read).unwrap(), &bytes);
        let is_same = read == bundle();
        prop_assert_eq!(read.digest().unwrap() == bundle().digest().unwrap(), is_same);
        let [one, two] = [read.effective(), read.effective()].map(|it| it.map(|pack| pack.policy_digest));
        prop_assert_eq!(one, two);
    }
}
