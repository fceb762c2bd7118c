//! Programs whose operands are files: one table for each, one function for all.

use super::super::facts::Effect;
use super::super::shell::ShellWord;
use super::call::{Call, is_stream};
use super::options::{Grammar, Item, Opt, Scan, Value};
use super::{Access, Inner, Leaf, Meaning, Operand, backups, pagers, runners, sources};

/// What an option means to such a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    None,
    /// Its value is read.
    Read,
    /// Its value is written.
    Write,
    /// It says what would else be the first operand (`grep -e`, `sed -e`).
    Pattern,
    /// Its value is a file with what would else be the first operand (`grep -f`).
    PatternFile,
    /// Operands are walked (`grep -r`, `cp -a`).
    Recursive,
    /// Operands are walked if the value says so (`grep -d recurse`).
    Directories,
    /// What is written over is kept under a name with this suffix (`cp -S`).
    Suffix,
    /// Files are changed in place (`sed -i`). A value names the copies of what they were.
    InPlace,
    /// The value is the directory that operands go to (`cp -t`).
    Target,
    /// The value is the directory that what follows is relative to (`tar -C`).
    Base,
    /// The value is a command that runs.
    Code,
    /// Nothing is copied: the program only says what it would do.
    DryRun,
    /// The operands are not read after all (`rg --files`, `tail --version`).
    Names,
    /// They are read all the same: of `rg --files --json` the later option counts (ripgrep 14.1).
    Searches,
}

/// What operands without a dash are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operands {
    Reads,
    Writes,
    /// The first is no file, unless an option replaces it; the others are read.
    PatternReads,
    /// The first is no file, the others are written (`chmod MODE FILE…`).
    PatternWrites,
    /// All but the last are read, the last is written, also as a directory.
    Copy,
    /// As [`Self::Copy`], and what is read is gone from where it was.
    Move,
    /// The first is read, the second written (`uniq IN OUT`).
    ReadWrite,
    /// The first is read, the others are no files.
    FirstReads,
}

/// A program's table.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) opts: &'static [Opt<Role>],
    pub(super) operands: Operands,
    /// Walks directories by default.
    pub(super) recursive: bool,
}

pub(super) const fn tool(opts: &'static [Opt<Role>], operands: Operands) -> Tool {
    Tool {
        opts,
        operands,
        recursive: false,
    }
}

pub(super) const fn walker(opts: &'static [Opt<Role>], operands: Operands) -> Tool {
    Tool {
        opts,
        operands,
        recursive: true,
    }
}

/// What the words of such a program said.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    pub(super) operands: Vec<&'a ShellWord>,
    pub(super) pattern: bool,
    pub(super) recursive: bool,
    /// An option asks for the walk.
    pub(super) is_asked: bool,
    pub(super) in_place: bool,
    pub(super) names_only: bool,
    pub(super) searches: bool,
    pub(super) inert: bool,
    pub(super) dry_run: bool,
    pub(super) target: Option<Value<'a>>,
    /// The suffix of the copies of what is written over.
    pub(super) suffix: Option<Value<'a>>,
    /// A command that runs on the operands (`rg --pre`).
    pub(super) code: Option<Value<'a>>,
}

/// What a program of this table does with these words.
pub(super) fn run(call: &Call<'_>, tool: &'static Tool) -> Meaning {
    let mut leaf = call.leaf();
    let mut seen = Seen {
        recursive: tool.recursive,
        ..Seen::default()
    };
    scan(call.args(), tool, &mut leaf, &mut seen);
    seen.dry_run &= !undoes_dry_run(call.args());
    leaf.inert = seen.inert || seen.dry_run;
    if seen.inert && !pagers::shows_files_with_help(&call.name) {
        leaf.operands.clear();
        return Meaning::Runs(leaf);
    }
    if matches!(&*call.name, "rm" | "rmdir" | "unlink" | "shred") {
        leaf.effect = Effect::Destructive;
    }
    if let Some(code) = seen
        .code
        .filter(|_| tool.operands == Operands::PatternReads)
    {
        let operands = seen.operands.iter().map(|word| (*word).clone());
        let words = std::iter::once(code.word()).chain(operands);
        let words = Inner::Words(words.collect());
        leaf.starts.push(Inner::Tried(Box::new(words)));
    }
    if pagers::takes_commands(&call.name) {
        pagers::commands(call.args(), &mut leaf);
    }
    if matches!(&*call.name, "scp" | "sftp") {
        let settings = call
            .args()
            .iter()
            .filter_map(|word| runners::setting(&word.text));
        leaf.starts.extend(settings.map(Inner::Script));
    }
    if !seen.dry_run {
        assign(&mut leaf, tool.operands, &seen);
        backups::pieces(call, &mut leaf, &seen.operands);
    }
    leaf.walks_unless_fed = call.name == "rg" && walks_unless_fed(call.args(), &leaf);
    if call.name == "rm" {
        removed(&mut leaf);
    }
    if matches!(&*call.name, "rsync" | "scp") {
        leaf.operands
            .retain(|operand| !is_remote(&operand.word.text));
    }
    Meaning::Runs(leaf)
}

