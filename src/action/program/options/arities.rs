//! Which options a table knows, and which of them take a value.

use std::collections::BTreeMap;

use super::super::word_list::each;
use super::{Arg, Opt};

/// The options of one subcommand, by name.
pub type Arities = BTreeMap<&'static str, Arg>;

/// The arity of each option of these tables. The first table that has a name counts.
pub(in crate::action::program) fn arities<R>(tables: &[&'static [Opt<R>]]) -> Arities {
    let mut found = Arities::new();
    for opt in tables.iter().copied().flatten() {
        let names = each(opt.names).filter_map(|name| std::str::from_utf8(name).ok());
        for name in names.filter(|name| !name.is_empty()) {
            found.entry(name).or_insert(opt.arg);
        }
    }
    found
}
