//! The section `promotion`: what a change of the policy in force has to show.

use std::collections::BTreeMap;

use crate::support::{file, find, pack, table};
use cavra::policy::effective::{EffectivePack, resolve, resolve_source};
use cavra::policy::pack::Pack;
use cavra::policy::promotion::required::{nothing_loosened, required};
use cavra::policy::promotion::section::{CriteriaSection, PromotionSection, ThresholdsSection};
use cavra::policy::promotion::{Criteria, Promotion, Thresholds};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// The effective pack of one `policy.yaml`.
fn effective(text: &str) -> EffectivePack {
    resolve_source(pack(text), &mut find(&BTreeMap::new())).unwrap()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    note: String,
    active: String,
    candidate: String,
    /// The criteria, those that differ from the standard.
    #[serde(default)]
    criteria: BTreeMap<String, Value>,
    /// The criteria for a change that loosens nothing, those that differ from the standard.
    #[serde(default)]
    quick: BTreeMap<String, Value>,
    /// Whether the change loosens nothing.
    #[serde(default)]
    nothing_loosened: bool,
}

/// The numbers that differ from `standard`, by their path.
fn differing(found: Criteria, standard: Criteria) -> BTreeMap<String, Value> {
    let pairs = found.numbers("").into_iter().zip(standard.numbers(""));
    let differ = pairs.filter(|(found, standard)| found.value != standard.value);
    differ
        .map(|(found, _)| (found.path.trim_start_matches('.').to_owned(), found.value))
        .collect()
}

#[test]
fn of_the_active_and_the_candidate_the_stricter_number_counts() {
    for row in table::<Row>("promotion.yaml", 17) {
        let (active, candidate) = (effective(&row.active), effective(&row.candidate));
        let found = required(&active, &candidate);
        let criteria = differing(found.criteria, Criteria::STANDARD);
        assert_eq!(criteria, row.criteria, "{}", row.note);
        let quick = differing(found.when_nothing_loosened, Criteria::NOTHING_LOOSENED);
        assert_eq!(quick, row.quick, "{}", row.note);
        let nothing = nothing_loosened(&active, &candidate);
        assert_eq!(nothing, row.nothing_loosened, "{}", row.note);
    }
}

#[test]
fn without_the_section_the_digest_is_what_it_was() {
    let document = |text: &str| {
        let bytes = effective(text).effective_document(&[file("base/a.rego", "package a")], "v");
        serde_json::from_slice::<Value>(&bytes).unwrap()
    };
    let without = document("metadata: {id: a}");
    assert_eq!(without["policy"].get("promotion"), None);
    let with = document("{metadata: {id: a}, promotion: {approvals_required: 2}}");
    assert_eq!(with["policy"]["promotion"]["approvals_required"], 2);
    assert_eq!(
        with["policy"]["promotion"]["when_nothing_loosened"]["approvals_required"],
        1
    );
}

fn section() -> impl Strategy<Value = PromotionSection> {
    (criteria_section(), criteria_section())
        .prop_map(|(criteria, quick)| PromotionSection::of(criteria, quick))
}

fn criteria_section() -> impl Strategy<Value = CriteriaSection> {
    let hours = || prop::option::of(1_u64..9);
    let some = (
        prop::option::of(1_u32..5),
        hours(),
        prop::option::of(any::<bool>()),
        hours(),
    );
    (some, thresholds_section()).prop_map(|((approvals, age, rehearsed, watch), thresholds)| {
        CriteriaSection {
            approvals_required: approvals,
            max_evidence_age_hours: age,
            rollback_rehearsed: rehearsed,
            thresholds,
            watch_hours: watch,
        }
    })
}

fn thresholds_section() -> impl Strategy<Value = ThresholdsSection> {
    prop::array::uniform6(prop::option::of(0_u64..200)).prop_map(
        |[failed, hours, samples, groups, errors, drops]| ThresholdsSection {
            max_dry_run_failed_count: failed,
            min_observation_hours: hours,
            min_samples_per_required_class: samples,
            max_unexplained_loosened_groups: groups,
            max_candidate_error_ppm: errors,
            max_drop_ppm: drops,
        },
    )
}

/// A pack with the section, if there is one.
fn pack_with(id: &str, inherits: &[&str], section: Option<PromotionSection>) -> String {
    let section = section.map(|section| {
        let mut value = json!(section);
        without_null(&mut value);
        value
    });
    let mut pack = json!({ "metadata": { "id": id, "inherits": inherits } });
    if let Some(section) = section {
        pack["promotion"] = section;
    }
    pack.to_string()
}

