//! Interpreters of languages other than the shell's: what their code does is not known.
//!
//! Sources: python(1), node(1), ruby(1), perlrun(1), php(1), make(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::habits::UNKNOWN;
use super::options::Value;
use super::transfers::read;
use super::{Language as Code, Leaf, Meaning, Source, habits, presumed};

/// How an interpreter is made to run code.
struct Language {
    /// Options whose value is code.
    code: &'static [&'static str],
    /// Letters of a cluster behind which code follows: `-lne CODE`, `-eCODE`.
    code_letters: &'static str,
    /// Options that name a module.
    module: &'static [&'static str],
    /// Letters of a cluster behind which the name of a module follows: `-Im json.tool`.
    module_letters: &'static str,
    /// Other options that take the next word.
    values: &'static [&'static str],
    /// Letters that take what is left of their cluster: `-Mstrict`, `-i.bak`.
    rest_letters: &'static str,
    /// Letters may be joined.
    clusters: bool,
    /// Options that ask only.
    query: &'static [&'static str],
}

const PYTHON: Language = Language {
    code: &[],
    code_letters: "c",
    module: &[],
    module_letters: "m",
    values: &["-W", "-X", "--check-hash-based-pycs"],
    rest_letters: "WX",
    clusters: true,
    query: &["-V", "--version", "-h", "--help", "-VV"],
};
const NODE: Language = Language {
    code: &["-e", "--eval", "-p", "--print", "-pe"],
    code_letters: "",
    module: &["--run", "--test"],
    module_letters: "",
    values: &[
        "-r",
        "--require",
        "--import",
        "--loader",
        "--experimental-loader",
        "-C",
        "--conditions",
    ],
    rest_letters: "",
    clusters: false,
    query: &["-v", "--version", "-h", "--help"],
};
const PERL: Language = Language {
    code: &[],
    code_letters: "eE",
    module: &[],
    module_letters: "",
    values: &["-I"],
    rest_letters: "MmFCDVxiI",
    clusters: true,
    query: &["-v", "--version", "--help", "-h", "-V"],
};
const RUBY: Language = Language {
    code: &[],
    code_letters: "e",
    module: &[],
    module_letters: "",
    values: &["-I", "-r", "-C", "-E"],
    rest_letters: "FKTWixIrCE",
    clusters: true,
    query: &["--version", "--help", "-h"],
};
const OTHER: Language = Language {
    code: &["--eval", "eval"],
    code_letters: "ercBR",
    module: &[],
    module_letters: "",
    values: &[],
    rest_letters: "",
    clusters: false,
    query: &["--version", "--help", "-V", "-h"],
};
/// `-v` prints the version and ends, unlike `lua -v`.
const PHP: Language = Language {
    query: &["--version", "--help", "-v", "-h"],
    ..OTHER
};

fn language(name: &str) -> &'static Language {
    match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "python" | "pypy" | "ipython" | "pythonw" => &PYTHON,
        "node" | "nodejs" | "tsx" | "ts-node" => &NODE,
        "perl" => &PERL,
        "ruby" | "jruby" => &RUBY,
        "php" => &PHP,
        _ => &OTHER,
    }
}

/// Whether a name is that of an interpreter with a version: `python3.12`.
pub(super) fn is_versioned(name: &str) -> bool {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    base != name
        && matches!(
            base,
            "python" | "pypy" | "perl" | "ruby" | "php" | "lua" | "node"
        )
}

/// What a word in front of the script is.
enum Means {
    /// Code follows, in this word or the next.
    Code {
        attached: bool,
    },
    /// A module's name follows, in this word or the next.
    Module {
        attached: Option<usize>,
    },
    /// An option that takes the next word.
    Value,
    Flag,
    Script,
}

