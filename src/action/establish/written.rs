//! Scripts that the line itself wrote before it runs them: what is constant in them can block.
//!
//! Another process may change the file in between, so what such a script does stays unknown.

use super::collector::Collector;
use crate::action::limits::MAX_COMMAND_BYTES;
use crate::action::path::Base;
use crate::action::program::{self, Inner, Language, Script, Source};
use crate::action::shell::{Shell, ShellWord, SimpleCommand, Stdin, Unparsed};

/// Files that are remembered, and bytes of all of them.
const MAX_WRITTEN: usize = 16;
const MAX_WRITTEN_BYTES: usize = MAX_COMMAND_BYTES;

/// Who reads the file as code.
enum Reader {
    Shell,
    Other(Language),
}

/// Interpreters that take a file of code, and the language.
fn reader(program: &str) -> Option<Reader> {
    let base = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(match base {
        "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "source" | "" => Reader::Shell,
        "python" | "pypy" => Reader::Other(Language::Python),
        "node" | "nodejs" | "deno" | "bun" | "tsx" => Reader::Other(Language::JavaScript),
        "perl" => Reader::Other(Language::Perl),
        "ruby" => Reader::Other(Language::Ruby),
        "php" => Reader::Other(Language::Php),
        _ => return None,
    })
}

/// The interpreter that the first line of a script names; a shell if it names none.
fn shebang(text: &str) -> Option<Reader> {
    let first = text.lines().next().unwrap_or_default();
    let Some(words) = first.strip_prefix("#!") else {
        return Some(Reader::Shell);
    };
    let name = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let mut words = words.split_ascii_whitespace().map(name);
    let named = words.find(|word| word != "env" && !word.starts_with('-'))?;
    reader(&named)
}

impl Collector<'_> {
    /// Remembers what a command writes into files by redirections, if that is constant.
    pub(super) fn notes_written(&mut self, command: &SimpleCommand, base: &Base) {
        let mut writes = command
            .redirections
            .iter()
            .filter(|it| it.writes)
            .peekable();
        if writes.peek().is_none() || self.skimmed.is_some() {
            return;
        }
        let passes_on = matches!(command.words.as_slice(), [cat] if cat.known() == Some("cat"));
        let text = match &command.stdin {
            Some(Stdin::Text(text)) if passes_on => Some(text.clone()),
            _ => program::constant_output(&command.words),
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return;
        };
        for redirection in writes {
            let Some(spot) = self.spot(&redirection.target, base) else {
                continue;
            };
            let written = (spot, text.clone());
            if self.written.texts.contains(&written) {
                continue;
            }
            let bytes = self.written.bytes + text.len();
            if self.written.texts.len() < MAX_WRITTEN && bytes <= MAX_WRITTEN_BYTES {
                self.written.bytes = bytes;
                self.written.texts.push(written);
            }
        }
    }

    /// Follows the script that a command runs, if the line wrote it.
    pub(super) fn runs_written(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        let Some((program, arguments)) = words.split_first() else {
            return Ok(());
        };
        if self.written.texts.is_empty() || self.skimmed.is_some() {
            return Ok(());
        }
        let name = super::commands::last_segment(words);
        let by_name = reader(&name).filter(|_| !name.is_empty());
        let at = arguments
            .iter()
            .position(|word| !word.text.starts_with('-'));
        let (file, rest) = match (&by_name, at) {
            (Some(_), Some(at)) => (arguments.get(at), arguments.get(at + 1..)),
            _ => (Some(program), Some(arguments)),
        };
        let base = shell.location.directory.clone();
        let Some(spot) = file.and_then(|file| self.spot(file, &base)) else {
            return Ok(());
        };
        if self.written.running.contains(&spot) {
            return Ok(());
        }
        let texts = self.written.texts.iter().filter(|(path, _)| *path == spot);
        let texts: Vec<String> = texts.map(|(_, text)| text.clone()).collect();
        let mut starts = Vec::with_capacity(texts.len());
        for text in texts {
            let reader = match &by_name {
                Some(Reader::Shell) => Some(Reader::Shell),
                Some(Reader::Other(language)) => Some(Reader::Other(*language)),
                None => shebang(&text),
            };
            let inner = match reader {
                Some(Reader::Shell) => Inner::Called(Script {
                    text: Some(text),
                    arguments: rest.unwrap_or_default().to_vec(),
                    portable: false,
                }),
                Some(Reader::Other(language)) => Inner::Code(language, Source::Text(text)),
                None => continue,
            };
            starts.push(Inner::Tried(Box::new(inner)));
        }
        self.written.running.push(spot);
        let result = self.started(shell, words, &starts, &[], stdin);
        self.written.running.pop();
        result
    }
}
