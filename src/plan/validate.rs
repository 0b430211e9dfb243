//! Validation of a configuration: one method for each kind of value, which checks the fields in their order.
//!
//! A problem is a value that has no meaning: a reference to nothing, a duplicate, a size, duration or level of 0 where at
//! least 1 is required. A value that is meaningful but useless is not a problem; see `lint`. The rest of the crate relies
//! on validation: `compile` resolves every reference without a fallback.
//!
//! To check a new field, add a line to the method of its value. A new kind of problem is a variant of [`ProblemKind`].
//!
//! The checks walk the configuration with a [`Context`], which has the path of the current value. Each check adds one step:
//!
//! ```text
//! check_map("queues", …)              path: queues.billing
//!   check_list(".eligibility", …)           queues.billing.eligibility[1]
//!     check_reference(".rule", …)           queues.billing.eligibility[1].rule: rule `x` does not exist, …
//! ```

pub(crate) mod context;
pub(crate) mod suggest;

use alloc::string::ToString;
use alloc::vec::Vec;

use indexmap::IndexMap;

use crate::base::hash::Seeded;
use crate::id::check_id;
use crate::model::{
    AGENT_SKILLS_MAX, Affinity, Agent, AgentGroup, AssignBy, AssignmentRule, CHANNELS_MAX, Config,
    EligibilityPool, POOLS_MAX, PresenceState, Queue, RejectReason, Routing, ServiceChannel,
    SizeRule, SkillRule, TRIGGERS_MAX, Trigger, WhenExhausted,
};
use crate::plan::error::{EntityKind, Problem, ProblemKind};
use crate::rule::{Custom, CustomKind};
use context::{Context, PathKey, UniqueNames};

/// Returns all problems of a configuration, in the order of its sections.
///
/// The cost is linear in the size of the configuration, plus the comparison of at most 2^22 bytes of wrong names for suggestions.
pub(crate) fn problems(config: &Config, custom: &Custom) -> Vec<Problem> {
    // In the order of the fields of a configuration, which is that of the problems.
    let mut context = Context::new(config, custom);
    context.check_length("channels", config.channels.len(), CHANNELS_MAX);
    context.check_map("channels", &config.channels, Context::check_channel);
    context.check_map("queues", &config.queues, Context::check_queue);
    context.check_map("rules", &config.rules, Context::check_rule);
    let states = &config.presence_states;
    context.check_map("presence_states", states, Context::check_presence_state);
    context.check_map("groups", &config.groups, Context::check_group);
    context.check_map("agents", &config.agents, Context::check_agent);
    let reasons = &config.reject_reasons;
    context.check_map("reject_reasons", reasons, Context::check_reject_reason);
    context.problems
}

