//! Lints: each is reported for its mutation alone, and none for a lint-free configuration.

use handover::*;
use proptest::prelude::*;

use crate::generators::lint_free;

mod messages;
pub(crate) mod mutations;
mod suppression;

/// Returns the lints of a configuration without problems.
#[track_caller]
pub(crate) fn lints(config: &Config) -> Vec<Lint> {
    Plan::new(config.clone()).unwrap().lints()
}

/// Returns the codes of all lints of a configuration, in their order, without duplicates.
#[track_caller]
pub(crate) fn codes(config: &Config) -> Vec<LintCode> {
    let mut codes = lints(config).iter().map(Lint::code).collect::<Vec<_>>();
    codes.dedup();
    codes
}

proptest! {
    #[test]
    fn lint_free_configuration_has_no_lint(config in lint_free::config()) {
        prop_assert_eq!(lints(&config), []);
    }

    #[test]
    fn mutation_causes_lints_of_exactly_its_code(
        config in lint_free::config(),
        code in proptest::sample::select(LintCode::ALL),
        variant in any::<bool>(),
    ) {
        let mut config = config;
        mutations::mutate(&mut config, code, variant);
        prop_assert_eq!(codes(&config), [code]);
    }

    #[test]
    fn lints_are_sorted_by_severity_and_have_valid_paths(
        config in lint_free::config(),
        codes in some_codes(),
        variant in any::<bool>(),
    ) {
        let mut config = config;
        for code in codes {
            mutations::mutate(&mut config, code, variant);
        }
        let lints = lints(&config);
        prop_assert!(lints.is_sorted_by_key(Lint::code));
        prop_assert!(lints.is_sorted_by_key(Lint::severity));
        let json = serde_json::to_value(&config).unwrap();
        for lint in &lints {
            prop_assert!(has_path(&json, lint.path()), "{}", lint);
            for sentence in [lint.problem(), lint.advice()] {
                prop_assert!(sentence.starts_with(char::is_uppercase) && sentence.ends_with('.'));
            }
        }
    }
}

/// Returns up to 5 codes in any order.
pub(crate) fn some_codes() -> impl Strategy<Value = Vec<LintCode>> {
    proptest::sample::subsequence(LintCode::ALL, 0..6).prop_shuffle()
}

/// Whether a path exists in a configuration.
fn has_path(json: &serde_json::Value, path: &str) -> bool {
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    json.pointer(&format!("/{pointer}")).is_some()
}

#[test]
fn codes_have_the_documented_names_and_severities() {
    let table = LintCode::ALL
        .iter()
        .map(|code| format!("{code} {}\n", code.severity()));
    let expected = "\
inactive_channel severe
queue_without_eligibility severe
pool_without_members severe
channel_without_presence severe
pool_without_presence severe
pool_without_room severe
pool_never_opens severe
queue_shadowed severe
size_nobody_has_room_for warning
skill_nobody_has warning
skill_unknown warning
offer_without_timeout warning
timeout_keeps_presence warning
never_due warning
may_wait_for_ever warning
large_items_may_starve warning
order_without_pool warning
";
    assert_eq!(table.collect::<String>(), expected);
}
