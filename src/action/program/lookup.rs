//! Which table or function knows which program.

use foldhash::HashMap;
use std::sync::LazyLock;

use super::call::Call;
use super::cloud;
use super::cloud_tables::{self as clouds, Cli};
use super::files::{self, Tool};
use super::wrapper_tables::{self as tables, Spec};
use super::wrappers;
use super::{
    Meaning, archives, backups, builtins, compressors, databases, debuggers, editors, find, git,
    interpreters, jq, launch, launchers, network, own, patches, readers as r, remote_archives,
    runners, runtimes, scripts, secrets, shells, syntax_checks, terraform, test_runners,
    writers as w,
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
    ("terragrunt", F(launchers::terragrunt)),
    ("git", F(git::git)),
    ("cavra", F(own::cavra)),
    ("pytest py.test", F(test_runners::pytest)),
    ("npm pnpm yarn", F(launchers::node_packages)),
    ("tmux tmate byobu", F(launch::tmux)),
    ("screen", F(launch::screen)),
    ("echo printf logger", F(builtins::prints)),
    ("kubectl oc", C(&clouds::KUBECTL)),
    ("helm", C(&clouds::HELM)),
    ("aws", C(&clouds::AWS)),
    ("gcloud gsutil bq", C(&clouds::GCLOUD)),
    ("az", C(&clouds::AZ)),
    ("docker podman nerdctl", C(&clouds::DOCKER)),
    ("docker-compose podman-compose", C(&clouds::COMPOSE)),
    ("gh glab", C(&clouds::GH)),
    ("sudo sudoedit", F(runners::sudo)),
    ("doas", W(&tables::DOAS)),
    ("env genv", F(runners::env)),
    ("command builtin", W(&tables::COMMAND)),
    ("exec", W(&tables::EXEC)),
    ("nohup", W(&tables::PLAIN)),
    ("time", W(&tables::TIME)),
    ("timeout gtimeout", W(&tables::TIMEOUT)),
    ("nice", W(&tables::NICE)),
    ("ionice", W(&tables::IONICE)),
    ("chrt", W(&tables::CHRT)),
    ("taskset", W(&tables::TASKSET)),
    ("stdbuf", W(&tables::STDBUF)),
    ("setsid", W(&tables::SETSID)),
    ("strace", W(&tables::STRACE)),
    ("ltrace", W(&tables::LTRACE)),
    ("at batch", F(launchers::at)),
    ("let test [ [[", F(builtins::evaluates)),
    ("compgen complete", F(builtins::completion)),
    ("unshare", W(&tables::UNSHARE)),
    ("nsenter", W(&tables::NSENTER)),
    ("chroot", W(&tables::CHROOT)),
    ("setpriv", W(&tables::SETPRIV)),
    ("prlimit", W(&tables::PRLIMIT)),
    ("systemd-run", W(&tables::SYSTEMD_RUN)),
    ("flock", F(runners::flock)),
    ("script", F(runners::script)),
    ("su runuser", F(runners::su)),
    ("watch", F(runners::watch)),
    ("parallel", F(runners::parallel)),
    ("ssh mosh autossh", F(runners::ssh)),
    ("busybox toybox", F(runners::busybox)),
    (
        "python python2 python3 pypy pypy3 ipython node nodejs ts-node tsx deno ruby perl php lua luajit \
         rscript julia osascript tclsh expect guile racket groovy scala kotlin",
        F(runtimes::run),
    ),
    ("xargs gxargs", F(find::xargs)),
    ("fd fdfind", F(find::fd)),
    ("gdb lldb cgdb", F(debuggers::debugger)),
    ("m4 gnuplot crontab", F(scripts::lines)),
    ("find gfind", F(find::find)),
    ("noglob nocorrect not", W(&tables::PRECOMMAND)),
    ("repeat", W(&tables::REPEAT)),
    ("eval", F(shells::eval)),
    ("source .", F(shells::source)),
    ("true false :", F(builtins::neutral)),
    ("cd pushd popd", F(builtins::cd)),
    (
        "export declare typeset readonly local unset read mapfile readarray getopts",
        F(builtins::variables),
    ),
    ("set", F(builtins::set)),
    ("trap", F(builtins::trap)),
    ("alias", F(builtins::alias)),
    ("unalias enable hash shopt bind", F(builtins::changes_shell)),
    ("ulimit", F(builtins::limits)),
    (
        "exit return break continue wait shift",
        F(builtins::control),
    ),
    (
        "cat tac rev zcat bzcat xzcat zstdcat gzcat tsort factor",
        T(&r::PLAIN),
    ),
    ("shuf gshuf", T(&r::SHUF)),
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
    (
        "grep egrep fgrep zgrep ggrep zegrep zfgrep bzgrep xzgrep zstdgrep lzgrep pcregrep pcre2grep ugrep ug",
        T(&r::GREP),
    ),
    ("rg ag ack rga", T(&r::RG)),
    ("jq yq gron gojq jaq xq tomlq", F(jq::jq)),
    ("bat batcat", T(&r::BAT)),
    ("iconv", T(&r::ICONV)),
    ("dos2unix unix2dos", T(&r::DOS2UNIX)),
    ("sed gsed", F(scripts::sed)),
    ("awk gawk mawk nawk", F(scripts::awk)),
    ("curl", F(network::curl)),
    ("wget", F(network::wget)),
    ("dd", F(archives::dd)),
    ("tar gtar bsdtar", F(archives::tar)),
    (remote_archives::PROGRAMS, F(remote_archives::program)),
    ("zip", F(archives::zip)),
    ("7z 7za 7zr 7zz rar unrar", F(archives::seven_zip)),
    ("unzip", F(archives::unzip)),
    (
        "gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd zstdmt lz4 unlz4 compress uncompress pigz unpigz \
         pbzip2 lbzip2 pixz plzip lzip lunzip lzop lrzip brotli unbrotli zopfli",
        F(compressors::compressor),
    ),
    ("openssl keytool", F(secrets::openssl)),
    ("gpg gpg2 age rage ansible-vault", F(secrets::gpg)),
    ("sops", F(launchers::sops)),
    ("bun", F(runtimes::bun)),
    ("coverage", F(runtimes::coverage)),
    ("ssh-keygen ssh-add", F(secrets::ssh_keygen)),
    (
        "vim vi nvim view gvim rview gview rvim vim.basic vim.tiny nano ed ex emacs emacsclient pico micro hx kak joe code",
        F(editors::editor),
    ),
    ("make gmake just rake ninja", F(editors::make)),
    ("nc ncat netcat socat", F(network::netcat)),
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
    ("scp sftp", T(&w::SCP)),
    ("split", T(&w::SPLIT)),
    ("mktemp gmktemp", F(backups::mktemp)),
    ("csplit", T(&w::CSPLIT)),
    ("patch gpatch", F(patches::patch)),
    (
        "mysql mariadb mycli psql pgcli sqlite3 sqlite litecli duckdb",
        F(databases::client),
    ),
];

