//! Workspace roots that the person who runs the command names.

use clap::Args;

use crate::action::patterns::RootPatterns;

/// `serve --workspace-root`: the actions' own roots come with the actions.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct WorkspaceRootArgs {
    /// A root of workspaces, or a glob of several such as `/home/*/src/*`; repeat it for more.
    /// Any other root is only the caller's claim, so patterns also match above it
    #[arg(long = "workspace-root", value_name = "GLOB", value_parser = checked)]
    roots: Vec<String>,
}

/// `decide --named-root`: there `--workspace-root` is the root of the one action.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct NamedRootArgs {
    /// A root of workspaces that you name, as `serve --workspace-root` does, or a glob of
    /// several; repeat it for more
    #[arg(long = "named-root", value_name = "GLOB", value_parser = checked, conflicts_with = "endpoint")]
    roots: Vec<String>,
}

impl WorkspaceRootArgs {
    pub(crate) fn patterns(&self) -> RootPatterns {
        patterns(&self.roots)
    }
}

impl NamedRootArgs {
    pub(crate) fn patterns(&self) -> RootPatterns {
        patterns(&self.roots)
    }
}

/// Each was checked when it was read; without one, patterns match above every root.
fn patterns(roots: &[String]) -> RootPatterns {
    RootPatterns::new(roots).unwrap_or_default()
}

fn checked(text: &str) -> Result<String, String> {
    RootPatterns::new(&[text])
        .map(|_| text.to_owned())
        .map_err(|error| error.message)
}
