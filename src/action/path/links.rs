//! Links and devices that every system has: proc(5), null(4), and macOS's `/private`.

use super::directory::{Directory, Origin};
use super::partial::UNKNOWN;

/// What a path means other than an ordinary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file or directory.
    File,
    /// A device or a part of the kernel or of another process: what is read is no file, and
    /// what is written changes the machine.
    Device,
    /// Nothing is stored in it: `/dev/null`, a terminal, a standard stream of the process itself.
    Nothing,
}

/// Devices that nothing is stored in and nothing secret is read from (null(4), tty(4)). `/dev/zero` is none
/// of them: what is read from it has no end.
const HARMLESS: &[&str] = &[
    "dev/null",
    "dev/stdin",
    "dev/stdout",
    "dev/stderr",
    "dev/tty",
];
/// Memory of the kernel, and the key that reboots the machine (proc(5)).
const KERNEL: &[&str] = &["proc/kcore", "proc/kmem", "proc/sysrq-trigger"];
/// Directories of macOS that are reached through links at `/`.
const PRIVATE: &[&str] = &["etc", "tmp", "var"];

/// Whose directory in `/proc` it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Process {
    Own,
    Other,
}

/// Enters `segment`, through links. `start` is where the process was started.
pub(super) fn step(found: &mut Directory, segment: &str, start: &Directory) {
    if found.origin != Origin::Rooted {
        return found.enter(segment);
    }
    let link = match (found.path.as_str(), segment) {
        ("", "?") => return, // `\\?\C:\…`
        ("", drive) if is_drive(drive) => return found.enter(&drive.to_ascii_lowercase()),
        ("dev", "fd") => "proc/self/fd",
        ("private", name) if PRIVATE.contains(&name) => name,
        ("proc", "thread-self") => "proc/self/task/self",
        _ => return enter(found, segment, start),
    };
    *found = Directory::rooted_at(link);
}

fn enter(found: &mut Directory, segment: &str, start: &Directory) {
    match (process(&found.path), segment) {
        (Some((Process::Own, "")), "root") => *found = Directory::new(Origin::Rooted),
        (Some((Process::Own, "")), "cwd") => *found = start.clone(),
        // Where another process works is not known.
        (Some((Process::Other, "")), "cwd" | "root") => *found = Directory::new(Origin::Climbed),
        _ => found.enter(segment),
    }
}

/// Whether `..` from here leads to a place that the path doesn't tell: behind a descriptor,
/// and behind a name that only the run will show.
pub(super) fn hides_parent(directory: &Directory) -> bool {
    let (_, name) = split_last(&directory.path);
    if name.contains(UNKNOWN) {
        return true;
    }
    let is_descriptor = |rest: &str| rest.strip_prefix("fd/").is_some_and(is_number);
    directory.origin == Origin::Rooted
        && process(&directory.path).is_some_and(|(_, rest)| is_descriptor(rest))
}

/// Takes a thread's files for its process's: they are the same (proc(5), `/proc/pid/task`).
pub(super) fn settle(found: &mut Directory) {
    if found.origin != Origin::Rooted || !found.path.starts_with("proc/") {
        return;
    }
    let Some((_, rest)) = process(&found.path) else {
        return;
    };
    if rest.is_empty() {
        return;
    }
    let owner = found.path.split('/').nth(1).unwrap_or_default();
    found.path = format!("proc/{owner}/{rest}");
}

/// What `directory` is, beside a file.
pub(super) fn kind(directory: &Directory) -> Kind {
    if directory.origin != Origin::Rooted {
        return Kind::File;
    }
    let path = directory.path.as_str();
    if HARMLESS.contains(&path) {
        return Kind::Nothing;
    }
    if KERNEL.contains(&path) {
        return Kind::Device;
    }
    if let Some(rest) = path.strip_prefix("dev/") {
        return match rest.starts_with("shm/") {
            true => Kind::File,
            false => Kind::Device,
        };
    }
    match process(path) {
        Some((_, "mem")) => Kind::Device,
        // The standard streams. What another descriptor leads to, nobody knows: opening it opens a file again that
        // the process has open, wherever that lies (proc(5), `/proc/pid/fd`).
        Some((Process::Own, "fd/0" | "fd/1" | "fd/2")) => Kind::Nothing,
        Some((_, rest)) if rest.strip_prefix("fd/").is_some_and(is_number) => Kind::Device,
        _ => Kind::File,
    }
}

/// A process's directory, and what is below it: `proc/PID`, `proc/PID/task/TID`.
fn process(path: &str) -> Option<(Process, &str)> {
    let (owner, rest) = split_first(path.strip_prefix("proc/")?);
    let whose = match owner {
        "self" => Process::Own,
        _ if is_number(owner) => Process::Other,
        _ => return None,
    };
    let Some(thread) = rest.strip_prefix("task/") else {
        return Some((whose, rest));
    };
    let (thread, below) = split_first(thread);
    match thread == "self" || is_number(thread) {
        true => Some((whose, below)),
        false => Some((whose, rest)),
    }
}

/// Of a process, a thread or a descriptor; also one that only the run will show.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !text.is_empty() && (digits(text) || text == "$$" || text.contains(UNKNOWN))
}

fn is_drive(segment: &str) -> bool {
    matches!(segment.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

fn split_first(path: &str) -> (&str, &str) {
    path.split_once('/').unwrap_or((path, ""))
}

fn split_last(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
