//! The fields of a pack that are lists, and those that are `true` or `false`: a row for each.
//!
//! Whatever goes through every field goes through these tables: reading, joining with parents,
//! counting, comparing and showing.

use super::Pack;
use super::stage::{Entries, Stage};

/// What an entry of a list does to what agents may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Agents may do less.
    Restricts,
    /// Agents may do more.
    Permits,
    /// Agents may do the same.
    Nothing,
}

/// How many patterns the engine compiles an entry of a list to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patterns {
    /// One for each choice of its braces.
    EachChoice,
    /// A single pattern.
    One,
    /// None: the entry is only compared.
    None,
}

/// Declares the lists, each by its place in the pack, its effect and its patterns.
macro_rules! lists {
    ($($list:ident = $section:ident.$field:ident, $effect:ident, $patterns:ident;)+) => {
        /// A field of a pack that is a list of strings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum List {
            $(#[doc = concat!("`", stringify!($section), ".", stringify!($field), "`")] $list,)+
        }

        impl List {
            /// Every list, in the order in which a pack is shown.
            pub const ALL: &[Self] = &[$(Self::$list,)+];

            /// The section, such as `commands`.
            #[must_use]
            pub const fn section(self) -> &'static str {
                match self {
                    $(Self::$list => stringify!($section),)+
                }
            }

            /// The name within the section, such as `block`.
            #[must_use]
            pub const fn field(self) -> &'static str {
                match self {
                    $(Self::$list => stringify!($field),)+
                }
            }

            /// The dotted path, such as `commands.block`.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$list => concat!(stringify!($section), ".", stringify!($field)),)+
                }
            }

            /// What an entry does to what agents may do.
            #[must_use]
            pub const fn effect(self) -> Effect {
                match self {
                    $(Self::$list => Effect::$effect,)+
                }
            }

            /// How many patterns the engine compiles an entry to.
            #[must_use]
            pub const fn patterns(self) -> Patterns {
                match self {
                    $(Self::$list => Patterns::$patterns,)+
                }
            }
        }

        impl<S: Stage> Pack<S> {
            /// The entries of a list; none if the pack does not have it.
            #[must_use]
            pub fn list(&self, list: List) -> &[S::Entry] {
                match list {
                    $(List::$list => self.$section.$field.entries(),)+
                }
            }

            /// Whether the pack has the list, even an empty one. A list without a default is
            /// there if it is empty.
            #[must_use]
            pub fn has(&self, list: List) -> bool {
                match list {
                    $(List::$list => Entries::<S::Entry>::is_given(&self.$section.$field),)+
                }
            }
        }
    };
}

lists! {
    FilesystemBlockRead = filesystem.block_read, Restricts, EachChoice;
    FilesystemRequireApprovalRead = filesystem.require_approval_read, Restricts, EachChoice;
    FilesystemBlockWrite = filesystem.block_write, Restricts, EachChoice;
    FilesystemRequireApprovalWrite = filesystem.require_approval_write, Restricts, EachChoice;
    FilesystemAllowOutsideRead = filesystem.allow_outside_read, Permits, EachChoice;
    FilesystemAllowOutsideWrite = filesystem.allow_outside_write, Permits, EachChoice;
    FilesystemSearchMayMeet = filesystem.search_may_meet, Permits, None;
    FilesystemRoots = filesystem.roots, Permits, EachChoice;
    CommandsBlock = commands.block, Restricts, One;
    CommandsRequireApproval = commands.require_approval, Restricts, One;
    CommandsAllow = commands.allow, Permits, One;
    CommandsHarmlessVariables = commands.harmless_variables, Permits, One;
    GitAllowedRemotes = git.allowed_remotes, Permits, One;
    GitProtectedBranches = git.protected_branches, Restricts, EachChoice;
    NetworkAllowedHosts = network.allowed_hosts, Permits, One;
    NetworkRequireApproval = network.require_approval, Restricts, One;
    NetworkBlock = network.block, Restricts, One;
    McpAllowedServers = mcp.allowed_servers, Permits, One;
    McpApprovalServers = mcp.approval_servers, Permits, One;
    McpBlockedServers = mcp.blocked_servers, Restricts, One;
    EvidenceRequiredFields = evidence.required_fields, Restricts, None;
    ComplianceMapsTo = compliance.maps_to, Nothing, None;
}

