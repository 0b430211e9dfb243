//! Conditions on the facts of a work item.

pub(crate) mod form;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

pub(crate) use form::Nested;

use crate::model::{Fact, Facts, Scalar};

/// How deep conditions may stand in one another.
pub const NESTING_MAX: usize = 32;

/// What must be so of a work item's facts.
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// Holds of everything.
    Always,
    /// Holds when all of them do; of none, it holds.
    All(Vec<Self>),
    /// Holds when one of them does; of none, it does not hold.
    Any(Vec<Self>),
    /// Holds when the one inside does not.
    Not(Box<Self>),
    /// Compares one field.
    Field {
        /// The name of the field.
        field: String,
        /// What its value is compared with.
        comparison: Comparison,
    },
}

/// What the value of a field is compared with.
///
/// On a field that is missing only `Exists(false)`, `IsNot` and `NotIn` hold. Order compares two integers, or two texts
/// by code point; between anything else it does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Comparison {
    /// Equal to the value.
    Is(Fact),
    /// Not equal to it, or missing.
    IsNot(Fact),
    /// Equal to one of the values.
    In(Vec<Fact>),
    /// Equal to none of them, or missing.
    NotIn(Vec<Fact>),
    /// Less than the value.
    LessThan(Scalar),
    /// At most the value.
    AtMost(Scalar),
    /// More than the value.
    MoreThan(Scalar),
    /// At least the value.
    AtLeast(Scalar),
    /// A text that begins with this one.
    StartsWith(String),
    /// A text in which this one stands, or a list in which this value stands.
    Contains(Scalar),
    /// There (true) or missing (false).
    Exists(bool),
}

impl Comparison {
    /// Says whether it holds of the field's value, or of its absence.
    pub fn holds(&self, fact: Option<&Fact>) -> bool {
        match (self, fact) {
            (Self::Is(value), fact) => fact == Some(value),
            (Self::IsNot(value), fact) => fact != Some(value),
            (Self::In(values), fact) => fact.is_some_and(|fact| values.contains(fact)),
            (Self::NotIn(values), fact) => !fact.is_some_and(|fact| values.contains(fact)),
            (Self::Exists(there), fact) => fact.is_some() == *there,
            (Self::LessThan(value), Some(Fact::One(fact))) => {
                comparable(fact, value) && fact < value
            }
            (Self::AtMost(value), Some(Fact::One(fact))) => {
                comparable(fact, value) && fact <= value
            }
            (Self::MoreThan(value), Some(Fact::One(fact))) => {
                comparable(fact, value) && fact > value
            }
            (Self::AtLeast(value), Some(Fact::One(fact))) => {
                comparable(fact, value) && fact >= value
            }
            (Self::StartsWith(start), Some(Fact::One(Scalar::Text(text)))) => {
                text.starts_with(start.as_str())
            }
            (Self::Contains(Scalar::Text(part)), Some(Fact::One(Scalar::Text(text)))) => {
                text.contains(part.as_str())
            }
            (Self::Contains(value), Some(Fact::List(values))) => values.contains(value),
            _ => false,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Is(_) => "is",
            Self::IsNot(_) => "is_not",
            Self::In(_) => "in",
            Self::NotIn(_) => "not_in",
            Self::LessThan(_) => "less_than",
            Self::AtMost(_) => "at_most",
            Self::MoreThan(_) => "more_than",
            Self::AtLeast(_) => "at_least",
            Self::StartsWith(_) => "starts_with",
            Self::Contains(_) => "contains",
            Self::Exists(_) => "exists",
        }
    }
}

/// Whether order is defined between two values: two integers or two texts.
fn comparable(left: &Scalar, right: &Scalar) -> bool {
    matches!(
        (left, right),
        (Scalar::Integer(_), Scalar::Integer(_)) | (Scalar::Text(_), Scalar::Text(_))
    )
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident($type:ty) => $variant:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(field: impl Into<String>, value: impl Into<$type>) -> Self {
            Self::Field { field: field.into(), comparison: Comparison::$variant(value.into()) }
        }
    )*};
}

