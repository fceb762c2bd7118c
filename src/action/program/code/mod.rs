//! What is constant in code of other languages than the shell's: commands that it starts,
//! files that it reads and writes. What isn't constant stays unknown.
//!
//! | module | holds |
//! |---|---|
//! | `lex` | code as names, texts and marks, as the lexers of C's descendants see it |
//! | `value` | expressions whose value is constant |
//! | `calls` | calls of functions that start commands and open files; `tables` has their names |
//! | `awk`, `editor`, `database`, `sqlite`, `recipes`, `lines` | the small languages |

mod awk;
mod calls;
mod database;
mod editor;
mod lex;
mod lines;
mod recipes;
mod sqlite;
mod tables;
mod value;

use super::super::limits::MAX_COMMAND_BYTES;
use super::super::shell::ShellWord;
use super::{Access, Inner, Operand};

/// A language that programs take code in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// awk(1)
    Awk,
    /// AppleScript: osascript(1)
    AppleScript,
    /// crontab(5)
    Crontab,
    /// The commands of gdb(1) and lldb.
    Debugger,
    /// ex(1), vim and ed(1)
    Editor,
    /// gnuplot
    Gnuplot,
    /// JavaScript: node, deno, bun
    JavaScript,
    /// Lisps: Emacs, Guile, Racket
    Lisp,
    /// Lua
    Lua,
    /// m4(1)
    Macros,
    /// A makefile.
    Make,
    /// The commands of mysql(1)
    Mysql,
    /// Perl
    Perl,
    /// PHP
    Php,
    /// psql(1)
    Psql,
    /// Python
    Python,
    /// R and Julia
    R,
    /// Ruby, also rake's files
    Ruby,
    /// Groovy, Scala, Kotlin
    Scala,
    /// sqlite3(1)
    Sqlite,
    /// Tcl and expect(1)
    Tcl,
}

/// What is constant in a piece of code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constants {
    /// Commands that it starts.
    pub starts: Vec<Inner>,
    /// Files that it reads and writes.
    pub operands: Vec<Operand>,
}

/// How many commands, and how many files, of one piece of code are kept.
const MAX_KEPT: usize = 64;

impl Constants {
    pub(super) fn shell(&mut self, text: &str) {
        if !text.trim().is_empty() && self.starts.len() < MAX_KEPT {
            self.starts.push(Inner::Script(text.trim().to_owned()));
        }
    }

    /// It starts or opens something that isn't constant.
    pub(super) fn unknown(&mut self, reason: &str) {
        let dynamic = Inner::Dynamic(reason.to_owned());
        if !self.starts.contains(&dynamic) {
            self.starts.push(dynamic);
        }
    }

    pub(super) fn words(&mut self, words: Vec<ShellWord>) {
        if !words.is_empty() && self.starts.len() < MAX_KEPT {
            self.starts.push(Inner::Words(words));
        }
    }

    pub(super) fn reads(&mut self, path: &str) {
        self.file(path, Access::Read);
    }

    pub(super) fn writes(&mut self, path: &str) {
        self.file(path, Access::Write);
    }

    fn file(&mut self, path: &str, access: Access) {
        let path = path.trim();
        if !path.is_empty() && path != "-" && self.operands.len() < MAX_KEPT {
            self.operands.push(Operand {
                word: ShellWord::constant(path),
                access,
                recursive: false,
            });
        }
    }
}

/// What is constant in code of a language.
#[must_use]
pub fn constants_of(language: Language, text: &str) -> Constants {
    let mut found = Constants::default();
    if text.len() > MAX_COMMAND_BYTES {
        return found;
    }
    add(language, text, &mut found, 0);
    found
}

/// How deep code may hold code (`exec("…")`, vim's `:lua …`).
const MAX_DEPTH: usize = 4;

fn add(language: Language, text: &str, found: &mut Constants, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match language {
        Language::Awk => awk::add(text, found),
        Language::Crontab => lines::crontab(text, found),
        Language::Debugger => lines::debugger(text, found, depth),
        Language::Editor => editor::add(text, found, depth),
        Language::Gnuplot => lines::gnuplot(text, found),
        Language::Macros => lines::macros(text, found),
        Language::Make => recipes::makefile(text, found),
        Language::Mysql => database::mysql(text, found),
        Language::Psql => database::psql(text, found),
        Language::Sqlite => sqlite::add(text, found),
        Language::Tcl => lines::tcl(text, found),
        language => calls::add(language, text, found, depth),
    }
}
