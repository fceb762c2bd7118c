//! Command patterns, held against the canonical words of a simple command.
//!
//! `terraform plan*` is the program `terraform` with the subcommand `plan` and any
//! further words. A `*` anywhere else spans any text of the canonical line, in which
//! words stand one space apart and a word that needs quotes is quoted, so that no
//! word can pass for two.

use foldhash::HashMap;

use regex::{RegexSet, RegexSetBuilder};

use super::PatternError;

/// Bytes that the compiled wildcard patterns of one list may take.
const MAX_WILDCARD_BYTES: usize = 32 * 1024 * 1024;

/// Whether the program's letter case counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramCase {
    /// For `block` and `require_approval`.
    Folded,
    /// For `allow`.
    Exact,
}

/// A list of command patterns, compiled.
#[derive(Debug)]
pub struct CommandPatterns {
    words: Node,
    wildcards: RegexSet,
    wildcard_indices: Vec<u32>,
}

/// A trie over words: most patterns are plain words with at most a `*` behind the last.
#[derive(Debug, Default)]
struct Node {
    next: HashMap<Box<str>, Node>,
    /// Patterns that end here.
    exact: Vec<u32>,
    /// Patterns that end here and take any further words.
    open: Vec<u32>,
}

impl CommandPatterns {
    /// Compiles `patterns`; hits are indices into it.
    ///
    /// # Errors
    /// If a pattern is empty, has unbalanced quotes, or the list is too large.
    pub fn new<S: AsRef<str>>(patterns: &[S], case: ProgramCase) -> Result<Self, PatternError> {
        let mut words = Node::default();
        let mut wildcards = Vec::new();
        let mut wildcard_indices = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            let parsed = Parsed::new(pattern.as_ref(), case)
                .map_err(|message| PatternError { index, message })?;
            let hit = hit_index(index)?;
            match parsed {
                Parsed::Words { words: path, open } => words.insert(&path, open, hit),
                Parsed::Wildcard(regex) => {
                    wildcards.push(regex);
                    wildcard_indices.push(hit);
                }
            }
        }
        let wildcards = RegexSetBuilder::new(wildcards)
            .dot_matches_new_line(true)
            .size_limit(MAX_WILDCARD_BYTES)
            .build()
            .map_err(|error| PatternError {
                index: 0,
                message: format!("the list's wildcard patterns don't compile: {error}"),
            })?;
        Ok(Self {
            words,
            wildcards,
            wildcard_indices,
        })
    }

    /// Adds the indices of the patterns that match `form` to `hits`.
    pub fn matches(&self, form: &[String], hits: &mut Vec<u32>) {
        self.words.walk(form, hits);
        if !self.wildcard_indices.is_empty() {
            let line = canonical_line(form);
            let matched = self.wildcards.matches(&line);
            hits.extend(matched.iter().filter_map(|i| self.wildcard_indices.get(i)));
        }
    }
}

impl Node {
    fn insert(&mut self, path: &[String], open: bool, hit: u32) {
        let node = path.iter().fold(self, |node, word| {
            node.next.entry(word.as_str().into()).or_default()
        });
        if open {
            node.open.push(hit);
        } else {
            node.exact.push(hit);
        }
    }

    fn walk(&self, form: &[String], hits: &mut Vec<u32>) {
        let mut node = self;
        hits.extend(&node.open);
        for word in form {
            let Some(next) = node.next.get(word.as_str()) else {
                return;
            };
            node = next;
            hits.extend(&node.open);
        }
        hits.extend(&node.exact);
    }
}

enum Parsed {
    Words { words: Vec<String>, open: bool },
    Wildcard(String),
}

impl Parsed {
    fn new(pattern: &str, case: ProgramCase) -> Result<Self, String> {
        let mut words = shlex::split(pattern).ok_or("has unbalanced quotes")?;
        if let (ProgramCase::Folded, Some(program)) = (case, words.first_mut()) {
            *program = program.to_lowercase();
        }
        let Some(last) = words.last_mut() else {
            return Err("is empty".to_owned());
        };
        let open = last.ends_with('*');
        if open {
            last.pop();
            if last.is_empty() {
                words.pop();
            }
        }
        if words.iter().any(|word| word.contains('*')) {
            return Ok(Self::Wildcard(wildcard_regex(&words, open)));
        }
        Ok(Self::Words { words, open })
    }
}

fn wildcard_regex(words: &[String], open: bool) -> String {
    let words: Vec<String> = words.iter().map(|word| wildcard_word(word)).collect();
    let tail = if open { "(?: .*)?" } else { "" };
    format!("^{}{tail}$", words.join(" "))
}

fn wildcard_word(word: &str) -> String {
    let pieces: Vec<String> = word.split('*').map(regex::escape).collect();
    pieces.join(".*")
}

/// The words one space apart, quoted as a shell needs them. A NUL can't be quoted;
/// none gets here, but if one did, the line would match no pattern that allows.
fn canonical_line(form: &[String]) -> String {
    shlex::try_join(form.iter().map(String::as_str)).unwrap_or_default()
}

fn hit_index(index: usize) -> Result<u32, PatternError> {
    u32::try_from(index).map_err(|_| PatternError {
        index,
        message: "is one pattern too many".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(patterns: &[&str], case: ProgramCase, line: &str) -> Vec<u32> {
        let form: Vec<String> = shlex::split(line).unwrap();
        let mut hits = Vec::new();
        CommandPatterns::new(patterns, case)
            .unwrap()
            .matches(&form, &mut hits);
        hits
    }

    #[test]
    fn patterns_match_word_by_word() {
        use ProgramCase::{Exact, Folded};
        for (pattern, case, line, matches) in [
            ("terraform plan*", Exact, "terraform plan", true),
            ("terraform plan*", Exact, "terraform plan -out x", true),
            ("terraform plan*", Exact, "terraform planet", false),
            ("terraform plan*", Exact, "terraform 'plan x'", false),
            ("terraform plan", Exact, "terraform plan -out x", false),
            ("Terraform apply*", Folded, "terraform apply", true),
            ("Terraform apply*", Exact, "terraform apply", false),
            ("pytest*", Exact, "pytest", true),
            ("pytest*", Exact, "pytesting", false),
            ("git push * main*", Folded, "git push -f origin main", true),
            (
                "git push * main*",
                Folded,
                "git push -f origin mainline",
                false,
            ),
            ("npm run *", Exact, "npm run build", true),
            ("*", Folded, "anything at all", true),
            ("a.c*", Exact, "abc", false),
        ] {
            let expected: Vec<u32> = if matches { vec![0] } else { vec![] };
            assert_eq!(
                hits(&[pattern], case, line),
                expected,
                "{pattern} on {line}"
            );
        }
    }

    #[test]
    fn a_bad_pattern_is_named_by_its_index() {
        for bad in ["", "   ", "echo '"] {
            let error = CommandPatterns::new(&["ls", bad], ProgramCase::Exact).unwrap_err();
            assert_eq!(error.index, 1, "{bad:?}");
        }
    }
}
