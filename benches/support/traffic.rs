//! The traffic of the router's benchmark, as a script of inputs.
//!
//! It is the traffic of [`Load`]: at each step one cell is drawn, what it holds ends, and the item that arrives takes it. What
//! an agent has is completed; what still waits is canceled, for its requester has waited as long as a holding time and goes.
//! So no more items wait than there are cells, at any load, and nothing else bounds the backlog. Who holds what is told by a
//! third copy of the baseline that knows numbers only, so that the two that are timed read the same script.

use handover::Input;

use super::config::{agent_name, queue_name, work_item};
use super::load::Load;
use super::queues::{Given, Queues};
use super::workload::World;

/// What happened with an input: its kind, and what came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    RouteAssigned,
    RouteWaits,
    Accept,
    Complete,
    CompleteNext,
    Cancel,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::RouteAssigned,
        Self::RouteWaits,
        Self::Accept,
        Self::Complete,
        Self::CompleteNext,
        Self::Cancel,
    ];

    /// The input, whatever comes of it.
    pub(crate) fn input(self) -> &'static str {
        match self {
            Self::RouteAssigned | Self::RouteWaits => "route",
            Self::Accept => "accept",
            Self::Complete | Self::CompleteNext => "complete",
            Self::Cancel => "cancel",
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::RouteAssigned => "route, assigned",
            Self::RouteWaits => "route, waits",
            Self::Accept => "accept",
            Self::Complete => "complete",
            Self::CompleteNext => "complete, takes next",
            Self::Cancel => "cancel",
        }
    }
}

/// An input, in numbers.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    /// The number of the work item.
    item: u64,
    /// What it is like, if it comes in; to whom it is offered, if it is accepted.
    detail: u32,
}

/// What a cell holds.
#[derive(Clone, Copy)]
struct Cell {
    item: u64,
    queue: u32,
    state: CellState,
}

#[derive(Clone, Copy)]
enum CellState {
    Empty,
    Waits { arrival: u64 },
    With(u32),
}

/// An endless script.
pub(crate) struct Traffic<'world> {
    world: &'world World,
    load: Load,
    queues: Queues<u32>,
    cells: Vec<Cell>,
    /// Whether offers have to be accepted.
    asks: bool,
    items: u64,
}

impl<'world> Traffic<'world> {
    pub(crate) fn new(world: &'world World, percent: u32, asks: bool) -> Self {
        let load = Load::new(world, percent);
        let empty = Cell {
            item: 0,
            queue: 0,
            state: CellState::Empty,
        };
        Self {
            world,
            queues: Queues::new(world),
            cells: vec![empty; load.cells as usize],
            load,
            asks,
            items: 0,
        }
    }

    pub(crate) fn warm_up_steps(&self) -> usize {
        self.load.warm_up_steps()
    }

    /// How many items wait.
    pub(crate) fn waiting(&self) -> usize {
        let waits = |cell: &&Cell| matches!(cell.state, CellState::Waits { .. });
        self.cells.iter().filter(waits).count()
    }

    /// How many items agents have.
    pub(crate) fn in_service(&self) -> usize {
        let with = |cell: &&Cell| matches!(cell.state, CellState::With(_));
        self.cells.iter().filter(with).count()
    }

    /// The script of the next steps, written over `events`.
    pub(crate) fn write(&mut self, events: &mut Vec<Event>, steps: usize) {
        events.clear();
        for step in self.load.take(steps) {
            self.end(step.cell, events);
            self.begin(step.cell, step.item, events);
        }
    }

    fn end(&mut self, cell: u32, events: &mut Vec<Event>) {
        let Cell { item, queue, state } = self.cells[cell as usize];
        let event = |kind| Event {
            kind,
            item,
            detail: 0,
        };
        match state {
            CellState::Empty => {}
            CellState::Waits { arrival } => {
                self.queues.cancel(queue, arrival);
                events.push(event(Kind::Cancel));
            }
            CellState::With(agent) => match self.queues.complete(agent) {
                None => events.push(event(Kind::Complete)),
                Some((next, _, given)) => {
                    events.push(event(Kind::CompleteNext));
                    self.give(next, given, events);
                }
            },
        }
    }

    fn begin(&mut self, cell: u32, like: u32, events: &mut Vec<Event>) {
        self.items += 1;
        let item = &self.world.items[like as usize];
        let answer = self.queues.arrive(item.queue, item.skills, &cell);
        let mut event = Event {
            kind: Kind::RouteAssigned,
            item: self.items,
            detail: like,
        };
        let arrival = answer.err().unwrap_or_default();
        self.cells[cell as usize] = Cell {
            item: self.items,
            queue: item.queue,
            state: CellState::Waits { arrival },
        };
        if let Ok(given) = answer {
            events.push(event);
            self.give(cell, given, events);
        } else {
            event.kind = Kind::RouteWaits;
            events.push(event);
        }
    }

    fn give(&mut self, cell: u32, given: Given, events: &mut Vec<Event>) {
        let cell = &mut self.cells[cell as usize];
        cell.state = CellState::With(given.agent);
        if self.asks {
            events.push(Event {
                kind: Kind::Accept,
                item: cell.item,
                detail: given.agent,
            });
        }
    }
}

/// An event as an input with strings of its own, as it would come from outside.
pub(crate) fn input(world: &World, event: Event) -> Input {
    let item = format!("conv-{}", event.item);
    match event.kind {
        Kind::RouteAssigned | Kind::RouteWaits => {
            let like = &world.items[event.detail as usize];
            Input::Route {
                item: work_item(item, like),
                queue: Some(queue_name(like.queue as usize).into()),
            }
        }
        Kind::Accept => Input::Accept {
            item: item.into(),
            agent: agent_name(event.detail as usize).into(),
        },
        Kind::Complete | Kind::CompleteNext => Input::Complete { item: item.into() },
        Kind::Cancel => Input::Cancel {
            item: item.into(),
            note: None,
        },
    }
}
