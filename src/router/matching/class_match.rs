//! Matches: the first item of a class with an eligible agent.
//!
//! An agent who is eligible for one item of a class is eligible for all of them. So only the class head is matched.

use alloc::vec::Vec;

use crate::base::table::{AgentHandle, QueueHandle};
use crate::decide::search::{Choice, Found, find_for_agent, find_without_affinity};
use crate::router::Router;
use crate::router::handles::{ClassHandle, ItemHandle};
use crate::router::store::item::Item;
use crate::router::store::waiting_order::{GlobalKey, OrderKey};
use crate::time::Timestamp;

/// A class head with an eligible agent in the lowest tier.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) queue: QueueHandle,
    pub(crate) class: ClassHandle,
    pub(crate) item: ItemHandle,
    pub(crate) tier: u32,
    pub(crate) key: OrderKey,
    /// An eligible agent in that tier, who need not be the best one: a search stops at the first.
    pub(crate) choice: Choice,
}

impl Match {
    /// Returns the match's position in its queue.
    pub(crate) fn in_queue(&self) -> (u32, &OrderKey) {
        (self.tier, &self.key)
    }

    /// Returns the match's position among the first matches of all queues.
    pub(crate) fn among_queues(&self) -> (u32, GlobalKey) {
        (self.tier, self.key.global())
    }
}

/// The agents to match a class with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AgentFilter {
    Anyone,
    /// The agents who have changed. INVARIANT: nobody else is eligible for an item of the class.
    Only(Vec<AgentHandle>),
}

/// The moments at which custom gates are to be called again ([`Exclusion::until`](crate::rule::Exclusion::until)), each with
/// the item that was excluded.
pub(crate) type Rechecks = Vec<(ItemHandle, Timestamp)>;

impl Router {
    /// Finds the match of a class with the agents of a filter, if one of them is eligible for an item.
    pub(crate) fn match_class(
        &self,
        class: ClassHandle,
        filter: &AgentFilter,
        rechecks: &mut Rechecks,
    ) -> Option<Match> {
        // A class is gone if its last item has left since the class was marked.
        let queue = self.waiting.queue_of(class)?;
        // An inactive queue keeps its items, but none is assigned.
        if !self.waiting.queue(queue).is_active {
            return None;
        }
        let head = self.waiting.first(&self.items, class)?;
        match filter {
            AgentFilter::Anyone => self.match_head(class, head, rechecks, |item| {
                find_without_affinity(&self.roster, &item.routed, self.now)
            }),
            AgentFilter::Only(agents) => {
                self.match_head(class, head, rechecks, |item| self.find_among(item, agents))
            }
        }
    }

    /// Returns the match of a class with a head, if `find` returns an agent for it. Calls `find` once.
    pub(crate) fn match_head(
        &self,
        class: ClassHandle,
        item: ItemHandle,
        rechecks: &mut Rechecks,
        find: impl FnOnce(&Item) -> Found,
    ) -> Option<Match> {
        let waiting = self.items.item(item);
        let (choice, recheck) = find(waiting);
        rechecks.extend(recheck.map(|moment| (item, moment)));
        let choice = choice?;
        Some(Match {
            queue: waiting.routed.queue(),
            class,
            item,
            tier: self.tables().tier_of(choice.pool, choice.group),
            key: waiting.order_key().to_owned(),
            choice,
        })
    }

    /// Finds the agent in the lowest tier who is eligible for an item, out of a few.
    fn find_among(&self, item: &Item, agents: &[AgentHandle]) -> Found {
        let results = agents
            .iter()
            .map(|agent| find_for_agent(&self.roster, &item.routed, *agent, self.now));
        let (choices, rechecks): (Vec<_>, Vec<_>) = results.unzip();
        let tables = self.tables();
        let choices = choices.into_iter().flatten();
        (
            // Any agent of the lowest tier is enough: the best one is searched when the match is used.
            choices.min_by_key(|choice| tables.tier_of(choice.pool, choice.group)),
            rechecks.into_iter().flatten().min(),
        )
    }

    /// Returns `true` if the agent of a match is still eligible for its item, in the same tier.
    pub(crate) fn is_match(&self, found: &Match) -> bool {
        let item = &self.items.item(found.item).routed;
        let agent = self.roster.handle_of(found.choice.agent);
        let (again, _) = find_for_agent(&self.roster, item, agent, self.now);
        let tier = again.map(|again| self.tables().tier_of(again.pool, again.group));
        // Tiers are compared as well: if the agent is now eligible in a higher tier only, another match may come first.
        tier == Some(found.tier)
    }

    /// Schedules rechecks of the classes of items by custom gates, at the moments that are in the future.
    pub(crate) fn schedule_rechecks(
        &mut self,
        rechecks: impl IntoIterator<Item = (ItemHandle, Timestamp)>,
    ) {
        for (item, moment) in rechecks {
            if moment > self.now {
                let notes = self.items.item_mut(item).notes_mut();
                // Only the earliest recheck is stored. The match at that moment finds the next one.
                notes.recheck_at = notes.recheck_at.into_iter().chain([moment]).min();
                self.arm(item);
            }
        }
    }
}
