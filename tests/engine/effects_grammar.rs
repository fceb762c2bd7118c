//! Lines of the programs whose effects tables know, with their harmless and their dangerous options.
//!
//! The words name nothing outside the folder that they run in, but `../outside` and two files of the
//! system that hold no secret.

use proptest::prelude::*;
use proptest::sample::select;

/// Each program with words that may follow it, separated by blanks.
const PROGRAMS: &[(&str, &str)] = &[
    ("cat", "-n -A -s -- --help"),
    ("head", "-n 2 -5 -c10 --bytes=3 -q"),
    ("tail", "-n 2 -5 -c10 --lines=3 -q"),
    ("wc", "-l -c --files0-from=list --total=never"),
    ("nl", "-ba -w 3 -s:"),
    ("strings", "-n 4 -a @list -t x -T binary --target=x"),
    (
        "shuf",
        "-n 2 -r -i 1-3 -o out.txt --output=new.txt --random-source=list -e",
    ),
    ("tput", "cols setaf 1 reset init -S -T xterm"),
    ("expr", "1 + 2 a : b"),
    ("free", "-m -h -s 1 -c 1"),
    ("cut", "-f1 -d: -c1-3 --output-delimiter=x"),
    (
        "sort",
        "-r -n -u -k1,1 -t: -o out.txt -oout.txt --output=new.txt --outp=new.txt --compress-program=./evil -T ../outside -S 1 --files0-from=list --batch-size=2",
    ),
    ("uniq", "-c -d -f1 --group"),
    ("tac", "-b -s x"),
    ("rev", ""),
    ("fold", "-w 10 -s"),
    ("paste", "-s -d,"),
    ("comm", "-12 -3 --total"),
    ("cmp", "-s -n 3"),
    (
        "diff",
        "-u -q -r -w --to-file=.env --from-file=a.txt --label=x",
    ),
    ("od", "-c -An -N 8 -t x1"),
    ("xxd", "-p -ps -r -l 8 -c 4 -s 1 -u"),
    ("base64", "-d -w 0 -i"),
    ("sha256sum", "-b -c --tag"),
    ("file", "-b -i -f list -m list -C -z"),
    ("ls", "-l -a -1 -R -t -d --color=always -L -I x"),
    ("stat", "-c %s -f -t -L"),
    ("readlink", "-f -e"),
    ("realpath", "--relative-to=. -s"),
    ("du", "-s -h -a -d 1 --files0-from=list -X list -L"),
    (
        "find",
        "-name *.txt -type f -maxdepth 2 -delete -exec ./evil {} ; + -fprint out.txt -print -ls -L -newer a.txt ! -o ( )",
    ),
    (
        "grep",
        "-n -r -R -c -i -e x -f .env -l -L -A1 -5 --include=*.txt -d recurse --exclude-from=list",
    ),
    (
        "sed",
        "-n -e p s/a/b/ s/a/b/w_out.txt s/a/b/e 1,3p w_out.txt 1e_./evil -i -i.bak -f script.sed s/[]/]/g;s/w_out.txt/x/ r_.env $d y/ab/cd/ --posix --sandbox -s -E",
    ),
    (
        "awk",
        "-F: {print_$1} NR>1 -f prog.awk {print>\"out.txt\"} {print|\"./evil\"} BEGIN{system(\"./evil\")} -v x=1 BEGIN{getline_x<\".env\";print_x} /a|b/ {print_$1/2} /[/]/{print>\"out.txt\"} END{print_NR}",
    ),
    (
        "jq",
        ". -r -n env $ENV .a -f prog.jq -c --arg x y --rawfile x .env $x -R -s input",
    ),
    ("tr", "a-z A-Z -d"),
    ("seq", "3 1 -w"),
    ("echo", "hi -n -e $HOME $SECRET"),
    ("printf", "%s %d hi -v x"),
    ("date", "+%s -u -f list -r a.txt"),
    ("basename", "sub/c.txt -s .txt"),
    ("pwd", "-P"),
    ("id", "-u"),
    ("uname", "-a"),
    ("test", "-f -d -s -n = x"),
    ("mkdir", "-p -m 777 -v"),
    ("touch", "-a -r a.txt -d now -c"),
    ("tee", "-a -i"),
    ("cp", "-r -v -f -s -l -p -t sub -T -n"),
    ("mv", "-f -n -t sub"),
    ("rm", "-f -r"),
    ("ln", "-s -f"),
    ("env", "-i X=1 cat"),
    ("printenv", "SECRET"),
    ("xargs", "cat -n1"),
    ("timeout", "1 cat"),
    ("command", "-v cat"),
];
const OPERANDS: &[&str] = &[
    "a.txt",
    "a.txt",
    "b.txt",
    "b.txt",
    "sub/c.txt",
    "sub",
    ".",
    "new.txt",
    "sub/new.txt",
    ".env",
    "sub/.env",
    "../outside/secret.txt",
    "../outside/new.txt",
    "*.txt",
    "sub/*",
    ".e*",
    "-",
    "list",
    ".git/hooks/x",
    ".git/config",
    ".github/workflows/ci.yml",
    "link",
    "$X",
    "\"$(echo a.txt)\"",
    "/etc/hostname",
    "~",
    "{a,b}.txt",
    "./a.txt",
    "sub/../b.txt",
];
const REDIRECTIONS: &[&str] = &[
    "",
    "",
    "",
    "",
    "",
    "",
    "2>/dev/null",
    "2>&1",
    "> new.txt",
    ">> b.txt",
    "> sub/new.txt",
    "> ../outside/new.txt",
    "< a.txt",
    "< .env",
    "<<< text",
    "> .git/hooks/x",
    "&> new.txt",
    "> /dev/tcp/127.0.0.1/9",
];
const PREFIXES: &[&str] = &[
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "LC_ALL=C ",
    "PATH=. ",
    "X=1 ",
    "time ",
    "! ",
    "./",
    "command ",
    "cd sub; ",
    "cd sub && ",
    "x=a.txt; ",
    "export X=1; ",
];

