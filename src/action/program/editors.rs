//! Editors and runners of recipes, whose commands are code: vim(1), emacs(1), make(1).

use super::call::Call;
use super::transfers::read;
use super::word_list::lists;
use super::{Inner, Language, Leaf, Meaning, Source};

/// Editors that take the commands of ex.
const EX: &str = "vim vi nvim view gvim rview gview rvim vim.basic vim.tiny ed ex";

/// vim(1), nano(1), ed(1), emacs(1): files are read and written; `-c`, `+CMD` and `--eval` run code.
pub(super) fn editor(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let language = if lists(EX, &call.name) {
        Language::Editor
    } else {
        Language::Lisp
    };
    let looks = is_read_only(call);
    let mut words = call.args().iter();
    let mut files = Vec::new();
    let mut ended = false;
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if ended {
            files.push(word.clone());
            continue;
        }
        if matches!(text, "--help" | "--version") {
            leaf.inert = true;
            return Meaning::Runs(leaf);
        }
        if text == "--" {
            ended = true;
            continue;
        }
        if let Some(code) = text
            .strip_prefix("--eval=")
            .or_else(|| text.strip_prefix("--execute="))
        {
            code_of(&mut leaf, language, code);
            continue;
        }
        match option(text, &call.name) {
            Option::Code => {
                if let Some(value) = words.next() {
                    code_of(&mut leaf, language, &value.text);
                }
            }
            Option::AttachedCode(code) => code_of(&mut leaf, language, code),
            Option::Script => {
                leaf.unknown("an editor's commands are code");
                words
                    .next()
                    .into_iter()
                    .for_each(|file| leaf.reads(file.clone()));
            }
            Option::Value => {
                words.next();
            }
            Option::None => {}
            Option::File => files.push(word.clone()),
        }
    }
    let reads_commands = matches!(&*call.name, "ed" | "ex")
        || call
            .args()
            .iter()
            .any(|word| matches!(word.text.as_str(), "-es" | "-Es" | "-e" | "-E"));
    if language == Language::Editor && reads_commands {
        leaf.holds(language, Source::Stdin);
    }
    let writes = !looks || !leaf.unknowns.is_empty();
    for file in files {
        leaf.reads(file.clone());
        if writes {
            leaf.writes(file);
        }
    }
    Meaning::Runs(leaf)
}

/// What a word means to an editor.
enum Option<'a> {
    /// The next word is code.
    Code,
    AttachedCode(&'a str),
    /// The next word is a file of code.
    Script,
    /// The next word is something else.
    Value,
    None,
    File,
}

fn option<'a>(text: &'a str, name: &str) -> Option<'a> {
    let line_editor = matches!(name, "ed" | "ex");
    match text {
        "-c" | "--cmd" | "--eval" | "-eval" | "--execute" | "-execute" | "-f" | "--funcall"
            if name != "ed" =>
        {
            if text == "-f" && name != "emacs" {
                Option::None
            } else {
                Option::Code
            }
        }
        "-S" | "-l" | "--load" | "-load" | "--script" | "-script" => Option::Script,
        "-s" if !line_editor && name != "nano" => Option::Script,
        "-u" | "-U" | "-W" | "-w" | "-p" | "-T" | "-i" | "-t"
            if !matches!(name, "code" | "nano") =>
        {
            if text == "-p" && name != "ed" {
                Option::None
            } else {
                Option::Value
            }
        }
        text if text.starts_with('+') => match text.trim_start_matches('+') {
            number
                if number
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b',' || byte == b':') =>
            {
                Option::None
            }
            code => Option::AttachedCode(code),
        },
        // `-esc CMD`, `-sc CMD`, `-cCMD`
        text if is_cluster_with_code(text) && lists(EX, name) => Option::Code,
        text if text.starts_with("-c") && lists(EX, name) => {
            Option::AttachedCode(text.get(2..).unwrap_or_default())
        }
        text if text.starts_with('-') => Option::None,
        _ => Option::File,
    }
}

fn is_cluster_with_code(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|letters| {
        letters.len() > 1
            && letters.ends_with('c')
            && letters.bytes().all(|b| b"esEnNRZbXc".contains(&b))
    })
}

fn code_of(leaf: &mut Leaf, language: Language, code: &str) {
    leaf.unknown("an editor's commands are code");
    leaf.holds(language, Source::Text(code.to_owned()));
}

/// `view`, `vim -R`, `vim -M`, `nano -v`: the files are only looked at, unless commands write them.
fn is_read_only(call: &Call<'_>) -> bool {
    matches!(&*call.name, "view" | "rview" | "gview")
        || call
            .args()
            .iter()
            .any(|word| match (word.text.as_str(), &*call.name) {
                ("-v" | "--view", name) => name == "nano" || name == "pico",
                ("-R" | "-M", name) => lists(EX, name),
                ("-ro", "kak") | ("-rdonly", "joe") | ("--readonly" | "-readonly", _) => true,
                _ => false,
            })
}

