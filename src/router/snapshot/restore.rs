//! A stored router goes on.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, PoolHandle};
use crate::plan::Plan;
use crate::roster::{RememberedAgent, Roster};
use crate::router::Router;
use crate::router::matching::dirty::DirtySet;
use crate::router::snapshot::SNAPSHOT_VERSION;
use crate::router::snapshot::error::RestoreError;
use crate::router::snapshot::format::SavedRouter;
use crate::router::snapshot::resolve::SnapshotNames;
use crate::router::snapshot::validate::check;
use crate::router::store::items::Items;

/// What agents have in hand: items and units, by agent and channel.
pub(crate) type Loads = BTreeMap<(AgentHandle, ChannelHandle), (u32, u64)>;

impl Router {
    /// Makes a router of what was stored of one. Under the plan that it was stored under it goes on as the stored one would
    /// have; under another one that has all the ids it goes on by that. A snapshot does not hold the configuration: store
    /// [`Plan::config`] beside it, and give a new one as [`Input::Reconfigure`](crate::Input::Reconfigure).
    ///
    /// Its first step lets happen what was due while nobody ran it: offers that have expired time out then.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] if it was stored in another format, if the plan lacks something that it names, or if it is nothing that
    /// a router can have stored.
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
        if saved.version != SNAPSHOT_VERSION {
            return Err(RestoreError::OtherVersion {
                found: saved.version,
            });
        }
        check(&saved)?;
        let compiled = plan.compiled();
        let ids = SnapshotNames { plan };
        let (items, deadlines_after) = ids.items(saved.items, saved.arrivals)?;
        let mut in_hand = all_in_hand(&items);
        let agents = saved.agents.into_iter();
        let agents: Vec<RememberedAgent> = agents
            .map(|agent| ids.remembered(agent, &mut in_hand))
            .collect::<Result<_, _>>()?;
        if let Some(((agent, _), _)) = in_hand.first_key_value() {
            let (agent, fault) = (
                compiled.agents.name(*agent),
                "holds an item, and has no row of its own",
            );
            return Err(RestoreError::of_agent(agent, fault));
        }
        let cursors = saved.cursors.iter().map(|cursor| ids.cursor(cursor));
        let cursors: Vec<(PoolHandle, AgentHandle)> = cursors.collect::<Result<_, _>>()?;
        let agents = Roster::restored(plan, agents, cursors, saved.last_stamp);
        let mut router = Self {
            now: saved.now,
            last_reconfigured: deadlines_after,
            outputs: VecDeque::from(saved.outputs),
            ..Self::with_parts(agents, items)
        };
        for saved in saved.capacities {
            let (agent, channel, set) = ids.set_capacity(&saved)?;
            router.set_capacity_override(agent, channel, set);
        }
        for last in saved.last_agents {
            let (channel, requester) = (last.channel, last.requester);
            router
                .last_agents
                .record(&channel, &requester, last.agent, last.at);
        }
        router.restore_wait();
        Ok(router)
    }

    /// Puts every item where it was: into its class, and into its agent's hand.
    fn restore_wait(&mut self) {
        for item in self.items.by_arrival() {
            let work = self.items.item(item);
            for agent in work.agents() {
                self.held.add(agent, item);
            }
            if self.items.item(item).is_queued() {
                self.enter_queue(item);
            } else {
                self.arm(item);
            }
        }
        // Nobody could take anything when it was stored.
        self.dirty = DirtySet::default();
    }
}

/// What agents have in hand of items.
fn all_in_hand(items: &Items) -> Loads {
    let mut all = Loads::new();
    for work in items.iter() {
        for (agent, units) in work.loads() {
            let own = all.entry((agent, work.channel())).or_default();
            *own = (own.0 + 1, own.1.saturating_add(units.into()));
        }
    }
    all
}
