//! Rankings: the trait, and the built-in keys of `assign_by`.
//!
//! A rule compares agents by the scores of its first key, then of the next one, and so on. `most_capacity` and
//! `last_assigned` alone are read off the roster's index; their types here define what the index must find.

use core::fmt::Debug;

use crate::model::Capacity;
use crate::rule::{Candidate, Case, FromFn, implement};
use crate::time::Timestamp;

/// A key by which eligible agents are compared: the lowest score is preferred.
///
/// A ranking returns a number and not a comparison, so that the order of agents is always total. It decides which agent is
/// found, never whether one is found. Ties are broken by the next keys of the rule, then by the longest time since the last
/// assignment, then by agent id.
///
/// # Examples
///
/// ```
/// use handover::rule::{Candidate, Case, Ranking, Score};
/// use handover::Timestamp;
///
/// /// Agents who speak the most languages last, so that they stay available.
/// #[derive(Debug)]
/// struct FewestSkills;
///
/// impl Ranking for FewestSkills {
///     fn score(&self, _: &Case<'_>, agent: &Candidate<'_>, _: Timestamp) -> Score {
///         Score::from(agent.agent().skills.len() as u64)
///     }
/// }
/// ```
pub trait Ranking: Debug + Send + Sync {
    /// Returns the score of an agent for an item. Lower is preferred.
    fn score(&self, case: &Case<'_>, agent: &Candidate<'_>, now: Timestamp) -> Score;
}

implement!(Ranking: score(case: &Case<'_>, agent: &Candidate<'_>, now: Timestamp) -> Score;);

/// The score of an agent. Lower is preferred.
///
/// # Examples
///
/// ```
/// use handover::rule::Score;
///
/// assert!(Score::from(3_u32) < Score::from(4_u32));
/// assert!(Score::from(-1) < Score::default());
/// assert!(Score::from(u64::MAX) < Score::LAST);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(pub i128);

impl Score {
    /// The most preferred score.
    pub const FIRST: Self = Self(i128::MIN);
    /// The least preferred score.
    pub const LAST: Self = Self(i128::MAX);

    /// Makes a score that prefers larger numbers.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::rule::Score;
    ///
    /// assert!(Score::most_first(5) < Score::most_first(2));
    /// ```
    pub fn most_first(number: impl Into<i128>) -> Self {
        Self(number.into().saturating_neg())
    }
}

macro_rules! score_from {
    ($($type:ty)*) => {$(
        impl From<$type> for Score {
            fn from(number: $type) -> Self {
                Self(number.into())
            }
        }
    )*};
}

score_from!(i32 u32 i64 u64);

/// Makes a [`Ranking`] of a function.
///
/// # Examples
///
/// ```
/// use handover::rule::{Candidate, Case, Score, ranking};
/// use handover::*;
///
/// let spare_first = ranking::from_fn(|_: &Case<'_>, agent: &Candidate<'_>, _| match agent.spare() {
///     Capacity::Units(units) => Score::most_first(units),
///     Capacity::Unlimited => Score::FIRST,
/// });
/// let config = Config::new().rule("fair", AssignmentRule::new().assign_by([AssignBy::custom("spare")]));
/// assert!(Plan::builder(config).ranking("spare", spare_first).build().is_ok());
/// ```
pub fn from_fn<F: Fn(&Case<'_>, &Candidate<'_>, Timestamp) -> Score + Send + Sync>(
    function: F,
) -> impl Ranking {
    FromFn(function)
}

