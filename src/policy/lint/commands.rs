//! Command patterns: what an allow covers, and what never decides.

use super::{Subject, dead};
use crate::action::program::only_pattern_vouches;
use crate::policy::effective::Listed;
use crate::policy::issue::Issue;
use crate::policy::pack::List;

/// Commands that change, leak or run anything. An allow that covers one should say why by
/// a block or an approval for it.
const DANGEROUS: &[&str] = &[
    "rm -rf",
    "sudo",
    "doas",
    "bash -c",
    "sh -c",
    "zsh -c",
    "eval",
    "python -c",
    "python3 -c",
    "node -e",
    "perl -e",
    "ruby -e",
    "npx",
    "uvx",
    "xargs",
    "env",
    "ssh",
    "scp",
    "curl",
    "wget",
    "docker run",
    "git push",
    "git config",
    "terraform apply",
    "terraform destroy",
    "terraform state rm",
    "tofu apply",
    "terragrunt apply",
    "kubectl apply",
    "kubectl delete",
    "kubectl exec",
    "helm upgrade",
    "aws",
    "gcloud",
    "az",
    "gh api",
    "npm publish",
];

/// Variables that select what code a program runs.
const CODE_VARIABLES: &[&str] = &[
    "BASH_ENV",
    "CARGO_BUILD_RUSTC",
    "DYLD_INSERT_LIBRARIES",
    "ENV",
    "GIT_SSH_COMMAND",
    "GOFLAGS",
    "GRADLE_OPTS",
    "HOME",
    "IFS",
    "JAVA_TOOL_OPTIONS",
    "KUBECONFIG",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "MAKEFLAGS",
    "NODE_OPTIONS",
    "NPM_CONFIG_SCRIPT_SHELL",
    "PATH",
    "PROMPT_COMMAND",
    "PS4",
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RUBYOPT",
    "RUSTC_WRAPPER",
    "SHELLOPTS",
    "TF_CLI_ARGS",
    "TF_CLI_ARGS_plan",
    "TF_CLI_CONFIG_FILE",
    "TF_DATA_DIR",
    "TF_PLUGIN_CACHE_DIR",
    "TF_REATTACH_PROVIDERS",
];

/// The code of an allow that never decides.
const DEAD: &str = "unreachable-allow";

/// A pattern of plain words, matched word by word; `open` if any words may follow.
struct Words<'a> {
    words: Vec<&'a str>,
    open: bool,
}

impl<'a> Words<'a> {
    /// None for a pattern with a `*` before its end: what it covers isn't judged here.
    fn of(pattern: &'a str) -> Option<Self> {
        let body = pattern.trim_end_matches('*');
        let words: Vec<&str> = body.split_whitespace().collect();
        (!body.contains(['*', '?', '['])).then_some(Self {
            words,
            open: body.len() < pattern.len(),
        })
    }

    fn covers(&self, other: &Words<'_>) -> bool {
        let alike = |(a, b): (&&str, &&str)| a.eq_ignore_ascii_case(b);
        let begins =
            self.words.len() <= other.words.len() && self.words.iter().zip(&other.words).all(alike);
        match self.open {
            true => begins,
            false => begins && !other.open && self.words.len() == other.words.len(),
        }
    }
}

/// The patterns of one list, each read once.
struct Patterns<'a>(Vec<(Words<'a>, &'a Listed)>);

impl<'a> Patterns<'a> {
    fn of(list: &'a [Listed]) -> Self {
        let words = |listed: &'a Listed| Some((Words::of(&listed.text)?, listed));
        Self(list.iter().filter_map(words).collect())
    }

    /// The first that covers `words`.
    fn covering(&self, words: &Words<'_>) -> Option<&'a Listed> {
        let mut patterns = self.0.iter();
        let found = patterns.find(|(own, _)| own.covers(words));
        found.map(|(_, listed)| *listed)
    }
}

pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    let patterns = |list| {
        let effective = subject.effective;
        Patterns::of(effective.map_or(&[][..], |effective| effective.content.list(list)))
    };
    let block = patterns(List::CommandsBlock);
    let approval = patterns(List::CommandsRequireApproval);
    for pattern in &subject.pack.commands.allow {
        let found = breadth(subject, pattern, [&block, &approval]);
        // What never allows anything needs no advice on its options.
        if found.as_ref().is_none_or(|issue| issue.code != DEAD) {
            issues.extend(options(subject, pattern));
        }
        issues.extend(found);
    }
    for pattern in &subject.pack.commands.allow {
        let stricter = [("block", &block), ("require_approval", &approval)];
        issues.extend(shadowed(subject, "allow", pattern, &stricter));
    }
    for pattern in &subject.pack.commands.require_approval {
        let stricter = [("block", &block)];
        issues.extend(shadowed(subject, "require_approval", pattern, &stricter));
    }
    for name in &subject.pack.commands.harmless_variables {
        issues.extend(variable(subject, name));
    }
    issues
}

