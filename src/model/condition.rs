//! Conditions on the facts of a work item.
//!
//! Conditions decide which items belong to a channel, which queue takes an item, which size and skills it gets, and whether
//! it counts as load. They are data and not code, so that the configuration can be checked, indexed and shown.
//!
//! ```text
//! JSON                                                Rust
//! {"all": [{"field": "language", "is": "es"},         Condition::is("language", "es")
//!          {"not": {"field": "visits", "at_most": 1}}]}   & !Condition::at_most("visits", 1)
//! ```

mod nested;
pub(crate) mod read;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use serde::Serialize;

pub use nested::Nested;

use crate::model::fact::{Fact, Facts, Scalar};

/// The maximum number of levels of nested conditions. A single comparison is one level.
pub const NESTING_MAX: usize = 32;

/// A condition on the facts of a work item.
///
/// Conditions combine with `&`, `|` and `!`. A condition is a pure function of the facts: it reads neither the time nor the
/// agents.
///
/// Nested conditions have at most [`NESTING_MAX`] levels. Code can try to build a deeper one: then [`TooDeep`](Self::TooDeep)
/// replaces the part that is too deep, and [`Plan::new`](crate::Plan::new) reports the condition.
///
/// # Examples
///
/// ```
/// use handover::{Condition, Facts};
///
/// let facts = Facts::from([("language", "es".into()), ("visits", 3.into())]);
/// let condition = Condition::is("language", "es") & !Condition::less_than("visits", 2);
/// assert!(condition.holds(&facts));
/// assert!(!Condition::exists("subtype", true).holds(&facts));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Condition {
    /// Always holds.
    Always,
    /// Holds if all parts hold. Without parts, it holds.
    All(Nested<Vec<Self>>),
    /// Holds if at least one part holds. Without parts, it does not hold.
    Any(Nested<Vec<Self>>),
    /// Holds if the inner condition does not hold.
    Not(Nested<Box<Self>>),
    /// Replaces a part that already has [`NESTING_MAX`] levels. Never holds, cannot be serialized, and is rejected by
    /// `Plan::new`.
    #[serde(skip_serializing)]
    TooDeep,
    /// Compares one fact.
    #[serde(untagged)]
    Field {
        /// The name of the fact.
        field: String,
        // Side by side with the field: `{"field": "visits", "less_than": 2}`.
        /// The comparison.
        #[serde(flatten)]
        comparison: Comparison,
    },
}

/// A comparison of a fact with one or more values.
///
/// If the fact is missing, only `Exists(false)`, `IsNot` and `NotIn` hold. The order comparisons compare two integers, or
/// two texts by code point; they do not hold between other types.
///
/// # Examples
///
/// ```
/// use handover::{Comparison, Fact};
///
/// let tags = Fact::from(["returns", "billing"]);
/// assert!(Comparison::Contains("billing".into()).holds(Some(&tags)));
/// assert!(Comparison::IsNot("es".into()).holds(None));
/// assert!(!Comparison::LessThan(2.into()).holds(Some(&"1".into())));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Comparison {
    /// The fact equals the value.
    Is(Fact),
    /// The fact does not equal the value, or is missing.
    IsNot(Fact),
    /// The fact equals one of the values.
    In(Vec<Fact>),
    /// The fact equals none of the values, or is missing.
    NotIn(Vec<Fact>),
    /// The fact is less than the value.
    LessThan(Scalar),
    /// The fact is at most the value.
    AtMost(Scalar),
    /// The fact is greater than the value.
    MoreThan(Scalar),
    /// The fact is at least the value.
    AtLeast(Scalar),
    /// The fact is a text that starts with this text.
    StartsWith(String),
    /// The fact is a text that contains this text, or a list that contains this value.
    Contains(Scalar),
    /// The fact is present (`true`) or missing (`false`).
    Exists(bool),
}

