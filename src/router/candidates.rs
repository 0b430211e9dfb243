//! Candidates: the first waiting item that somebody may take, of a class, of a queue, of all that an agent serves.

use alloc::vec::Vec;

use crate::assign::{Found, first_open, first_open_to};
use crate::router::Router;
use crate::router::fresh::{Freed, Gain, RoomGained};
use crate::router::heads::{Head, QueueWaiting};
use crate::router::item::Work;
use crate::router::items::ItemHandle;
use crate::router::kind::Want;
use crate::router::rank::{Rank, in_queue};
use crate::router::waiting::ClassHandle;
use crate::table::{AgentHandle, ChannelHandle, QueueHandle};
use crate::time::Timestamp;

/// Whom a class is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    Anyone,
    Only(Vec<AgentHandle>),
}

/// The first item of a class that somebody may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) queue: QueueHandle,
    pub(super) class: ClassHandle,
    pub(super) item: ItemHandle,
    pub(super) tier: u32,
    /// Where the item stands among those of other queues.
    pub(super) rank: Rank,
    /// Who could take it, through what: not yet who will.
    pub(super) found: Found,
}

impl Candidate {
    /// The candidates of several queues stand in this order.
    pub(super) fn among_queues(&self) -> (u32, Rank) {
        (self.tier, self.rank)
    }
}

/// A room that an agent has on a channel, and what is too small for it to be news.
#[derive(Clone, Copy, Debug)]
struct Opening {
    agent: AgentHandle,
    skills: u64,
    room: u64,
    room_before: u64,
}

impl Opening {
    /// Whether an agent might take of a class what it could not take before.
    #[inline]
    fn might_take(&self, want: &Want) -> bool {
        let size = u64::from(want.size);
        size <= self.room && size > self.room_before && want.skills & !self.skills == 0
    }
}

/// When rules of the service's own want to be asked about items again.
pub(super) type AskAgain = Vec<(ItemHandle, Timestamp)>;

impl Router {
    /// The first item that an agent may take now and could not take before.
    pub(super) fn first_for(&self, freed: Freed, again: &mut AskAgain) -> Option<Candidate> {
        let mut first: Option<Candidate> = None;
        self.openings(freed, |queue, opening| {
            if queue.is_by_rank {
                self.look_by_rank(queue, opening, &mut first, again);
            } else if let Some(found) = self.first_in_sorted(queue, opening, again)
                && first.is_none_or(|first| found.among_queues() < first.among_queues())
            {
                first = Some(found);
            }
        });
        first
    }

    /// The classes of which an agent might take now what it could not take before.
    pub(super) fn classes_open_to(&self, freed: Freed) -> Vec<ClassHandle> {
        let mut classes = Vec::new();
        self.openings(freed, |queue, opening| {
            let wanted = queue.classes().filter(|(want, _)| opening.might_take(want));
            classes.extend(wanted.map(|(_, head)| head.class));
        });
        classes
    }

    /// The queues in which an agent might take what waits, each with the room for it.
    fn openings(&self, freed: Freed, mut look: impl FnMut(&QueueWaiting, &Opening)) {
        let agent = freed.agent;
        let compiled = self.compiled();
        let mut known: Option<(ChannelHandle, Option<Opening>)> = None;
        let mut only = None;
        if let Gain::Room(RoomGained { channel, .. }) = freed.gain
            && !self.roster.is_limited(agent, channel)
        {
            let opening = self.opening(freed, channel);
            if opening.is_none() {
                return;
            }
            known = Some((channel, opening));
            only = Some(channel);
        }
        for queue in compiled.queues_served_by(agent) {
            let queue = self.waiting.queue(queue);
            let channel = queue.channel;
            let is_asked = queue.is_at_work && only.is_none_or(|only| only == channel);
            if queue.is_empty() || !is_asked {
                continue;
            }
            let opening = match known {
                Some((of, opening)) if of == channel => opening,
                _ => self.opening(freed, channel),
            };
            known = Some((channel, opening));
            if let Some(opening) = &opening {
                look(queue, opening);
            }
        }
    }

    /// The room of an agent on a channel, if something that waits might have become possible by it.
    fn opening(&self, freed: Freed, channel: ChannelHandle) -> Option<Opening> {
        let Freed { agent, gain } = freed;
        let room = self.roster.room_of(agent, channel);
        let room_before = gain.room_before(room);
        let is_news = room > room_before && room_before < self.waiting.largest().into();
        (is_news && self.roster.takes_work(agent, channel)).then(|| Opening {
            agent,
            skills: self.desks.at(agent).skills,
            room,
            room_before,
        })
    }

    /// Looks for an item of a queue that an agent may take and that comes before what has been found. As the queue's order is
    /// that of ranks, what comes first among queues is what comes first in it.
    fn look_by_rank(
        &self,
        queue: &QueueWaiting,
        opening: &Opening,
        first: &mut Option<Candidate>,
        again: &mut AskAgain,
    ) {
        for (want, head) in queue.classes() {
            if !opening.might_take(want) {
                continue;
            }
            let best = (queue.lowest_tier, head.rank);
            if first
                .as_ref()
                .is_some_and(|first| first.among_queues() < best)
            {
                return;
            }
            if let Some(found) = self.first_from(head, opening.agent, again)
                && first
                    .as_ref()
                    .is_none_or(|first| found.among_queues() < first.among_queues())
            {
                *first = Some(found);
            }
        }
    }

