//! Worlds in small domains, so that everything collides: names, sizes, moments, ties.

use handover::{
    Affinity, Agent, AgentGroup, AgentKind, AssignBy, AssignmentRule, Capacity, Condition, Config,
    EligibilityPool, PresenceState, Queue, Routing, Scope, ServiceChannel, SizeRule, SkillMode,
    SkillRequest, SkillRule, WorkItem,
};
use proptest::collection::{btree_map, vec};
use proptest::option::{self, of};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::oracle::queued_item::{GATES, Question};
use crate::oracle::roster_model::{Desk, Line, Seat};

/// The moment at which questions are asked first.
pub(crate) const NOW: u64 = 10_000_000_000;

const THIRTY_DAYS_MS: u64 = 2_592_000_000;

/// Agents in the order in which configurations list them, which is not that of their ids.
const AGENTS: [&str; 20] = [
    "kim", "asha", "zoe", "ben", "olu", "eve", "noor", "ian", "luca", "dana", "pia", "finn",
    "maya", "gus", "tariq", "hana", "sam", "ines", "raj", "cleo",
];
const CHANNELS: [&str; 3] = ["whatsapp", "chat", "phone"];
const QUEUES: [&str; 4] = ["sales", "billing", "support", "night"];
const GROUPS: [&str; 5] = ["red", "blue", "amber", "teal", "grey"];
const RULES: [&str; 3] = ["rule-a", "rule-b", "rule-c"];
const SKILLS: [&str; 4] = ["spanish", "french", "refunds", "legal"];
const STATES: [&str; 5] = ["available", "focused", "partly", "away", "retired"];

/// A configuration, what is known of the agents, and items that wait.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) desk: Desk,
    pub(crate) questions: Vec<Question>,
}

/// How many there are of everything.
#[derive(Clone, Copy, Debug)]
struct Shape {
    channels: usize,
    queues: usize,
    groups: usize,
    agents: usize,
}

impl Shape {
    fn channels(self) -> Vec<&'static str> {
        CHANNELS[..self.channels].to_vec()
    }

    fn groups(self) -> Vec<&'static str> {
        GROUPS[..self.groups].to_vec()
    }

    fn agents(self) -> Vec<&'static str> {
        AGENTS[..self.agents].to_vec()
    }
}

/// A world with one to a few questions.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let shape = (1..=3_usize, 1..=4_usize, 1..=5_usize, 0..=20_usize);
    shape.prop_flat_map(|(channels, queues, groups, agents)| {
        let shape = Shape {
            channels,
            queues,
            groups,
            agents,
        };
        (config(shape), desk(shape), vec(draft(shape), 1..4)).prop_map(|(config, desk, drafts)| {
            let questions = drafts
                .into_iter()
                .map(|draft| draft.finish(&config))
                .collect();
            World {
                config,
                desk,
                questions,
            }
        })
    })
}

fn config(shape: Shape) -> impl Strategy<Value = Config> {
    (
        vec(channel(), shape.channels),
        vec(queue(shape), shape.queues),
        vec(rule(), RULES.len()),
        states(shape),
        vec(group(shape), shape.groups),
        vec(agent(shape), shape.agents),
    )
        .prop_map(|(channels, queues, rules, states, groups, agents)| {
            let mut config = Config::new();
            config.channels = CHANNELS.into_iter().zip(channels).collect();
            config.queues = QUEUES.into_iter().zip(queues).collect();
            config.rules = RULES.into_iter().zip(rules).collect();
            config.presence_states = STATES.into_iter().zip(states).collect();
            config.groups = GROUPS.into_iter().zip(groups).collect();
            config.agents = AGENTS.into_iter().zip(agents).collect();
            if let Some(queue) = config.queues.get_mut(QUEUES[0]) {
                queue.active = true;
            }
            config
        })
}

pub(crate) fn capacity() -> impl Strategy<Value = Capacity> {
    prop_oneof![
        12 => (0..=5_u32).prop_map(Capacity::Units),
        2 => select(vec![30, 31, 32, 33, 40, 100]).prop_map(Capacity::Units),
        1 => Just(Capacity::Unlimited),
    ]
}

fn channel() -> impl Strategy<Value = ServiceChannel> {
    (
        capacity(),
        1..=2_u32,
        any::<bool>(),
        option::weighted(0.3, request()),
    )
        .prop_map(|(capacity, size, has_sizes, skill)| {
            let mut channel = ServiceChannel::new()
                .active(true)
                .default_capacity(capacity)
                .default_size(size);
            if has_sizes {
                channel = channel.size(SizeRule::when(Condition::is("vip", true), 3));
            }
            if let Some(request) = skill {
                let rule = SkillRule::when(Condition::is("vip", true), request.skill)
                    .level(request.level)
                    .mandatory(request.mandatory);
                channel = channel.skill(rule);
            }
            channel
        })
}

