//! Lines from a grammar of everything by which bash evaluates text, assigns to names or runs
//! commands in passing. They name nothing outside the working directory.

use proptest::prelude::*;

const NAMES: &[&str] = &[
    "x",
    "y",
    "w",
    "n",
    "CI",
    "TF_VAR_a",
    "PATH",
    "PYTEST_ADDOPTS",
    "IFS",
    "BASH_ENV",
    "w[x]",
    "w[0]",
    "TERM",
];
const VALUES: &[&str] = &[
    "1",
    "3",
    "ev",
    "x",
    "y",
    "PATH",
    "'q[$(evil)]'",
    "'$(evil)'",
    "\"$(evil)\"",
    "$(evil)",
    "`evil`",
    "'evil'",
    "pytest",
    "'a b'",
    "\"$x\"",
    "$y",
    "${x}",
    "\"$@\"",
    "PATH=ev",
    "''",
    "'PATH'",
    "w",
    "$((x))",
    "-pevil",
    "'q[PATH=7]'",
];
const EXPRESSIONS: &[&str] = &[
    "1",
    "x",
    "x + 1",
    "x++",
    "--y",
    "x = 3",
    "PATH = 7",
    "w[x]",
    "w[0]",
    "$x",
    "${y}",
    "x, y",
    "x = y",
    "n > 2 ? x : y",
    "$(evil)",
    "q[$(evil)]",
    "x += y",
    "16#ff",
    "RANDOM",
    "0x1F",
    "x == 1",
    "(x = 1) + x",
    "0 && (y = 1), y",
    "\"x\"",
    "'x'",
    "CI = 1",
    "${#x}",
    "$#",
    "$((y))",
];
/// `N`, `V` and `E` are a name, a value and an expression; `P` is one of [`PARAMETERS`].
const FRAGMENTS: &[&str] = &[
    "N=V",
    "N+=V",
    "N=(V V)",
    "N=([E]=V)",
    "w[E]=V",
    "N=P",
    "declare N=V",
    "declare -i N=V",
    "declare -i N",
    "declare -n N=V",
    "declare -a N=(V)",
    "declare -A N=([V]=V)",
    "declare -l N=V",
    "declare -x N=V",
    "export N=V",
    "readonly N",
    "typeset -i N=E",
    "declare -ix N=V",
    "declare +i N",
    "f() { local N=V; }; f V",
    "f() { local -i N=$1; }; f V",
    "f() { P; pytest; }; f V V",
    "f() { : P; }; f V",
    "f() { local -n N=$1; N=V; }; f N",
    "read N <<< V",
    "read -r N N <<< V",
    "read -a N <<< V",
    "mapfile -t N <<< V",
    "mapfile -C evil -c 1 N <<< V",
    "printf -v N V",
    "printf -v N '%s' V",
    "wait -p N -n",
    "getopts a: N -aV",
    "unset N",
    "let E",
    "let 'N = E'",
    "(( E ))",
    "(( N = E ))",
    "(( E, E ))",
    "[[ E -eq E ]]",
    "[[ V -lt E ]]",
    "[[ -v V ]]",
    "[[ -v N ]]",
    "[[ P == V ]]",
    "[[ -n P ]]",
    "test -v V",
    "[[ V =~ V ]]",
    ": P",
    ": \"P\"",
    ": \"xPx\"",
    "true P",
    "x=P",
    "N=\"P\"",
    "case P in V) ;; esac",
    "for N in V V; do :; done",
    "for N in P; do : $N; done",
    "for N; do :; done",
    "for ((N=E;E;)); do break; done",
    "for ((;E;E)) { break; }",
    "select N in V; do break; done <<< 1",
    ": <<< P",
    ": <<Q\nP\nQ",
    ": <<'Q'\nP\nQ",
    ": < P",
    ": {N}</dev/null",
    ": {w[E]}</dev/null",
    "exec {N}</dev/null",
    "coproc N { :; }",
    "coproc P { :; }",
    "coproc pytest",
    "coproc N (pytest)",
    "set -- V V",
    "set -- P",
    "shift",
    "shift 1",
    "while (( E )); do break; done",
    "while read -r N; do break; done <<< V",
    "until [[ E -ge 1 ]]; do break; done",
    "if (( E )); then N=V; fi",
    "( N=V; : P )",
    "{ N=V; } {N}</dev/null",
    "eval V",
    "eval 'N=V'",
    "eval \": P\"",
    "bash -c ': P' V V",
    "bash -c 'pytest' V",
    "bash -kc 'pytest PATH=ev'",
    "bash -c \"V\"",
    "bash <<< 'pytest'",
    "bash -s V <<< ': P; pytest'",
    "bash -ec 'N=V; pytest'",
    "bash -ic pytest </dev/null",
    "command N=V",
    "builtin printf -v N V",
    "command read N <<< V",
    "N=V pytest",
    "N=V true",
    "true N=V",
    "pytest N=V",
    "pytest P",
    "pytest V",
    "$N",
    "\"$N\" V",
    "${N} test",
    "trap V EXIT",
    "trap ': P' EXIT",
    "alias pytest=evil",
    "shopt -s expand_aliases",
    "set -k",
    "set -a",
    "set -e",
    "set -u",
    "set +e",
    "exec 3</dev/null",
    "time pytest",
    "time -- pytest",
    "! pytest",
    "export -p",
    "declare -p",
    "set",
    "pytest <(P)",
    "echo P",
    "x=1",
    "y=2",
    "w=(1 2)",
    "cd ev",
    "pushd ev",
    "x=$(pytest)",
    "x=$(: P)",
    "export CI=1",
    "enable -n printf",
    "hash -p ev/pytest pytest",
    "PATH=ev:$PATH",
    "command_not_found_handle() { evil; }",
    "pytest() { evil; }",
    "function npm { pytest; }",
    "wait",
    "return 2",
    "true || N=V",
    "false && evil",
];
const PARAMETERS: &[&str] = &[
    "$N",
    "${N}",
    "${N:-V}",
    "${N-V}",
    "${N:=V}",
    "${N=V}",
    "${N:+V}",
    "${N:?V}",
    "${N:E}",
    "${N:E:E}",
    "${N: -E}",
    "${N#V}",
    "${N##V}",
    "${N%V}",
    "${N/V/V}",
    "${N//V}",
    "${N^^}",
    "${N,}",
    "${N@P}",
    "${N@Q}",
    "${N@E}",
    "${N@L}",
    "${!N}",
    "${!N:-V}",
    "${!N@P}",
    "${!N*}",
    "${!w[@]}",
    "${#N}",
    "${#w[@]}",
    "${w[E]}",
    "${w[@]}",
    "${w[@]:E}",
    "${w[*]:E:E}",
    "${w[E]:-V}",
    "${#w[E]}",
    "${!w[E]}",
    "$@",
    "$*",
    "$1",
    "${1}",
    "${@:E}",
    "${*:E:E}",
    "${1:E}",
    "${1:-V}",
    "${!1}",
    "${@@P}",
    "${1@P}",
    "${@#V}",
    "${$:E}",
    "${?:E}",
    "${-:E}",
    "${!:E}",
    "${#:E}",
    "${0:E}",
    "${!#}",
    "$((E))",
    "$[E]",
    "$(: V)",
    "`: V`",
    "$(evil)",
    "$((E, E))",
    "${N:$((E))}",
    "${w[$((E))]}",
    "$'a\\tb'",
    "$\"V\"",
    "$#",
    "$?",
    "$$",
    "$!",
    "$-",
    "${_}",
    "${RANDOM:E}",
    "${N:-${N:=V}}",
    "${N:-$((E))}",
];
const TAILS: &[&str] = &[
    "pytest",
    "npm test",
    "terraform plan",
    "pytest -q",
    "pytest \"$x\"",
    "pytest $n",
    "$y",
    "pytest ${w[0]}",
    "for x in a b; do pytest $x; done",
];
const JOINTS: &[&str] = &["; ", "\n", " && ", " || ", " & ", " | "];
const EDITS: &[&str] = &[
    "$", "{", "}", "(", ")", "'", "\"", "[", "]", "\\", "`", " ", ";", "$(", "${", "((", "))", "=",
    "x", "<", "#", "!",
];

