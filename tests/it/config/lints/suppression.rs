//! A lint is silent where another already says why.

use handover::*;
use proptest::prelude::*;

use crate::config::lints::mutations::spoil;
use crate::config::lints::{codes, lints};
use crate::generators::lint_free::{self, CHANNEL, QUEUE, small};

use LintCode::*;

fn channel(config: &mut Config) -> &mut ServiceChannel {
    config.channels.get_mut("whatsapp").unwrap()
}

fn queue(config: &mut Config) -> &mut Queue {
    config.queues.get_mut("english").unwrap()
}

/// A channel and a queue with all that can be wrong with them, as far as it does not exclude itself.
fn hopeless() -> Config {
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
fn nothing_is_said_of_what_is_switched_off() {
    let mut config = hopeless();
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
fn an_active_channel_needs_presence_even_before_it_has_a_queue() {
    let mut config = small();
    config.presence_states.get_mut("available").unwrap().active = false;
    queue(&mut config).active = false;
    assert_eq!(codes(&config), [ChannelWithoutPresence]);
}

#[test]
fn of_a_queue_on_an_inactive_channel_nothing_else_is_said() {
    let mut config = hopeless();
    channel(&mut config).active = false;
    assert_eq!(codes(&config), [InactiveChannel]);
    queue(&mut config).eligibility.clear();
    assert_eq!(codes(&config), [InactiveChannel]);
}

#[test]
fn of_a_pool_without_members_nothing_else_is_said() {
    let mut config = hopeless();
    config.presence_states.get_mut("available").unwrap().groups = [""; 0].into();
    assert_eq!(codes(&config), [PoolWithoutMembers]);
}

#[test]
fn of_a_pool_that_never_opens_nothing_else_is_said() {
    let mut config = hopeless();
    queue(&mut config).eligibility[0].eligible_at_secs = 600;
    assert_eq!(codes(&config), [PoolNeverOpens]);
}

#[test]
fn a_channel_without_presence_speaks_for_its_pools_but_not_for_what_else_is_wrong() {
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
fn presence_and_room_are_independent() {
    let mut config = small();
    config.presence_states.get_mut("available").unwrap().groups = [""; 0].into();
    channel(&mut config).default_size = 5;
    assert_eq!(codes(&config), [PoolWithoutPresence, PoolWithoutRoom]);
}

/// What is said of a queue whose trigger is never due.
fn with_late_trigger(mut config: Config) -> Vec<LintCode> {
    *queue(&mut config) = queue(&mut config).clone().trigger(700, "late");
    codes(&config)
}

#[test]
fn what_cannot_be_assigned_has_no_warnings() {
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
fn only_an_active_earlier_queue_of_the_same_channel_shadows() {
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
fn queues_of_one_order_go_by_id() {
    let mut config = small();
    let all = queue(&mut config).clone().routing(Routing::always());
    config.queues.insert("early", all.clone());
    assert_eq!(lints(&config)[0].path(), "queues.english.routing");
    config.queues.remove("early");
    config.queues.insert("zealous", all);
    assert_eq!(codes(&config), []);
}

#[test]
fn a_skill_that_nobody_has_anywhere_is_unknown_and_nothing_else() {
    let mut config = small();
    config.rules.get_mut("ask").unwrap().skills = SkillMode::Require;
    let skill = SkillRule::when(Condition::Always, "unheard-of").mandatory(true);
    channel(&mut config).skills.push(skill);
    assert_eq!(codes(&config), [SkillUnknown]);
}

#[test]
fn one_pool_that_requires_a_skill_and_has_it_is_enough() {
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
fn a_skill_of_an_ai_agent_counts_where_the_rule_includes_it() {
    let mut config = small();
    config.rules.get_mut("ask").unwrap().skills = SkillMode::Require;
    let skill = SkillRule::when(Condition::is("language", "de"), "german").mandatory(true);
    channel(&mut config).skills.push(skill);
    let machine = Agent::new().kind(AgentKind::Ai).skill("german", 1);
    config.agents.insert("machine", machine);
    let members = &mut config.groups.get_mut("front").unwrap().members;
    members.push("machine".into());
    assert_eq!(codes(&config), [SkillNobodyHas]);
    config.rules.get_mut("ask").unwrap().include_ai = true;
    assert_eq!(codes(&config), []);
}

#[test]
fn of_one_skill_asked_for_twice_only_the_mandatory_one_counts() {
    let mut config = small();
    config.rules.get_mut("ask").unwrap().skills = SkillMode::RequireLevels;
    let wish = SkillRule::when(Condition::is("vip", true), "spanish").level(3_u32);
    let must = SkillRule::when(Condition::is("language", "es"), "spanish").mandatory(true);
    channel(&mut config).skills.extend([wish, must]);
    assert_eq!(codes(&config), []);
}

#[test]
fn a_size_that_nobody_has_room_for_is_not_one_that_may_starve() {
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
fn of_a_rule_that_no_live_pool_goes_by_nothing_is_said() {
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
    /// Whatever else is wrong, of a queue on an inactive channel only that is said.
    #[test]
    fn an_inactive_channel_silences_all_that_is_on_it(
        config in lint_free::config(),
        code in proptest::sample::select(LintCode::ALL),
        way in any::<bool>(),
    ) {
        let mut config = config;
        spoil(&mut config, code, way);
        spoil(&mut config, InactiveChannel, way);
        for lint in lints(&config) {
            let path = lint.path();
            let here = path.starts_with(&format!("channels.{CHANNEL}")) || path.starts_with(&format!("queues.{QUEUE}"));
            prop_assert!(!here || lint.code() == InactiveChannel, "{}", lint);
        }
    }
}
