//! A large world: nearly everyone in one group, nearly everyone in another order in a second, and a few in a third.

use std::collections::BTreeMap;

use handover::{
    Agent, AgentGroup, AgentKind, AssignBy, AssignmentRule, Capacity, Config, EligibilityPool,
    PresenceState, Queue, Routing, Scope, ServiceChannel, SkillMode, SkillRequest, WorkItem,
};

use crate::generators::fixture::{NOW, World};
use crate::oracle::queued_item::{EMBARGO, Question};
use crate::oracle::roster_model::{Desk, Line, Seat};
use crate::support::random::Dice;

/// Skills, and one in how many people and one in how many AI agents has them: 0 for none. Those that one in more than 64 of
/// all has are rare.
const SKILLS: [(&str, usize, usize); 5] = [
    ("spanish", 3, 3),
    ("refunds", 8, 8),
    ("latin", 160, 3),
    ("norse", 130, 0),
    ("greek", 0, 3),
];
pub(crate) const RARE: [&str; 3] = ["latin", "norse", "greek"];
pub(crate) const CHANNELS: [&str; 2] = ["chat", "mail"];

/// Rules whose first key asks for the quickest structure, and some that do not.
fn rules() -> Vec<AssignmentRule> {
    let rule = |keys: &[AssignBy]| AssignmentRule::new().assign_by(keys.to_vec());
    let ai_too = |keys: &[AssignBy], skills| rule(keys).skills(skills).include_ai(true);
    vec![
        rule(&[AssignBy::MostCapacity]),
        rule(&[AssignBy::LastAssigned]),
        rule(&[AssignBy::MostCapacity]).skills(SkillMode::Require),
        ai_too(&[AssignBy::LastAssigned], SkillMode::RequireLevels),
        rule(&[AssignBy::MostCapacity, AssignBy::FewestHandled]).skills(SkillMode::Prefer),
        rule(&[AssignBy::MostCapacity]).gate(EMBARGO),
        rule(&[AssignBy::RoundRobin]).skills(SkillMode::Require),
        rule(&[AssignBy::FewestItems, AssignBy::LongestIdle]),
        ai_too(&[AssignBy::MostCapacity], SkillMode::Require),
        ai_too(&[AssignBy::LastAssigned], SkillMode::Require).gate(EMBARGO),
        ai_too(&[AssignBy::RoundRobin], SkillMode::Require),
        ai_too(
            &[AssignBy::MostCapacity, AssignBy::FewestHandled],
            SkillMode::RequireLevels,
        ),
    ]
}

/// Ids of even and of odd length: an embargo is for the even ones.
fn id(number: usize) -> String {
    let more = if number.is_multiple_of(3) { "-b" } else { "" };
    format!(
        "agent-{number:03}{}{more}",
        if number.is_multiple_of(2) { "a" } else { "" }
    )
}

fn channel_of(queue: usize) -> &'static str {
    CHANNELS[usize::from(queue % 3 == 2)]
}

fn agent(dice: &mut Dice) -> Agent {
    let mut agent = Agent::new();
    if dice.one_in(40) {
        agent.kind = AgentKind::Ai;
    }
    for (skill, of_people, of_ai) in SKILLS {
        let once_in = if agent.kind == AgentKind::Ai {
            of_ai
        } else {
            of_people
        };
        if once_in > 0 && dice.one_in(once_in) {
            agent = agent.skill(skill, u32::try_from(1 + dice.below(3)).unwrap());
        }
    }
    match dice.below(60) {
        0 => agent = agent.capacity("chat", Capacity::Unlimited),
        1 => agent = agent.capacity("chat", 31 + u32::try_from(dice.below(12)).unwrap()),
        2..=10 => agent = agent.universal_capacity(2),
        11..=14 => agent = agent.capacity("mail", 5),
        capacity => agent = agent.capacity("chat", u32::try_from(capacity % 5).unwrap()),
    }
    agent
}

