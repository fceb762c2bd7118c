//! Values of options: what they may be without being more than the option says.

use super::super::word_list::lists;

/// Schemes of what deno(1) and other runtimes load instead of a file.
const SCHEMES: &[&str] = &[
    "blob:", "data:", "file:", "http:", "https:", "jsr:", "node:", "npm:",
];

/// Whether each name of a list has an extension of sources: `.ts,.tsx`, `*.py`.
pub(super) fn names_sources(text: &str) -> bool {
    const SOURCES: &str =
        "astro cjs cts css htm html js jsx less md mdx mjs mts py pyi scss svelte ts tsx vue";
    let mut names = text
        .split(',')
        .map(|name| name.rsplit('.').next().unwrap_or(name));
    names.all(|extension| lists(SOURCES, extension))
}

/// Whether a text is a name, and neither an option nor syntax to a shell, to git or to MSBuild.
pub(super) fn is_name(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/@~^{}+-".contains(c);
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain)
}

/// Whether a text is the name of a platform and no file: `wasm32-unknown-unknown`.
pub(super) fn is_platform(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let mut parts = text.split('-');
    text.contains('-') && parts.all(|part| !part.is_empty() && part.bytes().all(is_part))
}

/// Whether no revision in a filter of packages begins as an option does: `[--output=x]`, `[main...-x]`.
pub(super) fn is_filter(text: &str) -> bool {
    !text.starts_with('-') && !text.contains("[-") && !text.contains(".-")
}

pub(super) fn is_address(text: &str) -> bool {
    let begins = |scheme: &&str| -> bool {
        let head = text.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    text.contains("://") || SCHEMES.iter().any(begins)
}
