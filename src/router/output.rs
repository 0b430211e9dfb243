//! The outputs of a router, and the reasons that they give.

mod subject;

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::id::{
    AgentId, GroupId, ManagerId, PresenceStateId, QueueId, RejectReasonId, RequesterId, RuleId,
    TriggerName, WorkItemId,
};
use crate::routing::error::UnroutableReason;
use crate::time::Timestamp;

/// An output of a [`Router`](crate::Router): an event for the host to act on or to show.
///
/// An output has no timestamp: it happens at the moment of the step that returns it, [`Router::now`](crate::Router::now). In a
/// late step this is after the deadline that caused the output. In JSON, an output is an object with one key; the module
/// [`json`](crate::json) lists all of them.
///
/// # Examples
///
/// ```
/// use handover::Output;
///
/// let queued = Output::Queued { item: "conv-1".into(), queue: "agent-whatsapp".into() };
/// let json = serde_json::to_string(&queued)?;
/// assert_eq!(json, r#"{"queued":{"item":"conv-1","queue":"agent-whatsapp"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// A host collects the offers, to notify the agents:
///
/// ```
/// # use handover::*;
/// # let config = Config::new()
/// #     .channel("chat", ServiceChannel::new().active(true))
/// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
/// #     .rule("any", AssignmentRule::new().offer(Ask::new().timeout_secs(20)))
/// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
/// #     .group("all", AgentGroup::new(["asha"]))
/// #     .agent("asha", Agent::new());
/// # let mut router = Router::new(&Plan::new(config)?);
/// # let at = Timestamp::saturating_from_millis;
/// # router.handle(at(0), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// router.handle(at(1_000), Input::Route { item: WorkItem::new("chat-1", "chat"), queue: None })?;
/// let mut offers = Vec::new();
/// while let Some(output) = router.poll_output() {
///     if let Output::Offered { item, agent, expires, by: OfferedBy::Router, .. } = output {
///         offers.push((item, agent, expires));
///     }
/// }
/// assert_eq!(offers, [("chat-1".into(), "asha".into(), Some(at(21_000)))]);
///
/// // Asha does not answer. The offer ends, and the item waits again.
/// router.handle(at(21_000), Input::Tick)?;
/// let ended = router.poll_output();
/// assert!(matches!(ended, Some(Output::OfferEnded { why: OfferEnd::TimedOut, .. })));
/// assert!(matches!(router.poll_output(), Some(Output::Requeued { why: RequeueReason::TimedOut, .. })));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Output {
    /// A new item is routed to a queue. Output before its first offer, also if an agent takes it at once.
    Queued {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
    },
    /// A new item is not routed to any queue: the call was right, but the configuration has no queue for it. The router does not
    /// keep it.
    Unroutable {
        /// The item.
        item: WorkItemId,
        /// The reason.
        reason: UnroutableReason,
    },
    /// An item is offered to an agent. An item that is accepted automatically is not offered.
    Offered {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The item's queue, if it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
        /// The group through which the agent was found.
        #[serde(skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
        /// The rule of the offer.
        #[serde(skip_serializing_if = "Option::is_none")]
        rule: Option<RuleId>,
        /// The time from which the offer can no longer be accepted, in milliseconds since the Unix epoch. Absent: no limit.
        #[serde(rename = "expires_ms", skip_serializing_if = "Option::is_none")]
        expires: Option<Timestamp>,
        /// The origin of the offer.
        by: OfferedBy,
    },
    /// An offer ends without being accepted.
    OfferEnded {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The reason.
        why: OfferEnd,
        /// The reject reason, if the agent rejected the offer.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<RejectReasonId>,
    },
    /// An agent now has an item.
    Accepted {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The item's queue, if it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
        /// The group through which the agent was found.
        #[serde(skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
        /// The rule of the offer.
        #[serde(skip_serializing_if = "Option::is_none")]
        rule: Option<RuleId>,
        /// How the agent got the item.
        by: AcceptedBy,
    },
    /// An agent no longer has an item, which stays in the router.
    Released {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The reason.
        why: ReleaseReason,
    },
    /// An item returns to its queue, or moves to another one.
    Requeued {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
        /// The reason.
        why: RequeueReason,
    },
    /// The presence state of an agent has changed.
    PresenceSet {
        /// The agent.
        agent: AgentId,
        /// The new state. `None` if the agent has none.
        state: Option<PresenceStateId>,
        /// The reason.
        why: PresenceChangeReason,
    },
    /// A trigger of the item's queue is due: the item has waited for the trigger's `at_secs`.
    TriggerDue {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
        /// The name of the trigger.
        name: TriggerName,
    },
    /// The wait of an item has reached the target of its queue.
    TargetMissed {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
    },
    /// All agents who could take an item have declined it.
    ///
    /// Agents who are present but busy could take the item, and so could agents of pools that open later; absent agents could
    /// not. The output is emitted once, until the declines are cleared: when the item starts over, or is transferred to another
    /// queue.
    Exhausted {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
    },
    /// An item is complete, and its agent wraps it up.
    WrappingUp {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
    },
    /// An item is closed.
    Closed {
        /// The item.
        item: WorkItemId,
        /// The agent who had it.
        agent: AgentId,
    },
    /// An item is canceled.
    Canceled {
        /// The item.
        item: WorkItemId,
        /// The agent who held it, if there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<AgentId>,
        /// The reason.
        reason: CancelReason,
        /// The note of the input.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The clock has moved without anything falling due: see [`Input::SkipTime`](crate::Input::SkipTime).
    ///
    /// The outputs before it happen at `from`, those after it at `until`. No other output is made for a moment that has moved: a
    /// host that shows the `expires` of an open offer adds the difference.
    TimeSkipped {
        /// The moment of the step, in milliseconds since the Unix epoch.
        #[serde(rename = "from_ms")]
        from: Timestamp,
        /// The new moment of the router, in milliseconds since the Unix epoch.
        #[serde(rename = "until_ms")]
        until: Timestamp,
    },
    /// A configuration has taken effect.
    Reconfigured {
        /// The number of live items that are not counted in `moved`. Their offers may have been withdrawn.
        kept: u64,
        /// The number of items that lost their holder or their queue, and wait again.
        moved: u64,
        /// The number of canceled items.
        canceled: u64,
        /// The number of withdrawn offers.
        withdrawn: u64,
    },
    /// A requester has been erased by [`Input::Forget`](crate::Input::Forget).
    Forgotten {
        /// The requester.
        requester: RequesterId,
        /// Whether the router knew the requester: from a live item, or in the memory of last agents.
        known: bool,
    },
}

