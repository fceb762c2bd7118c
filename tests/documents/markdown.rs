//! Markdown files, as far as the tests read them: fenced blocks, and the text around them.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold Markdown files, with the depth to which they are searched.
const FOLDERS: &[(&str, usize)] = &[
    (".", 0),
    (".github", 2),
    ("benches", 2),
    ("docs", 2),
    ("examples", 2),
    ("fuzz", 0),
    ("policy-packs", 2),
];

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below `folder` with this extension, at most `depth` folders deep, in order.
pub(crate) fn files(folder: &Path, extension: &str, depth: usize) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && depth > 0 {
            found.extend(files(&path, extension, depth - 1));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A Markdown file of the repository.
pub(crate) struct Document {
    /// Relative to the root, such as `docs/facts.md`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Document {
    fn read(path: PathBuf) -> Self {
        let name = path.strip_prefix(root()).unwrap();
        Self {
            name: name.to_str().unwrap().to_owned(),
            text: fs::read_to_string(&path).unwrap(),
            path,
        }
    }

    /// Its fenced blocks.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        self.parts().1
    }

    /// Its lines outside of fenced blocks, each with its number.
    pub(crate) fn prose(&self) -> Vec<(usize, &str)> {
        self.parts().0
    }

    fn parts(&self) -> (Vec<(usize, &str)>, Vec<Block>) {
        let (mut prose, mut blocks) = (Vec::new(), Vec::new());
        let mut lines = self.text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            let Some(language) = line.strip_prefix("```") else {
                prose.push((number, line));
                continue;
            };
            let mut block = Block {
                line: number,
                language: language.to_owned(),
                comment: prose
                    .last()
                    .filter(|(before, _)| before + 1 == number)
                    .and_then(|(_, text)| comment(text)),
                lines: Vec::new(),
            };
            let place = format!("{}:{number}", self.name);
            loop {
                match lines.next() {
                    Some(("```", _)) => break,
                    Some((line, _)) => block.lines.push(line.to_owned()),
                    None => panic!("{place}: the block is not closed"),
                }
            }
            blocks.push(block);
        }
        (prose, blocks)
    }
}

/// The text of a line that is an HTML comment.
fn comment(line: &str) -> Option<String> {
    let text = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    Some(text.to_owned())
}

/// A fenced block.
pub(crate) struct Block {
    /// The number of its first line, from 1.
    pub(crate) line: usize,
    /// The word behind the fence, such as `console`; empty if there is none.
    pub(crate) language: String,
    /// The HTML comment on the line before it.
    pub(crate) comment: Option<String>,
    pub(crate) lines: Vec<String>,
}

/// Every Markdown file of the repository.
pub(crate) fn documents() -> Vec<Document> {
    let folders = FOLDERS.iter();
    let found: Vec<_> = folders
        .flat_map(|(folder, depth)| {
            let folder = match *folder {
                "." => root().to_owned(),
                name => root().join(name),
            };
            files(&folder, "md", *depth)
        })
        .map(Document::read)
        .collect();
    assert!(found.len() >= 16, "{} documents", found.len());
    found
}

#[test]
fn blocks_are_read_with_their_language_and_comment() {
    let document = Document {
        name: "a.md".to_owned(),
        path: PathBuf::new(),
        text: "a\n<!-- not run: b -->\n```sh\nc\n\nd\n```\ne\n".to_owned(),
    };
    let [block] = <[Block; 1]>::try_from(document.blocks()).ok().unwrap();
    assert_eq!(block.line, 3);
    assert_eq!(block.language, "sh");
    assert_eq!(block.comment.as_deref(), Some("not run: b"));
    assert_eq!(block.lines, ["c", "", "d"]);
    let prose: Vec<_> = document.prose().into_iter().map(|(at, _)| at).collect();
    assert_eq!(prose, [1, 2, 8]);
}
