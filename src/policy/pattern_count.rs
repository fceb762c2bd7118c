//! How many patterns a pack has, before any of them is compiled.

use super::effective::{EffectivePack, Listed};
use super::pack::Pack;
use crate::action::path::count_alternatives;

/// Patterns of all lists of a pack together, after inheritance, with every choice of their
/// braces counted. Compiling takes time and memory with each.
pub const MAX_PACK_PATTERNS: usize = 16_384;

/// Counts the patterns of an effective pack.
#[must_use]
pub fn of_effective(pack: &EffectivePack) -> usize {
    let (files, commands, git, mcp) = (&pack.filesystem, &pack.commands, &pack.git, &pack.mcp);
    let with_braces = [
        &files.block_read,
        &files.block_write,
        &files.require_approval_write,
        &files.roots,
        &git.protected_branches,
    ];
    let plain = [
        &commands.block,
        &commands.allow,
        &commands.require_approval,
        &commands.harmless_variables,
        &git.allowed_remotes,
        &mcp.allowed_servers,
        &mcp.blocked_servers,
    ];
    let text = |listed: &Listed| listed.text.clone();
    let with_braces = with_braces.into_iter().flatten().map(text);
    sum(with_braces, plain.into_iter().map(Vec::len))
}

/// Counts the patterns of a pack without its parents.
#[must_use]
pub fn of_own(pack: &Pack) -> usize {
    let (files, commands, git, mcp) = (&pack.filesystem, &pack.commands, &pack.git, &pack.mcp);
    let with_braces = [
        &files.block_read,
        &files.block_write,
        &files.require_approval_write,
        &files.roots,
    ];
    let plain = [
        &commands.block,
        &commands.allow,
        &commands.require_approval,
        &commands.harmless_variables,
        &git.allowed_remotes,
        &mcp.allowed_servers,
        &mcp.blocked_servers,
    ];
    let branches = git.protected_branches.iter().flatten();
    let with_braces = with_braces.into_iter().flatten().chain(branches);
    sum(with_braces, plain.into_iter().map(Vec::len))
}

fn sum<T: AsRef<str>>(
    with_braces: impl Iterator<Item = T>,
    plain: impl Iterator<Item = usize>,
) -> usize {
    let counts = with_braces.map(|pattern| count_alternatives(pattern.as_ref()));
    counts.chain(plain).fold(0, usize::saturating_add)
}

/// What is wrong with so many patterns; nothing within the limit.
#[must_use]
pub fn problem(count: usize) -> Option<String> {
    (count > MAX_PACK_PATTERNS).then(|| {
        format!(
            "{count} patterns in all lists together, every choice of their braces counted; the limit \
             is {MAX_PACK_PATTERNS}"
        )
    })
}
