//! The end of a work item: [`Input::Complete`](crate::Input::Complete), [`Input::Close`](crate::Input::Close) and
//! [`Input::Cancel`](crate::Input::Cancel).

use alloc::boxed::Box;
use alloc::string::String;

use crate::id::{AgentId, WorkItemId};
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::handles::ItemHandle;
use crate::router::output::{CancelReason, OfferEnd, Output};
use crate::router::store::phase::{HeldUnits, ItemPhase, WrapUp};

impl Router {
    /// Handles [`Input::Complete`](crate::Input::Complete): starts the wrap-up of an accepted item, or closes it if its channel has none.
    ///
    /// A warm transfer that is under way ends: the work is done.
    pub(crate) fn complete(&mut self, id: WorkItemId, by: Option<&AgentId>) -> Result {
        let (handle, item) = self.find_item(&id)?;
        self.check_holder(item, by)?;
        let (ItemPhase::Accepted(_), Some(held)) = (&item.phase, item.held_units()) else {
            return Err(match item.phase {
                ItemPhase::WrappingUp(_) => RouterError::AlreadyCompleted { item: id },
                _ => item.wrong_state("accepted"),
            });
        };
        let size = item.size();
        // An item cannot be offered during its wrap-up, so a warm transfer ends here.
        self.end_offer(handle, OfferEnd::Superseded, None);
        let HeldUnits {
            agent,
            channel,
            units,
        } = held;
        let secs = self.tables().channel_plans.at(channel).wrap_up_secs;
        let until = self.now.plus_secs(secs);
        // Equal without a wrap-up, and at the last timestamp.
        if until == self.now {
            self.close_item(handle, id, held);
            return Ok(());
        }
        let wrap_up = Box::new(WrapUp { agent, until });
        self.items.item_mut(handle).phase = ItemPhase::WrappingUp(wrap_up);
        // An item that did not count as load does during its wrap-up.
        if units != size {
            self.roster
                .set_units(self.roster.local(agent), channel, (units, size));
            self.mark_changed(agent);
        }
        self.arm(handle);
        let agent = self.agent_id(agent);
        self.output(Output::WrappingUp { item: id, agent });
        Ok(())
    }

    /// Handles [`Input::Close`](crate::Input::Close): closes an item that is accepted or wrapping up, without a wrap-up.
    pub(crate) fn close(&mut self, id: WorkItemId, by: Option<&AgentId>) -> Result {
        let (handle, item) = self.find_item(&id)?;
        self.check_holder(item, by)?;
        let Some(held) = item.held_units() else {
            return Err(item.wrong_state("accepted or wrapping up"));
        };
        self.end_offer(handle, OfferEnd::Superseded, None);
        self.close_item(handle, id, held);
        Ok(())
    }

    /// Handles [`Input::Cancel`](crate::Input::Cancel): cancels an item in any state.
    pub(crate) fn cancel(&mut self, id: &WorkItemId, note: Option<String>) -> Result {
        let (handle, _) = self.find_item(id)?;
        self.cancel_item(handle, CancelReason::Requested, note);
        Ok(())
    }

    /// Removes an item from its holder and from the router, and outputs that it is closed.
    #[inline]
    pub(crate) fn close_item(&mut self, handle: ItemHandle, id: WorkItemId, held: HeldUnits) {
        self.release_item(handle, held);
        self.remove_item(handle);
        let agent = self.agent_id(held.agent);
        self.output(Output::Closed { item: id, agent });
    }

    /// Ends the offer of an item, removes it from its holder, its queue and the router, and outputs that it is canceled.
    pub(crate) fn cancel_item(
        &mut self,
        handle: ItemHandle,
        reason: CancelReason,
        note: Option<String>,
    ) {
        let item = self.items.item(handle);
        let id = item.id().clone();
        // Read the phase before `end_offer` changes it.
        let why = match item.phase {
            ItemPhase::Pending(_) => OfferEnd::Canceled,
            _ => OfferEnd::Superseded,
        };
        self.end_offer(handle, why, None);
        let holder = self.release_from_holder(handle);
        // Does nothing for an item that was held or offered: it is in no class.
        self.leave_queue(handle);
        self.remove_item(handle);
        let agent = holder.map(|agent| self.agent_id(agent));
        self.output(Output::Canceled {
            item: id,
            agent,
            reason,
            note,
        });
    }

    /// Removes an item and its timer. It is in no class, and no agent has it.
    #[inline]
    pub(crate) fn remove_item(&mut self, handle: ItemHandle) {
        // INVARIANT: a timer never outlives its item. It would fire for the next item in the slot.
        self.timers.disarm(handle, self.items.item_mut(handle));
        self.items.remove(handle);
    }
}