    /// The first item of a queue with sort keys that an agent may take.
    fn first_in_sorted(
        &self,
        queue: &QueueWaiting,
        opening: &Opening,
        again: &mut AskAgain,
    ) -> Option<Candidate> {
        let mut first: Option<Candidate> = None;
        for (want, head) in queue.classes() {
            let is_settled = first.as_ref().is_some_and(|first| {
                first.tier <= queue.lowest_tier && self.stands_before(first, head.item)
            });
            if is_settled {
                break;
            }
            if opening.might_take(want)
                && let Some(found) = self.first_from(head, opening.agent, again)
                && first
                    .as_ref()
                    .is_none_or(|first| self.comes_before(&found, first))
            {
                first = Some(found);
            }
        }
        first
    }

    /// Whether one of two candidates of a queue comes before the other: by tier, then in the queue's order.
    pub(super) fn comes_before(&self, one: &Candidate, other: &Candidate) -> bool {
        one.tier < other.tier || one.tier == other.tier && self.stands_before(one, other.item)
    }

    /// Whether a candidate stands before another item of its queue.
    fn stands_before(&self, one: &Candidate, other: ItemHandle) -> bool {
        let config = self.compiled().queue(one.queue);
        let both = self.items.get(one.item).zip(self.items.get(other));
        both.is_some_and(|(one, other)| in_queue(config, one, other).is_lt())
    }

    /// The first item of a class that somebody may take, with whoever may.
    pub(super) fn candidate(
        &self,
        class: ClassHandle,
        whom: &Whom,
        again: &mut AskAgain,
    ) -> Option<Candidate> {
        let queue = self.waiting.queue_of(class)?;
        if !self.waiting.queue(queue).is_at_work {
            return None;
        }
        match whom {
            Whom::Only(agents) => {
                self.first_of(class, again, |work| self.first_open_to_any(work, agents))
            }
            Whom::Anyone => self.first_of(class, again, |work| {
                first_open(&self.roster, &work.routed, self.now)
            }),
        }
    }

    /// The first item of a class, given which comes first in it, that an agent may take.
    fn first_from(
        &self,
        head: &Head,
        agent: AgentHandle,
        again: &mut AskAgain,
    ) -> Option<Candidate> {
        let first = head.item;
        let work = self.items.get(first)?;
        if !work.routed.declines().is_empty() {
            return self.first_of(head.class, again, |work| {
                self.first_open_to_any(work, &[agent])
            });
        }
        let (found, ends) = first_open_to(&self.roster, &work.routed, agent, self.now);
        again.extend(ends.map(|ends| (first, ends)));
        Some(self.note(*head, work.routed.queue(), found?))
    }

    /// The first item of a class for which somebody is found, of the lowest tier.
    fn first_of(
        &self,
        class: ClassHandle,
        again: &mut AskAgain,
        find: impl Fn(&Work) -> (Option<Found>, Option<Timestamp>),
    ) -> Option<Candidate> {
        let mut first: Option<Candidate> = None;
        for item in self.waiting.items(&self.items, class) {
            let Some(work) = self.items.get(item) else {
                continue;
            };
            let (found, ends) = find(work);
            again.extend(ends.map(|ends| (item, ends)));
            if let Some(found) = found {
                let head = Head::of(class, item, work);
                let candidate = self.note(head, work.routed.queue(), found);
                if first.is_none_or(|first| candidate.tier < first.tier) {
                    first = Some(candidate);
                }
            }
            // For an item that nobody has declined nobody but those could be found who take one behind it.
            if work.routed.declines().is_empty() {
                break;
            }
        }
        first
    }

    fn note(&self, head: Head, queue: QueueHandle, found: Found) -> Candidate {
        Candidate {
            queue,
            class: head.class,
            item: head.item,
            tier: self.compiled().tier_of(found.pool, found.group),
            rank: head.rank,
            found,
        }
    }

    fn first_open_to_any(
        &self,
        work: &Work,
        agents: &[AgentHandle],
    ) -> (Option<Found>, Option<Timestamp>) {
        let compiled = self.compiled();
        let mut first: Option<(u32, Found)> = None;
        let mut ends = None;
        for agent in agents {
            let (found, its_end) = first_open_to(&self.roster, &work.routed, *agent, self.now);
            ends = ends.into_iter().chain(its_end).min();
            let found = found.map(|found| (compiled.tier_of(found.pool, found.group), found));
            if let Some((tier, found)) = found
                && first.is_none_or(|(least, _)| tier < least)
            {
                first = Some((tier, found));
            }
        }
        (first.map(|(_, found)| found), ends)
    }

    /// Whether the agent who could take a candidate still could.
    pub(super) fn is_still_open(&self, candidate: &Candidate) -> bool {
        let Some(work) = self.items.get(candidate.item) else {
            return false;
        };
        let agent = self.roster.handle_of(candidate.found.agent);
        let (found, _) = first_open_to(&self.roster, &work.routed, agent, self.now);
        let tier = found.map(|found| self.compiled().tier_of(found.pool, found.group));
        work.wait.class == Some(candidate.class) && tier == Some(candidate.tier)
    }

    /// Rules of the service's own want to be asked about items again.
    pub(super) fn ask_again(&mut self, again: AskAgain) {
        for (item, moment) in again {
            self.ask_item_again(item, moment);
        }
    }

    pub(super) fn ask_item_again(&mut self, item: ItemHandle, moment: Timestamp) {
        if moment > self.now
            && let Some(work) = self.items.get_mut(item)
        {
            let notes = work.wait.notes_mut();
            notes.ask_again = notes.ask_again.into_iter().chain([moment]).min();
            self.arm(item);
        }
    }
}
