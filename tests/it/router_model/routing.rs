//! Routing: the choice of the queue of an item.

use handover::{
    FACTS_MAX, Output, QueueId, Routing, SKILLS_MAX, UnroutableReason, WorkItem, check_id,
};

use super::item::{ModelItem, ModelState};
use super::{Model, Refusal, refuse_unless};
use crate::oracle::QueuedItem;

impl Model {
    /// Routes an item to a named queue, or to the first queue that takes it.
    pub(super) fn route(
        &mut self,
        work_item: &WorkItem,
        named: Option<&QueueId>,
    ) -> Result<(), Refusal> {
        self.check(work_item)?;
        if let Some(queue) = named {
            let channel = work_item.channel.as_str();
            refuse_unless(self.is_queue_of(queue.as_str(), channel), || {
                format!("{queue} is no queue of {channel}")
            })?;
        }
        match self.place_in_queue(work_item, named) {
            Ok(item) => {
                let (item_id, queue) = (
                    item.work_item.id.clone(),
                    item.queue.as_ref().unwrap().into(),
                );
                self.outputs.push(Output::Queued {
                    item: item_id,
                    queue,
                });
                self.items.push(item);
            }
            Err(reason) => {
                let item = work_item.id.clone();
                self.outputs.push(Output::Unroutable { item, reason });
            }
        }
        Ok(())
    }

    /// Refuses a new item that is invalid, as opposed to unroutable.
    pub(super) fn check(&self, work_item: &WorkItem) -> Result<(), Refusal> {
        let texts = [work_item.id.as_str()]
            .into_iter()
            .chain(
                work_item
                    .requester
                    .as_ref()
                    .map(handover::RequesterId::as_str),
            )
            .chain(
                work_item
                    .preferred_agents
                    .iter()
                    .map(handover::AgentId::as_str),
            )
            .chain(
                work_item
                    .skills
                    .iter()
                    .map(|request| request.skill.as_str()),
            );
        for text in texts {
            check_id(text).map_err(|error| error.to_string())?;
        }
        let is_known = self.config.channels.contains_key(&work_item.channel);
        refuse_unless(is_known, || {
            format!("there is no channel {}", work_item.channel)
        })?;
        refuse_unless(self.find(work_item.id.as_str()).is_err(), || {
            format!("{} is in use", work_item.id)
        })?;
        refuse_unless(work_item.size != Some(0), || "size 0".into())?;
        refuse_unless(
            work_item.skills.iter().all(|request| request.level > 0),
            || "level 0".into(),
        )?;
        refuse_unless(work_item.facts.len() <= FACTS_MAX, || {
            "too many facts".into()
        })?;
        let skills = as_queued_item(work_item).skills(&self.config);
        refuse_unless(skills.len() <= SKILLS_MAX, || "too many skills".into())
    }

    /// Creates an item in its queue, or returns the first reason why no queue takes it.
    fn place_in_queue(
        &mut self,
        work_item: &WorkItem,
        named: Option<&QueueId>,
    ) -> Result<ModelItem, UnroutableReason> {
        let channel = self.config.channels.get(&work_item.channel).unwrap();
        if !channel.active {
            return Err(UnroutableReason::ChannelInactive);
        }
        if !channel.condition.holds(&work_item.facts) {
            return Err(UnroutableReason::NotInChannel);
        }
        let queue = match named {
            Some(queue) if !self.config.queues.get(queue).unwrap().active => {
                return Err(UnroutableReason::QueueInactive);
            }
            Some(queue) => queue.as_str().to_owned(),
            None => self.queue_for(work_item).ok_or(UnroutableReason::NoQueue)?,
        };
        let item = self.new_item(work_item, Some(queue.clone()));
        if self.is_full(&queue, work_item.id.as_str()) && !self.has_eligible_agent(&item) {
            return Err(UnroutableReason::QueueFull);
        }
        Ok(item)
    }

    /// Creates an item with its size and its skills.
    pub(super) fn new_item(&mut self, work_item: &WorkItem, queue: Option<String>) -> ModelItem {
        let queued = as_queued_item(work_item);
        self.arrivals += 1;
        ModelItem {
            work_item: work_item.clone(),
            arrival: self.arrivals,
            size: queued.size(&self.config),
            skills: queued.skills(&self.config),
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
    pub(super) fn queue_for(&self, work_item: &WorkItem) -> Option<String> {
        let mut queues: Vec<_> = self.config.queues.iter().collect();
        queues.sort_by_key(|(id, queue)| (queue.order, id.as_str()));
        let takes = |routing: &Routing| match routing {
            Routing::Manual => false,
            Routing::When(condition) => condition.holds(&work_item.facts),
            other => panic!("{other:?} is not generated"),
        };
        let first = queues.into_iter().find(|(_, queue)| {
            queue.channel == work_item.channel && queue.active && takes(&queue.routing)
        });
        first.map(|(id, _)| id.as_str().into())
    }

    /// Whether a queue exists and belongs to a channel.
    pub(super) fn is_queue_of(&self, queue: &str, channel: &str) -> bool {
        let queue = self.config.queues.get(queue);
        queue.is_some_and(|queue| queue.channel == *channel)
    }

    /// Whether `max_length` items are queued, not counting the item `id`.
    pub(super) fn is_full(&self, queue: &str, id: &str) -> bool {
        let others = self
            .items
            .iter()
            .filter(|item| item.is_queued_in(queue) && item.id() != id);
        let max = self.config.queues.get(queue).unwrap().max_length;
        max.is_some_and(|max| others.count() >= usize::try_from(max).unwrap())
    }
}

/// Converts a work item into a queued item, from which the oracle computes the size and the skills.
fn as_queued_item(work_item: &WorkItem) -> QueuedItem {
    QueuedItem {
        work_item: work_item.clone(),
        queue: String::new(),
        waiting_since: 0,
        last_agent: None,
        declines: Vec::new(),
        fixed: None,
    }
}
