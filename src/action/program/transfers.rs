//! What programs that move content have in common.

use super::super::shell::ShellWord;
use super::call::is_stream;
use super::options::Value;
use super::{Access, Leaf, Operand};

/// What an option means to such a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    None,
    Read,
    Write,
    /// curl: written, relative to the directory of `--output-dir`.
    Output,
    /// curl: the scheme of addresses without one.
    DefaultScheme,
    /// Written beside the content itself.
    Log,
    /// Read where it starts with `@`, or has `@` or `<` behind `=`.
    Field,
    /// Read where it starts with `@`, or has `@` or `<` behind `=`, and sent as a header.
    Header,
    /// Sent as the body.
    Body,
    /// The method of HTTP.
    Method,
    /// The address of a proxy, or of another server that is asked first.
    Proxy,
    /// The host of a SOCKS proxy, and its port.
    Socks,
    /// curl: `HOST:PORT:ADDRESS[,ADDRESS]…`
    Resolve,
    /// curl: `HOST1:PORT1:HOST2:PORT2`
    ConnectTo,
    /// A socket that takes the place of the host.
    Socket,
    /// Redirections are followed, to any host.
    Follows,
    /// Read where it starts with `@`.
    AtFile,
    /// Read, unless it is named like a certificate or a key: those are not shown.
    Certificate,
    /// A line of a configuration file.
    Setting,
    /// An address.
    Url,
    /// Read unless it holds `=`.
    Cookie,
    /// A directory to write to.
    Directory,
    /// A file is written under a name that the URL gives.
    RemoteName,
    /// `-F` of wget and others: a list of addresses.
    Config,
    /// tar: the archive.
    Archive,
    /// tar: a colon in an archive's name names no machine.
    Local,
    /// tar: a directory that all members go to.
    Top,
    /// tar: one more member.
    Member,
    /// curl: read, and written where the address is a file.
    Upload,
    /// tar: reads its members (`-c`, `-r`, `-u`).
    Create,
    /// tar: writes its members (`-x`).
    Extract,
    /// tar: runs a command.
    Program,
    /// tar: runs a command, if its value says so.
    Checkpoint,
    /// gzip: only to standard output.
    Stdout,
    List,
    /// tar, zip: removes its sources.
    Moves,
}

pub(super) fn file(leaf: &mut Leaf, value: Value<'_>, access: Access) {
    if value.text != "-" && !value.text.is_empty() && !is_stream(value.text) {
        leaf.operands.push(Operand {
            word: value.word(),
            access,
            recursive: false,
        });
    }
}

pub(super) fn read(word: &ShellWord) -> Operand {
    Operand {
        word: word.clone(),
        access: Access::Read,
        recursive: false,
    }
}

pub(super) fn write(word: &ShellWord) -> Operand {
    Operand {
        word: word.clone(),
        access: Access::Write,
        recursive: false,
    }
}
