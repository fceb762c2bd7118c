//! Laws of allowing by effect, each over a product of cases: variables of the environment, numbers that
//! only the run will show, and awk programs that implementations read differently.

use crate::common;

use cavra::action::{Action, Caller, Place, Request, establish};
use cavra::decision::Verdict;
use cavra::engine::Policy;

const ROOT: &str = "/home/dev/repo";

struct Allows(Policy);

impl Allows {
    /// A pack that allows every effect.
    fn all() -> Self {
        let text = "metadata: {id: own, inherits: cavra-ai-agent-baseline}\n\
                    commands: {allow_effects: {read_workspace: true, write_workspace: true, temporary_files: true, git_local: true}}";
        Self(Policy::compile(common::inline(text, &[])).unwrap())
    }

    fn allows(&self, line: &str) -> bool {
        let action = Action {
            request: Request::ExecuteCommand {
                command_line: line.to_owned(),
            },
            caller: Caller::default(),
            place: Place {
                cwd: Some(ROOT.to_owned()),
                workspace_root: Some(ROOT.to_owned()),
                ..Place::default()
            },
            terraform_plan: None,
        };
        let facts = establish(&action).unwrap();
        self.0.judge(&action, &facts).decision == Verdict::Allow
    }
}

/// Where a value is shown or tested, `V`. The line has no other effect.
const SHOWN: &[&str] = &[
    "cat <<< V",
    "cat <<< \"x V y\"",
    "cat <<EOF\nx V\nEOF",
    "tr a b <<< V",
    "cat > x.txt <<< V",
    "tee x.txt <<< V",
    "wc -c <<< V | tail -1",
    "{ cat; } <<< V",
    "(cat) <<< V",
    "if true; then cat; fi <<< V",
    "while read -r l; do echo x; done <<< V",
    "[[ V == E* ]] && echo yes",
    "echo yes; [[ V == E* ]]",
    "[[ ! ( -z V || a == b ) ]] && ls",
    "[[ a == V ]] && ls",
    "[[ V =~ ^E ]] || ls",
    "case V in E*) ls;; esac",
    "case E in V) ls;; esac",
    "set -x; y=V; ls",
    "y=V; set -x; ls",
    "set -o xtrace; : V; ls",
    "set -ex; for y in V; do ls; done",
    "bash -xc 'y=V; ls'",
    "y=${z?V}; ls",
    "y=V; cat <<< \"$y\"",
    "y=a; y+=V; cat <<< \"$y\"",
    "y=${z:-V}; cat <<< \"$y\"",
    "declare y=V; [[ $y == E* ]] && ls",
    "for y in V; do [[ $y == E* ]] && ls; done",
    "y=a; for i in 1 2; do cat <<< \"$y\"; y=V; done",
    "f() { cat <<< \"$1\"; }; f V",
    "f() { echo $#; }; f V",
    "x=$(cat <<< V); ls",
    "timeout 5 cat <<< V",
    "true && cat <<< V",
    "exec 3<<< V; cat README.md",
];
/// Values of variables that the line didn't surely assign.
const OF_THE_ENVIRONMENT: &[&str] = &[
    "$TOKEN",
    "${TOKEN}",
    "\"$TOKEN\"",
    "${TOKEN:-x}",
    "${TOKEN:0:3}",
    "${TOKEN%%a*}",
    "${TOKEN/a/b}",
    "${TOKEN^^}",
    "${TOKEN@Q}",
    "${TOKEN[0]}",
    "${TOKEN[@]}",
    "${!TOKEN}",
    "x$TOKEN",
    "$(cat <<< $TOKEN)",
    "$_",
];
/// Values that are not of the environment.
const OWN: &[&str] = &[
    "Ex",
    "'E x'",
    "$HOME",
    "\"$USER\"",
    "$?",
    "$(uname)",
    "$((1 + 2))",
];

/// No line that shows or tests a variable of the environment is allowed by its effects.
#[test]
fn nothing_shows_the_environment() {
    let all = Allows::all();
    for place in SHOWN {
        for value in OF_THE_ENVIRONMENT {
            let line = place.replace('V', value);
            assert!(!all.allows(&line), "{line:?}");
        }
    }
}

