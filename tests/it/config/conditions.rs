//! Conditions hold as they are said to.

use std::cmp::Ordering;

use handover::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generators::arbitrary;

/// Whether the comparison holds of a field with this value, or of none that is there.
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
fn each_comparison_holds_where_it_should_and_nowhere_else() {
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
    for (name, value, where_it_holds) in table {
        let opposite = match name {
            "is" => Some("is_not"),
            "in" => Some("not_in"),
            _ => None,
        };
        for fact in &facts {
            let expected = where_it_holds.contains(fact);
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
    // In UTF-16 the second would come first.
    assert!(holds(&json!("\u{FFFD}"), "less_than", &json!("\u{10000}")));
}

#[test]
fn all_of_none_holds_and_any_of_none_does_not() {
    let facts = Facts::new();
    assert!(Condition::Always.holds(&facts));
    assert!(Condition::All(vec![]).holds(&facts));
    assert!(!Condition::Any(vec![]).holds(&facts));
}

#[test]
fn a_condition_can_hold_unless_its_form_rules_it_out() {
    let never = || Condition::Any(vec![]);
    let perhaps = || Condition::is("x", 1);
    let can = [
        Condition::Always,
        perhaps(),
        !perhaps(),
        !never(),
        Condition::All(vec![]),
        never() | perhaps(),
        Condition::is_in("x", [1]),
        Condition::not_in("x", [0; 0]),
        !Condition::not_in("x", [1]),
        !Condition::All(vec![perhaps(), Condition::Always]),
    ];
    let cannot = [
        never(),
        !Condition::Always,
        !Condition::All(vec![]),
        never() & perhaps(),
        !(never() | Condition::Always),
        Condition::is_in("x", [0; 0]),
        !Condition::not_in("x", [0; 0]),
        !(Condition::Always & Condition::Always),
    ];
    for condition in can {
        assert!(condition.can_hold(), "{condition:?}");
    }
    for condition in cannot {
        assert!(!condition.can_hold(), "{condition:?}");
        assert!(!condition.holds(&Facts::new()), "{condition:?}");
    }
}

proptest! {
    #[test]
    fn conditions_combine_as_logic_has_it(
        (first, second) in (arbitrary::condition(), arbitrary::condition()),
        facts in arbitrary::facts(),
    ) {
        let (one, other) = (first.holds(&facts), second.holds(&facts));
        prop_assert_eq!((!first.clone()).holds(&facts), !one);
        prop_assert_eq!((first.clone() & second.clone()).holds(&facts), one && other);
        prop_assert_eq!((first.clone() | second).holds(&facts), one || other);
        prop_assert!(first.can_hold() || !one);
        prop_assert!((!first).can_hold() || one);
    }

    #[test]
    fn of_two_facts_in_order_one_comparison_holds(first in arbitrary::fact(), second in arbitrary::fact()) {
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
