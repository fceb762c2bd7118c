//! Which refs a push moves, and how: from the ids that git gives to its hooks (githooks(5)), and from
//! the repository.

use std::env;
use std::io::{self, Read as _};

use super::error::HookError;
use crate::cli::error::CliError;
use crate::cli::git::Git;

/// Refs that one push may move.
pub(super) const MAX_UPDATES: usize = 1000;
/// Bytes of the lines about them.
pub(super) const MAX_INPUT_BYTES: usize = 1024 * 1024;
/// Bytes of a ref's name that git prints.
const MAX_NAME_BYTES: usize = 8 * 1024;
/// Hex digits of an object's id: SHA-1, or SHA-256.
const ID_DIGITS: [usize; 2] = [40, 64];

/// One ref that a push moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Update {
    /// The object that the ref names before the push. Zeros if there is no such ref.
    pub(super) old: String,
    /// The object that it will name. Zeros if the ref is deleted.
    pub(super) new: String,
    /// The ref in full, such as `refs/heads/main`.
    pub(super) name: String,
}

/// How a ref moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Movement {
    /// It is created, or goes on to a descendant.
    Forward,
    /// It leaves commits behind, or names something else than a branch does.
    Forced,
    /// It is deleted.
    Deleted,
}

impl Movement {
    /// The operation in an action document.
    pub(super) const fn operation(self) -> &'static str {
        match self {
            Self::Forward => "push",
            Self::Forced => "force_push",
            Self::Deleted => "delete_branch",
        }
    }

    /// In words.
    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::Forward => "push",
            Self::Forced => "forced push",
            Self::Deleted => "deletion",
        }
    }
}

/// The lines of `pre-receive`: the old id, the new one, and the ref.
pub(super) fn received() -> Result<Vec<Update>, HookError> {
    read(|line| {
        let mut fields = line.splitn(3, ' ');
        let (old, new, name) = (fields.next()?, fields.next()?, fields.next()?);
        Some([old, new, name])
    })
}

/// The lines of `pre-push`: what is pushed, its id, the remote's ref, and its id there. What is pushed
/// may be an expression with spaces.
pub(super) fn pushed() -> Result<Vec<Update>, HookError> {
    read(|line| {
        let mut fields = line.rsplitn(4, ' ');
        let (old, name, new) = (fields.next()?, fields.next()?, fields.next()?);
        fields.next().map(|_| [old, new, name])
    })
}

fn read(fields: impl Fn(&str) -> Option<[&str; 3]>) -> Result<Vec<Update>, HookError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_INPUT_BYTES).unwrap_or(u64::MAX);
    let mut limited = io::stdin().lock().take(most.saturating_add(1));
    limited.read_to_end(&mut bytes).map_err(HookError::Input)?;
    if bytes.len() > MAX_INPUT_BYTES {
        return Err(HookError::LongInput);
    }
    let mut updates = Vec::new();
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let wrong = |problem| HookError::Line {
            line: index + 1,
            problem,
        };
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = str::from_utf8(line).map_err(|_| wrong("it is not UTF-8"))?;
        let [old, new, name] = fields(line).ok_or_else(|| wrong("a field is missing"))?;
        if !is_id(old) || !is_id(new) || old.len() != new.len() {
            return Err(wrong("it has no ids of objects"));
        }
        if !is_ref(name) {
            return Err(wrong("the ref doesn't begin with `refs/`, or has a space"));
        }
        if updates.len() == MAX_UPDATES {
            return Err(HookError::Updates);
        }
        updates.push(Update {
            old: old.to_owned(),
            new: new.to_owned(),
            name: name.to_owned(),
        });
    }
    Ok(updates)
}

fn is_id(text: &str) -> bool {
    ID_DIGITS.contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_ref(name: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    name.len() > "refs/".len() && name.starts_with("refs/") && !name.contains(is_odd)
}

fn is_none(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

impl Update {
    /// How the ref moves, as git knows it. What git can't compare counts as forced.
    pub(super) fn movement(&self, git: &Git) -> Result<Movement, CliError> {
        if is_none(&self.new) {
            return Ok(Movement::Deleted);
        }
        if is_none(&self.old) {
            return Ok(Movement::Forward);
        }
        // A tag that moves breaks what others have fetched.
        if !self.name.starts_with("refs/heads/") {
            return Ok(Movement::Forced);
        }
        let words = ["merge-base", "--is-ancestor", &self.old, &self.new];
        let answer = git.ask(&words, MAX_NAME_BYTES)?;
        Ok(match answer.status.success() {
            true => Movement::Forward,
            false => Movement::Forced,
        })
    }

    /// The ref that really moves, if the name is that of a symbolic ref: `HEAD`, or an alias of a branch.
    pub(super) fn resolved(&self, git: &Git) -> Result<Option<String>, CliError> {
        if env::var_os("GIT_NAMESPACE").is_some_and(|value| !value.is_empty()) {
            return Err(HookError::Namespace.into());
        }
        let words = ["symbolic-ref", "--quiet", &self.name];
        let answer = git.ask(&words, MAX_NAME_BYTES)?;
        match answer.status.code() {
            Some(0) => {
                let text = str::from_utf8(&answer.stdout)
                    .unwrap_or_default()
                    .trim_end();
                match is_ref(text) {
                    true => Ok(Some(text.to_owned())),
                    false => Err(HookError::Resolved(self.name.clone()).into()),
                }
            }
            // It is no symbolic ref (git-symbolic-ref(1), "--quiet").
            Some(1) => Ok(None),
            _ => Err(answer.failed(&words).into()),
        }
    }
}
