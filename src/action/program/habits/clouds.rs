//! Files that command lines of clouds and code hosts send and fetch. What their tables
//! know of subcommands and options is in `cloud_tables`.

use super::Words::{Copied, Last, Presumed, Text};
use super::{Entry, Habits};

/// Operands are names; only what says that it is a file counts (`@F`, `file://F`), and the
/// values of options that no list names.
const NAMES: Habits = Habits::of(Presumed).in_place("").behind(usize::MAX);
const FETCHES: Habits = Habits::of(Last).in_place("");

pub(super) static HABITS: &[Entry] = &[
    // `aws s3api get-object … OUTFILE`
    (
        "aws",
        "get-object get-object-torrent select-object-content invoke get-job-output get-export get-sdk \
         get-snapshot-block",
        FETCHES
            .behind(2)
            .alone()
            .texts(AWS_TEXTS)
            .flags("--no-cli-pager --debug --no-paginate"),
    ),
    (
        "aws",
        "",
        NAMES.texts(AWS_TEXTS).writes("--output-template-file --kubeconfig --outfile"),
    ),
    (
        "gcloud",
        "",
        NAMES.texts(
            "--project --format --filter --region --zone --location --member --role --account --tag --image --service-account --impersonate-service-account --kubeconfig",
        ),
    ),
    (
        "gsutil",
        "cp mv rsync",
        Habits::of(Copied)
            .behind(1)
            .flags("-m -r -R -n -a -q -c -e -u -z -Z -P -J -d -D -o -v"),
    ),
    ("gsutil bq", "", NAMES.texts("-h -o")),
    // `-f` is where a download goes, and what an upload sends.
    (
        "az",
        "download get-credentials download-batch export",
        NAMES.writes("-f --file --dest --destination -d --output-file --destination-path").texts(AZ_TEXTS),
    ),
    ("az", "", NAMES.texts(AZ_TEXTS)),
    ("gh glab", "clone", FETCHES.behind(2).texts(GH_TEXTS)),
    ("gh glab", "secret variable", NAMES.reads("-f --env-file").texts("-b --body -e --env -o --org -u --user -R --repo")),
    ("gh", "release", RELEASE),
    (
        "gh glab",
        "gist snippet",
        Habits::of(Presumed).in_place("").behind(2).texts(GH_TEXTS).flags("-p -s -w -P --public --private --web"),
    ),
    ("gh", "ssh-key gpg-key", Habits::of(Presumed).in_place("").behind(2).texts(GH_TEXTS)),
    ("gh", "run", NAMES.writes("-D --dir").texts(GH_TEXTS)),
    ("gh glab", "", NAMES.texts(GH_TEXTS)),
    // The files of the machine; what a container does with its own is not seen here.
    (
        "docker podman nerdctl buildah",
        "save export build buildx sbom",
        Habits::of(Text).writes("-o --output --metadata-file --iidfile"),
    ),
    (
        "kubectl oc",
        "kustomize cluster-info",
        Habits::of(Text).writes("-o --output --output-directory"),
    ),
];

const RELEASE: Habits = Habits::of(Presumed)
    .in_place("")
    .behind(3)
    .writes("-D --dir -O --output")
    .texts(GH_TEXTS)
    .reads("-F --notes-file");
const AWS_TEXTS: &str = "--key --bucket --prefix --include --exclude --filter --filters --query --secret-id --region --output --profile --name --function-name --copy-source --path --parameter-name --names --ca-bundle";
const AZ_TEXTS: &str = "-n --name -g --resource-group -l --location --query -o --output --vault-name --container-name -c --account-name --blob-name --subscription --scope --role --assignee";
const GH_TEXTS: &str = "-t --title -b --body -q --jq -l --label -r --reviewer -a --assignee -m --milestone -H -B --base --head -X --method -f --raw-field -R --repo -p --pattern -d --desc --description -e --env -o --org -u --user";
