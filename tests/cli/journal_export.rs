//! `cavra journal export`: a row for each decision, in each form.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::Value;

use super::journal_read::{Kept, ids};
use super::support::cavra;

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    let mut columns = row.get_column_iter();
    match columns.find(|(column, _)| *column == name).unwrap().1 {
        Field::Str(text) => Some(text),
        Field::Null => None,
        other => panic!("{name}: {other:?}"),
    }
}

fn rows(path: &str) -> Vec<Row> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let counted = reader.metadata().file_metadata().num_rows();
    let rows: Vec<Row> = reader
        .get_row_iter(None)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(usize::try_from(counted).unwrap(), rows.len());
    rows
}

#[test]
fn an_export_has_a_row_for_each_decision_in_every_form() {
    let kept = Kept::start(1300);
    for format in ["jsonl", "csv", "parquet"] {
        let files = ["here", "there"].map(|it| kept.path(&format!("{it}.{format}")));
        fs::write(&files[0], "in the way").unwrap();
        let args = |file| {
            [
                "export", "--format", format, "--out", file, "--output", "json",
            ]
        };
        let report = kept.here(&args(&files[0])).exits(0).json();
        assert_eq!(report["rows"], 1305);
        assert_eq!(kept.there(&args(&files[1])).exits(0).json()["rows"], 1305);
        let bytes = files.map(|file| fs::read(file).unwrap());
        assert!(bytes[0] == bytes[1], "{format}");
    }
    let names: BTreeSet<String> = fs::read_dir(kept.folder.path())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        names.iter().all(|it| !it.starts_with(".cavra")),
        "{names:?}"
    );

    let decided = &kept.decided;
    let lines = fs::read_to_string(kept.path("here.jsonl")).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(ids(&lines), kept.ids(|_| true));
    let queried = kept
        .here(&["query", "--kind", "decision", "--output", "json"])
        .json_lines();
    assert_eq!(lines, queried);

    let parquet = rows(&kept.path("here.parquet"));
    let mut csv = csv::Reader::from_path(kept.path("here.csv")).unwrap();
    let header = csv.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|it| it == name).unwrap();
    let csv: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!((parquet.len(), csv.len()), (1305, 1305));
    for ((row, record), decision) in parquet.iter().zip(&csv).zip(decided) {
        for name in [
            "decision_id",
            "decision",
            "rule_id",
            "severity",
            "target",
            "agent_id",
            "action_type",
            "policy_id",
            "policy_digest",
            "effective_digest",
            "outcome",
            "requested_operation",
        ] {
            let expected = decision[name].as_str();
            assert_eq!(text(row, name), expected, "{name}");
            let cell = &record[at(name)];
            let expected = expected.unwrap_or("");
            // What looks like a formula is not one, and is otherwise what it was.
            assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), expected, "{name}");
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell}"
            );
        }
        let findings: Value = serde_json::from_str(text(row, "findings_json").unwrap()).unwrap();
        assert_eq!(findings, decision["matched_rules"]);
        assert!(text(row, "facts_json").is_some());
        assert_eq!(text(row, "candidate_decision"), None);
    }
    assert!(csv.iter().any(|it| it[at("target")].starts_with("'=cmd")));
}

#[test]
fn an_export_takes_filters_and_leaves_nothing_behind_when_it_fails() {
    let kept = Kept::start(9);
    let file = kept.path("blocked.parquet");
    let filtered = [
        "export",
        "--format",
        "parquet",
        "--out",
        &file,
        "--decision",
        "block",
    ];
    kept.here(&filtered).exits(0).prints("3 decisions");
    assert!(
        rows(&file)
            .iter()
            .all(|it| text(it, "decision") == Some("block"))
    );
    let none = [
        "export", "--format", "parquet", "--out", &file, "--agent", "nobody",
    ];
    kept.here(&none).exits(0).prints("0 decisions");
    assert_eq!(rows(&file).len(), 0);

    let folder = kept.path("empty");
    fs::create_dir(&folder).unwrap();
    let out = format!("{folder}/x.csv");
    let missing = [
        "journal",
        "export",
        "--format",
        "csv",
        "--out",
        &out,
        "--data-dir",
        "nowhere",
    ];
    cavra(&missing).exits(1).complains("no journal");
    assert_eq!(fs::read_dir(Path::new(&folder)).unwrap().count(), 0);
}
