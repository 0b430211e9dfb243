//! The inputs of a router, and how they are read from JSON.
//!
//! Inputs come from outside. Reading is therefore strict: it refuses unknown fields, duplicate keys, null where a field may only
//! be absent, and deep nesting.

pub(crate) mod assign_directly;
mod subject;
pub(crate) mod transfer;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::base::strict::{Nullable, given_twice, nullable};
use crate::id::{
    AgentId, ChannelId, GroupId, ManagerId, PresenceStateId, QueueId, RejectReasonId, RequesterId,
    WorkItemId,
};
use crate::model::{Agent, Capacity, Config, Fact, WorkItem};
use crate::time::Timestamp;
use assign_directly::AssignDirectly;
use transfer::Transfer;

strict_type! {
/// An input of a [`Router`](crate::Router): an event, or a request.
///
/// Each variant lists the [`ItemState`](crate::ItemState)s in which it applies to an item. In any other state, the router refuses
/// the input. In JSON, an input is an object with one key, or the word `"tick"`; the module [`json`](crate::json)
/// lists all of them. Each variant documents what a second delivery does; the module [`keeping`](crate::keeping) documents what a
/// host does about it.
///
/// # Examples
///
/// ```
/// use handover::Input;
///
/// let input: Input = serde_json::from_str(r#"{"accept": {"item": "conv-1", "agent": "asha"}}"#)?;
/// assert_eq!(input, Input::Accept { item: "conv-1".into(), agent: "asha".into() });
/// assert_eq!(serde_json::to_string(&Input::Tick)?, r#""tick""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// A field that may be null must be present, so that a forgotten field does not log an agent out:
///
/// ```
/// use handover::Input;
///
/// let away: Input = serde_json::from_str(r#"{"set_presence": {"agent": "asha", "state": null}}"#)?;
/// assert_eq!(away, Input::SetPresence { agent: "asha".into(), state: None });
/// assert!(serde_json::from_str::<Input>(r#"{"set_presence": {"agent": "asha"}}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Input {
    /// A new work item arrives.
    ///
    /// Routing can fail in two ways:
    ///
    /// - A wrong call is refused with a [`RouterError`](crate::RouterError): an unknown channel or queue, a queue of another
    ///   channel, the id of a live item, an item that breaks a limit.
    /// - A valid call outputs [`Output::Unroutable`](crate::Output::Unroutable) if the configuration has no queue for the item.
    ///   The router does not keep the item. [`UnroutableReason`](crate::UnroutableReason) lists the reasons.
    ///
    /// Delivered twice: refused (`id_in_use`) while the item is live. Once it is gone, the repeat is new work.
    Route {
        /// The item.
        item: WorkItem,
        /// The queue of the item. Absent: the first queue whose routing takes it.
        #[serde(skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
    },
    /// An agent chooses a presence state.
    ///
    /// Delivered twice: does nothing while the agent has the state. A late repeat replaces a later choice.
    SetPresence {
        /// The agent.
        agent: AgentId,
        /// The state. `None` leaves the agent without one.
        // The field is required, although it may be null: a forgotten field must not log an agent out.
        #[serde(deserialize_with = "nullable")]
        state: Option<PresenceStateId>,
    },
    /// An agent switches a channel on or off.
    ///
    /// Delivered twice: does nothing while the switch is unchanged. A late repeat replaces a later choice.
    SetChannel {
        /// The agent.
        agent: AgentId,
        /// The channel.
        channel: ChannelId,
        /// Whether the channel is switched on.
        on: bool,
    },
    /// An agent accepts an offer: of an item that is pending accept, or of a warm transfer.
    ///
    /// Delivered twice: refused (`already_accepted` while the agent holds the item, then `not_offered` or `unknown_item`), unless
    /// the item has been offered to the agent again.
    Accept {
        /// The item.
        item: WorkItemId,
        /// The agent with the offer.
        agent: AgentId,
    },
    /// An agent rejects an offer: of an item that is pending accept, or of a warm transfer. The agent has then declined the item.
    ///
    /// Delivered twice: refused (`not_offered`, or `unknown_item` once the item is gone), unless the item has been offered to the
    /// agent again.
    Reject {
        /// The item.
        item: WorkItemId,
        /// The agent with the offer.
        agent: AgentId,
        /// The reason.
        reason: RejectReasonId,
    },
    /// The facts of an item have changed. Applies in any state.
    ///
    /// Delivered twice: does nothing while the facts are unchanged. A late repeat replaces later values.
    Update {
        /// The item.
        item: WorkItemId,
        /// The facts that have changed. `None` removes a fact.
        #[serde(deserialize_with = "changed_facts")]
        facts: BTreeMap<String, Option<Fact>>,
    },
    /// An accepted item is done. Its wrap-up begins, or it is closed if its channel has no wrap-up.
    ///
    /// Delivered twice: refused (`already_completed` during the wrap-up, then `unknown_item`).
    Complete {
        /// The item.
        item: WorkItemId,
        /// The agent who acts. The input is refused unless this agent holds the item. Absent: the host or a manager acts.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<AgentId>,
    },
    /// An accepted item, or one that is wrapping up, is closed.
    ///
    /// Delivered twice: refused (`unknown_item`).
    Close {
        /// The item.
        item: WorkItemId,
        /// The agent who acts. The input is refused unless this agent holds the item. Absent: the host or a manager acts.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<AgentId>,
    },
    /// An accepted item returns to its queue, where its wait starts again.
    ///
    /// If the input names the agent as `by`, the agent gives the item away, and has then declined it. Otherwise the host or a
    /// manager takes the item back: no decline is recorded, and the same agent can get the item again in the same step.
    ///
    /// Delivered twice: refused with `by` (`not_the_holder`), unless the agent holds the item again. Without `by`, the repeat is
    /// refused (`wrong_state`) until an agent holds the item, and then releases it again.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new()
    /// #     .channel("chat", ServiceChannel::new().active(true))
    /// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
    /// #     .rule("any", AssignmentRule::new())
    /// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    /// #     .group("all", AgentGroup::new(["asha", "ben"]))
    /// #     .agent("asha", Agent::new())
    /// #     .agent("ben", Agent::new());
    /// # let mut router = Router::new(&Plan::new(config)?);
    /// # let now = Timestamp::saturating_from_millis(1_000);
    /// # router.handle(now, Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
    /// # router.handle(now, Input::AssignDirectly(AssignDirectly::new_item(WorkItem::new("chat-1", "chat"), "asha")))?;
    /// // Asha holds `chat-1`. Ben's browser still shows it, and cannot release it.
    /// let release = |by: &str| Input::Release { item: "chat-1".into(), by: Some(by.into()) };
    /// let error = router.handle(now, release("ben")).unwrap_err();
    /// assert_eq!(error.code(), "not_the_holder");
    ///
    /// // Asha gives it away, so that it is not offered to her again.
    /// router.handle(now, release("asha"))?;
    /// assert_eq!(router.item("chat-1").map(|item| item.state()), Some(ItemState::Queued));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    Release {
        /// The item.
        item: WorkItemId,
        /// The agent who acts. The input is refused unless this agent holds the item. Absent: the host or a manager acts.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<AgentId>,
    },
    /// An item is canceled. Applies in any state.
    ///
    /// Delivered twice: refused (`unknown_item`).
    Cancel {
        /// The item.
        item: WorkItemId,
        /// A note that is copied to the output.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// An item is transferred to a queue, or to another agent.
    ///
    /// To a queue: an item that is queued, pending accept or accepted; its wait starts again. To an agent: an accepted item;
    /// for other states see [`Allocate`](Self::Allocate). [`Transfer`] documents the declines.
    ///
    /// Delivered twice: a transfer to a queue acts again, and restarts the wait, unless `by` is no longer the holder
    /// (`not_the_holder`). A transfer to an agent is refused (`wrong_state`, `transfer_under_way`, `already_accepted`) until another
    /// agent holds the item, or a warm transfer has failed.
    Transfer(Transfer),
    /// A manager offers an item to an agent, without a capacity check: an item that is queued or pending accept.
    ///
    /// Delivered twice: acts again. The open offer ends, and a new one begins. After the acceptance it is refused (`wrong_state`).
    Allocate {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The manager.
        by: ManagerId,
    },
    /// An item is assigned to an agent without an offer: a new item, or one in any state but wrapping up.
    ///
    /// The channel's condition is not checked.
    ///
    /// Delivered twice: refused (`already_accepted`) until another agent holds the item. A new item is refused (`id_in_use`) while it
    /// is live, and is new work once it is gone.
    AssignDirectly(AssignDirectly),
    /// The capacity of an agent is set.
    ///
    /// Delivered twice: does nothing while the capacity is unchanged, and is refused (`until_not_ahead`) after `until`. A late repeat
    /// replaces a later value.
    SetCapacity {
        /// The agent.
        agent: AgentId,
        /// The channel. Absent: the capacity over all channels.
        #[serde(skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
        /// The capacity. `None` restores the configured one, and ends permanent and temporary overrides.
        // The field is required, as `state` above.
        #[serde(deserialize_with = "nullable")]
        capacity: Option<Capacity>,
        /// The end of the override, in milliseconds since the Unix epoch. Absent: permanent. Ignored if `capacity` is `None`.
        #[serde(rename = "until_ms", skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// One agent is added, replaced or removed.
    ///
    /// The cost is that of [`Reconfigure`](Self::Reconfigure): linear in the configuration and in the number of items.
    ///
    /// Delivered twice: acts again, and undoes later changes of the agent. The removal is refused (`unknown_agent`).
    SetAgent {
        /// The agent.
        agent: AgentId,
        /// The new value. `None` removes the agent.
        // Boxed, so that frequent inputs stay small.
        // The field is required, as `state` above.
        #[serde(deserialize_with = "nullable")]
        value: Option<Box<Agent>>,
        /// The groups of which the agent is a member from now on. Absent: none.
        #[serde(default)]
        groups: Vec<GroupId>,
    },
    /// The configuration is replaced.
    ///
    /// Delivered twice: acts again, and undoes later configurations and [`SetAgent`](Self::SetAgent) inputs.
    Reconfigure {
        /// The new configuration.
        config: Box<Config>,
    },
    /// Erases a requester from the memory of last agents on all channels and from all live items, which continue without a
    /// requester.
    ///
    /// Always output as [`Forgotten`](crate::Output::Forgotten). Ids, facts and outputs that name the requester stay: they belong
    /// to the host. The cost is linear in the live items and in the requesters that are remembered.
    ///
    /// Delivered twice: output again, with `known` false unless the requester has returned.
    Forget {
        /// The requester.
        requester: RequesterId,
    },
    /// Skips a period in which the router did not run. Nothing falls due during this period.
    ///
    /// After an outage, a host takes this step first: at [`Router::now`](crate::Router::now), with `until` equal to its clock.
    /// Otherwise the outage counts as waiting time: items are canceled, and offers end although nobody could answer them. The
    /// step first processes everything that is due at its own moment, then moves the clock to `until`. Waits, ages, open offers,
    /// wrap-ups, pools, targets, triggers, declines and idle times go on as if no time had passed. Moments of the calendar stay:
    /// the end of a temporary capacity, the memory of last agents, and the moments that custom gates name.
    ///
    /// Does nothing if `until` is the moment of the step. O(n log n) for n items.
    ///
    /// Delivered twice: does nothing, and is refused (`until_not_ahead`) once the clock is past `until`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let queue = Queue::new("chat").active(true).routing(Routing::always());
    /// # let config = Config::new()
    /// #     .channel("chat", ServiceChannel::new().active(true))
    /// #     .queue("support", queue.max_wait_secs(600));
    /// let mut router = Router::new(&Plan::new(config)?);
    /// let at = |secs| Timestamp::EPOCH.plus_secs(secs);
    /// router.handle(at(0), Input::Route { item: WorkItem::new("chat-1", "chat"), queue: None })?;
    ///
    /// // The host was down for an hour. The chat can still wait for 600 seconds.
    /// router.handle(at(0), Input::SkipTime { until: at(3_600) })?;
    /// assert_eq!((router.now(), router.poll_timeout()), (at(3_600), Some(at(4_200))));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    SkipTime {
        /// The end of the skipped time, in milliseconds since the Unix epoch. At most 366 days after the step.
        #[serde(rename = "until_ms")]
        until: Timestamp,
    },
    /// Time passes: deadlines that are due are processed.
    ///
    /// Delivered twice: does nothing.
    Tick,
}

#[serde(remote = "Input", rename_all = "snake_case", deny_unknown_fields)]
InputForm, AfterWord
}

/// Reads facts that may be null. Fails if a name is given twice.
fn changed_facts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Option<Fact>>, D::Error> {
    // By hand: the usual reader of a map lets the last of two equal keys win. Not a `Map`: the names come from outside, and a
    // sender could choose names that collide in its hash table.
    struct ChangedFacts;

    impl<'de> Visitor<'de> for ChangedFacts {
        type Value = BTreeMap<String, Option<Fact>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("facts: an object of values, null for those to be removed")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut facts = BTreeMap::new();
            while let Some(name) = map.next_key::<String>()? {
                if facts.contains_key(&name) {
                    return Err(given_twice(name));
                }
                let Nullable(fact) = map.next_value()?;
                facts.insert(name, fact);
            }
            Ok(facts)
        }
    }

    deserializer.deserialize_map(ChangedFacts)
}
