//! Operands of which one is read and another written.

use super::super::super::shell::ShellWord;
use super::table::Account;

impl Account<'_> {
    pub(super) fn read_write(&mut self, words: &[&ShellWord]) {
        for (index, word) in words.iter().enumerate() {
            match index {
                // A glob may match two files, and the second would be written.
                0 if word.glob => self.unaccounted(&word.text),
                0 => self.reads((*word).clone(), false),
                1 => self.writes((*word).clone()),
                _ => self.unaccounted(&word.text),
            }
        }
    }

    /// Which file of a target that is a directory is written is in the leaf already.
    pub(super) fn copy(&mut self, words: &[&ShellWord]) {
        let Some((target, sources)) = words.split_last() else {
            return;
        };
        if target.glob {
            self.unaccounted(&target.text);
        }
        for source in sources {
            // Which names the copies get is not known.
            if source.glob {
                self.unaccounted(&source.text);
            }
            self.reads((*source).clone(), false);
        }
        self.writes((*target).clone());
    }
}
