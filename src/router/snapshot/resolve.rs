//! What a snapshot names, found in a plan.

use crate::router::store::capacity_overrides::CapacityOverride;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, PoolHandle, QueueHandle};
use crate::id::AgentId;
use crate::plan::Plan;
use crate::roster::{RememberedAgent, RememberedChannel};
use crate::router::snapshot::error::RestoreError;
use crate::router::snapshot::format::{
    SavedAgent, SavedCapacity, SavedCursor, SavedItem, SavedOffer, SavedState,
};
pub(crate) use crate::router::snapshot::restore::Loads;
use crate::router::store::item::Item;
use crate::router::store::items::Items;
use crate::router::store::phase::{Accepted, ItemPhase, OpenOffer, WrapUp};
use crate::router::store::wait::WaitNotes;

use crate::routing::route::{ResolvedItem, no_queue};
use crate::routing::routed::{Routed, SkillSet};
use crate::time::Timestamp;

/// Finds what a snapshot names.
pub(crate) struct SnapshotNames<'a> {
    pub(crate) plan: &'a Plan,
}

impl SnapshotNames<'_> {
    fn agent(&self, place: &str, id: &AgentId) -> Result<AgentHandle, RestoreError> {
        let unknown = || RestoreError::unknown(place, "agent", id.as_str());
        self.plan.agent(id.as_str()).ok_or_else(unknown)
    }

    fn channel(&self, place: &str, id: &str) -> Result<ChannelHandle, RestoreError> {
        let unknown = || RestoreError::unknown(place, "channel", id);
        self.plan.channel(id).ok_or_else(unknown)
    }

    fn queue(&self, place: &str, id: &str) -> Result<QueueHandle, RestoreError> {
        let unknown = || RestoreError::unknown(place, "queue", id);
        self.plan.queue(id).ok_or_else(unknown)
    }

    fn pool(&self, place: &str, queue: &str, pool: u32) -> Result<PoolHandle, RestoreError> {
        let compiled = self.plan.compiled();
        let pools = compiled.queue_plans.at(self.queue(place, queue)?).pools;
        let found = pools
            .handles()
            .find(|handle| compiled.pools.at(*handle).place == pool);
        found.ok_or_else(|| RestoreError::unknown(place, "pool", &format!("{pool}")))
    }

    pub(crate) fn remembered(
        &self,
        saved: SavedAgent,
        in_hand: &mut Loads,
    ) -> Result<RememberedAgent, RestoreError> {
        let place = String::from("agents");
        let agent = self.agent(&place, &saved.agent)?;
        let place = format!("agent `{}`", saved.agent);
        let presence = saved.presence.map(|state| {
            let unknown = || RestoreError::unknown(&place, "presence state", state.as_str());
            self.plan.presence_state(state.as_str()).ok_or_else(unknown)
        });
        let channels = saved.channels.into_iter().map(|on| {
            let channel = self.channel(&place, on.channel.as_str())?;
            let (items, load) = in_hand.remove(&(agent, channel)).unwrap_or_default();
            Ok(RememberedChannel {
                channel,
                on: on.on,
                stamp: on.stamp,
                handled: on.handled,
                items,
                load,
            })
        });
        Ok(RememberedAgent {
            agent,
            presence: presence.transpose()?,
            idle_since: saved.idle_since,
            channels: channels.collect::<Result<_, _>>()?,
        })
    }

    /// All items, and until when what is due is not made up for.
    pub(crate) fn items(
        &self,
        saved: Vec<SavedItem<'_>>,
        arrivals: u64,
    ) -> Result<(Items, Timestamp), RestoreError> {
        let mut items = Items::new(self.plan.compiled().hasher);
        let mut arrived = BTreeSet::new();
        let mut deadlines_after = Timestamp::EPOCH;
        for item in saved {
            if item.wait.deadlines_after > item.waiting_since {
                deadlines_after = deadlines_after.max(item.wait.deadlines_after);
            }
            let id = item.item.id.clone();
            let hash = items.hash(&id);
            if items.find_hashed(hash, &id).is_some() {
                return Err(RestoreError::of_item(&id, "has two rows"));
            }
            let work = self.work(item, hash)?;
            if work.arrival > arrivals || !arrived.insert(work.arrival) {
                let fault = "has the arrival of another, or one that has not been given yet";
                return Err(RestoreError::of_item(&id, fault));
            }
            items.insert(work);
        }
        items.set_arrivals(arrivals);
        Ok((items, deadlines_after))
    }

    pub(crate) fn cursor(
        &self,
        saved: &SavedCursor,
    ) -> Result<(PoolHandle, AgentHandle), RestoreError> {
        let place = format!("cursors: queue `{}`", saved.queue);
        let pool = self.pool(&place, saved.queue.as_str(), saved.pool)?;
        Ok((pool, self.agent(&place, &saved.agent)?))
    }

    pub(crate) fn set_capacity(
        &self,
        saved: &SavedCapacity,
    ) -> Result<(AgentHandle, Option<ChannelHandle>, CapacityOverride), RestoreError> {
        let place = format!("capacities: agent `{}`", saved.agent);
        let agent = self.agent(&place, &saved.agent)?;
        let channel = saved.channel.as_ref();
        let channel = channel.map(|channel| self.channel(&place, channel.as_str()));
        let set = CapacityOverride {
            permanent: saved.for_good,
            temporary: saved
                .temporary
                .as_ref()
                .map(|set| (set.until, set.capacity)),
        };
        Ok((agent, channel.transpose()?, set))
    }

    fn work(&self, saved: SavedItem<'_>, id_hash: u32) -> Result<Item, RestoreError> {
        let item = saved.item.into_owned();
        let place = format!("work item `{}`", item.id);
        let channel = self.channel(&place, item.channel.as_str())?;
        let queue = saved.queue.map(|queue| self.queue(&place, queue.as_str()));
        let queue = queue.transpose()?;
        let state = self.state(&place, saved.state)?;
        if queue.is_some_and(|queue| self.plan.compiled().queue_plans.at(queue).channel != channel)
        {
            let fault = "its queue is one of another channel";
            return Err(RestoreError::of_item(&item.id, fault));
        }
        if queue.is_none() && matches!(state, ItemPhase::Queued) {
            let fault = "is queued without a queue";
            return Err(RestoreError::of_item(&item.id, fault));
        }
        let skills = saved.skills.into_owned();
        let at = ResolvedItem {
            channel,
            queue: queue.unwrap_or_else(no_queue),
            size: saved.size,
            asked: SkillSet::of_all(self.plan.compiled(), &item, skills),
        };
        let mut routed = Routed::new(self.plan, item, at, saved.aging_since);
        routed.set_waiting_since(saved.waiting_since);
        let mut work = Item::new(routed, id_hash, queue.is_some(), saved.arrival, state);
        work.wait.target_missed = saved.wait.target_missed;
        work.set_notes(WaitNotes {
            triggered: saved.wait.triggered,
            exhausted: saved.wait.exhausted,
            start_over: saved.wait.start_over,
            recheck_at: saved.wait.recheck_at,
            absent_declines: Vec::new(),
        });
        for decline in saved.declines {
            if let Some(agent) = self.plan.agent(decline.agent.as_str()) {
                work.routed.record_decline(agent, decline.until);
            } else {
                let absent = &mut work.notes_mut().absent_declines;
                absent.push((decline.agent, decline.until));
            }
        }
        Ok(work)
    }

    fn state(&self, place: &str, saved: SavedState) -> Result<ItemPhase, RestoreError> {
        Ok(match saved {
            SavedState::Queued => ItemPhase::Queued,
            SavedState::PendingAccept(offer) => {
                ItemPhase::Pending(Box::new(self.offer(place, offer)?))
            }
            SavedState::Accepted {
                agent,
                counts,
                warm,
            } => ItemPhase::Accepted(Accepted {
                agent: self.agent(place, &agent)?,
                counts,
                warm: warm
                    .map(|offer| self.offer(place, offer).map(Box::new))
                    .transpose()?,
            }),
            SavedState::WrappingUp { agent, until } => ItemPhase::WrappingUp(Box::new(WrapUp {
                agent: self.agent(place, &agent)?,
                until,
            })),
        })
    }

    fn offer(&self, place: &str, saved: SavedOffer) -> Result<OpenOffer, RestoreError> {
        let compiled = self.plan.compiled();
        let rule = saved.rule.map(|rule| {
            let unknown = || RestoreError::unknown(place, "assignment rule", rule.as_str());
            compiled.rules.find(rule.as_str()).ok_or_else(unknown)
        });
        Ok(OpenOffer {
            agent: self.agent(place, &saved.agent)?,
            expires: saved.expires,
            group: saved.group,
            rule: rule.transpose()?,
            by: saved.by,
        })
    }
}
