//! Severe lints: something can never be assigned.

use handover::*;

use super::{assert_lints, channel, queue, rule};
use crate::config::lints::lints;
use crate::generators::lint_free::small;

#[test]
fn inactive_channel_is_reported() {
    assert_lints(
        |config| channel(config).active = false,
        &["severe[inactive_channel] queues.english.channel: \
           Queue `english` is active, but its channel `whatsapp` is not. \
           Activate channel `whatsapp`, or deactivate the queue."],
    );
}

#[test]
fn queue_without_eligibility_is_reported() {
    assert_lints(
        |config| queue(config).eligibility.clear(),
        &[
            "severe[queue_without_eligibility] queues.english.eligibility: \
           Queue `english` has no eligibility pool, so nobody may take its items. \
           Add a pool with the groups that work on this queue and the rule by which they are chosen.",
        ],
    );
}

#[test]
fn pool_without_members_is_reported() {
    assert_lints(
        |config| config.groups.get_mut("front").unwrap().members.clear(),
        &[
            "severe[pool_without_members] queues.english.eligibility[0]: \
           No agent is in group `front`, so the pool of queue `english` has nobody. \
           Add agents to group `front`, or remove the pool.",
        ],
    );
    assert_lints(
        |config| config.agents.get_mut("asha").unwrap().kind = AgentKind::Ai,
        &[
            "severe[pool_without_members] queues.english.eligibility[0]: \
           Only AI agents are in group `front`, and rule `ask` of this pool of queue `english` does not include them. \
           Add people to group `front`, or set `include_ai` in the rule.",
        ],
    );
}

#[test]
fn ai_agents_count_as_members_if_the_rule_includes_ai() {
    assert_lints(
        |config| {
            config.agents.get_mut("asha").unwrap().kind = AgentKind::Ai;
            rule(config).include_ai = true;
        },
        &[],
    );
}

#[test]
fn channel_without_presence_is_reported() {
    assert_lints(
        |config| {
            let state = config.presence_states.get_mut("available").unwrap();
            state.channels = [""; 0].into();
        },
        &["severe[channel_without_presence] channels.whatsapp: \
           No active presence state that takes work lists channel `whatsapp`, so nobody is ever present for it. \
           Add channel `whatsapp` to a presence state that takes work, such as `available`."],
    );
    assert_lints(
        |config| config.presence_states.get_mut("available").unwrap().active = false,
        &["severe[channel_without_presence] channels.whatsapp: \
           No active presence state that takes work lists channel `whatsapp`, so nobody is ever present for it. \
           Make an active presence state that takes work, and list channel `whatsapp` in it."],
    );
}

#[test]
fn pool_without_presence_is_reported() {
    assert_lints(
        |config| {
            let state = config.presence_states.get_mut("available").unwrap();
            state.groups = [""; 0].into();
        },
        &[
            "severe[pool_without_presence] queues.english.eligibility[0]: \
           No presence state that takes work on channel `whatsapp` applies to anyone in group `front`, \
           the pool of queue `english`. \
           Add group `front` to presence state `available`.",
        ],
    );
}

#[test]
fn presence_state_may_apply_through_another_group() {
    assert_lints(
        |config| {
            config.groups.insert("everyone", AgentGroup::new(["asha"]));
            let state = config.presence_states.get_mut("available").unwrap();
            state.groups = ["everyone"].into();
        },
        &[],
    );
}

#[test]
fn pool_without_room_is_reported() {
    assert_lints(
        |config| channel(config).default_size = 5,
        &["severe[pool_without_room] queues.english.eligibility[0]: \
           An item of channel `whatsapp` has size 5, but nobody in group `front`, the pool of queue `english`, \
           has a capacity above 4. \
           Raise the capacity of a member, or lower the channel's `default_size`."],
    );
}

#[test]
fn pool_without_room_is_reported_if_either_capacity_is_below_the_size() {
    let without_room = |lints: Vec<Lint>| {
        lints
            .first()
            .is_some_and(|lint| lint.code() == LintCode::PoolWithoutRoom)
    };
    for (own, universal, is_enough) in [(3, 2, true), (1, 2, false), (2, 1, false), (9, 2, true)] {
        let mut config = small();
        channel(&mut config).default_size = 2;
        let agent = Agent::new()
            .capacity("whatsapp", own)
            .universal_capacity(universal);
        config.agents.insert("asha", agent);
        assert_eq!(
            without_room(lints(&config)),
            !is_enough,
            "{own} {universal}"
        );
    }
}

#[test]
fn pool_that_never_opens_is_reported() {
    for (opens, never) in [(599_u32, false), (600, true)] {
        let text = "severe[pool_never_opens] queues.english.eligibility[1].eligible_at_secs: \
             The pool of queue `english` opens after 600 s of waiting, but items are canceled after 600 s. \
             Open the pool before 600 s, or raise the queue's `max_wait_secs`.";
        assert_lints(
            |config| {
                let pool = EligibilityPool::new(["front"], "ask").eligible_at_secs(opens);
                queue(config).eligibility.push(pool);
            },
            &[text][..usize::from(never)],
        );
    }
}

/// Adds a second queue with an order and a routing, and asserts the lints.
#[track_caller]
fn assert_shadow(order: i64, routing: impl Into<Routing>, expected: &[&str]) {
    assert_lints(
        |config| {
            let other = queue(config).clone().order(order).routing(routing);
            config.queues.insert("other", other);
        },
        expected,
    );
}

#[test]
fn shadowed_queue_is_reported() {
    let english = Condition::is("language", "en");
    let german = Condition::is("language", "de");
    assert_shadow(99, german.clone(), &[]);
    assert_shadow(
        99,
        Condition::Always,
        &["severe[queue_shadowed] queues.english.routing: \
           Queue `english` never takes an item by itself: queue `other` comes before it and takes every item. \
           Put queue `english` before queue `other` (an order below 99), or narrow the routing of `other`."],
    );
    assert_shadow(
        99,
        english.clone() | german,
        &["severe[queue_shadowed] queues.english.routing: \
           Queue `english` never takes an item by itself: queue `other` comes before it and takes all that this \
           one would, and more. \
           Put queue `english` before queue `other` (an order below 99), or narrow the routing of `other`."],
    );
    let same = "never takes an item by itself: queue `english` comes before it and has the same routing. \
                Make their routings differ, or deactivate one of the two queues.";
    let same = format!("severe[queue_shadowed] queues.other.routing: Queue `other` {same}");
    assert_shadow(100, english.clone(), &[&same]);
    assert_shadow(
        101,
        english & Condition::is("vip", true),
        &["severe[queue_shadowed] queues.other.routing: \
           Queue `other` never takes an item by itself: queue `english` comes before it and asks for only a part \
           of what this one asks. \
           Put queue `other` before queue `english` (an order below 100), or narrow the routing of `english`."],
    );
}
