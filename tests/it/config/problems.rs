//! What makes a plan impossible: each kind of problem word for word, and all of them at once.

use handover::*;
use proptest::prelude::*;

use crate::generators::arbitrary;

/// A configuration in which nothing is wrong.
fn sound() -> Config {
    Config::new()
        .channel("whatsapp", ServiceChannel::new())
        .channel("phone", ServiceChannel::new())
        .queue(
            "front",
            Queue::new("whatsapp").pool(EligibilityPool::new(["desk"], "fair")),
        )
        .rule("fair", AssignmentRule::new())
        .presence_state("available", PresenceState::new())
        .group("desk", AgentGroup::new(["asha", "ben"]))
        .agent("asha", Agent::new())
        .agent("ben", Agent::new())
        .reject_reason("busy", RejectReason::new())
}

fn with_channel(change: impl FnOnce(ServiceChannel) -> ServiceChannel) -> Config {
    sound().channel("phone", change(ServiceChannel::new()))
}

fn with_queue(change: impl FnOnce(Queue) -> Queue) -> Config {
    sound().queue("front", change(Queue::new("whatsapp")))
}

fn with_rule(change: impl FnOnce(AssignmentRule) -> AssignmentRule) -> Config {
    sound().rule("fair", change(AssignmentRule::new()))
}

/// All problems as text.
fn problems(config: Config) -> Vec<String> {
    Plan::new(config).map_or_else(
        |error| error.problems().iter().map(ToString::to_string).collect(),
        |_| Vec::new(),
    )
}

#[track_caller]
fn one(config: Config, problem: &str) {
    assert_eq!(problems(config), [problem]);
}

#[test]
fn a_sound_configuration_has_no_problem() {
    assert_eq!(problems(sound()), [""; 0]);
    assert_eq!(problems(Config::new()), [""; 0]);
}

#[test]
fn what_takes_nothing_is_no_problem() {
    let mut rule = AssignmentRule::new();
    rule.assign_by.clear();
    let config = sound()
        .rule("fair", rule)
        .channel("phone", ServiceChannel::new().default_capacity(0_u32))
        .agent(
            "asha",
            Agent::new().capacity("phone", 0).universal_capacity(0_u32),
        )
        .queue("back", Queue::new("phone").max_length(0_u32))
        .group("nobody", AgentGroup::default());
    assert_eq!(problems(config), [""; 0]);
}

#[test]
fn what_is_named_must_exist() {
    one(
        sound().queue("front", Queue::new("whatsap")),
        "queues.front.channel: channel `whatsap` does not exist, did you mean `whatsapp`?",
    );
    one(
        with_queue(|queue| queue.pool(EligibilityPool::new(["desk", "dusk"], "fair"))),
        "queues.front.eligibility[0].groups[1]: group `dusk` does not exist, did you mean `desk`?",
    );
    one(
        with_queue(|queue| queue.pool(EligibilityPool::new(["desk"], "unfair"))),
        "queues.front.eligibility[0].rule: rule `unfair` does not exist, did you mean `fair`?",
    );
    one(
        with_rule(|rule| rule.offer(Ask::new().timeout_presence("away"))),
        "rules.fair.offer.ask.timeout_presence: presence state `away` does not exist, expected `available`",
    );
    one(
        sound().presence_state("available", PresenceState::new().channels(["sms"])),
        "presence_states.available.channels[0]: channel `sms` does not exist, expected one of `whatsapp`, `phone`",
    );
    one(
        sound().presence_state("available", PresenceState::new().groups(["back"])),
        "presence_states.available.groups[0]: group `back` does not exist, expected `desk`",
    );
    one(
        sound().group("desk", AgentGroup::new(["asha", "bne"])),
        "groups.desk.members[1]: agent `bne` does not exist, expected one of `asha`, `ben`",
    );
    one(
        sound().group("desk", AgentGroup::default().queue_order("frond", 1)),
        "groups.desk.queue_order.frond: queue `frond` does not exist, did you mean `front`?",
    );
    one(
        sound().agent("asha", Agent::new().capacity("Phone", 1)),
        "agents.asha.capacity.Phone: channel `Phone` does not exist, did you mean `phone`?",
    );
    one(
        sound().reject_reason("busy", RejectReason::new().channels(["phones"])),
        "reject_reasons.busy.channels[0]: channel `phones` does not exist, did you mean `phone`?",
    );
}

