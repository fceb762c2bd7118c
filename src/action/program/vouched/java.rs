//! `gradle` and `mvn`.
//!
//! Sources: "Command-Line Interface Reference" of Gradle 8.14; `mvn --help` of Maven 3.9; the
//! parameters of Maven's Surefire and Failsafe plugins 3.5. Any other property (`-P`, `-D`) may name
//! anything that a build file asks for.

use super::super::options::{Grammar, Opt, attached, flag, value};
use super::table::{Behind, Command, Operands, Program, Role};

static GRADLE: &[Opt<Role>] = &[
    flag(
        "-q --quiet -i --info -d --debug -w --warn -s --stacktrace -S --full-stacktrace --no-daemon --daemon --offline \
         --parallel --no-parallel --continue --no-continue --build-cache --no-build-cache --configuration-cache \
         --no-configuration-cache --configure-on-demand --no-configure-on-demand --rerun-tasks --rerun --dry-run -m \
         --test-dry-run --profile --no-rebuild -a --fail-fast --no-watch-fs --watch-fs --no-scan --all --version -v \
         -V --show-version --help -h -? --status -t --continuous",
        Role::Plain,
    ),
    value(
        "--console --warning-mode --max-workers --priority --tests -x --exclude-task --configuration --dependency",
        Role::Plain,
    ),
    value(
        "-I --init-script -b --build-file -c --settings-file -p --project-dir -g --gradle-user-home --include-build \
         -P --project-prop -D --system-prop --project-cache-dir -F --dependency-verification",
        Role::Code,
    ),
    flag(
        "--scan -U --refresh-dependencies --write-locks --stop",
        Role::Code,
    ),
];

/// Tasks that build and test.
const GRADLE_TASKS: &str = "test check build assemble clean classes testClasses compileJava compileTestJava \
                            compileKotlin compileTestKotlin compileGroovy compileScala jar lint javadoc ktlintCheck \
                            detekt spotlessCheck checkstyleMain checkstyleTest pmdMain spotbugsMain integrationTest \
                            jacocoTestReport dependencies tasks projects help";

static MAVEN: &[Opt<Role>] = &[
    flag(
        "-B --batch-mode -q --quiet -e --errors -X --debug -o --offline -fae --fail-at-end -ff --fail-fast -fn \
         --fail-never -ntp --no-transfer-progress -N --non-recursive -am --also-make -amd --also-make-dependents -U \
         --update-snapshots -C --strict-checksums -c --lax-checksums -h --help -v --version -V --show-version \
         -nsu --no-snapshot-updates",
        Role::Plain,
    ),
    value(
        "-T --threads -pl --projects -rf --resume-from --color",
        Role::Plain,
    ),
    value("-l --log-file", Role::Write),
    // Properties of Maven's own plugins that choose which tests run.
    attached(
        "-DskipTests -DskipITs -Dmaven.test.skip -Dtest -Dit.test -DfailIfNoTests \
         -Dsurefire.failIfNoSpecifiedTests -Dmaven.test.failure.ignore",
        Role::Plain,
    ),
    value(
        "-s --settings -gs --global-settings -f --file -t --toolchains -gt --global-toolchains -P --activate-profiles \
         -D --define -b --builder -emp -ep",
        Role::Code,
    ),
];

const MAVEN_PHASES: &str = "clean validate initialize compile test-compile process-classes process-test-classes test \
                            package verify";

pub(super) static PROGRAMS: &[Program] = &[
    Program {
        names: "gradle gradlew",
        grammar: Grammar::Exact,
        global: &[],
        commands: &[Command {
            path: "",
            opts: GRADLE,
            operands: Operands::Tasks(GRADLE_TASKS),
            behind: Behind::Operands,
        }],
    },
    Program {
        names: "mvn mvnd mvnw",
        // Maven takes `-fae` for one option.
        grammar: Grammar::GoPermute,
        global: &[],
        commands: &[Command {
            path: "",
            opts: MAVEN,
            operands: Operands::Tasks(MAVEN_PHASES),
            behind: Behind::Operands,
        }],
    },
];