static BY_NAME: LazyLock<HashMap<&'static str, Knows>> = LazyLock::new(|| {
    PROGRAMS
        .iter()
        .flat_map(|(names, knows)| names.split(' ').map(|name| (name, *knows)))
        .collect()
});

/// What a known program does with these words.
pub(super) fn known(call: &Call<'_>) -> Option<Meaning> {
    if let Some(meaning) = syntax_checks::check(call) {
        return Some(meaning);
    }
    let Some(knows) = BY_NAME.get(&*call.name) else {
        if shells::is_shell(&call.name) {
            return Some(shells::shell(call));
        }
        if launch::knows(&call.name) {
            return Some(launch::launcher(call));
        }
        if let Some(meaning) = git::dashed(call) {
            return Some(meaning);
        }
        if call.name.starts_with("ld-linux") || call.name.starts_with("ld-musl") {
            return Some(launchers::loader(call));
        }
        return interpreters::is_versioned(&call.name).then(|| runtimes::run(call));
    };
    Some(match knows {
        Knows::Tool(tool) => launch::beside(call, files::run(call, tool)),
        Knows::Wrapper(spec) => wrappers::wrap(call, spec),
        Knows::Cli(cli) => launch::beside(call, cloud::run(call, cli)),
        Knows::Function(function) => function(call),
    })
}

/// The table of a reader or writer of files.
pub(super) fn tool(name: &str) -> Option<&'static Tool> {
    match BY_NAME.get(name) {
        Some(Knows::Tool(tool)) => Some(tool),
        _ => None,
    }
}

/// Whether a program is more than a plain reader, writer or builtin, so that what it is asked
/// to page, edit or browse with may run.
pub(super) fn may_start_others(call: &Call<'_>) -> bool {
    let plain = matches!(BY_NAME.get(&*call.name), Some(Knows::Tool(_)));
    !plain
}
