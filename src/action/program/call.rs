//! The words of one simple command, with the program's name made canonical.

use std::borrow::Cow;

use super::super::shell::ShellWord;
use super::{Access, Inner, Language, Leaf, Meaning, Operand, Runs, Source, Wrapper};

/// A simple command whose program has a name.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) words: &'a [ShellWord],
    /// The program's last path segment, in lower case, without `.exe`.
    pub(super) name: Cow<'a, str>,
    /// The program was named by a path, so it need not be the known one.
    pub(super) by_path: bool,
}

impl<'a> Call<'a> {
    /// `None` if there are no words.
    pub(super) fn new(words: &'a [ShellWord]) -> Option<Self> {
        let program = words.first()?.text.as_str();
        let name = file_name(program);
        let by_path = name.len() < program.len();
        let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(without_exe(&name.to_ascii_lowercase()).to_owned()),
            false => Cow::Borrowed(without_exe(name)),
        };
        Some(Self {
            words,
            name,
            by_path,
        })
    }

    /// The program is named as it is, neither by a path nor in other letters.
    pub(super) fn is_exact(&self) -> bool {
        self.words
            .first()
            .is_some_and(|word| word.text == *self.name)
    }

    /// The words behind the program.
    pub(super) fn args(&self) -> &'a [ShellWord] {
        self.words.get(1..).unwrap_or_default()
    }

    /// `args()` from an index on.
    pub(super) fn args_from(&self, index: usize) -> &'a [ShellWord] {
        self.args().get(index..).unwrap_or_default()
    }

    /// The program by its canonical name, then these words.
    pub(super) fn form<'w>(&self, words: impl IntoIterator<Item = &'w ShellWord>) -> Vec<String> {
        std::iter::once(self.name.clone().into_owned())
            .chain(words.into_iter().map(|word| word.text.clone()))
            .collect()
    }

    /// A leaf that is judged on its words as written.
    pub(super) fn leaf(&self) -> Box<Leaf> {
        let mut leaf = self.leaf_without_forms();
        leaf.block_forms = vec![self.form(self.args())];
        leaf
    }

    /// As [`Self::leaf`], of a program whose module says how the command is read.
    pub(super) fn leaf_without_forms(&self) -> Box<Leaf> {
        let mut leaf = Box::<Leaf>::default();
        if self.by_path {
            leaf.lift("the program is named by a path");
        }
        if self.words.iter().any(ShellWord::is_open) {
            leaf.lift("a word is known only at run time");
        }
        if leaf.allow_lifted.is_empty() {
            leaf.allow_form = Some(self.words.iter().map(|word| word.text.clone()).collect());
        }
        leaf
    }

    /// As [`Self::leaf`], of a program about which nothing more is known: one that is named by a
    /// path below the working directory may be allowed by a pattern that spells the path.
    pub(super) fn leaf_of_any(&self) -> Box<Leaf> {
        let mut leaf = self.leaf();
        if self.is_below() && !self.words.iter().any(|word| word.dynamic) {
            leaf.allow_lifted.clear();
            leaf.allow_form = Some(self.words.iter().map(|word| word.text.clone()).collect());
            leaf.is_by_path = true;
            let program = self.words.first().map(|word| word.text.clone());
            leaf.unvouched.extend(program);
        }
        leaf
    }

    /// The program is named by a path that can't leave the directory that it is relative to.
    fn is_below(&self) -> bool {
        let Some(program) = self.words.first().and_then(ShellWord::known) else {
            return false;
        };
        let outside = program.starts_with(['/', '~']) || program.contains(['\\', ':']);
        let is_exact = program.rsplit('/').next() == Some(&*self.name);
        let climbs = program.split('/').any(|segment| segment == "..");
        self.by_path && is_exact && !outside && !climbs
    }

    /// A leaf with no more to say about it.
    pub(super) fn plain(&self) -> Meaning {
        Meaning::Runs(self.leaf())
    }

    /// A wrapper of this name that as yet runs nothing.
    pub(super) fn wrapper(&self) -> Wrapper {
        Wrapper {
            name: self.name.clone().into_owned(),
            inner: Vec::new(),
            runs: Runs::Apart,
            lifts_allow: (!self.is_exact())
                .then(|| format!("`{}` is not named as itself", self.name)),
            assignments: Vec::new(),
            values: Vec::new(),
            directory: None,
            operands: Vec::new(),
        }
    }
}

/// The last part of a path, whichever separates names.
pub(in crate::action) fn file_name(path: &str) -> &str {
    let is_separator = |byte: u8| matches!(byte, b'/' | b'\\');
    let separator = path.bytes().rposition(is_separator);
    let name = separator.and_then(|at| path.get(at + 1..));
    name.unwrap_or(path)
}

fn without_exe(name: &str) -> &str {
    name.strip_suffix(".exe").unwrap_or(name)
}

impl Leaf {
    /// No allow can follow, for this reason.
    pub(super) fn lift(&mut self, reason: impl Into<String>) {
        self.allow_form = None;
        push_reason(&mut self.allow_lifted, reason.into());
    }

    pub(super) fn reads(&mut self, word: ShellWord) {
        if is_stream(&word.text) {
            return;
        }
        self.operands.push(Operand {
            word,
            access: Access::Read,
            recursive: false,
        });
    }

    pub(super) fn writes(&mut self, word: ShellWord) {
        if is_stream(&word.text) {
            return;
        }
        self.operands.push(Operand {
            word,
            access: Access::Write,
            recursive: false,
        });
    }

    /// It runs code in another language, constant as far as the line holds it.
    pub(super) fn holds(&mut self, language: Language, source: Source) {
        let Source::Text(text) = source else {
            self.starts.push(Inner::Code(language, source));
            return;
        };
        let found = super::constants_of(language, &text);
        self.starts.extend(found.starts);
        self.operands.extend(found.operands);
    }

    pub(super) fn unknown(&mut self, reason: impl Into<String>) {
        push_reason(&mut self.unknowns, reason.into());
    }
}

/// No file, whatever the program does with it.
pub(super) fn is_stream(path: &str) -> bool {
    matches!(
        path,
        "/dev/null" | "/dev/stdin" | "/dev/stdout" | "/dev/stderr" | "/dev/tty"
    )
}

/// Reasons of one kind that are kept for one command; a person reads no more.
const MAX_REASONS: usize = 8;

fn push_reason(reasons: &mut Vec<String>, reason: String) {
    if reasons.len() < MAX_REASONS && !reasons.contains(&reason) {
        reasons.push(reason);
    }
}

impl Wrapper {
    /// No allow can follow, for this reason; the first reason stays.
    pub(super) fn lift(&mut self, reason: impl Into<String>) {
        self.lifts_allow.get_or_insert_with(|| reason.into());
    }

    /// It runs a simple command of these words, if there are any.
    pub(super) fn runs(&mut self, words: &[ShellWord]) {
        if !words.is_empty() {
            self.inner.push(Inner::Words(words.to_vec()));
        }
    }

    /// It hands a word to a shell to parse.
    pub(super) fn script(&mut self, word: &ShellWord) {
        self.inner.push(Inner::Script(word.text.clone()));
        if word.dynamic {
            self.inner.push(Inner::Dynamic(
                "part of the script is known only at run time".into(),
            ));
        }
    }
}
