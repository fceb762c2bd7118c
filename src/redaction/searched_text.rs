//! The texts that rules search, as one: each ends in [`END`], so that no match spans
//! two of them.

use super::END;
use super::effort::TooMuch;
use super::limits::MAX_SEARCHED_TEXT_BYTES;
use super::literals::{Literal, literals};
use crate::action::facts::{Command, Facts};
use crate::action::{Action, Request};
use crate::decision::Judgement;

/// Replaces a character of a word that would end a word on a command line.
const INNER: char = '\x1a';

/// The texts, and the same texts without [`INNER`], byte for byte as long.
pub(super) struct SearchedText {
    pub(super) searched: String,
    pub(super) plain: String,
    /// Where the action ends and its facts begin.
    pub(super) facts_at: usize,
}

/// The texts of one decision that are searched for secrets.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    pub(super) action: &'a Action,
    pub(super) facts: &'a Facts,
    /// What was found in a plan whose changes are not in `facts`.
    pub(super) judgements: [Option<&'a Judgement>; 2],
}

/// Everything, for the search.
pub(super) fn all(texts: Texts<'_>) -> Result<SearchedText, TooMuch> {
    let mut searched = Writer::new(true, None);
    let facts_at = searched.write(texts);
    let mut plain = Writer::new(false, None);
    plain.write(texts);
    Ok(SearchedText {
        searched: searched.finish()?,
        plain: plain.finish()?,
        facts_at,
    })
}

/// Everything that it doesn't hold already: a rule matches here if it matches in [`all`].
pub(super) fn distinct(texts: Texts<'_>) -> Result<String, TooMuch> {
    let mut writer = Writer::new(true, Some(texts.action.target()));
    writer.write(texts);
    writer.finish()
}

/// The strings of a JSON value, however many.
pub(super) fn json(value: &serde_json::Value) -> SearchedText {
    let mut writer = Writer::new(false, None);
    writer.limit = usize::MAX;
    writer.json(value);
    SearchedText {
        facts_at: writer.text.len(),
        searched: writer.text.clone(),
        plain: writer.text,
    }
}

struct Writer<'a> {
    text: String,
    /// Write words so that each is a run without white space, quotes and operators.
    flat: bool,
    /// Don't write texts equal to this one, nor forms equal to the words.
    known: Option<&'a str>,
    /// Bytes above which nothing more is written.
    limit: usize,
}

impl<'a> Writer<'a> {
    fn new(flat: bool, known: Option<&'a str>) -> Self {
        Self {
            text: String::with_capacity(512),
            flat,
            known,
            limit: MAX_SEARCHED_TEXT_BYTES,
        }
    }

    fn write(&mut self, texts: Texts<'_>) -> usize {
        self.action(texts.action);
        let facts_at = self.text.len();
        self.facts(texts.facts);
        for judgement in texts.judgements.into_iter().flatten() {
            let found = judgement.findings.iter();
            found
                .filter_map(|finding| finding.matched_on.as_deref())
                .for_each(|text| self.raw(text));
        }
        facts_at
    }

    fn finish(self) -> Result<String, TooMuch> {
        match self.text.len() <= self.limit {
            true => Ok(self.text),
            false => Err(TooMuch),
        }
    }

    fn is_full(&self) -> bool {
        self.text.len() > self.limit
    }

    fn action(&mut self, action: &Action) {
        let Action {
            request,
            caller,
            place,
            // Its values are never recorded.
            terraform_plan: _,
        } = action;
        self.text.push_str(action.target());
        self.text.push(END);
        if let Request::GitOperation { operation, .. } = request {
            self.raw(operation);
        }
        if let Request::McpToolCall(call) = request {
            let fields = [&call.server, &call.tool, &call.capability, &call.operation];
            fields.into_iter().flatten().for_each(|text| self.raw(text));
            let documents = [&call.definition, &call.arguments];
            for document in documents.into_iter().flatten() {
                self.document(document);
            }
        }
        let fields = [
            &caller.session_id,
            &caller.agent_id,
            &caller.actor,
            &caller.correlation_id,
            &place.cwd,
            &place.workspace_root,
            &place.current_branch,
        ];
        fields.into_iter().flatten().for_each(|text| self.raw(text));
        let roots = place.workspace_roots.iter();
        roots.for_each(|root| self.raw(&root.path));
    }

