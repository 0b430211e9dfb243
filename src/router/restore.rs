//! A stored router goes on.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::id::AgentId;
use crate::plan::Plan;
use crate::roster::{RememberedAgent, RememberedChannel, Roster};
use crate::route::Place;
use crate::routed::{Asked, Routed};
use crate::router::Router;
use crate::router::agents::SetCapacity;
use crate::router::fresh::Fresh;
use crate::router::item::{Held, Notes, Offerer, OpenOffer, State, Work, WrapUp};
use crate::router::items::Items;
use crate::router::output::OfferedBy;
use crate::router::restore_error::RestoreError;
use crate::router::saved::{SavedAgent, SavedItem, SavedOffer, SavedRouter, SavedState};
use crate::router::snapshot::SNAPSHOT_VERSION;
use crate::router::timers::TimerOf;
use crate::table::{AgentHandle, ChannelHandle, Handle, PoolHandle, QueueHandle};
use crate::time::Timestamp;

/// What agents have in hand: items and units, by agent and channel.
type Loads = BTreeMap<(AgentHandle, ChannelHandle), (u32, u64)>;

impl Router {
    /// Makes a router of what was stored of one. Under the plan that it was stored under it goes on as the stored one would
    /// have; under another one that has all the ids it goes on by that. A snapshot does not hold the configuration: store
    /// [`Plan::config`] beside it, and give a new one as [`Input::Reconfigure`](crate::Input::Reconfigure).
    ///
    /// Its first step lets happen what was due while nobody ran it: offers that have expired time out then.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] if it was stored in another format, or if the plan lacks something that it names.
    pub fn restore(plan: &Plan, saved: SavedRouter) -> Result<Self, RestoreError> {
        if saved.version != SNAPSHOT_VERSION {
            return Err(RestoreError::OtherVersion {
                found: saved.version,
            });
        }
        let compiled = plan.compiled();
        let ids = Ids { plan };
        let mut items = Items::new(compiled.hasher);
        let mut arrivals = BTreeSet::new();
        let mut in_hand = Loads::new();
        let mut heard_until = Timestamp::EPOCH;
        for item in saved.items {
            if item.wait.heard_until > item.waiting_since {
                heard_until = heard_until.max(item.wait.heard_until);
            }
            let id = item.item.id.clone();
            let hash = items.hash(&id);
            if items.find_hashed(hash, &id).is_some() {
                return Err(RestoreError::item_twice(&id));
            }
            let work = ids.work(item, hash)?;
            if work.arrival > saved.arrivals || !arrivals.insert(work.arrival) {
                return Err(RestoreError::wrong_arrival(&id));
            }
            note_in_hand(&work, &mut in_hand);
            items.insert(work);
        }
        items.set_arrivals(saved.arrivals);
        let agents = saved.agents.into_iter();
        let agents: Vec<RememberedAgent> = agents
            .map(|agent| ids.remembered(agent, &mut in_hand))
            .collect::<Result<_, _>>()?;
        if let Some(((agent, _), _)) = in_hand.first_key_value() {
            return Err(RestoreError::Broken {
                place: format!("agent `{}`", compiled.agents.name(*agent)),
                fault: "holds an item, and has no row of its own",
            });
        }
        let cursors = saved.cursors.iter();
        let cursors: Vec<(PoolHandle, AgentHandle)> = cursors
            .map(|cursor| {
                let place = format!("cursors: queue `{}`", cursor.queue);
                let pool = ids.pool(&place, cursor.queue.as_str(), cursor.pool)?;
                Ok((pool, ids.agent(&place, &cursor.agent)?))
            })
            .collect::<Result<_, _>>()?;
        let agents = Roster::restored(plan, agents, cursors, saved.last_stamp);
        let mut router = Self {
            now: saved.now,
            heard_until,
            outputs: VecDeque::from(saved.outputs),
            ..Self::around(agents, items)
        };
        for saved in saved.capacities {
            let place = format!("capacities: agent `{}`", saved.agent);
            let agent = ids.agent(&place, &saved.agent)?;
            let channel = saved.channel.as_ref();
            let channel = channel.map(|channel| ids.channel(&place, channel.as_str()));
            let set = SetCapacity {
                for_good: saved.for_good,
                temporary: saved.temporary.map(|set| (set.until, set.capacity)),
            };
            router.put_set_capacity(agent, channel.transpose()?, set);
        }
        for last in saved.last_agents {
            let (channel, requester) = (last.channel, last.requester);
            router
                .last_agents
                .remember(&channel, &requester, last.agent, last.at);
        }
        router.wait_as_before();
        Ok(router)
    }

