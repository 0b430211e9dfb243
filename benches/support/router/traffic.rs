//! The inputs of the router's benchmarks.
//!
//! Each [`Step`](super::super::arrivals::Step) draws a slot, ends its item and puts a new item into it. An item that an agent
//! holds is completed. A waiting item is canceled, as if its requester left after one mean holding time. The number of waiting
//! items is therefore at most the number of slots. A third copy of the baseline tracks which agent has which item, so that both
//! measured routers get the same inputs.

use handover::Input;

use super::super::arrivals::Arrivals;
use super::super::config::{agent_id, route};
use super::super::workload::{Item, Workload};
use super::baseline_queues::{Assigned, BaselineQueues};

/// The kind of an input, with its effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    RouteAssigned,
    RouteWaits,
    Accept,
    Complete,
    /// A completion after which the agent gets its next waiting item.
    CompleteNext,
    Cancel,
}

/// The names of the kinds, in the order of [`Kind`].
pub(crate) const KINDS: [&str; 6] = [
    "route, assigned",
    "route, waits",
    "accept",
    "complete",
    "complete, gets next",
    "cancel",
];

/// An input in compact form: numbers instead of ids.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    /// The number of the work item.
    id: u64,
    /// The index of the routed item in the workload, or the agent who accepts.
    detail: u32,
}

#[derive(Clone, Copy)]
enum Slot {
    Empty,
    Waiting { id: u64, queue: u32, arrival: u64 },
    Assigned { id: u64, agent: u32 },
}

/// An endless stream of inputs.
pub(crate) struct Traffic<'workload> {
    workload: &'workload Workload,
    pub(crate) arrivals: Arrivals,
    /// The waiting items, by slot and number.
    queues: BaselineQueues<(u32, u64)>,
    slots: Vec<Slot>,
    /// Whether agents accept offers by an input, instead of at once.
    asks: bool,
    items: u64,
}

impl<'workload> Traffic<'workload> {
    /// Creates traffic that offers `load` percent of the capacity.
    pub(crate) fn new(workload: &'workload Workload, load: u32, asks: bool) -> Self {
        let arrivals = Arrivals::new(workload, load);
        Self {
            workload,
            queues: BaselineQueues::new(workload),
            slots: vec![Slot::Empty; arrivals.slot_count as usize],
            arrivals,
            asks,
            items: 0,
        }
    }

    /// Returns the inputs of the next `steps` steps.
    pub(crate) fn next_events(&mut self, steps: usize) -> Vec<Event> {
        let mut events = Vec::new();
        for _ in 0..steps {
            if let Some(step) = self.arrivals.next() {
                self.end(step.slot, &mut events);
                self.begin(step.slot, step.item, &mut events);
            }
        }
        events
    }

    /// Ends the item in a slot.
    fn end(&mut self, slot: u32, events: &mut Vec<Event>) {
        match self.slots[slot as usize] {
            Slot::Empty => {}
            Slot::Waiting { id, queue, arrival } => {
                self.queues.cancel(queue, arrival);
                events.push(Event::new(Kind::Cancel, id, 0));
            }
            Slot::Assigned { id, agent } => match self.queues.complete(agent) {
                None => events.push(Event::new(Kind::Complete, id, 0)),
                Some((next, _, assigned)) => {
                    events.push(Event::new(Kind::CompleteNext, id, 0));
                    self.assign(next, assigned, events);
                }
            },
        }
    }

    /// Routes a new item into a slot.
    fn begin(&mut self, slot: u32, index: u32, events: &mut Vec<Event>) {
        self.items += 1;
        let id = self.items;
        let &Item { queue, skills } = &self.workload.items[index as usize];
        match self.queues.arrive(queue, skills, &(slot, id)) {
            Ok(assigned) => {
                events.push(Event::new(Kind::RouteAssigned, id, index));
                self.assign((slot, id), assigned, events);
            }
            Err(arrival) => {
                events.push(Event::new(Kind::RouteWaits, id, index));
                self.slots[slot as usize] = Slot::Waiting { id, queue, arrival };
            }
        }
    }

    fn assign(&mut self, key: (u32, u64), assigned: Assigned, events: &mut Vec<Event>) {
        let ((slot, id), agent) = (key, assigned.agent);
        self.slots[slot as usize] = Slot::Assigned { id, agent };
        if self.asks {
            events.push(Event::new(Kind::Accept, id, agent));
        }
    }
}

impl Event {
    fn new(kind: Kind, id: u64, detail: u32) -> Self {
        Self { kind, id, detail }
    }

    /// Builds the input with new strings, as a service would receive it.
    pub(crate) fn input(self, workload: &Workload) -> Input {
        let id = format!("conv-{}", self.id);
        match self.kind {
            Kind::RouteAssigned | Kind::RouteWaits => {
                route(id, &workload.items[self.detail as usize])
            }
            Kind::Accept => Input::Accept {
                item: id.into(),
                agent: agent_id(self.detail as usize).into(),
            },
            Kind::Complete | Kind::CompleteNext => Input::Complete {
                item: id.into(),
                by: None,
            },
            Kind::Cancel => Input::Cancel {
                item: id.into(),
                note: None,
            },
        }
    }
}
