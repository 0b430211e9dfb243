//! The choice of an item's queue.

use handover::{
    FACTS_MAX, Output, QueueId, Routing, SKILLS_MAX, UnroutableReason, WorkItem, check_id,
};

use super::item::{ModelItem, ModelState};
use super::{Model, Refusal, refuse_unless};
use crate::oracle::QueuedItem;

impl Model {
    pub(super) fn route(
        &mut self,
        work: &WorkItem,
        named: Option<&QueueId>,
    ) -> Result<(), Refusal> {
        self.check(work)?;
        if let Some(queue) = named {
            let channel = work.channel.as_str();
            refuse_unless(self.is_queue_of(queue.as_str(), channel), || {
                format!("{queue} is no queue of {channel}")
            })?;
        }
        match self.place_in_queue(work, named) {
            Ok(item) => {
                let (item_id, queue) = (item.work.id.clone(), item.queue.as_ref().unwrap().into());
                self.outputs.push(Output::Queued {
                    item: item_id,
                    queue,
                });
                self.items.push(item);
            }
            Err(reason) => {
                let item = work.id.clone();
                self.outputs.push(Output::Unroutable { item, reason });
            }
        }
        Ok(())
    }

    /// Checks an item for errors of the caller.
    pub(super) fn check(&self, work: &WorkItem) -> Result<(), Refusal> {
        let texts = [work.id.as_str()]
            .into_iter()
            .chain(work.requester.as_ref().map(handover::RequesterId::as_str))
            .chain(work.preferred_agents.iter().map(handover::AgentId::as_str))
            .chain(work.skills.iter().map(|asked| asked.skill.as_str()));
        for text in texts {
            check_id(text).map_err(|error| error.to_string())?;
        }
        let is_known = self.config.channels.contains_key(&work.channel);
        refuse_unless(is_known, || format!("there is no channel {}", work.channel))?;
        refuse_unless(self.find(work.id.as_str()).is_err(), || {
            format!("{} is in use", work.id)
        })?;
        refuse_unless(work.size != Some(0), || "size 0".into())?;
        refuse_unless(work.skills.iter().all(|asked| asked.level > 0), || {
            "level 0".into()
        })?;
        refuse_unless(work.facts.len() <= FACTS_MAX, || "too many facts".into())?;
        let skills = as_queued_item(work).skills(&self.config);
        refuse_unless(skills.len() <= SKILLS_MAX, || "too many skills".into())
    }

    /// Returns the item in its queue, or the first reason why no queue takes it.
    fn place_in_queue(
        &mut self,
        work: &WorkItem,
        named: Option<&QueueId>,
    ) -> Result<ModelItem, UnroutableReason> {
        let channel = self.config.channels.get(&work.channel).unwrap();
        if !channel.active {
            return Err(UnroutableReason::ChannelInactive);
        }
        if !channel.condition.holds(&work.facts) {
            return Err(UnroutableReason::NotInChannel);
        }
        let queue = match named {
            Some(queue) if !self.config.queues.get(queue).unwrap().active => {
                return Err(UnroutableReason::QueueInactive);
            }
            Some(queue) => queue.as_str().to_owned(),
            None => self.queue_for(work).ok_or(UnroutableReason::NoQueue)?,
        };
        let item = self.new_item(work, Some(queue.clone()));
        if self.is_full(&queue, work.id.as_str()) && !self.has_eligible_agent(&item) {
            return Err(UnroutableReason::QueueFull);
        }
        Ok(item)
    }

    /// Creates an item with its size and its skills.
    pub(super) fn new_item(&mut self, work: &WorkItem, queue: Option<String>) -> ModelItem {
        let asked = as_queued_item(work);
        self.arrivals += 1;
        ModelItem {
            work: work.clone(),
            arrival: self.arrivals,
            size: asked.size(&self.config),
            skills: asked.skills(&self.config),
            queue,
            aging_since: self.now,
            waiting_since: self.now,
            wait_expired: false,
            target_missed: false,
            triggered: Vec::new(),
            declines: Vec::new(),
            is_exhausted: false,
            starts_over_at: None,
            state: ModelState::Queued,
        }
    }

    /// Returns the first active queue of the channel, by order then id, whose routing holds.
    pub(super) fn queue_for(&self, work: &WorkItem) -> Option<String> {
        let mut queues: Vec<_> = self.config.queues.iter().collect();
        queues.sort_by_key(|(id, queue)| (queue.order, id.as_str()));
        let takes = |routing: &Routing| match routing {
            Routing::Manual => false,
            Routing::When(condition) => condition.holds(&work.facts),
            other => panic!("{other:?} is not generated"),
        };
        let found = queues.into_iter().find(|(_, queue)| {
            queue.channel == work.channel && queue.active && takes(&queue.routing)
        });
        found.map(|(id, _)| id.as_str().into())
    }

    pub(super) fn is_queue_of(&self, queue: &str, channel: &str) -> bool {
        let queue = self.config.queues.get(queue);
        queue.is_some_and(|queue| queue.channel == *channel)
    }

    /// Whether `max_length` other items are queued.
    pub(super) fn is_full(&self, queue: &str, id: &str) -> bool {
        let others = self
            .items
            .iter()
            .filter(|item| item.is_queued_in(queue) && item.id() != id);
        let max = self.config.queues.get(queue).unwrap().max_length;
        max.is_some_and(|max| others.count() >= usize::try_from(max).unwrap())
    }
}

/// Returns a queued item for the size and the skills that the configuration gives a work item.
fn as_queued_item(work: &WorkItem) -> QueuedItem {
    QueuedItem {
        work: work.clone(),
        queue: String::new(),
        waiting_since: 0,
        last_agent: None,
        declines: Vec::new(),
        fixed: None,
    }
}
