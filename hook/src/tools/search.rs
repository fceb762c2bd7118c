//! Searches by a tool of a host.

use crate::call::{BadCall, Call};
use crate::wire::action::Request;
use crate::wire::{ReadFile, Search};

/// Names of files of types of ripgrep, as globs. The types that agents ask for.
const TYPES: &[(&str, &str)] = &[
    ("c", "*.{c,h}"),
    ("cpp", "*.{cc,cpp,cxx,h,hh,hpp,hxx,inl}"),
    ("css", "*.{css,scss}"),
    ("go", "*.go"),
    ("html", "*.{ejs,htm,html}"),
    ("java", "*.{java,jsp,jspx,properties}"),
    ("js", "*.{cjs,js,jsx,mjs,vue}"),
    ("kotlin", "*.{kt,kts}"),
    ("md", "*.{markdown,md,mdown,mdwn,mdx,mkd,mkdn}"),
    ("php", "*.{php,php3,php4,php5,php7,php8,pht,phtml}"),
    ("py", "*.{py,pyi}"),
    ("rust", "*.rs"),
    ("swift", "*.swift"),
    ("ts", "*.{cts,mts,ts,tsx}"),
];

/// What makes a name a glob, to one tool or another.
const GLOB_CHARACTERS: &[char] = &['*', '?', '[', ']', '{', '}', '(', ')', '!', '+', '@', '\\'];

/// A search of all files below a directory. Hosts search hidden and ignored files too, as far as is known.
pub(super) fn all(path: Option<&str>, content: bool) -> Request {
    Request::ReadFile(ReadFile {
        path: path.unwrap_or(".").to_owned(),
        search: Some(Search {
            content: Some(content),
            respects_ignore: false,
        }),
    })
}

/// A search of the files below a directory whose names `glob` chooses. If the path is that of a file, the
/// file is searched whatever its name is, so it is judged by itself too.
pub(super) fn named(path: Option<&str>, glob: Option<&str>, content: bool) -> Vec<Request> {
    let Some(glob) = glob.filter(|glob| is_plain(glob)) else {
        return vec![all(path, content)];
    };
    let folder = path.unwrap_or(".");
    let below = format!("{}/**/{glob}", folder.trim_end_matches('/'));
    vec![super::reads(folder), all(Some(&below), content)]
}

/// Lists of what lies below some directories, or below the working directory.
pub(super) fn listed(paths: &[&str]) -> Vec<Request> {
    match paths {
        [] => vec![all(None, false)],
        paths => paths.iter().map(|path| all(Some(path), false)).collect(),
    }
}

/// Reads of files that each entry names, as a path or as a glob.
pub(super) fn each(entries: &[&str]) -> Vec<Request> {
    let reads = |entry: &&str| match entry.contains(GLOB_CHARACTERS) {
        true => named(None, Some(entry), true),
        false => vec![super::reads(entry)],
    };
    match entries {
        [] => vec![all(None, true)],
        entries => entries.iter().flat_map(reads).collect(),
    }
}

/// A search with ripgrep, as `Grep` of Claude Code and `grep` of Copilot CLI do: `glob` and `type` are handed
/// to it, and it prints names unless `output_mode` is `content`.
///
/// # Errors
/// If an argument is no text.
pub(super) fn by_mode(call: &Call, field: &'static str) -> Result<Vec<Request>, BadCall> {
    let content = call.text("output_mode")? == Some("content");
    let of_type = |name: &str| {
        let row = TYPES.iter().find(|(known, _)| *known == name);
        row.map(|(_, glob)| *glob)
    };
    let glob = match (call.text("glob")?, call.text("type")?) {
        (Some(glob), _) => Some(glob),
        (None, Some(name)) => of_type(name),
        (None, None) => None,
    };
    let paths = call.texts(field)?;
    Ok(match paths.as_slice() {
        [] => named(None, glob, content),
        paths => (paths.iter())
            .flat_map(|path| named(Some(path), glob, content))
            .collect(),
    })
}

/// Whether a glob is one glob that chooses names, to every tool. `!…` leaves names out, and white space and
/// commas may part several.
fn is_plain(glob: &str) -> bool {
    let plain = |text: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "*?._-+/".contains(c);
        text.chars().all(is_plain)
    };
    let whole = match glob.split_once('{') {
        Some((before, rest)) => rest.split_once('}').is_some_and(|(choices, after)| {
            plain(before) && plain(after) && choices.split(',').all(plain)
        }),
        None => plain(glob),
    };
    whole && !glob.starts_with('/') && !glob.split('/').any(|name| name == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_glob_that_every_tool_reads_alike_chooses_names() {
        let rows = [
            ("*.ts", true),
            ("**/*.ts", true),
            ("src/**/*.rs", true),
            ("*.{ts,tsx}", true),
            ("Makefile", true),
            ("!*.ts", false),
            ("*.ts *.env", false),
            ("*.ts,*.env", false),
            ("*.{ts,{a,b}}", false),
            ("*.{ts", false),
            ("[a-z].ts", false),
            ("../*.ts", false),
            ("/etc/*.ts", false),
            ("a\\*.ts", false),
            ("#*.ts", false),
        ];
        for (glob, want) in rows {
            assert_eq!(is_plain(glob), want, "{glob}");
            let requests = named(Some(".env"), Some(glob), true);
            assert_eq!(requests.len(), if want { 2 } else { 1 }, "{glob}");
            // The path is judged whether or not it is a folder.
            let judges_path = requests.iter().any(|request| match request {
                Request::ReadFile(read) => read.path == ".env",
                _ => false,
            });
            assert!(judges_path, "{glob}");
        }
    }
}
