//! The mappings `commands.allow_effects` and `commands.project_tasks`.

use std::sync::Arc;

use super::fields::Fields;
use super::values::Problem;
use crate::action::facts::TaskKind;
use crate::policy::pack::{
    AllowEffects, AllowedEffect, PROJECT_TOOLS, TaskNames, ToolKinds, kind_named,
};

pub(super) fn allow_effects(fields: &mut Fields<'_>) -> AllowEffects {
    let effects = AllowEffects::of(|effect: AllowedEffect| fields.flag(effect.name()));
    let tools = fields.items_if_given(PROJECT_TOOLS, |item, issues| item.parsed(issues, kind));
    effects.with_tools(tools.map(ToolKinds::of))
}

pub(super) fn project_tasks(fields: &mut Fields<'_>) -> TaskNames {
    TaskNames::of(|kind| {
        let names = fields.list_if_given(kind.name())?;
        Some(names.into_iter().map(Arc::from).collect())
    })
}

fn kind(text: &str) -> Result<TaskKind, Problem> {
    kind_named(text).ok_or_else(|| {
        let names = TaskKind::ALLOWABLE.map(TaskKind::name).join("`, `");
        let problem = format!("`{text}` is no kind of task; the kinds are `{names}`");
        ("unknown-kind", problem)
    })
}
