//! A router is stored and restored.

pub(crate) mod digest;
pub(crate) mod error;
pub(crate) mod format;
pub(crate) mod resolve;
pub(crate) mod restore;
pub(crate) mod validate;

use alloc::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::roster::RememberedAgent;
use crate::router::Router;
use crate::router::store::item::Item;
use crate::router::store::phase::{Accepted, ItemPhase, OpenOffer};
use digest::digest;
use format::{
    SavedAgent, SavedCapacity, SavedChannel, SavedCursor, SavedDecline, SavedItem, SavedLast,
    SavedOffer, SavedState, SavedTemporary, SavedWait,
};

/// The format of snapshots that this version of the crate writes and reads.
pub const SNAPSHOT_VERSION: u32 = 1;

/// All that a router knows, to be stored: it borrows the router, and nothing is copied.
///
/// It can be written in any format that keeps names, such as JSON or CBOR, and be read as a
/// [`SavedRouter`](crate::SavedRouter). The configuration is not in it.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    router: &'a Router,
    with_outputs: bool,
}

impl Router {
    /// Returns all that the router knows, the outputs included that have not been drained: to be stored, and
    /// [restored](Self::restore) later.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let plan = Plan::new(Config::new().agent("asha", Agent::new()))?;
    /// let mut router = Router::new(&plan);
    /// router.handle(Timestamp::from_millis(1_000), Input::Tick)?;
    ///
    /// let stored = serde_json::to_string(&router.snapshot())?;
    /// let saved: SavedRouter = serde_json::from_str(&stored)?;
    /// let restored = Router::restore(&plan, saved)?;
    /// assert_eq!(restored.digest(), router.digest());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            router: self,
            with_outputs: true,
        }
    }

    /// Returns a number that stands for all that the router knows, but for the outputs that have not been drained: the same
    /// on every platform. Two routers of the same plan with equal digests go on alike.
    ///
    /// It is linear in the items and the agents.
    pub fn digest(&self) -> u64 {
        digest(&Snapshot {
            router: self,
            with_outputs: false,
        })
    }

    fn saved_agent(&self, remembered: RememberedAgent) -> SavedAgent {
        let compiled = self.compiled();
        let channels = remembered.channels.into_iter().map(|on| SavedChannel {
            channel: compiled.channels.name(on.channel).clone(),
            on: on.on,
            stamp: on.stamp,
            handled: on.handled,
        });
        let presence = remembered.presence;
        SavedAgent {
            agent: self.agent_id(remembered.agent),
            presence: presence.map(|state| compiled.presence_states.name(state).clone()),
            idle_since: remembered.idle_since,
            channels: channels.collect(),
        }
    }

    fn saved_item<'a>(&self, work: &'a Item) -> SavedItem<'a> {
        let present = work.routed.declines().iter().map(|decline| SavedDecline {
            agent: self.agent_id(decline.agent()),
            until: decline.until(),
        });
        let wait = &work.wait;
        let notes = work.notes();
        let absent = notes.absent_declines.iter();
        let absent = absent.map(|(agent, until)| SavedDecline {
            agent: agent.clone(),
            until: *until,
        });
        SavedItem {
            item: Cow::Borrowed(work.routed.item()),
            queue: work.queue().map(|queue| self.queue_id(queue)),
            size: work.size(),
            skills: Cow::Borrowed(work.routed.skills()),
            arrival: work.arrival,
            aging_since: work.routed.aging_since(),
            waiting_since: work.routed.waiting_since(),
            state: self.saved_state(&work.phase),
            declines: present.chain(absent).collect(),
            wait: SavedWait {
                deadlines_after: work.silent_until(self.last_reconfigured),
                target_missed: wait.target_missed,
                triggered: notes.triggered.clone(),
                exhausted: notes.exhausted,
                start_over: notes.start_over,
                recheck_at: notes.recheck_at,
            },
        }
    }

    fn saved_state(&self, state: &ItemPhase) -> SavedState {
        match state {
            ItemPhase::Queued => SavedState::Queued,
            ItemPhase::Pending(offer) => SavedState::PendingAccept(self.saved_offer(offer)),
            ItemPhase::Accepted(Accepted {
                agent,
                counts,
                warm,
            }) => SavedState::Accepted {
                agent: self.agent_id(*agent),
                counts: *counts,
                warm: warm.as_ref().map(|offer| self.saved_offer(offer)),
            },
            ItemPhase::WrappingUp(wrap_up) => SavedState::WrappingUp {
                agent: self.agent_id(wrap_up.agent),
                until: wrap_up.until,
            },
        }
    }

    fn saved_offer(&self, offer: &OpenOffer) -> SavedOffer {
        let compiled = self.compiled();
        SavedOffer {
            agent: self.agent_id(offer.agent),
            expires: offer.expires,
            group: offer.group.clone(),
            rule: offer.rule.map(|rule| compiled.rules.name(rule).clone()),
            by: offer.by.clone(),
        }
    }
}

/// A list that is made while it is written.
struct ItemList<F>(F);

impl<F, I> Serialize for ItemList<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

impl Serialize for Snapshot<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let router = self.router;
        let compiled = router.compiled();
        let agents = || router.roster.remembered();
        let cursors = || router.roster.remembered_cursors();
        let capacities = || router.capacity_overrides.iter();
        let items = || router.items.by_arrival().into_iter();
        let mut object = serializer.serialize_struct("Snapshot", 10)?;
        object.serialize_field("version", &SNAPSHOT_VERSION)?;
        object.serialize_field("now_ms", &router.now)?;
        object.serialize_field("last_stamp", &router.roster.last_stamp())?;
        object.serialize_field("arrivals", &router.items.arrivals())?;
        object.serialize_field(
            "agents",
            &ItemList(|| agents().map(|agent| router.saved_agent(agent))),
        )?;
        object.serialize_field(
            "cursors",
            &ItemList(|| {
                cursors().map(|(queue, pool, agent)| SavedCursor {
                    queue: router.queue_id(queue),
                    pool,
                    agent: router.agent_id(agent),
                })
            }),
        )?;
        object.serialize_field(
            "capacities",
            &ItemList(|| {
                capacities().map(|(agent, channel, set)| SavedCapacity {
                    agent: router.agent_id(agent),
                    channel: channel.map(|channel| compiled.channels.name(channel).clone()),
                    for_good: set.permanent,
                    temporary: set
                        .temporary
                        .map(|(until, capacity)| SavedTemporary { until, capacity }),
                })
            }),
        )?;
        object.serialize_field(
            "items",
            &ItemList(|| items().map(|item| router.saved_item(router.items.item(item)))),
        )?;
        object.serialize_field(
            "last_agents",
            &ItemList(|| {
                let last_agents = router.last_agents.iter();
                last_agents.map(|(channel, requester, last)| SavedLast {
                    channel: channel.clone(),
                    requester: requester.clone(),
                    agent: last.agent.clone(),
                    at: last.at,
                })
            }),
        )?;
        if self.with_outputs {
            object.serialize_field("outputs", &ItemList(|| router.outputs.iter()))?;
        }
        object.end()
    }
}
