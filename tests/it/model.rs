//! The router once more: plain lists, every rule as it is written, and no index. Slow and obvious.

mod agents;
mod assignment;
mod completion;
mod deadlines;
mod item;
mod offers;
mod reconfigure;
mod routing;
mod transfers;

use handover::{Config, Input, Output, Transfer, TransferTarget};

use crate::oracle::roster_model::Desk;
pub(crate) use agents::Setting;
pub(crate) use item::{Item, State};
pub(crate) use offers::Acceptance;

/// Why an input was refused.
pub(crate) type Refused = String;

/// Everything that a router knows.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    config: Config,
    now: u64,
    /// Since when the configuration counts.
    configured_at: u64,
    /// What is remembered of the agents. What they hold is not: it is counted anew whenever it is asked for.
    desk: Desk,
    pub(crate) settings: Vec<Setting>,
    /// The items that are not gone, by arrival.
    pub(crate) items: Vec<Item>,
    arrivals: u64,
    /// Who last accepted something of whom, the oldest acceptance first.
    pub(crate) memory: Vec<Acceptance>,
    outputs: Vec<Output>,
}

impl Model {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            now: 0,
            configured_at: 0,
            desk: Desk::default(),
            settings: Vec::new(),
            items: Vec::new(),
            arrivals: 0,
            memory: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// One step. A refused input is only a tick; one from the past is nothing at all.
    pub(crate) fn handle(&mut self, now: u64, input: &Input) -> Result<(), Refused> {
        if now < self.now {
            return Err(format!("{now} lies before {}", self.now));
        }
        self.now = now;
        self.let_time_pass();
        self.assign();
        let result = self.take(input);
        self.assign();
        self.look_for_exhausted();
        result
    }

    pub(crate) fn take_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    /// Does what is asked for, or refuses it and does nothing.
    fn take(&mut self, input: &Input) -> Result<(), Refused> {
        match input {
            Input::Route { item, queue } => self.route(item, queue.as_ref()),
            Input::SetPresence { agent, state } => {
                let state = state.as_ref().map(handover::PresenceStateId::as_str);
                self.choose_presence(agent.as_str(), state)
            }
            Input::SetChannel { agent, channel, on } => {
                self.switch(agent.as_str(), channel.as_str(), *on)
            }
            Input::Accept { item, agent } => self.accept(item.as_str(), agent.as_str()),
            Input::Reject {
                item,
                agent,
                reason,
            } => self.reject(item.as_str(), agent.as_str(), reason),
            Input::Update { item, facts } => self.update(item.as_str(), facts),
            Input::Complete { item } => self.complete(item.as_str()),
            Input::Close { item } => self.close(item.as_str()),
            Input::Release { item } => self.release(item.as_str()),
            Input::Cancel { item, note } => self.cancel_on_request(item.as_str(), note.as_ref()),
            Input::Transfer(transfer) => self.transfer(transfer),
            Input::Allocate { item, agent, by } => self.allocate(item.as_str(), agent.as_str(), by),
            Input::AssignDirectly(direct) => self.assign_directly(direct),
            Input::SetCapacity {
                agent,
                channel,
                capacity,
                until,
            } => {
                let channel = channel.as_ref().map(handover::ChannelId::as_str);
                let until = until.map(handover::Timestamp::as_millis);
                self.set_capacity(agent.as_str(), channel, *capacity, until)
            }
            Input::SetAgent {
                agent,
                value,
                groups,
            } => self.set_agent(agent, value.as_deref(), groups),
            Input::Reconfigure { config } => self.reconfigure(config),
            Input::Tick => Ok(()),
            other => panic!("{other:?} is new"),
        }
    }

    fn transfer(&mut self, transfer: &Transfer) -> Result<(), Refused> {
        let item = transfer.item.as_str();
        match &transfer.to {
            TransferTarget::Queue(queue) => self.transfer_to_queue(item, queue.as_str()),
            TransferTarget::Agent { agent, mode, force } => {
                self.transfer_to_agent(item, agent.as_str(), *mode, *force)
            }
            other => panic!("{other:?} is new"),
        }
    }

    /// The item of an id. It is there.
    fn item(&self, id: &str) -> &Item {
        self.find(id).unwrap()
    }

    fn item_mut(&mut self, id: &str) -> &mut Item {
        self.items.iter_mut().find(|item| item.id() == id).unwrap()
    }

    /// The item of an id that somebody names.
    fn find(&self, id: &str) -> Result<&Item, Refused> {
        let found = self.items.iter().find(|item| item.id() == id);
        found.ok_or_else(|| format!("there is no item {id}"))
    }

    fn known_agent(&self, id: &str) -> Result<(), Refused> {
        let is_known = self.config.agents.contains_key(id);
        refuse_unless(is_known, || format!("there is no agent {id}"))
    }

    /// Puts an item into a state. Whoever has nothing in hand any more is idle from now on.
    fn put(&mut self, id: &str, state: State) {
        let hands = self.item(id).hands();
        self.item_mut(id).state = state;
        self.look_at_hands(hands);
    }

    /// Takes an item away.
    fn remove(&mut self, id: &str) {
        let hands = self.item(id).hands();
        self.items.retain(|item| item.id() != id);
        self.look_at_hands(hands);
    }
}

fn refuse_unless(is_so: bool, why: impl FnOnce() -> Refused) -> Result<(), Refused> {
    if is_so { Ok(()) } else { Err(why()) }
}
