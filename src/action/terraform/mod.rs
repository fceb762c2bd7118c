//! What a plan would change: the JSON that `terraform show -json PLANFILE` prints
//! (Terraform, "JSON Output Format", format version 1).

mod programs;
mod removed;

pub use programs::{StartedProgram, starts_program};
pub use removed::may_start_on_removal;

use super::ActionError;
use super::facts::{ChangeAction, ResourceChange, TerraformPlan};
use super::limits::MAX_PLAN_BYTES;
use crate::canonical::{Item, Tape};

const FIELD: &str = "terraform_plan";

/// Reads a plan.
///
/// # Errors
/// Naming `terraform_plan`, if the text is over [`MAX_PLAN_BYTES`] or isn't strict JSON
/// (which has no duplicate keys and no integer beyond ±(2^53−1)).
pub fn read_plan(text: &str) -> Result<TerraformPlan, ActionError> {
    if text.len() > MAX_PLAN_BYTES {
        return Err(ActionError::TooLarge {
            field: FIELD,
            unit: "bytes",
            actual: text.len(),
            limit: MAX_PLAN_BYTES,
        });
    }
    let tape = Tape::parse(text)
        .map_err(|error| ActionError::invalid(FIELD, format!("is not strict JSON: {error}")))?;
    let fingerprint = tape
        .digest()
        .map_err(|error| ActionError::invalid(FIELD, error.to_string()))?;
    let plan = tape.root();
    let mut changes = Vec::new();
    // A plan that can't be used still shows what it would change.
    let listed = collect(plan, &mut changes);
    let problem = problem(plan).or_else(|| listed.err());
    Ok(TerraformPlan {
        fingerprint,
        usable: problem.is_none(),
        problem,
        changes,
    })
}

/// Why the plan as a whole can't be relied on.
fn problem(plan: Item<'_, '_>) -> Option<String> {
    let Some(version) = plan.get("format_version").and_then(Item::as_str) else {
        return Some("it has no `format_version`, so it is not a plan".to_owned());
    };
    if version.split('.').next() != Some("1") {
        return Some(format!("its format version `{version}` is not supported"));
    }
    if let Some(name) = misspelt(plan) {
        return Some(format!(
            "its key `{name}` is one that Terraform writes in lower case"
        ));
    }
    let planned = plan.get("planned_values").is_some_and(Item::is_object);
    if !planned && plan.get("resource_changes").is_none() {
        return Some("it plans nothing, so it is not a plan".to_owned());
    }
    let is_or_absent = |key: &str, value: bool| {
        let given = plan.get(key);
        given.is_none_or(|given| given.as_bool() == Some(value))
    };
    if !is_or_absent("errored", false) {
        return Some("it is errored".to_owned());
    }
    if !is_or_absent("complete", true) {
        return Some("it is incomplete".to_owned());
    }
    if holds_any(plan, "deferred_changes") {
        return Some("it defers changes to a later plan".to_owned());
    }
    if holds_any(plan, "action_invocations") || holds_any(plan, "deferred_action_invocations") {
        return Some("it invokes actions, whose effects it does not list".to_owned());
    }
    None
}

/// Keys of a plan that count here.
const KEYS: &[&str] = &[
    "action_invocations",
    "complete",
    "deferred_action_invocations",
    "deferred_changes",
    "errored",
    "format_version",
    "planned_values",
    "resource_changes",
];

/// A key that is one of [`KEYS`] but for the case of its letters. Some readers of JSON take it for
/// that key, and Terraform never writes it.
fn misspelt<'t>(plan: Item<'t, '_>) -> Option<&'t str> {
    plan.names()
        .find(|name| !KEYS.contains(name) && KEYS.iter().any(|key| key.eq_ignore_ascii_case(name)))
}

fn holds_any(plan: Item<'_, '_>, key: &str) -> bool {
    let list = plan.get(key).filter(|list| !list.is_null());
    list.is_some_and(|list| list.items().is_none_or(|mut items| items.next().is_some()))
}

/// Adds what the plan changes, and says what is wrong with the list, if anything is.
fn collect(plan: Item<'_, '_>, changes: &mut Vec<ResourceChange>) -> Result<(), String> {
    let Some(list) = plan.get("resource_changes") else {
        return Ok(());
    };
    let items = list
        .items()
        .ok_or_else(|| "its `resource_changes` are not a list".to_owned())?;
    let mut problem = Ok(());
    for (index, item) in items.enumerate() {
        let change = change(item).ok_or_else(|| {
            format!("its resource change {index} has no address, type or list of actions")
        })?;
        let Some(change) = change else { continue };
        if problem.is_ok() && type_in(&change.address) != Some(change.resource_type.as_str()) {
            problem = Err(format!(
                "the type `{}` is not that of the address `{}`",
                change.resource_type, change.address
            ));
        }
        if change.action == ChangeAction::Unknown && problem.is_ok() {
            problem = Err(format!("what it does to `{}` is not known", change.address));
        }
        changes.push(change);
    }
    problem
}

