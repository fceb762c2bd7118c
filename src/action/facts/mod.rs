//! What an action would do, as far as that can be known without doing it.
//!
//! Facts depend on the action alone, never on a pack: two policies are compared
//! on the same facts. `input.facts` in Rego is [`Facts`] as JSON.
//!
//! Fields are in the order of their names in JSON, so that facts are canonical JSON
//! (RFC 8785) as they are serialised: the journal names them by their digest.

mod arguments;
mod effects;
mod excerpt;
mod network;
mod plan;
mod search;
mod tasks;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;

pub use arguments::{McpArgument, McpArgumentKind, McpArguments};
pub use effects::{Deed, Does, Effects, Extent};
pub use network::{NetworkAccess, Traffic};
pub use plan::{ChangeAction, ResourceChange, TerraformPlan};
pub use search::Search;
pub use tasks::{ProjectTask, ProjectTasks, TaskKind};

/// The version of this module's shape and meaning. Part of every effective digest.
pub const FACTS_VERSION: &str = "cavra.facts.v3";

/// Everything that is known about what an action would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The simple commands that a command line could run, in their order in the line.
    pub commands: Vec<Command>,
    /// What would change or stop CAVRA itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guard: Vec<GuardTampering>,
    /// Paths of which names, sizes and times are shown (`ls`, `stat`, `find`), and not the content,
    /// as far as tables of effects know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<PathAccess>,
    /// The MCP call.
    pub mcp: Option<McpCall>,
    /// Hosts that commands would connect to, as far as their words say so, and endpoints that the
    /// shell itself would open (`/dev/tcp/…`).
    pub network: Vec<NetworkAccess>,
    /// Words that may be files which a command reads, where nothing more is known of its
    /// program: each operand and option value that looks like a path. Only
    /// `filesystem.block_read` is matched with them, and, before a command is allowed,
    /// `filesystem.block_write`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presumed_reads: Vec<PathAccess>,
    /// Values of output options, and operands beside an option that changes files in place,
    /// where nothing more is known of the program. Judged like `writes`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presumed_writes: Vec<PathAccess>,
    /// Operations on git remotes.
    pub pushes: Vec<Push>,
    /// Paths that would be read, by any means.
    pub reads: Vec<PathAccess>,
    /// The Terraform plan that came with the action.
    pub terraform_plan: Option<TerraformPlan>,
    /// What could not be established. Not empty means: nothing here is allowed.
    pub unknowns: Vec<Unknown>,
    /// Paths that would be created, changed or deleted, by any means.
    pub writes: Vec<PathAccess>,
}

impl Facts {
    /// `reads`, then `presumed_reads`, then `lists`: what the read rules judge, by index.
    pub fn all_reads(&self) -> impl Iterator<Item = &PathAccess> {
        let presumed = self.reads.iter().chain(&self.presumed_reads);
        presumed.chain(&self.lists)
    }

    /// `writes`, then `presumed_writes`, then `presumed_reads`: what the write rules judge,
    /// by index.
    pub fn all_writes(&self) -> impl Iterator<Item = &PathAccess> {
        let presumed = self.presumed_writes.iter().chain(&self.presumed_reads);
        self.writes.iter().chain(presumed)
    }
}

/// Something about an action that could not be established.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unknown {
    /// The index in `facts.commands`, where one command is concerned.
    pub command: Option<usize>,
    /// What kind of not knowing.
    pub kind: UnknownKind,
    /// Why, for a person.
    pub reason: String,
}

/// The two ways of not knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownKind {
    /// Depends on what only the run will show: a variable, a script, standard input.
    Dynamic,
    /// Not understood: a syntax error, or nested past a limit, or more work than one action may
    /// take.
    Unparsed,
}

/// Whether something would happen, or only could.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// On some path through the command it happens.
    Certain,
    /// It depends on what a glob or a recursive walk finds: `cat .e*`, `tar cf - .`.
    Possible,
}

/// One path that would be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathAccess {
    /// Where patterns are anchored.
    pub anchor: Anchor,
    /// Whether the access is certain.
    pub certainty: Certainty,
    /// The index in `facts.commands`, where a command does it.
    pub command: Option<usize>,
    /// It is a device, or a part of the kernel or of another process: what is read is no
    /// file, and what is written changes the machine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub device: bool,
    /// It is deleted, and a redirection that surely came before in the line made or emptied it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub made_before: bool,
    /// The path isn't known to lie inside the workspace: below its root, or below the
    /// working directory where no root is known.
    pub outside_workspace: bool,
    /// It is written, and what has such a name is of a kind that the program makes itself, from what
    /// stays: a plan of Terraform. Nothing but an earlier one is lost.
    #[serde(default, skip_serializing_if = "is_false")]
    pub own_kind: bool,
    /// The path to match patterns against: `/`-separated, without `.` and `..`,
    /// without a leading slash. If only `possible` it is a glob. U+FFFC replaces a part
    /// that only the run will show; a pattern that matches such a path matches it with any
    /// such part.
    pub path: String,
    /// The root that the caller names, unless the service's operator names it too. Patterns
    /// also match above it, unless the pack names it in `filesystem.roots`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<CallerRoot>,
    /// A search walks there, and what is known of the files that it skips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Box<Search>>,
    /// What touches it: `read_file`, `search`, `redirection`, `mcp_tool_call` (an argument of the
    /// call), or a program's name.
    pub via: String,
    /// All that `path` matches is touched for certain, as far as it exists: `rm -r DIR`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub whole: bool,
    /// As it was written.
    pub written: String,
}

