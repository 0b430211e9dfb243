//! What time brings.

use handover::Output;

use super::item::{Item, State};
use super::{Model, offers};

/// The kinds of what falls due at one moment, in their order. The end of a temporary capacity, a lapsed decline and a
/// pool that opens are not among them: they are seen when an agent is next chosen, which is after all of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    WrapUp,
    Offer,
    StartOver,
    MaxWait,
    Target,
    Trigger,
}

/// Something that falls due, compared from the top.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due {
    pub(crate) at: u64,
    pub(crate) kind: Kind,
    pub(crate) arrival: u64,
    pub(crate) item: String,
    /// Which one of the queue's triggers.
    pub(crate) trigger: usize,
}

pub(crate) fn millis(secs: u32) -> u64 {
    u64::from(secs) * 1000
}

impl Model {
    /// Everything that is due by now happens, in its order.
    pub(crate) fn let_time_pass(&mut self) {
        let now = self.now;
        self.settings
            .retain(|setting| setting.until.is_none_or(|until| now < until));
        let mut sleepers = Vec::new();
        while let Some(due) = self.first_due(|_| true) {
            let item = due.item.as_str();
            match due.kind {
                Kind::WrapUp => self.end_as_closed(item),
                Kind::Offer => {
                    sleepers.extend(self.time_out(item));
                    if self.first_due(|due| due.kind == Kind::Offer).is_none() {
                        self.send_away(std::mem::take(&mut sleepers));
                    }
                }
                Kind::StartOver => self.item_mut(item).clear_declines(),
                Kind::MaxWait => self.end_wait(item),
                Kind::Target => self.miss_target(item),
                Kind::Trigger => self.trigger(item, due.trigger),
            }
        }
    }

    /// The first of those things that are due by now and not done.
    pub(crate) fn first_due(&self, counts: impl Fn(&Due) -> bool) -> Option<Due> {
        let is_due = |due: &Due| due.at <= self.now && counts(due);
        self.items
            .iter()
            .flat_map(|item| self.dues(item))
            .filter(is_due)
            .min()
    }

    /// Everything that time will bring to an item, as it stands.
    fn dues(&self, item: &Item) -> Vec<Due> {
        let mut dues = Vec::new();
        let mut add = |at: u64, kind, trigger| {
            let (arrival, item) = (item.arrival, item.id().into());
            dues.push(Due {
                at,
                kind,
                arrival,
                item,
                trigger,
            });
        };
        if let State::WrappingUp { until, .. } = &item.state {
            add(*until, Kind::WrapUp, 0);
        }
        if let Some(at) = item.offer().and_then(|offer| offer.expires) {
            add(at, Kind::Offer, 0);
        }
        if let Some(at) = item.starts_over_at {
            add(at, Kind::StartOver, 0);
        }
        if let Some(at) = self.wait_ends_at(item).filter(|_| !item.is_overdue) {
            add(at, Kind::MaxWait, 0);
        }
        let Some(queue) = item.queue.as_deref().filter(|_| item.waits()) else {
            return dues;
        };
        let queue = self.config.queues.get(queue).unwrap();
        let at = |secs: u32| item.waiting_since + millis(secs);
        // What a new configuration has put into the past is not made up for.
        let is_ahead = |secs: u32| at(secs) > self.configured_at;
        let target = queue
            .target_wait_secs
            .filter(|secs| is_ahead(*secs) && !item.target_missed);
        if let Some(secs) = target {
            add(at(secs), Kind::Target, 0);
        }
        for (place, trigger) in queue.triggers.iter().enumerate() {
            let is_done = item
                .triggered
                .iter()
                .any(|name| trigger.name == name.as_str());
            if is_ahead(trigger.at_secs) && !is_done {
                add(at(trigger.at_secs), Kind::Trigger, place);
            }
        }
        dues
    }

    /// When an item that waits is given up.
    pub(crate) fn wait_ends_at(&self, item: &Item) -> Option<u64> {
        let queue = item.queue.as_deref().filter(|_| item.waits())?;
        let secs = self.config.queues.get(queue).unwrap().max_wait_secs?;
        Some(item.waiting_since + millis(secs))
    }

    /// The end of the wait: of an item that is offered, once the offer has ended.
    pub(crate) fn end_wait(&mut self, id: &str) {
        if self.item(id).is_queued() {
            self.end_as_canceled(id, handover::CancelReason::MaxWait, None);
        } else {
            self.item_mut(id).is_overdue = true;
        }
    }

    fn miss_target(&mut self, id: &str) {
        self.item_mut(id).target_missed = true;
        let queue = offers::queue_of(self.item(id)).unwrap();
        self.outputs.push(Output::TargetMissed {
            item: id.into(),
            queue,
        });
    }

    fn trigger(&mut self, id: &str, place: usize) {
        let queue = offers::queue_of(self.item(id)).unwrap();
        let name = self.config.queues.get(&queue).unwrap().triggers[place]
            .name
            .clone();
        self.item_mut(id).triggered.push(name.as_str().into());
        self.outputs.push(Output::TriggerDue {
            item: id.into(),
            queue,
            name,
        });
    }

    /// The first moment to come that may bring something.
    pub(crate) fn poll_timeout(&self) -> Option<u64> {
        let mut moments: Vec<u64> = self
            .settings
            .iter()
            .filter_map(|setting| setting.until)
            .collect();
        for item in &self.items {
            moments.extend(self.dues(item).into_iter().map(|due| due.at));
            moments.extend(item.declines.iter().filter_map(|(_, until)| *until));
            if item.is_queued() {
                moments.extend(self.moments(item));
            }
        }
        moments.into_iter().filter(|at| *at > self.now).min()
    }
}
