//! Restores a router from its snapshot: rows by id become items, agents and timers of a plan.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::format;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::plan::Plan;
use crate::roster::{AgentRecord, ChannelRecord, Roster};
use crate::router::Router;
use crate::router::matching::dirty::DirtySet;
use crate::router::resolver::{Missing, Resolver};
use crate::router::snapshot::SNAPSHOT_VERSION;
use crate::router::snapshot::error::RestoreError;
use crate::router::snapshot::format::{SavedAgent, SavedItem, SavedOffer, SavedRouter, SavedState};
use crate::router::snapshot::validate::validate;
use crate::router::store::capacity_overrides::CapacityOverride;
use crate::router::store::item::Item;
use crate::router::store::items::Items;
use crate::router::store::phase::{Accepted, ItemPhase, OpenOffer, WrapUp};
use crate::router::store::wait::WaitNotes;
use crate::routing::requested_skills::RequestedSkills;
use crate::routing::resolve::{ResolvedItem, no_queue};
use crate::routing::routed::Routed;
use crate::time::Timestamp;

/// The items and units that each agent holds on each channel.
type Loads = BTreeMap<(AgentHandle, ChannelHandle), (u32, u64)>;

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
        if saved.version != SNAPSHOT_VERSION {
            return Err(RestoreError::OtherVersion {
                found: saved.version,
            });
        }
        validate(&saved)?;
        let resolver = Resolver::new(plan);
        let (items, last_reconfigured) = restore_items(resolver, saved.items, saved.arrivals)?;
        let mut loads = loads(&items);
        let agents = saved.agents.into_iter();
        let agents: Vec<AgentRecord> = agents
            .map(|row| restore_agent(resolver, row, &mut loads))
            .collect::<Result<_, _>>()?;
        if let Some(((agent, _), _)) = loads.first_key_value() {
            let agent = resolver.tables().agents.id(*agent);
            let fault = "holds an item but has no row under `agents`";
            return Err(RestoreError::of_agent(agent, fault));
        }
        let cursors = saved.cursors.iter().map(|row| {
            let pool = resolver.pool(&row.queue, row.pool);
            pool.and_then(|pool| Ok((pool, resolver.agent(&row.agent)?)))
                .map_err(at(&format!("cursors: queue `{}`", row.queue)))
        });
        let cursors: Vec<_> = cursors.collect::<Result<_, _>>()?;
        let agents = Roster::from_records(plan, agents, cursors, saved.last_stamp);
        let mut router = Self {
            now: saved.now,
            last_reconfigured,
            outputs: VecDeque::from(saved.outputs),
            ..Self::with_parts(agents, items)
        };
        for row in saved.capacities {
            let (agent, channel) = resolver
                .capacity_key(&row.agent, row.channel.as_ref())
                .map_err(at(&format!("capacities: agent `{}`", row.agent)))?;
            let set = CapacityOverride {
                permanent: row.for_good,
                temporary: row.temporary.map(|set| (set.until, set.capacity)),
            };
            router.set_capacity_override(agent, channel, set);
        }
        for last in saved.last_agents {
            let (channel, requester) = (last.channel, last.requester);
            router
                .last_agents
                .record(&channel, &requester, last.agent, last.at);
        }
        router.index_restored_items();
        Ok(router)
    }

    /// Enters every item where it was: into its class if it is queued, into the lists of its agents, and into the timers.
    fn index_restored_items(&mut self) {
        for item in self.items.by_arrival() {
            let row = self.items.item(item);
            let is_queued = row.is_queued();
            for agent in row.agents() {
                self.held.add(agent, item);
            }
            if is_queued {
                self.enter_queue(item);
            } else {
                self.arm(item);
            }
        }
        // INVARIANT: between two steps no queued item has an eligible agent, so nothing needs to be matched.
        self.dirty = DirtySet::default();
    }
}

/// Adds the place in the snapshot to a missing id.
fn at(place: &str) -> impl Fn(Missing) -> RestoreError {
    move |missing| RestoreError::Unknown {
        place: place.into(),
        what: missing.kind,
        id: missing.id,
    }
}

/// Returns the load of all agents, computed from the items.
fn loads(items: &Items) -> Loads {
    let mut loads = Loads::new();
    for row in items.iter() {
        for (agent, units) in row.loads() {
            let load = loads.entry((agent, row.channel())).or_default();
            *load = (load.0 + 1, load.1.saturating_add(units.into()));
        }
    }
    loads
}