    /// A document as written, and as it is meant each string in which JSON's escapes could
    /// hide something.
    fn document(&mut self, text: &str) {
        self.raw(text);
        literals(text)
            .filter(Literal::has_escapes)
            .filter_map(|literal| literal.meant())
            .for_each(|meant| self.raw(&meant));
    }

    fn json(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) => self.raw(text),
            serde_json::Value::Array(items) => items.iter().for_each(|item| self.json(item)),
            serde_json::Value::Object(members) => {
                for (key, value) in members {
                    self.raw(key);
                    self.json(value);
                }
            }
            _ => {}
        }
    }

    fn facts(&mut self, facts: &Facts) {
        let Facts {
            commands,
            guard,
            lists: _, // parts of commands' words
            mcp: _,   // the names and arguments that the action gave
            network,
            presumed_reads: _, // as `lists`
            presumed_writes: _,
            pushes,
            reads,
            terraform_plan,
            unknowns,
            writes,
        } = facts;
        commands.iter().for_each(|command| self.command(command));
        guard.iter().for_each(|it| self.raw(&it.what));
        // The host and the remote are in the endpoint.
        network.iter().for_each(|it| self.raw(&it.endpoint));
        for push in pushes {
            let texts = [&push.remote, &push.unknown_target];
            texts.into_iter().flatten().for_each(|text| self.raw(text));
            let updates = push.readings.iter().flatten();
            for update in updates {
                update.excludes.iter().for_each(|text| self.raw(text));
                self.raw(&update.name);
            }
        }
        for access in reads.iter().chain(writes) {
            self.raw(&access.written);
            if access.path != access.written {
                self.raw(&access.path);
            }
        }
        if let Some(plan) = terraform_plan {
            plan.problem.iter().for_each(|text| self.raw(text));
            for change in &plan.changes {
                self.raw(&change.address);
                let others = [&change.deposed, &change.previous_address];
                others.into_iter().flatten().for_each(|text| self.raw(text));
            }
        }
        unknowns.iter().for_each(|it| self.raw(&it.reason));
    }

    fn command(&mut self, command: &Command) {
        let words: Vec<&str> = command.words.iter().map(|it| it.text.as_str()).collect();
        self.words(&words);
        let forms = command.block_forms.iter().chain(&command.allow_form);
        for form in forms {
            if self.known.is_some() && *form == words {
                continue;
            }
            let form: Vec<&str> = form.iter().map(String::as_str).collect();
            self.words(&form);
        }
        command.allow_lifted.iter().for_each(|text| self.raw(text));
    }

    /// The words as one line, then each of those that hold more than a word by itself.
    fn words(&mut self, words: &[&str]) {
        if self.is_full() {
            return;
        }
        let start = self.text.len();
        for word in words {
            if self.text.len() > start {
                self.text.push(' ');
            }
            if self.flat && word.contains(ends_a_word) {
                let inner = |c| if ends_a_word(c) { INNER } else { c };
                self.text.extend(word.chars().map(inner));
            } else {
                self.text.push_str(word);
            }
        }
        if self.known.is_some() && self.text.get(start..) == self.known {
            self.text.truncate(start);
        } else {
            self.text.push(END);
        }
        let with_inner = words.iter().filter(|word| word.contains(ends_a_word));
        with_inner.for_each(|word| self.raw(word));
    }

    fn raw(&mut self, text: &str) {
        if !text.is_empty() && self.known != Some(text) && !self.is_full() {
            self.text.push_str(text);
            self.text.push(END);
        }
    }
}

/// One byte each: the two texts of a [`SearchedText`] stay byte for byte as long.
fn ends_a_word(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t'
            | '\n'
            | '\r'
            | '\x0b'
            | '\x0c'
            | '\''
            | '"'
            | '\\'
            | ';'
            | '|'
            | '&'
            | '<'
            | '>'
            | '('
            | ')'
    )
}
