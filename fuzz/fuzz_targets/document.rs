//! An action document: reading, writing, and the facts of any kind of action.

#![no_main]

use cavra_fuzz::action::establish;
use cavra_fuzz::action::{Action, Request};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(action) = Action::from_json(input) else {
        return Corpus::Keep;
    };
    let facts = establish(&action);
    assert_eq!(establish(&action), facts, "twice the same");
    if facts.is_ok() {
        let written = action.to_json().to_string();
        let again = Action::from_json(written.as_bytes()).expect("what was written is read");
        // Other people's JSON comes back with other white space; what it says is in the facts.
        assert_eq!(establish(&again), facts);
        assert_eq!(without_json(again), without_json(action));
    }
    Corpus::Keep
});

/// The action without other people's JSON.
fn without_json(mut action: Action) -> Action {
    action.terraform_plan = None;
    if let Request::McpToolCall(call) = &mut action.request {
        call.definition = None;
    }
    action
}
