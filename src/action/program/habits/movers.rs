//! Programs that copy between places, fetch, record, or dump what a database holds.

use super::Words::{Copied, Last, Presumed, Text};
use super::{Entry, Habits};

const COPIED: Habits = Habits::of(Copied);
const LAST: Habits = Habits::of(Last);
/// `-i` and `-w` don't mean changes in place here.
const MOVES: Habits = Habits::of(Presumed).in_place("");

pub(super) static HABITS: &[Entry] = &[
    // Objects in a store.
    (
        "s3cmd s5cmd azcopy ossutil ossutil64 coscli obsutil",
        "cp mv rsync sync copy put get mirror",
        COPIED
            .behind(1)
            .flags("-r -R -m -n -a -q -v -f --recursive -c -e -u -z -Z -P -J"),
    ),
    // The first segment may be an alias of another machine's.
    (
        "mc mcli",
        "cp mv mirror put get",
        COPIED
            .behind(1)
            .aliases()
            .flags("-r -R -q -a --recursive --preserve"),
    ),
    (
        "rclone",
        "copy copyto move moveto sync bisync",
        COPIED.behind(1).flags("-v -P --progress -n --dry-run -i"),
    ),
    (
        "b2",
        "download-file download-file-by-id download-file-by-name",
        LAST.behind(1),
    ),
    (
        "swift oci ibmcloud doctl",
        "download get",
        MOVES.writes("--file -f"),
    ),
    // Between machines.
    (
        "sftp",
        "",
        COPIED
            .in_place("")
            .texts("-i -o -P -c -J -l -R -B -s -D -S")
            .reads("-b -F"),
    ),
    ("ssh-copy-id sshfs", "", MOVES.texts("-i -o -p")),
    (
        "tftp atftp",
        "get -g",
        LAST.behind(1).flags("-c -g -m -v").in_place(""),
    ),
    ("rcp lcp pscp.exe", "", COPIED),
    ("tftp atftp", "", MOVES.flags("-c -p")),
    // From the network.
    (
        "aria2c axel yt-dlp youtube-dl gallery-dl http https xh xhs httpie",
        "",
        MOVES.writes("-d --dir -P --paths"),
    ),
    ("unar lsar", "", MOVES),
    ("cpio pax", "", MOVES.writes("-O -F -f --file").reads("-I")),
    ("copier", "copy update recopy", LAST.behind(1)),
    ("degit tiged", "", LAST),
    ("gistup transfer.sh croc wormhole magic-wormhole", "", MOVES),
    // What is recorded.
    (
        "tcpdump tshark dumpcap wireshark tcpflow ngrep sysdig",
        "",
        MOVES.writes("-w -O").reads("-r -F -I").texts("-i"),
    ),
    (
        "mitmdump mitmproxy mitmweb",
        "",
        MOVES.writes("-w --save-stream-file"),
    ),
    ("asciinema", "rec record", LAST.behind(1).alone()),
    // Databases
    (
        "pg_dump pg_dumpall pg_restore pg_basebackup",
        "",
        MOVES.writes("-f --file -D --pgdata").texts("-t -n -T -N"),
    ),
    (
        "mysqldump mariadb-dump mysqlpump mydumper",
        "",
        MOVES
            .writes("-r --result-file -T --tab")
            .texts("-w --where"),
    ),
    (
        "mongodump mongoexport bsondump",
        "",
        MOVES.writes("--archive --outFile"),
    ),
    (
        "redis-cli valkey-cli",
        "",
        MOVES.writes("--rdb --functions-rdb").texts("-i"),
    ),
    (
        "influx influxd etcdctl",
        "backup save",
        LAST.behind(2).in_place(""),
    ),
    (
        "mysql mariadb mycli",
        "",
        MOVES.texts("-e --execute -h -u -P -D --database --prompt --delimiter --init-command"),
    ),
    (
        "psql pgcli",
        "",
        MOVES
            .writes("-o --output -L --log-file")
            .texts("-c --command -d -h -U -p -F -R -P -T -v"),
    ),
    (
        "sqlite3 sqlite duckdb",
        "",
        MOVES
            .reads("-init")
            .texts("-cmd -c -separator -newline -nullvalue"),
    ),
    // Into other programs, or other people's hands.
    (
        "xclip xsel wl-copy pbcopy clip",
        "",
        MOVES
            .flags("-i -o -in -out -f -r -b -p -n")
            .texts("-sel -selection -t -target -d -display"),
    ),
    ("pastebinit qrencode nc.openbsd termbin", "", MOVES),
    (
        "mail mailx mutt neomutt s-nail sendmail msmtp swaks",
        "",
        MOVES.texts("-s -r -c -b"),
    ),
    (
        "ansible ansible-playbook ansible-pull ansible-console",
        "",
        MOVES.texts("-i --inventory -l --limit -t --tags -m -u"),
    ),
    ("crontab", "-l -e -r", Habits::of(Text)),
    ("logrotate", "", MOVES.writes("-s --state -l --log")),
];
