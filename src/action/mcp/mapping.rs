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
    /// It is a revision of git, and perhaps of a file: `REV:PATH`.
    Revision,
    /// It is the directory in which git runs. It must be a root of the workspace: another repository's
    /// configuration may name programs that git starts.
    Repository,
    /// It is text: neither a path nor anything else that rules are about.
    Text,
}

impl ArgumentUse {
    /// Every use, in the order of the documents.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::List,
        Self::Write,
        Self::Delete,
        Self::Execute,
        Self::Url,
        Self::Revision,
        Self::Repository,
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
            Self::Revision => "revision",
            Self::Repository => "repository",
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
    /// The argument's key, step by step.
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

/// Why the mapping of a tool's arguments can't be used. The text is read after the tool's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// There are too many arguments.
    #[error("has {0} entries; the limit is {MAX_MAPPED_ARGUMENTS}")]
    TooMany(usize),
    /// Two entries name one argument: in two ways to write it, or once with the mark `?`.
    #[error("names the argument `{0}` twice")]
    Twice(String),
    /// The root is no directory.
    #[error(
        "has a `root` that is neither `workspace` nor an absolute path; an argument of that name is \
         written as `\"root\"`"
    )]
    Root,
    /// The name of an argument can't be read.
    #[error(
        "has the argument `{0}`, which is not made of names, `.` and `[]`, such as `edits[].path`; a \
         name with other characters is a JSON string"
    )]
    Name(String),
    /// A word for what an argument does is not known.
    #[error("says `{word}` of the argument `{name}`, which is none of `{}`", ArgumentUse::ALL.map(ArgumentUse::name).join("`, `"))]
    Word {
        /// The argument.
        name: String,
        /// The word.
        word: String,
    },
    /// An argument has no word.
    #[error("says nothing of the argument `{0}`")]
    NoWord(String),
    /// An argument that is only text does something else too.
    #[error("says `text` of the argument `{0}`, and something else too")]
    TextAndMore(String),
}

impl ToolMapping {
    /// Reads the mapping of one tool: arguments by name, each with the words for what it does, and
    /// perhaps `root`.
    ///
    /// # Errors
    /// With what is wrong, to be read after the tool's name.
    pub fn read(written: &BTreeMap<String, Vec<String>>) -> Result<Self, MappingError> {
        if written.len() > MAX_MAPPED_ARGUMENTS {
            return Err(MappingError::TooMany(written.len()));
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
                return Err(MappingError::Twice(argument.key));
            }
            mapping.arguments.push(argument);
        }
        Ok(mapping)
    }
}

fn root(words: &[String]) -> Result<ServerRoot, MappingError> {
    match words {
        [word] if word == WORKSPACE => Ok(ServerRoot::Workspace),
        [path] if root_path(path).is_some() => Ok(ServerRoot::Path(path.clone())),
        _ => Err(MappingError::Root),
    }
}

fn argument(name: &str, words: &[String]) -> Result<MappedArgument, MappingError> {
    let (key, optional) = match name.strip_suffix('?') {
        Some(key) => (key, true),
        None => (name, false),
    };
    let steps = steps(key).filter(|steps| {
        let is_fixed = |step: &Step| matches!(step, Step::Entry(_));
        !steps.iter().any(is_fixed)
    });
    let name = || name.to_owned();
    let steps = steps.ok_or_else(|| MappingError::Name(name()))?;
    let use_of = |word: &String| {
        let mut all = ArgumentUse::ALL.into_iter();
        all.find(|it| it.name() == word)
            .ok_or_else(|| MappingError::Word {
                name: name(),
                word: word.clone(),
            })
    };
    let uses: Vec<ArgumentUse> = words.iter().map(use_of).collect::<Result<_, _>>()?;
    if uses.is_empty() {
        return Err(MappingError::NoWord(name()));
    }
    if uses.contains(&ArgumentUse::Text) && uses.len() > 1 {
        return Err(MappingError::TextAndMore(name()));
    }
    Ok(MappedArgument {
        key: key.to_owned(),
        steps,
        optional,
        uses,
    })
}
