//! The view of an item that rules receive: the item, the plan, and the pool through which agents are considered.
//!
//! One decision makes a case per pool, since the listing and the last agent differ from pool to pool.

use crate::base::table::{AgentHandle, PoolHandle};
use crate::id::{ChannelId, QueueId};
use crate::model::WorkItem;
use crate::plan::{Listing, Plan};
use crate::roster::Roster;
use crate::routing::routed::Routed;

/// The item that is being assigned, with its queue and the pool through which agents are considered.
///
/// # Examples
///
/// ```
/// use handover::rule::{Candidate, Case, Exclusion, eligibility};
/// use handover::*;
///
/// // Items of 3 or more units are for human agents.
/// let large_for_humans = eligibility::from_fn(|case: &Case<'_>, agent: &Candidate<'_>| {
///     if case.size() >= 3 && agent.is_ai() { Err(Exclusion::new("is too large for AI")) } else { Ok(()) }
/// });
/// # let config = Config::new()
/// #     .channel("case", ServiceChannel::new().active(true).default_capacity(5))
/// #     .queue("cases", Queue::new("case").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
/// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["case"]))
/// #     .group("all", AgentGroup::new(["bot"]))
/// #     .agent("bot", Agent::new().kind(AgentKind::Ai));
/// let config = config.rule("any", AssignmentRule::new().include_ai(true).gate("large-for-humans"));
/// let plan = Plan::builder(config).eligibility("large-for-humans", large_for_humans).build()?;
/// # let now = Timestamp::saturating_from_millis(1_000);
/// # let mut roster = Roster::new(&plan);
/// # roster.set_presence("bot", "available", now)?;
///
/// // The only agent is an AI agent.
/// let small = route(&plan, WorkItem::new("case-1", "case"), now)?;
/// let large = route(&plan, WorkItem::new("case-2", "case").size(3), now)?;
/// assert!(assign(&roster, &small, now)?.assignment().is_some());
/// assert!(assign(&roster, &large, now)?.assignment().is_none());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    plan: &'a Plan,
    routed: &'a Routed,
    /// The pool through which agents are considered.
    pool: PoolHandle,
    /// The agent that was last assigned an item through the pool. `round_robin` continues after it.
    cursor: Option<AgentHandle>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(roster: &'a Roster, routed: &'a Routed, pool: PoolHandle) -> Self {
        Self {
            plan: roster.plan(),
            routed,
            pool,
            cursor: roster.cursor(pool),
        }
    }

    /// Returns the work item.
    pub fn item(&self) -> &'a WorkItem {
        self.routed.item()
    }

    /// Returns the routed item: the work item with its queue, size, skills and wait.
    pub fn routed(&self) -> &'a Routed {
        self.routed
    }

    /// Returns the item's size in units of capacity.
    pub fn size(&self) -> u32 {
        self.routed.size()
    }

    /// Returns the id of the item's channel.
    pub fn channel(&self) -> &'a ChannelId {
        &self.routed.item().channel
    }

    /// Returns the id of the item's queue.
    pub fn queue(&self) -> &'a QueueId {
        self.plan.tables().queues.id(self.routed.queue())
    }

    /// Returns the plan under which the item is assigned.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// Returns the number of positions in the pool's listing.
    pub(crate) fn listing_len(&self) -> u64 {
        self.listing().len
    }

    /// Returns the position of an agent in the pool's listing: its groups' members in the order of the configuration.
    ///
    /// The cost is linear in the groups of the agent.
    pub(crate) fn position_of(&self, agent: AgentHandle) -> Option<u64> {
        let memberships = self.plan.tables().memberships.get(agent);
        self.listing().position_of(memberships)
    }

    /// Returns the position of the agent that was last assigned an item through the pool, if it is still listed.
    ///
    /// The cost is linear in the groups of that agent.
    pub(crate) fn cursor_position(&self) -> Option<u64> {
        // A new configuration may have taken the agent out of the pool: the order then starts from the beginning.
        self.position_of(self.cursor?)
    }

    /// Returns the listing of the pool.
    fn listing(&self) -> &'a Listing {
        &self.plan.tables().pools.at(self.pool).listing
    }
}
