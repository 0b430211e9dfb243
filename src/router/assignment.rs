//! Waiting items are assigned, in rounds, until nobody can take any.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::assign::{Found, assign, first_open, first_open_to, is_anyone_left};
use crate::decision::Decision;
use crate::router::Router;

use crate::model::WhenExhausted;
use crate::router::items::{ItemHandle, Items};
use crate::router::output::Output;
use crate::router::waiting::{ClassHandle, Rank};
use crate::table::{AgentHandle, QueueHandle};
use crate::time::Timestamp;

/// Of up to so many agents who have become free each is asked by itself.
const FEW: usize = 4;

/// What has become possible since items were assigned last: nobody could take any item then.
#[derive(Clone, Debug, Default)]
pub(super) struct Fresh {
    /// Classes with an item that has come in, or that may be asked about again.
    classes: BTreeSet<ClassHandle>,
    /// Agents who may take more than before.
    agents: BTreeSet<AgentHandle>,
    /// Agents of whom anything has changed: gates of the service's own may see it.
    changed: BTreeSet<AgentHandle>,
    /// Agents who may have gone.
    gone: BTreeSet<AgentHandle>,
    /// Items of which somebody has declined, to be looked at when the step ends: by arrival.
    declined: BTreeSet<(u64, ItemHandle)>,
}

impl Fresh {
    /// Everything may have changed: all items that somebody has declined are looked at when the step ends.
    pub(super) fn look_at_all(&mut self, items: &Items) {
        let all = items.by_arrival().into_iter();
        let all = all.filter_map(|item| Some((items.get(item)?.arrival, item)));
        self.declined.extend(all);
    }
}

/// Whom a class is asked about.
#[derive(Clone, Debug)]
enum Whom {
    Anyone,
    Only(Vec<AgentHandle>),
}

/// The first item of a class that somebody may take.
#[derive(Clone, Debug)]
struct Candidate {
    queue: QueueHandle,
    tier: u32,
    rank: Rank,
    /// Who could take it: not yet who will.
    witness: AgentHandle,
}

impl Candidate {
    /// Whether it comes before another: by tier, within a queue by the queue's order, else by priority, age, arrival.
    fn comes_before(&self, other: &Self) -> bool {
        if self.tier != other.tier {
            return self.tier < other.tier;
        }
        if self.queue == other.queue {
            return self.rank < other.rank;
        }
        self.rank_between_queues() < other.rank_between_queues()
    }

    fn rank_between_queues(&self) -> (Reverse<i64>, Timestamp, u64) {
        (self.rank.priority, self.rank.aging_since, self.rank.arrival)
    }
}

/// What the calls of a router report.
impl Router {
    /// An item may be taken by somebody who could not before.
    pub(super) fn look_again(&mut self, item: ItemHandle) {
        if let Some(class) = self.items.get(item).and_then(|work| work.wait.class) {
            self.fresh.classes.insert(class);
        }
        self.look_for_exhaustion(item);
    }

    /// An agent may take more than before.
    pub(super) fn freed(&mut self, agent: AgentHandle) {
        self.fresh.agents.insert(agent);
        self.changed(agent);
    }

    /// Something about an agent has changed that does not let it take more.
    pub(super) fn changed(&mut self, agent: AgentHandle) {
        self.fresh.changed.insert(agent);
    }

    /// An agent may take no work any more, or other work than before.
    pub(super) fn may_have_gone(&mut self, agent: AgentHandle) {
        self.fresh.gone.insert(agent);
    }

    /// Whether everyone has declined the item is asked when the step ends.
    pub(super) fn look_for_exhaustion(&mut self, item: ItemHandle) {
        if let Some(work) = self.items.get(item)
            && work.is_queued()
            && work.has_declines()
            && !work.wait.exhausted
        {
            self.fresh.declined.insert((work.arrival, item));
        }
    }
}

