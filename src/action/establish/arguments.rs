//! What the arguments of an MCP call do, as a pack's mapping says: the same facts that a read, a
//! write or a command line has.

use super::append::append;
use super::argument_tree::Node;
use super::{access, check, contacts, line};
use crate::action::budget::{self, Budget};
use crate::action::facts::{
    Certainty, Facts, McpArgument, McpArgumentKind, McpArguments, PathAccess, Traffic,
};
use crate::action::hosts::Destination;
use crate::action::limits::{
    MAX_ARGUMENT_COMMANDS, MAX_ARGUMENT_PATHS, MAX_ARGUMENT_PROBLEMS, MAX_WORK,
};
use crate::action::mcp::key::{Step, looks_like_a_place, names_a_place, steps};
use crate::action::mcp::mapping::{ArgumentUse, MappedArgument, ServerRoot, ToolMapping};
use crate::action::path::{Base, Resolver};
use crate::action::program::{Contact, names_commits, paths_of_revision};
use crate::action::{Action, Place};
use crate::canonical::cut;

/// What touches a path that an argument names.
const VIA: &str = "mcp_tool_call";
/// Bytes of a value that a reason quotes.
const MAX_QUOTED_BYTES: usize = 128;

/// The facts of an MCP call with what its arguments do. What can't be established is in
/// [`McpArguments::unclear`].
#[must_use]
pub fn with_arguments(action: &Action, facts: &Facts, mapping: &ToolMapping) -> Facts {
    let mut facts = facts.clone();
    let Some(call) = &mut facts.mcp else {
        return facts;
    };
    let given = call.arguments.take();
    let was_given = given.is_some();
    let mut arguments = given.unwrap_or_else(|| McpArguments {
        digest: crate::canonical::Digest::of(b"{}"),
        incomplete: false,
        unclear: Vec::new(),
        values: Vec::new(),
    });
    let mut mapped = Mapped::new(action, mapping);
    if was_given {
        mapped.take(&arguments, mapping);
    } else {
        mapped.unclear("the call's arguments are not given".to_owned());
    }
    let Mapped {
        facts: found,
        unclear,
        ..
    } = mapped;
    arguments.unclear = unclear;
    call.arguments = Some(arguments);
    append(&mut facts, found);
    facts
}

struct Mapped<'a> {
    facts: Facts,
    unclear: Vec<String>,
    /// Where the server runs.
    resolver: Option<Resolver>,
    base: Base,
    branch: Option<&'a str>,
    commands: usize,
    paths: usize,
    /// The work that is left for all paths together.
    budget: Budget,
}

impl<'a> Mapped<'a> {
    fn new(action: &'a Action, mapping: &ToolMapping) -> Self {
        let (place, is_known) = started(&action.place, mapping.root.as_ref());
        let resolver = Resolver::new(&place).ok();
        let start = resolver.as_ref().filter(|_| is_known).map(Resolver::start);
        let base = start.unwrap_or(Base::Unknown);
        // What is checked out is known of the action's own directory alone.
        let own = Resolver::new(&action.place).ok();
        let is_own = own.is_some_and(|own| own.start() == base);
        let branch = action.place.current_branch.as_deref();
        Self {
            facts: Facts::default(),
            unclear: Vec::new(),
            resolver,
            base,
            branch: branch.filter(|_| is_own),
            commands: 0,
            paths: 0,
            budget: Budget::new(MAX_WORK),
        }
    }

    fn unclear(&mut self, problem: String) {
        let count = self.unclear.len();
        if count < MAX_ARGUMENT_PROBLEMS && !self.unclear.contains(&problem) {
            self.unclear.push(problem);
        }
    }

    fn take(&mut self, arguments: &'a McpArguments, mapping: &'a ToolMapping) {
        if arguments.incomplete {
            self.unclear("there are more values among its arguments than are judged".to_owned());
        }
        let mut root = Node::default();
        for (index, value) in arguments.values.iter().enumerate() {
            match steps(&value.at) {
                Some(steps) => root.put(&steps, (index, value)),
                None => self.unclear(format!("the argument `{}` has no name", quoted(&value.at))),
            }
        }
        let mut used = vec![false; arguments.values.len()];
        for argument in &mapping.arguments {
            let mut values = Vec::new();
            if let Err(problem) = root.find(&argument.steps, argument.optional, &mut values) {
                self.unclear(format!(
                    "the argument `{}` {problem}",
                    quoted(&argument.key)
                ));
            }
            for (index, value) in values {
                if let Some(used) = used.get_mut(index) {
                    *used = true;
                }
                self.value(argument, value);
            }
        }
        for (value, used) in arguments.values.iter().zip(used) {
            if !used && is_unmapped_place(value) {
                let at = quoted(&value.at);
                self.unclear(format!(
                    "the argument `{at}` may be a path, and no mapping says what it does"
                ));
            }
        }
    }

