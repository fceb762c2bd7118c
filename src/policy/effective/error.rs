use crate::policy::issue::Issue;
use crate::policy::source::POLICY_PATH;

/// Why a source of packs has none to give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// There is no pack with this id.
    #[error("there is no such pack")]
    NotFound,
    /// There is one, and it can't be read.
    #[error("{0}")]
    Unreadable(String),
}

/// Why a pack can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No pack has this id.
    #[error("there is no policy pack `{id}`{}", by(.chain))]
    NotFound {
        /// The id that was looked for.
        id: String,
        /// From the pack that was asked for to the one that is missing.
        chain: Vec<String>,
    },
    /// A pack can't be read at all.
    #[error("policy pack `{id}` can't be read: {problem}")]
    Unreadable {
        /// The pack.
        id: String,
        /// What is wrong with its files.
        problem: String,
    },
    /// Packs inherit in a circle.
    #[error("policy packs inherit in a circle: {}", arrows(.chain))]
    Circle {
        /// The circle, its first pack also last.
        chain: Vec<String>,
    },
    /// Packs inherit through too many others.
    #[error("policy packs inherit more than {limit} deep: {}", arrows(.chain))]
    TooDeep {
        /// [`super::MAX_INHERITANCE_DEPTH`]
        limit: usize,
        /// The way down.
        chain: Vec<String>,
    },
    /// A lineage has too many packs.
    #[error("policy pack `{id}` has more than {limit} packs in its lineage")]
    TooMany {
        /// The pack that was asked for.
        id: String,
        /// [`super::MAX_LINEAGE`]
        limit: usize,
    },
    /// A pack was found under an id that isn't its own.
    #[error("policy pack `{expected}` says that its id is `{found}`")]
    WrongId {
        /// The id that was looked for.
        expected: String,
        /// `metadata.id`.
        found: String,
    },
    /// A pack's files are wrong.
    #[error("{}", invalid(id, .issues))]
    Invalid {
        /// The pack, or where it came from if it has no id.
        id: String,
        /// Where it came from.
        origin: String,
        /// Everything that is wrong or doubtful.
        issues: Vec<Issue>,
    },
    /// Parents disagree on something that the child doesn't set.
    #[error("the parents of policy pack `{id}` disagree on `{field}`, which it doesn't set: {}", opposed(.claims))]
    Disagreement {
        /// The child.
        id: String,
        /// The dotted path of the field.
        field: String,
        /// What they say: the pack that sets it, and the value.
        claims: Vec<(String, String)>,
    },
}

fn arrows(chain: &[String]) -> String {
    chain.join(" -> ")
}

fn by(chain: &[String]) -> String {
    if chain.len() < 2 {
        return String::new();
    }
    format!(": {}", arrows(chain))
}

fn first(issues: &[Issue]) -> String {
    let mut blockers = issues.iter().filter(|issue| issue.is_blocker());
    let first = blockers.next().map(ToString::to_string).unwrap_or_default();
    match blockers.count() {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}

/// The file's name is in the pack's, where a pack without an id is named by its path.
fn invalid(id: &str, issues: &[Issue]) -> String {
    let first = first(issues);
    let place = first.strip_prefix(POLICY_PATH);
    let place = place.and_then(|it| it.strip_prefix(':'));
    match place.filter(|_| id.ends_with(POLICY_PATH)) {
        Some(place) => format!("policy pack `{id}` is not valid at {place}"),
        None => format!("policy pack `{id}` is not valid: {first}"),
    }
}

fn opposed(claims: &[(String, String)]) -> String {
    let claims: Vec<String> = claims
        .iter()
        .map(|(pack, value)| format!("`{pack}` says `{value}`"))
        .collect();
    claims.join(", ")
}
