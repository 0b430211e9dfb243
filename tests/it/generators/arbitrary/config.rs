//! Arbitrary configurations.

use std::collections::BTreeSet;

use handover::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::{any_id, condition, id, number};

type Ids = BoxedStrategy<String>;

fn capacity() -> impl Strategy<Value = Capacity> {
    prop_oneof![
        number().prop_map(Capacity::Units),
        Just(Capacity::Unlimited)
    ]
}

fn scope<T: From<String> + std::fmt::Debug + Clone>(ids: Ids) -> impl Strategy<Value = Scope<T>> {
    prop_oneof![
        Just(Scope::All),
        vec(ids.prop_map(T::from), 0..3).prop_map(Scope::Only)
    ]
}

fn channel(ids: Ids) -> impl Strategy<Value = ServiceChannel> {
    let kind = select(vec![
        ChannelKind::Chat,
        ChannelKind::Phone,
        ChannelKind::Messaging,
        ChannelKind::Other,
    ]);
    let size_rule = prop_oneof![
        (condition(), number()).prop_map(|(when, size)| SizeRule::when(when, size)),
        ids.clone().prop_map(SizeRule::custom),
    ];
    let skill_rule =
        (condition(), ids, number(), any::<bool>()).prop_map(|(when, skill, level, mandatory)| {
            SkillRule::when(when, skill)
                .level(level)
                .mandatory(mandatory)
        });
    (
        (option::of(".{0,3}"), any::<bool>(), kind, condition()),
        (number(), capacity(), vec(size_rule, 0..3)),
        (vec(skill_rule, 0..3), condition(), number()),
    )
        .prop_map(|(first, second, third)| {
            let mut channel = ServiceChannel::new();
            (
                channel.name,
                channel.active,
                channel.kind,
                channel.condition,
            ) = first;
            (
                channel.default_size,
                channel.default_capacity,
                channel.sizes,
            ) = second;
            (channel.skills, channel.utilization, channel.wrap_up_secs) = third;
            channel
        })
}

fn queue(ids: Ids) -> impl Strategy<Value = Queue> {
    let routing = prop_oneof![
        Just(Routing::Manual),
        condition().prop_map(Routing::When),
        ids.clone().prop_map(Routing::custom),
    ];
    let pool = (vec(ids.clone(), 0..3), ids.clone(), number())
        .prop_map(|(groups, rule, secs)| EligibilityPool::new(groups, rule).eligible_at_secs(secs));
    let sort = (
        "[xy]?",
        select(vec![Direction::Ascending, Direction::Descending]),
    );
    let affinity = prop_oneof![
        number().prop_map(|within_days| Affinity::LastAgent { within_days }),
        select(vec![Affinity::last_agent(), Affinity::Preferred]),
    ];
    let when_exhausted = prop_oneof![
        Just(WhenExhausted::Wait),
        number().prop_map(WhenExhausted::StartOverSecs)
    ];
    (
        (option::of(".{0,3}"), any::<bool>(), any::<i64>(), routing),
        (vec(pool, 0..3), vec(sort, 0..3)),
        (vec(affinity, 0..3), when_exhausted),
        (
            option::of(number()),
            option::of(number()),
            option::of(number()),
        ),
        (vec((number(), ids.clone()), 0..3), ids),
    )
        .prop_map(
            |(first, (pools, sort), third, limits, (triggers, channel))| {
                let mut queue = Queue::new(channel);
                (queue.name, queue.active, queue.order, queue.routing) = first;
                queue.eligibility = pools;
                (queue.affinity, queue.when_exhausted) = third;
                (
                    queue.target_wait_secs,
                    queue.max_wait_secs,
                    queue.max_length,
                ) = limits;
                let queue = sort.into_iter().fold(queue, |queue, (field, direction)| {
                    queue.sort_by(field, direction)
                });
                triggers
                    .into_iter()
                    .fold(queue, |queue, (secs, name)| queue.trigger(secs, name))
            },
        )
}

fn assign_by(ids: Ids) -> impl Strategy<Value = AssignBy> {
    let built_in = select(vec![
        AssignBy::MostCapacity,
        AssignBy::LastAssigned,
        AssignBy::LongestIdle,
        AssignBy::FewestItems,
        AssignBy::LowestUtilization,
        AssignBy::RoundRobin,
        AssignBy::InOrder,
        AssignBy::FewestHandled,
        AssignBy::SpecialistsFirst,
    ]);
    prop_oneof![5 => built_in, 1 => ids.prop_map(AssignBy::custom)]
}

fn rule(ids: Ids) -> impl Strategy<Value = AssignmentRule> {
    let ask = (any::<bool>(), option::of(number()), option::of(ids.clone())).prop_map(
        |(rejectable, secs, presence)| {
            let mut ask = Ask::new().rejectable(rejectable);
            ask.timeout_secs = secs;
            ask.timeout_presence = presence.map(Into::into);
            Offer::Ask(ask)
        },
    );
    let skills = select(vec![
        SkillMode::Ignore,
        SkillMode::Prefer,
        SkillMode::Require,
        SkillMode::PreferLevels,
        SkillMode::RequireLevels,
    ]);
    let on_presence_lost = select(vec![OnPresenceLost::Withdraw, OnPresenceLost::Keep]);
    (
        (option::of(".{0,3}"), vec(assign_by(ids.clone()), 0..3)),
        (prop_oneof![Just(Offer::AutoAccept), ask], skills),
        (vec(ids, 0..3), any::<bool>(), on_presence_lost),
    )
        .prop_map(|(first, second, (gates, include_ai, on_presence_lost))| {
            let mut rule = AssignmentRule::new()
                .include_ai(include_ai)
                .on_presence_lost(on_presence_lost);
            (rule.name, rule.assign_by) = first;
            (rule.offer, rule.skills) = second;
            gates.into_iter().fold(rule, AssignmentRule::gate)
        })
}

