//! What a roster refuses, and what can be wrong of it.

use alloc::string::String;

use thiserror::Error;

use crate::id::{AgentId, ChannelId, PresenceStateId, QueueId};

/// Why a roster refuses what it is told. It has changed nothing then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RosterError {
    /// The plan, or the roster if it is about one queue, has no such agent.
    #[error("there is no agent `{agent}` in the plan, or the roster is not about it")]
    UnknownAgent {
        /// The agent as it was named.
        agent: String,
    },
    /// Two rows are about one agent.
    #[error("agent `{agent}` has two rows, expected one")]
    AgentTwice {
        /// The agent.
        agent: AgentId,
    },
    /// The plan, or the roster if it is about one queue, has no such channel.
    #[error("there is no channel `{channel}` in the plan, or the roster is not about it")]
    UnknownChannel {
        /// The channel as it was named.
        channel: String,
    },
    /// A row is about one channel twice.
    #[error("the row of agent `{agent}` is about channel `{channel}` twice, expected once")]
    ChannelTwice {
        /// The agent.
        agent: AgentId,
        /// The channel.
        channel: ChannelId,
    },
    /// The plan, or the roster if it is about one queue, has no such queue.
    #[error("there is no queue `{queue}` in the plan, or the roster is not about it")]
    UnknownQueue {
        /// The queue as it was named.
        queue: String,
    },
    /// The queue has no such pool.
    #[error("queue `{queue}` has no pool {pool}, it has {pools}, counted from 0")]
    UnknownPool {
        /// The queue.
        queue: QueueId,
        /// The place that was named.
        pool: usize,
        /// How many pools it has.
        pools: usize,
    },
    /// The plan has no such presence state.
    #[error("there is no presence state `{state}`")]
    UnknownPresenceState {
        /// The state as it was named.
        state: String,
    },
    /// The presence state cannot be chosen.
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
    /// More units than an agent can be said to hold on one channel.
    #[error(
        "agent `{agent}` would hold {load} units on channel `{channel}`, expected at most 2^48"
    )]
    TooMuch {
        /// The agent.
        agent: AgentId,
        /// The channel.
        channel: ChannelId,
        /// The units.
        load: u64,
    },
    /// The agent does not hold what is to be taken off it.
    #[error(
        "agent `{agent}` has {items} items of {load} units in hand on channel `{channel}`, expected at least one and {size} units"
    )]
    NotHeld {
        /// The agent.
        agent: AgentId,
        /// The channel.
        channel: ChannelId,
        /// The units that were to be taken off.
        size: u32,
        /// The items in hand.
        items: u32,
        /// The units in hand.
        load: u64,
    },
}

/// Why an assignment is not committed. The roster has changed nothing then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CommitError {
    /// Something about the agent has changed since the decision.
    #[error("the assignment is stale: agent `{}` has changed since it was decided", .agent.as_ref().map_or("?", AgentId::as_str))]
    Stale {
        /// The agent, if the roster's plan knows it.
        agent: Option<AgentId>,
    },
    /// The agent would hold more than 2⁴⁸ units on the channel.
    #[error("agent `{agent}` would hold more than 2^48 units on the channel")]
    TooMuch {
        /// The agent.
        agent: AgentId,
    },
    /// It was decided under another plan.
    #[error("the assignment was decided under another plan than the roster's")]
    OtherPlan,
}

/// What [`Roster::check_invariants`](crate::Roster::check_invariants) has found: a fault of this crate, never of its caller.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {fault}")]
pub struct BrokenInvariant {
    pub(crate) place: String,
    pub(crate) fault: String,
}
