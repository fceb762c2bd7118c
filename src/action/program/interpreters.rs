//! Interpreters of languages other than the shell's: what their code does is not known.
//!
//! Sources: python(1), node(1), ruby(1), perlrun(1), php(1), make(1).

use super::super::shell::ShellWord;
use super::call::Call;
use super::{Language as Code, Leaf, Meaning, Source};

/// How an interpreter is told to run code.
struct Language {
    /// Options whose value is code.
    code: &'static [&'static str],
    /// Options that name a module.
    module: &'static [&'static str],
    /// Other options that take the next word.
    values: &'static [&'static str],
    /// Options that ask only.
    query: &'static [&'static str],
}

const PYTHON: Language = Language {
    code: &["-c"],
    module: &["-m"],
    values: &["-W", "-X", "--check-hash-based-pycs"],
    query: &["-V", "--version", "-h", "--help", "-VV"],
};
const NODE: Language = Language {
    code: &["-e", "--eval", "-p", "--print", "-pe"],
    module: &["--run", "--test"],
    values: &[
        "-r",
        "--require",
        "--import",
        "--loader",
        "--experimental-loader",
        "-C",
        "--conditions",
        "--env-file",
    ],
    query: &["-v", "--version", "-h", "--help"],
};
const PERL: Language = Language {
    code: &[
        "-e", "-E", "-ne", "-pe", "-nE", "-le", "-lne", "-lpe", "-ane", "-lane", "-pi", "-i",
        "-0pe", "-0777pe",
    ],
    module: &[],
    values: &["-I"],
    query: &["-v", "--version", "--help", "-h", "-V"],
};
const RUBY: Language = Language {
    code: &["-e", "-ne", "-pe"],
    module: &[],
    values: &["-I", "-r", "-C"],
    query: &["--version", "--help", "-h"],
};
const OTHER: Language = Language {
    code: &["-e", "-r", "-c", "--eval", "eval", "-B", "-R"],
    module: &[],
    values: &[],
    query: &["--version", "--help", "-V", "-h"],
};

fn language(name: &str) -> &'static Language {
    match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "python" | "pypy" | "ipython" | "pythonw" => &PYTHON,
        "node" | "nodejs" | "tsx" | "ts-node" => &NODE,
        "perl" => &PERL,
        "ruby" | "jruby" => &RUBY,
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

/// What an interpreter does with these words.
pub(super) fn run(call: &Call<'_>) -> Meaning {
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
        if is_code_option(language, text)
            || is_attached_code(language, text)
            || inline_code(text).is_some()
        {
            code(&mut leaf, &call.name);
            constant_code(&mut leaf, call, language);
            // The code's arguments are often files that it reads.
            let rest = if is_attached_code(language, text) {
                0
            } else {
                1
            };
            let named = args.as_slice().get(rest..).unwrap_or_default();
            files(&mut leaf, named, is_in_place(call));
            return Meaning::Runs(leaf);
        }
        if language.module.contains(&text) {
            leaf.unknown(format!("a module that `{}` runs", call.name));
            ran = true;
            break;
        }
        if language.values.contains(&text) {
            args.next();
        } else if !text.starts_with('-') || text == "-" {
            script(&mut leaf, word, &call.name);
            ran = true;
            break;
        }
    }
    if !ran {
        holds(&mut leaf, &call.name, Source::Stdin);
        leaf.unknown(format!(
            "what `{}` reads from standard input is code",
            call.name
        ));
    }
    Meaning::Runs(leaf)
}

/// `-cCODE`, `-eCODE`
fn is_attached_code(language: &Language, text: &str) -> bool {
    language.code.iter().any(|option| {
        option.len() == 2 && !text.starts_with("--") && text.len() > 2 && text.starts_with(option)
    })
}

/// What is constant in the code that options carry, one or several.
fn constant_code(leaf: &mut Leaf, call: &Call<'_>, language: &Language) {
    for (at, word) in call.args().iter().enumerate() {
        let text = word.text.as_str();
        let code = if let Some(code) = inline_code(text) {
            Some(code)
        } else if is_code_option(language, text) {
            call.args().get(at + 1).map(|word| word.text.as_str())
        } else if is_attached_code(language, text) {
            text.get(2..)
        } else {
            None
        };
        if let Some(code) = code {
            holds(leaf, &call.name, Source::Text(code.to_owned()));
        }
    }
}

/// `-e`, or a cluster of Perl's and Ruby's that ends with it: `-wnle`.
fn is_code_option(language: &Language, text: &str) -> bool {
    let cluster = || {
        let letters = text
            .strip_prefix('-')
            .and_then(|text| text.strip_suffix(['e', 'E']));
        letters.is_some_and(|letters| {
            letters
                .bytes()
                .all(|b| b.is_ascii_digit() || b"acflnpsuwUWX".contains(&b))
        })
    };
    language.code.contains(&text) || (language.code.contains(&"-ne") && cluster())
}

/// `--eval=CODE`
fn inline_code(text: &str) -> Option<&str> {
    ["--eval=", "--print=", "--execute="]
        .iter()
        .find_map(|option| text.strip_prefix(option))
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
