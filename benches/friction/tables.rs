//! What agents type, as tables: shapes of lines with weights, and the texts for their gaps.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What a person would say who had the time to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Anybody would wave it through.
    Harmless,
    /// It deserves a look.
    Look,
    /// It may lose work or a secret, or change what others use: it must never be allowed.
    Dangerous,
}

/// How an action of a source is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A command line.
    Command,
    /// The agent's own tool: an action type and its operation.
    Native(String, String),
}

/// Which measurements a source is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Sessions that are known whole: the reads and edits beside the commands too.
    Coding,
    /// Sessions of which only the commands are known.
    CommandsOnly,
}

/// One shape of a line or a path.
#[derive(Debug, Clone)]
pub struct Shape {
    pub weight: u32,
    pub mark: Mark,
    /// With gaps: `«name»` is one of the texts that the pool `name` holds.
    pub text: String,
}

/// Where shapes were seen.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub kind: Kind,
    pub group: Group,
    /// Its actions in the sessions that were measured.
    pub actions: u32,
    pub shapes: Vec<Shape>,
}

/// Every source, and the texts for gaps.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub sources: Vec<Source>,
    pub pools: BTreeMap<String, Vec<String>>,
}

/// The files of `tables/` with sources, in the order in which they are shown.
const FILES: &[&str] = &[
    "claude_go",
    "codex_ts",
    "opencode_ts",
    "claude_ts_rust",
    "copilot",
    "native",
    "cursor",
    "terminal",
];

impl Tables {
    /// Reads the tables of this benchmark.
    pub fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/friction/tables");
        let text = |name: &str| {
            let path = folder.join(format!("{name}.txt"));
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let mut tables = Self::default();
        tables.add_pools(&text("pools"));
        for file in FILES {
            tables.add_sources(file, &text(file));
        }
        tables
    }

    fn add_pools(&mut self, text: &str) {
        let mut name = "";
        for line in text.lines().filter(|line| is_content(line)) {
            match line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                Some(other) if other.chars().all(|it| it.is_ascii_lowercase()) => name = other,
                _ => self.pool(name).push(line.to_owned()),
            }
        }
    }

    fn pool(&mut self, name: &str) -> &mut Vec<String> {
        self.pools.entry(name.to_owned()).or_default()
    }

    fn add_sources(&mut self, file: &str, text: &str) {
        for line in text.lines().filter(|line| is_content(line)) {
            let wrong = format!("{file}: `{line}` is no source and no shape");
            let words: Vec<&str> = line.splitn(3, ' ').collect();
            let [first, second, rest] = words[..] else {
                panic!("{wrong}");
            };
            if first == "source" || first == "native" {
                self.sources.push(source(first, second, rest));
                continue;
            }
            let shape = Shape {
                weight: first.parse().expect(&wrong),
                mark: mark(second).expect(&wrong),
                text: rest.replace('␤', "\n"),
            };
            let source = self.sources.last_mut().expect(&wrong);
            source.shapes.push(shape);
        }
    }
}

fn is_content(line: &str) -> bool {
    !line.is_empty() && !line.starts_with("# ")
}

fn mark(text: &str) -> Option<Mark> {
    match text {
        "harmless" => Some(Mark::Harmless),
        "look" => Some(Mark::Look),
        "dangerous" => Some(Mark::Dangerous),
        _ => None,
    }
}

/// `source NAME ACTIONS GROUP`, or `native NAME ACTION_TYPE OPERATION ACTIONS`.
fn source(first: &str, name: &str, rest: &str) -> Source {
    let words: Vec<&str> = rest.split(' ').collect();
    let (kind, actions, group) = match (first, &words[..]) {
        ("native", [action_type, operation, actions]) => {
            let kind = Kind::Native((*action_type).to_owned(), (*operation).to_owned());
            (kind, actions, Group::Coding)
        }
        ("source", [actions, "coding"]) => (Kind::Command, actions, Group::Coding),
        ("source", [actions, "all"]) => (Kind::Command, actions, Group::CommandsOnly),
        _ => panic!("`{first} {name} {rest}` is no source"),
    };
    Source {
        name: name.to_owned(),
        kind,
        group,
        actions: actions.parse().expect("a number of actions"),
        shapes: Vec::new(),
    }
}
