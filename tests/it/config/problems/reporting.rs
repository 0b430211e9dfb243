//! How problems are reported: all at once, in order, with paths and suggestions.

use handover::*;
use proptest::prelude::*;

use super::{assert_problem, problems, valid};
use crate::generators::arbitrary;

#[test]
fn invalid_ids_built_in_rust_are_problems() {
    let empty = "an id is empty, expected 1 to 256 bytes";
    let long = "x".repeat(300);
    let config = valid()
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
fn repeated_skill_rule_with_an_invalid_id_is_not_a_duplicate() {
    let rule = || SkillRule::when(Condition::Always, "");
    let channel = ServiceChannel::new().skill(rule()).skill(rule());
    let empty = "an id is empty, expected 1 to 256 bytes";
    assert_eq!(
        problems(valid().channel("phone", channel)),
        [
            format!("channels.phone.skills[0].skill: {empty}"),
            format!("channels.phone.skills[1].skill: {empty}"),
        ]
    );
}

#[test]
fn all_problems_are_reported_in_configuration_order() {
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
         5. rules.fair.offer.ask.timeout_secs: a duration of 0, expected at least 1\n\
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
fn single_problem_is_reported_in_the_singular() {
    let error = Plan::new(Config::new().queue("front", Queue::new("phone"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration has 1 problem:\n1. queues.front.channel: channel `phone` does not exist, there is none"
    );
}

#[test]
fn nearest_name_is_suggested_else_a_few_existing_names() {
    let names = [
        "english", "spanish", "catalan", "french", "german", "danish",
    ];
    let config = |wrong: &str| {
        let config = Config::new().queue("front", Queue::new(wrong));
        names.into_iter().fold(config, |config, name| {
            config.channel(name, ServiceChannel::new())
        })
    };
    let assert_suggestion = |wrong: &str, tail: &str| {
        assert_problem(
            config(wrong),
            &format!("queues.front.channel: channel `{wrong}` does not exist, {tail}"),
        );
    };
    assert_suggestion("spansih", "did you mean `spanish`?");
    assert_suggestion("anish", "did you mean `danish`?");
    assert_suggestion("Frénch", "did you mean `french`?");
    assert_suggestion("germany!", "did you mean `german`?");
    assert_suggestion(
        "xx",
        "expected one of `english`, `spanish`, `catalan`, `french` or 2 more",
    );
    assert_suggestion(
        "norwegian",
        "expected one of `english`, `spanish`, `catalan`, `french` or 2 more",
    );
}

#[test]
fn one_hundred_thousand_unknown_names_are_all_reported() {
    let agents = (0..1000).fold(Config::new(), |config, number| {
        config.agent(format!("agent-{number}"), Agent::new())
    });
    let members = (0..100_000).map(|number| format!("person-{number}"));
    let error = Plan::new(agents.group("desk", AgentGroup::new(members))).unwrap_err();
    assert_eq!(error.problems().len(), 100_000);
}

proptest! {
    #[test]
    fn arbitrary_configuration_is_a_plan_or_has_problems(config in arbitrary::unreadable_config()) {
        if let Err(error) = Plan::new(config) {
            prop_assert!(!error.problems().is_empty());
            prop_assert!(!error.to_string().chars().any(|character| character.is_control() && character != '\n'));
            prop_assert_eq!(error.to_string().lines().count(), 1 + error.problems().len());
        }
    }
}
