//! The phase of a work item: queued, offered, accepted or wrapping up, and the agents that have it.
//!
//! **These types are part of the snapshot format.** A snapshot contains them as they are declared here. A change of the name
//! of a variant or a field, or of the order of the fields, changes the format and invalidates stored digests.
//!
//! ```text
//! Queued ──offer──► Pending ──accept──► Accepted ──complete──► WrappingUp
//!   ▲                  │                   │
//!   ├──────────────────┘                   │     reject, time-out, withdrawal
//!   └──────────────────────────────────────┘     release, transfer to a queue
//! ```
//!
//! Each variant holds only what its phase needs: an item cannot be queued and have a holder. At most two agents have an item,
//! its holder and the agent to whom a warm transfer offers it. The capacity of both is used meanwhile.
//!
//! The types are generic: agents and rules are handles in a router, and ids in a snapshot.

use alloc::boxed::Box;
use core::mem;

use serde::{Deserialize, Serialize};

use crate::base::table::{AgentHandle, ChannelHandle, RuleHandle};
use crate::id::GroupId;
use crate::plan::Tables;
use crate::router::error::{ItemState, RouterError};
use crate::router::output::OfferedBy;
use crate::router::store::item::Item;
use crate::time::{Timestamp, plus_millis};

/// The phase of a work item. [`ItemState`] is its public form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ItemPhase<A = AgentHandle, R = RuleHandle> {
    /// The item waits in its queue.
    Queued,
    /// The item is offered to an agent, and nobody holds it.
    #[serde(rename = "pending_accept")]
    Pending(Box<OpenOffer<A, R>>),
    /// An agent holds the item.
    Accepted(Accepted<A, R>),
    /// An agent has completed the item and wraps it up.
    WrappingUp(Box<WrapUp<A>>),
}

/// The holder of an accepted item.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accepted<A = AgentHandle, R = RuleHandle> {
    pub(crate) agent: A,
    /// Whether the item counts as load: `utilization` of its channel holds for its facts.
    #[serde(rename = "counts")]
    pub(crate) counts_as_load: bool,
    /// The open offer of a warm transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) warm: Option<Box<OpenOffer<A, R>>>,
}

/// A wrap-up. It counts as load, also if the item did not before.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrapUp<A = AgentHandle> {
    pub(crate) agent: A,
    /// The moment at which the item is closed.
    #[serde(rename = "until_ms")]
    pub(crate) until: Timestamp,
}

/// An open offer. The item counts as load of the agent, so that nothing else is offered in its place.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenOffer<A = AgentHandle, R = RuleHandle> {
    pub(crate) agent: A,
    /// The moment at which the offer times out. `None`: never.
    #[serde(rename = "expires_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<Timestamp>,
    /// The group through which the agent was found. `None` if the offer was made by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<GroupId>,
    /// The rule that set the terms of the offer. `None` if the item has no queue with a pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<R>,
    pub(crate) by: OfferedBy,
}

/// An agent who holds an item, and the units of capacity that the item takes from the agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldUnits {
    pub(crate) agent: AgentHandle,
    pub(crate) channel: ChannelHandle,
    /// 0 if the item does not count as load.
    pub(crate) units: u32,
}

impl<A, R> ItemPhase<A, R> {
    /// Translates the agents and the rule of a phase: from handles to ids, or from ids to handles.
    ///
    /// # Errors
    ///
    /// Returns the first error of `agent` or `rule`.
    pub(crate) fn translate<B, S, E>(
        &self,
        agent: impl Fn(&A) -> Result<B, E>,
        rule: impl Fn(&R) -> Result<S, E>,
    ) -> Result<ItemPhase<B, S>, E> {
        let offer = |open: &OpenOffer<A, R>| {
            Ok(Box::new(OpenOffer {
                agent: agent(&open.agent)?,
                expires: open.expires,
                group: open.group.clone(),
                rule: open.rule.as_ref().map(&rule).transpose()?,
                by: open.by.clone(),
            }))
        };
        Ok(match self {
            Self::Queued => ItemPhase::Queued,
            Self::Pending(open) => ItemPhase::Pending(offer(open)?),
            Self::Accepted(accepted) => ItemPhase::Accepted(Accepted {
                agent: agent(&accepted.agent)?,
                counts_as_load: accepted.counts_as_load,
                warm: accepted.warm.as_deref().map(offer).transpose()?,
            }),
            Self::WrappingUp(wrap_up) => ItemPhase::WrappingUp(Box::new(WrapUp {
                agent: agent(&wrap_up.agent)?,
                until: wrap_up.until,
            })),
        })
    }
}

impl ItemPhase {
    /// Moves the end of an open offer or a wrap-up by skipped time.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        match self {
            Self::Queued | Self::Accepted(Accepted { warm: None, .. }) => {}
            Self::Pending(offer)
            | Self::Accepted(Accepted {
                warm: Some(offer), ..
            }) => {
                offer.expires = plus_millis(offer.expires, millis);
            }
            Self::WrappingUp(wrap_up) => wrap_up.until = wrap_up.until.plus_millis(millis),
        }
    }
}

