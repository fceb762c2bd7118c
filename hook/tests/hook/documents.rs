//! `docs/agents.md` has a row for every tool of every host.

use crate::run::run;

const DOCUMENT: &str = include_str!("../../../docs/agents.md");

#[test]
fn every_tool_has_a_row() {
    let mut count = 0;
    for host in ["claude-code", "codex", "copilot-cli", "gemini-cli"] {
        let table = run(&[host, "--tools"], b"");
        assert_eq!(table.code, 0, "{table:?}");
        for row in table.stdout.lines() {
            assert!(
                DOCUMENT.contains(row),
                "docs/agents.md lacks the row\n{row}"
            );
            count += 1;
        }
    }
    assert!(count >= 55, "only {count} rows");
}