/// A workspace root that only the caller names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallerRoot {
    /// A pattern may begin at each directory of the whole path, as if the root were unknown:
    /// the path was absolute, or began at a working directory. If not, only at the root and
    /// above it.
    pub anywhere: bool,
    /// The root, as `path` is written. The whole path is `path` below it; where
    /// `outside_workspace` is set, the root is nobody's workspace, and `path` is the whole
    /// path already.
    pub path: String,
}

/// Where in a path the beginning of a pattern may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// `path` is relative to the workspace root; patterns match it as it is.
    Workspace,
    /// The root is unknown, or the path lies outside it: each directory of `path`
    /// is taken for the root, and the strictest reading counts.
    AnyDirectory,
}

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The one form that `allow` patterns are matched with, or null if nothing can allow it.
    pub allow_form: Option<Vec<String>>,
    /// Why `allow_form` is none, for a person.
    pub allow_lifted: Vec<String>,
    /// Names of variables assigned for it that aren't known to be harmless. They lift an
    /// allow unless the pack names them in `commands.harmless_variables`.
    pub assignments: Vec<String>,
    /// Each way to read the command that `block` and `require_approval` patterns are
    /// matched with, word by word: without global options, the program without its directory and
    /// in lower case, `tofu` as `terraform`, `destroy` also as `apply`, …
    pub block_forms: Vec<Vec<String>>,
    /// What its operation does to the world, where that is known.
    pub effect: Effect,
    /// What else it does, and whether that is all. Left out where no table knows the program.
    #[serde(default, skip_serializing_if = "Effects::is_unknown")]
    pub effects: Effects,
    /// Asked for help, a version or a dry run: the operation itself does not happen.
    pub inert: bool,
    /// The index in `facts.commands` of the last command that may run before this one or at its time, where that is
    /// a later one: in a loop, in a pipe, in the background.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_follow: Option<usize>,
    /// Needs no allow: `cd` inside the workspace, `true`, … `block` and `require_approval` patterns
    /// count, and so do `assignments`, which make it a command like any other.
    pub neutral: bool,
    /// The program's last path segment, as written. Empty when it is unknown.
    pub program: String,
    /// The index in `facts.pushes`, if it is a `git push` (or another git remote operation).
    pub push: Option<usize>,
    /// A program may run this, which is not certain, or a launcher runs it and is judged by its
    /// whole line (`pytest` in `uv run pytest`), or it was only skimmed, because the line is
    /// `unparsed`: a pattern that blocks it or asks for an approval counts, and it needs no allow
    /// of its own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tried: bool,
    /// Words that no table of its program vouches for: options, `@FILE` and `NAME=VALUE` of a
    /// program without a table, further tasks, a program that is named by a path. An `allow`
    /// pattern holds them where it spells them, or where it contains the word `-*`; the path it
    /// must spell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unvouched: Vec<String>,
    /// What it was reached through, outermost first: `sudo`, `bash -c`, `$(…)`, `function f`, …
    pub via: Vec<String>,
    /// The words after quote removal and expansion, the program first.
    pub words: Vec<Word>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// Whether part of it is known only at run time.
    pub dynamic: bool,
    /// The text; a part that is unknown is as it was written.
    pub text: String,
}

/// What a known operation does to the world outside the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing that is known.
    #[default]
    None,
    /// Changes something that can be changed back.
    Change,
    /// Applies, destroys or deletes. Makes `commands.block` critical.
    Destructive,
}

/// A way to change or to stop CAVRA itself. Writes to its files are in `facts.writes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardTampering {
    /// The index in `facts.commands`.
    pub command: Option<usize>,
    /// By which way.
    pub kind: GuardTamperingKind,
    /// The variable or the program.
    pub what: String,
}

/// The ways to change or to stop CAVRA itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuardTamperingKind {
    /// Sets or removes one of its variables (`CAVRA_PACKS=… cavra decide`).
    Environment,
    /// Stops or restarts its service, process or container (`pkill cavra`).
    Service,
}

/// One operation on a git remote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// The index in `facts.commands`, where a command does it.
    pub command: Option<usize>,
    /// `--dry-run`: no ref moves.
    pub dry_run: bool,
    /// Whether `operation` is one that is known. If not, it is never allowed.
    pub known: bool,
    /// `push`, `force_push`, `delete`, `fetch`, … as far as known.
    pub operation: String,
    /// Each way to read the target; one unless the target is ambiguous. Blocked if every
    /// reading moves a protected ref, needs approval if one does.
    pub readings: Vec<Vec<RefUpdate>>,
    /// The remote's name or URL, where known.
    pub remote: Option<String>,
    /// Why the refs are not all known, for a person. Then nothing is allowed.
    pub unknown_target: Option<String>,
    /// Whether it writes to the remote. An unknown operation counts as one that does.
    pub writes: bool,
}

/// One remote ref that would move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefUpdate {
    /// The ref would be deleted.
    pub delete: bool,
    /// Full names, or patterns with one `*`, that negative refspecs take out of `name`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<String>,
    /// The update need not be a fast-forward.
    pub force: bool,
    /// `name` is a pattern: every ref that it can match may move.
    pub glob: bool,
    /// The whole name, such as `refs/heads/main`; a pattern with `*` where `glob` is set.
    pub name: String,
}

/// One call of an MCP tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct McpCall {
    /// The arguments, where the caller gave them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<McpArguments>,
    /// The capability, where given.
    pub capability: Option<String>,
    /// `server`, `tool` and `target` name the same call. If not, it is blocked.
    pub consistent: bool,
    /// SHA-256 over the RFC 8785 form of the tool's definition, where it was given.
    pub fingerprint: Option<Digest>,
    /// The server's exact name; empty when the caller named none.
    pub server: String,
    /// The tool's exact name; empty when the caller named none.
    pub tool: String,
}
