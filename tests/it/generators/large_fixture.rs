//! Large fixtures: 620 to 699 agents, two groups of almost all agents in different orders, and a small group.

use std::collections::BTreeMap;

use handover::{
    Agent, AgentGroup, AgentKind, AssignBy, AssignmentRule, Capacity, Config, EligibilityPool,
    PresenceState, Queue, Routing, Scope, ServiceChannel, SkillMode, SkillRequest, WorkItem,
};

use crate::generators::fixture::{Fixture, NOW};
use crate::oracle::{AgentModel, ChannelModel, EMBARGO, QueuedItem, RosterModel};
use crate::support::random::Rng;

/// The skills: (name, n, m) means that one in n people and one in m AI agents have the skill. 0 means no agent. A skill that
/// fewer than one in 64 agents have is rare.
const SKILLS: [(&str, usize, usize); 5] = [
    ("spanish", 3, 3),
    ("refunds", 8, 8),
    ("latin", 160, 3),
    ("norse", 130, 0),
    ("greek", 0, 3),
];
/// The rare skills.
pub(crate) const RARE: [&str; 3] = ["latin", "norse", "greek"];
pub(crate) const CHANNELS: [&str; 2] = ["chat", "mail"];

/// Returns rules of the fast path, and rules that need a scan.
fn rules() -> Vec<AssignmentRule> {
    let rule = |keys: &[AssignBy]| AssignmentRule::new().assign_by(keys.to_vec());
    let with_ai = |keys: &[AssignBy], skills| rule(keys).skills(skills).include_ai(true);
    vec![
        rule(&[AssignBy::MostCapacity]),
        rule(&[AssignBy::LastAssigned]),
        rule(&[AssignBy::MostCapacity]).skills(SkillMode::Require),
        with_ai(&[AssignBy::LastAssigned], SkillMode::RequireLevels),
        rule(&[AssignBy::MostCapacity, AssignBy::FewestHandled]).skills(SkillMode::Prefer),
        rule(&[AssignBy::MostCapacity]).gate(EMBARGO),
        rule(&[AssignBy::RoundRobin]).skills(SkillMode::Require),
        rule(&[AssignBy::FewestItems, AssignBy::LongestIdle]),
        with_ai(&[AssignBy::MostCapacity], SkillMode::Require),
        with_ai(&[AssignBy::LastAssigned], SkillMode::Require).gate(EMBARGO),
        with_ai(&[AssignBy::RoundRobin], SkillMode::Require),
        with_ai(
            &[AssignBy::MostCapacity, AssignBy::FewestHandled],
            SkillMode::RequireLevels,
        ),
    ]
}

/// Returns the id of an agent. Some ids have an even length, to which the embargo applies, and some have an odd length.
fn id(number: usize) -> String {
    let suffix = if number.is_multiple_of(3) { "-b" } else { "" };
    format!(
        "agent-{number:03}{}{suffix}",
        if number.is_multiple_of(2) { "a" } else { "" }
    )
}

fn channel_of(queue: usize) -> &'static str {
    CHANNELS[usize::from(queue % 3 == 2)]
}

fn agent(rng: &mut Rng) -> Agent {
    let mut agent = Agent::new();
    if rng.one_in(40) {
        agent.kind = AgentKind::Ai;
    }
    for (skill, one_in_people, one_in_ai) in SKILLS {
        let one_in = if agent.kind == AgentKind::Ai {
            one_in_ai
        } else {
            one_in_people
        };
        if one_in > 0 && rng.one_in(one_in) {
            agent = agent.skill(skill, u32::try_from(1 + rng.below(3)).unwrap());
        }
    }
    match rng.below(60) {
        0 => agent = agent.capacity("chat", Capacity::Unlimited),
        1 => agent = agent.capacity("chat", 31 + u32::try_from(rng.below(12)).unwrap()),
        2..=10 => agent = agent.universal_capacity(2),
        11..=14 => agent = agent.capacity("mail", 5),
        capacity => agent = agent.capacity("chat", u32::try_from(capacity % 5).unwrap()),
    }
    agent
}

