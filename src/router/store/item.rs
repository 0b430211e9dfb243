//! A work item in the router: where it is in its life.

use crate::router::handles::{ClassHandle, ItemHandle};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;

use crate::base::ordered_tree::Links;
use crate::base::table::{AgentHandle, ChannelHandle, PoolHandle, QueueHandle, RuleHandle};
use crate::id::{AgentId, GroupId, ManagerId, TriggerName};
use crate::plan::Tables;
use crate::router::output::OfferedBy;
use crate::router::store::order_key::OrderKey;
use crate::routing::routed::{Decline, Routed};
use crate::time::Timestamp;

/// A work item that is not yet gone.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) state: ItemPhase,
    notes: Option<Box<WaitNotes>>,
    /// By what its id is found.
    pub(crate) id_hash: u32,
    is_armed: bool,
    /// Not an item that was assigned directly and that no queue takes.
    has_queue: bool,
    pub(crate) routed: Routed,
    /// Its number among all items that came in.
    pub(crate) arrival: u64,
    pub(crate) wait: WaitState,
    /// For which moment its timer was armed last, if it is.
    armed: Timestamp,
}

/// Where an item stands in its present wait.
#[derive(Clone, Debug, Default)]
pub(crate) struct WaitState {
    /// In which class it waits, if it is queued.
    pub(crate) class: Option<ClassHandle>,
    /// How many pools of the queue were open to it when its class was found.
    pub(crate) pools_open: u32,
    /// The item's position in the tree of its class.
    pub(crate) links: Links<ItemHandle>,
    /// The position among the waiting items, set when the item entered its class.
    pub(crate) key: OrderKey,
    pub(crate) target_missed: bool,
}

/// What is noted of an item's wait, and of its declines: of most there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WaitNotes {
    /// The triggers that were output.
    pub(crate) triggered: Vec<TriggerName>,
    pub(crate) exhausted: bool,
    pub(crate) start_over: Option<Timestamp>,
    /// When a rule of the service's own wants to be asked again.
    pub(crate) recheck_at: Option<Timestamp>,
    /// Declines of agents who are not in the configuration at present.
    pub(crate) absent_declines: Vec<(AgentId, Option<Timestamp>)>,
}

static NOTHING: WaitNotes = WaitNotes {
    triggered: Vec::new(),
    exhausted: false,
    start_over: None,
    recheck_at: None,
    absent_declines: Vec::new(),
};

/// What is noted.
impl Item {
    #[inline]
    pub(crate) fn notes(&self) -> &WaitNotes {
        self.notes.as_deref().unwrap_or(&NOTHING)
    }

    /// Whether anything is noted, or was.
    #[inline]
    pub(crate) fn is_noted(&self) -> bool {
        self.notes.is_some()
    }

    pub(crate) fn put_notes(&mut self, notes: WaitNotes) {
        self.notes = (notes != NOTHING).then(|| Box::new(notes));
    }

    /// To note something.
    pub(crate) fn notes_mut(&mut self) -> &mut WaitNotes {
        self.notes.get_or_insert_default()
    }

    /// To forget something, if there is anything.
    pub(crate) fn if_noted(&mut self) -> Option<&mut WaitNotes> {
        self.notes.as_deref_mut()
    }
}

/// Where an item is in its life.
#[derive(Clone, Debug)]
pub(crate) enum ItemPhase {
    /// It waits in its queue.
    Queued,
    /// It is offered to an agent.
    Pending(Box<OpenOffer>),
    /// An agent has it.
    Accepted(Accepted),
    /// An agent wraps it up.
    WrappingUp(Box<WrapUp>),
}

/// A wrap-up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WrapUp {
    pub(crate) agent: AgentHandle,
    pub(crate) until: Timestamp,
}

/// What an agent has accepted.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) agent: AgentHandle,
    /// Whether it counts as load.
    pub(crate) counts: bool,
    /// The offer of a warm transfer.
    pub(crate) warm: Option<Box<OpenOffer>>,
}

/// An item as it weighs upon who has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldUnits {
    pub(crate) agent: AgentHandle,
    pub(crate) channel: ChannelHandle,
    /// None where it does not count as load.
    pub(crate) units: u32,
}

/// An offer that is open.
#[derive(Clone, Debug)]
pub(crate) struct OpenOffer {
    pub(crate) agent: AgentHandle,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) group: Option<GroupId>,
    pub(crate) rule: Option<RuleHandle>,
    pub(crate) by: OfferSource,
}

/// Who has an item offered.
#[derive(Clone, Debug)]
pub(crate) enum OfferSource {
    Router,
    Manager(ManagerId),
    Agent(AgentId),
}

impl From<OfferSource> for OfferedBy {
    fn from(by: OfferSource) -> Self {
        match by {
            OfferSource::Router => Self::Router,
            OfferSource::Manager(manager) => Self::Manager(manager),
            OfferSource::Agent(agent) => Self::Transfer(agent),
        }
    }
}

