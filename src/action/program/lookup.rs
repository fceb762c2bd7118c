//! Which table or function knows which program.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::call::Call;
use super::cloud::{self, Cli};
use super::files::{self, Tool};
use super::wrappers::{self, Spec};
use super::{
    Meaning, builtins, find, git, interpreters, readers as r, runners, shells, terraform,
    test_runners, transfers, writers as w,
};

/// What knows a program.
#[derive(Debug, Clone, Copy)]
enum Knows {
    Tool(&'static Tool),
    Wrapper(&'static Spec),
    Cli(&'static Cli),
    Function(fn(&Call<'_>) -> Meaning),
}

use Knows::{Cli as C, Function as F, Tool as T, Wrapper as W};

/// Each entry: the programs' names, space-separated, and what knows them.
static PROGRAMS: &[(&str, Knows)] = &[
    ("terraform tofu", F(terraform::terraform)),
    ("terragrunt", F(terraform::terragrunt)),
    ("git", F(git::git)),
    ("pytest py.test", F(test_runners::pytest)),
    ("npm pnpm yarn", F(test_runners::npm)),
    ("kubectl oc", C(&cloud::KUBECTL)),
    ("helm", C(&cloud::HELM)),
    ("aws", C(&cloud::AWS)),
    ("gcloud gsutil bq", C(&cloud::GCLOUD)),
    ("az", C(&cloud::AZ)),
    ("docker podman nerdctl", C(&cloud::DOCKER)),
    ("docker-compose podman-compose", C(&cloud::COMPOSE)),
    ("gh glab", C(&cloud::GH)),
    ("sudo sudoedit", F(runners::sudo)),
    ("doas", W(&wrappers::DOAS)),
    ("env genv", F(runners::env)),
    ("command builtin", W(&wrappers::COMMAND)),
    ("exec", W(&wrappers::EXEC)),
    ("nohup", W(&wrappers::PLAIN)),
    ("time", W(&wrappers::TIME)),
    ("timeout gtimeout", W(&wrappers::TIMEOUT)),
    ("nice", W(&wrappers::NICE)),
    ("ionice", W(&wrappers::IONICE)),
    ("chrt", W(&wrappers::CHRT)),
    ("taskset", W(&wrappers::TASKSET)),
    ("stdbuf", W(&wrappers::STDBUF)),
    ("setsid", W(&wrappers::SETSID)),
    ("strace ltrace", W(&wrappers::STRACE)),
    ("unshare", W(&wrappers::UNSHARE)),
    ("nsenter", W(&wrappers::NSENTER)),
    ("chroot", W(&wrappers::CHROOT)),
    ("setpriv", W(&wrappers::SETPRIV)),
    ("prlimit", W(&wrappers::PRLIMIT)),
    ("systemd-run", W(&wrappers::SYSTEMD_RUN)),
    ("flock", F(runners::flock)),
    ("script", F(runners::script)),
    ("su runuser", F(runners::su)),
    ("watch", F(runners::watch)),
    ("parallel", F(runners::parallel)),
    ("ssh mosh autossh", F(runners::ssh)),
    ("busybox toybox", F(runners::busybox)),
    (
        "npx bunx pnpx uvx pipx aws-vault op chamber doppler dotenv tini dumb-init caffeinate rlwrap unbuffer \
         proxychains proxychains4 torsocks gosu valgrind faketime winpty arch setarch linux32 linux64 fakeroot \
         dbus-run-session xvfb-run uv poetry pipenv hatch pdm rye bundle mise asdf direnv conda micromamba \
         nix-shell nix firejail bwrap cgexec numactl schedtool eatmydata",
        F(runners::launcher),
    ),
    (
        "python python2 python3 pypy pypy3 ipython node nodejs ts-node tsx deno bun ruby perl php lua luajit \
         rscript julia osascript tclsh expect guile racket groovy scala kotlin pwsh powershell",
        F(interpreters::run),
    ),
    ("xargs gxargs", F(find::xargs)),
    ("find gfind", F(find::find)),
    ("sh bash zsh dash ksh ash mksh rbash fish", F(shells::shell)),
    ("eval", F(shells::eval)),
    ("source .", F(shells::source)),
    ("true false :", F(builtins::neutral)),
    ("cd pushd popd", F(builtins::cd)),
    (
        "export declare typeset readonly local unset read",
        F(builtins::variables),
    ),
    ("set", F(builtins::set)),
    ("trap", F(builtins::trap)),
    ("alias", F(builtins::alias)),
    (
        "unalias enable hash shopt bind complete ulimit",
        F(builtins::changes_shell),
    ),
    (
        "exit return break continue wait shift",
        F(builtins::control),
    ),
    (
        "cat tac rev zcat bzcat xzcat zstdcat gzcat tsort shuf factor",
        T(&r::PLAIN),
    ),
    ("head tail ghead gtail", T(&r::HEAD)),
    ("less more most zless pg", T(&r::LESS)),
    ("nl", T(&r::NL)),
    ("od", T(&r::OD)),
    ("xxd", T(&r::XXD)),
    ("hexdump hd", T(&r::HEXDUMP)),
    ("strings", T(&r::STRINGS)),
    ("base64 base32 basenc", T(&r::BASE64)),
    ("cut", T(&r::CUT)),
    ("sort gsort", T(&r::SORT)),
    ("uniq", T(&r::UNIQ)),
    (
        "wc md5sum sha1sum sha224sum sha256sum sha384sum sha512sum sum shasum md5",
        T(&r::WC),
    ),
    ("cksum b2sum", T(&r::CKSUM)),
    ("paste comm", T(&r::PASTE)),
    ("join", T(&r::JOIN)),
    ("fold fmt expand unexpand pr", T(&r::FOLD)),
    ("column", T(&r::COLUMN)),
    ("diff cmp sdiff diff3 colordiff vimdiff", T(&r::DIFF)),
    ("grep egrep fgrep zgrep ggrep", T(&r::GREP)),
    ("rg ag ack", T(&r::RG)),
    ("jq yq gron gojq", T(&r::JQ)),
    ("bat batcat", T(&r::BAT)),
    ("iconv", T(&r::ICONV)),
    ("dos2unix unix2dos", T(&r::DOS2UNIX)),
    ("sed gsed", F(transfers::sed)),
    ("awk gawk mawk nawk", F(transfers::awk)),
    ("curl", F(transfers::curl)),
    ("wget", F(transfers::wget)),
    ("dd", F(transfers::dd)),
    ("tar gtar bsdtar", F(transfers::tar)),
    ("zip 7z 7za rar", F(transfers::zip)),
    ("unzip", F(transfers::unzip)),
    (
        "gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 compress pigz",
        F(transfers::gzip),
    ),
    ("openssl keytool", F(transfers::openssl)),
    ("gpg gpg2 age rage sops ansible-vault", F(transfers::gpg)),
    ("ssh-keygen ssh-add", F(transfers::ssh_keygen)),
    (
        "vim vi nvim nano ed ex emacs pico micro hx kak joe code",
        F(transfers::editor),
    ),
    ("make gmake just rake ninja", F(transfers::make)),
    ("nc ncat netcat socat", F(transfers::netcat)),
    ("tee", T(&w::TEE)),
    ("touch", T(&w::TOUCH)),
    ("truncate", T(&w::TRUNCATE)),
    ("mkdir mkfifo mknod", T(&w::MKDIR)),
    ("shred", T(&w::SHRED)),
    ("rm", T(&w::RM)),
    ("rmdir unlink", T(&w::RMDIR)),
    ("chmod chown chgrp", T(&w::CHMOD)),
    ("cp gcp install", T(&w::CP)),
    ("mv gmv", T(&w::MV)),
    ("ln", T(&w::LN)),
    ("rsync", T(&w::RSYNC)),
    ("scp", T(&w::SCP)),
    ("split csplit", T(&w::SPLIT)),
    ("patch", T(&w::PATCH)),
];

static BY_NAME: LazyLock<HashMap<&'static str, Knows>> = LazyLock::new(|| {
    PROGRAMS
        .iter()
        .flat_map(|(names, knows)| names.split(' ').map(|name| (name, *knows)))
        .collect()
});

/// What a known program does with these words.
pub(super) fn known(call: &Call<'_>) -> Option<Meaning> {
    let Some(knows) = BY_NAME.get(&*call.name) else {
        if let Some(meaning) = git::dashed(call) {
            return Some(meaning);
        }
        return interpreters::is_versioned(&call.name).then(|| interpreters::run(call));
    };
    Some(match knows {
        Knows::Tool(tool) => files::run(call, tool),
        Knows::Wrapper(spec) => wrappers::wrap(call, spec),
        Knows::Cli(cli) => cloud::run(call, cli),
        Knows::Function(function) => function(call),
    })
}
