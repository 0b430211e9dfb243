//! Capacity: how much an agent may hold.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

/// How many units of work an agent may hold: a number, or no limit.
///
/// # Examples
///
/// ```
/// use handover::Capacity;
///
/// assert_eq!(Capacity::from(3), Capacity::Units(3));
/// assert!(Capacity::Unlimited > Capacity::Units(u32::MAX));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a capacity is a number or it is not"
)]
pub enum Capacity {
    /// At most so many units; 0 takes nothing.
    Units(u32),
    /// No limit. It stands above every number.
    Unlimited,
}

impl Capacity {
    /// The number, and for no limit one that no capacity has.
    pub(crate) fn or_none(self) -> u64 {
        match self {
            Self::Units(units) => units.into(),
            Self::Unlimited => u64::from(u32::MAX) + 1,
        }
    }

    /// Says whether so many units fit in.
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

struct CapacityText;

impl Visitor<'_> for CapacityText {
    type Value = Capacity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a capacity: a whole number from 0 to {}, or \"unlimited\"",
            u32::MAX
        )
    }

    fn visit_u64<E: Error>(self, units: u64) -> Result<Capacity, E> {
        let units = u32::try_from(units)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(units), &self))?;
        Ok(Capacity::Units(units))
    }

    fn visit_i64<E: Error>(self, units: i64) -> Result<Capacity, E> {
        let units =
            u32::try_from(units).map_err(|_| E::invalid_value(Unexpected::Signed(units), &self))?;
        Ok(Capacity::Units(units))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Capacity, E> {
        match text {
            "unlimited" => Ok(Capacity::Unlimited),
            other => Err(E::invalid_value(Unexpected::Str(other), &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Capacity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CapacityText)
    }
}
