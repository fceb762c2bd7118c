//! A cheap look at a text that can't be followed: every simple command in it counts as if it
//! ran, in the order of the line.
//!
//! A text is skimmed when it is no valid shell text, nests too deeply, or takes more work than
//! one line may take. What is skimmed can be blocked and never allowed. The tokens are the
//! lexer's; between separators each piece is parsed alone, so that assignments, redirections
//! and expansions mean what they mean elsewhere. Loops, branches and functions are not
//! followed: their keywords are dropped. Where even the lexer gives up, words are cut at
//! blanks.
//!
//! The work is linear in the text: a piece that was seen is not looked at again, each piece may
//! take no more than its length allows, and after some work words are no longer expanded.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use brush_parser::{ParserOptions, Token};

use super::lexer::{self, Lexed};
use super::location::Location;
use super::script;
use super::texts::{OPEN, Texts};
use super::walk::{Done, Walk};
use super::{Shell, ShellWord, SimpleCommand, Visitor, names};
use crate::action::budget::{self, Budget};
use crate::action::limits::{MAX_SHELL_NESTING, MAX_SKIM_WORK};

/// Words in front of a command that are no part of it.
const KEYWORDS: &[&str] = &[
    "!", "{", "}", "coproc", "do", "done", "elif", "else", "esac", "fi", "if", "then", "time",
    "until", "while",
];

/// Units of work that any piece may take, whatever came before it: a command, and for each byte
/// of it so much that every short operand can be a path.
const LEAST: usize = 2 * budget::COMMAND;
const PIECE_BYTE: usize = 384;
/// What a piece may take besides, as long as the line's budget for skimming lasts: this part of what
/// is left of it, and no less than a command behind a few wrappers.
const POOL_PIECES: usize = 16;
const PIECE: usize = 4 * budget::COMMAND;

/// Commands in one pipeline that are looked at together; of more, each with the next.
const MAX_STAGES: usize = 16;
/// Times that a word may be repeated in a row.
const MAX_REPETITION: usize = 8;

/// Skims a text, and the scripts in it, in a shell of its own. Gives the units of work that it
/// took.
pub fn skim(shell: &mut Shell, text: &str, visitor: &mut dyn Visitor) -> usize {
    shell.skims = true;
    let mut skim = Skim::new(shell, visitor, Some(Budget::new(MAX_SKIM_WORK)));
    skim.text(text);
    skim.spent
}

/// As [`skim`], of a script in a piece: within what is left of the piece's work.
pub(super) fn part(shell: &mut Shell, text: &str, visitor: &mut dyn Visitor) -> Done {
    shell.spend(budget::LEX.saturating_mul(text.len()))?;
    Skim::new(shell, visitor, None).text(text);
    Ok(())
}

struct Skim<'a> {
    walk: Walk<'a>,
    /// What the pieces of the line itself may take beyond what their length allows.
    pool: Option<Budget>,
    /// Pieces that were looked at, since the shell last changed.
    seen: HashSet<String>,
    /// The shell's place then.
    location: Location,
    /// The shell's place in front of the brackets that are open.
    outside: Vec<Location>,
    /// Brackets that are open inside those: where they began is not known any more.
    deeper: usize,
    spent: usize,
}

impl<'a> Skim<'a> {
    fn new(shell: &'a mut Shell, visitor: &'a mut dyn Visitor, pool: Option<Budget>) -> Self {
        Self {
            location: shell.location.clone(),
            walk: Walk::new(shell, visitor),
            pool,
            seen: HashSet::new(),
            outside: Vec::new(),
            deeper: 0,
            spent: 0,
        }
    }

    /// Skims a text, and again without the carriage returns at the ends of its lines if it has
    /// any: shells differ about them.
    fn text(&mut self, text: &str) {
        self.read(text);
        let other = script::without_returns(text);
        if other != text {
            self.read(&other);
        }
    }

    fn read(&mut self, text: &str) {
        let (lexed, rest) = lexer::lex_as_far(text);
        self.tokens(lexed);
        for piece in rest.split([';', '&', '|', '\n', '(', ')', '`']) {
            let words = piece.split([' ', '\t', '<', '>']).map(unquoted);
            let words = words.filter(|word| !word.is_empty());
            let words: Vec<String> = words
                .skip_while(|word| KEYWORDS.contains(&word.as_str()))
                .collect();
            self.piece(words.join(" "), |walk| bare(walk, &words));
        }
    }