#[test]
fn custom_rules_must_be_registered() {
    one(
        with_channel(|channel| channel.size(SizeRule::custom("length"))),
        "channels.phone.sizes[0].custom: sizing `length` is not registered, there is none",
    );
    one(
        with_queue(|queue| queue.routing(Routing::custom("night"))),
        "queues.front.routing.custom: routing condition `night` is not registered, there is none",
    );
    one(
        with_rule(|rule| rule.assign_by([AssignBy::InOrder, AssignBy::custom("nearest")])),
        "rules.fair.assign_by[1].custom: ranking `nearest` is not registered, there is none",
    );
    one(
        with_rule(|rule| rule.gate("calm")),
        "rules.fair.gates[0]: eligibility rule `calm` is not registered, there is none",
    );
}

#[test]
fn a_custom_rule_is_looked_for_among_those_of_its_kind() {
    let config = with_rule(|rule| {
        rule.gate("distance")
            .assign_by([AssignBy::custom("distanse"), AssignBy::custom("distance")])
    });
    let ranking = rule::ranking::from_fn(|_: &rule::Case<'_>, _: &rule::Candidate<'_>, _| {
        rule::Score::from(0_u32)
    });
    let error = Plan::builder(config)
        .ranking("distance", ranking)
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration has 2 problems:\n\
         1. rules.fair.assign_by[0].custom: ranking `distanse` is not registered, did you mean `distance`?\n\
         2. rules.fair.gates[0]: eligibility rule `distance` is not registered, there is none"
    );
}

#[test]
fn a_size_is_at_least_1() {
    let text = "a size of 0, expected at least 1";
    one(
        with_channel(|channel| channel.default_size(0_u32)),
        &format!("channels.phone.default_size: {text}"),
    );
    let rule = SizeRule::when(Condition::Always, 0);
    one(
        with_channel(|channel| channel.size(rule)),
        &format!("channels.phone.sizes[0].size: {text}"),
    );
}

#[test]
fn a_level_is_at_least_1() {
    let text = "a skill level of 0, expected at least 1";
    one(
        sound().agent("asha", Agent::new().skill("spanish", 0)),
        &format!("agents.asha.skills.spanish: {text}"),
    );
    let rule = SkillRule::when(Condition::Always, "spanish").level(0_u32);
    one(
        with_channel(|channel| channel.skill(rule)),
        &format!("channels.phone.skills[0].level: {text}"),
    );
}

#[test]
fn a_duration_is_at_least_1_but_for_two() {
    let zero = [
        (
            with_queue(|queue| queue.target_wait_secs(0_u32)),
            "queues.front.target_wait_secs",
        ),
        (
            with_queue(|queue| queue.max_wait_secs(0_u32)),
            "queues.front.max_wait_secs",
        ),
        (
            with_queue(|queue| queue.when_exhausted(WhenExhausted::StartOverSecs(0))),
            "queues.front.when_exhausted.start_over_secs",
        ),
        (
            with_queue(|queue| queue.trigger(0, "hold")),
            "queues.front.triggers[0].at_secs",
        ),
        (
            with_rule(|rule| rule.offer(Ask::new().timeout_secs(0_u32))),
            "rules.fair.offer.ask.timeout_secs",
        ),
        (
            sound().reject_reason("busy", RejectReason::new().reassignable_after_secs(0_u32)),
            "reject_reasons.busy.reassignable_after_secs",
        ),
    ];
    for (config, path) in zero {
        one(
            config,
            &format!("{path}: a duration of 0 seconds, expected at least 1"),
        );
    }
    let pool = EligibilityPool::new(["desk"], "fair").eligible_at_secs(0_u32);
    assert_eq!(problems(with_queue(|queue| queue.pool(pool))), [""; 0]);
    assert_eq!(
        problems(with_channel(|channel| channel.wrap_up_secs(0_u32))),
        [""; 0]
    );
}

