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
/// The time of all inputs: no result of the benchmarks depends on it.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_000);

/// Compiles the agents, groups and queues of a workload. Assigned items are offered as `offer` says.
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
            |configured, skill| configured.skill(skill_name(skill), 1_u32),
        );
        config = config.agent(agent_name(number), configured);
    }
    for (number, members) in workload.groups.iter().enumerate() {
        let members = members.iter().map(|&member| agent_name(member as usize));
        config = config.group(group_name(number), AgentGroup::new(members));
    }
    for (number, serving) in workload.queues.iter().enumerate() {
        let groups = serving.iter().map(|&group| group_name(group as usize));
        let pool = EligibilityPool::new(groups, RULE);
        config = config.queue(
            queue_name(number),
            Queue::new(CHANNEL).active(true).pool(pool),
        );
    }
    Plan::new(config).expect("the configuration of a workload is valid")
}

/// Returns an item of the workload as a work item with an id of its own.
pub(crate) fn work_item(id: impl Into<WorkItemId>, item: &Item) -> WorkItem {
    skills(item.skills).fold(WorkItem::new(id, CHANNEL), |work, skill| {
        work.skill(SkillRequest::new(skill_name(skill)).mandatory(true))
    })
}

/// Returns the id of the queue in which an item of the workload arrives.
pub(crate) fn queue_of(item: &Item) -> QueueId {
    queue_name(item.queue as usize).into()
}

/// Returns the input that routes an item of the workload to its queue.
pub(crate) fn route(id: impl Into<WorkItemId>, item: &Item) -> Input {
    Input::Route {
        item: work_item(id, item),
        queue: Some(queue_of(item)),
    }
}

fn skills(mask: u32) -> impl Iterator<Item = u32> {
    (0..u32::BITS).filter(move |skill| mask & (1 << skill) != 0)
}

/// Returns the id of an agent. Leading zeros make the order of ids, and so of handles, the order of numbers.
pub(crate) fn agent_name(number: usize) -> String {
    format!("a{number:06}")
}

pub(crate) fn group_name(number: usize) -> String {
    format!("g{number:04}")
}

pub(crate) fn queue_name(number: usize) -> String {
    format!("q{number:04}")
}

pub(crate) fn skill_name(number: u32) -> String {
    format!("s{number:02}")
}
