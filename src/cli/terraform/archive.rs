//! The configuration in a plan file. A plan file is a ZIP archive (PKWARE, APPNOTE.TXT), whose names
//! that begin with `tfconfig/` are the configuration that `terraform apply` reads.
//!
//! Two readers of one archive may see different files in it. So only the one form is read that
//! Terraform writes: the directory is the end of the file, but for a record of 22 bytes without a
//! comment, and nothing is in the form for archives above 4 GiB. Every entry of the directory counts.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Entries of the archive.
const MAX_ENTRIES: u16 = 10_000;
/// Bytes of the configuration's files, as they are when they are inflated. Terraform reads them too, and
/// takes much more memory.
pub(super) const MAX_CONFIGURATION_BYTES: usize = 16 * 1024 * 1024;

/// Of the record at the end (APPNOTE.TXT 4.3.16).
const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
/// Of an entry of the directory (APPNOTE.TXT 4.3.12).
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
/// Of what is in front of an entry's bytes (APPNOTE.TXT 4.3.7).
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_BYTES: usize = 30;
/// How an entry is packed (APPNOTE.TXT 4.4.5).
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

const CONFIGURATION: &[u8] = b"tfconfig/";
/// The list of the modules, without which Terraform reads no configuration.
const MODULES: &[u8] = b"tfconfig/modules.json";

/// Why the configuration in a plan file can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArchiveError {
    #[error("it is not a ZIP archive as Terraform writes one")]
    Form,
    #[error("it has more than {MAX_ENTRIES} entries")]
    Entries,
    #[error("its configuration has more than {MAX_CONFIGURATION_BYTES} bytes")]
    Large,
    #[error("a file of its configuration can't be unpacked")]
    Packed,
    #[error("it holds no configuration")]
    NoConfiguration,
}

/// A file of the archive, as the directory names it.
struct Entry<'a> {
    name: &'a [u8],
    method: u16,
    packed_bytes: usize,
    bytes: usize,
    local_at: usize,
}

/// Calls `visit` with the name and the text of each file of the configuration, until it says that it
/// has found something. The list of the modules is not one of them.
pub(super) fn find_in_configuration<T>(
    archive: &[u8],
    mut visit: impl FnMut(&[u8], &[u8]) -> Option<T>,
) -> Result<Option<T>, ArchiveError> {
    let entries = entries(archive)?;
    if !entries.iter().any(|entry| entry.name == MODULES) {
        return Err(ArchiveError::NoConfiguration);
    }
    let is_file =
        |entry: &&Entry<'_>| entry.name.starts_with(CONFIGURATION) && entry.name != MODULES;
    let mut left = MAX_CONFIGURATION_BYTES;
    for entry in entries.iter().filter(is_file) {
        left = left.checked_sub(entry.bytes).ok_or(ArchiveError::Large)?;
        if let Some(found) = visit(entry.name, &text(archive, entry)?) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn entries(archive: &[u8]) -> Result<Vec<Entry<'_>>, ArchiveError> {
    let end_at = archive.len().checked_sub(END_BYTES);
    let end_at = end_at.ok_or(ArchiveError::Form)?;
    let end = Fields::at(archive, end_at, END).ok_or(ArchiveError::Form)?;
    let read = || {
        let (disk, directory_disk) = (end.two(4)?, end.two(6)?);
        let (here, all, comment) = (end.two(8)?, end.two(10)?, end.two(20)?);
        let (size, start) = (end.four(12)?, end.four(16)?);
        let is_one_disk = disk == 0 && directory_disk == 0 && here == all && comment == 0;
        // Go's reader takes a size of 16 bits for a sign of the larger form.
        let is_end = start.checked_add(size) == Some(end_at) && size != usize::from(u16::MAX);
        (is_one_disk && is_end).then_some((all, start))
    };
    let (count, mut at) = read().ok_or(ArchiveError::Form)?;
    if count > MAX_ENTRIES {
        return Err(ArchiveError::Entries);
    }
    let mut entries = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let (entry, behind) = entry(archive, at).ok_or(ArchiveError::Form)?;
        entries.push(entry);
        at = behind;
    }
    match at == end_at {
        true => Ok(entries),
        false => Err(ArchiveError::Form),
    }
}

/// The entry of the directory that begins there, and where the next one begins.
fn entry(archive: &[u8], at: usize) -> Option<(Entry<'_>, usize)> {
    let fields = Fields::at(archive, at, ENTRY)?;
    let [name, extra, comment] = [28, 30, 32].map(|field| fields.two(field).map(usize::from));
    let name_at = at.checked_add(ENTRY_BYTES)?;
    let name_end = name_at.checked_add(name?)?;
    let entry = Entry {
        name: archive.get(name_at..name_end)?,
        method: fields.two(10)?,
        packed_bytes: fields.four(20)?,
        bytes: fields.four(24)?,
        local_at: fields.four(42)?,
    };
    let behind = name_end.checked_add(extra?)?.checked_add(comment?)?;
    Some((entry, behind))
}

fn text(archive: &[u8], entry: &Entry<'_>) -> Result<Vec<u8>, ArchiveError> {
    let packed = || {
        let local = Fields::at(archive, entry.local_at, LOCAL)?;
        let [name, extra] = [26, 28].map(|field| local.two(field).map(usize::from));
        let start = entry.local_at.checked_add(LOCAL_BYTES)?;
        let start = start.checked_add(name?)?.checked_add(extra?)?;
        archive.get(start..start.checked_add(entry.packed_bytes)?)
    };
    let packed = packed().ok_or(ArchiveError::Form)?;
    let text = match entry.method {
        STORED => Some(packed.to_vec()),
        DEFLATED => decompress_to_vec_with_limit(packed, entry.bytes).ok(),
        _ => None,
    };
    let text = text.filter(|text| text.len() == entry.bytes);
    text.ok_or(ArchiveError::Packed)
}

/// Numbers of a record of the archive, the low byte first.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn at(archive: &'a [u8], at: usize, signature: &[u8]) -> Option<Self> {
        let record = archive.get(at..)?;
        record.starts_with(signature).then_some(Self(record))
    }

    fn two(&self, at: usize) -> Option<u16> {
        let bytes = self.0.get(at..)?.first_chunk()?;
        Some(u16::from_le_bytes(*bytes))
    }

    /// None for the number that says that the true one is in the form for larger archives.
    fn four(&self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..)?.first_chunk()?;
        let number = u32::from_le_bytes(*bytes);
        let number = Some(number).filter(|number| *number != u32::MAX)?;
        usize::try_from(number).ok()
    }
}
