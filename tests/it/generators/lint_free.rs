//! Configurations without lints.
//!
//! Each group has a lead: a person with the default capacities and all skills at the highest level. Each channel has a presence
//! state that takes its work and applies to all leads. No two queues have the same routing. All pools, targets and triggers come
//! before `max_wait_secs`. All other values are random.

mod assemble;

use handover::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::strategy::ValueTree;

/// The id of a channel that each generated configuration has. It is active and has a queue.
pub(crate) const CHANNEL: &str = "channel-0";
/// The id of a queue that each generated configuration has. It is active, and its routing is a condition.
pub(crate) const QUEUE: &str = "channel-0-queue-0";
/// The rule of the first pool of [`QUEUE`].
pub(crate) const RULE: &str = "asks";

const SKILLS: [&str; 3] = ["billing", "german", "spanish"];
/// A skill that all leads have and no channel requests.
pub(crate) const SPARE_SKILL: &str = "french";
const LEVEL_MAX: u32 = 4;
const CAPACITY_MIN: u32 = 4;
const POOL_LATEST_SECS: u32 = 200;

/// Returns the small configuration with which most tests of lints begin.
pub(crate) fn small() -> Config {
    let whatsapp = ServiceChannel::new()
        .active(true)
        .default_capacity(4)
        .condition(Condition::is("subtype", "whatsapp"));
    let queue = Queue::new("whatsapp")
        .active(true)
        .routing(Condition::is("language", "en"))
        .max_wait_secs(600_u32)
        .pool(EligibilityPool::new(["front"], "ask"));
    let ask = Ask::new().timeout_secs(30_u32).timeout_presence("away");
    Config::new()
        .channel("whatsapp", whatsapp)
        .queue("english", queue)
        .rule("ask", AssignmentRule::new().offer(ask))
        .presence_state(
            "available",
            PresenceState::new()
                .takes_work(true)
                .channels(["whatsapp"])
                .groups(["front"]),
        )
        .presence_state("away", PresenceState::new())
        .group("front", AgentGroup::new(["asha"]))
        .agent("asha", Agent::new().skill("spanish", 2))
}

/// Returns configurations of 1 to 3 channels with 1 to 3 queues each.
pub(crate) fn config() -> impl Strategy<Value = Config> {
    (1..=3_usize, 1..=4_usize).prop_flat_map(|(channel_count, group_count)| {
        (
            vec(channel(group_count), channel_count),
            vec((vec(agent(channel_count), 0..4), -2..3_i64), group_count),
            vec(any::<bool>(), channel_count),
        )
            .prop_map(|(channels, groups, inactive)| {
                assemble::assemble(channels, groups, &inactive)
            })
    })
}

/// A channel with its queues, before ids are assigned.
#[derive(Clone, Debug)]
struct ChannelDraft {
    value: ServiceChannel,
    presence_scope: PresenceScope,
    queues: Vec<Queue>,
    /// Whether the last queue takes all items that no other queue takes.
    last_takes_all: bool,
}

/// The groups of the presence state of a channel. In each case, it applies to all leads.
#[derive(Clone, Copy, Debug)]
enum PresenceScope {
    All,
    EachGroup,
    GroupOfLeads,
}

fn channel(group_count: usize) -> impl Strategy<Value = ChannelDraft> {
    let value = (
        1..=2_u32,
        prop_oneof![
            (CAPACITY_MIN..8).prop_map(Capacity::Units),
            Just(Capacity::Unlimited)
        ],
        vec(1..=CAPACITY_MIN, 0..3),
        subsequence(&SKILLS[..], 0..SKILLS.len()),
        (1..=LEVEL_MAX, any::<bool>()),
    )
        .prop_map(|(size, capacity, sizes, skills, (level, mandatory))| {
            let mut channel = ServiceChannel::new()
                .active(true)
                .default_size(size)
                .default_capacity(capacity);
            for size in sizes {
                channel = channel.size(SizeRule::when(Condition::is("tier", size), size));
            }
            for skill in skills {
                let skill = SkillRule::when(Condition::exists("topic", true), skill);
                channel = channel.skill(skill.level(level).mandatory(mandatory));
            }
            channel
        });
    let presence_scope = prop_oneof![
        Just(PresenceScope::All),
        Just(PresenceScope::EachGroup),
        Just(PresenceScope::GroupOfLeads)
    ];
    (
        value,
        presence_scope,
        vec(queue(group_count), 1..4),
        any::<bool>(),
    )
        .prop_map(
            |(value, presence_scope, queues, last_takes_all)| ChannelDraft {
                value,
                presence_scope,
                queues,
                last_takes_all,
            },
        )
}

