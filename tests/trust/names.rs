//! Names that seem to be others, and names that are the same though they are written otherwise.

use serde_json::json;

use super::support::{read, sound};

#[test]
fn a_name_that_only_looks_like_another_is_not_signed() {
    let named = |pointer: &str, name: &str| {
        let mut file = sound();
        *file.pointer_mut(pointer).unwrap() = json!(name);
        read(&file).unwrap()
    };
    for pointer in [
        "/people/0/id",
        "/people/0/aliases/1",
        "/people/0/groups/0",
        "/services/0/id",
    ] {
        let trust = named(pointer, "Platform\u{200b} Security");
        let problem = trust.check_new_names().unwrap_err().to_string();
        assert_eq!(
            problem,
            format!("`{pointer}` has an invisible character in it (U+200B)")
        );
        assert!(named(pointer, "somebody else").check_new_names().is_ok());
    }
    for name in [
        "uid:01000",
        "uid:",
        "uid:+5",
        "uid: 5",
        "UID:1000",
        "uid:4294967296",
        "uid:ada",
    ] {
        let problem = named("/people/0/aliases/1", name)
            .check_new_names()
            .unwrap_err();
        assert_eq!(
            problem.to_string(),
            "`/people/0/aliases/1` is not `uid:` and the number of a user, such as `uid:1000`",
        );
    }
    for name in ["uid:0", "uid:4294967295", "uidofada", "u"] {
        assert!(
            named("/people/0/aliases/1", name).check_new_names().is_ok(),
            "{name}"
        );
    }
}

#[test]
fn a_user_is_known_by_each_way_to_write_the_number() {
    let mut file = sound();
    file["people"][0]["aliases"][1] = json!("uid:01000");
    let trust = read(&file).unwrap();
    assert_eq!(trust.person("uid:1000").unwrap().id, "ada");
    for other in ["uid:100", "uid:10000", "1000", "uid:"] {
        assert!(trust.person(other).is_none(), "{other}");
    }
}