macro_rules! rankings {
    ($($(#[$doc:meta])* $name:ident: |$case:pat_param, $agent:pat_param| $score:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;

        impl Ranking for $name {
            fn score(&self, $case: &Case<'_>, $agent: &Candidate<'_>, _: Timestamp) -> Score {
                $score
            }
        }
    )*};
}

rankings! {
    /// Prefers no agent: all scores are equal.
    NoPreference: |_, _| Score::default();
    /// `most_capacity`: the most spare units on this channel first.
    MostCapacity: |_, agent| match agent.spare() {
        Capacity::Units(units) => Score::most_first(units),
        Capacity::Unlimited => Score::FIRST,
    };
    /// `last_assigned`: the longest time since the last assignment on this channel first. An agent without one comes before
    /// all others.
    LastAssigned: |_, agent| Score::from(agent.assignment_stamp());
    /// `longest_idle`: the longest time without items on any channel first. Agents with items come last and are equal.
    LongestIdle: |_, agent| if agent.items_on_all_channels() == 0 {
        Score::from(agent.idle_since().as_millis())
    } else {
        Score::LAST
    };
    /// `fewest_items`: the fewest items on this channel first.
    FewestItems: |_, agent| Score::from(agent.items_in_hand());
    /// `lowest_utilization`: the smallest load ÷ capacity on this channel first, compared exactly.
    ///
    /// With an unlimited capacity the quotient is 0, with a capacity of 0 it is 1.
    LowestUtilization: |_, agent| utilization(agent.load(), agent.capacity());
    /// `round_robin`: the next position in the pool's listing after the agent last assigned through the pool.
    RoundRobin: |case, agent| {
        let position = position(case, agent);
        match case.cursor_position() {
            // The positions up to the last agent come after those behind it, as in a ring.
            Some(cursor) if position <= cursor => Score::from(position.saturating_add(case.listing_len())),
            _ => Score::from(position),
        }
    };
    /// `in_order`: the first position in the pool's listing first.
    InOrder: |case, agent| Score::from(position(case, agent));
    /// `fewest_handled`: the fewest accepted items on this channel first. An open offer counts as accepted.
    FewestHandled: |_, agent| Score::from(agent.handled());
    /// `specialists_first`: the fewest skills that the item does not ask for first.
    SpecialistsFirst: |case, agent| Score::from(agent.unrequested_skills(case));
}

/// Returns the agent's position in the pool's listing. An agent that is not listed comes last.
fn position(case: &Case<'_>, agent: &Candidate<'_>) -> u64 {
    case.position_of(agent.handle()).unwrap_or(u64::MAX)
}

/// Returns load ÷ capacity as a fixed-point number with 64 fractional bits.
///
/// The order is exact: two different fractions with 32-bit denominators differ by more than 2⁻⁶⁴.
fn utilization(load: u64, capacity: Capacity) -> Score {
    match capacity {
        Capacity::Unlimited => Score(0),
        // A capacity of 0 counts as fully used.
        Capacity::Units(0) => Score(1 << 64),
        Capacity::Units(capacity) => {
            let capacity = u64::from(capacity);
            let (whole, rest) = (load / capacity, load % capacity);
            let (high, rest) = ((rest << 32) / capacity, (rest << 32) % capacity);
            // Long division in two steps of 32 bits, each of which fits into 64 bits.
            let low = (rest << 32) / capacity;
            // Sums of 32-bit sizes do not reach a load of 2⁶³ times the capacity. All such loads are equal.
            let whole = whole.min(u64::MAX >> 1);
            Score((i128::from(whole) << 64) | i128::from((high << 32) | low))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utilization_orders_fractions_exactly() {
        let of = |load, capacity| utilization(load, Capacity::Units(capacity));
        // Equal fractions have equal scores; an unlimited capacity is 0, a capacity of 0 is 1.
        assert_eq!(of(1, 3), of(2, 6));
        assert_eq!(of(0, 5), utilization(7, Capacity::Unlimited));
        assert_eq!(of(5, 5), of(9, 0));
        // The closest fractions below 1 that 32 bits can express.
        assert!(of(u64::from(u32::MAX) - 2, u32::MAX - 1) < of(u64::from(u32::MAX) - 1, u32::MAX));
        assert!(of(3, 2) > of(1, 1));
        assert!(of(u64::MAX, 2) > of(u64::MAX - 2, 2));
        // Beyond 2⁶³ times the capacity, which no sum of sizes reaches.
        assert_eq!(of(u64::MAX, 1), of(u64::MAX - 1, 1));
    }
}
