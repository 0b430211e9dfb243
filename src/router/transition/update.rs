//! Changed facts of a work item: [`Input::Update`](crate::Input::Update).

use alloc::collections::BTreeMap;
use alloc::string::String;

use crate::id::WorkItemId;
use crate::model::{FACTS_MAX, Fact};
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::handles::ItemHandle;
use crate::router::output::CancelReason;
use crate::router::store::item::Item;

impl Router {
    /// Handles [`Input::Update`](crate::Input::Update): merges facts into an item. `None` removes a fact.
    ///
    /// An item without a holder is canceled if the condition of its channel no longer holds. Otherwise it is matched again, and its
    /// load is counted again. Queue, size and skills do not change.
    pub(crate) fn update(
        &mut self,
        id: &WorkItemId,
        facts: BTreeMap<String, Option<Fact>>,
    ) -> Result {
        let (handle, item) = self.find_item(id)?;
        let found = count_merged(item, &facts);
        if found > FACTS_MAX {
            let item = id.clone();
            return Err(RouterError::TooManyFacts { item, found });
        }
        let is_queued = item.is_queued();
        // The facts may change the item's position in its queue, so that it has to leave before.
        if is_queued {
            self.leave_queue(handle);
        }
        self.items.item_mut(handle).routed.merge_facts(facts);
        if self.is_disqualified(handle) {
            // A queued item has left its class above. `cancel_item` ends an open offer.
            self.cancel_item(handle, CancelReason::Disqualified, None);
            return Ok(());
        }
        if is_queued {
            self.enter_queue(handle);
        }
        self.recount_load(handle);
        Ok(())
    }

    /// Whether an item has no holder, and the condition of its channel does not hold.
    fn is_disqualified(&self, handle: ItemHandle) -> bool {
        let item = self.items.item(handle);
        let condition = &self.tables().channel(item.channel()).condition;
        item.holder().is_none() && !condition.holds(&item.work_item().facts)
    }
}

/// Counts the facts that an item has after a merge.
fn count_merged(item: &Item, facts: &BTreeMap<String, Option<Fact>>) -> usize {
    let known = &item.work_item().facts;
    let changes = facts.iter().map(|(field, fact)| {
        let is_known = known.contains_key(field);
        // 1 for a new fact, -1 for a removed one, 0 for a replaced one and for the removal of a missing one.
        isize::from(fact.is_some()) - isize::from(is_known)
    });
    known.len().saturating_add_signed(changes.sum())
}
