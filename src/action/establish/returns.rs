//! What carriage returns at the ends of lines do to a command.

use crate::action::shell::{Shell, ShellWord};

/// Whether this is the next line of a command that a backslash in front of CR LF was to continue. Bash
/// finds no program of such a name.
pub(super) fn is_rest(words: &[ShellWord], shell: &Shell) -> bool {
    let name = words.first().and_then(ShellWord::known);
    shell.met_returns && name.is_some_and(|name| name.starts_with('-') && !name.contains('/'))
}

/// The form of a command without the carriage return of its line's end, which some shells drop. With it
/// the last argument has another name; a program would be another program.
pub(super) fn without_return(mut form: Vec<String>, met_returns: bool) -> Vec<String> {
    if let [_, .., last] = form.as_mut_slice()
        && met_returns
        && last.len() > 1
        && last.ends_with('\r')
    {
        last.pop();
    }
    form
}
