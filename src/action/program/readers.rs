//! Programs that read the files among their operands.
//!
//! Sources: GNU coreutils, grep(1), rg(1), less(1), jq(1), … as each line names.

use super::files::Operands::{PatternReads, ReadWrite, Reads};
use super::files::Role::{
    Code, Directories, InPlace, Names, None, Pattern, PatternFile, Read, Recursive, Searches, Write,
};
use super::files::{Tool, tool, walker};
use super::options::{attached, flag, value};

/// cat(1), tac(1), paste(1), comm(1), rev(1), …: no option takes a file.
pub(super) static PLAIN: Tool = tool(&[], Reads);
/// shuf(1): with `-e` the operands are what is shuffled
pub(super) static SHUF: Tool = tool(
    &[
        value("-o --output", Write),
        value("-n --head-count -i --input-range", None),
        value("--random-source", Read),
        flag("-e --echo", Names),
    ],
    Reads,
);
/// head(1), tail(1)
pub(super) static HEAD: Tool = tool(
    &[value(
        "-n --lines -c --bytes -s --sleep-interval --pid --max-unchanged-stats",
        None,
    )],
    Reads,
);
/// less(1), more(1), most(1)
pub(super) static LESS: Tool = tool(
    &[
        value("-o --log-file -O --LOG-FILE", Write),
        // Keys, and variables such as `LESSOPEN`, which names a program.
        value("-k --lesskey-file --lesskey-src --lesskey-content", Code),
        value("-b -h -j -p --pattern -P -t --tag -T -x -y -z -#", None),
    ],
    Reads,
);
/// nl(1)
pub(super) static NL: Tool = tool(&[value("-b -d -f -h -i -l -n -s -v -w", None)], Reads);
/// od(1), xxd(1), hexdump(1), hd(1)
pub(super) static OD: Tool = tool(
    &[
        value(
            "-A -j -N -t --address-radix --skip-bytes --read-bytes --format",
            None,
        ),
        attached("-S -w", None),
    ],
    Reads,
);
pub(super) static XXD: Tool = tool(&[value("-c -cols -g -l -n -o -s -R", None)], ReadWrite);
pub(super) static HEXDUMP: Tool = tool(&[value("-e -n -s", None), value("-f", Read)], Reads);
/// strings(1)
pub(super) static STRINGS: Tool = tool(
    &[value(
        "-n --bytes -t --radix -e --encoding -T --target -s --output-separator",
        None,
    )],
    Reads,
);
/// base64(1), base32(1), basenc(1)
pub(super) static BASE64: Tool = tool(
    &[
        value("-w --wrap -b --break", None),
        value("-i --input", Read),
        value("-o --output", Write),
    ],
    Reads,
);
/// cut(1)
pub(super) static CUT: Tool = tool(
    &[value(
        "-b --bytes -c --characters -d --delimiter -f --fields --output-delimiter",
        None,
    )],
    Reads,
);
/// sort(1)
pub(super) static SORT: Tool = tool(
    &[
        value("-o --output", Write),
        value(
            "-k --key -t --field-separator -S --buffer-size -T --temporary-directory --batch-size --parallel --sort",
            None,
        ),
        value("--files0-from --random-source", Read),
        value("--compress-program", Code),
    ],
    Reads,
);
/// uniq(1)
pub(super) static UNIQ: Tool = tool(
    &[value(
        "-f --skip-fields -s --skip-chars -w --check-chars",
        None,
    )],
    ReadWrite,
);
/// wc(1), cksum(1), sha256sum(1), …
pub(super) static WC: Tool = tool(&[value("--files0-from", Read)], Reads);
/// cksum(1), b2sum(1)
pub(super) static CKSUM: Tool = tool(&[value("-a --algorithm -l --length", None)], Reads);
/// paste(1), join(1), comm(1), fold(1), fmt(1), pr(1), expand(1), column(1)
pub(super) static PASTE: Tool = tool(&[value("-d --delimiters --output-delimiter", None)], Reads);
pub(super) static JOIN: Tool = tool(&[value("-1 -2 -a -e -j -o -t -v", None)], Reads);
pub(super) static FOLD: Tool = tool(
    &[value("-w --width -g --goal -p --prefix -t --tabs", None)],
    Reads,
);
pub(super) static COLUMN: Tool = tool(
    &[value(
        "-s --separator -o --output-separator -c --output-width -N --table-columns -l",
        None,
    )],
    Reads,
);
/// diff(1), cmp(1), sdiff(1), diff3(1), colordiff(1)
pub(super) static DIFF: Tool = tool(
    &[
        value(
            "-U --unified -C --context -F --show-function-line -I --ignore-matching-lines -L --label -W --width -x --exclude -n --bytes -i --ignore-initial --horizon-lines --color --palette",
            None,
        ),
        value("-X --exclude-from --from-file --to-file -S", Read),
        value("--output", Write),
        flag("-r --recursive", Recursive),
    ],
    Reads,
);
/// grep(1)
pub(super) static GREP: Tool = tool(
    &[
        value("-e --regexp", Pattern),
        value("-f --file", PatternFile),
        flag("-r -R --recursive --dereference-recursive", Recursive),
        value("-d --directories", Directories),
        value(
            "-m --max-count -A --after-context -B --before-context -C --context -D --devices --label --include --exclude --exclude-dir --binary-files --group-separator",
            None,
        ),
        value("--exclude-from", Read),
        attached("--color --colour", None),
    ],
    PatternReads,
);
/// rg(1), ag(1), ack(1): they walk `.` if no path is given
pub(super) static RG: Tool = walker(
    &[
        value("-e --regexp", Pattern),
        value("-f --file", PatternFile),
        flag("--files --type-list", Names),
        flag(
            "--json -c --count --count-matches -l --files-with-matches --files-without-match",
            Searches,
        ),
        value(
            "-g --glob --iglob -t --type -T --type-not --type-add --type-clear -A --after-context -B --before-context -C --context -m --max-count -M --max-columns -d --max-depth --maxdepth -E --encoding -j --threads -r --replace --sort --sortr --color --colors --context-separator --dfa-size-limit --regex-size-limit --engine --field-context-separator --field-match-separator --max-filesize --path-separator --pre-glob --generate --hyperlink-format --ignore-dir --ignore -G --file-search-regex --depth",
            None,
        ),
        value("--ignore-file", Read),
        value("--pre --hostname-bin", Code),
    ],
    PatternReads,
);
/// jq(1), yq(1), gron(1): the filter comes first
pub(super) static JQ: Tool = tool(
    &[
        value("-f --from-file", PatternFile),
        value("--indent --tab -L", None),
        flag("-i --inplace --in-place", InPlace),
        value("-o --output-format -p --input-format", None),
    ],
    PatternReads,
);
/// bat(1)
pub(super) static BAT: Tool = tool(
    &[
        value(
            "-l --language -H --highlight-line --file-name --diff-context --tabs --wrap --terminal-width --color --italic-text --decorations --paging -m --map-syntax --theme --style -r --line-range --ignored-suffix",
            None,
        ),
        value("--pager", Code),
    ],
    Reads,
);
/// iconv(1), dos2unix(1)
pub(super) static ICONV: Tool = tool(
    &[
        value("-f --from-code -t --to-code", None),
        value("-o --output", Write),
    ],
    Reads,
);
pub(super) static DOS2UNIX: Tool = tool(&[], super::files::Operands::Writes);
/// sed(1)
pub(super) static SED: Tool = tool(
    &[
        value("-e --expression", Pattern),
        value("-f --file", PatternFile),
        attached("-i --in-place", InPlace),
        value("-l --line-length", None),
    ],
    PatternReads,
);
/// awk(1), gawk(1), mawk(1)
pub(super) static AWK: Tool = tool(
    &[
        value("-f --file -E --exec", PatternFile),
        value("-i --include", Read),
        value("-e --source", Pattern),
        value("-F --field-separator -v --assign -l --load -W", None),
        attached("-d --dump-variables -o --pretty-print -p --profile", Write),
    ],
    PatternReads,
);
