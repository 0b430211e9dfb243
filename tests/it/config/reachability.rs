//! Reachability: each of the eight conditions can be the only one that fails.

mod lint_agreement;

use handover::*;

use crate::generators::lint_free::small;

use ReachabilityCondition as Is;

fn reach(config: &Config, channel: &str) -> Reachability {
    let plan = Plan::new(config.clone()).unwrap();
    plan.reachability(channel).unwrap()
}

/// Changes the small configuration so that exactly one condition fails, and asserts the sentence about it.
#[track_caller]
fn assert_misses(change: impl FnOnce(&mut Config), condition: Is, sentence: &str) {
    let mut config = small();
    change(&mut config);
    let reachability = reach(&config, "whatsapp");
    assert!(!reachability.is_reachable());
    let [queue] = reachability.queues() else {
        panic!("{reachability}");
    };
    for state in queue.conditions() {
        let expected = (state.condition() == condition).then_some(sentence);
        assert_eq!(state.missing(), expected, "{reachability}");
        let waits = matches!(
            (condition, state.condition()),
            (Is::HumanMember, Is::MemberPresence | Is::Room)
                | (Is::PresenceState, Is::MemberPresence)
        );
        assert_eq!(state.waits_for(), waits.then_some(condition));
        assert_eq!(state.holds(), expected.is_none() && !waits);
        assert_eq!(queue.condition(state.condition()), state);
    }
}

fn channel(config: &mut Config) -> &mut ServiceChannel {
    config.channels.get_mut("whatsapp").unwrap()
}

fn queue(config: &mut Config) -> &mut Queue {
    config.queues.get_mut("english").unwrap()
}

fn state(config: &mut Config) -> &mut PresenceState {
    config.presence_states.get_mut("available").unwrap()
}

#[test]
fn small_channel_is_reachable() {
    let reachability = reach(&small(), "whatsapp");
    assert!(reachability.is_reachable());
    assert_eq!(
        reachability.to_string(),
        "\
channel `whatsapp` is reachable
  queue `english`
    ✓ 1 channel active           yes
    ✓ 2 channel condition        can hold
    ✓ 3 queue active             yes
    ✓ 4 routing                  can hold
    ✓ 5 human member             yes
    ✓ 6 presence state           yes
    ✓ 7 presence of a member     yes
    ✓ 8 room for an item         yes
"
    );
}

#[test]
fn unknown_channel_has_no_reachability() {
    let plan = Plan::new(small()).unwrap();
    assert_eq!(plan.reachability("fax"), None);
}

#[test]
fn channel_without_queues_is_not_reachable() {
    let mut config = small();
    config.queues = Map::new();
    let reachability = reach(&config, "whatsapp");
    assert!(!reachability.is_reachable());
    assert_eq!(
        reachability.to_string(),
        "channel `whatsapp` is not reachable\n  it has no queue: add one\n"
    );
}

#[test]
fn conditions_are_numbered_in_their_order() {
    let numbers = Is::ALL.map(Is::number);
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    let reachability = reach(&small(), "whatsapp");
    let order = reachability.queues()[0]
        .conditions()
        .each_ref()
        .map(ConditionState::condition);
    assert_eq!(order, Is::ALL);
}

#[test]
fn inactive_channel_or_queue_is_reported() {
    assert_misses(
        |config| channel(config).active = false,
        Is::ChannelActive,
        "Channel `whatsapp` is not active: activate it.",
    );
    assert_misses(
        |config| queue(config).active = false,
        Is::QueueActive,
        "Queue `english` is not active: activate it.",
    );
}

#[test]
fn condition_that_can_never_hold_is_reported() {
    let never = || Condition::any([]);
    assert_misses(
        |config| channel(config).condition = never(),
        Is::ChannelCondition,
        "The condition of channel `whatsapp` can never hold: rewrite it so that the channel's items meet it.",
    );
    assert_misses(
        |config| queue(config).routing = never().into(),
        Is::Routing,
        "The routing of queue `english` can never hold: rewrite it so that items meet it.",
    );
    assert_misses(
        |config| queue(config).routing = Routing::Manual,
        Is::Routing,
        "Queue `english` takes no item by itself: give it a routing condition, or `always`.",
    );
}

