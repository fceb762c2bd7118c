//! Which files a search opens, by the globs of names that it was given.

/// Names by which one search may choose. A search with more is taken to open every file.
pub const MAX_SEARCH_NAMES: usize = 32;
/// Bytes of one such name.
const MAX_NAME_BYTES: usize = 256;

/// The names that a search chooses by, while they are gathered.
#[derive(Debug, Clone, Default)]
pub struct Names {
    names: Vec<String>,
    is_every: bool,
}

impl Names {
    /// Adds the files that `glob` chooses, by its last segment.
    pub fn choose(&mut self, glob: &str) {
        let name = glob.rsplit('/').next().unwrap_or(glob);
        match is_name(name) && self.names.len() < MAX_SEARCH_NAMES {
            true => self.names.push(name.to_owned()),
            false => self.is_every = true,
        }
    }

    /// Every file is chosen.
    pub fn choose_every(&mut self) {
        self.is_every = true;
    }

    /// Whether every file is chosen, so far.
    #[must_use]
    pub fn chooses_every(&self) -> bool {
        self.is_every
    }

    /// The names; none if every file is chosen.
    #[must_use]
    pub fn finish(self) -> Vec<String> {
        match self.is_every {
            true => Vec::new(),
            false => self.names,
        }
    }
}

/// Whether a glob of one name means the same to every tool.
#[must_use]
pub fn is_name(glob: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '*' | '?');
    !glob.is_empty()
        && glob.len() <= MAX_NAME_BYTES
        && !glob.contains("**")
        && !glob.starts_with('?')
        && glob.chars().all(is_plain)
}

/// Where a target of a search that is a glob begins to vary: the folder that is walked, and the glob
/// below it. None if the target is no glob.
#[must_use]
pub fn split_glob(target: &str) -> Option<(&str, &str)> {
    let at = target.find(['*', '?', '[', '{'])?;
    match target.get(..at)?.rfind(['/', '\\']) {
        Some(0) => Some(("/", target.get(1..)?)),
        Some(slash) => Some((target.get(..slash)?, target.get(slash + 1..)?)),
        None => Some((".", target)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(globs: &[&str]) -> Vec<String> {
        let mut names = Names::default();
        globs.iter().for_each(|glob| names.choose(glob));
        names.finish()
    }

    #[test]
    fn names_are_last_segments_that_every_tool_reads_alike() {
        let rows: [(&[&str], &[&str]); 9] = [
            (&["*.ts"], &["*.ts"]),
            (&["**/*.ts", "a/b/*.rs"], &["*.ts", "*.rs"]),
            (&["Makefile"], &["Makefile"]),
            (&["*config"], &["*config"]),
            (&["src/**"], &[]),
            (&["*.ts", "src/**"], &[]),
            (&["?.ts"], &[]),
            (&["*.[ch]"], &[]),
            (&["src/"], &[]),
        ];
        for (globs, want) in rows {
            assert_eq!(names(globs), want, "{globs:?}");
        }
    }

    #[test]
    fn names_are_bounded() {
        let globs: Vec<String> = (0..=MAX_SEARCH_NAMES).map(|it| format!("*.{it}")).collect();
        let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
        assert_eq!(names(&globs[..MAX_SEARCH_NAMES]).len(), MAX_SEARCH_NAMES);
        assert!(names(&globs).is_empty());
        let longest = "a".repeat(MAX_NAME_BYTES);
        assert_eq!(names(&[&longest]).len(), 1);
        assert!(names(&[&(longest + "a")]).is_empty());
    }

    #[test]
    fn a_glob_is_split_where_it_begins_to_vary() {
        let rows = [
            ("src", None),
            ("src/**/*.ts", Some(("src", "**/*.ts"))),
            ("*.ts", Some((".", "*.ts"))),
            ("/*/a.ts", Some(("/", "*/a.ts"))),
            ("src/a*/b.ts", Some(("src", "a*/b.ts"))),
        ];
        for (target, want) in rows {
            assert_eq!(split_glob(target), want, "{target}");
        }
    }
}
