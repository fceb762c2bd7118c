//! Where in the Rego a finding was made.

use serde::Serialize;

use crate::decision::Finding;
use crate::engine::base_sources;
use crate::policy::effective::EffectivePack;
use crate::policy::source::SourceFile;

/// A rule's text, its file and its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RuleSource {
    /// `base/….rego` for the base rules, else `PACK/rules/….rego`.
    pub(crate) file: String,
    /// The rule's first line, from 1.
    pub(crate) line: usize,
    /// The rule as it is written.
    pub(crate) text: String,
}

/// The rule that made a finding. None for findings that no rule made: that nothing matched,
/// or that rules failed.
pub(crate) fn source_of(finding: &Finding, pack: &EffectivePack) -> Option<RuleSource> {
    let own = pack
        .rules
        .iter()
        .filter(|rule| rule.pack_id == finding.origin)
        .find_map(|rule| {
            let file = format!("{}/{}", rule.pack_id, rule.file.path);
            find(&rule.file, finding).map(|found| RuleSource { file, ..found })
        });
    own.or_else(|| base_sources().iter().find_map(|file| find(file, finding)))
}

/// Of the rules that name the id, the one that also names the severity: two rules may share an id.
fn find(file: &SourceFile, finding: &Finding) -> Option<RuleSource> {
    let id = format!("\"{}\"", finding.rule_id);
    let severity = format!("\"{}\"", finding.severity.as_str());
    let named = || rules(file).filter(|rule| rule.text.contains(&id));
    named()
        .find(|rule| rule.text.contains(&severity))
        .or_else(|| named().next())
}

/// The rules of a file. `opa fmt` style: a rule begins in the first column and goes on
/// through lines that are indented, blank, or begin with a closing bracket.
fn rules(file: &SourceFile) -> impl Iterator<Item = RuleSource> {
    let mut found: Vec<RuleSource> = Vec::new();
    let mut open = false;
    for (index, line) in file.text.lines().enumerate() {
        let begins =
            line.starts_with(|first: char| !first.is_whitespace() && !"#}])".contains(first));
        if begins {
            found.push(RuleSource {
                file: file.path.clone(),
                line: index + 1,
                text: line.to_owned(),
            });
        }
        open = begins || (open && !line.starts_with('#'));
        if open
            && !begins
            && let Some(rule) = found.last_mut()
        {
            rule.text.push('\n');
            rule.text.push_str(line);
        }
    }
    for rule in &mut found {
        rule.text.truncate(rule.text.trim_end().len());
    }
    found.into_iter()
}