fn means(language: &Language, text: &str) -> Means {
    if language.code.contains(&text) {
        return Means::Code { attached: false };
    }
    if language.module.contains(&text) {
        return Means::Module { attached: None };
    }
    if language.values.contains(&text) {
        return Means::Value;
    }
    let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
        return Means::Script;
    };
    if letters.starts_with('-') {
        let name = text.split_once('=').map_or(text, |(name, _)| name);
        return match language.code.contains(&name) {
            true => Means::Code { attached: true },
            false => Means::Flag,
        };
    }
    for (at, letter) in letters.char_indices() {
        let behind = 1 + at + letter.len_utf8();
        let attached = behind < text.len();
        if language.code_letters.contains(letter) {
            return Means::Code { attached };
        }
        if language.module_letters.contains(letter) {
            let attached = attached.then_some(behind);
            return Means::Module { attached };
        }
        if language.rest_letters.contains(letter) || !language.clusters {
            break;
        }
    }
    Means::Flag
}

/// What an interpreter does with these words.
pub(super) fn run(call: &Call<'_>) -> Meaning {
    if matches!(&*call.name, "powershell" | "pwsh") {
        return powershell(call);
    }
    let language = language(&call.name);
    let mut leaf = call.leaf();
    let mut args = call.args().iter();
    let mut ran = false;
    while let Some(word) = args.next() {
        let text = word.text.as_str();
        if language.query.contains(&text) {
            leaf.inert = true;
            return Meaning::Runs(leaf);
        }
        match means(language, text) {
            Means::Code { attached } => {
                code(&mut leaf, &call.name);
                constant_code(&mut leaf, call, language);
                // The code's arguments are often files that it reads.
                let rest = usize::from(!attached);
                let named = args.as_slice().get(rest..).unwrap_or_default();
                files(&mut leaf, named, is_in_place(call));
                return Meaning::Runs(leaf);
            }
            Means::Module { attached } => {
                leaf.unknown(format!("a module that `{}` runs", call.name));
                let name = match attached.and_then(|at| text.get(at..)) {
                    Some(name) => Some(Value::part(word, name).word()),
                    None => args.next().cloned(),
                };
                let words: Vec<ShellWord> = name.into_iter().chain(args.cloned()).collect();
                as_program(&mut leaf, &words);
                return Meaning::Runs(leaf);
            }
            Means::Value => {
                let value = args.next();
                if LOADS.contains(&text) {
                    leaf.presumed.extend(value.map(read));
                }
            }
            Means::Flag => environment(&mut leaf, word, args.as_slice().first()),
            Means::Script => {
                script(&mut leaf, word, &call.name);
                ran = true;
                break;
            }
        }
    }
    if !ran {
        holds(&mut leaf, &call.name, Source::Stdin);
        leaf.unknown(format!(
            "what `{}` reads from standard input is code",
            call.name
        ));
    }
    match habits::specific(call) {
        Some(habits) => presumed::words(&mut leaf, call.args(), habits),
        // What a script does with its arguments is as little known as with any program.
        None => presumed::words(&mut leaf, args.as_slice(), &UNKNOWN),
    }
    Meaning::Runs(leaf)
}

/// Options that name code to load first, of which an error prints the line.
const LOADS: &[&str] = &[
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
];

/// `--env-file F` of Node.js, Bun and Deno.
fn environment(leaf: &mut Leaf, word: &ShellWord, next: Option<&ShellWord>) {
    let (name, value) = match word.text.split_once('=') {
        Some((name, value)) => (name, Some(Value::part(word, value).word())),
        None => (word.text.as_str(), next.cloned()),
    };
    if matches!(name, "--env-file" | "--env-file-if-exists") {
        value.into_iter().for_each(|file| leaf.reads(file));
    } else if word.text.contains('=') && LOADS.contains(&name) {
        leaf.presumed.extend(value.as_ref().map(read));
    }
}

/// What these words would read and write if the first were a program.
fn as_program(leaf: &mut Leaf, words: &[ShellWord]) {
    let Some(call) = Call::new(words) else { return };
    let program = presumed::unknown(&call);
    leaf.operands.extend(program.operands);
    leaf.presumed.extend(program.presumed);
}

/// Statements of one line of PowerShell that are looked at.
const MAX_STATEMENTS: usize = 64;

