//! The fields of a pack that are one of a few words: a row for each.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::Pack;
use super::stage::Stage;

/// What a pack says of a kind of access, from the laxest to the strictest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// It goes ahead, unless another rule speaks against it.
    Allow,
    /// A person is asked.
    RequireApproval,
    /// It is blocked.
    Block,
}

impl Permission {
    /// The name in packs, such as `require_approval`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::RequireApproval => "require_approval",
            Self::Block => "block",
        }
    }
}

/// Declares the choices, each by its place in the pack, its values and its default.
macro_rules! choices {
    ($($choice:ident = $section:ident.$field:ident, [$($value:ident),+], $default:ident;)+) => {
        /// A field of a pack that is one of a few words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Choice {
            $(#[doc = concat!("`", stringify!($section), ".", stringify!($field), "`")] $choice,)+
        }

        impl Choice {
            /// Every choice, in the order in which a pack is shown.
            pub const ALL: &[Self] = &[$(Self::$choice,)+];

            /// The section, such as `filesystem`.
            #[must_use]
            pub const fn section(self) -> &'static str {
                match self {
                    $(Self::$choice => stringify!($section),)+
                }
            }

            /// The name within the section, such as `outside_reads`.
            #[must_use]
            pub const fn field(self) -> &'static str {
                match self {
                    $(Self::$choice => stringify!($field),)+
                }
            }

            /// The dotted path, such as `filesystem.outside_reads`.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$choice => concat!(stringify!($section), ".", stringify!($field)),)+
                }
            }

            /// The values that the field takes, from the laxest to the strictest.
            #[must_use]
            pub const fn values(self) -> &'static [Permission] {
                match self {
                    $(Self::$choice => &[$(Permission::$value,)+],)+
                }
            }

            /// The value if no pack of a lineage sets it. Documents and digests leave it out.
            #[must_use]
            pub const fn default_value(self) -> Permission {
                match self {
                    $(Self::$choice => Permission::$default,)+
                }
            }
        }

        impl<S: Stage> Pack<S> {
            /// The value of a choice.
            #[must_use]
            pub fn choice(&self, choice: Choice) -> &S::Choice {
                match choice {
                    $(Choice::$choice => &self.$section.$field,)+
                }
            }
        }
    };
}

choices! {
    FilesystemOutsideReads = filesystem.outside_reads, [Allow, RequireApproval, Block], Allow;
    FilesystemSearch = filesystem.search, [Allow, RequireApproval], RequireApproval;
}

impl Choice {
    /// The value with this name, if the field takes it.
    #[must_use]
    pub fn from_name(self, name: &str) -> Option<Permission> {
        let mut values = self.values().iter().copied();
        values.find(|value| value.name() == name)
    }

    /// The value of a pack in which the default is left out.
    #[must_use]
    pub fn of<S: Stage<Choice = Option<Permission>>>(self, pack: &Pack<S>) -> Permission {
        pack.choice(self).unwrap_or(self.default_value())
    }

    fn schema(self) -> Schema {
        let names: Vec<&str> = self.values().iter().map(|value| value.name()).collect();
        json_schema!({ "type": "string", "enum": names })
    }
}

pub(super) fn outside_reads(_: &mut SchemaGenerator) -> Schema {
    Choice::FilesystemOutsideReads.schema()
}

pub(super) fn search(_: &mut SchemaGenerator) -> Schema {
    Choice::FilesystemSearch.schema()
}
