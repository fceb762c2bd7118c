//! What a launcher's table says.

use super::super::options::Opt;

/// What an option means to a launcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Role {
    /// No command of its own. It may choose code, so it lifts an allow where the start is
    /// [held](held).
    None,
    /// Changes neither what runs nor where, nor with what.
    Plain,
    /// Chooses one of several places or versions that the project has (`conda run -n NAME`): only
    /// a pattern that spells it can vouch for it.
    Spelled,
    /// Its value is handed to a shell (`npm exec -c`).
    Script,
    /// What follows it, its value first, is the command (`nix develop -c CMD…`).
    Rest,
    /// Its value names the program that runs with the operands (`--entrypoint`).
    Program,
    /// It takes another word behind its value (`bwrap --bind FROM TO`).
    Two,
    /// The directory that the command runs in.
    Directory,
    Read,
    Write,
    /// The operands are handed to a shell, or to none, unlike without it (`entr -s`).
    Shell,
    /// Only asks; runs nothing.
    Query,
}

/// What the operands are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Takes {
    /// A command, word by word.
    Words,
    /// Words that are joined for a shell.
    Shell,
    /// A single word for a shell, several as a command.
    OneForShell,
    /// A command for a shell in each word.
    Each,
    /// A package, perhaps with its version, whose program runs with the words behind it.
    Package,
    /// A command behind `--`, and nothing else.
    Dashes,
    /// Tools to have; the command is behind `--` (`mise exec node@20 -- CMD`).
    Tools,
    /// Nothing that runs: only options carry commands.
    Nothing,
}

/// Where the command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Place {
    Here,
    /// On another machine, or in a container.
    Elsewhere,
}

/// One way in which a launcher starts a command.
#[derive(Debug)]
pub(in super::super) struct Start {
    /// The subcommand's words; empty if there is none.
    pub(super) under: &'static str,
    pub(super) opts: &'static [Opt<Role>],
    /// Operands in front of the command.
    pub(super) skip: usize,
    pub(super) takes: Takes,
    pub(super) place: Place,
    /// A pattern for the whole line can allow it. If not, nothing can.
    pub(super) is_held: bool,
}

/// A launcher's table.
#[derive(Debug)]
pub(in super::super) struct Launch {
    /// Options in front of the subcommand.
    pub(super) globals: &'static [Opt<Role>],
    /// The ways in which it starts commands, those of more words first.
    pub(super) starts: &'static [Start],
}

pub(super) const fn start(
    under: &'static str,
    opts: &'static [Opt<Role>],
    skip: usize,
    takes: Takes,
) -> Start {
    Start {
        under,
        opts,
        skip,
        takes,
        place: Place::Here,
        is_held: false,
    }
}

/// A start of a command that a pattern for the whole line can allow (`uv run pytest*`). Each of its
/// options but those that are [`Role::Plain`] or [`Role::Spelled`] lifts that.
pub(super) const fn held(
    under: &'static str,
    opts: &'static [Opt<Role>],
    skip: usize,
    takes: Takes,
) -> Start {
    Start {
        is_held: true,
        ..start(under, opts, skip, takes)
    }
}

pub(super) const fn elsewhere(
    under: &'static str,
    opts: &'static [Opt<Role>],
    skip: usize,
    takes: Takes,
) -> Start {
    Start {
        place: Place::Elsewhere,
        ..start(under, opts, skip, takes)
    }
}

/// A launcher without global options.
pub(super) const fn launch(starts: &'static [Start]) -> Launch {
    Launch {
        globals: &[],
        starts,
    }
}

/// A launcher with options in front of its subcommand.
pub(super) const fn with_globals(
    globals: &'static [Opt<Role>],
    starts: &'static [Start],
) -> Launch {
    Launch { globals, starts }
}