fn queue(group_count: usize) -> impl Strategy<Value = Queue> {
    let rule = prop_oneof![Just(RULE), Just("asks-strictly"), Just("gives")];
    let groups = (0..group_count).map(assemble::group_id).collect::<Vec<_>>();
    let pool = (
        subsequence(groups, 1..=group_count),
        rule,
        prop_oneof![Just(0), 0..=POOL_LATEST_SECS],
    )
        .prop_map(|(groups, rule, secs)| EligibilityPool::new(groups, rule).eligible_at_secs(secs));
    (
        prop::bool::weighted(0.8),
        -3..3_i64,
        vec(pool, 1..4),
        option::of(POOL_LATEST_SECS + 1..POOL_LATEST_SECS + 100),
        option::of(1..=POOL_LATEST_SECS),
        option::of(1..=POOL_LATEST_SECS),
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |(active, order, pools, max_wait, target, trigger, is_manual)| {
                let mut queue = Queue::new(CHANNEL).active(active).order(order);
                queue.routing = if is_manual {
                    Routing::Manual
                } else {
                    Routing::always()
                };
                queue.eligibility = pools;
                queue.max_wait_secs = max_wait;
                queue.target_wait_secs = target;
                if max_wait.is_none() {
                    queue.when_exhausted = WhenExhausted::StartOverSecs(60);
                }
                match trigger {
                    Some(at_secs) => queue.trigger(at_secs, "please-hold"),
                    None => queue,
                }
            },
        )
}

/// Returns agents, some of whom cannot take any item.
fn agent(channel_count: usize) -> impl Strategy<Value = Agent> {
    (
        prop::bool::weighted(0.3),
        option::of(0..6_u32),
        option::of((0..channel_count, 0..6_u32)),
        vec((0..SKILLS.len(), 1..=LEVEL_MAX), 0..3),
    )
        .prop_map(|(is_ai, universal, capacity, skills)| {
            let mut agent = Agent::new();
            if is_ai {
                agent = agent.kind(AgentKind::Ai);
            }
            agent.universal_capacity = universal.map(Capacity::Units);
            if let Some((channel, capacity)) = capacity {
                agent = agent.capacity(assemble::channel_id(channel), capacity);
            }
            for (skill, level) in skills {
                agent = agent.skill(SKILLS[skill], level);
            }
            agent
        })
}

#[test]
fn each_property_occurs_in_over_20_of_300_lint_free_configurations() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = [0; 10];
    for _ in 0..300 {
        let config = config().new_tree(&mut runner).unwrap().current();
        let queues = || config.queues.values();
        let channels = || config.channels.values();
        let agents = || config.agents.values();
        let pools = || queues().flat_map(|queue| &queue.eligibility);
        let properties = [
            queues().any(|queue| queue.active && queue.routing == Routing::Manual),
            queues().any(|queue| queue.active && queue.routing == Routing::always()),
            queues().any(|queue| !queue.active),
            queues().any(|queue| queue.max_wait_secs.is_none()),
            pools().any(|pool| pool.rule == "asks-strictly" && pool.groups.len() > 1),
            channels().any(|channel| !channel.active),
            channels().any(|channel| channel.skills.iter().any(|skill| skill.mandatory)),
            channels().any(|channel| channel.sizes.len() > 1),
            agents().any(|agent| agent.kind == AgentKind::Ai),
            agents().any(|agent| agent.universal_capacity == Some(Capacity::Units(0))),
        ];
        for (count, holds) in counts.iter_mut().zip(properties) {
            *count += u32::from(holds);
        }
    }
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}
