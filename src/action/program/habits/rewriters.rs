//! Programs that change, replace or delete the files among their operands: formatters,
//! fixers, search-and-replace, trash cans, version control.
//!
//! Formatters that print unless an option makes them write (`gofmt -w`, `prettier --write`) need no line
//! here: the general rule knows the option.

use super::Words::{Copied, Last, Presumed, Removed, Written};
use super::{Entry, Habits};

const WRITTEN: Habits = Habits::of(Written);
const REMOVED: Habits = Habits::of(Removed);
const PRINTS: Habits = Habits::of(Presumed);

pub(super) static HABITS: &[Entry] = &[
    // They rewrite what they are given.
    (
        "black blue isort pyupgrade add-trailing-comma reorder-python-imports absolufy-imports usort yamlfmt yamlfix \
         rustfmt stylua nixpkgs-fmt alejandra nixfmt buildifier swiftformat scalafmt csharpier ktfmt pint phpcbf rufo \
         mdformat sqlfmt beautysh elm-format end-of-file-fixer trailing-whitespace-fixer fix-byte-order-marker \
         mixed-line-ending requirements-txt-fixer double-quote-string-fixer file-contents-sorter fromdos todos \
         mac2unix unix2mac jscodeshift bumpversion bump2version sponge strip patchelf ranlib install_name_tool optipng \
         jpegoptim advpng pngcrush fallocate mkswap wipefs crudini ttyrec",
        "",
        WRITTEN.dry("--check --diff --dry -d -c --lint --get"),
    ),
    ("recode", "", WRITTEN.behind(1)),
    // Text in the files' place.
    ("sd", "", WRITTEN.behind(2).dry("-p --preview").flags("-s -F -f")),
    ("rpl replace fastmod ambr", "", WRITTEN.behind(2).dry("-s --simulate")),
    // `rename from to file…` (util-linux) and `rename s/a/b/ file…` (Perl).
    (
        "rename prename perl-rename file-rename rename.ul",
        "",
        WRITTEN.behind(1).dry("-n --no-act --nono").flags("-v -f -o -i"),
    ),
    ("mmv", "", Habits::of(Last)),
    ("comby", "", PRINTS.in_place("-i -in-place")),
    ("ast-grep sg", "", PRINTS.in_place("-U --update-all").texts("-p -r -l --rewrite")),
    ("semgrep", "", PRINTS.in_place("-a --autofix --fix").reads("-c --config")),
    // Subcommands that rewrite.
    ("ruff", "format", WRITTEN.behind(1)),
    ("ruff", "check", PRINTS.behind(1).in_place("--fix --fix-only --unsafe-fixes")),
    (
        "biome rome oxlint",
        "format check lint fmt migrate",
        PRINTS
            .behind(1)
            .in_place("--write --apply --apply-unsafe --fix --apply-suggested"),
    ),
    (
        "taplo dprint deno mix dart zig gleam cue forge just-fmt sqlfluff regal php-cs-fixer terraform-config-inspect hclfmt \
         nickel pkl swift-format topiary treefmt",
        "fmt format fix",
        WRITTEN.behind(1),
    ),
    ("hclfmt", "", WRITTEN.dry("-check").flags("-w")),
    ("opa buf", "fmt format", PRINTS.behind(1).in_place("-w --write")),
    ("hcledit", "", PRINTS.subjects("-f --file").in_place("-u --update")),
    ("dasel", "put delete", WRITTEN.behind(9).writes("-f --file")),
    ("dasel", "", PRINTS.behind(1)),
    // Formatters whose option has a name of its own.
    (
        "rubocop standardrb erb_lint haml-lint",
        "",
        PRINTS.in_place(
            "-a -A -x --autocorrect --auto-correct --autocorrect-all --auto-correct-all --fix-layout --fix",
        ),
    ),
    ("ktlint", "", PRINTS.in_place("-F --format")),
    ("google-java-format", "", PRINTS.in_place("-i -r --replace")),
    ("perltidy", "", PRINTS.in_place("-b --backup-and-modify-in-place")),
    ("tidy tidy5", "", PRINTS.in_place("-m -modify")),
    ("xmlstarlet", "", PRINTS.in_place("-L --inplace --in-place")),
    ("codespell typos", "", PRINTS.in_place("-w -i --write-changes")),
    // What is deleted, or moved to a trash can.
    (
        "srm trash trash-put rmtrash rimraf del-cli del erase wipe rip safe-rm remove-item ri rd",
        "",
        REMOVED.flags("-r -f -rf -R -v -i -s -d -D -Recurse -Force -recurse -force"),
    ),
    ("gio gvfs-trash kioclient", "trash remove", REMOVED.behind(1)),
    // PowerShell and cmd.
    (
        "set-content add-content out-file clear-content ac",
        "",
        WRITTEN
            .writes("-Path -FilePath -LiteralPath -path -filepath -literalpath")
            .texts("-Value -Encoding -value -encoding -InputObject"),
    ),
    (
        "new-item ni",
        "",
        WRITTEN
            .writes("-Path -path -Name -name")
            .texts("-ItemType -itemtype -Value -value"),
    ),
    (
        "copy-item cpi copy move-item mi move rename-item rni ren xcopy robocopy ditto pscp",
        "",
        Habits::of(Copied).writes("-Destination -destination -NewName"),
    ),
    // Version control.
    (
        "hg svn jj bzr brz fossil darcs sl cvs p4 got pijul",
        "revert restore rm remove delete rename mv move update up merge undo resolve edit sync",
        WRITTEN.behind(1),
    ),
    (
        "hg svn jj bzr brz fossil darcs sl got",
        "checkout co clone export branch get",
        Habits::of(Last).behind(1),
    ),
];
