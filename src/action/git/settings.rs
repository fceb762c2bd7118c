//! Configuration that a command line brings itself (`git -c KEY=VALUE`), and what it says
//! about a push (git-config(1), git-push(1)).

use super::refspec::{BRANCHES, head, mapped};

/// Settings in the order in which they were given; the last one of a key wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(Vec<(String, String)>);

/// `push.default`, as far as its values differ here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PushDefault {
    /// `simple`, `current` and what is not set: the branch of the same name.
    Same,
    /// `upstream` and its old name `tracking`.
    Upstream,
    /// Every branch that both sides have.
    Matching,
}

impl Settings {
    /// Adds `KEY=VALUE`; a key without a value is `true`, as git reads it.
    pub fn add(&mut self, setting: &str) {
        let (key, value) = setting.split_once('=').unwrap_or((setting, "true"));
        self.0.push((canonical(key), value.to_owned()));
    }

    /// Each key in its canonical spelling, and its value.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        (self.0.iter()).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The value that holds for `key`, which is given in its canonical spelling.
    #[must_use]
    pub fn last(&self, key: &str) -> Option<&str> {
        let mut found = self.iter().rev().filter(|(known, _)| *known == key);
        found.next().map(|(_, value)| value)
    }

    fn all<'a>(&'a self, key: &str) -> Vec<&'a str> {
        let found = self.iter().filter(|(known, _)| *known == key);
        found.map(|(_, value)| value).collect()
    }

    pub(super) fn is_on(&self, key: &str) -> bool {
        let value = self.last(key).map(str::to_ascii_lowercase);
        matches!(value.as_deref(), Some("true" | "yes" | "on" | "1"))
    }

    pub(super) fn push_default(&self) -> PushDefault {
        match self.last("push.default") {
            Some("upstream" | "tracking") => PushDefault::Upstream,
            Some("matching") => PushDefault::Matching,
            _ => PushDefault::Same,
        }
    }

    /// The remote that a push without one goes to, if these settings say so.
    pub(super) fn push_remote(&self, current_branch: Option<&str>) -> Option<&str> {
        let of_branch = |name: &str| {
            let branch = short(current_branch)?;
            self.last(&format!("branch.{branch}.{name}"))
        };
        of_branch("pushremote")
            .or_else(|| self.last("remote.pushdefault"))
            .or_else(|| of_branch("remote"))
    }

    /// The refspecs of `remote.NAME.push`.
    pub(super) fn configured(&self, remote: &str) -> Vec<&str> {
        self.all(&format!("remote.{remote}.push"))
    }

    pub(super) fn mirrors(&self, remote: &str) -> bool {
        self.is_on(&format!("remote.{remote}.mirror"))
    }

    /// What the current branch is merged with: `branch.NAME.merge`.
    pub(super) fn upstream(&self, current_branch: Option<&str>) -> Option<&str> {
        self.last(&format!("branch.{}.merge", short(current_branch)?))
    }

    /// Where a branch that is named without a destination goes, if not to its own name.
    pub(super) fn sends(&self, remote: &str, source: &str) -> Option<String> {
        let short = source.strip_prefix(BRANCHES).unwrap_or(source);
        let full = format!("{BRANCHES}{short}");
        let configured = self.configured(remote);
        if !configured.is_empty() {
            return configured.iter().find_map(|spec| mapped(spec, &full));
        }
        match self.push_default() {
            PushDefault::Upstream => self
                .last(&format!("branch.{short}.merge"))
                .map(str::to_owned),
            PushDefault::Same | PushDefault::Matching => None,
        }
    }
}

/// The current branch without `refs/heads/`, if it is known.
fn short(current_branch: Option<&str>) -> Option<&str> {
    let branch = current_branch?;
    let known = !head(Some(branch), false).refs.is_empty();
    known.then(|| branch.strip_prefix(BRANCHES).unwrap_or(branch))
}

/// The section and the name in lower case; the text between them as it is (git-config(1)).
fn canonical(key: &str) -> String {
    let Some((section, rest)) = key.split_once('.') else {
        return key.to_ascii_lowercase();
    };
    let section = section.to_ascii_lowercase();
    match rest.rsplit_once('.') {
        Some((subsection, name)) => {
            format!("{section}.{subsection}.{}", name.to_ascii_lowercase())
        }
        None => format!("{section}.{}", rest.to_ascii_lowercase()),
    }
}
