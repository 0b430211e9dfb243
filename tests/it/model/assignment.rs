//! The order in which items are assigned, the choice of the agent, and exhaustion.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

use handover::{Capacity, Direction, Fact, OfferedBy, Output, Scalar, WhenExhausted};

use super::Model;
use super::deadlines::millis;
use super::item::ModelItem;
use super::offers::queue_of;
use crate::oracle::{Oracle, QueuedItem, RankedCandidate, RosterModel};

/// An agent who may take an item, through one pool and group.
struct EligibleAgent {
    agent: String,
    tier: usize,
    pool: usize,
    group: String,
}

impl Model {
    /// Repeats: in the lowest round in which an item can be assigned, assigns the first such item to its best agent.
    pub(crate) fn assign(&mut self) {
        while let Some(id) = self.next_item() {
            self.assign_best(&id);
        }
    }

    fn next_item(&self) -> Option<String> {
        let rounds = 0..self.config.queues.len();
        rounds.into_iter().find_map(|round| {
            let named = self
                .config
                .queues
                .keys()
                .filter_map(|queue| self.first_in_queue(queue.as_str(), round));
            let first = named
                .min_by_key(|item| (Reverse(item.work.priority), item.aging_since, item.arrival));
            first.map(|item| item.id().into())
        })
    }

    /// Returns the first item of a queue that can be assigned in a round.
    fn first_in_queue(&self, queue: &str, round: usize) -> Option<&ModelItem> {
        let value = self.config.queues.get(queue).unwrap();
        if !value.active || !self.config.channels.get(&value.channel).unwrap().active {
            return None;
        }
        let mut waiting: Vec<&ModelItem> = self
            .items
            .iter()
            .filter(|item| item.is_queued_in(queue))
            .collect();
        waiting.sort_by(|one, other| self.compare_in_queue(queue, one, other));
        waiting.into_iter().find(|item| {
            self.eligible_agents(item)
                .iter()
                .any(|eligible| eligible.tier <= round)
        })
    }

    pub(crate) fn compare_in_queue(
        &self,
        queue: &str,
        one: &ModelItem,
        other: &ModelItem,
    ) -> Ordering {
        let mut order = other.work.priority.cmp(&one.work.priority);
        for key in &self.config.queues.get(queue).unwrap().sort {
            let facts = [one, other].map(|item| item.work.facts.get(&key.field));
            order = order.then_with(|| compare_facts(facts[0], facts[1], key.direction));
        }
        order
            .then(one.aging_since.cmp(&other.aging_since))
            .then(one.arrival.cmp(&other.arrival))
    }