fn queue(shape: Shape) -> impl Strategy<Value = Queue> {
    let affinity = prop_oneof![
        3 => Just(vec![]),
        1 => Just(vec![Affinity::LastAgent]),
        1 => Just(vec![Affinity::Preferred]),
        1 => Just(vec![Affinity::LastAgent, Affinity::Preferred]),
        1 => Just(vec![Affinity::Preferred, Affinity::LastAgent]),
    ];
    let pools = prop_oneof![1 => vec(pool(shape), 0..=0), 19 => vec(pool(shape), 1..=3)];
    (
        select(shape.channels()),
        prop::bool::weighted(0.8),
        99..=101_i64,
        pools,
        affinity,
    )
        .prop_map(|(channel, active, order, pools, affinity)| {
            let queue = Queue::new(channel)
                .active(active)
                .order(order)
                .affinity(affinity);
            pools
                .into_iter()
                .fold(queue.routing(Routing::always()), Queue::pool)
        })
}

fn pool(shape: Shape) -> impl Strategy<Value = EligibilityPool> {
    let groups = subsequence(shape.groups(), 1..=shape.groups.min(3)).prop_shuffle();
    let opens = prop_oneof![3 => Just(0_u32), 1 => Just(30), 1 => Just(60)];
    (groups, select(RULES.to_vec()), opens).prop_map(|(groups, rule, opens)| {
        EligibilityPool::new(groups, rule).eligible_at_secs(opens)
    })
}

/// Every built-in key.
pub(crate) fn keys() -> Vec<AssignBy> {
    vec![
        AssignBy::MostCapacity,
        AssignBy::LastAssigned,
        AssignBy::LongestIdle,
        AssignBy::FewestItems,
        AssignBy::LowestUtilization,
        AssignBy::RoundRobin,
        AssignBy::InOrder,
        AssignBy::FewestHandled,
        AssignBy::SpecialistsFirst,
    ]
}

pub(crate) fn skill_modes() -> Vec<SkillMode> {
    vec![
        SkillMode::Ignore,
        SkillMode::Prefer,
        SkillMode::Require,
        SkillMode::PreferLevels,
        SkillMode::RequireLevels,
    ]
}

pub(crate) fn assign_by() -> impl Strategy<Value = Vec<AssignBy>> {
    prop_oneof![3 => vec(select(keys()), 1), 1 => vec(select(keys()), 0..=3)]
}

fn rule() -> impl Strategy<Value = AssignmentRule> {
    (
        assign_by(),
        select(skill_modes()),
        any::<bool>(),
        option::weighted(0.3, select(GATES.to_vec())),
    )
        .prop_map(|(assign_by, skills, include_ai, gate)| {
            let rule = AssignmentRule::new()
                .assign_by(assign_by)
                .skills(skills)
                .include_ai(include_ai);
            gate.into_iter().fold(rule, AssignmentRule::gate)
        })
}

fn states(shape: Shape) -> impl Strategy<Value = Vec<PresenceState>> {
    let some_channels = subsequence(shape.channels(), 0..=shape.channels);
    let some_groups = subsequence(shape.groups(), 0..=shape.groups);
    (some_channels, some_groups, any::<bool>()).prop_map(|(channels, groups, all)| {
        let working = PresenceState::new().takes_work(true);
        let scope = |all: bool| {
            if all {
                Scope::All
            } else {
                groups.clone().into()
            }
        };
        vec![
            working.clone().channels(Scope::All),
            working.clone().channels(channels.clone()),
            working.clone().channels(Scope::All).groups(scope(all)),
            PresenceState::new().channels(channels).groups(scope(!all)),
            working.channels(Scope::All).active(false),
        ]
    })
}

fn group(shape: Shape) -> impl Strategy<Value = AgentGroup> {
    let order = select(vec![-1, 1, 2, 100]);
    let orders = btree_map(
        select(QUEUES[..shape.queues].to_vec()),
        order,
        0..=shape.queues,
    );
    (
        subsequence(shape.agents(), 0..=shape.agents).prop_shuffle(),
        orders,
    )
        .prop_map(|(members, orders)| {
            let mut group = AgentGroup::new(members);
            group.queue_order.extend(orders);
            group
        })
}

fn agent(shape: Shape) -> impl Strategy<Value = Agent> {
    (
        prop::bool::weighted(0.15),
        btree_map(select(SKILLS.to_vec()), 1..=3_u32, 0..=4),
        btree_map(select(shape.channels()), capacity(), 0..=1),
        option::weighted(0.3, capacity()),
    )
        .prop_map(|(is_ai, skills, capacities, universal)| {
            let mut agent = Agent::new();
            agent.kind = if is_ai {
                AgentKind::Ai
            } else {
                AgentKind::Human
            };
            agent.skills.extend(skills);
            agent.capacity.extend(capacities);
            agent.universal_capacity = universal;
            agent
        })
}

