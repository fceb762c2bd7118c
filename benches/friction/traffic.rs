//! Actions from the tables, by chance that a seed decides.

use std::sync::Arc;

use cavra::action::Action;
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng as _, SeedableRng as _};

use super::tables::{Group, Kind, Shape, Source, Tables};

/// Where the sessions work.
const ROOT: &str = "/home/dev/repo";

/// One action, with what it was made from.
pub struct Event<'t> {
    pub source: &'t Source,
    pub shape: &'t Shape,
    /// The line or the path, without gaps.
    pub text: String,
    pub action: Arc<Action>,
}

/// Endless actions: the same seed gives the same ones.
pub struct Traffic<'t> {
    tables: &'t Tables,
    sources: Vec<&'t Source>,
    random: Pcg64Mcg,
}

impl<'t> Traffic<'t> {
    /// With the commands alone of sessions of which no more is known, or without them.
    pub fn new(tables: &'t Tables, seed: u64, with_commands_only: bool) -> Self {
        let sources = tables.sources.iter();
        let sources = sources.filter(|it| with_commands_only || it.group == Group::Coding);
        Self {
            tables,
            sources: sources.collect(),
            random: Pcg64Mcg::seed_from_u64(seed),
        }
    }

    /// An action of this shape.
    pub fn fill(&mut self, source: &'t Source, shape: &'t Shape) -> Event<'t> {
        let text = self.text(&shape.text);
        Event {
            source,
            shape,
            action: action(&source.kind, &text),
            text,
        }
    }

    fn text(&mut self, shape: &str) -> String {
        let mut text = String::with_capacity(shape.len() + 32);
        let mut rest = shape;
        while let Some((before, after)) = rest.split_once('«') {
            let (name, after) = after.split_once('»').expect("a gap ends");
            let pool = self.tables.pools.get(name);
            let pool = pool.unwrap_or_else(|| panic!("no pool `{name}`: {shape}"));
            let drawn = below(&mut self.random, pool.len());
            text.push_str(before);
            text.push_str(&pool[drawn]);
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

impl<'t> Iterator for Traffic<'t> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        let sources = &self.sources;
        let source = sources[pick(&mut self.random, sources, |source| source.actions)];
        let drawn = pick(&mut self.random, &source.shapes, |shape| shape.weight);
        Some(self.fill(source, &source.shapes[drawn]))
    }
}

/// The index of one item, as often as its weight says.
fn pick<T>(random: &mut Pcg64Mcg, items: &[T], weight: impl Fn(&T) -> u32) -> usize {
    let total: usize = items.iter().map(|item| weight(item) as usize).sum();
    let mut drawn = below(random, total);
    for (index, item) in items.iter().enumerate() {
        match drawn.checked_sub(weight(item) as usize) {
            Some(left) => drawn = left,
            None => return index,
        }
    }
    panic!("an empty table");
}

fn below(random: &mut Pcg64Mcg, bound: usize) -> usize {
    let bound = u128::try_from(bound).expect("a small number");
    usize::try_from((u128::from(random.next_u64()) * bound) >> 64).expect("below the bound")
}

fn action(kind: &Kind, text: &str) -> Arc<Action> {
    let (action_type, operation) = match kind {
        Kind::Command => ("execute_command", text),
        Kind::Native(action_type, operation) => (action_type.as_str(), operation.as_str()),
    };
    let mut document = serde_json::json!({
        "action_type": action_type, "target": text, "requested_operation": operation,
        "cwd": ROOT, "workspace_root": ROOT,
    });
    // Searches as hosts' own tools make them: hidden and ignored files are not skipped.
    if matches!(operation, "search_names" | "search_content") {
        document["requested_operation"] = "search".into();
        document["content"] = (operation == "search_content").into();
    }
    let action = Action::from_json(document.to_string().as_bytes());
    Arc::new(action.unwrap_or_else(|error| panic!("{text}: {error}")))
}
