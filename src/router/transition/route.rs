//! A new work item: [`Input::Route`](crate::Input::Route).

use crate::base::table::QueueHandle;
use crate::decide::search::assign_or_until;
use crate::id::{QueueId, WorkItemId};
use crate::model::WorkItem;
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::output::Output;
use crate::routing::error::{RouteErrorKind, UnroutableReason};
use crate::routing::resolve::resolve;
use crate::routing::routed::Routed;

impl Router {
    /// Handles [`Input::Route`](crate::Input::Route): routes a new item to a queue, named or found, and offers it to an agent or
    /// lets it wait.
    ///
    /// The item is matched at once, not marked as dirty: nothing else has changed, so that only this item can be assigned.
    ///
    /// # Errors
    ///
    /// The call is wrong: the channel or the queue is unknown, the id is in use, or the item or the queue is invalid. An item that
    /// no queue takes is not an error, but the output [`Output::Unroutable`].
    pub(crate) fn route(&mut self, mut item: WorkItem, queue: Option<QueueId>) -> Result {
        // Resolve: check the item, find its queue, size and skills.
        let id_hash = match self.hash_new_id(&item.id) {
            Ok(hash) => hash,
            Err(in_use) => {
                // `resolve` would check these next, but what does not exist is reported first.
                self.find_channel(&item.channel)?;
                queue.map_or(Ok(()), |queue| self.find_queue(&queue).map(drop))?;
                return Err(in_use);
            }
        };
        let resolved = match resolve(self.plan(), &mut item, queue.as_ref()) {
            Ok(resolved) => resolved,
            Err(why) => return self.refuse_item(item, why),
        };
        let is_full = self.is_full(resolved.queue);

        // Store. PERF: an item is large, so it is moved into its slot first and decided about there.
        let routed = Routed::new(self.plan(), item, resolved, self.now);
        let handle = self.items.add(routed, id_hash, true);

        // Decide. If another item of the class waits without declines, nobody can take this one either.
        let tables = self.roster.plan().tables();
        let item = self.items.item_mut(handle);
        item.count_open_pools(tables, self.now);
        let item = self.items.item(handle);
        let lookup = self.waiting.find(tables, &self.items, item);
        let decision = if lookup.is_covered_by_head() {
            Err(None)
        } else {
            let agents = || self.requester_agents(item);
            assign_or_until(&self.roster, &item.routed, agents, self.now)
        };

        let id = item.id().clone();
        // `max_length` limits the items that wait, and an item that an agent takes at once does not wait.
        if is_full && decision.is_err() {
            // Take back the arrival number as well, so that a refused item leaves the state unchanged.
            self.items.remove(handle);
            self.items.arrivals -= 1;
            self.output_unroutable(id, UnroutableReason::QueueFull);
            return Ok(());
        }
        // The id of a named queue is moved to the output: it saves a reference count.
        let queue = queue.unwrap_or_else(|| self.queue_id(item.routed.queue()));
        self.output(Output::Queued { item: id, queue });

        // Offer, or wait.
        match decision {
            Ok(assignment) => self.offer_assignment(handle, &assignment),
            Err(recheck_at) => {
                let tables = self.roster.plan().tables();
                self.waiting.enter(tables, &mut self.items, handle, lookup);
                self.arm(handle);
                self.schedule_rechecks(recheck_at.map(|moment| (handle, moment)));
            }
        }
        Ok(())
    }

    /// Returns the hash of a new item's id.
    ///
    /// # Errors
    ///
    /// [`RouterError::IdInUse`] if a live item has the id.
    #[inline]
    pub(crate) fn hash_new_id(&self, id: &WorkItemId) -> Result<u32> {
        let hash = self.items.hash(id);
        if let Some((_, live)) = self.items.find_hashed(hash, id) {
            let (item, state) = (id.clone(), live.state());
            return Err(RouterError::IdInUse { item, state });
        }
        Ok(hash)
    }

    /// Whether a queue has reached its `max_length`.
    #[inline]
    fn is_full(&self, queue: QueueHandle) -> bool {
        let max = self.tables().queue_plans.at(queue).max_length;
        max.is_some_and(|max| self.waiting.len(queue) >= max)
    }

    /// Refuses an item that cannot be resolved, or outputs that no queue takes it.
    fn refuse_item(&mut self, item: WorkItem, why: RouteErrorKind) -> Result {
        match why {
            RouteErrorKind::Unroutable(reason) => {
                self.output_unroutable(item.id, reason);
                Ok(())
            }
            RouteErrorKind::WrongCall(wrong) => Err(RouterError::of_new_item(item.id, wrong)),
        }
    }

    /// Outputs that no queue takes an item.
    fn output_unroutable(&mut self, item: WorkItemId, reason: UnroutableReason) {
        self.output(Output::Unroutable { item, reason });
    }
}
