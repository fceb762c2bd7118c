//! Names of source and data files, below which nothing lies.

use super::call::file_name;

/// Last extensions of files that people edit and directories don't have. Not here: `.js`, `.d`,
/// `.com`, `.git`, `.app`, `.io`, `.sh` and others like them, which directories are named with.
const SOURCES: &[&str] = &[
    "adoc", "astro", "c", "cc", "cjs", "clj", "cljs", "cpp", "cs", "css", "csv", "cts", "cxx",
    "dart", "erl", "exs", "fs", "fsx", "go", "gradle", "graphql", "groovy", "h", "hh", "hpp", "hs",
    "htm", "html", "hxx", "ini", "ipynb", "java", "jl", "json", "json5", "jsonc", "jsonl", "jsx",
    "kt", "kts", "less", "lock", "lua", "md", "mdx", "mjs", "ml", "mli", "mts", "nim", "php", "pl",
    "pm", "proto", "ps1", "py", "pyi", "pyx", "rb", "rego", "rs", "rst", "sass", "scala", "scss",
    "sql", "svelte", "svg", "swift", "toml", "ts", "tsv", "tsx", "txt", "vue", "xml", "yaml",
    "yml", "zig",
];

/// Last extensions of what shows how a file of settings looks: `.env.example`.
const MODELS: &[&str] = &["dist", "example", "sample", "template"];

/// Whether a path is named as a source file. A program without an option to walk takes it for a file.
pub(in crate::action) fn is_source(path: &str) -> bool {
    let name = file_name(path);
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        let is_model = || name.starts_with(".env.") && MODELS.contains(&extension);
        let stem = stem.trim_start_matches('.');
        !stem.is_empty() && (SOURCES.contains(&extension) || is_model())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_a_stem_and_an_extension_of_the_table() {
        for (path, want) in [
            ("a.ts", true),
            ("src/a.b.rs", true),
            ("package.json", true),
            ("*.go", true),
            (".ts", false),
            ("..ts", false),
            ("ts", false),
            ("app/.env.example", true),
            (".env.prod.sample", true),
            (".env.local", false),
            ("site.example", false),
            ("a.ts/", false),
            ("a.ts/b", false),
            ("next.js", false),
            ("conf.d", false),
            ("repo.git", false),
            ("a.TS", false),
            ("a.tf", false),
        ] {
            assert_eq!(is_source(path), want, "{path}");
        }
    }
}
