//! Facts that are established within a little work, or not at all.

use cavra::action::establish;
use cavra::action::establish::establish_within;
use cavra::action::limits::QUICK_WORK;
use cavra::action::{Action, Caller, Place, Request};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn action(request: Request) -> Action {
    Action {
        request,
        caller: Caller::default(),
        place: Place::default(),
        terraform_plan: None,
    }
}

fn line(command_line: String) -> Action {
    action(Request::ExecuteCommand { command_line })
}

fn path(path: &str) -> Action {
    let path = path.to_owned();
    action(Request::ReadFile { path })
}

/// What lines are made of.
const PARTS: &[&str] = &[
    "ls;",
    "cat .env;",
    "{a,b}",
    "echo ",
    "sudo ",
    "x=1 ",
    "$x",
    "if ",
    "'",
    " && ",
    "find . -exec rm {} ; ",
];

proptest! {
    /// However little the work may be, what is answered is the whole of the facts.
    #[test]
    fn facts_within_little_work_are_the_facts(
        parts in vec(select(PARTS), 0..24),
        work in prop_oneof![1_usize..20_000, Just(QUICK_WORK)],
    ) {
        let action = line(parts.concat());
        if let Some((facts, _)) = establish_within(&action, work).unwrap() {
            prop_assert_eq!(facts, establish(&action).unwrap());
        }
    }
}

#[test]
fn what_people_write_is_quick() {
    let lines = [
        "git status",
        "cat .env",
        "cd crates/core && cargo test --all-features -- --nocapture 2>&1 | tail -50",
        "find . -name '*.rs' -not -path './target/*' | xargs grep -n unwrap",
        "sudo env A=b bash -c 'terraform apply -auto-approve'",
    ];
    for text in lines {
        let facts = establish_within(&line(text.to_owned()), QUICK_WORK);
        assert!(facts.unwrap().is_some(), "{text}");
    }
    assert!(
        establish_within(&path("src/main.rs"), QUICK_WORK)
            .unwrap()
            .is_some()
    );
}

#[test]
fn short_texts_of_much_work_are_not() {
    let braces = "{a,b}".repeat(9);
    let slow = [
        line(format!("cat {braces}")),
        line(
            "for i in 1 2 3 4 5 6 7 8; do for j in 1 2 3 4 5 6 7 8; do rm -r $i $j; done; done"
                .to_owned(),
        ),
        path(&braces),
    ];
    for action in slow {
        assert!(establish(&action).is_ok());
        let facts = establish_within(&action, QUICK_WORK).unwrap();
        assert!(facts.is_none(), "{:?}", action.request);
    }
    let with_plan = Action {
        terraform_plan: Some("{}".repeat(2_000).into()),
        ..line("terraform apply".to_owned())
    };
    assert!(establish_within(&with_plan, QUICK_WORK).unwrap().is_none());
}
