//! What an action is made from.
//!
//! Texts hold places such as `{file}` that a session fills in:
//!
//! | place | what comes there |
//! |---|---|
//! | `{file}` | a file of the session's working set, relative to the repository |
//! | `{test}` | a test file of the repository |
//! | `{dir}` | the directory of a working file |
//! | `{word}` | an identifier that people search for |
//! | `{message}` | a commit message |
//! | `{package}` | a package of the repository's language |
//! | `{branch}` | the session's branch |
//! | `{root}`, `{home}`, `{repository}` | where the repository lies, the home, the repository's name |
//! | `{n}` | a small number |
//!
//! Other braces are literal.

/// One action, to be filled in.
#[derive(Debug)]
pub(super) enum Template {
    /// Read this path.
    Read(&'static str),
    /// Write this path.
    Write(&'static str),
    /// Run this command line.
    Run(&'static str),
    /// Run this command line, and show the plan that it would apply.
    RunPlanned(&'static str, &'static str),
    /// This git operation on this target.
    Git(&'static str, &'static str),
    /// Call a tool.
    Call(&'static Tool),
}

/// A tool of an MCP server.
#[derive(Debug)]
pub(super) struct Tool {
    /// The server's name.
    pub(super) server: &'static str,
    /// The tool's name.
    pub(super) name: &'static str,
    /// What the call uses.
    pub(super) capability: &'static str,
    /// As `tools/list` returns it, where the agent passes it on.
    pub(super) definition: Option<&'static str>,
}

/// The value of a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    File,
    Test,
    Directory,
    Word,
    Message,
    Package,
    Branch,
    Root,
    Home,
    Repository,
    Number,
}

impl Placeholder {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "file" => Self::File,
            "test" => Self::Test,
            "dir" => Self::Directory,
            "word" => Self::Word,
            "message" => Self::Message,
            "package" => Self::Package,
            "branch" => Self::Branch,
            "root" => Self::Root,
            "home" => Self::Home,
            "repository" => Self::Repository,
            "n" => Self::Number,
            _ => return None,
        })
    }
}

/// Copies `text` to `out`, and lets `fill` write what comes in its places.
pub(super) fn expand(text: &str, out: &mut String, mut fill: impl FnMut(Placeholder, &mut String)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let place = after
            .split_once('}')
            .and_then(|(name, after)| Some((Placeholder::named(name)?, after)));
        match place {
            Some((place, after)) => {
                fill(place, out);
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_other_braces_stay() {
        for (text, expected) in [
            ("cat {file}", "cat <File>"),
            ("{root}/{file}{n}", "<Root>/<File><Number>"),
            ("{cat,.env} {", "{cat,.env} {"),
            ("awk '{print $1}' {file}", "awk '{print $1}' <File>"),
            ("${HOME}/{{word}}", "${HOME}/{<Word>}"),
        ] {
            let mut out = String::new();
            expand(text, &mut out, |place, out| {
                out.push_str(&format!("<{place:?}>"));
            });
            assert_eq!(out, expected);
        }
    }
}
