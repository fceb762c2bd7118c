//! Searches that are no command: what the tools of hosts read while they walk.

use super::braces;
use crate::action::ActionError;
use crate::action::budget::{self, Budget};
use crate::action::facts::{Certainty, PathAccess, Search};
use crate::action::limits::MAX_WORK;
use crate::action::path::{Kind, Resolver};
use crate::action::program::sources::is_source;
use crate::action::sift::{Names, is_name, split_glob};

const VIA: &str = "search";
/// In a glob, any folders.
const ANY_FOLDER: &str = "**";

/// The paths that a search reads: the file that is named, and whatever it finds below the folder that
/// is named, or below the folder at which a glob begins.
pub(super) fn access(
    resolver: &Resolver,
    target: &str,
    search: &Search,
) -> Result<Vec<PathAccess>, ActionError> {
    let budget = Budget::new(MAX_WORK);
    let mut all = Vec::new();
    for spelling in braces(target)? {
        if spelling.is_empty() {
            continue;
        }
        let cost = budget::of_path(spelling.len() + target.len() + resolver.start().length());
        let cost = cost.saturating_mul(resolver.most_readings());
        budget.spend(cost).map_err(|_| {
            ActionError::invalid("target", "matches too many paths; name them one by one")
        })?;
        let Some((folder, glob)) = split_glob(&spelling) else {
            let start = resolver.start();
            all.append(&mut super::access(
                resolver, &spelling, &start, VIA, &budget,
            )?);
            if !is_source(&spelling) {
                all.extend(below(resolver, &spelling, target, search)?);
            }
            continue;
        };
        let mut names = Names::default();
        names.choose(glob);
        let chosen = Search {
            includes: names.finish(),
            ..search.clone()
        };
        all.extend(below(resolver, folder, target, &chosen)?);
    }
    Ok(all)
}

/// The paths that a read touches. Where `**` is in its path, it is a search that opens the files that the
/// last name chooses.
pub(super) fn read(resolver: &Resolver, path: &str) -> Result<Vec<PathAccess>, ActionError> {
    let mut all = super::alone(resolver, path, "read_file")?;
    all.iter_mut().for_each(choose_by_name);
    Ok(all)
}

/// Makes a glob of any folders (`src/**/*.ts`) a search that opens the files that its last name chooses.
pub(super) fn choose_by_name(access: &mut PathAccess) {
    if access.certainty != Certainty::Possible || access.search.is_some() {
        return;
    }
    let mut names: Vec<&str> = access.path.split('/').collect();
    let walked = names.iter().position(|name| *name == ANY_FOLDER);
    let (Some(walked), Some(name)) = (walked, names.last().filter(|name| is_name(name))) else {
        return;
    };
    let search = Search {
        includes: vec![(*name).to_owned()],
        ..Search::default()
    };
    names.truncate(walked + 1);
    access.path = names.join("/");
    access.search = Some(Box::new(search));
}

/// What a walk through a folder reads, below each root that the folder lies in.
fn below(
    resolver: &Resolver,
    folder: &str,
    target: &str,
    search: &Search,
) -> Result<Vec<PathAccess>, ActionError> {
    let found = resolver.resolve(folder, &resolver.start())?;
    if found.kind == Kind::Nothing {
        return Ok(Vec::new());
    }
    let walked = found.each().map(|found| {
        let mut walked = found.access(target, Certainty::Possible, VIA);
        walked.path = match walked.path.is_empty() {
            true => "**".to_owned(),
            false => format!("{}/**", globset::escape(&walked.path)),
        };
        walked.search = Some(Box::new(search.clone()));
        walked
    });
    Ok(walked.collect())
}
