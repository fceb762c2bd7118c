//! `go`, `gofmt` and `golangci-lint`.
//!
//! Source: `go help build`, `go help testflag`, `go help vet`, `go help list` of Go 1.24; gofmt(1);
//! `golangci-lint run --help` of 2.1.

use super::super::options::{Grammar, Opt, flag, value};
use super::table::{Command, Program, Role, command, loads};

/// Flags of the linker that leave tables out, and no others: `-extld` names a program.
const STRIPS: Role = Role::Quoted(&["-s", "-w", "-s -w", "-w -s"]);

/// Go takes each test flag with a `test.` in front, too; only the ones that are used are here.
static TEST: &[Opt<Role>] = &[
    flag(
        "-v -short -race -cover -failfast -json -n -x -i -a -msan -asan -work -trimpath -benchmem -fullpath \
         -test.v -test.short -test.failfast -buildvcs -linkshared -modcacherw -h -help",
        Role::Plain,
    ),
    value(
        "-run -bench -skip -fuzz -list -count -cpu -parallel -timeout -shuffle -benchtime -fuzztime -fuzzminimizetime \
         -covermode -coverpkg -p -tags -test.run -test.timeout -test.count -test.bench -test.skip",
        Role::Plain,
    ),
    value(
        "-coverprofile -cpuprofile -memprofile -blockprofile -mutexprofile -trace -o",
        Role::Write,
    ),
    value("-outputdir -test.outputdir", Role::WriteTree),
    value("-vet", Role::OneOf("off all atomic bool buildtags printf")),
    value("-buildmode", Role::OneOf("default exe pie archive")),
    value("-ldflags", STRIPS),
    value("-mod", Role::OneOf("readonly vendor")),
    value(
        "-exec -toolexec -C -overlay -modfile -pkgdir -compiler -gcflags -asmflags -gccgoflags -pgo \
         -installsuffix",
        Role::Code,
    ),
];

static BUILD: &[Opt<Role>] = &[
    flag(
        "-v -race -cover -n -x -a -msan -asan -work -trimpath -buildvcs -linkshared -json",
        Role::Plain,
    ),
    value("-p -tags -covermode -coverpkg", Role::Plain),
    value("-o", Role::Write),
    value("-buildmode", Role::OneOf("default exe pie archive")),
    value("-ldflags", STRIPS),
    value("-mod", Role::OneOf("readonly vendor")),
    value(
        "-toolexec -C -overlay -modfile -pkgdir -compiler -gcflags -asmflags -gccgoflags -pgo -installsuffix",
        Role::Code,
    ),
];

static VET: &[Opt<Role>] = &[
    flag("-v -n -x -json -a", Role::Plain),
    value("-c -tags -p", Role::Plain),
    value("-mod", Role::OneOf("readonly vendor")),
    value("-vettool -toolexec -C -overlay -modfile", Role::Code),
];

static LIST: &[Opt<Role>] = &[
    flag(
        "-m -json -e -deps -test -versions -find -compiled -export -u -retracted -reuse",
        Role::Plain,
    ),
    value("-f -tags", Role::Plain),
    value("-mod", Role::OneOf("readonly vendor")),
    value("-toolexec -C -overlay -modfile", Role::Code),
];

/// `-r` and `-s` rewrite; with `-w` the files, in place.
static GOFMT: &[Opt<Role>] = &[
    flag("-l -d -e -s -w", Role::Plain),
    value("-r -cpuprofile", Role::Code),
];

static LINT: &[Opt<Role>] = &[
    flag(
        "-v --verbose --fast-only --tests --no-config --show-stats -h --help --allow-parallel-runners",
        Role::Plain,
    ),
    value(
        "-E --enable -D --disable --timeout --color --build-tags -j --concurrency --max-issues-per-linter \
         --max-same-issues --default",
        Role::Plain,
    ),
    value("--new-from-rev --new-from-merge-base", Role::Name),
    value("-c --config", Role::Code),
    flag("--fix", Role::Spelled),
];

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: "go",
        grammar: Grammar::GoPermute,
        global: &[
            flag("-h -help --help", Role::Plain),
            value("-C", Role::Code),
        ],
        commands: &[
            loads("test", TEST),
            loads("build|install", BUILD),
            loads("vet", VET),
            loads("list", LIST),
            loads("fmt", &[flag("-n -x", Role::Plain)]),
            command("version", &[flag("-m -v", Role::Plain)]),
            // `-w` and `-u` change the settings of every later run.
            command(
                "env",
                &[
                    flag("-json -changed", Role::Plain),
                    flag("-w -u", Role::Code),
                ],
            ),
            command(
                "mod verify|mod graph|mod why",
                &[flag("-m -x", Role::Plain)],
            ),
        ],
    },
    Program {
        names: "gofmt gofumpt goimports",
        grammar: Grammar::GoPermute,
        global: &[],
        commands: &[Command { ..loads("", GOFMT) }],
    },
    Program {
        names: "golangci-lint",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[loads("run", LINT), command("version|linters", LINT)],
    },
];
