//! gdb(1) and lldb: commands that options carry, and the program that is debugged.

use super::call::Call;
use super::options::{Grammar, Item, Opt, Scan, attached, flag, value};
use super::{Inner, Language, Meaning, Source};

/// What an option means to a debugger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    Code,
    Read,
    Query,
}

static OPTIONS: &[Opt<Role>] = &[
    value(
        "-ex -iex -eval-command -init-eval-command -o -O --one-line --one-line-before-file",
        Role::Code,
    ),
    value(
        "-x -ix -command -init-command -s -S --source --source-before-file",
        Role::Read,
    ),
    value(
        "-p -pid -core -c -exec -e -symbols -se -cd -d -directory -tty -n --attach-name -a --arch -f --file --core -attach-pid -b -l -data-directory",
        Role::None,
    ),
    flag(
        "-batch -batch-silent -q -quiet -silent -nx -nh -nw -tui -w --no-lldbinit -args",
        Role::None,
    ),
    attached("-interpreter", Role::None),
    flag("-help -h -version -v", Role::Query),
];

/// gdb(1): `gdb [OPTION…] [PROGRAM [CORE]]`, `gdb --args PROGRAM ARG…`
pub(super) fn debugger(call: &Call<'_>) -> Meaning {
    let mut leaf = call.leaf();
    leaf.lift("it runs another program");
    let mut scan = Scan::new(call.args(), OPTIONS, Grammar::Go);
    while let Some(item) = scan.next() {
        match item {
            Item::Option { opt, value } => match (opt.role, value) {
                (Role::Query, _) => leaf.inert = true,
                (Role::Code, Some(value)) => {
                    leaf.unknown("a debugger's commands are code");
                    leaf.holds(Language::Debugger, Source::Text(value.text.to_owned()));
                }
                (Role::Read, Some(value)) => {
                    leaf.unknown("a debugger's commands are code");
                    leaf.reads(value.word());
                }
                _ => {}
            },
            Item::Operand(_) => {
                let words = Inner::Words(call.args_from(scan.at()).to_vec());
                leaf.starts.push(Inner::Tried(Box::new(words)));
                break;
            }
            Item::Unknown(_) => {}
        }
    }
    leaf.holds(Language::Debugger, Source::Stdin);
    Meaning::Runs(leaf)
}
