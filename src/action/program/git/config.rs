//! Settings of `git -c KEY=VALUE` whose value git runs (git-config(1), gitattributes(5)).

use super::super::super::git::Settings;
use super::super::super::shell::ShellWord;
use super::super::{Inner, Runs, Wrapper};
use super::remote::helper;

/// Settings that name a command, whatever the value.
const COMMANDS: &[&str] = &[
    "core.alternaterefscommand",
    "core.askpass",
    "core.editor",
    "core.fsmonitor",
    "core.gitproxy",
    "core.pager",
    "core.sshcommand",
    "diff.external",
    "gpg.program",
    "gpg.ssh.defaultkeycommand",
    "imap.tunnel",
    "interactive.difffilter",
    "sendemail.sendmailcmd",
    "sequence.editor",
    "uploadpack.packobjectshook",
];

/// The last part of settings that name a command, behind a section and a subsection.
const COMMANDS_OF: &[(&str, &[&str])] = &[
    ("browser", &["cmd", "path"]),
    ("diff", &["command", "textconv"]),
    ("difftool", &["cmd", "path"]),
    ("filter", &["clean", "smudge", "process"]),
    ("gpg", &["program"]),
    ("guitool", &["cmd"]),
    ("hook", &["command"]),
    ("man", &["cmd", "path"]),
    ("merge", &["driver"]),
    ("mergetool", &["cmd", "path"]),
    ("remote", &["receivepack", "uploadpack"]),
    ("sendemail", &["tocmd", "cccmd", "headercmd", "sendmailcmd"]),
    ("tar", &["command"]),
    ("trailer", &["cmd", "command"]),
];

/// What the settings of `words` (`KEY=VALUE`) make git run, if anything.
pub(super) fn runs(words: &[ShellWord]) -> Vec<Inner> {
    let mut wrapper = Wrapper {
        name: "git -c".to_owned(),
        inner: Vec::new(),
        runs: Runs::Apart,
        lifts_allow: Some("`git -c` changes the configuration".to_owned()),
        assignments: Vec::new(),
        values: Vec::new(),
        directory: None,
        operands: Vec::new(),
    };
    for word in words {
        let mut settings = Settings::default();
        settings.add(&word.text);
        for (key, value) in settings.iter() {
            one(&mut wrapper, key, value, word.dynamic);
        }
    }
    wrapper.inner
}

fn one(wrapper: &mut Wrapper, key: &str, value: &str, dynamic: bool) {
    let (section, rest) = key.split_once('.').unwrap_or((key, ""));
    let name = rest.rsplit('.').next().unwrap_or(rest);
    let of_section = |(known, names): &(&str, &[&str])| *known == section && names.contains(&name);
    let script = if COMMANDS.contains(&key)
        || (section != "diff" || rest.contains('.')) && COMMANDS_OF.iter().any(of_section)
    {
        Some(value.to_owned())
    } else {
        match (section, name) {
            // gitcredentials(7): a shell snippet, a path, or the end of `git credential-…`.
            ("credential", "helper") => Some(match value.strip_prefix('!') {
                Some(snippet) => snippet.to_owned(),
                None if value.starts_with('/') => value.to_owned(),
                None => format!("git credential-{value}"),
            }),
            ("submodule", "update") => value.strip_prefix('!').map(str::to_owned),
            ("pager", _) if !is_boolean(value) => Some(value.to_owned()),
            _ => None,
        }
    };
    if let Some(text) = script.filter(|text| !text.trim().is_empty() && !is_boolean(text)) {
        wrapper.script(&ShellWord {
            text,
            dynamic,
            glob: false,
            shown: false,
        });
    }
    // The address of a remote may be a command.
    let address = match (section, name) {
        ("remote", "url" | "pushurl") => value,
        ("url", "insteadof" | "pushinsteadof") => {
            rest.rsplit_once('.').map_or("", |(base, _)| base)
        }
        _ => "",
    };
    wrapper.inner.extend(helper(address, dynamic));
}

fn is_boolean(value: &str) -> bool {
    matches!(
        value.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1"
    )
}

/// The alias `name`, if the settings define it and git takes it: not over a command of its own.
pub(super) fn alias<'a>(words: &'a [ShellWord], name: &str) -> Option<(&'a ShellWord, &'a str)> {
    let found = words.iter().rev().find_map(|word| {
        let (key, value) = word.text.split_once('=')?;
        let (section, alias) = key.split_once('.')?;
        // `alias.NAME` and, since git 2.48, `alias.NAME.command`.
        let alias = alias.strip_suffix(".command").unwrap_or(alias);
        let is_it = section.eq_ignore_ascii_case("alias") && alias.eq_ignore_ascii_case(name);
        is_it.then_some((word, value))
    })?;
    let mut own = BUILTINS
        .split_ascii_whitespace()
        .chain(SCRIPTS.iter().copied());
    (!own.any(|known| known == name)).then_some(found)
}

/// What the words of an alias run: a shell script behind `!`, else git with `globals` again.
pub(super) fn expanded(
    (word, text): (&ShellWord, &str),
    globals: &[ShellWord],
    arguments: &[ShellWord],
) -> Inner {
    if let Some(code) = text.strip_prefix('!') {
        let arguments = arguments.iter().map(|word| word.text.as_str());
        let words: Vec<&str> = std::iter::once(code).chain(arguments).collect();
        return Inner::Script(words.join(" "));
    }
    let split = shlex::split(text).unwrap_or_else(|| vec![text.to_owned()]);
    let words = split.into_iter().map(|text| ShellWord {
        text,
        dynamic: word.dynamic,
        glob: false,
        shown: false,
    });
    let git = std::iter::once(ShellWord::constant("git"));
    Inner::Words(
        git.chain(globals.iter().cloned())
            .chain(words)
            .chain(arguments.iter().cloned())
            .collect(),
    )
}

/// Programs of git's own that no alias hides either.
const SCRIPTS: &[&str] = &[
    "filter-branch",
    "mergetool",
    "quiltimport",
    "request-pull",
    "submodule",
];

/// `git --list-cmds=builtins` of git 2.47: these no alias hides.
const BUILTINS: &str = "add am annotate apply archive bisect blame branch bugreport bundle cat-file check-attr \
    check-ignore check-mailmap check-ref-format checkout checkout--worker checkout-index \
    cherry cherry-pick clean clone column commit commit-graph commit-tree config count- \
    objects credential credential-cache credential-cache--daemon credential-store describe \
    diagnose diff diff-files diff-index diff-tree difftool fast-export fast-import fetch \
    fetch-pack fmt-merge-msg for-each-ref for-each-repo format-patch fsck fsck-objects \
    fsmonitor--daemon gc get-tar-commit-id grep hash-object help hook index-pack init init- \
    db interpret-trailers log ls-files ls-remote ls-tree mailinfo mailsplit maintenance \
    merge merge-base merge-file merge-index merge-ours merge-recursive merge-recursive-ours \
    merge-recursive-theirs merge-subtree merge-tree mktag mktree multi-pack-index mv name- \
    rev notes pack-objects pack-redundant pack-refs patch-id pickaxe prune prune-packed pull \
    push range-diff read-tree rebase receive-pack reflog refs remote remote-ext remote-fd \
    repack replace replay rerere reset restore rev-list rev-parse revert rm send-pack \
    shortlog show show-branch show-index show-ref sparse-checkout stage stash status \
    stripspace submodule--helper switch symbolic-ref tag unpack-file unpack-objects update- \
    index update-ref update-server-info upload-archive upload-archive--writer upload-pack \
    var verify-commit verify-pack verify-tag version whatchanged worktree write-tree";