impl Router {
    /// Assigns waiting items, until nobody may take any.
    pub(super) fn assign_waiting(&mut self) {
        let mut asked = self.take_fresh();
        let mut candidates: BTreeMap<ClassHandle, Candidate> = BTreeMap::new();
        while !asked.is_empty() || !candidates.is_empty() {
            for (class, mut whom) in core::mem::take(&mut asked) {
                if candidates.contains_key(&class) {
                    whom = Whom::Anyone;
                }
                match self.candidate(class, &whom) {
                    Some(candidate) => {
                        candidates.insert(class, candidate);
                    }
                    None => {
                        candidates.remove(&class);
                    }
                }
            }
            let Some((class, agent)) = self.assign_first(&candidates) else {
                return;
            };
            // Who was given something may now be unable to take what it could take before, and gates may see it.
            asked.extend(self.take_fresh());
            let lost = candidates
                .iter()
                .filter(|(_, other)| other.witness == agent);
            let lost: Vec<ClassHandle> = lost.map(|(class, _)| *class).collect();
            for class in lost.into_iter().chain([class]) {
                asked.insert(class, Whom::Anyone);
            }
        }
    }

    /// Assigns the first of all candidates. Says of which class it was, and to whom.
    fn assign_first(
        &mut self,
        candidates: &BTreeMap<ClassHandle, Candidate>,
    ) -> Option<(ClassHandle, AgentHandle)> {
        let first = candidates.iter().reduce(|first, next| {
            if next.1.comes_before(first.1) {
                next
            } else {
                first
            }
        });
        let (class, candidate) = first?;
        let item = candidate.rank.item;
        self.recall_last_agent(item);
        let work = self.items.get(item)?;
        match assign(&self.roster, &work.routed, self.now) {
            Ok(Decision::Assign(assignment)) => {
                self.offer_assignment(item, &assignment);
                Some((*class, assignment.agent_handle()))
            }
            // INVARIANT: somebody could take it, and nothing has changed since.
            Ok(Decision::Wait(_)) | Err(_) => None,
        }
    }

    /// The classes that have to be asked about, each with whom.
    fn take_fresh(&mut self) -> BTreeMap<ClassHandle, Whom> {
        let mut asked: BTreeMap<ClassHandle, Whom> = BTreeMap::new();
        let classes = core::mem::take(&mut self.fresh.classes);
        asked.extend(classes.into_iter().map(|class| (class, Whom::Anyone)));
        let agents = core::mem::take(&mut self.fresh.agents);
        let few = agents.len() <= FEW;
        for agent in &agents {
            for class in self.classes_of(*agent, false) {
                let whom = asked.entry(class).or_insert(Whom::Only(Vec::new()));
                match whom {
                    Whom::Only(agents) if few => agents.push(*agent),
                    whom => *whom = Whom::Anyone,
                }
            }
        }
        for agent in core::mem::take(&mut self.fresh.changed) {
            for class in self.classes_of(agent, true) {
                asked.insert(class, Whom::Anyone);
            }
            self.look_at_declined_of(agent, true);
        }
        for agent in core::mem::take(&mut self.fresh.gone) {
            self.look_at_declined_of(agent, false);
        }
        asked
    }

    /// The classes in the queues that an agent serves and that are at work, or only in those with gates of the service's own.
    fn classes_of(&self, agent: AgentHandle, only_gated: bool) -> BTreeSet<ClassHandle> {
        let compiled = self.compiled();
        let groups = compiled.memberships.get(agent).iter();
        let queues = groups.flat_map(|own| compiled.served.get(own.group));
        let queues = queues.filter(|queue| {
            let plan = compiled.queue_plans.at(**queue);
            (!only_gated || plan.has_gates) && self.roster.takes_work(agent, plan.channel)
        });
        queues
            .flat_map(|queue| self.waiting.classes(*queue))
            .collect()
    }

