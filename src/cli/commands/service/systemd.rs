//! Units for systemd: sockets that systemd makes, and the service behind them (systemd.socket(5),
//! systemd.service(5), systemd.exec(5)).

use std::path::{Path, PathBuf};

use super::install::{Start, Unit};

const SYSTEM_FOLDER: &str = "/etc/systemd/system";
const USER_FOLDER: &str = ".config/systemd/user";
const SYSUSERS: &str = "/etc/sysusers.d/cavra.conf";
/// The user and the group of the service.
const USER: &str = "cavra";

/// What confines the service. The sandbox leaves it the sockets that it gets, its state and nothing else.
const HARDENING: &str = "\
# Not PrivateUsers= and not PrivatePIDs=: the kernel would no longer say which user and process asks.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
PrivateNetwork=yes
RestrictAddressFamilies=AF_UNIX
IPAddressDeny=any
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
KeyringMode=private
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
UMask=0077
";

/// What a user's own systemd can confine.
const USER_HARDENING: &str = "\
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX
RestrictRealtime=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
UMask=0077
";

/// One socket of the service.
struct Socket<'a> {
    unit: &'a str,
    /// The name by which `cavra serve` knows what it is for.
    name: &'a str,
    path: &'a str,
    purpose: &'a str,
    /// Its mode, its group, and other settings.
    access: String,
}

impl Socket<'_> {
    fn text(&self) -> String {
        let Self {
            name,
            path,
            purpose,
            access,
            ..
        } = self;
        format!(
            "# Written by `cavra service install`.\n\
             [Unit]\n\
             Description=CAVRA: {purpose}\n\
             \n\
             [Socket]\n\
             ListenStream={path}\n\
             FileDescriptorName={name}\n\
             Service=cavra.service\n\
             {access}\
             DirectoryMode=0755\n\
             RemoveOnStop=yes\n\
             \n\
             [Install]\n\
             WantedBy=sockets.target\n"
        )
    }
}

/// Units of the machine, and what to do with them.
pub(super) fn of_system(start: &Start<'_>) -> (Vec<Unit>, Vec<String>) {
    let agents = match start.socket_group {
        Some(group) => format!("SocketMode=0660\nSocketGroup={}\n", escaped(group)),
        None => "SocketMode=0666\n".to_owned(),
    };
    let sockets = [
        Socket {
            unit: "cavra.socket",
            name: "agents",
            path: "/run/cavra/agents.sock",
            purpose: "the socket that agents' hooks ask",
            access: agents,
        },
        Socket {
            unit: "cavra-people.socket",
            name: "public",
            path: "/run/cavra/cavra.sock",
            purpose: "the socket of the people who read and answer",
            access: format!("SocketMode=0660\nSocketGroup={USER}\n"),
        },
        Socket {
            unit: "cavra-admin.socket",
            name: "admin",
            path: "/run/cavra/admin.sock",
            purpose: "the socket of what changes the authority",
            access: "SocketMode=0600\n".to_owned(),
        },
    ];
    let service = format!(
        "{}User={USER}\nGroup={USER}\nStateDirectory=cavra\nStateDirectoryMode=0700\n\
         OOMScoreAdjust=-500\n{HARDENING}",
        service(start, &sockets, "/var/lib/cavra")
    );
    let mut units = units(Path::new(SYSTEM_FOLDER), &sockets, service);
    units.push(Unit {
        path: PathBuf::from(SYSUSERS),
        text: format!(
            "# Written by `cavra service install`.\nu {USER} - \"CAVRA authority\" /var/lib/cavra\n"
        ),
    });
    let notes = vec![
        format!("make the user: `systemd-sysusers {SYSUSERS}`"),
        format!(
            "start it: `systemctl daemon-reload && systemctl enable --now {}`",
            names(&sockets)
        ),
        format!(
            "people who answer requests join the group `{USER}`; agents and their users must not"
        ),
        "the sockets belong to root, so hooks need no `--socket-owner`".to_owned(),
    ];
    (units, notes)
}

/// Units of one user, and what to do with them.
pub(super) fn of_user(start: &Start<'_>, home: &Path) -> (Vec<Unit>, Vec<String>) {
    let access = || "SocketMode=0600\n".to_owned();
    let sockets = [
        Socket {
            unit: "cavra.socket",
            name: "agents",
            path: "%t/cavra/agents.sock",
            purpose: "the socket that agents' hooks ask",
            access: access(),
        },
        Socket {
            unit: "cavra-admin.socket",
            name: "admin",
            path: "%t/cavra/admin.sock",
            purpose: "the socket of what changes the authority",
            access: access(),
        },
    ];
    let service = format!(
        "{}StateDirectory=cavra/agents\nStateDirectoryMode=0700\n\
         # The agent has the same user id: this service records, and does not resist.\n\
         {USER_HARDENING}",
        service(start, &sockets, "%S/cavra/agents")
    );
    let notes = vec![
        "this service records and does not resist: your agent has your user id, so it can end the \
         service, change its journal and answer in its place. `--system` resists"
            .to_owned(),
        format!(
            "start it: `systemctl --user daemon-reload && systemctl --user enable --now {}`",
            names(&sockets)
        ),
    ];
    (units(&home.join(USER_FOLDER), &sockets, service), notes)
}

fn names(sockets: &[Socket<'_>]) -> String {
    let names: Vec<&str> = sockets.iter().map(|socket| socket.unit).collect();
    names.join(" ")
}

fn units(folder: &Path, sockets: &[Socket<'_>], service: String) -> Vec<Unit> {
    let sockets = sockets.iter().map(|socket| Unit {
        path: folder.join(socket.unit),
        text: socket.text(),
    });
    let service = Unit {
        path: folder.join("cavra.service"),
        text: service,
    };
    sockets.chain([service]).collect()
}

/// The service up to where its user and its sandbox follow.
fn service(start: &Start<'_>, sockets: &[Socket<'_>], data: &str) -> String {
    let names = names(sockets);
    let program = escaped(start.program);
    let options = start.options.iter().map(|it| format!(" {}", escaped(it)));
    let options: String = options.collect();
    format!(
        "# Written by `cavra service install`.\n\
         [Unit]\n\
         Description=CAVRA: decides what AI agents may do\n\
         Requires={names}\n\
         After={names}\n\
         \n\
         [Service]\n\
         Type=exec\n\
         Sockets={names}\n\
         ExecStart={program} serve --data-dir {data}{options}\n\
         ExecReload=/bin/kill -HUP $MAINPID\n\
         Restart=on-failure\n\
         RestartSec=1\n\
         TimeoutStopSec=20\n\
         LimitNOFILE=65536\n"
    )
}

/// One word of a command line of systemd (systemd.syntax(7), systemd.service(5)).
fn escaped(word: &str) -> String {
    let word = word.replace('%', "%%").replace('$', "$$");
    let plain = |it: char| {
        it.is_ascii_alphanumeric()
            || matches!(it, '/' | '-' | '_' | '.' | ':' | '=' | ',' | '%' | '$')
    };
    match !word.is_empty() && word.chars().all(plain) {
        true => word,
        false => {
            let word = word.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{word}\"")
        }
    }
}
