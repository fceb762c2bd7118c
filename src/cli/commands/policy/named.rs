use std::path::PathBuf;

use clap::Args;

use crate::cli::packs::PackRef;

/// One pack, in any of the ways to name it.
#[derive(Debug, Clone, Args)]
#[group(id = "named", required = true, multiple = false)]
pub(crate) struct NamedPack {
    /// The pack, by its id or path
    #[arg(value_name = "ID|PATH")]
    pack: Option<String>,
    /// The pack, by its id
    #[arg(long, value_name = "ID")]
    policy_pack: Option<String>,
    /// The pack, by the path of its folder or of its policy.yaml
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl NamedPack {
    /// The pack that is named; none only if another argument of the group replaces it.
    pub(crate) fn get(&self) -> Option<PackRef> {
        let either = self.pack.clone().map(PackRef::Either);
        let id = self.policy_pack.clone().map(PackRef::Id);
        either.or(id).or(self.policy.clone().map(PackRef::Path))
    }

    /// As [`Self::get`], where no other argument can replace it.
    pub(crate) fn pack_ref(&self) -> PackRef {
        // clap has refused the command line if the group is empty.
        self.get().unwrap_or_else(|| PackRef::Either(String::new()))
    }
}
