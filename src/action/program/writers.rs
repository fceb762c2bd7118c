//! Programs that create, change or delete the files among their operands.
//!
//! Sources: GNU coreutils, rsync(1), curl(1), wget(1), … as each line names.

use super::files::Operands::{self, Copy, Move, PatternWrites, Writes};
use super::files::Role::{Code, DryRun, None, Pattern, Read, Recursive, Suffix, Target, Write};
use super::files::{Tool, tool, walker};
use super::options::{attached, flag, value};

/// tee(1), touch(1), truncate(1), mkdir(1), rmdir(1), unlink(1), shred(1), mktemp, mkfifo, vim, nano, ed
pub(super) static TEE: Tool = tool(&[attached("--output-error", None)], Writes);
pub(super) static TOUCH: Tool = tool(
    &[
        value("-d --date -t --time -A", None),
        value("-r --reference", None),
    ],
    Writes,
);
pub(super) static TRUNCATE: Tool = tool(&[value("-s --size -r --reference", None)], Writes);
pub(super) static MKDIR: Tool = tool(
    &[value("-m --mode", None), attached("-Z --context", None)],
    Writes,
);
pub(super) static SHRED: Tool = tool(
    &[value("-n --iterations -s --size --random-source", None)],
    Writes,
);
/// rm(1)
pub(super) static RM: Tool = tool(
    &[
        flag("-r -R --recursive", Recursive),
        attached("--interactive", None),
    ],
    Writes,
);
pub(super) static RMDIR: Tool = tool(&[], Writes);
/// chmod(1), chown(1), chgrp(1), setfacl(1), chattr(1)
pub(super) static CHMOD: Tool = tool(
    &[
        value("--reference", Pattern),
        value("--from", None),
        flag("-R --recursive", Recursive),
    ],
    PatternWrites,
);
/// cp(1), install(1)
pub(super) static CP: Tool = tool(
    &[
        flag("-r -R -a --recursive --archive", Recursive),
        value("-t --target-directory", Target),
        value("-S --suffix", Suffix),
        value("-m --mode -o --owner -g --group --strip-program", None),
        attached(
            "--backup --reflink --sparse --preserve --no-preserve --context",
            None,
        ),
    ],
    Copy,
);
/// mv(1)
pub(super) static MV: Tool = tool(
    &[
        value("-t --target-directory", Target),
        value("-S --suffix", Suffix),
        attached("--backup", None),
    ],
    Move,
);
/// ln(1)
pub(super) static LN: Tool = tool(
    &[
        value("-t --target-directory", Target),
        value("-S --suffix", Suffix),
        attached("--backup", None),
    ],
    Copy,
);
/// rsync(1): it walks what it copies
pub(super) static RSYNC: Tool = walker(
    &[
        value("--suffix", Suffix),
        value("-e --rsh --rsync-path -M --remote-option", Code),
        value(
            "--exclude --include -f --filter --max-size --min-size --bwlimit --port --timeout --chmod --chown --compress-choice --block-size -B --modify-window -@ --out-format --info --debug --protocol --iconv --checksum-seed",
            None,
        ),
        value(
            "--exclude-from --include-from --files-from --password-file --compare-dest --copy-dest --link-dest",
            Read,
        ),
        value(
            "--log-file --write-batch --backup-dir --partial-dir -T --temp-dir",
            Write,
        ),
        flag("-n --dry-run --list-only", DryRun),
    ],
    Copy,
);
/// scp(1), sftp(1)
pub(super) static SCP: Tool = tool(
    &[
        value("-F", Read),
        value("-S", Code),
        value("-i -c -D -J -l -o -P -X", None),
        flag("-r", Recursive),
    ],
    Copy,
);
/// split(1), csplit(1)
pub(super) static SPLIT: Tool = tool(
    &[
        value("--filter", Code),
        value(
            "-a -b -C -l -n -t --suffix-length --bytes --line-bytes --lines --number --additional-suffix --separator",
            None,
        ),
    ],
    Operands::ReadWrite,
);
/// csplit(1): what comes after the file are patterns
pub(super) static CSPLIT: Tool = tool(
    &[
        value("-f --prefix", Write),
        value("-b --suffix-format -n --digits", None),
    ],
    Operands::FirstReads,
);
