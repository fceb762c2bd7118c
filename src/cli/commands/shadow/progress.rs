//! Progress on standard error.

use std::fs;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Times a second that the progress is drawn, at most.
const PROGRESS_HZ: u8 = 10;
/// A bar over the bytes of a file.
pub(super) fn over_bytes(path: &Path) -> ProgressBar {
    let length = fs::metadata(path).ok().filter(fs::Metadata::is_file);
    let (bar, template) = match length {
        Some(file) => (
            ProgressBar::new(file.len()),
            "{spinner} replaying {wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}",
        ),
        None => (
            ProgressBar::no_length(),
            "{spinner} replaying {bytes} {binary_bytes_per_sec}",
        ),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A bar over records.
pub(super) fn over_records(shown: bool) -> ProgressBar {
    if !shown {
        return ProgressBar::hidden();
    }
    let target = ProgressDrawTarget::stderr_with_hz(PROGRESS_HZ);
    let bar = ProgressBar::with_draw_target(None, target);
    let template = "{wide_bar} {human_pos} of {human_len} records, {per_sec}, {eta} left";
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

pub(super) fn draw(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_length(all);
    bar.set_position(done);
}
