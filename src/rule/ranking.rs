//! How gladly should this agent take this item? The trait, and the orders that `assign_by` names.

use core::fmt::Debug;

use crate::model::Capacity;
use crate::rule::{Candidate, Case, FromFn, forward};
use crate::time::Timestamp;

/// Says how gladly an agent should take an item: the lowest score goes first.
///
/// A ranking returns a number, never a comparison, so that the order is total whatever it does; and it never changes
/// whether anyone is found, only who. Ties are broken by the keys behind it, then by the longest time since the last
/// assignment, then by id.
pub trait Ranking: Debug + Send + Sync {
    /// Returns the agent's score.
    fn score(&self, case: &Case<'_>, agent: &Candidate<'_>, now: Timestamp) -> Score;
}

const _: fn(&dyn Ranking) = |_| ();

forward!(Ranking: score(case: &Case<'_>, agent: &Candidate<'_>, now: Timestamp) -> Score;);

/// How gladly: the lower, the more gladly.
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
    /// Before all others.
    pub const FIRST: Self = Self(i128::MIN);
    /// After all others.
    pub const LAST: Self = Self(i128::MAX);

    /// Turns a number round: the more, the more gladly.
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
pub fn from_fn<F: Fn(&Case<'_>, &Candidate<'_>, Timestamp) -> Score + Send + Sync>(
    function: F,
) -> impl Ranking {
    FromFn(function)
}

impl<F: Fn(&Case<'_>, &Candidate<'_>, Timestamp) -> Score + Send + Sync> Ranking for FromFn<F> {
    fn score(&self, case: &Case<'_>, agent: &Candidate<'_>, now: Timestamp) -> Score {
        (self.0)(case, agent, now)
    }
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
    /// Prefers nobody: the null implementation.
    NoPreference: |_, _| Score::default();
    /// `most_capacity`: most spare units on this channel first.
    MostCapacity: |_, agent| match agent.spare() {
        Capacity::Units(units) => Score::most_first(units),
        Capacity::Unlimited => Score::FIRST,
    };
    /// `last_assigned`: the longest since it was given something on this channel first; never comes before all.
    LastAssigned: |_, agent| Score::from(agent.assignment_stamp());
    /// `longest_idle`: nothing in hand on any channel for the longest; all who have something come after, equal.
    LongestIdle: |_, agent| if agent.items_on_all_channels() == 0 {
        Score::from(agent.idle_since().as_millis())
    } else {
        Score::LAST
    };
    /// `fewest_items`: fewest items in hand on this channel first.
    FewestItems: |_, agent| Score::from(agent.items_in_hand());
    /// `lowest_utilization`: smallest load ÷ capacity on this channel first, compared exactly. Unlimited counts as 0, a
    /// capacity of 0 as 1.
    LowestUtilization: |_, agent| utilization(agent.load(), agent.capacity());
    /// `round_robin`: the next place in the listed order after who was last chosen through this pool.
    RoundRobin: |case, agent| {
        let (place, length) = (agent.place(case), case.listed());
        match case.cursor_place() {
            Some(cursor) if place <= cursor => Score::from(place.saturating_add(length)),
            _ => Score::from(place),
        }
    };
    /// `in_order`: the earliest place in the listed order first.
    InOrder: |case, agent| Score::from(agent.place(case));
    /// `fewest_handled`: fewest items accepted on this channel first, an open offer counting as one.
    FewestHandled: |_, agent| Score::from(agent.handled());
    /// `specialists_first`: fewest skills beside those asked for first.
    SpecialistsFirst: |case, agent| Score::from(agent.skills_beside(case));
}

/// Load ÷ capacity as a whole number of 2⁻⁶⁴: two different fractions whose parts have 32 bits differ by more than that.
fn utilization(load: u64, capacity: Capacity) -> Score {
    match capacity {
        Capacity::Unlimited => Score(0),
        Capacity::Units(0) => Score(1 << 64),
        Capacity::Units(capacity) => {
            let capacity = u64::from(capacity);
            let (whole, rest) = (load / capacity, load % capacity);
            let (high, rest) = ((rest << 32) / capacity, (rest << 32) % capacity);
            let low = (rest << 32) / capacity;
            // A load above 2⁶³ times the capacity is beyond what sums of sizes reach: all of them are equal.
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
        assert_eq!(of(1, 3), of(2, 6));
        assert_eq!(of(0, 5), utilization(7, Capacity::Unlimited));
        assert_eq!(of(5, 5), of(9, 0));
        assert!(of(u64::from(u32::MAX) - 2, u32::MAX - 1) < of(u64::from(u32::MAX) - 1, u32::MAX));
        assert!(of(3, 2) > of(1, 1));
        assert!(of(u64::MAX, 2) > of(u64::MAX - 2, 2));
        assert_eq!(of(u64::MAX, 1), of(u64::MAX - 1, 1));
    }
}