impl Item {
    #[inline]
    pub(crate) fn new(
        routed: Routed,
        id_hash: u32,
        has_queue: bool,
        arrival: u64,
        state: ItemPhase,
    ) -> Self {
        Self {
            state,
            notes: None,
            id_hash,
            is_armed: false,
            has_queue,
            routed,
            arrival,
            wait: WaitState::default(),
            armed: Timestamp::EPOCH,
        }
    }

    #[inline]
    pub(crate) fn queue(&self) -> Option<QueueHandle> {
        self.has_queue.then(|| self.routed.queue())
    }

    pub(crate) fn set_queue(&mut self, queue: Option<QueueHandle>) {
        self.has_queue = queue.is_some();
        if let Some(queue) = queue {
            self.routed.set_queue(queue);
        }
    }

    /// Notes how many pools of its queue are open to it.
    #[inline]
    pub(crate) fn count_open_pools(&mut self, plan: &Tables, now: Timestamp) {
        let queue = plan.queue_plans.at(self.routed.queue());
        let waited = self.routed.waited_millis(now);
        let is_open = |pool: &PoolHandle| plan.pools.at(*pool).opens_after_millis <= waited;
        let open = if queue.is_timed {
            queue.pools.handles().take_while(is_open).count()
        } else {
            queue.pools.range().len()
        };
        self.wait.pools_open = u32::try_from(open).unwrap_or(u32::MAX);
    }

    pub(crate) fn channel(&self) -> ChannelHandle {
        self.routed.channel()
    }

    pub(crate) fn size(&self) -> u32 {
        self.routed.size()
    }

    /// The offer that is open, if one is.
    pub(crate) fn offer(&self) -> Option<&OpenOffer> {
        match &self.state {
            ItemPhase::Pending(offer) => Some(offer),
            ItemPhase::Accepted(held) => held.warm.as_deref(),
            ItemPhase::Queued | ItemPhase::WrappingUp(_) => None,
        }
    }

    /// Takes the open offer away; what was only offered is queued then.
    pub(crate) fn take_offer(&mut self) -> Option<Box<OpenOffer>> {
        match &mut self.state {
            ItemPhase::Accepted(held) => held.warm.take(),
            ItemPhase::Pending(_) => match mem::replace(&mut self.state, ItemPhase::Queued) {
                ItemPhase::Pending(offer) => Some(offer),
                _ => None,
            },
            ItemPhase::Queued | ItemPhase::WrappingUp(_) => None,
        }
    }

    /// Who has it: has accepted it, or wraps it up.
    pub(crate) fn holder(&self) -> Option<AgentHandle> {
        self.in_hand().map(|in_hand| in_hand.agent)
    }

    /// Who has it, and what it is to that one.
    #[inline]
    pub(crate) fn in_hand(&self) -> Option<HeldUnits> {
        let (agent, counts) = match &self.state {
            ItemPhase::Accepted(held) => (held.agent, held.counts),
            ItemPhase::WrappingUp(wrap_up) => (wrap_up.agent, true),
            ItemPhase::Queued | ItemPhase::Pending(_) => return None,
        };
        Some(HeldUnits {
            agent,
            channel: self.channel(),
            units: if counts { self.size() } else { 0 },
        })
    }

    /// On whose desks it lies, and with how many units: who has it, and to whom it is offered.
    pub(crate) fn loads(&self) -> impl Iterator<Item = (AgentHandle, u32)> + use<> {
        let held = self.in_hand().map(|held| (held.agent, held.units));
        let offered = self.offer().map(|offer| (offer.agent, self.size()));
        held.into_iter().chain(offered)
    }

    /// On whose desks it lies.
    pub(crate) fn agents(&self) -> impl Iterator<Item = AgentHandle> + use<> {
        self.loads().map(|(agent, _)| agent)
    }

    pub(crate) fn is_queued(&self) -> bool {
        matches!(self.state, ItemPhase::Queued)
    }

    /// Whether anyone has declined it, be it that the decline holds no longer.
    pub(crate) fn has_declines(&self) -> bool {
        !self.routed.declines().is_empty() || !self.notes().absent_declines.is_empty()
    }

    /// Whether a decline holds.
    pub(crate) fn is_declined(&self, now: Timestamp) -> bool {
        let absent = self.notes().absent_declines.iter().map(|(_, until)| *until);
        let present = self.routed.declines().iter().map(Decline::until);
        present
            .chain(absent)
            .any(|until| until.is_none_or(|until| now < until))
    }

    /// Whether it waits for an agent: in its queue, or with an offer open.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.state, ItemPhase::Queued | ItemPhase::Pending(_))
    }

    /// Forgets who has declined it, and that all had.
    pub(crate) fn forget_declines(&mut self) {
        self.routed.clear_declines();
        if let Some(notes) = self.if_noted() {
            notes.absent_declines.clear();
            notes.exhausted = false;
            notes.start_over = None;
        }
    }

    /// For which moment its timer is armed.
    pub(crate) fn armed(&self) -> Option<Timestamp> {
        self.is_armed.then_some(self.armed)
    }

    pub(crate) fn set_armed(&mut self, armed: Option<Timestamp>) {
        self.is_armed = armed.is_some();
        self.armed = armed.unwrap_or(Timestamp::EPOCH);
    }
}
