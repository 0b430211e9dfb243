//! One mutation per lint, after which exactly this lint is reported.

use handover::*;

use crate::generators::lint_free::{CHANNEL, QUEUE, RULE, SPARE_SKILL};

/// Changes a lint-free configuration so that one lint is reported. Some lints have two variants.
pub(crate) fn mutate(config: &mut Config, code: LintCode, variant: bool) {
    match code {
        LintCode::InactiveChannel => channel(config).active = false,
        LintCode::QueueWithoutEligibility => queue(config).eligibility.clear(),
        LintCode::PoolWithoutMembers => without_members(config, variant),
        LintCode::ChannelWithoutPresence => without_presence(config, variant),
        LintCode::PoolWithoutPresence => outside_of_presence(config),
        LintCode::PoolWithoutRoom => without_room(config, variant),
        LintCode::PoolNeverOpens => never_opens(config),
        LintCode::QueueShadowed => shadowed(config, variant),
        LintCode::SizeNobodyHasRoomFor => too_large(config),
        LintCode::SkillNobodyHas => skill_elsewhere(config, variant),
        LintCode::SkillUnknown => {
            let skill = SkillRule::when(Condition::Always, "unheard-of").mandatory(variant);
            channel(config).skills.push(skill);
        }
        LintCode::OfferWithoutTimeout => rule(config).offer = Ask::new().rejectable(false).into(),
        LintCode::TimeoutKeepsPresence => timeout_keeps_presence(config, variant),
        LintCode::NeverDue => never_due(config, variant),
        LintCode::MayWaitForEver => wait_for_ever(config, variant),
        LintCode::LargeItemsMayStarve => starve(config, variant),
        LintCode::OrderWithoutPool => order_without_pool(config),
        other => panic!("no mutation for {other}"),
    }
}

fn channel(config: &mut Config) -> &mut ServiceChannel {
    config.channels.get_mut(CHANNEL).unwrap()
}

fn queue(config: &mut Config) -> &mut Queue {
    config.queues.get_mut(QUEUE).unwrap()
}

fn rule(config: &mut Config) -> &mut AssignmentRule {
    config.rules.get_mut(RULE).unwrap()
}

/// Adds a pool of one new group to the queue.
fn add_pool(config: &mut Config, group: &str, members: AgentGroup, rule: &str) {
    config.groups.insert(group, members);
    let pool = EligibilityPool::new([group], rule);
    queue(config).eligibility.push(pool);
}

fn without_members(config: &mut Config, only_ai: bool) {
    if only_ai {
        config
            .agents
            .insert("machine", Agent::new().kind(AgentKind::Ai));
        add_pool(config, "machines", AgentGroup::new(["machine"]), "gives");
    } else {
        add_pool(config, "nobody", AgentGroup::default(), RULE);
    }
}

fn without_presence(config: &mut Config, inactive: bool) {
    for state in config.presence_states.values_mut() {
        if state.takes_work && state.channels.includes(&CHANNEL.into()) {
            if inactive {
                state.active = false;
            } else {
                state.takes_work = false;
            }
        }
    }
}

fn outside_of_presence(config: &mut Config) {
    let groups = config.groups.keys().cloned().collect::<Vec<_>>();
    for state in config.presence_states.values_mut() {
        if state.groups == Scope::All {
            state.groups = groups.clone().into();
        }
    }
    config.agents.insert("newcomer", Agent::new());
    add_pool(config, "newcomers", AgentGroup::new(["newcomer"]), RULE);
}

fn without_room(config: &mut Config, universal: bool) {
    let agent = if universal {
        Agent::new().universal_capacity(0)
    } else {
        Agent::new().capacity(CHANNEL, 0)
    };
    config.agents.insert("full", agent);
    for state in config.presence_states.values_mut() {
        state.groups.add("full-ones");
    }
    add_pool(config, "full-ones", AgentGroup::new(["full"]), RULE);
}

fn never_opens(config: &mut Config) {
    let ends = *queue(config).max_wait_secs.get_or_insert(900);
    let late = EligibilityPool::new(["group-0"], RULE).eligible_at_secs(ends);
    queue(config).eligibility.push(late);
}

/// Adds an earlier queue that takes the same items, or more.
fn shadowed(config: &mut Config, more: bool) {
    let mut first = queue(config).clone().order(i64::MIN);
    if let (true, Routing::When(condition)) = (more, &first.routing) {
        first.routing = (condition.clone() | Condition::is("kind", "other")).into();
    }
    config.queues.insert("first", first);
}

fn too_large(config: &mut Config) {
    channel(config).default_capacity = Capacity::Units(8);
    for agent in config.agents.values_mut() {
        agent.capacity.insert(CHANNEL, Capacity::Units(8));
    }
    let size = SizeRule::when(Condition::is("tier", "huge"), 9);
    channel(config).sizes.push(size);
}

fn skill_elsewhere(config: &mut Config, by_level: bool) {
    if by_level {
        for rule in config.rules.values_mut() {
            rule.skills = SkillMode::RequireLevels;
        }
        let skill = SkillRule::when(Condition::Always, SPARE_SKILL).level(9_u32);
        channel(config).skills.push(skill.mandatory(true));
    } else {
        config
            .agents
            .insert("outsider", Agent::new().skill("rare", 9));
        rule(config).skills = SkillMode::Require;
        let skill = SkillRule::when(Condition::Always, "rare");
        channel(config).skills.push(skill.mandatory(true));
    }
}

fn timeout_keeps_presence(config: &mut Config, to_work: bool) {
    let mut ask = Ask::new().timeout_secs(30_u32);
    if to_work {
        ask = ask.timeout_presence("working-0");
    }
    rule(config).offer = ask.into();
}

fn never_due(config: &mut Config, target: bool) {
    let queue = queue(config);
    let ends = *queue.max_wait_secs.get_or_insert(900);
    if target {
        queue.target_wait_secs = Some(ends);
    } else {
        *queue = queue.clone().trigger(ends + 1, "too-late");
    }
}

fn wait_for_ever(config: &mut Config, only_by_time_out: bool) {
    channel(config).default_size = 1;
    channel(config).sizes.clear();
    let queue = queue(config);
    queue.max_wait_secs = None;
    queue.when_exhausted = WhenExhausted::Wait;
    let ask = Ask::new().timeout_secs(30_u32).timeout_presence("away");
    rule(config).offer = ask.rejectable(!only_by_time_out).into();
}

fn starve(config: &mut Config, by_default: bool) {
    if by_default {
        channel(config).default_size = 2;
    } else {
        let size = SizeRule::when(Condition::is("tier", "large"), 2);
        channel(config).sizes.push(size);
    }
    let queue = queue(config);
    queue.max_wait_secs = None;
    queue.when_exhausted = WhenExhausted::StartOverSecs(60);
}

fn order_without_pool(config: &mut Config) {
    let group = AgentGroup::default().queue_order(QUEUE, 5);
    config.groups.insert("bystanders", group);
}
