//! Work items come in.

use crate::decide::search::{assign_or_until, find_any};
use crate::id::{QueueId, WorkItemId};
use crate::model::WorkItem;
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::output::{Output, UnroutableReason};
use crate::router::store::item::{Item, ItemPhase};
use crate::routing::resolve::resolve;
use crate::routing::route::{Unroutable, WhyUnroutable};
use crate::routing::routed::Routed;

impl Router {
    /// A work item comes in.
    #[inline]
    pub(crate) fn route(
        &mut self,
        mut item: WorkItem,
        queue: Option<QueueId>,
    ) -> Result<(), RouterError> {
        let hash = self.check_new(&item.id)?;
        match resolve(self.plan(), &mut item, queue.as_ref()) {
            Ok(resolved) => {
                let routed = Routed::new(self.plan(), item, resolved, self.now);
                if self.is_full_for(&routed) {
                    self.output_unroutable(routed.into_item(), UnroutableReason::QueueFull);
                    return Ok(());
                }
                let work = self.new_work(routed, hash, true);
                self.assign_or_wait(work, queue);
                Ok(())
            }
            Err(why) => self.route_nowhere(item, why),
        }
    }

    /// What cannot be placed: the call is wrong, or the configuration says so.
    #[cold]
    fn route_nowhere(&mut self, item: WorkItem, why: WhyUnroutable) -> Result<(), RouterError> {
        if why.is_wrong_call() {
            return Err(Unroutable::new(item, why).into());
        }
        self.output_unroutable(item, reason(&why));
        Ok(())
    }

    #[cold]
    fn output_unroutable(&mut self, item: WorkItem, reason: UnroutableReason) {
        let item = item.id;
        self.output(Output::Unroutable { item, reason });
    }

    /// By what an id will be found that no item has so far.
    #[inline]
    pub(crate) fn check_new(&self, item: &WorkItemId) -> Result<u32, RouterError> {
        let hash = self.items.hash(item);
        if self.items.find_hashed(hash, item).is_some() {
            return Err(RouterError::item_exists(item));
        }
        Ok(hash)
    }

    /// Whether an item would be one too many in its queue, and nobody can take it at once.
    #[inline]
    fn is_full_for(&self, routed: &Routed) -> bool {
        let max = self.compiled().queue_plans.at(routed.queue()).max_length;
        max.is_some_and(|max| self.waiting.len(routed.queue()) >= max)
            && find_any(&self.roster, routed, self.now).0.is_none()
    }

    /// An item that has come in, and is counted from then on: in its queue, unless none takes it.
    #[inline]
    pub(crate) fn new_work(&mut self, routed: Routed, hash: u32, has_queue: bool) -> Item {
        let arrival = self.items.next_arrival();
        Item::new(routed, hash, has_queue, arrival, ItemPhase::Queued)
    }

    /// Says in which queue an item is that has just come in, and assigns it or lets it wait: nobody may take anything else that
    /// waits. It is decided about before any of its texts is shared, and before it is put among the others.
    #[inline]
    fn assign_or_wait(&mut self, mut work: Item, queue: Option<QueueId>) {
        let compiled = self.roster.plan().compiled();
        let now = self.now;
        work.count_open_pools(compiled, now);
        let belongs = self.waiting.find(compiled, &self.items, &work);
        let assigned = if self.is_covered_by_head(&belongs) {
            Err(None)
        } else {
            let last_agent = self.last_agent_of(&work);
            assign_or_until(&self.roster, &work.routed, last_agent, now)
        };
        // The id of a queue that is named goes out as it came in: its text is not shared once more.
        let queue = queue.unwrap_or_else(|| self.queue_id(work.routed.queue()));
        let id = work.routed.item().id.clone();
        let item = self.items.insert(work);
        self.output(Output::Queued { item: id, queue });
        match assigned {
            Ok(assignment) => self.offer_assignment(item, &assignment),
            Err(until) => {
                let compiled = self.roster.plan().compiled();
                self.waiting.enter(compiled, &mut self.items, item, belongs);
                self.arm(item);
                if let Some(moment) = until {
                    self.schedule_recheck(item, moment);
                }
            }
        }
    }
}

fn reason(why: &WhyUnroutable) -> UnroutableReason {
    match why {
        WhyUnroutable::ChannelInactive => UnroutableReason::ChannelInactive,
        WhyUnroutable::NotInChannel => UnroutableReason::NotInChannel,
        WhyUnroutable::QueueInactive => UnroutableReason::QueueInactive,
        _ => UnroutableReason::NoQueue,
    }
}
