//! Hosts from npm.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The program of a package. None, with a line that says why, if it can't be had.
pub(crate) fn program(package: &str, program: &str) -> Option<PathBuf> {
    // Two tests that install at once would disturb each other.
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _installing = INSTALLING.lock();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("npm-{program}"));
    let path = folder.join("node_modules/.bin").join(program);
    if !path.exists() {
        let mut install = Command::new("npm");
        install.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]);
        let done = install.arg(&folder).arg(package).status();
        if !done.is_ok_and(|status| status.success()) {
            eprintln!("skipped: `npm install {package}` failed");
            assert!(std::env::var_os("CI").is_none(), "this test must run in CI");
            return None;
        }
    }
    Some(path)
}
