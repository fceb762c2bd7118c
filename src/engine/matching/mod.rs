//! A pack's lists, compiled once into matchers.

mod lists;
mod tasks;

use foldhash::{HashMap, HashSet};
use std::sync::Arc;

pub use lists::PatternLists;
pub(super) use tasks::Tasks;

use super::error::CompileProblem;
use super::section::Setting;
use crate::action::mcp::mapping::ToolMapping;
use crate::action::patterns::{
    CommandPatterns, HostPatterns, PathPatterns, PatternError, PlacePatterns, ProgramCase,
    RefPatterns, RootPatterns,
};
use crate::policy::effective::{Effective, Listed};
use crate::policy::pack::{Git, Mcp, Network, TOOL_ARGUMENTS};

/// Every matcher of one effective pack.
pub(super) struct Matchers {
    pub(super) block_read: PathPatterns,
    pub(super) approve_read: PathPatterns,
    pub(super) outside_read: PlacePatterns,
    pub(super) outside_write: PlacePatterns,
    /// Entries of `block_read` and `require_approval_read` that a search may meet.
    pub(super) search_may_meet: HashSet<Arc<str>>,
    pub(super) block_write: PathPatterns,
    pub(super) approve_write: PathPatterns,
    pub(super) roots: RootPatterns,
    pub(super) block_command: CommandPatterns,
    pub(super) approve_command: CommandPatterns,
    pub(super) allow_command: CommandPatterns,
    pub(super) harmless_variables: Variables,
    pub(super) tasks: Tasks,
    pub(super) allowed_remotes: HashSet<Arc<str>>,
    pub(super) protected_branches: RefPatterns,
    pub(super) git_settings: Vec<Setting>,
    pub(super) allowed_hosts: HostPatterns,
    pub(super) approve_host: HostPatterns,
    pub(super) block_host: HostPatterns,
    pub(super) allowed_servers: HashMap<Arc<str>, Vec<u32>>,
    pub(super) approval_servers: HashMap<Arc<str>, Vec<u32>>,
    /// Lower-case: for a block, a server can't hide behind its letter case.
    pub(super) blocked_servers: HashMap<String, Vec<u32>>,
    pub(super) mcp_settings: Vec<Setting>,
    /// By `server:tool`.
    pub(super) tool_mappings: HashMap<String, ToolMapping>,
}

impl Matchers {
    /// Compiles the lists of a pack, or says of each what keeps it from compiling.
    pub(super) fn compile(pack: &PatternLists<'_>) -> Result<Self, Vec<CompileProblem>> {
        let mut lists = Lists::default();
        let (files, commands) = (&pack.filesystem, &pack.commands);
        let block_read = lists.paths("filesystem.block_read", &files.block_read);
        let block_read = block_read.map(PathPatterns::with_copies);
        let approve_read = lists.paths(
            "filesystem.require_approval_read",
            &files.require_approval_read,
        );
        let approve_read = approve_read.map(PathPatterns::with_copies);
        let outside_read = lists.places("filesystem.allow_outside_read", &files.allow_outside_read);
        let outside_write =
            lists.places("filesystem.allow_outside_write", &files.allow_outside_write);
        let roots = lists.roots("filesystem.roots", &files.roots);
        let block_write = lists.paths("filesystem.block_write", &files.block_write);
        let approve_write = lists.paths(
            "filesystem.require_approval_write",
            &files.require_approval_write,
        );
        let block_command = lists.commands("commands.block", &commands.block, ProgramCase::Folded);
        let approve_command = lists.commands(
            "commands.require_approval",
            &commands.require_approval,
            ProgramCase::Folded,
        );
        let allow_command = lists.commands("commands.allow", &commands.allow, ProgramCase::Exact);
        let branches = &pack.git.protected_branches;
        let protected_branches = lists.keep(
            "git.protected_branches",
            branches,
            RefPatterns::new(&texts(branches)),
        );
        let tool_mappings = lists.mappings(&pack.mcp);
        let [allowed_hosts, approve_host, block_host] = lists.hosts(&pack.network);
        let (Some(block_read), Some(block_write), Some(approve_write), Some(roots)) =
            (block_read, block_write, approve_write, roots)
        else {
            return Err(lists.problems);
        };
        if !lists.problems.is_empty() {
            return Err(lists.problems);
        }
        let (Some(approve_read), Some(outside_read), Some(outside_write)) =
            (approve_read, outside_read, outside_write)
        else {
            return Err(lists.problems);
        };
        let (
            Some(block_command),
            Some(approve_command),
            Some(allow_command),
            Some(protected_branches),
        ) = (
            block_command,
            approve_command,
            allow_command,
            protected_branches,
        )
        else {
            return Err(lists.problems);
        };
        if !lists.problems.is_empty() {
            return Err(lists.problems);
        }
        Ok(Self {
            block_read,
            approve_read,
            outside_read,
            outside_write,
            search_may_meet: (files.search_may_meet.iter())
                .map(|listed| Arc::clone(&listed.text))
                .collect(),
            block_write,
            approve_write,
            roots,
            block_command,
            approve_command,
            allow_command,
            harmless_variables: Variables::new(&commands.harmless_variables),
            tasks: Tasks::new(commands.allow_effects.tools(), &commands.project_tasks),
            allowed_remotes: (pack.git.allowed_remotes.iter())
                .map(|listed| Arc::clone(&listed.text))
                .collect(),
            protected_branches,
            git_settings: git_settings(&pack.git),
            allowed_hosts,
            approve_host,
            block_host,
            allowed_servers: indexed(&pack.mcp.allowed_servers, Arc::clone),
            approval_servers: indexed(&pack.mcp.approval_servers, Arc::clone),
            blocked_servers: indexed(&pack.mcp.blocked_servers, |name| name.to_lowercase()),
            mcp_settings: on([(
                pack.mcp.allowlist_enabled && pack.mcp.block_unknown_servers,
                Setting::BlockUnknownServers,
            )]),
            tool_mappings,
        })
    }
}

