//! The text of every kind of problem that makes a plan impossible.

mod limits;
mod reporting;

use handover::*;

/// Returns a configuration without problems.
fn valid() -> Config {
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
    valid().channel("phone", change(ServiceChannel::new()))
}

fn with_queue(change: impl FnOnce(Queue) -> Queue) -> Config {
    valid().queue("front", change(Queue::new("whatsapp")))
}

fn with_rule(change: impl FnOnce(AssignmentRule) -> AssignmentRule) -> Config {
    valid().rule("fair", change(AssignmentRule::new()))
}

/// Returns all problems as text.
fn problems(config: Config) -> Vec<String> {
    Plan::new(config).map_or_else(
        |error| error.problems().iter().map(ToString::to_string).collect(),
        |_| Vec::new(),
    )
}

#[track_caller]
fn assert_problem(config: Config, problem: &str) {
    assert_eq!(problems(config), [problem]);
}

#[test]
fn valid_configuration_has_no_problem() {
    assert_eq!(problems(valid()), [""; 0]);
    assert_eq!(problems(Config::new()), [""; 0]);
}

#[test]
fn zero_capacity_and_empty_lists_are_no_problem() {
    let mut rule = AssignmentRule::new();
    rule.assign_by.clear();
    let config = valid()
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
fn unknown_references_are_problems() {
    assert_problem(
        valid().queue("front", Queue::new("whatsap")),
        "queues.front.channel: channel `whatsap` does not exist, did you mean `whatsapp`?",
    );
    assert_problem(
        with_queue(|queue| queue.pool(EligibilityPool::new(["desk", "dusk"], "fair"))),
        "queues.front.eligibility[0].groups[1]: group `dusk` does not exist, did you mean `desk`?",
    );
    assert_problem(
        with_queue(|queue| queue.pool(EligibilityPool::new(["desk"], "unfair"))),
        "queues.front.eligibility[0].rule: rule `unfair` does not exist, did you mean `fair`?",
    );
    assert_problem(
        with_rule(|rule| rule.offer(Ask::new().timeout_presence("away"))),
        "rules.fair.offer.ask.timeout_presence: presence state `away` does not exist, expected `available`",
    );
    assert_problem(
        valid().presence_state("available", PresenceState::new().channels(["sms"])),
        "presence_states.available.channels[0]: channel `sms` does not exist, expected one of `whatsapp`, `phone`",
    );
    assert_problem(
        valid().presence_state("available", PresenceState::new().groups(["back"])),
        "presence_states.available.groups[0]: group `back` does not exist, expected `desk`",
    );
    assert_problem(
        valid().group("desk", AgentGroup::new(["asha", "bne"])),
        "groups.desk.members[1]: agent `bne` does not exist, expected one of `asha`, `ben`",
    );
    assert_problem(
        valid().group("desk", AgentGroup::default().queue_order("frond", 1)),
        "groups.desk.queue_order.frond: queue `frond` does not exist, did you mean `front`?",
    );
    assert_problem(
        valid().agent("asha", Agent::new().capacity("Phone", 1)),
        "agents.asha.capacity.Phone: channel `Phone` does not exist, did you mean `phone`?",
    );
    assert_problem(
        valid().reject_reason("busy", RejectReason::new().channels(["phones"])),
        "reject_reasons.busy.channels[0]: channel `phones` does not exist, did you mean `phone`?",
    );
}

#[test]
fn unregistered_custom_rules_are_problems() {
    assert_problem(
        with_channel(|channel| channel.size(SizeRule::custom("length"))),
        "channels.phone.sizes[0].custom: sizing `length` is not registered, there is none",
    );
    assert_problem(
        with_queue(|queue| queue.routing(Routing::custom("night"))),
        "queues.front.routing.custom: routing condition `night` is not registered, there is none",
    );
    assert_problem(
        with_rule(|rule| rule.assign_by([AssignBy::InOrder, AssignBy::custom("nearest")])),
        "rules.fair.assign_by[1].custom: ranking `nearest` is not registered, there is none",
    );
    assert_problem(
        with_rule(|rule| rule.gate("calm")),
        "rules.fair.gates[0]: eligibility rule `calm` is not registered, there is none",
    );
}

#[test]
fn custom_rules_are_looked_up_by_kind() {
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
fn size_0_is_a_problem() {
    let text = "a size of 0, expected at least 1";
    assert_problem(
        with_channel(|channel| channel.default_size(0_u32)),
        &format!("channels.phone.default_size: {text}"),
    );
    let rule = SizeRule::when(Condition::Always, 0);
    assert_problem(
        with_channel(|channel| channel.size(rule)),
        &format!("channels.phone.sizes[0].size: {text}"),
    );
}

#[test]
fn skill_level_0_is_a_problem() {
    let text = "a skill level of 0, expected at least 1";
    assert_problem(
        valid().agent("asha", Agent::new().skill("spanish", 0)),
        &format!("agents.asha.skills.spanish: {text}"),
    );
    let rule = SkillRule::when(Condition::Always, "spanish").level(0_u32);
    assert_problem(
        with_channel(|channel| channel.skill(rule)),
        &format!("channels.phone.skills[0].level: {text}"),
    );
}

#[test]
fn duration_0_is_a_problem_except_for_two_fields() {
    let zero = [
        (
            with_queue(|queue| queue.target_wait_secs(0_u32)),
            "queues.front.target_wait_secs",
        ),
        (
            with_queue(|queue| queue.affinity([Affinity::LastAgent { within_days: 0 }])),
            "queues.front.affinity[0].last_agent.within_days",
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
            valid().reject_reason("busy", RejectReason::new().reassignable_after_secs(0_u32)),
            "reject_reasons.busy.reassignable_after_secs",
        ),
    ];
    for (config, path) in zero {
        assert_problem(
            config,
            &format!("{path}: a duration of 0, expected at least 1"),
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
fn duplicate_list_entries_are_problems() {
    let duplicate =
        |path, entry| format!("{path}: {entry} is listed twice, first at [0], expected once");
    assert_problem(
        valid().group("desk", AgentGroup::new(["asha", "ben", "asha"])),
        &duplicate("groups.desk.members[2]", "agent `asha`"),
    );
    assert_problem(
        with_queue(|queue| queue.pool(EligibilityPool::new(["desk", "desk"], "fair"))),
        &duplicate("queues.front.eligibility[0].groups[1]", "group `desk`"),
    );
    assert_problem(
        with_queue(|queue| queue.trigger(1, "hold").trigger(2, "hold")),
        &duplicate("queues.front.triggers[1].name", "trigger `hold`"),
    );
    assert_problem(
        with_queue(|queue| queue.affinity([Affinity::Preferred; 2])),
        &duplicate("queues.front.affinity[1]", "affinity `preferred`"),
    );
    assert_problem(
        with_queue(|queue| {
            queue.affinity([
                Affinity::last_agent(),
                Affinity::LastAgent { within_days: 7 },
            ])
        }),
        &duplicate("queues.front.affinity[1]", "affinity `last_agent`"),
    );
    assert_problem(
        valid().presence_state("available", PresenceState::new().channels(["phone"; 2])),
        &duplicate("presence_states.available.channels[1]", "channel `phone`"),
    );
    assert_problem(
        valid().presence_state("available", PresenceState::new().groups(["desk"; 2])),
        &duplicate("presence_states.available.groups[1]", "group `desk`"),
    );
    assert_problem(
        valid().reject_reason("busy", RejectReason::new().channels(["phone"; 2])),
        &duplicate("reject_reasons.busy.channels[1]", "channel `phone`"),
    );
}

#[test]
fn duplicate_skill_under_one_condition_is_a_problem() {
    let spanish = |language: &str| SkillRule::when(Condition::is("language", language), "spanish");
    let config = with_channel(|channel| channel.skill(spanish("es")).skill(spanish("ca")));
    assert_eq!(problems(config), [""; 0]);
    assert_problem(
        with_channel(|channel| {
            channel
                .skill(spanish("ca"))
                .skill(spanish("es"))
                .skill(spanish("es").level(2_u32))
        }),
        "channels.phone.skills[2]: skill `spanish` is asked for twice under the same condition, first at [1], \
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
fn pool_without_groups_is_a_problem() {
    assert_problem(
        with_queue(|queue| queue.pool(EligibilityPool::new([""; 0], "fair"))),
        "queues.front.eligibility[0].groups: a pool without groups, expected at least one",
    );
}

#[test]
fn condition_deeper_than_32_levels_is_a_problem() {
    let deep = |depth| (1..depth).fold(Condition::Always, |condition, _| !condition);
    let text = "conditions are nested more than 32 levels deep";
    assert_eq!(
        problems(with_queue(|queue| queue.routing(deep(32)))),
        [""; 0]
    );
    assert_problem(
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