    /// Takes over what an agent may hold.
    pub(super) fn put_set_capacity(
        &mut self,
        agent: AgentHandle,
        channel: Option<ChannelHandle>,
        set: SetCapacity,
    ) {
        self.capacities.set.insert((agent, channel), set);
        self.roster.put_capacity(agent, channel, set.shown());
        if let Some((until, _)) = set.temporary {
            self.timers.set(until, TimerOf::Capacity { agent, channel });
        }
    }

    /// Puts every item where it was: into its class, and into its agent's hand.
    fn wait_as_before(&mut self) {
        for item in self.items.by_arrival() {
            let Some(work) = self.items.get(item) else {
                continue;
            };
            for agent in work.agents() {
                self.hold(agent, item);
            }
            if self.items.get(item).is_some_and(Work::is_queued) {
                self.enter_queue(item);
            } else {
                self.arm(item);
            }
        }
        // Nobody could take anything when it was stored.
        self.fresh = Fresh::default();
    }
}

fn note_in_hand(work: &Work, in_hand: &mut Loads) {
    let size = u64::from(work.size());
    let mut note = |agent: AgentHandle, units: u64| {
        let own = in_hand.entry((agent, work.channel())).or_default();
        *own = (own.0 + 1, own.1.saturating_add(units));
    };
    match &work.state {
        State::Accepted(held) => note(held.agent, if held.counts { size } else { 0 }),
        State::WrappingUp(wrap_up) => note(wrap_up.agent, size),
        State::Queued | State::Pending(_) => {}
    }
    if let Some(offer) = work.offer() {
        note(offer.agent, size);
    }
}

/// Finds what a snapshot names.
struct Ids<'a> {
    plan: &'a Plan,
}

