//! A person's own rules.

use super::limits::{MAX_PATTERN_BYTES, MAX_RULE_NAME_BYTES, MAX_RULES, MAX_RULES_FILE_BYTES};
use super::{RedactionError, Rule};
use crate::policy::yaml::{self, Kind, Node};

/// Adds the rules of `rules: [{name, pattern}]`.
pub(super) fn read(text: &str, rules: &mut Vec<Rule>) -> Result<(), RedactionError> {
    within("bytes", text.len(), MAX_RULES_FILE_BYTES)?;
    let root = yaml::parse(text)?;
    only(&root, &["rules"])?;
    let list = field(&root, "rules")?;
    let Kind::Seq(items) = &list.kind else {
        let problem = format!("`rules` must be a list, not {}", list.describe());
        return Err(refuse(list, problem));
    };
    within("rules", items.len(), MAX_RULES)?;
    let before = rules.len();
    for item in items {
        let rule = rule(item)?;
        if let Some(taken) = rules.iter().position(|known| known.name == rule.name) {
            let whose = if taken < before {
                "a built-in"
            } else {
                "another"
            };
            let problem = format!("`{}` is {whose} rule's name; choose another", rule.name);
            return Err(refuse(item, problem));
        }
        rules.push(rule);
    }
    Ok(())
}

fn rule(item: &Node) -> Result<Rule, RedactionError> {
    only(item, &["name", "pattern"])?;
    let (name_at, name) = text(item, "name", MAX_RULE_NAME_BYTES)?;
    let shaped = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    if !name.chars().all(shaped) {
        let problem = format!("`{name}` must be lower-case letters, digits and `-`");
        return Err(refuse(name_at, problem));
    }
    let (at, pattern) = text(item, "pattern", MAX_PATTERN_BYTES)?;
    let rule = Rule::own(name, pattern).map_err(|error| {
        let problem = format!("the pattern of `{name}` can't be used: {error}");
        refuse(at, problem)
    })?;
    if rule.regex.is_match("") {
        let problem =
            format!("the pattern of `{name}` matches nothing at all, so it finds that everywhere");
        return Err(refuse(at, problem));
    }
    Ok(rule)
}

fn text<'a>(
    item: &'a Node,
    key: &str,
    limit: usize,
) -> Result<(&'a Node, &'a str), RedactionError> {
    let value = field(item, key)?;
    let Kind::Str(text) = &value.kind else {
        let problem = format!("`{key}` must be a string, not {}", value.describe());
        return Err(refuse(value, problem));
    };
    if text.is_empty() || text.len() > limit {
        let problem = format!("`{key}` must have 1 to {limit} bytes, not {}", text.len());
        return Err(refuse(value, problem));
    }
    Ok((value, text))
}

fn field<'a>(node: &'a Node, key: &str) -> Result<&'a Node, RedactionError> {
    node.get(key)
        .ok_or_else(|| refuse(node, format!("`{key}` is missing")))
}

fn only(node: &Node, keys: &[&str]) -> Result<(), RedactionError> {
    let Kind::Map(entries) = &node.kind else {
        let problem = format!(
            "must be a mapping with `{}`, not {}",
            keys.join("` and `"),
            node.describe()
        );
        return Err(refuse(node, problem));
    };
    match entries
        .iter()
        .find(|entry| !keys.contains(&entry.key.as_str()))
    {
        Some(entry) => Err(RedactionError::Rule {
            line: entry.line,
            problem: format!(
                "`{}` is not known here; write `{}`",
                entry.key,
                keys.join("` and `")
            ),
        }),
        None => Ok(()),
    }
}

fn within(unit: &'static str, actual: usize, limit: usize) -> Result<(), RedactionError> {
    if actual > limit {
        return Err(RedactionError::TooLarge {
            unit,
            actual,
            limit,
        });
    }
    Ok(())
}

fn refuse(at: &Node, problem: String) -> RedactionError {
    RedactionError::Rule {
        line: at.line,
        problem,
    }
}
