//! Calls of functions that start commands and open files, with constant arguments.

use super::super::word_list::lists;
use super::lex::{self, Token};
use super::tables::{self, Does};
use super::value::{self, Names, Value};
use super::{Constants, Language};
use crate::action::shell::ShellWord;

/// What is constant in code of a language whose calls look like C's, Perl's or Lisp's.
pub(super) fn add(language: Language, code: &str, found: &mut Constants, depth: usize) {
    let Some(table) = tables::of(language) else {
        return;
    };
    let tokens = lex::tokens(code, table.syntax);
    let mut names = Names::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Text(text) if text.command => {
                found.shell(&text.text);
            }
            Token::Text(text) if executes(&tokens, at) => found.shell(&text.text),
            Token::Name(name) => {
                assign(&tokens, at, name, &mut names);
                let called = table.calls.iter().find(|(known, _)| lists(known, name));
                if let Some((_, does)) = called
                    && let Some(arguments) = called_with(&tokens, at, table.bare)
                {
                    let call = Call {
                        language,
                        does: *does,
                        depth,
                        names: &names,
                    };
                    call.follow(arguments, &tokens, at, found);
                }
            }
            _ => {}
        }
    }
}

/// `"cmd".execute()` of Groovy, `"cmd".!` of Scala.
fn executes(tokens: &[Token], at: usize) -> bool {
    let mut rest = tokens
        .iter()
        .skip(at + 1)
        .filter(|token| **token != Token::Mark('\n'));
    match (rest.next(), rest.next()) {
        (Some(Token::Mark('.')), Some(Token::Name(name))) => {
            matches!(name.as_str(), "execute" | "lineStream" | "runCommand")
        }
        (Some(Token::Mark('.')), Some(Token::Mark('!'))) => true,
        _ => false,
    }
}

/// `name = expression`
fn assign(tokens: &[Token], at: usize, name: &str, names: &mut Names) {
    let marks = (tokens.get(at + 1), tokens.get(at + 2));
    let from = match marks {
        (Some(Token::Mark('=')), Some(Token::Mark('=' | '~' | '>'))) => return,
        (Some(Token::Mark('=')), _) => at + 2,
        (Some(Token::Mark(':' | '<')), Some(Token::Mark('=' | '-'))) => at + 3,
        _ => return,
    };
    let rest = tokens.get(from..).unwrap_or_default();
    let mut depth = 0usize;
    let end = rest.iter().position(|token| match token {
        Token::Mark('(' | '[' | '{') => {
            depth += 1;
            false
        }
        Token::Mark(')' | ']' | '}') => {
            depth = depth.saturating_sub(1);
            false
        }
        Token::Mark('\n' | ';' | ',') => depth == 0,
        _ => false,
    });
    let value = value::of(
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default(),
        names,
    );
    names.insert(name.to_owned(), value::bounded(value));
}

/// The tokens of a call's arguments: in brackets, or (where the language has it) up to the line's end.
fn called_with(tokens: &[Token], at: usize, bare: bool) -> Option<&[Token]> {
    let rest = tokens.get(at + 1..)?;
    match rest.first()? {
        Token::Mark('(') => {
            let end = value::closing(rest).unwrap_or(rest.len());
            rest.get(1..end)
        }
        Token::Text(_) => Some(bare_arguments(rest, bare)),
        Token::Name(_) | Token::Mark('[' | '{' | ':' | '<') if bare => {
            Some(bare_arguments(rest, true))
        }
        _ => None,
    }
}

fn bare_arguments(rest: &[Token], all: bool) -> &[Token] {
    let ends = |token: &Token| matches!(token, Token::Mark(';' | '\n' | ')' | '}'));
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    rest.get(..if all { end } else { end.min(1) })
        .unwrap_or_default()
}

struct Call<'a> {
    language: Language,
    does: Does,
    depth: usize,
    names: &'a Names,
}

impl Call<'_> {
    fn follow(&self, arguments: &[Token], tokens: &[Token], at: usize, found: &mut Constants) {
        let arguments = self.arguments(arguments);
        let values: Vec<Value> = arguments
            .iter()
            .filter(|tokens| !is_keyword(tokens))
            .map(|tokens| self.value(tokens))
            .collect();
        let text = |index: usize| match values.get(index) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        match self.does {
            Does::Run => run(
                &flat(&values),
                matches!(values.first(), Some(Value::List(_))),
                found,
            ),
            Does::Argv => run(flat(&values).get(1..).unwrap_or_default(), true, found),
            Does::ModeArgv => run(flat(&values).get(2..).unwrap_or_default(), true, found),
            Does::Read => text(0).into_iter().for_each(|path| found.reads(path)),
            Does::Write => text(0).into_iter().for_each(|path| found.writes(path)),
            Does::WriteSecond => text(1).into_iter().for_each(|path| found.writes(path)),
            Does::Copies => {
                text(0).into_iter().for_each(|path| found.reads(path));
                text(1).into_iter().for_each(|path| found.writes(path));
            }
            Does::Move => values.iter().take(2).for_each(|value| {
                if let Value::Text(path) = value {
                    found.writes(path);
                }
            }),
            Does::Open => open(&values, tokens, at, found),
            Does::Path => path(&values, tokens, at, found),
            Does::Code => text(0)
                .into_iter()
                .for_each(|code| super::add(self.language, code, found, self.depth + 1)),
        }
    }

    /// Lisp separates its arguments by blanks, the others by commas.
    fn arguments<'t>(&self, tokens: &'t [Token]) -> Vec<&'t [Token]> {
        if self.language == Language::Lisp {
            return tokens
                .chunks(1)
                .filter(|token| matches!(token, [Token::Text(_)]))
                .collect();
        }
        value::arguments(tokens)
    }

    fn value(&self, tokens: &[Token]) -> Value {
        if let [Token::Name(_), Token::Mark('=' | ':'), rest @ ..] = tokens {
            return value::of(rest, self.names);
        }
        // `{ args: [...] }`, `{ cmd: [...] }`
        if matches!(tokens.first(), Some(Token::Mark('{'))) {
            let list = tokens.iter().position(|token| *token == Token::Mark('['));
            let list = list.and_then(|at| tokens.get(at..));
            let list = list.and_then(|rest| rest.get(..=value::closing(rest)?));
            return list.map_or(Value::Unknown, |list| value::of(list, self.names));
        }
        value::of(tokens, self.names)
    }
}

