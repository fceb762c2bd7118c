//! The own Rego of packs, compiled to be evaluated in this process.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::{CompiledPolicy, Engine, Value};
use serde::{Deserialize, Serialize};

use super::super::error::{CompileProblem, EvaluationError};
use super::super::evaluate::evaluate;
use super::finding::{self, Found};
use super::inspect::{Inspection, inspect};
use super::scope::InputScope;
use super::syntax::syntax_tree;
use super::{Evaluator, library, package_of};
use crate::policy::source::SourceFile;

/// A pack with Rego of its own, and what that can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegoPack {
    /// The pack that brought it.
    pub(super) pack_id: Arc<str>,
    pub(super) scope: InputScope,
}

/// The own Rego of a lineage, compiled.
pub struct Rules(pub(super) Vec<Compiled>);

/// The own Rego of one pack, compiled.
pub(super) struct Compiled {
    pack: RegoPack,
    policy: CompiledPolicy,
}

impl Rules {
    /// The packs, in the order in which [`Evaluator::evaluate`] counts them.
    #[must_use]
    pub fn packs(&self) -> Vec<RegoPack> {
        self.0.iter().map(|it| it.pack.clone()).collect()
    }
}

impl Evaluator for Rules {
    fn evaluate(&self, pack: usize, input: &str) -> Result<Found, EvaluationError> {
        let failed = |message: String| EvaluationError::Failed(message);
        let compiled = self.0.get(pack);
        let compiled = compiled.ok_or_else(|| failed("no such pack".to_owned()))?;
        let input = Value::from_json_str(input).map_err(|error| failed(error.to_string()))?;
        match evaluate(&compiled.policy, input) {
            Ok(value) => finding::read(&value),
            // It may quote whatever the rules have made.
            Err(EvaluationError::Failed(message)) => Err(failed(finding::shortened(message))),
            Err(error) => Err(error),
        }
    }
}

impl Compiled {
    /// Compiles the modules of one pack. `policy` is what they see as `data.policy`.
    pub(super) fn new(
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
        let policy = engine
            .add_data(data.into())
            .and_then(|()| engine.compile_with_entrypoint(&entrypoint.as_str().into()))
            .map_err(|error| vec![CompileProblem::from_regorus(&error.to_string(), "rules")])?;
        let pack = RegoPack {
            pack_id: Arc::clone(pack_id),
            scope: inspection.scope,
        };
        Ok(Self { pack, policy })
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

pub(super) fn engine_with(modules: &[SourceFile]) -> Result<Engine, Vec<CompileProblem>> {
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