/// Defines enums that are one word in JSON.
macro_rules! word_enums {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }
    )*};
}

word_enums! {
    /// The reason why an offer ended.
    OfferEnd {
        /// The agent rejected the offer.
        Rejected,
        /// The agent did not answer in time.
        TimedOut,
        /// The agent is no longer present or has left the group of the offer, or the agent, the rule or the queue was removed.
        Withdrawn,
        /// Another input changed the item, or an item in a warm transfer was canceled.
        Superseded,
        /// The item was canceled while it was pending accept.
        Canceled,
    }
    /// How an agent got an item.
    AcceptedBy {
        /// The agent accepted the offer.
        Agent,
        /// The item was accepted automatically: by the rule, or because the agent is an AI agent.
        Auto,
        /// The item was assigned directly.
        Direct,
    }
    /// The reason why an agent no longer has an item.
    ReleaseReason {
        /// The release was requested.
        Asked,
        /// The item was transferred.
        Transferred,
        /// The item was assigned directly to another agent.
        Direct,
        /// The agent was removed from the configuration.
        AgentGone,
    }
    /// The reason why an item waits again.
    RequeueReason {
        /// The agent rejected the offer.
        Rejected,
        /// The agent did not answer in time.
        TimedOut,
        /// The offer was withdrawn.
        Withdrawn,
        /// The item was released.
        Released,
        /// The item was transferred.
        Transferred,
        /// The agent was removed from the configuration.
        AgentGone,
        /// The queue was removed from the configuration, or belongs to another channel now.
        QueueGone,
    }
    /// The reason why a presence state changed.
    PresenceChangeReason {
        /// The agent chose the state.
        Asked,
        /// An offer was not answered in time.
        TimedOut,
        /// The state was removed from the configuration.
        Reconfigured,
    }
    /// The reason why an item was canceled.
    CancelReason {
        /// The item reached the maximum wait of its queue.
        MaxWait,
        /// The item no longer meets the condition of its channel.
        Disqualified,
        /// The cancellation was requested.
        Requested,
        /// The item has lost its queue, and no other queue takes it.
        QueueGone,
        /// The channel was removed from the configuration.
        ChannelGone,
    }
}

/// The origin of an offer.
///
/// # Examples
///
/// ```
/// use handover::OfferedBy;
///
/// assert_eq!(serde_json::to_string(&OfferedBy::Router)?, r#""router""#);
/// assert_eq!(serde_json::to_string(&OfferedBy::Manager("maya".into()))?, r#"{"manager":"maya"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfferedBy {
    /// The assignment rule.
    Router,
    /// A manager, by [`Input::Allocate`](crate::Input::Allocate).
    Manager(ManagerId),
    /// The agent who transfers the item.
    Transfer(AgentId),
}
