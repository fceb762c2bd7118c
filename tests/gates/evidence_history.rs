//! Repositories in which git leaves commits out of a range.

use std::fs;
use std::path::Path;

use super::evidence::{check, findings, recorded, repository};
use super::repository::{commit, git};

#[test]
fn a_repository_without_all_commits_is_refused() {
    let desk = recorded();
    let repository = repository(&desk);
    let [one, two] = ["s1.json", "s2.json"].map(|name| desk.path(name));
    let human = ["--allow-human", "ada@example.org"];
    let folder = Path::new(&repository);
    let shallow = desk.path("shallow");
    let url = format!("file://{repository}");
    git(
        desk.0.path(),
        &["clone", "--quiet", "--depth", "1", &url, &shallow],
    );
    // Without the base's id nothing would say that commits are missing.
    let range = ["--range", "base..HEAD"];
    let json = ["--output", "json"];
    git(Path::new(&shallow), &["tag", "base", "HEAD"]);
    commit(Path::new(&shallow), "by a person");
    check(
        &desk,
        &shallow,
        &[&one, &two],
        &[&range[..], &human].concat(),
    )
    .exits(1)
    .complains("is a shallow clone")
    .complains("`git fetch --unshallow`");
    git(Path::new(&shallow), &["fetch", "--quiet", "--unshallow"]);
    check(
        &desk,
        &shallow,
        &[&one, &two],
        &[&range[..], &human].concat(),
    )
    .exits(0);

    // A commit that is grafted onto the base hides those between.
    commit(folder, "by nobody");
    git(
        folder,
        &[
            "commit",
            "--quiet",
            "--allow-empty",
            "-m",
            "last",
            "--trailer",
            "Cavra-Session: s1",
        ],
    );
    let nobody = check(&desk, &repository, &[&one, &two], &json).exits(2);
    assert_eq!(findings(&nobody).len(), 2, "{}", nobody.stdout);
    let [last, base] = ["main", "base"].map(|name| git(folder, &["rev-parse", name]));
    // Neither a replaced commit nor a commit graph changes what is checked.
    git(folder, &["replace", "--graft", &last, &base]);
    let replaced = check(&desk, &repository, &[&one, &two], &json).exits(2);
    assert_eq!(findings(&replaced), findings(&nobody));
    let grafts = folder.join(".git/info/grafts");
    fs::create_dir_all(grafts.parent().unwrap()).unwrap();
    fs::write(&grafts, format!("{last} {base}\n")).unwrap();
    check(&desk, &repository, &[&one, &two], &[])
        .exits(1)
        .complains(".git/info/grafts` gives commits other parents");
}