impl Ids<'_> {
    fn agent(&self, place: &str, id: &AgentId) -> Result<AgentHandle, RestoreError> {
        let unknown = || RestoreError::unknown(place, "agent", id.as_str());
        self.plan.agent(id.as_str()).ok_or_else(unknown)
    }

    fn channel(&self, place: &str, id: &str) -> Result<ChannelHandle, RestoreError> {
        let unknown = || RestoreError::unknown(place, "channel", id);
        self.plan.channel(id).ok_or_else(unknown)
    }

    fn queue(&self, place: &str, id: &str) -> Result<QueueHandle, RestoreError> {
        let unknown = || RestoreError::unknown(place, "queue", id);
        self.plan.queue(id).ok_or_else(unknown)
    }

    fn pool(&self, place: &str, queue: &str, pool: u32) -> Result<PoolHandle, RestoreError> {
        let compiled = self.plan.compiled();
        let pools = compiled.queue_plans.at(self.queue(place, queue)?).pools;
        let found = pools
            .handles()
            .find(|handle| compiled.pools.at(*handle).place == pool);
        found.ok_or_else(|| RestoreError::unknown(place, "pool", &format!("{pool}")))
    }

    fn remembered(
        &self,
        saved: SavedAgent,
        in_hand: &mut Loads,
    ) -> Result<RememberedAgent, RestoreError> {
        let place = String::from("agents");
        let agent = self.agent(&place, &saved.agent)?;
        let place = format!("agent `{}`", saved.agent);
        let presence = saved.presence.map(|state| {
            let unknown = || RestoreError::unknown(&place, "presence state", state.as_str());
            self.plan.presence_state(state.as_str()).ok_or_else(unknown)
        });
        let channels = saved.channels.into_iter().map(|on| {
            let channel = self.channel(&place, on.channel.as_str())?;
            let (items, load) = in_hand.remove(&(agent, channel)).unwrap_or_default();
            Ok(RememberedChannel {
                channel,
                on: on.on,
                stamp: on.stamp,
                handled: on.handled,
                items,
                load,
            })
        });
        Ok(RememberedAgent {
            agent,
            presence: presence.transpose()?,
            idle_since: saved.idle_since,
            channels: channels.collect::<Result<_, _>>()?,
        })
    }

    fn work(&self, saved: SavedItem<'_>, id_hash: u32) -> Result<Work, RestoreError> {
        let item = saved.item.into_owned();
        let place = format!("work item `{}`", item.id);
        let channel = self.channel(&place, item.channel.as_str())?;
        let queue = saved.queue.map(|queue| self.queue(&place, queue.as_str()));
        let queue = queue.transpose()?;
        let state = self.state(&place, saved.state)?;
        if queue.is_some_and(|queue| self.plan.compiled().queue_plans.at(queue).channel != channel)
        {
            let fault = "its queue is one of another channel";
            return Err(RestoreError::Broken { place, fault });
        }
        if queue.is_none() && matches!(state, State::Queued) {
            let fault = "is queued without a queue";
            return Err(RestoreError::Broken { place, fault });
        }
        let skills = saved.skills.into_owned();
        let at = Place {
            channel,
            queue: queue.unwrap_or_else(|| QueueHandle::from_index(0)),
            size: saved.size,
            asked: Asked::of_all(self.plan.compiled(), &item, skills),
        };
        let mut routed = Routed::new(self.plan, item, at, saved.aging_since);
        routed.share_texts(self.plan.compiled());
        routed.set_waiting_since(saved.waiting_since);
        let mut work = Work::new(routed, id_hash, queue.is_some(), saved.arrival, state);
        work.wait.target_missed = saved.wait.target_missed;
        work.put_notes(Notes {
            triggered: saved.wait.triggered,
            exhausted: saved.wait.exhausted,
            start_over: saved.wait.start_over,
            ask_again: saved.wait.ask_again,
            absent_declines: Vec::new(),
        });
        for decline in saved.declines {
            if let Some(agent) = self.plan.agent(decline.agent.as_str()) {
                work.routed.record_decline(agent, decline.until);
            } else {
                let absent = &mut work.notes_mut().absent_declines;
                absent.push((decline.agent, decline.until));
            }
        }
        Ok(work)
    }

    fn state(&self, place: &str, saved: SavedState) -> Result<State, RestoreError> {
        Ok(match saved {
            SavedState::Queued => State::Queued,
            SavedState::PendingAccept(offer) => State::Pending(Box::new(self.offer(place, offer)?)),
            SavedState::Accepted {
                agent,
                counts,
                warm,
            } => State::Accepted(Held {
                agent: self.agent(place, &agent)?,
                counts,
                warm: warm
                    .map(|offer| self.offer(place, offer).map(Box::new))
                    .transpose()?,
            }),
            SavedState::WrappingUp { agent, until } => State::WrappingUp(Box::new(WrapUp {
                agent: self.agent(place, &agent)?,
                until,
            })),
        })
    }

    fn offer(&self, place: &str, saved: SavedOffer) -> Result<OpenOffer, RestoreError> {
        let compiled = self.plan.compiled();
        let rule = saved.rule.map(|rule| {
            let unknown = || RestoreError::unknown(place, "assignment rule", rule.as_str());
            compiled.rules.find(rule.as_str()).ok_or_else(unknown)
        });
        Ok(OpenOffer {
            agent: self.agent(place, &saved.agent)?,
            expires: saved.expires,
            group: saved.group,
            rule: rule.transpose()?,
            by: match saved.by {
                OfferedBy::Router => Offerer::Router,
                OfferedBy::Manager(manager) => Offerer::Manager(manager),
                OfferedBy::Transfer(agent) => Offerer::Agent(agent),
            },
        })
    }
}
