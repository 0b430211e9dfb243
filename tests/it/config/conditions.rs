//! When conditions hold, and when they can hold.

use std::cmp::Ordering;

use handover::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generators::arbitrary;

/// Whether a comparison holds for a field with this value. Null means that the field is missing.
#[track_caller]
fn holds(fact: &Value, name: &str, value: &Value) -> bool {
    let condition: Condition = serde_json::from_value(json!({"field": "x", name: value})).unwrap();
    let facts = if fact.is_null() {
        Facts::new()
    } else {
        Facts::from([("x", serde_json::from_value::<Fact>(fact.clone()).unwrap())])
    };
    condition.holds(&facts)
}

const MISSING: Value = Value::Null;

#[test]
fn comparisons_hold_exactly_for_the_listed_facts() {
    let table = [
        ("is", json!(1), vec![json!(1)]),
        ("is", json!("1"), vec![json!("1")]),
        ("is", json!(true), vec![json!(true)]),
        ("is", json!([1]), vec![json!([1])]),
        ("is", json!([]), vec![json!([])]),
        (
            "in",
            json!([1, "b", [1]]),
            vec![json!(1), json!("b"), json!([1])],
        ),
        ("in", json!([]), vec![]),
        ("less_than", json!(1), vec![json!(0)]),
        ("at_most", json!(1), vec![json!(0), json!(1)]),
        ("more_than", json!(1), vec![json!(2)]),
        ("at_least", json!(1), vec![json!(1), json!(2)]),
        (
            "less_than",
            json!("b"),
            vec![json!(""), json!("1"), json!("ab")],
        ),
        (
            "at_most",
            json!("b"),
            vec![json!(""), json!("1"), json!("ab"), json!("b")],
        ),
        ("more_than", json!("b"), vec![json!("é")]),
        ("at_least", json!("b"), vec![json!("b"), json!("é")]),
        ("less_than", json!(true), vec![]),
        ("at_most", json!(true), vec![]),
        ("more_than", json!(false), vec![]),
        ("at_least", json!(false), vec![]),
        ("starts_with", json!("a"), vec![json!("ab")]),
        (
            "starts_with",
            json!(""),
            vec![json!(""), json!("1"), json!("ab"), json!("b"), json!("é")],
        ),
        (
            "contains",
            json!("b"),
            vec![json!("ab"), json!("b"), json!(["b", 1])],
        ),
        ("contains", json!(1), vec![json!([1]), json!(["b", 1])]),
        ("contains", json!("1"), vec![json!("1")]),
        (
            "contains",
            json!(""),
            vec![json!(""), json!("1"), json!("ab"), json!("b"), json!("é")],
        ),
        ("contains", json!(true), vec![json!([true])]),
        ("exists", json!(false), vec![MISSING]),
    ];
    let facts = [
        MISSING,
        json!(false),
        json!(true),
        json!(0),
        json!(1),
        json!(2),
        json!(""),
        json!("1"),
        json!("ab"),
        json!("b"),
        json!("é"),
        json!([]),
        json!([1]),
        json!([true]),
        json!(["b", 1]),
    ];
    for (name, value, holds_for) in table {
        let opposite = match name {
            "is" => Some("is_not"),
            "in" => Some("not_in"),
            _ => None,
        };
        for fact in &facts {
            let expected = holds_for.contains(fact);
            assert_eq!(holds(fact, name, &value), expected, "{fact} {name} {value}");
            if let Some(opposite) = opposite {
                assert_eq!(
                    holds(fact, opposite, &value),
                    !expected,
                    "{fact} {opposite} {value}"
                );
            }
            assert_eq!(holds(fact, "exists", &json!(true)), *fact != MISSING);
        }
    }
}

#[test]
fn texts_are_compared_by_code_point() {
    // The order of UTF-16 code units is the opposite.
    assert!(holds(&json!("\u{FFFD}"), "less_than", &json!("\u{10000}")));
}

#[test]
fn empty_all_holds_and_empty_any_does_not() {
    let facts = Facts::new();
    assert!(Condition::Always.holds(&facts));
    assert!(Condition::all([]).holds(&facts));
    assert!(!Condition::any([]).holds(&facts));
}

#[test]
fn condition_can_hold_unless_its_form_excludes_it() {
    let never = || Condition::any([]);
    let possible = || Condition::is("x", 1);
    let possible_conditions = [
        Condition::Always,
        possible(),
        !possible(),
        !never(),
        Condition::all([]),
        never() | possible(),
        Condition::is_in("x", [1]),
        Condition::not_in("x", [0; 0]),
        !Condition::not_in("x", [1]),
        !Condition::all(vec![possible(), Condition::Always]),
    ];
    let impossible_conditions = [
        never(),
        !Condition::Always,
        !Condition::all([]),
        never() & possible(),
        !(never() | Condition::Always),
        Condition::is_in("x", [0; 0]),
        !Condition::not_in("x", [0; 0]),
        !(Condition::Always & Condition::Always),
    ];
    for condition in possible_conditions {
        assert!(condition.can_hold(), "{condition:?}");
    }
    for condition in impossible_conditions {
        assert!(!condition.can_hold(), "{condition:?}");
        assert!(!condition.holds(&Facts::new()), "{condition:?}");
    }
}

