//! Presence: [`Input::SetPresence`](crate::Input::SetPresence) and [`Input::SetChannel`](crate::Input::SetChannel).
//!
//! When an agent leaves, its open offers are withdrawn here; accepted items stay. An agent who is removed from the configuration
//! is handled in [`reconfigure`](crate::router::reconfigure).

use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, Handle, PresenceStateHandle};
use crate::id::{AgentId, ChannelId, PresenceStateId};
use crate::roster::RosterError;
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::handles::ItemHandle;
use crate::router::output::{OfferEnd, Output, PresenceChangeReason, RequeueReason};

impl Router {
    /// Handles [`Input::SetPresence`](crate::Input::SetPresence): an agent chooses a presence state, or none.
    ///
    /// Does nothing if the agent has the state, so that a client may repeat it.
    pub(crate) fn set_presence(
        &mut self,
        agent: &AgentId,
        state: Option<&PresenceStateId>,
    ) -> Result {
        let agent = self.find_agent(agent)?;
        let chosen = state.map(|state| self.find_choosable(agent, state));
        let chosen = chosen.transpose()?;
        // A repeated choice causes no output.
        if self.roster.presence_of(agent) != chosen {
            self.change_presence(agent, chosen, PresenceChangeReason::Asked);
        }
        Ok(())
    }

    /// Finds a presence state that an agent can choose.
    fn find_choosable(
        &self,
        agent: AgentHandle,
        id: &PresenceStateId,
    ) -> Result<PresenceStateHandle> {
        let state = id.clone();
        let found = self.roster.find_choosable_presence(agent, id);
        found.map_err(|error| match error {
            RosterError::PresenceInactive { .. } => RouterError::StateInactive { state },
            RosterError::PresenceNotForAgent { agent, .. } => {
                RouterError::StateNotForAgent { state, agent }
            }
            // The only other error of the search.
            _ => RouterError::UnknownState { state },
        })
    }

    /// Sets an agent's presence state without checking whether the agent may choose it.
    pub(crate) fn change_presence(
        &mut self,
        agent: AgentHandle,
        state: Option<PresenceStateHandle>,
        why: PresenceChangeReason,
    ) {
        self.roster
            .change_presence(self.roster.local(agent), state, self.now);
        let state = state.map(|state| self.tables().presence_states.id(state).clone());
        self.output(Output::PresenceSet {
            agent: self.agent_id(agent),
            state,
            why,
        });
        self.process_presence_change(agent);
    }

    /// Handles [`Input::SetChannel`](crate::Input::SetChannel): an agent switches one of its channels on or off.
    pub(crate) fn set_channel(&mut self, agent: &AgentId, channel: &ChannelId, on: bool) -> Result {
        let agent = self.find_agent(agent)?;
        let channel = self.find_channel(channel)?;
        let done = self.roster.set_channel(agent, channel, on);
        // INVARIANT: the agent and the channel are of the roster's plan, which is all that `set_channel` checks.
        debug_assert!(done.is_ok(), "{done:?}");
        // Mark the agent even if the switch is unchanged. The search for items then finds none.
        self.process_presence_change(agent);
        Ok(())
    }

    /// Withdraws the offers that an agent is no longer present for, and marks the agent, so that it is matched with waiting
    /// items and its declined items are checked for exhaustion.
    pub(crate) fn process_presence_change(&mut self, agent: AgentHandle) {
        // The offers are collected first, since withdrawing one changes the list of the agent's items.
        for handle in self.offers_without_presence(agent) {
            self.end_offer(handle, OfferEnd::Withdrawn, None);
            self.requeue_or_cancel(handle, RequeueReason::Withdrawn);
        }
        self.mark_freed(agent);
        // An agent who takes work on all channels has become absent on none, so that no item can be exhausted by it.
        if !self.takes_work_on_all_channels(agent) {
            self.mark_exhaustion_checks_of(agent, |_| true);
        }
    }

    /// Returns `true` if an agent takes work on every channel of the plan. Takes O(channels).
    fn takes_work_on_all_channels(&self, agent: AgentHandle) -> bool {
        let channels = 0..self.tables().channels.len();
        let mut channels = channels.map(ChannelHandle::from_index);
        channels.all(|channel| self.roster.takes_work(agent, channel))
    }

    /// Returns the items whose offers an agent is no longer present for, by arrival. Rules may keep such offers.
    pub(crate) fn offers_without_presence(&self, agent: AgentHandle) -> Vec<ItemHandle> {
        let is_lost = |handle: &ItemHandle| {
            let item = self.items.item(*handle);
            let offer = item.offer().filter(|offer| offer.agent == agent);
            offer.is_some_and(|offer| {
                !self.tables().keeps_offers(offer.rule)
                    && !self.roster.takes_work(agent, item.channel())
            })
        };
        let mut lost: Vec<ItemHandle> = self.agent_items.of(agent).filter(is_lost).collect();
        lost.sort_unstable_by_key(|handle| self.items.item(*handle).arrival);
        lost
    }
}
