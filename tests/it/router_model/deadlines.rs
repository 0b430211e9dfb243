//! Deadlines: the times at which time alone changes an item.

use handover::Output;

use super::item::{ModelItem, ModelState};
use super::{Model, offers};

/// The kinds of deadlines. Deadlines of the same time are processed in this order.
///
/// The end of a temporary capacity, the end of a decline and the opening of a pool are not deadlines. They apply when items
/// are assigned, after all deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DeadlineKind {
    WrapUp,
    Offer,
    StartOver,
    MaxWait,
    Target,
    Trigger,
}

/// A deadline of an item. Deadlines are processed in the order of their fields, from the top.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ModelDeadline {
    pub(crate) at: u64,
    pub(crate) kind: DeadlineKind,
    pub(crate) arrival: u64,
    pub(crate) item: String,
    /// The index of a trigger of the queue. 0 if the deadline is no trigger.
    pub(crate) trigger: usize,
}

/// Converts seconds into milliseconds.
pub(crate) fn millis(secs: u32) -> u64 {
    u64::from(secs) * 1000
}

impl Model {
    /// Processes all deadlines that are due, in order.
    pub(crate) fn process_deadlines(&mut self) {
        let now = self.now;
        self.capacity_settings
            .retain(|setting| setting.until.is_none_or(|until| now < until));
        let mut timed_out = Vec::new();
        while let Some(due) = self.first_due(|_| true) {
            let item = due.item.as_str();
            match due.kind {
                DeadlineKind::WrapUp => self.end_as_closed(item),
                DeadlineKind::Offer => {
                    timed_out.extend(self.time_out(item));
                    if self
                        .first_due(|due| due.kind == DeadlineKind::Offer)
                        .is_none()
                    {
                        self.set_timeout_presences(std::mem::take(&mut timed_out));
                    }
                }
                DeadlineKind::StartOver => self.item_mut(item).clear_declines(),
                DeadlineKind::MaxWait => self.end_wait(item),
                DeadlineKind::Target => self.miss_target(item),
                DeadlineKind::Trigger => self.trigger(item, due.trigger),
            }
        }
    }

    /// Returns the first deadline that is due and for which `matches` returns `true`.
    pub(crate) fn first_due(
        &self,
        matches: impl Fn(&ModelDeadline) -> bool,
    ) -> Option<ModelDeadline> {
        let is_due = |due: &ModelDeadline| due.at <= self.now && matches(due);
        self.items
            .iter()
            .flat_map(|item| self.deadlines(item))
            .filter(is_due)
            .min()
    }

    /// Returns the deadlines of an item.
    fn deadlines(&self, item: &ModelItem) -> Vec<ModelDeadline> {
        let mut deadlines = Vec::new();
        let mut add = |at: u64, kind, trigger| {
            let (arrival, item) = (item.arrival, item.id().into());
            deadlines.push(ModelDeadline {
                at,
                kind,
                arrival,
                item,
                trigger,
            });
        };
        if let ModelState::WrappingUp { until, .. } = &item.state {
            add(*until, DeadlineKind::WrapUp, 0);
        }
        if let Some(at) = item.offer().and_then(|offer| offer.expires) {
            add(at, DeadlineKind::Offer, 0);
        }
        if let Some(at) = item.starts_over_at {
            add(at, DeadlineKind::StartOver, 0);
        }
        if let Some(at) = self.wait_ends_at(item).filter(|_| !item.wait_expired) {
            add(at, DeadlineKind::MaxWait, 0);
        }
        let Some(queue) = item.queue.as_deref().filter(|_| item.is_waiting()) else {
            return deadlines;
        };
        let queue = self.config.queues.get(queue).unwrap();
        let at = |secs: u32| item.waiting_since + millis(secs);
        // Targets and triggers that a new configuration has moved into the past are not output.
        let is_future = |secs: u32| at(secs) > self.configured_at;
        let target = queue
            .target_wait_secs
            .filter(|secs| is_future(*secs) && !item.target_missed);
        if let Some(secs) = target {
            add(at(secs), DeadlineKind::Target, 0);
        }
        for (index, trigger) in queue.triggers.iter().enumerate() {
            let is_output = item
                .triggered
                .iter()
                .any(|name| trigger.name == name.as_str());
            if is_future(trigger.at_secs) && !is_output {
                add(at(trigger.at_secs), DeadlineKind::Trigger, index);
            }
        }
        deadlines
    }

    /// Returns the time at which a waiting item is canceled.
    pub(crate) fn wait_ends_at(&self, item: &ModelItem) -> Option<u64> {
        let queue = item.queue.as_deref().filter(|_| item.is_waiting())?;
        let secs = self.config.queues.get(queue).unwrap().max_wait_secs?;
        Some(item.waiting_since + millis(secs))
    }

    /// Ends a wait: cancels a queued item, and marks an offered item to be canceled when its offer ends.
    pub(crate) fn end_wait(&mut self, id: &str) {
        if self.item(id).is_queued() {
            self.end_as_canceled(id, handover::CancelReason::MaxWait, None);
        } else {
            self.item_mut(id).wait_expired = true;
        }
    }

    /// Outputs that the target of a wait was missed.
    fn miss_target(&mut self, id: &str) {
        self.item_mut(id).target_missed = true;
        let queue = offers::queue_of(self.item(id)).unwrap();
        self.outputs.push(Output::TargetMissed {
            item: id.into(),
            queue,
        });
    }

    /// Outputs a trigger of a queue.
    fn trigger(&mut self, id: &str, index: usize) {
        let queue = offers::queue_of(self.item(id)).unwrap();
        let name = self.config.queues.get(&queue).unwrap().triggers[index]
            .name
            .clone();
        self.item_mut(id).triggered.push(name.as_str().into());
        self.outputs.push(Output::TriggerDue {
            item: id.into(),
            queue,
            name,
        });
    }

    /// Returns the next time at which a step can have an effect, or `None` if only an input can.
    pub(crate) fn next_effect(&self) -> Option<u64> {
        let mut times: Vec<u64> = self
            .capacity_settings
            .iter()
            .filter_map(|setting| setting.until)
            .collect();
        for item in &self.items {
            times.extend(self.deadlines(item).into_iter().map(|due| due.at));
            times.extend(item.declines.iter().filter_map(|(_, until)| *until));
            if item.is_queued() {
                times.extend(self.upcoming_changes(item));
            }
        }
        times.into_iter().filter(|at| *at > self.now).min()
    }
}
