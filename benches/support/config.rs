//! A world as the configuration and the work items of the crate.

use handover::{
    Agent, AgentGroup, AssignBy, AssignmentRule, Config, EligibilityPool, Offer, PresenceState,
    Queue, ServiceChannel, SkillMode, SkillRequest, WorkItem, WorkItemId,
};

use super::workload::{Item, World};

pub(crate) const CHANNEL: &str = "work";
pub(crate) const PRESENT: &str = "available";
pub(crate) const RULE: &str = "most-capacity";

/// Everything that stands still, as a configuration. Work is offered as is said.
pub(crate) fn config(world: &World, offer: Offer) -> Config {
    let mut config = Config::new()
        .channel(CHANNEL, ServiceChannel::new().active(true))
        .presence_state(
            PRESENT,
            PresenceState::new().takes_work(true).channels([CHANNEL]),
        )
        .rule(
            RULE,
            AssignmentRule::new()
                .assign_by([AssignBy::MostCapacity])
                .skills(SkillMode::Require)
                .offer(offer),
        );
    for (number, agent) in world.agents.iter().enumerate() {
        let person = Agent::new().capacity(CHANNEL, agent.capacity);
        let person = skills(agent.skills).fold(person, |person, skill| {
            person.skill(skill_name(skill), 1_u32)
        });
        config = config.agent(agent_name(number), person);
    }
    for (number, members) in world.groups.iter().enumerate() {
        let members = members.iter().map(|&member| agent_name(member as usize));
        config = config.group(group_name(number), AgentGroup::new(members));
    }
    for (number, serving) in world.queues.iter().enumerate() {
        let groups = serving.iter().map(|&group| group_name(group as usize));
        let queue = Queue::new(CHANNEL).active(true);
        config = config.queue(
            queue_name(number),
            queue.pool(EligibilityPool::new(groups, RULE)),
        );
    }
    config
}

/// An item as it comes in.
pub(crate) fn work_item(id: impl Into<WorkItemId>, item: &Item) -> WorkItem {
    skills(item.skills).fold(WorkItem::new(id, CHANNEL), |work, skill| {
        work.skill(SkillRequest::new(skill_name(skill)).mandatory(true))
    })
}

fn skills(mask: u32) -> impl Iterator<Item = u32> {
    (0..u32::BITS).filter(move |skill| mask & (1 << skill) != 0)
}

/// Handles are in the order of ids: with zeroes in front, in the order of numbers.
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