#[test]
fn a_list_names_everything_once() {
    let twice = |place, what| {
        format!("{place}: {what} stands in the list twice, at [0] already, expected once")
    };
    one(
        sound().group("desk", AgentGroup::new(["asha", "ben", "asha"])),
        &twice("groups.desk.members[2]", "agent `asha`"),
    );
    one(
        with_queue(|queue| queue.pool(EligibilityPool::new(["desk", "desk"], "fair"))),
        &twice("queues.front.eligibility[0].groups[1]", "group `desk`"),
    );
    one(
        with_queue(|queue| queue.trigger(1, "hold").trigger(2, "hold")),
        &twice("queues.front.triggers[1].name", "trigger `hold`"),
    );
    one(
        with_queue(|queue| queue.affinity([Affinity::Preferred; 2])),
        &twice("queues.front.affinity[1]", "affinity `preferred`"),
    );
    one(
        with_queue(|queue| queue.affinity([Affinity::LastAgent; 2])),
        &twice("queues.front.affinity[1]", "affinity `last_agent`"),
    );
    one(
        sound().presence_state("available", PresenceState::new().channels(["phone"; 2])),
        &twice("presence_states.available.channels[1]", "channel `phone`"),
    );
    one(
        sound().presence_state("available", PresenceState::new().groups(["desk"; 2])),
        &twice("presence_states.available.groups[1]", "group `desk`"),
    );
    one(
        sound().reject_reason("busy", RejectReason::new().channels(["phone"; 2])),
        &twice("reject_reasons.busy.channels[1]", "channel `phone`"),
    );
}

#[test]
fn a_channel_asks_for_a_skill_once_under_one_condition() {
    let spanish = |language: &str| SkillRule::when(Condition::is("language", language), "spanish");
    let config = with_channel(|channel| channel.skill(spanish("es")).skill(spanish("ca")));
    assert_eq!(problems(config), [""; 0]);
    one(
        with_channel(|channel| {
            channel
                .skill(spanish("ca"))
                .skill(spanish("es"))
                .skill(spanish("es").level(2_u32))
        }),
        "channels.phone.skills[2]: skill `spanish` is asked for twice under the same condition, at [1] already, \
         expected once",
    );
}

#[test]
fn more_than_32_skill_rules_are_no_problem() {
    let config = with_channel(|channel| {
        (0..100).fold(channel, |channel, number| {
            channel.skill(SkillRule::when(
                Condition::is("language", number),
                format!("skill-{number}"),
            ))
        })
    });
    assert_eq!(problems(config), [""; 0]);
}

#[test]
fn a_pool_has_groups() {
    one(
        with_queue(|queue| queue.pool(EligibilityPool::new([""; 0], "fair"))),
        "queues.front.eligibility[0].groups: a pool without groups, expected at least one",
    );
}

#[test]
fn conditions_are_at_most_32_deep() {
    let deep = |depth| (1..depth).fold(Condition::Always, |condition, _| !condition);
    let text = "conditions stand in one another more than 32 deep";
    assert_eq!(
        problems(with_queue(|queue| queue.routing(deep(32)))),
        [""; 0]
    );
    one(
        with_queue(|queue| queue.routing(deep(33))),
        &format!("queues.front.routing: {text}"),
    );
    let channel = |channel: ServiceChannel| {
        channel
            .condition(deep(33))
            .size(SizeRule::when(deep(33), 1))
            .skill(SkillRule::when(deep(33), "spanish"))
            .utilization(deep(33))
    };
    assert_eq!(
        problems(with_channel(channel)),
        [
            "condition",
            "sizes[0].when",
            "skills[0].when",
            "utilization"
        ]
        .map(|field| format!("channels.phone.{field}: {text}"))
    );
}

