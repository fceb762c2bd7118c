//! Launchers whose command runs in a container, a virtual machine or on another host.
//!
//! Sources: docker-run(1), docker-exec(1), `docker compose help`, `kubectl exec --help`, `kubectl run --help`,
//! vagrant, limactl, lxc, multipass, flatpak-run(1), wsl, toolbox(1), distrobox, `gcloud compute ssh`, `gh codespace ssh`.

use super::super::options::{Opt, flag, value};
use super::table::Role::{self, None, Program, Query, Script};
use super::table::Takes::{Dashes, Nothing, OneForShell, Package, Shell, Words};
use super::table::{Launch, elsewhere, launch, start, with_globals};

static DOCKER_GLOBALS: &[Opt<Role>] = &[
    value(
        "-l --log-level --tlscacert --tlscert --tlskey -H --host -c --context --config --root --runroot --connection --url --identity -n --namespace -a --address",
        None,
    ),
    flag("-D --debug --tls --tlsverify -r --remote", None),
];
static DOCKER_RUN: &[Opt<Role>] = &[
    value("--entrypoint", Program),
    value(
        "-a --attach --add-host --annotation --blkio-weight --blkio-weight-device --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile -c --cpu-shares --cpus --cpu-period --cpu-quota --cpuset-cpus --cpuset-mems --cpu-count --cpu-percent --cpu-rt-period --cpu-rt-runtime --detach-keys --device --device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps --device-write-iops --dns --dns-option --dns-search --domainname -e --env --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout -h --hostname --ip --ip6 --ipc --isolation --kernel-memory -l --label --label-file --link --link-local-ip --log-driver --log-opt --mac-address -m --memory --memory-reservation --memory-swap --memory-swappiness --mount --name --network --net --network-alias --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit -u --user --userns --uts -v --volume --volume-driver --volumes-from -w --workdir --arch --authfile --pod --secret --timeout --tz --umask --index",
        None,
    ),
    flag(
        "-d --detach -i --interactive -t --tty --rm --init --privileged -P --publish-all --read-only --no-healthcheck --oom-kill-disable --sig-proxy -q --quiet --disable-content-trust --replace --latest",
        None,
    ),
    flag("--help", Query),
];
static COMPOSE_RUN: &[Opt<Role>] = &[
    value("--entrypoint", Program),
    value(
        "-e --env --env-from-file -l --label --name -p --publish --pull -u --user -v --volume -w --workdir --index --cap-add --cap-drop --detach-keys",
        None,
    ),
    flag(
        "-d --detach -i --interactive -t --tty -T --no-TTY --rm --build --no-deps --quiet-pull --quiet --remove-orphans -P --service-ports --use-aliases --privileged",
        None,
    ),
    flag("--help", Query),
];
static COMPOSE_GLOBALS: &[Opt<Role>] = &[
    value(
        "-f --file --env-file --project-directory -p --project-name --profile --ansi --parallel --progress",
        None,
    ),
    flag("--all-resources --compatibility --dry-run --verbose", None),
];
static KUBE: &[Opt<Role>] = &[
    value(
        "-n --namespace -c --container --context --cluster --user --kubeconfig -s --server --token --as --as-group -f --filename --pod-running-timeout --request-timeout -v --v --image --env --labels -l --restart --overrides --port --field-manager --profile --target --image-pull-policy --cache-dir --copy-to --custom --annotations --override-type --retries",
        None,
    ),
    flag(
        "-i --stdin -t --tty -q --quiet --rm --attach --command --expose --privileged --dry-run --leave-stdin-open --share-processes --replace --same-node --arguments-only --stdin=false",
        None,
    ),
    flag("--help", Query),
];
static REMOTE: &[Opt<Role>] = &[
    value("-c --command -C", Script),
    value(
        "-n --name -u --user -w --working-directory --workdir --cwd -p --port --zone --project --region -t --tunnel-through-iap --ssh-flag --ssh-key-file --container -m --machine -l --login --shell --env -e --mode --group --codespace -R --repo --profile -o --options -i --image -M -d --distribution --instance --runtime --host",
        None,
    ),
    flag(
        "-q --quiet -v --verbose -t --tty -T --no-tty --plain --internal-ip --force-key-file-overwrite -A --root --privileged --sudo",
        None,
    ),
];
static FLATPAK: &[Opt<Role>] = &[
    value("--command", Program),
    value(
        "--branch --arch --runtime --runtime-version --env --filesystem --share --socket --device --cwd --directory",
        None,
    ),
    flag(
        "--host --watch-bus --clear-env --sandbox --no-network --devel",
        None,
    ),
];
static WSL: &[Opt<Role>] = &[
    value("-d --distribution -u --user --cd --shell-type", None),
    flag("-e --exec ~ --system", None),
    flag(
        "-l --list --status --update --shutdown --install --export --import --set-default --help --version -t --terminate --unregister",
        Query,
    ),
];
static CHROOT_LIKE: &[Opt<Role>] = &[value(
    "-c --chroot -d --directory -u --user -p --preserve-environment -r --begin-session",
    None,
)];
static PSSH: &[Opt<Role>] = &[
    value(
        "-h --hosts -H --host -l --user -p --par -o --outdir -e --errdir -t --timeout -O --option -x --extra-args -X --extra-arg -w -g -b -f -a",
        None,
    ),
    flag(
        "-A --askpass -i --inline -P --print -v --verbose -B -L -S -q",
        None,
    ),
];

