//! A copy of a plan that nobody can change, not even the user who runs the command: the agent and the
//! command often have the same one.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::FileExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{MemfdFlags, OFlags, SealFlags, fcntl_add_seals, memfd_create};

use super::archive::find_in_configuration;
use super::error::TerraformError;
use crate::action::terraform::may_start_on_removal;
use crate::canonical::Digest;

/// Bytes of a plan file.
pub(crate) const MAX_PLAN_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// How a plan file begins: it is a ZIP archive (APPNOTE.TXT 4.3.7).
const ZIP: &[u8] = b"PK\x03\x04";

/// A plan, as it was when it was read once.
pub(crate) enum PlanInput {
    /// A plan file, which can be applied.
    File(SealedPlan),
    /// What `terraform show -json` printed of one.
    Json(String),
}

/// The bytes of a plan file, in memory that can't be changed any more (`memfd_create(2)`, "File
/// sealing"). Programs that this process starts can read it by [`Self::path`].
pub(crate) struct SealedPlan(File);

impl PlanInput {
    /// Reads a plan file, or the JSON of one.
    pub(crate) fn read(path: &Path) -> Result<Self, TerraformError> {
        let bytes = bytes(path)?;
        if bytes.starts_with(ZIP) {
            return SealedPlan::of(&bytes).map(Self::File);
        }
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return Err(TerraformError::NotAPlan(path.to_owned()));
        }
        String::from_utf8(bytes)
            .map(Self::Json)
            .map_err(|_| TerraformError::NotAPlan(path.to_owned()))
    }
}

impl SealedPlan {
    /// Copies a plan file. JSON is refused: a bookmark of a plan that is elsewhere is JSON too.
    pub(crate) fn copy(path: &Path) -> Result<Self, TerraformError> {
        match PlanInput::read(path)? {
            PlanInput::File(sealed) => Ok(sealed),
            PlanInput::Json(_) => Err(TerraformError::OnlyJson(path.to_owned())),
        }
    }

    fn of(bytes: &[u8]) -> Result<Self, TerraformError> {
        let seal = || -> io::Result<File> {
            // Without `CLOEXEC`: `terraform` reads it.
            let mut file = File::from(memfd_create("cavra-plan", MemfdFlags::ALLOW_SEALING)?);
            file.write_all(bytes)?;
            let seals = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
            fcntl_add_seals(&file, seals)?;
            Ok(file)
        };
        seal().map(Self).map_err(TerraformError::Seal)
    }

    /// The digest of the copy. A plan's JSON doesn't show all of it: another plan file may have the same
    /// JSON, and another configuration.
    pub(super) fn digest(&self) -> Result<Digest, TerraformError> {
        Ok(Digest::of(&self.bytes()?))
    }

    /// Refuses a plan whose configuration may start a program that its JSON doesn't show.
    pub(super) fn starts_nothing_unseen(&self) -> Result<(), TerraformError> {
        let starting = |name: &[u8], text: &[u8]| {
            may_start_on_removal(name, text).then(|| String::from_utf8_lossy(name).into_owned())
        };
        match find_in_configuration(&self.bytes()?, starting) {
            Ok(None) => Ok(()),
            Ok(Some(file)) => Err(TerraformError::StartsOnRemoval { file }),
            Err(cause) => Err(TerraformError::Configuration(cause)),
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, TerraformError> {
        let read = || -> io::Result<Vec<u8>> {
            let length = usize::try_from(self.0.metadata()?.len()).map_err(io::Error::other)?;
            let mut bytes = vec![0; length];
            self.0.read_exact_at(&mut bytes, 0)?;
            Ok(bytes)
        };
        read().map_err(TerraformError::Reread)
    }

    /// Where this process, and those that it starts, find the copy.
    pub(super) fn path(&self) -> String {
        format!("/proc/self/fd/{}", self.0.as_raw_fd())
    }
}

/// The bytes of a regular file. A pipe is refused instead of waited for.
fn bytes(path: &Path) -> Result<Vec<u8>, TerraformError> {
    let failed = |cause| TerraformError::Copy {
        path: path.to_owned(),
        cause,
    };
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = File::options();
    options.read(true);
    options.custom_flags(flags.bits().cast_signed());
    let file = options.open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("it is not a regular file")));
    }
    let mut bytes = Vec::new();
    let mut limited = file.take(MAX_PLAN_FILE_BYTES.saturating_add(1));
    let read = limited.read_to_end(&mut bytes).map_err(failed)?;
    match u64::try_from(read).is_ok_and(|read| read <= MAX_PLAN_FILE_BYTES) {
        true => Ok(bytes),
        false => Err(TerraformError::TooLarge(path.to_owned())),
    }
}
