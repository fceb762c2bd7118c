//! Laws of the facts of command lines, over generated lines.

use std::time::Duration;

use cavra::action::establish;
use cavra::action::establish::establish_counted;
use cavra::action::facts::{Facts, UnknownKind};
use cavra::action::limits::{MAX_SKIM_WORK, MAX_WORK};
use cavra::action::{Action, Caller, Place, Request};
use proptest::prelude::*;

use crate::cpu::timed;

fn action(line: &str) -> Action {
    Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: Place::default(),
        terraform_plan: None,
    }
}

fn facts(line: &str) -> Facts {
    establish(&action(line)).expect("facts")
}

/// Units of work for each byte of a line that is skimmed, whatever the budgets hold.
const SKIMMED_BYTE: usize = 7_000;

/// Establishes the facts of a line, within the work that it may take; and what is not counted
/// as work takes no time worth a count either.
fn bounded(line: &str) {
    let ((_, work), took) = timed(|| establish_counted(&action(line)).expect("facts"));
    let most = MAX_WORK + MAX_SKIM_WORK + SKIMMED_BYTE * line.len();
    let shown: String = line.chars().take(40).collect();
    assert!(work <= most, "{shown:?}…: {work} units of work");
    assert!(
        took < Duration::from_secs(4),
        "{shown:?}…: {took:?} of CPU time"
    );
}

fn forms(facts: &Facts) -> Vec<Vec<String>> {
    // `f` is a program until the line defines it.
    let all = facts
        .commands
        .iter()
        .flat_map(|command| command.block_forms.clone());
    all.filter(|form| form.first().is_none_or(|program| program != "f"))
        .collect()
}

/// Simple lines and compositions of them, quoted in ways that bash undoes.
fn line() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "terraform apply",
        "terraform plan",
        "ter\"\"raform 'apply'",
        "kubectl delete pod x",
        "cat .env",
        "pytest -q",
        "git push origin main",
        "echo a b",
        "T=terraform; $T apply",
        "X=1 make all",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}; {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} && {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}\n{b}")),
            inner.clone().prop_map(|a| format!("( {a} )")),
            inner.clone().prop_map(|a| format!("{{ {a}; }}")),
            inner.clone().prop_map(|a| format!("if true; then {a}; fi")),
            inner.clone().prop_map(|a| format!("echo $( {a} )")),
            inner.prop_map(|a| format!("f() {{ {a}; }}; f")),
        ]
    })
}

/// Text made of what means something to a shell.
fn shellish() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\"",
        "'",
        "`",
        "\\",
        "$(",
        "${",
        "$((",
        "((",
        "))",
        ")",
        "(",
        "{",
        "}",
        "[",
        "]",
        "[[",
        "]]",
        " ",
        "\n",
        ";",
        "&",
        "&&",
        "|",
        "||",
        "<<X\n",
        "X\n",
        "<",
        ">",
        "<(",
        "$'",
        "$\"",
        "$",
        "#",
        "!",
        "=",
        "a=",
        "a[",
        "a=(",
        "{a,b}",
        "{1..9}",
        "*",
        "~",
        "case ",
        " in ",
        "esac",
        "if ",
        "then ",
        "fi ",
        "for ",
        "do ",
        "done ",
        "while ",
        "function ",
        "f()",
        "coproc ",
        "time ",
        "echo ",
        "bash -c ",
        "eval ",
        "1>",
        "9999999999999>",
        "~99999999999999999999999",
        "{99999999999999999999..1}",
        "é",
        "\u{E000}0\u{E001}",
        "\r",
        "\r\n",
        "\\\n",
        "=~ ",
        "-eq ",
        ";;",
        "<<<",
        "<<-Y",
        "$@",
        "$1",
        "@P}",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_gives_facts(text in "[^\0]{0,200}") {
        facts(&text);
    }

    #[test]
    fn shell_like_text_gives_facts_within_a_budget(text in shellish()) {
        bounded(&text);
    }

    #[test]
    fn a_line_is_no_less_than_its_parts(a in line(), b in line(), joint in prop::sample::select(vec!["; ", "\n", " && ", " || ", " & ", "\r\n"])) {
        let joined = facts(&format!("{a}{joint}{b}"));
        // A carriage return behind `)` is a syntax error. Of such a line nothing is allowed; its programs are
        // found, and of their words those that are not substituted.
        let is_error = joined.unknowns.iter().any(|it| it.kind == UnknownKind::Unparsed);
        let whole = forms(&joined);
        for form in forms(&facts(&a)).into_iter().chain(forms(&facts(&b))) {
            let names_program = |other: &Vec<String>| other.first() == form.first();
            let is_there = whole.contains(&form) || (is_error && whole.iter().any(names_program));
            prop_assert!(is_there, "{form:?} is lost");
        }
    }

    #[test]
    fn wrapping_hides_nothing(inner in line(), how in 0..12_usize) {
        let quoted = shlex::try_quote(&inner).expect("no NUL").into_owned();
        let wrapped = match how {
            0 => format!("bash -c {quoted}"),
            1 => format!("( {inner} )"),
            2 => format!("{{ {inner}\n}}"),
            3 => format!("eval {quoted}"),
            4 => format!("sudo sh -xec {quoted}"),
            5 => format!("bash <<'EOF'\n{inner}\nEOF"),
            6 => format!("printf '%s' {quoted} | bash"),
            7 => format!("if true\nthen {inner}\nfi"),
            8 => format!("x=$(\n{inner}\n)"),
            9 => format!("w() {{ {inner}\n}}; w"),
            10 => format!("while true\ndo {inner}\ndone"),
            _ => format!("case a in b) {inner}\nesac"),
        };
        let whole = forms(&facts(&wrapped));
        for form in forms(&facts(&inner)) {
            prop_assert!(whole.contains(&form), "{form:?} is lost in {wrapped:?}");
        }
    }

    #[test]
    fn plain_lines_mean_what_the_grammar_says(words in prop::collection::vec("[A-Za-z0-9_./:@,+-]{1,8}", 1..6), blanks in 1..3_usize) {
        let line = words.join(&" ".repeat(blanks));
        // A newline in front keeps the line from the short cut.
        prop_assert_eq!(facts(&line), facts(&format!("\n{line}")));
    }
}

