//! Names in a pack's Rego that don't exist: a fact, a field of the action or a
//! section of the policy that doesn't exist is undefined, so the rule never speaks.
//!
//! A variable is followed to its value where that is plain: `some v in input.facts.reads`,
//! `v := input.facts.mcp`, and rules that hand on such a value. What is not, is not judged.
#![expect(
    clippy::indexing_slicing,
    reason = "indexing a `serde_json::Value` by key answers null where there is nothing"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::compiled::engine_with;
use super::library;
use super::schema::{Step, rego_schema, step};
use super::syntax::{Chain, Module, rule_name, syntax_tree};
use crate::policy::issue::{Issue, Location};
use crate::policy::source::SourceFile;

/// Variables and rules that a value may be handed through.
const MAX_HANDED_ON: usize = 16;
/// How alike two names are, from 0 to 1, for one to be proposed for the other.
const ALIKE: f64 = 0.8;

/// A warning for each name in `modules` that doesn't exist. Modules that don't parse
/// have none: compiling says what is wrong with them.
#[must_use]
pub fn unknown_names(modules: &[SourceFile]) -> Vec<Issue> {
    let Ok(mut engine) = engine_with(modules) else {
        return Vec::new();
    };
    let Some(tree) = library::add_to(&mut engine)
        .ok()
        .and_then(|()| syntax_tree(&engine).ok())
    else {
        return Vec::new();
    };
    let modules: Vec<Module<'_>> = Module::all(&tree);
    let names = Names::new(&modules);
    let mut issues = Vec::new();
    for rule in names.rules.iter().filter(|rule| !rule.module.library) {
        let mut found = BTreeSet::new();
        names.look(rule.node, rule, &mut found);
        let file = rule.module.file;
        issues.extend(found.into_iter().map(|(line, message)| {
            Issue::warning("unknown-fact", message, Location::new(file, line, 0))
        }));
    }
    issues.sort_by(|a, b| a.location.cmp(&b.location));
    issues.dedup();
    issues
}

/// A rule, and what its variables are bound to.
struct Rule<'a> {
    name: String,
    node: &'a Value,
    module: &'a Module<'a>,
    bindings: BTreeMap<&'a str, Vec<Binding<'a>>>,
}