    fn tokens(&mut self, lexed: Lexed) {
        let texts = Rc::new(lexed.texts);
        self.walk.texts = Rc::clone(&texts);
        let mut from = 0;
        let mut cutter = Cutter::default();
        for (at, token) in lexed.tokens.iter().enumerate() {
            if cutter.separates(token) {
                self.between(&lexed.tokens, from, at, &texts);
                self.bracket(token);
                from = at + 1;
            }
        }
        self.between(&lexed.tokens, from, lexed.tokens.len(), &texts);
    }

    /// Subshells end where they began; functions and patterns of `case` have brackets too.
    fn bracket(&mut self, token: &Token) {
        match token.to_str() {
            "(" if self.outside.len() < MAX_SHELL_NESTING => {
                self.outside.push(self.walk.shell.location.clone());
            }
            "(" => self.deeper += 1,
            ")" if self.deeper > 0 => self.deeper -= 1,
            ")" => {
                let here = &mut self.walk.shell.location;
                if let Some(outside) = self.outside.pop()
                    && (outside.directory != here.directory || outside.stack != here.stack)
                {
                    here.directory = outside.directory;
                    here.stack = outside.stack;
                    self.seen.clear();
                }
            }
            _ => {}
        }
    }

    /// The tokens between two separators.
    fn between(&mut self, tokens: &[Token], from: usize, to: usize, texts: &Texts) {
        let piece = without_keywords(tokens.get(from..to).unwrap_or_default());
        let Some(first) = piece.first() else {
            return;
        };
        let defines = tokens.get(to).is_some_and(|token| token.to_str() == "(");
        if matches!(first.to_str(), "case" | "for") || (defines && piece.len() == 1) {
            return self.head(piece, texts);
        }
        let piece = without_repetition(piece);
        let stages = stages(&piece);
        if stages.len() <= MAX_STAGES {
            return self.commands(&piece, texts);
        }
        // Each command together with the one that it feeds.
        for pair in stages.windows(2) {
            if let [feeding, fed] = pair {
                let both = piece.get(feeding.start..fed.end);
                self.commands(both.unwrap_or_default(), texts);
            }
        }
    }

    /// Commands that may feed each other.
    fn commands(&mut self, piece: &[Token], texts: &Texts) {
        let raw = raw(piece, texts);
        let text = raw.join(" ");
        if let Some(words) = script::plain(&text) {
            return self.piece(text, |walk| walk.words(words));
        }
        let is_word = |token: &Token| matches!(token, Token::Word(..));
        if self.is_spent() && piece.iter().all(is_word) {
            let words = raw.iter().map(|word| unquoted(word));
            let words: Vec<String> = words.collect();
            return self.piece(text, |walk| bare(walk, &words));
        }
        self.piece(text, |walk| pipeline(walk, piece, texts));
    }

    /// The line's budget for skimming has ended: of what is left, words are not expanded.
    fn is_spent(&self) -> bool {
        self.pool.as_ref().is_some_and(|pool| pool.left() == 0)
    }

    /// `for NAME in WORD…`, `case WORD in PATTERN`: what is substituted in the words runs, and
    /// the name takes on the last of them.
    fn head(&mut self, piece: &[Token], texts: &Texts) {
        let raw = raw(piece, texts);
        self.piece(raw.join(" "), |walk| {
            let mut last = None;
            for word in raw.iter().skip(1) {
                last = super::expand::words(walk, word)?.pop();
            }
            if let ([keyword, name, _, _, ..], Some(value)) = (raw.as_slice(), last)
                && keyword == "for"
            {
                walk.shell.set_variable(name, &value.text);
            }
            Ok(())
        });
    }

