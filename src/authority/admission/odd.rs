//! Actions that no agent means: large, deep, foreign, empty where something is expected. A
//! pack's rules are evaluated on them before it is admitted. The same for every pack, from a
//! seed, so that a pack that was admitted once is admitted again.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::action::Action;
use crate::action::limits::{MAX_FIELD_BYTES, MAX_PATH_BYTES};

const SEED: u64 = 0x6361_7672_6121;
/// Rounds, each with other words, sizes and callers.
const ROUNDS: u32 = 4;
/// Simple commands, paths or resources of a large action.
const MANY: usize = 200;
/// Bytes of a long command line.
const LONG_BYTES: usize = 16 * 1024;

/// Words that rules may not expect: other scripts, what patterns and formats read as theirs,
/// numbers at the ends of their ranges.
const WORDS: [&str; 16] = [
    "ß",
    "ﬁ",
    "İ",
    "名前",
    "👩‍👩‍👧",
    "\u{202e}txt",
    "a\u{301}",
    "%s%d",
    "{{a,b},c}",
    "(a+)+",
    "[",
    "*?",
    "-1",
    "9223372036854775808",
    "1e308",
    "9.9.9-rc.1",
];

/// The actions.
pub(super) fn odd_actions() -> impl Iterator<Item = Action> {
    let mut random = Pcg64Mcg::seed_from_u64(SEED);
    let documents: Vec<Value> = (0..ROUNDS).flat_map(|_| documents(&mut random)).collect();
    let actions = documents.into_iter();
    actions.filter_map(|document| Action::from_json(document.to_string().as_bytes()).ok())
}

fn documents(random: &mut Pcg64Mcg) -> Vec<Value> {
    let many = |random: &mut Pcg64Mcg, start: &str, end: &str| -> String {
        let items = (0..MANY).map(|n| format!("{start}{n}{}{end}", number(random)));
        items.collect()
    };
    let word = pick(random);
    let long = word.repeat(LONG_BYTES / word.len());
    let path = word.repeat(MAX_PATH_BYTES / word.len());
    let deep = "d/".repeat(200);
    let commands = [
        format!("echo '{long}'"),
        format!("cat {}", many(random, "src/", " ")),
        format!("rm {}", many(random, "dir", "/x ")),
        many(random, "tool", " sub --option; "),
        format!("git push origin {}", many(random, "main:refs/heads/b", " ")),
        format!("cp {deep}{word} {word}"),
        format!("curl https://example.org/{long}"),
        format!("$({word})"),
        "true".to_owned(),
    ];
    let mut documents: Vec<Value> = commands
        .iter()
        .map(|line| document("execute_command", line, line))
        .collect();
    for target in [path.as_str(), word, &format!("{deep}{word}"), "."] {
        documents.push(document("read_file", target, "read"));
        documents.push(document("write_file", target, "write"));
    }
    let refs = many(random, "feature/", " ");
    documents.push(document("git_operation", &format!("origin/{word}"), "push"));
    documents.push(document("git_operation", refs.trim(), "force_push"));
    documents.push(document("mcp_tool_call", &format!("{word}:{word}"), word));
    documents.push(planned(random));
    let callers = documents.iter_mut().enumerate();
    callers.for_each(|(index, document)| call(document, index, random));
    documents
}

fn document(action_type: &str, target: &str, operation: &str) -> Value {
    json!({"action_type": action_type, "target": target, "requested_operation": operation})
}

/// A plan with many changes, of types that nobody has heard of.
fn planned(random: &mut Pcg64Mcg) -> Value {
    let actions = [
        json!(["create"]),
        json!(["delete", "create"]),
        json!(["update"]),
    ];
    let changes = (0..MANY).zip(actions.iter().cycle()).map(|(n, actions)| {
        let (kind, word) = (format!("odd_{}", number(random)), pick(random));
        json!({
            "address": format!("{kind}.r{n}"), "mode": "managed", "type": kind, "name": format!("r{n}"),
            "provider_name": "registry.terraform.io/odd/odd",
            "change": {"actions": actions, "before": {"tags": {word: word}}, "after": {"size": n}},
        })
    });
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.0", "complete": true, "errored": false,
        "resource_changes": changes.collect::<Vec<_>>(),
    });
    let mut document = document("execute_command", "terraform apply p", "terraform apply p");
    if let Some(fields) = document.as_object_mut() {
        fields.insert("terraform_plan".to_owned(), plan);
    }
    document
}

/// Sets who asks and where: nothing, something short, or all that fits.
fn call(document: &mut Value, index: usize, random: &mut Pcg64Mcg) {
    let names = [
        "actor",
        "agent_id",
        "session_id",
        "correlation_id",
        "current_branch",
    ];
    let Some(fields) = document.as_object_mut() else {
        return;
    };
    for name in names {
        let word = pick(random);
        let text = match (index + usize::from(number(random))) % 3 {
            0 => continue,
            1 => word.to_owned(),
            _ => word.repeat(MAX_FIELD_BYTES / word.len()),
        };
        fields.insert(name.to_owned(), text.into());
    }
}

fn pick(random: &mut Pcg64Mcg) -> &'static str {
    let index = usize::from(number(random)) % WORDS.len();
    WORDS.get(index).copied().unwrap_or_default()
}

fn number(random: &mut Pcg64Mcg) -> u8 {
    let [byte, ..] = random.next_u64().to_le_bytes();
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_many_and_the_same_each_time() {
        let all: Vec<Action> = odd_actions().collect();
        assert!(all.len() >= 80, "only {} can be read", all.len());
        assert!(all.iter().any(|action| action.terraform_plan.is_some()));
        assert!(all.iter().any(|action| action.caller.actor.is_none()));
        assert_eq!(all, odd_actions().collect::<Vec<_>>());
    }
}
