//! The errors of a roster. A call that returns one has changed nothing.

use alloc::string::String;

use thiserror::Error;

use crate::id::{AgentId, ChannelId, PresenceStateId, QueueId};

/// The error of a refused change of a roster. The roster has not changed.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .agent("asha", Agent::new());
/// let mut roster = Roster::new(&Plan::new(config)?);
///
/// let error = roster.release("asha", "chat", 1, Timestamp::EPOCH).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "agent `asha` holds 0 items and 0 units on channel `chat`, expected at least one item and 1 units"
/// );
/// let error = roster.give("asha", "fax", 1).unwrap_err();
/// assert_eq!(error, RosterError::UnknownChannel { channel: "fax".into() });
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RosterError {
    /// The agent is not in the plan, or the roster does not cover it.
    #[error("there is no agent `{agent}` in the plan, or the roster does not cover it")]
    UnknownAgent {
        /// The name that was given.
        agent: String,
    },
    /// An agent has two rows.
    #[error("agent `{agent}` has two rows, expected one")]
    AgentTwice {
        /// The agent.
        agent: AgentId,
    },
    /// The channel is not in the plan, or the roster does not cover it.
    #[error("there is no channel `{channel}` in the plan, or the roster does not cover it")]
    UnknownChannel {
        /// The name that was given.
        channel: String,
    },
    /// The row of an agent has two entries for a channel.
    #[error("agent `{agent}` has two entries for channel `{channel}`, expected one")]
    ChannelTwice {
        /// The agent.
        agent: AgentId,
        /// The channel.
        channel: ChannelId,
    },
    /// The queue is not in the plan, or the roster does not cover it.
    #[error("there is no queue `{queue}` in the plan, or the roster does not cover it")]
    UnknownQueue {
        /// The name that was given.
        queue: String,
    },
    /// The queue has fewer pools.
    #[error("queue `{queue}` has no pool {pool}, it has {pools}, counted from 0")]
    UnknownPool {
        /// The queue.
        queue: QueueId,
        /// The position that was given, from 0.
        pool: usize,
        /// The number of pools of the queue.
        pools: usize,
    },
    /// The presence state is not in the plan.
    #[error("there is no presence state `{state}`")]
    UnknownPresenceState {
        /// The name that was given.
        state: String,
    },
    /// The presence state is not active.
    #[error("presence state `{state}` is not active")]
    PresenceInactive {
        /// The state.
        state: PresenceStateId,
    },
    /// The presence state is for none of the agent's groups.
    #[error("presence state `{state}` is for none of the groups of agent `{agent}`")]
    PresenceNotForAgent {
        /// The state.
        state: PresenceStateId,
        /// The agent.
        agent: AgentId,
    },
    /// The agent would hold more than 2⁴⁸ units on the channel.
    #[error(
        "agent `{agent}` would hold {load} units on channel `{channel}`, expected at most 2^48"
    )]
    TooMuch {
        /// The agent.
        agent: AgentId,
        /// The channel.
        channel: ChannelId,
        /// The units that the agent would hold.
        load: u64,
    },
    /// The agent does not hold the item that was to be removed.
    #[error(
        "agent `{agent}` holds {items} items and {load} units on channel `{channel}`, expected at least one item and {size} units"
    )]
    NotHeld {
        /// The agent.
        agent: AgentId,
        /// The channel.
        channel: ChannelId,
        /// The units of the item that was to be removed.
        size: u32,
        /// The number of items that the agent holds.
        items: u32,
        /// The units that the agent holds.
        load: u64,
    },
}

/// The error of a refused [commit](crate::Roster::commit). The roster has not changed.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
///     .rule("any", AssignmentRule::new())
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .group("all", AgentGroup::new(["asha"]))
///     .agent("asha", Agent::new());
/// let plan = Plan::new(config)?;
/// let mut roster = Roster::new(&plan);
/// let now = Timestamp::saturating_from_millis(1_000);
/// roster.set_presence("asha", "available", now)?;
///
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let assignment = assign(&roster, &item, now)?.assignment().expect("an agent is present");
/// roster.give("asha", "chat", 1)?;
/// assert!(matches!(roster.commit(&assignment), Err(CommitError::Stale { .. })));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CommitError {
    /// The agent has changed since the decision.
    #[error("the assignment is stale: agent `{}` has changed since it was decided", .agent.as_ref().map_or("?", AgentId::as_str))]
    Stale {
        /// The agent; `None` if the roster's plan lacks it.
        agent: Option<AgentId>,
    },
    /// The agent would hold more than 2⁴⁸ units on the channel.
    #[error("agent `{agent}` would hold more than 2^48 units on the channel")]
    TooMuch {
        /// The agent.
        agent: AgentId,
    },
    /// The assignment was decided under another plan.
    #[error("the assignment was decided under another plan than the roster's")]
    PlanMismatch,
}

/// The error of [`Roster::check_invariants`](crate::Roster::check_invariants), a fault of this crate and never of its caller.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {fault}")]
pub struct BrokenInvariant {
    pub(crate) place: String,
    pub(crate) fault: String,
}
