//! Loads and declines, computed from the items: for a restore, a reconfiguration and the checks of the invariants.
//!
//! The roster keeps the load of each agent, which a snapshot does not store: it is the sum of the agent's items. An item stores
//! declines by handle. A handle is valid in one plan, so declines are listed by id between plans.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::id::AgentId;
use crate::plan::Tables;
use crate::router::store::item::Item;
use crate::router::store::items::Items;
use crate::time::Timestamp;

/// The number of items and the units of load of each agent on each channel, without those who have none.
pub(crate) type Loads = BTreeMap<(AgentHandle, ChannelHandle), (u32, u64)>;

/// Computes the load of all agents from the items that they hold or are offered. O(n log n) for n items.
///
/// An item that does not count as load is counted as an item of 0 units.
pub(crate) fn loads(items: &Items) -> Loads {
    let mut loads = Loads::new();
    for item in items.iter() {
        // During a warm transfer, both the holder and the agent with the offer have the load.
        for (agent, units) in item.loads() {
            let (count, load) = loads.entry((agent, item.channel())).or_default();
            *count += 1;
            *load = load.saturating_add(units.into());
        }
    }
    loads
}

/// Declines by agent id: the form that survives a change of the plan.
impl Item {
    /// Returns the declines: those of the plan's agents by id, then those of absent agents.
    pub(crate) fn declines_by_id<'a>(
        &'a self,
        tables: &'a Tables,
    ) -> impl Iterator<Item = (AgentId, Option<Timestamp>)> {
        let declines = self.routed.declines().iter();
        let present = declines.map(|decline| {
            let agent = tables.agents.id(decline.agent());
            (agent.clone(), decline.until())
        });
        present.chain(self.notes().unconfigured_declines.iter().cloned())
    }

    /// Replaces the declines. Those of agents whom the plan lacks are kept by id, in the order of the ids.
    ///
    /// Such an agent may come back with a later configuration, and has then still declined the item.
    pub(crate) fn set_declines_by_id(
        &mut self,
        tables: &Tables,
        declines: impl IntoIterator<Item = (AgentId, Option<Timestamp>)>,
    ) {
        self.routed.clear_declines();
        let mut absent = Vec::new();
        for (id, until) in declines {
            match tables.agents.find(id.as_str()) {
                Some(agent) => self.routed.record_decline(agent, until),
                None => absent.push((id, until)),
            }
        }
        absent.sort_unstable();
        // Does not allocate notes for an item that needs none.
        if self.notes.is_some() || !absent.is_empty() {
            self.notes_mut().unconfigured_declines = absent;
        }
    }
}