fn breadth(subject: &Subject<'_>, pattern: &str, stricter: [&Patterns<'_>; 2]) -> Option<Issue> {
    let at = subject.places.entry(&["commands", "allow"], pattern);
    let program = pattern.split_whitespace().next().unwrap_or_default();
    if program.trim_end_matches('*').is_empty()
        || program.trim_end_matches('*').contains(['*', '?', '['])
    {
        let message = format!("`{pattern}` allows programs that it doesn't name");
        return Some(Issue::blocker("allow-any-program", message, at));
    }
    let Some(words) = Words::of(pattern) else {
        let message = format!("a `*` within `{pattern}` spans any words, options and operands too");
        return Some(Issue::warning("broad-allow", message, at));
    };
    let held = |sample: &Words<'_>| stricter.iter().any(|list| list.covering(sample).is_some());
    let covered: Vec<&str> = DANGEROUS
        .iter()
        .copied()
        .filter(|sample| {
            Words::of(sample).is_some_and(|sample| words.covers(&sample) && !held(&sample))
        })
        .collect();
    if covered.is_empty() {
        let reason = dead::reason(pattern)?;
        let message = format!("`{pattern}` never allows anything: {reason}");
        return Some(Issue::warning(DEAD, message, at));
    }
    let examples = covered.join("`, `");
    let message = format!("`{pattern}` also allows `{examples}`, which nothing else holds back");
    Some(Issue::warning("broad-allow", message, at))
}

/// Options under the `*` of a pattern need a table of the program's options, or `-*`.
fn options(subject: &Subject<'_>, pattern: &str) -> Option<Issue> {
    let words: Vec<&str> = pattern.split_whitespace().collect();
    let (program, spelled) = words.split_first()?;
    let any = words.iter().any(|word| matches!(*word, "-*" | "--*"));
    let named = program.trim_end_matches('*');
    if any || !pattern.contains('*') || named.is_empty() || named.contains(['*', '?', '[']) {
        return None;
    }
    let spelled = spelled.iter().map(|word| word.trim_end_matches('*'));
    let plain: Vec<&str> = std::iter::once(named)
        .chain(spelled.take_while(|word| !word.is_empty() && !word.contains('*')))
        .collect();
    if !only_pattern_vouches(&plain) {
        return None;
    }
    let start = plain.join(" ");
    let message = format!(
        "`{pattern}` allows no options but those that it spells, because the options of `{start}` are not known here; \
         spell those that may follow, or add `{start} -*` if any option may"
    );
    let at = subject.places.entry(&["commands", "allow"], pattern);
    Some(Issue::warning("unknown-options", message, at))
}

/// The stricter rule wins, so a pattern that a stricter one covers never decides.
fn shadowed(
    subject: &Subject<'_>,
    list: &str,
    pattern: &str,
    stricter: &[(&str, &Patterns<'_>)],
) -> Option<Issue> {
    let words = Words::of(pattern)?;
    stricter.iter().find_map(|(name, listed)| {
        let by = listed.covering(&words)?;
        let message = format!(
            "`{pattern}` in `commands.{list}` never decides: `{}` in `commands.{name}` of `{}` is stricter",
            by.text, by.origin
        );
        let code = match list {
            "allow" => DEAD,
            _ => "unreachable-approval",
        };
        let at = subject.places.entry(&["commands", list], pattern);
        Some(Issue::warning(code, message, at))
    })
}

fn variable(subject: &Subject<'_>, name: &str) -> Option<Issue> {
    let at = subject
        .places
        .entry(&["commands", "harmless_variables"], name);
    let (prefix, open) = match name.strip_suffix('*') {
        Some(prefix) => (prefix, true),
        None => (name, false),
    };
    let shaped = prefix.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && prefix
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !shaped {
        let message = format!("`{name}` is not the name of a variable, or a prefix of one and `*`");
        return Some(Issue::blocker("bad-variable", message, at));
    }
    let dangerous = CODE_VARIABLES
        .iter()
        .find(|code| **code == prefix || (open && code.starts_with(prefix)))?;
    let message = format!("`{name}` is not harmless: `{dangerous}` selects what a program runs");
    Some(Issue::warning("dangerous-variable", message, at))
}