/// Whether a word may take back the option that makes a command try only: `--no-dry-run`, also abbreviated
/// (git), and `--no-n` (rsync).
pub(super) fn undoes_dry_run(args: &[ShellWord]) -> bool {
    (args.iter()).any(|word| word.text == "--no-n" || word.text.starts_with("--no-d"))
}

/// Without a path rg searches standard input if that is a pipe, unless patterns come from there (`-f -`) or
/// names alone are asked for (`--files`); otherwise the working directory (ripgrep 14, `rg --help`).
fn walks_unless_fed(args: &[ShellWord], leaf: &Leaf) -> bool {
    let is_other = |word: &ShellWord| {
        let text = word.text.as_str();
        let is_cluster = text.starts_with('-') && !text.starts_with("--") && text.contains('f');
        word.dynamic || word.glob || text == "." || text.starts_with("--f") || is_cluster
    };
    leaf.operands.iter().any(is_here) && !args.iter().any(is_other)
}

/// Whether an operand is the walk of the working directory.
pub(in crate::action) fn is_here(operand: &Operand) -> bool {
    operand.recursive && operand.access == Access::Read && operand.word.text == "."
}

/// `rm -r DIR` takes everything in it along.
fn removed(leaf: &mut Leaf) {
    for operand in &mut leaf.operands {
        operand.access = Access::Remove;
    }
}

/// `host:path`, `rsync://…`: a colon before the first slash (rsync(1), scp(1)).
fn is_remote(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or(path);
    first
        .split_once(':')
        .is_some_and(|(host, _)| !host.is_empty())
}

/// Reads the options; files that options name go straight to the leaf.
pub(super) fn scan<'a>(
    args: &'a [ShellWord],
    tool: &'static Tool,
    leaf: &mut Leaf,
    seen: &mut Seen<'a>,
) {
    let mut scan = Scan::new(args, tool.opts, Grammar::Permute);
    // Behind an option that isn't known, a word may be that option's value.
    let mut after_unknown = None;
    while let Some(item) = scan.next() {
        match item {
            Item::Operand(word) => seen.operands.push(word),
            Item::Option { opt, value } => option(opt.role, value, leaf, seen),
            Item::Unknown(word) => {
                let asks = matches!(word.text.as_str(), "--help" | "--version");
                // Behind an operand it is one more operand, unless options may follow operands: to xxd and
                // scp, on macOS, and with `POSIXLY_CORRECT` (getopt(3)).
                let is_behind = !seen.operands.is_empty();
                seen.inert |= asks && !is_behind && after_unknown != Some(scan.at());
                if asks && is_behind {
                    seen.operands.push(word);
                }
                after_unknown = Some(scan.next_index());
            }
        }
    }
}

fn option<'a>(role: Role, value: Option<Value<'a>>, leaf: &mut Leaf, seen: &mut Seen<'a>) {
    match role {
        Role::None => {}
        Role::Recursive => (seen.recursive, seen.is_asked) = (true, true),
        Role::Directories => {
            let walks = value.is_none_or(|value| !matches!(value.text, "read" | "skip"));
            seen.recursive |= walks;
            seen.is_asked |= walks;
        }
        Role::Suffix => seen.suffix = value,
        Role::InPlace => {
            seen.in_place = true;
            seen.suffix = value.or(seen.suffix);
        }
        Role::Names => seen.names_only = true,
        Role::Searches => seen.searches = true,
        Role::DryRun => seen.dry_run = true,
        Role::Pattern => seen.pattern = true,
        Role::Code => {
            leaf.unknown("an option names a command that runs");
            leaf.lift("an option names a command that runs");
            if let Some(value) = value {
                seen.code = Some(value);
                leaf.starts.push(Inner::Script(value.text.to_owned()));
            }
        }
        Role::Target => seen.target = value,
        Role::Read | Role::Write | Role::PatternFile | Role::Base => {
            seen.pattern |= role == Role::PatternFile;
            let Some(value) = value else { return };
            match role {
                Role::Base => leaf.base.push(value.word()),
                _ if value.text == "-" => {}
                Role::Write => leaf.writes(value.word()),
                _ => leaf.reads(value.word()),
            }
        }
    }
}

