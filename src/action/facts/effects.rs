//! What a command does besides the paths that it touches, and how much of that is known.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::tasks::ProjectTasks;

/// What is known of the effects of one command, by the table of its program. The paths are in
/// `facts.reads`, `facts.lists` and `facts.writes`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effects {
    /// What the command does besides printing.
    pub does: Does,
    /// Whether that is all that it does.
    pub extent: Extent,
    /// The tasks of the project that it runs, if it is a tool or a runner of such tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectTasks>,
    /// Words that the table doesn't account for; the first few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unaccounted: Vec<String>,
}

impl Effects {
    /// Whether nothing is known: then the facts leave the field out.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.extent == Extent::Unknown
    }
}

/// How much is known of a command's effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// No table knows the program.
    #[default]
    Unknown,
    /// A table knows the program, and something about the command is not accounted for: an
    /// option, a word that is known only at run time, a variable, a wrapper.
    Partly,
    /// Every word is accounted for.
    Known,
}

/// Declares what a command can do, each with its name in documents.
macro_rules! deeds {
    ($($(#[doc = $doc:literal])+ $deed:ident = $name:literal,)+) => {
        /// One thing that a command can do besides touching paths.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Deed {
            $($(#[doc = $doc])+ $deed,)+
        }

        impl Deed {
            /// Every deed, in the order of their names.
            pub const ALL: &[Self] = &[$(Self::$deed,)+];

            /// The name in documents, such as `runs_inline_code`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$deed => $name,)+
                }
            }
        }
    };
}

deeds! {
    /// It deletes or moves files.
    Deletes = "deletes",
    /// It prints variables of the environment, which may hold secrets.
    Environment = "environment",
    /// It reads from the network.
    NetworkRead = "network_read",
    /// It sends to the network.
    NetworkSend = "network_send",
    /// It runs with other privileges.
    Privilege = "privilege",
    /// It ends or changes other processes.
    Process = "process",
    /// It runs code that was downloaded, or may be.
    RunsDownloadedCode = "runs_downloaded_code",
    /// It runs code that the line itself holds.
    RunsInlineCode = "runs_inline_code",
    /// It runs code of the project: scripts, hooks, configuration.
    RunsProjectCode = "runs_project_code",
    /// It changes the repository, and nothing is lost.
    VcsLocal = "vcs_local",
    /// It throws away changes or commits.
    VcsLosesWork = "vcs_loses_work",
    /// It reads the repository.
    VcsReads = "vcs_reads",
    /// It talks to a remote.
    VcsRemote = "vcs_remote",
}

impl Deed {
    /// What it is, to be read after "it".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Deletes => "deletes or moves files",
            Self::Environment => "prints variables of the environment",
            Self::NetworkRead => "reads from the network",
            Self::NetworkSend => "sends to the network",
            Self::Privilege => "runs with other privileges",
            Self::Process => "ends or changes processes",
            Self::RunsDownloadedCode => "runs code that was downloaded",
            Self::RunsInlineCode => "runs code that the line holds",
            Self::RunsProjectCode => "runs the project's code",
            Self::VcsLocal => "changes the repository and loses nothing",
            Self::VcsLosesWork => "throws away changes or commits",
            Self::VcsReads => "reads the repository",
            Self::VcsRemote => "talks to a remote",
        }
    }
}

/// A set of deeds. In documents it is a list of names, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Does(u16);

impl Does {
    /// No deed.
    pub const NOTHING: Self = Self(0);

    /// One deed alone.
    #[must_use]
    pub const fn only(deed: Deed) -> Self {
        Self(1 << deed as u16)
    }

    /// The deeds of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the deed is in the set.
    #[must_use]
    pub const fn contains(self, deed: Deed) -> bool {
        self.0 & Self::only(deed).0 != 0
    }

    /// Whether every deed of this set is in `other`.
    #[must_use]
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The deeds, in the order of their names.
    pub fn iter(self) -> impl Iterator<Item = Deed> {
        let all = Deed::ALL.iter().copied();
        all.filter(move |deed| self.contains(*deed))
    }
}

impl Serialize for Does {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Deed::name))
    }
}

impl<'de> Deserialize<'de> for Does {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<Cow<'de, str>>::deserialize(deserializer)?;
        names.iter().try_fold(Self::NOTHING, |does, name| {
            let deed = Deed::ALL.iter().find(|deed| deed.name() == name);
            let deed = deed.ok_or_else(|| D::Error::custom(format!("`{name}` is no effect")))?;
            Ok(does.and(Self::only(*deed)))
        })
    }
}

impl JsonSchema for Does {
    fn schema_name() -> Cow<'static, str> {
        "Does".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Deed::ALL.iter().map(|deed| deed.name()).collect();
        json_schema!({ "type": "array", "items": { "type": "string", "enum": names } })
    }
}
