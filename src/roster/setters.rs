//! The public methods that set the state of an agent: presence, switches, capacities and cursors.

use crate::base::table::{AgentHandle, ChannelHandle, PresenceStateHandle, QueueHandle};
use crate::lookup::Lookup;
use crate::model::Capacity;
use crate::roster::arguments::find;
use crate::roster::{Roster, RosterError};
use crate::time::Timestamp;

/// Presence and switches.
impl Roster {
    /// Sets the presence state that an agent has chosen.
    ///
    /// The cost is linear in the channels times the groups of the agent.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the state is unknown, if the state is not active, or if it applies to none of the
    /// agent's groups.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true))
    ///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    ///
    /// roster.set_presence("asha", "available", Timestamp::EPOCH)?;
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.is_present("chat")), Some(true));
    ///
    /// let refused = roster.set_presence("asha", "lunch", Timestamp::EPOCH);
    /// assert!(matches!(refused, Err(RosterError::UnknownPresenceState { .. })));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn set_presence(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        state: impl Lookup<PresenceStateHandle>,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(agent)?;
        let state = self.find_choosable_presence(self.handle_of(agent), state)?;
        // Checked before the change, so that a refused call changes nothing.
        self.change_presence(agent, Some(state), now);
        Ok(())
    }

    /// Removes an agent's presence state. The agent takes no work until it chooses another state.
    ///
    /// The cost is linear in the channels times the groups of the agent.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent is unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true))
    ///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    /// roster.set_presence("asha", "available", Timestamp::EPOCH)?;
    ///
    /// // Asha logs out. The chat that she holds stays with her.
    /// roster.give("asha", "chat", 1)?;
    /// roster.clear_presence("asha", Timestamp::saturating_from_millis(60_000))?;
    /// let asha = roster.agent("asha").expect("she is configured");
    /// assert_eq!((asha.presence(), asha.is_present("chat")), (None, Some(false)));
    /// assert_eq!(asha.items_in_hand("chat"), Some(1));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn clear_presence(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(agent)?;
        self.change_presence(agent, None, now);
        Ok(())
    }

    /// Switches one channel of an agent on or off. A switch is on at first, and does not change with the presence state.
    ///
    /// The cost is linear in the channels times the groups of the agent.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true))
    ///     .channel("whatsapp", ServiceChannel::new().active(true))
    ///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat", "whatsapp"]))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    /// roster.set_presence("asha", "available", Timestamp::EPOCH)?;
    ///
    /// // Asha takes no chats for now, but still takes WhatsApp conversations.
    /// roster.set_channel("asha", "chat", false)?;
    /// let asha = roster.agent("asha").expect("she is configured");
    /// assert_eq!((asha.is_present("chat"), asha.is_present("whatsapp")), (Some(false), Some(true)));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn set_channel(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        on: bool,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        self.change_switch(agent, channel, on);
        Ok(())
    }
}

/// Capacities and cursors.
impl Roster {
    /// Sets an agent's capacity on a channel; `None` restores the configured one. An agent who holds more units keeps them.
    ///
    /// The cost is linear in the channels times the groups of the agent.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true).default_capacity(2))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    ///
    /// roster.set_capacity("asha", "chat", Some(Capacity::Units(5)))?;
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.capacity("chat")), Some(Capacity::Units(5)));
    /// roster.set_capacity("asha", "chat", None)?;
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.capacity("chat")), Some(Capacity::Units(2)));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn set_capacity(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        capacity: Option<Capacity>,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        self.change_capacity(agent, Some(channel), capacity);
        Ok(())
    }

    /// Sets an agent's capacity over all channels; `None` restores the configured one, and
    /// [`Unlimited`](Capacity::Unlimited) removes the limit.
    ///
    /// The cost is linear in the channels times the groups of the agent.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent is unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true).default_capacity(3))
    ///     .channel("whatsapp", ServiceChannel::new().active(true).default_capacity(3))
    ///     .agent("asha", Agent::new().universal_capacity(4));
    /// let mut roster = Roster::new(&Plan::new(config)?);
    /// roster.give("asha", "whatsapp", 2)?;
    ///
    /// // The lower number counts: 3 spare units on the channel, 4 - 2 over all channels.
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.spare("chat")), Some(Capacity::Units(2)));
    /// roster.set_universal_capacity("asha", Some(Capacity::Unlimited))?;
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.spare("chat")), Some(Capacity::Units(3)));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn set_universal_capacity(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        capacity: Option<Capacity>,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(agent)?;
        self.change_capacity(agent, None, capacity);
        Ok(())
    }

    /// Sets the agent who was last chosen through a pool, from which `round_robin` continues.
    ///
    /// `pool` is the position of the pool in the queue's `eligibility`, from 0.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the queue, the pool or the agent is unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true))
    ///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "fair")))
    ///     .rule("fair", AssignmentRule::new().assign_by([AssignBy::RoundRobin]))
    ///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    ///     .group("all", AgentGroup::new(["asha", "ben"]))
    ///     .agent("asha", Agent::new())
    ///     .agent("ben", Agent::new());
    /// let plan = Plan::new(config)?;
    /// let now = Timestamp::saturating_from_millis(1_000);
    /// let mut roster = Roster::new(&plan);
    /// for agent in ["asha", "ben"] {
    ///     roster.set_presence(agent, "available", now)?;
    /// }
    ///
    /// // The database states that Asha was chosen last, so Ben is next.
    /// roster.set_cursor("support", 0, "asha")?;
    /// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
    /// let assignment = assign(&roster, &item, now)?.assignment().expect("both are present");
    /// assert_eq!(assignment.agent(&plan), Some(&AgentId::from("ben")));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn set_cursor(
        &mut self,
        queue: impl Lookup<QueueHandle>,
        pool: usize,
        agent: impl Lookup<AgentHandle>,
    ) -> Result<(), RosterError> {
        let tables = self.plan.tables();
        // A roster of one queue has cursors of its own pools only.
        let covered = queue.find(&self.plan);
        let covered = covered.filter(|queue| self.layout.scope.has_queue(*queue));
        let queue = covered.ok_or_else(|| RosterError::UnknownQueue {
            queue: queue.shown(),
        })?;
        // A position beyond 32 bits is no pool, either.
        let position = u32::try_from(pool).ok();
        let handle = position.and_then(|position| tables.pool_at(queue, position));
        let pool = handle.ok_or_else(|| RosterError::UnknownPool {
            queue: tables.queues.id(queue).clone(),
            pool,
            pools: tables.queue_plans.at(queue).pools.range().len(),
        })?;
        // The agent can be in the pool although the roster does not cover it.
        let unknown = |agent| RosterError::UnknownAgent { agent };
        let agent = find(&self.plan, agent, unknown)?;
        self.move_cursor(pool, agent);
        Ok(())
    }
}