    fn value(&mut self, argument: &MappedArgument, value: &McpArgument) {
        let at = quoted(&value.at);
        let is_text = argument.uses.contains(&ArgumentUse::Text);
        let text = match (value.kind, &value.text) {
            _ if is_text => return,
            (McpArgumentKind::Text, Some(text)) => text.as_str(),
            (McpArgumentKind::LongText, _) => {
                return self.unclear(format!("the argument `{at}` is too long to be judged"));
            }
            _ => return self.unclear(format!("the argument `{at}` is no text")),
        };
        for does in &argument.uses {
            match does {
                ArgumentUse::Execute => self.command(&at, text),
                ArgumentUse::Url => self.url(&at, text),
                ArgumentUse::Revision => self.revision(&at, text),
                ArgumentUse::Repository => self.repository(&at, text),
                ArgumentUse::Text => {}
                ArgumentUse::Read
                | ArgumentUse::List
                | ArgumentUse::Write
                | ArgumentUse::Delete => self.path(*does, &at, text),
            }
        }
    }

    fn path(&mut self, does: ArgumentUse, at: &str, text: &str) {
        self.paths += 1;
        if self.paths > MAX_ARGUMENT_PATHS {
            return self.unclear("there are more paths among its arguments than are judged".into());
        }
        if is_remote(text) {
            return self.unclear(format!("the argument `{at}` is a URL, not a path"));
        }
        let Some(resolver) = &self.resolver else {
            return self.unclear("where the call happens can't be read".to_owned());
        };
        let cost = budget::of_path(text.len() + self.base.length());
        let cost = cost.saturating_mul(resolver.most_readings());
        let paid = self.budget.spend(cost).ok();
        let found = paid.and_then(|()| access(resolver, text, &self.base, VIA, &self.budget).ok());
        let resolved = resolver.resolve(text, &self.base);
        let is_placed = resolved.is_ok_and(|found| !found.unknown_base);
        let Some(found) = found else {
            return self.unclear(format!("the argument `{at}` is no path that can be judged"));
        };
        if found.doubtful {
            self.unclear(format!(
                "tools differ about where the argument `{at}` leads"
            ));
        }
        let found = found.all;
        if !is_placed {
            self.unclear(format!(
                "the argument `{at}` is a relative path, and the directory that it starts from is \
                 not known"
            ));
        }
        match does {
            ArgumentUse::Read => self.facts.reads.extend(found),
            ArgumentUse::List => self.facts.lists.extend(found),
            ArgumentUse::Delete => {
                self.facts.writes.extend(found.iter().filter_map(tree));
                self.facts.writes.extend(found);
            }
            _ => self.facts.writes.extend(found),
        }
    }

    /// The directory in which git runs.
    fn repository(&mut self, at: &str, text: &str) {
        self.path(ArgumentUse::List, at, text);
        let is_root = |resolver: &Resolver| resolver.is_root(&resolver.change(&self.base, text));
        if !self.resolver.as_ref().is_some_and(is_root) {
            self.unclear(format!(
                "the argument `{at}` is not the top of the workspace, and another repository's configuration may \
                 name programs that git starts"
            ));
        }
    }

