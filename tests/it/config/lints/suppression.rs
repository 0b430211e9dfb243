//! Lints that are not reported because another lint states the cause.

use handover::*;
use proptest::prelude::*;

use crate::config::lints::mutations::mutate;
use crate::config::lints::{codes, lints};
use crate::generators::lint_free::{self, CHANNEL, QUEUE, small};

use LintCode::*;

fn channel(config: &mut Config) -> &mut ServiceChannel {
    config.channels.get_mut("whatsapp").unwrap()
}

fn queue(config: &mut Config) -> &mut Queue {
    config.queues.get_mut("english").unwrap()
}

/// Returns a channel and a queue with many defects at once.
fn defective() -> Config {
    let mut config = small();
    config.groups.get_mut("front").unwrap().members.clear();
    config.rules.get_mut("ask").unwrap().offer = Ask::new().into();
    let skill = SkillRule::when(Condition::Always, "unheard-of");
    *channel(&mut config) = channel(&mut config)
        .clone()
        .default_size(7_u32)
        .size(SizeRule::when(Condition::Always, 9))
        .skill(skill);
    *queue(&mut config) = queue(&mut config).clone().trigger(700, "late");
    config
}

#[test]
fn inactive_queue_and_channel_have_no_lints() {
    let mut config = defective();
    config
        .groups
        .insert("back", AgentGroup::default().queue_order("english", 1));
    queue(&mut config).active = false;
    assert_eq!(codes(&config), []);
    channel(&mut config).active = false;
    config.presence_states = Map::new();
    config.rules.get_mut("ask").unwrap().offer = Offer::AutoAccept;
    assert_eq!(codes(&config), []);
}

#[test]
fn channel_without_active_queue_still_needs_presence() {
    let mut config = small();
    config.presence_states.get_mut("available").unwrap().active = false;
    queue(&mut config).active = false;
    assert_eq!(codes(&config), [ChannelWithoutPresence]);
}

#[test]
fn queue_on_an_inactive_channel_has_no_other_lint() {
    let mut config = defective();
    channel(&mut config).active = false;
    assert_eq!(codes(&config), [InactiveChannel]);
    queue(&mut config).eligibility.clear();
    assert_eq!(codes(&config), [InactiveChannel]);
}

#[test]
fn pool_without_members_has_no_other_lint() {
    let mut config = defective();
    config.presence_states.get_mut("available").unwrap().groups = [""; 0].into();
    assert_eq!(codes(&config), [PoolWithoutMembers]);
}

#[test]
fn pool_that_never_opens_has_no_other_lint() {
    let mut config = defective();
    queue(&mut config).eligibility[0].eligible_at_secs = 600;
    assert_eq!(codes(&config), [PoolNeverOpens]);
}

#[test]
fn channel_without_presence_suppresses_pool_presence_only() {
    let mut config = small();
    config.presence_states.get_mut("available").unwrap().active = false;
    assert_eq!(codes(&config), [ChannelWithoutPresence]);
    channel(&mut config).default_size = 5;
    assert_eq!(codes(&config), [ChannelWithoutPresence, PoolWithoutRoom]);
    queue(&mut config).eligibility.clear();
    assert_eq!(
        codes(&config),
        [QueueWithoutEligibility, ChannelWithoutPresence]
    );
}

#[test]
fn presence_and_capacity_lints_are_independent() {
    let mut config = small();
    config.presence_states.get_mut("available").unwrap().groups = [""; 0].into();
    channel(&mut config).default_size = 5;
    assert_eq!(codes(&config), [PoolWithoutPresence, PoolWithoutRoom]);
}

/// Adds a trigger that is never due, and returns the codes.
fn with_late_trigger(mut config: Config) -> Vec<LintCode> {
    *queue(&mut config) = queue(&mut config).clone().trigger(700, "late");
    codes(&config)
}

#[test]
fn severe_lint_suppresses_warnings() {
    assert_eq!(with_late_trigger(small()), [NeverDue]);

    let mut absent = small();
    absent.presence_states.get_mut("available").unwrap().groups = [""; 0].into();
    assert_eq!(with_late_trigger(absent), [PoolWithoutPresence]);

    let mut unattended = small();
    unattended
        .presence_states
        .get_mut("available")
        .unwrap()
        .active = false;
    assert_eq!(with_late_trigger(unattended), [ChannelWithoutPresence]);

    let mut full = small();
    channel(&mut full).default_size = 5;
    assert_eq!(with_late_trigger(full), [PoolWithoutRoom]);

    let mut shadowed = small();
    let all = queue(&mut shadowed)
        .clone()
        .order(1)
        .routing(Routing::always());
    shadowed.queues.insert("all", all);
    assert_eq!(with_late_trigger(shadowed), [QueueShadowed]);
}