#[test]
fn ids_built_in_rust_are_checked_too() {
    let empty = "an id is empty, expected 1 to 256 bytes";
    let long = "x".repeat(300);
    let config = sound()
        .channel("", ServiceChannel::new().default_size(0_u32))
        .rule("a\nb", AssignmentRule::new().gate(""))
        .group(long, AgentGroup::new([""]).queue_order("", 1))
        .agent("ben", Agent::new().skill("", 1).capacity("", 1))
        .queue("front", Queue::new("").trigger(1, ""));
    assert_eq!(
        problems(config),
        [
            format!("channels.\"\": {empty}"),
            "channels.\"\".default_size: a size of 0, expected at least 1".into(),
            format!("queues.front.channel: {empty}"),
            format!("queues.front.triggers[0].name: {empty}"),
            "rules.\"a\\nb\": the id \"a\\nb\" contains a control character".into(),
            format!("rules.\"a\\nb\".gates[0]: {empty}"),
            format!(
                "groups.\"{}\"…: an id has 300 bytes, expected 1 to 256",
                "x".repeat(32)
            ),
            format!("groups.\"{}\"….members[0]: {empty}", "x".repeat(32)),
            format!("groups.\"{}\"….queue_order.\"\": {empty}", "x".repeat(32)),
            format!("agents.ben.skills.\"\": {empty}"),
            format!("agents.ben.capacity.\"\": {empty}"),
        ]
    );
}

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_the_configuration() {
    let config = Config::new()
        .reject_reason("busy", RejectReason::new().channels(["sms"]))
        .agent("asha", Agent::new().skill("spanish", 0))
        .group("desk", AgentGroup::new(["ben"]))
        .presence_state("available", PresenceState::new().groups(["front"]))
        .rule(
            "fair",
            AssignmentRule::new().offer(Ask::new().timeout_secs(0_u32)),
        )
        .queue(
            "front",
            Queue::new("phone").pool(EligibilityPool::new(["desc"], "fare")),
        )
        .channel("whatsapp", ServiceChannel::new().default_size(0_u32));
    let error = Plan::new(config).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration has 9 problems:\n\
         1. channels.whatsapp.default_size: a size of 0, expected at least 1\n\
         2. queues.front.channel: channel `phone` does not exist, expected `whatsapp`\n\
         3. queues.front.eligibility[0].groups[0]: group `desc` does not exist, did you mean `desk`?\n\
         4. queues.front.eligibility[0].rule: rule `fare` does not exist, expected `fair`\n\
         5. rules.fair.offer.ask.timeout_secs: a duration of 0 seconds, expected at least 1\n\
         6. presence_states.available.groups[0]: group `front` does not exist, expected `desk`\n\
         7. groups.desk.members[0]: agent `ben` does not exist, expected `asha`\n\
         8. agents.asha.skills.spanish: a skill level of 0, expected at least 1\n\
         9. reject_reasons.busy.channels[0]: channel `sms` does not exist, expected `whatsapp`"
    );
    let first = &error.problems()[0];
    assert_eq!(
        (first.path(), first.kind()),
        ("channels.whatsapp.default_size", &ProblemKind::ZeroSize)
    );
}

#[test]
fn one_problem_is_counted_in_the_singular() {
    let error = Plan::new(Config::new().queue("front", Queue::new("phone"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration has 1 problem:\n1. queues.front.channel: channel `phone` does not exist, there is none"
    );
}

#[test]
fn the_nearest_name_is_proposed_else_a_few_that_there_are() {
    let names = [
        "english", "spanish", "catalan", "french", "german", "danish",
    ];
    let config = |wrong: &str| {
        let config = Config::new().queue("front", Queue::new(wrong));
        names.into_iter().fold(config, |config, name| {
            config.channel(name, ServiceChannel::new())
        })
    };
    let proposed = |wrong: &str, tail: &str| {
        one(
            config(wrong),
            &format!("queues.front.channel: channel `{wrong}` does not exist, {tail}"),
        );
    };
    proposed("spansih", "did you mean `spanish`?");
    proposed("anish", "did you mean `danish`?");
    proposed("Frénch", "did you mean `french`?");
    proposed("germany!", "did you mean `german`?");
    proposed(
        "xx",
        "expected one of `english`, `spanish`, `catalan`, `french` or 2 more",
    );
    proposed(
        "norwegian",
        "expected one of `english`, `spanish`, `catalan`, `french` or 2 more",
    );
}

#[test]
fn a_hundred_thousand_wrong_names_are_all_reported() {
    let agents = (0..1000).fold(Config::new(), |config, number| {
        config.agent(format!("agent-{number}"), Agent::new())
    });
    let members = (0..100_000).map(|number| format!("person-{number}"));
    let error = Plan::new(agents.group("desk", AgentGroup::new(members))).unwrap_err();
    assert_eq!(error.problems().len(), 100_000);
}

proptest! {
    #[test]
    fn any_configuration_is_a_plan_or_says_why_not(config in arbitrary::unreadable_config()) {
        if let Err(error) = Plan::new(config) {
            prop_assert!(!error.problems().is_empty());
            prop_assert!(!error.to_string().chars().any(|character| character.is_control() && character != '\n'));
            prop_assert_eq!(error.to_string().lines().count(), 1 + error.problems().len());
        }
    }
}