fn assign(leaf: &mut Leaf, operands: Operands, seen: &Seen<'_>) {
    let words = seen.operands.as_slice();
    // What a glob matches behind its first match are files.
    let has_pattern = !seen.pattern && words.first().is_some_and(|word| !word.glob);
    let past_pattern = || words.get(usize::from(has_pattern)..).unwrap_or_default();
    match operands {
        Operands::Reads if seen.names_only => {}
        Operands::Reads => read_all(leaf, words, seen),
        Operands::Writes => push(leaf, words, Access::Write, seen.recursive),
        Operands::PatternReads if seen.names_only && !seen.searches => {}
        Operands::PatternReads => read_all(leaf, past_pattern(), seen),
        Operands::PatternWrites => push(leaf, past_pattern(), Access::Write, seen.recursive),
        Operands::Copy | Operands::Move => copy(leaf, operands, seen),
        Operands::FirstReads => push(
            leaf,
            words.get(..1).unwrap_or_default(),
            Access::Read,
            false,
        ),
        Operands::ReadWrite => {
            push(
                leaf,
                words.get(..1).unwrap_or_default(),
                Access::Read,
                false,
            );
            push(
                leaf,
                words.get(1..2).unwrap_or_default(),
                Access::Write,
                false,
            );
        }
    }
}

fn read_all(leaf: &mut Leaf, words: &[&ShellWord], seen: &Seen<'_>) {
    if seen.is_asked {
        push(leaf, words, Access::Read, true);
    } else {
        walk(leaf, words, Access::Read, seen.recursive);
    }
    if words.is_empty() && seen.recursive {
        leaf.operands.push(Operand {
            word: ShellWord::constant("."),
            access: Access::Read,
            recursive: true,
        });
    }
    if seen.in_place {
        let from = leaf.operands.len();
        push(leaf, words, Access::Write, false);
        backups::kept(leaf, from, seen.suffix);
    }
}

/// Paths with everything below them, except below a source file.
pub(super) fn walk(leaf: &mut Leaf, words: &[&ShellWord], access: Access, recursive: bool) {
    for word in words {
        let below = recursive && !sources::is_source(&word.text);
        push(leaf, std::slice::from_ref(word), access, below);
    }
}

pub(super) fn push(leaf: &mut Leaf, words: &[&ShellWord], access: Access, recursive: bool) {
    for word in words
        .iter()
        .filter(|word| word.text != "-" && !is_stream(&word.text))
    {
        leaf.operands.push(Operand {
            word: (*word).clone(),
            access,
            recursive,
        });
    }
}

fn copy(leaf: &mut Leaf, operands: Operands, seen: &Seen<'_>) {
    let words = seen.operands.as_slice();
    let (sources, target) = match (seen.target, words.split_last()) {
        (Some(target), _) => (words, Some(target.word())),
        (None, Some((last, sources))) => (sources, Some((*last).clone())),
        (None, None) => (words, None),
    };
    push(leaf, sources, Access::Read, seen.recursive);
    if operands == Operands::Move {
        walk(leaf, sources, Access::Remove, true);
    }
    let Some(target) = target else { return };
    let from = leaf.operands.len();
    copies(leaf, target, sources);
    backups::kept(leaf, from, seen.suffix);
}

/// Bytes of the paths that one command's operands may be combined to.
pub(super) const MAX_COMBINED_BYTES: usize = 256 * 1024;

/// Writes the target, or, if that is a directory, a file of each source's name in it.
pub(super) fn copies(leaf: &mut Leaf, target: ShellWord, sources: &[&ShellWord]) {
    if sources.len().saturating_mul(target.text.len()) > MAX_COMBINED_BYTES {
        leaf.operands.push(Operand {
            word: target,
            access: Access::Write,
            recursive: true,
        });
        return;
    }
    let certain = sources.len() > 1 || !looks_like_a_file(&target.text);
    for source in sources {
        let mut copy = below(&target, source);
        copy.glob |= !certain;
        leaf.writes(copy);
    }
    leaf.writes(target);
}

/// A name with an extension (`main.tf.bak`): a directory of that name is possible, no more.
fn looks_like_a_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.trim_start_matches('.').contains('.')
}

/// The file of the source's name in the directory that the target may be.
pub(super) fn below(target: &ShellWord, source: &ShellWord) -> ShellWord {
    let source_text = source.text.trim_end_matches('/');
    let name = source_text.rsplit('/').next().unwrap_or(source_text);
    ShellWord {
        text: format!("{}/{name}", target.text.trim_end_matches('/')),
        dynamic: target.dynamic || source.dynamic,
        glob: target.glob || source.glob,
        shown: false,
    }
}
