//! The eight conditions, asked one by one, each with what is missing in words.

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use crate::id::{ChannelId, GroupId, QueueId};
use crate::model::{AgentKind, Config, Queue, Routing, ServiceChannel};
use crate::plan::coverage::{Coverage, GroupCapacity, Members, members};
use crate::plan::reachability::{
    CheckResult, ConditionState, QueueReachability, ReachabilityCondition,
};
use crate::plan::words::GroupNames;

/// One channel, about to be asked.
pub(crate) struct Check<'a, 's> {
    pub(crate) config: &'a Config,
    pub(crate) id: &'a ChannelId,
    pub(crate) channel: &'a ServiceChannel,
    pub(crate) staff: &'s mut Coverage<'a>,
}

impl<'a> Check<'a, '_> {
    pub(crate) fn queue(&mut self, id: &'a QueueId, queue: &'a Queue) -> QueueReachability {
        let groups = queue.eligibility.iter().flat_map(|pool| &pool.groups);
        let crew = self.staff.crew(groups);
        let outcomes = [
            self.channel_active(),
            self.channel_condition(),
            queue_active(id, queue),
            routing(id, queue),
            human_member(id, queue, crew),
            self.presence_state(),
            self.member_presence(id, queue, crew.humans),
            self.room(id, crew.humans),
        ];
        let mut conditions = ReachabilityCondition::ALL.into_iter();
        QueueReachability {
            queue: id.clone(),
            conditions: outcomes.map(|outcome| ConditionState {
                condition: conditions.next().unwrap_or(ReachabilityCondition::Room),
                outcome,
            }),
        }
    }

    fn channel_active(&self) -> CheckResult {
        when(self.channel.active, || {
            format!("Channel `{}` is not active: activate it.", self.id)
        })
    }

    fn channel_condition(&self) -> CheckResult {
        when(self.channel.condition.can_hold(), || {
            format!(
                "The condition of channel `{}` can never hold: rewrite it so that the channel's items meet it.",
                self.id
            )
        })
    }

    fn presence_state(&self) -> CheckResult {
        when(!self.staff.states().is_empty(), || {
            let id = self.id;
            let states = &self.config.presence_states;
            let candidate = (states.iter()).find(|(_, state)| state.active && state.takes_work);
            match candidate {
                Some((state, _)) => format!(
                    "No active presence state that takes work lists channel `{id}`: add the channel to one, such as `{state}`."
                ),
                None => format!(
                    "No presence state is active and takes work: make one that lists channel `{id}`."
                ),
            }
        })
    }

    fn member_presence(&self, id: &QueueId, queue: &Queue, humans: GroupCapacity) -> CheckResult {
        if humans.is_empty() {
            return CheckResult::WaitsFor(ReachabilityCondition::HumanMember);
        }
        let Some((state, _)) = self.staff.states().first() else {
            return CheckResult::WaitsFor(ReachabilityCondition::PresenceState);
        };
        when(humans.can_be_present(), || {
            let channel = self.id;
            let groups = self.groups_with_humans(queue);
            let groups = GroupNames(&groups);
            format!(
                "No presence state for channel `{channel}` applies to a human member of queue `{id}`: add {groups} to state `{state}`."
            )
        })
    }

    fn room(&self, id: &QueueId, humans: GroupCapacity) -> CheckResult {
        if humans.is_empty() {
            return CheckResult::WaitsFor(ReachabilityCondition::HumanMember);
        }
        let size = self.channel.default_size;
        let room = humans.room_of_present();
        when(room.holds(size.into()), || {
            let channel = self.id;
            let who = if humans.can_be_present() {
                "who can be present "
            } else {
                ""
            };
            format!(
                "An item of channel `{channel}` has size {size}, but no human member of queue `{id}` {who}has a capacity above {room}: raise a capacity, or lower the channel's `default_size`."
            )
        })
    }

    /// The groups of a queue's pools that have a human member, each once.
    fn groups_with_humans(&self, queue: &Queue) -> Vec<GroupId> {
        let mut groups = vec![];
        for group in queue.eligibility.iter().flat_map(|pool| &pool.groups) {
            let mut agents = members(self.config, group);
            if agents.any(|(_, agent)| agent.kind == AgentKind::Human) && !groups.contains(group) {
                groups.push(group.clone());
            }
        }
        groups
    }
}

fn when(holds: bool, missing: impl FnOnce() -> String) -> CheckResult {
    if holds {
        CheckResult::Holds
    } else {
        CheckResult::Missing(missing())
    }
}

fn queue_active(id: &QueueId, queue: &Queue) -> CheckResult {
    when(queue.active, || {
        format!("Queue `{id}` is not active: activate it.")
    })
}

fn routing(id: &QueueId, queue: &Queue) -> CheckResult {
    match &queue.routing {
        Routing::Manual => CheckResult::Missing(format!(
            "Queue `{id}` takes no item by itself: give it a routing condition, or `always`."
        )),
        Routing::When(condition) => when(condition.can_hold(), || {
            format!("The routing of queue `{id}` can never hold: rewrite it so that items meet it.")
        }),
        Routing::Custom(_) => CheckResult::Holds,
    }
}

fn human_member(id: &QueueId, queue: &Queue, crew: Members) -> CheckResult {
    when(!crew.humans.is_empty(), || {
        let mut groups = vec![];
        for group in queue.eligibility.iter().flat_map(|pool| &pool.groups) {
            if !groups.contains(group) {
                groups.push(group.clone());
            }
        }
        let named = GroupNames(&groups);
        if groups.is_empty() {
            format!(
                "Queue `{id}` has no eligibility pool: add one whose groups have human members."
            )
        } else if crew.ai.is_empty() {
            format!("Nobody is in the pools of queue `{id}`: add human agents to {named}.")
        } else {
            format!("Only AI agents are in the pools of queue `{id}`: add human agents to {named}.")
        }
    })
}