fn git_settings(git: &Git<Effective>) -> Vec<Setting> {
    on([
        (
            git.block_direct_push_to_protected_branch,
            Setting::BlockDirectPush,
        ),
        (git.require_pull_request, Setting::RequirePullRequest),
        (git.require_human_reviewer, Setting::RequireHumanReviewer),
        (git.require_ai_attestation, Setting::RequireAiAttestation),
    ])
}

fn on<const N: usize>(switches: [(bool, Setting); N]) -> Vec<Setting> {
    switches
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, setting)| setting)
        .collect()
}

/// The indices of the entries with each name.
fn indexed<K: std::hash::Hash + Eq>(
    list: &[Listed],
    key: impl Fn(&Arc<str>) -> K,
) -> HashMap<K, Vec<u32>> {
    let mut indices: HashMap<K, Vec<u32>> = HashMap::default();
    for (index, entry) in (0..).zip(list) {
        indices.entry(key(&entry.text)).or_default().push(index);
    }
    indices
}

fn texts(list: &[Listed]) -> Vec<&str> {
    list.iter().map(|entry| entry.text.as_ref()).collect()
}

/// Names of environment variables, some ending in `*`.
pub(super) struct Variables(Vec<Arc<str>>);

impl Variables {
    fn new(list: &[Listed]) -> Self {
        Self(list.iter().map(|entry| Arc::clone(&entry.text)).collect())
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|known| match known.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == known.as_ref(),
        })
    }
}

/// Compiles list after list and keeps what is wrong with them.
#[derive(Default)]
struct Lists {
    problems: Vec<CompileProblem>,
}

impl Lists {
    fn paths(&mut self, name: &str, list: &[Listed]) -> Option<PathPatterns> {
        let compiled = PathPatterns::new(&texts(list));
        self.keep(name, list, compiled)
    }

    fn places(&mut self, name: &str, list: &[Listed]) -> Option<PlacePatterns> {
        let compiled = PlacePatterns::new(&texts(list));
        self.keep(name, list, compiled)
    }

    fn roots(&mut self, name: &str, list: &[Listed]) -> Option<RootPatterns> {
        let compiled = RootPatterns::new(&texts(list));
        self.keep(name, list, compiled)
    }

    fn commands(
        &mut self,
        name: &str,
        list: &[Listed],
        case: ProgramCase,
    ) -> Option<CommandPatterns> {
        self.keep(name, list, CommandPatterns::new(&texts(list), case))
    }

    /// The mappings of arguments. One that can't be read is a problem: without it the arguments of
    /// its tool would not be judged.
    fn mappings(&mut self, mcp: &Mcp<Effective>) -> HashMap<String, ToolMapping> {
        let mut mappings = HashMap::default();
        for (tool, arguments) in &mcp.arguments {
            match arguments.mapping() {
                Ok(mapping) => drop(mappings.insert(tool.clone(), mapping)),
                Err(problem) => {
                    let message = format!("{TOOL_ARGUMENTS}: `{tool}` {problem}");
                    self.problems.push(CompileProblem::of_rego(message));
                }
            }
        }
        mappings
    }

    /// The lists of hosts. One that doesn't compile is empty here, and is among the problems.
    fn hosts(&mut self, network: &Network<Effective>) -> [HostPatterns; 3] {
        let lists = [
            ("network.allowed_hosts", &network.allowed_hosts),
            ("network.require_approval", &network.require_approval),
            ("network.block", &network.block),
        ];
        lists.map(|(name, list)| {
            let compiled = self.keep(name, list, HostPatterns::new(&texts(list)));
            compiled.unwrap_or_default()
        })
    }

    fn keep<T>(
        &mut self,
        name: &str,
        list: &[Listed],
        compiled: Result<T, PatternError>,
    ) -> Option<T> {
        compiled
            .map_err(|error| {
                let entry = list.get(error.index);
                let (text, origin) =
                    entry.map_or(("", ""), |e| (e.text.as_ref(), e.origin.as_ref()));
                let message = format!(
                    "{name}: pattern `{text}` of pack `{origin}` {}",
                    error.message
                );
                self.problems.push(CompileProblem::of_rego(message));
            })
            .ok()
    }
}