impl Context<'_> {
    /// Checks a channel. A `default_capacity` of 0 is valid: only agents with a capacity of their own take items.
    fn check_channel(&mut self, channel: &ServiceChannel) {
        self.check_condition(".condition", &channel.condition);
        self.check_nonzero(".default_size", channel.default_size, ProblemKind::ZeroSize);
        self.check_list(".sizes", &channel.sizes, Self::check_size_rule);
        self.check_skill_rules(&channel.skills);
        self.check_condition(".utilization", &channel.utilization);
    }

    /// Checks a size rule of a channel.
    fn check_size_rule(&mut self, rule: &SizeRule) {
        match rule {
            SizeRule::When { when, size } => {
                self.check_condition(".when", when);
                self.check_nonzero(".size", *size, ProblemKind::ZeroSize);
            }
            SizeRule::Custom(name) => {
                let sizings = (CustomKind::Sizing, &self.registered.sizings);
                self.check_custom(".custom", name, sizings);
            }
        }
    }

    /// Checks the skill rules of a channel.
    ///
    /// A channel may ask for one skill under several conditions: an item asks for it once if two of them hold. A repeated
    /// condition is a mistake.
    fn check_skill_rules(&mut self, rules: &[SkillRule]) {
        let mut first_indexes = IndexMap::with_hasher(Seeded::default());
        for (index, rule) in rules.iter().enumerate() {
            self.within(format_args!(".skills[{index}]"), |context| {
                context.check_condition(".when", &rule.when);
                context.check_id(".skill", rule.skill.as_str());
                context.check_nonzero(".level", rule.level, ProblemKind::ZeroLevel);
            });
            // Values with another problem are left out. A condition that is too deep must not be hashed: hashing recurses to
            // its full depth.
            if check_id(rule.skill.as_str()).is_ok() && !rule.when.is_too_deep() {
                let pair = (&rule.skill, &rule.when);
                // The problem names the first rule with the same pair.
                let first = *first_indexes.entry(pair).or_insert(index);
                let problem = (first != index).then(|| ProblemKind::DuplicateSkill {
                    skill: rule.skill.to_string(),
                    first,
                });
                self.report(format_args!(".skills[{index}]"), problem);
            }
        }
    }

    /// Checks a queue. A `max_length` of 0 is valid: the queue takes no items.
    fn check_queue(&mut self, queue: &Queue) {
        self.check_reference(".channel", &queue.channel);
        match &queue.routing {
            Routing::Manual => {}
            Routing::When(condition) => self.check_condition(".routing", condition),
            Routing::Custom(name) => {
                let conditions = &self.registered.routing_conditions;
                let conditions = (CustomKind::RoutingCondition, conditions);
                self.check_custom(".routing.custom", name, conditions);
            }
        }
        self.check_length(".eligibility", queue.eligibility.len(), POOLS_MAX);
        self.check_list(".eligibility", &queue.eligibility, Self::check_pool);
        self.check_affinity(&queue.affinity);
        if let WhenExhausted::StartOverSecs(secs) = queue.when_exhausted {
            self.check_duration(".when_exhausted.start_over_secs", Some(secs));
        }
        self.check_duration(".target_wait_secs", queue.target_wait_secs);
        self.check_duration(".max_wait_secs", queue.max_wait_secs);
        self.check_length(".triggers", queue.triggers.len(), TRIGGERS_MAX);
        self.check_triggers(&queue.triggers);
    }

    /// Checks an eligibility pool. Groups without members are valid: they may be filled later.
    fn check_pool(&mut self, pool: &EligibilityPool) {
        let is_empty = pool.groups.is_empty();
        let problem = is_empty.then_some(ProblemKind::PoolWithoutGroups);
        self.report(".groups", problem);
        self.check_references(".groups", &pool.groups);
        self.check_reference(".rule", &pool.rule);
    }

    /// Checks the affinities of a queue. Each may be named once.
    fn check_affinity(&mut self, affinity: &[Affinity]) {
        let mut named = UniqueNames::default();
        for (index, affinity) in affinity.iter().enumerate() {
            self.within(format_args!(".affinity[{index}]"), |context| {
                let problem = named.add(EntityKind::Affinity, affinity.name(), index);
                context.report("", problem);
                context.check_duration(".last_agent.within_days", affinity.within_days());
            });
        }
    }

    /// Checks the triggers of a queue. Outputs name a trigger, so that the names of a queue must differ.
    fn check_triggers(&mut self, triggers: &[Trigger]) {
        let mut named = UniqueNames::default();
        for (index, trigger) in triggers.iter().enumerate() {
            let name = trigger.name.as_str();
            self.within(format_args!(".triggers[{index}]"), |context| {
                context.check_duration(".at_secs", Some(trigger.at_secs));
                context.report(".name", named.add(EntityKind::Trigger, name, index));
            });
        }
    }

    /// Checks a rule. An empty `assign_by` is valid: agents are then ordered by their last assignment.
    fn check_rule(&mut self, rule: &AssignmentRule) {
        // A repeated key is valid: it never decides, since the first mention has compared the agents already.
        let rankings = (CustomKind::Ranking, &self.registered.rankings);
        for (index, key) in rule.assign_by.iter().enumerate() {
            if let AssignBy::Custom(name) = key {
                self.check_custom(format_args!(".assign_by[{index}].custom"), name, rankings);
            }
        }
        if let Some(ask) = rule.offer.ask() {
            self.check_duration(".offer.ask.timeout_secs", ask.timeout_secs);
            // The state may be inactive: agents do not choose it, the router sets it.
            if let Some(state) = &ask.timeout_presence {
                self.check_reference(".offer.ask.timeout_presence", state);
            }
        }
        let eligibilities = (CustomKind::Eligibility, &self.registered.eligibilities);
        for (index, name) in rule.gates.iter().enumerate() {
            self.check_custom(format_args!(".gates[{index}]"), name, eligibilities);
        }
    }

    /// Checks a presence state. An empty list is valid: agents in the state take no work, or the state applies to nobody.
    fn check_presence_state(&mut self, state: &PresenceState) {
        self.check_references(".channels", state.channels.listed());
        self.check_references(".groups", state.groups.listed());
    }

    /// Checks an agent group. A `queue_order` may name a queue that no pool gives to the group, which is a lint.
    fn check_group(&mut self, group: &AgentGroup) {
        self.check_references(".members", &group.members);
        for queue in group.queue_order.keys() {
            self.check_reference(PathKey(".queue_order", queue.as_str()), queue);
        }
    }

    /// Checks an agent. A capacity of 0 is valid: the agent takes no items.
    fn check_agent(&mut self, agent: &Agent) {
        self.check_length(".skills", agent.skills.len(), AGENT_SKILLS_MAX);
        for (skill, level) in &agent.skills {
            let key = PathKey(".skills", skill.as_str());
            self.check_id(key, skill.as_str());
            self.check_nonzero(key, *level, ProblemKind::ZeroLevel);
        }
        for channel in agent.capacity.keys() {
            self.check_reference(PathKey(".capacity", channel.as_str()), channel);
        }
    }

    /// Checks a reject reason.
    fn check_reject_reason(&mut self, reason: &RejectReason) {
        self.check_references(".channels", reason.channels.listed());
        self.check_duration(".reassignable_after_secs", reason.reassignable_after_secs);
    }
}
