//! Command patterns, matched against the canonical words of a simple command.
//!
//! `terraform plan*` is the program `terraform` with the subcommand `plan` and any
//! further words. A `*` anywhere else spans any text of the canonical line, in which
//! words are one space apart and a word that needs quotes is quoted, so that no
//! word can pass for two.
//!
//! An allow also asks who vouches for each option: the table of its program, or the pattern that
//! spells it. A pattern with the word `-*` vouches for every option.

use foldhash::{HashMap, HashSet};

use regex::{RegexSet, RegexSetBuilder};

use super::error::PatternError;

/// `*` within the patterns of one list, those behind a last word aside: for each, a command of 64 KiB
/// may be read again.
const MAX_WILDCARDS: usize = 256;
/// Bytes of a pattern with such a `*`.
const MAX_WILDCARD_PATTERN_BYTES: usize = 1024;
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
    /// Of each wildcard: the index of its pattern, and what it vouches for.
    vouching: Vec<(u32, Vouches)>,
}

/// Which options a pattern with a `*` within vouches for.
#[derive(Debug)]
enum Vouches {
    /// For each: it contains the word `-*`. A program that is named by a path is no option; it
    /// has to be this one.
    All(Box<str>),
    /// For those that it spells, perhaps with any value (`--reporter=*`).
    Spelled(Box<[Box<str>]>),
}

impl Vouches {
    fn of(words: &[String]) -> Self {
        if words.iter().any(|word| is_any_option(word)) {
            return Self::All(words.first().map(String::as_str).unwrap_or_default().into());
        }
        let spelled = words.iter().map(|word| match word.strip_suffix('*') {
            // A `*` behind the last word matches further words, not the end of that word.
            Some(word) if !word.ends_with('=') => word.into(),
            _ => word.as_str().into(),
        });
        Self::Spelled(spelled.collect())
    }

    fn covers(&self, form: &[String], unvouched: &[String]) -> bool {
        let program = form.first().filter(|program| {
            program.contains('/') && unvouched.iter().any(|word| word == *program)
        });
        match self {
            Self::All(own) => program.is_none_or(|program| **own == **program),
            Self::Spelled(words) => unvouched.iter().all(|option| {
                words.iter().any(|word| match word.strip_suffix('*') {
                    Some(start) => start.starts_with('-') && option.starts_with(start),
                    None => **word == **option,
                })
            }),
        }
    }
}

