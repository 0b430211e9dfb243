//! Lints: each fires where it should, alone, and none on a sound configuration.

use handover::*;
use proptest::prelude::*;

use crate::generators::lint_free;

mod messages;
pub(crate) mod mutations;
mod suppression;

#[track_caller]
pub(crate) fn lints(config: &Config) -> Vec<Lint> {
    Plan::new(config.clone()).unwrap().lints()
}

/// The codes that fire, each once.
#[track_caller]
pub(crate) fn codes(config: &Config) -> Vec<LintCode> {
    let mut codes = lints(config).iter().map(Lint::code).collect::<Vec<_>>();
    codes.dedup();
    codes
}

proptest! {
    #[test]
    fn a_sound_configuration_has_no_lint(config in lint_free::config()) {
        prop_assert_eq!(lints(&config), []);
    }

    #[test]
    fn what_is_spoilt_in_one_way_has_exactly_that_lint(
        config in lint_free::config(),
        code in proptest::sample::select(LintCode::ALL),
        way in any::<bool>(),
    ) {
        let mut config = config;
        mutations::spoil(&mut config, code, way);
        prop_assert_eq!(codes(&config), [code]);
    }

    #[test]
    fn lints_come_by_severity_and_point_into_the_configuration(
        config in lint_free::config(),
        codes in some_codes(),
        way in any::<bool>(),
    ) {
        let mut config = config;
        for code in codes {
            mutations::spoil(&mut config, code, way);
        }
        let lints = lints(&config);
        prop_assert!(lints.is_sorted_by_key(Lint::code));
        prop_assert!(lints.is_sorted_by_key(Lint::severity));
        let json = serde_json::to_value(&config).unwrap();
        for lint in &lints {
            prop_assert!(is_there(&json, lint.path()), "{}", lint);
            for sentence in [lint.problem(), lint.advice()] {
                prop_assert!(sentence.starts_with(char::is_uppercase) && sentence.ends_with('.'));
            }
        }
    }
}

/// A few of the codes, in any order.
pub(crate) fn some_codes() -> impl Strategy<Value = Vec<LintCode>> {
    proptest::sample::subsequence(LintCode::ALL, 0..6).prop_shuffle()
}

/// Whether a path leads somewhere in the configuration.
fn is_there(json: &serde_json::Value, path: &str) -> bool {
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    json.pointer(&format!("/{pointer}")).is_some()
}

#[test]
fn every_code_has_the_name_and_the_severity_of_the_table() {
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
