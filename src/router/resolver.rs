//! Resolves ids to handles of a plan, for a snapshot that is restored and for a new configuration.
//!
//! An id that the plan lacks is [`Missing`]. Restoring turns that into an error with the place in the snapshot; a new
//! configuration turns it into a loss of the item or the agent.

use alloc::string::{String, ToString};

use crate::base::table::{
    AgentHandle, ChannelHandle, Handle, PoolHandle, PresenceStateHandle, QueueHandle, RuleHandle,
};
use crate::id::{AgentId, ChannelId, PresenceStateId, QueueId, RuleId};
use crate::plan::{Plan, Tables};
use crate::router::store::capacity_overrides::CapacityKey;
use crate::router::store::item::Item;
use crate::time::Timestamp;

/// An id that the plan lacks.
#[derive(Clone, Debug)]
pub(crate) struct Missing {
    /// The kind of the thing, such as *agent*.
    pub(crate) kind: &'static str,
    pub(crate) id: String,
}

type Resolved<H> = Result<H, Missing>;

/// The ids of one plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver<'a> {
    plan: &'a Plan,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self { plan }
    }

    pub(crate) fn plan(self) -> &'a Plan {
        self.plan
    }

    pub(crate) fn tables(self) -> &'a Tables {
        self.plan.tables()
    }

    pub(crate) fn agent(self, id: &AgentId) -> Resolved<AgentHandle> {
        found(self.plan.agent(id.as_str()), "agent", id)
    }

    pub(crate) fn channel(self, id: &ChannelId) -> Resolved<ChannelHandle> {
        found(self.plan.channel(id.as_str()), "channel", id)
    }

    pub(crate) fn queue(self, id: &QueueId) -> Resolved<QueueHandle> {
        found(self.plan.queue(id.as_str()), "queue", id)
    }

    pub(crate) fn presence_state(self, id: &PresenceStateId) -> Resolved<PresenceStateHandle> {
        found(self.plan.presence_state(id.as_str()), "presence state", id)
    }

    pub(crate) fn rule(self, id: &RuleId) -> Resolved<RuleHandle> {
        found(self.tables().rules.find(id.as_str()), "assignment rule", id)
    }

    /// Resolves a pool by its position in the queue's list of pools.
    pub(crate) fn pool(self, queue: &QueueId, position: u32) -> Resolved<PoolHandle> {
        let tables = self.tables();
        let mut pools = tables.queue_plans.at(self.queue(queue)?).pools.handles();
        let pool = pools.find(|pool| tables.pools.at(*pool).position == position);
        found(pool, "pool", &position)
    }

    /// Returns whether a queue is one of a channel.
    pub(crate) fn is_of_channel(self, queue: QueueHandle, channel: ChannelHandle) -> bool {
        self.tables().queue_plans.at(queue).channel == channel
    }

    /// Resolves the agent and the channel of a capacity that was set at run time.
    pub(crate) fn capacity_key(
        self,
        agent: &AgentId,
        channel: Option<&ChannelId>,
    ) -> Resolved<CapacityKey> {
        let agent = self.agent(agent)?;
        let channel = channel.map(|channel| self.channel(channel)).transpose()?;
        Ok((agent, channel))
    }

    /// Records declines on an item. A decline of an agent whom the plan lacks is kept by id: the agent may come back.
    pub(crate) fn record_declines(
        self,
        item: &mut Item,
        declines: impl IntoIterator<Item = (AgentId, Option<Timestamp>)>,
    ) {
        for (id, until) in declines {
            match self.agent(&id) {
                Ok(agent) => item.routed.record_decline(agent, until),
                Err(_) => item.notes_mut().absent_declines.push((id, until)),
            }
        }
    }
}

fn found<H: Handle>(handle: Option<H>, kind: &'static str, id: &impl ToString) -> Resolved<H> {
    handle.ok_or_else(|| Missing {
        kind,
        id: id.to_string(),
    })
}
