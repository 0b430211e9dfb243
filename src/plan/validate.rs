//! What is a problem: each kind of value of a configuration, gone through in the order of its fields.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use indexmap::IndexMap;

use crate::hash::Seeded;
use crate::model::{
    Affinity, Agent, AgentGroup, AssignBy, AssignmentRule, Config, EligibilityPool, Offer,
    PresenceState, Queue, RejectReason, Routing, ServiceChannel, SizeRule, SkillRule, Trigger,
    WhenExhausted,
};
use crate::plan::problem::{Problem, ProblemKind, ThingKind};
use crate::plan::walk::Walk;
use crate::rule::{Custom, CustomKind};

/// Returns all problems of a configuration, in the order of its sections.
pub(crate) fn problems(config: &Config, custom: &Custom) -> Vec<Problem> {
    let mut walk = Walk::new(config, custom);
    walk.entries("channels", &config.channels, Walk::channel);
    walk.entries("queues", &config.queues, Walk::queue);
    walk.entries("rules", &config.rules, Walk::rule);
    walk.entries(
        "presence_states",
        &config.presence_states,
        Walk::presence_state,
    );
    walk.entries("groups", &config.groups, Walk::group);
    walk.entries("agents", &config.agents, Walk::agent);
    walk.entries(
        "reject_reasons",
        &config.reject_reasons,
        Walk::reject_reason,
    );
    walk.into_problems()
}

impl Walk<'_> {
    fn channel(&mut self, channel: &ServiceChannel) {
        self.condition("condition", &channel.condition);
        self.size("default_size", channel.default_size);
        self.each("sizes", &channel.sizes, Self::size_rule);
        self.skill_rules(&channel.skills);
        self.condition("utilization", &channel.utilization);
    }

    fn size_rule(&mut self, rule: &SizeRule) {
        match rule {
            SizeRule::When { when, size } => {
                self.condition("when", when);
                self.size("size", *size);
            }
            SizeRule::Custom(name) => self.custom(
                ".custom",
                name,
                (CustomKind::Sizing, &self.registered.sizings),
            ),
        }
    }

    /// A skill may be asked for under several conditions: an item asks for it once then. The same condition twice is a
    /// slip.
    fn skill_rules(&mut self, rules: &[SkillRule]) {
        let mut asked = IndexMap::with_hasher(Seeded::default());
        for (place, rule) in rules.iter().enumerate() {
            self.at(format_args!(".skills[{place}]"), |walk| {
                walk.condition("when", &rule.when);
                walk.at(".skill", |walk| _ = walk.id(rule.skill.as_str()));
                walk.level("level", rule.level);
                // What is too deep is not hashed: that would go all the way down.
                if !rule.when.is_too_deep() {
                    let first = *asked.entry((&rule.skill, &rule.when)).or_insert(place);
                    if first != place {
                        let skill = rule.skill.to_string();
                        walk.found(ProblemKind::DuplicateSkill { skill, first });
                    }
                }
            });
        }
    }

    /// A `max_length` of 0 is no problem: as a capacity of 0, it takes nothing.
    fn queue(&mut self, queue: &Queue) {
        self.at(".channel", |walk| walk.reference(&queue.channel));
        match &queue.routing {
            Routing::Manual => {}
            Routing::When(condition) => self.condition("routing", condition),
            Routing::Custom(name) => {
                self.custom(
                    ".routing.custom",
                    name,
                    (
                        CustomKind::RoutingCondition,
                        &self.registered.routing_conditions,
                    ),
                );
            }
        }
        self.each("eligibility", &queue.eligibility, Self::pool);
        self.affinity(&queue.affinity);
        if let WhenExhausted::StartOverSecs(secs) = queue.when_exhausted {
            self.duration("when_exhausted.start_over_secs", Some(secs));
        }
        self.duration("target_wait_secs", queue.target_wait_secs);
        self.duration("max_wait_secs", queue.max_wait_secs);
        self.triggers(&queue.triggers);
    }

    fn pool(&mut self, pool: &EligibilityPool) {
        self.expect(
            !pool.groups.is_empty(),
            "groups",
            ProblemKind::PoolWithoutGroups,
        );
        self.references("groups", &pool.groups);
        self.at(".rule", |walk| walk.reference(&pool.rule));
    }

    fn affinity(&mut self, affinity: &[Affinity]) {
        let mut named = BTreeMap::new();
        for (place, affinity) in affinity.iter().enumerate() {
            let name = match affinity {
                Affinity::LastAgent => "last_agent",
                Affinity::Preferred => "preferred",
            };
            self.at(format_args!(".affinity[{place}]"), |walk| {
                walk.is_first(&mut named, (place, ThingKind::Affinity, name));
            });
        }
    }

    fn triggers(&mut self, triggers: &[Trigger]) {
        let mut named = BTreeMap::new();
        for (place, trigger) in triggers.iter().enumerate() {
            let name = trigger.name.as_str();
            self.at(format_args!(".triggers[{place}]"), |walk| {
                walk.duration("at_secs", Some(trigger.at_secs));
                walk.at(".name", |walk| {
                    if walk.id(name) {
                        walk.is_first(&mut named, (place, ThingKind::Trigger, name));
                    }
                });
            });
        }
    }

    /// An empty `assign_by` is no problem: what is equal is always decided by who was assigned last.
    fn rule(&mut self, rule: &AssignmentRule) {
        self.each("assign_by", &rule.assign_by, |walk, key| {
            if let AssignBy::Custom(name) = key {
                walk.custom(
                    ".custom",
                    name,
                    (CustomKind::Ranking, &walk.registered.rankings),
                );
            }
        });
        if let Offer::Ask(ask) = &rule.offer {
            self.duration("offer.ask.timeout_secs", ask.timeout_secs);
            if let Some(state) = &ask.timeout_presence {
                self.at(".offer.ask.timeout_presence", |walk| walk.reference(state));
            }
        }
        for (place, name) in rule.gates.iter().enumerate() {
            self.custom(
                format_args!(".gates[{place}]"),
                name,
                (CustomKind::Eligibility, &self.registered.eligibilities),
            );
        }
    }

    fn presence_state(&mut self, state: &PresenceState) {
        self.references("channels", state.channels.listed());
        self.references("groups", state.groups.listed());
    }

    fn group(&mut self, group: &AgentGroup) {
        self.references("members", &group.members);
        self.keys(".queue_order", &group.queue_order);
    }

    /// A capacity of 0 is no problem: it takes nothing.
    fn agent(&mut self, agent: &Agent) {
        self.entries(".skills", &agent.skills, |walk, level| {
            if *level == 0 {
                walk.found(ProblemKind::ZeroLevel);
            }
        });
        self.keys(".capacity", &agent.capacity);
    }

    fn reject_reason(&mut self, reason: &RejectReason) {
        self.references("channels", reason.channels.listed());
        self.duration("reassignable_after_secs", reason.reassignable_after_secs);
    }
}
