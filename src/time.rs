//! Points in time. They are arguments of the caller: the library reads no clock.
//!
//! A point in time is a whole number of milliseconds, so that it can be stored and replayed exactly. A sum after the year 9999
//! becomes the end of that year. A deadline after it becomes `None`: it never comes.

use core::fmt;
use core::time::Duration;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _, Unexpected};
use thiserror::Error;

use crate::base::strict::in_plain_words;

/// The milliseconds of a day.
pub(crate) const DAY_MILLIS: u64 = 24 * 60 * 60 * 1000;

/// A point in time, in milliseconds since the Unix epoch, up to the end of the year 9999.
///
/// A host maps its clock to it, such as `SystemTime` or the time of a database. Time may stand still between two calls, but
/// must not go back: a [`Router`](crate::Router) refuses an earlier time than the last.
///
/// # Examples
///
/// ```
/// use handover::Timestamp;
///
/// let noon = Timestamp::saturating_from_millis(43_200_000);
/// assert_eq!(noon.plus_secs(60).as_millis(), 43_260_000);
/// assert_eq!(noon.millis_since(Timestamp::EPOCH), 43_200_000);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

/// An error for a number of milliseconds after the year 9999.
///
/// # Examples
///
/// ```
/// use handover::Timestamp;
///
/// let error = Timestamp::try_from(253_402_300_800_000).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the timestamp 253402300800000 is after the year 9999, expected at most 253402300799999 milliseconds"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the timestamp {found} is after the year 9999, expected at most {} milliseconds", Timestamp::MAX.0)]
pub struct TimestampError {
    /// The number of milliseconds.
    found: u64,
}

impl Timestamp {
    /// The Unix epoch: the start of 1970.
    pub const EPOCH: Self = Self(0);
    /// The last millisecond of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// Creates a timestamp from milliseconds since the Unix epoch. A number after the year 9999 becomes [`Timestamp::MAX`].
    ///
    /// For numbers that are known to be right, such as those of examples and tests. A host that reads a clock uses
    /// `Timestamp::try_from`, which fails if the number is too large, such as one of microseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::Timestamp;
    ///
    /// assert_eq!(Timestamp::saturating_from_millis(u64::MAX), Timestamp::MAX);
    /// assert!(Timestamp::try_from(u64::MAX).is_err());
    /// ```
    pub const fn saturating_from_millis(millis: u64) -> Self {
        // So every timestamp has a year of four digits.
        if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Returns the milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Returns the timestamp this many seconds later, at most [`Timestamp::MAX`].
    #[must_use]
    pub const fn plus_secs(self, secs: u32) -> Self {
        self.plus_millis(secs as u64 * 1000)
    }

    /// Returns the timestamp this many milliseconds later, at most [`Timestamp::MAX`].
    #[must_use]
    pub const fn plus_millis(self, millis: u64) -> Self {
        Self::saturating_from_millis(self.0.saturating_add(millis))
    }

    /// Returns the timestamp this many seconds later, `None` if it is after [`Timestamp::MAX`] and so never comes.
    pub(crate) fn checked_plus_secs(self, secs: u32) -> Option<Self> {
        self.checked_plus_millis(u64::from(secs) * 1000)
    }

    /// Returns the timestamp this many milliseconds later, `None` if it is after [`Timestamp::MAX`] and so never comes.
    pub(crate) fn checked_plus_millis(self, millis: u64) -> Option<Self> {
        // Not saturated: a deadline at the end of time would fire there.
        Self::try_from(self.0.checked_add(millis)?).ok()
    }

    /// Returns the milliseconds since an earlier timestamp, 0 if that is later.
    pub const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns the time since an earlier timestamp, zero if that is later.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::time::Duration;
    /// use handover::Timestamp;
    ///
    /// let (routed, accepted) = (Timestamp::saturating_from_millis(1_000), Timestamp::saturating_from_millis(3_500));
    /// assert_eq!(accepted.duration_since(routed), Duration::from_millis(2_500));
    /// assert_eq!(routed.duration_since(accepted), Duration::ZERO);
    /// ```
    pub const fn duration_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.millis_since(earlier))
    }
}

/// Returns the moment this many milliseconds later. `None` is a moment that never comes, also one after [`Timestamp::MAX`].
pub(crate) fn plus_millis(moment: Option<Timestamp>, millis: u64) -> Option<Timestamp> {
    moment?.checked_plus_millis(millis)
}

impl fmt::Display for Timestamp {
    /// Writes the milliseconds with their unit, as in `43200000 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}

impl TryFrom<u64> for Timestamp {
    type Error = TimestampError;

    fn try_from(millis: u64) -> Result<Self, TimestampError> {
        match millis {
            found if found > Self::MAX.0 => Err(TimestampError { found }),
            millis => Ok(Self(millis)),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not strict: other formats than self-describing ones must be able to read a timestamp.
        let millis = u64::deserialize(deserializer);
        let millis = millis.map_err(|error| D::Error::custom(in_plain_words(&error)))?;
        let found = Unexpected::Unsigned(millis);
        let expected = "milliseconds up to the year 9999";
        Self::try_from(millis).map_err(|_| D::Error::invalid_value(found, &expected))
    }
}