fn word(words: &'static str) -> BoxedStrategy<String> {
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    let operand = select(OPERANDS).prop_map(str::to_owned);
    if words.is_empty() {
        return operand.boxed();
    }
    // A word of a small language is quoted, with its blanks.
    let own =
        select(words).prop_map(
            |word| match word.contains(['_', '$', '"', ';', '{', '(', '|']) {
                true if !matches!(word, "{}" | ";" | "(" | "$HOME" | "$SECRET") => {
                    format!("'{}'", word.replace('_', " "))
                }
                _ if matches!(word, ";" | "(" | ")") => format!("\\{word}"),
                _ => word.to_owned(),
            },
        );
    prop_oneof![3 => own, 4 => operand].boxed()
}

fn command() -> impl Strategy<Value = String> {
    let program = select(PROGRAMS).prop_flat_map(|(program, words)| {
        let words = prop::collection::vec(word(words), 0..4);
        words.prop_map(move |words| format!("{program} {}", words.join(" ")))
    });
    (select(PREFIXES), program, select(REDIRECTIONS))
        .prop_map(|(prefix, command, redirection)| format!("{prefix}{command} {redirection}"))
}

/// A line of one to three commands.
pub(crate) fn line() -> impl Strategy<Value = String> {
    let between = select(&["|", "|", "|", ";", "&&", "||"][..]);
    let more = prop::collection::vec((between, command()), 0..3);
    let whole = (command(), more).prop_map(|(first, more)| {
        let more = more
            .into_iter()
            .map(|(between, next)| format!(" {between} {next}"));
        std::iter::once(first).chain(more).collect::<String>()
    });
    let around = select(
        &[
            "",
            "",
            "",
            "",
            "{ }",
            "( )",
            "for f in a.txt b.txt; do",
            "if true; then",
        ][..],
    );
    (around, whole).prop_map(|(around, line)| match around {
        "{ }" => format!("{{ {line}; }} > new.txt"),
        "( )" => format!("({line})"),
        "for f in a.txt b.txt; do" => format!("{around} {line}; done"),
        "if true; then" => format!("{around} {line}; fi"),
        _ => line,
    })
}
