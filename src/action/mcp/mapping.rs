//! What the arguments of an MCP tool do, as a pack says.

use std::collections::BTreeMap;

use super::key::{Step, steps};
use crate::action::path::root_path;

/// Arguments of one tool that a mapping may name.
pub const MAX_MAPPED_ARGUMENTS: usize = 64;
/// The member that names the directory in which the server runs.
const ROOT: &str = "root";
/// As that directory: the workspace's root.
const WORKSPACE: &str = "workspace";

/// What an argument does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArgumentUse {
    /// It is the path of a file that is read.
    Read,
    /// It is a path of which names, sizes or times are shown.
    List,
    /// It is a path that is created or changed.
    Write,
    /// It is a path that is deleted, with all that is below it.
    Delete,
    /// It is a command line that a shell runs.
    Execute,
    /// It is a URL that is fetched.
    Url,
    /// It is text: neither a path nor anything else that rules are about.
    Text,
}

impl ArgumentUse {
    /// Every use, in the order of the documents.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::List,
        Self::Write,
        Self::Delete,
        Self::Execute,
        Self::Url,
        Self::Text,
    ];

    /// The word in packs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Execute => "execute",
            Self::Url => "url",
            Self::Text => "text",
        }
    }
}

/// The directory in which a server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerRoot {
    /// The action's `workspace_root` or, without one, its `cwd`.
    Workspace,
    /// An absolute path.
    Path(String),
}

/// One argument, and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedArgument {
    /// The argument as the pack names it, without the mark `?`.
    pub key: String,
    /// The same, step by step.
    pub steps: Vec<Step>,
    /// A call may leave it out.
    pub optional: bool,
    /// What it does; more than one thing if a file is moved.
    pub uses: Vec<ArgumentUse>,
}

/// What the arguments of one tool do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolMapping {
    /// The directory that relative paths start from; not known if it is none.
    pub root: Option<ServerRoot>,
    /// The arguments, in the order of their names.
    pub arguments: Vec<MappedArgument>,
}

impl ToolMapping {
    /// Reads the mapping of one tool: arguments by name, each with the words for what it does, and
    /// perhaps `root`.
    ///
    /// # Errors
    /// With what is wrong, to be read after the tool's name.
    pub fn read(written: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        if written.len() > MAX_MAPPED_ARGUMENTS {
            let problem = format!(
                "has {} entries; the limit is {MAX_MAPPED_ARGUMENTS}",
                written.len()
            );
            return Err(problem);
        }
        let mut mapping = Self::default();
        for (name, words) in written {
            if name == ROOT {
                mapping.root = Some(root(words)?);
                continue;
            }
            let argument = argument(name, words)?;
            let is_same = |known: &MappedArgument| known.steps == argument.steps;
            if mapping.arguments.iter().any(is_same) {
                return Err(format!("names the argument `{}` twice", argument.key));
            }
            mapping.arguments.push(argument);
        }
        Ok(mapping)
    }
}

fn root(words: &[String]) -> Result<ServerRoot, String> {
    let problem = || {
        "has a `root` that is neither `workspace` nor an absolute path; an argument of that name is \
         written as `\"root\"`"
            .to_owned()
    };
    match words {
        [word] if word == WORKSPACE => Ok(ServerRoot::Workspace),
        [path] if root_path(path).is_some() => Ok(ServerRoot::Path(path.clone())),
        _ => Err(problem()),
    }
}

fn argument(name: &str, words: &[String]) -> Result<MappedArgument, String> {
    let (key, optional) = match name.strip_suffix('?') {
        Some(key) => (key, true),
        None => (name, false),
    };
    let steps = steps(key).filter(|steps| {
        let is_fixed = |step: &Step| matches!(step, Step::Entry(_));
        !steps.iter().any(is_fixed)
    });
    let Some(steps) = steps else {
        return Err(format!(
            "has the argument `{name}`, which is not made of names, `.` and `[]`, such as \
             `edits[].path`; a name with other characters is a JSON string"
        ));
    };
    let uses: Result<Vec<ArgumentUse>, String> = words
        .iter()
        .map(|word| {
            let mut all = ArgumentUse::ALL.into_iter();
            all.find(|it| it.name() == word).ok_or_else(|| {
                let names = ArgumentUse::ALL.map(ArgumentUse::name).join("`, `");
                format!("says `{word}` of the argument `{name}`, which is none of `{names}`")
            })
        })
        .collect();
    let uses = uses?;
    if uses.is_empty() {
        return Err(format!("says nothing of the argument `{name}`"));
    }
    if uses.contains(&ArgumentUse::Text) && uses.len() > 1 {
        return Err(format!(
            "says `text` of the argument `{name}`, and something else too"
        ));
    }
    Ok(MappedArgument {
        key: key.to_owned(),
        steps,
        optional,
        uses,
    })
}
