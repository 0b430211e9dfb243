//! Random configurations for a router.
//!
//! The domains are small, so that names, times, capacities and reasons often coincide.

pub(crate) mod change;
mod items;
mod queues;

use handover::{
    Agent, AgentGroup, AgentKind, Ask, AssignmentRule, Capacity, Condition, Config, Offer,
    OnPresenceLost, PresenceState, RejectReason, Routing, Scope, ServiceChannel, SizeRule,
    SkillRule,
};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use self::change::repaired;
use self::items::request;
pub(crate) use self::items::{draft, fact};
use self::queues::queue;
use crate::generators::fixture::{assign_by, skill_modes};
use crate::oracle::GATES;

pub(crate) const AGENTS: [&str; 3] = ["kim", "asha", "ben"];
pub(crate) const CHANNELS: [&str; 2] = ["chat", "phone"];
pub(crate) const QUEUES: [&str; 3] = ["main", "side", "late"];
pub(crate) const GROUPS: [&str; 3] = ["red", "blue", "teal"];
pub(crate) const RULES: [&str; 3] = ["ask", "push", "last"];
pub(crate) const STATES: [&str; 4] = ["here", "partly", "away", "retired"];
/// The reject reasons. The router itself uses the last two, for time-outs and for agents who give an item away.
pub(crate) const REASONS: [&str; 5] = ["busy", "hidden", "bad_line", "timed_out", "gave_away"];
const SKILLS: [&str; 2] = ["spanish", "legal"];

/// Returns configurations in which some entries are missing.
pub(crate) fn config() -> impl Strategy<Value = Config> {
    (
        entries(CHANNELS, 0.97, channel()),
        entries(QUEUES, 0.95, queue()),
        entries(RULES, 0.98, rule()),
        entries(STATES, 0.97, state()),
        entries(GROUPS, 0.97, group()),
        entries(AGENTS, 0.95, agent()),
        entries(REASONS, 0.75, reason()),
        with_probability(0.3),
    )
        .prop_map(
            |(channels, queues, rules, states, groups, agents, reasons, has_copies)| {
                let mut config = Config::new();
                config.channels.extend(channels);
                config.queues.extend(queues);
                config.rules.extend(rules);
                config.presence_states.extend(states);
                config.groups.extend(groups);
                config.agents.extend(agents);
                config.reject_reasons.extend(reasons);
                let config = repaired(with_usual_values(config));
                if has_copies {
                    with_copies(config)
                } else {
                    config
                }
            },
        )
}

/// Adds copies of queue `main` that take no items by themselves. Agents then have more than 16 queues, which are searched in
/// the order of their bounds.
fn with_copies(mut config: Config) -> Config {
    if let Some(mut copy) = config.queues.get("main").cloned() {
        copy.routing = Routing::Manual;
        let copies = (0..17).map(|number| (format!("copy-{number}"), copy.clone()));
        config.queues.extend(copies);
    }
    config
}