#[derive(Clone, Copy)]
enum Binding<'a> {
    To(&'a Value),
    EntryOf(&'a Value),
    Unknown,
}

/// What a value is: of a schema, or a set of such.
#[derive(Clone, Copy)]
enum Shape {
    One(&'static Value),
    SetOf(&'static Value),
}

struct Names<'a> {
    rules: Vec<Rule<'a>>,
    library: Vec<String>,
}

impl<'a> Names<'a> {
    fn new(modules: &'a [Module<'a>]) -> Self {
        let rule = |module: &'a Module<'a>, node: &'a Value| {
            let mut bindings = BTreeMap::new();
            bind(node, module.contents, &mut bindings);
            let name = rule_name(node);
            Rule {
                name,
                node,
                module,
                bindings,
            }
        };
        let rules = modules.iter();
        let rules: Vec<Rule<'a>> = rules
            .flat_map(|module| module.rules.iter().map(move |node| rule(module, node)))
            .collect();
        let library = rules.iter().filter(|rule| rule.module.library);
        Self {
            library: library.map(|rule| rule.name.clone()).collect(),
            rules,
        }
    }

    /// Looks at each reference in `node`.
    fn look(&self, node: &'a Value, rule: &Rule<'a>, found: &mut BTreeSet<(usize, String)>) {
        let Some((kind, inside)) = reference(node) else {
            match node {
                Value::Array(items) => items.iter().for_each(|n| self.look(n, rule, found)),
                Value::Object(fields) => fields.values().for_each(|n| self.look(n, rule, found)),
                _ => {}
            }
            return;
        };
        let chain = Chain::of(node);
        if kind != "Var"
            && let Err(message) = self.follow(&chain, rule, 0)
        {
            let line = inside["span"]["line"].as_u64().unwrap_or(0);
            found.insert((usize::try_from(line).unwrap_or(0), message));
        }
        for inner in chain.inner {
            self.look(inner, rule, found);
        }
    }

    /// The name that the reference means, if that is plain; an error if it doesn't exist.
    fn follow(
        &self,
        chain: &Chain<'a>,
        rule: &Rule<'a>,
        depth: usize,
    ) -> Result<Option<Shape>, String> {
        let Some(root) = chain.root.filter(|_| depth < MAX_HANDED_ON) else {
            return Ok(None);
        };
        let mut written = root.to_owned();
        let mut steps = chain.steps.clone();
        let mut shape = if let Some(bindings) = rule.bindings.get(root) {
            self.bound(bindings, rule, depth)
        } else if let Some(target) = rule.module.aliases.get(root) {
            let mut target = target.split('.');
            let first = target.next().unwrap_or_default();
            steps.splice(0..0, target.map(Some));
            first.clone_into(&mut written);
            self.global(first, &steps)?
        } else if let Some(shape) = self.global(root, &steps)? {
            Some(shape)
        } else {
            self.handed_on(root, rule, depth)
        };
        for name in steps {
            let Some(at) = shape else { return Ok(None) };
            let next = match at {
                Shape::SetOf(entry) => Step::To(entry),
                Shape::One(schema) => step(schema, name),
            };
            let label = name.map_or("[_]".to_owned(), |name| format!(".{name}"));
            shape = match next {
                Step::To(schema) => Some(Shape::One(schema)),
                Step::Anywhere => None,
                Step::Nowhere(why) => {
                    return Err(format!(
                        "`{written}{label}` is never defined: `{written}` {why}"
                    ));
                }
                Step::NoField(known) => {
                    return Err(nothing(&written, name.unwrap_or_default(), &known));
                }
            };
            written.push_str(&label);
        }
        Ok(shape)
    }

    /// `input` and `data`.
    fn global(&self, root: &str, steps: &[Option<&str>]) -> Result<Option<Shape>, String> {
        let schema = |name: &str| Some(Shape::One(rego_schema().get("properties")?.get(name)?));
        match (root, steps) {
            ("input", _) => Ok(schema("input")),
            ("data", [Some("policy"), ..]) => Ok(schema("data")),
            ("data", [Some("cavra"), Some("lib"), Some(name), ..]) => {
                let known: Vec<&str> = self.library.iter().map(String::as_str).collect();
                match known.contains(name) {
                    true => Ok(None),
                    false => Err(nothing("data.cavra.lib", name, &known)),
                }
            }
            _ => Ok(None),
        }
    }

    fn bound(&self, bindings: &[Binding<'a>], rule: &Rule<'a>, depth: usize) -> Option<Shape> {
        let shape = |binding: &Binding<'a>| {
            let (Binding::To(node) | Binding::EntryOf(node)) = binding else {
                return None;
            };
            let shape = self.value(node, rule, depth)?;
            match (binding, shape) {
                (Binding::EntryOf(_), Shape::SetOf(entry)) => Some(Shape::One(entry)),
                (Binding::EntryOf(_), Shape::One(list)) => match step(list, None) {
                    Step::To(entry) => Some(Shape::One(entry)),
                    _ => None,
                },
                _ => Some(shape),
            }
        };
        agreed(bindings.iter().map(shape))
    }

    /// What a rule of the same package hands on: `r := …`, `r contains …`.
    fn handed_on(&self, name: &str, from: &Rule<'a>, depth: usize) -> Option<Shape> {
        let same =
            |rule: &&Rule<'a>| rule.name == name && rule.module.package == from.module.package;
        agreed(self.rules.iter().filter(same).map(|rule| {
            let head = &rule.node["Spec"]["head"];
            if let Some(key) = head["Set"].get("key") {
                return match self.value(key, rule, depth)? {
                    Shape::One(entry) => Some(Shape::SetOf(entry)),
                    Shape::SetOf(_) => None,
                };
            }
            let plain = head["Compr"]["refr"].get("Var").is_some();
            let value = &head["Compr"]["assign"]["value"];
            self.value(value, rule, depth).filter(|_| plain)
        }))
    }

    fn value(&self, node: &'a Value, rule: &Rule<'a>, depth: usize) -> Option<Shape> {
        reference(node)?;
        let chain = Chain::of(node);
        self.follow(&chain, rule, depth + 1).ok().flatten()
    }
}

