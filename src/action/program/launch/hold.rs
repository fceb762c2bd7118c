//! Launchers' lines that a pattern for the whole line can allow: `uv run pytest*`, `npx tsc*`.
//!
//! Such a line is one command, whose form is all of its words. The command that the launcher
//! starts is *carried*: what blocks it counts, what keeps it from being allowed keeps the line
//! from being allowed, and it needs no allow of its own.

use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, looks_like_option};
use super::super::presumed;
use super::super::word_list::lists;
use super::super::{Inner, Leaf, OptionTable, Wrapper};
use super::start::{grammar, package_name};
use super::table::{Launch, Role, Start, Takes};
use crate::action::shell::ShellWord;

/// What the words of a launcher itself, without those of its command, mean for an allow.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// Something among them may choose what runs.
    pub(super) lifts: bool,
    /// Words that a pattern has to spell.
    unvouched: Vec<String>,
}

impl Own {
    /// Takes in an option, and the words that it is written with.
    pub(super) fn option(&mut self, opt: &Opt<Role>, words: &[ShellWord]) {
        let Some((word, value)) = words.split_first() else {
            return;
        };
        let texts = words.iter().map(|word| word.text.clone());
        match opt.role {
            _ if !is_spelled(opt, &word.text) => self.lifts = true,
            // Some programs read `--extra --with evil` as two options.
            _ if value.iter().any(|word| looks_like_option(&word.text)) => self.lifts = true,
            Role::Plain | Role::Query => {}
            Role::Spelled | Role::Directory => self.unvouched.extend(texts),
            _ => self.lifts = true,
        }
    }

    /// Takes in the words up to the index `end`: subcommands, and options in front of them.
    pub(super) fn in_front(
        &mut self,
        call: &Call<'_>,
        (launch, start): (&'static Launch, &'static Start),
        end: usize,
        wrapper: &mut Wrapper,
    ) {
        let args = call.args().get(..end).unwrap_or_default();
        let mut at = 0;
        while let Some(word) = args.get(at) {
            let rest = args.get(at..).unwrap_or_default();
            at += 1;
            if !word.text.starts_with('-') {
                self.lifts |= !lists(start.under, &word.text);
                continue;
            }
            let tables = [launch.globals, start.opts];
            let found = tables.into_iter().find_map(|table| {
                let mut scan = Scan::new(rest, table, grammar(table));
                match scan.next()? {
                    Item::Option { opt, value } => Some((opt, value, scan.next_index())),
                    _ => None,
                }
            });
            let Some((opt, value, next)) = found else {
                self.lifts = true;
                continue;
            };
            // `-qC DIR`: what follows the first letter may be another option.
            let is_short = !word.text.starts_with("--") && word.text.chars().nth(2).is_some();
            let is_go = tables.iter().any(|table| grammar(table) == Grammar::Go);
            self.lifts |= is_short && value.is_none() && !is_go;
            self.option(opt, rest.get(..next).unwrap_or_default());
            if let (Role::Directory, Some(value)) = (opt.role, value) {
                wrapper.directory = Some(value.word());
            }
            at += next.saturating_sub(1);
        }
    }

    /// Takes in the words between the launcher's options and the command, which begin at the
    /// index `rest`.
    pub(super) fn operands(&mut self, call: &Call<'_>, takes: Takes, rest: Option<usize>) {
        let words = rest.map_or(&[][..], |rest| call.args_from(rest));
        match takes {
            // A version, a place or another name than the program's.
            Takes::Package => {
                let package = words
                    .first()
                    .filter(|word| package_name(&word.text) != word.text);
                self.unvouched.extend(package.map(|word| word.text.clone()));
            }
            Takes::Tools => {
                let before = call
                    .args()
                    .get(..rest.unwrap_or_default())
                    .unwrap_or_default();
                let dashed = before.last().is_some_and(|word| word.text == "--");
                let tools = words.iter().take_while(|word| !dashed && word.text != "--");
                let tools: Vec<String> = tools.map(|word| word.text.clone()).collect();
                // Without `--`, where the command begins is not certain.
                self.lifts |= tools.len() == words.len() && !dashed;
                self.unvouched.extend(tools);
            }
            _ => {}
        }
        // npm(1) takes its own options behind the package's name too, up to `--`.
        if call.name == "npm" {
            let mut own = words.iter().take_while(|word| word.text != "--");
            self.lifts |= own.any(|word| looks_like_option(&word.text));
        }
    }
}

/// The option is written out: a long name that is cut short may be that of another option.
fn is_spelled(opt: &Opt<Role>, text: &str) -> bool {
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    !text.starts_with("--") || lists(opt.names, name)
}

/// The line as one command, if a pattern can allow it.
pub(super) fn held(call: &Call<'_>, own: Own, wrapper: &mut Wrapper) -> Option<Box<Leaf>> {
    let (first, later) = wrapper.inner.split_first()?;
    let Inner::Words(words) = first else {
        return None;
    };
    let only_tried = later.iter().all(|inner| matches!(inner, Inner::Tried(_)));
    if own.lifts || !only_tried || !wrapper.assignments.is_empty() {
        return None;
    }
    let mut leaf = call.leaf();
    leaf.options = OptionTable::Asked;
    leaf.unvouched = own.unvouched;
    leaf.starts.push(Inner::Carried(as_program(words)));
    leaf.starts.extend(later.iter().cloned());
    leaf.base.extend(wrapper.directory.take());
    leaf.operands = std::mem::take(&mut wrapper.operands);
    leaf.operands.extend(presumed::of_launcher(call));
    Some(leaf)
}

/// `uv run x.py` and `pipx run x.py` hand the file to Python.
fn as_program(words: &[ShellWord]) -> Vec<ShellWord> {
    let is_script = words.first().is_some_and(|word| {
        let text = word.text.to_ascii_lowercase();
        let extensions = [".py", ".pyw", ".pyc", ".pyz"];
        text == "-" || extensions.iter().any(|extension| text.ends_with(extension))
    });
    let python = is_script.then(|| ShellWord::constant("python"));
    python.into_iter().chain(words.iter().cloned()).collect()
}
