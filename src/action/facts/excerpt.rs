//! Facts as an explanation shows them: within a named size, what is left out counted.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Facts, TerraformPlan};
use crate::action::limits::{
    MAX_SHOWN_FACTS_BYTES, MAX_SHOWN_ITEM_BYTES, MAX_SHOWN_LIST_BYTES, MAX_SHOWN_TEXT_BYTES,
};
use crate::canonical::{cut, json_within};

impl Facts {
    /// These facts if they take at most [`MAX_SHOWN_FACTS_BYTES`] of JSON, or else the first of
    /// each list, with cut texts; and how many entries of lists are left out.
    #[must_use]
    pub fn excerpt(&self) -> (Cow<'_, Self>, usize) {
        if matches!(json_within(self, MAX_SHOWN_FACTS_BYTES), Ok(Some(_))) {
            return (Cow::Borrowed(self), 0);
        }
        let mut left_out = 0;
        let Self {
            commands,
            guard,
            lists,
            mcp,
            network,
            presumed_reads,
            presumed_writes,
            pushes,
            reads,
            terraform_plan,
            unknowns,
            writes,
        } = self;
        let plan = terraform_plan.as_ref().map(|plan| TerraformPlan {
            changes: first(&plan.changes, &mut left_out),
            fingerprint: plan.fingerprint,
            problem: plan.problem.as_deref().map(short),
            usable: plan.usable,
        });
        let facts = Self {
            commands: first(commands, &mut left_out),
            guard: first(guard, &mut left_out),
            lists: first(lists, &mut left_out),
            mcp: mcp.as_ref().and_then(|call| shortened(call, &mut left_out)),
            network: first(network, &mut left_out),
            presumed_reads: first(presumed_reads, &mut left_out),
            presumed_writes: first(presumed_writes, &mut left_out),
            pushes: first(pushes, &mut left_out),
            reads: first(reads, &mut left_out),
            terraform_plan: plan,
            unknowns: first(unknowns, &mut left_out),
            writes: first(writes, &mut left_out),
        };
        (Cow::Owned(facts), left_out)
    }
}

/// So much of a list's beginning as takes at most [`MAX_SHOWN_LIST_BYTES`].
fn first<T: Serialize + DeserializeOwned>(list: &[T], left_out: &mut usize) -> Vec<T> {
    let mut room = MAX_SHOWN_LIST_BYTES;
    let mut kept = Vec::new();
    for item in list {
        let mut parts_left_out = 0;
        let Some(item) = shortened(item, &mut parts_left_out) else {
            break;
        };
        let Ok(Some(json)) = json_within(&item, room) else {
            break;
        };
        room -= json.len();
        *left_out += parts_left_out;
        kept.push(item);
    }
    *left_out += list.len() - kept.len();
    kept
}

/// A fact with what lists in it hold up to about [`MAX_SHOWN_ITEM_BYTES`], and with cut texts.
fn shortened<T: Serialize + DeserializeOwned>(item: &T, left_out: &mut usize) -> Option<T> {
    let mut value = serde_json::to_value(item).ok()?;
    let mut room = MAX_SHOWN_ITEM_BYTES;
    shorten(&mut value, &mut room, left_out);
    serde_json::from_value(value).ok()
}

fn shorten(value: &mut Value, room: &mut usize, left_out: &mut usize) {
    match value {
        Value::String(text) => {
            *text = short(text);
            *room = room.saturating_sub(text.len());
        }
        Value::Array(items) => {
            let mut kept = 0;
            for item in items.iter_mut() {
                if *room == 0 {
                    break;
                }
                shorten(item, room, left_out);
                kept += 1;
            }
            *left_out += items.len() - kept;
            items.truncate(kept);
        }
        Value::Object(members) => {
            let members = members.values_mut();
            members.for_each(|member| shorten(member, room, left_out));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => *room = room.saturating_sub(1),
    }
}

fn short(text: &str) -> String {
    cut(text, MAX_SHOWN_TEXT_BYTES).into_owned()
}
