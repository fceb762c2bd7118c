//! Files of variables that a host sets for itself and for the programs that it starts.

use serde_json::{Map, Value, json};

/// The variables of a `.env` file, in the form in which settings set variables: `{"env": {…}}`.
///
/// A line `NAME=VALUE`, `NAME: VALUE` or either behind `export` sets one (the `dotenv` package, which
/// hosts use). A line within a quoted value that looks like one counts too.
#[must_use]
pub fn as_settings(text: &str) -> Value {
    let variables: Map<String, Value> = text.lines().filter_map(variable).collect();
    json!({ "env": variables })
}

fn variable(line: &str) -> Option<(String, Value)> {
    let line = line.trim_start_matches('\u{feff}').trim_start();
    let line = match line.strip_prefix("export") {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => line,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let end = line.find(|c| !is_name(c))?;
    let (name, rest) = line.split_at_checked(end)?;
    let value = rest.trim_start().strip_prefix(['=', ':'])?;
    (!name.is_empty()).then(|| (name.to_owned(), value.trim().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_line_sets_its_variable() {
        let text = "A=1\n B = 2\nexport C=3\n\texport  D: 4\nE:5\r\n# F=6\n=7\nG\nexportH=8\n";
        let wanted = json!({"A": "1", "B": "2", "C": "3", "D": "4", "E": "5", "exportH": "8"});
        assert_eq!(as_settings(text), json!({ "env": wanted }));
        assert_eq!(
            as_settings("\u{feff}LD_PRELOAD=x")["env"]["LD_PRELOAD"],
            "x"
        );
    }
}