fn desk(shape: Shape) -> impl Strategy<Value = Desk> {
    let cursor = (0..shape.queues, 0..3_usize, any::<Index>());
    (vec(seat(shape), shape.agents), vec(cursor, 0..4)).prop_map(move |(seats, cursors)| {
        let named = AGENTS.into_iter().map(String::from).zip(seats);
        let mut desk = Desk::load(named.collect());
        for (queue, pool, agent) in cursors {
            if shape.agents > 0 {
                let last = AGENTS[agent.index(shape.agents)];
                desk.cursors
                    .insert((QUEUES[queue].into(), pool), last.into());
            }
        }
        desk
    })
}

fn seat(shape: Shape) -> impl Strategy<Value = Seat> {
    let presence = prop_oneof![
        6 => Just(Some("available")),
        3 => select(STATES.to_vec()).prop_map(Some),
        1 => Just(None),
    ];
    (
        presence,
        0..4_u64,
        option::weighted(0.1, capacity()),
        vec(line(), shape.channels),
    )
        .prop_map(|(presence, idle, universal_capacity, lines)| Seat {
            presence: presence.map(Into::into),
            idle_since: if idle == 0 { 0 } else { NOW - idle * 1000 },
            universal_capacity,
            lines: CHANNELS.into_iter().map(String::from).zip(lines).collect(),
        })
}

fn line() -> impl Strategy<Value = Line> {
    let load = prop_oneof![4 => Just(0), 4 => 1..=2_u64, 2 => 3..=6_u64, 1 => 28..=36_u64];
    (
        prop::bool::weighted(0.07),
        load,
        prop_oneof![2 => Just(0), 1 => 1..=3_u32],
        0..=3_u32,
        option::weighted(0.7, 0..4_u64),
        option::weighted(0.1, capacity()),
    )
        .prop_map(|(is_off, load, items, handled, given, capacity)| Line {
            is_off,
            load,
            items,
            handled: handled.max(items),
            given_at: given.map(|ago| NOW - ago * 1000),
            given: 0,
            capacity,
        })
}

fn request() -> impl Strategy<Value = SkillRequest> {
    let skill = prop_oneof![12 => select(SKILLS.to_vec()), 1 => Just("unknown")];
    (skill, 1..=3_u32, any::<bool>()).prop_map(|(skill, level, mandatory)| {
        SkillRequest::new(skill).level(level).mandatory(mandatory)
    })
}

/// A question whose queue is still a number.
#[derive(Clone, Debug)]
struct Draft {
    queue: Index,
    question: Question,
}

impl Draft {
    /// Chooses one of the active queues.
    fn finish(mut self, config: &Config) -> Question {
        let active: Vec<_> = config
            .queues
            .iter()
            .filter(|(_, queue)| queue.active)
            .collect();
        let (id, queue) = self.queue.get(&active);
        self.question.queue = id.as_str().into();
        self.question.item.channel = queue.channel.clone();
        self.question
    }
}

fn draft(shape: Shape) -> impl Strategy<Value = Draft> {
    let name = select(AGENTS[..shape.agents.max(1)].to_vec());
    let known = shape.agents > 0;
    let until = select(vec![
        None,
        Some(0),
        Some(NOW - 1),
        Some(NOW),
        Some(NOW + 1),
        Some(NOW + 5000),
        Some(NOW + 40_000),
    ]);
    let ago = select(vec![
        0,
        1000,
        THIRTY_DAYS_MS - 1,
        THIRTY_DAYS_MS,
        THIRTY_DAYS_MS + 1,
    ]);
    let size = prop_oneof![
        4 => Just(None),
        4 => (1..=3_u32).prop_map(Some),
        1 => select(vec![Some(4), Some(31), Some(32), Some(1000), Some(u32::MAX)]),
    ];
    let facts = (
        option::weighted(0.3, any::<bool>()),
        option::weighted(0.3, select(vec![NOW - 1, NOW, NOW + 1, NOW + 20_000])),
    );
    let preferred = prop_oneof![4 => name.clone(), 1 => Just("nobody")];
    (
        any::<Index>(),
        size,
        vec(request(), 0..=3),
        vec(preferred, 0..=3),
        of((name.clone(), ago)),
        vec((name, until), 0..=3),
        select(vec![0_u64, 29_999, 30_000, 30_001, 59_999, 60_000, 100_000]),
        facts,
    )
        .prop_map(
            move |(queue, size, skills, preferred, last, declines, waited, (vip, embargo))| {
                let mut item = WorkItem::new("item", "")
                    .requester("+49")
                    .preferred_agents(preferred);
                item.size = size;
                item.skills = skills;
                item.facts.extend(vip.map(|vip| ("vip", vip.into())));
                let embargo = embargo.map(|until| i64::try_from(until).unwrap());
                item.facts
                    .extend(embargo.map(|until| ("embargo_ms", until.into())));
                let last = last
                    .filter(|_| known)
                    .map(|(agent, ago)| (agent.into(), NOW - ago));
                let declines = declines.into_iter().filter(|_| known);
                let question = Question {
                    item,
                    queue: String::new(),
                    waiting_since: NOW - waited,
                    last_agent: last,
                    declines: declines
                        .map(|(agent, until)| (agent.into(), until))
                        .collect(),
                    fixed: None,
                };
                Draft { queue, question }
            },
        )
}
