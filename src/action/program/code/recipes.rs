//! Makefiles that are in the line: recipes, `$(shell …)`, `include`, `SHELL`.

use super::Constants;

/// What is constant in a makefile.
pub(super) fn makefile(text: &str, found: &mut Constants) {
    for line in text.lines() {
        functions(line, found);
        if let Some(recipe) = line.strip_prefix('\t') {
            command(recipe, found);
            continue;
        }
        let trimmed = line.trim_start();
        if let Some(files) = trimmed
            .strip_prefix("include ")
            .or_else(|| trimmed.strip_prefix("-include "))
        {
            files.split_whitespace().for_each(|file| found.reads(file));
        } else if let Some((name, value)) = assignment(trimmed) {
            match name {
                "SHELL" => found.shell(value),
                name if name.ends_with('!') => found.shell(value),
                _ => {}
            }
        } else if let Some((_, rest)) = trimmed.split_once(':')
            && let Some((_, recipe)) = rest.split_once(';')
        {
            command(recipe, found);
        }
    }
}

/// `NAME = VALUE`, `NAME := VALUE`, `NAME != COMMAND`; not `target: NAME = VALUE` with a recipe.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let shell = name.trim_end().ends_with('!');
    let bare = name
        .trim_end()
        .trim_end_matches([':', '?', '+', '!'])
        .trim_end();
    let is_name = !bare.is_empty() && !bare.contains([' ', ':', ';', '$']);
    let name = if shell { name.trim_end() } else { bare };
    is_name.then_some((name, value.trim()))
}

/// A recipe's line: `@`, `-` and `+` in front say how, `$$` is `$`.
fn command(recipe: &str, found: &mut Constants) {
    let recipe = recipe.trim_start().trim_start_matches(['@', '-', '+']);
    found.shell(&recipe.replace("$$", "$"));
}

/// `$(shell COMMAND)`
fn functions(line: &str, found: &mut Constants) {
    for (open, close) in [("$(shell ", ')'), ("${shell ", '}')] {
        for (at, _) in line.match_indices(open).take(MAX_FUNCTIONS) {
            let rest = line.get(at + open.len()..).unwrap_or_default();
            let end = rest.rfind(close).unwrap_or(rest.len());
            found.shell(&rest.get(..end).unwrap_or_default().replace("$$", "$"));
        }
    }
}

/// How many calls of one line are looked at.
const MAX_FUNCTIONS: usize = 8;
