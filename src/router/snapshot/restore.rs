//! Restores a router from its snapshot.
//!
//! 1. The tables are [validated](super::validate).
//! 2. The items are [resolved](super::resolve). The load of each agent is the sum of its items.
//! 3. The agents and cursors are resolved and become a roster, whose index is built once, at the end.
//! 4. The capacities and last agents are applied.
//! 5. Every item enters the indexes: the class or the lists of its agents, and the timers.
//! 6. Deadlines and offers are checked, and the classes with an item that an agent can take are marked for the first step.

use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;

use crate::plan::Plan;
use crate::roster::{AgentRecord, Roster};
use crate::router::Router;
use crate::router::matching::class_match::{AgentFilter, Rechecks};
use crate::router::rebuild::loads;
use crate::router::snapshot::SNAPSHOT_VERSION;
use crate::router::snapshot::error::{RestoreError, RowFault};
use crate::router::snapshot::format::{SavedItem, SavedRouter};
use crate::router::snapshot::resolve::Resolver;
use crate::router::snapshot::validate::validate;
use crate::router::store::items::Items;
use crate::router::store::timers::TimerKey;
use crate::time::Timestamp;

impl Router {
    /// Restores a router from a stored snapshot.
    ///
    /// The router continues exactly as the stored one would have. A snapshot does not contain the configuration: store
    /// [`Plan::config`] beside it, restore under the stored configuration, and apply a new one with
    /// [`Input::Reconfigure`](crate::Input::Reconfigure). Plans with another [fingerprint](Plan::fingerprint) are refused.
    ///
    /// The first step runs all events that became due while no router was running: expired offers time out then.
    ///
    /// A snapshot does not contain custom rules either. If one of them has changed, the first step also assigns the items that
    /// an agent can take now.
    ///
    /// Takes time in proportion to the configuration and the snapshot, with a factor of log n for n items, and matches each class of
    /// waiting items once.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] if the snapshot has another format version, if it was stored under another configuration, if it names an
    /// id that the plan lacks, or if it contradicts itself.
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
        // First: the rows of another version may mean something else.
        if saved.version != SNAPSHOT_VERSION {
            let found = saved.version;
            return Err(RestoreError::OtherVersion { found });
        }
        let (found, expected) = (saved.fingerprint, plan.fingerprint());
        if found != expected {
            return Err(RestoreError::OtherPlan { found, expected });
        }
        validate(&saved)?;
        let resolver = Resolver::new(plan);
        let last_reconfigured = last_reconfigured(&saved.items);
        // The items come first: the load of an agent is the sum of its items.
        let items = restore_items(plan, saved.items, saved.arrivals)?;
        // Each agent row below removes its loads. A load that remains belongs to no row: the snapshot contradicts itself.
        let mut loads = loads(&items);
        let mut agents: Vec<AgentRecord> = Vec::with_capacity(saved.agents.len());
        for row in &saved.agents {
            let agent = resolver.find_agent(&row.agent);
            let agent = agent.map_err(|fault| RestoreError::new("agents", fault))?;
            let record = resolver.agent(agent, row, &mut loads);
            agents.push(record.map_err(|fault| RestoreError::of_agent(&row.agent, fault))?);
        }
        if let Some(((agent, _), _)) = loads.first_key_value() {
            let id = plan.tables().agents.id(*agent);
            let fault =
                RowFault::Broken("has an item on a channel without an entry under `agents`");
            return Err(RestoreError::of_agent(id, fault));
        }
        let mut cursors = Vec::with_capacity(saved.cursors.len());
        for row in &saved.cursors {
            let place = format_args!("cursors: queue `{}`", row.queue);
            let cursor = resolver.cursor(row);
            cursors.push(cursor.map_err(|fault| RestoreError::new(place, fault))?);
        }
        let mut router = Self {
            now: saved.now,
            inputs: saved.inputs,
            last_reconfigured,
            outputs: VecDeque::from(saved.outputs),
            ..Self::with_parts(
                Roster::from_records(plan, agents, cursors, saved.last_stamp),
                items,
            )
        };
        for row in &saved.capacities {
            let place = format_args!("capacities: agent `{}`", row.agent);
            let capacity = resolver.capacity(row);
            let (key, capacity) = capacity.map_err(|fault| RestoreError::new(place, fault))?;
            // Also sets the capacity in the roster, and the timer at which it ends.
            router.set_capacity_override(key, capacity);
        }
        // By channel, the oldest acceptance first: recording them again gives the same order.
        for last in saved.last_agents {
            let (channel, requester) = (&last.channel, &last.requester);
            router
                .last_agents
                .record(channel, requester, last.agent, last.at);
        }
        router.forget_unused_channels();
        router.index_restored_items();
        router.check_restored()?;
        router.keep_marks_with_matches();
        Ok(router)
    }

    /// Adds every item to the indexes: to its class if it is queued, to the lists of its agents, and to the timers.
    fn index_restored_items(&mut self) {
        // By arrival, so that the result does not depend on the order of the rows.
        for handle in self.items.by_arrival() {
            let item = self.items.item(handle);
            let is_queued = item.is_queued();
            for agent in item.agents() {
                self.list_item(agent, handle);
            }
            if is_queued {
                self.enter_queue(handle);
            } else {
                self.recount_load(handle);
                self.arm(handle);
            }
        }
        // A stored router has a witness for each declined item that is not exhausted. The first step outputs the others.
        for item in self.find_witnesses() {
            self.mark_exhaustion_check(item);
        }
    }

    /// Checks what holds between two steps of a router: no deadline has passed, and only agents who are present have offers.
    fn check_restored(&self) -> Result<(), RestoreError> {
        let first = self.timers.first();
        match first.filter(|(moment, _)| *moment <= self.now) {
            Some((_, TimerKey::Item { item, .. })) => {
                let fault = RowFault::Broken("has a deadline that is not later than `now_ms`");
                return Err(RestoreError::of_item(self.items.item(item).id(), fault));
            }
            Some((_, TimerKey::Capacity((agent, _)))) => {
                let fault = RowFault::Broken("has a capacity that ends not later than `now_ms`");
                return Err(RestoreError::of_agent(&self.agent_id(agent), fault));
            }
            None => {}
        }
        for (agent, id) in self.tables().agents.iter() {
            if !self.offers_without_presence(agent).is_empty() {
                let fault = RowFault::Broken("is offered an item without being present");
                return Err(RestoreError::of_agent(id, fault));
            }
        }
        Ok(())
    }

    /// Keeps the marks of the classes with an item that an agent can take. The first step then assigns it.
    ///
    /// A stored router has none. But a custom rule can have changed since, and a snapshot can be forged.
    fn keep_marks_with_matches(&mut self) {
        // Entering a queue has marked every class, some of them several times.
        let classes: BTreeSet<_> = self.dirty.take_classes().into_iter().collect();
        for class in classes {
            // The moments of rechecks are in the snapshot.
            let found = self.match_class(class, &AgentFilter::Anyone, &mut Rechecks::new());
            if found.is_some() {
                self.dirty.mark_class(class);
            }
        }
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

/// Restores the items. They are in the index of ids only.
///
/// # Errors
///
/// [`RestoreError`] names the first item whose row contradicts another row, or names an id that the plan lacks.
fn restore_items(
    plan: &Plan,
    rows: Vec<SavedItem<'_>>,
    arrivals: u64,
) -> Result<Items, RestoreError> {
    let mut items = Items::new(plan.tables().hasher);
    let resolver = Resolver::new(plan);
    let mut earlier = BTreeSet::new();
    for row in rows {
        let id = row.item.id.clone();
        let hash = items.hash(&id);
        // Not in `validate`: the index of ids, which finds duplicates, is built here anyway.
        if items.find_hashed(hash, &id).is_some() {
            return Err(RestoreError::of_item(&id, RowFault::Broken("has two rows")));
        }
        // Arrival numbers order the items, and the next item gets the number after `arrivals`. They must be unique.
        if row.arrival > arrivals || !earlier.insert(row.arrival) {
            let fault = "`arrival` is that of another item, or above `arrivals`";
            return Err(RestoreError::of_item(&id, RowFault::Broken(fault)));
        }
        let item = resolver.item(row, hash);
        items.insert(item.map_err(|fault| RestoreError::of_item(&id, fault))?);
    }
    items.arrivals = arrivals;
    Ok(items)
}
