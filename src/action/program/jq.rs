//! jq(1) and yq(1): what their filters read besides their inputs.

use super::super::shell::ShellWord;
use super::call::Call;
use super::files;
use super::options::{Grammar, Item, Opt, Scan, value};
use super::readers::JQ;
use super::scripts::{DISCLOSES, SCRIPT_FILE};
use super::transfers::Role;
use super::{Leaf, Meaning};

/// jq(1): `--arg NAME VALUE` and others like it take two words, and yq(1) has subcommands.
pub(super) fn jq(call: &Call<'_>) -> Meaning {
    let mut kept: Vec<ShellWord> = call.words.iter().take(1).cloned().collect();
    let mut named = Vec::new();
    let mut words = call.args().iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "--arg" | "--argjson" => {
                words.nth(1);
            }
            "--slurpfile" | "--rawfile" | "--argfile" => named.extend(words.nth(1)),
            "--args" | "--jsonargs" => break,
            "e" | "eval" | "ea" | "eval-all" if call.name == "yq" && kept.len() == 1 => {}
            _ => kept.push(word.clone()),
        }
    }
    let Some(reduced) = Call::new(&kept) else {
        return call.plain();
    };
    let mut leaf = call.leaf();
    if let Meaning::Runs(files) = files::run(&reduced, &JQ) {
        leaf.operands = files.operands;
        leaf.inert = files.inert;
    }
    if let [only] = operands(&reduced).as_slice()
        && is_input(&call.name, &only.text)
    {
        leaf.reads((*only).clone());
    }
    for word in named {
        leaf.reads(word.clone());
    }
    jq_program(&reduced, &mut leaf);
    jq_modules(&reduced, &mut leaf);
    // Behind `--args` the filter may follow.
    if words.any(|word| identifiers(&word.text).any(reads_more)) {
        leaf.lift(DISCLOSES);
    }
    Meaning::Runs(leaf)
}

/// The words that are no options.
fn operands<'a>(call: &Call<'a>) -> Vec<&'a ShellWord> {
    let items = Scan::new(call.args(), JQ_OPTIONS, Grammar::Permute);
    let words = items.filter_map(|item| match item {
        Item::Operand(word) => Some(word),
        _ => None,
    });
    words.take(2).collect()
}

/// Whether a word alone is the file that is read: gron(1) has no filter, and yq(1) of Go takes a file for one.
fn is_input(program: &str, text: &str) -> bool {
    match program {
        "gron" => true,
        "yq" => !text.starts_with('.') && !text.contains([' ', '(', '"', '[']),
        _ => false,
    }
}

static JQ_OPTIONS: &[Opt<Role>] = &[
    value("-L --library-path", Role::Read),
    value("-f --from-file", Role::Read),
    value("--indent -o --output-format -p --input-format", Role::None),
];

/// Names by which a program of jq(1), or of yq, reads the environment, other programs or files.
const JQ_READS: &[&str] = &[
    "env",
    "ENV",
    "strenv",
    "envsubst",
    "import",
    "include",
    "load",
    "load_str",
    "load_xml",
    "load_base64",
    "load_props",
    "get_search_list",
    "eval",
];

/// Lifts an allow where the filter, or a file of filters, may say more than its inputs do.
fn jq_program(call: &Call<'_>, leaf: &mut Leaf) {
    let mut filter = None;
    for item in Scan::new(call.args(), JQ_OPTIONS, Grammar::Permute) {
        match item {
            Item::Option { opt, .. } if opt.role == Role::Read => leaf.lift(SCRIPT_FILE),
            Item::Operand(word) if filter.is_none() => filter = Some(word.text.as_str()),
            _ => {}
        }
    }
    if filter.is_some_and(|filter| identifiers(filter).any(reads_more)) {
        leaf.lift(DISCLOSES);
    }
}

/// How many names of modules, and how many directories, of one filter are looked at.
const MAX_MODULES: usize = 8;

/// jq(1), "MODULES": `import "NAME" as $x` reads `NAME.json`, `include "NAME"` reads `NAME.jq`, in
/// the directories of `search` and of `-L`, else in the working directory.
fn jq_modules(call: &Call<'_>, leaf: &mut Leaf) {
    let mut directories = vec![String::new()];
    let mut names = Vec::new();
    for item in Scan::new(call.args(), JQ_OPTIONS, Grammar::Permute) {
        let word = match item {
            Item::Option {
                opt,
                value: Some(value),
            } if opt.names.starts_with("-L") => {
                directories.extend(value.text.split(':').take(MAX_MODULES).map(str::to_owned));
                continue;
            }
            Item::Operand(word) => word,
            _ => continue,
        };
        let mut before = "";
        for (at, text) in word.text.split('"').enumerate() {
            if at % 2 == 0 {
                before = text.trim_end();
            } else if before.ends_with("import") || before.ends_with("include") {
                names.push(text);
            } else if before.contains("search") || before.ends_with(',') || before.ends_with('[') {
                directories.push(text.to_owned());
            }
        }
    }
    for name in names.iter().take(MAX_MODULES) {
        for directory in directories.iter().take(MAX_MODULES) {
            let path = match directory.is_empty() {
                true => (*name).to_owned(),
                false => format!("{directory}/{name}"),
            };
            for extension in ["json", "jq"] {
                leaf.reads(ShellWord::constant(format!("{path}.{extension}")));
            }
        }
    }
}

fn reads_more(name: &str) -> bool {
    JQ_READS.contains(&name)
}

/// The identifiers of a jq program that name no field (`.env`) and are no whole text (`"env"`).
fn identifiers(program: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = program.get(at..)?;
            let from = at + rest.find(is_part)?;
            let name = program.get(from..)?;
            let length = name.find(|c: char| !is_part(c)).unwrap_or(name.len());
            at = from + length;
            let before = program.get(..from)?.chars().next_back();
            let after = program.get(at..)?.chars().next();
            let is_text = before == Some('"') && after == Some('"');
            if before != Some('.') && !is_text {
                return program.get(from..at);
            }
        }
    })
}