/// powershell(1): `-Command` takes all that follows as code. Its simple statements
/// (`Get-Content F`) name the files that they read.
fn powershell(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    code(&mut leaf, &call.name);
    let takes_value = |word: &ShellWord| {
        let option = word.text.to_ascii_lowercase();
        ["-ex", "-ep", "-w", "-v", "-in", "-o", "-cu", "-se"]
            .iter()
            .any(|short| option.starts_with(short))
    };
    let mut words = call.args();
    while let Some((first, rest)) = words.split_first() {
        if !first.text.starts_with('-') {
            break;
        }
        words = match takes_value(first) {
            true => rest.get(1..).unwrap_or_default(),
            false => rest,
        };
    }
    if words
        .iter()
        .all(|word| !word.text.contains(char::is_whitespace))
    {
        as_program(&mut leaf, words);
        return Meaning::Runs(leaf);
    }
    let is_end = |c: char| matches!(c, ';' | '|' | '&' | '\n' | '(' | ')' | '{' | '}');
    for word in words.iter().filter(|word| !word.dynamic) {
        for statement in word.text.split(is_end).take(MAX_STATEMENTS) {
            let parts = statement.split_whitespace();
            let parts = parts.map(|part| part.trim_matches(['"', '\'']));
            let parts: Vec<ShellWord> = parts.map(ShellWord::constant).collect();
            as_program(&mut leaf, &parts);
        }
    }
    Meaning::Runs(leaf)
}

/// What is constant in the code that options carry, one or several.
fn constant_code(leaf: &mut Leaf, call: &Call<'_>, language: &Language) {
    for (at, word) in call.args().iter().enumerate() {
        let Means::Code { attached } = means(language, &word.text) else {
            continue;
        };
        let code = if !attached {
            call.args().get(at + 1).map(|word| word.text.as_str())
        } else if let Some(text) = word.text.strip_prefix("--") {
            text.split_once('=').map(|(_, code)| code)
        } else {
            let letter = word.text.find(|c: char| language.code_letters.contains(c));
            letter.and_then(|at| word.text.get(at + 1..))
        };
        if let Some(code) = code {
            holds(leaf, &call.name, Source::Text(code.to_owned()));
        }
    }
}

fn holds(leaf: &mut Leaf, name: &str, source: Source) {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    if let Some(language) = written_in(base) {
        leaf.holds(language, source);
    }
}

/// The language that an interpreter takes.
fn written_in(name: &str) -> Option<Code> {
    Some(match name {
        "python" | "pypy" | "ipython" | "pythonw" => Code::Python,
        "node" | "nodejs" | "ts-node" | "tsx" | "deno" | "bun" => Code::JavaScript,
        "perl" => Code::Perl,
        "ruby" | "jruby" => Code::Ruby,
        "php" => Code::Php,
        "lua" | "luajit" => Code::Lua,
        "rscript" | "julia" => Code::R,
        "osascript" => Code::AppleScript,
        "tclsh" | "expect" => Code::Tcl,
        "guile" | "racket" => Code::Lisp,
        "groovy" | "scala" | "kotlin" => Code::Scala,
        _ => return None,
    })
}

fn code(leaf: &mut Leaf, name: &str) {
    leaf.unknown(format!("the code that `{name}` is given"));
}

fn script(leaf: &mut Leaf, word: &ShellWord, name: &str) {
    if word.text.starts_with("<(") {
        holds(leaf, name, Source::Process(word.text.clone()));
    }
    if matches!(word.text.as_str(), "-" | "/dev/stdin") {
        holds(leaf, name, Source::Stdin);
        leaf.unknown(format!("what `{name}` reads from standard input is code"));
        return;
    }
    leaf.reads(word.clone());
    leaf.unknown(format!("the script `{}`", word.text));
}

/// `perl -i`, `-pi.bak`: the files are rewritten (perlrun(1); ruby(1) has it too).
fn is_in_place(call: &Call<'_>) -> bool {
    matches!(&*call.name, "perl" | "ruby")
        && call.args().iter().any(|word| {
            let letters = word.text.strip_prefix('-').unwrap_or_default();
            letters
                .trim_start_matches(|c: char| c.is_ascii_digit() || "pnlaw".contains(c))
                .starts_with('i')
        })
}

fn files(leaf: &mut Leaf, words: &[ShellWord], in_place: bool) {
    for word in words.iter().filter(|word| !word.text.starts_with('-')) {
        leaf.reads(word.clone());
        if in_place {
            leaf.writes(word.clone());
        }
    }
}