#[test]
fn depth_costs_no_stack_and_little_work() {
    let openers = [
        "(",
        "((",
        "{ ",
        "$(",
        "$((",
        "`",
        "\"$(",
        "${x:-",
        "<(",
        "if ",
        "while ",
        "until ",
        "for x in ",
        "case x in x) ",
        "[[ ( ",
        "[[ ! ",
        "f() { ",
        "function f { ",
        "coproc ",
        "eval ",
        "bash -c '",
        "{a,",
        "{",
        "a[",
        "a[$((",
        "! ",
        "time ",
        "sudo ",
        "x=$(",
        "\"${x:-\"",
        "a=(",
        "$[",
        "echo @(",
        "a && ",
        "a | ",
        "a || (",
        "( a; ",
        "((a;",
        "( ( a; b ) ; ",
        "\\",
        "<<X ",
        "<",
        "'",
        "$'",
        "[[ a && ",
        "[[ a || ( ",
        "{ a; } && { ",
        "case a in (a) case b in (b) ",
        "for ((i=0;",
        "$(( $(( a; ",
        "\"$(echo \"",
        "echo $(( (",
        "${a[${a[",
        "$(case x in ",
        "{a,b}",
        "{1..9}",
        "A=$A$A;",
        "exec 3>&1 ",
        "cat <<X\n$(",
    ];
    for opener in openers {
        for count in [4, 16, 60, 64, 65, 300, 5000] {
            let text: String = opener.repeat(count).chars().take(65_535).collect();
            for text in [text.clone(), format!("{text}x")] {
                bounded(&text);
            }
        }
    }
}

#[test]
fn balanced_depth_costs_no_stack_and_little_work() {
    let pairs = [
        ("(", ")"),
        ("( ", " )"),
        ("( a; ", "; b )"),
        ("{ ", "; }"),
        ("$(", ")"),
        ("echo $(", ")"),
        ("\"$(", ")\""),
        ("`", "`"),
        ("if a; then ", "; fi"),
        ("while a; do ", "; done"),
        ("for i in a b c; do ", "; done"),
        ("case x in x) ", "\nesac"),
        ("f() { ", "; }; f"),
        ("{ f() { ", "; }; f; f; }"),
        ("[[ ( ", " ) ]]"),
        ("${x:-", "}"),
        ("$((", "))"),
        ("((", "))"),
        ("<(", ")"),
        ("bash -c \"", "\""),
        ("eval ", ""),
        ("{a,", "}"),
        ("a=(", ")"),
        ("coproc { ", "; }"),
        ("a && { ", "; }"),
        ("sudo ", ""),
    ];
    for (open, close) in pairs {
        for depth in [3, 8, 15, 16, 17, 30, 63, 64, 500] {
            let text = format!("{}x{}", open.repeat(depth), close.repeat(depth));
            bounded(&text);
        }
    }
}

#[test]
fn wrappers_and_brackets_add_up_within_the_stack() {
    // Each level is a shell of its own with brackets of its own.
    for (open, close) in [
        ("{ ", "\n}"),
        ("( ", "\n)"),
        ("if a; then ", "\nfi"),
        ("x=$(", "\n)"),
        ("f() { ", "\n}; f"),
    ] {
        for depth in [3, 10, 40, 60] {
            let mut text = String::from("terraform apply");
            for level in 0..15 {
                let inside = format!("{}{text}{}", open.repeat(depth), close.repeat(depth));
                text = format!("bash <<'E{level}'\n{inside}\nE{level}");
                if text.len() > 60_000 {
                    break;
                }
            }
            facts(&text);
        }
    }
}