impl Comparison {
    /// Returns whether the comparison holds for a fact, which is `None` if missing.
    pub fn holds(&self, fact: Option<&Fact>) -> bool {
        match (self, fact) {
            // These five also compare a missing fact.
            (Self::Is(value), fact) => fact == Some(value),
            (Self::IsNot(value), fact) => fact != Some(value),
            (Self::In(values), fact) => fact.is_some_and(|fact| values.contains(fact)),
            (Self::NotIn(values), fact) => !fact.is_some_and(|fact| values.contains(fact)),
            (Self::Exists(present), fact) => fact.is_some() == *present,
            (Self::LessThan(value), Some(fact)) => order(fact, value).is_some_and(Ordering::is_lt),
            (Self::AtMost(value), Some(fact)) => order(fact, value).is_some_and(Ordering::is_le),
            (Self::MoreThan(value), Some(fact)) => order(fact, value).is_some_and(Ordering::is_gt),
            (Self::AtLeast(value), Some(fact)) => order(fact, value).is_some_and(Ordering::is_ge),
            (Self::StartsWith(start), Some(Fact::One(Scalar::Text(text)))) => {
                text.starts_with(start.as_str())
            }
            // A part of a text, or an element of a list: never a part of an element.
            (Self::Contains(Scalar::Text(part)), Some(Fact::One(Scalar::Text(text)))) => {
                text.contains(part.as_str())
            }
            (Self::Contains(value), Some(Fact::List(values))) => values.contains(value),
            // A missing fact, or one of another type.
            _ => false,
        }
    }
}

/// Returns the order of a fact and a value: two integers or two texts. Other values have none.
fn order(fact: &Fact, value: &Scalar) -> Option<Ordering> {
    match (fact, value) {
        (Fact::One(Scalar::Integer(fact)), Scalar::Integer(value)) => Some(fact.cmp(value)),
        (Fact::One(Scalar::Text(fact)), Scalar::Text(value)) => Some(fact.cmp(value)),
        _ => None,
    }
}

/// Defines a constructor for each comparison with one value.
macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident($type:ty) => $variant:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(field: impl Into<String>, value: impl Into<$type>) -> Self {
            Self::compare(field, Comparison::$variant(value.into()))
        }
    )*};
}

impl Condition {
    /// Returns a condition that holds if all parts hold, or if there are none.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::{Condition, Facts};
    ///
    /// let parts = [Condition::exists("language", true), Condition::at_least("visits", 2)];
    /// let facts = Facts::from([("visits", 3.into())]);
    /// assert!(!Condition::all(parts.clone()).holds(&facts));
    /// assert!(Condition::any(parts).holds(&facts));
    /// ```
    pub fn all(parts: impl Into<Vec<Self>>) -> Self {
        Self::All(parts.into().into())
    }

    /// Returns a condition that holds if at least one part holds.
    pub fn any(parts: impl Into<Vec<Self>>) -> Self {
        Self::Any(parts.into().into())
    }

    comparisons! {
        /// Returns the condition that a fact equals a value.
        is(Fact) => Is;
        /// Returns the condition that a fact does not equal a value or is missing.
        is_not(Fact) => IsNot;
        /// Returns the condition that a fact is less than a value.
        less_than(Scalar) => LessThan;
        /// Returns the condition that a fact is at most a value.
        at_most(Scalar) => AtMost;
        /// Returns the condition that a fact is greater than a value.
        more_than(Scalar) => MoreThan;
        /// Returns the condition that a fact is at least a value.
        at_least(Scalar) => AtLeast;
        /// Returns the condition that a fact is a text that starts with another text.
        starts_with(String) => StartsWith;
        /// Returns the condition that a fact is a text that contains a text, or a list that contains a value.
        contains(Scalar) => Contains;
        /// Returns the condition that a fact is present (`true`) or missing (`false`).
        exists(bool) => Exists;
    }

    /// Returns the condition that a fact equals one of several values.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::{Condition, Facts};
    ///
    /// let spanish_or_portuguese = Condition::is_in("language", ["es", "pt"]);
    /// assert!(spanish_or_portuguese.holds(&Facts::from([("language", "pt".into())])));
    /// // A missing fact equals no value.
    /// assert!(!spanish_or_portuguese.holds(&Facts::new()));
    /// assert!(Condition::not_in("language", ["es", "pt"]).holds(&Facts::new()));
    /// ```
    pub fn is_in<T: Into<Fact>>(
        field: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().map(Into::into);
        Self::compare(field, Comparison::In(values.collect()))
    }

    /// Returns the condition that a fact equals none of several values or is missing.
    pub fn not_in<T: Into<Fact>>(
        field: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().map(Into::into);
        Self::compare(field, Comparison::NotIn(values.collect()))
    }

