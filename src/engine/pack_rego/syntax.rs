//! The syntax tree of a pack's modules, as regorus prints it in JSON.
#![expect(
    clippy::indexing_slicing,
    reason = "indexing a `serde_json::Value` by key answers null where there is nothing"
)]

use std::collections::BTreeMap;

use regorus::Engine;
use serde_json::Value;

use super::super::error::CompileProblem;
use super::library;

/// The syntax tree of all modules, as regorus prints it.
pub(super) fn syntax_tree(engine: &Engine) -> Result<Value, CompileProblem> {
    engine
        .get_ast_as_json()
        .map_err(|error| error.to_string())
        .and_then(|ast| serde_json::from_str(&ast).map_err(|error| error.to_string()))
        .map_err(|message| CompileProblem::of_rego(format!("the rules nest too deep: {message}")))
}

/// One module.
pub(super) struct Module<'a> {
    pub(super) file: &'a str,
    /// One of the library's, not of the pack's.
    pub(super) library: bool,
    pub(super) contents: &'a str,
    pub(super) package: String,
    pub(super) aliases: BTreeMap<&'a str, String>,
    pub(super) rules: &'a [Value],
}

impl<'a> Module<'a> {
    pub(super) fn all(tree: &'a Value) -> Vec<Self> {
        array(tree).iter().map(Self::new).collect()
    }

    fn new(policy: &'a Value) -> Self {
        let ast = &policy["ast"];
        let package = Chain::of(&ast["package"]["refr"]).joined();
        let contents = policy["source"]["contents"].as_str().unwrap_or_default();
        let file = policy["source"]["file"].as_str().unwrap_or_default();
        Self {
            file,
            contents,
            library: library::holds(file, contents),
            package: format!("data.{package}"),
            aliases: array(&ast["imports"])
                .iter()
                .filter_map(|import| alias(import, contents))
                .collect(),
            rules: array(&ast["rules"]),
        }
    }
}

/// `import data.a.b` makes `b` mean `data.a.b`; the name behind `as` is a span of `contents`.
fn alias<'a>(import: &'a Value, contents: &'a str) -> Option<(&'a str, String)> {
    let chain = Chain::of(&import["refr"]);
    let offset = |end: &str| usize::try_from(import["as"][end].as_u64()?).ok();
    let name = match (offset("start"), offset("end")) {
        (Some(start), Some(end)) => contents.get(start..end)?,
        _ => chain.steps.last().copied().flatten().or(chain.root)?,
    };
    Some((name, chain.joined()))
}

/// A reference such as `input.facts["reads"][i]`: a root and steps, of which only the
/// constant ones are known.
pub(super) struct Chain<'a> {
    pub(super) root: Option<&'a str>,
    pub(super) steps: Vec<Option<&'a str>>,
    /// Expressions inside brackets, to be looked through on their own.
    pub(super) inner: Vec<&'a Value>,
}

impl<'a> Chain<'a> {
    pub(super) fn of(expr: &'a Value) -> Self {
        let mut chain = Self {
            root: None,
            steps: Vec::new(),
            inner: Vec::new(),
        };
        let mut expr = expr;
        loop {
            if let Some(dot) = expr.get("RefDot") {
                chain.steps.push(dot["field"][1].as_str());
                expr = &dot["refr"];
            } else if let Some(brackets) = expr.get("RefBrack") {
                chain
                    .steps
                    .push(brackets["index"]["String"]["value"].as_str());
                chain.inner.push(&brackets["index"]);
                expr = &brackets["refr"];
            } else {
                break;
            }
        }
        match expr["Var"]["value"].as_str() {
            Some(name) => chain.root = Some(name),
            None => chain.inner.push(expr),
        }
        chain.steps.reverse();
        chain
    }

    /// The root and the constant steps up to the first that isn't.
    pub(super) fn joined(&self) -> String {
        let mut path = self.root.unwrap_or_default().to_owned();
        for step in self.steps.iter().map_while(|step| *step) {
            path.push('.');
            path.push_str(step);
        }
        path
    }
}

/// Everything in a rule but its own name, which is no call of it; what is computed in the
/// name's brackets is looked through apart.
pub(super) fn parts(rule: &Value) -> impl Iterator<Item = &Value> {
    let heads = rule["Spec"]["head"]
        .as_object()
        .into_iter()
        .flat_map(|head| head.values());
    let fields = heads
        .chain([&rule["Default"]])
        .filter_map(Value::as_object)
        .flatten();
    let named = fields
        .filter(|(field, _)| *field != "refr")
        .map(|(_, part)| part);
    named.chain([&rule["Spec"]["bodies"]])
}

pub(super) fn rule_name(rule: &Value) -> String {
    Chain::of(head_reference(rule)).joined()
}

pub(super) fn head_reference(rule: &Value) -> &Value {
    let head = rule["Spec"]["head"]
        .as_object()
        .and_then(|head| head.values().next());
    head.map_or(&rule["Default"]["refr"], |head| &head["refr"])
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
