//! An item that waits, as the tests know it.

use handover::{AssignBy, Config, SizeRule, SkillRequest, WorkItem};

/// The name of the custom gate that keeps an item from some agents until a moment which the item names.
pub(crate) const EMBARGO: &str = "embargo";
/// The name of the custom gate that lets only those pass who have something in hand on the channel.
pub(crate) const BUSY: &str = "busy";
/// The name of the custom gate that lets only those pass who hold less than two units on the channel.
pub(crate) const LIGHT: &str = "light";

pub(crate) const GATES: [&str; 3] = [EMBARGO, BUSY, LIGHT];

/// An item that waits in a queue since a moment, with what is remembered of it.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) item: WorkItem,
    pub(crate) queue: String,
    pub(crate) waiting_since: u64,
    pub(crate) last_agent: Option<(String, u64)>,
    /// Who has declined it and until when; the last entry of an agent counts.
    pub(crate) declines: Vec<(String, Option<u64>)>,
    /// The size and the skills that were fixed when it was routed. None: what follows from the configuration now.
    pub(crate) fixed: Option<(u32, Vec<SkillRequest>)>,
}

impl Question {
    /// The size: the item's own, else the first matching one of the channel, else the channel's default.
    pub(crate) fn size(&self, config: &Config) -> u32 {
        if let Some((size, _)) = &self.fixed {
            return *size;
        }
        let channel = config.channels.get(&self.item.channel).unwrap();
        let matching = channel.sizes.iter().find_map(|rule| match rule {
            SizeRule::When { when, size } => when.holds(&self.item.facts).then_some(*size),
            other => panic!("{other:?} is not generated"),
        });
        self.item.size.or(matching).unwrap_or(channel.default_size)
    }

    /// The skills asked for: the item's own and those of the channel, each once, at the higher level, mandatory if one is.
    pub(crate) fn skills(&self, config: &Config) -> Vec<SkillRequest> {
        if let Some((_, skills)) = &self.fixed {
            return skills.clone();
        }
        let channel = config.channels.get(&self.item.channel).unwrap();
        let rules = channel
            .skills
            .iter()
            .filter(|rule| rule.when.holds(&self.item.facts));
        let asked = rules.map(|rule| {
            SkillRequest::new(rule.skill.clone())
                .level(rule.level)
                .mandatory(rule.mandatory)
        });
        let mut merged: Vec<SkillRequest> = Vec::new();
        for request in self.item.skills.iter().cloned().chain(asked) {
            match merged.iter_mut().find(|known| known.skill == request.skill) {
                Some(known) => {
                    known.level = known.level.max(request.level);
                    known.mandatory |= request.mandatory;
                }
                None => merged.push(request),
            }
        }
        merged
    }

    /// Whether an agent has declined it and the decline still holds: it lapses at its moment.
    pub(crate) fn has_declined(&self, id: &str, now: u64) -> bool {
        let last = self.declines.iter().rev().find(|(agent, _)| agent == id);
        last.is_some_and(|(_, until)| until.is_none_or(|until| now < until))
    }

    /// Until when a custom gate keeps the item from an agent, if it does: the embargo is for ids of an even length.
    pub(crate) fn excludes(&self, gate: &str, id: &str, now: u64) -> Option<u64> {
        let until = self.item.facts.get("embargo_ms").and_then(integer)?;
        (gate == EMBARGO && id.len().is_multiple_of(2) && now < until).then_some(until)
    }
}

/// A fact that is a number, as one.
pub(crate) fn integer(fact: &handover::Fact) -> Option<u64> {
    match fact {
        handover::Fact::One(handover::Scalar::Integer(number)) => u64::try_from(*number).ok(),
        _ => None,
    }
}

/// A built-in key, as a custom one.
pub(crate) fn registered(key: &AssignBy) -> AssignBy {
    let name = serde_json::to_value(key).unwrap();
    AssignBy::custom(name.as_str().unwrap())
}

/// The built-in key that is registered under a name of its own.
pub(crate) fn built_in(name: &str) -> AssignBy {
    match name {
        "most_capacity" => AssignBy::MostCapacity,
        "last_assigned" => AssignBy::LastAssigned,
        "longest_idle" => AssignBy::LongestIdle,
        "fewest_items" => AssignBy::FewestItems,
        "lowest_utilization" => AssignBy::LowestUtilization,
        "round_robin" => AssignBy::RoundRobin,
        "in_order" => AssignBy::InOrder,
        "fewest_handled" => AssignBy::FewestHandled,
        "specialists_first" => AssignBy::SpecialistsFirst,
        other => panic!("no built-in key is registered as {other}"),
    }
}
