//! Programs whose words are text, are names of processes, hosts or services, are only
//! tested or listed, or are created: of the files' content nothing is seen.

use super::Words::{Text, Written};
use super::{Entry, Habits};

const TEXT: Habits = Habits::of(Text);

pub(super) static HABITS: &[Entry] = &[
    // Text
    (
        "echo printf print say cowsay cowthink ponysay figlet toilet banner yes seq expr date cal ncal sleep usleep \
         notify-send terminal-notifier growlnotify zenity kdialog dialog whiptail write mesg write-host write-output \
         gum spd-say tr gtr numfmt printenv pwd getconf",
        "",
        TEXT,
    ),
    ("logger", "", TEXT.reads("-f --file")),
    ("espeak espeak-ng", "", TEXT.reads("-f")),
    // Names of paths, as text.
    (
        "basename dirname realpath grealpath readlink greadlink pathchk cygpath wslpath",
        "",
        TEXT,
    ),
    (
        "which whereis where type apropos whatis hash caller dirs jobs fc umask times logout suspend disown",
        "",
        TEXT,
    ),
    ("history", "", TEXT.reads("-r -n").writes("-w -a")),
    // Lists and tests.
    (
        "ls ll la l gls dir vdir exa eza lsd gdu dust df duf stat gstat lsof fuser locate mlocate plocate \
         mdfind namei getfacl lsattr getfattr lsblk findmnt inotifywait inotifywatch fswatch watchman broot ranger \
         lf nnn fd fdfind get-childitem gci get-item gi test-path resolve-path get-acl",
        "",
        TEXT,
    ),
    (
        "tree",
        "",
        TEXT.reads("--fromfile --gitfile --infofile").writes("-o"),
    ),
    ("du", "", TEXT.reads("--files0-from -X --exclude-from")),
    ("ncdu", "", TEXT.reads("-f -X --exclude-from").writes("-o")),
    ("file", "", TEXT.reads("-f --files-from -m --magic-file")),
    // Processes, services, the system.
    (
        "ps kill pkill pgrep killall pidof top htop btop fg bg nproc uptime free vmstat iostat who w whoami id groups \
         users last uname hostname hostnamectl tty stty tput clear reset lscpu lsusb lspci lsmod modinfo systemctl \
         service launchctl loginctl timedatectl localectl systemd-analyze",
        "",
        TEXT,
    ),
    ("sysctl", "", TEXT.reads("-p --load")),
    ("dmesg", "", TEXT.reads("-F --file")),
    (
        "journalctl",
        "",
        TEXT.reads("--file").writes("--output-file --cursor-file"),
    ),
    // Hosts
    (
        "ping ping6 fping host nslookup drill traceroute traceroute6 tracepath mtr telnet whois arp ifconfig route ss \
         netstat getent resolvectl iwconfig",
        "",
        TEXT,
    ),
    ("dig", "", TEXT.reads("-f -k")),
    (
        "nmap masscan",
        "",
        TEXT.reads("-iL --excludefile")
            .writes("-oN -oX -oG -oA -oS -oJ -oL"),
    ),
    ("ssh-keyscan", "", TEXT.reads("-f")),
    (
        "nc ncat netcat nc.traditional",
        "",
        TEXT.writes("-o -x --output --hex-dump")
            .reads("--ssl-trustfile"),
    ),
    ("socat", "", TEXT.writes("-r -R -L -W -lf")),
    // Created
    (
        "virtualenv mkvirtualenv pyvenv venv mkvirtualenv3",
        "",
        TEXT,
    ),
    ("vercel dotenv-vault netlify railway", "pull env:pull", TEXT),
    ("uv rye hatch pdm", "venv init new create", TEXT),
    (
        "conda mamba micromamba",
        "create activate",
        TEXT.reads("-f --file"),
    ),
    (
        "direnv",
        "allow permit grant deny revoke block edit status",
        TEXT,
    ),
    // Attributes
    (
        "setfacl chattr chcon setfattr xattr icacls attrib takeown",
        "",
        Habits::of(Written).texts("-m -x -n -v -t -u -r -l"),
    ),
    // Version control: what is added, listed or committed is not shown.
    (
        "hg svn jj bzr brz fossil darcs sl cvs p4",
        "add addremove status st stat log info ls list ignore propset propget resolved track untrack files manifest \
         locate forget commit ci",
        TEXT,
    ),
    // Managers of secrets and others like them whose operands are names.
    ("pass gopass", "ls list find search rm mv cp", TEXT),
];
