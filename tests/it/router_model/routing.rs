//! Routing: the choice of the queue of an item.

use handover::{
    AgentId, FACTS_MAX, Output, QueueId, RequesterId, Routing, SKILLS_MAX, UnroutableReason,
    WorkItem, check_id,
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
        let channel = work_item.channel.as_str();
        self.check_channel(channel)?;
        if let Some(queue) = named {
            self.check_queue(queue.as_str())?;
        }
        self.check_id_is_free(work_item)?;
        let is_on_channel = |queue: &QueueId| self.is_queue_of(queue.as_str(), channel);
        refuse_unless(named.is_none_or(is_on_channel), "queue_of_another_channel")?;
        self.check_values(work_item)?;
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

    /// Refuses an input if a queue does not exist.
    pub(super) fn check_queue(&self, id: &str) -> Result<(), Refusal> {
        let is_known = self.config.queues.contains_key(id);
        refuse_unless(is_known, "unknown_queue")
    }

    /// Refuses a new item with the id of a live one.
    pub(super) fn check_id_is_free(&self, work_item: &WorkItem) -> Result<(), Refusal> {
        let is_free = self.find(work_item.id.as_str()).is_err();
        refuse_unless(is_free, "id_in_use")
    }

    /// Refuses a new item that breaks a limit.
    pub(super) fn check_values(&self, work_item: &WorkItem) -> Result<(), Refusal> {
        refuse_unless(work_item.size != Some(0), "size_zero")?;
        let has_levels = work_item.skills.iter().all(|request| request.level > 0);
        refuse_unless(has_levels, "level_zero")?;
        let skills = as_queued_item(work_item).skills(&self.config);
        refuse_unless(skills.len() <= SKILLS_MAX, "too_many_skills")?;
        refuse_unless(work_item.facts.len() <= FACTS_MAX, "too_many_facts")?;
        let requester = work_item.requester.iter().map(RequesterId::as_str);
        let agents = work_item.preferred_agents.iter().map(AgentId::as_str);
        let skills = work_item.skills.iter();
        let skills = skills.map(|request| request.skill.as_str());
        let mut ids = std::iter::once(work_item.id.as_str())
            .chain(requester)
            .chain(agents)
            .chain(skills);
        refuse_unless(ids.all(|id| check_id(id).is_ok()), "invalid_id")
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
        opens_all_pools: false,
        current_agents: Vec::new(),
        last_agent: None,
        declines: Vec::new(),
        fixed: None,
    }
}
