//! Folders and files.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{LibraryError, MAX_PACKS, PACK_PARTS, POLICY_FILE, PackPart};
use crate::policy::source::{MAX_FILE_BYTES, MAX_FILES, PackSource, SourceFile};

/// The folders directly below `library` that hold a [`POLICY_FILE`], sorted.
pub(super) fn pack_folders(library: &Path) -> Result<Vec<PathBuf>, LibraryError> {
    let mut folders = Vec::new();
    for path in children(library, MAX_PACKS)? {
        let hidden = name(&path).starts_with('.');
        if !hidden && is_pack(&path) {
            folders.push(path);
        }
    }
    Ok(folders)
}

/// Whether a folder holds a [`POLICY_FILE`].
pub(super) fn is_pack(folder: &Path) -> bool {
    folder.is_dir() && exists(&folder.join(POLICY_FILE))
}

/// The folder in which the pack at `path` lies among others: the one that holds its folder,
/// or its policy file if that has a name of its own. Links are followed, as they are to read
/// the pack. None for a pack in the root folder.
pub(super) fn beside(path: &Path) -> Result<Option<PathBuf>, LibraryError> {
    let real = fs::canonicalize(path).map_err(unreadable(path))?;
    // `policy.yaml` itself means its folder.
    let pack = match real.is_file() && name(&real) == POLICY_FILE {
        true => real.parent(),
        false => Some(real.as_path()),
    };
    Ok(pack.and_then(Path::parent).map(Path::to_owned))
}

/// A path that means the same from everywhere, as text.
pub(super) fn absolute(path: &Path) -> String {
    // Fails for an empty path, and where the working directory is gone.
    let absolute = std::path::absolute(path);
    absolute.as_deref().unwrap_or(path).display().to_string()
}

/// Reads one pack: `path` is its folder, or its policy file under any name.
pub(super) fn load(path: &Path) -> Result<PackSource, LibraryError> {
    let is_folder = fs::metadata(path).map_err(unreadable(path))?.is_dir();
    let policy_path = if is_folder {
        path.join(POLICY_FILE)
    } else {
        path.to_owned()
    };
    let folder = match policy_path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let root = fs::canonicalize(folder).map_err(unreadable(folder))?;
    let policy = file(&root, &policy_path, name(&policy_path))?;
    // A policy file with a name of its own has no folder: the files beside it belong to another pack.
    let whole = name(&policy_path) == POLICY_FILE;
    let [rules, cases] = PACK_PARTS.map(|part| {
        if whole {
            files(&root, folder, &part)
        } else {
            Ok(Vec::new())
        }
    });
    let source = PackSource {
        origin: policy_path.display().to_string(),
        policy,
        rules: rules?,
        cases: cases?,
    };
    if 1 + source.rules.len() + source.cases.len() > MAX_FILES {
        return Err(too_many(folder, MAX_FILES));
    }
    Ok(source)
}

/// The files with one of `extensions` directly in `folder/part`, sorted; none if there is no such folder.
fn files(root: &Path, folder: &Path, part: &PackPart) -> Result<Vec<SourceFile>, LibraryError> {
    let (part, extensions) = (part.folder, part.extensions);
    let folder = folder.join(part);
    if !exists(&folder) {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for path in children(&folder, MAX_FILES)? {
        // A rule one level too deep must not be left out in silence.
        if path.is_dir() {
            let problem = format!("is a folder; `{part}` holds files only");
            return Err(refused(&path, &problem));
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        if extension.is_some_and(|extension| extensions.contains(&extension)) {
            files.push(file(root, &path, format!("{part}/{}", name(&path)))?);
        }
    }
    Ok(files)
}

fn children(folder: &Path, limit: usize) -> Result<Vec<PathBuf>, LibraryError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        if paths.len() >= limit {
            return Err(too_many(folder, limit));
        }
        paths.push(entry.map_err(unreadable(folder))?.path());
    }
    paths.sort();
    Ok(paths)
}

fn file(root: &Path, path: &Path, relative: String) -> Result<SourceFile, LibraryError> {
    let real = fs::canonicalize(path).map_err(unreadable(path))?;
    if !real.starts_with(root) {
        return Err(refused(path, "leads out of the pack's folder"));
    }
    // Opening a pipe would wait for a writer.
    if !real.is_file() {
        return Err(refused(path, "is not a regular file"));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX);
    fs::File::open(&real)
        .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(unreadable(path))?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(refused(
            path,
            &format!("has more than {MAX_FILE_BYTES} bytes"),
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        refused(path, &format!("is not UTF-8 at byte {at}"))
    })?;
    Ok(SourceFile {
        path: relative,
        text,
    })
}

/// Whether something is there. A link to nowhere is, and so is what can't be looked at:
/// reading it is then an error, not an absence.
fn exists(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

/// The last part of a path, for messages and ids.
pub(super) fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> LibraryError + use<> {
    let path = path.to_owned();
    move |cause| LibraryError::Unreadable { path, cause }
}

fn refused(path: &Path, problem: &str) -> LibraryError {
    LibraryError::Refused {
        path: path.to_owned(),
        problem: problem.to_owned(),
    }
}

fn too_many(folder: &Path, limit: usize) -> LibraryError {
    refused(
        folder,
        &format!("holds too many files; the limit is {limit}"),
    )
}
