//! What the options and words of a subcommand of git say, and accesses to the working tree.

use super::super::super::shell::ShellWord;
use super::super::options::{Grammar, Item, Opt, Scan, Value};
use super::super::{Access, Leaf, Operand};
use super::options::{Role, Tables};

/// What the options and words of a subcommand said.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub(super) operands: Vec<&'a ShellWord>,
    /// How many operands are in front of `--`, if it is there.
    pub(super) dashes: Option<usize>,
    roles: Vec<Role>,
    pub(super) branch: Option<Value<'a>>,
}

impl Found<'_> {
    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

pub(super) fn scan<'a>(
    args: &'a [ShellWord],
    opts: &'static [Opt<Role>],
    leaf: &mut Leaf,
) -> Found<'a> {
    scan_by(args, [opts, &[]], leaf)
}

/// What the words of a call say, by the tables of one subcommand.
pub(super) fn scan_by<'a>(
    args: &'a [ShellWord],
    [opts, more]: Tables,
    leaf: &mut Leaf,
) -> Found<'a> {
    let mut found = Found::default();
    let mut scan = Scan::new(args, opts, Grammar::Permute).with(more);
    while let Some(item) = scan.next() {
        if scan.tail_is_doubtful() {
            leaf.unknown("what is attached to an option of `git` may be further options");
        }
        match item {
            Item::Operand(word) => {
                if found.dashes.is_none() && scan.ended() {
                    found.dashes = Some(found.operands.len());
                }
                found.operands.push(word);
            }
            Item::Option { opt, value } => {
                if !found.has(opt.role) {
                    found.roles.push(opt.role);
                }
                match (opt.role, value) {
                    (Role::Read, Some(value)) if value.text != "-" => leaf.reads(value.word()),
                    (Role::Write, Some(value)) => leaf.writes(value.word()),
                    (Role::Lines, Some(value)) => {
                        if let Some((_, path)) = value.text.rsplit_once(':') {
                            leaf.reads(
                                Value {
                                    text: path,
                                    ..value
                                }
                                .word(),
                            );
                        }
                    }
                    (Role::Branch, value) => found.branch = value,
                    (Role::Folder, Some(value)) => tree(leaf, &[&value.word()], Access::Write),
                    (Role::List, _) => leaf.unknown("a file lists the paths that it changes"),
                    _ => {}
                }
            }
            Item::Unknown(_) => {}
        }
    }
    found
}

/// Any file of the working tree, and none for certain: which differ only git knows.
pub(in crate::action::program) fn everything(leaf: &mut Leaf, access: Access) {
    let any = ShellWord {
        glob: true,
        ..ShellWord::constant(".")
    };
    leaf.operands.push(Operand {
        word: any,
        access,
        recursive: true,
    });
}

pub(super) fn tree(leaf: &mut Leaf, words: &[&ShellWord], access: Access) {
    for word in words {
        leaf.operands.push(Operand {
            word: (*word).clone(),
            access,
            recursive: true,
        });
    }
}