/// A fragment with its letters replaced, each time by another choice.
fn filled(template: &str, mut pick: impl FnMut(usize) -> usize) -> String {
    let mut out = String::new();
    let parameters = template.replace("P;", "P ;");
    for (index, c) in parameters.char_indices() {
        let before = parameters[..index].chars().next_back();
        let after = parameters[index + 1..].chars().next();
        let alone = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        let stands = (alone(before) || before == Some('x') || before == Some('a'))
            && (alone(after) || after == Some('x'));
        match c {
            'P' if stands => {
                let choice = PARAMETERS[pick(PARAMETERS.len())];
                out.push_str(&filled(choice, &mut pick as &mut dyn FnMut(usize) -> usize));
            }
            'N' if stands => out.push_str(NAMES[pick(NAMES.len())]),
            'V' if stands => out.push_str(VALUES[pick(VALUES.len())]),
            'E' if stands => out.push_str(EXPRESSIONS[pick(EXPRESSIONS.len())]),
            _ => out.push(c),
        }
    }
    out
}

pub(crate) fn line() -> impl Strategy<Value = String> {
    let fragment = (
        prop::sample::select(FRAGMENTS),
        prop::collection::vec(any::<prop::sample::Index>(), 24),
        0..8_usize,
    )
        .prop_map(|(template, choices, around)| {
            let mut next = choices.into_iter().cycle();
            let text = filled(template, |length| {
                next.next().map_or(0, |index| index.index(length))
            });
            match around {
                0 => format!("{{ {text}\n}}"),
                1 => format!("( {text}\n)"),
                2 => format!("if :; then {text}\nfi"),
                3 => format!("g() {{ {text}\n}}; g a 1"),
                _ => text,
            }
        });
    let edit = (any::<prop::sample::Index>(), prop::sample::select(EDITS));
    (
        prop::collection::vec((fragment, prop::sample::select(JOINTS)), 1..4),
        prop::sample::select(TAILS),
        prop::option::weighted(0.15, edit),
    )
        .prop_map(|(fragments, tail, edit)| {
            let mut text = String::new();
            for (fragment, joint) in fragments {
                text.push_str(&fragment);
                // A here-document ends at a line's end.
                text.push_str(if fragment.contains("<<Q") || fragment.contains("<<'Q") {
                    "\n"
                } else {
                    joint
                });
            }
            text.push_str(tail);
            if let Some((index, piece)) = edit {
                let mut chars: Vec<char> = text.chars().collect();
                let at = index.index(chars.len());
                chars.splice(at..at, piece.chars());
                text = chars.into_iter().collect();
            }
            text
        })
}
