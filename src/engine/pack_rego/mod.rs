//! The Rego that packs bring along.
//!
//! Each pack of a lineage is compiled and evaluated on its own, apart from the base
//! rules: it can add findings, and has no way to remove any. An error in one leaves
//! the findings of the others standing.

mod builtins;
mod bundle;
mod data;
mod finding;
mod input;
mod inspect;
mod library;
mod names;
mod schema;
mod scope;
mod syntax;

use std::collections::BTreeMap;
use std::sync::Arc;

use quick_cache::sync::Cache;
use regorus::{CompiledPolicy, Engine, Value};

use super::error::{CompileProblem, EvaluationError};
use super::evaluate::evaluate;
use super::limits::{MAX_REMEMBERED_INPUT_BYTES, PACK_MEMO_ENTRIES};
use crate::action::Action;
use crate::action::facts::Facts;
use crate::policy::source::SourceFile;
pub use bundle::RegoBundle;
pub(super) use finding::{Found, PackFinding};
use inspect::{Inspection, inspect};
pub(super) use library::sources as library_sources;
pub use names::unknown_names;
pub use schema::rego_schema;
use scope::InputScope;
use syntax::syntax_tree;

/// What one pack's own Rego said.
pub(super) type PackFindings = Result<Arc<Found>, EvaluationError>;

/// The own Rego of one pack, compiled.
pub(super) struct PackRego {
    /// The pack that brought it.
    pub(super) pack_id: Arc<str>,
    policy: CompiledPolicy,
    scope: InputScope,
    memo: Cache<Box<str>, Arc<Found>>,
}

/// The Rego package that a pack's modules must be in: `cavra.pack.` and the id with `_` for `-`.
#[must_use]
pub fn package_of(pack_id: &str) -> String {
    format!("cavra.pack.{}", pack_id.replace('-', "_"))
}

impl PackRego {
    /// Compiles the modules of one pack. `policy` is what they see as `data.policy`.
    pub(super) fn compile(
        pack_id: &Arc<str>,
        modules: &[SourceFile],
        policy: &serde_json::Value,
    ) -> Result<Self, Vec<CompileProblem>> {
        let package = package_of(pack_id);
        let (mut engine, inspection) = parsed(modules, &package)?;
        let entrypoint = format!("data.{package}.findings");
        if !inspection.rules.contains(&entrypoint) {
            let message = format!("no module of `{package}` defines `findings`");
            return Err(vec![CompileProblem::of_rego(message)]);
        }
        let data = BTreeMap::from([(Value::from("policy"), Value::from(policy.clone()))]);
        let compiled = engine
            .add_data(data.into())
            .and_then(|()| engine.compile_with_entrypoint(&entrypoint.as_str().into()))
            .map_err(|error| vec![CompileProblem::from_regorus(&error.to_string(), "rules")])?;
        Ok(Self {
            pack_id: Arc::clone(pack_id),
            policy: compiled,
            scope: inspection.scope,
            memo: Cache::new(PACK_MEMO_ENTRIES),
        })
    }

    /// Whether the rules can read who asks.
    pub(super) fn reads_caller(&self) -> bool {
        let fields = ["session_id", "agent_id", "actor", "correlation_id"];
        let mut fields = fields.into_iter();
        fields.any(|field| self.scope.covers("action", field))
    }

    /// The findings for one action. The input's text is the memo's key *and* what is
    /// evaluated, so a remembered answer can't differ from an evaluation. Errors and
    /// time-outs are never remembered.
    pub(super) fn judge(&self, action: &Action, facts: &Facts, memo: bool) -> PackFindings {
        let input = input::text(action, facts, &self.scope)
            .map_err(|error| EvaluationError::Failed(error.to_string()))?;
        let memo = memo && input.len() <= MAX_REMEMBERED_INPUT_BYTES;
        if memo && let Some(findings) = self.memo.get(input.as_str()) {
            return Ok(findings);
        }
        let value = Value::from_json_str(&input)
            .map_err(|error| EvaluationError::Failed(error.to_string()))?;
        let findings = Arc::new(finding::read(&evaluate(&self.policy, value)?)?);
        if memo && findings.malformed.is_none() {
            self.memo.insert(input.into(), Arc::clone(&findings));
        }
        Ok(findings)
    }
}

/// The modules, parsed and looked through; with the library if one of them reaches it.
fn parsed(
    modules: &[SourceFile],
    package: &str,
) -> Result<(Engine, Inspection), Vec<CompileProblem>> {
    let alone = engine_with(modules)?;
    let mut both = engine_with(modules)?;
    library::add_to(&mut both).map_err(|message| vec![CompileProblem::of_rego(message)])?;
    let inspection = inspected(&both, package)?;
    let engine = if inspection.library { both } else { alone };
    Ok((engine, inspection))
}

fn engine_with(modules: &[SourceFile]) -> Result<Engine, Vec<CompileProblem>> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    for module in modules {
        engine
            .add_policy(module.path.clone(), module.text.clone())
            .map_err(|error| {
                vec![CompileProblem::from_regorus(
                    &error.to_string(),
                    &module.path,
                )]
            })?;
    }
    Ok(engine)
}

fn inspected(engine: &Engine, package: &str) -> Result<Inspection, Vec<CompileProblem>> {
    let ast = syntax_tree(engine).map_err(|problem| vec![problem])?;
    let mut inspection = inspect(&ast, package);
    if inspection.problems.is_empty() {
        Ok(inspection)
    } else {
        Err(std::mem::take(&mut inspection.problems))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(body: &str) -> (InputScope, bool) {
        let text = format!(
            "package cavra.pack.own\n\nimport rego.v1\n\nimport data.cavra.lib\n\nfindings contains 1 if {{ {body} }}\n"
        );
        let path = "rules/own.rego".to_owned();
        let (_, found) = parsed(&[SourceFile { path, text }], "cavra.pack.own").unwrap();
        (found.scope, found.library)
    }

    #[test]
    fn only_what_is_reached_of_the_library_widens_the_scope() {
        let reads = [
            ("1 == 1", &[][..], false),
            (r#"count(lib.reads("x")) > 0"#, &["reads"], true),
            (r#"count(lib.deletes_of("x")) > 0"#, &["pushes"], true),
            (
                r#"lib.mcp_risk_at_least("low"); input.facts.writes"#,
                &["mcp", "writes"],
                true,
            ),
        ];
        for (body, facts, library) in reads {
            let (scope, reached) = scope(body);
            assert_eq!(reached, library, "{body}");
            let all = [
                "commands",
                "reads",
                "writes",
                "pushes",
                "mcp",
                "terraform_plan",
            ];
            for fact in all {
                assert_eq!(
                    scope.covers("facts", fact),
                    facts.contains(&fact),
                    "{body}: {fact}"
                );
            }
        }
        let computed = r#"some name in ["reads"]; data.cavra.lib[name]"#;
        assert!(scope(computed).0.covers("facts", "mcp"));
    }

    #[test]
    fn what_a_rule_s_own_name_reads_is_in_its_scope() {
        let text = "package cavra.pack.own\n\nimport rego.v1\n\nby[input.action.actor] := 1\n\nfindings contains 1 if by.mallory\n";
        let file = SourceFile {
            path: "rules/own.rego".to_owned(),
            text: text.to_owned(),
        };
        let (_, found) = parsed(&[file], "cavra.pack.own").unwrap();
        assert!(found.scope.covers("action", "actor"));
    }
}
