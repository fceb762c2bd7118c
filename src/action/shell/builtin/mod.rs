//! What builtins do to variables (bash(1), "SHELL BUILTIN COMMANDS"): which of them assign
//! to names, which have bash evaluate text.

mod guesses;
mod stdin;
mod table;

pub(super) use stdin::{may_read_stdin, reads_stdin};
use table::{Names, Operands, TABLE, named};

use super::ShellWord;
use super::arithmetic::{arithmetic, discard, evaluate, settle};
use super::names::{self, is_name};
use super::state::Stdin;
use super::variable::{Attributes, Case, Variable, subscripted};
use super::walk::{Done, Walk};
use crate::action::program;

/// Options of `declare` and its kin that are followed (bash(1)).
const DECLARE_OPTIONS: &str = "xgraAinlucpfFtI";

impl Walk<'_> {
    /// Applies a builtin's effect on variables, after its words are expanded.
    pub(super) fn builtin(&mut self, words: &[ShellWord], stdin: Option<&Stdin>) -> Done {
        let Some((program, arguments)) = words.split_first() else {
            return Ok(());
        };
        let declared = std::mem::take(&mut self.declared);
        if table::takes_names_of_files(&program.text, arguments) {
            self.unknown("a file may have the name of a variable or of an option of the shell");
        }
        match program.text.as_str() {
            "export" | "readonly" | "declare" | "typeset" | "local" => {
                self.declare(&program.text, arguments, declared)?;
            }
            "let" => {
                for word in arguments {
                    if word.dynamic {
                        self.unknown("bash evaluates the expression as code");
                    }
                    evaluate(self, &word.text)?;
                }
            }
            "test" | "[" => self.tests_names(arguments)?,
            "source" | "." => self.shell.forget_variables(),
            // They can carry any of the above behind them.
            "builtin" | "command" => {
                let inner = arguments
                    .iter()
                    .position(|word| !word.text.starts_with('-'));
                let inner = inner.and_then(|at| arguments.get(at..)).unwrap_or_default();
                return self.builtin(inner, stdin);
            }
            "set" => self.set(arguments),
            "return" if !self.shell.locals.is_empty() => self.shell.returns += 1,
            "shift" => self.shift(arguments),
            "hash" => self.remembered(arguments),
            "getopts" => {
                self.option_argument(arguments);
                self.names_of_builtin("getopts", arguments, stdin)?;
            }
            other => {
                self.callback(other, arguments)?;
                self.names_of_builtin(other, arguments, stdin)?;
            }
        }
        settle(self)
    }

    fn names_of_builtin(
        &mut self,
        name: &str,
        arguments: &[ShellWord],
        stdin: Option<&Stdin>,
    ) -> Done {
        match TABLE.iter().find(|table| table.program == name) {
            Some(table) => self.names_of(table, arguments, stdin),
            None => Ok(()),
        }
    }

    fn names_of(&mut self, table: &Names, arguments: &[ShellWord], stdin: Option<&Stdin>) -> Done {
        let found = named(table, arguments);
        let values = match table.program {
            "read" => read_values(arguments, found.len().max(1), stdin),
            "printf" => printed(arguments),
            "mapfile" | "readarray" => guesses::lines(arguments, stdin),
            _ => Vec::new(),
        };
        let is_read = guesses::reads_surely(table.program, arguments);
        let mut values = values.into_iter();
        let mut next = || {
            let value = values.next().unwrap_or(Variable::Dynamic);
            if is_read { value.made() } else { value }
        };
        let operands_name = !matches!(table.operands, Operands::None);
        for word in &found {
            self.assigned_word(word, next())?;
            if operands_name && table.program == "unset" {
                self.shell.doubt_function(word);
            }
        }
        if found.is_empty() {
            for name in table.default {
                self.shell.assign(name, next());
            }
        }
        if table.program == "printf" {
            self.counted(arguments)?;
        }
        Ok(())
    }

    /// `mapfile -C COMMAND` runs it, with words behind it, for lines that it reads.
    fn callback(&mut self, program: &str, arguments: &[ShellWord]) -> Done {
        if !matches!(program, "mapfile" | "readarray") {
            return Ok(());
        }
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let cluster = word.text.strip_prefix('-');
            let Some((_, attached)) = cluster.and_then(|cluster| cluster.split_once('C')) else {
                continue;
            };
            let next = attached.is_empty().then(|| words.next()).flatten();
            let command = next.map_or(attached, |word| word.text.as_str());
            self.unknown("`mapfile -C` runs a command with words that it reads");
            self.substitute(command, "mapfile -C")?;
        }
        Ok(())
    }

    /// `[ -v NAME ]` and `[ -R NAME ]` evaluate a subscript.
    fn tests_names(&mut self, arguments: &[ShellWord]) -> Done {
        for pair in arguments.windows(2) {
            if let [test, word] = pair
                && matches!(test.text.as_str(), "-v" | "-R")
            {
                self.named(word)?;
            }
        }
        Ok(())
    }

    /// `set -- a b`: the positional parameters.
    fn set(&mut self, arguments: &[ShellWord]) {
        let end = arguments
            .iter()
            .position(|word| matches!(word.text.as_str(), "--" | "-"));
        let operand = arguments
            .iter()
            .position(|word| !word.text.starts_with(['-', '+']));
        let from = match (end, operand) {
            (Some(end), operand) if operand.is_none_or(|operand| end < operand) => end + 1,
            (_, Some(operand)) => operand,
            _ => return,
        };
        let before = from.checked_sub(1).and_then(|at| arguments.get(at));
        if before.is_some_and(|word| word.text.ends_with('o')) {
            // `set -o NAME` sets no parameter, if this is one.
            self.shell.positional = None;
            return;
        }
        let words = arguments.get(from..).unwrap_or_default().to_vec();
        self.shell.positional = Some(words);
    }

    fn shift(&mut self, arguments: &[ShellWord]) {
        let count = match arguments.first() {
            None => Some(1),
            Some(word) => word.known().and_then(|text| text.parse().ok()),
        };
        let words = self.shell.positional.take();
        self.shell.positional = words
            .zip(count)
            .and_then(|(words, count): (_, usize)| words.get(count..).map(<[_]>::to_vec));
    }

    /// `declare NAME=VALUE`. What its options say holds for later assignments as well.
    fn declare(
        &mut self,
        program: &str,
        arguments: &[ShellWord],
        arrays: Vec<(String, Variable)>,
    ) -> Done {
        let given = || {
            let options = arguments.iter().filter(|word| word.text.starts_with('-'));
            options.flat_map(|word| word.text.chars().skip(1))
        };
        if given().any(|letter| !DECLARE_OPTIONS.contains(letter)) {
            self.shell.distrust_variables();
        }
        // Each letter once, however often it is given: every name is declared with all of them.
        let letters: String = DECLARE_OPTIONS
            .chars()
            .filter(|known| given().any(|letter| letter == *known))
            .collect();
        if letters.contains('n') {
            self.unknown("`declare -n` makes a name refer to another");
        }
        // In a function `declare` hides names as `local` does.
        let local = matches!(program, "local" | "declare" | "typeset")
            && !letters.contains(['g', 'p', 'f', 'F']);
        // They name functions, or do nothing at all.
        let assigns_nothing =
            letters.contains(['f', 'F']) || (program == "local" && self.shell.locals.is_empty());
        let removes = arguments.iter().any(|word| word.text.starts_with('+'));
        for word in arguments {
            if word.text.starts_with(['-', '+']) {
                continue;
            }
            self.declare_one(program, word, &letters, local, &arrays)?;
            if removes || assigns_nothing {
                self.shell
                    .doubt(word.text.split('=').next().unwrap_or_default());
            }
        }
        Ok(())
    }

    fn declare_one(
        &mut self,
        program: &str,
        word: &ShellWord,
        letters: &str,
        local: bool,
        arrays: &[(String, Variable)],
    ) -> Done {
        let assignment = names::assignment(&word.text);
        let name = match &assignment {
            Some((name, _)) => *name,
            None => match subscripted(&word.text) {
                Some((name, subscript)) if !word.dynamic => {
                    if let Some(subscript) = subscript {
                        self.subscript(subscript)?;
                    }
                    name
                }
                _ => return self.named(word).map(drop),
            },
        };
        if local {
            self.shell.hide(name);
        }
        if letters.contains('A') {
            self.shell.maps.insert(name.to_owned());
        }
        self.attribute(
            name,
            letters,
            assignment.as_ref().map(|(_, value)| value.text),
        );
        if letters.contains('n') {
            return Ok(());
        }
        let Some((name, value)) = assignment else {
            if program == "readonly" || letters.contains('r') {
                self.refuses(name);
            }
            if letters.contains(['a', 'A', 'i', 'l', 'u', 'c', 'n']) {
                self.shell.doubt(name);
            }
            return Ok(());
        };
        if let Some(subscript) = value.subscript {
            self.subscript(subscript)?;
        }
        if let Some((_, array)) = arrays.iter().find(|(array, _)| array == name) {
            self.shell.assign(name, array.clone());
            if program == "readonly" || letters.contains('r') {
                self.refuses(name);
            }
            return Ok(());
        }
        self.quoted_array(program, name, letters, word, value.text)?;
        let simple = !value.append && value.subscript.is_none() && !letters.contains(['a', 'A']);
        let value = match (simple, word.dynamic, word.likely()) {
            (true, false, _) => Variable::Text(value.text.to_owned()),
            (true, true, Some(_)) => Variable::Likely(value.text.to_owned()),
            (false, false, _) if letters.contains('i') || self.shell.is_integer(name) => {
                arithmetic(self, value.text)?;
                Variable::Dynamic
            }
            _ => Variable::Dynamic,
        };
        self.shell.assign(name, value);
        if program == "readonly" || letters.contains('r') {
            self.refuses(name);
        }
        Ok(())
    }

    /// Takes it that later assignments to a name are refused.
    fn refuses(&mut self, name: &str) {
        if is_name(name) {
            let attributes = self.shell.attributes.entry(name.to_owned());
            attributes.or_default().readonly = true;
        }
    }

    /// A value in quotes is a list, and expanded again, where the name is an array:
    /// `declare -a NAME='($(command))'`.
    fn quoted_array(
        &mut self,
        program: &str,
        name: &str,
        letters: &str,
        word: &ShellWord,
        value: &str,
    ) -> Done {
        let listed = letters.contains(['a', 'A']);
        let declares = matches!(program, "declare" | "typeset" | "local");
        let unknown = word.dynamic && (listed || declares && self.shell.may_be_array(name));
        let spelled = value.starts_with('(') && (listed || declares);
        if unknown || spelled {
            self.unknown("bash evaluates the text as the values of an array");
        }
        if spelled {
            discard(self, value)?;
        }
        Ok(())
    }

    fn attribute(&mut self, name: &str, letters: &str, value: Option<&str>) {
        if !letters.contains(['i', 'l', 'u', 'c', 'n']) || !is_name(name) {
            return;
        }
        let attributes: &mut Attributes = self.shell.attributes.entry(name.to_owned()).or_default();
        attributes.integer |= letters.contains('i');
        let cases = [('l', Case::Lower), ('u', Case::Upper), ('c', Case::Other)];
        for (_, case) in cases
            .into_iter()
            .filter(|(letter, _)| letters.contains(*letter))
        {
            let is_same = attributes.case.is_none_or(|known| known == case);
            attributes.case = Some(if is_same { case } else { Case::Other });
        }
        if letters.contains('n') {
            let target = value.filter(|value| is_name(value)).unwrap_or(name);
            attributes.reference = Some(target.to_owned());
        }
    }
}

