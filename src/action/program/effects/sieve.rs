//! What the options of a search say of the files that it opens.
//!
//! Sources: `rg --help` and `rg --type-list` 14.1, ripgrep's guide, grep(1) 3.11.

use super::super::options::Value;
use super::super::word_list::lists;
use crate::action::facts::Search;
use crate::action::sift::{MAX_SEARCH_NAMES, Names, is_name};

/// What an option is to the walk of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// `rg -g GLOB`: chooses names, or leaves them out behind a `!`.
    Glob,
    /// `rg -t TYPE`: chooses the names of a type.
    Type,
    /// `grep --include GLOB`
    Include,
    /// `grep --exclude GLOB`
    Exclude,
    /// Hidden or ignored files are opened too.
    Unhides,
    /// Only names are printed.
    NamesOnly,
    /// What is printed is chosen otherwise (`rg --json`), whatever else asks for names.
    Prints,
    /// Types mean something else, or links are followed: nothing is known of the walk.
    Unknown,
    /// A file says what is opened all the same (`rg --ignore-file`): it isn't accounted for.
    File,
}

impl Choice {
    /// Whether an option with this value is accounted for. A glob must mean the same to every tool:
    /// to ripgrep `#…` is a comment, white space at the end is cut, and a backslash escapes.
    pub(super) fn is_accounted(self, value: &str) -> bool {
        let is_plain = |c: char| c.is_alphanumeric() || "!*?+,-./@[]^_{}".contains(c);
        match self {
            Self::File => false,
            Self::Glob | Self::Include => value.chars().all(is_plain),
            _ => true,
        }
    }

    /// Whether the option chooses no other files if the shell expands its value: `--include=*.py` can match
    /// nothing but `--include=NAME.py`, which chooses fewer names.
    pub(super) fn keeps_to(self, value: &str) -> bool {
        self == Self::Include && !value.contains(['?', '[', '(', '\\'])
    }
}

/// File names of types of ripgrep. Types that take in data or any name aren't here.
const TYPES: &[(&str, &str)] = &[
    ("asm", "*.asm *.s *.S"),
    ("c", "*.c *.h *.H *.c.in *.h.in *.H.in *.cats"),
    ("clojure", "*.clj *.cljc *.cljs *.cljx"),
    (
        "cpp",
        "*.C *.h *.H *.cc *.cpp *.cxx *.hh *.hpp *.hxx *.inl *.C.in *.h.in *.H.in *.cc.in *.cpp.in *.cxx.in *.hh.in *.hpp.in *.hxx.in",
    ),
    ("cs csharp", "*.cs"),
    ("css", "*.css *.scss"),
    ("dart", "*.dart"),
    ("elixir", "*.eex *.ex *.exs *.heex *.leex *.livemd"),
    ("elm", "*.elm"),
    ("erlang", "*.erl *.hrl"),
    ("fsharp", "*.fs *.fsi *.fsx"),
    ("go", "*.go"),
    ("graphql", "*.graphql *.graphqls"),
    ("groovy", "*.gradle *.groovy"),
    ("h", "*.h *.hh *.hpp"),
    ("haskell hs", "*.c2hs *.cpphs *.hs *.hsc *.lhs"),
    ("html", "*.ejs *.htm *.html"),
    ("java", "*.java *.jsp *.jspx *.properties"),
    ("js", "*.cjs *.js *.jsx *.mjs *.vue"),
    ("kotlin", "*.kt *.kts"),
    ("less", "*.less"),
    ("lua", "*.lua"),
    (
        "markdown md",
        "*.markdown *.md *.mdown *.mdwn *.mkd *.mkdn *.mdx",
    ),
    ("ocaml ml", "*.ml *.mli *.mll *.mly"),
    (
        "php",
        "*.php *.php3 *.php4 *.php5 *.php7 *.php8 *.pht *.phtml",
    ),
    ("protobuf", "*.proto"),
    ("py python", "*.py *.pyi"),
    ("rst", "*.rst"),
    (
        "ruby",
        "*.gemspec *.rb *.rbw .irbrc Gemfile Rakefile config.ru",
    ),
    ("rust", "*.rs"),
    ("sass", "*.sass *.scss"),
    ("scala", "*.sbt *.scala"),
    ("sql", "*.psql *.sql"),
    ("svelte", "*.svelte *.svelte.ts"),
    ("swift", "*.swift"),
    ("ts typescript", "*.cts *.mts *.ts *.tsx"),
    ("vue", "*.vue"),
    ("zig", "*.zig"),
];

/// What the options said so far.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    names: Names,
    excludes: Vec<String>,
    /// A glob or a type chooses names.
    chooses: bool,
    /// `grep --exclude` came first: what no option names is opened.
    excludes_first: bool,
    unhides: bool,
    names_only: bool,
    prints: bool,
    unknown: bool,
}

impl Sieve {
    pub(super) fn option(&mut self, choice: Choice, value: Option<&Value<'_>>) {
        let text = value.map_or("", |value| value.text);
        match choice {
            Choice::Glob => match text.strip_prefix('!') {
                Some(name) => self.excludes.push(name.to_owned()),
                None => {
                    self.choose(text);
                    // What a glob chooses is opened though it is hidden or ignored: `rg -g '*'`.
                    self.unhides |= self.names.chooses_every();
                }
            },
            Choice::Type => self.choose_type(text),
            // Braces are plain characters to fnmatch(3).
            Choice::Include if text.contains(['{', '}']) => self.choose_every(),
            Choice::Include => self.choose(text),
            Choice::Exclude => {
                self.excludes_first |= !self.chooses;
                self.excludes.push(text.to_owned());
            }
            Choice::Unhides => self.unhides = true,
            Choice::NamesOnly => self.names_only = true,
            Choice::Prints => self.prints = true,
            Choice::Unknown | Choice::File => self.unknown = true,
        }
    }

    /// `*.{ts,tsx}` chooses two names.
    fn choose(&mut self, glob: &str) {
        self.chooses = true;
        let parts = glob.split_once('{').and_then(|(before, rest)| {
            let (choices, after) = rest.split_once('}')?;
            (!choices.contains('{')).then_some((before, choices, after))
        });
        match parts {
            Some((before, choices, after)) => choices
                .split(',')
                .for_each(|choice| self.names.choose(&format!("{before}{choice}{after}"))),
            None => self.names.choose(glob),
        }
    }

    fn choose_every(&mut self) {
        self.chooses = true;
        self.names.choose_every();
    }

    fn choose_type(&mut self, name: &str) {
        let known = TYPES.iter().find(|(names, _)| lists(names, name));
        match known {
            Some((_, globs)) => globs.split(' ').for_each(|glob| self.choose(glob)),
            None => self.choose_every(),
        }
    }

    /// What is known of the walk. None if that is nothing.
    pub(super) fn finish(self) -> Option<Search> {
        if self.unknown {
            return None;
        }
        let includes = match self.excludes_first {
            true => Vec::new(),
            false => self.names.finish(),
        };
        // A later glob may choose again what one leaves out.
        let mut excludes = match self.chooses {
            true => Vec::new(),
            false => self.excludes,
        };
        excludes.retain(|name| is_name(name));
        excludes.truncate(MAX_SEARCH_NAMES);
        Some(Search {
            excludes,
            includes,
            names_only: self.names_only && !self.prints,
            respects_ignore: !self.unhides,
        })
    }
}
