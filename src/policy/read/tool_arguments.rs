//! The mapping `mcp.arguments`.

use std::collections::BTreeMap;

use super::fields::Fields;
use super::item::{Item, entry};
use crate::action::mcp::mapping::ArgumentUse;
use crate::policy::issue::Issue;
use crate::policy::pack::ToolArguments;
use crate::policy::yaml::{Kind, Node};

/// Tools whose arguments one pack maps.
const MAX_MAPPED_TOOLS: usize = 1_000;

pub(super) fn tool_arguments(fields: &mut Fields<'_>) -> BTreeMap<String, ToolArguments> {
    let tools = fields.map("arguments", tool);
    if tools.len() > MAX_MAPPED_TOOLS {
        let problem = format!("has {} tools; the limit is {MAX_MAPPED_TOOLS}", tools.len());
        fields.refuse("arguments", "list-too-long", &problem);
        return BTreeMap::new();
    }
    tools
}

/// One tool with its arguments. One that can't be used is reported, and left out.
fn tool(item: Item<'_>, issues: &mut Vec<Issue>) -> Option<ToolArguments> {
    let mut refuse = |problem: String| {
        let message = format!("`{}` {problem}", item.path());
        issues.push(Issue::blocker("bad-argument", message, item.location()));
        None
    };
    let Kind::Map(entries) = &item.value().kind else {
        return refuse("must be a mapping of arguments".to_owned());
    };
    let mut arguments = BTreeMap::new();
    for argument in entries {
        let name = &argument.key;
        if let Err((_, problem)) = entry(name) {
            return refuse(format!("has an argument whose name {problem}"));
        }
        let Some(words) = words(&argument.value) else {
            return refuse(format!(
                "must say of the argument `{name}` what it does, in one word or a list of at most {}",
                ArgumentUse::ALL.len()
            ));
        };
        arguments.insert(name.clone(), words);
    }
    let arguments = ToolArguments::new(arguments);
    match arguments.mapping() {
        Ok(_) => Some(arguments),
        Err(error) => refuse(error.to_string()),
    }
}

/// One word, or a list of them.
fn words(value: &Node) -> Option<Vec<String>> {
    let items = match &value.kind {
        Kind::Seq(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    if items.len() > ArgumentUse::ALL.len() {
        return None;
    }
    let word = |item: &Node| match &item.kind {
        Kind::Str(text) => entry(text).ok(),
        _ => None,
    };
    items.iter().map(word).collect()
}
