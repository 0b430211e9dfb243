//! The view of an agent that rules receive.
//!
//! A candidate copies nothing: it is a reference to the roster with two handles, and each method reads what it returns. The
//! methods are the whole interface between rules and the roster, so that the roster can store its state as it likes.

use crate::base::table::{AgentHandle, ChannelHandle, LocalAgent, to_u32};
use crate::id::{AgentId, PresenceStateId, SkillId};
use crate::model::{Agent, Capacity, PresenceState};
use crate::roster::Roster;
use crate::roster::agent::AgentChannel;
use crate::rule::Case;
use crate::time::Timestamp;

/// An agent that may be assigned an item, with its current state.
///
/// In the methods, *this channel* is the channel of the item, and an agent *has* an item from the offer to the end of its
/// wrap-up. Each method costs O(1), except where another cost is stated.
///
/// # Examples
///
/// ```
/// use handover::rule::{Candidate, Case, Score, ranking};
/// use handover::*;
///
/// // Prefers the agent with the fewest items on all channels.
/// let least_busy = ranking::from_fn(|_: &Case<'_>, agent: &Candidate<'_>, _| {
///     Score::from(agent.items_on_all_channels())
/// });
/// # let config = Config::new()
/// #     .channel("chat", ServiceChannel::new().active(true).default_capacity(5))
/// #     .channel("whatsapp", ServiceChannel::new().active(true).default_capacity(5))
/// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
/// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat", "whatsapp"]))
/// #     .group("all", AgentGroup::new(["asha", "ben"]))
/// #     .agent("asha", Agent::new())
/// #     .agent("ben", Agent::new());
/// let config = config.rule("any", AssignmentRule::new().assign_by([AssignBy::custom("least-busy")]));
/// let plan = Plan::builder(config).ranking("least-busy", least_busy).build()?;
/// # let now = Timestamp::saturating_from_millis(1_000);
/// # let mut roster = Roster::new(&plan);
/// # for agent in ["asha", "ben"] {
/// #     roster.set_presence(agent, "available", now)?;
/// # }
///
/// // Asha holds two WhatsApp conversations, and Ben one chat.
/// roster.give("asha", "whatsapp", 1)?;
/// roster.give("asha", "whatsapp", 1)?;
/// roster.give("ben", "chat", 1)?;
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let assignment = assign(&roster, &item, now)?.assignment().expect("both are present");
/// assert_eq!(assignment.agent(&plan), Some(&AgentId::from("ben")));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The roster with the agent's current state, which the methods read.
    roster: &'a Roster,
    agent: LocalAgent,
    /// The channel of the item.
    channel: ChannelHandle,
}

impl<'a> Candidate<'a> {
    pub(crate) fn new(roster: &'a Roster, agent: LocalAgent, channel: ChannelHandle) -> Self {
        Self {
            roster,
            agent,
            channel,
        }
    }

    /// Returns the state of the agent on the item's channel.
    fn agent_channel(&self) -> &'a AgentChannel {
        self.roster.agent_channel(self.agent, self.channel)
    }

    /// Returns the agent's id.
    pub fn id(&self) -> &'a AgentId {
        self.roster.plan().tables().agents.id(self.handle())
    }

    /// Returns the agent's handle.
    pub fn handle(&self) -> AgentHandle {
        self.roster.handle_of(self.agent)
    }

    /// Returns the agent's configuration.
    pub fn agent(&self) -> &'a Agent {
        self.roster.plan().tables().agent(self.handle())
    }

    /// Returns `true` for an AI agent.
    pub fn is_ai(&self) -> bool {
        self.roster.plan().tables().is_ai(self.handle())
    }

    /// Returns the level at which the agent holds a skill, at least 1. Returns `None` if it does not hold the skill.
    pub fn level_of(&self, skill: &SkillId) -> Option<u32> {
        self.agent().skills.get(skill).copied()
    }

    /// Returns `true` if the agent takes work on this channel.
    ///
    /// The agent's presence state is active, takes work, lists the channel and applies to one of the agent's groups, and the
    /// agent's switch for the channel is on.
    pub fn is_present(&self) -> bool {
        self.agent_channel().is_present()
    }

    /// Returns the presence state that the agent has chosen, if it has chosen one.
    pub fn presence(&self) -> Option<(&'a PresenceStateId, &'a PresenceState)> {
        // The state may be inactive, or one that takes no work.
        let tables = self.roster.plan().tables();
        let state = self.roster.state(self.agent).presence?;
        Some(tables.presence_state(state))
    }

    /// Returns `true` if the agent's switch for this channel is on.
    pub fn is_switched_on(&self) -> bool {
        self.agent_channel().is_on
    }

    /// Returns the agent's load on this channel, in units.
    pub fn load(&self) -> u64 {
        self.agent_channel().load
    }

    /// Returns the agent's capacity on this channel.
    pub fn capacity(&self) -> Capacity {
        self.agent_channel().capacity
    }

    /// Returns the agent's spare capacity on this channel.
    ///
    /// This is the lesser of the channel's spare capacity and the universal spare capacity, and at least 0. With a universal
    /// capacity, the cost is linear in the channels.
    pub fn spare(&self) -> Capacity {
        self.roster.spare_capacity(self.agent, self.channel)
    }

    /// Returns the agent's load over all channels, in units. The cost is linear in the channels.
    pub fn universal_load(&self) -> u64 {
        self.roster.universal_load(self.agent)
    }

    /// Returns the agent's capacity over all channels, if it is limited.
    pub fn universal_capacity(&self) -> Option<Capacity> {
        self.roster.universal_capacity(self.agent)
    }

    /// Returns the number of items that the agent has on this channel.
    ///
    /// Counts offered, accepted and wrapping-up items, whether they count as load or not.
    pub fn items_in_hand(&self) -> u32 {
        self.agent_channel().items
    }

    /// Returns the number of items that the agent has on all channels. The cost is linear in the channels.
    pub fn items_on_all_channels(&self) -> u64 {
        self.roster.items_on_all_channels(self.agent)
    }

    /// Returns the number of items accepted on this channel, open offers included.
    ///
    /// Counted from 0, or from [`ChannelRow::handled`](crate::ChannelRow::handled).
    pub fn handled(&self) -> u32 {
        self.agent_channel().handled
    }

    /// Returns the later of two moments: the end of the agent's last item, and the moment since which the presence state takes
    /// work.
    pub fn idle_since(&self) -> Timestamp {
        self.roster.state(self.agent).idle_since
    }

    /// Returns the sequence number of the agent's last assignment on this channel. Returns 0 if there was none.
    ///
    /// An agent with a greater number was assigned an item later.
    pub fn assignment_stamp(&self) -> u64 {
        self.agent_channel().assigned_seq
    }

    /// Returns the number of the agent's skills that the item does not ask for.
    pub(crate) fn unrequested_skills(&self, case: &Case<'_>) -> u32 {
        let skills = &self.agent().skills;
        let requests = case.routed().skills().iter();
        // At any level, even below the one asked for.
        let held = requests.filter(|request| skills.contains_key(&request.skill));
        // INVARIANT: an item requests each skill once, so the difference is not negative. Routing merges repeated requests,
        // and `restore` rejects them.
        to_u32(skills.len().saturating_sub(held.count()))
    }
}
