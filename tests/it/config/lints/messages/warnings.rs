//! Warnings: something probably has an unintended effect.

use handover::*;

use super::{assert_lints, channel, lints, queue, rule, small};

#[test]
fn size_nobody_has_room_for_is_reported() {
    for (size, too_large) in [(4, false), (5, true)] {
        let text = "warning[size_nobody_has_room_for] channels.whatsapp.sizes[0].size: \
             An item of channel `whatsapp` may have size 5, but nobody who works on it has a capacity above 4. \
             Raise the capacity of someone, or lower the size.";
        assert_lints(
            |config| {
                let size = SizeRule::when(Condition::is("vip", true), size);
                channel(config).sizes.push(size);
            },
            &[text][..usize::from(too_large)],
        );
    }
}

#[test]
fn skill_nobody_has_is_reported() {
    for (mode, level, lacks) in [
        (SkillMode::RequireLevels, 2_u32, false),
        (SkillMode::RequireLevels, 3, true),
        (SkillMode::Require, 3, false),
        (SkillMode::PreferLevels, 3, false),
    ] {
        let text = "warning[skill_nobody_has] channels.whatsapp.skills[0]: \
             Channel `whatsapp` requires skill `spanish` at level 3, but nobody in the pools that require skills holds it at that level. \
             Give the skill to a member of such a pool, or do not make it mandatory.";
        assert_lints(
            |config| {
                rule(config).skills = mode;
                let skill = SkillRule::when(Condition::is("language", "es"), "spanish");
                let skill = skill.level(level).mandatory(true);
                channel(config).skills.push(skill);
            },
            &[text][..usize::from(lacks)],
        );
    }
}

#[test]
fn preferred_skill_need_not_be_in_the_pool() {
    assert_lints(
        |config| {
            config
                .agents
                .insert("outsider", Agent::new().skill("rare", 1));
            rule(config).skills = SkillMode::Require;
            let skill = SkillRule::when(Condition::Always, "rare");
            channel(config).skills.push(skill);
        },
        &[],
    );
}

#[test]
fn unknown_skill_is_reported() {
    assert_lints(
        |config| {
            let skill = SkillRule::when(Condition::Always, "spansih");
            channel(config).skills.push(skill);
        },
        &["warning[skill_unknown] channels.whatsapp.skills[0].skill: \
           Channel `whatsapp` asks for skill `spansih`, which no agent has. \
           Give the skill to those who have it, or correct its name."],
    );
}

#[test]
fn offer_without_timeout_is_reported() {
    assert_lints(
        |config| rule(config).offer = Ask::new().into(),
        &["warning[offer_without_timeout] rules.ask.offer: \
           An offer under rule `ask` has no time-out, so it may stay pending forever. \
           Set `timeout_secs`."],
    );
}

#[test]
fn timeout_that_keeps_presence_is_reported() {
    assert_lints(
        |config| rule(config).offer = Ask::new().timeout_secs(30_u32).into(),
        &["warning[timeout_keeps_presence] rules.ask.offer: \
           A time-out under rule `ask` leaves the agent present, so an agent who does not answer is offered every item. \
           Set `timeout_presence` to a presence state that takes no work."],
    );
    assert_lints(
        |config| {
            let ask = Ask::new()
                .timeout_secs(30_u32)
                .timeout_presence("available");
            rule(config).offer = ask.into();
        },
        &["warning[timeout_keeps_presence] rules.ask.offer: \
           A time-out under rule `ask` sets presence state `available`, which takes work, \
           so an agent who does not answer is offered every item. \
           Set `timeout_presence` to a presence state that takes no work."],
    );
}

#[test]
fn time_that_is_never_due_is_reported() {
    assert_lints(
        |config| {
            let late = queue(config).clone().target_wait_secs(599_u32);
            *queue(config) = late.trigger(599, "in-time");
        },
        &[],
    );
    assert_lints(
        |config| {
            let late = queue(config).clone().target_wait_secs(600_u32);
            *queue(config) = late.trigger(10, "in-time").trigger(600, "too-late");
        },
        &[
            "warning[never_due] queues.english.target_wait_secs: \
             The target of queue `english` is 600 s, but items are canceled after 600 s, so it is only missed while an offer is open. \
             Lower the target below 600 s, or raise the queue's `max_wait_secs`.",
            "warning[never_due] queues.english.triggers[1].at_secs: \
             Trigger `too-late` of queue `english` is due after 600 s, but items are canceled after 600 s. \
             Put the trigger before 600 s, or raise the queue's `max_wait_secs`.",
        ],
    );
}

#[test]
fn offer_that_can_be_rejected_or_time_out_may_make_an_item_wait_forever() {
    let is_reported = |ask: Ask| {
        let mut config = small();
        queue(&mut config).max_wait_secs = None;
        rule(&mut config).offer = ask.into();
        let mut lints = lints(&config).into_iter();
        lints.any(|lint| lint.to_string().contains("may_wait_for_ever"))
    };
    assert!(is_reported(Ask::new()));
    assert!(is_reported(
        Ask::new().rejectable(false).timeout_secs(30_u32)
    ));
    assert!(!is_reported(Ask::new().rejectable(false)));
}

#[test]
fn item_that_may_wait_forever_is_reported() {
    assert_lints(
        |config| queue(config).max_wait_secs = None,
        &["warning[may_wait_for_ever] queues.english: \
           An item of queue `english` waits forever after everyone has declined it, which rule `ask` allows. \
           Set `max_wait_secs`, or `when_exhausted` to start over."],
    );
    assert_lints(
        |config| {
            queue(config).max_wait_secs = None;
            rule(config).offer = Offer::AutoAccept;
        },
        &[],
    );
    assert_lints(
        |config| {
            queue(config).max_wait_secs = None;
            rule(config).offer = Ask::new().rejectable(false).into();
        },
        &["warning[offer_without_timeout] rules.ask.offer: \
           An offer under rule `ask` has no time-out, so it may stay pending forever. \
           Set `timeout_secs`."],
    );
}

#[test]
fn large_items_that_may_starve_are_reported() {
    assert_lints(
        |config| {
            queue(config).max_wait_secs = None;
            queue(config).when_exhausted = WhenExhausted::StartOverSecs(60);
            channel(config).default_size = 2;
        },
        &["warning[large_items_may_starve] queues.english: \
           An item of channel `whatsapp` may need more than one unit, and may wait in queue `english` forever \
           while smaller items take the capacity that becomes free. \
           Set `max_wait_secs`."],
    );
}

#[test]
fn queue_order_without_pool_is_reported() {
    assert_lints(
        |config| {
            let group = AgentGroup::new(["asha"]).queue_order("english", 1);
            config.groups.insert("back", group);
        },
        &[
            "warning[order_without_pool] groups.back.queue_order.english: \
           Group `back` orders queue `english`, but no pool of that queue names the group. \
           Add the group to a pool of queue `english`, or take the queue out of its order.",
        ],
    );
}
