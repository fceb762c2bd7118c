//! Names that tell a file from a directory.

/// Suffixes of files: source code, text and data. None of them is that of a directory by custom,
/// as `.d`, `.git`, `.app` and `.js` are.
const SUFFIXES: &[&str] = &[
    "adoc", "bash", "c", "cc", "cpp", "cs", "css", "csv", "cxx", "diff", "ex", "exs", "go",
    "graphql", "h", "hpp", "hs", "htm", "html", "ini", "ipynb", "java", "jl", "json", "json5",
    "jsonl", "jsx", "kt", "kts", "less", "lock", "log", "lua", "md", "mdx", "mjs", "out", "patch",
    "php", "pl", "proto", "ps1", "py", "pyi", "r", "rb", "rego", "rs", "rst", "sass", "scala",
    "scss", "sh", "sql", "svelte", "svg", "swift", "tex", "tf", "toml", "ts", "tsv", "tsx", "txt",
    "vue", "xml", "yaml", "yml", "zig", "zsh",
];

/// Whether the last segment of a path is named as files are, and no directory is.
pub(super) fn is_file_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .is_some_and(|(stem, suffix)| !stem.is_empty() && SUFFIXES.contains(&suffix))
}