/// Restores an agent, and takes its load out of `loads`.
fn restore_agent(
    resolver: Resolver<'_>,
    row: SavedAgent,
    loads: &mut Loads,
) -> Result<AgentRecord, RestoreError> {
    let agent = resolver.agent(&row.agent).map_err(at("agents"))?;
    let place = format!("agent `{}`", row.agent);
    let presence = row.presence.map(|state| resolver.presence_state(&state));
    let channels = row.channels.into_iter().map(|saved| {
        let channel = resolver.channel(&saved.channel).map_err(at(&place))?;
        let (items, load) = loads.remove(&(agent, channel)).unwrap_or_default();
        Ok(ChannelRecord {
            channel,
            on: saved.on,
            assigned_seq: saved.stamp,
            handled: saved.handled,
            items,
            load,
        })
    });
    Ok(AgentRecord {
        agent,
        presence: presence.transpose().map_err(at(&place))?,
        idle_since: row.idle_since,
        channels: channels.collect::<Result<_, _>>()?,
    })
}

/// Restores all items, and the moment up to which deadlines are skipped.
fn restore_items(
    resolver: Resolver<'_>,
    saved: Vec<SavedItem<'_>>,
    arrivals: u64,
) -> Result<(Items, Timestamp), RestoreError> {
    let mut items = Items::new(resolver.tables().hasher);
    let mut arrived = BTreeSet::new();
    let mut deadlines_after = Timestamp::EPOCH;
    for row in saved {
        // A row repeats `waiting_since` where no reconfiguration came after it.
        if row.wait.deadlines_after > row.waiting_since {
            deadlines_after = deadlines_after.max(row.wait.deadlines_after);
        }
        let id = row.item.id.clone();
        let hash = items.hash(&id);
        if items.find_hashed(hash, &id).is_some() {
            return Err(RestoreError::of_item(&id, "has two rows"));
        }
        let item = restore_item(resolver, row, hash)?;
        if item.arrival > arrivals || !arrived.insert(item.arrival) {
            let fault = "`arrival` is that of another item, or above `arrivals`";
            return Err(RestoreError::of_item(&id, fault));
        }
        items.insert(item);
    }
    items.set_arrivals(arrivals);
    Ok((items, deadlines_after))
}

fn restore_item(
    resolver: Resolver<'_>,
    row: SavedItem<'_>,
    id_hash: u32,
) -> Result<Item, RestoreError> {
    let mut item = row.item.into_owned();
    let place = format!("work item `{}`", item.id);
    let channel = resolver.channel(&item.channel).map_err(at(&place))?;
    let queue = row.queue.map(|queue| resolver.queue(&queue));
    let queue = queue.transpose().map_err(at(&place))?;
    let phase = restore_phase(resolver, row.state).map_err(at(&place))?;
    if queue.is_some_and(|queue| !resolver.is_of_channel(queue, channel)) {
        let fault = "its queue belongs to another channel";
        return Err(RestoreError::of_item(&item.id, fault));
    }
    if queue.is_none() && matches!(phase, ItemPhase::Queued) {
        return Err(RestoreError::of_item(&item.id, "is queued without a queue"));
    }
    let skills = row.skills.into_owned();
    let tables = resolver.tables();
    let skills = if skills == item.skills {
        RequestedSkills::own(tables, &mut item.skills)
    } else {
        RequestedSkills::merged(tables, skills)
    };
    let request = ResolvedItem {
        channel,
        queue: queue.unwrap_or_else(no_queue),
        size: row.size,
        skills,
    };
    let mut routed = Routed::new(resolver.plan(), item, request, row.aging_since);
    routed.set_waiting_since(row.waiting_since);
    let mut item = Item::new(routed, id_hash, queue.is_some(), row.arrival, phase);
    item.wait.target_missed = row.wait.target_missed;
    item.set_notes(WaitNotes {
        triggered: row.wait.triggered,
        exhausted: row.wait.exhausted,
        start_over: row.wait.start_over,
        recheck_at: row.wait.recheck_at,
        absent_declines: Vec::new(),
    });
    let declines = row.declines.into_iter();
    resolver.record_declines(&mut item, declines.map(|row| (row.agent, row.until)));
    Ok(item)
}

fn restore_phase(resolver: Resolver<'_>, saved: SavedState) -> Result<ItemPhase, Missing> {
    Ok(match saved {
        SavedState::Queued => ItemPhase::Queued,
        SavedState::PendingAccept(offer) => {
            ItemPhase::Pending(Box::new(restore_offer(resolver, offer)?))
        }
        SavedState::Accepted {
            agent,
            counts,
            warm,
        } => ItemPhase::Accepted(Accepted {
            agent: resolver.agent(&agent)?,
            counts,
            warm: warm
                .map(|offer| restore_offer(resolver, offer).map(Box::new))
                .transpose()?,
        }),
        SavedState::WrappingUp { agent, until } => ItemPhase::WrappingUp(Box::new(WrapUp {
            agent: resolver.agent(&agent)?,
            until,
        })),
    })
}

fn restore_offer(resolver: Resolver<'_>, saved: SavedOffer) -> Result<OpenOffer, Missing> {
    let rule = saved.rule.map(|rule| resolver.rule(&rule)).transpose()?;
    Ok(OpenOffer {
        agent: resolver.agent(&saved.agent)?,
        expires: saved.expires,
        group: saved.group,
        rule,
        by: saved.by,
    })
}
