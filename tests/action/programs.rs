//! What known programs are said to run, read, write and change, held to `tests/data/programs.txt`.
//!
//! A line there is `COMMAND => CHECK ; CHECK …`. The command is split by quotes and blanks; a word
//! with a bare `$` is dynamic, one with a bare `*` or `?` a glob. The checks:
//!
//! | check | holds if |
//! |---|---|
//! | `reads A B`, `writes A B` | these are all the paths read or written; a trailing `/**` marks a walk |
//! | `remakes A B` | these are all the paths that hold what the program makes itself |
//! | `reads+ A`, `writes+ A`, `reads- A` | the path is (not) among them |
//! | `form WORDS`, `noform WORDS` | these words (don't) begin one of the block forms |
//! | `allow WORDS`, `noallow` | the allow form is just that, or there is none |
//! | `runs WORDS`, `script TEXT` | it wraps that, or starts it besides |
//! | `carries WORDS` | it runs that, and an allow of the whole line takes it in |
//! | `stdin`, `dynamic` | it wraps that |
//! | `lifts`, `keeps` | the wrapper lifts an allow, or doesn't |
//! | `inert`, `live`, `neutral`, `notneutral`, `unknown`, `known`, `destructive` | the leaf says so |
//! | `base D`, `dir D`, `sets NAME`, `remote WORDS`, `switches B` | as they say |

use crate::cpu::timed;
use cavra::action::facts::Effect;
use cavra::action::program::{Access, Inner, Leaf, Meaning, Operand, constant_output, interpret};
use cavra::action::shell::ShellWord;
use proptest::prelude::*;

/// Splits as the table's header says.
fn words(line: &str) -> Vec<ShellWord> {
    let mut words = Vec::new();
    let mut word: Option<ShellWord> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (Some(open), _) if open == letter => quote = None,
            (None, ' ') => words.extend(word.take()),
            (_, letter) => {
                let word = word.get_or_insert_default();
                word.dynamic |= letter == '$' && quote != Some('\'');
                word.glob |= matches!(letter, '*' | '?') && quote.is_none();
                word.text.push(letter);
            }
        }
    }
    words.extend(word);
    words
}

fn paths(operands: &[Operand], access: Access) -> Vec<String> {
    let mut paths: Vec<String> = operands
        .iter()
        .filter(|operand| is_of(operand.access, access))
        .map(|operand| {
            format!(
                "{}{}",
                operand.word.text,
                if operand.recursive { "/**" } else { "" }
            )
        })
        .collect();
    paths.sort();
    paths
}

/// What is removed is written too.
fn is_of(found: Access, wanted: Access) -> bool {
    found == wanted || (found == Access::Remove && wanted == Access::Write)
}

fn sorted(list: &str) -> Vec<String> {
    let mut list: Vec<String> = list.split_whitespace().map(str::to_owned).collect();
    list.sort();
    list
}