fn presence_state(ids: Ids) -> impl Strategy<Value = PresenceState> {
    (
        (option::of(".{0,3}"), any::<bool>(), any::<bool>()),
        (any::<i64>(), scope(ids.clone()), scope(ids)),
    )
        .prop_map(|(first, second)| {
            let mut state = PresenceState::new();
            (state.name, state.active, state.takes_work) = first;
            (state.order, state.channels, state.groups) = second;
            state
        })
}

fn group(ids: Ids) -> impl Strategy<Value = AgentGroup> {
    (
        option::of(".{0,3}"),
        vec(ids.clone(), 0..4),
        vec((ids, any::<i64>()), 0..3),
    )
        .prop_map(|(name, members, orders)| {
            let mut group = AgentGroup::new(members);
            group.name = name;
            group.queue_order = orders.into_iter().collect();
            group
        })
}

fn agent(ids: Ids) -> impl Strategy<Value = Agent> {
    (
        (
            option::of(".{0,3}"),
            select(vec![AgentKind::Human, AgentKind::Ai]),
        ),
        vec((ids.clone(), number()), 0..3),
        vec((ids, capacity()), 0..3),
        option::of(capacity()),
    )
        .prop_map(|(first, skills, capacities, universal)| {
            let mut agent = Agent::new();
            (agent.name, agent.kind) = first;
            agent.skills = skills.into_iter().collect();
            agent.capacity = capacities.into_iter().collect();
            agent.universal_capacity = universal;
            agent
        })
}

fn reject_reason(ids: Ids) -> impl Strategy<Value = RejectReason> {
    (
        option::of(".{0,3}"),
        any::<bool>(),
        scope(ids),
        option::of(number()),
    )
        .prop_map(|(name, selectable, channels, secs)| {
            let mut reason = RejectReason::new()
                .selectable(selectable)
                .channels(channels);
            reason.name = name;
            reason.reassignable_after_secs = secs;
            reason
        })
}

/// Returns the entries of a section of a configuration.
fn entries<S: Strategy + 'static>(
    ids: &Ids,
    value: fn(Ids) -> S,
) -> BoxedStrategy<Vec<(String, S::Value)>> {
    vec((ids.clone(), value(ids.clone())), 0..3).boxed()
}

fn config_of(ids: &Ids) -> impl Strategy<Value = Config> + use<> {
    (
        entries(ids, channel),
        entries(ids, queue),
        entries(ids, rule),
        entries(ids, presence_state),
        entries(ids, group),
        entries(ids, agent),
        entries(ids, reject_reason),
    )
        .prop_map(
            |(channels, queues, rules, states, groups, agents, reasons)| {
                let mut config = Config::new();
                config.channels = channels.into_iter().collect();
                config.queues = queues.into_iter().collect();
                config.rules = rules.into_iter().collect();
                config.presence_states = states.into_iter().collect();
                config.groups = groups.into_iter().collect();
                config.agents = agents.into_iter().collect();
                config.reject_reasons = reasons.into_iter().collect();
                config
            },
        )
}

/// Returns configurations that can be written to JSON and read again.
pub(crate) fn config() -> impl Strategy<Value = Config> {
    config_of(&id().boxed())
}

/// Returns configurations that JSON cannot contain: with invalid ids, conditions of any depth and long lists.
pub(crate) fn unreadable_config() -> impl Strategy<Value = Config> {
    (config_of(&any_id().boxed()), 0..64_usize).prop_map(|(mut config, depth)| {
        let deep = (0..depth).fold(Condition::Always, |condition, _| !condition);
        if let Some(channel) = config.channels.values_mut().next() {
            channel.condition = deep.clone();
            channel.skills.push(SkillRule::when(deep.clone(), "deep"));
            channel.skills.push(SkillRule::when(deep, "deep"));
        }
        if let Some(queue) = config.queues.values_mut().next().filter(|_| depth == 0) {
            let pool = EligibilityPool::new(["a"], "a");
            queue.eligibility.resize(POOLS_MAX + 1, pool);
        }
        config
    })
}

#[test]
fn arbitrary_configurations_have_all_kinds_of_problems() {
    let mut runner = TestRunner::deterministic();
    let mut valid_count = 0;
    let mut kinds = BTreeSet::new();
    for _ in 0..2000 {
        let config = unreadable_config().new_tree(&mut runner).unwrap().current();
        match Plan::new(config) {
            Ok(_) => valid_count += 1,
            Err(error) => kinds.extend(error.problems().iter().map(|problem| {
                let kind = format!("{:?}", problem.kind());
                kind.split([' ', '(']).next().unwrap().to_string()
            })),
        }
    }
    assert!(valid_count > 0);
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        [
            "ConditionTooDeep",
            "Duplicate",
            "DuplicateSkill",
            "InvalidId",
            "NotRegistered",
            "PoolWithoutGroups",
            "TooManyEntries",
            "Unknown",
            "ZeroDuration",
            "ZeroLevel",
            "ZeroSize",
        ]
    );
}
