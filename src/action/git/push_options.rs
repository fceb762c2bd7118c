//! `git push -o OPTION`: texts that the server reads.
//!
//! Git gives them no meaning. Servers do: GitLab (docs.gitlab.com, "Push options") opens merge
//! requests and can merge them, Gerrit ("Uploading Changes") submits and votes, Gitea and
//! Forgejo change who sees a repository. What is not known to be harmless may do more than
//! move the refs that are named.

/// Options, without their value, that move nothing beyond the pushed refs.
const HARMLESS: &[&str] = &[
    // GitLab: whether and how the pipeline of the pushed commit runs.
    "ci.skip",
    "ci.no_pipeline",
    "ci.variable",
    "ci.input",
    "integrations.skip_ci",
    // GitLab: a merge request that waits for people.
    "merge_request.create",
    "merge_request.target",
    "merge_request.title",
    "merge_request.description",
    "merge_request.draft",
    "merge_request.milestone",
    "merge_request.label",
    "merge_request.unlabel",
    "merge_request.assign",
    "merge_request.unassign",
    // Gitea and Forgejo, AGit flow: a pull request that waits for people.
    "topic",
    "title",
    "description",
    // Gerrit: a change that waits for people.
    "wip",
    "work-in-progress",
    "r",
    "cc",
    "hashtag",
    "m",
    "message",
];

/// What the server may do besides, because of this option.
pub(super) fn does_more(option: &str) -> Option<String> {
    let name = option.split_once('=').map_or(option, |(name, _)| name);
    (!HARMLESS.contains(&name))
        .then(|| format!("what the server does because of the push option `{option}` is not known"))
}