/// Returns entries of a section: each name, with a probability, and its value.
fn entries<const N: usize, V: std::fmt::Debug>(
    names: [&'static str; N],
    probability: f64,
    value: impl Strategy<Value = V>,
) -> impl Strategy<Value = Vec<(&'static str, V)>> {
    vec(weighted(probability, value), N).prop_map(move |values| {
        let pairs = names.into_iter().zip(values);
        pairs
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    })
}

/// Activates `chat` and `main`, and sets the properties of states and reasons according to their names.
fn with_usual_values(mut config: Config) -> Config {
    if let Some(chat) = config.channels.get_mut("chat") {
        chat.active = true;
    }
    if let Some(main) = config.queues.get_mut("main") {
        main.active = true;
    }
    if let Some(here) = config.presence_states.get_mut("here") {
        *here = PresenceState::new().takes_work(true).channels(Scope::All);
    }
    if let Some(away) = config.presence_states.get_mut("away") {
        away.takes_work = false;
    }
    if let Some(retired) = config.presence_states.get_mut("retired") {
        retired.active = false;
    }
    if let Some(hidden) = config.reject_reasons.get_mut("hidden") {
        hidden.selectable = false;
    }
    config
}

fn with_probability(probability: f64) -> impl Strategy<Value = bool> {
    prop::bool::weighted(probability)
}

fn capacity() -> impl Strategy<Value = Capacity> {
    prop_oneof![
        1 => Just(Capacity::Units(0)),
        10 => (1..=4_u32).prop_map(Capacity::Units),
        1 => Just(Capacity::Unlimited),
    ]
}

fn channel() -> impl Strategy<Value = ServiceChannel> {
    let condition = prop_oneof![
        3 => Just(Condition::Always),
        1 => Just(Condition::is_not("kind", "spam")),
    ];
    let utilization = prop_oneof![
        2 => Just(Condition::Always),
        2 => Just(Condition::is("state", "open")),
        1 => Just(Condition::any([])),
    ];
    let wrap_up = select(vec![0, 10]);
    let by_facts = (weighted(0.3, 2..=3_u32), weighted(0.3, request()));
    (
        with_probability(0.92),
        condition,
        1..=2_u32,
        capacity(),
        utilization,
        wrap_up,
        by_facts,
    )
        .prop_map(
            |(active, condition, size, capacity, utilization, wrap_up, (vip_size, vip_skill))| {
                let mut channel = ServiceChannel::new()
                    .active(active)
                    .condition(condition)
                    .default_size(size)
                    .default_capacity(capacity)
                    .utilization(utilization)
                    .wrap_up_secs(wrap_up);
                let vip = || Condition::is("vip", true);
                channel
                    .sizes
                    .extend(vip_size.map(|size| SizeRule::when(vip(), size)));
                channel.skills.extend(vip_skill.map(|request| {
                    let rule = SkillRule::when(vip(), request.skill);
                    rule.level(request.level).mandatory(request.mandatory)
                }));
                channel
            },
        )
}

fn rule() -> impl Strategy<Value = AssignmentRule> {
    let presence = weighted(
        0.6,
        prop_oneof![3 => Just("away"), 1 => select(STATES.to_vec())],
    );
    let timeout = weighted(0.8, select(vec![5_u32, 10, 30]));
    let ask =
        (with_probability(0.85), timeout, presence).prop_map(|(rejectable, timeout, presence)| {
            let mut ask = Ask::new().rejectable(rejectable);
            ask.timeout_secs = timeout;
            ask.timeout_presence = presence.map(Into::into);
            Offer::Ask(ask)
        });
    let offer = prop_oneof![4 => ask, 1 => Just(Offer::AutoAccept)];
    let on_presence_lost = select(vec![
        OnPresenceLost::Withdraw,
        OnPresenceLost::Withdraw,
        OnPresenceLost::Keep,
    ]);
    (
        assign_by(),
        offer,
        select(skill_modes()),
        weighted(0.3, select(GATES.to_vec())),
        with_probability(0.5),
        on_presence_lost,
    )
        .prop_map(
            |(assign_by, offer, skills, gate, include_ai, on_presence_lost)| {
                let rule = AssignmentRule::new()
                    .assign_by(assign_by)
                    .offer(offer)
                    .skills(skills)
                    .include_ai(include_ai)
                    .on_presence_lost(on_presence_lost);
                gate.into_iter().fold(rule, AssignmentRule::gate)
            },
        )
}

fn state() -> impl Strategy<Value = PresenceState> {
    let channels = subsequence(CHANNELS.to_vec(), 0..=2);
    let groups = weighted(0.4, subsequence(GROUPS.to_vec(), 0..=2));
    (
        channels,
        groups,
        with_probability(0.8),
        with_probability(0.9),
    )
        .prop_map(|(channels, groups, takes_work, active)| {
            PresenceState::new()
                .takes_work(takes_work)
                .active(active)
                .channels(channels)
                .groups(groups.map_or(Scope::All, Scope::from))
        })
}

fn group() -> impl Strategy<Value = AgentGroup> {
    let orders = vec(weighted(0.4, select(vec![1, 2, 100])), QUEUES.len());
    (subsequence(AGENTS.to_vec(), 1..=3).prop_shuffle(), orders).prop_map(|(members, orders)| {
        let mut group = AgentGroup::new(members);
        let named = QUEUES.into_iter().zip(orders);
        group
            .queue_order
            .extend(named.filter_map(|(queue, order)| Some((queue, order?))));
        group
    })
}

pub(crate) fn agent() -> impl Strategy<Value = Agent> {
    let skills = vec(weighted(0.5, 1..=2_u32), SKILLS.len());
    let channel_capacity = weighted(0.3, (select(CHANNELS.to_vec()), capacity()));
    (
        with_probability(0.12),
        skills,
        channel_capacity,
        weighted(0.2, capacity()),
    )
        .prop_map(|(is_ai, skills, channel_capacity, universal)| {
            let mut agent = Agent::new();
            agent.kind = if is_ai {
                AgentKind::Ai
            } else {
                AgentKind::Human
            };
            let named = SKILLS.into_iter().zip(skills);
            agent
                .skills
                .extend(named.filter_map(|(skill, level)| Some((skill, level?))));
            agent.capacity.extend(channel_capacity);
            agent.universal_capacity = universal;
            agent
        })
}

fn reason() -> impl Strategy<Value = RejectReason> {
    let channels = weighted(0.3, subsequence(CHANNELS.to_vec(), 0..=1));
    (channels, weighted(0.5, select(vec![5_u32, 10, 30]))).prop_map(
        |(channels, reassignable_after)| {
            let mut reason = RejectReason::new().channels(channels.map_or(Scope::All, Scope::from));
            reason.reassignable_after_secs = reassignable_after;
            reason
        },
    )
}
