//! Programs that show names, sizes and times of files.
//!
//! Sources: GNU coreutils 9, tree(1) 2.1, fd(1) 10. An option that follows symbolic links while it walks is in
//! no table: what lies behind a link need not be in the workspace.

use super::super::call::Call;
use super::super::options::{Item, Scan, attached, flag, value};
use super::table::{Account, Check, Family, Operands, Role, Table, lister, mild, table};

static LS: Table = Table {
    mild: true,
    ..lister(&[
        flag(
            "-a -A -b -B -c -C -d -f -F -g -G -h -i -k -l -m -n -N -o -p -q -Q -r -R -s -S -t -u -U -v -x -X -Z -1 -@ -O -e \
             --all --almost-all --author --escape --ignore-backups --directory --dired --file-type --full-time \
             --group-directories-first --no-group --human-readable --si --inode --kibibytes --numeric-uid-gid --literal \
             --hide-control-chars --show-control-chars --quote-name --reverse --recursive --size --context --zero",
            Role::Plain,
        ),
        attached("--color --classify --hyperlink", Role::Plain),
        value(
            "--ignore --hide --width --tabsize --block-size --sort --time --time-style --format --indicator-style \
             --quoting-style",
            Role::Plain,
        ),
        value("-I -w -T", Role::Listed),
    ])
};
static STAT: Table = mild(
    &[
        // On other systems `-f` takes a format, which is listed as a path here.
        flag(
            "-f -L -t -x -s -r -q -n --file-system --dereference --terse",
            Role::Plain,
        ),
        value("-c --format --printf --cached", Role::Plain),
    ],
    Operands::Lists,
);
/// file(1): of what a file holds it shows the kind alone. `-f` and `-m` read other files, `-C` writes,
/// `-z` may start a program, and `-s` opens devices.
static FILE: Table = table(
    &[
        flag(
            "-b -i -h -k -L -N -n -0 -r --brief --mime --mime-type --mime-encoding --no-dereference --keep-going \
             --dereference --no-pad --no-buffer --print0 --raw",
            Role::Plain,
        ),
        value("-F --separator", Role::Plain),
    ],
    Operands::Lists,
);
static REALPATH: Table = mild(
    &[
        flag(
            "-e -f -m -n -L -P -q -s -v -z -E --canonicalize --canonicalize-existing --canonicalize-missing --no-newline \
             --logical --physical --quiet --silent --strip --no-symlinks --verbose --zero",
            Role::Plain,
        ),
        value("--relative-to --relative-base", Role::Plain),
    ],
    Operands::Lists,
);
/// `--files0-from` and `-X` read files.
static DU: Table = lister(&[
    flag(
        "-0 -a -b -c -h -H -k -m -P -s -S -x --null --all --apparent-size --bytes --total --human-readable --si \
         --no-dereference --summarize --separate-dirs --one-file-system --inodes",
        Role::Plain,
    ),
    attached("--time", Role::Plain),
    value(
        "-d --max-depth -B --block-size -t --threshold --exclude --time-style",
        Role::Plain,
    ),
]);
static DF: Table = mild(
    &[
        flag(
            "-a -h -H -i -k -l -P -T --all --human-readable --si --inodes --local --portability --print-type --total \
             --no-sync",
            Role::Plain,
        ),
        attached("--output", Role::Plain),
        value("-B --block-size -t --type -x --exclude-type", Role::Plain),
    ],
    Operands::Lists,
);
/// `-o` and `-R` write, `--fromfile`, `--gitfile` and `--infofile` read.
static TREE: Table = lister(&[
    flag(
        "-a -d -f -i -x -q -N -Q -p -u -g -s -h -D -F -v -t -c -U -r -C -n -A -S -J -X --noreport --dirsfirst --filesfirst \
         --prune --gitignore --matchdirs --ignore-case --inodes --device --du --si",
        Role::Plain,
    ),
    value(
        "-L -P -I --filelimit --charset --sort --timefmt",
        Role::Plain,
    ),
]);

/// tree takes the value of `-L`, `-P` and `-I` from the next word also inside a cluster, and goes on with the
/// letters behind it: `tree -Po '*' main.tf` writes `main.tf`.
fn tree(call: &Call<'_>, account: &mut Account<'_>) {
    for word in call.args() {
        let letters = word.text.strip_prefix('-').unwrap_or_default();
        let is_cluster = letters.len() > 1 && !letters.starts_with('-');
        if is_cluster && letters.contains(['L', 'P', 'I']) {
            account.unaccounted(&word.text);
        }
    }
    account.by(call.args(), &TREE);
}

/// The first operand is a pattern. `-x` and `-X` run a command, `-l` runs `ls`, `--ignore-file` reads.
static FD: Table = table(
    &[
        flag(
            "-H --hidden --no-hidden -I --no-ignore --no-ignore-vcs --no-ignore-parent --no-require-git -u --unrestricted -s \
             --case-sensitive -i --ignore-case -g --glob --regex -F --fixed-strings -a --absolute-path --relative-path -p \
             --full-path -0 --print0 --prune -1 -q --quiet --show-errors --one-file-system --no-follow",
            Role::Plain,
        ),
        attached("--strip-cwd-prefix --hyperlink", Role::Plain),
        value(
            "--and -d --max-depth --min-depth --exact-depth -E --exclude -t --type -e --extension -S --size --changed-within \
             --changed-before --newer --older -o --owner -c --color -j --threads --max-results --path-separator",
            Role::Plain,
        ),
    ],
    Operands::Text,
);

fn fd(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &FD);
    let operands = Scan::new(call.args(), FD.opts, FD.grammar).filter_map(|item| match item {
        Item::Operand(word) => Some(word),
        Item::Option { .. } | Item::Unknown(_) => None,
    });
    let mut folders = operands.skip(1).peekable();
    if folders.peek().is_none() {
        account.lists_here();
    }
    folders.for_each(|word| account.lists(word));
}

pub(super) static PROGRAMS: Family = &[
    ("ls", Check::Table(&LS)),
    ("fd fdfind", Check::Function(fd)),
    ("file", Check::Table(&FILE)),
    ("stat", Check::Table(&STAT)),
    ("realpath readlink", Check::Table(&REALPATH)),
    ("du", Check::Table(&DU)),
    ("df", Check::Table(&DF)),
    ("tree", Check::Function(tree)),
];
