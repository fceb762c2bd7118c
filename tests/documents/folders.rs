//! A reader who follows one document after another in one folder meets no journal of another policy.

use std::collections::BTreeMap;

use super::markdown::documents;

/// The value that follows `flag` on a command line.
fn value<'a>(line: &'a str, flag: &str) -> Option<&'a str> {
    let after = line.split_once(&format!(" {flag} "))?.1;
    after.split_whitespace().next()
}

/// A journal keeps the policy that it began with. A service that is started on the data directory of
/// another document would enforce that document's policy, and refuse each request of its own.
#[test]
fn a_data_directory_is_of_one_policy_in_all_documents() {
    let mut begun: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut services = 0;
    for document in documents() {
        for line in document
            .text
            .lines()
            .filter(|it| it.contains("cavra serve "))
        {
            let Some(folder) = value(line, "--data-dir") else {
                continue;
            };
            services += 1;
            let policy = value(line, "--policy").or(value(line, "--policy-pack"));
            let policy = policy.unwrap_or("the baseline").to_owned();
            let (first, known) = begun
                .entry(folder.to_owned())
                .or_insert_with(|| (document.name.clone(), policy.clone()));
            assert_eq!(
                known, &policy,
                "`{folder}` of {} is that of {first}",
                document.name
            );
        }
    }
    assert!(services >= 4, "only {services} services");
}
