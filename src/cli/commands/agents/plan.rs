//! Changes of several files that are shown, agreed to and then written.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::error::AgentsError;
use super::{diff, guarded_files};
use crate::agents::floor::LeftOut;
use crate::agents::settings::Kept;
use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, counted, printable, style};

/// Entries that are named of those that a host's rules leave out for one reason.
const MAX_NAMED_ENTRIES: usize = 3;
/// Bytes of an answer to a question.
const MAX_ANSWER_BYTES: u64 = 64;

/// How many entries of a pack's lists, and where all of them are shown.
fn entries(count: usize) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries (`--output json` has each)"),
    }
}

/// Whether the changes are written.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli::commands) struct AgreeArgs {
    /// Write without asking; needed where standard input is no terminal
    #[arg(long)]
    yes: bool,
    /// Only show what would be written
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// The change of one file.
#[derive(Debug, Clone)]
pub(in crate::cli::commands) struct Planned {
    pub(in crate::cli::commands) path: PathBuf,
    pub(in crate::cli::commands) before: Option<String>,
    /// None if the file goes.
    pub(in crate::cli::commands) after: Option<String>,
    /// The mode of a new file.
    pub(in crate::cli::commands) mode: u32,
    /// The record is an own affair: it is written, and not shown.
    pub(in crate::cli::commands) is_record: bool,
}

/// The changes, in the order in which they are written.
#[derive(Debug, Default)]
pub(in crate::cli::commands) struct Plan {
    pub(in crate::cli::commands) files: Vec<Planned>,
    pub(in crate::cli::commands) kept: Vec<Kept>,
    pub(in crate::cli::commands) rules: usize,
    pub(in crate::cli::commands) left_out: Vec<LeftOut>,
    pub(in crate::cli::commands) notes: Vec<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    written: bool,
    changes: Vec<Change<'a>>,
    rules: usize,
    left_out: &'a [LeftOut],
    kept: &'a [Kept],
    notes: &'a [String],
}

#[derive(Serialize)]
struct Change<'a> {
    path: String,
    after: Option<&'a str>,
    diff: String,
}

impl Plan {
    fn changes(&self) -> impl Iterator<Item = &Planned> {
        let files = self.files.iter();
        files.filter(|file| !file.is_record && file.before != file.after)
    }

    /// Shows the changes, asks, and writes them.
    pub(in crate::cli::commands) fn carry_out(
        &self,
        agree: AgreeArgs,
        out: &mut Output,
    ) -> Result<(), CliError> {
        let is_json = out.format() == OutputFormat::Json;
        if !is_json {
            self.show(out)?;
            out.finish()?;
        }
        let is_something = self.files.iter().any(|file| file.before != file.after);
        let is_agreed =
            !agree.dry_run && (agree.yes || self.changes().next().is_none() || self.ask(out)?);
        if !agree.dry_run && !is_agreed {
            return Err(AgentsError::NotAgreed.into());
        }
        if is_agreed && is_something {
            self.write()?;
        }
        match is_json {
            true => {
                let changes = self.changes().map(|file| Change {
                    path: file.path.display().to_string(),
                    after: file.after.as_deref(),
                    diff: diff::unified(&file.path, file.before.as_deref(), file.after.as_deref()),
                });
                out.json(&Document {
                    written: is_agreed && is_something,
                    changes: changes.collect(),
                    rules: self.rules,
                    left_out: &self.left_out,
                    kept: &self.kept,
                    notes: &self.notes,
                })?;
            }
            false => writeln!(
                out,
                "{}",
                match (is_agreed, self.changes().count()) {
                    (_, 0) => "nothing to change".to_owned(),
                    (true, count) => format!("{} written", counted(count, "file")),
                    (false, _) => "nothing was written".to_owned(),
                }
            )?,
        }
        Ok(())
    }

    fn show(&self, out: &mut Output) -> Result<(), CliError> {
        for file in self.changes() {
            let text = diff::unified(&file.path, file.before.as_deref(), file.after.as_deref());
            diff::show(out, &text)?;
        }
        for kept in &self.kept {
            let (key, found, wanted) = (&kept.key, &kept.found, &kept.wanted);
            let line = format!("`{key}` stays {found}, though the installation wants {wanted}");
            writeln!(out, "{}", printable(&line))?;
        }
        self.show_left_out(out)?;
        for note in &self.notes {
            writeln!(out, "note: {}", printable(note))?;
        }
        Ok(())
    }

    /// What the host's rules don't hold, by the reason. JSON has every entry.
    fn show_left_out(&self, out: &mut Output) -> Result<(), CliError> {
        let mut groups: Vec<(&str, &str, Vec<&str>)> = Vec::new();
        for LeftOut { list, entry, why } in &self.left_out {
            let group = groups.iter_mut().find(|it| it.0 == *list && it.1 == *why);
            match group {
                Some(group) => group.2.push(entry),
                None => groups.push((list, why, vec![entry])),
            }
        }
        if self.rules > 0 || !groups.is_empty() {
            let rules = counted(self.rules, "rule");
            let left_out = match self.left_out.len() {
                0 => String::new(),
                count => format!(" They leave out {}:", entries(count)),
            };
            writeln!(
                out,
                "{rules} of the host hold while the hook is dead.{left_out}"
            )?;
        }
        for (list, why, entries) in groups {
            let named: Vec<&str> = entries.iter().copied().take(MAX_NAMED_ENTRIES).collect();
            let left = entries.len() - named.len();
            let heading = style::paint(style::HEADING, list);
            writeln!(out, "  {heading}: {why}")?;
            let named: Vec<String> = named.iter().map(|it| format!("`{it}`")).collect();
            let more = match left {
                0 => String::new(),
                left => format!(" and {left} more"),
            };
            writeln!(out, "    {}{more}", printable(&named.join(", ")))?;
        }
        Ok(())
    }

    fn ask(&self, out: &mut Output) -> Result<bool, CliError> {
        if !io::stdin().is_terminal() {
            return Err(AgentsError::NobodyToAsk.into());
        }
        out.finish()?;
        let mut stderr = anstream::stderr().lock();
        write!(stderr, "write these changes? [y/N] ")?;
        stderr.flush()?;
        let mut answer = String::new();
        let stdin = io::stdin().lock();
        io::Read::take(stdin, MAX_ANSWER_BYTES).read_line(&mut answer)?;
        Ok(matches!(&*answer.trim().to_ascii_lowercase(), "y" | "yes"))
    }

    /// Writes each file, if none was changed since it was looked at.
    fn write(&self) -> Result<(), CliError> {
        for file in &self.files {
            let limit = crate::agents::installed::MAX_RECORD_BYTES;
            if guarded_files::read(&file.path, limit)? != file.before {
                return Err(AgentsError::Changed(file.path.clone()).into());
            }
        }
        for file in &self.files {
            let written = match &file.after {
                after if *after == file.before => Ok(()),
                Some(text) => guarded_files::write(&file.path, text, file.mode),
                None => std::fs::remove_file(&file.path),
            };
            written.map_err(|cause| CliError::Write {
                path: file.path.clone(),
                cause,
            })?;
        }
        Ok(())
    }
}