fn without_null(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|_, value| !value.is_null());
        fields.values_mut().for_each(without_null);
    }
}

/// Whether no number of `one` is looser than that of `other`: by the numbers, each by itself.
fn is_never_looser(one: &Promotion, other: &Promotion) -> bool {
    let (ones, others) = (one.numbers(), other.numbers());
    assert_eq!((ones.len(), others.len()), (20, 20));
    let mut pairs = ones.iter().zip(&others);
    pairs.all(|(one, other)| one.strictness >= other.strictness)
}

fn promotion() -> impl Strategy<Value = Promotion> {
    section().prop_map(PromotionSection::with_defaults)
}

proptest! {
    /// The order of the two packs is no matter, and neither's bar is lowered.
    #[test]
    fn the_stricter_number_is_that_of_one_of_them(one in promotion(), other in promotion()) {
        let both = one.stricter(other);
        prop_assert_eq!(both, other.stricter(one));
        prop_assert!(is_never_looser(&both, &one) && is_never_looser(&both, &other));
        prop_assert!(both.criteria.is_at_least(one.criteria));
        prop_assert_eq!(one.stricter(one), one);
        for ((found, one), other) in both.numbers().iter().zip(one.numbers()).zip(other.numbers()) {
            prop_assert_eq!(found.strictness, one.strictness.max(other.strictness));
        }
    }

    /// Raising one bar lowers no number of what is required.
    #[test]
    fn a_higher_bar_asks_for_no_less(one in promotion(), other in promotion(), more in promotion()) {
        let (before, after) = (one.stricter(other), one.stricter(more).stricter(other));
        prop_assert!(is_never_looser(&after, &before));
        prop_assert_eq!(one.stricter(other).stricter(more), one.stricter(other.stricter(more)));
    }

    /// What is required of a change from pack to pack is what their sections say.
    #[test]
    fn packs_ask_for_what_their_sections_say(
        active in prop::option::of(section()),
        candidate in prop::option::of(section()),
    ) {
        let of = |section: Option<PromotionSection>| {
            section.map_or(Promotion::STANDARD, PromotionSection::with_defaults)
        };
        let (a, b) = (effective(&pack_with("a", &[], active)), effective(&pack_with("b", &[], candidate)));
        prop_assert_eq!(a.promotion(), of(active));
        prop_assert_eq!(required(&a, &b), of(active).stricter(of(candidate)));
        prop_assert_eq!(required(&a, &b), required(&b, &a));
    }

    /// A child can't lower a number that a parent sets, and parents never disagree.
    #[test]
    fn a_child_can_not_lower_the_bar_of_its_parents(
        left in prop::option::of(section()),
        right in prop::option::of(section()),
        own in prop::option::of(section()),
    ) {
        let packs = BTreeMap::from([
            ("left".to_owned(), pack_with("left", &[], left)),
            ("right".to_owned(), pack_with("right", &[], right)),
            ("own".to_owned(), pack_with("own", &["left", "right"], own)),
        ]);
        let joined = resolve("own", &mut find(&packs)).unwrap();
        let said = [left, right, own].into_iter().flatten().reduce(PromotionSection::stricter);
        prop_assert_eq!(joined.content.promotion, said.map(PromotionSection::with_defaults));
        for parent in [left, right].into_iter().flatten() {
            let both = parent.stricter(said.unwrap());
            prop_assert_eq!(both, said.unwrap());
        }
    }

    /// What is read is what was written.
    #[test]
    fn a_section_is_read_as_it_is_written(section in section()) {
        let text = pack_with("a", &[], Some(section));
        let read = Pack::read(&file("policy.yaml", &text)).0.unwrap();
        prop_assert_eq!(read.promotion, Some(section));
    }
}

#[test]
fn the_standard_is_the_standard_of_the_report() {
    assert_eq!(
        Promotion::default().criteria.thresholds,
        Thresholds::STANDARD
    );
    assert_eq!(
        Promotion::default().criteria_of(false).approvals_required,
        1
    );
    let quick = Promotion::default().criteria_of(true);
    assert_eq!(quick.thresholds.min_observation_hours, 0);
    assert_eq!(quick.thresholds.max_dry_run_failed_count, 0);
    assert!(Criteria::STANDARD.is_at_least(quick));
    assert!(!quick.is_at_least(Criteria::STANDARD));
}
