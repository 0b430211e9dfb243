//! A router is stored and restored.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::{
    AgentId, ChannelId, GroupId, PresenceStateId, QueueId, RequesterId, RuleId, TriggerName,
    WorkItemId,
};
use crate::model::{Capacity, SkillRequest, WorkItem};
use crate::roster::RememberedAgent;
use crate::router::Router;
use crate::router::digest::digest;
use crate::router::item::{Held, Offerer, OpenOffer, State, Work};
use crate::router::output::{OfferedBy, Output};
use crate::time::Timestamp;

/// The format of snapshots that this version of the crate writes and reads.
pub const SNAPSHOT_VERSION: u32 = 1;

/// All that a router knows, to be stored: it borrows the router, and nothing is copied.
///
/// It can be written in any format that keeps names, such as JSON or CBOR, and be read as a [`SavedRouter`]. The
/// configuration is not in it.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    router: &'a Router,
    with_outputs: bool,
}

/// What was stored of a router, read again: give it to [`Router::restore`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedRouter {
    pub(super) version: u32,
    #[serde(rename = "now_ms")]
    pub(super) now: Timestamp,
    pub(super) last_stamp: u64,
    pub(super) arrivals: u64,
    pub(super) agents: Vec<SavedAgent>,
    pub(super) cursors: Vec<SavedCursor>,
    pub(super) capacities: Vec<SavedCapacity>,
    pub(super) items: Vec<SavedItem<'static>>,
    pub(super) last_agents: Vec<SavedLast>,
    #[serde(default)]
    pub(super) outputs: Vec<Output>,
}