/// make(1), just, rake, …: the file of recipes decides.
pub(super) fn make(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        match text {
            "-f" | "--file" | "--makefile" | "--rakefile" | "--justfile" | "--dotenv-path" => {
                words
                    .next()
                    .into_iter()
                    .for_each(|file| recipes(&mut leaf, &file.text));
            }
            "-C" | "--directory" | "--working-directory" => leaf.base.extend(words.next().cloned()),
            "-n" | "--dry-run" | "--just-print" | "--recon" | "--help" | "--version" => {
                leaf.inert = true
            }
            "--eval" | "-E" if call.name != "rake" => {
                words
                    .next()
                    .into_iter()
                    .for_each(|code| inline(&mut leaf, Language::Make, &code.text));
            }
            "-e" | "-E" | "-p" | "--execute" | "--execute-continue" | "--execute-print"
                if call.name == "rake" =>
            {
                words
                    .next()
                    .into_iter()
                    .for_each(|code| inline(&mut leaf, Language::Ruby, &code.text));
            }
            "--command" | "-c" if call.name == "just" => {
                leaf.unknown("a command is given in the line");
                leaf.starts.push(Inner::Words(words.as_slice().to_vec()));
                break;
            }
            _ => attached(&mut leaf, text),
        }
        if let Some(name) = assigned(text).filter(|name| chooses_code(name)) {
            leaf.lift(format!("`{name}` chooses what the recipes run"));
        }
    }
    Meaning::Runs(leaf)
}

/// The name in `NAME=value`, `NAME:=value`, `NAME+=value`, `NAME!=command`.
fn assigned(text: &str) -> std::option::Option<&str> {
    let (name, _) = text.split_once('=')?;
    Some(name.trim_end_matches([':', '+', '?', '!']))
}

/// Variables by which make(1) itself chooses programs, files or options, and those of [`PROGRAMS`].
fn chooses_code(name: &str) -> bool {
    matches!(
        name,
        "SHELL" | ".SHELLFLAGS" | "MAKEFLAGS" | "GNUMAKEFLAGS" | "MAKEFILES" | "MFLAGS" | "PATH"
    ) || PROGRAMS.contains(&name)
}

/// Variables of make's built-in rules and of common makefiles that name programs.
const PROGRAMS: &[&str] = &[
    "CC",
    "CXX",
    "CPP",
    "LD",
    "AR",
    "AS",
    "RM",
    "INSTALL",
    "PYTHON",
    "PAGER",
    "EDITOR",
    "TERRAFORM",
    "TF",
    "KUBECTL",
    "DOCKER",
    "GO",
    "CARGO",
    "NPM",
    "BASH",
    "SUDO",
    "MAKE",
];

fn attached(leaf: &mut Leaf, text: &str) {
    let file = [
        "--file=",
        "--makefile=",
        "--rakefile=",
        "--justfile=",
        "--dotenv-path=",
        "-f",
    ];
    if let Some(code) = text.strip_prefix("--eval=") {
        inline(leaf, Language::Make, code);
    } else if let Some(code) = text.strip_prefix("--execute=") {
        inline(leaf, Language::Ruby, code);
    } else if let Some(shell) = text.strip_prefix("SHELL=") {
        leaf.unknown("the recipe's shell is given in the line");
        leaf.inert = false;
        leaf.starts.push(Inner::Script(shell.to_owned()));
    } else if let Some((_, program)) = text
        .split_once('=')
        .filter(|(name, _)| PROGRAMS.contains(name))
    {
        let script = Inner::Script(program.to_owned());
        leaf.starts.push(Inner::Tried(Box::new(script)));
    } else if let Some(file) = file.iter().find_map(|option| text.strip_prefix(option)) {
        recipes(leaf, file);
    }
}

/// `--eval` makes any recipe run anything, also in a dry run (`$(shell …)`).
fn inline(leaf: &mut Leaf, language: Language, code: &str) {
    leaf.unknown("the recipe is given in the line");
    leaf.inert = false;
    leaf.holds(language, Source::Text(code.to_owned()));
}

/// A file of recipes, which standard input or a process substitution may be.
fn recipes(leaf: &mut Leaf, file: &str) {
    match file {
        "" => {}
        "-" | "/dev/stdin" => leaf.holds(Language::Make, Source::Stdin),
        file if file.starts_with("<(") => {
            leaf.holds(Language::Make, Source::Process(file.to_owned()))
        }
        file => leaf
            .operands
            .push(read(&super::super::shell::ShellWord::constant(file))),
    }
}
