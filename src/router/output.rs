//! What follows: the outputs of a router.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::id::{
    AgentId, GroupId, ManagerId, PresenceStateId, QueueId, RejectReasonId, RuleId, TriggerName,
    WorkItemId,
};
use crate::time::Timestamp;

/// Something that has happened, for the service to do or to tell.
///
/// It names no moment: what a [`Router`](crate::Router) says in a step happens at the moment of that step. As JSON it is an
/// object of one key: the module [`json`](crate::json) lists all of them.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Output {
    /// An item that came in waits in a queue. It always precedes the first offer of the item there.
    Queued {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
    },
    /// The configuration takes an item nowhere; it is not kept.
    Unroutable {
        /// The item.
        item: WorkItemId,
        /// Why.
        reason: UnroutableReason,
    },
    /// An item is shown to an agent, who may accept it. What is accepted at once is not offered.
    Offered {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The item's queue, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
        /// The group through which the agent was found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
        /// The rule of the offer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<RuleId>,
        /// The moment from which on it can no longer be accepted, in milliseconds since the Unix epoch.
        #[serde(
            default,
            rename = "expires_ms",
            skip_serializing_if = "Option::is_none"
        )]
        expires: Option<Timestamp>,
        /// Who has it offered.
        by: OfferedBy,
    },
    /// An offer has ended without being accepted.
    OfferEnded {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// Why.
        why: OfferEnd,
        /// The reason of a reject.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<RejectReasonId>,
    },
    /// An agent has an item.
    Accepted {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The item's queue, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
        /// The group through which the agent was found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
        /// The rule of the offer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<RuleId>,
        /// How it came to that.
        by: AcceptedBy,
    },
    /// An agent no longer has an item, which has not ended.
    Released {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// Why.
        why: ReleaseWhy,
    },
    /// An item waits in a queue again, or in another one.
    Requeued {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
        /// Why.
        why: RequeueWhy,
    },
    /// An agent's presence state has changed.
    PresenceSet {
        /// The agent.
        agent: AgentId,
        /// The state, none where the agent has none.
        state: Option<PresenceStateId>,
        /// Why.
        why: PresenceWhy,
    },
    /// An item has waited as long as a trigger of its queue says.
    TriggerDue {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
        /// The trigger.
        name: TriggerName,
    },
    /// An item has waited longer than its queue aims at.
    TargetMissed {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
    },
    /// Somebody has declined an item, and nobody is left who could take it but those who have: who is busy is left, who is
    /// absent is not. It is said once, until the declines are forgotten: when it starts over, or is transferred to another
    /// queue; who gives it away by that has declined it there too.
    Exhausted {
        /// The item.
        item: WorkItemId,
        /// The queue.
        queue: QueueId,
    },
    /// An item is done, and its agent wraps it up.
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
    /// An item is given up.
    Canceled {
        /// The item.
        item: WorkItemId,
        /// The agent who had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<AgentId>,
        /// Why.
        reason: CancelReason,
        /// What the input says besides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A configuration has taken effect.
    Reconfigured {
        /// Items that stay where they are.
        kept: u64,
        /// Items that wait elsewhere.
        moved: u64,
        /// Items that were canceled.
        canceled: u64,
        /// Offers that were withdrawn.
        withdrawn: u64,
    },
}

macro_rules! words {
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

words! {
    /// Why the configuration takes an item nowhere.
    UnroutableReason {
        /// Its channel is not active.
        ChannelInactive,
        /// The condition of its channel does not hold of it.
        NotInChannel,
        /// The queue that was named is not active.
        QueueInactive,
        /// No active queue of its channel takes it.
        NoQueue,
        /// Nobody can take it at once, and as many as may already wait.
        QueueFull,
    }
    /// Why an offer has ended.
    OfferEnd {
        /// The agent rejected it.
        Rejected,
        /// The agent did not answer in time.
        TimedOut,
        /// The agent is no longer present, or what the offer stood on is gone.
        Withdrawn,
        /// Something else was done with the item.
        Superseded,
        /// The item was canceled.
        Canceled,
    }
    /// How an agent came to have an item.
    AcceptedBy {
        /// The agent accepted it.
        Agent,
        /// The rule, or that it is an AI agent, accepts for it.
        Auto,
        /// It was assigned directly.
        Direct,
    }
    /// Why an agent no longer has an item.
    ReleaseWhy {
        /// Somebody asked for it.
        Asked,
        /// It was transferred.
        Transferred,
        /// It was assigned directly to somebody else.
        Direct,
        /// The agent is not in the configuration any more.
        AgentGone,
    }
    /// Why an item waits again.
    RequeueWhy {
        /// The agent rejected it.
        Rejected,
        /// The agent did not answer in time.
        TimedOut,
        /// The offer was withdrawn.
        Withdrawn,
        /// It was released.
        Released,
        /// It was transferred.
        Transferred,
        /// Its agent is not in the configuration any more.
        AgentGone,
        /// Its queue is not in the configuration any more, or is one of another channel.
        QueueGone,
    }
    /// Why a presence state has changed.
    PresenceWhy {
        /// The agent chose it.
        Asked,
        /// An offer was not answered in time.
        TimedOut,
        /// It is not in the configuration any more.
        Reconfigured,
    }
    /// Why an item is given up.
    CancelReason {
        /// It has waited as long as its queue lets it.
        MaxWait,
        /// The condition of its channel does not hold of it any more.
        Disqualified,
        /// Somebody asked for it.
        Requested,
        /// No queue takes it any more.
        QueueGone,
        /// Its channel is not in the configuration any more.
        ChannelGone,
    }
}

/// Who has an item offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfferedBy {
    /// The assignment rule.
    Router,
    /// A manager, by hand.
    Manager(ManagerId),
    /// An agent, by a transfer.
    Transfer(AgentId),
}
