//! The packs that ship with the binary: `policy-packs/`, as it was when it was built.

use include_dir::{Dir, File, include_dir};

use super::{PACK_PARTS, POLICY_FILE};
use crate::policy::read;
use crate::policy::source::{PackSource, SourceFile};

/// `build.rs` has the binary built again when something in there changes.
static PACKS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/policy-packs");

/// The ids of the shipped packs. The folder of each has its id as name.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    let folders = PACKS.dirs();
    folders.filter_map(|folder| folder.path().to_str())
}

/// The files of the shipped pack `id`.
pub(super) fn source(id: &str) -> Option<PackSource> {
    let folder = PACKS.get_dir(id)?;
    let [rules, cases] = PACK_PARTS.map(|part| files(folder, part.folder, part.extensions));
    Some(PackSource {
        origin: format!("built-in {id}/{POLICY_FILE}"),
        policy: file(id, PACKS.get_file(format!("{id}/{POLICY_FILE}"))?)?,
        rules: rules?,
        cases: cases?,
    })
}

/// Whether `source` decides what the shipped pack `id` decides: the same policy and rules.
/// Absent if there is no such shipped pack.
pub(super) fn is_same(id: &str, source: &PackSource) -> Option<bool> {
    let shipped = self::source(id)?;
    let policy = |source: &PackSource| read::read(&source.policy).policy_digest();
    let digest = policy(source);
    Some(digest.is_some() && digest == policy(&shipped) && source.rules == shipped.rules)
}

fn files(pack: &Dir<'static>, part: &str, extensions: &[&str]) -> Option<Vec<SourceFile>> {
    let id = pack.path().to_str()?;
    let Some(folder) = PACKS.get_dir(pack.path().join(part)) else {
        return Some(Vec::new());
    };
    let is_part = |file: &&File<'_>| {
        let extension = file.path().extension().and_then(|it| it.to_str());
        extension.is_some_and(|extension| extensions.contains(&extension))
    };
    let mut files: Vec<SourceFile> = folder
        .files()
        .filter(is_part)
        .map(|it| file(id, it))
        .collect::<Option<_>>()?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Some(files)
}

fn file(id: &str, file: &File<'_>) -> Option<SourceFile> {
    let path = file.path().strip_prefix(id).ok()?.to_str()?;
    Some(SourceFile {
        path: path.to_owned(),
        text: file.contents_utf8()?.to_owned(),
    })
}
