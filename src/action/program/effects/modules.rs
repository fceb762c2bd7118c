//! Modules of Python that `python -m` runs as programs.
//!
//! Source: `python -m json.tool --help` of Python 3.13. A module of the project may have the name, so what
//! runs is the project's code.

use super::super::call::Call;
use super::super::options::{flag, value};
use super::table::{Account, Operands, Role, Table, table};
use crate::action::facts::{ProjectTask, ProjectTasks, TaskKind};

static JSON_TOOL: Table = table(
    &[
        flag(
            "--sort-keys --no-ensure-ascii --json-lines --tab --no-indent --compact",
            Role::Plain,
        ),
        value("--indent", Role::Plain),
    ],
    Operands::ReadWrite,
);

pub(super) fn json_tool(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &JSON_TOOL);
    let kind = TaskKind::Lint;
    account.runs(ProjectTasks {
        tasks: vec![ProjectTask { kind, name: None }],
        tool: call.name.to_string(),
    });
}