impl Condition {
    comparisons! {
        /// Makes the condition that a field equals a value.
        is(Fact) => Is;
        /// Makes the condition that a field does not equal a value, or is missing.
        is_not(Fact) => IsNot;
        /// Makes the condition that a field is less than a value.
        less_than(Scalar) => LessThan;
        /// Makes the condition that a field is at most a value.
        at_most(Scalar) => AtMost;
        /// Makes the condition that a field is more than a value.
        more_than(Scalar) => MoreThan;
        /// Makes the condition that a field is at least a value.
        at_least(Scalar) => AtLeast;
        /// Makes the condition that a field is a text which begins with another.
        starts_with(String) => StartsWith;
        /// Makes the condition that a text stands in the field, or a value in its list.
        contains(Scalar) => Contains;
        /// Makes the condition that a field is there, or that it is missing.
        exists(bool) => Exists;
    }

    /// Makes the condition that a field equals one of some values.
    pub fn is_in<T: Into<Fact>>(
        field: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self::Field {
            field: field.into(),
            comparison: Comparison::In(values),
        }
    }

    /// Makes the condition that a field equals none of some values, or is missing.
    pub fn not_in<T: Into<Fact>>(
        field: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self::Field {
            field: field.into(),
            comparison: Comparison::NotIn(values),
        }
    }

    /// Says whether the condition holds of these facts.
    #[inline]
    pub fn holds(&self, facts: &Facts) -> bool {
        matches!(self, Self::Always) || self.holds_of(facts)
    }

    fn holds_of(&self, facts: &Facts) -> bool {
        match self {
            Self::Always => true,
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::Not(part) => !part.holds(facts),
            Self::Field { field, comparison } => comparison.holds(facts.get(field.as_str())),
        }
    }

    /// Says whether its form alone leaves room for it to hold: `any: []` never does.
    pub fn can_hold(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(Self::can_hold),
            Self::Any(parts) => parts.iter().any(Self::can_hold),
            Self::Not(part) => part.can_fail(),
            Self::Field {
                comparison: Comparison::In(values),
                ..
            } => !values.is_empty(),
            Self::Always | Self::Field { .. } => true,
        }
    }

    /// Says whether its form alone leaves room for it not to hold.
    fn can_fail(&self) -> bool {
        match self {
            Self::Always => false,
            Self::All(parts) => parts.iter().any(Self::can_fail),
            Self::Any(parts) => parts.iter().all(Self::can_fail),
            Self::Not(part) => part.can_hold(),
            Self::Field {
                comparison: Comparison::NotIn(values),
                ..
            } => !values.is_empty(),
            Self::Field { .. } => true,
        }
    }

    /// Says whether one of the fields that it names is among these facts.
    pub(crate) fn names_one_of(&self, facts: &Facts) -> bool {
        let mut any = false;
        self.each_field(&mut |field| any |= facts.contains_key(field));
        any
    }

    fn each_field(&self, visit: &mut impl FnMut(&str)) {
        match self {
            Self::Always => {}
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.each_field(visit);
                }
            }
            Self::Not(part) => part.each_field(visit),
            Self::Field { field, .. } => visit(field),
        }
    }

    /// Says whether it is nested deeper than [`NESTING_MAX`], without going deeper than that itself.
    pub(crate) fn is_too_deep(&self) -> bool {
        fn deeper_than(condition: &Condition, left: usize) -> bool {
            let Some(left) = left.checked_sub(1) else {
                return true;
            };
            match condition {
                Condition::All(parts) | Condition::Any(parts) => {
                    parts.iter().any(|part| deeper_than(part, left))
                }
                Condition::Not(part) => deeper_than(part, left),
                Condition::Always | Condition::Field { .. } => false,
            }
        }
        deeper_than(self, NESTING_MAX)
    }
}

impl core::ops::BitAnd for Condition {
    type Output = Self;

    /// Makes the condition that both hold.
    fn bitand(self, other: Self) -> Self {
        match self {
            Self::All(mut parts) => {
                parts.push(other);
                Self::All(parts)
            }
            first => Self::All([first, other].into()),
        }
    }
}

impl core::ops::BitOr for Condition {
    type Output = Self;

    /// Makes the condition that one of both holds.
    fn bitor(self, other: Self) -> Self {
        match self {
            Self::Any(mut parts) => {
                parts.push(other);
                Self::Any(parts)
            }
            first => Self::Any([first, other].into()),
        }
    }
}

impl core::ops::Not for Condition {
    type Output = Self;

    /// Makes the condition that this one does not hold.
    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}
