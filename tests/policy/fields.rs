//! Every list, flag and choice of a pack, by the tables that all stages use.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{file, find, pack};
use cavra::policy::effective::{EffectivePack, resolve_source};
use cavra::policy::pack::{Choice, Flag, List, Pack, Permission};
use serde_json::{Value, json};

/// Fields of `mcp` that are neither lists nor flags.
const MAPS: [&str; 3] = ["arguments", "risk_scoring", "tool_pins"];

/// The value of a choice that is not its default.
fn other(choice: Choice) -> Permission {
    let mut values = choice.values().iter().copied();
    values.find(|it| *it != choice.default_value()).unwrap()
}

/// The pack `id` with an entry in each list that names the pack and the list, and every flag and
/// choice set to another value than its default.
fn every_field(id: &str) -> Value {
    let mut pack = json!({ "metadata": { "id": id } });
    for list in List::ALL {
        pack[list.section()][list.field()] = json!([format!("{id}/{}", list.path())]);
    }
    for flag in Flag::ALL {
        pack[flag.section()][flag.field()] = json!(!flag.default_value());
    }
    for choice in Choice::ALL.iter().copied() {
        pack[choice.section()][choice.field()] = json!(other(choice));
    }
    pack
}

/// What was read is under the same names when it is written, so no row of the tables leads to
/// another field; and the sections have no field that is in no table.
#[test]
fn every_field_is_read_under_its_own_name() {
    let written = every_field("own");
    let (read, issues) = Pack::read(&file("policy.yaml", &written.to_string()));
    let blockers: Vec<_> = issues.iter().filter(|issue| issue.is_blocker()).collect();
    assert!(blockers.is_empty(), "{blockers:?}");
    let read = json!(read.unwrap());
    let sections: BTreeSet<&str> = List::ALL.iter().map(|list| list.section()).collect();
    assert!(sections.len() >= 6, "{sections:?}");
    for section in sections {
        let mut fields = read[section].clone();
        fields
            .as_object_mut()
            .unwrap()
            .retain(|name, _| !MAPS.contains(&name.as_str()));
        assert_eq!(fields, written[section], "{section}");
    }
}

fn child(parent: &Value, text: &Value) -> EffectivePack {
    let parents = BTreeMap::from([("parent".to_owned(), parent.to_string())]);
    resolve_source(pack(&text.to_string()), &mut find(&parents)).unwrap()
}

#[test]
fn a_child_adds_to_every_list() {
    let mut own = every_field("own");
    own["metadata"]["inherits"] = json!("parent");
    let joined = child(&every_field("parent"), &own);
    for list in List::ALL.iter().copied() {
        let entries = joined.content.list(list).iter();
        let entries: Vec<(&str, &str)> = entries.map(|it| (&*it.text, &*it.origin)).collect();
        let path = list.path();
        let expected = [
            (&*format!("parent/{path}"), "parent"),
            (&*format!("own/{path}"), "own"),
        ];
        assert_eq!(entries, expected, "{path}");
    }
}

#[test]
fn a_child_inherits_every_flag_and_can_set_it_back() {
    let parent = every_field("parent");
    let mut own = json!({ "metadata": { "id": "own", "inherits": "parent" } });
    let inherited = child(&parent, &own);
    for flag in Flag::ALL {
        own[flag.section()][flag.field()] = json!(flag.default_value());
    }
    let set = child(&parent, &own);
    for flag in Flag::ALL.iter().copied() {
        let default = flag.default_value();
        assert_eq!(*inherited.content.flag(flag), !default, "{}", flag.path());
        assert_eq!(*set.content.flag(flag), default, "{}", flag.path());
    }
}

#[test]
fn a_child_inherits_every_choice_and_can_set_it_back() {
    let parent = every_field("parent");
    let mut own = json!({ "metadata": { "id": "own", "inherits": "parent" } });
    let inherited = child(&parent, &own);
    for choice in Choice::ALL.iter().copied() {
        own[choice.section()][choice.field()] = json!(choice.default_value());
    }
    let set = child(&parent, &own);
    for choice in Choice::ALL.iter().copied() {
        let path = choice.path();
        assert_eq!(choice.of(&inherited.content), other(choice), "{path}");
        assert_eq!(choice.of(&set.content), choice.default_value(), "{path}");
        assert_eq!(*set.content.choice(choice), None, "{path}");
        assert!(choice.values().is_sorted() && choice.values().contains(&choice.default_value()));
    }
}