/// `shell=True`, `check: true`: no argument of the command.
fn is_keyword(tokens: &[Token]) -> bool {
    matches!(tokens, [Token::Name(name), Token::Mark('=' | ':'), ..] if name != "args" && name != "cmd")
}

/// Texts one behind the other, those of lists too; what is unknown is a word of its own.
fn flat(values: &[Value]) -> Vec<ShellWord> {
    let mut words = Vec::new();
    for value in values {
        match value {
            Value::Text(text) => words.push(ShellWord::constant(text.as_str())),
            Value::List(items) => words.extend(flat(items)),
            Value::Unknown => words.push(ShellWord {
                text: "…".to_owned(),
                dynamic: true,
                glob: false,
                shown: false,
            }),
        }
    }
    words
}

/// A single text is a shell's; several are a command's words.
fn run(words: &[ShellWord], list: bool, found: &mut Constants) {
    let known: Vec<ShellWord> = words.to_vec();
    let texts = known.iter().filter(|word| !word.dynamic).count();
    match known.first() {
        Some(first) if first.dynamic => {}
        Some(first) if texts == 1 && !list => found.shell(&first.text),
        Some(_) => found.words(known),
        None => {}
    }
}

/// `open(PATH, MODE)`, `open(HANDLE, MODE, PATH)`, `open("|CMD")`, `fopen(PATH, "w")`
fn open(values: &[Value], tokens: &[Token], at: usize, found: &mut Constants) {
    let texts: Vec<&str> = values
        .iter()
        .filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let Some((first, rest)) = texts.split_first() else {
        return;
    };
    let trimmed = first.trim();
    match (trimmed, rest) {
        ("-|" | "|-", [command]) => return found.shell(command),
        ("-|" | "|-", words) => {
            return found.words(
                words
                    .iter()
                    .map(|word| ShellWord::constant(*word))
                    .collect(),
            );
        }
        (mode, [path, ..])
            if mode.starts_with(['<', '>', '+']) && mode.len() <= 20 && !mode.contains('/') =>
        {
            return if mode.starts_with('<') {
                found.reads(path)
            } else {
                found.writes(path)
            };
        }
        _ => {}
    }
    if let Some(command) = trimmed
        .strip_prefix('|')
        .or_else(|| trimmed.strip_suffix('|'))
    {
        found.shell(command);
    } else if let Some(path) = trimmed.strip_prefix('>') {
        found.writes(path.trim_start_matches('>'));
    } else {
        let path = trimmed.trim_start_matches('<');
        let keyword = tokens
            .iter()
            .skip(at)
            .take(24)
            .any(|token| matches!(token, Token::Text(text) if is_writing_mode(&text.text)));
        let writes = rest.first().is_some_and(|mode| is_writing_mode(mode)) || keyword;
        if writes {
            found.writes(path)
        } else {
            found.reads(path)
        }
    }
}

fn is_writing_mode(mode: &str) -> bool {
    mode.len() <= 3 && mode.starts_with(['w', 'a', 'x', 'r']) && mode.contains(['w', 'a', 'x', '+'])
}

/// `Path("x").write_text(…)`: the method behind it says what is done.
fn path(values: &[Value], tokens: &[Token], at: usize, found: &mut Constants) {
    let Some(Value::Text(path)) = values.first() else {
        return;
    };
    let rest = tokens.get(at + 1..).unwrap_or_default();
    let end = value::closing(rest).unwrap_or(rest.len());
    let method = match rest.get(end + 1..) {
        Some([Token::Mark('.'), Token::Name(method), ..]) => method.as_str(),
        _ => return,
    };
    match method {
        "read_text" | "read_bytes" | "text" | "json" | "arrayBuffer" | "bytes" | "stream"
        | "read" | "readlines" | "each_line" => {
            found.reads(path);
        }
        "write_text" | "write_bytes" | "unlink" | "touch" | "rename" | "replace" | "rmdir"
        | "mkdir" | "symlink_to" | "hardlink_to" | "chmod" | "write" | "delete" | "writer" => {
            found.writes(path)
        }
        "open" => {
            let writes = rest
                .get(end + 3..)
                .unwrap_or_default()
                .iter()
                .take(4)
                .any(|token| matches!(token, Token::Text(text) if is_writing_mode(&text.text)));
            if writes {
                found.writes(path)
            } else {
                found.reads(path)
            }
        }
        _ => {}
    }
}
