//! Converts a workload into the configuration and the work items of the crate.

use handover::{
    Agent, AgentGroup, AssignBy, AssignmentRule, Config, EligibilityPool, Input, Offer, Plan,
    PresenceState, Queue, QueueId, ServiceChannel, SkillMode, SkillRequest, Timestamp, WorkItem,
    WorkItemId,
};

use super::workload::{Item, Workload};

pub(crate) const CHANNEL: &str = "work";
pub(crate) const AVAILABLE: &str = "available";
pub(crate) const RULE: &str = "most-capacity";
/// The time of all inputs. No result of the benchmarks depends on it.
pub(crate) const NOW: Timestamp = Timestamp::saturating_from_millis(1_000);

/// Compiles a plan with the agents, groups and queues of a workload. `offer` sets how assigned items are offered.
pub(crate) fn plan(workload: &Workload, offer: Offer) -> Plan {
    let mut config = Config::new()
        .channel(CHANNEL, ServiceChannel::new().active(true))
        .presence_state(
            AVAILABLE,
            PresenceState::new().takes_work(true).channels([CHANNEL]),
        )
        .rule(
            RULE,
            AssignmentRule::new()
                .assign_by([AssignBy::MostCapacity])
                .skills(SkillMode::Require)
                .offer(offer),
        );
    for (number, agent) in workload.agents.iter().enumerate() {
        let configured = skills(agent.skills).fold(
            Agent::new().capacity(CHANNEL, agent.capacity),
            |configured, skill| configured.skill(skill_id(skill), 1_u32),
        );
        config = config.agent(agent_id(number), configured);
    }
    for (number, members) in workload.groups.iter().enumerate() {
        let members = members.iter().map(|&member| agent_id(member as usize));
        config = config.group(group_id(number), AgentGroup::new(members));
    }
    for (number, serving) in workload.queues.iter().enumerate() {
        let groups = serving.iter().map(|&group| group_id(group as usize));
        let pool = EligibilityPool::new(groups, RULE);
        config = config.queue(
            queue_id(number),
            Queue::new(CHANNEL).active(true).pool(pool),
        );
    }
    Plan::new(config).expect("the configuration of a workload is valid")
}

/// Converts an item of the workload into a work item with this id.
pub(crate) fn work_item(id: impl Into<WorkItemId>, item: &Item) -> WorkItem {
    skills(item.skills).fold(WorkItem::new(id, CHANNEL), |work_item, skill| {
        work_item.skill(SkillRequest::new(skill_id(skill)).mandatory(true))
    })
}

/// Returns the id of the queue in which an item of the workload arrives.
pub(crate) fn queue_of(item: &Item) -> QueueId {
    queue_id(item.queue as usize).into()
}

/// Returns the input that routes an item of the workload to its queue.
pub(crate) fn route(id: impl Into<WorkItemId>, item: &Item) -> Input {
    Input::Route {
        item: work_item(id, item),
        queue: Some(queue_of(item)),
    }
}

/// Returns the numbers of the skills in a bitmask.
fn skills(mask: u32) -> impl Iterator<Item = u32> {
    (0..u32::BITS).filter(move |skill| mask & (1 << skill) != 0)
}

/// Returns the id of an agent. With leading zeros, ids and handles have the same order as the numbers.
pub(crate) fn agent_id(number: usize) -> String {
    format!("a{number:06}")
}

pub(crate) fn group_id(number: usize) -> String {
    format!("g{number:04}")
}

pub(crate) fn queue_id(number: usize) -> String {
    format!("q{number:04}")
}

pub(crate) fn skill_id(number: u32) -> String {
    format!("s{number:02}")
}