/// Why a stored router cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// It was stored by another version of the crate, in another format.
    #[error("the snapshot has format {found}, expected {SNAPSHOT_VERSION}")]
    OtherVersion {
        /// Its format.
        found: u32,
    },
    /// The plan has nothing of this id.
    #[error("{place}: the plan has no {what} `{id}`")]
    Unknown {
        /// Where it stands in the snapshot.
        place: alloc::string::String,
        /// What is missing, such as *agent*.
        what: &'static str,
        /// Its id.
        id: alloc::string::String,
    },
    /// Something has two rows, or rows that contradict each other.
    #[error("{place}: {fault}")]
    Broken {
        /// Where it stands in the snapshot.
        place: alloc::string::String,
        /// What is wrong.
        fault: &'static str,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedAgent {
    pub(super) agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) presence: Option<PresenceStateId>,
    #[serde(rename = "idle_since_ms")]
    pub(super) idle_since: Timestamp,
    pub(super) channels: Vec<SavedChannel>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedChannel {
    pub(super) channel: ChannelId,
    pub(super) on: bool,
    pub(super) stamp: u64,
    pub(super) handled: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedCursor {
    pub(super) queue: QueueId,
    pub(super) pool: u32,
    pub(super) agent: AgentId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedCapacity {
    pub(super) agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<ChannelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) for_good: Option<Capacity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) temporary: Option<SavedTemporary>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedTemporary {
    #[serde(rename = "until_ms")]
    pub(super) until: Timestamp,
    pub(super) capacity: Capacity,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedLast {
    pub(super) channel: ChannelId,
    pub(super) requester: RequesterId,
    pub(super) agent: AgentId,
    #[serde(rename = "at_ms")]
    pub(super) at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedItem<'a> {
    pub(super) item: Cow<'a, WorkItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) queue: Option<QueueId>,
    pub(super) size: u32,
    pub(super) skills: Cow<'a, [SkillRequest]>,
    pub(super) arrival: u64,
    #[serde(rename = "aging_since_ms")]
    pub(super) aging_since: Timestamp,
    #[serde(rename = "waiting_since_ms")]
    pub(super) waiting_since: Timestamp,
    pub(super) state: SavedState,
    pub(super) declines: Vec<SavedDecline>,
    pub(super) wait: SavedWait,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum SavedState {
    Queued,
    PendingAccept(SavedOffer),
    Accepted {
        agent: AgentId,
        counts: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warm: Option<SavedOffer>,
    },
    WrappingUp {
        agent: AgentId,
        #[serde(rename = "until_ms")]
        until: Timestamp,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedOffer {
    pub(super) agent: AgentId,
    #[serde(
        default,
        rename = "expires_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) expires: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<GroupId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<RuleId>,
    pub(super) by: OfferedBy,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedDecline {
    pub(super) agent: AgentId,
    #[serde(default, rename = "until_ms", skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedWait {
    #[serde(rename = "heard_until_ms")]
    pub(super) heard_until: Timestamp,
    pub(super) target_missed: bool,
    pub(super) triggered: Vec<TriggerName>,
    pub(super) exhausted: bool,
    #[serde(
        default,
        rename = "start_over_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) start_over: Option<Timestamp>,
    #[serde(
        default,
        rename = "ask_again_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) ask_again: Option<Timestamp>,
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

    fn saved_item<'a>(&self, work: &'a Work) -> SavedItem<'a> {
        let present = work.routed.declines().iter().map(|decline| SavedDecline {
            agent: self.agent_id(decline.agent()),
            until: decline.until(),
        });
        let wait = &work.wait;
        let seldom = wait.seldom();
        let absent = seldom.absent_declines.iter();
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
            state: self.saved_state(&work.state),
            declines: present.chain(absent).collect(),
            wait: SavedWait {
                heard_until: work.heard_until(self.heard_until),
                target_missed: wait.target_missed,
                triggered: seldom.triggered.clone(),
                exhausted: seldom.exhausted,
                start_over: seldom.start_over,
                ask_again: seldom.ask_again,
            },
        }
    }

    fn saved_state(&self, state: &State) -> SavedState {
        match state {
            State::Queued => SavedState::Queued,
            State::Pending(offer) => SavedState::PendingAccept(self.saved_offer(offer)),
            State::Accepted(Held {
                agent,
                counts,
                warm,
            }) => SavedState::Accepted {
                agent: self.agent_id(*agent),
                counts: *counts,
                warm: warm.as_ref().map(|offer| self.saved_offer(offer)),
            },
            State::WrappingUp(wrap_up) => SavedState::WrappingUp {
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
            by: match &offer.by {
                Offerer::Router => OfferedBy::Router,
                Offerer::Manager(manager) => OfferedBy::Manager(manager.clone()),
                Offerer::Agent(agent) => OfferedBy::Transfer(agent.clone()),
            },
        }
    }
}

/// A list that is made while it is written.
struct List<F>(F);

impl<F, I> Serialize for List<F>
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
        let capacities = || router.capacities.set.iter();
        let items = || router.items.by_arrival().into_iter();
        let mut object = serializer.serialize_struct("Snapshot", 10)?;
        object.serialize_field("version", &SNAPSHOT_VERSION)?;
        object.serialize_field("now_ms", &router.now)?;
        object.serialize_field("last_stamp", &router.roster.last_stamp())?;
        object.serialize_field("arrivals", &router.items.arrivals())?;
        object.serialize_field(
            "agents",
            &List(|| agents().map(|agent| router.saved_agent(agent))),
        )?;
        object.serialize_field(
            "cursors",
            &List(|| {
                cursors().map(|(queue, pool, agent)| SavedCursor {
                    queue: router.queue_id(queue),
                    pool,
                    agent: router.agent_id(agent),
                })
            }),
        )?;
        object.serialize_field(
            "capacities",
            &List(|| {
                capacities().map(|((agent, channel), set)| SavedCapacity {
                    agent: router.agent_id(*agent),
                    channel: channel.map(|channel| compiled.channels.name(channel).clone()),
                    for_good: set.for_good,
                    temporary: set
                        .temporary
                        .map(|(until, capacity)| SavedTemporary { until, capacity }),
                })
            }),
        )?;
        object.serialize_field(
            "items",
            &List(|| {
                items()
                    .filter_map(|item| router.items.get(item))
                    .map(|work| router.saved_item(work))
            }),
        )?;
        object.serialize_field("last_agents", &List(|| router.last_agents.oldest_first()))?;
        if self.with_outputs {
            object.serialize_field("outputs", &List(|| router.outputs.iter()))?;
        }
        object.end()
    }
}

impl RestoreError {
    pub(super) fn unknown(place: &str, what: &'static str, id: &str) -> Self {
        Self::Unknown {
            place: place.into(),
            what,
            id: id.into(),
        }
    }

    pub(super) fn wrong_arrival(item: &WorkItemId) -> Self {
        Self::Broken {
            place: alloc::format!("work item `{item}`"),
            fault: "has the arrival of another, or one that has not been given yet",
        }
    }

    pub(super) fn item_twice(item: &WorkItemId) -> Self {
        Self::Broken {
            place: alloc::format!("work item `{item}`"),
            fault: "has two rows",
        }
    }
}
