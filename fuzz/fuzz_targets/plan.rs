//! JSON of others: a Terraform plan, and the definition of an MCP tool.

#![no_main]

use cavra_fuzz::action::facts::ChangeAction;
use cavra_fuzz::action::terraform::read_plan;
use cavra_fuzz::action::{McpToolCall, mcp};
use cavra_fuzz::canonical::{parse_strict, to_canonical_bytes};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &str| -> Corpus {
    let plan = read_plan(input);
    let strict = parse_strict(input.as_bytes());
    assert_eq!(plan.is_ok(), strict.is_ok(), "a plan is any strict JSON");
    let tool = mcp::call(&call(input));
    let (Ok(plan), Ok(value)) = (plan, strict) else {
        assert!(tool.is_err(), "a definition is strict JSON");
        return Corpus::Keep;
    };
    assert_eq!(plan.usable, plan.problem.is_none());
    let unknown = |change| change == ChangeAction::Unknown;
    assert!(!plan.usable || !plan.changes.iter().any(|it| unknown(it.action)));

    let canonical = to_canonical_bytes(&value).expect("strict JSON has a canonical form");
    let canonical = std::str::from_utf8(&canonical).expect("JSON is UTF-8");
    assert_eq!(
        read_plan(canonical),
        Ok(plan),
        "the order and spelling of members say nothing"
    );
    if let Ok(tool) = tool {
        assert_eq!(mcp::call(&call(canonical)), Ok(tool));
    }
    Corpus::Keep
});

fn call(definition: &str) -> McpToolCall {
    McpToolCall {
        target: "server:tool".to_owned(),
        definition: Some(definition.into()),
        ..McpToolCall::default()
    }
}
