//! The state of one agent, as services read it.

use crate::base::table::{AgentHandle, ChannelHandle, LocalAgent};
use crate::id::{AgentId, PresenceStateId};
use crate::lookup::Lookup;
use crate::model::Capacity;
use crate::roster::Roster;
use crate::rule::Candidate;
use crate::time::Timestamp;

/// The current state of an agent in a roster.
///
/// Getters that take a channel return `None` if the plan lacks the channel, or if the roster does not cover it.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let available = PresenceState::new().takes_work(true).channels(["chat"]);
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true).default_capacity(3))
///     .channel("whatsapp", ServiceChannel::new().active(true))
///     .presence_state("available", available)
///     .agent("asha", Agent::new().universal_capacity(4));
/// let mut roster = Roster::new(&Plan::new(config)?);
/// let (start, end) = (Timestamp::saturating_from_millis(1_000), Timestamp::saturating_from_millis(90_000));
/// roster.set_presence("asha", "available", start)?;
/// roster.give("asha", "chat", 2)?;
/// roster.give("asha", "chat", 1)?;
/// roster.release("asha", "chat", 2, end)?;
///
/// let asha = roster.agent("asha").expect("she is configured");
/// assert_eq!(asha.presence().map(PresenceStateId::as_str), Some("available"));
/// // Her presence state does not include WhatsApp, but the switch is on by default.
/// assert_eq!((asha.is_present("whatsapp"), asha.is_on("whatsapp")), (Some(false), Some(true)));
/// // One of the two chats has ended, but both count as handled.
/// assert_eq!((asha.items_in_hand("chat"), asha.handled("chat")), (Some(1), Some(2)));
/// assert_eq!((asha.load("chat"), asha.spare("chat")), (Some(1), Some(Capacity::Units(2))));
/// assert_eq!(asha.spare("fax"), None);
/// assert_eq!((asha.universal_load(), asha.universal_capacity()), (1, Some(Capacity::Units(4))));
/// // She still holds a chat, so her idle time has not started again.
/// assert_eq!(asha.idle_since(), start);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AgentStatus<'a> {
    roster: &'a Roster,
    agent: LocalAgent,
}

impl<'a> AgentStatus<'a> {
    pub(crate) fn new(roster: &'a Roster, agent: LocalAgent) -> Self {
        Self { roster, agent }
    }

    /// Returns the agent's id.
    pub fn id(&self) -> &'a AgentId {
        self.roster.plan.tables().agents.id(self.handle())
    }

    /// Returns the agent's handle.
    pub fn handle(&self) -> AgentHandle {
        self.roster.handle_of(self.agent)
    }

    /// Returns the presence state that the agent has chosen; `None` if it has chosen none.
    pub fn presence(&self) -> Option<&'a PresenceStateId> {
        let state = self.roster.state(self.agent).presence?;
        Some(self.roster.plan.tables().presence_states.id(state))
    }

    /// Returns `true` if the agent has a channel switched on.
    pub fn is_on(&self, channel: impl Lookup<ChannelHandle>) -> Option<bool> {
        self.candidate(channel).map(|agent| agent.is_switched_on())
    }

    /// Returns `true` if the agent takes work on a channel: its presence state does, and the channel is switched on.
    pub fn is_present(&self, channel: impl Lookup<ChannelHandle>) -> Option<bool> {
        self.candidate(channel).map(|agent| agent.is_present())
    }

    /// Returns the units that the agent holds on a channel.
    pub fn load(&self, channel: impl Lookup<ChannelHandle>) -> Option<u64> {
        self.candidate(channel).map(|agent| agent.load())
    }

    /// Returns the agent's capacity on a channel.
    pub fn capacity(&self, channel: impl Lookup<ChannelHandle>) -> Option<Capacity> {
        self.candidate(channel).map(|agent| agent.capacity())
    }

    /// Returns the spare units on a channel: the lower of those on the channel and those over all channels.
    ///
    /// With a universal capacity, the cost is linear in the channels.
    pub fn spare(&self, channel: impl Lookup<ChannelHandle>) -> Option<Capacity> {
        self.candidate(channel).map(|agent| agent.spare())
    }

    /// Returns the number of items that the agent holds on a channel: offered, accepted or being wrapped up.
    pub fn items_in_hand(&self, channel: impl Lookup<ChannelHandle>) -> Option<u32> {
        self.candidate(channel).map(|agent| agent.items_in_hand())
    }

    /// Returns the number of items accepted on a channel, open offers included.
    ///
    /// Counted from 0, or from [`ChannelRow::handled`](crate::ChannelRow::handled).
    pub fn handled(&self, channel: impl Lookup<ChannelHandle>) -> Option<u32> {
        self.candidate(channel).map(|agent| agent.handled())
    }

    /// Returns the sequence number of the last assignment to the agent on a channel, 0 if there was none. Each later
    /// assignment in the roster has a higher number.
    pub fn assignment_stamp(&self, channel: impl Lookup<ChannelHandle>) -> Option<u64> {
        self.candidate(channel)
            .map(|agent| agent.assignment_stamp())
    }

    /// Returns the units that the agent holds over all channels. The cost is linear in the channels.
    pub fn universal_load(&self) -> u64 {
        self.roster.universal_load(self.agent)
    }

    /// Returns the agent's capacity over all channels; `None` if it has no limit.
    pub fn universal_capacity(&self) -> Option<Capacity> {
        self.roster.universal_capacity(self.agent)
    }

    /// Returns the later of two moments: the end of the agent's last item, and the moment since which the presence state takes
    /// work.
    pub fn idle_since(&self) -> Timestamp {
        self.roster.state(self.agent).idle_since
    }

    /// Returns the view of the agent on a channel that the roster covers.
    fn candidate(&self, channel: impl Lookup<ChannelHandle>) -> Option<Candidate<'a>> {
        let channel = channel.find(&self.roster.plan)?;
        let is_covered = self.roster.layout.scope.has_channel(channel);
        // The view that rules receive, so that the getters and the rules read the same numbers.
        is_covered.then(|| Candidate::new(self.roster, self.agent, channel))
    }
}