/// Names, space-separated, and the table of each.
pub(super) static LAUNCHES: &[(&str, Launch)] = &[
    (
        "docker podman nerdctl finch",
        with_globals(
            DOCKER_GLOBALS,
            &[
                elsewhere("container run", DOCKER_RUN, 0, Package),
                elsewhere("container exec", DOCKER_RUN, 1, Words),
                elsewhere("container create", DOCKER_RUN, 0, Package),
                elsewhere("compose run", COMPOSE_RUN, 0, Package),
                elsewhere("compose exec", COMPOSE_RUN, 1, Words),
                elsewhere("run", DOCKER_RUN, 0, Package),
                elsewhere("exec", DOCKER_RUN, 1, Words),
                elsewhere("create", DOCKER_RUN, 0, Package),
            ],
        ),
    ),
    (
        "docker-compose podman-compose",
        with_globals(
            COMPOSE_GLOBALS,
            &[
                elsewhere("run", COMPOSE_RUN, 0, Package),
                elsewhere("exec", COMPOSE_RUN, 1, Words),
            ],
        ),
    ),
    (
        "kubectl oc",
        with_globals(
            KUBE,
            &[
                elsewhere("exec", KUBE, 1, Words),
                elsewhere("debug", KUBE, 1, Dashes),
                elsewhere("run", KUBE, 1, Words),
                elsewhere("rsh", KUBE, 1, Words),
            ],
        ),
    ),
    (
        "crictl ctr",
        with_globals(
            DOCKER_GLOBALS,
            &[
                elsewhere("tasks exec", DOCKER_RUN, 1, Words),
                elsewhere("run", DOCKER_RUN, 2, Words),
                elsewhere("exec", DOCKER_RUN, 1, Words),
            ],
        ),
    ),
    (
        "vagrant",
        launch(&[
            elsewhere(
                "ssh",
                &[
                    value("-c --command", Script),
                    value("--", None),
                    flag("-p --plain -t --tty", None),
                ],
                usize::MAX,
                Nothing,
            ),
            elsewhere("winrm", REMOTE, usize::MAX, Nothing),
        ]),
    ),
    (
        "limactl",
        launch(&[elsewhere(
            "shell",
            &[value("--workdir --shell --instance --tty", None)],
            1,
            Words,
        )]),
    ),
    ("lima", launch(&[elsewhere("", &[], 0, Words)])),
    (
        "colima",
        launch(&[elsewhere("ssh", &[value("-p --profile", None)], 0, Dashes)]),
    ),
    ("lxc incus", launch(&[elsewhere("exec", REMOTE, 1, Words)])),
    (
        "lxc-attach lxc-execute",
        launch(&[elsewhere(
            "",
            &[value("-n --name -P --lxcpath -f", None)],
            0,
            Words,
        )]),
    ),
    ("multipass", launch(&[elsewhere("exec", REMOTE, 1, Words)])),
    (
        "machinectl",
        launch(&[elsewhere(
            "shell",
            &[value("--uid -E --setenv -M --machine", None)],
            1,
            Words,
        )]),
    ),
    (
        "flatpak",
        launch(&[
            elsewhere("run", FLATPAK, 0, Package),
            elsewhere("enter", FLATPAK, 1, Words),
        ]),
    ),
    (
        "flatpak-spawn host-spawn",
        launch(&[elsewhere("", FLATPAK, 0, Words)]),
    ),
    (
        "snap",
        launch(&[elsewhere(
            "run",
            &[value("--shell --gdb --strace", None)],
            0,
            Package,
        )]),
    ),
    ("wsl", launch(&[elsewhere("", WSL, 0, Words)])),
    (
        "toolbox",
        launch(&[elsewhere(
            "run",
            &[value(
                "-c --container -d --distro -r --release --preserve-fds",
                None,
            )],
            0,
            Words,
        )]),
    ),
    (
        "distrobox distrobox-enter",
        launch(&[
            elsewhere(
                "enter",
                &[value("-n --name -e", None), flag("-r --root -nw -T", None)],
                1,
                Dashes,
            ),
            elsewhere("", &[value("-n --name", None)], 0, Dashes),
        ]),
    ),
    (
        "schroot dchroot arch-chroot",
        launch(&[elsewhere("", CHROOT_LIKE, 0, Dashes)]),
    ),
    (
        "apptainer singularity",
        launch(&[
            elsewhere("exec", DOCKER_RUN, 1, Words),
            elsewhere("run", DOCKER_RUN, 0, Package),
        ]),
    ),
    (
        "gcloud",
        with_globals(
            &[value("--project --configuration --account --format", None)],
            &[
                elsewhere("compute ssh", REMOTE, usize::MAX, Nothing),
                elsewhere("beta compute ssh", REMOTE, usize::MAX, Nothing),
                elsewhere("alpha compute ssh", REMOTE, usize::MAX, Nothing),
                elsewhere("cloud-shell ssh", REMOTE, usize::MAX, Nothing),
            ],
        ),
    ),
    (
        "gh",
        launch(&[
            elsewhere("codespace ssh", REMOTE, 0, Shell),
            elsewhere("cs ssh", REMOTE, 0, Shell),
        ]),
    ),
    (
        "az",
        launch(&[elsewhere(
            "vm run-command invoke",
            &[
                value("--scripts", Script),
                value(
                    "-g --resource-group -n --name --command-id --parameters",
                    None,
                ),
            ],
            usize::MAX,
            Nothing,
        )]),
    ),
    (
        "minikube",
        launch(&[
            elsewhere("ssh", REMOTE, 0, OneForShell),
            start("", &[], 0, Words),
        ]),
    ),
    (
        "clush pssh parallel-ssh pdsh dsh mpssh",
        launch(&[elsewhere("", PSSH, 0, Shell)]),
    ),
    (
        "orb orbctl",
        launch(&[
            elsewhere("run", REMOTE, 0, Words),
            elsewhere("", REMOTE, 0, Words),
        ]),
    ),
    (
        "devcontainer",
        launch(&[elsewhere(
            "exec",
            &[value(
                "--workspace-folder --container-id --config --remote-env --id-label --docker-path",
                None,
            )],
            0,
            Words,
        )]),
    ),
    ("waypipe", launch(&[elsewhere("ssh", PSSH, 1, Shell)])),
    ("tsh teleport", launch(&[elsewhere("ssh", PSSH, 1, Shell)])),
    (
        "boundary",
        launch(&[elsewhere("connect ssh", PSSH, 0, Dashes)]),
    ),
];