pub(crate) fn large_fixture(seed: u64) -> Fixture {
    let mut rng = Rng(seed);
    let mut names: Vec<String> = (0..620 + rng.below(80)).map(id).collect();
    rng.shuffle(&mut names);
    let mut config = Config::new();
    for channel in CHANNELS {
        config = config.channel(
            channel,
            ServiceChannel::new().active(true).default_capacity(3),
        );
    }
    config = config.presence_state(
        "available",
        PresenceState::new().takes_work(true).channels(Scope::All),
    );
    for name in &names {
        config = config.agent(name.as_str(), agent(&mut rng));
    }
    config = add_groups(config, &mut names, &mut rng, seed);
    for (index, rule) in rules().into_iter().enumerate() {
        let (queue, name) = (format!("queue-{index}"), format!("rule-{index}"));
        let groups = match (seed + index as u64) % 4 {
            0 => vec!["crowd"],
            1 => vec!["few", "crowd"],
            2 => vec!["crowd", "few", "throng"],
            _ => vec!["throng", "crowd", "few"],
        };
        let config_of_queue = Queue::new(channel_of(index))
            .active(true)
            .routing(Routing::always())
            .pool(EligibilityPool::new(groups, name.as_str()))
            .pool(EligibilityPool::new(["few"], "rule-0").eligible_at_secs(30_u32));
        config = config
            .rule(name.as_str(), rule)
            .queue(queue.as_str(), config_of_queue);
    }
    let agents = names
        .iter()
        .map(|name| (name.clone(), agent_record(&mut rng)))
        .collect();
    let items = (0..72).map(|_| item(&mut rng)).collect();
    Fixture {
        config,
        roster: RosterModel::from_records(agents),
        items,
    }
}

/// Adds two large groups and a small group with common members. No AI agent of the first group has `latin`.
fn add_groups(config: Config, names: &mut [String], rng: &mut Rng, seed: u64) -> Config {
    let agent = |name: &String| config.agents.get(name.as_str()).unwrap();
    let is_ai = |name: &&String| agent(name).kind == AgentKind::Ai;
    let has_latin = |name: &&String| agent(name).skills.contains_key("latin");
    let crowd = names
        .iter()
        .filter(|name| (!is_ai(name) || !has_latin(name)) && !rng.one_in(30));
    let crowd: Vec<String> = crowd.cloned().collect();
    names.reverse();
    let throng = names.iter().filter(|_| !rng.one_in(12));
    let throng: Vec<String> = throng.cloned().collect();
    rng.shuffle(names);
    let ai = names.iter().filter(is_ai).take(8);
    let people = names.iter().filter(|name| !is_ai(name)).take(20);
    let few: Vec<String> = ai.chain(people).cloned().collect();
    // With an even seed, the first large group has a tier of its own. With an odd seed, all groups of a pool share a tier.
    let group = |members: Vec<String>, is_tiered: bool| {
        let group = AgentGroup::new(members);
        if is_tiered {
            group.queue_order("queue-1", 50)
        } else {
            group
        }
    };
    let is_tiered = seed.is_multiple_of(2);
    config
        .group("crowd", group(crowd, is_tiered))
        .group("throng", group(throng, false))
        .group("few", group(few, false))
}

fn agent_record(rng: &mut Rng) -> AgentModel {
    let mut channels = BTreeMap::new();
    for channel in CHANNELS {
        let assigned_at = (!rng.one_in(4)).then(|| NOW - 1000 * rng.next().rem_euclid(50));
        let load = if rng.one_in(3) { rng.next() % 4 } else { 0 };
        let record = ChannelModel {
            is_off: rng.one_in(20),
            load,
            assigned_at,
            ..ChannelModel::default()
        };
        channels.insert(channel.into(), record);
    }
    AgentModel {
        presence: (!rng.one_in(7)).then(|| "available".into()),
        channels,
        ..AgentModel::default()
    }
}

fn item(rng: &mut Rng) -> QueuedItem {
    let queue = rng.below(rules().len());
    let mut work_item = WorkItem::new("item", channel_of(queue));
    let mut add_request = |skill: &str, rng: &mut Rng| {
        let level = u32::try_from(1 + rng.below(3)).unwrap();
        let skill = SkillRequest::new(skill)
            .level(level)
            .mandatory(!rng.one_in(3));
        work_item.skills.push(skill);
    };
    for skill in ["spanish", "refunds"] {
        if rng.one_in(4) {
            add_request(skill, rng);
        }
    }
    if rng.one_in(2) {
        add_request(RARE[rng.below(RARE.len())], rng);
    }
    if rng.one_in(3) {
        work_item = work_item.size(u32::try_from(1 + rng.below(3)).unwrap());
    }
    if rng.one_in(2) {
        work_item = work_item.fact("embargo_ms", i64::try_from(NOW + 1_000_000).unwrap());
    }
    let declines = (0..rng.below(3))
        .map(|_| (id(rng.below(600)), None))
        .collect();
    QueuedItem {
        work_item,
        queue: format!("queue-{queue}"),
        waiting_since: NOW - if rng.one_in(3) { 30_000 } else { 0 },
        opens_all_pools: false,
        current_agents: Vec::new(),
        last_agent: None,
        declines,
        fixed: None,
    }
}
