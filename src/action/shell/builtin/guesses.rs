//! What builtins give to variables of their own, and the programs that `hash -p` remembers.

use super::super::names::is_name;
use super::super::state::Stdin;
use super::super::variable::{Variable, subscripted};
use super::super::walk::{Done, Walk};
use super::ShellWord;
use crate::action::program;

/// What `mapfile` gives its array: the lines, with their ends unless `-t` takes them off.
pub(super) fn lines(arguments: &[ShellWord], stdin: Option<&Stdin>) -> Vec<Variable> {
    let Some(Stdin::Text(text)) = stdin else {
        return Vec::new();
    };
    let known = |word: &ShellWord| word.text == "-t" || is_name(&word.text);
    if !arguments.iter().all(known) {
        return Vec::new();
    }
    let takes_ends = arguments.iter().any(|word| word.text == "-t");
    let line = |line: &str| match takes_ends {
        true => line.strip_suffix('\n').unwrap_or(line).to_owned(),
        false => line.to_owned(),
    };
    vec![Variable::Array(
        text.split_inclusive('\n').map(line).collect(),
    )]
}

/// Whether a builtin assigns to its names whatever it reads: `read -t 0` doesn't.
pub(super) fn reads_surely(program: &str, arguments: &[ShellWord]) -> bool {
    let options = || arguments.iter().filter(|word| word.text.starts_with('-'));
    let all = |known: &[&str]| options().all(|word| known.contains(&word.text.as_str()));
    match program {
        "read" => all(&["-r", "-a", "-ra"]),
        "mapfile" | "readarray" => all(&["-t"]),
        _ => false,
    }
}

impl Walk<'_> {
    /// `%n` in a format assigns to the name among the words behind it. Which one is not followed.
    pub(super) fn counted(&mut self, arguments: &[ShellWord]) -> Done {
        let Some((format, words)) = program::printf_format(arguments) else {
            return Ok(());
        };
        if format
            .known()
            .is_some_and(|text| !program::printf_assigns(text))
        {
            return Ok(());
        }
        for word in words
            .iter()
            .filter(|word| subscripted(&word.text).is_some())
        {
            self.assigned_word(word, Variable::Dynamic)?;
        }
        Ok(())
    }

    /// `getopts LETTERS NAME ARGUMENT…`: what `OPTARG` likely holds.
    pub(super) fn option_argument(&mut self, arguments: &[ShellWord]) {
        let [letters, _, given @ ..] = arguments else {
            return;
        };
        let words = match (given, &self.shell.positional) {
            ([], Some(positional)) => positional.as_slice(),
            _ => given,
        };
        let takes_value = |letter: char| letters.text.contains(&format!("{letter}:"));
        let mut rest = words.iter();
        let mut found = None;
        while let Some(word) = rest.next() {
            let mut cluster = word.text.strip_prefix('-').unwrap_or_default().chars();
            if cluster.any(takes_value) {
                let next = || rest.clone().next().map(|word| word.text.as_str());
                let attached = Some(cluster.as_str()).filter(|text| !text.is_empty());
                found = attached.or_else(next).map(str::to_owned);
                break;
            }
        }
        if let Some(value) = found {
            self.shell.guess("OPTARG", value);
        }
    }

    /// `hash -p FILE NAME…`: the names run the file from here on, as if they were aliases of it.
    pub(super) fn remembered(&mut self, arguments: &[ShellWord]) {
        let gives_file = |word: &ShellWord| {
            word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('p')
        };
        let Some(at) = arguments.iter().position(gives_file) else {
            return;
        };
        let Some([file, names @ ..]) = arguments.get(at + 1..) else {
            return;
        };
        let Ok(file) = shlex::try_quote(&file.text) else {
            return;
        };
        for name in names {
            let old = self.shell.aliases.get(&name.text);
            if old.is_none() {
                self.shell
                    .aliases
                    .insert(name.text.clone(), file.to_string());
            }
        }
    }
}
