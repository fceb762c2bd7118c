//! Why a plan can't be judged or applied.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::archive::ArchiveError;
use super::plan_file::MAX_PLAN_FILE_BYTES;
use crate::action::terraform::StartedProgram;

/// Why a plan can't be judged or applied. Never a verdict.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TerraformError {
    #[error("the plan `{}` can't be copied", path.display())]
    Copy {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("the plan `{}` has more than {MAX_PLAN_FILE_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    #[error("the copy of the plan can't be sealed")]
    Seal(#[source] io::Error),
    #[error(
        "`{}` is not a plan file: `terraform plan -out=FILE` writes one",
        .0.display()
    )]
    NotAPlan(PathBuf),
    #[error(
        "`{}` is JSON, which nothing binds to a plan file; `cavra gate terraform` takes it, and only a \
         plan file can be applied",
        .0.display()
    )]
    OnlyJson(PathBuf),
    #[error("`terraform` is not in {places}; name it by `--terraform PATH`")]
    NoTerraform { places: String },
    #[error(
        "`{}` can't be relied on: it must be a file of root or of this user, which nobody else may write",
        .0.display()
    )]
    Unreliable(PathBuf),
    #[error("`{}` is not an absolute path", .0.display())]
    Relative(PathBuf),
    #[error("`{}` can't be started", path.display())]
    Start {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("`terraform show -json` failed: {0}")]
    Show(String),
    #[error("`terraform show -json` took longer than {} s", .0.as_secs())]
    Slow(Duration),
    #[error("`terraform show -json` printed more than {0} bytes")]
    LongPlan(usize),
    #[error("what `terraform show -json` printed is not UTF-8")]
    NotText,
    #[error(
        "`{0}` is set, and Terraform would add its words to the command; unset it, because only a \
         plan as it was judged is applied"
    )]
    Variable(String),
    #[error(
        "applying the plan would start a program, which nobody judged: `{}` has the provisioner or is \
         the data source `{}`; take it out of the configuration, or apply the plan elsewhere",
        .0.address,
        .0.by
    )]
    Starts(StartedProgram),
    #[error(
        "applying the plan may start a program, which nobody judged: in its configuration, `{file}` has \
         a `removed` block and a provisioner behind it; take the provisioner out, or move the \
         `removed` block to the end of the file if the provisioner belongs to another block"
    )]
    StartsOnRemoval { file: String },
    #[error(
        "the configuration in the plan file can't be read, so nobody knows which programs applying the \
         plan would start; make the plan again by `terraform plan -out=FILE`"
    )]
    Configuration(#[source] ArchiveError),
    #[error("the copy of the plan can't be read")]
    Reread(#[source] io::Error),
    #[error("the working directory can't be found")]
    Here(#[source] io::Error),
    #[error("the working directory is not UTF-8")]
    HereNotText,
    #[error("`{0}` can't be a word of a command line: it holds a zero byte")]
    Word(String),
    #[error(
        "`cavra exec` runs `terraform apply PLANFILE` and nothing else, without options: \
         they would change what the plan does; found `{0}`"
    )]
    Command(String),
}
