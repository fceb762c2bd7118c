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

use serde_json::Value;

use super::super::error::CompileProblem;
use super::super::limits::MAX_RULE_CHAIN;
use super::scope::InputScope;
use super::syntax::{Chain, Module, head_reference, parts, rule_name};
use super::{builtins, library};

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
            "`{rule}` depends on a chain of {deepest} rules; the limit is {MAX_RULE_CHAIN}"
        ))
    })
}