proptest! {
    #[test]
    fn conditions_combine_like_booleans(
        (first, second) in (arbitrary::condition(), arbitrary::condition()),
        facts in arbitrary::facts(),
    ) {
        let (first_holds, second_holds) = (first.holds(&facts), second.holds(&facts));
        prop_assert_eq!((!first.clone()).holds(&facts), !first_holds);
        prop_assert_eq!((first.clone() & second.clone()).holds(&facts), first_holds && second_holds);
        prop_assert_eq!((first.clone() | second).holds(&facts), first_holds || second_holds);
        prop_assert!(first.can_hold() || !first_holds);
        prop_assert!((!first).can_hold() || first_holds);
    }

    #[test]
    fn order_comparisons_agree_with_the_order_of_facts(first in arbitrary::fact(), second in arbitrary::fact()) {
        let holds = |comparison: fn(Scalar) -> Comparison| match &second {
            Fact::One(value) => comparison(value.clone()).holds(Some(&first)),
            Fact::List(_) => false,
        };
        let order = match (&first, &second) {
            (Fact::One(Scalar::Integer(first)), Fact::One(Scalar::Integer(second))) => Some(first.cmp(second)),
            (Fact::One(Scalar::Text(first)), Fact::One(Scalar::Text(second))) => {
                Some(first.chars().cmp(second.chars()))
            }
            _ => None,
        };
        prop_assert_eq!(holds(Comparison::LessThan), order == Some(Ordering::Less));
        prop_assert_eq!(holds(Comparison::AtMost), order.is_some_and(Ordering::is_le));
        prop_assert_eq!(holds(Comparison::MoreThan), order == Some(Ordering::Greater));
        prop_assert_eq!(holds(Comparison::AtLeast), order.is_some_and(Ordering::is_ge));
    }
}

/// Returns a condition to which a step has been applied a million times.
fn very_deep(step: impl Fn(Condition) -> Condition) -> Condition {
    (0..1_000_000).fold(Condition::is("x", 1), |inner, _| step(inner))
}

/// With a stack of 128 KiB, one call per level would overflow after a few hundred levels.
#[test]
fn condition_of_a_million_levels_does_not_overflow_the_stack() {
    let test = || {
        let conditions = [
            very_deep(|inner| !inner),
            very_deep(|inner| Condition::all([inner])),
            very_deep(|inner| Condition::any(vec![Condition::Always, inner])),
            very_deep(|inner| Condition::Not(inner.into())),
            very_deep(|inner| Condition::All(vec![inner].into())),
            very_deep(|inner| (Condition::Always & inner) | Condition::Always),
            very_deep(|inner| !(!inner & Condition::Always)),
        ];
        for (index, condition) in conditions.iter().enumerate() {
            assert!(format!("{condition:?}").contains("TooDeep"), "{index}");
            assert_eq!(condition, &condition.clone());
            assert!(serde_json::to_string(condition).is_err(), "{index}");
            let facts = Facts::from([("x", 1.into())]);
            // An outcome is returned, whichever it is.
            let _ = (condition.holds(&facts), condition.can_hold());
            // A plan hashes the conditions of skill rules.
            let channel = ServiceChannel::new()
                .condition(condition.clone())
                .skill(SkillRule::when(condition.clone(), "spanish"));
            let error = Plan::new(Config::new().channel("w", channel)).unwrap_err();
            let paths = error.problems().iter().map(Problem::path);
            assert!(paths.eq(["channels.w.condition", "channels.w.skills[0].when"]));
        }
        drop(conditions);
    };
    let thread = std::thread::Builder::new().stack_size(128 << 10);
    thread.spawn(test).unwrap().join().unwrap();
}

/// A condition that is too deep does not affect its siblings, and the length of a list does not count as depth.
#[test]
fn only_the_part_that_is_too_deep_is_replaced() {
    let deepest = || (1..NESTING_MAX).fold(Condition::Always, |inner, _| !inner);
    let sibling = Condition::is("x", 1);
    let condition = Condition::all([sibling.clone(), deepest()]);
    assert_eq!(
        condition,
        Condition::all([sibling.clone(), Condition::TooDeep])
    );
    assert_eq!(condition, sibling.clone() & deepest());
    let long = (0..1_000).fold(sibling.clone(), |all, _| all & sibling.clone());
    assert!(matches!(&long, Condition::All(parts) if parts.len() == 1_001));
    assert!(serde_json::to_string(&long).is_ok());
}
