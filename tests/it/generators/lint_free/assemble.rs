//! Assembles generated parts into a configuration without lints.

use handover::*;

use super::{ChannelDraft, LEVEL_MAX, PresenceScope, RULE, SKILLS, SPARE_SKILL};

pub(super) fn channel_id(channel: usize) -> String {
    format!("channel-{channel}")
}

pub(super) fn group_id(group: usize) -> String {
    format!("group-{group}")
}

/// Assembles channels and groups. Each group has its members and the order of its queues.
///
/// Adds an inactive channel with a queue for each `true` in `inactive`.
pub(super) fn assemble(
    channels: Vec<ChannelDraft>,
    groups: Vec<(Vec<Agent>, i64)>,
    inactive: &[bool],
) -> Config {
    let mut config = rules(Config::new()).presence_state("away", PresenceState::new());
    let group_count = groups.len();
    for (number, (agents, _)) in groups.iter().enumerate() {
        config = add_group(config, number, agents);
    }
    let leads = (0..group_count).map(|group| format!("lead-{group}"));
    config = config.group("leads", AgentGroup::new(leads));
    for (number, channel) in channels.into_iter().enumerate() {
        config = add_channel(config, number, group_count, channel);
    }
    for (number, (_, order)) in groups.into_iter().enumerate() {
        order_queues(&mut config, &group_id(number), order);
    }
    for (number, _) in inactive
        .iter()
        .enumerate()
        .filter(|(_, is_inactive)| **is_inactive)
    {
        let id = format!("off-{number}");
        config = config
            .channel(&*id, ServiceChannel::new())
            .queue(format!("{id}-queue"), Queue::new(id));
    }
    config
}

fn rules(config: Config) -> Config {
    let ask = Ask::new().timeout_secs(30_u32).timeout_presence("away");
    let strictly = AssignmentRule::new()
        .skills(SkillMode::RequireLevels)
        .offer(ask.clone());
    config
        .rule(RULE, AssignmentRule::new().offer(ask).include_ai(true))
        .rule("asks-strictly", strictly)
        .rule(
            "gives",
            AssignmentRule::new()
                .offer(Offer::AutoAccept)
                .skills(SkillMode::Require),
        )
        .rule("not-in-use", AssignmentRule::new())
}

/// Adds a group with its lead and other members.
fn add_group(mut config: Config, number: usize, agents: &[Agent]) -> Config {
    let lead = format!("lead-{number}");
    let mut value = Agent::new().skill(SPARE_SKILL, LEVEL_MAX);
    for skill in SKILLS {
        value = value.skill(skill, LEVEL_MAX);
    }
    config = config.agent(&*lead, value);
    let mut members = vec![lead];
    for (index, agent) in agents.iter().enumerate() {
        let id = format!("agent-{number}-{index}");
        config = config.agent(&*id, agent.clone());
        members.push(id);
    }
    config.group(group_id(number), AgentGroup::new(members))
}

/// Adds a channel with its queues and its presence state.
fn add_channel(
    mut config: Config,
    number: usize,
    group_count: usize,
    channel: ChannelDraft,
) -> Config {
    let id = channel_id(number);
    let groups: Scope<GroupId> = match channel.presence_scope {
        PresenceScope::All => Scope::All,
        PresenceScope::EachGroup => (0..group_count).map(group_id).collect(),
        PresenceScope::GroupOfLeads => ["leads"].into(),
    };
    let state = PresenceState::new()
        .takes_work(true)
        .channels([&*id])
        .groups(groups);
    config = config.presence_state(format!("working-{number}"), state);
    let sizes = channel.value.sizes.iter();
    let has_large_items = channel.value.default_size > 1
        || sizes
            .into_iter()
            .any(|rule| !matches!(rule, SizeRule::When { size: 1, .. }));
    let queue_count = channel.queues.len();
    for (index, mut queue) in channel.queues.into_iter().enumerate() {
        queue.channel = (&*id).into();
        if index == 0 {
            queue.active = true;
            queue.eligibility[0].rule = RULE.into();
        }
        if index == 0 || queue.routing != Routing::Manual {
            queue.routing = Condition::is("kind", u32::try_from(index).unwrap()).into();
        }
        if index > 0 && index + 1 == queue_count && channel.last_takes_all {
            queue = queue.order(1000).routing(Routing::always());
        }
        if has_large_items {
            queue.max_wait_secs.get_or_insert(900);
        }
        config = config.queue(format!("{id}-queue-{index}"), queue);
    }
    config.channel(id, channel.value)
}

/// Sets the order of all queues that name a group, if it is positive.
fn order_queues(config: &mut Config, group: &str, order: i64) {
    for (id, queue) in &config.queues {
        let names_group = queue
            .eligibility
            .iter()
            .any(|pool| pool.groups.contains(&group.into()));
        if names_group && order > 0 {
            let group = config.groups.get_mut(group).unwrap();
            group.queue_order.insert(id.clone(), order);
        }
    }
}