/// What `read` gives its names of a constant; the last one takes the rest.
fn read_values(arguments: &[ShellWord], names: usize, stdin: Option<&Stdin>) -> Vec<Variable> {
    let plain = |word: &ShellWord| !word.text.starts_with('-') || word.text == "-r";
    let array = arguments
        .iter()
        .any(|word| matches!(word.text.as_str(), "-a" | "-ra"));
    let Some(Stdin::Text(text)) = stdin else {
        return Vec::new();
    };
    let line = text.lines().next().unwrap_or_default();
    let blank = [' ', '\t'];
    if array {
        let items = line.split(blank).filter(|item| !item.is_empty());
        // One of several ways to read it; the first represents all.
        return items
            .take(1)
            .map(|item| Variable::Likely(item.to_owned()))
            .collect();
    }
    if !arguments.iter().all(plain) {
        return Vec::new();
    }
    let mut rest = line.trim_matches(blank);
    let mut values = Vec::new();
    for _ in 1..names {
        let (first, after) = rest.split_once(blank).unwrap_or((rest, ""));
        values.push(Variable::Likely(first.to_owned()));
        rest = after.trim_start_matches(blank);
    }
    values.push(Variable::Likely(rest.to_owned()));
    values
}

/// What `printf -v NAME` stores.
fn printed(arguments: &[ShellWord]) -> Vec<Variable> {
    let attached = arguments.first().is_some_and(|word| word.text.len() > 2);
    let rest = arguments
        .get(if attached { 1 } else { 2 }..)
        .unwrap_or_default();
    let words: Vec<ShellWord> = std::iter::once(ShellWord::constant("printf"))
        .chain(rest.iter().cloned())
        .collect();
    let text = program::constant_output(&words);
    text.map(Variable::Likely).into_iter().collect()
}
