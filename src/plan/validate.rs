//! What is a problem: each kind of value of a configuration, gone through in the order of its fields.

pub(crate) mod context;
pub(crate) mod problem;
pub(crate) mod suggest;

use alloc::string::ToString;
use alloc::vec::Vec;

use indexmap::IndexMap;

use crate::base::hash::Seeded;
use crate::id::check_id;
use crate::model::{
    Affinity, Agent, AgentGroup, AssignBy, AssignmentRule, Config, EligibilityPool, Offer,
    PresenceState, Queue, RejectReason, Routing, ServiceChannel, SizeRule, SkillRule, Trigger,
    WhenExhausted,
};
use crate::rule::{Custom, CustomKind};
use context::{Context, PathKey, UniqueNames};
use problem::{Problem, ProblemKind, ThingKind};

/// Returns all problems of a configuration, in the order of its sections.
pub(crate) fn problems(config: &Config, custom: &Custom) -> Vec<Problem> {
    let mut walk = Context::new(config, custom);
    walk.entries("channels", &config.channels, Context::channel);
    walk.entries("queues", &config.queues, Context::queue);
    walk.entries("rules", &config.rules, Context::rule);
    walk.entries(
        "presence_states",
        &config.presence_states,
        Context::presence_state,
    );
    walk.entries("groups", &config.groups, Context::group);
    walk.entries("agents", &config.agents, Context::agent);
    walk.entries(
        "reject_reasons",
        &config.reject_reasons,
        Context::reject_reason,
    );
    walk.into_problems()
}

impl Context<'_> {
    fn channel(&mut self, channel: &ServiceChannel) {
        self.condition(".condition", &channel.condition);
        self.size(".default_size", channel.default_size);
        self.each(".sizes", &channel.sizes, Self::size_rule);
        self.skill_rules(&channel.skills);
        self.condition(".utilization", &channel.utilization);
    }

    fn size_rule(&mut self, rule: &SizeRule) {
        match rule {
            SizeRule::When { when, size } => {
                self.condition(".when", when);
                self.size(".size", *size);
            }
            SizeRule::Custom(name) => {
                let sizings = (CustomKind::Sizing, &self.registered.sizings);
                self.custom(".custom", name, sizings);
            }
        }
    }

    /// A skill may be asked for under several conditions: an item asks for it once then. The same condition twice is a
    /// slip.
    fn skill_rules(&mut self, rules: &[SkillRule]) {
        let mut asked = IndexMap::with_hasher(Seeded::default());
        for (place, rule) in rules.iter().enumerate() {
            self.at(format_args!(".skills[{place}]"), |walk| {
                walk.condition(".when", &rule.when);
                walk.id(".skill", rule.skill.as_str());
                walk.level(".level", rule.level);
            });
            // What is too deep is not hashed: that would go all the way down.
            if check_id(rule.skill.as_str()).is_ok() && !rule.when.is_too_deep() {
                let first = *asked.entry((&rule.skill, &rule.when)).or_insert(place);
                let problem = (first != place).then(|| ProblemKind::DuplicateSkill {
                    skill: rule.skill.to_string(),
                    first,
                });
                self.note(format_args!(".skills[{place}]"), problem);
            }
        }
    }

    /// A `max_length` of 0 is no problem: as a capacity of 0, it takes nothing.
    fn queue(&mut self, queue: &Queue) {
        self.reference(".channel", &queue.channel);
        match &queue.routing {
            Routing::Manual => {}
            Routing::When(condition) => self.condition(".routing", condition),
            Routing::Custom(name) => {
                let conditions = &self.registered.routing_conditions;
                self.custom(
                    ".routing.custom",
                    name,
                    (CustomKind::RoutingCondition, conditions),
                );
            }
        }
        self.each(".eligibility", &queue.eligibility, Self::pool);
        self.affinity(&queue.affinity);
        if let WhenExhausted::StartOverSecs(secs) = queue.when_exhausted {
            self.duration(".when_exhausted.start_over_secs", Some(secs));
        }
        self.duration(".target_wait_secs", queue.target_wait_secs);
        self.duration(".max_wait_secs", queue.max_wait_secs);
        self.triggers(&queue.triggers);
    }

    fn pool(&mut self, pool: &EligibilityPool) {
        let nobody = pool.groups.is_empty();
        self.note(".groups", nobody.then_some(ProblemKind::PoolWithoutGroups));
        self.references(".groups", &pool.groups);
        self.reference(".rule", &pool.rule);
    }

    fn affinity(&mut self, affinity: &[Affinity]) {
        let mut named = UniqueNames::default();
        for (place, affinity) in affinity.iter().enumerate() {
            let name = match affinity {
                Affinity::LastAgent => "last_agent",
                Affinity::Preferred => "preferred",
            };
            let problem = named.add(ThingKind::Affinity, name, place);
            self.note(format_args!(".affinity[{place}]"), problem);
        }
    }

    fn triggers(&mut self, triggers: &[Trigger]) {
        let mut named = UniqueNames::default();
        for (place, trigger) in triggers.iter().enumerate() {
            let name = trigger.name.as_str();
            self.at(format_args!(".triggers[{place}]"), |walk| {
                walk.duration(".at_secs", Some(trigger.at_secs));
                walk.note(".name", named.add(ThingKind::Trigger, name, place));
            });
        }
    }

    /// An empty `assign_by` is no problem: what is equal is always decided by who was assigned last.
    fn rule(&mut self, rule: &AssignmentRule) {
        let rankings = (CustomKind::Ranking, &self.registered.rankings);
        for (place, key) in rule.assign_by.iter().enumerate() {
            if let AssignBy::Custom(name) = key {
                self.custom(format_args!(".assign_by[{place}].custom"), name, rankings);
            }
        }
        if let Offer::Ask(ask) = &rule.offer {
            self.duration(".offer.ask.timeout_secs", ask.timeout_secs);
            if let Some(state) = &ask.timeout_presence {
                self.reference(".offer.ask.timeout_presence", state);
            }
        }
        let eligibilities = (CustomKind::Eligibility, &self.registered.eligibilities);
        for (place, name) in rule.gates.iter().enumerate() {
            self.custom(format_args!(".gates[{place}]"), name, eligibilities);
        }
    }

    fn presence_state(&mut self, state: &PresenceState) {
        self.references(".channels", state.channels.listed());
        self.references(".groups", state.groups.listed());
    }

    fn group(&mut self, group: &AgentGroup) {
        self.references(".members", &group.members);
        for queue in group.queue_order.keys() {
            self.reference(PathKey(".queue_order", queue.as_str()), queue);
        }
    }

    /// A capacity of 0 is no problem: it takes nothing.
    fn agent(&mut self, agent: &Agent) {
        for (skill, level) in &agent.skills {
            let key = PathKey(".skills", skill.as_str());
            self.id(key, skill.as_str());
            self.level(key, *level);
        }
        for channel in agent.capacity.keys() {
            self.reference(PathKey(".capacity", channel.as_str()), channel);
        }
    }

    fn reject_reason(&mut self, reason: &RejectReason) {
        self.references(".channels", reason.channels.listed());
        self.duration(".reassignable_after_secs", reason.reassignable_after_secs);
    }
}
