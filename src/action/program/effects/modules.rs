//! Modules of Python that `python -m` runs as programs.
//!
//! Sources: `python -m json.tool --help`, `python -m ast --help`, `python -m tokenize --help` of Python 3.13. A module of the project may have the name, so what
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

static AST: Table = table(
    &[
        flag("-a --include-attributes --no-type-comments", Role::Plain),
        value("-m --mode -i --indent", Role::Plain),
    ],
    Operands::Reads,
);
static TOKENIZE: Table = table(&[flag("-e --exact", Role::Plain)], Operands::Reads);

pub(super) fn json_tool(call: &Call<'_>, account: &mut Account<'_>) {
    module(call, account, &JSON_TOOL);
}

pub(super) fn ast(call: &Call<'_>, account: &mut Account<'_>) {
    module(call, account, &AST);
}

pub(super) fn tokenize(call: &Call<'_>, account: &mut Account<'_>) {
    module(call, account, &TOKENIZE);
}

fn module(call: &Call<'_>, account: &mut Account<'_>, table: &'static Table) {
    account.by(call.args(), table);
    let kind = TaskKind::Lint;
    account.runs(ProjectTasks {
        tasks: vec![ProjectTask { kind, name: None }],
        tool: call.name.to_string(),
    });
}
