//! Which programs applying a plan would start by what its configuration says: provisioners, and the
//! data source `external` (Terraform, "Provisioners", and the documentation of the provider
//! `external`). The list of changes doesn't show them, and no policy judges them.

use std::collections::BTreeSet;

use super::super::ActionError;
use super::FIELD;
use crate::canonical::{Item, Tape};

/// Data sources that start a program when they are read.
const STARTING: &[&str] = &["external"];

/// A program that applying a plan would start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedProgram {
    /// The resource or the data source, such as `terraform_data.database`, without its module's index.
    pub address: String,
    /// The provisioner's type, such as `local-exec`, or the data source's, such as `external`.
    pub by: String,
}

/// The first program that applying the plan would start, if it would start one.
///
/// # Errors
/// Naming `terraform_plan`, if the text is not strict JSON, or holds no configuration, so that nobody
/// can know.
pub fn starts_program(text: &str) -> Result<Option<StartedProgram>, ActionError> {
    let tape = Tape::parse(text)
        .map_err(|error| ActionError::invalid(FIELD, format!("is not strict JSON: {error}")))?;
    let plan = tape.root();
    let root = plan
        .get("configuration")
        .and_then(|configuration| configuration.get("root_module"));
    let root = root.ok_or_else(|| {
        let problem = "has no `configuration`, so nobody knows which programs it would start; \
                       give the whole output of `terraform show -json`";
        ActionError::invalid(FIELD, problem)
    })?;
    Ok(in_module(root, &touched(plan)))
}

/// The type and the name of each resource that the plan creates or deletes, and of each data source
/// that it reads. Modules are left out: a resource of that name in another module counts too.
fn touched<'t>(plan: Item<'t, '_>) -> BTreeSet<(&'t str, &'t str)> {
    let changes = plan.get("resource_changes").and_then(Item::items);
    let touches = |change: &Item<'t, '_>| {
        let actions = change.get("change").and_then(|it| it.get("actions"));
        let mut actions = actions.and_then(Item::items).into_iter().flatten();
        // What can't be read may be anything.
        !actions.all(|action| matches!(action.as_str(), Some("no-op" | "update" | "forget")))
    };
    let named = |change: Item<'t, '_>| {
        let text = |key| change.get(key).and_then(Item::as_str);
        Some((text("type")?, text("name")?))
    };
    let changes = changes.into_iter().flatten();
    changes.filter(touches).filter_map(named).collect()
}

fn in_module(module: Item<'_, '_>, touched: &BTreeSet<(&str, &str)>) -> Option<StartedProgram> {
    let resources = module.get("resources").and_then(Item::items);
    let mut resources = resources.into_iter().flatten();
    if let Some(found) = resources.find_map(|resource| of_resource(resource, touched)) {
        return Some(found);
    }
    let calls = module.get("module_calls")?;
    let mut names = calls.names();
    names.find_map(|name| in_module(calls.get(name)?.get("module")?, touched))
}

fn of_resource(resource: Item<'_, '_>, touched: &BTreeSet<(&str, &str)>) -> Option<StartedProgram> {
    let text = |key| resource.get(key).and_then(Item::as_str);
    let (kind, name) = (text("type")?, text("name")?);
    if !touched.contains(&(kind, name)) {
        return None;
    }
    let provisioners = resource.get("provisioners").and_then(Item::items);
    let provisioner = provisioners.and_then(|mut all| all.next());
    let by = match provisioner {
        Some(first) => first
            .get("type")
            .and_then(Item::as_str)
            .unwrap_or("of an unknown type"),
        None if text("mode") == Some("data") && STARTING.contains(&kind) => kind,
        None => return None,
    };
    Some(StartedProgram {
        address: text("address").unwrap_or(name).to_owned(),
        by: by.to_owned(),
    })
}
