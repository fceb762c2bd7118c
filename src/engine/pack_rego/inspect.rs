//! What a pack's Rego is looked at for before it is compiled: packages, builtins,
//! recursion, and which part of `input` it can read.
//!
//! regorus finds recursion only by overflowing the stack, and evaluates impure
//! builtins at any time, so both are barred here, on the syntax tree.
#![expect(
    clippy::indexing_slicing,
    reason = "indexing a `serde_json::Value` by key answers null where there is nothing"
)]

use std::collections::{BTreeMap, BTreeSet};

use regorus::Engine;
use serde_json::Value;

use super::super::error::CompileProblem;
use super::super::limits::MAX_RULE_CHAIN;
use super::{builtins, library};

/// The part of `input` that a pack's modules can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InputScope {
    /// Any of it: `input` is used as a whole, or indexed by something computed.
    Whole,
    /// Only these: the first one or two names behind `input`.
    Paths(BTreeSet<(String, Option<String>)>),
}

impl Default for InputScope {
    fn default() -> Self {
        Self::Paths(BTreeSet::new())
    }
}

impl InputScope {
    fn path(first: &str, second: Option<&str>) -> Self {
        Self::Paths(BTreeSet::from([(
            first.to_owned(),
            second.map(str::to_owned),
        )]))
    }

    fn join(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Paths(paths), Self::Paths(more)) => paths.extend(more.iter().cloned()),
            _ => *self = Self::Whole,
        }
    }

    /// Whether `input.first.second` can be read.
    pub(super) fn covers(&self, first: &str, second: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Paths(paths) => paths
                .iter()
                .any(|(a, b)| a == first && b.as_deref().is_none_or(|b| b == second)),
        }
    }
}

/// What was found in one pack's modules.
pub(super) struct Inspection {
    /// Which part of `input` they read.
    pub(super) scope: InputScope,
    /// The rules they define, as full paths such as `data.cavra.pack.x.findings`.
    pub(super) rules: BTreeSet<String>,
    /// Whether they reach the library.
    pub(super) library: bool,
    /// Everything that bars them.
    pub(super) problems: Vec<CompileProblem>,
}

/// The syntax tree of all modules, as regorus prints it.
pub(super) fn syntax_tree(engine: &Engine) -> Result<Value, CompileProblem> {
    engine
        .get_ast_as_json()
        .map_err(|error| error.to_string())
        .and_then(|ast| serde_json::from_str(&ast).map_err(|error| error.to_string()))
        .map_err(|message| CompileProblem::of_rego(format!("the rules nest too deep: {message}")))
}

/// Looks through the syntax tree that regorus prints as JSON (`Engine::get_ast_as_json`).
/// `package` is what every module must be in or below, such as `cavra.pack.x`.
pub(super) fn inspect(ast: &Value, package: &str) -> Inspection {
    let modules = Module::all(ast);
    let mut walk = Walk::new(&modules);
    for module in &modules {
        walk.module(module, package);
    }
    walk.finish()
}

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

/// `import data.a.b` makes `b` stand for `data.a.b`; the name behind `as` is a span of `contents`.
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
    fn joined(&self) -> String {
        let mut path = self.root.unwrap_or_default().to_owned();
        for step in self.steps.iter().map_while(|step| *step) {
            path.push('.');
            path.push_str(step);
        }
        path
    }
}

struct Walk {
    rules: BTreeSet<String>,
    calls: BTreeMap<String, BTreeSet<String>>,
    /// By rule: what of `input` it reads itself.
    reads: BTreeMap<String, InputScope>,
    problems: Vec<CompileProblem>,
}

