//! A work item in the router: where it is in its life, and what becomes due of it.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;

use crate::id::{AgentId, GroupId, ManagerId, TriggerName};
use crate::plan::Compiled;
use crate::routed::{Decline, Routed};
use crate::router::fetch::fetch;
use crate::router::order::Links;
use crate::router::output::OfferedBy;
use crate::router::waiting::ClassHandle;
use crate::table::{AgentHandle, ChannelHandle, PoolHandle, QueueHandle, RuleHandle};
use crate::time::Timestamp;

/// A work item that is not yet gone.
///
/// With what a decision reads of it, what its end reads stands in the first cache line, and its wait in the last.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Work {
    pub(super) state: State,
    notes: Option<Box<Notes>>,
    /// By what its id is found.
    pub(super) id_hash: u32,
    is_armed: bool,
    /// Not an item that was assigned directly and that no queue takes.
    has_queue: bool,
    pub(super) routed: Routed,
    /// Its number among all items that came in.
    pub(super) arrival: u64,
    pub(super) wait: WaitState,
    /// For which moment its timer was armed last, if it is.
    armed: Timestamp,
}

/// Where an item stands in its present wait.
#[derive(Clone, Debug, Default)]
pub(super) struct WaitState {
    /// In which class it waits, if it is queued.
    pub(super) class: Option<ClassHandle>,
    /// How many pools of the queue were open to it when its class was found.
    pub(super) pools_open: u32,
    /// Where it stands in its class.
    pub(super) links: Links,
    pub(super) target_missed: bool,
}

// What the memory of a waiting item is made of most.
const _: () = assert!(
    size_of::<Option<Work>>() <= 320,
    "an item fills five cache lines"
);

/// What is noted of an item's wait, and of its declines: of most there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// The triggers that were output.
    pub(super) triggered: Vec<TriggerName>,
    pub(super) exhausted: bool,
    pub(super) start_over: Option<Timestamp>,
    /// When a rule of the service's own wants to be asked again.
    pub(super) ask_again: Option<Timestamp>,
    /// Declines of agents who are not in the configuration at present.
    pub(super) absent_declines: Vec<(AgentId, Option<Timestamp>)>,
}

static NOTHING: Notes = Notes {
    triggered: Vec::new(),
    exhausted: false,
    start_over: None,
    ask_again: None,
    absent_declines: Vec::new(),
};

/// What is noted.
impl Work {
    #[inline]
    pub(super) fn notes(&self) -> &Notes {
        self.notes.as_deref().unwrap_or(&NOTHING)
    }

    pub(super) fn put_notes(&mut self, notes: Notes) {
        self.notes = (notes != NOTHING).then(|| Box::new(notes));
    }

    /// To note something.
    pub(super) fn notes_mut(&mut self) -> &mut Notes {
        self.notes.get_or_insert_default()
    }

    /// To forget something, if there is anything.
    pub(super) fn if_noted(&mut self) -> Option<&mut Notes> {
        self.notes.as_deref_mut()
    }
}

/// Where an item is in its life.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// It waits in its queue.
    Queued,
    /// It is offered to an agent.
    Pending(Box<OpenOffer>),
    /// An agent has it.
    Accepted(Held),
    /// An agent wraps it up.
    WrappingUp(Box<WrapUp>),
}

/// A wrap-up.
#[derive(Clone, Copy, Debug)]
pub(super) struct WrapUp {
    pub(super) agent: AgentHandle,
    pub(super) until: Timestamp,
}

/// What an agent has accepted.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) agent: AgentHandle,
    /// Whether it counts as load.
    pub(super) counts: bool,
    /// The offer of a warm transfer.
    pub(super) warm: Option<Box<OpenOffer>>,
}

/// An item as it weighs upon who has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct InHand {
    pub(super) agent: AgentHandle,
    pub(super) channel: ChannelHandle,
    /// None where it does not count as load.
    pub(super) units: u32,
}

/// An offer that is open.
#[derive(Clone, Debug)]
pub(super) struct OpenOffer {
    pub(super) agent: AgentHandle,
    pub(super) expires: Option<Timestamp>,
    pub(super) group: Option<GroupId>,
    pub(super) rule: Option<RuleHandle>,
    pub(super) by: Offerer,
}

