//! Restores a router from its snapshot.

use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;

use crate::plan::Plan;
use crate::roster::{AgentRecord, Roster};
use crate::router::Router;
use crate::router::matching::dirty::DirtySet;
use crate::router::rebuild::loads;
use crate::router::snapshot::SNAPSHOT_VERSION;
use crate::router::snapshot::error::{RestoreError, RowFault};
use crate::router::snapshot::format::{SavedItem, SavedRouter};
use crate::router::snapshot::resolve::Resolver;
use crate::router::snapshot::validate::validate;
use crate::router::store::items::Items;
use crate::time::Timestamp;

impl Router {
    /// Restores a router from a stored snapshot.
    ///
    /// Under the plan that it was stored under, the router continues exactly as the stored one would have. Another plan is
    /// accepted if it has all ids that the snapshot names; the router then continues by that plan. A snapshot does not contain
    /// the configuration: store [`Plan::config`] beside it, restore under the stored configuration, and apply a new one with
    /// [`Input::Reconfigure`](crate::Input::Reconfigure).
    ///
    /// The first step runs all events that became due while no router was running: expired offers time out then.
    ///
    /// Takes time in proportion to the configuration and the snapshot, with a factor of log n for n items.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] if the snapshot has another format version, if it names an id that the plan lacks, or if it contradicts
    /// itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::{Config, Plan, Router, SavedRouter};
    ///
    /// let router = Router::new(&Plan::new(Config::new())?);
    /// let config = serde_json::to_string(router.plan().config())?;
    /// let stored = serde_json::to_string(&router.snapshot())?;
    ///
    /// let plan = Plan::new(serde_json::from_str(&config)?)?;
    /// let saved: SavedRouter = serde_json::from_str(&stored)?;
    /// assert_eq!(Router::restore(&plan, saved)?.digest(), router.digest());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn restore(plan: &Plan, saved: SavedRouter) -> Result<Self, RestoreError> {
        let SavedRouter(saved) = saved;
        if saved.version != SNAPSHOT_VERSION {
            let found = saved.version;
            return Err(RestoreError::OtherVersion { found });
        }
        validate(&saved)?;
        let resolver = Resolver::new(plan);
        let last_reconfigured = last_reconfigured(&saved.items);
        // The items come first: the load of an agent is the sum of its items.
        let items = restore_items(plan, saved.items, saved.arrivals)?;
        let mut loads = loads(&items);
        let mut agents: Vec<AgentRecord> = Vec::with_capacity(saved.agents.len());
        for row in &saved.agents {
            let agent = resolver.agent_id(&row.agent);
            let agent = agent.map_err(|fault| RestoreError::new("agents", fault))?;
            let record = resolver.agent(agent, row, &mut loads);
            agents.push(record.map_err(|fault| RestoreError::of_agent(&row.agent, fault))?);
        }
        if let Some(((agent, _), _)) = loads.first_key_value() {
            let id = plan.compiled().agents.name(*agent);
            let fault = RowFault::Broken("holds an item but has no row under `agents`");
            return Err(RestoreError::of_agent(id, fault));
        }
        let mut cursors = Vec::with_capacity(saved.cursors.len());
        for row in &saved.cursors {
            let place = format_args!("cursors: queue `{}`", row.queue);
            let cursor = resolver.cursor(row);
            cursors.push(cursor.map_err(|fault| RestoreError::new(place, fault))?);
        }
        let roster = Roster::from_records(plan, agents, cursors, saved.last_stamp);
        let mut router = Self {
            now: saved.now,
            last_reconfigured,
            outputs: VecDeque::from(saved.outputs),
            ..Self::with_parts(roster, items)
        };
        for row in &saved.capacities {
            let place = format_args!("capacities: agent `{}`", row.agent);
            let resolved = resolver.capacity(row);
            let resolved = resolved.map_err(|fault| RestoreError::new(place, fault))?;
            let (agent, channel, capacity) = resolved;
            router.set_capacity_override(agent, channel, capacity);
        }
        for last in saved.last_agents {
            let (channel, requester) = (&last.channel, &last.requester);
            router
                .last_agents
                .record(channel, requester, last.agent, last.at);
        }
        router.index_restored_items();
        Ok(router)
    }

    /// Enters every item where it was: into its class if it is queued, into the lists of its agents, and into the timers.
    fn index_restored_items(&mut self) {
        for handle in self.items.by_arrival() {
            let item = self.items.item(handle);
            let is_queued = item.is_queued();
            for agent in item.agents() {
                self.held.add(agent, handle);
            }
            if is_queued {
                self.enter_queue(handle);
            } else {
                self.arm(handle);
            }
        }
        // INVARIANT: between two steps no queued item has an eligible agent, so nothing needs to be matched.
        self.dirty = DirtySet::default();
    }
}

/// Returns the moment of the last reconfiguration, as far as it still matters.
///
/// The snapshot does not store it. Each item has the moment up to which its targets and triggers are skipped: that of the last
/// reconfiguration, or the beginning of the wait if that is later. If no wait began before the reconfiguration, its moment
/// skips nothing, and the epoch serves as well.
fn last_reconfigured(items: &[SavedItem<'_>]) -> Timestamp {
    let waits = items.iter();
    let older = waits.filter(|row| row.wait.silent_until > row.waiting_since);
    let moments = older.map(|row| row.wait.silent_until);
    moments.max().unwrap_or(Timestamp::EPOCH)
}

/// Restores the items. They are not in any index but that of their ids.
fn restore_items(
    plan: &Plan,
    rows: Vec<SavedItem<'_>>,
    arrivals: u64,
) -> Result<Items, RestoreError> {
    let mut items = Items::new(plan.compiled().hasher);
    let resolver = Resolver::new(plan);
    let mut earlier = BTreeSet::new();
    for row in rows {
        let id = row.item.id.clone();
        let hash = items.hash(&id);
        if items.find_hashed(hash, &id).is_some() {
            return Err(RestoreError::of_item(&id, RowFault::Broken("has two rows")));
        }
        // Two items of one arrival would have no order, nor would a later item of the router.
        if row.arrival > arrivals || !earlier.insert(row.arrival) {
            let fault = "`arrival` is that of another item, or above `arrivals`";
            return Err(RestoreError::of_item(&id, RowFault::Broken(fault)));
        }
        let item = resolver.item(row, hash);
        items.insert(item.map_err(|fault| RestoreError::of_item(&id, fault))?);
    }
    items.set_arrivals(arrivals);
    Ok(items)
}
