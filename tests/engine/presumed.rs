//! Programs that no table knows: laws over any of their words.

use crate::common;

use std::sync::{Arc, LazyLock};

use cavra::action::Action;
use cavra::action::establish;
use cavra::decision::Verdict;
use cavra::engine::Policy;
use proptest::prelude::*;

static BASELINE: LazyLock<Arc<Policy>> =
    LazyLock::new(|| common::policy("cavra-ai-agent-baseline"));

fn verdict(line: &str) -> Verdict {
    let document = serde_json::json!({
        "action_type": "execute_command", "target": line, "requested_operation": line,
    });
    let action = Action::from_json(document.to_string().as_bytes()).unwrap();
    let facts = establish(&action).unwrap();
    BASELINE.judge(&action, &facts).decision
}

/// A name that is no program's.
fn program() -> impl Strategy<Value = String> {
    "(\\./|/opt/)?zq[a-z]{2,6}(\\.py|-cli)?"
}

/// Words that are harmless and take no other word along.
fn harmless() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(
        "[a-z]{1,6}|--[a-z]{2,5}=[0-9]{1,3}|[a-z]{1,5}\\.(txt|rs)",
        0..4,
    )
}

/// How a word can name a file.
static SPELLINGS: &[&str] = &[
    "{}",
    "./{}",
    "a/../{}",
    "@{}",
    "file://{}",
    "--zq={}",
    "--zq {}",
    "-z {}",
    "-z{}",
    "zq={}",
    "zq=@{}",
    "zq@{}",
    "-v {}:/x",
    "--zq=a,{}",
    "-- {}",
];

/// Each way to name a file that a program may read.
fn named(path: &str) -> impl Strategy<Value = String> + use<> {
    let path = path.to_owned();
    proptest::sample::select(SPELLINGS).prop_map(move |way| way.replace("{}", &path))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_secret_among_the_words_is_read(
        program in program(),
        before in harmless(),
        name in prop_oneof![named(".env"), named("config/.env.local"), named("secrets.json"), named("id_rsa")],
        behind in harmless(),
    ) {
        let line = [vec![program], before, vec![name], behind].concat().join(" ");
        prop_assert_eq!(verdict(&line), Verdict::Block, "{}", line);
    }

    #[test]
    fn a_word_that_is_left_out_or_is_a_text_is_not_read(
        program in program(),
        before in harmless(),
        option in "--(exclude|ignore|ignore-pattern|excludeDir|name|title|message|skip)",
        between in "[= ]",
        behind in harmless(),
    ) {
        let word = vec![format!("{option}{between}.env")];
        let line = [vec![program], before, word, behind].concat().join(" ");
        prop_assert_eq!(verdict(&line), Verdict::RequireApproval, "{}", line);
    }

    #[test]
    fn the_value_of_an_output_option_is_written(
        program in program(),
        before in harmless(),
        option in "-o |--(output|out|outDir|out-file|output-file|dest|log-file|html-output)[= ]",
        path in "(a/)?(main|backend|providers)\\.tf|\\.github/workflows(/ci\\.yml)?",
        behind in harmless(),
    ) {
        let word = vec![format!("{option}{path}")];
        let line = [vec![program], before, word, behind].concat().join(" ");
        prop_assert_eq!(verdict(&line), Verdict::Block, "{}", line);
    }
}
