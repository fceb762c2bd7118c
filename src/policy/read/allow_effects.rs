//! The mapping `commands.allow_effects`.

use super::fields::Fields;
use crate::policy::pack::{AllowEffects, AllowedEffect};

pub(super) fn allow_effects(fields: &mut Fields<'_>) -> AllowEffects {
    AllowEffects::of(|effect: AllowedEffect| fields.flag(effect.name()))
}
