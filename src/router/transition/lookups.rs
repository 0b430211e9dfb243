//! Lookups by id, and the output of transitions.

use crate::base::table::{AgentHandle, ChannelHandle, QueueHandle};
use crate::id::{AgentId, ChannelId, QueueId, WorkItemId};
use crate::plan::Tables;
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::handles::ItemHandle;
use crate::router::output::Output;
use crate::router::store::item::Item;

/// Lookups and output, for the transitions.
impl Router {
    /// Returns the tables of the plan.
    pub(crate) fn tables(&self) -> &Tables {
        self.roster.plan().tables()
    }

    /// Adds an output.
    pub(crate) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    /// Finds a live item.
    pub(crate) fn find_item(&self, item: &WorkItemId) -> Result<(ItemHandle, &Item), RouterError> {
        let unknown = || RouterError::UnknownItem { item: item.clone() };
        self.items.find(item).ok_or_else(unknown)
    }

    /// Finds an agent of the plan.
    pub(crate) fn find_agent(&self, agent: &AgentId) -> Result<AgentHandle, RouterError> {
        let unknown = || RouterError::UnknownAgent {
            agent: agent.clone(),
        };
        self.plan().agent(agent.as_str()).ok_or_else(unknown)
    }

    /// Finds a channel of the plan.
    pub(crate) fn find_channel(&self, channel: &ChannelId) -> Result<ChannelHandle, RouterError> {
        let unknown = || RouterError::UnknownChannel {
            channel: channel.clone(),
        };
        self.plan().channel(channel.as_str()).ok_or_else(unknown)
    }

    /// Finds a queue of the plan.
    pub(crate) fn find_queue(&self, queue: &QueueId) -> Result<QueueHandle, RouterError> {
        let unknown = || RouterError::UnknownQueue {
            queue: queue.clone(),
        };
        self.plan().queue(queue.as_str()).ok_or_else(unknown)
    }

    /// Returns the id of an agent. Cloning an id copies no text.
    pub(crate) fn agent_id(&self, agent: AgentHandle) -> AgentId {
        self.tables().agents.id(agent).clone()
    }

    /// Returns the id of a queue.
    pub(crate) fn queue_id(&self, queue: QueueHandle) -> QueueId {
        self.tables().queues.id(queue).clone()
    }
}