#[test]
fn only_an_active_earlier_queue_of_the_channel_shadows() {
    let mut config = small();
    let all = queue(&mut config)
        .clone()
        .order(1)
        .routing(Routing::always());
    config.queues.insert("all", all.clone());
    assert_eq!(codes(&config), [QueueShadowed]);

    config.queues.insert("all", all.clone().active(false));
    assert_eq!(codes(&config), []);

    config.queues.insert("all", all.clone().order(101));
    assert_eq!(codes(&config), []);

    let mut chat = channel(&mut config).clone();
    chat.name = Some("Chat".into());
    config.channels.insert("chat", chat);
    config
        .presence_states
        .get_mut("available")
        .unwrap()
        .channels = Scope::All;
    let mut elsewhere = all.clone();
    elsewhere.channel = "chat".into();
    config.queues.insert("all", elsewhere);
    assert_eq!(codes(&config), []);

    config.queues.insert("all", all);
    queue(&mut config).routing = Routing::Manual;
    assert_eq!(codes(&config), []);
    config.queues.get_mut("all").unwrap().routing = Routing::Manual;
    assert_eq!(codes(&config), []);
}

#[test]
fn queues_of_equal_order_are_sorted_by_id() {
    let mut config = small();
    let all = queue(&mut config).clone().routing(Routing::always());
    config.queues.insert("early", all.clone());
    assert_eq!(lints(&config)[0].path(), "queues.english.routing");
    config.queues.remove("early");
    config.queues.insert("zealous", all);
    assert_eq!(codes(&config), []);
}

#[test]
fn unknown_skill_has_no_other_lint() {
    let mut config = small();
    config.rules.get_mut("ask").unwrap().skills = SkillMode::Require;
    let skill = SkillRule::when(Condition::Always, "unheard-of").mandatory(true);
    channel(&mut config).skills.push(skill);
    assert_eq!(codes(&config), [SkillUnknown]);
}

#[test]
fn skill_nobody_has_is_not_reported_if_one_pool_has_the_skill() {
    let mut config = small();
    config.rules.get_mut("ask").unwrap().skills = SkillMode::Require;
    let skill = SkillRule::when(Condition::is("language", "es"), "spanish").mandatory(true);
    channel(&mut config).skills.push(skill);
    config.agents.insert("ben", Agent::new());
    config.groups.insert("back", AgentGroup::new(["ben"]));
    config.presence_states.get_mut("available").unwrap().groups = Scope::All;
    let pool = EligibilityPool::new(["back"], "ask");
    queue(&mut config).eligibility.push(pool);
    assert_eq!(codes(&config), []);
    queue(&mut config).eligibility.remove(0);
    assert_eq!(codes(&config), [SkillNobodyHas]);
}

#[test]
fn skill_of_an_ai_agent_counts_if_the_rule_includes_ai() {
    let mut config = small();
    config.rules.get_mut("ask").unwrap().skills = SkillMode::Require;
    let skill = SkillRule::when(Condition::is("language", "de"), "german").mandatory(true);
    channel(&mut config).skills.push(skill);
    let bot = Agent::new().kind(AgentKind::Ai).skill("german", 1);
    config.agents.insert("bot", bot);
    let members = &mut config.groups.get_mut("front").unwrap().members;
    members.push("bot".into());
    assert_eq!(codes(&config), [SkillNobodyHas]);
    config.rules.get_mut("ask").unwrap().include_ai = true;
    assert_eq!(codes(&config), []);
}

#[test]
fn only_the_mandatory_request_of_a_skill_counts() {
    let mut config = small();
    config.rules.get_mut("ask").unwrap().skills = SkillMode::RequireLevels;
    let preferred = SkillRule::when(Condition::is("vip", true), "spanish").level(3_u32);
    let mandatory = SkillRule::when(Condition::is("language", "es"), "spanish").mandatory(true);
    channel(&mut config).skills.extend([preferred, mandatory]);
    assert_eq!(codes(&config), []);
}

#[test]
fn size_above_every_capacity_does_not_starve() {
    let mut config = small();
    queue(&mut config).max_wait_secs = None;
    queue(&mut config).when_exhausted = WhenExhausted::StartOverSecs(60);
    let size = SizeRule::when(Condition::is("vip", true), 5);
    channel(&mut config).sizes.push(size);
    assert_eq!(codes(&config), [SizeNobodyHasRoomFor]);
    let size = SizeRule::when(Condition::is("vip", false), 2);
    channel(&mut config).sizes.push(size);
    assert_eq!(codes(&config), [SizeNobodyHasRoomFor, LargeItemsMayStarve]);
}

#[test]
fn unused_rule_has_no_lint() {
    let mut config = small();
    config.rules.insert("spare", AssignmentRule::new());
    assert_eq!(codes(&config), []);
    let pool = EligibilityPool::new(["front"], "spare").eligible_at_secs(600_u32);
    queue(&mut config).eligibility.push(pool);
    assert_eq!(codes(&config), [PoolNeverOpens]);
    queue(&mut config).eligibility[1].eligible_at_secs = 599;
    assert_eq!(codes(&config), [OfferWithoutTimeout]);
}

proptest! {
    /// An inactive channel suppresses every other lint of the channel and its queues.
    #[test]
    fn inactive_channel_suppresses_all_other_lints(
        config in lint_free::config(),
        code in proptest::sample::select(LintCode::ALL),
        variant in any::<bool>(),
    ) {
        let mut config = config;
        mutate(&mut config, code, variant);
        mutate(&mut config, InactiveChannel, variant);
        for lint in lints(&config) {
            let path = lint.path();
            let here = path.starts_with(&format!("channels.{CHANNEL}")) || path.starts_with(&format!("queues.{QUEUE}"));
            prop_assert!(!here || lint.code() == InactiveChannel, "{}", lint);
        }
    }
}