impl List {
    /// Whether documents and digests leave the list out while it is empty. A list that is newer
    /// than the digests that people have approved must be left out, or they would all change.
    #[must_use]
    pub const fn is_left_out_if_empty(self) -> bool {
        matches!(
            self,
            Self::FilesystemRoots
                | Self::McpApprovalServers
                | Self::NetworkAllowedHosts
                | Self::NetworkRequireApproval
                | Self::NetworkBlock
                | Self::FilesystemRequireApprovalRead
                | Self::FilesystemAllowOutsideRead
                | Self::FilesystemAllowOutsideWrite
                | Self::FilesystemSearchMayMeet
        )
    }
}

impl List {
    /// Whether a finding names the entry that it matched: then what the entry says beside its
    /// pattern is of use.
    #[must_use]
    pub const fn is_named_by_findings(self) -> bool {
        match self {
            Self::FilesystemBlockRead
            | Self::FilesystemRequireApprovalRead
            | Self::FilesystemBlockWrite
            | Self::FilesystemRequireApprovalWrite
            | Self::CommandsBlock
            | Self::CommandsRequireApproval
            | Self::CommandsAllow
            | Self::GitProtectedBranches
            | Self::NetworkRequireApproval
            | Self::NetworkBlock
            | Self::McpAllowedServers
            | Self::McpApprovalServers
            | Self::McpBlockedServers
            | Self::EvidenceRequiredFields => true,
            Self::FilesystemAllowOutsideRead
            | Self::FilesystemAllowOutsideWrite
            | Self::FilesystemSearchMayMeet
            | Self::FilesystemRoots
            | Self::CommandsHarmlessVariables
            | Self::GitAllowedRemotes
            | Self::NetworkAllowedHosts
            | Self::ComplianceMapsTo => false,
        }
    }

    /// Whether an entry may send an action to approval. A path that is only possibly one that is
    /// blocked needs approval, by the entry that blocks it.
    #[must_use]
    pub const fn may_ask(self) -> bool {
        self.is_named_by_findings()
            && !matches!(
                self,
                Self::CommandsBlock
                    | Self::CommandsAllow
                    | Self::NetworkBlock
                    | Self::McpAllowedServers
                    | Self::McpBlockedServers
            )
    }
}

/// Declares the flags, each by its place in the pack and its default.
macro_rules! flags {
    ($($flag:ident = $section:ident.$field:ident, $default:literal;)+) => {
        /// A field of a pack that is `true` or `false`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Flag {
            $(#[doc = concat!("`", stringify!($section), ".", stringify!($field), "`")] $flag,)+
        }

        impl Flag {
            /// Every flag, in the order in which a pack is shown.
            pub const ALL: &[Self] = &[$(Self::$flag,)+];

            /// The section, such as `git`.
            #[must_use]
            pub const fn section(self) -> &'static str {
                match self {
                    $(Self::$flag => stringify!($section),)+
                }
            }

            /// The name within the section, such as `require_pull_request`.
            #[must_use]
            pub const fn field(self) -> &'static str {
                match self {
                    $(Self::$flag => stringify!($field),)+
                }
            }

            /// The dotted path, such as `git.require_pull_request`.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$flag => concat!(stringify!($section), ".", stringify!($field)),)+
                }
            }

            /// The value if no pack of a lineage sets it.
            #[must_use]
            pub const fn default_value(self) -> bool {
                match self {
                    $(Self::$flag => $default,)+
                }
            }
        }

        impl<S: Stage> Pack<S> {
            /// The value of a flag.
            #[must_use]
            pub fn flag(&self, flag: Flag) -> &S::Flag {
                match flag {
                    $(Flag::$flag => &self.$section.$field,)+
                }
            }
        }
    };
}

flags! {
    GitRequirePullRequest = git.require_pull_request, false;
    GitBlockDirectPush = git.block_direct_push_to_protected_branch, true;
    GitRequireHumanReviewer = git.require_human_reviewer, false;
    GitRequireAiAttestation = git.require_ai_attestation, false;
    McpAllowlistEnabled = mcp.allowlist_enabled, true;
    McpBlockUnknownServers = mcp.block_unknown_servers, true;
}