pub(crate) fn world(seed: u64) -> World {
    let mut dice = Dice(seed);
    let mut names: Vec<String> = (0..620 + dice.below(80)).map(id).collect();
    dice.shuffle(&mut names);
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
        config = config.agent(name.as_str(), agent(&mut dice));
    }
    config = groups(config, &mut names, &mut dice, seed);
    for (place, rule) in rules().into_iter().enumerate() {
        let (queue, name) = (format!("queue-{place}"), format!("rule-{place}"));
        let first = match (seed + place as u64) % 4 {
            0 => vec!["crowd"],
            1 => vec!["few", "crowd"],
            2 => vec!["crowd", "few", "throng"],
            _ => vec!["throng", "crowd", "few"],
        };
        let pools = Queue::new(channel_of(place))
            .active(true)
            .routing(Routing::always())
            .pool(EligibilityPool::new(first, name.as_str()))
            .pool(EligibilityPool::new(["few"], "rule-0").eligible_at_secs(30_u32));
        config = config
            .rule(name.as_str(), rule)
            .queue(queue.as_str(), pools);
    }
    let seats = names
        .iter()
        .map(|name| (name.clone(), seat(&mut dice)))
        .collect();
    let questions = (0..72).map(|_| question(&mut dice)).collect();
    World {
        config,
        desk: Desk::load(seats),
        questions,
    }
}

/// Two large groups and a small one, with members in common. The AI agents of the first do not speak `latin`.
fn groups(config: Config, names: &mut [String], dice: &mut Dice, seed: u64) -> Config {
    let agent = |name: &String| config.agents.get(name.as_str()).unwrap();
    let is_ai = |name: &&String| agent(name).kind == AgentKind::Ai;
    let speaks_latin = |name: &&String| agent(name).skills.contains_key("latin");
    let crowd = names
        .iter()
        .filter(|name| (!is_ai(name) || !speaks_latin(name)) && !dice.one_in(30));
    let crowd: Vec<String> = crowd.cloned().collect();
    names.reverse();
    let throng = names.iter().filter(|_| !dice.one_in(12));
    let throng: Vec<String> = throng.cloned().collect();
    dice.shuffle(names);
    let ai = names.iter().filter(is_ai).take(8);
    let people = names.iter().filter(|name| !is_ai(name)).take(20);
    let few: Vec<String> = ai.chain(people).cloned().collect();
    // In every other world the groups of a pool stand in one tier, in the others the first large one for itself.
    let group = |members: Vec<String>, is_tiered: bool| {
        let group = AgentGroup::new(members);
        if is_tiered {
            group.queue_order("queue-1", 50)
        } else {
            group
        }
    };
    let in_tiers = seed.is_multiple_of(2);
    config
        .group("crowd", group(crowd, in_tiers))
        .group("throng", group(throng, false))
        .group("few", group(few, false))
}

fn seat(dice: &mut Dice) -> Seat {
    let mut lines = BTreeMap::new();
    for channel in CHANNELS {
        let given_at = (!dice.one_in(4)).then(|| NOW - 1000 * dice.roll().rem_euclid(50));
        let load = if dice.one_in(3) { dice.roll() % 4 } else { 0 };
        let line = Line {
            is_off: dice.one_in(20),
            load,
            given_at,
            ..Line::default()
        };
        lines.insert(channel.into(), line);
    }
    Seat {
        presence: (!dice.one_in(7)).then(|| "available".into()),
        lines,
        ..Seat::default()
    }
}

fn question(dice: &mut Dice) -> Question {
    let queue = dice.below(rules().len());
    let mut item = WorkItem::new("item", channel_of(queue));
    let mut ask = |skill: &str, dice: &mut Dice| {
        let level = u32::try_from(1 + dice.below(3)).unwrap();
        let request = SkillRequest::new(skill)
            .level(level)
            .mandatory(!dice.one_in(3));
        item.skills.push(request);
    };
    for skill in ["spanish", "refunds"] {
        if dice.one_in(4) {
            ask(skill, dice);
        }
    }
    if dice.one_in(2) {
        ask(RARE[dice.below(RARE.len())], dice);
    }
    if dice.one_in(3) {
        item = item.size(u32::try_from(1 + dice.below(3)).unwrap());
    }
    if dice.one_in(2) {
        item = item.fact("embargo_ms", i64::try_from(NOW + 1_000_000).unwrap());
    }
    let declines = (0..dice.below(3))
        .map(|_| (id(dice.below(600)), None))
        .collect();
    Question {
        item,
        queue: format!("queue-{queue}"),
        waiting_since: NOW - if dice.one_in(3) { 30_000 } else { 0 },
        last_agent: None,
        declines,
        fixed: None,
    }
}