/// One answer, if all give the same.
fn agreed(shapes: impl Iterator<Item = Option<Shape>>) -> Option<Shape> {
    let mut shapes = shapes;
    let first = shapes.next()??;
    let same = |other: Option<Shape>| match (first, other) {
        (Shape::One(a), Some(Shape::One(b))) | (Shape::SetOf(a), Some(Shape::SetOf(b))) => a == b,
        _ => false,
    };
    shapes.all(same).then_some(first)
}

/// A reference: its kind of node, and what is inside.
fn reference(node: &Value) -> Option<(&'static str, &Value)> {
    let kinds = ["Var", "RefDot", "RefBrack"];
    kinds
        .into_iter()
        .find_map(|kind| node.get(kind).map(|inside| (kind, inside)))
}

/// Notes what each variable in `node` is bound to. A name that is bound in several places
/// counts as all of them.
fn bind<'a>(node: &'a Value, text: &'a str, into: &mut BTreeMap<&'a str, Vec<Binding<'a>>>) {
    let fields = match node {
        Value::Array(items) => return items.iter().for_each(|item| bind(item, text, into)),
        Value::Object(fields) => fields,
        _ => return,
    };
    for (kind, inside) in fields {
        match kind.as_str() {
            "SomeIn" => {
                pattern(
                    &inside["value"],
                    Binding::EntryOf(&inside["collection"]),
                    into,
                );
                pattern(&inside["key"], Binding::Unknown, into);
            }
            "AssignExpr" => pattern(&inside["lhs"], Binding::To(&inside["rhs"]), into),
            "Func" => pattern(&inside["args"], Binding::Unknown, into),
            "SomeVars" => {
                for name in inside["vars"].as_array().into_iter().flatten() {
                    declare(name, Binding::Unknown, text, into);
                }
            }
            "Every" => {
                declare(&inside["key"], Binding::Unknown, text, into);
                declare(
                    &inside["value"],
                    Binding::EntryOf(&inside["domain"]),
                    text,
                    into,
                );
            }
            _ => {}
        }
        bind(inside, text, into);
    }
}

/// A variable that the tree names by its place in the text.
fn declare<'a>(
    span: &Value,
    binding: Binding<'a>,
    text: &'a str,
    into: &mut BTreeMap<&'a str, Vec<Binding<'a>>>,
) {
    let offset = |end: &str| usize::try_from(span[end].as_u64()?).ok();
    let name = offset("start").zip(offset("end"));
    if let Some(name) = name.and_then(|(start, end)| text.get(start..end)) {
        into.entry(name).or_default().push(binding);
    }
}

/// Binds a variable; of a pattern, its variables to nobody knows what.
fn pattern<'a>(
    node: &'a Value,
    binding: Binding<'a>,
    into: &mut BTreeMap<&'a str, Vec<Binding<'a>>>,
) {
    if let Some(name) = node["Var"]["value"].as_str() {
        into.entry(name).or_default().push(binding);
        return;
    }
    match node {
        Value::Array(items) => items
            .iter()
            .for_each(|item| pattern(item, Binding::Unknown, into)),
        Value::Object(fields) => fields
            .values()
            .for_each(|field| pattern(field, Binding::Unknown, into)),
        _ => {}
    }
}

fn nothing(at: &str, name: &str, known: &[&str]) -> String {
    let alike = known
        .iter()
        .map(|known| (strsim::jaro_winkler(name, known), known));
    let closest = alike
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    let hint = match closest {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None => format!("there are {}", known.join(", ")),
    };
    format!("`{at}.{name}` doesn't exist, so the rule never speaks; {hint}")
}
