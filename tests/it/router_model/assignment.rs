//! Assignment: the order of items, the choice of the agent, and exhaustion.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

use handover::{Capacity, Direction, Fact, OfferedBy, Output, Scalar, WhenExhausted};

use super::Model;
use super::deadlines::millis;
use super::item::ModelItem;
use super::offers::queue_of;
use crate::oracle::{Oracle, QueuedItem, RankedCandidate, RosterModel};

/// An agent who can take an item through one pool and group.
struct EligibleAgent {
    agent: String,
    tier: usize,
    pool: usize,
    group: String,
}

impl Model {
    /// Assigns items until no item can be assigned.
    ///
    /// Each time, the lowest round in which an item can be assigned is found, and its first item gets its best agent.
    pub(crate) fn assign(&mut self) {
        while let Some(id) = self.next_item() {
            self.assign_best(&id);
        }
    }

    /// Returns the item that is assigned next.
    fn next_item(&self) -> Option<String> {
        let rounds = 0..self.config.queues.len();
        rounds.into_iter().find_map(|round| {
            let firsts = self
                .config
                .queues
                .keys()
                .filter_map(|queue| self.first_in_queue(queue.as_str(), round));
            let first = firsts.min_by_key(|item| {
                (
                    Reverse(item.work_item.priority),
                    item.aging_since,
                    item.arrival,
                )
            });
            first.map(|item| item.id().into())
        })
    }

    /// Returns the first item of a queue that can be assigned in a round.
    fn first_in_queue(&self, queue: &str, round: usize) -> Option<&ModelItem> {
        let config = self.config.queues.get(queue).unwrap();
        if !config.active || !self.config.channels.get(&config.channel).unwrap().active {
            return None;
        }
        let mut waiting: Vec<&ModelItem> = self
            .items
            .iter()
            .filter(|item| item.is_queued_in(queue))
            .collect();
        waiting.sort_by(|left, right| self.compare_in_queue(queue, left, right));
        waiting.into_iter().find(|item| {
            self.eligible_agents(item)
                .iter()
                .any(|eligible| eligible.tier <= round)
        })
    }

    /// Compares two items in the order of their queue.
    pub(crate) fn compare_in_queue(
        &self,
        queue: &str,
        left: &ModelItem,
        right: &ModelItem,
    ) -> Ordering {
        let mut order = right.work_item.priority.cmp(&left.work_item.priority);
        for key in &self.config.queues.get(queue).unwrap().sort {
            let facts = [left, right].map(|item| item.work_item.facts.get(&key.field));
            order = order.then_with(|| compare_facts(facts[0], facts[1], key.direction));
        }
        order
            .then(left.aging_since.cmp(&right.aging_since))
            .then(left.arrival.cmp(&right.arrival))
    }

    /// Returns the agents who can take a queued item, best first.
    fn eligible_agents(&self, item: &ModelItem) -> Vec<EligibleAgent> {
        let (roster, queued) = (self.current_roster(), self.queued_item(item));
        let oracle = self.oracle(&roster, &queued);
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

    /// Assigns an item to the best agent of all open pools, in any round.
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

    /// Converts a queued item into the form that the oracle reads.
    fn queued_item(&self, item: &ModelItem) -> QueuedItem {
        QueuedItem {
            work_item: item.work_item.clone(),
            queue: item.queue.clone().unwrap(),
            waiting_since: item.waiting_since,
            opens_all_pools: false,
            current_agents: self.current_agents(item),
            last_agent: self.last_agent(item),
            declines: item.declines.clone(),
            fixed: Some((item.size, item.skills.clone())),
        }
    }

    /// Returns the oracle for a queued item at the present time.
    fn oracle<'a>(&'a self, roster: &'a RosterModel, item: &'a QueuedItem) -> Oracle<'a> {
        Oracle {
            config: &self.config,
            roster,
            item,
            now: self.now,
        }
    }

    /// Outputs the items that have become exhausted, at the end of a step.
    pub(crate) fn report_exhausted(&mut self) {
        let ids: Vec<String> = self.items.iter().map(|item| item.id().into()).collect();
        for id in ids {
            let item = self.item(&id);
            if !item.is_queued() || item.is_exhausted || !self.has_become_exhausted(item) {
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

    /// Whether an agent has declined the item, and no agent of any pool, open or not, passes all gates except capacity.
    fn has_become_exhausted(&self, item: &ModelItem) -> bool {
        let is_in_force = |until: &Option<u64>| until.is_none_or(|until| self.now < until);
        if !item.declines.iter().any(|(_, until)| is_in_force(until)) {
            return false;
        }
        let (roster, mut queued) = (
            self.roster_with_unlimited_capacity(),
            self.queued_item(item),
        );
        queued.opens_all_pools = true;
        let oracle = self.oracle(&roster, &queued);
        let has_eligible_member = |pool: usize| {
            oracle
                .members(pool)
                .into_keys()
                .any(|agent| oracle.failed_gate(pool, agent).is_none())
        };
        !oracle.pools().into_iter().any(has_eligible_member)
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

    /// Returns the future times at which an agent can become eligible for a queued item by time alone.
    pub(crate) fn upcoming_changes(&self, item: &ModelItem) -> BTreeSet<u64> {
        let (roster, queued) = (self.current_roster(), self.queued_item(item));
        self.oracle(&roster, &queued).upcoming_changes()
    }
}

/// Compares facts by type, then by value. A missing fact comes last in both directions.
fn compare_facts(left: Option<&Fact>, right: Option<&Fact>, direction: Direction) -> Ordering {
    let (Some(left), Some(right)) = (left, right) else {
        return left.is_none().cmp(&right.is_none());
    };
    let order = match (left, right) {
        (Fact::One(left), Fact::One(right)) => compare_scalars(left, right),
        (Fact::List(left), Fact::List(right)) => {
            let pairs = left.iter().zip(right);
            let first_difference = pairs
                .map(|(left, right)| compare_scalars(left, right))
                .find(|order| order.is_ne());
            first_difference.unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        (Fact::One(_), Fact::List(_)) => Ordering::Less,
        (Fact::List(_), Fact::One(_)) => Ordering::Greater,
    };
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}

/// Compares scalars by type (boolean, integer, text), then by value.
fn compare_scalars(left: &Scalar, right: &Scalar) -> Ordering {
    let rank = |scalar: &Scalar| match scalar {
        Scalar::Boolean(_) => 0,
        Scalar::Integer(_) => 1,
        Scalar::Text(_) => 2,
    };
    match (left, right) {
        (Scalar::Boolean(left), Scalar::Boolean(right)) => left.cmp(right),
        (Scalar::Integer(left), Scalar::Integer(right)) => left.cmp(right),
        (Scalar::Text(left), Scalar::Text(right)) => left.chars().cmp(right.chars()),
        _ => rank(left).cmp(&rank(right)),
    }
}
