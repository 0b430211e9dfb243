//! What an agent may take of its queues when it has room that it did not have before.

use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::router::Router;
use crate::router::matching::candidate::{AskAgain, Match};
use crate::router::matching::dirty::{FreedAgent, Gain, SpareGain};
use crate::router::waiting::ClassHandle;
use crate::router::waiting::class_key::Requirements;
use crate::router::waiting::class_list::{ClassHead, ClassList};
use crate::router::waiting::order_key::OrderKey;

/// A room that an agent has on a channel, and what is too small for it to be news.
#[derive(Clone, Copy, Debug)]
struct SpareRange {
    agent: AgentHandle,
    skills: u64,
    room: u64,
    room_before: u64,
}

impl SpareRange {
    /// Whether an agent might take of a class what it could not take before.
    #[inline]
    fn might_take(&self, want: &Requirements) -> bool {
        let size = u64::from(want.size);
        size <= self.room && size > self.room_before && want.skills & !self.skills == 0
    }
}

/// Of what an agent might take, that before which nothing can come where all queues are by rank.
#[derive(Clone, Copy)]
struct Guess<'a> {
    tier: u32,
    head: &'a ClassHead,
}

impl Guess<'_> {
    fn among_queues(&self) -> (u32, OrderKey) {
        (self.tier, self.head.rank)
    }
}

impl Router {
    /// The first item that an agent may take now and could not take before.
    #[inline]
    pub(crate) fn first_for(&self, freed: FreedAgent, again: &mut AskAgain) -> Option<Match> {
        let mut guess: Option<Guess<'_>> = None;
        let mut are_sorted = false;
        self.openings(freed, |queue, opening| {
            are_sorted |= !queue.is_by_rank;
            let tier = queue.lowest_tier;
            if let Some(head) = queue.first_of(|want| opening.might_take(want))
                && guess.is_none_or(|guess| (tier, head.rank) < guess.among_queues())
            {
                guess = Some(Guess { tier, head });
            }
        });
        let guess = guess?;
        if are_sorted {
            return self.first_of_all(None, freed, again);
        }
        let first = self.first_from(guess.head, freed.agent, again);
        match first {
            // What comes before all others need not be compared with any.
            Some(first) if first.among_queues() <= guess.among_queues() => Some(first),
            first => self.first_of_all(first, freed, again),
        }
    }

    /// The same, of all that the agent might take, and of a candidate of a queue that is by rank.
    fn first_of_all(
        &self,
        mut first: Option<Match>,
        freed: FreedAgent,
        again: &mut AskAgain,
    ) -> Option<Match> {
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
    pub(crate) fn classes_open_to(&self, freed: FreedAgent) -> Vec<ClassHandle> {
        let mut classes = Vec::new();
        self.openings(freed, |queue, opening| {
            let wanted = queue.classes().filter(|(want, _)| opening.might_take(want));
            classes.extend(wanted.map(|(_, head)| head.class));
        });
        classes
    }

    /// The queues in which an agent might take what waits, each with the room for it.
    #[inline]
    fn openings<'a>(&'a self, freed: FreedAgent, mut look: impl FnMut(&'a ClassList, &SpareRange)) {
        let agent = freed.agent;
        let compiled = self.compiled();
        let mut known: Option<(ChannelHandle, Option<SpareRange>)> = None;
        let mut only = None;
        if let Gain::Spare(SpareGain { channel, .. }) = freed.gain
            && !self.roster.is_limited(agent, channel)
        {
            let opening = self.opening(freed, channel);
            if opening.is_none() {
                return;
            }
            known = Some((channel, opening));
            only = Some(channel);
        }
        let desk = self.desks.at(agent);
        desk.each_queue(compiled, agent, |queue| {
            let queue = self.waiting.queue(queue);
            let channel = queue.channel;
            let is_asked = queue.is_at_work && only.is_none_or(|only| only == channel);
            if !queue.might_want_only(desk.skills) || !is_asked {
                return;
            }
            let opening = match known {
                Some((of, opening)) if of == channel => opening,
                _ => self.opening(freed, channel),
            };
            known = Some((channel, opening));
            if let Some(opening) = &opening {
                look(queue, opening);
            }
        });
    }

    /// The room of an agent on a channel, if something that waits might have become possible by it.
    #[inline]
    fn opening(&self, freed: FreedAgent, channel: ChannelHandle) -> Option<SpareRange> {
        let FreedAgent { agent, gain } = freed;
        let room = self.roster.room_if_present(agent, channel)?;
        let room_before = gain.room_before(room);
        let is_news = room > room_before && room_before < self.waiting.largest().into();
        is_news.then(|| SpareRange {
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
        queue: &ClassList,
        opening: &SpareRange,
        first: &mut Option<Match>,
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
        queue: &ClassList,
        opening: &SpareRange,
        again: &mut AskAgain,
    ) -> Option<Match> {
        let mut first: Option<Match> = None;
        for (want, head) in queue.classes() {
            let is_decided = first.as_ref().is_some_and(|first| {
                first.tier <= queue.lowest_tier && self.stands_before(first, head.item)
            });
            if is_decided {
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
}