/// The type that an address names: `module.a["b"].data.TYPE.NAME[0]` (Terraform, "Resource
/// Addressing").
fn type_in(address: &str) -> Option<&str> {
    let mut rest = address;
    while let Some(module) = rest.strip_prefix("module.") {
        let end = module.find(['.', '['])?;
        let behind = module.get(end..)?;
        let behind = match behind.strip_prefix('[') {
            Some(index) => behind_index(index)?,
            None => behind,
        };
        rest = behind.strip_prefix('.')?;
    }
    let rest = rest.strip_prefix("data.").unwrap_or(rest);
    rest.split_once('.').map(|(kind, _)| kind)
}

/// The text behind the bracket that ends an index, which may be a quoted text.
fn behind_index(index: &str) -> Option<&str> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in index.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            ']' if !quoted => return index.get(at + 1..),
            _ => {}
        }
    }
    None
}

/// One change; the inner `None` is one that changes nothing, in the world or in the state.
fn change(item: Item<'_, '_>) -> Option<Option<ResourceChange>> {
    let text = |key: &str| item.get(key).and_then(Item::as_str).map(str::to_owned);
    let actions = item.get("change")?.get("actions")?.items()?;
    let names: Vec<&str> = actions.map(Item::as_str).collect::<Option<_>>()?;
    let address = text("address")?;
    let state = state(item, &address);
    let action = match names.as_slice() {
        _ if state.is_none() => ChangeAction::Unknown,
        ["no-op"] | ["read"] => match &state {
            Some(state) if state.touches() => ChangeAction::NoOp,
            _ => return Some(None),
        },
        ["create"] => ChangeAction::Create,
        ["update"] => ChangeAction::Update,
        ["delete"] => ChangeAction::Delete,
        ["delete", "create"] | ["create", "delete"] => ChangeAction::Replace,
        ["forget"] => ChangeAction::Forget,
        ["create", "forget"] | ["forget", "create"] => ChangeAction::ForgetReplace,
        _ => ChangeAction::Unknown,
    };
    let state = state.unwrap_or_default();
    Some(Some(ResourceChange {
        address,
        resource_type: text("type")?,
        provider: text("provider_name").unwrap_or_default(),
        action,
        deposed: state.deposed,
        importing: state.importing,
        previous_address: state.previous_address,
    }))
}

/// What a change does to the state beside its actions.
#[derive(Default)]
struct State {
    deposed: Option<String>,
    importing: bool,
    previous_address: Option<String>,
}

impl State {
    fn touches(&self) -> bool {
        self.importing || self.previous_address.is_some()
    }
}

/// None if it is written in a way that isn't known.
fn state(item: Item<'_, '_>, address: &str) -> Option<State> {
    let text = |key: &str| match item.get(key).filter(|it| !it.is_null()) {
        None => Some(None),
        Some(text) => {
            let text = text.as_str()?;
            Some(Some(text.to_owned()).filter(|text| !text.is_empty()))
        }
    };
    let importing = item
        .get("change")
        .and_then(|change| change.get("importing"));
    Some(State {
        deposed: text("deposed")?,
        importing: importing.is_some_and(|importing| !importing.is_null()),
        previous_address: text("previous_address")?.filter(|previous| previous != address),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_address_is_found() {
        for (address, want) in [
            ("aws_db_instance.x", Some("aws_db_instance")),
            ("aws_db_instance.x[0]", Some("aws_db_instance")),
            ("data.aws_ami.x", Some("aws_ami")),
            ("module.a.aws_iam_role.x", Some("aws_iam_role")),
            ("module.a[0].module.b.aws_iam_role.x", Some("aws_iam_role")),
            (
                r#"module.a["x].null_resource.y"].aws_db_instance.x["k"]"#,
                Some("aws_db_instance"),
            ),
            (
                r#"module.a["\"]."].aws_db_instance.x"#,
                Some("aws_db_instance"),
            ),
            (
                "module.null_resource.aws_db_instance.x",
                Some("aws_db_instance"),
            ),
            ("aws_db_instance", None),
            ("module.a", None),
        ] {
            assert_eq!(type_in(address), want, "{address}");
        }
    }
}
