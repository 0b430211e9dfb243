//! The keys by which a rule compares agents.
//!
//! A new key needs six changes:
//!
//! - a value of [`AssignBy`],
//! - a ranking in [`rule::ranking`](crate::rule::ranking), with its score,
//! - a line in `ranking_key` of `plan::compile::rules`, with its name,
//! - a line in `decide::explanation_table`, with the words of explanations,
//! - an entry in `docs/json.md`,
//! - the key in the oracle of the tests.

use serde::{Deserialize, Serialize};

use crate::id::CustomName;

/// A key that compares two agents.
///
/// The keys of a rule are compared in order. Agents who are equal in all of them are compared by
/// [`AssignBy::LastAssigned`], then by id, so that no decision is left to chance.
///
/// # Examples
///
/// ```
/// use handover::AssignBy;
///
/// let keys: Vec<AssignBy> = serde_json::from_str(r#"["most_capacity", {"custom": "distance"}]"#)?;
/// assert_eq!(keys, [AssignBy::MostCapacity, AssignBy::custom("distance")]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AssignBy {
    /// Most spare units on this channel: the lesser of the channel's and the universal spare capacity.
    MostCapacity,
    /// Longest time since the last assignment on this channel; agents without one come first.
    LastAssigned,
    /// Longest time without an item on any channel. Agents who have an item come last and are equal.
    LongestIdle,
    /// Fewest items held on this channel.
    FewestItems,
    /// Smallest share of the capacity on this channel in use.
    LowestUtilization,
    /// The next agent in the listed order after the one last chosen through this pool.
    RoundRobin,
    /// The first agent in the listed order.
    InOrder,
    /// Fewest items accepted on this channel, an open offer counting as one.
    FewestHandled,
    /// Fewest skills that the item does not ask for.
    SpecialistsFirst,
    /// Lowest score of the [`Ranking`](crate::Ranking) registered under this name.
    Custom(CustomName),
}

impl AssignBy {
    /// Returns the key that compares by the [`Ranking`](crate::Ranking) registered under this name.
    pub fn custom(name: impl Into<CustomName>) -> Self {
        Self::Custom(name.into())
    }
}
