//! No planted secret is recorded, however it is written.

use std::sync::LazyLock;

use cavra::authority::Authority;
use cavra::journal::record::Recorder;
use proptest::prelude::*;
use serde_json::json;

use crate::common::{authority, built_in, command, record, whole};

/// Ways to write a word for bash.
fn written(secret: &str, style: usize) -> String {
    let middle = secret.len() / 2;
    let (one, two) = secret.split_at(middle);
    match style {
        0 => format!("'{}'", secret.replace('\'', r"'\''")),
        1 => format!(
            "\"{}\"",
            secret
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('$', "\\$")
                .replace('`', "\\`")
        ),
        2 => secret.chars().flat_map(|c| ['\\', c]).collect(),
        3 => {
            secret
                .bytes()
                .fold("$'".to_owned(), |out, byte| out + &format!("\\x{byte:02x}"))
                + "'"
        }
        4 if !secret.contains('\'') => format!("'{one}'\"\"'{two}'"),
        4 => written(secret, 0),
        _ => shlex::try_quote(secret).unwrap().into_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Planted in any option, in any way to write it, at any depth of shells.
    #[test]
    fn no_planted_secret_is_recorded(
        secret in "[A-Za-z0-9][A-Za-z0-9 '\"$;&|<>()!#%,:/=+~^*?{}@.-]{6,18}[A-Za-z0-9]", style in 0_usize..6, depth in 0_usize..3,
        before in 0_usize..5,
    ) {
        let word = written(&secret, style);
        let mut line = match before {
            0 => format!("tool --password {word} run"),
            1 => format!("tool --db-password={word}"),
            2 => format!("MY_SECRET={word} make"),
            3 => format!("export API_TOKEN={word} && make"),
            _ => format!("cat <<'E' | tool --token {word}\nAPI_TOKEN={word}\nE"),
        };
        for _ in 0..depth {
            line = format!("bash -c {}", shlex::try_quote(&line).unwrap());
        }
        static ONCE: LazyLock<(Authority, Recorder)> = LazyLock::new(|| (authority(), built_in()));
        let entry = record(&ONCE.1, &ONCE.0, &command(&line));
        let all = whole(&entry);
        for text in [&secret, &word] {
            let quoted = json!(text).to_string();
            let inner = &quoted[1..quoted.len() - 1];
            prop_assert!(!all.contains(inner), "{line}\n{inner}\n{all}");
        }
    }
}
