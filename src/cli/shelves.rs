//! Where a command looks for packs.

use std::env;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::error::CliError;
use super::global::GlobalArgs;
use super::output::style;
use crate::library::{LibraryError, POLICY_FILE, Shelf};
use crate::policy::origin::NamedBy;

/// Names folders of packs for every command, separated by `:`.
const VARIABLE: &str = "CAVRA_PACKS";
/// The folder of packs for the whole machine.
const SYSTEM_FOLDER: &str = "/etc/cavra/policy-packs";
/// The folder of packs in a user's own configuration folder.
const USER_FOLDER: &str = "cavra/policy-packs";
/// The folder of packs in a working directory, for commands that help to write them.
const WORKING_FOLDER: &str = "policy-packs";

/// What a command does with packs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It decides by them, shows how it would, or installs them. The working directory is not looked at.
    Judging,
    /// It helps to write them.
    Authoring,
}

/// The folders of packs: those of `--packs`; else those of `CAVRA_PACKS`; else those for the
/// machine and the user, where they are there.
pub(super) fn of(args: &GlobalArgs, purpose: Use) -> Result<Vec<Shelf>, CliError> {
    if !args.packs.is_empty() {
        return Ok(named(&args.packs, NamedBy::Flag));
    }
    let folders = from_environment();
    if !folders.is_empty() {
        if purpose == Use::Judging {
            warn_of_relative(&folders);
        }
        return Ok(named(&folders, NamedBy::Environment));
    }
    let mut shelves = Vec::new();
    let by_default = [
        (Some(PathBuf::from(SYSTEM_FOLDER)), NamedBy::System),
        (user_folder(), NamedBy::User),
    ];
    for (folder, named_by) in by_default {
        if let Some(folder) = folder
            && is_there(&folder)?
        {
            shelves.push(Shelf { folder, named_by });
        }
    }
    let working = PathBuf::from(WORKING_FOLDER);
    if purpose == Use::Authoring && is_there(&working)? {
        say_so(args)?;
        shelves.push(Shelf {
            folder: working,
            named_by: NamedBy::WorkingDirectory,
        });
    }
    Ok(shelves)
}

fn say_so(args: &GlobalArgs) -> Result<(), CliError> {
    if args.quiet {
        return Ok(());
    }
    let mut stderr = anstream::stderr().lock();
    let hint = style::HINT;
    writeln!(
        stderr,
        "{hint}note:{hint:#} the packs in `./{WORKING_FOLDER}` are used too; commands that judge or \
         install, such as `decide` and `serve`, ignore them"
    )?;
    Ok(())
}

/// Where the pack `id` lies that commands that judge don't look at, if there is one.
pub(super) fn overlooked(id: &str) -> Option<PathBuf> {
    let folder = Path::new(WORKING_FOLDER).join(id);
    folder.join(POLICY_FILE).is_file().then_some(folder)
}

fn named(folders: &[PathBuf], named_by: NamedBy) -> Vec<Shelf> {
    let folders = folders.iter().cloned();
    folders.map(|folder| Shelf { folder, named_by }).collect()
}

/// An empty variable, and an empty part of it, name nothing.
fn from_environment() -> Vec<PathBuf> {
    let Some(value) = env::var_os(VARIABLE) else {
        return Vec::new();
    };
    let folders = env::split_paths(&value);
    folders
        .filter(|folder| !folder.as_os_str().is_empty())
        .collect()
}

fn warn_of_relative(folders: &[PathBuf]) {
    for folder in folders.iter().filter(|folder| folder.is_relative()) {
        let folder = folder.display();
        tracing::warn!(
            "`{VARIABLE}` names `{folder}`, another folder in each working directory: give an absolute path"
        );
    }
}

/// The folder for the user's own packs. A home that is no absolute path would lead into the
/// working directory.
fn user_folder() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join(USER_FOLDER)).filter(|folder| folder.is_absolute())
}

fn is_there(folder: &Path) -> Result<bool, CliError> {
    match fs::symlink_metadata(folder) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(cause) => Err(CliError::from(LibraryError::Unreadable {
            path: folder.to_owned(),
            cause,
        })),
    }
}