/// The same places are no reason against values that the line makes itself. Some places ask for other
/// reasons, so half of the products is enough.
#[test]
fn values_that_the_line_makes_are_shown() {
    let all = Allows::all();
    let product = SHOWN
        .iter()
        .flat_map(|place| OWN.iter().map(|value| place.replace('V', value)));
    let (allowed, asked): (Vec<String>, Vec<String>) = product.partition(|line| all.allows(line));
    assert!(allowed.len() > asked.len(), "{asked:#?}");
    for line in [
        "cat <<< Ex",
        "[[ $? == E* ]] && echo yes",
        "set -x; y=$(uname); ls",
    ] {
        assert!(all.allows(line), "{line:?}");
    }
}

/// An index, an offset or a length that only the run will show picks no known word.
#[test]
fn a_number_of_the_run_picks_nothing() {
    let all = Allows::all();
    let places = [
        "cat \"${a[N]}\"",
        "cat \"${a[N+0]}\"",
        "cat \"${a[@]:N:1}\"",
        "cat \"${a[@]:0:N+1}\"",
        "cat \"${s:N}\"",
        "cat \"${s:0:N}\"",
        "echo x > \"${a[N]}\"",
        "n=N; cat \"${a[$n]}\"",
        "n=N; cat \"${a[n]}\"",
        "n=$((N)); cat \"${a[$n]}\"",
        "printf 'x%n' n; cat \"${a[n]}\"; : N",
    ];
    let numbers = [
        "$?", "${?}", "$#", "$!", "$$", "${#s}", "$(($?))", "$RANDOM", "$LINENO",
    ];
    for place in places {
        for number in numbers {
            let line = format!(
                "a=(a.txt b.txt c.txt); s=a.txt; {}",
                place.replace('N', number)
            );
            assert!(!all.allows(&line), "{line:?}");
        }
    }
    for place in [
        "cat \"${a[1]}\"",
        "cat \"${a[1]}\"; : $?",
        "cat \"${a[0]}\"; echo $?",
    ] {
        let line = format!("a=(a.txt b.txt c.txt); s=a.txt; {place}");
        assert!(all.allows(&line), "{line:?}");
    }
}

/// An awk program that holds a command is not known, whatever is in front of a `/` that could hide
/// the command in a regular expression or a comment.
#[test]
fn awk_hides_no_command() {
    let all = Allows::all();
    let before = [
        "x", "1", "1.5e3", "$1", "$", "(x)", "a[1]", "\"s\"", "x++", "x--", "=", "==", "+", "-",
        "*", "%", "^", "<", "?", ":", "!", "~", ",", "(", "{", "}", ";", "&&", "||", "case",
        "length", "print", "return", "in", "else", "do", "exit", "delete", "next", "getline",
        "func", "default", "NF", "$NF", "if (x)", "x \\\n", "",
    ];
    let blanks = [
        "", " ", "\t", "\n", "\r", "\u{b}", "\u{c}", "\u{a0}", "\u{85}", "\u{7f}",
    ];
    let behind = [
        "/system(\"touch x\")/1}",
        "/#/;system(\"touch x\")\n}",
        "/#/ 1;\n\"touch x\" | getline}",
        "/=system(\"touch x\")/1}",
        "/\"/;system(\"touch x\");y=/\"/}",
        "/[/]/;system(\"touch x\");y=/[/]/}",
    ];
    let mut failures = Vec::new();
    for before in before {
        for blank in blanks {
            for behind in behind {
                for start in ["BEGIN{", "BEGIN{y=1;"] {
                    let program = format!("{start}{before}{blank}{behind}");
                    let is_regex =
                        is_regex_everywhere(before, blank) && behind.starts_with("/system");
                    if !is_regex && all.allows(&format!("awk '{program}'")) {
                        failures.push(program);
                    }
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}: {failures:#?}", failures.len());
    assert!(all.allows("awk 'BEGIN{y=1;/system(x)/}'"));
    assert!(all.allows("awk 'BEGIN{y=x/2/3}'"));
}

/// POSIX "awk", "Grammar": behind these tokens no awk divides, so that the text is a pattern.
fn is_regex_everywhere(before: &str, blank: &str) -> bool {
    const STARTS: &[&str] = &["!", "~", ",", "(", "{", "}", ";", "&&", "||", ""];
    // A line's end closes the statement behind a value.
    const VALUES: &[&str] = &[
        "x", "1", "1.5e3", "$1", "a[1]", "\"s\"", "NF", "$NF", "x \\\n",
    ];
    let is_blank = matches!(blank, "" | " " | "\t" | "\n");
    is_blank && STARTS.contains(&before) && !(before == "(" && blank == "\n")
        || blank == "\n" && VALUES.contains(&before)
}