impl Walk {
    fn new(modules: &[Module<'_>]) -> Self {
        let defined = |module: &Module<'_>| {
            let package = module.package.clone();
            let names: Vec<String> = module.rules.iter().map(rule_name).collect();
            names
                .into_iter()
                .map(move |name| format!("{package}.{name}"))
        };
        Self {
            rules: modules.iter().flat_map(defined).collect(),
            calls: BTreeMap::new(),
            reads: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    fn module(&mut self, module: &Module<'_>, package: &str) {
        let package = if module.library {
            library::PACKAGE
        } else {
            package
        };
        let wanted = format!("data.{package}");
        let below = module.package.strip_prefix(&wanted);
        if !below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
            let message = format!(
                "the package must be `{package}` or below it, not `{}`",
                module.package.trim_start_matches("data.")
            );
            self.problems
                .push(CompileProblem::in_file(module.file, Some(1), message));
        }
        for rule in module.rules {
            let caller = format!("{}.{}", module.package, rule_name(rule));
            let name = Chain::of(head_reference(rule));
            for part in parts(rule).chain(name.inner) {
                self.expression(part, module, &caller);
            }
        }
    }

    fn expression(&mut self, node: &Value, module: &Module<'_>, caller: &str) {
        match node {
            Value::Array(items) => items
                .iter()
                .for_each(|n| self.expression(n, module, caller)),
            Value::Object(fields) => {
                if let Some(call) = fields.get("Call") {
                    self.call(call, module, caller);
                } else if ["Var", "RefDot", "RefBrack"]
                    .iter()
                    .any(|key| fields.contains_key(*key))
                {
                    let chain = Chain::of(node);
                    self.reference(&chain, module, caller);
                    for inner in &chain.inner {
                        self.expression(inner, module, caller);
                    }
                } else {
                    fields
                        .values()
                        .for_each(|n| self.expression(n, module, caller));
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, call: &Value, module: &Module<'_>, caller: &str) {
        let chain = Chain::of(&call["fcn"]);
        let name = chain.joined();
        let may_be_called =
            builtins::may_be_called(&name) || (module.library && library::may_call(&name));
        if !self.reference(&chain, module, caller) && !may_be_called {
            let message = format!(
                "`{name}` may not be called: a pack's rules see their input and nothing else"
            );
            let line = call["span"]["line"].as_u64();
            self.problems
                .push(CompileProblem::in_file(module.file, line, message));
        }
        self.expression(&call["params"], module, caller);
    }

    /// Notes what the reference reads. Answers whether it can name a rule.
    fn reference(&mut self, chain: &Chain<'_>, module: &Module<'_>, caller: &str) -> bool {
        let Some(root) = chain.root else { return false };
        if root == "input" {
            self.input(chain, caller);
            return false;
        }
        let path = chain.joined();
        let mut named = vec![format!("{}.{path}", module.package)];
        if root == "data" {
            named.push(path.clone());
        }
        let rest = path.strip_prefix(root).unwrap_or_default();
        if let Some(target) = module.aliases.get(root) {
            if target == "input" || target.starts_with("input.") {
                self.reads.insert(caller.to_owned(), InputScope::Whole);
            }
            named.push(format!("{target}{rest}"));
        }
        let callees: Vec<String> = self
            .rules
            .iter()
            .filter(|rule| named.iter().any(|name| overlaps(name, rule)))
            .cloned()
            .collect();
        let found = !callees.is_empty();
        self.calls
            .entry(caller.to_owned())
            .or_default()
            .extend(callees);
        found
    }

    fn input(&mut self, chain: &Chain<'_>, caller: &str) {
        let read = match chain.steps.as_slice() {
            [Some(first), Some(second), ..] => InputScope::path(first, Some(second)),
            [Some(first), ..] => InputScope::path(first, None),
            _ => InputScope::Whole,
        };
        let reads = self.reads.entry(caller.to_owned()).or_default();
        reads.join(&read);
    }

    fn finish(mut self) -> Inspection {
        if let Some(problem) = chains(&self.calls) {
            self.problems.push(problem);
        }
        let reached = self.reached();
        let mut scope = InputScope::default();
        for (_, read) in (self.reads.iter()).filter(|(rule, _)| reached.contains(rule.as_str())) {
            scope.join(read);
        }
        Inspection {
            scope,
            library: reached.iter().any(|rule| in_library(rule)),
            rules: self.rules,
            problems: self.problems,
        }
    }

    /// The rules that can be evaluated: the pack's, and what of the library they reach.
    fn reached(&self) -> BTreeSet<&str> {
        let mut left: Vec<&str> = (self.rules.iter().chain(self.reads.keys()))
            .chain(self.calls.keys())
            .map(String::as_str)
            .filter(|rule| !in_library(rule))
            .collect();
        let mut reached = BTreeSet::new();
        while let Some(rule) = left.pop() {
            if reached.insert(rule) {
                let callees = self.calls.get(rule).into_iter().flatten();
                left.extend(callees.map(String::as_str));
            }
        }
        reached
    }
}

fn in_library(rule: &str) -> bool {
    let rest = rule.strip_prefix("data.").unwrap_or_default();
    let rest = rest.strip_prefix(library::PACKAGE);
    rest.is_some_and(|rest| rest.starts_with('.'))
}

/// One names the other or something inside it.
fn overlaps(name: &str, rule: &str) -> bool {
    let (short, long) = if name.len() <= rule.len() {
        (name, rule)
    } else {
        (rule, name)
    };
    long.strip_prefix(short)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Everything in a rule but its own name, which is no call of it; what is computed in the
/// name's brackets is looked through apart.
fn parts(rule: &Value) -> impl Iterator<Item = &Value> {
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

fn head_reference(rule: &Value) -> &Value {
    let head = rule["Spec"]["head"]
        .as_object()
        .and_then(|head| head.values().next());
    head.map_or(&rule["Default"]["refr"], |head| &head["refr"])
}

/// Bars recursion, and chains of rules so long that evaluating them could overflow the stack.
/// Rules are removed once all they call are; what can't be removed calls itself.
fn chains(calls: &BTreeMap<String, BTreeSet<String>>) -> Option<CompileProblem> {
    let mut depth: BTreeMap<&str, usize> = BTreeMap::new();
    loop {
        let mut progress = false;
        for (rule, callees) in calls {
            if depth.contains_key(rule.as_str()) {
                continue;
            }
            let deepest = callees.iter().try_fold(0, |deepest: usize, callee| {
                let known = !calls.contains_key(callee);
                let below = if known {
                    Some(0)
                } else {
                    depth.get(callee.as_str()).copied()
                };
                below.map(|below| deepest.max(below.saturating_add(1)))
            });
            if let Some(deepest) = deepest {
                depth.insert(rule, deepest);
                progress = true;
            }
        }
        if !progress {
            break;
        }
    }
    if let Some(rule) = calls.keys().find(|rule| !depth.contains_key(rule.as_str())) {
        return Some(CompileProblem::of_rego(format!(
            "`{rule}` calls itself, or a rule that does"
        )));
    }
    let (rule, deepest) = depth.iter().max_by_key(|(_, deepest)| **deepest)?;
    (*deepest > MAX_RULE_CHAIN).then(|| {
        CompileProblem::of_rego(format!(
            "`{rule}` stands on a chain of {deepest} rules; the limit is {MAX_RULE_CHAIN}"
        ))
    })
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
