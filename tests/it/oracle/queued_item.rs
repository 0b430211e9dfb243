//! The queued item of a decision, and the custom gates and rankings of the tests.

use handover::{AssignBy, Config, Fact, Scalar, SizeRule, SkillRequest, WorkItem};

/// The custom gate that excludes some agents until a time that a fact of the item sets.
pub(crate) const EMBARGO: &str = "embargo";
/// The custom gate that passes only agents with items in hand on the channel.
pub(crate) const BUSY: &str = "busy";
/// The custom gate that passes only agents with a load below 2 units on the channel.
pub(crate) const LIGHT_LOAD: &str = "light";

pub(crate) const GATES: [&str; 3] = [EMBARGO, BUSY, LIGHT_LOAD];

/// A queued item, with all values that a decision on it depends on.
#[derive(Clone, Debug)]
pub(crate) struct QueuedItem {
    pub(crate) work_item: WorkItem,
    pub(crate) queue: String,
    pub(crate) waiting_since: u64,
    /// Whether all pools of the queue count as open, as they do for exhaustion.
    pub(crate) opens_all_pools: bool,
    /// The agents who hold or are offered other live items of the requester.
    pub(crate) current_agents: Vec<String>,
    /// The last agent of the requester, and the time of the acceptance.
    pub(crate) last_agent: Option<(String, u64)>,
    /// The agents who declined the item, each with the end of the decline. The last entry of an agent counts.
    pub(crate) declines: Vec<(String, Option<u64>)>,
    /// The size and the skills that were fixed when the item was routed. `None` if they follow from the configuration.
    pub(crate) fixed: Option<(u32, Vec<SkillRequest>)>,
}

impl QueuedItem {
    /// Returns the size that the item sets, else the first matching size of the channel, else the default of the channel.
    pub(crate) fn size(&self, config: &Config) -> u32 {
        if let Some((size, _)) = &self.fixed {
            return *size;
        }
        let channel = config.channels.get(&self.work_item.channel).unwrap();
        let matching = channel.sizes.iter().find_map(|rule| match rule {
            SizeRule::When { when, size } => when.holds(&self.work_item.facts).then_some(*size),
            other => panic!("{other:?} is not generated"),
        });
        self.work_item
            .size
            .or(matching)
            .unwrap_or(channel.default_size)
    }

    /// Returns the skills that the item and its channel request.
    ///
    /// Each skill appears once, at the highest requested level, and is mandatory if one of the requests is.
    pub(crate) fn skills(&self, config: &Config) -> Vec<SkillRequest> {
        if let Some((_, skills)) = &self.fixed {
            return skills.clone();
        }
        let channel = config.channels.get(&self.work_item.channel).unwrap();
        let rules = channel
            .skills
            .iter()
            .filter(|rule| rule.when.holds(&self.work_item.facts));
        let of_channel = rules.map(|rule| {
            SkillRequest::new(rule.skill.clone())
                .level(rule.level)
                .mandatory(rule.mandatory)
        });
        let mut merged: Vec<SkillRequest> = Vec::new();
        for request in self.work_item.skills.iter().cloned().chain(of_channel) {
            match merged
                .iter_mut()
                .find(|existing| existing.skill == request.skill)
            {
                Some(existing) => {
                    existing.level = existing.level.max(request.level);
                    existing.mandatory |= request.mandatory;
                }
                None => merged.push(request),
            }
        }
        merged
    }

    /// Whether a decline of an agent is in force. A decline no longer applies at the time at which it ends.
    pub(crate) fn is_declined_by(&self, id: &str, now: u64) -> bool {
        let last = self.declines.iter().rev().find(|(agent, _)| agent == id);
        last.is_some_and(|(_, until)| until.is_none_or(|until| now < until))
    }

    /// Returns the end of the exclusion of an agent by [`EMBARGO`], which applies to agents whose id has an even length.
    pub(crate) fn excluded_until(&self, gate: &str, id: &str, now: u64) -> Option<u64> {
        let until = self.work_item.facts.get("embargo_ms").and_then(integer)?;
        (gate == EMBARGO && id.len().is_multiple_of(2) && now < until).then_some(until)
    }
}

/// Returns the value of an integer fact.
pub(crate) fn integer(fact: &Fact) -> Option<u64> {
    match fact {
        Fact::One(Scalar::Integer(number)) => u64::try_from(*number).ok(),
        _ => None,
    }
}

/// Returns the custom key under which the tests register the ranking of a built-in key.
pub(crate) fn as_custom_key(key: &AssignBy) -> AssignBy {
    let name = serde_json::to_value(key).unwrap();
    AssignBy::custom(name.as_str().unwrap())
}

/// Returns the built-in key whose ranking is registered under a name.
pub(super) fn built_in_key(name: &str) -> AssignBy {
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