impl Item {
    /// Returns the phase in its public form.
    pub(crate) fn state(&self) -> ItemState {
        match self.phase {
            ItemPhase::Queued => ItemState::Queued,
            ItemPhase::Pending(_) => ItemState::PendingAccept,
            ItemPhase::Accepted(_) => ItemState::Accepted,
            ItemPhase::WrappingUp(_) => ItemState::WrappingUp,
        }
    }

    /// Returns the error of an input that the item's state does not allow.
    pub(crate) fn wrong_state(&self, expected: &'static str) -> RouterError {
        RouterError::WrongState {
            item: self.id().clone(),
            found: self.state(),
            expected,
        }
    }

    /// Whether the item is queued: no agent holds it or is offered it.
    #[inline]
    pub(crate) fn is_queued(&self) -> bool {
        matches!(self.phase, ItemPhase::Queued)
    }

    /// Returns the open offer, if there is one.
    #[inline]
    pub(crate) fn offer(&self) -> Option<&OpenOffer> {
        match &self.phase {
            ItemPhase::Pending(offer) => Some(offer),
            ItemPhase::Accepted(accepted) => accepted.warm.as_deref(),
            ItemPhase::Queued | ItemPhase::WrappingUp(_) => None,
        }
    }

    /// Opens an offer: of a warm transfer if an agent holds the item.
    pub(crate) fn put_offer(&mut self, offer: Box<OpenOffer>) {
        match &mut self.phase {
            ItemPhase::Accepted(accepted) => accepted.warm = Some(offer),
            phase => *phase = ItemPhase::Pending(offer),
        }
    }

    /// Removes the open offer. An item without a holder is queued then.
    pub(crate) fn take_offer(&mut self) -> Option<Box<OpenOffer>> {
        match &mut self.phase {
            ItemPhase::Accepted(accepted) => accepted.warm.take(),
            ItemPhase::Pending(_) => match mem::replace(&mut self.phase, ItemPhase::Queued) {
                ItemPhase::Pending(offer) => Some(offer),
                _ => None,
            },
            ItemPhase::Queued | ItemPhase::WrappingUp(_) => None,
        }
    }

    /// Makes an agent the holder of the item. A previous holder and an open offer are replaced.
    ///
    /// The item counts as load until [`set_counts_as_load`](Self::set_counts_as_load) finds otherwise.
    #[inline]
    pub(crate) fn set_accepted(&mut self, agent: AgentHandle) {
        self.phase = ItemPhase::Accepted(Accepted {
            agent,
            counts_as_load: true,
            warm: None,
        });
    }

    /// Sets whether an accepted item counts as load. Returns the holder and the units of load before and after, if they differ.
    pub(crate) fn set_counts_as_load(
        &mut self,
        counts_as_load: bool,
    ) -> Option<(AgentHandle, u32, u32)> {
        let size = self.size();
        let ItemPhase::Accepted(accepted) = &mut self.phase else {
            return None;
        };
        let before = mem::replace(&mut accepted.counts_as_load, counts_as_load);
        let units = |counts_as_load| if counts_as_load { size } else { 0 };
        (before != counts_as_load).then(|| (accepted.agent, units(before), units(counts_as_load)))
    }

    /// Returns `true` if the agent with the open offer is not a member of its group, and the rule does not keep the offer.
    pub(crate) fn has_lost_group(&self, tables: &Tables) -> bool {
        self.offer().is_some_and(|offer| {
            let mut group = offer.group.iter();
            !tables.keeps_offers(offer.rule)
                && group.any(|group| !tables.is_member(offer.agent, group))
        })
    }

    /// Returns the agent who has accepted the item or wraps it up. `None` if the item is queued or pending.
    #[inline]
    pub(crate) fn holder(&self) -> Option<AgentHandle> {
        self.held_units().map(|held| held.agent)
    }

    /// Returns the agent who holds the item, with the units that it takes.
    #[inline]
    pub(crate) fn held_units(&self) -> Option<HeldUnits> {
        let (agent, counts_as_load) = match &self.phase {
            ItemPhase::Accepted(accepted) => (accepted.agent, accepted.counts_as_load),
            ItemPhase::WrappingUp(wrap_up) => (wrap_up.agent, true),
            ItemPhase::Queued | ItemPhase::Pending(_) => return None,
        };
        Some(HeldUnits {
            agent,
            channel: self.channel(),
            units: if counts_as_load { self.size() } else { 0 },
        })
    }

    /// Returns the agents whose capacity the item uses (its holder, and who is offered it), with the units of each.
    pub(crate) fn loads(&self) -> impl Iterator<Item = (AgentHandle, u32)> + use<> {
        let held = self.held_units().map(|held| (held.agent, held.units));
        let offered = self.offer().map(|offer| (offer.agent, self.size()));
        held.into_iter().chain(offered)
    }

    /// Returns the agents who hold the item or are offered it.
    pub(crate) fn agents(&self) -> impl Iterator<Item = AgentHandle> + use<> {
        self.loads().map(|(agent, _)| agent)
    }
}
