//! What an agent may take of its queues when it has room that it did not have before.

use crate::router::handles::ClassHandle;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::plan::Tables;
use crate::router::Router;
use crate::router::matching::candidate::{AskAgain, Match};
use crate::router::matching::dirty::{FreedAgent, Gain, SpareGain};

use crate::router::waiting::class_key::{Requirements, skill_fingerprint_bit};
use crate::router::waiting::class_list::{ClassHead, ClassList};
use crate::router::waiting::order_key::OrderKey;

/// A room that an agent has on a channel, and what is too small for it to be news.
#[derive(Clone, Copy, Debug)]
struct SpareRange {
    agent: AgentHandle,
    skills: u64,
    room: u64,
    spare_before: u64,
}

impl SpareRange {
    /// Whether an agent might take of a class what it could not take before.
    #[inline]
    fn might_take(&self, want: &Requirements) -> bool {
        let size = u64::from(want.size);
        size <= self.room && size > self.spare_before && want.skills & !self.skills == 0
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
        self.each_spare_range(freed, |queue, spare_range| {
            are_sorted |= !queue.is_by_rank;
            let tier = queue.lowest_tier;
            if let Some(head) = queue.first_of(|want| spare_range.might_take(want))
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
        self.each_spare_range(freed, |queue, spare_range| {
            if queue.is_by_rank {
                self.search_by_key(queue, spare_range, &mut first, again);
            } else if let Some(found) = self.first_in_sorted(queue, spare_range, again)
                && first.is_none_or(|first| found.among_queues() < first.among_queues())
            {
                first = Some(found);
            }
        });
        first
    }

    /// The classes of which an agent might take now what it could not take before.
    pub(crate) fn classes_for(&self, freed: FreedAgent) -> Vec<ClassHandle> {
        let mut classes = Vec::new();
        self.each_spare_range(freed, |queue, spare_range| {
            let wanted = queue
                .classes()
                .filter(|(want, _)| spare_range.might_take(want));
            classes.extend(wanted.map(|(_, head)| head.class));
        });
        classes
    }

    /// The queues in which an agent might take what waits, each with the room for it.
    #[inline]
    fn each_spare_range<'a>(
        &'a self,
        freed: FreedAgent,
        mut look: impl FnMut(&'a ClassList, &SpareRange),
    ) {
        let agent = freed.agent;
        let compiled = self.compiled();
        let skills = skill_fingerprint(compiled, agent);
        let mut known: Option<(ChannelHandle, Option<SpareRange>)> = None;
        let mut only = None;
        if let Gain::Spare(SpareGain { channel, .. }) = freed.gain
            && !self.roster.is_limited(agent, channel)
        {
            let spare_range = self.spare_range(freed, channel, skills);
            if spare_range.is_none() {
                return;
            }
            known = Some((channel, spare_range));
            only = Some(channel);
        }
        for queue in compiled.queues_served_by(agent) {
            let queue = self.waiting.queue(queue);
            let channel = queue.channel;
            let is_asked = queue.is_at_work && only.is_none_or(|only| only == channel);
            if !queue.may_fit_skills(skills) || !is_asked {
                continue;
            }
            let spare_range = match known {
                Some((of, spare_range)) if of == channel => spare_range,
                _ => self.spare_range(freed, channel, skills),
            };
            known = Some((channel, spare_range));
            if let Some(spare_range) = &spare_range {
                look(queue, spare_range);
            }
        }
    }

    /// The room of an agent on a channel, if something that waits might have become possible by it.
    #[inline]
    fn spare_range(
        &self,
        freed: FreedAgent,
        channel: ChannelHandle,
        skills: u64,
    ) -> Option<SpareRange> {
        let FreedAgent { agent, gain } = freed;
        let room = self.roster.spare_if_present(agent, channel)?;
        let spare_before = gain.spare_before(room);
        let is_news = room > spare_before && spare_before < self.waiting.largest().into();
        is_news.then_some(SpareRange {
            agent,
            skills,
            room,
            spare_before,
        })
    }

    /// Looks for an item of a queue that an agent may take and that comes before what has been found. As the queue's order is
    /// that of ranks, what comes first among queues is what comes first in it.
    fn search_by_key(
        &self,
        queue: &ClassList,
        spare_range: &SpareRange,
        first: &mut Option<Match>,
        again: &mut AskAgain,
    ) {
        for (want, head) in queue.classes() {
            if !spare_range.might_take(want) {
                continue;
            }
            let best = (queue.lowest_tier, head.rank);
            if first
                .as_ref()
                .is_some_and(|first| first.among_queues() < best)
            {
                return;
            }
            if let Some(found) = self.first_from(head, spare_range.agent, again)
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
        spare_range: &SpareRange,
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
            if spare_range.might_take(want)
                && let Some(found) = self.first_from(head, spare_range.agent, again)
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

/// The skills of an agent, as [`skill_fingerprint_bit`]s.
fn skill_fingerprint(plan: &Tables, agent: AgentHandle) -> u64 {
    let held = plan.agent_skills.get(agent).iter();
    held.fold(0, |all, held| all | skill_fingerprint_bit(held.skill))
}
