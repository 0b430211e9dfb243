//! Which item goes next, and to whom.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

use handover::{Capacity, Direction, Fact, OfferedBy, Output, Scalar, WhenExhausted};

use super::Model;
use super::deadlines::millis;
use super::item::Item;
use super::offers::queue_of;
use crate::oracle::gates::Case;
use crate::oracle::queued_item::Question;
use crate::oracle::roster_model::Desk;

/// One way in which an agent may take an item.
struct Way {
    agent: String,
    tier: usize,
    pool: usize,
    group: String,
}

impl Model {
    /// In the lowest round in which some item may be taken, the first such item gets its best agent; then again.
    pub(crate) fn assign(&mut self) {
        while let Some(id) = self.next_item() {
            self.give_to_best(&id);
        }
    }

    fn next_item(&self) -> Option<String> {
        let rounds = 0..self.config.queues.len();
        rounds.into_iter().find_map(|round| {
            let named = self
                .config
                .queues
                .keys()
                .filter_map(|queue| self.first_of(queue.as_str(), round));
            let first =
                named.min_by_key(|item| (Reverse(item.work.priority), item.since, item.arrival));
            first.map(|item| item.id().into())
        })
    }

    /// The first item of a queue that somebody may take in a round.
    fn first_of(&self, queue: &str, round: usize) -> Option<&Item> {
        let value = self.config.queues.get(queue).unwrap();
        if !value.active || !self.config.channels.get(&value.channel).unwrap().active {
            return None;
        }
        let mut waiting: Vec<&Item> = self
            .items
            .iter()
            .filter(|item| item.is_queued_in(queue))
            .collect();
        waiting.sort_by(|one, other| self.compare_in_queue(queue, one, other));
        waiting
            .into_iter()
            .find(|item| self.ways(item).iter().any(|way| way.tier <= round))
    }

    pub(crate) fn compare_in_queue(&self, queue: &str, one: &Item, other: &Item) -> Ordering {
        let mut order = other.work.priority.cmp(&one.work.priority);
        for key in &self.config.queues.get(queue).unwrap().sort {
            let facts = [one, other].map(|item| item.work.facts.get(&key.field));
            order = order.then_with(|| compare_facts(facts[0], facts[1], key.direction));
        }
        order
            .then(one.since.cmp(&other.since))
            .then(one.arrival.cmp(&other.arrival))
    }

    /// All ways in which somebody may take an item that waits, the best first.
    fn ways(&self, item: &Item) -> Vec<Way> {
        let (desk, question) = (self.desk(), self.question(item));
        let case = Case {
            config: &self.config,
            desk: &desk,
            question: &question,
            now: self.now,
        };
        let way = |standing: crate::oracle::Standing<'_>| Way {
            agent: standing.agent.into(),
            tier: standing.tier,
            pool: standing.pool,
            group: standing.group.into(),
        };
        case.standings().into_iter().map(way).collect()
    }

    pub(crate) fn somebody_may_take(&self, item: &Item) -> bool {
        !self.ways(item).is_empty()
    }

    /// The best agent is that of all open pools, whatever the round.
    fn give_to_best(&mut self, id: &str) {
        let way = self.ways(self.item(id)).into_iter().next().unwrap();
        let queue = queue_of(self.item(id)).unwrap();
        let rule = self.config.queues.get(&queue).unwrap().eligibility[way.pool]
            .rule
            .clone();
        self.desk
            .cursors
            .insert((queue.as_str().into(), way.pool), way.agent.clone());
        self.offer(
            id,
            &way.agent,
            Some(way.group),
            Some(rule.as_str().into()),
            OfferedBy::Router,
        );
    }

    /// An item that waits, as the oracle of one decision asks about it.
    fn question(&self, item: &Item) -> Question {
        Question {
            item: item.work.clone(),
            queue: item.queue.clone().unwrap(),
            waiting_since: item.waiting_since,
            last_agent: self.last_agent(item),
            declines: item.declines.clone(),
            fixed: Some((item.size, item.skills.clone())),
        }
    }

    /// At the end of a step.
    pub(crate) fn look_for_exhausted(&mut self) {
        let ids: Vec<String> = self.items.iter().map(|item| item.id().into()).collect();
        for id in ids {
            let item = self.item(&id);
            if !item.is_queued() || item.is_exhausted || !self.everyone_has_declined(item) {
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

    /// A decline holds, and nobody who has not declined the item passes the gates but that of capacity.
    fn everyone_has_declined(&self, item: &Item) -> bool {
        let holds = |until: &Option<u64>| until.is_none_or(|until| self.now < until);
        if !item.declines.iter().any(|(_, until)| holds(until)) {
            return false;
        }
        let (desk, question) = (self.desk_with_room(), self.question(item));
        let case = Case {
            config: &self.config,
            desk: &desk,
            question: &question,
            now: self.now,
        };
        let passes = |pool: usize| {
            case.listed(pool)
                .into_keys()
                .any(|agent| case.stop(pool, agent).is_none())
        };
        !case.pools().into_iter().any(passes)
    }

    /// The agents as they stand, but that everybody has room for everything.
    fn desk_with_room(&self) -> Desk {
        let mut desk = self.desk();
        for agent in self.config.agents.keys() {
            desk.seat_mut(agent.as_str()).universal_capacity = Some(Capacity::Unlimited);
            for channel in self.config.channels.keys() {
                desk.line_mut(agent.as_str(), channel.as_str()).capacity =
                    Some(Capacity::Unlimited);
            }
        }
        desk
    }

    /// The moments to come at which time alone may let somebody take an item that waits.
    pub(crate) fn moments(&self, item: &Item) -> BTreeSet<u64> {
        let (desk, question) = (self.desk(), self.question(item));
        let case = Case {
            config: &self.config,
            desk: &desk,
            question: &question,
            now: self.now,
        };
        case.moments()
    }
}

/// A missing fact comes last in both directions; else the type counts first, then the value.
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
    let place = |scalar: &Scalar| match scalar {
        Scalar::Boolean(_) => 0,
        Scalar::Integer(_) => 1,
        Scalar::Text(_) => 2,
    };
    match (one, other) {
        (Scalar::Boolean(one), Scalar::Boolean(other)) => one.cmp(other),
        (Scalar::Integer(one), Scalar::Integer(other)) => one.cmp(other),
        (Scalar::Text(one), Scalar::Text(other)) => one.chars().cmp(other.chars()),
        _ => place(one).cmp(&place(other)),
    }
}