fn plain(words: &[ShellWord]) -> String {
    words
        .iter()
        .map(|word| word.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

fn operands(meaning: &Meaning) -> &[Operand] {
    match meaning {
        Meaning::Wraps(wrapper) => &wrapper.operands,
        Meaning::Runs(leaf) => &leaf.operands,
    }
}

fn begins(leaf: &Leaf, list: &str) -> bool {
    let want: Vec<&str> = list.split_whitespace().collect();
    leaf.block_forms.iter().any(|form| {
        form.iter()
            .map(String::as_str)
            .take(want.len())
            .eq(want.iter().copied())
    })
}

/// What it runs, itself or besides what it does itself.
fn inner(meaning: &Meaning) -> Vec<&Inner> {
    match meaning {
        Meaning::Wraps(wrapper) => wrapper.inner.iter().collect(),
        Meaning::Runs(leaf) => leaf.starts.iter().collect(),
    }
}

fn holds(meaning: &Meaning, check: &str) -> bool {
    let (verb, rest) = check.split_once(' ').unwrap_or((check, ""));
    let reads = || paths(operands(meaning), Access::Read);
    let writes = || paths(operands(meaning), Access::Write);
    match (verb, meaning) {
        ("reads", _) => reads() == sorted(rest),
        ("writes", _) => writes() == sorted(rest),
        ("remakes", _) => paths(operands(meaning), Access::WriteOwnKind) == sorted(rest),
        ("reads+", _) => reads().contains(&rest.to_owned()),
        ("reads-", _) => !reads().contains(&rest.to_owned()),
        ("writes+", _) => writes().contains(&rest.to_owned()),
        ("writes-", _) => !writes().contains(&rest.to_owned()),
        ("runs", _) => inner(meaning)
            .iter()
            .any(|inner| matches!(inner, Inner::Words(words) if plain(words) == rest)),
        ("carries", _) => inner(meaning)
            .iter()
            .any(|inner| matches!(inner, Inner::Carried(words) if plain(words) == rest)),
        ("script", Meaning::Wraps(wrapper)) if called(wrapper, Some(rest)) => true,
        ("script", _) => inner(meaning).contains(&&Inner::Script(rest.to_owned())),
        ("stdin", Meaning::Wraps(wrapper)) => {
            wrapper.inner.contains(&Inner::Stdin) || called(wrapper, None)
        }
        ("arguments", Meaning::Wraps(wrapper)) => wrapper.inner.iter().any(
            |inner| matches!(inner, Inner::Called(script) if plain(&script.arguments) == rest),
        ),
        ("dynamic", Meaning::Wraps(wrapper)) => wrapper
            .inner
            .iter()
            .any(|inner| matches!(inner, Inner::Dynamic(_))),
        ("lifts", Meaning::Wraps(wrapper)) => wrapper.lifts_allow.is_some(),
        ("keeps", Meaning::Wraps(wrapper)) => wrapper.lifts_allow.is_none(),
        ("dir", Meaning::Wraps(wrapper)) => wrapper
            .directory
            .as_ref()
            .is_some_and(|word| word.text == rest),
        ("sets", Meaning::Wraps(wrapper)) => wrapper.assignments == sorted(rest),
        ("form", Meaning::Runs(leaf)) => begins(leaf, rest),
        ("noform", Meaning::Runs(leaf)) => !begins(leaf, rest),
        ("allow", Meaning::Runs(leaf)) => {
            leaf.allow_form
                .as_ref()
                .is_some_and(|form| form.join(" ") == rest)
                && leaf.allow_lifted.is_empty()
        }
        ("noallow", Meaning::Runs(leaf)) => {
            leaf.allow_form.is_none() && !leaf.allow_lifted.is_empty()
        }
        ("loads", Meaning::Runs(leaf)) => leaf.loads.iter().any(|word| word.text == rest),
        ("inert", Meaning::Runs(leaf)) => leaf.inert,
        ("live", Meaning::Runs(leaf)) => !leaf.inert,
        ("neutral", Meaning::Runs(leaf)) => leaf.neutral,
        ("notneutral", Meaning::Runs(leaf)) => !leaf.neutral,
        ("unknown", Meaning::Runs(leaf)) => !leaf.unknowns.is_empty(),
        ("known", Meaning::Runs(leaf)) => leaf.unknowns.is_empty(),
        ("destructive", Meaning::Runs(leaf)) => leaf.effect == Effect::Destructive,
        ("harmless", Meaning::Runs(leaf)) => leaf.effect == Effect::None,
        ("base", Meaning::Runs(leaf)) => plain(&leaf.base) == rest,
        ("dir", Meaning::Runs(leaf)) => leaf
            .directory
            .as_ref()
            .is_some_and(|word| word.text == rest),
        ("sets", Meaning::Runs(leaf)) => leaf.assignments == sorted(rest),
        ("remote", Meaning::Runs(leaf)) => leaf
            .git_remote
            .as_ref()
            .is_some_and(|words| plain(words) == rest),
        ("switches", Meaning::Runs(leaf)) => leaf
            .switches_to
            .as_ref()
            .is_some_and(|word| word.text == rest && !word.dynamic),
        ("may-switch", Meaning::Runs(leaf)) => {
            leaf.switches_to.as_ref().is_some_and(|word| word.dynamic)
        }
        _ => false,
    }
}

/// A new shell runs this text, or what it reads from standard input.
fn called(wrapper: &cavra::action::program::Wrapper, text: Option<&str>) -> bool {
    wrapper
        .inner
        .iter()
        .any(|inner| matches!(inner, Inner::Called(script) if script.text.as_deref() == text))
}

#[test]
fn every_line_of_the_table_holds() {
    let table = include_str!("../data/programs.txt");
    let mut rows = 0;
    let mut wrong = Vec::new();
    for (number, line) in table.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (command, checks) = line.split_once(" => ").expect("a row has ` => `");
        rows += 1;
        let meaning = interpret(&words(command.trim()));
        for check in checks.split(" ; ").map(str::trim) {
            if !holds(&meaning, check) {
                wrong.push(format!(
                    "{}: `{command}` should be `{check}`: {meaning:?}",
                    number + 1
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong of {rows}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(rows >= 250, "only {rows} rows");
}

#[test]
fn constant_output_is_what_bash_prints() {
    for (line, want) in [
        ("echo terraform apply", Some("terraform apply\n")),
        ("echo -n a b", Some("a b")),
        (r"echo -e 'a\nb'", Some("a\nb\n")),
        (r"echo 'a\nb'", Some("a\\nb\n")),
        (r"echo -ne 'a\x41\0101\c gone'", Some("aAA")),
        (r"echo -eE 'a\n'", Some("a\\n\n")),
        ("echo -- x", Some("-- x\n")),
        ("echo -nx", Some("-nx\n")),
        ("echo $X", None),
        ("echo *", None),
        (r"printf 'terraform %s\n' apply", Some("terraform apply\n")),
        (r"printf '%s ' terraform apply", Some("terraform apply ")),
        (r"printf '\164erraform apply'", Some("terraform apply")),
        ("printf '%b' 'a\\tb'", Some("a\tb")),
        ("printf '%%'", Some("%")),
        ("printf '%5d' 1", None),
        ("printf -v x y", None),
        ("printf x", Some("x")),
        ("cat f", None),
        ("./echo x", None),
    ] {
        assert_eq!(constant_output(&words(line)).as_deref(), want, "{line}");
    }
}

proptest! {
    /// Whatever the words, there is a meaning, and a leaf always has a form to block.
    #[test]
    fn any_words_have_a_meaning(
        program in prop::sample::select(vec![
            "git", "terraform", "terragrunt", "kubectl", "aws", "find", "xargs", "bash", "sudo", "env", "tar",
            "sed", "awk", "curl", "pytest", "npm", "su", "parallel", "ssh", "printf", "echo", "trap", "script",
            "flock", "watch", "dd", "zip", "openssl", "python3", "rg", "cp", "busybox", "npx", "",
        ]),
        rest in prop::collection::vec((r"(-{0,2}[a-zA-Z=:/.@{}%\\é$*+]{0,9})", any::<bool>(), any::<bool>()), 0..8),
    ) {
        let mut list = vec![ShellWord::constant(program)];
        list.extend(rest.into_iter().map(|(text, dynamic, glob)| ShellWord { text, dynamic, glob, shown: false }));
        let _ = constant_output(&list);
        match interpret(&list) {
            Meaning::Runs(leaf) => {
                prop_assert!(!leaf.block_forms.is_empty());
                prop_assert_eq!(leaf.allow_form.is_none(), !leaf.allow_lifted.is_empty());
                if list.iter().any(|word| word.dynamic) {
                    prop_assert!(leaf.allow_form.is_none());
                }
            }
            Meaning::Wraps(wrapper) => prop_assert!(!wrapper.inner.is_empty()),
        }
    }
}

/// Many words must not cost more than their number, and one long word not more than its length.
#[test]
fn a_long_line_is_read_in_linear_time() {
    let options = |text: &str| vec![ShellWord::constant(text); 20_000];
    let cluster = vec![ShellWord::constant(format!(
        "-{}",
        "abcdefgh".repeat(8_000)
    ))];
    let rest = [
        [options("--x"), options("y")].concat(),
        [options("-exec"), options("{}")].concat(),
        cluster,
    ];
    for program in [
        "git",
        "terraform",
        "kubectl",
        "find",
        "xargs",
        "bash",
        "tar",
        "npx",
        "cp",
        "parallel",
        "aws",
        "cat",
        "chmod",
        "diff",
        "bzip2",
        "gcloud",
        "curl",
        "docker",
        "frobnicate",
    ] {
        for rest in &rest {
            let mut list = vec![ShellWord::constant(program)];
            list.extend(rest.iter().cloned());
            let (_, took) = timed(|| interpret(&list));
            assert!(took.as_millis() < 2_000, "{program} took {took:?}");
        }
    }
}
