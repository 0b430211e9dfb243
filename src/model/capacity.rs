//! Capacity, in units of work. An item has a size in the same units.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

/// A capacity: the units of work that an agent may hold, or no limit.
///
/// In JSON, a number or the text `"unlimited"`. Capacities are ordered, with [`Unlimited`](Self::Unlimited) as the greatest.
///
/// # Examples
///
/// ```
/// use handover::Capacity;
///
/// assert!(Capacity::Units(3).holds(3) && !Capacity::Units(3).holds(4));
/// assert!(Capacity::Unlimited > Capacity::Units(u32::MAX));
///
/// assert_eq!(serde_json::from_str::<Capacity>("3")?, Capacity::from(3));
/// assert_eq!(serde_json::from_str::<Capacity>(r#""unlimited""#)?, Capacity::Unlimited);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a capacity is limited or unlimited"
)]
pub enum Capacity {
    /// At most this many units. An agent with 0 takes no work.
    Units(u32),
    /// No limit. Greater than every number of units.
    Unlimited,
}

impl Capacity {
    /// Returns the units as a number, 2³² for [`Capacity::Unlimited`]: more than any other capacity has.
    pub(crate) fn to_number(self) -> u64 {
        match self {
            Self::Units(units) => units.into(),
            Self::Unlimited => u64::from(u32::MAX) + 1,
        }
    }

    /// Returns whether a load of this many units is within the capacity.
    ///
    /// A load is a sum of 32-bit sizes, so that it may exceed 32 bits.
    pub fn holds(self, units: u64) -> bool {
        match self {
            Self::Units(capacity) => units <= capacity.into(),
            Self::Unlimited => true,
        }
    }
}

impl From<u32> for Capacity {
    fn from(units: u32) -> Self {
        Self::Units(units)
    }
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Units(units) => units.fmt(f),
            Self::Unlimited => f.pad("unlimited"),
        }
    }
}

impl Serialize for Capacity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Units(units) => serializer.serialize_u32(*units),
            Self::Unlimited => serializer.serialize_str("unlimited"),
        }
    }
}

// By hand: a derived untagged enum does not report the cause of an error.
impl<'de> Deserialize<'de> for Capacity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UnitsOrUnlimited;

        impl Visitor<'_> for UnitsOrUnlimited {
            type Value = Capacity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a capacity: a whole number from 0 to 4294967295, or \"unlimited\"")
            }

            fn visit_u64<E: Error>(self, units: u64) -> Result<Capacity, E> {
                match u32::try_from(units) {
                    Ok(units) => Ok(Capacity::Units(units)),
                    Err(_) => Err(E::invalid_value(Unexpected::Unsigned(units), &self)),
                }
            }

            // Some formats report every number as signed.
            fn visit_i64<E: Error>(self, units: i64) -> Result<Capacity, E> {
                match u64::try_from(units) {
                    Ok(units) => self.visit_u64(units),
                    Err(_) => Err(E::invalid_value(Unexpected::Signed(units), &self)),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Capacity, E> {
                match text {
                    "unlimited" => Ok(Capacity::Unlimited),
                    other => Err(E::invalid_value(Unexpected::Str(other), &self)),
                }
            }
        }

        deserializer.deserialize_any(UnitsOrUnlimited)
    }
}