    /// Returns the condition that a comparison holds for a fact.
    fn compare(field: impl Into<String>, comparison: Comparison) -> Self {
        let field = field.into();
        Self::Field { field, comparison }
    }

    /// Returns whether the condition holds for these facts.
    ///
    /// The cost is linear in the comparisons, their values and the values of the facts.
    #[inline]
    pub fn holds(&self, facts: &Facts) -> bool {
        match self {
            Self::Always => true,
            Self::TooDeep => false,
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::Not(part) => !part.holds(facts),
            Self::Field { field, comparison } => comparison.holds(facts.get(field.as_str())),
        }
    }

    /// Returns `false` if the structure alone shows that the condition never holds, such as `any: []`.
    ///
    /// Values are not compared: a contradiction such as `x is 1` and `x is 2` is not found.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::Condition;
    ///
    /// assert!(!Condition::any([]).can_hold());
    /// assert!(!(!Condition::Always).can_hold());
    /// assert!((Condition::is("visits", 1) & Condition::is("visits", 2)).can_hold());
    /// ```
    pub fn can_hold(&self) -> bool {
        self.can_be(true)
    }

    /// Returns whether the condition has an outcome for some facts, as far as its structure shows.
    fn can_be(&self, outcome: bool) -> bool {
        match (self, outcome) {
            (Self::Always, _) => outcome,
            (Self::TooDeep, _) => !outcome,
            // An `all` holds, and an `any` fails, only if all parts do.
            (Self::All(parts), true) | (Self::Any(parts), false) => {
                parts.iter().all(|part| part.can_be(outcome))
            }
            // One part is enough. Without parts, an `all` cannot fail and an `any` cannot hold.
            (Self::All(parts), false) | (Self::Any(parts), true) => {
                parts.iter().any(|part| part.can_be(outcome))
            }
            (Self::Not(part), _) => part.can_be(!outcome),
            (Self::Field { comparison, .. }, _) => match (comparison, outcome) {
                (Comparison::In(values), true) | (Comparison::NotIn(values), false) => {
                    !values.is_empty()
                }
                _ => true,
            },
        }
    }

    /// Returns the conditions of which this one is made, one level down. A comparison has none.
    fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(part) => core::slice::from_ref(part),
            Self::Always | Self::TooDeep | Self::Field { .. } => &[],
        }
    }

    /// Returns whether the condition compares at least one of these facts, whatever the outcome.
    pub(crate) fn names_one_of(&self, facts: &Facts) -> bool {
        match self {
            // Every comparison counts, even `exists: false`.
            Self::Field { field, .. } => facts.contains_key(field.as_str()),
            // A condition without parts names no fact.
            _ => self.parts().iter().any(|part| part.names_one_of(facts)),
        }
    }

    /// Returns the number of levels, at most `NESTING_MAX + 1`.
    fn levels(&self) -> usize {
        match self {
            Self::Always | Self::Field { .. } => 1,
            Self::All(parts) | Self::Any(parts) => parts.levels(),
            Self::Not(part) => part.levels(),
            Self::TooDeep => NESTING_MAX,
        }
    }

    /// Returns whether the condition has more than [`NESTING_MAX`] levels.
    pub(crate) fn is_too_deep(&self) -> bool {
        self.levels() > NESTING_MAX || *self == Self::TooDeep
    }
}

/// Implements an operator that combines two conditions into a list of parts.
macro_rules! combinations {
    ($($(#[$doc:meta])* $trait:ident::$method:ident => $variant:ident;)*) => {$(
        impl core::ops::$trait for Condition {
            type Output = Self;

            $(#[$doc])*
            fn $method(self, other: Self) -> Self {
                match self {
                    // `a & b & c` is one list of three, and not two nested lists, which would count as levels.
                    Self::$variant(mut parts) => {
                        parts.push(other);
                        Self::$variant(parts)
                    }
                    first => Self::$variant(Vec::from([first, other]).into()),
                }
            }
        }
    )*};
}

combinations! {
    /// Returns the condition that both hold.
    BitAnd::bitand => All;
    /// Returns the condition that at least one of the two holds.
    BitOr::bitor => Any;
}

impl core::ops::Not for Condition {
    type Output = Self;

    /// Returns the condition that this one does not hold.
    fn not(self) -> Self {
        Self::Not(self.into())
    }
}
