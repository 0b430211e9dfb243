//! One mutation per lint, after which exactly this lint is reported.

use handover::*;

use crate::generators::lint_free::{CHANNEL, QUEUE, RULE, SPARE_SKILL};

/// Changes a lint-free configuration so that one lint is reported. Some lints have two variants.
pub(crate) fn mutate(config: &mut Config, code: LintCode, variant: bool) {
    match code {
        LintCode::InactiveChannel => channel(config).active = false,
        LintCode::QueueWithoutEligibility => queue(config).eligibility.clear(),
        LintCode::PoolWithoutMembers => add_pool_without_members(config, variant),
        LintCode::ChannelWithoutPresence => remove_presence(config, variant),
        LintCode::PoolWithoutPresence => add_pool_without_presence(config),
        LintCode::PoolWithoutRoom => add_pool_without_room(config, variant),
        LintCode::PoolNeverOpens => add_pool_that_never_opens(config),
        LintCode::QueueShadowed => add_shadowing_queue(config, variant),
        LintCode::SizeNobodyHasRoomFor => add_large_size(config),
        LintCode::SkillNobodyHas => add_skill_of_outsiders(config, variant),
        LintCode::SkillUnknown => {
            let skill = SkillRule::when(Condition::Always, "unheard-of").mandatory(variant);
            channel(config).skills.push(skill);
        }
        LintCode::OfferWithoutTimeout => rule(config).offer = Ask::new().rejectable(false).into(),
        LintCode::TimeoutKeepsPresence => keep_presence_after_timeout(config, variant),
        LintCode::NeverDue => set_time_after_the_end(config, variant),
        LintCode::MayWaitForEver => wait_without_end(config, variant),
        LintCode::LargeItemsMayStarve => add_items_that_starve(config, variant),
        LintCode::OrderWithoutPool => add_order_without_pool(config),
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

/// Adds a pool whose group has no members, or only AI agents under a rule that excludes them.
fn add_pool_without_members(config: &mut Config, has_only_ai: bool) {
    if has_only_ai {
        config
            .agents
            .insert("machine", Agent::new().kind(AgentKind::Ai));
        add_pool(config, "machines", AgentGroup::new(["machine"]), "gives");
    } else {
        add_pool(config, "nobody", AgentGroup::default(), RULE);
    }
}

/// Makes all presence states of the channel inactive, or ones that take no work.
fn remove_presence(config: &mut Config, makes_inactive: bool) {
    for state in config.presence_states.values_mut() {
        if state.takes_work && state.channels.includes(&CHANNEL.into()) {
            if makes_inactive {
                state.active = false;
            } else {
                state.takes_work = false;
            }
        }
    }
}

/// Adds a pool to whose group no presence state applies.
fn add_pool_without_presence(config: &mut Config) {
    let groups = config.groups.keys().cloned().collect::<Vec<_>>();
    for state in config.presence_states.values_mut() {
        if state.groups == Scope::All {
            state.groups = groups.clone().into();
        }
    }
    config.agents.insert("newcomer", Agent::new());
    add_pool(config, "newcomers", AgentGroup::new(["newcomer"]), RULE);
}

/// Adds a pool of an agent without capacity, on the channel or over all channels.
fn add_pool_without_room(config: &mut Config, is_universal: bool) {
    let agent = if is_universal {
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

/// Adds a pool that opens when the longest wait ends.
fn add_pool_that_never_opens(config: &mut Config) {
    let max_wait = *queue(config).max_wait_secs.get_or_insert(900);
    let late = EligibilityPool::new(["group-0"], RULE).eligible_at_secs(max_wait);
    queue(config).eligibility.push(late);
}

/// Adds an earlier queue that takes the same items, or more.
fn add_shadowing_queue(config: &mut Config, takes_more: bool) {
    let mut earlier = queue(config).clone().order(i64::MIN);
    if let (true, Routing::When(condition)) = (takes_more, &earlier.routing) {
        earlier.routing = (condition.clone() | Condition::is("kind", "other")).into();
    }
    config.queues.insert("first", earlier);
}

/// Adds a size that is above every capacity.
fn add_large_size(config: &mut Config) {
    channel(config).default_capacity = Capacity::Units(8);
    for agent in config.agents.values_mut() {
        agent.capacity.insert(CHANNEL, Capacity::Units(8));
    }
    let size = SizeRule::when(Condition::is("tier", "huge"), 9);
    channel(config).sizes.push(size);
}

/// Adds a mandatory skill that only agents outside of the pools have, at all or at this level.
fn add_skill_of_outsiders(config: &mut Config, by_level: bool) {
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

/// Gives the rule a time-out that sets no presence state, or one that takes work.
fn keep_presence_after_timeout(config: &mut Config, sets_working_state: bool) {
    let mut ask = Ask::new().timeout_secs(30_u32);
    if sets_working_state {
        ask = ask.timeout_presence("working-0");
    }
    rule(config).offer = ask.into();
}

/// Sets the target or a trigger to a time after the longest wait.
fn set_time_after_the_end(config: &mut Config, is_target: bool) {
    let queue = queue(config);
    let max_wait = *queue.max_wait_secs.get_or_insert(900);
    if is_target {
        queue.target_wait_secs = Some(max_wait);
    } else {
        *queue = queue.clone().trigger(max_wait + 1, "too-late");
    }
}

/// Lets declined items wait without an end. Agents decline by rejecting, or only by a time-out.
fn wait_without_end(config: &mut Config, declines_by_timeout_only: bool) {
    channel(config).default_size = 1;
    channel(config).sizes.clear();
    let queue = queue(config);
    queue.max_wait_secs = None;
    queue.when_exhausted = WhenExhausted::Wait;
    let ask = Ask::new().timeout_secs(30_u32).timeout_presence("away");
    rule(config).offer = ask.rejectable(!declines_by_timeout_only).into();
}

/// Adds items of size 2 to items of size 1, or makes 2 the default size.
fn add_items_that_starve(config: &mut Config, changes_default: bool) {
    if changes_default {
        channel(config).default_size = 2;
    } else {
        let size = SizeRule::when(Condition::is("tier", "large"), 2);
        channel(config).sizes.push(size);
    }
    let queue = queue(config);
    queue.max_wait_secs = None;
    queue.when_exhausted = WhenExhausted::StartOverSecs(60);
}

/// Adds a group that orders the queue without serving it.
fn add_order_without_pool(config: &mut Config) {
    let group = AgentGroup::default().queue_order(QUEUE, 5);
    config.groups.insert("bystanders", group);
}
