//! The packs of a bundle as a library: nothing else is looked up.

use std::collections::BTreeMap;

use super::{Library, Shelved};
use crate::policy::bundle::{Bundle, BundleError};
use crate::policy::origin::Origin;

impl Library {
    /// The packs of a bundle alone.
    ///
    /// # Errors
    /// If a file of the bundle can't be part of a pack.
    pub fn of_bundle(bundle: &Bundle) -> Result<Self, BundleError> {
        let mut packs = BTreeMap::new();
        for id in bundle.packs.keys() {
            let Some(source) = bundle.source(id)? else {
                continue;
            };
            let shelved = Shelved {
                origin: Origin::Bundle,
                folder: None,
                source: Ok(source),
            };
            packs.insert(id.clone(), shelved);
        }
        Ok(Self {
            packs,
            beside: None,
        })
    }
}
