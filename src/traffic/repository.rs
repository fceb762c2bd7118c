//! A repository's files, by how often they are touched.

use super::options::Profile;
use super::random::{Random, Ranked};
use super::tables::repositories::{APPLICATIONS, INFRASTRUCTURE, README, RepositoryTable, Stack};

/// A repository at work.
#[derive(Debug)]
pub(super) struct Repository {
    pub(super) name: &'static str,
    pub(super) stack: Stack,
    pub(super) files: Ranked<File>,
    pub(super) tests: Ranked<String>,
}

/// A file of a repository.
#[derive(Debug)]
pub(super) struct File {
    /// Relative to the root.
    pub(super) path: String,
    /// Whether agents edit it.
    pub(super) edited: bool,
}

/// The repositories of a profile.
#[derive(Debug)]
pub(super) struct Repositories {
    first: Repository,
    others: Vec<Repository>,
    popularity: Ranked<()>,
}

impl Repositories {
    pub(super) fn new(profile: Profile) -> Self {
        let tables: Vec<&RepositoryTable> = match profile {
            Profile::Application => APPLICATIONS.iter().collect(),
            Profile::Infrastructure => INFRASTRUCTURE.iter().collect(),
            Profile::Mixed => APPLICATIONS.iter().chain(INFRASTRUCTURE).collect(),
        };
        let mut repositories = tables.into_iter().map(Repository::new);
        let first = repositories.next().unwrap_or_else(Repository::bare);
        let others: Vec<Repository> = repositories.collect();
        Self {
            popularity: Ranked::new(vec![(); others.len()], ()),
            first,
            others,
        }
    }

    /// The place of one of them, for [`Self::get`].
    pub(super) fn pick(&self, random: &mut Random) -> usize {
        self.popularity.pick(random)
    }

    pub(super) fn get(&self, place: usize) -> &Repository {
        let other = place
            .checked_sub(1)
            .and_then(|place| self.others.get(place));
        other.unwrap_or(&self.first)
    }
}

impl Repository {
    fn new(table: &RepositoryTable) -> Self {
        let file = |edited| move |path| File { path, edited };
        let sources = expanded(table.sources, table.modules).map(file(true));
        let fixed = expanded(table.fixed, table.modules).map(file(false));
        let tests = expanded(table.tests, table.modules).map(file(true));
        let files = in_turn(vec![Box::new(sources), Box::new(tests), Box::new(fixed)]);
        Self {
            name: table.name,
            stack: table.stack,
            files: Ranked::new(files, readme()),
            tests: Ranked::new(
                expanded(table.tests, table.modules).collect(),
                README.to_owned(),
            ),
        }
    }

    /// What there is to work on where no table names anything.
    fn bare() -> Self {
        Self {
            name: "notes",
            stack: Stack::Python,
            files: Ranked::new(Vec::new(), readme()),
            tests: Ranked::new(Vec::new(), README.to_owned()),
        }
    }
}

fn readme() -> File {
    File {
        path: README.to_owned(),
        edited: true,
    }
}

/// Every pattern for the first module, then for the second, …; one without a place comes once.
fn expanded<'a>(
    patterns: &'a [&'static str],
    modules: &'a [&'static str],
) -> impl Iterator<Item = String> + 'a {
    modules.iter().enumerate().flat_map(move |(round, module)| {
        let here = patterns
            .iter()
            .filter(move |pattern| round == 0 || pattern.contains("{module}"));
        here.map(move |pattern| pattern.replace("{module}", module))
    })
}

/// One of each list, again and again, until all have ended.
fn in_turn<'a>(mut lists: Vec<Box<dyn Iterator<Item = File> + 'a>>) -> Vec<File> {
    let mut files = Vec::new();
    loop {
        let before = files.len();
        files.extend(lists.iter_mut().filter_map(Iterator::next));
        if files.len() == before {
            return files;
        }
    }
}
