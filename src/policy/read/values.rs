//! What single values must look like.

use crate::canonical::Digest;
use crate::decision::{Severity, Verdict};
use crate::policy::limits::{MAX_CASE_ID_BYTES, MAX_ID_BYTES};
use crate::policy::pack::{Choice, Mode, Permission};

/// A problem: a stable code, and what is wrong, to be read after the field's name.
pub(in crate::policy) type Problem = (&'static str, String);

/// Lower-case letters, digits and `-`, beginning with a letter: ids become folder names
/// and Rego packages.
pub(in crate::policy) fn check_id(id: &str) -> Result<(), Problem> {
    let shaped = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
        && !id.ends_with('-')
        && !id.contains("--");
    if !shaped {
        let rule = "must be lower-case letters, digits and single `-`, beginning with a letter";
        return Err(("bad-id", format!("`{id}` {rule}")));
    }
    if id.len() > MAX_ID_BYTES {
        let problem = format!("has {} bytes; the limit is {MAX_ID_BYTES}", id.len());
        return Err(("bad-id", problem));
    }
    Ok(())
}

/// Names in reports and file names: lower-case letters, digits, `_` and `-`.
pub(in crate::policy) fn check_case_id(id: &str) -> Result<(), Problem> {
    let shaped = id
        .chars()
        .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-'));
    if !shaped || id.len() > MAX_CASE_ID_BYTES {
        let rule =
            format!("must be at most {MAX_CASE_ID_BYTES} lower-case letters, digits, `_` and `-`");
        return Err(("bad-case-id", format!("`{id}` {rule}")));
    }
    Ok(())
}

/// Semantic Versioning 2.0.0.
pub(in crate::policy) fn check_version(version: &str) -> Result<(), Problem> {
    semver::Version::parse(version).map(drop).map_err(|error| {
        let problem = format!("`{version}` is not a semantic version such as `1.0.0`: {error}");
        ("bad-version", problem)
    })
}

pub(in crate::policy) fn mode(text: &str) -> Result<Mode, Problem> {
    match text {
        "enforce" => Ok(Mode::Enforce),
        "audit" => Ok(Mode::Audit),
        _ => Err((
            "bad-mode",
            format!("`{text}` is neither `enforce` nor `audit`"),
        )),
    }
}

pub(in crate::policy) fn choice(choice: Choice, text: &str) -> Result<Permission, Problem> {
    choice.from_name(text).ok_or_else(|| {
        let names = choice.values().iter();
        let names: Vec<String> = names.map(|value| format!("`{}`", value.name())).collect();
        let problem = format!("`{text}` is none of {}", names.join(", "));
        ("bad-choice", problem)
    })
}

pub(in crate::policy) fn severity(text: &str) -> Result<Severity, Problem> {
    Severity::from_name(text).ok_or_else(|| {
        let problem = format!("`{text}` is not `low`, `medium`, `high` or `critical`");
        ("bad-severity", problem)
    })
}

pub(in crate::policy) fn verdict(text: &str) -> Result<Verdict, Problem> {
    Verdict::from_name(text).ok_or_else(|| {
        let names = Verdict::ALL.map(|verdict| format!("`{}`", verdict.as_str()));
        let problem = format!("`{text}` is none of {}", names.join(", "));
        ("bad-decision", problem)
    })
}

pub(in crate::policy) fn digest(text: &str) -> Result<Digest, Problem> {
    text.parse::<Digest>()
        .map_err(|error| ("bad-digest", error.to_string()))
}
