//! Searches that are no command: what the tools of hosts read while they walk.

use super::{Paths, braces, too_many};
use crate::action::ActionError;
use crate::action::budget::{self, Budget};
use crate::action::facts::{Certainty, PathAccess, Search};
use crate::action::limits::MAX_WORK;
use crate::action::path::{Kind, Resolver, Use, climbs, glob_climbs, readings};
use crate::action::program::sources::is_source;
use crate::action::sift::{Names, is_name, split_glob};

const VIA: &str = "search";
/// In a glob, any folders.
const ANY_FOLDER: &str = "**";

/// The paths that a search reads: the file that is named, and whatever it finds below the folder that
/// is named, or below the folder at which a glob begins. Where a glob climbs, tools differ.
pub(super) fn access(
    resolver: &Resolver,
    target: &str,
    search: &Search,
) -> Result<Paths, ActionError> {
    let budget = Budget::new(MAX_WORK);
    let mut paths = Paths::default();
    let spellings: Result<Vec<Vec<String>>, ActionError> =
        readings(target).iter().map(|it| braces(it)).collect();
    for spelling in spellings?.into_iter().flatten() {
        if spelling.is_empty() {
            continue;
        }
        let cost = budget::of_path(spelling.len() + target.len() + resolver.start().length());
        let cost = cost.saturating_mul(resolver.most_readings());
        budget.spend(cost).map_err(|_| too_many())?;
        paths.doubtful |= glob_climbs(&spelling, Use::Entered);
        let Some((folder, glob)) = split_glob(&spelling) else {
            let start = resolver.start();
            let named = super::access(resolver, &spelling, &start, VIA, &budget)?;
            paths.all.extend(named.all);
            if !is_source(&spelling) {
                paths
                    .all
                    .extend(below(resolver, &spelling, target, search)?);
            }
            continue;
        };
        paths.doubtful |= climbs(glob);
        let mut names = Names::default();
        names.choose(glob);
        let mut includes = names.finish();
        // The tool may be one that lists names and opens no file, unless a file is chosen by its name.
        if search.names_only
            && search.respects_ignore
            && !includes.iter().any(|name| is_spelled(name))
        {
            includes.clear();
        }
        let chosen = Search {
            includes,
            ..search.clone()
        };
        paths.all.extend(below(resolver, folder, target, &chosen)?);
    }
    Ok(paths)
}

/// Whether a glob spells a hidden name, or all of a name.
fn is_spelled(name: &str) -> bool {
    name.starts_with('.') || !name.contains(['*', '?'])
}

/// The paths that a read touches. Where `**` is in its path, it is a search that opens the files that the
/// last name chooses.
pub(super) fn read(resolver: &Resolver, path: &str) -> Result<Paths, ActionError> {
    let mut paths = super::alone(resolver, path, "read_file")?;
    paths.all.iter_mut().for_each(choose_by_name);
    Ok(paths)
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