    /// The first item of a class that somebody may take, with whoever may.
    fn candidate(&mut self, class: ClassHandle, whom: &Whom) -> Option<Candidate> {
        let queue = self.waiting.queue_of(class)?;
        let compiled = self.roster.plan().compiled();
        let plan = compiled.queue_plans.at(queue);
        if !plan.active || !compiled.channel_plans.at(plan.channel).active {
            return None;
        }
        let mut again: Vec<(ItemHandle, Timestamp)> = Vec::new();
        let mut best: Option<(u32, &Rank, AgentHandle)> = None;
        for rank in self.waiting.items(class) {
            let Some(work) = self.items.get(rank.item) else {
                continue;
            };
            let (found, ends) = match whom {
                Whom::Anyone => first_open(&self.roster, &work.routed, self.now),
                Whom::Only(agents) => self.first_open_to_any(work, agents),
            };
            again.extend(ends.map(|ends| (rank.item, ends)));
            if let Some(found) = found {
                let tier = compiled.tier_of(found.pool, found.group);
                if best.is_none_or(|(least, ..)| tier < least) {
                    best = Some((tier, rank, self.roster.handle_of(found.agent)));
                }
            }
            // For an item that nobody has declined nobody but those could be found who take one behind it.
            if work.routed.declines().is_empty() {
                break;
            }
        }
        let candidate = best.map(|(tier, rank, witness)| Candidate {
            queue,
            tier,
            rank: rank.clone(),
            witness,
        });
        for (item, moment) in again {
            self.ask_again(item, moment);
        }
        candidate
    }

    fn first_open_to_any(
        &self,
        work: &crate::router::item::Work,
        agents: &[AgentHandle],
    ) -> (Option<Found>, Option<Timestamp>) {
        let compiled = self.compiled();
        let mut best: Option<(u32, Found)> = None;
        let mut ends = None;
        for agent in agents {
            let (found, its_end) = first_open_to(&self.roster, &work.routed, *agent, self.now);
            ends = ends.into_iter().chain(its_end).min();
            let found = found.map(|found| (compiled.tier_of(found.pool, found.group), found));
            if let Some((tier, found)) = found
                && best.as_ref().is_none_or(|(least, _)| tier < *least)
            {
                best = Some((tier, found));
            }
        }
        (best.map(|(_, found)| found), ends)
    }

    /// A rule of the service's own wants to be asked about an item again.
    fn ask_again(&mut self, item: ItemHandle, moment: Timestamp) {
        if moment <= self.now {
            return;
        }
        if let Some(work) = self.items.get_mut(item) {
            let again = work.wait.ask_again.into_iter().chain([moment]).min();
            work.wait.ask_again = again;
            self.arm(item);
        }
    }
}

/// Exhaustion.
impl Router {
    /// Looks at the items that somebody has declined in the queues of an agent, or only in those with gates of the service's
    /// own: the agent may have been the last who was left for them.
    fn look_at_declined_of(&mut self, agent: AgentHandle, only_gated: bool) {
        let compiled = self.roster.plan().compiled();
        let groups = compiled.memberships.get(agent).iter();
        let queues = groups.flat_map(|own| compiled.served.get(own.group));
        let queues =
            queues.filter(|queue| !only_gated || compiled.queue_plans.at(**queue).has_gates);
        let items: Vec<(u64, ItemHandle)> = queues
            .flat_map(|queue| self.declined.at(*queue))
            .copied()
            .collect();
        self.fresh.declined.extend(items);
    }

    /// Says of which items everyone who could take them has declined them.
    pub(super) fn look_at_exhaustion(&mut self) {
        for (_, item) in core::mem::take(&mut self.fresh.declined) {
            let Some(work) = self.items.get(item) else {
                continue;
            };
            if !work.is_queued() || work.wait.exhausted || !work.is_declined(self.now) {
                continue;
            }
            if is_anyone_left(&self.roster, &work.routed, self.now) {
                continue;
            }
            self.exhaust(item);
        }
    }

    fn exhaust(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let now = self.now;
        let Some(work) = self.items.get_mut(item) else {
            return;
        };
        let Some(queue) = work.queue else {
            return;
        };
        work.wait.exhausted = true;
        if let WhenExhausted::StartOverSecs(secs) = compiled.queue(queue).when_exhausted {
            work.wait.start_over = Some(now.plus_secs(secs));
        }
        let id = work.routed.item().id.clone();
        self.arm(item);
        let queue = self.queue_id(queue);
        self.output(Output::Exhausted { item: id, queue });
    }
}