/// `-*` and `--*` as a word of a pattern: any option.
fn is_any_option(word: &str) -> bool {
    matches!(word, "-*" | "--*")
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
        let mut vouching = Vec::new();
        let mut left = MAX_WILDCARDS;
        for (index, pattern) in patterns.iter().enumerate() {
            let parsed = Parsed::new(pattern.as_ref(), case)
                .map_err(|message| PatternError { index, message })?;
            let hit = hit_index(index)?;
            match parsed {
                Parsed::Words { words: path, open } => words.insert(&path, open, hit),
                Parsed::Wildcard { regex, vouches } => {
                    left = without(left, pattern.as_ref())
                        .map_err(|message| PatternError { index, message })?;
                    wildcards.push(regex);
                    vouching.push((hit, vouches));
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
            vouching,
        })
    }

    /// Adds the indices of the patterns that match `form` to `hits`.
    pub fn matches(&self, form: &[String], hits: &mut Vec<u32>) {
        self.allows(form, &[], hits);
    }

    /// As [`Self::matches`], of the patterns that also vouch for each word of `unvouched`.
    pub fn allows(&self, form: &[String], unvouched: &[String], hits: &mut Vec<u32>) {
        let wanted: HashSet<&str> = unvouched.iter().map(String::as_str).collect();
        let last = match unvouched {
            [] => None,
            _ => form.iter().rposition(|word| wanted.contains(word.as_str())),
        };
        let spelled = match last {
            Some(last) => last.saturating_add(1),
            // A word that isn't in the form can't be spelled by a pattern.
            None if !unvouched.is_empty() => usize::MAX,
            None => 0,
        };
        self.words.walk(form, spelled, hits);
        if !self.vouching.is_empty() {
            let line = canonical_line(form);
            let matched = self.wildcards.matches(&line);
            let matched = matched.iter().filter_map(|i| self.vouching.get(i));
            hits.extend(
                matched
                    .filter(|(_, vouches)| vouches.covers(form, unvouched))
                    .map(|(hit, _)| *hit),
            );
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

    /// `spelled`: how many words a pattern must spell, before its `*` takes the others.
    fn walk(&self, form: &[String], spelled: usize, hits: &mut Vec<u32>) {
        let mut node = self;
        for (depth, word) in form.iter().enumerate() {
            if depth >= spelled {
                hits.extend(&node.open);
            }
            let Some(next) = node.next.get(word.as_str()) else {
                return;
            };
            node = next;
        }
        if spelled != usize::MAX {
            hits.extend(&node.open);
            hits.extend(&node.exact);
        }
    }
}

enum Parsed {
    Words { words: Vec<String>, open: bool },
    Wildcard { regex: String, vouches: Vouches },
}

impl Parsed {
    fn new(pattern: &str, case: ProgramCase) -> Result<Self, String> {
        let mut words = shlex::split(pattern).ok_or("has unbalanced quotes")?;
        if let (ProgramCase::Folded, Some(program)) = (case, words.first_mut()) {
            *program = program.to_lowercase();
        }
        let vouches = Vouches::of(&words);
        let Some(last) = words.last_mut() else {
            return Err("is empty".to_owned());
        };
        // `-*` is any option, `--reporter=*` one with any value; both are words of their own.
        if is_any_option(last) || (last.starts_with('-') && last.ends_with("=*")) {
            return Ok(Self::Wildcard {
                regex: wildcard_regex(&words, false),
                vouches,
            });
        }
        let open = last.ends_with('*');
        if open {
            last.pop();
            if last.is_empty() {
                words.pop();
            }
        }
        if words.iter().any(|word| word.contains('*')) {
            return Ok(Self::Wildcard {
                regex: wildcard_regex(&words, open),
                vouches,
            });
        }
        Ok(Self::Words { words, open })
    }
}

/// What is left of a list's wildcards after this pattern.
fn without(left: usize, pattern: &str) -> Result<usize, String> {
    if pattern.len() > MAX_WILDCARD_PATTERN_BYTES {
        return Err(format!(
            "has a `*` within and is longer than {MAX_WILDCARD_PATTERN_BYTES} bytes"
        ));
    }
    let count = pattern.bytes().filter(|byte| *byte == b'*').count();
    left.checked_sub(count).ok_or_else(|| {
        format!("has the list's wildcard number {}; a list may have {MAX_WILDCARDS} beside those behind a last word", MAX_WILDCARDS + 1)
    })
}

fn wildcard_regex(words: &[String], open: bool) -> String {
    let words: Vec<String> = words.iter().map(|word| wildcard_word(word)).collect();
    let tail = if open { "(?: .*)?" } else { "" };
    format!("^{}{tail}$", words.join(" "))
}

fn wildcard_word(word: &str) -> String {
    // The canonical line quotes a word with `=`.
    if let Some(option) = word.strip_suffix("=*") {
        return format!("[\"']?{}=.*", regex::escape(option));
    }
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
    fn wildcards_are_counted() {
        let list = |count: usize| -> Vec<String> {
            (0..count).map(|at| format!("a{at} * b *c*")).collect()
        };
        let compile = |list: &[String]| CommandPatterns::new(list, ProgramCase::Exact);
        assert_eq!(compile(&list(86)).unwrap_err().index, 85);
        let mut most = list(85);
        compile(&most).unwrap();
        // One behind a last word is none of them.
        most.push("d*".to_owned());
        compile(&most).unwrap();
        most.push(format!("* {}", "x".repeat(MAX_WILDCARD_PATTERN_BYTES - 2)));
        compile(&most).unwrap();
        most.push("* y".to_owned());
        assert_eq!(compile(&most).unwrap_err().index, 87);
        let long = [format!("* {}", "x".repeat(MAX_WILDCARD_PATTERN_BYTES - 1))];
        assert_eq!(compile(&long).unwrap_err().index, 0);
    }

    #[test]
    fn a_bad_pattern_is_named_by_its_index() {
        for bad in ["", "   ", "echo '"] {
            let error = CommandPatterns::new(&["ls", bad], ProgramCase::Exact).unwrap_err();
            assert_eq!(error.index, 1, "{bad:?}");
        }
    }
}
