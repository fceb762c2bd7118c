//! What a command does where the first operand ends the options.
//!
//! GNU programs read options behind operands too, and most programs of BSD and macOS don't (POSIX XBD 12.2,
//! guideline 9): to them each word behind the first operand is one. `head README.md -n .env` is an error
//! there and here prints `.env`. The operands of both readings are judged.

use super::super::super::shell::ShellWord;
use super::super::options::{Item, Scan};
use super::table::{Account, Operands, Table};

impl Account<'_> {
    /// Adds the words that only the other reading takes for operands. Of those that begin with a dash
    /// the ones with a slash count: another one names a file of the working directory that nobody protects.
    pub(super) fn elsewhere(&mut self, args: &[ShellWord], table: &'static Table) {
        if table.permutes {
            return;
        }
        let mut scan = Scan::new(args, table.opts, table.grammar);
        let mut is_behind = false;
        while let Some(item) = scan.next() {
            if scan.ended() {
                return;
            }
            match item {
                Item::Operand(_) => is_behind = true,
                Item::Option { .. } | Item::Unknown(_) if is_behind => {
                    let words = args.get(scan.at()..scan.next_index()).unwrap_or_default();
                    let may_be = |word: &&ShellWord| {
                        !word.text.starts_with('-') || word.text.contains(['/', '\\'])
                    };
                    words
                        .iter()
                        .filter(may_be)
                        .for_each(|word| self.operand_elsewhere(word, table));
                }
                Item::Option { .. } | Item::Unknown(_) => {}
            }
        }
    }

    fn operand_elsewhere(&mut self, word: &ShellWord, table: &Table) {
        match table.operands {
            Operands::Reads | Operands::PatternReads | Operands::CodeReads => {
                self.reads(word.clone(), false)
            }
            Operands::Lists => self.lists(word),
            Operands::Writes | Operands::Deletes | Operands::Copy => self.writes(word.clone()),
            // Text is no file, the output would be a file `-f`, or all implementations are alike.
            Operands::None
            | Operands::Text
            | Operands::Format
            | Operands::ReadsNamed
            | Operands::PatternWalks
            | Operands::ReadWrite => {}
        }
    }
}