    /// Returns every agent who may take a queued item, the best first.
    fn eligible_agents(&self, item: &ModelItem) -> Vec<EligibleAgent> {
        let (roster, queued) = (self.current_roster(), self.queued_item(item));
        let oracle = Oracle {
            config: &self.config,
            roster: &roster,
            item: &queued,
            now: self.now,
        };
        let eligible_agent = |candidate: RankedCandidate<'_>| EligibleAgent {
            agent: candidate.agent.into(),
            tier: candidate.tier,
            pool: candidate.pool,
            group: candidate.group.into(),
        };
        oracle.ranked().into_iter().map(eligible_agent).collect()
    }

    pub(crate) fn has_eligible_agent(&self, item: &ModelItem) -> bool {
        !self.eligible_agents(item).is_empty()
    }

    /// Assigns an item to the best agent of all open pools, whatever the round.
    fn assign_best(&mut self, id: &str) {
        let eligible = self
            .eligible_agents(self.item(id))
            .into_iter()
            .next()
            .unwrap();
        let queue = queue_of(self.item(id)).unwrap();
        let rule = self.config.queues.get(&queue).unwrap().eligibility[eligible.pool]
            .rule
            .clone();
        self.roster.cursors.insert(
            (queue.as_str().into(), eligible.pool),
            eligible.agent.clone(),
        );
        self.offer(
            id,
            &eligible.agent,
            Some(eligible.group),
            Some(rule.as_str().into()),
            OfferedBy::Router,
        );
    }

    /// Returns a queued item as the oracle sees it.
    fn queued_item(&self, item: &ModelItem) -> QueuedItem {
        QueuedItem {
            work: item.work.clone(),
            queue: item.queue.clone().unwrap(),
            waiting_since: item.waiting_since,
            last_agent: self.last_agent(item),
            declines: item.declines.clone(),
            fixed: Some((item.size, item.skills.clone())),
        }
    }

    /// Outputs the items that became exhausted, at the end of a step.
    pub(crate) fn report_exhausted(&mut self) {
        let ids: Vec<String> = self.items.iter().map(|item| item.id().into()).collect();
        for id in ids {
            let item = self.item(&id);
            if !item.is_queued() || item.is_exhausted || !self.has_nobody_left_to_ask(item) {
                continue;
            }
            let queue = queue_of(item).unwrap();
            let when_exhausted = self.config.queues.get(&queue).unwrap().when_exhausted;
            let now = self.now;
            let item = self.item_mut(&id);
            item.is_exhausted = true;
            if let WhenExhausted::StartOverSecs(secs) = when_exhausted {
                item.starts_over_at = Some(now + millis(secs));
            }
            self.outputs.push(Output::Exhausted {
                item: id.as_str().into(),
                queue,
            });
        }
    }

    /// Whether a decline holds, and no agent without one passes all gates except capacity.
    fn has_nobody_left_to_ask(&self, item: &ModelItem) -> bool {
        let holds = |until: &Option<u64>| until.is_none_or(|until| self.now < until);
        if !item.declines.iter().any(|(_, until)| holds(until)) {
            return false;
        }
        let (roster, queued) = (
            self.roster_with_unlimited_capacity(),
            self.queued_item(item),
        );
        let oracle = Oracle {
            config: &self.config,
            roster: &roster,
            item: &queued,
            now: self.now,
        };
        let passes = |pool: usize| {
            oracle
                .members(pool)
                .into_keys()
                .any(|agent| oracle.failed_gate(pool, agent).is_none())
        };
        !oracle.pools().into_iter().any(passes)
    }

    /// Returns the state of the agents with unlimited capacities.
    fn roster_with_unlimited_capacity(&self) -> RosterModel {
        let mut roster = self.current_roster();
        for agent in self.config.agents.keys() {
            roster.agent_mut(agent.as_str()).universal_capacity = Some(Capacity::Unlimited);
            for channel in self.config.channels.keys() {
                roster
                    .channel_mut(agent.as_str(), channel.as_str())
                    .capacity = Some(Capacity::Unlimited);
            }
        }
        roster
    }

    /// Returns the future times at which an agent may become eligible for a queued item by time alone.
    pub(crate) fn upcoming_changes(&self, item: &ModelItem) -> BTreeSet<u64> {
        let (roster, queued) = (self.current_roster(), self.queued_item(item));
        let oracle = Oracle {
            config: &self.config,
            roster: &roster,
            item: &queued,
            now: self.now,
        };
        oracle.upcoming_changes()
    }
}

/// Compares facts by type, then by value. A missing fact comes last in both directions.
fn compare_facts(one: Option<&Fact>, other: Option<&Fact>, direction: Direction) -> Ordering {
    let (Some(one), Some(other)) = (one, other) else {
        return one.is_none().cmp(&other.is_none());
    };
    let order = match (one, other) {
        (Fact::One(one), Fact::One(other)) => compare_scalars(one, other),
        (Fact::List(one), Fact::List(other)) => {
            let pairs = one.iter().zip(other);
            let first = pairs
                .map(|(one, other)| compare_scalars(one, other))
                .find(|order| order.is_ne());
            first.unwrap_or_else(|| one.len().cmp(&other.len()))
        }
        (Fact::One(_), Fact::List(_)) => Ordering::Less,
        (Fact::List(_), Fact::One(_)) => Ordering::Greater,
    };
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}

fn compare_scalars(one: &Scalar, other: &Scalar) -> Ordering {
    let rank = |scalar: &Scalar| match scalar {
        Scalar::Boolean(_) => 0,
        Scalar::Integer(_) => 1,
        Scalar::Text(_) => 2,
    };
    match (one, other) {
        (Scalar::Boolean(one), Scalar::Boolean(other)) => one.cmp(other),
        (Scalar::Integer(one), Scalar::Integer(other)) => one.cmp(other),
        (Scalar::Text(one), Scalar::Text(other)) => one.chars().cmp(other.chars()),
        _ => rank(one).cmp(&rank(other)),
    }
}