#[test]
fn missing_human_member_is_reported() {
    assert_misses(
        |config| queue(config).eligibility.clear(),
        Is::HumanMember,
        "Queue `english` has no eligibility pool: add one whose groups have human members.",
    );
    assert_misses(
        |config| config.groups.get_mut("front").unwrap().members.clear(),
        Is::HumanMember,
        "Nobody is in the pools of queue `english`: add human agents to group `front`.",
    );
    assert_misses(
        |config| {
            config.agents.get_mut("asha").unwrap().kind = AgentKind::Ai;
            config.rules.get_mut("ask").unwrap().include_ai = true;
            config.groups.insert("back", AgentGroup::default());
            let pool = EligibilityPool::new(["back", "front"], "ask");
            queue(config).eligibility.push(pool);
        },
        Is::HumanMember,
        "Only AI agents are in the pools of queue `english`: add human agents to groups `front` and `back`.",
    );
}

#[test]
fn missing_presence_state_is_reported() {
    assert_misses(
        |config| state(config).channels = [""; 0].into(),
        Is::PresenceState,
        "No active presence state that takes work lists channel `whatsapp`: add the channel to one, such as `available`.",
    );
    for change in [
        |config: &mut Config| state(config).takes_work = false,
        |config: &mut Config| state(config).active = false,
    ] {
        assert_misses(
            change,
            Is::PresenceState,
            "No presence state is active and takes work: make one that lists channel `whatsapp`.",
        );
    }
}

#[test]
fn presence_state_of_other_groups_is_reported() {
    assert_misses(
        |config| state(config).groups = [""; 0].into(),
        Is::MemberPresence,
        "No presence state for channel `whatsapp` applies to a human member of queue `english`: add group `front` to state `available`.",
    );
}

#[test]
fn missing_capacity_is_reported() {
    let none = "An item of channel `whatsapp` has size 1, but no human member of queue `english` who can be present \
                has a capacity above 0: raise a capacity, or lower the channel's `default_size`.";
    assert_misses(
        |config| channel(config).default_capacity = 0.into(),
        Is::Room,
        none,
    );
    assert_misses(
        |config| config.agents.get_mut("asha").unwrap().universal_capacity = Some(0.into()),
        Is::Room,
        none,
    );
}

#[test]
fn presence_and_capacity_must_be_of_the_same_member() {
    assert_misses(
        |config| {
            let full = Agent::new().capacity("whatsapp", 0);
            config.agents.insert("asha", full);
            config.agents.insert("ben", Agent::new());
            config.groups.insert("back", AgentGroup::new(["ben"]));
            queue(config).eligibility[0].groups.push("back".into());
        },
        Is::Room,
        "An item of channel `whatsapp` has size 1, but no human member of queue `english` who can be present \
         has a capacity above 0: raise a capacity, or lower the channel's `default_size`.",
    );
}

#[test]
fn channel_is_reachable_by_one_queue_and_lists_all_in_routing_order() {
    let config = small()
        .queue("z-first", Queue::new("whatsapp").order(1))
        .queue("a-last", Queue::new("whatsapp").order(200));
    let reachability = reach(&config, "whatsapp");
    let ids = reachability
        .queues()
        .iter()
        .map(|queue| queue.queue().as_str());
    assert_eq!(ids.collect::<Vec<_>>(), ["z-first", "english", "a-last"]);
    let reachable = reachability
        .queues()
        .iter()
        .map(QueueReachability::is_reachable);
    assert_eq!(reachable.collect::<Vec<_>>(), [false, true, false]);
    assert!(reachability.is_reachable());
}
