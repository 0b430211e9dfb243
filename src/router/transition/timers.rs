//! Arms and drops the timers of items.

use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::store::timers::TimerOf;

impl Router {
    /// Arms the timer of an item for what becomes due of it next, if it is not armed for an earlier moment already.
    pub(crate) fn arm(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let work = self.items.item_mut(item);
        let next = work
            .next_due(compiled, self.deadlines_after)
            .map(|(moment, _)| moment);
        let Some(moment) = next else {
            return;
        };
        let before = work.armed();
        if before.is_none_or(|before| moment < before) {
            work.set_armed(Some(moment));
            let arrival = work.arrival;
            let of = TimerOf::Item { arrival, item };
            if let Some(before) = before {
                self.timers.unset(before, of);
            }
            self.timers.set(moment, of);
        }
    }

    /// Takes away the timers in front whose items have nothing due then, so that nobody wakes up for them.
    #[inline(never)]
    pub(crate) fn drop_stale_timers(&mut self) {
        while let Some((moment, of)) = self.timers.all.first().copied() {
            let TimerOf::Item { item, .. } = of else {
                return;
            };
            let work = self.items.item_mut(item);
            let compiled = self.roster.plan().compiled();
            let next = work.next_due(compiled, self.deadlines_after);
            if next.is_some_and(|(next, _)| next == moment) {
                return;
            }
            work.set_armed(None);
            self.timers.unset(moment, of);
            self.arm(item);
        }
    }
}