    /// Looks at a piece within the work that it may take.
    fn piece(&mut self, raw: String, look: impl FnOnce(&mut Walk<'_>) -> Done) {
        let length = raw.len();
        if length == 0 || !self.seen.insert(raw) {
            return;
        }
        let assigned = self.walk.shell.undo.len();
        match &self.pool {
            Some(pool) => {
                let own = LEAST.saturating_add(PIECE_BYTE.saturating_mul(length));
                let more = PIECE.max(pool.left() / POOL_PIECES).min(pool.left());
                let given = own.saturating_add(more);
                self.walk.shell.budget.replace(given);
                let _ = look(&mut self.walk);
                let used = given.saturating_sub(self.walk.shell.budget.left());
                let beyond = used.saturating_sub(own);
                pool.replace(pool.left().saturating_sub(beyond));
                self.spent += used;
            }
            None if self.walk.shell.budget.left() == 0 => {}
            None => drop(look(&mut self.walk)),
        }
        let shell = &*self.walk.shell;
        if assigned != shell.undo.len() || self.location != shell.location {
            self.location.clone_from(&shell.location);
            self.seen.clear();
        }
    }
}

/// Decides which tokens separate pieces.
#[derive(Default)]
struct Cutter {
    /// Between `[[` and `]]`.
    in_test: bool,
    /// Between `NAME=(` and its `)`.
    in_array: bool,
    assigns: bool,
}

impl Cutter {
    fn separates(&mut self, token: &Token) -> bool {
        let Token::Operator(operator, _) = token else {
            let word = token.to_str();
            self.in_test = (self.in_test || word == "[[") && word != "]]";
            self.assigns = word.ends_with('=');
            return false;
        };
        let assigns = std::mem::take(&mut self.assigns);
        match operator.as_str() {
            "(" if assigns => {
                self.in_array = true;
                false
            }
            ")" if self.in_array => {
                self.in_array = false;
                false
            }
            "\n" if self.in_array => false,
            ";" | "&" | "\n" | ";;" | ";&" | ";;&" => {
                (self.in_test, self.in_array) = (false, false);
                true
            }
            "&&" | "||" | "(" | ")" => !self.in_test,
            _ => false,
        }
    }
}

/// The tokens behind keywords and the name of a function.
fn without_keywords(piece: &[Token]) -> &[Token] {
    let is_keyword =
        |token: &Token| matches!(token, Token::Word(word, _) if KEYWORDS.contains(&word.as_str()));
    let mut rest = piece;
    loop {
        rest = match rest {
            [first, _, others @ ..] if first.to_str() == "function" => others,
            [first, others @ ..] if is_keyword(first) => others,
            _ => return rest,
        };
    }
}

/// The places of the commands between `|`.
fn stages(piece: &[Token]) -> Vec<Range<usize>> {
    let is_pipe = |token: &Token| matches!(token.to_str(), "|" | "|&");
    let mut from = 0;
    let ends = (0..).zip(piece).filter(|(_, token)| is_pipe(token));
    let ends = ends.map(|(at, _)| at).chain([piece.len()]);
    ends.map(|end| std::mem::replace(&mut from, end + 1)..end)
        .collect()
}

/// The tokens without what only repeats the word before: `sudo sudo … CMD` runs what `sudo CMD`
/// runs, and is too deep to be followed.
fn without_repetition(piece: &[Token]) -> Cow<'_, [Token]> {
    let is_run = |run: &[Token]| match run {
        [Token::Word(first, _), rest @ ..] => rest.iter().all(|it| it.to_str() == first),
        _ => false,
    };
    if !piece.windows(MAX_REPETITION + 1).any(is_run) {
        return Cow::Borrowed(piece);
    }
    let mut kept: Vec<Token> = Vec::new();
    for token in piece {
        let repeats = kept
            .last()
            .is_some_and(|last| is_run(&[last.clone(), token.clone()]));
        if !repeats {
            kept.push(token.clone());
        }
    }
    Cow::Owned(kept)
}

fn raw(piece: &[Token], texts: &Texts) -> Vec<String> {
    piece.iter().map(|it| texts.raw(it.to_str())).collect()
}

/// Commands that feed each other; one by one, where the grammar doesn't take them together.
fn pipeline(walk: &mut Walk<'_>, piece: &[Token], texts: &Texts) -> Done {
    let expanded = piece.iter().filter(|token| token.to_str().contains(OPEN));
    let work = budget::of_tokens(piece.len(), expanded.count());
    walk.shell.spend(work)?;
    if let Some(done) = parsed(walk, piece) {
        return done;
    }
    let is_pipe = |token: &Token| matches!(token.to_str(), "|" | "|&");
    let mut parts = piece.split(is_pipe).map(without_keywords);
    parts.try_for_each(|part| {
        parsed(walk, part).unwrap_or_else(|| {
            let words = raw(part, texts);
            let words: Vec<String> = words.iter().map(|word| unquoted(word)).collect();
            bare(walk, &words)
        })
    })
}

/// Follows what the grammar takes these tokens for, if it takes them.
fn parsed(walk: &mut Walk<'_>, tokens: &[Token]) -> Option<Done> {
    let program = brush_parser::parse_tokens(tokens, &ParserOptions::default()).ok()?;
    let mut lists = program.complete_commands.iter();
    Some(lists.try_for_each(|list| walk.list(list)))
}

fn unquoted(word: &str) -> String {
    names::unquote(word).replace(['\'', '"', '$', '{', '}'], "")
}

/// A command of these words, whatever they would expand to.
fn bare(walk: &mut Walk<'_>, words: &[String]) -> Done {
    let words = words.iter().filter(|word| !word.is_empty());
    let command = SimpleCommand::of(words.map(ShellWord::constant).collect());
    match command.words.is_empty() {
        true => Ok(()),
        false => walk.visitor.command(walk.shell, &command),
    }
}