    /// What git shows of a revision: the file of `REV:PATH` or, where git takes the text for a path, that; and what
    /// `git diff` shows of a stash or a folder. With a dash in front it is an option, such as `--output=FILE`.
    fn revision(&mut self, at: &str, text: &str) {
        if text.starts_with('-') {
            return self.unclear(format!("the argument `{at}` may be an option of git"));
        }
        let Some(resolver) = &self.resolver else {
            return self.unclear("where the call happens can't be read".to_owned());
        };
        let paths = paths_of_revision(text);
        self.paths += paths.len();
        let is_few = self.paths <= MAX_ARGUMENT_PATHS;
        // A branch is no path, so where it would begin need not be known.
        let found = |path: &String| access(resolver, path, &self.base, VIA, &self.budget).ok();
        let presumed: Option<Vec<_>> = paths.iter().filter(|_| is_few).map(found).collect();
        let shown = match names_commits(text) {
            true => Some(Vec::new()),
            false => line::shown_by_diff(text, resolver, self.base.clone()),
        };
        let (Some(presumed), Some(shown), true) = (presumed, shown, is_few) else {
            return self.unclear(format!("the argument `{at}` can't be judged as a revision"));
        };
        let presumed_reads = &mut self.facts.presumed_reads;
        presumed_reads.extend(presumed.into_iter().flat_map(|found| found.all));
        self.facts.reads.extend(shown);
    }

    fn command(&mut self, at: &str, text: &str) {
        self.commands += 1;
        if self.commands > MAX_ARGUMENT_COMMANDS {
            return self.unclear(
                "there are more command lines among its arguments than are judged".into(),
            );
        }
        let Some(resolver) = &self.resolver else {
            return self.unclear("where the call happens can't be read".to_owned());
        };
        if check(text).is_err() {
            return self.unclear(format!("the argument `{at}` is no command line"));
        }
        let base = self.base.clone();
        let (found, _) = line::facts_from(text, resolver, base, self.branch, MAX_WORK);
        append(&mut self.facts, found);
    }

    /// A connection that the server would open.
    fn url(&mut self, at: &str, text: &str) {
        self.paths += 1;
        if self.paths > MAX_ARGUMENT_PATHS {
            return self.unclear("there are more URLs among its arguments than are judged".into());
        }
        if !is_remote(text) {
            // `file:` reads a file.
            self.unclear(format!("the argument `{at}` is no URL of a host"));
            return self.path(ArgumentUse::Read, at, text);
        }
        let contact = Contact {
            shown: text.to_owned(),
            place: Destination::of_url(text, None),
            is_remote: false,
            // What the server sends is not known.
            traffic: Traffic::Opened,
        };
        self.facts.network.push(contacts::access(contact, None));
    }
}

/// The place where the server runs, and whether it is known.
fn started(place: &Place, root: Option<&ServerRoot>) -> (Place, bool) {
    let cwd = match root {
        Some(ServerRoot::Path(path)) => Some(path.clone()),
        Some(ServerRoot::Workspace) => place.workspace_root.clone().or_else(|| place.cwd.clone()),
        None => None,
    };
    let is_known = cwd.is_some();
    let place = Place {
        cwd: cwd.or_else(|| place.cwd.clone()),
        ..place.clone()
    };
    (place, is_known)
}

/// Everything below a path that is deleted.
fn tree(access: &PathAccess) -> Option<PathAccess> {
    (access.certainty == Certainty::Certain).then(|| PathAccess {
        certainty: Certainty::Possible,
        path: match access.path.as_str() {
            "" => "**".to_owned(),
            path => format!("{}/**", globset::escape(path)),
        },
        made_before: false,
        whole: true,
        ..access.clone()
    })
}

/// Whether a text names something on a host: it has a scheme other than `file`.
fn is_remote(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| !scheme.eq_ignore_ascii_case("file"))
}

/// Whether a value that no mapping names may be a path: one of its names says so, or it looks like one.
/// What is too long to be looked at may be one.
fn is_unmapped_place(value: &McpArgument) -> bool {
    let looks = match (value.kind, &value.text) {
        (McpArgumentKind::Text, Some(text)) => looks_like_a_place(text),
        (McpArgumentKind::Text | McpArgumentKind::LongText, _) => true,
        (McpArgumentKind::Number, _) => false,
        (
            McpArgumentKind::Boolean
            | McpArgumentKind::Null
            | McpArgumentKind::EmptyList
            | McpArgumentKind::EmptyObject,
            _,
        ) => return false,
    };
    let named = |step: &Step| matches!(step, Step::Name(name) if names_a_place(name) || looks_like_a_place(name));
    looks || steps(&value.at).is_none_or(|steps| steps.iter().any(named))
}

fn quoted(text: &str) -> String {
    cut(text, MAX_QUOTED_BYTES).into_owned()
}
