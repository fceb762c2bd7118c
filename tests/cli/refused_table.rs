//! Each thing that the gate must refuse has a test, and a message of its own.

use std::collections::BTreeSet;
use std::fs;

const TABLE: &str = include_str!("../data/gate/refusals.txt");

/// The text of a test function.
fn body<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!("#[test]\nfn {name}("))?;
    let rest = text.get(start..)?;
    rest.get(..rest.find("\n}\n")?)
}

#[test]
fn each_refusal_has_a_test_and_its_own_message() {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let (mut refused, mut messages) = (BTreeSet::new(), BTreeSet::new());
    for line in lines {
        let fields: Vec<&str> = line.split(" => ").collect();
        let [what, message, file, test] = fields[..] else {
            panic!("a line has four fields: {line}");
        };
        let text = fs::read_to_string(file).unwrap();
        let body = body(&text, test).unwrap_or_else(|| panic!("no test `{test}` in {file}"));
        assert!(
            body.contains(message),
            "{what}: `{test}` expects no such message"
        );
        assert!(refused.insert(what), "twice: {what}");
        assert!(messages.insert(message), "{what} shares its message");
    }
    assert_eq!(refused.len(), 17);
}
