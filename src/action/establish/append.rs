//! Facts of one part of an action behind those of another.

use crate::action::facts::Facts;

/// Adds the facts of a part. Indices of its commands and pushes are moved behind those that are
/// there.
pub(super) fn append(facts: &mut Facts, part: Facts) {
    let (commands, pushes) = (facts.commands.len(), facts.pushes.len());
    let Facts {
        commands: mut more_commands,
        mut guard,
        mut lists,
        mcp: _,
        mut network,
        mut presumed_reads,
        mut presumed_writes,
        pushes: mut more_pushes,
        mut reads,
        terraform_plan: _,
        mut unknowns,
        mut writes,
    } = part;
    let behind = |index: &mut Option<usize>, count: usize| {
        *index = index.map(|index| index + count);
    };
    let paths = [
        &mut lists,
        &mut presumed_reads,
        &mut presumed_writes,
        &mut reads,
        &mut writes,
    ];
    let paths = paths.into_iter().flatten();
    paths.for_each(|it| behind(&mut it.command, commands));
    (guard.iter_mut()).for_each(|it| behind(&mut it.command, commands));
    (network.iter_mut()).for_each(|it| behind(&mut it.command, commands));
    (unknowns.iter_mut()).for_each(|it| behind(&mut it.command, commands));
    (more_pushes.iter_mut()).for_each(|it| behind(&mut it.command, commands));
    (more_commands.iter_mut()).for_each(|it| behind(&mut it.push, pushes));
    facts.commands.extend(more_commands);
    facts.guard.extend(guard);
    facts.lists.extend(lists);
    facts.network.extend(network);
    facts.presumed_reads.extend(presumed_reads);
    facts.presumed_writes.extend(presumed_writes);
    facts.pushes.extend(more_pushes);
    facts.reads.extend(reads);
    facts.unknowns.extend(unknowns);
    facts.writes.extend(writes);
}