/// Who has an item offered.
#[derive(Clone, Debug)]
pub(super) enum Offerer {
    Router,
    Manager(ManagerId),
    Agent(AgentId),
}

impl From<Offerer> for OfferedBy {
    fn from(by: Offerer) -> Self {
        match by {
            Offerer::Router => Self::Router,
            Offerer::Manager(manager) => Self::Manager(manager),
            Offerer::Agent(agent) => Self::Transfer(agent),
        }
    }
}

/// What can become due. At one moment it happens in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// A wrap-up or a temporary capacity ends.
    End,
    Offer,
    /// A decline lapses, all of them are forgotten, or a rule of the service's own wants to be asked again.
    Lapse,
    MaxWait,
    Pool,
    Target,
    Trigger,
}

impl Work {
    #[inline]
    pub(super) fn new(
        routed: Routed,
        id_hash: u32,
        has_queue: bool,
        arrival: u64,
        state: State,
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
    pub(super) fn queue(&self) -> Option<QueueHandle> {
        self.has_queue.then(|| self.routed.queue())
    }

    pub(super) fn set_queue(&mut self, queue: Option<QueueHandle>) {
        self.has_queue = queue.is_some();
        if let Some(queue) = queue {
            self.routed.set_queue(queue);
        }
    }

    /// Notes how many pools of its queue are open to it.
    pub(super) fn count_open_pools(&mut self, plan: &Compiled, now: Timestamp) {
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

    pub(super) fn channel(&self) -> ChannelHandle {
        self.routed.channel()
    }

    pub(super) fn size(&self) -> u32 {
        self.routed.size()
    }

    /// The offer that is open, if one is.
    pub(super) fn offer(&self) -> Option<&OpenOffer> {
        match &self.state {
            State::Pending(offer) => Some(offer),
            State::Accepted(held) => held.warm.as_deref(),
            State::Queued | State::WrappingUp(_) => None,
        }
    }

    /// Takes the open offer away; what was only offered is queued then.
    pub(super) fn take_offer(&mut self) -> Option<Box<OpenOffer>> {
        match &mut self.state {
            State::Accepted(held) => held.warm.take(),
            State::Pending(_) => match mem::replace(&mut self.state, State::Queued) {
                State::Pending(offer) => Some(offer),
                _ => None,
            },
            State::Queued | State::WrappingUp(_) => None,
        }
    }

    /// Who has it: has accepted it, or wraps it up.
    pub(super) fn holder(&self) -> Option<AgentHandle> {
        self.in_hand().map(|in_hand| in_hand.agent)
    }

    /// Who has it, and what it is to that one.
    pub(super) fn in_hand(&self) -> Option<InHand> {
        let (agent, counts) = match &self.state {
            State::Accepted(held) => (held.agent, held.counts),
            State::WrappingUp(wrap_up) => (wrap_up.agent, true),
            State::Queued | State::Pending(_) => return None,
        };
        Some(InHand {
            agent,
            channel: self.channel(),
            units: if counts { self.size() } else { 0 },
        })
    }

    /// On whose desks it lies: who has it, and to whom it is offered.
    pub(super) fn agents(&self) -> impl Iterator<Item = AgentHandle> + use<> {
        let asked = self.offer().map(|offer| offer.agent);
        [self.holder(), asked].into_iter().flatten()
    }

    pub(super) fn is_queued(&self) -> bool {
        matches!(self.state, State::Queued)
    }

    /// Whether anyone has declined it, be it that the decline holds no longer.
    pub(super) fn has_declines(&self) -> bool {
        !self.routed.declines().is_empty() || !self.notes().absent_declines.is_empty()
    }

    /// Whether a decline holds.
    pub(super) fn is_declined(&self, now: Timestamp) -> bool {
        let absent = self.notes().absent_declines.iter().map(|(_, until)| *until);
        let present = self.routed.declines().iter().map(Decline::until);
        present
            .chain(absent)
            .any(|until| until.is_none_or(|until| now < until))
    }

    /// Whether it waits for an agent: in its queue, or with an offer open.
    pub(super) fn waits(&self) -> bool {
        matches!(self.state, State::Queued | State::Pending(_))
    }

    /// Asks memory for its list of skills, which is dropped with it.
    pub(super) fn fetch_skills(&self) {
        fetch(self.routed.item().skills.first().map(|asked| &asked.level));
    }

    /// Forgets who has declined it, and that all had.
    pub(super) fn forget_declines(&mut self) {
        self.routed.clear_declines();
        if let Some(notes) = self.if_noted() {
            notes.absent_declines.clear();
            notes.exhausted = false;
            notes.start_over = None;
        }
    }

    /// For which moment its timer is armed.
    pub(super) fn armed(&self) -> Option<Timestamp> {
        self.is_armed.then_some(self.armed)
    }

    pub(super) fn set_armed(&mut self, armed: Option<Timestamp>) {
        self.is_armed = armed.is_some();
        self.armed = armed.unwrap_or(Timestamp::EPOCH);
    }

    /// Since when what becomes due while it waits is told: not of what it waited before, given until when the router does not
    /// make up for anything.
    pub(super) fn heard_until(&self, heard_until: Timestamp) -> Timestamp {
        heard_until.max(self.routed.waiting_since())
    }

    /// What becomes due of it next, given until when the router does not make up for anything.
    pub(super) fn next_due(
        &self,
        plan: &Compiled,
        heard_until: Timestamp,
    ) -> Option<(Timestamp, Due)> {
        let end = match &self.state {
            State::WrappingUp(wrap_up) => Some((wrap_up.until, Due::End)),
            _ => None,
        };
        let offer = self.offer().and_then(|offer| offer.expires);
        let offer = offer.map(|moment| (moment, Due::Offer));
        let start_over = self.notes().start_over.map(|moment| (moment, Due::Lapse));
        let may_lapse = self.has_declines() || self.notes().ask_again.is_some();
        let timed = self
            .queue()
            .filter(|queue| self.waits() && (may_lapse || plan.queue_plans.at(*queue).is_timed));
        let of_wait = timed.and_then(|queue| self.next_of_wait(plan, queue, heard_until));
        let all = [end, offer, start_over, of_wait];
        all.into_iter().flatten().min()
    }

    /// What becomes due next because it waits.
    fn next_of_wait(
        &self,
        plan: &Compiled,
        queue: QueueHandle,
        heard_until: Timestamp,
    ) -> Option<(Timestamp, Due)> {
        let since = self.routed.waiting_since();
        let heard_until = self.heard_until(heard_until);
        let config = plan.queue(queue);
        let unheard = |secs: u32| {
            let moment = since.plus_secs(secs);
            (moment > heard_until).then_some(moment)
        };
        let target = config.target_wait_secs.filter(|_| !self.wait.target_missed);
        let target = target.and_then(unheard).map(|moment| (moment, Due::Target));
        let triggered = &self.notes().triggered;
        let triggers = config.triggers.iter();
        let triggers = triggers.filter(|trigger| !triggered.contains(&trigger.name));
        let trigger = triggers
            .filter_map(|trigger| unheard(trigger.at_secs))
            .min();
        let trigger = trigger.map(|moment| (moment, Due::Trigger));
        let queued = self.is_queued().then(|| self.next_of_queued(plan, queue));
        let all = [target, trigger, queued.flatten()];
        all.into_iter().flatten().min()
    }

    /// What becomes due next because it waits without an offer.
    fn next_of_queued(&self, plan: &Compiled, queue: QueueHandle) -> Option<(Timestamp, Due)> {
        let since = self.routed.waiting_since();
        let max_wait = plan.queue(queue).max_wait_secs;
        let max_wait = max_wait.map(|secs| (since.plus_secs(secs), Due::MaxWait));
        let declines = self.routed.declines().iter();
        let lapse = declines.filter_map(Decline::until).min();
        let lapse = lapse.into_iter().chain(self.notes().ask_again).min();
        let lapse = lapse.map(|moment| (moment, Due::Lapse));
        let pools = plan.pools.span(plan.queue_plans.at(queue).pools);
        // What lies beyond the last moment of time never comes.
        let pool = pools.get(self.wait.pools_open as usize).and_then(|pool| {
            let opens = since.plus_millis(pool.opens_after_millis);
            (opens.millis_since(since) == pool.opens_after_millis).then_some((opens, Due::Pool))
        });
        [max_wait, lapse, pool].into_iter().flatten().min()
    }
}
